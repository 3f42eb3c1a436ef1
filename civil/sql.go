package civil

import (
	"database/sql/driver"
	"fmt"
)

// text returns what a column holds: text, NULL if there is none.
func text(s string) (driver.Value, error) {
	if s == "" {
		return nil, nil //nolint:nilnil // driver.Valuer's way to say NULL
	}
	return s, nil
}

// scan reads a text column into what UnmarshalText reads; NULL is empty text.
func scan(src any, read func([]byte) error, kind error) error {
	switch v := src.(type) {
	case nil:
		return read(nil)
	case string:
		return read([]byte(v))
	case []byte:
		return read(v)
	}
	return fmt.Errorf("%T in a text column: %w", src, kind)
}

// Value stores the period as "first..last", NULL for the empty Period.
func (p Period) Value() (driver.Value, error) { return text(p.String()) }

// Scan reads a period column: text, bytes or NULL.
func (p *Period) Scan(src any) error { return scan(src, p.UnmarshalText, ErrPeriod) }

// Value stores the month as YYYY-MM, NULL for the zero Month.
func (m Month) Value() (driver.Value, error) { return text(m.String()) }

// Scan reads a month column: text, bytes or NULL.
func (m *Month) Scan(src any) error { return scan(src, m.UnmarshalText, ErrDate) }

// Value stores the week as YYYY-Www, NULL for the zero Week.
func (w Week) Value() (driver.Value, error) { return text(w.String()) }

// Scan reads a week column: text, bytes or NULL.
func (w *Week) Scan(src any) error { return scan(src, w.UnmarshalText, ErrDate) }
