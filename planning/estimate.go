package planning

import (
	"math"
	"sort"
)

// draw is an Estimate made ready for sampling: a duration for each number between
// 0 and 1, by the inverse of its distribution.
type draw struct {
	kind           drawKind
	low, high      float64
	split          float64 // triangular: the chance of less than likely
	rising, fallen float64 // triangular: squares to take roots of, per chance
	median, sigma  float64 // lognormal
	table          []float64
}

type drawKind uint8

const (
	certain drawKind = iota
	triangular
	tabulated
	lognormal
)

// newDraw scales an estimate by the minutes of its unit. Without an estimate the
// duration is certain.
func newDraw(e Estimate, unit, duration int64) draw {
	low, likely, high := float64(e.Min*unit), float64(e.Likely*unit), float64(e.Max*unit)
	if e == (Estimate{}) || e.Min == e.Max && e.Shape != Lognormal {
		if e != (Estimate{}) {
			duration = e.Likely * unit
		}
		return draw{kind: certain, low: float64(duration)}
	}
	switch e.Shape {
	case PERT:
		return draw{kind: tabulated, low: low, high: high, table: betaTable((likely - low) / (high - low))}
	case Lognormal:
		const z90 = 1.2815515655446004 // the standard normal's 90th percentile
		return draw{kind: lognormal, median: likely, sigma: math.Log(high/likely) / z90}
	default:
		return draw{
			kind: triangular, low: low, high: high, split: (likely - low) / (high - low),
			rising: (high - low) * (likely - low), fallen: (high - low) * (high - likely),
		}
	}
}

// at returns the duration below which a part u of all lie, 0 <= u < 1, rounded to
// the minute. Products are rounded by themselves, so that every processor gives
// the same.
func (d *draw) at(u float64) int64 {
	var x float64
	switch d.kind {
	case certain:
		return int64(d.low)
	case triangular:
		if u < d.split {
			x = d.low + math.Sqrt(float64(u*d.rising))
		} else {
			x = d.high - math.Sqrt(float64((1-u)*d.fallen))
		}
	case tabulated:
		at := u * float64(len(d.table)-1)
		k := int(at)
		part := d.table[k] + float64((at-float64(k))*(d.table[k+1]-d.table[k]))
		x = d.low + float64(part*(d.high-d.low))
	case lognormal:
		z := math.Sqrt2 * math.Erfinv(float64(2*u)-1+0x1p-53)
		x = float64(d.median * math.Exp(float64(d.sigma*z)))
	}
	return int64(min(x, maxAmount) + 0.5)
}

// betaTable returns the quantiles, on an even grid of chances, of the beta
// distribution of a PERT estimate on [0, 1] with its mode there (D. G. Malcolm and
// others, Application of a technique for research and development program
// evaluation, 1959; weight 4).
func betaTable(mode float64) []float64 {
	const (
		steps   = 8192 // of the density
		entries = 1024 // of the table
	)
	a, b := 4*mode, 4*(1-mode) // exponents of the density
	sum := make([]float64, steps+1)
	for i := range steps {
		x := (float64(i) + 0.5) / steps
		sum[i+1] = sum[i] + math.Pow(x, a)*math.Pow(1-x, b)
	}
	out := make([]float64, entries+1)
	for k := range out {
		want := sum[steps] * float64(k) / entries
		i := sort.SearchFloat64s(sum, want)
		if i > 0 {
			out[k] = (float64(i-1) + (want-sum[i-1])/(sum[i]-sum[i-1])) / steps
		}
	}
	out[entries] = 1
	return out
}
