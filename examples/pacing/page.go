package main

import (
	"fmt"
	"io"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/pacing"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/report"
	"github.com/go-marops/marops/report/chart"
)

// page is the story as a document: each act with its lines, tables and pictures.
func (s *story) page() report.Document {
	plan, outlook := s.steps[0].amount, s.steps[len(s.steps)-1].amount
	balance, _ := s.book.Balance(media, s.plan.Month.First(), budget.Period)
	doc := report.Document{Title: "Pacing", Subtitle: s.plan.Month.First().In(s.plan.Now.Location()).Format("January 2006"), Lang: "en", Facts: []report.Fact{
		{Label: "As of", Text: s.plan.Now.Format("2 January 2006, 15:04")}, {Label: "Data", Text: "made up"},
	}, Blocks: []report.Block{report.KeyFigures{Items: []report.KeyFigure{
		{Label: "Spent", Text: s.bridges[len(s.bridges)-1].ByService.Grouped(), Note: "at the rates of each day", Link: "#channels"},
		{Label: "Committed", Text: balance.OpenCommitment.Grouped(), Note: "at budget rates"},
		{Label: "Outlook", Text: outlook.Grouped(), Note: s.sub(outlook, plan).Grouped() + " against the plan", Link: "#bridge"},
		{Label: "Leads, if moved", Text: fmt.Sprintf("%.0f", s.best.Response), Note: fmt.Sprintf("in place of %.0f", s.best.Today.Response), Class: report.Good, Link: "#moved"},
	}}}}
	const pace = "Running spend of each channel in percent of its own plan. The last day is provisional."
	const bridge = "Budget rates for what is planned or to come, those of each day for what was spent."
	blocks := [][]report.Block{
		{s.channelTable()},
		{figure("pace", "Pace by channel", pace, s.trend(), chart.Trend), s.words()},
		{s.dayTable()},
		{s.moveTable()},
		{figure("bridge", "From plan to outlook", bridge, s.waterfall(), chart.Waterfall)},
	}
	for i, act := range s.acts {
		doc.Blocks = append(append(doc.Blocks, report.Heading{Level: 2, Text: act.title}, list(act.lines)), blocks[i]...)
	}
	return doc
}

func list(lines []string) (l report.List) {
	for _, text := range lines {
		l.Items = append(l.Items, report.Say(text))
	}
	return l
}

// figure is a chart for a desk and, drawn again, for a phone.
func figure[T any](id, title, caption string, data T, draw func(io.Writer, T, *chart.Options) error) report.Figure {
	at := func(width int) report.Drawing {
		return func(w io.Writer) error {
			return draw(w, data, &chart.Options{Title: title, Desc: caption, Width: width})
		}
	}
	return report.Figure{ID: id, Caption: caption, Alt: caption, Draw: at(1040), Narrow: at(360)}
}

func columns(first string, numbers ...string) []report.Column {
	out := []report.Column{{Title: first}}
	for _, n := range numbers {
		out = append(out, report.Column{Title: n, Kind: report.Number})
	}
	return out
}

func cell(m money.Money) report.Cell { return report.Cell{Text: m.Grouped(), Value: m} }

func (s *story) channelTable() report.Block {
	t := report.Table{ID: "channels", Title: "By channel", Columns: append(columns("Channel", "Budget", "Spent", "in "+s.plan.Currency.Code(), "Committed", "Available"), report.Column{Title: "Pace", Kind: report.Status})}
	for _, c := range s.plan.Channels {
		state := report.Cell{Text: "on pace", Class: report.Good}
		if a := c.status.Alarms; len(a) > 0 {
			state = report.Cell{Text: a[0].Alert, Class: report.Warn}
		}
		t.Rows = append(t.Rows, []report.Cell{{Text: c.name}, cell(c.status.Budget), cell(c.status.Spent), cell(c.booked), cell(c.status.Committed), cell(c.status.Available), state})
	}
	t.Foot = [][]report.Cell{{{Text: "All"}, {}, {}, cell(s.bridges[len(s.bridges)-1].ByService), {}, {}, {}}}
	return t
}

// words is all that pacing says of each channel.
func (s *story) words() report.Block {
	d := report.Details{ID: "words", Summary: "Each channel in words"}
	for _, c := range s.plan.Channels {
		d.Blocks = append(d.Blocks, report.Text{{Text: c.name, Style: report.Strong}}, list(c.status.Words))
	}
	return d
}

func (s *story) dayTable() report.Block {
	t := report.Table{Columns: []report.Column{{Title: "Day", Kind: report.Date}}, Note: "Besides what is committed. The first day is the rest of today."}
	for _, c := range s.plan.Channels {
		t.Columns = append(t.Columns, report.Column{Title: c.name, Kind: report.Number})
	}
	for d := range s.plan.Month.Each() {
		row, some := []report.Cell{{Text: d.String(), Value: d}}, false
		for _, c := range s.plan.Channels {
			amount := report.Cell{}
			for _, g := range c.status.Suggested {
				if g.Day == d {
					amount, some = cell(g.Amount), true
				}
				if g.Day == d && g.Held != pacing.Free {
					amount.Note = g.Held.String()
				}
			}
			row = append(row, amount)
		}
		if some {
			t.Rows = append(t.Rows, row)
		}
	}
	return report.Details{ID: "days", Summary: "Suggested spend of each day", Blocks: []report.Block{t}}
}

func (s *story) moveTable() report.Block {
	t := report.Table{ID: "moved", Title: "The rest of the month", Columns: columns("Channel", "Suggested", "Best", "Change", "Leads"), Note: "At budget rates. Leads are what the curves of responses.json expect."}
	row := func(name, why string, today, best money.Money, leads float64) []report.Cell {
		return []report.Cell{{Text: name, Note: why}, cell(today), cell(best), cell(s.sub(best, today)), {Text: fmt.Sprintf("%.1f", leads)}}
	}
	for _, l := range s.best.Lines {
		t.Rows = append(t.Rows, row(string(l.Channel), l.Why, l.Today, l.Spend, l.Response))
	}
	t.Foot = [][]report.Cell{row("All", "", s.best.Today.Total, s.best.Total, s.best.Response)}
	return t
}

func (s *story) waterfall() chart.WaterfallData {
	w := chart.WaterfallData{Unit: chart.Unit{Name: s.plan.Currency.Code(), Decimals: s.plan.Currency.Digits()}}
	for _, p := range s.steps {
		kind := chart.Change
		if p.total {
			kind = chart.Total
		}
		w.Steps = append(w.Steps, chart.WaterfallStep{Label: p.label, Amount: p.amount.Minor(), Kind: kind})
	}
	return w
}

// trend is the running spend of each channel in percent of its plan.
func (s *story) trend() chart.TrendData {
	t := chart.TrendData{Unit: chart.Unit{Name: "%", Decimals: 2}, Levels: []chart.TrendLevel{{Label: "as planned", Value: 100_00}}}
	for _, c := range s.plan.Channels {
		series, run := chart.TrendSeries{Label: c.name}, int64(0)
		for _, spend := range c.data.Spend {
			run += spend.Amount.Minor()
			if due := c.model.PlannedBefore(spend.Day.AddDays(1)).Minor(); due > 0 {
				series.Points = append(series.Points, chart.TrendPoint{On: spend.Day, Value: run * 100_00 / due, Provisional: spend.Day.After(c.status.LastSettled)})
			}
		}
		t.Series = append(t.Series, series)
	}
	return t
}
