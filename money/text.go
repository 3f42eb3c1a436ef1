package money

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

var pow10 = [...]int64{1, 10, 100, 1_000, 10_000, 100_000, 1_000_000}

// appendAmount appends n scaled by digits, a space and the code.
func appendAmount(b []byte, n int64, digits int, c Currency) []byte {
	b = appendScaled(b, n, digits, false)
	if c != 0 {
		b = append(b, ' ')
		b = append(b, c.Code()...)
	}
	return b
}

func appendScaled(b []byte, n int64, digits int, grouped bool) []byte {
	if n < 0 {
		b = append(b, '-')
	}
	var buf [24]byte
	text := strconv.AppendUint(buf[:0], abs(n), 10)
	for len(text) <= digits {
		text = append([]byte{'0'}, text...)
	}
	whole, fraction := text[:len(text)-digits], text[len(text)-digits:]
	for i, c := range whole {
		if grouped && i > 0 && (len(whole)-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, c)
	}
	if digits > 0 {
		b = append(b, '.')
		b = append(b, fraction...)
	}
	return b
}

// String returns the amount and the code, as in "1234.50 EUR", with the
// currency's digits. It is what Parse reads.
func (m Money) String() string { return string(appendAmount(nil, m.minor, m.cur.Digits(), m.cur)) }

// Amount returns the number alone: "1234.50".
func (m Money) Amount() string { return string(appendScaled(nil, m.minor, m.cur.Digits(), false)) }

// Grouped returns the amount for people: "1,234.50 EUR".
func (m Money) Grouped() string {
	b := appendScaled(nil, m.minor, m.cur.Digits(), true)
	if m.cur != 0 {
		b = append(b, ' ')
		b = append(b, m.cur.Code()...)
	}
	return string(b)
}

// ParseAmount reads a plain decimal number of the currency: an optional minus,
// digits, and at most as many decimals as the minor unit has (more only if they
// are zeros). No grouping, no exponent, no symbol. Errors match ErrSyntax or
// ErrOverflow.
func ParseAmount(s string, c Currency) (Money, error) {
	n, err := parseScaled(s, c.Digits())
	if err != nil {
		return Money{}, err
	}
	return Money{n, c}, nil
}

// ParsePrice reads a plain decimal number with at most six decimals as a Price,
// under the rules of ParseAmount.
func ParsePrice(s string, c Currency) (Price, error) {
	n, err := parseScaled(s, 6)
	if err != nil {
		return Price{}, err
	}
	return Price{n, c}, nil
}

func parseScaled(s string, digits int) (int64, error) {
	if len(s) > 40 {
		return 0, fmt.Errorf("amount %.20q…: longer than 40 characters: %w", s, ErrSyntax)
	}
	text, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(text, ".")
	if whole == "" || point && fraction == "" {
		return 0, fmt.Errorf("amount %q: want digits like 1234.50: %w", s, ErrSyntax)
	}
	trimmed := fraction
	for len(trimmed) > digits && trimmed[len(trimmed)-1] == '0' {
		trimmed = trimmed[:len(trimmed)-1]
	}
	if len(trimmed) > digits {
		return 0, fmt.Errorf("amount %q: more than %d decimals: %w", s, digits, ErrSyntax)
	}
	var n uint64
	for _, part := range [...]string{whole, trimmed, "000000"[:digits-len(trimmed)]} {
		for i := range len(part) {
			d := part[i] - '0'
			if d > 9 {
				return 0, fmt.Errorf("amount %q: want digits like 1234.50: %w", s, ErrSyntax)
			}
			if n > (1<<63-uint64(d))/10 {
				return 0, fmt.Errorf("amount %q: %w", s, ErrOverflow)
			}
			n = n*10 + uint64(d)
		}
	}
	if negative {
		return -int64(n), nil //nolint:gosec // n <= 1<<63, which negates to itself
	}
	if n == 1<<63 {
		return 0, fmt.Errorf("amount %q: %w", s, ErrOverflow)
	}
	return int64(n), nil
}

// Parse reads what String writes: "1234.50 EUR". Errors match ErrSyntax,
// ErrOverflow or ErrCurrency.
func Parse(s string) (Money, error) {
	number, code, ok := strings.Cut(s, " ")
	if !ok {
		return Money{}, fmt.Errorf(`money %.40q: want an amount and a code like "1234.50 EUR": %w`, s, ErrSyntax)
	}
	c, err := ParseCurrency(code)
	if err != nil {
		return Money{}, err
	}
	return ParseAmount(number, c)
}

// FromDecimal rounds d to the currency's minor unit in the named mode. A number
// of more than 40 digits or an exponent beyond ±40 is refused before any
// arithmetic touches it, with ErrOverflow.
func FromDecimal(d decimal.Decimal, c Currency, mode Rounding) (Money, error) {
	exponent := d.Exponent()
	if exponent < -40 || exponent > 40 || d.Coefficient().BitLen() > 133 { // 10^40 < 2^133
		return Money{}, fmt.Errorf("decimal with %d-bit coefficient and exponent %d: %w", d.Coefficient().BitLen(), exponent, ErrOverflow)
	}
	scaled := d.Shift(int32(c.Digits())) //nolint:gosec // 0..4
	whole := scaled.Truncate(0)
	rest := scaled.Sub(whole).Abs()
	n := whole.BigInt()
	if !n.IsInt64() {
		return Money{}, fmt.Errorf("decimal %v %v: %w", d, c, ErrOverflow)
	}
	m := Money{n.Int64(), c}
	if !rest.IsZero() && mode.away(d.Sign() < 0, n.Bit(0) == 1, rest.Cmp(decimal.New(5, -1))) {
		return m.Add(Money{int64(d.Sign()), c})
	}
	return m, nil
}

// Decimal returns the amount as a decimal number of major units.
func (m Money) Decimal() decimal.Decimal { return decimal.New(m.minor, -int32(m.cur.Digits())) } //nolint:gosec // 0..4

// MarshalText writes "1234.50 EUR"; empty text for the zero Money.
func (m Money) MarshalText() ([]byte, error) {
	if m == (Money{}) {
		return nil, nil
	}
	return appendAmount(nil, m.minor, m.cur.Digits(), m.cur), nil
}

// UnmarshalText reads "1234.50 EUR"; empty text is the zero Money.
func (m *Money) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Money{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// Value stores the amount as text, NULL for the zero Money.
func (m Money) Value() (driver.Value, error) {
	if m == (Money{}) {
		return nil, nil //nolint:nilnil // driver.Valuer's way to say NULL
	}
	return m.String(), nil
}

// Scan reads what Value stored.
func (m *Money) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*m = Money{}
		return nil
	case string:
		return m.UnmarshalText([]byte(v))
	case []byte:
		return m.UnmarshalText(v)
	}
	return fmt.Errorf("money from %T: %w", src, ErrSyntax)
}
