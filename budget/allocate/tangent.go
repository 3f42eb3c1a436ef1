package allocate

import (
	"math"
	"sort"
)

// local returns the slope and the curvature, at least 0, of an envelope; its corners
// are rounded off over blur, a share of the shorter line at each.
func (e *envelope) local(y, blur float64) (slope, bend float64) {
	switch e.form {
	case corners:
		if len(e.x) == 2 {
			return e.slopeOf(0), 0
		}
		i := min(max(sort.SearchFloat64s(e.x, y), 1), len(e.x)-1)
		slope = e.slopeOf(i - 1)
		for _, k := range [2]int{i - 1, i} { // the corner before and the one behind
			if k == 0 || k == len(e.x)-1 {
				continue
			}
			width := blur * min(e.x[k]-e.x[k-1], e.x[k+1]-e.x[k])
			if off := y - e.x[k]; math.Abs(off) < width {
				a, b := e.slopeOf(k-1), e.slopeOf(k)
				return a + (b-a)*0.5*(1+off/width), (a - b) / (2 * width)
			}
		}
		return slope, 0
	case smooth:
		if y < e.t {
			return e.rise, 0
		}
		return e.curve.Marginal(y), -e.curve.second(y)
	default:
		return e.curve.Marginal(e.l), 0
	}
}

// The corners of envelopes are rounded off less and less as the solution is near.
const widest, narrowest = 0.5, 1e-5

// second returns the second derivative of a curve that is not Piecewise.
func (c *Curve) second(x float64) float64 {
	z, d := max(x+c.Offset, tiny), c.Marginal(x)
	switch c.Kind {
	case Hill:
		r := c.Slope * math.Log(z/c.Half)
		return d / z * (-c.Slope*math.Tanh(r/2) - 1)
	case Log:
		return -d / (c.Scale + z)
	default:
		return d / z * (c.Exp - 1)
	}
}

// bound returns a number that no spend within the loaded region exceeds, from spends
// and multipliers of rows, however good these are: a concave function lies below its
// tangents, and by weak duality any multipliers give an upper bound.
func (p *program) bound(x []float64) float64 {
	m := p.m
	y, d, g := m.felt(x), make([]float64, len(x)), make([]float64, len(x))
	value, size := 0.0, 0.0
	for i := range p.env {
		v, slope := p.env[i].tangent(y[i], p.blur)
		d[i] = slope
		value += v
		size += p.env[i].at(p.env[i].u)
	}
	simple := size
	m.blame(d, g)
	for r := range m.nodes {
		own := p.nu[r] / p.scale
		s := p.sum(x, r)
		miss := max(own*(p.hi[r]*p.scale-s), own*(p.lo[r]*p.scale-s))
		value += miss
		size += math.Abs(miss) + math.Abs(own)*s
		for _, i := range m.nodes[r].cells {
			g[i] -= own
		}
	}
	for i := range x {
		miss := max(g[i]*(p.l[i]*p.scale-x[i]), g[i]*(p.u[i]*p.scale-x[i]), 0)
		value += miss
		size += miss
	}
	if value += 8 * slack * size; value <= simple { // sums over periods are longer
		return value
	}
	return simple * (1 + slack*float64(1+len(x)))
}

// tangent returns a line that is nowhere below the curve within the interval: its
// value at y and its slope.
func (e *envelope) tangent(y, blur float64) (value, slope float64) {
	if e.form == point {
		return e.curve.At(max(y, e.l)), 0
	}
	slope, _ = e.local(y, blur)
	if e.form == smooth {
		return e.majorant(y, slope)
	}
	k := 0 // the corner that the line goes through: the nearest
	for i := range e.x {
		if math.Abs(e.x[i]-y) < math.Abs(e.x[k]-y) {
			k = i
		}
	}
	return e.y[k] + slope*(y-e.x[k]), slope
}
