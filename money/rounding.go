package money

import (
	"fmt"
	"math/big"
)

// Rounding is what happens to a fraction of the smallest unit. The names are
// those of General Decimal Arithmetic (M. Cowlishaw, speleotrove.com/decimal).
type Rounding uint8

// The rounding modes. The zero value is HalfEven.
const (
	HalfEven Rounding = iota // to the nearest, ties to the even neighbour
	HalfUp                   // to the nearest, ties away from zero
	HalfDown                 // to the nearest, ties toward zero
	Down                     // toward zero
	Up                       // away from zero
	Ceiling                  // toward positive infinity
	Floor                    // toward negative infinity
)

var modeNames = [...]string{"half-even", "half-up", "half-down", "down", "up", "ceiling", "floor"}

// String returns the name, as in "half-even".
func (r Rounding) String() string {
	if int(r) < len(modeNames) {
		return modeNames[r]
	}
	return fmt.Sprintf("rounding(%d)", uint8(r))
}

// up returns 1 if the magnitude q + rem/d is rounded to q+1, and 0 if to q. It
// wants rem < d <= 1<<63.
func (r Rounding) up(negative bool, q, rem, d uint64) uint64 {
	switch r {
	case HalfUp:
		return more(2*rem|1, d)
	case HalfDown:
		return more(2*rem, d)
	case Down:
		return 0
	case Up:
		return more(rem, 0)
	case Ceiling:
		if negative {
			return 0
		}
		return more(rem, 0)
	case Floor:
		if negative {
			return more(rem, 0)
		}
		return 0
	case HalfEven:
	}
	return more(2*rem|q&1, d) // a tie is more than half where q is odd
}

// more is a comparison without a branch: which way an amount rounds is a coin toss
// that no processor predicts.
func more(a, b uint64) (one uint64) {
	if a > b {
		one = 1
	}
	return one
}

// RoundRat rounds an exact fraction to a whole number in the named mode; ok is
// false if it does not fit 64 bits. It serves conversions whose exact fraction
// is wider than MulRat's 128 bits.
func RoundRat(x *big.Rat, mode Rounding) (n int64, ok bool) {
	q, rem := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	if rem.Sign() != 0 {
		half := rem.Abs(rem).Lsh(rem, 1).Cmp(x.Denom()) // a quarter, a half or three quarters decide alike
		if mode.up(x.Sign() < 0, uint64(q.Bit(0)), uint64(half+2), 4) == 1 {
			q.Add(q, big.NewInt(int64(x.Sign())))
		}
	}
	return q.Int64(), q.IsInt64()
}
