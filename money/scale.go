package money

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"
)

// Mul returns m × n, or an error matching ErrOverflow.
func (m Money) Mul(n int64) (Money, error) { return m.MulRat(n, 1, Down) }

// MulRat returns m × num/den rounded to the minor unit in the named mode: 19 %
// is MulRat(19, 100, HalfUp), a third is MulRat(1, 3, HalfEven). The product is
// exact to 128 bits before it is rounded once. A den of 0 and a result beyond 64
// bits give ErrOverflow. NewRate is faster where many amounts share one
// fraction.
func (m Money) MulRat(num, den int64, mode Rounding) (Money, error) {
	n, ok := mulDiv(m.minor, num, den, mode)
	if !ok {
		return Money{}, &productError{m, &Rate{num: num, den: den}}
	}
	return Money{n, m.cur}, nil
}

// MulDecimal returns m × rate rounded to the minor unit in the named mode: 1.0834
// converts, 0.19 is 19 %. The product is exact before it is rounded once. A result
// beyond 64 bits, and a rate beyond the bounds of RateOf, give ErrOverflow; the
// rate's size is checked before any arithmetic. RateOf is faster where many amounts
// share one rate.
func (m Money) MulDecimal(rate decimal.Decimal, mode Rounding) (Money, error) {
	n, ok := mulDecimal(m.minor, rate, mode)
	if !ok {
		return Money{}, tooLarge(m.String()+" × ", rate)
	}
	return Money{n, m.cur}, nil
}

// productError is a product that failed. It explains itself when it is asked.
type productError struct {
	of fmt.Stringer
	by *Rate
}

func (e *productError) Unwrap() error { return ErrOverflow }

func (e *productError) Error() string { return fmt.Sprintf("%v × %v: %v", e.of, e.by, ErrOverflow) }

// tooLarge names a decimal by its size, for its digits may be too many to print.
func tooLarge(what string, d decimal.Decimal) error {
	return fmt.Errorf("%sdecimal of %d bits and exponent %d: %w", what, d.Coefficient().BitLen(), d.Exponent(), ErrOverflow)
}

// mulDiv returns a × num / den rounded once.
func mulDiv(a, num, den int64, mode Rounding) (int64, bool) {
	d := abs(den)
	hi, lo := bits.Mul64(abs(a), abs(num))
	if hi >= d { // d = 0 too
		return 0, false
	}
	q, rem := bits.Div64(hi, lo, d)
	negative := uint64(a^num^den) >> 63 //nolint:gosec // the sign bit
	up := mode.up(negative, q, rem, d)
	return signed(negative, q+up, q+up < up)
}

// signed returns a magnitude with its sign, unless it is too large already or
// for an int64; negative is 0 or 1.
func signed(negative, n uint64, tooLarge bool) (int64, bool) {
	return int64(n ^ -negative + negative), !tooLarge && n <= math.MaxInt64+negative //nolint:gosec // checked beside
}

// abs returns |n| without the overflow at the smallest int64.
func abs(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

var pow10 = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// maxDigits bounds the digits and the exponent of a decimal that is computed with.
const maxDigits = 40

// mulDecimal returns a × d rounded once.
func mulDecimal(a int64, d decimal.Decimal, mode Rounding) (int64, bool) {
	if places, ok := narrow(d); ok {
		return mulDiv(a, d.CoefficientInt64(), pow10[places], mode)
	}
	x, ok := ratOf(d)
	if !ok {
		return 0, false
	}
	return RoundRat(x.Mul(x, new(big.Rat).SetInt64(a)), mode)
}

// ratOf returns any decimal as a fraction; ok is false if it is too large or too
// fine.
func ratOf(d decimal.Decimal) (x *big.Rat, ok bool) {
	places := -int(d.Exponent())
	if places < -maxDigits || places > maxDigits {
		return nil, false
	}
	num := d.Coefficient()
	if num.BitLen() > 133 { // 10^40 < 2^133
		return nil, false
	}
	return new(big.Rat).SetFrac(num.Mul(num, bigPow10(-places)), bigPow10(places)), true
}

// bigPow10 returns 10^n, and 1 for a negative n.
func bigPow10(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, 0))), nil)
}

// narrow returns the places of a decimal; ok is false if they are not 0..18 or the
// coefficient is no int64. To compare decimals of one exponent is the only question
// about the size of a decimal that neither allocates nor takes longer the larger it
// is.
func narrow(d decimal.Decimal) (places int, ok bool) {
	places = -int(d.Exponent())
	switch {
	case places < 0 || places >= len(pow10):
		return 0, false
	case d.Sign() < 0:
		return places, d.Cmp(bottom[places]) >= 0
	}
	return places, d.Cmp(top[places]) <= 0
}

// top and bottom are the decimals of 0..18 places with the widest coefficients
// that are an int64.
var top, bottom = extremes(math.MaxInt64), extremes(math.MinInt64)

func extremes(n int64) (list [len(pow10)]decimal.Decimal) {
	for i := range list {
		list[i] = decimal.New(n, -int32(i)) //nolint:gosec // 0..18
	}
	return list
}
