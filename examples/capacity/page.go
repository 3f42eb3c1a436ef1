package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/report"
	"github.com/go-marops/marops/report/chart"
)

// page is the story as a document: each act with its lines, tables and pictures.
func (s *story) page() report.Document {
	all := s.total()
	tooMuch := report.KeyFigure{Label: "Too much", Text: s.now.excess().String(), Note: "of firm work, proven", Class: report.Bad, Link: "#proof"}
	if len(s.now.overloads) == 0 {
		tooMuch.Note, tooMuch.Class, tooMuch.Link = "proven", report.Good, ""
	}
	doc := report.Document{Title: "Capacity of the quarter", Subtitle: period(s.quarter) + fmt.Sprint(" ", s.quarter.First().Year()), Lang: "en", Facts: []report.Fact{{Label: "Data", Text: "made up"}}, Blocks: []report.Block{
		report.KeyFigures{Items: []report.KeyFigure{
			{Label: "Deployable", Text: all.Deployable().String(), Note: "of " + all.Available.String() + " available", Link: "#notions"},
			{Label: "Firm", Text: all.Demand.String(), Note: "and tentative " + all.Tentative.String()},
			{Label: "Free", Text: all.Free().String(), Note: "if nothing tentative comes"},
			tooMuch,
		}},
	}}
	const percents = "Percent of the deployable hours, by week."
	pictures := [][]report.Block{
		{s.peopleTable(), s.notions(), s.skillTable(), figure("people-weeks", "Load by person", percents+" In the best schedule found, firm tasks.", s.peopleHeat(), chart.HeatMap)},
		{
			figure("skill-weeks", "Load by skill", percents+" If each task is done as early as its dates allow.", s.skillHeat(), chart.HeatMap),
			figure("schedule", "The best schedule found", "Thin ghosts: the days between a task's dates. Outlined: late.", s.gantt(), chart.Gantt),
		},
		{s.requestTable()},
		{s.optionTable()},
	}
	if len(s.now.overloads) > 0 {
		pictures[1] = slices.Insert(pictures[1], 0, report.Block(s.proofTable()))
	}
	for i, act := range s.acts {
		doc.Blocks = append(doc.Blocks, report.Heading{Level: 2, Text: act.title})
		for _, line := range act.lines {
			doc.Blocks = append(doc.Blocks, report.Say(line))
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

func columns(first string, numbers ...string) []report.Column {
	out := []report.Column{{Key: strings.ToLower(first), Title: first}}
	for _, n := range numbers {
		out = append(out, report.Column{Key: strings.ToLower(n), Title: n, Kind: report.Number})
	}
	return out
}

// cell is an effort in hours, exact to the tenth for machines.
func cell(e planning.Effort) report.Cell {
	return report.Cell{Text: hours(e), Value: report.Minor(tenths(e), 1)}
}

// tenths of an hour.
func tenths(e planning.Effort) int64 { return int64(e.Minutes() / 6) }

// tentative tells what is only tentative, after something else or alone.
func tentative(after string, e planning.Effort) string {
	switch {
	case e == 0:
		return after
	case after == "":
		return hours(e) + " tentative"
	default:
		return after + "; " + hours(e) + " tentative"
	}
}

func (s *story) peopleTable() report.Table {
	t := report.Table{ID: "people", Title: "By person", Columns: columns("Person", "Deployable", "Firm", "Free"), Note: "Hours. Firm: in the best schedule found."}
	line := func(l planning.Load) []report.Cell {
		return []report.Cell{{Text: string(l.Resource), Note: tentative("", l.Tentative)}, cell(l.Deployable()), cell(l.Demand), cell(l.Free())}
	}
	for _, l := range s.people {
		t.Rows = append(t.Rows, line(l))
	}
	t.Foot = [][]report.Cell{line(s.total())}
	return t
}

// notions is what deployable hours are made from.
func (s *story) notions() report.Details {
	t := report.Table{
		Columns: columns("Person", "Nominal", "Contracted", "Available", "Reserved", "Deployable"),
		Note:    "Hours. Nominal: whole people all quarter; contracted: part time, and from the first day on; available: less holidays and absences; reserved: meetings.",
	}
	line := func(l planning.Load) []report.Cell {
		return []report.Cell{{Text: string(l.Resource)}, cell(l.Nominal), cell(l.Contracted), cell(l.Available), cell(l.Reserved), cell(l.Deployable())}
	}
	for _, l := range s.people {
		t.Rows = append(t.Rows, line(l))
	}
	t.Foot = [][]report.Cell{line(s.total())}
	return report.Details{ID: "notions", Summary: "From nominal to deployable", Blocks: []report.Block{t}}
}

func (s *story) skillTable() report.Table {
	t := report.Table{ID: "skills", Title: "By skill", Columns: columns("Skill", "Deployable", "Firm", "Free"), Note: "Hours. Firm: asked for by skill. Free: of these people, whatever they do. Who has two skills counts in both rows, so there is no total."}
	for _, k := range s.skills {
		t.Rows = append(t.Rows, []report.Cell{{Text: k.name(), Note: tentative(names(k.People), k.Tentative)}, cell(k.Deployable), cell(k.Demand), cell(k.free)})
	}
	return t
}

func (s *story) proofTable() report.Table {
	t := report.Table{ID: "proof", Title: "Overloads", Columns: columns("Who and when", "Forced", "Available"), Note: "Hours. Forced: work of the tasks named, all of which must be done on those days. No order of the tasks helps."}
	for _, o := range s.now.overloads {
		forced := cell(o.Forced)
		forced.Class, forced.Note = report.Bad, hours(o.Excess())+" too much"
		var tasks []string
		for _, k := range o.Tasks {
			tasks = append(tasks, string(k))
		}
		t.Rows = append(t.Rows, []report.Cell{{Text: o.Name + ", " + period(o.Days), Note: strings.Join(tasks, ", ")}, forced, cell(o.Available)})
	}
	return t
}

func (s *story) requestTable() report.Table {
	t := report.Table{ID: "requests", Title: "Requests", Columns: []report.Column{{Key: "request", Title: "Request"}, {Key: "hours", Title: "Hours", Kind: report.Number}, {Key: "fits", Title: "Fits", Kind: report.Status}}}
	for _, a := range s.answers {
		verdict := report.Cell{Text: "yes", Class: report.Good}
		what := fmt.Sprintf("%s, %s", a.booking.Skill, period(a.days))
		if !a.fits {
			verdict = report.Cell{Text: "no", Class: report.Bad}
			what += ". With it: " + a.proof
		}
		t.Rows = append(t.Rows, []report.Cell{{Text: a.name, Note: what}, cell(a.booking.Effort), verdict})
	}
	return t
}

func (s *story) optionTable() report.Table {
	t := report.Table{ID: "options", Title: "What-ifs", Columns: []report.Column{
		{Key: "option", Title: "What if"}, {Key: "overload", Title: "Too much", Kind: report.Status}, {Key: "cost", Title: "Cost (" + s.now.cost.Currency().Code() + ")", Kind: report.Number},
	}, Note: resolved + " Cost: the hours of all tasks at the rates of who does them."}
	for _, o := range s.options {
		state := report.Cell{Text: o.overloaded(), Class: report.Good}
		if len(o.overloads) > 0 {
			state.Class = report.Bad
		}
		ends := []byte("late: " + o.tardy())
		for _, k := range s.moving() {
			ends = fmt.Appendf(ends, "; %s ends on %s", o.ends[k].campaign, day(o.ends[k].on))
		}
		t.Rows = append(t.Rows, []report.Cell{{Text: o.name, Note: string(ends)}, state, {Text: strings.TrimSuffix(o.cost.Grouped(), " "+o.cost.Currency().Code()), Value: report.Minor(o.cost.Minor(), o.cost.Currency().Digits())}})
	}
	return t
}

func (s *story) peopleHeat() chart.HeatMapData {
	h := chart.HeatMapData{Unit: chart.Unit{Name: "h", Decimals: 1}}
	for _, l := range s.now.model.Load(s.now.schedule, planning.Weekly) {
		if !s.quarter.Overlaps(l.Period) {
			continue
		}
		if n := len(h.Rows); n == 0 || h.Rows[n-1].Label != string(l.Resource) {
			h.Rows = append(h.Rows, chart.HeatRow{Label: string(l.Resource)})
		}
		if len(h.Rows) == 1 {
			h.Columns = append(h.Columns, "w"+week(l.Period))
		}
		r := &h.Rows[len(h.Rows)-1]
		r.Cells = append(r.Cells, chart.HeatCell{Used: tenths(l.Demand), Available: tenths(l.Deployable()), Note: l.String()})
	}
	return h
}

func (s *story) skillHeat() chart.HeatMapData {
	h := chart.HeatMapData{Unit: chart.Unit{Name: "h", Decimals: 1}}
	for _, w := range s.asked() {
		r := chart.HeatRow{Label: w.name}
		for _, l := range w.loads {
			if len(h.Rows) == 0 {
				h.Columns = append(h.Columns, "w"+week(l.Period))
			}
			r.Cells = append(r.Cells, chart.HeatCell{Used: tenths(l.Demand), Available: tenths(l.Deployable), Note: names(l.People)})
		}
		h.Rows = append(h.Rows, r)
	}
	return h
}

func (s *story) gantt() (g chart.GanttData) {
	for _, t := range s.plan.Tasks {
		p, _ := s.now.schedule.Of(t.Key)
		bar := chart.GanttTask{Key: string(t.Key), Label: string(t.Key), Lane: t.Phase, Span: s.days(p.Span)}
		for _, a := range s.now.schedule.Who(t.Key) {
			bar.Tag = string(a.Resource)
		}
		if !t.Deadline.IsZero() {
			bar.Baseline = s.days(planning.Span{Start: t.Constraint.At, Finish: t.Deadline})
			bar.Critical = p.Finish.After(t.Deadline)
		}
		if t.Tentative {
			bar.Label += " (tentative)"
		}
		g.Tasks = append(g.Tasks, bar)
	}
	for _, l := range s.plan.Links {
		g.Links = append(g.Links, chart.GanttLink{From: string(l.From), To: string(l.To)})
	}
	return g
}

// days returns the days that a span touches.
func (s *story) days(span planning.Span) civil.Period {
	return civil.Days(civil.DateOf(span.Start.In(s.zone)), civil.DateOf(span.Finish.In(s.zone).Add(-1)))
}
