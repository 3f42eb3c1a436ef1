package civil

import (
	"fmt"
	"strings"
	"time"
)

// Week is a week of ISO 8601: Monday to Sunday, numbered within a week year that
// begins with the week of 4 January. The zero Week is "no week".
type Week struct {
	monday Date
}

// InWeek returns the ISO week of a date; no week for the zero Date.
func InWeek(d Date) Week {
	if d.IsZero() {
		return Week{}
	}
	return Week{d.AddDays(-(int(d.Weekday()) + 6) % 7)}
}

// NewWeek returns a week by its week year and number, or an error matching
// ErrDate if the year has no such week.
func NewWeek(year, number int) (Week, error) {
	if year >= 1 && year <= 9999 && number >= 1 && number <= 53 {
		w := Week{InWeek(MustDate(year, time.January, 4)).monday.AddDays(7 * (number - 1))}
		if y, n := w.Number(); y == year && n == number {
			return w, nil
		}
	}
	return Week{}, fmt.Errorf("week %d-W%02d: %w", year, number, ErrDate)
}

// IsZero reports whether w is "no week".
func (w Week) IsZero() bool { return w.monday.IsZero() }

// Number returns the week year and the number of the week in it.
func (w Week) Number() (year, number int) { return w.monday.ISOWeek() }

// Add returns the week n weeks later.
func (w Week) Add(n int) Week { return InWeek(w.monday.AddDays(7 * n)) }

// Sub returns the number of weeks from other to w.
func (w Week) Sub(other Week) int { return w.monday.Sub(other.monday) / 7 }

// Compare returns -1, 0 or 1 as w is before, equal to or after other.
func (w Week) Compare(other Week) int { return w.monday.Compare(other.monday) }

// Period returns Monday to Sunday; empty for the zero Week.
func (w Week) Period() Period {
	if w.IsZero() {
		return Period{}
	}
	return Days(w.monday, w.monday.AddDays(6))
}

// String returns "2026-W11"; "" for the zero Week.
func (w Week) String() string {
	if w.IsZero() {
		return ""
	}
	year, number := w.Number()
	return fmt.Sprintf("%04d-W%02d", year, number)
}

// ParseWeek reads YYYY-Www (ISO 8601, extended format), nothing else. Errors
// match ErrDate.
func ParseWeek(s string) (Week, error) {
	year, number, ok := strings.Cut(s, "-W")
	y, okYear := digits(year)
	n, okNumber := digits(number)
	if !ok || len(year) != 4 || len(number) != 2 || !okYear || !okNumber {
		return Week{}, fmt.Errorf("week %.40q: want YYYY-Www: %w", s, ErrDate)
	}
	return NewWeek(y, n)
}

// MarshalText writes YYYY-Www; empty text for the zero Week.
func (w Week) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads YYYY-Www; empty text is the zero Week.
func (w *Week) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*w = Week{}
		return nil
	}
	parsed, err := ParseWeek(string(text))
	if err != nil {
		return err
	}
	*w = parsed
	return nil
}
