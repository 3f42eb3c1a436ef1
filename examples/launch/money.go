package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/workflow"
)

const moneyFile = "money.json"

// budgeting is the content of money.json: what the CSV files do not say about the
// money, and when everything happened.
type budgeting struct {
	Rates []budget.SetRate `json:"rates"` // for the budget
	Plan  []struct {
		Node   budget.NodeKey `json:"node"`
		Amount money.Money    `json:"amount"`
		Curve  []int64        `json:"curve"`  // by period
		Clicks int64          `json:"clicks"` // in the period of the launch
	} `json:"plan"`
	Steps []*step `json:"steps"`
}

// step is what one person does to the book at a moment.
type step struct {
	At   time.Time      `json:"at"`
	By   ident.Person   `json:"by"`
	Role workflow.Role  `json:"role"`
	Say  string         `json:"say"`
	Tell bool           `json:"tell"`   // on the terminal, too
	Upto civil.Date     `json:"import"` // all that the CSV files say until this day
	Post []budget.Entry `json:"post"`

	commands []budget.Command
	results  []budget.Result
}

// readMoney reads money.json and goes through all of it on a book of its own, so that
// what is wrong shows before anything is stored.
func (s *story) readMoney(files fs.FS) error {
	text, err := fs.ReadFile(files, moneyFile)
	if err != nil {
		return fmt.Errorf("%s: %w", moneyFile, err)
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(&s.money); err != nil {
		return fmt.Errorf("%s: %w", moneyFile, err)
	}
	if err := s.owners(); err != nil {
		return err
	}
	begin, err := s.opening()
	if err != nil {
		return err
	}
	s.money.Steps = slices.Insert(s.money.Steps, 0, begin)
	for i, st := range s.money.Steps[1:] {
		before := s.money.Steps[i].At
		switch _, known := s.in.Names[planning.ResourceKey(st.By)]; {
		case !known:
			return fmt.Errorf("%s: step %d: %q is not in the team", moneyFile, i+1, st.By)
		case !st.At.After(before):
			return fmt.Errorf("%s: step %d: %s is not after %s", moneyFile, i+1, st.At.Format(time.RFC3339), before.Format(time.RFC3339))
		}
		if !st.Upto.IsZero() {
			if st.commands, err = s.until(st.Upto); err != nil {
				return err
			}
		}
		for _, e := range st.Post {
			st.commands = append(st.commands, e.Command)
		}
	}
	return s.rehearse()
}

// owners gives the nodes of the budget the owners that the campaign has for them.
func (s *story) owners() error {
	s.in.Tree.Nodes[0].Owner, s.in.Tree.Nodes[0].BudgetNode = ada, launchNode
	c := s.in.Chart
	nodes := c.Nodes()
	for _, owned := range s.in.Tree.Budget().Nodes {
		if i := slices.IndexFunc(nodes, func(n budget.Node) bool { return n.Key == owned.Key }); i >= 0 {
			nodes[i].Owner = owned.Owner
		}
	}
	var err error
	s.in.Chart, err = budget.Compile(budget.Structure{Currency: c.Currency(), Calendar: c.Calendar(), Horizon: c.Horizon(), Nodes: nodes})
	return err
}

// opening is the first step: limits, the plan and the budget rates.
func (s *story) opening() (*step, error) {
	st := &step{At: civil.MustDate(2026, 1, 5).At(9, 0, s.launch.Location()), By: ivo, Say: "Limits, the plan and the rate it counts dollars at"}
	for _, c := range s.in.Documents {
		if limit, ok := c.(budget.SetLimit); ok {
			st.commands = append(st.commands, limit)
		}
	}
	plan := budget.NewVersion(s.in.Chart, "plan")
	periods := s.in.Chart.Periods()
	for _, p := range s.money.Plan {
		if err := plan.Spread(p.Node, periods[:min(len(periods), len(p.Curve))], p.Amount, p.Curve...); err != nil {
			return nil, fmt.Errorf("%s: plan: %w", moneyFile, err)
		}
	}
	commands, err := plan.Commands(budget.Plan, nil)
	if err != nil {
		return nil, err
	}
	st.commands = append(st.commands, commands...)
	for _, r := range s.money.Rates {
		st.commands = append(st.commands, r)
	}
	return st, nil
}

// until is what the files had said by the end of a day: rates, orders, invoices, and
// what the ad platforms reported, as records of the budget's nodes.
func (s *story) until(day civil.Date) ([]budget.Command, error) {
	var commands []budget.Command
	for _, r := range budget.RatesOf(s.in.Rates, money.EUR, civil.Days(s.in.Chart.Horizon().First(), day)) {
		commands = append(commands, r)
	}
	for _, c := range s.in.Documents {
		switch c := c.(type) {
		case budget.Order:
			if !c.Date.After(day) {
				commands = append(commands, c)
			}
		case budget.Invoice:
			if !c.Date.After(day) {
				commands = append(commands, c)
			}
		}
	}
	reports := make([]*adspend.Report, len(s.in.Reports))
	for i, r := range s.in.Reports {
		known := *r
		known.Rows = slices.DeleteFunc(slices.Clone(r.Rows), func(row adspend.Row) bool { return row.Day.After(day) })
		reports[i] = &known
	}
	if s.in.Chart.Calendar().PeriodOf(day) == january {
		reports[0], s.restated = asReported(reports[0], restatedDay)
	}
	ads, err := budget.AdImport{Currency: money.EUR, Rates: s.in.Rates, Node: s.in.Links.BudgetNode}.Records(reports...)
	if err != nil {
		return nil, err
	}
	for _, r := range ads.Records {
		commands = append(commands, r)
	}
	return commands, nil
}

// asReported returns a report as it read before the platform restated a day: the
// first campaign of that day cost a tenth more.
func asReported(r *adspend.Report, on civil.Date) (earlier *adspend.Report, campaignID string) {
	i := slices.IndexFunc(r.Rows, func(row adspend.Row) bool { return row.Day == on && row.HasSpend })
	if i < 0 {
		return r, ""
	}
	copied := *r
	copied.Rows = slices.Clone(r.Rows)
	row := &copied.Rows[i]
	row.Spend = money.Micros(row.Spend.Micros()/10*11, row.Spend.Currency())
	return &copied, row.CampaignID
}

// rehearse finds out what each step does. A limit or a closed period that refuses it
// is part of the story; what the book does not understand is an error of the file.
func (s *story) rehearse() error {
	book := budget.New(s.in.Chart)
	for _, st := range s.money.Steps {
		st.results = book.ApplyAs(string(st.Role), st.At, st.commands...)
		for _, r := range st.results {
			told := errors.Is(r.Err, budget.ErrLimit) || errors.Is(r.Err, budget.ErrState)
			if r.Err != nil && (!told || !st.Upto.IsZero()) {
				return fmt.Errorf("%s: %s, %q: %w", moneyFile, st.At.Format(time.DateOnly), cmp.Or(st.Say, string(st.By)), r.Err)
			}
		}
	}
	return nil
}
