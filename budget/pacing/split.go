package pacing

import (
	"math"
	"math/bits"

	"github.com/go-marops/marops/money"
)

// share returns amount × part / whole, rounded toward zero; part is at most whole.
func share(amount, part, whole int64) int64 {
	neg := amount < 0
	if neg {
		amount = -amount
	}
	hi, lo := bits.Mul64(uint64(amount), uint64(part)) //nolint:gosec // none is negative
	q, _ := bits.Div64(hi, lo, uint64(whole))          //nolint:gosec // part <= whole, so it is at most amount
	if neg {
		return -int64(q) //nolint:gosec // likewise
	}
	return int64(q) //nolint:gosec // likewise
}

// slot is a day to spend on.
type slot struct {
	weight   int64
	min, max int64
	amount   int64
	frozen   bool
}

// divide splits an amount over slots by their weights, each between its bounds, and
// returns what finds no place, or as a negative number what bounds ask for beyond it.
// A slot without weight gets its minimum.
//
// Slots that leave their bounds are held at them in turn, those on the side on which
// more is missing first, and the rest is split anew: the method by which CSS resolves
// flexible lengths (W3C, CSS Flexible Box Layout, 9.7). Shares are cumulatively
// rounded, so none leaves whole bounds by rounding.
func divide(total int64, cur money.Currency, slots []slot) (left int64) {
	low, high := int64(0), int64(0)
	weights := make([]int64, 0, len(slots))
	for i := range slots {
		s := &slots[i]
		s.frozen, s.amount = s.weight <= 0, s.min
		low += s.min
		if s.frozen {
			high += s.min
		} else {
			high = add(high, s.max)
		}
	}
	switch {
	case total <= low:
		return total - low
	case total >= high:
		for i := range slots {
			if s := &slots[i]; !s.frozen {
				s.amount = s.max
			}
		}
		return total - high
	}
	for {
		rest := total
		weights = weights[:0]
		for i := range slots {
			if slots[i].frozen {
				rest -= slots[i].amount
			} else {
				weights = append(weights, slots[i].weight)
			}
		}
		parts, err := money.Minor(max(rest, 0), cur).Phase(weights...)
		if err != nil { // all are held
			return rest
		}
		k, missing := 0, int64(0)
		for i := range slots {
			if s := &slots[i]; !s.frozen {
				p := parts[k].Minor()
				s.amount = min(max(p, s.min), s.max)
				missing += s.amount - p
				k++
			}
		}
		held := false
		for i, k := 0, 0; i < len(slots); i++ {
			s := &slots[i]
			if s.frozen {
				continue
			}
			p := parts[k].Minor()
			k++
			if missing >= 0 && s.amount > p || missing <= 0 && s.amount < p {
				s.frozen, held = true, true
			}
		}
		if !held {
			return 0
		}
	}
}

// add adds amounts that are not negative and stays at the greatest.
func add(a, b int64) int64 {
	if c := a + b; c >= a {
		return c
	}
	return math.MaxInt64
}
