package money

import (
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"
)

// appendAmount appends n scaled by digits, a space and the code.
func appendAmount(b []byte, n int64, digits int, c Currency) []byte {
	b = appendScaled(b, n, digits, Style{})
	if c != 0 {
		b = append(b, ' ')
		b = append(b, c.Code()...)
	}
	return b
}

// String returns the amount and the code, as in "1234.50 EUR", with the
// currency's digits. It is what Parse reads.
func (m Money) String() string { return string(appendAmount(nil, m.minor, m.cur.Digits(), m.cur)) }

// Amount returns the number alone: "1234.50".
func (m Money) Amount() string { return m.Format(Style{}) }

// Grouped returns the amount for people: "1,234.50 EUR".
func (m Money) Grouped() string {
	if m.cur == 0 {
		return m.Format(english)
	}
	return m.Format(english) + " " + m.cur.Code()
}

// FromDecimal rounds d to the currency's minor unit in the named mode. A number
// of more than 40 digits or an exponent beyond ±40 is refused before any
// arithmetic touches it, with ErrOverflow.
func FromDecimal(d decimal.Decimal, c Currency, mode Rounding) (Money, error) {
	n, ok := mulDecimal(pow10[c.Digits()], d, mode)
	if !ok {
		return Money{}, tooLarge(c.Code()+" of a ", d)
	}
	return Money{n, c}, nil
}

// Decimal returns the amount as a decimal number of major units.
func (m Money) Decimal() decimal.Decimal { return decimal.New(m.minor, -int32(m.cur.Digits())) } //nolint:gosec // 0..4

// AppendText appends "1234.50 EUR", or nothing for the zero Money. An amount
// without a currency, which no text can hold, gives an error matching ErrCurrency.
func (m Money) AppendText(b []byte) ([]byte, error) {
	if m == (Money{}) {
		return b, nil
	}
	if m.cur.info() == nil {
		return b, noCurrency(m.minor)
	}
	return appendAmount(b, m.minor, m.cur.Digits(), m.cur), nil
}

func noCurrency(n int64) error {
	return fmt.Errorf("amount %s: has no currency: %w", strconv.FormatInt(n, 10), ErrCurrency)
}

// MarshalText writes "1234.50 EUR"; empty text for the zero Money. JSON shows it
// as a string, and refuses a number, which could be a float64 on its way.
func (m Money) MarshalText() ([]byte, error) { return m.AppendText(nil) }

// UnmarshalText reads "1234.50 EUR"; empty text is the zero Money. Errors match
// ErrSyntax, ErrOverflow or ErrCurrency.
func (m *Money) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Money{}
		return nil
	}
	if err := checkLength(text); err != nil {
		return err
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// checkLength refuses text before it is copied.
func checkLength(text []byte) error {
	if len(text) > maxText+len(" EUR") {
		return fmt.Errorf("amount %.20q…: longer than %d characters: %w", text, maxText, ErrSyntax)
	}
	return nil
}

// AppendText appends "0.012345 EUR", or nothing for the zero Price. A price
// without a currency gives an error matching ErrCurrency.
func (p Price) AppendText(b []byte) ([]byte, error) {
	if p == (Price{}) {
		return b, nil
	}
	if p.cur.info() == nil {
		return b, noCurrency(p.micros)
	}
	return appendAmount(b, p.micros, 6, p.cur), nil
}

// MarshalText writes "0.012345 EUR"; empty text for the zero Price.
func (p Price) MarshalText() ([]byte, error) { return p.AppendText(nil) }

// UnmarshalText reads "0.012345 EUR", with at most six decimals; empty text is
// the zero Price. Errors match ErrSyntax, ErrOverflow or ErrCurrency.
func (p *Price) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Price{}
		return nil
	}
	if err := checkLength(text); err != nil {
		return err
	}
	number, c, err := cutCode(string(text))
	if err != nil {
		return err
	}
	parsed, err := ParsePrice(number, c)
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}
