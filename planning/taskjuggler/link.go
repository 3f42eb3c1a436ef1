package taskjuggler

import (
	"fmt"
	"strings"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// links returns what each task depends on, and which tasks have links that leave
// their start.
func (b *builder) links() (incoming [][]edge, leads []bool) {
	index := make(map[planning.TaskKey]int, len(b.p.Tasks))
	for i := range b.p.Tasks {
		index[b.p.Tasks[i].Key] = i
	}
	ends := func(key planning.TaskKey) []int {
		if i, ok := index[key]; ok {
			return []int{i}
		}
		return b.names.members(b.names.at[string(key)])
	}
	incoming, leads = make([][]edge, len(b.p.Tasks)), make([]bool, len(b.p.Tasks))
	seen := make(map[[2]int]planning.Link, len(b.p.Links))
	for _, l := range b.p.Links {
		sources := ends(l.From)
		for _, to := range ends(l.To) {
			if shapeOf(&b.p.Tasks[to]) == shapeFixed {
				continue
			}
			for _, from := range sources {
				l.From, l.To = b.p.Tasks[from].Key, b.p.Tasks[to].Key
				subject := fmt.Sprintf("link/%s->%s", l.From, l.To)
				other, again := seen[[2]int{from, to}]
				if again && other != l {
					b.bad("taskjuggler.link.twice", subject, "keep the one that binds, or put a milestone between", "%s %s and %s %s", other.Type, other.Lag, l.Type, l.Lag)
				}
				if again {
					continue
				}
				seen[[2]int{from, to}] = l
				if text, ok := b.depends(l, from, to, subject); ok {
					incoming[to] = append(incoming[to], edge{from, l, text})
					leads[from] = leads[from] || l.Type == planning.SS
				}
			}
		}
	}
	b.moments(incoming)
	return incoming, leads
}

func (b *builder) depends(l planning.Link, from, to int, subject string) (string, bool) {
	options, id := "", b.names.full[from]
	switch l.Type {
	case planning.FS:
	case planning.SS:
		switch p, _ := b.schedule.Of(l.From); {
		case shapeOf(&b.p.Tasks[from]) == shapeEffort:
			id = b.startOf(from)
		case p.Start.Before(p.Finish): // of a milestone, where it is the same, tj3 may see a loop
			options = " onstart"
		}
	default:
		b.bad("taskjuggler.link.type", subject, "hold the start instead", "%s: TaskJuggler's links hold starts", l.Type)
		return "", false
	}
	name := l.Calendar
	if name == "" {
		name = b.name(b.p.Tasks[to].Calendar)
	}
	cal := b.calendars[name]
	minutes, ok := cal.length(l.Lag)
	switch {
	case l.Lag.Amount() < 0:
		b.bad("taskjuggler.link.lead", subject, "split the predecessor where the successor may start", "lag %s", l.Lag)
		return "", false
	case l.Percent != 0:
		b.bad("taskjuggler.link.lag", subject, "give the lag as a length", "lag %d %%", l.Percent)
		return "", false
	case l.Lag.IsZero():
	case l.Lag.Kind() == worktime.KindElapsed:
		options += fmt.Sprintf(" gapduration %d min", minutes)
	case !ok || cal != b.home || !cal.plain:
		b.bad("taskjuggler.link.lag", subject, "give the lag as elapsed time, or put a task in its place", "lag %s in calendar %q", l.Lag, cal.name)
		return "", false
	default:
		options += fmt.Sprintf(" gaplength %d min", minutes)
	}
	b.minutes(subject, "the lag", minutes)
	if options == "" {
		return id, true
	}
	return fmt.Sprintf("%s {%s }", id, options), true
}

// startOf returns a milestone at the start of a task with people. Until they are
// found tj3 has an earlier start for it, which it may tell successors that wait
// for others too; of a milestone that waits for nothing else it tells none.
func (b *builder) startOf(from int) string {
	if id, ok := b.starts[from]; ok {
		return id
	}
	full := b.names.full[from]
	id := b.ids.of("s_", full[strings.LastIndexByte(full, '.')+1:])
	b.starts[from] = id
	fmt.Fprintf(&b.helpers, "task %s %s {\n  milestone\n  depends %s { onstart }\n  flags helper\n}\n", id, quote("start of "+string(b.p.Tasks[from].Key)), full)
	return id
}

// edge is a link seen from its successor.
type edge struct {
	from int
	link planning.Link
	text string // in a depends
}

// moments refuses links whose successor would start at another moment than in
// package planning. TaskJuggler tells a start without people as the end of the
// last predecessor, perhaps in the evening, package planning as the next moment
// of work. Both are one moment for a successor that works in the same calendar;
// for others they are not.
func (b *builder) moments(incoming [][]edge) {
	exact := make([]bool, len(b.p.Tasks)) // the start is told as the same instant
	for _, i := range order(incoming) {
		t := &b.p.Tasks[i]
		for _, e := range incoming[i] {
			if b.carries(e, t, exact) {
				continue
			}
			b.bad("taskjuggler.link.moment", fmt.Sprintf("link/%s->%s", e.link.From, e.link.To), "give both tasks one calendar and working time, or put people on the first",
				"%s starts when work ends or when it next begins, which is not the same for %s", e.link.From, e.link.To)
		}
		exact[i] = b.exact(t, incoming[i], exact)
	}
}

// same reports whether the end of the predecessor that a link leaves from is
// told as the same instant.
func (b *builder) same(e edge, exact []bool) bool {
	from := &b.p.Tasks[e.from]
	if e.link.Type == planning.SS || from.IsMilestone() || shapeOf(from) == shapeDuration {
		return exact[e.from]
	}
	return true
}

func (b *builder) carries(e edge, t *planning.Task, exact []bool) bool {
	if b.same(e, exact) {
		return true
	}
	from := &b.p.Tasks[e.from]
	if shapeOf(t) == shapeDuration || b.name(from.Calendar) != b.name(t.Calendar) {
		return false
	}
	// Working lags run in the plan's calendar.
	return e.link.Lag.IsZero() || e.link.Lag.Kind() != worktime.KindElapsed && b.name(t.Calendar) == b.p.Calendar
}

// exact reports whether a task's start is told as the same instant.
func (b *builder) exact(t *planning.Task, incoming []edge, exact []bool) bool {
	cal := b.m.Calendar(t.Key)
	bounds := []int64{b.start.Unix() / 60} // that are there beside links
	if k := t.Constraint.Kind; k == planning.SNET || k == planning.MSO {
		bounds = append(bounds, floor(t.Constraint.At.Unix(), 60))
	}
	switch shapeOf(t) {
	case shapeEffort, shapeFixed:
		return true
	case shapeDuration:
		for _, e := range incoming {
			if !b.same(e, exact) {
				return false
			}
		}
		return true
	case shapeMilestone:
		for _, at := range bounds {
			if cal.NextMinute(at) != at && cal.PrevMinute(at) != at {
				return false
			}
		}
		for _, e := range incoming {
			from := &b.p.Tasks[e.from]
			worked := b.name(from.Calendar) == b.name(t.Calendar) && e.link.Lag.IsZero() && e.link.Type == planning.FS &&
				(shapeOf(from) == shapeLength || shapeOf(from) == shapeEffort || shapeOf(from) == shapeMilestone && exact[e.from])
			lagged := !e.link.Lag.IsZero() && e.link.Lag.Kind() != worktime.KindElapsed && b.name(t.Calendar) == b.p.Calendar
			if !worked && !lagged {
				return false
			}
		}
		return true
	case shapeLength:
		for _, at := range bounds {
			if cal.NextMinute(at) != at {
				return false
			}
		}
		return len(incoming) == 0
	}
	return false
}

// order returns the tasks, predecessors first.
func order(incoming [][]edge) []int {
	waits := make([]int, len(incoming))
	after := make([][]int, len(incoming))
	out := make([]int, 0, len(incoming))
	for i, edges := range incoming {
		waits[i] = len(edges)
		for _, e := range edges {
			after[e.from] = append(after[e.from], i)
		}
		if len(edges) == 0 {
			out = append(out, i)
		}
	}
	for k := 0; k < len(out); k++ {
		for _, i := range after[out[k]] {
			if waits[i]--; waits[i] == 0 {
				out = append(out, i)
			}
		}
	}
	return out
}
