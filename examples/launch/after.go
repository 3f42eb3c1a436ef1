package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops"
	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/views"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/report"
	"github.com/go-marops/marops/report/chart"
)

var january = fiscal.Key{Year: 2025, Number: 12} // the period of the retail calendar that ends on 31 January 2026

func (s *story) whatMoneyAllows(ctx context.Context) error {
	defer progress("booking")()
	s.begin("What the budget allows")
	book, err := s.ws.As(tenant, ivo).Book(ctx, bookName)
	if err != nil {
		return err
	}
	changed := 0
	earlier, restated := asReported(s.in.Reports[0], civil.MustDate(2026, 1, 27))
	if open, _ := book.FirstOpen(); open == january { // what Google had reported when January was closed
		if changed, err = s.book(ctx, s.as(ivo, 20), append(slices.Clone(s.in.Reports[1:]), earlier)); err != nil {
			return err
		}
		if _, err = s.as(ivo, 21).PostAll(ctx, bookName, budget.ClosePeriod{Period: january}); err != nil {
			return err
		}
	}
	more, err := s.book(ctx, s.ws.As(tenant, ivo), s.in.Reports)
	if err != nil {
		return err
	}
	if changed += more; changed == 0 {
		s.say("nothing is imported twice: everything is in the book already")
	} else {
		s.say("%d entries booked: limits, orders, invoices and %d ad exports", changed, len(s.in.Reports))
	}
	if book, err = s.ws.As(tenant, ivo).Book(ctx, bookName); err != nil {
		return err
	}
	var lines []string
	for l := range book.Lines() {
		if l.Period != january && strings.Contains(l.Ref, "/"+restated+"/") && l.Service == civil.MustDate(2026, 1, 27) {
			lines = append(lines, l.Amount.Grouped())
		}
	}
	s.say("Google restates 27 Jan, but %v is closed: reversal and new line in FY2026-P01: %s", january, strings.Join(lines, ", "))
	return s.requests(ctx)
}

// book posts the files, the ad rows turned into records of the budget's nodes.
func (s *story) book(ctx context.Context, desk *marops.Desk, reports []*adspend.Report) (changed int, err error) {
	ads, err := budget.AdImport{Currency: money.EUR, Rates: s.in.Rates, Node: s.in.Links.BudgetNode}.Records(reports...)
	if err != nil {
		return 0, err
	}
	commands := slices.Clone(s.in.Documents)
	for _, r := range ads.Records {
		commands = append(commands, r)
	}
	results, err := desk.PostAll(ctx, bookName, commands...)
	for _, r := range results {
		if r.Changed {
			changed++
		}
	}
	return changed, err
}

// asReported returns a report as it read before the platform restated a day: the
// first campaign of that day cost a tenth more.
func asReported(r *adspend.Report, on civil.Date) (earlier *adspend.Report, campaignID string) {
	copied := *r
	copied.Rows = slices.Clone(r.Rows)
	i := slices.IndexFunc(copied.Rows, func(row adspend.Row) bool { return row.Day == on && row.HasSpend })
	if i < 0 {
		return &copied, ""
	}
	row := &copied.Rows[i]
	row.Spend = money.Micros(row.Spend.Micros()/10*11, row.Spend.Currency())
	return &copied, row.CampaignID
}

func (s *story) requests(ctx context.Context) error {
	for i, ref := range []string{"REQ-1", "REQ-2"} {
		reserve := budget.Reserve{Ref: ref, Node: "outdoor", Date: civil.MustDate(2026, 2, 16), Amount: money.Minor(50_000_00, money.EUR), Memo: fmt.Sprint("posters, wave ", i+1)}
		_, err := s.as(jo, 30+i).PostAll(ctx, bookName, reserve)
		limit, refused := errors.AsType[*budget.LimitError](err)
		switch {
		case refused:
			s.say("%s over %s is refused: node %q has %s left", ref, limit.Wanted.Grouped(), limit.Node, limit.Headroom.Grouped())
		case err != nil:
			return err
		default:
			s.say("%s over %s is reserved", ref, reserve.Amount.Grouped())
		}
	}
	book, err := s.ws.As(tenant, ivo).Book(ctx, bookName)
	if err != nil {
		return err
	}
	for _, n := range book.Chart().Nodes() {
		b, _ := book.Balance(n.Key, s.asOf, budget.Total)
		s.balances = append(s.balances, b)
	}
	return nil
}

// metrics are the figures of the launch. A lead may still become a customer for
// thirty days, so younger ones make a figure provisional.
func metrics() kpi.Definitions {
	eur, won := kpi.Currency(money.EUR), []kpi.Filter{{Column: "stage", In: []string{"customer"}}}
	return kpi.Definitions{
		"spend":     kpi.Measure{Table: "ads", Column: "spend", Agg: kpi.Sum, Unit: eur, Time: "day"},
		"leads":     kpi.Measure{Table: "leads", Agg: kpi.Rows, Unit: kpi.Count("lead"), Time: "created"},
		"customers": kpi.Measure{Table: "leads", Agg: kpi.Rows, Unit: kpi.Count("customer"), Where: won, Time: "created", Matures: 30, Basis: "cohort of the lead's day"},
		"revenue":   kpi.Measure{Table: "leads", Column: "revenue", Agg: kpi.Sum, Unit: eur, Time: "created", Matures: 30, Basis: "cohort of the lead's day"},
		"cpl":       kpi.Ratio{Num: "spend", Den: "leads"},
		"cac":       kpi.Ratio{Num: "spend", Den: "customers"},
		"roas":      kpi.Ratio{Num: "revenue", Den: "spend"},
	}
}

func (s *story) whatItBrought(ctx context.Context) error {
	defer progress("computing figures")()
	s.begin(fmt.Sprintf("What it brought, as of %v", s.asOf))
	keys := []kpi.MetricKey{"spend", "leads", "customers", "revenue", "cpl", "cac", "roas"}
	var errs [3]error
	s.channels, errs[0] = kpi.Run(ctx, metrics(), kpi.Query{Metrics: keys, By: []string{"channel"}, AsOf: s.asOf}, s.in.Data)
	s.total, errs[1] = kpi.Run(ctx, metrics(), kpi.Query{Metrics: keys, AsOf: s.asOf}, s.in.Data)
	s.weekly, errs[2] = kpi.Run(ctx, metrics(), kpi.Query{Metrics: keys[4:5], Grain: kpi.Weekly}, s.in.Data)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	share, err := s.in.Links.Reports(money.EUR, s.in.Rates, s.in.Reports...)
	if err != nil {
		return err
	}
	s.say("ad spend matched to a channel: %v", share)
	for row := range s.channels.Rows() {
		if row.Value("cpl").State() == kpi.Exact {
			s.say("%-13s CPL %-10s CAC %-11s ROAS %s", row.Keys()[0], short(row.Value("cpl")), short(row.Value("cac")), short(row.Value("roas")))
		}
	}
	s.say("~ is provisional: a lead younger than 30 days may still become a customer")
	card, err := s.total.Score(s.in.Targets...)
	if err != nil {
		return err
	}
	for i, score := range card {
		done := campaign.Goal{Target: score.Target.Want}.Progress(score.Value).Percent()
		s.say("goal %q: %s, %s of %v", s.in.Goals[i], score.Status, done, score.Target.Want)
	}
	return nil
}

// short prints a value for a narrow column.
func short(v kpi.Value) string {
	if v.Provisional() && v.State() == kpi.Exact {
		return v.Decimal(2) + " ~"
	}
	return v.Decimal(2)
}

// page is the story as a document: each act with its lines and pictures.
func (s *story) page() (report.Document, error) {
	doc := report.Document{Title: "Spring launch 2026", Subtitle: s.acts[0].title + " " + s.acts[0].lines[0], Lang: "en", Facts: []report.Fact{
		{Label: "Plan as of", Text: civil.DateOf(s.now).String()}, {Label: "Figures as of", Text: s.asOf.String()}, {Label: "Data", Text: notice},
	}}
	trend, err := views.Trend(s.weekly, "cpl", "Cost per lead", civil.MustDate(2026, 4, 13))
	if err != nil {
		return doc, err
	}
	marks := []chart.Mark{{On: civil.DateOf(s.now), Label: "today", Kind: chart.Today}, {On: civil.DateOf(s.launch), Label: "launch", Kind: chart.Aim}}
	trend.Marks = marks[1:]
	timeline := views.Gantt(views.Timeline{Model: s.model, Dates: s.schedule, Baseline: s.in.Planned, Names: s.in.Names, Marks: marks})
	pictures := [][]report.Block{
		{
			views.Figure("plan", "Plan and critical path", "Scheduled tasks, the critical path, and where the list had each task.", timeline, chart.Gantt),
			views.Figure("load", "Hours booked of hours available", "By the dates in the task list; overloads are marked.", views.HeatMap(s.load, s.in.Names), chart.HeatMap),
		},
		{views.Moves("moves", "What moves", s.moves, s.model.Plan(), s.launch.Location())},
		nil,
		{views.Figure("money", "Spring launch: use of its limit", "From the limit to what is still available.", views.Waterfall(s.balances[1]), chart.Waterfall), views.Balances("nodes", "Budget by node", s.balances)},
		{
			views.Metrics("channels", "By channel", s.channels, "Spend", "Leads", "Customers", "Revenue", "CPL", "CAC", "ROAS"),
			views.Figure("trend", "Cost per lead by week", "Ad spend of the week over its leads; the last week is not complete.", trend, chart.Trend),
		},
	}
	for i, act := range s.acts {
		list := report.List{}
		for _, line := range act.lines {
			list.Items = append(list.Items, report.Say(line))
		}
		doc.Blocks = append(append(doc.Blocks, report.Heading{Level: 2, Text: act.title}, list), pictures[i]...)
	}
	return doc, nil
}
