package allocate

import (
	"context"
	"math"
	"slices"
)

// region is a part of what is allowed: an interval for each leaf.
type region struct {
	bound float64
	env   []envelope
	x     []float64
	price float64
	seq   int
}

// search is branch and bound on concave envelopes, best bound first (J. E. Falk and
// R. M. Soland, 1969). It is counted, not timed.
type search struct {
	w        *water
	margin   float64 // money that rounding may cost
	gap      float64 // relative
	maxNodes int

	best    float64
	spend   []float64 // nil: nothing found yet
	open    []*region
	pruned  float64 // greatest bound of what was left unexplored
	nodes   int
	seq     int
	price   float64 // of the total, where best was found
	stopped bool
	prices  []float64
	env     []envelope // scratch
	dived   bool
	alike   []int32 // leaves of the same number may be exchanged for each other
}

// offer takes a spend if it is better than the best.
func (s *search) offer(x []float64) {
	value := 0.0
	for i := range s.w.env {
		value += s.w.env[i].curve.At(x[i])
	}
	if s.spend == nil || value > s.best {
		s.best = value
		s.spend = append(s.spend[:0], x...)
		s.prices = append(s.prices[:0], s.w.price...)
	}
}

// run explores the region of the envelopes in s.w.
func (s *search) run(ctx context.Context) {
	s.pruned = math.Inf(-1)
	s.relax(s.w.env, 0, math.Inf(1))
	for len(s.open) > 0 {
		top := s.open[0]
		if s.enough(top.bound) {
			return
		}
		if s.nodes >= s.maxNodes || s.nodes&63 == 63 && ctx.Err() != nil {
			s.stopped = true
			return
		}
		s.pop()
		s.branch(top)
	}
}

func (s *search) enough(bound float64) bool {
	return s.spend != nil && bound <= s.best+s.gap*math.Abs(s.best)
}

// bound returns the upper bound on everything.
func (s *search) bound() float64 {
	up := max(s.best+slack*math.Abs(s.best), s.pruned) // best is rounded, too
	if len(s.open) > 0 {
		up = max(up, s.open[0].bound)
	}
	return up
}

// relax bounds a region, looks for something good in it, and keeps it if it could
// hold something better.
func (s *search) relax(env []envelope, guess, parent float64) {
	s.nodes++
	w := s.w
	w.env = env
	if !w.fits(s.margin) {
		return
	}
	w.solve(guess)
	bound := min(w.bound(), parent)
	if s.enough(bound) {
		s.pruned = max(s.pruned, bound)
		return
	}
	s.seq++
	r := &region{bound: bound, env: env, price: w.price[0], seq: s.seq, x: append([]float64(nil), w.x...)}
	if s.spread(r.x, env) == 0 {
		s.offer(r.x)
	}
	if !s.enough(bound) {
		s.dive(r)
	}
	if s.enough(bound) {
		s.pruned = max(s.pruned, bound)
		return
	}
	s.push(r)
}

// spread returns how many leaves are where they may not be.
func (s *search) spread(x []float64, env []envelope) (n int) {
	for i := range env {
		if !env[i].allowed(x[i]) {
			n++
		}
	}
	return n
}

// dive looks for good allocations near the solution of a region: of what lies on the
// line below a curve, all or all but the nearest is given up.
func (s *search) dive(r *region) {
	s.dived = true
	for _, keep := range [2]bool{true, false} {
		s.env = append(s.env[:0], r.env...)
		env, x := s.env, r.x
		for range 4 {
			nearest, share := -1, -1.0
			for i := range env {
				e := &env[i]
				if !e.below(x[i]) {
					continue
				}
				if part := (x[i] - e.l) / (e.next(x[i]) - e.l); part > share {
					nearest, share = i, part
				}
			}
			if nearest < 0 {
				break
			}
			for i := range env {
				e := &env[i]
				switch {
				case !e.below(x[i]):
				case i == nearest && keep:
					n := e.next(x[i])
					*e = newEnvelope(e.curve, n, e.u, n, e.grid)
				default:
					n := e.floor(x[i])
					if e.grid == nil {
						n = e.l
					}
					*e = newEnvelope(e.curve, n, n, n, e.grid)
				}
			}
			s.w.env = env
			if !s.w.fits(s.margin) {
				break
			}
			s.w.solve(r.price)
			x = s.w.x
			if s.spread(x, env) == 0 {
				s.offer(x)
			}
		}
	}
	s.w.env = r.env
}

// below reports whether x lies on a line that is above the curve.
func (e *envelope) below(x float64) bool {
	switch {
	case !e.allowed(x):
		return true
	case e.form == smooth:
		return x > e.l && x < e.t*(1-1e-12)
	case e.form == corners && e.grid == nil:
		return e.at(x) > e.curve.At(x)*(1+1e-12) && x > e.l && x < e.u
	}
	return false
}

// next returns where the line on which x lies ends.
func (e *envelope) next(x float64) float64 {
	if e.form == corners {
		if e.grid != nil && x >= e.from {
			if k, _ := slices.BinarySearch(e.grid, x); k < len(e.grid) {
				return e.grid[k]
			}
		}
		for _, to := range e.x {
			if to >= x {
				return to
			}
		}
	}
	return e.t
}

// polish solves once more with every curve where it is concave around the best
// spend, which also finds the prices there.
func (s *search) polish(env []envelope) {
	if s.spend == nil || s.nodes == 1 && !s.dived {
		return // the one solution is it
	}
	s.env = append(s.env[:0], env...)
	for i := range s.env {
		e := &s.env[i]
		x := s.spend[i]
		switch turn := e.curve.Inflexion(); {
		case e.grid != nil || e.form == point || x < turn && e.curve.Kind != Piecewise || x < e.from:
			*e = newEnvelope(e.curve, x, x, x, nil)
		case e.curve.Kind == Piecewise:
			lo, hi := e.concaveAround(x)
			*e = newEnvelope(e.curve, lo, hi, lo, nil)
		default:
			lo := max(e.l, e.from, turn)
			*e = newEnvelope(e.curve, lo, e.u, lo, nil)
		}
	}
	s.w.env = s.env
	if s.w.fits(s.margin) {
		s.w.solve(s.price)
		s.offerPrices()
	}
}

// offerPrices takes the prices of a solution that is as good as the best, and the
// solution where it is better.
func (s *search) offerPrices() {
	value := 0.0
	for i := range s.w.env {
		value += s.w.env[i].curve.At(s.w.x[i])
	}
	if value >= s.best-1e-9*math.Abs(s.best) {
		s.prices = append(s.prices[:0], s.w.price...)
	}
	s.offer(s.w.x)
}

// concaveAround returns the ends of the longest concave stretch of a Piecewise curve
// that holds x, within the interval.
func (e *envelope) concaveAround(x float64) (lo, hi float64) {
	c := e.curve
	lo, hi = max(e.l, e.from), e.u
	for i := 1; i+1 < len(c.Points); i++ {
		a, b, d := c.Points[i-1], c.Points[i], c.Points[i+1]
		if (d.Response-b.Response)*(b.Spend-a.Spend) <= (b.Response-a.Response)*(d.Spend-b.Spend) {
			continue
		}
		if at := b.Spend - c.Offset; at <= x {
			lo = max(lo, at)
		} else {
			hi = min(hi, at)
		}
	}
	return min(lo, x), max(hi, x)
}

// branch cuts a region in two at the leaf whose envelope is furthest from its curve.
// Leaves that are alike are cut together, lest every choice among them is looked at
// (J. Ostrowski et al., Orbital branching, 2011).
func (s *search) branch(r *region) {
	worst, at := 0.0, -1
	for i := range r.env {
		e := &r.env[i]
		if e.form == point {
			continue
		}
		d := e.at(r.x[i])
		if e.allowed(r.x[i]) {
			d -= e.curve.At(r.x[i])
		} else {
			d -= e.curve.At(e.floor(r.x[i]))
			d = max(d, math.SmallestNonzeroFloat64)
		}
		if d > worst {
			worst, at = d, i
		}
	}
	if at < 0 { // the envelopes are the curves: nothing better is in here but by rounding
		s.pruned = max(s.pruned, r.bound)
		return
	}
	left, right := r.env[at].cut(r.x[at])
	env := append([]envelope(nil), r.env...)
	for i := range env { // of leaves that are alike, all are left or one, whichever, is right
		if i == at || s.alike[i] == s.alike[at] && env[i].l == r.env[at].l && env[i].u == r.env[at].u {
			env[i] = left
			env[i].curve = r.env[i].curve
		}
	}
	s.relax(env, r.price, r.bound)
	env = append([]envelope(nil), r.env...)
	env[at] = right
	s.relax(env, r.price, r.bound)
}

// floor returns the greatest spend that is allowed and at most x.
func (e *envelope) floor(x float64) float64 {
	if x < e.from {
		return e.l
	}
	if e.grid == nil {
		return x
	}
	k, ok := slices.BinarySearch(e.grid, x)
	if !ok {
		k--
	}
	if k < 0 || e.grid[k] < e.from {
		return e.l
	}
	return e.grid[k]
}

// cut returns the envelopes left and right of a spend.
func (e *envelope) cut(x float64) (left, right envelope) {
	c := e.curve
	if x < e.from { // between nothing and the least that is allowed
		return newEnvelope(c, e.l, e.l, e.l, e.grid), newEnvelope(c, e.from, e.u, e.from, e.grid)
	}
	if e.grid != nil {
		k, ok := slices.BinarySearch(e.grid, x)
		if ok {
			if x >= e.u {
				k--
			}
			return newEnvelope(c, e.l, e.grid[k], e.from, e.grid), newEnvelope(c, e.grid[k+1], e.u, e.from, e.grid)
		}
		lo := e.grid[k-1]
		if lo < e.from {
			lo = e.l
		}
		return newEnvelope(c, e.l, lo, e.from, e.grid), newEnvelope(c, e.grid[k], e.u, e.from, e.grid)
	}
	if wide := e.u - e.l; x < e.l+0.05*wide || x > e.u-0.05*wide {
		x = 0.5 * (e.l + e.u)
	}
	if e.u-e.l > 16 { // whole minor units, as long as it makes no difference
		x = math.Round(x)
	}
	if x < e.from {
		return newEnvelope(c, e.l, e.l, e.l, e.grid), newEnvelope(c, e.from, e.u, e.from, e.grid)
	}
	return newEnvelope(c, e.l, x, e.from, e.grid), newEnvelope(c, x, e.u, x, e.grid)
}

// The open regions are a heap, greatest bound first, then the older one.
func before(a, b *region) bool { return a.bound > b.bound || a.bound == b.bound && a.seq < b.seq }

func (s *search) push(r *region) {
	s.open = append(s.open, r)
	for i := len(s.open) - 1; i > 0; {
		up := (i - 1) / 2
		if !before(s.open[i], s.open[up]) {
			return
		}
		s.open[i], s.open[up] = s.open[up], s.open[i]
		i = up
	}
}

func (s *search) pop() {
	h := s.open
	n := len(h) - 1
	h[0], h[n] = h[n], nil
	s.open = h[:n]
	for i := 0; ; {
		k := 2*i + 1
		if k >= n {
			return
		}
		if k+1 < n && before(h[k+1], h[k]) {
			k++
		}
		if !before(h[k], h[i]) {
			return
		}
		h[i], h[k] = h[k], h[i]
		i = k
	}
}
