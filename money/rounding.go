package money

import (
	"fmt"
	"math"
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

// A rule says when the magnitude q + rem/d is rounded to q+1: if twice the rem,
// plus the tie, plus one if q is odd and the rule is odd, exceeds d&half|never. So
// a comparison with d asks for more than a half, with 0 for any fraction, and with
// the largest number for none.
type rule struct{ odd, tie, half, never uint64 }

var (
	nearestEven = rule{odd: 1, half: math.MaxUint64}
	nearestUp   = rule{tie: 1, half: math.MaxUint64}
	nearestDown = rule{half: math.MaxUint64}
	toward      = rule{never: math.MaxUint64}
	away        = rule{}
)

// rules has the rule of every mode for positive and for negative numbers.
var rules = [8][2]rule{
	HalfEven: {nearestEven, nearestEven},
	HalfUp:   {nearestUp, nearestUp},
	HalfDown: {nearestDown, nearestDown},
	Down:     {toward, toward},
	Up:       {away, away},
	Ceiling:  {away, toward},
	Floor:    {toward, away},
	7:        {nearestEven, nearestEven}, // no mode
}

// up returns 1 if the magnitude q + rem/d is rounded to q+1, and 0 if to q;
// negative is 0 or 1. It wants rem < d <= 1<<63. It has no branch: which way an
// amount rounds is a coin toss that no processor predicts.
func (r Rounding) up(negative, q, rem, d uint64) uint64 {
	return rules[min(r, 7)][negative&1].up(q, rem, d)
}

func (by *rule) up(q, rem, d uint64) uint64 {
	return more(2*rem+by.tie+q&by.odd, d&by.half|by.never)
}

// more is a > b as a number.
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
		if mode.up(bit(x.Sign() < 0), uint64(q.Bit(0)), uint64(half+2), 4) == 1 {
			q.Add(q, big.NewInt(int64(x.Sign())))
		}
	}
	return q.Int64(), q.IsInt64()
}

func bit(b bool) (one uint64) {
	if b {
		one = 1
	}
	return one
}
