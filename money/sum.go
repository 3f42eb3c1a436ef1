package money

import (
	"fmt"
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
	if s.adopt(m.cur) {
		s.add(uint64(m.minor>>63), uint64(m.minor)) //nolint:gosec // two's complement on purpose
	}
	return s
}

// Sub subtracts m and returns s.
func (s *Sum) Sub(m Money) *Sum {
	if s.adopt(m.cur) {
		var borrow uint64
		s.lo, borrow = bits.Sub64(s.lo, uint64(m.minor), 0) //nolint:gosec // two's complement on purpose
		s.hi -= uint64(m.minor>>63) + borrow                //nolint:gosec // likewise
	}
	return s
}

// Merge adds another sum, of one shard for example, and returns s.
func (s *Sum) Merge(o *Sum) *Sum {
	switch {
	case s.err != nil:
	case o.err != nil:
		s.err = o.err
	case s.adopt(o.cur):
		s.add(o.hi, o.lo)
	}
	return s
}

// AddAll adds every amount and returns s. It does not allocate.
func (s *Sum) AddAll(ms []Money) *Sum {
	for len(ms) > 0 && s.adopt(ms[0].cur) {
		part := ms[:min(len(ms), 1<<12)]
		ms = ms[len(part):]
		cur := s.cur
		var wrapped, upper int64
		var other Currency
		rest := part
		for len(rest) >= 2 {
			a, b := rest[0], rest[1]
			wrapped += a.minor + b.minor
			upper += a.minor>>32 + b.minor>>32
			other |= a.cur ^ cur | b.cur ^ cur
			rest = rest[2:]
		}
		for _, m := range rest {
			wrapped += m.minor
			upper += m.minor >> 32
			other |= m.cur ^ cur
		}
		if other != 0 { // a Money{} among them, or an error
			for _, m := range part {
				s.Add(m)
			}
			continue
		}
		s.add(exact(wrapped, upper))
	}
	return s
}

// adopt makes c the currency of the sum, if it may.
func (s *Sum) adopt(c Currency) bool {
	if c != s.cur && s.err == nil {
		s.cur, s.err = common(s.cur, c)
	}
	return s.err == nil
}

func (s *Sum) add(hi, lo uint64) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, lo, 0)
	s.hi += hi + carry
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

// exact returns the sum of fewer than 1<<31 numbers in 128 bits, in two's
// complement, out of two sums without carries: that of the numbers in 64 bits,
// which may wrap round, and that of their upper halves, which cannot. The lower
// halves add up to less than 1<<63, so the two tell the sum.
func exact(wrapped, upper int64) (hi, lo uint64) {
	base := uint64(upper) << 32     //nolint:gosec // two's complement on purpose
	lower := uint64(wrapped) - base //nolint:gosec // likewise
	lo, carry := bits.Add64(base, lower, 0)
	return uint64(upper>>32) + carry, lo //nolint:gosec // likewise
}
