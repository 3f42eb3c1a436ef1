package money

import (
	"fmt"
	"math/bits"
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
	step  = block / 2
	small = 1 << 51
)

// sumBlock adds a block without a carry; ok is false if a number in it is negative
// or not small, so that the sum may be wrong. It walks both halves at once, which
// memory serves faster than one after the other.
func sumBlock(column *[block]int64) (sum uint64, ok bool) {
	var total, total1, all, all1 int64
	for i := 0; i < step; i += 4 {
		lower, upper := (*[4]int64)(column[i:]), (*[4]int64)(column[step+i:])
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
