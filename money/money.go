package money

import (
	"cmp"
	"errors"
	"fmt"
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
func (m Money) Sign() int { return cmp.Compare(m.minor, 0) }

// common returns the currency two amounts share. Only the zero Money has none
// and adopts the other's.
func common(a, b Currency) (Currency, error) {
	if a != b && a != 0 && b != 0 {
		return 0, &MismatchError{a, b}
	}
	return a | b, nil
}

// Add returns m + o, or an error matching ErrMismatch or ErrOverflow.
func (m Money) Add(o Money) (Money, error) {
	// Without a call, down to the error, so that the compiler inlines it. A sum
	// overflows if both signs differ from its own.
	sum := m.minor + o.minor
	if m.cur != o.cur && m.cur != 0 && o.cur != 0 || (m.minor^sum)&(o.minor^sum) < 0 {
		return Money{}, termError{m, o, '+'}
	}
	return Money{sum, m.cur | o.cur}, nil
}

// Sub returns m - o, or an error matching ErrMismatch or ErrOverflow.
func (m Money) Sub(o Money) (Money, error) {
	diff := m.minor - o.minor
	if m.cur != o.cur && m.cur != 0 && o.cur != 0 || (m.minor^o.minor)&(m.minor^diff) < 0 {
		return Money{}, termError{m, o, '-'}
	}
	return Money{diff, m.cur | o.cur}, nil
}

// termError is an addition that failed. It finds out why when it is asked. It is no
// pointer: to fill in a new one costs every addition that goes well a fourth more,
// in registers saved ahead.
type termError struct {
	left, right Money
	op          byte
}

func (e termError) Unwrap() error {
	if _, err := common(e.left.cur, e.right.cur); err != nil {
		return err
	}
	return ErrOverflow
}

func (e termError) Error() string {
	if cause := e.Unwrap(); cause != ErrOverflow { //nolint:errorlint // it is one of the two, not wrapped
		return cause.Error()
	}
	return fmt.Sprintf("%v %c %v: %v", e.left, e.op, e.right, ErrOverflow)
}

// Neg returns -m. The one amount without a negative, the smallest int64,
// gives an error matching ErrOverflow.
func (m Money) Neg() (Money, error) { return Money{0, m.cur}.Sub(m) }

// Abs returns m without its sign, or an error as Neg does.
func (m Money) Abs() (Money, error) {
	if m.minor < 0 {
		return m.Neg()
	}
	return m, nil
}

// Cmp returns -1, 0 or 1 as m is less than, equal to or more than o, or an
// error matching ErrMismatch.
func (m Money) Cmp(o Money) (int, error) {
	if _, err := common(m.cur, o.cur); err != nil {
		return 0, err
	}
	return cmp.Compare(m.minor, o.minor), nil
}

// Compare orders by currency code, then by amount: a total order for
// slices.SortFunc. To ask which of two amounts is more, use Cmp.
func Compare(a, b Money) int { return cmp.Or(cmp.Compare(a.cur, b.cur), cmp.Compare(a.minor, b.minor)) }
