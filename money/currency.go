package money

import (
	"errors"
	"fmt"
)

// ErrCurrency is the kind of every error about an unknown currency code.
var ErrCurrency = errors.New("unknown currency")

// Currency is an ISO 4217 currency. The zero Currency is "none yet": a Money{}
// adopts the currency of what it is added to.
//
// The value packs the three letters of the code, so it never changes between
// versions and orders like the code does.
type Currency uint16

// ParseCurrency returns the currency with the given upper-case code, current or
// withdrawn. Errors match ErrCurrency.
func ParseCurrency(code string) (Currency, error) {
	if len(code) == 3 {
		a, b, c := code[0]-'A', code[1]-'A', code[2]-'A'
		if a < 26 && b < 26 && c < 26 {
			cur := Currency(1 + (int(a)*26+int(b))*26 + int(c))
			if cur.info() != nil {
				return cur, nil
			}
		}
	}
	return 0, fmt.Errorf("currency %.20q: %w", code, ErrCurrency)
}

// place has for every code one more than its place in the table, or 0.
var place = func() (places [26*26*26 + 1]uint16) {
	for i := range table {
		places[table[i].currency] = uint16(i + 1)
	}
	return places
}()

func (c Currency) info() *info {
	if int(c) >= len(place) || place[c] == 0 {
		return nil
	}
	return &table[place[c]-1]
}

// Code returns the three letters; "" for the zero Currency and for a number that
// is no currency.
func (c Currency) Code() string {
	if c.info() == nil {
		return ""
	}
	n := int(c) - 1
	return string([]byte{byte('A' + n/676%26), byte('A' + n/26%26), byte('A' + n%26)})
}

// String returns Code.
func (c Currency) String() string { return c.Code() }

// Digits returns the number of decimal digits of the minor unit: 2 for EUR, 0
// for JPY, 3 for KWD. Most currencies withdrawn since 2000 keep the digits they had
// when they were last current. It is 0 where none are stated (gold, test codes,
// older currencies): amounts of those are whole units.
func (c Currency) Digits() int {
	if e := c.info(); e != nil {
		return max(int(e.digits), 0)
	}
	return 0
}

// HasMinorUnit reports whether ISO 4217 states a minor unit for the currency,
// be it of 0 digits. It states none for a withdrawn one any more.
func (c Currency) HasMinorUnit() bool {
	e := c.info()
	return e != nil && e.digits >= 0 && e.withdrawn == ""
}

// Numeric returns the three-digit numeric code; 0 where none is assigned.
func (c Currency) Numeric() int {
	if e := c.info(); e != nil {
		return int(e.numeric)
	}
	return 0
}

// Name returns the English name of ISO 4217; "" if the code is not in it.
func (c Currency) Name() string {
	if e := c.info(); e != nil {
		return e.name
	}
	return ""
}

// Withdrawn returns when the currency ceased to be legal tender, as ISO 4217
// prints it ("2002-03", "1989 to 1990"); "" for a current currency.
func (c Currency) Withdrawn() string {
	if e := c.info(); e != nil {
		return e.withdrawn
	}
	return ""
}

// Currencies returns all currencies, current and withdrawn, in order of code.
func Currencies() []Currency {
	all := make([]Currency, len(table))
	for i, e := range table {
		all[i] = e.currency
	}
	return all
}

// MarshalText writes the code. A number that is no currency gives an error
// matching ErrCurrency.
func (c Currency) MarshalText() ([]byte, error) {
	if c != 0 && c.info() == nil {
		return nil, fmt.Errorf("currency number %d: %w", uint16(c), ErrCurrency)
	}
	return []byte(c.Code()), nil
}

// UnmarshalText reads a code; empty text is the zero Currency.
func (c *Currency) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = 0
		return nil
	}
	parsed, err := ParseCurrency(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}
