package civil

import (
	"fmt"
	"time"
)

// Month is a month of a year, such as a billing or reporting month. The zero
// Month is "no month". Months are comparable and sort with Compare.
type Month struct {
	n int32 // months, with 1 = January of year 1; 0 = no month
}

// NewMonth returns a month, or an error matching ErrDate outside the years 1 to
// 9999.
func NewMonth(year int, month time.Month) (Month, error) {
	if year < 1 || year > 9999 || month < time.January || month > time.December {
		return Month{}, fmt.Errorf("month %d-%02d: %w", year, int(month), ErrDate)
	}
	return Month{int32((year-1)*12 + int(month))}, nil
}

// InMonth returns the month of a date; no month for the zero Date.
func InMonth(d Date) Month {
	m, err := NewMonth(d.Year(), d.Month())
	if err != nil {
		return Month{}
	}
	return m
}

// IsZero reports whether m is "no month".
func (m Month) IsZero() bool { return m.n == 0 }

// Date returns the year and the month; 0, 0 for the zero Month.
func (m Month) Date() (year int, month time.Month) {
	if m.n == 0 {
		return 0, 0
	}
	return int(m.n-1)/12 + 1, time.Month((m.n-1)%12 + 1)
}

// Add returns the month n months later, saturating at January of year 1 and
// December of 9999. The zero Month stays as it is.
func (m Month) Add(n int) Month {
	if m.n == 0 {
		return m
	}
	const last = 9999 * 12
	return Month{int32(min(max(int64(m.n)+int64(n), 1), last))} //nolint:gosec // clamped
}

// Sub returns the number of months from other to m.
func (m Month) Sub(other Month) int { return int(m.n - other.n) }

// Compare returns -1, 0 or 1 as m is before, equal to or after other.
func (m Month) Compare(other Month) int {
	switch {
	case m.n < other.n:
		return -1
	case m.n > other.n:
		return 1
	}
	return 0
}

// Period returns the month's days; empty for the zero Month.
func (m Month) Period() Period {
	if m.n == 0 {
		return Period{}
	}
	year, month := m.Date()
	return MonthOf(MustDate(year, month, 1))
}

// String returns "2026-03"; "" for the zero Month.
func (m Month) String() string {
	if m.n == 0 {
		return ""
	}
	year, month := m.Date()
	return fmt.Sprintf("%04d-%02d", year, int(month))
}

// ParseMonth reads YYYY-MM, nothing else. Errors match ErrDate.
func ParseMonth(s string) (Month, error) {
	if len(s) != 7 {
		return Month{}, fmt.Errorf("month %.40q: want YYYY-MM: %w", s, ErrDate)
	}
	d, err := Parse(s + "-01")
	if err != nil {
		return Month{}, fmt.Errorf("month %q: want YYYY-MM: %w", s, ErrDate)
	}
	return InMonth(d), nil
}

// MarshalText writes YYYY-MM; empty text for the zero Month.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads YYYY-MM; empty text is the zero Month.
func (m *Month) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Month{}
		return nil
	}
	parsed, err := ParseMonth(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}
