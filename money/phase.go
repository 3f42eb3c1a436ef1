package money

import (
	"fmt"
	"math/bits"
)

// Phase splits m over time in proportion to the weights by cumulative rounding:
// each part is the rounded running total less the one before,
//
//	part[i] = round(m × (w[0]+…+w[i]) / Σw) - round(m × (w[0]+…+w[i-1]) / Σw),
//
// with ties away from zero. Parts add up to m exactly, and the parts of -m are
// the parts of m negated. Unlike Allocate, which is fairest to each part, no
// running total is ever more than half a unit off, which is what a budget over
// months wants. A weight of 0 gets nothing.
//
// Errors match ErrWeights, as for Allocate.
func (m Money) Phase(weights ...int64) ([]Money, error) {
	total, err := sumWeights(weights)
	if err != nil {
		return nil, err
	}
	amount := abs(m.minor)
	out := make([]Money, len(weights))
	var running, before uint64
	for i, w := range weights {
		running += uint64(w)
		hi, lo := bits.Mul64(amount, running)
		quotient, rest := bits.Div64(hi, lo, total) // hi < total, since running <= total
		quotient += HalfUp.up(0, quotient, rest, total)
		out[i] = Money{int64(quotient - before), m.cur} //nolint:gosec // a part of |m|; 1<<63 only as the negative
		if m.minor < 0 {
			out[i].minor = -out[i].minor
		}
		before = quotient
	}
	return out, nil
}

// sumWeights checks the weights of a split and returns their sum.
func sumWeights(weights []int64) (uint64, error) {
	if len(weights) == 0 || len(weights) > MaxParts {
		return 0, fmt.Errorf("split over %d weights: %w", len(weights), ErrWeights)
	}
	var total uint64
	for i, w := range weights {
		if w < 0 {
			return 0, fmt.Errorf("weight %d is %d: %w", i, w, ErrWeights)
		}
		if total += uint64(w); total > 1<<63-1 {
			return 0, fmt.Errorf("weights 0..%d add up beyond 63 bits: %w", i, ErrWeights)
		}
	}
	if total == 0 {
		return 0, fmt.Errorf("all %d weights are zero: %w", len(weights), ErrWeights)
	}
	return total, nil
}
