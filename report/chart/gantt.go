package chart

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/go-marops/marops/civil"
)

// GanttData is a plan: tasks on a calendar.
type GanttData struct {
	Tasks []GanttTask // at most 5,000, over at most 40,000 days
	Links []GanttLink // at most 20,000
	Marks []Mark      // drawn when inside the tasks' dates or at most 28 days away from them
}

// GanttTask is one row of a Gantt chart.
type GanttTask struct {
	Key       string       // what links refer to; unique where given
	Label     string       // name of the row
	Lane      string       // rows of one lane stand together under its name, lanes in order of first use
	Tag       string       // short text beside the bar: who, how much
	Note      string       // more for the tooltip
	Span      civil.Period // empty: not scheduled, the row stays without a bar
	Baseline  civil.Period // drawn as a thin ghost; empty: none
	Done      int          // progress in permille, 0 to 1000
	Critical  bool
	Milestone bool // a diamond on the last day of Span
}

// GanttLink is a dependency between two tasks.
type GanttLink struct {
	From, To string // keys of tasks
	Kind     LinkKind
	Critical bool // binding and on the critical path
}

// LinkKind says which ends a link joins. The zero value is FinishStart.
type LinkKind uint8

// The kinds of links.
const (
	FinishStart LinkKind = iota
	StartStart
	FinishFinish
	StartFinish
)

// Gantt writes the plan as SVG: lanes, bars with progress, ghosts of the
// baseline, milestones, links, weekends and marks. A plan without any dated task
// gives a chart that says "no data". Errors match ErrData or ErrOptions, or come
// from w.
func Gantt(w io.Writer, data GanttData, o *Options) error {
	opts, err := o.resolve()
	if err != nil {
		return fmt.Errorf("gantt: %w", err)
	}
	if err := data.check(); err != nil {
		return fmt.Errorf("gantt: %w", err)
	}
	g := gantt{sheet: newSheet(opts, "Gantt chart", data.summary()), data: data}
	period, ok := data.period()
	if !ok {
		g.noData()
		return g.writeTo(w)
	}
	g.layout(period)
	g.draw()
	return g.writeTo(w)
}

func (d GanttData) check() error {
	var c checker
	c.count("tasks", len(d.Tasks), maxRows)
	c.count("links", len(d.Links), maxLinks)
	checkMarks(&c, d.Marks)
	if c.err != nil {
		return c.err
	}
	keys := make(map[string]struct{}, len(d.Tasks))
	for i, t := range d.Tasks {
		where := fmt.Sprintf("task %d (%q)", i+1, t.Label)
		c.text(where, t.Label, t.Lane, t.Tag, t.Note)
		if t.Done < 0 || t.Done > 1000 {
			c.failf("%s: done %d: want 0 to 1000 permille", where, t.Done)
		}
		if t.Key == "" {
			continue
		}
		if _, ok := keys[t.Key]; ok {
			c.failf("%s: key %q used twice", where, t.Key)
		}
		keys[t.Key] = struct{}{}
	}
	for i, l := range d.Links {
		if l.Kind > StartFinish {
			c.failf("link %d: unknown kind %d", i+1, l.Kind)
		}
		for _, key := range []string{l.From, l.To} {
			if _, ok := keys[key]; !ok {
				c.failf("link %d: no task %q", i+1, key)
			}
		}
	}
	if p, ok := d.period(); ok && p.Len() > maxDays {
		c.failf("%d days: at most %d can be drawn", p.Len(), maxDays)
	}
	return c.err
}

// period returns the days of all tasks and baselines and of the marks near them.
func (d GanttData) period() (civil.Period, bool) {
	var first, last civil.Date
	widen := func(p civil.Period) {
		if p.IsEmpty() {
			return
		}
		if first.IsZero() || p.First().Before(first) {
			first = p.First()
		}
		if last.Before(p.Last()) {
			last = p.Last()
		}
	}
	for _, t := range d.Tasks {
		widen(t.Span)
		widen(t.Baseline)
	}
	if first.IsZero() {
		return civil.Period{}, false
	}
	for near, i := civil.Days(first.AddDays(-28), last.AddDays(28)), 0; i < len(d.Marks); i++ {
		if near.Contains(d.Marks[i].On) {
			widen(civil.Days(d.Marks[i].On, d.Marks[i].On))
		}
	}
	return civil.Days(first, last), true
}

func (d GanttData) summary() string {
	p, ok := d.period()
	if !ok {
		return "No dated tasks."
	}
	critical, stones := 0, 0
	for _, t := range d.Tasks {
		if t.Critical {
			critical++
		}
		if t.Milestone {
			stones++
		}
	}
	return fmt.Sprintf("%s from %s to %s; %d critical; %s; %s.", count(len(d.Tasks), "row"), p.First(), p.Last(), critical,
		count(stones, "milestone"), count(len(d.Links), "link"))
}

// count writes "1 row", "2 rows".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// describe is the tooltip of a task.
func (t GanttTask) describe() string {
	parts := []string{t.Label}
	add := func(s string) {
		if s != "" {
			parts = append(parts, s)
		}
	}
	add(t.Lane)
	switch {
	case t.Span.IsEmpty():
		add("not scheduled")
	case t.Milestone:
		add(t.Span.Last().String())
	default:
		add(t.Span.First().String() + " to " + t.Span.Last().String() + " (" + count(t.Span.Len(), "day") + ")")
	}
	if !t.Baseline.IsEmpty() {
		add("baseline " + t.Baseline.First().String() + " to " + t.Baseline.Last().String())
	}
	if t.Critical {
		add("critical")
	}
	if t.Done > 0 {
		add(percent(int64(t.Done)) + " done")
	}
	add(t.Tag)
	add(t.Note)
	return strings.Join(parts, " · ")
}

// percent writes permille as a percentage, with a decimal only if it needs one.
func percent(permille int64) string {
	s := strconv.FormatInt(permille/10, 10)
	if permille%10 != 0 {
		s += "." + strconv.FormatInt(permille%10, 10)
	}
	return s + "%"
}

// lanes returns the indexes of tasks by lane, in order of first use.
func (d GanttData) lanes() (names []string, rows map[string][]int) {
	rows = make(map[string][]int)
	for i, t := range d.Tasks {
		if _, ok := rows[t.Lane]; !ok {
			names = append(names, t.Lane)
		}
		rows[t.Lane] = append(rows[t.Lane], i)
	}
	// Rows without a lane would seem to belong to the lane above them.
	if i := slices.Index(names, ""); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, "")
	}
	return names, rows
}
