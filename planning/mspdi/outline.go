package mspdi

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/planning"
)

// entry is a row of the outline: a task, or a phase.
type entry struct {
	task, phase int // -1 for the other
	level       int // 1 at the top
}

// summary is a phase with what is below it.
type summary struct {
	planning.Phase
	uid      int
	parent   int // -1 at the top
	first    int // the first task below, -1 if there is none
	rollup   planning.Float
	total    int // tasks below
	contents []entry
}

// phases returns the phases of the plan, listed ones first, with their dates.
func (w *writer) phases() []summary {
	var out []summary
	at := map[string]int{}
	add := func(p planning.Phase) {
		at[p.Key] = len(out)
		out = append(out, summary{Phase: p, parent: -1, first: -1})
	}
	for _, p := range w.plan.Phases {
		add(p)
	}
	for i := range w.plan.Tasks {
		if key := w.plan.Tasks[i].Phase; key != "" {
			if _, listed := at[key]; !listed {
				add(planning.Phase{Key: key, Name: key})
			}
		}
	}
	for k := range out {
		if up, ok := at[out[k].Parent]; ok && out[k].Parent != "" {
			out[k].parent = up
		}
	}
	for i := range w.plan.Tasks {
		k, ok := at[w.plan.Tasks[i].Phase]
		if !ok || w.plan.Tasks[i].Phase == "" {
			continue
		}
		for ; k >= 0; k = out[k].parent {
			if out[k].first < 0 {
				out[k].first = i
			}
			out[k].add(&w.floats[i])
		}
	}
	return out
}

// add widens the dates of a phase to those of a task.
func (s *summary) add(f *planning.Float) {
	r := &s.rollup
	if s.total++; s.total == 1 {
		*r = *f
		return
	}
	for _, d := range [...]struct{ into, from *time.Time }{{&r.Start, &f.Start}, {&r.EarlyStart, &f.EarlyStart}, {&r.LateStart, &f.LateStart}} {
		if d.from.Before(*d.into) {
			*d.into = *d.from
		}
	}
	for _, d := range [...]struct{ into, from *time.Time }{{&r.Finish, &f.Finish}, {&r.EarlyFinish, &f.EarlyFinish}, {&r.LateFinish, &f.LateFinish}} {
		if d.from.After(*d.into) {
			*d.into = *d.from
		}
	}
	r.Total, r.Critical = min(r.Total, f.Total), r.Critical || f.Critical
}

// outline returns the rows of the file: the tasks in the order of the plan, each
// phase before its first task, and one without tasks behind the phase that is listed
// before it.
func (w *writer) outline(phases []summary) []entry {
	var top []entry
	of := func(parent int) *[]entry {
		if parent < 0 {
			return &top
		}
		return &phases[parent].contents
	}
	last := make([]int, len(phases)+1) // by parent + 1: where the phase before stands
	for k := range last {
		last[k] = -1
	}
	place := make([]int, len(phases))
	at := map[string]int{}
	for k := range phases {
		p := &phases[k]
		if place[k] = p.first; p.first < 0 {
			place[k] = last[p.parent+1]
		}
		last[p.parent+1] = place[k]
		at[p.Key] = k
		into := of(p.parent)
		*into = append(*into, entry{task: -1, phase: k})
	}
	for i := range w.plan.Tasks {
		parent := -1
		if key := w.plan.Tasks[i].Phase; key != "" {
			parent = at[key]
		}
		into := of(parent)
		*into = append(*into, entry{task: i, phase: -1})
	}
	position := func(e entry) int {
		if e.phase >= 0 {
			return place[e.phase]
		}
		return e.task
	}
	out := make([]entry, 0, len(phases)+len(w.plan.Tasks))
	var stack []entry
	push := func(list []entry, level int) {
		slices.SortStableFunc(list, func(a, b entry) int { return cmp.Compare(position(a), position(b)) })
		for _, e := range slices.Backward(list) {
			e.level = level
			stack = append(stack, e)
		}
	}
	push(top, 1)
	for len(stack) > 0 {
		e := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		out = append(out, e)
		if e.phase >= 0 {
			push(phases[e.phase].contents, e.level+1)
		}
	}
	return out
}

// number gives the phases UIDs: those of their keys, if all are such and differ from
// those of the tasks, else numbers behind those of the tasks.
func number(phases []summary, tasks []int) {
	taken := map[int]bool{}
	most := 0
	for _, id := range tasks {
		taken[id] = true
		most = max(most, id)
	}
	own := true
	for k := range phases {
		digits, cut := strings.CutPrefix(phases[k].Key, "phase-")
		n, ok := uidOf(digits)
		own = own && cut && ok && !taken[n]
		phases[k].uid, taken[n] = n, true
	}
	if !own {
		for k := range phases {
			phases[k].uid = most + 1 + k
		}
	}
}
