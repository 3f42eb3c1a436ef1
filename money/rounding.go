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

// away reports whether a magnitude with a fraction is raised by one unit.
// half is the fraction compared with one half: -1, 0 or 1.
func (r Rounding) away(negative, odd bool, half int) bool {
	switch r {
	case HalfUp:
		return half >= 0
	case HalfDown:
		return half > 0
	case Down:
		return false
	case Up:
		return true
	case Ceiling:
		return !negative
	case Floor:
		return negative
	case HalfEven:
	}
	return half > 0 || half == 0 && odd
}

// cmpHalf compares rem/d with one half, without overflow; 0 <= rem < d.
func cmpHalf(rem, d uint64) int {
	switch rest := d - rem; {
	case rem < rest:
		return -1
	case rem > rest:
		return 1
	}
	return 0
}

// RoundRat rounds an exact fraction to a whole number in the named mode; ok is
// false if it does not fit 64 bits. It serves conversions whose exact fraction
// is wider than MulRat's 128 bits.
func RoundRat(x *big.Rat, mode Rounding) (n int64, ok bool) {
	q, rem := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	if rem.Sign() != 0 {
		half := rem.Abs(rem).Lsh(rem, 1).Cmp(x.Denom())
		if mode.away(x.Sign() < 0, q.Bit(0) == 1, half) {
			q.Add(q, big.NewInt(int64(x.Sign())))
		}
	}
	return q.Int64(), q.IsInt64()
}
