package allocate

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
)

// Kind is the shape of a response curve. The zero Kind is none.
type Kind uint8

// The shapes, with z = spend + offset, everything in major units of the currency.
const (
	_         Kind = iota
	Hill           // coef × z^slope / (z^slope + half^slope); an S if slope > 1
	Log            // coef × ln(1 + z/scale)
	Power          // coef × z^exp
	Piecewise      // straight lines between points, flat beyond the last
)

var kindNames = [...]string{Hill: "hill", Log: "log", Power: "power", Piecewise: "piecewise"}

// ErrCurve is the kind of error of a curve that says nothing usable.
var ErrCurve = errors.New("invalid response curve")

// String returns "hill", "log", "power" or "piecewise".
func (k Kind) String() string {
	if k > 0 && int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// MarshalText writes the name.
func (k Kind) MarshalText() ([]byte, error) {
	if k == 0 || int(k) >= len(kindNames) {
		return nil, fmt.Errorf("curve kind %d: unknown: %w", uint8(k), ErrCurve)
	}
	return []byte(kindNames[k]), nil
}

// UnmarshalText reads the name.
func (k *Kind) UnmarshalText(text []byte) error {
	i := slices.Index(kindNames[:], string(text))
	if i <= 0 {
		return fmt.Errorf("curve kind %q: want hill, log, power or piecewise: %w", text, ErrCurve)
	}
	*k = Kind(i)
	return nil
}

// Point is a spend in major units and the response to it.
type Point struct {
	Spend    float64 `json:"spend"`
	Response float64 `json:"response"`
}

// Curve tells the response to the spend of one period, in whatever unit responses
// have (sales, leads, revenue). It never falls. Which fields count depends on Kind.
type Curve struct {
	Kind   Kind    `json:"type"`
	Coef   float64 `json:"coef,omitempty"`   // response at saturation (Hill), or factor; >= 0
	Half   float64 `json:"half,omitempty"`   // Hill: spend of half the saturation, > 0
	Slope  float64 `json:"slope,omitempty"`  // Hill: 0.05 to 50
	Scale  float64 `json:"scale,omitempty"`  // Log: > 0
	Exp    float64 `json:"exp,omitempty"`    // Power: 0.05 to 10
	Points []Point `json:"points,omitempty"` // Piecewise: from spend 0 on, rising in spend, never falling in response
	Offset float64 `json:"offset,omitempty"` // carried over from before: added to every spend; >= 0
}

// The limits of parameters keep every evaluation within the stated error: see slack.
const (
	minPower, maxSlope, maxExp = 0.05, 50, 10
	maxNumber                  = 1e15 // of spends, coefficients and responses
	minNumber                  = 1e-9 // of divisors
	maxPoints                  = 10_000
)

// Check returns what is wrong with the curve, matching ErrCurve, or nil.
func (c Curve) Check() error {
	bad := func(name string, v float64, lo, hi float64) error {
		if !(v >= lo && v <= hi) { // also refuses NaN
			return fmt.Errorf("%s of %v: want %v to %v: %w", name, v, lo, hi, ErrCurve)
		}
		return nil
	}
	err := bad("offset", c.Offset, 0, maxNumber)
	if c.Kind != Piecewise {
		err = errors.Join(err, bad("coef", c.Coef, 0, maxNumber))
	}
	switch c.Kind {
	case Hill:
		return errors.Join(err, bad("half", c.Half, minNumber, maxNumber), bad("slope", c.Slope, minPower, maxSlope))
	case Log:
		return errors.Join(err, bad("scale", c.Scale, minNumber, maxNumber))
	case Power:
		return errors.Join(err, bad("exp", c.Exp, minPower, maxExp))
	case Piecewise:
		return errors.Join(err, checkPoints(c.Points))
	}
	return errors.Join(err, fmt.Errorf("curve has no type: %w", ErrCurve))
}

func checkPoints(ps []Point) error {
	if len(ps) < 2 || len(ps) > maxPoints || ps[0].Spend != 0 {
		return fmt.Errorf("%d points: want 2 to %d, the first at spend 0: %w", len(ps), maxPoints, ErrCurve)
	}
	for i, p := range ps {
		if !(p.Spend <= maxNumber && p.Response >= 0 && p.Response <= maxNumber) {
			return fmt.Errorf("point %d (%v, %v): want numbers from 0 to %v: %w", i, p.Spend, p.Response, float64(maxNumber), ErrCurve)
		}
		if i > 0 && (!(p.Spend-ps[i-1].Spend >= minNumber) || p.Response < ps[i-1].Response) {
			return fmt.Errorf("point %d (%v, %v): want more spend and no less response than before: %w", i, p.Spend, p.Response, ErrCurve)
		}
	}
	return nil
}

// At returns the response to a spend in major units; a negative one is nothing,
// and one that is not a number is answered with NaN.
func (c *Curve) At(spend float64) float64 {
	z := max(spend, 0) + c.Offset
	switch c.Kind {
	case Hill:
		if z <= 0 {
			return 0
		}
		return c.Coef / (1 + math.Exp(-c.Slope*math.Log(z/c.Half)))
	case Log:
		return c.Coef * math.Log1p(z/c.Scale)
	case Power:
		if z <= 0 {
			return 0
		}
		return c.Coef * math.Exp(c.Exp*math.Log(z))
	case Piecewise:
		return c.line(z)
	}
	return math.NaN()
}

// line interpolates between points.
func (c *Curve) line(z float64) float64 {
	i := sort.Search(len(c.Points), func(i int) bool { return c.Points[i].Spend > z })
	switch {
	case len(c.Points) == 0 || math.IsNaN(z):
		return math.NaN()
	case i == len(c.Points):
		return c.Points[i-1].Response
	case i == 0:
		return c.Points[0].Response
	}
	p, q := c.Points[i-1], c.Points[i]
	return p.Response + (q.Response-p.Response)*((z-p.Spend)/(q.Spend-p.Spend))
}

// tiny stands for a spend of nothing where the derivative there is infinite.
const tiny = 1e-280

// Marginal returns the response to one more major unit at a spend: the derivative,
// at a corner the one to the right. It may be as good as infinite at 0.
func (c *Curve) Marginal(spend float64) float64 {
	z := max(spend, 0) + c.Offset
	switch c.Kind {
	case Hill:
		z = max(z, tiny)
		e := math.Exp(-math.Abs(c.Slope * math.Log(z/c.Half)))
		return c.Coef * c.Slope / z * (e / ((1 + e) * (1 + e)))
	case Log:
		return c.Coef / (c.Scale + z)
	case Power:
		return c.Coef * c.Exp * math.Exp((c.Exp-1)*math.Log(max(z, tiny)))
	case Piecewise:
		i := sort.Search(len(c.Points), func(i int) bool { return c.Points[i].Spend > z })
		if i == 0 || i == len(c.Points) {
			return 0
		}
		p, q := c.Points[i-1], c.Points[i]
		return (q.Response - p.Response) / (q.Spend - p.Spend)
	}
	return math.NaN()
}

// Inflexion returns the spend up to which the curve is convex, each further unit
// bringing more than the one before: 0 if it is concave, +Inf if it never turns.
// Of a Piecewise curve it is the end of its last convex corner.
func (c *Curve) Inflexion() float64 {
	switch c.Kind {
	case Hill:
		if c.Slope > 1 {
			return max(0, c.Half*math.Exp(math.Log((c.Slope-1)/(c.Slope+1))/c.Slope)-c.Offset)
		}
	case Power:
		if c.Exp > 1 {
			return math.Inf(1)
		}
	case Piecewise:
		for i := len(c.Points) - 2; i > 0; i-- {
			a, b, d := c.Points[i-1], c.Points[i], c.Points[i+1]
			if (d.Response-b.Response)*(b.Spend-a.Spend) > (b.Response-a.Response)*(d.Spend-b.Spend) {
				return max(0, b.Spend-c.Offset)
			}
		}
	default: // concave
	}
	return 0
}

// HillOf returns a Hill curve as Robyn (Meta, v3.11) states it: alpha is the slope,
// and half the saturation is reached at (1-gamma) × least + gamma × greatest of the
// adstocked spend in a window.
func HillOf(coef, alpha, gamma float64, adstocked []float64) (Curve, error) {
	if len(adstocked) == 0 {
		return Curve{}, fmt.Errorf("window of no periods: %w", ErrCurve)
	}
	c := Curve{Kind: Hill, Coef: coef, Slope: alpha, Half: (1-gamma)*slices.Min(adstocked) + gamma*slices.Max(adstocked)}
	return c, c.Check()
}

// ParseCurve reads one curve from JSON and checks it. Errors match ErrCurve.
func ParseCurve(text []byte) (Curve, error) {
	var c Curve
	if err := json.Unmarshal(text, &c); err != nil {
		return Curve{}, fmt.Errorf("%w: %w", ErrCurve, err)
	}
	if err := c.Check(); err != nil {
		return Curve{}, err
	}
	return c, nil
}
