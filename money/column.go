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
	for len(column) >= block {
		n, ok := sumBlock((*[block]int64)(column))
		if !ok {
			break
		}
		sum.add(0, n)
		column = column[block:]
	}
	sum.add(exact(column))
	m, err := sum.Total()
	return m.minor, err == nil
}

// A block is what is added in 64 bits at a time: no 2^12 numbers below small add up
// to 2^63.
const (
	block = 1 << 12
	half  = block / 2
	small = 1 << 51
)

// sumBlock adds a block without a carry; ok is false if a number in it is negative
// or not small, so that the sum may be wrong. It walks both halves at once, which
// memory serves faster than one after the other.
func sumBlock(column *[block]int64) (sum uint64, ok bool) {
	var total, total1, all, all1 int64
	for i := 0; i < half; i += 4 {
		lower, upper := (*[4]int64)(column[i:]), (*[4]int64)(column[half+i:])
		total += lower[0]
		all |= lower[0]
		total1 += lower[1]
		all1 |= lower[1]
		total += lower[2]
		all |= lower[2]
		total1 += lower[3]
		all1 |= lower[3]
		total += upper[0]
		all |= upper[0]
		total1 += upper[1]
		all1 |= upper[1]
		total += upper[2]
		all |= upper[2]
		total1 += upper[3]
		all1 |= upper[3]
	}
	return uint64(total + total1), uint64(all|all1) < small //nolint:gosec // no number is negative if ok
}

// exact adds any numbers in 128 bits, in two's complement. Raised by 2^63 none is
// negative, so that a carry is all there is to be counted.
func exact(column []int64) (hi, lo uint64) {
	var hi1, lo1, carry uint64
	length := uint64(len(column))
	for len(column) >= 4 { // two chains of additions, which do not wait for each other
		part := (*[4]int64)(column)
		lo, carry = bits.Add64(lo, raised(part[0]), 0)
		hi, _ = bits.Add64(hi, 0, carry)
		lo1, carry = bits.Add64(lo1, raised(part[1]), 0)
		hi1, _ = bits.Add64(hi1, 0, carry)
		lo, carry = bits.Add64(lo, raised(part[2]), 0)
		hi, _ = bits.Add64(hi, 0, carry)
		lo1, carry = bits.Add64(lo1, raised(part[3]), 0)
		hi1, _ = bits.Add64(hi1, 0, carry)
		column = column[4:]
	}
	for _, n := range column {
		lo, carry = bits.Add64(lo, raised(n), 0)
		hi += carry
	}
	lo, carry = bits.Add64(lo, lo1, 0)
	hi += hi1 + carry
	return lowered(hi, lo, length)
}

// raised returns n + 2^63, and lowered takes it back from a sum of so many.
func raised(n int64) uint64 { return uint64(n) ^ 1<<63 } //nolint:gosec // two's complement on purpose

func lowered(hi, lo, count uint64) (uint64, uint64) {
	lo, borrow := bits.Sub64(lo, count<<63, 0)
	return hi - count>>1 - borrow, lo
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
