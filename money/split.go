package money

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
)

// MaxParts is the largest number of parts of one split.
const MaxParts = 1 << 20

// Split returns n parts that differ by at most one minor unit and add up to m;
// the larger ones come first.
func (m Money) Split(n int) ([]Money, error) {
	if n < 1 || n > MaxParts {
		return nil, fmt.Errorf("split into %d parts: %w", n, ErrWeights)
	}
	weights := make([]int64, n)
	for i := range weights {
		weights[i] = 1
	}
	return m.Allocate(weights...)
}

// Allocate splits m in proportion to the weights by largest remainder
// (A. Hamilton's method): every part is its exact share rounded toward zero,
// and the units left go one each to the largest remainders, ties to the earlier
// part. Parts add up to m exactly; a weight of 0 gets nothing; the parts of -m
// are the parts of m negated.
//
// Errors match ErrWeights: a negative weight, none, all zero, a sum beyond 63
// bits, or more than MaxParts.
func (m Money) Allocate(weights ...int64) ([]Money, error) {
	total, err := sumWeights(weights)
	if err != nil {
		return nil, err
	}
	amount := abs(m.minor)
	parts := make([]uint64, len(weights))
	rest := make([]uint64, len(weights))
	order := make([]int, 0, len(weights))
	left := amount
	for i, w := range weights {
		hi, lo := bits.Mul64(amount, uint64(w))
		parts[i], rest[i] = bits.Div64(hi, lo, total) // hi < total, since w <= total
		left -= parts[i]
		if rest[i] > 0 {
			order = append(order, i)
		}
	}
	// The remainders add up to left*total, each below total: left < len(order).
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest[b], rest[a]) })
	for _, i := range order[:left] {
		parts[i]++
	}
	out := make([]Money, len(parts))
	for i, p := range parts {
		out[i] = Money{int64(p), m.cur} //nolint:gosec // |p| <= |m|; 1<<63 only as the negative
		if m.minor < 0 {
			out[i].minor = -out[i].minor
		}
	}
	return out, nil
}
