package civil

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// String returns the date as YYYY-MM-DD; "" for the zero Date.
func (d Date) String() string {
	if d.n == 0 {
		return ""
	}
	return string(d.Append(make([]byte, 0, 10)))
}

// Append appends YYYY-MM-DD to b; nothing for the zero Date.
func (d Date) Append(b []byte) []byte {
	if d.n == 0 {
		return b
	}
	y, m, day := d.Date()
	return append(b,
		byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-', byte('0'+day/10), byte('0'+day%10))
}

// Parse reads YYYY-MM-DD (ISO 8601 calendar date, extended format), nothing
// else. Errors match ErrDate.
func Parse(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Date{}, fmt.Errorf("date %.40q: want YYYY-MM-DD: %w", s, ErrDate)
	}
	year, ok1 := digits(s[0:4])
	month, ok2 := digits(s[5:7])
	day, ok3 := digits(s[8:10])
	if !ok1 || !ok2 || !ok3 {
		return Date{}, fmt.Errorf("date %q: want YYYY-MM-DD: %w", s, ErrDate)
	}
	return New(year, time.Month(month), day)
}

func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, true
}

// MarshalText writes YYYY-MM-DD; empty text for the zero Date.
func (d Date) MarshalText() ([]byte, error) { return d.Append(nil), nil }

// UnmarshalText reads YYYY-MM-DD; empty text is the zero Date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Value stores the date as text, NULL for the zero Date.
func (d Date) Value() (driver.Value, error) {
	if d.n == 0 {
		return nil, nil //nolint:nilnil // driver.Valuer's way to say NULL
	}
	return d.String(), nil
}

// Scan reads a date column: text, bytes, time.Time (its own day) or NULL.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	case time.Time:
		*d = DateOf(v)
		return nil
	}
	return fmt.Errorf("date from %T: %w", src, ErrDate)
}
