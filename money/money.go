package money

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// The kinds of error of this package, beside ErrCurrency.
var (
	ErrOverflow = errors.New("amount out of range")     // beyond 64 bits of minor units
	ErrMismatch = errors.New("currencies differ")       // see MismatchError
	ErrSyntax   = errors.New("invalid amount")          // text that is not an amount
	ErrWeights  = errors.New("weights cannot be split") // negative, none, or all zero
)

// MismatchError names the two currencies that met. It matches ErrMismatch.
type MismatchError struct{ Left, Right Currency }

func (e *MismatchError) Error() string {
	return fmt.Sprintf("%v and %v: %v", e.Left, e.Right, ErrMismatch)
}

// Is reports whether target is ErrMismatch.
func (e *MismatchError) Is(target error) bool { return target == ErrMismatch }

// Money is an amount of one currency, exact to its minor unit. The zero Money
// is nothing of no currency, and is neutral in Add and Sub.
type Money struct {
	minor int64
	cur   Currency
}

// Minor returns n minor units: Minor(1250, EUR) is 12.50 EUR.
func Minor(n int64, c Currency) Money { return Money{n, c} }

// Minor returns the amount in minor units.
func (m Money) Minor() int64 { return m.minor }

// Currency returns the currency; 0 for the zero Money.
func (m Money) Currency() Currency { return m.cur }

// IsZero reports whether the amount is nothing, of whatever currency.
func (m Money) IsZero() bool { return m.minor == 0 }

// Sign returns -1, 0 or 1.
func (m Money) Sign() int {
	switch {
	case m.minor < 0:
		return -1
	case m.minor > 0:
		return 1
	}
	return 0
}

// common returns the currency two amounts share. Only the zero Money has none
// and adopts the other's.
func common(a, b Currency) (Currency, error) {
	switch {
	case a == b || b == 0:
		return a, nil
	case a == 0:
		return b, nil
	}
	return 0, &MismatchError{a, b}
}

// Add returns m + o, or an error matching ErrMismatch or ErrOverflow.
func (m Money) Add(o Money) (Money, error) {
	c, err := common(m.cur, o.cur)
	if err != nil {
		return Money{}, err
	}
	sum := m.minor + o.minor
	if (sum > m.minor) != (o.minor > 0) && o.minor != 0 {
		return Money{}, fmt.Errorf("%v + %v: %w", m, o, ErrOverflow)
	}
	return Money{sum, c}, nil
}

// Sub returns m - o, or an error matching ErrMismatch or ErrOverflow.
func (m Money) Sub(o Money) (Money, error) {
	c, err := common(m.cur, o.cur)
	if err != nil {
		return Money{}, err
	}
	diff := m.minor - o.minor
	if (diff < m.minor) != (o.minor > 0) && o.minor != 0 {
		return Money{}, fmt.Errorf("%v - %v: %w", m, o, ErrOverflow)
	}
	return Money{diff, c}, nil
}

// Neg returns -m. The one amount without a negative, the smallest int64,
// gives an error matching ErrOverflow.
func (m Money) Neg() (Money, error) { return Money{0, m.cur}.Sub(m) }

// Cmp returns -1, 0 or 1 as m is less than, equal to or more than o, or an
// error matching ErrMismatch.
func (m Money) Cmp(o Money) (int, error) {
	if _, err := common(m.cur, o.cur); err != nil {
		return 0, err
	}
	switch {
	case m.minor < o.minor:
		return -1, nil
	case m.minor > o.minor:
		return 1, nil
	}
	return 0, nil
}

// Mul returns m × n, or an error matching ErrOverflow.
func (m Money) Mul(n int64) (Money, error) { return m.MulRat(n, 1, Down) }

// MulRat returns m × num/den rounded to the minor unit in the named mode: 19 %
// is MulRat(19, 100, HalfUp). The product is exact to 128 bits before it is
// rounded once. A den of 0 and a result beyond 64 bits give ErrOverflow.
func (m Money) MulRat(num, den int64, mode Rounding) (Money, error) {
	n, ok := mulDiv(m.minor, num, den, mode)
	if !ok {
		return Money{}, fmt.Errorf("%v × %d/%d: %w", m, num, den, ErrOverflow)
	}
	return Money{n, m.cur}, nil
}

func mulDiv(a, num, den int64, mode Rounding) (int64, bool) {
	if den == 0 {
		return 0, false
	}
	negative := (a < 0) != (num < 0) != (den < 0)
	hi, lo := bits.Mul64(abs(a), abs(num))
	d := abs(den)
	if hi >= d {
		return 0, false
	}
	q, rem := bits.Div64(hi, lo, d)
	if rem != 0 && mode.away(negative, q&1 == 1, cmpHalf(rem, d)) {
		q++
		if q == 0 {
			return 0, false
		}
	}
	if negative {
		if q > 1<<63 {
			return 0, false
		}
		return -int64(q), true //nolint:gosec // q = 1<<63 negates to MinInt64, as wanted
	}
	if q > math.MaxInt64 {
		return 0, false
	}
	return int64(q), true
}

// abs returns |n| without the overflow at the smallest int64.
func abs(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
