package allocate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
)

// timed is branch and bound where cells do not count for themselves: the envelopes
// are those of what is felt, between what is felt of the lower and of the upper ends
// of the cells' intervals.
type timed struct {
	m       *Model
	p       *program
	total   int64
	o       Options
	best    float64
	spend   []int64
	optimum float64 // of a continuous solution
	prices  []float64
	pruned  float64
	nodes   int
	open    []*span
}

// span is a region: an interval for each cell, in minor units.
type span struct {
	l, u  []float64
	x     []float64
	gaps  []float64 // by how much the envelope is above the curve
	bound float64
}

// overTime allocates where spend is felt later, or groups and periods cross.
func (m *Model) overTime(ctx context.Context, total int64, opts *Options) (*solution, error) {
	if m.weights == nil { // every cell is felt at once
		one := *m
		one.weights = make([][]float64, len(m.plan.Channels))
		w := make([]float64, m.periods)
		w[0] = 1
		for i := range one.weights {
			one.weights[i] = w
		}
		m = &one
	}
	b := &timed{m: m, total: total, o: opts.orDefault(100), best: math.Inf(-1), optimum: math.Inf(-1), pruned: math.Inf(-1)}
	b.p = m.newProgram(max(1, float64(total)))
	if m.keeps(m.current, total) {
		b.offer(m.current)
	}
	lo, hi := m.tighten(total)
	b.relax(ctx, floats(lo), floats(hi), math.Inf(1))
	stopped := false
	for len(b.open) > 0 && !b.enough(b.open[0].bound) {
		if b.nodes >= b.o.MaxNodes || ctx.Err() != nil {
			stopped = true
			break
		}
		top := b.open[0]
		b.open = b.open[1:]
		b.branch(ctx, top)
	}
	if b.spend == nil {
		if stopped {
			return nil, fmt.Errorf("search stopped after %d regions: %w", b.nodes, cmp.Or(ctx.Err(), ErrInfeasible))
		}
		return nil, &InfeasibleError{Budget: m.money(total), Bounds: m.hardBounds()}
	}
	up := max(b.optimum+slack*math.Abs(b.optimum), b.pruned)
	if len(b.open) > 0 {
		up = max(up, b.open[0].bound)
	}
	stopped = stopped || !b.enough(up)
	return &solution{spend: b.spend, prices: b.prices, optimum: b.optimum, bound: up, nodes: b.nodes, stopped: stopped}, nil
}

func (b *timed) enough(bound float64) bool {
	return b.spend != nil && bound <= b.optimum+b.o.Gap*math.Abs(b.optimum)
}

// offer takes a spend that keeps the bounds if it is better than the best.
func (b *timed) offer(spend []int64) bool {
	if !b.m.keeps(spend, b.total) {
		return false
	}
	v := b.m.valueOverTime(floats(spend))
	b.optimum = max(b.optimum, v)
	if b.spend == nil || v > b.best {
		b.best, b.spend = v, slices.Clone(spend)
		return true
	}
	return false
}

// claim takes the response to a continuous solution that keeps the rows exactly.
func (b *timed) claim(x []float64) {
	if b.p.residual() <= 1e-11 {
		b.optimum = max(b.optimum, b.m.valueOverTime(x))
	}
}

// solve solves the loaded program and returns spends in minor units, whether they
// keep the rows, and an upper bound.
func (b *timed) solve(ctx context.Context) (x []float64, keeps bool, bound float64) {
	p := b.p
	objective := 0.0
	for i := range p.env {
		objective += p.env[i].at(p.env[i].u)
	}
	if objective <= 0 {
		objective = 1
	}
	p.solve(ctx, objective)
	x = make([]float64, len(p.x))
	for i := range x {
		x[i] = min(max(p.x[i], p.l[i]), p.u[i]) * p.scale
		if math.IsNaN(x[i]) { // no solution; the bound holds for any
			x[i] = 0.5 * (p.l[i] + p.u[i]) * p.scale
		}
	}
	return x, p.residual() <= 1e-7, p.bound(x)
}

// relax bounds a region, looks for something good in it, and keeps it if it could
// hold something better.
func (b *timed) relax(ctx context.Context, l, u []float64, parent float64) {
	b.nodes++
	for i := range l {
		if from := float64(b.m.cells[i].from); l[i] > 0 && l[i] < from {
			l[i] = from
		} else if l[i] == 0 && u[i] < from {
			u[i] = 0
		}
		if u[i] < l[i] {
			return
		}
	}
	if !b.load(l, u) {
		return
	}
	x, keeps, bound := b.solve(ctx)
	bound = min(bound, parent)
	if b.enough(bound) {
		b.pruned = max(b.pruned, bound)
		return
	}
	r := &span{l: l, u: u, x: x, bound: bound}
	y := b.m.felt(x)
	r.gaps = make([]float64, len(x))
	for i := range x {
		r.gaps[i] = b.p.env[i].at(y[i]) - b.m.cells[i].curve.At(y[i])
	}
	prices := slices.Clone(b.p.nu)
	for i := range prices {
		prices[i] /= b.p.scale
	}
	if keeps && b.lawful(x) {
		if b.offer(b.m.cents(x, b.total)) {
			b.prices = prices
			b.claim(x)
		}
	}
	if !b.enough(bound) {
		b.dive(ctx, r)
		if b.prices == nil {
			b.prices = prices
		}
	}
	if b.enough(bound) {
		b.pruned = max(b.pruned, bound)
		return
	}
	at, _ := slices.BinarySearchFunc(b.open, r, func(a, c *span) int { return cmp.Or(cmp.Compare(c.bound, a.bound), -1) })
	b.open = slices.Insert(b.open, at, r)
}

// lawful reports whether all cells are where steps and minima if used let them be.
func (b *timed) lawful(x []float64) bool {
	for i := range x {
		if b.unlawful(i, x[i]) {
			return false
		}
	}
	return true
}

func (b *timed) unlawful(i int, x float64) bool {
	c := &b.m.cells[i]
	if c.from > 0 && x > 1e-3 && x < float64(c.from)-1e-3 {
		return true
	}
	return c.step > 0 && math.Abs(x-math.Round(x/float64(c.step))*float64(c.step)) > 1e-3
}

// dive decides what a relaxation leaves open, all at once and then again, and solves
// for the rest: minima if used and steps, and where a curve is convex what is felt
// least.
func (b *timed) dive(ctx context.Context, r *span) {
	l, u, x := slices.Clone(r.l), slices.Clone(r.u), r.x
	for range 3 {
		changed := false
		y := b.m.felt(x)
		for i := range x {
			c := &b.m.cells[i]
			switch {
			case u[i] <= l[i]:
			case c.from > 0 && x[i] < float64(c.from) && l[i] < float64(c.from):
				changed = true
				if x[i] > float64(c.from)/2 && u[i] >= float64(c.from) {
					l[i] = float64(c.from)
				} else {
					u[i] = l[i]
				}
			case c.step > 0:
				changed = true
				l[i] = max(l[i], math.Floor(x[i]/float64(c.step)+1e-6)*float64(c.step))
				u[i] = l[i]
			case b.p.env[i].form == smooth && b.p.env[i].t > b.p.env[i].l && y[i] < 0.5*b.p.env[i].t,
				b.p.env[i].form == corners && b.p.env[i].curve.Inflexion() > y[i]:
				changed = true
				u[i] = l[i]
			}
		}
		if !changed || !b.load(l, u) {
			return
		}
		var keeps bool
		if x, keeps, _ = b.solve(ctx); !keeps {
			return
		}
		if b.lawful(x) && b.offer(b.m.cents(x, b.total)) {
			b.claim(x)
			b.prices = slices.Clone(b.p.nu)
			for k := range b.prices {
				b.prices[k] /= b.p.scale
			}
		}
	}
}

// branch cuts a region in two.
func (b *timed) branch(ctx context.Context, r *span) {
	m := b.m
	at, left, right := -1, 0.0, 0.0 // the cell, the end of the left part, the begin of the right
	worst := 0.0
	for i := range r.x {
		c := &m.cells[i]
		if r.u[i] <= r.l[i] || !b.unlawful(i, r.x[i]) {
			continue
		}
		if wide := r.u[i] - r.l[i]; wide > worst {
			worst, at = wide, i
			if r.x[i] < float64(c.from) {
				left, right = 0, float64(c.from)
			} else {
				left = math.Floor(r.x[i]/float64(c.step)) * float64(c.step)
				right = left + float64(c.step)
			}
		}
	}
	if at < 0 {
		if at = b.widest(r); at < 0 {
			b.pruned = max(b.pruned, r.bound)
			return
		}
		wide := r.u[at] - r.l[at]
		left = r.x[at]
		if left < r.l[at]+0.1*wide || left > r.u[at]-0.1*wide {
			left = r.l[at] + 0.5*wide
		}
		if c := &m.cells[at]; c.step > 0 {
			left = math.Floor(left/float64(c.step)) * float64(c.step)
			right = left + float64(c.step)
		} else {
			right = left
		}
	}
	lu, rl := slices.Clone(r.u), slices.Clone(r.l)
	lu[at], rl[at] = min(left, r.u[at]), max(right, r.l[at])
	b.relax(ctx, slices.Clone(r.l), lu, r.bound)
	if rl[at] <= r.u[at] {
		b.relax(ctx, rl, slices.Clone(r.u), r.bound)
	}
}

// widest returns the cell whose interval leaves the worst envelope most room; -1 if
// there is none to cut.
func (b *timed) widest(r *span) int {
	worst, at := 1e-14*math.Abs(r.bound), -1
	for i, gap := range r.gaps {
		if gap <= worst {
			continue
		}
		ch, t := i/b.m.periods, i%b.m.periods
		most, cell := 0.0, -1
		for s := range t + 1 {
			k := ch*b.m.periods + s
			if room := b.m.weights[ch][t-s] * (r.u[k] - r.l[k]); room > most {
				most, cell = room, k
			}
		}
		if cell >= 0 {
			worst, at = gap, cell
		}
	}
	if at < 0 { // the bound is loose for another reason
		wide := 1.0
		for i := range r.l {
			if d := r.u[i] - r.l[i]; d > wide {
				wide, at = d, i
			}
		}
	}
	return at
}
