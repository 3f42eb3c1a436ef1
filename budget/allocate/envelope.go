package allocate

import (
	"math"
	"sort"
)

// envelope is the least concave function above a curve on the spends that are
// allowed in an interval: a straight line from its lower end to where it touches the
// curve, and the curve from there; or straight lines between corners. The bounds of
// the search rest on it (J. E. Falk and R. M. Soland, An algorithm for separable
// nonconvex programming problems, 1969).
type envelope struct {
	curve *Curve
	form  form
	l, u  float64 // ends of the interval
	from  float64 // besides l only spends from here on are allowed; l if all are
	t     float64 // where the line from l ends: l if there is none
	rise  float64 // its slope
	lnT   float64 // log of the slope of the curve right of t
	lnU   float64 // log of the slope of the curve at u
	lnK   float64 // log of the factor of the slope: see inverse
	x, y  []float64
	grid  []float64 // if not nil, only its spends are allowed
}

type form uint8

const (
	point   form = iota // l = u
	smooth              // a line perhaps, then a concave curve
	corners             // straight lines
)

// newEnvelope returns the envelope of c on l..u. If from > l, spends between l and
// from are not allowed. If grid is not nil, only its spends are.
func newEnvelope(c *Curve, l, u, from float64, grid []float64) envelope {
	e := envelope{curve: c, l: l, u: u, from: max(l, from), t: l, grid: grid}
	switch {
	case u <= l || e.from > u:
		e.u, e.from = l, l
		e.form = point
		return e
	case grid != nil:
		i, j := sort.SearchFloat64s(grid, l), sort.Search(len(grid), func(k int) bool { return grid[k] > u })
		if i < j && e.from > l { // the corner l, and those from e.from on
			k := sort.SearchFloat64s(grid, e.from)
			e.hull(c, l, grid[max(k, i+1):max(j, i+1)])
		} else if i < j {
			e.hull(c, grid[i], grid[i+1:j])
		} else {
			e.u, e.form = l, point
		}
		return e
	case c.Kind == Piecewise:
		e.lines()
		return e
	case c.Coef == 0, c.Kind == Power && c.Exp >= 1:
		e.hull(c, l, []float64{e.from, u})
		return e
	}
	e.form = smooth
	e.lnK = c.logFactor()
	s := max(e.from, min(c.Inflexion(), u)) // the curve is concave from here on
	if s > l {
		e.touch(s)
	}
	if e.t >= u {
		e.form, e.x, e.y = corners, []float64{l, u}, []float64{c.At(l), c.At(u)}
		return e
	}
	e.lnT, e.lnU = e.logSlope(e.t), e.logSlope(u)
	return e
}

// touch finds where the line from l touches the curve, which is concave from s on:
// where its slope is no longer below that of the curve.
func (e *envelope) touch(s float64) {
	c, base := e.curve, e.curve.At(e.l)
	early := func(t float64) bool { return c.At(t)-base < c.Marginal(t)*(t-e.l) }
	switch {
	case !early(s):
		e.t = s
	case early(e.u):
		e.t = e.u
	default:
		// Newton's method from the right for g(t) = f(t) - f(l) - f'(t)(t-l), which
		// rises: the line through the tangent's foot; halving keeps it inside.
		lo, hi := s, e.u
		t := 0.5 * (lo + hi)
		for range 200 {
			if early(t) {
				lo = t
			} else {
				hi = t
			}
			m := c.Marginal(t)
			h := 1e-6 * t
			bend := (c.Marginal(t+h) - m) / h // f'' < 0
			next := t + (c.At(t)-base-m*(t-e.l))/(bend*(t-e.l))
			if !(next > lo && next < hi) {
				next = 0.5 * (lo + hi)
			}
			if math.Abs(next-t) <= 4e-16*t || hi-lo <= 4e-16*hi {
				break
			}
			t = next
		}
		e.t = t
	}
	e.rise = (c.At(e.t) - base) / (e.t - e.l)
}

// lines is the envelope of a Piecewise curve.
func (e *envelope) lines() {
	c := e.curve
	xs := []float64{e.from}
	for _, p := range c.Points {
		if x := p.Spend - c.Offset; x > e.from && x < e.u {
			xs = append(xs, x)
		}
	}
	e.hull(c, e.l, append(xs, e.u))
}

// hull makes corners of the upper hull of the curve at l and at xs, which rise
// (A. M. Andrew, Another efficient algorithm for convex hulls in two dimensions, 1979).
func (e *envelope) hull(c *Curve, l float64, xs []float64) {
	e.form = corners
	e.x, e.y = append(make([]float64, 0, len(xs)+1), l), append(make([]float64, 0, len(xs)+1), c.At(l))
	for _, x := range xs {
		n := len(e.x)
		if x <= e.x[n-1] {
			continue
		}
		y := c.At(x)
		for n > 1 && (e.y[n-1]-e.y[n-2])*(x-e.x[n-2]) <= (y-e.y[n-2])*(e.x[n-1]-e.x[n-2]) {
			n--
		}
		e.x, e.y = append(e.x[:n], x), append(e.y[:n], y)
	}
	e.l, e.u = e.x[0], e.x[len(e.x)-1]
	if len(e.x) == 1 {
		e.form, e.from = point, e.l
	}
}

// slopeOf returns the slope of the line behind corner i.
func (e *envelope) slopeOf(i int) float64 { return (e.y[i+1] - e.y[i]) / (e.x[i+1] - e.x[i]) }

// breaks returns how many slopes of lines lie strictly between two prices, and one
// in their middle.
func (e *envelope) breaks(lo, hi float64) (int, float64) {
	switch {
	case e.form == smooth && e.t > e.l && e.rise > lo && e.rise < hi:
		return 1, e.rise
	case e.form == corners:
		n := len(e.x) - 1
		a := sort.Search(n, func(i int) bool { return e.slopeOf(i) < hi })
		b := sort.Search(n, func(i int) bool { return e.slopeOf(i) <= lo })
		if b > a {
			return b - a, e.slopeOf((a + b) / 2)
		}
	}
	return 0, 0
}

// demand returns the spends between which the envelope less price × spend is
// greatest, and how fast they grow with the logarithm of the price, at most 0.
func (e *envelope) demand(price, ln float64) (lo, hi, rate float64) {
	switch e.form {
	case smooth:
		if e.t > e.l && price >= e.rise {
			if price > e.rise {
				return e.l, e.l, 0
			}
			return e.l, e.t, 0
		}
		x, rate := e.curved(ln)
		return x, x, rate
	case corners:
		n := len(e.x) - 1
		a := sort.Search(n, func(i int) bool { return e.slopeOf(i) <= price })
		b := a
		for b < n && e.slopeOf(b) >= price {
			b++
		}
		return e.x[a], e.x[b], 0
	default:
		return e.l, e.l, 0
	}
}

// curved returns the spend on the curved part at which the slope has a logarithm.
func (e *envelope) curved(ln float64) (x, rate float64) {
	switch {
	case ln >= e.lnT:
		return e.t, 0
	case ln <= e.lnU:
		return e.u, 0
	}
	z, rate := e.curve.inverse(ln, e.lnK)
	x = z - e.curve.Offset
	if x <= e.t {
		return e.t, 0
	}
	if x >= e.u {
		return e.u, 0
	}
	return x, rate
}

// at returns the value of the envelope.
func (e *envelope) at(x float64) float64 {
	switch {
	case e.form == corners:
		i := min(max(sort.SearchFloat64s(e.x, x), 1), len(e.x)-1)
		if x == e.x[i] {
			return e.y[i]
		}
		return e.y[i-1] + e.slopeOf(i-1)*(x-e.x[i-1])
	case e.form == smooth && x < e.t:
		return e.curve.At(e.l) + e.rise*(x-e.l)
	}
	return e.curve.At(x)
}

// majorant returns a line that is nowhere below the curve on what is allowed: its
// value at x and its slope, as close to a price as it can be.
func (e *envelope) majorant(x, price float64) (value, slope float64) {
	switch e.form {
	case corners:
		i := min(max(sort.SearchFloat64s(e.x, x), 1), len(e.x)-1)
		value = e.at(x)
		if x == e.x[i] {
			right := 0.0
			if i+1 < len(e.x) {
				right = e.slopeOf(i)
			}
			return value, min(max(price, right), e.slopeOf(i-1))
		}
		if x <= e.x[0] {
			return value, max(price, e.slopeOf(0))
		}
		return value, e.slopeOf(i - 1)
	case smooth:
		if e.t > e.l && x <= e.t {
			// The tangent at t, raised to lie above l as well. Where nothing between l and
			// t is allowed, any line through t that is as steep as the chord will do.
			base, top := e.curve.At(e.l), e.curve.At(e.t)
			slope = e.curve.Marginal(e.t)
			if e.t == e.from && slope < e.rise {
				slope = e.rise
				if x == e.t {
					slope = min(max(price, e.curve.Marginal(e.t)), e.rise)
				}
			}
			if x == e.l {
				slope = max(slope, price)
			}
			lift := max(0, base-(top-slope*(e.t-e.l)))
			return top - slope*(e.t-x) + lift, slope
		}
		if x == e.l {
			return e.curve.At(x), max(price, e.curve.Marginal(max(x, tiny)))
		}
		return e.curve.At(x), e.curve.Marginal(x)
	default:
		return e.curve.At(e.l), price
	}
}

// allowed reports whether x may be spent.
func (e *envelope) allowed(x float64) bool {
	return x == e.l || x >= e.from && (e.grid == nil || onGrid(e.grid, x))
}

func onGrid(grid []float64, x float64) bool {
	i := sort.SearchFloat64s(grid, x)
	return i < len(grid) && grid[i] == x
}

// logSlope returns the logarithm of the slope of the curve.
func (e *envelope) logSlope(x float64) float64 {
	c, z := e.curve, max(x+e.curve.Offset, tiny)
	switch c.Kind {
	case Hill:
		u := math.Log(z / c.Half)
		r := math.Abs(c.Slope * u)
		return e.lnK - u - r - 2*math.Log1p(math.Exp(-r))
	case Log:
		return e.lnK - math.Log(c.Scale+z)
	default:
		return e.lnK - (1-c.Exp)*math.Log(z)
	}
}

// logFactor returns the constant in the logarithm of the slope.
func (c *Curve) logFactor() float64 {
	switch c.Kind {
	case Hill:
		return math.Log(c.Coef * c.Slope / c.Half)
	case Power:
		return math.Log(c.Coef * c.Exp)
	default:
		return math.Log(c.Coef)
	}
}

// inverse returns the z on the concave part at which the slope has the logarithm ln,
// and dz/dln.
//
// Of a Hill curve, the logarithm of the slope is concave in u = ln(z/half) and lies
// below both of its asymptotes. The nearer asymptote therefore gives a start to the
// right of the solution, from where Newton's method descends to it without ever
// passing it.
func (c *Curve) inverse(ln, lnK float64) (z, rate float64) {
	switch c.Kind {
	case Hill:
		a := c.Slope
		u := (lnK - ln) / (1 + a)
		if a < 1 {
			u = min(u, (lnK-ln)/(1-a))
		}
		if a > 1 {
			u = max(u, 1e-3+math.Log((a-1)/(a+1))/a) // no start at the turn, where it is flat
		}
		var fall float64
		for range 100 {
			r := a * u
			ex := math.Exp(-math.Abs(r))
			turn := (1 - ex) / (1 + ex)
			if r < 0 {
				turn = -turn
			}
			fall = -1 - a*turn
			du := (lnK - u - math.Abs(r) - 2*math.Log1p(ex) - ln) / fall
			u -= du
			if math.Abs(du) <= 1e-9*max(1, math.Abs(u)) { // converges quadratically: exact now
				break
			}
		}
		z = c.Half * math.Exp(u)
		return z, z / fall
	case Log:
		q := math.Exp(lnK - ln)
		return q - c.Scale, -q
	default:
		z = math.Exp((lnK - ln) / (1 - c.Exp))
		return z, -z / (1 - c.Exp)
	}
}
