package rcpsp

import (
	"cmp"
	"slices"
)

// oracle builds schedules on one integer per resource and period: slow, short
// and obvious. It works on the authored project and allocates once. Mirrored
// projects are made by mirror.
type oracle struct {
	p        Project
	use      [][]int32 // by resource and period
	start    []int32
	order    []int32
	fromEdge [][]Edge // edges into an activity
}

func newOracle(p Project, horizon int) *oracle {
	o := &oracle{p: p, start: make([]int32, len(p.Activities)), order: make([]int32, len(p.Activities)), fromEdge: make([][]Edge, len(p.Activities))}
	for range p.Capacity {
		o.use = append(o.use, make([]int32, horizon))
	}
	for _, e := range p.Edges {
		o.fromEdge[e.To] = append(o.fromEdge[e.To], e)
	}
	return o
}

// mirrored returns the project seen from its end: activity i becomes n-1-i.
func mirrored(p Project) Project {
	out := p.clone()
	slices.Reverse(out.Activities)
	last := int32(len(p.Activities) - 1)
	for k, e := range p.Edges {
		out.Edges[k] = Edge{From: last - e.To, To: last - e.From, FromFinish: !e.ToFinish, ToFinish: !e.FromFinish, Lag: e.Lag}
	}
	return out
}

func (o *oracle) mode(i int32) *Mode { return &o.p.Activities[i].Modes[0] }

func (o *oracle) early(i int32) int32 {
	var t int32
	for _, e := range o.fromEdge[i] {
		t = max(t, o.start[e.From]+e.weight(o.mode(e.From).Duration, o.mode(i).Duration))
	}
	return t
}

func (o *oracle) fits(i, t int32) bool {
	m := o.mode(i)
	for u := t; u < t+m.Duration; u++ {
		for k := range o.use {
			if o.use[k][u]+at(m.Use, k) > o.p.Capacity[k] {
				return false
			}
		}
	}
	return true
}

func (o *oracle) book(i, t int32) int32 {
	m := o.mode(i)
	o.start[i] = t
	for u := t; u < t+m.Duration; u++ {
		for k := range o.use {
			o.use[k][u] += at(m.Use, k)
		}
	}
	return t + m.Duration
}

func (o *oracle) reset() {
	for i := range o.start {
		o.start[i] = unplaced
	}
	for k := range o.use {
		clear(o.use[k])
	}
}

func (o *oracle) placed(i int32) bool {
	for _, e := range o.fromEdge[i] {
		if o.start[e.From] == unplaced {
			return false
		}
	}
	return true
}

// serial places in the order of the keys, ties by number; an activity whose
// predecessors are not placed makes them go first.
func (o *oracle) serial(keys []int32) (makespan int32) {
	o.reset()
	for i := range o.order {
		o.order[i] = int32(i)
	}
	slices.SortFunc(o.order, func(a, b int32) int { return cmp.Or(cmp.Compare(keys[a], keys[b]), cmp.Compare(a, b)) })
	for _, i := range o.order {
		makespan = max(makespan, o.place(i))
	}
	return makespan
}

func (o *oracle) place(i int32) (end int32) {
	if o.start[i] != unplaced {
		return 0
	}
	for _, e := range o.fromEdge[i] {
		end = max(end, o.place(e.From))
	}
	t := o.early(i)
	for !o.fits(i, t) {
		t++
	}
	return max(end, o.book(i, t))
}

// parallel walks through the periods and starts at each what fits, in the order
// of the keys (J. Kelley 1963; A. Brooks, see K. Bedworth and J. Bailey 1982).
func (o *oracle) parallel(keys []int32) (makespan int32) {
	o.reset()
	for i := range o.order {
		o.order[i] = int32(i)
	}
	slices.SortFunc(o.order, func(a, b int32) int { return cmp.Or(cmp.Compare(keys[a], keys[b]), cmp.Compare(a, b)) })
	left := len(o.order)
	for t := int32(0); left > 0; t++ {
		for again := true; again; {
			again = false
			for _, i := range o.order {
				if o.start[i] == unplaced && o.placed(i) && o.early(i) <= t && o.fits(i, t) {
					makespan = max(makespan, o.book(i, t))
					left--
					again = true
					break
				}
			}
		}
	}
	return makespan
}
