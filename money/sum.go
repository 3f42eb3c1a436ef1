package money

import (
	"fmt"
	"math"
	"math/bits"
)

// Sum adds amounts in 128 bits and keeps the first error, so that a chain needs
// one check at its end. The zero Sum is ready to use and adopts the currency of
// the first amount that has one.
type Sum struct {
	hi  uint64 // two's complement
	lo  uint64
	cur Currency
	err error
}

// Add adds m and returns s.
func (s *Sum) Add(m Money) *Sum {
	if s.err != nil {
		return s
	}
	if m.cur != s.cur {
		if s.cur, s.err = common(s.cur, m.cur); s.err != nil {
			return s
		}
	}
	s.add(m.minor)
	return s
}

// AddAll adds every amount and returns s.
func (s *Sum) AddAll(ms []Money) *Sum {
	if s.err != nil {
		return s
	}
	hi, lo, cur := s.hi, s.lo, s.cur
	for i := range ms {
		if ms[i].cur != cur {
			s.hi, s.lo, s.cur = hi, lo, cur
			if s.Add(ms[i]); s.err != nil {
				return s
			}
			hi, lo, cur = s.hi, s.lo, s.cur
			continue
		}
		var carry uint64
		lo, carry = bits.Add64(lo, uint64(ms[i].minor), 0)
		hi += uint64(ms[i].minor>>63) + carry
	}
	s.hi, s.lo, s.cur = hi, lo, cur
	return s
}

// Sub subtracts m and returns s.
func (s *Sum) Sub(m Money) *Sum {
	if s.err != nil {
		return s
	}
	if s.cur, s.err = common(s.cur, m.cur); s.err != nil {
		return s
	}
	var borrow uint64
	s.lo, borrow = bits.Sub64(s.lo, uint64(m.minor), 0)
	s.hi -= uint64(m.minor>>63) + borrow
	return s
}

func (s *Sum) add(n int64) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, uint64(n), 0)
	s.hi += uint64(n>>63) + carry
}

// Total returns the sum, or the first error: ErrMismatch of an amount, or
// ErrOverflow if the total itself does not fit 64 bits.
func (s *Sum) Total() (Money, error) {
	if s.err != nil {
		return Money{}, s.err
	}
	if n := int64(s.lo); s.hi == uint64(n>>63) { //nolint:gosec // two's complement on purpose
		return Money{n, s.cur}, nil
	}
	return Money{}, fmt.Errorf("sum of %v amounts: %w", s.cur, ErrOverflow)
}

// SumMinor returns the sum of a column of minor units; ok is false if it does
// not fit 64 bits. It does not allocate.
func SumMinor(column []int64) (total int64, ok bool) {
	// Two lanes hide the latency of the carry chain.
	var lo0, hi0, lo1, hi1, carry uint64
	i := 0
	for ; i+1 < len(column); i += 2 {
		a, b := column[i], column[i+1]
		lo0, carry = bits.Add64(lo0, uint64(a), 0)
		hi0 += uint64(a>>63) + carry
		lo1, carry = bits.Add64(lo1, uint64(b), 0)
		hi1 += uint64(b>>63) + carry
	}
	if i < len(column) {
		lo0, carry = bits.Add64(lo0, uint64(column[i]), 0)
		hi0 += uint64(column[i]>>63) + carry
	}
	lo, carry := bits.Add64(lo0, lo1, 0)
	hi := hi0 + hi1 + carry
	if lo > math.MaxInt64 {
		return int64(lo), hi == math.MaxUint64 //nolint:gosec // two's complement on purpose
	}
	return int64(lo), hi == 0
}
