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
	for len(ms) >= block && s.adopt(ms[0].cur) {
		n, ok := s.cur.sumBlock((*[block]Money)(ms))
		if !ok {
			break
		}
		s.add(0, n)
		ms = ms[block:]
	}
	var hi, lo, carry, count uint64
	for _, m := range ms {
		if m.cur != s.cur && !s.adopt(m.cur) {
			return s
		}
		lo, carry = bits.Add64(lo, raised(m.minor), 0)
		hi, _ = bits.Add64(hi, 0, carry)
		count++
	}
	s.add(lowered(hi, lo, count))
	return s
}

// sumBlock is sumBlock for amounts; ok is false if one is of another currency, too.
func (c Currency) sumBlock(ms *[block]Money) (sum uint64, ok bool) {
	var total, total1, all, all1 int64
	for i := 0; i < step; i += 4 {
		lower, upper := (*[4]Money)(ms[i:]), (*[4]Money)(ms[step+i:])
		if lower[0].cur != c || lower[1].cur != c || lower[2].cur != c || lower[3].cur != c ||
			upper[0].cur != c || upper[1].cur != c || upper[2].cur != c || upper[3].cur != c {
			return 0, false
		}
		total += lower[0].minor
		all |= lower[0].minor
		total1 += lower[1].minor
		all1 |= lower[1].minor
		total += lower[2].minor
		all |= lower[2].minor
		total1 += lower[3].minor
		all1 |= lower[3].minor
		total += upper[0].minor
		all |= upper[0].minor
		total1 += upper[1].minor
		all1 |= upper[1].minor
		total += upper[2].minor
		all |= upper[2].minor
		total1 += upper[3].minor
		all1 |= upper[3].minor
	}
	return uint64(total + total1), uint64(all|all1) < small //nolint:gosec // no number is negative if ok
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
