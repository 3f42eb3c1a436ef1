package allocate

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrFit is the kind of error of data that no curve can be fitted to.
var ErrFit = errors.New("curve cannot be fitted")

// FitOptions say what else than a curve to fit; nil is a curve alone, of spend
// that is felt at once, with no response to nothing.
type FitOptions struct {
	Adstock Adstock // as it is, unless Theta is to be found
	Theta   bool    // find Theta of a Geometric adstock
	Base    bool    // find a response that comes without any spend
}

// Fitted is a curve fitted to data, and how well.
type Fitted struct {
	Curve      Curve   `json:"curve"`
	Adstock    Adstock `json:"adstock,omitzero"`
	Base       float64 `json:"base"` // response that comes without any spend
	N          int     `json:"n"`    // periods
	Parameters int     `json:"parameters"`
	R2         float64 `json:"r2"`       // share of the variance that is explained
	Adjusted   float64 `json:"adjusted"` // R2 less what as many parameters explain by chance
	RMSE       float64 `json:"rmse"`     // root of the mean squared error
	Worst      float64 `json:"worst"`    // greatest absolute error
	Steps      int     `json:"steps"`    // of the refinement
	Converged  bool    `json:"converged"`
}

// Fit finds the curve of a kind, Hill, Log or Power, that leaves the least squared
// errors to a series of spend by period, in major units, and the response to it.
//
// What enters linearly, Coef and Base, is solved for at every trial (variable
// projection: G. H. Golub and V. Pereyra, The differentiation of pseudo-inverses and
// nonlinear least squares problems whose variables separate, 1973), never below 0;
// the rest is tried on a fixed grid and refined from its best points by the method of
// K. Levenberg (1944) and D. Marquardt (1963). The same data give the same curve.
//
// Two curves may fit as well as each other where data do not reach far enough: look
// at what a spend beyond the data would bring before trusting it. Errors match ErrFit.
func Fit(kind Kind, spend, response []float64, opts *FitOptions) (*Fitted, error) {
	var o FitOptions
	if opts != nil {
		o = *opts
	}
	f := fitter{kind: kind, o: o, y: response, spend: spend}
	if err := f.check(); err != nil {
		return nil, err
	}
	if o.Theta {
		f.o.Adstock.Decay = Geometric
	}
	f.felt = f.o.Adstock.Apply(spend)
	f.model, f.e = make([]float64, len(spend)), make([]float64, len(spend))
	best := f.search()
	if best == nil {
		return nil, fmt.Errorf("no %v curve explains any of the response: %w", kind, ErrFit)
	}
	return f.result(best), nil
}

type fitter struct {
	kind     Kind
	o        FitOptions
	spend, y []float64
	felt     []float64
	model, e []float64 // of the last trial: the curve with a Coef of 1, and errors
	coef     float64
	base     float64
}

// trial is a point of the search: logarithms of what enters nonlinearly, and theta
// as a logit.
type trial struct {
	q         []float64
	squares   float64
	steps     int
	converged bool
}

func (f *fitter) check() error {
	least := 2 + len(f.grid())
	if f.o.Base {
		least++
	}
	switch {
	case f.kind != Hill && f.kind != Log && f.kind != Power:
		return fmt.Errorf("%v curve: want hill, log or power: %w", f.kind, ErrFit)
	case len(f.spend) != len(f.y):
		return fmt.Errorf("%d spends and %d responses: %w", len(f.spend), len(f.y), ErrFit)
	case len(f.spend) < least || len(f.spend) > 100_000:
		return fmt.Errorf("%d periods: want %d to 100000: %w", len(f.spend), least, ErrFit)
	}
	some := false
	for i, x := range f.spend {
		if !(x >= 0 && x <= maxNumber) || !(math.Abs(f.y[i]) <= maxNumber) {
			return fmt.Errorf("period %d: spend %v and response %v: want numbers, spend not negative: %w", i+1, x, f.y[i], ErrFit)
		}
		some = some || x > 0
	}
	if !some {
		return fmt.Errorf("no period has any spend: %w", ErrFit)
	}
	if err := f.o.Adstock.Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrFit, err)
	}
	return nil
}

// grid returns the values to try for each parameter, as logarithms or logits.
func (f *fitter) grid() [][]float64 {
	top := 1e-9
	for _, z := range f.spend {
		top = max(top, z)
	}
	var size, out [][]float64
	wide := make([]float64, 17) // from a hundredth of the largest spend to a hundred times
	for i := range wide {
		wide[i] = math.Log(top) + math.Log(1e4)*(float64(i)/16-0.5)
	}
	size = append(size, wide)
	switch f.kind {
	case Hill:
		out = [][]float64{wide, logs(0.3, 0.6, 0.9, 1.3, 2, 3, 5)}
	case Log:
		out = size
	default:
		out = append(out, logs(0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.2, 2))
	}
	if f.o.Theta {
		var thetas []float64
		for _, t := range []float64{0.02, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9} {
			thetas = append(thetas, math.Log(t/(1-t)))
		}
		out = append(out, thetas)
	}
	return out
}

func logs(v ...float64) []float64 {
	for i := range v {
		v[i] = math.Log(v[i])
	}
	return v
}

// curve returns the curve of a trial with a Coef of 1, and its adstock.
func (f *fitter) curve(q []float64) (Curve, Adstock) {
	c, a := Curve{Kind: f.kind, Coef: 1}, f.o.Adstock
	within := func(v, lo, hi float64) float64 { return min(max(math.Exp(v), lo), hi) }
	switch f.kind {
	case Hill:
		c.Half, c.Slope = within(q[0], minNumber, maxNumber), within(q[1], minPower, maxSlope)
	case Log:
		c.Scale = within(q[0], minNumber, maxNumber)
	default:
		c.Exp = within(q[0], minPower, maxExp)
	}
	if f.o.Theta {
		a.Theta = min(1/(1+math.Exp(-q[len(q)-1])), 0.999)
	}
	return c, a
}

// errors computes the errors of a trial into f.e and returns the sum of their squares.
func (f *fitter) errors(q []float64) float64 {
	c, a := f.curve(q)
	felt := f.felt
	if f.o.Theta {
		felt = a.Apply(f.spend)
	}
	n := float64(len(felt))
	var sm, sy, smm, smy float64
	for i, z := range felt {
		v := c.At(z)
		f.model[i] = v
		sm += v
		sy += f.y[i]
	}
	mean, meanY := 0.0, 0.0
	if f.o.Base {
		mean, meanY = sm/n, sy/n
	}
	for i, v := range f.model {
		smm += (v - mean) * (v - mean)
		smy += (v - mean) * (f.y[i] - meanY)
	}
	f.coef, f.base = 0, meanY
	if smm > 0 && smy > 0 {
		f.coef = smy / smm
		f.base = meanY - f.coef*mean
	}
	if f.base < 0 { // then without
		f.base, smm, smy = 0, 0, 0
		for i, v := range f.model {
			smm += v * v
			smy += v * f.y[i]
		}
		f.coef = max(0, smy/smm)
	}
	squares := 0.0
	for i, v := range f.model {
		f.e[i] = f.y[i] - f.base - f.coef*v
		squares += f.e[i] * f.e[i]
	}
	if math.IsNaN(squares) {
		return math.Inf(1)
	}
	return squares
}

// search tries the grid and refines its best points.
func (f *fitter) search() *trial {
	grid := f.grid()
	var trials []trial
	at := make([]int, len(grid))
	for {
		q := make([]float64, len(grid))
		for k := range grid {
			q[k] = grid[k][at[k]]
		}
		if s := f.errors(q); f.coef > 0 {
			trials = append(trials, trial{q: q, squares: s})
		}
		k := 0
		for ; k < len(at); k++ {
			if at[k]++; at[k] < len(grid[k]) {
				break
			}
			at[k] = 0
		}
		if k == len(at) {
			break
		}
	}
	slices.SortStableFunc(trials, func(a, b trial) int { return cmp.Compare(a.squares, b.squares) })
	var best *trial
	for i := range trials[:min(len(trials), 8)] {
		f.refine(&trials[i])
		if best == nil || trials[i].squares < best.squares {
			best = &trials[i]
		}
	}
	return best
}

// refine descends from a trial.
func (f *fitter) refine(t *trial) {
	n, k := len(f.y), len(t.q)
	jac := make([]float64, n*k)
	base := make([]float64, n)
	a, b, step := make([]float64, k*k), make([]float64, k), make([]float64, k)
	q := make([]float64, k)
	damp := 1e-3
	t.squares = f.errors(t.q)
	for t.steps = 0; t.steps < 300; t.steps++ {
		f.errors(t.q)
		copy(base, f.e)
		for p := range k {
			const h = 1e-5
			copy(q, t.q)
			q[p] += h
			f.errors(q)
			copy(jac[p*n:], f.e)
			q[p] -= 2 * h
			f.errors(q)
			for i, e := range f.e {
				jac[p*n+i] = (jac[p*n+i] - e) / (2 * h)
			}
		}
		improved := false
		for range 30 {
			for p := range k {
				b[p] = 0
				for i, e := range base {
					b[p] -= jac[p*n+i] * e
				}
				for r := range k {
					a[p*k+r] = 0
					for i := range n {
						a[p*k+r] += jac[p*n+i] * jac[r*n+i]
					}
				}
			}
			for p := range k {
				a[p*k+p] += damp*a[p*k+p] + 1e-300
			}
			copy(step, b)
			if cholesky(a, k) {
				substitute(a, step, k)
				for p := range k {
					step[p] = min(max(step[p], -2), 2)
					q[p] = t.q[p] + step[p]
				}
				if s := f.errors(q); s < t.squares {
					small := t.squares-s <= 1e-12*t.squares
					t.squares, damp, improved = s, max(damp/5, 1e-15), !small
					copy(t.q, q)
					if small {
						t.converged = true
					}
					break
				}
			}
			if damp *= 5; damp > 1e12 {
				break
			}
		}
		if !improved { // no step is any better
			t.converged = true
			return
		}
	}
}

// result describes the best trial.
func (f *fitter) result(t *trial) *Fitted {
	squares := f.errors(t.q)
	r := &Fitted{N: len(f.y), Parameters: len(t.q) + 1, Base: f.base, Steps: t.steps, Converged: t.converged}
	r.Curve, r.Adstock = f.curve(t.q)
	r.Curve.Coef = f.coef
	if f.o.Base {
		r.Parameters++
	}
	mean, total := 0.0, 0.0
	for _, y := range f.y {
		mean += y / float64(r.N)
	}
	for i, y := range f.y {
		total += (y - mean) * (y - mean)
		r.Worst = max(r.Worst, math.Abs(f.e[i]))
	}
	r.RMSE = math.Sqrt(squares / float64(r.N))
	if total > 0 {
		r.R2 = 1 - squares/total
		r.Adjusted = 1 - (1-r.R2)*float64(r.N-1)/float64(max(1, r.N-r.Parameters))
	}
	return r
}
