package money

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// SumMinor returns the sum of a column of minor units; ok is false if it does
// not fit 64 bits. It does not allocate.
func SumMinor(column []int64) (total int64, ok bool) {
	var sum Sum
	for len(column) > 0 {
		part := column[:min(len(column), 1<<30)]
		column = column[len(part):]
		// Two chains of additions each, which do not wait for each other.
		var wrapped, upper, wrapped1, upper1 int64
		for len(part) >= 4 {
			a, b, c, d := part[0], part[1], part[2], part[3]
			wrapped += a + c
			upper += a>>32 + c>>32
			wrapped1 += b + d
			upper1 += b>>32 + d>>32
			part = part[4:]
		}
		for _, n := range part {
			wrapped += n
			upper += n >> 32
		}
		sum.add(exact(wrapped+wrapped1, upper+upper1))
	}
	m, err := sum.Total()
	return m.minor, err == nil
}

// MulMinor appends every unit of a column × num/den, each rounded in the named mode
// as MulRat does, to dst and returns it: a column in another currency, or with tax.
// MulMinor(column[:0], column, …) works in place. A den of 0 and a result beyond 64
// bits give ErrOverflow with the place in the column; dst is returned as it was.
func MulMinor(dst, column []int64, num, den int64, mode Rounding) ([]int64, error) {
	out := slices.Grow(dst, len(column))[:len(dst)+len(column)]
	to := out[len(dst):]
	f := factor{abs(num), abs(den), 0, num ^ den}
	f.reciprocal = uint64(math.MaxUint64) / max(f.den, 1)
	for i := 0; i < len(column); i++ {
		if den != 0 {
			if i += f.mul(to[i:], column[i:], &rules[min(mode, 7)]); i == len(column) {
				break
			}
		}
		n, ok := mulDiv(column[i], num, den, mode)
		if !ok {
			return dst, fmt.Errorf("amount %d: %w", i, &productError{Money{minor: column[i]}, num, den})
		}
		to[i] = n
	}
	return out, nil
}

// factor is a fraction of magnitudes with the sign of both in the sign bit.
type factor struct {
	num, den   uint64
	reciprocal uint64 // (2^64-1)/den
	sign       int64
}

// mul multiplies the column up to the first amount whose product or result is wide,
// and returns its place.
func (f *factor) mul(to, column []int64, by *[2]rule) int {
	to = to[:len(column)]
	num, den, reciprocal, sign := f.num, f.den, f.reciprocal, f.sign
	for i, n := range column {
		hi, lo := bits.Mul64(abs(n), num)
		// The quotient by the reciprocal is exact or one too small: it falls short
		// of lo/den by less than 1 (T. Granlund, P. Montgomery, Division by Invariant
		// Integers using Multiplication, 1994).
		q, _ := bits.Mul64(lo, reciprocal)
		rem := lo - q*den
		if rem >= den {
			q++
			rem -= den
		}
		negative := uint64(n^sign) >> 63 //nolint:gosec // the sign bit
		q += by[negative].up(q, rem, den)
		if hi != 0 || q > math.MaxInt64 {
			return i
		}
		to[i] = int64(q ^ -negative + negative) //nolint:gosec // at most MaxInt64
	}
	return len(column)
}

// Minors returns the minor units of amounts that share one currency, as a column
// for SumMinor and for loops of one's own: 8 bytes an amount. Errors match
// ErrMismatch.
func Minors(ms []Money) ([]int64, Currency, error) {
	var of Currency
	column := make([]int64, len(ms))
	for i, m := range ms {
		if m.cur != of {
			c, err := common(of, m.cur)
			if err != nil {
				return nil, 0, fmt.Errorf("amount %d: %w", i, err)
			}
			of = c
		}
		column[i] = m.minor
	}
	return column, of, nil
}

// FromMinors returns a column of minor units as amounts of one currency.
func FromMinors(column []int64, c Currency) []Money {
	ms := make([]Money, len(column))
	for i, n := range column {
		ms[i] = Money{n, c}
	}
	return ms
}
