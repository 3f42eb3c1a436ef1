package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/report"
	"github.com/go-marops/marops/report/chart"
)

// page is the story as a document: each act with its lines and pictures.
func (s *story) page() report.Document {
	best := slices.MaxFunc(s.ways, func(a, b option) int {
		x, _ := a.odds.By(s.due)
		y, _ := b.odds.By(s.due)
		return cmp.Compare(x, y)
	})
	card := func(label string, o option) report.KeyFigure {
		class := report.Good
		if o.schedule.Finish().After(s.due) {
			class = report.Bad
		}
		return report.KeyFigure{Label: label, Text: s.day(o.schedule.Finish()), Note: fmt.Sprintf("%s, a chance of %s", s.spare(o), s.chance(o)), Class: class}
	}
	doc := report.Document{Title: "Spring webinar", Subtitle: "A plan, a bad Monday, and the way out", Lang: "en", Facts: []report.Fact{
		{Label: "Due", Text: s.day(s.due)}, {Label: "News of", Text: s.day(s.news.Now)}, {Label: "Data", Text: "made up"},
	}, Blocks: []report.Block{report.KeyFigures{Items: []report.KeyFigure{
		card("Planned", s.before), card("Replanned after the news", s.after), card("Best: "+best.name, best),
	}}}}
	const words = "Outlined: what decides the date, by links and by people who are on something else."
	pictures := [][]report.Block{
		{figure("plan", "The plan that three people can keep", words, s.gantt(s.before, nil), chart.Gantt)},
		{figure("stuck", "Load if nobody replans", "Percent of the hours that there are, by week. Above 100 % is a promise that cannot be kept.", s.heat(s.pinned, s.pinned.CriticalPath()), chart.HeatMap)},
		{
			figure("replanned", "Replanned", words+" Thin ghosts: the plan before the news.", s.gantt(s.after, &s.before), chart.Gantt),
			figure("load", "Load, replanned", "Percent of the hours that there are, by week: nobody is booked beyond them.", s.heat(s.after.model, s.after.schedule), chart.HeatMap),
			s.moveTable(),
		},
		{s.wayTable()},
	}
	for i, act := range s.acts {
		list := report.List{}
		for _, line := range act.lines {
			list.Items = append(list.Items, report.Say(strings.ReplaceAll(line, " %", "\u00a0%")))
		}
		doc.Blocks = append(doc.Blocks, report.Heading{Level: 2, Text: act.title})
		if len(list.Items) > 0 {
			doc.Blocks = append(doc.Blocks, list)
		}
		doc.Blocks = append(doc.Blocks, pictures[i]...)
	}
	return doc
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

// gantt is an option as a chart, over another one as its baseline.
func (s *story) gantt(o option, baseline *option) chart.GanttData {
	plan, decides := o.model.Plan(), chain(o)
	g := chart.GanttData{Marks: []chart.Mark{{On: civil.DateOf(s.due.In(s.office.Location())), Label: "due", Kind: chart.Aim}}}
	if baseline != nil {
		g.Marks = append(g.Marks, chart.Mark{On: civil.DateOf(s.news.Now.In(s.office.Location())), Label: "today", Kind: chart.Today})
	}
	for _, t := range plan.Tasks {
		placed, _ := o.schedule.Of(t.Key)
		why, _ := o.schedule.Why(t.Key)
		bar := chart.GanttTask{
			Key: string(t.Key), Label: string(t.Key), Lane: t.Phase, Tag: who(o, t.Key), Note: reason(why, o), Span: s.days(placed.Span),
			Critical: slices.Contains(decides, string(t.Key)), Milestone: t.IsMilestone(),
		}
		if baseline != nil {
			if was, ok := baseline.schedule.Of(t.Key); ok {
				bar.Baseline = s.days(was.Span)
			}
		}
		if !t.Finished.IsZero() {
			bar.Done = 1000
		}
		g.Tasks = append(g.Tasks, bar)
	}
	for _, l := range plan.Links {
		at := slices.Index(decides, string(l.To))
		g.Links = append(g.Links, chart.GanttLink{From: string(l.From), To: string(l.To), Critical: at > 0 && decides[at-1] == string(l.From)})
	}
	return g
}

// heat is the load of a model by person and week.
func (s *story) heat(m *planning.Model, dates planning.Dated) chart.HeatMapData {
	h := chart.HeatMapData{Unit: chart.Unit{Name: "h", Decimals: 1}}
	for _, l := range m.Load(dates, planning.Weekly) {
		if n := len(h.Rows); n == 0 || h.Rows[n-1].Label != string(l.Resource) {
			h.Rows = append(h.Rows, chart.HeatRow{Label: string(l.Resource)})
		}
		row := &h.Rows[len(h.Rows)-1]
		if len(h.Rows) == 1 {
			h.Columns = append(h.Columns, l.Period.First().In(s.office.Location()).Format("2 Jan"))
		}
		row.Cells = append(row.Cells, chart.HeatCell{Used: tenths(l.Demand), Available: tenths(l.Deployable()), Note: l.String()})
	}
	return h
}

// tenths of an hour.
func tenths(e planning.Effort) int64 { return int64(e.Minutes() / 6) }

func (s *story) moveTable() report.Table {
	t := report.Table{ID: "moves", Title: "What moves, and why", Columns: []report.Column{
		{Key: "task", Title: "Task"}, {Key: "finish", Title: "Finish", Kind: report.Date},
	}}
	for _, m := range s.moves {
		t.Rows = append(t.Rows, []report.Cell{
			{Text: string(m.Task), Note: because(m, s.after)}, {Text: s.day(m.To.Finish), Value: s.days(m.To).Last(), Note: "was " + s.day(m.From.Finish)},
		})
	}
	return t
}

func (s *story) wayTable() report.Table {
	t := report.Table{ID: "ways", Title: "Ways out", Note: "Chance: of 5,000 simulated runs through the plan, people as scarce as they are.", Columns: []report.Column{
		{Key: "way", Title: "Way"}, {Key: "ready", Title: "Ready", Kind: report.Date}, {Key: "chance", Title: "Chance", Kind: report.Number},
	}}
	for _, o := range slices.Concat(s.ways, []option{s.before}) {
		ready := report.Cell{Text: s.day(o.schedule.Finish()), Value: civil.DateOf(o.schedule.Finish()), Note: s.spare(o), Class: report.Good}
		if o.schedule.Finish().After(s.due) {
			ready.Class = report.Bad
		}
		t.Rows = append(t.Rows, []report.Cell{
			{Text: o.name, Note: fmt.Sprintf("%d of %d tasks move", o.moved, len(s.plan.Tasks))}, ready, {Text: s.chance(o), Note: "90 % by " + s.day(o.odds.Percentile(90))},
		})
	}
	return t
}
