package allocate

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Decay is how the effect of spend fades over the periods after it.
type Decay uint8

// The ways to fade. The zero Decay is NoCarry.
const (
	NoCarry    Decay = iota // all effect is in the period of the spend
	Geometric               // Theta of each period's effect is left in the next one
	WeibullCDF              // the share that is left changes along a Weibull survival curve
	WeibullPDF              // effect rises and falls along a Weibull density: it may peak late
)

var decayNames = [...]string{NoCarry: "none", Geometric: "geometric", WeibullCDF: "weibull-cdf", WeibullPDF: "weibull-pdf"}

// ErrAdstock is the kind of error of an adstock that says nothing usable.
var ErrAdstock = errors.New("invalid adstock")

// String returns "none", "geometric", "weibull-cdf" or "weibull-pdf".
func (d Decay) String() string {
	if int(d) < len(decayNames) {
		return decayNames[d]
	}
	return fmt.Sprintf("decay(%d)", uint8(d))
}

// MarshalText writes the name.
func (d Decay) MarshalText() ([]byte, error) {
	if int(d) >= len(decayNames) {
		return nil, fmt.Errorf("decay %d: unknown: %w", uint8(d), ErrAdstock)
	}
	return []byte(decayNames[d]), nil
}

// UnmarshalText reads the name.
func (d *Decay) UnmarshalText(text []byte) error {
	i := slices.Index(decayNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("decay %q: want none, geometric, weibull-cdf or weibull-pdf: %w", text, ErrAdstock)
	}
	*d = Decay(i)
	return nil
}

// Adstock turns the spend of periods into what is felt in them: part of it is
// carried over into later ones. The zero Adstock carries nothing over.
//
// Geometric follows S. Broadbent, One way TV advertisements work (1979); the two
// Weibull forms are those of Robyn (Meta), with Scale in periods. The density is
// scaled to a weight of 0 for its least and 1 for its greatest period.
type Adstock struct {
	Decay  Decay   `json:"decay"`
	Theta  float64 `json:"theta,omitempty"`  // Geometric: 0 to below 1
	Shape  float64 `json:"shape,omitempty"`  // Weibull: 0.01 to 20
	Scale  float64 `json:"scale,omitempty"`  // Weibull: periods, 0.1 to 1000
	Length int     `json:"length,omitempty"` // Weibull: periods that are felt, the first included; 1 to 1000
}

const maxLags = 1000

// Check returns what is wrong with the adstock, matching ErrAdstock, or nil.
func (a Adstock) Check() error {
	switch a.Decay {
	case NoCarry:
		return nil
	case Geometric:
		if !(a.Theta >= 0 && a.Theta < 1) {
			return fmt.Errorf("theta of %v: want 0 to below 1: %w", a.Theta, ErrAdstock)
		}
		return nil
	case WeibullCDF, WeibullPDF:
		if !(a.Shape >= 0.01 && a.Shape <= 20 && a.Scale >= 0.1 && a.Scale <= 1000) || a.Length < 1 || a.Length > maxLags {
			return fmt.Errorf("weibull of shape %v, scale %v over %d periods: want 0.01 to 20, 0.1 to 1000 and 1 to %d: %w", a.Shape, a.Scale, a.Length, maxLags, ErrAdstock)
		}
		return nil
	}
	return fmt.Errorf("decay %d: unknown: %w", uint8(a.Decay), ErrAdstock)
}

// Weights returns how much of a unit of spend is felt in its own period and the
// n-1 that follow. An invalid adstock has none.
func (a Adstock) Weights(n int) []float64 {
	if a.Check() != nil || n < 1 {
		return nil
	}
	w := make([]float64, n)
	w[0] = 1
	switch a.Decay {
	case Geometric:
		for i := 1; i < n; i++ {
			w[i] = w[i-1] * a.Theta
		}
	case WeibullCDF:
		for i := 1; i < min(n, a.Length); i++ {
			w[i] = w[i-1] * math.Exp(-math.Pow(float64(i)/a.Scale, a.Shape))
		}
	case WeibullPDF:
		a.density(w)
	default:
	}
	return w
}

// density fills w with the scaled density of periods 1, 2, … Length.
func (a Adstock) density(w []float64) {
	d := make([]float64, a.Length)
	for i := range d {
		t := float64(i+1) / a.Scale
		d[i] = a.Shape / a.Scale * math.Pow(t, a.Shape-1) * math.Exp(-math.Pow(t, a.Shape))
	}
	lo, hi := slices.Min(d), slices.Max(d)
	if !(hi > lo) { // one period only, or as flat as nothing: all at once
		return
	}
	for i := range w[:min(len(w), len(d))] {
		w[i] = (d[i] - lo) / (hi - lo)
	}
}

// Apply returns what is felt in each period of a series of spend.
func (a Adstock) Apply(spend []float64) []float64 {
	out := slices.Clone(spend)
	switch a.Decay {
	case NoCarry:
		return out
	case Geometric:
		for i := 1; i < len(out); i++ {
			out[i] += a.Theta * out[i-1]
		}
		return out
	default:
	}
	w := a.Weights(min(len(spend), a.Length))
	for i := range out {
		out[i] = 0
		for k := range w[:min(len(w), i+1)] {
			out[i] += w[k] * spend[i-k]
		}
	}
	return out
}

// Carry returns what spend of the past is still felt in each of the n periods that
// follow it.
func (a Adstock) Carry(past []float64, n int) []float64 {
	felt := a.Apply(append(slices.Clone(past), make([]float64, max(n, 0))...))
	return felt[len(past):]
}

// Contribution returns the response of a channel over a window of periods, to
// spend that is carried over by an adstock: periods from, up to but not
// including to, 0-based, of the series. A window beyond the series is cut.
func Contribution(c Curve, a Adstock, spend []float64, from, to int) float64 {
	felt := a.Apply(spend)
	total := 0.0
	for _, z := range felt[min(max(from, 0), len(felt)):min(max(to, from, 0), len(felt))] {
		total += c.At(z)
	}
	return total
}
