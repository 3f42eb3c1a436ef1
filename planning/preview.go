package planning

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/go-marops/marops/civil/worktime"
)

// Edit is one change to try in a Preview. Of its parts those count that are set.
type Edit struct {
	Task       TaskKey          `json:"task,omitempty"`
	Duration   *worktime.Length `json:"duration,omitempty"`   // the task takes so long
	Constraint *Constraint      `json:"constraint,omitempty"` // the task has this date, or none
	Link       *Link            `json:"link,omitempty"`       // the link is added
	Unlink     *Link            `json:"unlink,omitempty"`     // the links with these ends and this type are dropped, whatever their lag
}

// With returns a copy of the plan with edits applied, to keep what a Preview tried.
// A task that takes longer or shorter than before has its Estimate moved by as
// much, where both are of one unit, down to nothing; where they are not it loses it.
// Edits of tasks that are not there do nothing.
func (p Plan) With(edits ...Edit) Plan {
	out := p.Clone()
	for _, e := range edits {
		if t := out.Task(e.Task); t != nil && e.Duration != nil {
			t.reestimate(*e.Duration)
			t.Duration, t.Effort = *e.Duration, worktime.Length{}
		}
		if t := out.Task(e.Task); t != nil && e.Constraint != nil {
			t.Constraint = *e.Constraint
		}
		if e.Link != nil {
			out.Links = append(out.Links, *e.Link)
		}
		if u := e.Unlink; u != nil {
			out.Links = slices.DeleteFunc(out.Links, func(l Link) bool { return l.From == u.From && l.To == u.To && l.Type == u.Type })
		}
	}
	return out
}

func (t *Task) reestimate(d worktime.Length) {
	e := &t.Estimate
	if *e == (Estimate{}) {
		return
	}
	if t.Duration.Kind() != d.Kind() && !t.Duration.IsZero() {
		*e = Estimate{}
		return
	}
	by := d.Amount() - t.Duration.Amount()
	e.Min, e.Likely, e.Max = max(0, e.Min+by), max(0, e.Likely+by), max(0, e.Max+by)
	if e.Max == 0 || e.Shape == Lognormal && e.Likely == 0 {
		*e = Estimate{}
	}
}

// ErrEdit is the kind of every error about an Edit that cannot be tried.
var ErrEdit = errors.New("invalid edit")

// Preview is what a few edits would do to a critical path. Only what they move has
// been computed anew. It is immutable and safe for concurrent use.
type Preview struct {
	before, after Dates
	moved         []int32 // in the order of the plan
	last          int64
}

// Preview tries edits without compiling the plan again: it recomputes the early
// dates of the edited tasks and, as long as they move, of what depends on them.
// The error matches ErrEdit and names the task or link; a circle of links is told
// as its path.
func (c *CriticalPath) Preview(edits ...Edit) (*Preview, error) {
	e := editor{m: new(*c.m), of: c.m}
	for _, edit := range edits {
		if err := e.apply(edit); err != nil {
			return nil, err
		}
	}
	if c.late != nil || slices.ContainsFunc(edits, func(edit Edit) bool { return edit.Constraint != nil && edit.Constraint.Kind == ALAP }) { // what is done as late as possible depends on what is behind it
		if err := e.sort(); err != nil {
			return nil, err
		}
		return c.whole(e.m), nil
	}
	t := &times{es: slices.Clone(c.t.es), ef: slices.Clone(c.t.ef), why: slices.Clone(c.t.why)}
	moved, err := e.recompute(t, c.t)
	if err != nil {
		return nil, err
	}
	last := e.m.start
	for _, f := range t.ef {
		last = max(last, f)
	}
	after := &CriticalPath{m: e.m, t: t, last: last, start: t.es, end: t.ef}
	return &Preview{before: c.Dates(), after: after.Dates(), moved: moved, last: last}, nil
}

// whole is a Preview by computing everything.
func (c *CriticalPath) whole(m *Model) *Preview {
	after := m.CriticalPath()
	p := &Preview{before: c.Dates(), after: after.Dates(), last: after.last}
	for i := range after.start {
		if after.start[i] != c.start[i] || after.end[i] != c.end[i] {
			p.moved = append(p.moved, int32(i))
		}
	}
	return p
}

// Finish returns when the last task would end.
func (p *Preview) Finish() time.Time { return timeAt(p.last, p.after.m.home) }

// Of returns when a task would be done, and whether there is such a task.
func (p *Preview) Of(key TaskKey) (Span, bool) { return p.after.Of(key) }

// Dates returns when tasks would be done.
func (p *Preview) Dates() Dates { return p.after }

// Moves yields the tasks that would move, in the order of the plan, with what moves
// them: the root cause is last. See Diff.
func (p *Preview) Moves() iter.Seq[Move] {
	return func(yield func(Move) bool) {
		d := differ{b: p.before, a: p.after}
		for _, i := range p.moved {
			if move, ok := d.move(i); ok && !yield(move) {
				return
			}
		}
	}
}

// editor makes a model that shares what no edit touches.
type editor struct {
	m, of  *Model
	dirty  []int32
	linked bool
}

func (e *editor) apply(edit Edit) error {
	m := e.m
	m.axis = false // what is edited may not fit on it
	if edit.Duration != nil || edit.Constraint != nil {
		i, ok := m.task(edit.Task)
		if !ok {
			return fmt.Errorf("edit: task %.40q is not in the plan: %w", edit.Task, ErrEdit)
		}
		if d := edit.Duration; d != nil {
			if d.Amount() < 0 || tooLong(*d) {
				return fmt.Errorf("edit: task %.40q: duration %s: %w", edit.Task, d, ErrEdit)
			}
			if &m.dur[0] == &e.of.dur[0] {
				m.dur = slices.Clone(m.dur)
			}
			m.dur[i] = *d
			e.stretch(i)
		}
		if k := edit.Constraint; k != nil {
			if k.Kind > ALAP || (k.Kind == ASAP || k.Kind == ALAP) != k.At.IsZero() || k.At.UTC().Year() > 9999 {
				return fmt.Errorf("edit: task %.40q: constraint %s %s: %w", edit.Task, k.Kind, dateText(k.At), ErrEdit)
			}
			if &m.constraint[0] == &e.of.constraint[0] {
				m.constraint = slices.Clone(m.constraint)
			}
			if m.constraint[i] = (constraint{k.Kind, 0}); !k.At.IsZero() {
				m.constraint[i].at = instant(k.At)
			}
		}
		e.dirty = append(e.dirty, i)
	}
	for _, l := range []*Link{edit.Link, edit.Unlink} {
		if l == nil {
			continue
		}
		from, okFrom := m.task(l.From)
		to, okTo := m.task(l.To)
		if !okFrom || !okTo || l.Type > SF || tooLong(l.Lag) || l.Percent != 0 || l.Calendar != "" {
			return fmt.Errorf("edit: link %.40q->%.40q: want two tasks, a type and a lag: %w", l.From, l.To, ErrEdit)
		}
		e.relink(edit, l, from, to)
		e.dirty = append(e.dirty, to)
	}
	return nil
}

// relink adds or drops arcs.
func (e *editor) relink(edit Edit, l *Link, from, to int32) {
	m := e.m
	e.linked = true
	change := func(r rows[arc], at int32, a arc) rows[arc] {
		out := rows[arc]{slices.Clone(r.head), make([]arc, 0, len(r.all)+1)}
		for i := range out.head[:len(out.head)-1] {
			list := r.of(int32(i))
			out.head[i] = int32(len(out.all))
			for _, b := range list {
				if edit.Unlink != l || int32(i) != at || b.task != a.task || b.typ != a.typ {
					out.all = append(out.all, b)
				}
			}
			if edit.Link == l && int32(i) == at {
				out.all = append(out.all, a)
			}
		}
		out.head[len(out.head)-1] = int32(len(out.all))
		return out
	}
	m.clocks = slices.Clone(m.clocks)
	clock := m.clockOf(m.own[to])
	m.in = change(m.in, to, arc{l.Lag, from, -1, clock, l.Type})
	m.out = change(m.out, from, arc{l.Lag, to, -1, clock, l.Type})
}

// stretch works out the lags anew that are a part of a task's duration.
func (e *editor) stretch(i int32) {
	m := e.m
	for k := m.out.head[i]; k < m.out.head[i+1]; k++ {
		a := m.out.all[k]
		if a.link < 0 || m.links[a.link].percent == 0 {
			continue
		}
		e.linked = true
		lag := m.lagOf(m.links[a.link].lag, int(m.links[a.link].percent), i)
		m.out.all = slices.Clone(m.out.all)
		m.out.all[k].lag = lag
		m.in.all = slices.Clone(m.in.all)
		for j := m.in.head[a.task]; j < m.in.head[a.task+1]; j++ {
			if b := &m.in.all[j]; b.link == a.link && b.task == i {
				b.lag = lag
			}
		}
	}
}

// sort orders the tasks anew, or tells the circle that a link makes.
func (e *editor) sort() error {
	c := compiler{m: e.m}
	if c.cycles(); len(c.found) > 0 {
		return fmt.Errorf("edit: %w: %w", c.found.Err(), ErrEdit)
	}
	return nil
}

// recompute returns what moves, in the order of the plan. With other links all is
// computed anew, else what is edited and, as long as it moves, what depends on it.
func (e *editor) recompute(t, was *times) ([]int32, error) {
	m := e.m
	var moved []int32
	if e.linked {
		if err := e.sort(); err != nil {
			return nil, err
		}
		m.forward(t, m.cal)
		for i := range t.es {
			if t.es[i] != was.es[i] || t.ef[i] != was.ef[i] {
				moved = append(moved, int32(i))
			}
		}
		return moved, nil
	}
	waiting := make([]bool, len(m.order)) // by position
	var open heap
	push := func(i int32) {
		if p := m.position[i]; !waiting[p] {
			waiting[p] = true
			open.push(p)
		}
	}
	for _, i := range e.dirty {
		push(i)
	}
	for len(open) > 0 {
		i := m.order[open.pop()]
		m.early(t, m.cal, i)
		if t.es[i] == was.es[i] && t.ef[i] == was.ef[i] {
			continue
		}
		moved = append(moved, i)
		for _, a := range m.out.of(i) {
			push(a.task)
		}
	}
	slices.Sort(moved)
	return moved, nil
}
