package money

import (
	"database/sql/driver"
	"encoding"
	"fmt"
)

// Value stores the amount as text, NULL for the zero Money.
func (m Money) Value() (driver.Value, error) { return value(m) }

// Scan reads what Value stored.
func (m *Money) Scan(src any) error { return scan(src, m) }

// Value stores the price as text, NULL for the zero Price.
func (p Price) Value() (driver.Value, error) { return value(p) }

// Scan reads what Value stored.
func (p *Price) Scan(src any) error { return scan(src, p) }

// Value stores the code, NULL for the zero Currency.
func (c Currency) Value() (driver.Value, error) { return value(c) }

// Scan reads what Value stored.
func (c *Currency) Scan(src any) error { return scan(src, c) }

func value(v encoding.TextMarshaler) (driver.Value, error) {
	text, err := v.MarshalText()
	if err != nil || len(text) == 0 {
		return nil, err
	}
	return string(text), nil
}

func scan(src any, v encoding.TextUnmarshaler) error {
	switch text := src.(type) {
	case nil:
		return v.UnmarshalText(nil)
	case string:
		return v.UnmarshalText([]byte(text))
	case []byte:
		return v.UnmarshalText(text)
	}
	return fmt.Errorf("want text, got %T: %w", src, ErrSyntax)
}
