package main

import (
	"fmt"
	"time"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/pacing"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

// media is the budget above those of the channels.
const media budget.NodeKey = "media"

// post fills the book: the plan at budget rates, the orders, what Google had
// reported when the month before was closed, and what is reported now.
func (s *story) post() error {
	spot, err := s.rates.Table(fx.Spot)
	if err != nil {
		return err
	}
	frozen, err := s.rates.Table(fx.Budget)
	if err != nil {
		return err
	}
	month := s.plan.Month.First()
	calendar := fiscal.Gregorian(time.January)
	period, before := calendar.PeriodOf(month), calendar.PeriodOf(month.AddDays(-1))
	structure := budget.Structure{Currency: s.plan.Currency, Calendar: calendar, Horizon: civil.Days(month.AddDays(-1), s.plan.Month.Last()), Nodes: []budget.Node{{Key: media}}}
	var first, limits []budget.Command
	for _, r := range budget.RatesOf(frozen, s.plan.Currency, civil.YearOf(month)) {
		first = append(first, r)
	}
	whole := money.Minor(0, s.plan.Currency)
	for _, c := range s.plan.Channels {
		node, amount := budget.NodeKey(c.name), s.eur(c.Pacing.Budget)
		whole = s.add(whole, amount)
		structure.Nodes = append(structure.Nodes, budget.Node{Key: node, Parent: media})
		limits = append(limits, budget.SetLimit{Node: node, Period: period, Amount: amount}, budget.SetPlan{Node: node, Period: period, Amount: amount})
		for _, o := range c.Orders {
			limits = append(limits, o.Order)
		}
	}
	if s.err != nil {
		return s.err
	}
	first = append(append(first, budget.SetLimit{Node: media, Period: period, Amount: whole}), limits...)
	chart, err := budget.Compile(structure)
	if err != nil {
		return fmt.Errorf("plan.json: %w", err)
	}
	s.book = budget.New(chart)
	ads := budget.AdImport{Book: s.book, Rates: spot, Node: s.nodeOf}
	early, err := ads.Records(s.earlier)
	if err != nil {
		return err
	}
	first = append(commands(first, early.Records), budget.ClosePeriod{Period: before})
	if _, err := s.book.ApplyAll(s.plan.Now.AddDate(0, 0, -5), first...); err != nil {
		return err
	}
	if s.ads, err = ads.Records(s.reports...); err != nil {
		return err
	}
	if _, err := s.book.ApplyAll(s.plan.Now, commands(nil, s.ads.Records)...); err != nil {
		return err
	}
	for _, key := range chart.Periods() {
		b, err := s.book.Reconcile(media, key)
		if err != nil {
			return err
		}
		s.bridges = append(s.bridges, b)
	}
	for _, c := range s.plan.Channels {
		if err := s.follow(c, period); err != nil {
			return fmt.Errorf("channel %s: %w", c.name, err)
		}
	}
	return nil
}

// follow says where a channel stands, with what is still open on its orders.
func (s *story) follow(c *channel, period fiscal.Key) error {
	for _, o := range c.Orders {
		if state, ok := s.book.Order(o.Order.Ref); ok && state.Open.Sign() > 0 {
			c.data.Commitments = append(c.data.Commitments, pacing.Commitment{Name: o.Order.Memo, Days: o.Days, Open: state.Open})
		}
	}
	b, err := s.book.Reconcile(budget.NodeKey(c.name), period)
	if err != nil {
		return err
	}
	c.booked = b.ByService
	c.status, err = c.model.Status(s.plan.Now, c.data, pacing.State{})
	return err
}

// nodeOf says to which budget a row of an export belongs.
func (s *story) nodeOf(p adspend.Platform, row adspend.Row) (budget.NodeKey, bool) {
	for _, c := range s.plan.Channels {
		if c.has(p, row) {
			return budget.NodeKey(c.name), true
		}
	}
	return "", false
}

func commands(list []budget.Command, records []budget.Record) []budget.Command {
	for _, r := range records {
		list = append(list, r)
	}
	return list
}

// bridge makes the steps from the plan to the outlook. What is planned or to come
// counts at budget rates, what was spent at those of its days; each step is the
// difference of two amounts, so that nothing is lost between them.
func (s *story) bridge() {
	nothing := money.Minor(0, s.plan.Currency)
	plan, due, atBudget, expected, late := nothing, nothing, nothing, nothing, nothing
	var pace []step
	for _, c := range s.plan.Channels {
		st := c.status
		now, spent := s.eur(c.model.PlannedBefore(st.Today)), s.eur(st.Spent)
		off := s.sub(s.eur(st.Settled), s.eur(st.PlannedSettled))
		plan, due, atBudget, expected = s.add(plan, s.eur(st.Budget)), s.add(due, now), s.add(atBudget, spent), s.add(expected, s.eur(st.Projected))
		late = s.add(late, s.sub(s.sub(spent, now), off))
		pace = append(pace, step{c.name + ", days with final data", off, false})
	}
	actual := s.bridges[len(s.bridges)-1].ByService
	balance, _ := s.book.Balance(media, s.plan.Month.First(), budget.Period)
	rates, rest := s.sub(actual, atBudget), s.sub(expected, s.add(atBudget, balance.OpenCommitment))
	s.steps = append([]step{{"plan of the month", plan, true}, {"not due yet", s.sub(due, plan), false}, {"planned to date", due, true}}, pace...)
	s.steps = append(s.steps,
		step{"late days, as far as reported", late, false},
		step{"rates of the days, not of the budget", rates, false},
		step{"spent to date", actual, true},
		step{"committed", balance.OpenCommitment, false},
		step{"to come at this pace", rest, false},
		step{"outlook", s.add(expected, rates), true},
	)
}
