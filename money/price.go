package money

import (
	"errors"
	"fmt"
)

// Price is an amount in millionths of the major unit: what ad platforms deliver
// as micros, and what a click or an impression costs. The zero Price is nothing
// of no currency.
type Price struct {
	micros int64
	cur    Currency
}

// Micros returns n millionths of the major unit: Micros(1_500_000, EUR) is 1.50.
func Micros(n int64, c Currency) Price { return Price{n, c} }

// PriceOf returns m as a Price, or an error matching ErrOverflow.
func PriceOf(m Money) (Price, error) {
	n, ok := mulDiv(m.minor, microsPerMajor, pow10[m.cur.Digits()], Down)
	if !ok {
		return Price{}, fmt.Errorf("%v in micros: %w", m, ErrOverflow)
	}
	return Price{n, m.cur}, nil
}

const microsPerMajor = 1_000_000

// Micros returns the millionths.
func (p Price) Micros() int64 { return p.micros }

// Currency returns the currency.
func (p Price) Currency() Currency { return p.cur }

// Add returns p + o, or an error matching ErrMismatch or ErrOverflow.
func (p Price) Add(o Price) (Price, error) {
	sum, err := p.asMoney().Add(o.asMoney())
	return Price{sum.minor, sum.cur}, p.failed("+", o, err)
}

// Sub returns p - o, or an error matching ErrMismatch or ErrOverflow.
func (p Price) Sub(o Price) (Price, error) {
	diff, err := p.asMoney().Sub(o.asMoney())
	return Price{diff.minor, diff.cur}, p.failed("-", o, err)
}

// failed names the prices of a failed addition, not the amounts that did it.
func (p Price) failed(op string, o Price, err error) error {
	if errors.Is(err, ErrOverflow) {
		return fmt.Errorf("%v %s %v: %w", p, op, o, ErrOverflow)
	}
	return err
}

// Cmp returns -1, 0 or 1 as p is less than, equal to or more than o, or an error
// matching ErrMismatch.
func (p Price) Cmp(o Price) (int, error) { return p.asMoney().Cmp(o.asMoney()) }

// Sign returns -1, 0 or 1.
func (p Price) Sign() int { return p.asMoney().Sign() }

// IsZero reports whether the price is nothing, of whatever currency.
func (p Price) IsZero() bool { return p.micros == 0 }

// asMoney lets micros share the checked arithmetic of minor units.
func (p Price) asMoney() Money { return Money{p.micros, p.cur} }

// Times returns p × n, or an error matching ErrOverflow.
func (p Price) Times(n int64) (Price, error) { return p.MulRat(n, 1, Down) }

// MulRat returns p × num/den rounded to the millionth in the named mode: a price
// per thousand for 1,250 impressions is MulRat(1250, 1000, HalfEven). Errors match
// ErrOverflow.
func (p Price) MulRat(num, den int64, mode Rounding) (Price, error) {
	n, ok := mulDiv(p.micros, num, den, mode)
	if !ok {
		return Price{}, &productError{p, &Rate{num: num, den: den}}
	}
	return Price{n, p.cur}, nil
}

// Round returns the price in minor units, rounded in the named mode.
func (p Price) Round(mode Rounding) Money {
	n, _ := mulDiv(p.micros, pow10[p.cur.Digits()], microsPerMajor, mode) // shrinks: at most 4 digits
	return Money{n, p.cur}
}

// Carry returns the price in whole minor units, rounded toward zero, and what is
// left over, to be added to the next price: nothing is lost over a column.
func (p Price) Carry() (Money, Price) {
	m := p.Round(Down)
	whole, _ := mulDiv(m.minor, microsPerMajor, pow10[p.cur.Digits()], Down)
	return m, Price{p.micros - whole, p.cur}
}

// String returns the price with six decimals, as in "0.012345 EUR".
func (p Price) String() string { return string(appendAmount(nil, p.micros, 6, p.cur)) }
