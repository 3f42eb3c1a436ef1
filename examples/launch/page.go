package main

import (
	"io"
	"strings"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign/views"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/report"
	"github.com/go-marops/marops/report/chart"
)

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
		s.moneyBlocks(),
		append([]report.Block{
			views.Metrics("channels", "By channel", s.channels, "Spend", "Leads", "Customers", "Revenue", "CPL", "CAC", "ROAS"),
			views.Figure("trend", "Cost per lead by week", "Ad spend of the week over its leads; the last week is not complete.", trend, chart.Trend),
		}, s.reviewBlocks()...),
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

// moneyBlocks are what the launch may still spend, who has it, and how it came to that.
func (s *story) moneyBlocks() []report.Block {
	b, _ := s.book.Balance(launchNode, s.asOf, budget.Total)
	key := func(label string, m money.Money, note, link string) report.KeyFigure {
		return report.KeyFigure{Label: label, Text: m.Grouped(), Value: report.Minor(m.Minor(), m.Currency().Digits()), Note: note, Link: link}
	}
	return []report.Block{
		report.KeyFigures{Items: []report.KeyFigure{
			key("Spent", b.Actual, "of "+b.Limit.Grouped(), "#money"), key("Ordered", b.OpenCommitment, "not invoiced yet", "#orders"),
			key("Available", b.Available, "before the forecast", "#nodes"), key("Outlook", b.Outlook(), plain(b.Forecast)+" still to come", "#forecast"),
		}},
		waterfall("money", "Spring launch: use of its limit", "From the limit to what is still available.", views.Waterfall(b)),
		views.Balances("nodes", "Budget by node", s.review.balances),
		s.orders(),
		waterfall("bridge", "February: used and charged", "What was used in February, less what was posted in other months, and what February was charged for others.", s.bridgeData()),
		report.Details{ID: "difference", Summary: "The lines between the two views of February", Blocks: []report.Block{s.difference()}},
		report.Details{ID: "journal", Summary: "Everything that was done to the book", Blocks: []report.Block{s.journal()}},
	}
}

// reviewBlocks are how plan, forecast and actual compare, and what is to be done.
func (s *story) reviewBlocks() []report.Block {
	return []report.Block{
		waterfall("variance", "March: from plan to actual", "Price, volume and mix are those of ad clicks; timing is what belongs to other periods, fx what the actual rate made of dollars, pace the rest.", s.varianceData()),
		s.forecastTable(),
		s.vendorTable(),
		report.Findings{Title: "What to do about the money", List: s.review.found},
	}
}

// waterfall is a figure no wider than a page beside its table of contents, so that the
// amounts at its right end show.
func waterfall(id, title, caption string, data chart.WaterfallData) report.Figure {
	f := views.Figure(id, title, caption, data, chart.Waterfall)
	f.Draw = func(w io.Writer) error {
		return chart.Waterfall(w, data, &chart.Options{Title: title, Desc: caption, Width: 820})
	}
	return f
}

func columns(kind report.Kind, titles ...string) (out []report.Column) {
	for _, t := range titles {
		out = append(out, report.Column{Key: strings.ToLower(t), Title: t, Kind: kind})
	}
	return out
}

func amount(m money.Money) report.Cell {
	return report.Cell{Text: m.Grouped(), Value: report.Minor(m.Minor(), m.Currency().Digits())}
}

func day(d civil.Date) report.Cell { return report.Cell{Text: d.String(), Value: d} }

func unit() chart.Unit { return chart.Unit{Name: money.EUR.Code(), Decimals: money.EUR.Digits()} }

// orders are those with something open.
func (s *story) orders() report.Table {
	t := report.Table{ID: "orders", Title: "Open orders", Columns: append(columns(report.Words, "Order", "Vendor", "Node"), columns(report.Number, "Ordered", "Received", "Invoiced", "Open")...)}
	t.Columns = append(t.Columns, report.Column{Key: "moved", Title: "Last moved", Kind: report.Date})
	for o := range s.book.Orders() {
		if o.Open.Sign() <= 0 {
			continue
		}
		name := report.Cell{Text: o.Ref}
		if o.Blanket {
			name.Note = "blanket order"
		}
		t.Rows = append(t.Rows, []report.Cell{name, {Text: o.Tags.Vendor}, {Text: string(o.Node)}, amount(o.Ordered), amount(o.Received), amount(o.Invoiced), amount(o.Open), day(o.LastMoved)})
	}
	return t
}

func (s *story) bridgeData() chart.WaterfallData {
	b := s.reconciled
	return chart.WaterfallData{Unit: unit(), Steps: []chart.WaterfallStep{
		{Label: "Used in February", Amount: b.ByService.Minor(), Kind: chart.Total},
		{Label: "Posted in other months", Amount: -b.PostedLater.Minor()},
		{Label: "Used in other months", Amount: b.FromOthers.Minor()},
		{Label: "Charged to February", Amount: b.ByPosting.Minor(), Kind: chart.Total},
	}}
}

func (s *story) difference() report.Table {
	t := report.Table{Columns: append(columns(report.Words, "Document", "Node"), columns(report.Date, "Used", "Posted")...)}
	t.Columns = append(append(t.Columns, columns(report.Words, "Measure")...), columns(report.Number, "Amount")...)
	for _, l := range s.reconciled.Lines {
		t.Rows = append(t.Rows, []report.Cell{{Text: l.Ref}, {Text: string(l.Node)}, day(l.Service), day(l.Posted), {Text: measures[l.Measure]}, amount(l.Amount)})
	}
	return t
}

func (s *story) journal() report.Table {
	t := report.Table{Columns: append(columns(report.Date, "Day"), columns(report.Words, "Who", "What", "What it did")...), Note: "Imports of files are named, not listed."}
	for i, st := range s.money.Steps {
		did := report.Cell{Text: answers(st.results)}
		if i == 0 || !st.Upto.IsZero() {
			did = report.Cell{}
		}
		t.Rows = append(t.Rows, []report.Cell{day(civil.DateOf(st.At)), {Text: s.in.Names[planning.ResourceKey(st.By)], Note: string(st.Role)}, {Text: st.Say}, did})
	}
	return t
}

func (s *story) varianceData() chart.WaterfallData {
	w := chart.WaterfallData{Unit: unit()}
	for i, p := range s.review.variance.Steps {
		next := chart.WaterfallStep{Label: p.Name, Amount: p.Amount.Minor()}
		if i == 0 || i == len(s.review.variance.Steps)-1 {
			next.Kind = chart.Total
		} else if p.Amount.IsZero() {
			continue
		}
		w.Steps = append(w.Steps, next)
	}
	return w
}

func (s *story) forecastTable() report.Table {
	t := report.Table{
		ID: "forecast", Title: "The " + s.review.forecast.Name() + " against what was spent in " + s.launchPeriod().String(),
		Columns: append(columns(report.Words, "Node"), columns(report.Number, "Forecast", "Spent", "Difference")...),
	}
	for _, a := range s.review.accuracy {
		p := a.Periods[0]
		t.Rows = append(t.Rows, []report.Cell{{Text: string(a.Node)}, amount(p.Forecast), amount(p.Actual), amount(p.Error)})
	}
	if len(t.Rows) > 0 {
		t.Foot, t.Rows = t.Rows[:1], t.Rows[1:]
	}
	return t
}

func (s *story) vendorTable() report.Table {
	t := report.Table{ID: "vendors", Title: "By vendor", Columns: append(columns(report.Words, "Vendor"), columns(report.Number, "Ordered", "Spent")...)}
	for _, v := range s.review.vendors {
		name := v.Value
		if name == "" {
			name = "none named: ad platforms, small invoices"
		}
		t.Rows = append(t.Rows, []report.Cell{{Text: name}, amount(v.OpenCommitment), amount(v.Actual)})
	}
	return t
}
