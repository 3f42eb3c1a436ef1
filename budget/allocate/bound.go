package allocate

import (
	"math"
	"slices"
)

// slack is the relative error that is added to every term of an upper bound: more
// than the functions of package math and the arithmetic between them can be wrong
// within the limits of parameters (a logarithm times a slope of 50 loses about 2^-43).
const slack = 1.0 / (1 << 42)

// bound returns a number that no allocation within the intervals exceeds, from the
// spends and prices that solve has left.
//
// A concave function lies below its tangents, and by weak duality every set of
// prices gives an upper bound. Were spends and prices exact, all but the values at
// the spends would vanish; as they are rounded, what they miss is added.
func (w *water) bound() float64 {
	t := w.t
	for g := range w.sum {
		w.sum[g] = 0
	}
	value, size, whole := 0.0, 0.0, w.whole()
	for i := range w.env {
		e, x, p := &w.env[i], w.x[i], w.price[t.of[i]]
		w.sum[t.of[i]] += x
		if w.stuck[i] {
			v := e.at(min(e.u, e.l+w.room(t.of[i], whole)))
			value += v
			size += v
			continue
		}
		v, d := e.majorant(x, p)
		miss := max((d-p)*(e.l-x), (d-p)*(e.u-x), 0)
		top := e.at(e.u)
		if miss > slack*top && p > 0 { // a spend so small that it was lost in the sum, or just off a corner
			to, _, _ := e.demand(p, math.Log(p))
			a, b := e.majorant(to, p)
			again := max((b-p)*(e.l-to), (b-p)*(e.u-to), 0)
			if a -= p * (to - x); a+again < v+miss {
				v, miss = a, again
			}
		}
		value += v + miss
		size += top + miss
	}
	for g := range slices.Backward(w.sum) {
		above := 0.0
		if q := t.parent[g]; q >= 0 {
			w.sum[q] += w.sum[g]
			above = w.price[q]
		}
		own := w.price[g] - above
		miss := max(own*(w.low[g]-w.sum[g]), own*(w.have[g]-w.sum[g]))
		value += miss
		size += math.Abs(miss) + w.price[g]*w.sum[g]
	}
	value += slack * size
	if simple := w.simple(); !(value <= simple) {
		return simple
	}
	return value
}

// simple is a weaker bound that needs no prices: every leaf gets all there is.
func (w *water) simple() float64 {
	value, low := 0.0, 0.0
	for i := range w.env {
		low += w.env[i].l
	}
	room := max(0, w.top[0]-low) // groups may need some of it, from any of their leaves
	if !w.whole() {
		room += slack * w.top[0]
	}
	for i := range w.env {
		e := &w.env[i]
		value += e.at(min(e.u, e.l+room))
	}
	return value * (1 + slack*float64(1+len(w.env)))
}

// whole reports whether all intervals begin at whole minor units, of which sums are
// exact. Only deep in a search they do not.
func (w *water) whole() bool {
	for i := range w.env {
		if w.env[i].l != math.Trunc(w.env[i].l) {
			return false
		}
	}
	return true
}

// room returns what may be spent below a node beyond what must be.
func (w *water) room(g int32, whole bool) float64 {
	room := max(0, w.have[g]-w.need[g])
	if !whole {
		room += slack * w.have[g]
	}
	return room
}
