package civil

import (
	"errors"
	"fmt"
	"iter"
	"strings"
)

// ErrPeriod is the kind of every error about a period.
var ErrPeriod = errors.New("invalid period")

// Period is a run of days. Inside it is half-open, [start, end): neighbouring
// periods share a boundary and lengths add up. The zero Period is empty.
type Period struct {
	start, end Date
}

// Days returns the period from first to last, both included. A last before
// first gives the empty period.
func Days(first, last Date) Period {
	if first.IsZero() || last.Before(first) {
		return Period{}
	}
	return Period{first, Date{last.n + 1}}
}

// MonthOf returns the calendar month that contains d.
func MonthOf(d Date) Period {
	if d.IsZero() {
		return Period{}
	}
	y, m, _ := d.Date()
	return Days(MustDate(y, m, 1), MustDate(y, m, DaysIn(y, m)))
}

// QuarterOf returns the calendar quarter that contains d.
func QuarterOf(d Date) Period {
	if d.IsZero() {
		return Period{}
	}
	y, m, _ := d.Date()
	last := (m + 2) / 3 * 3
	return Days(MustDate(y, last-2, 1), MustDate(y, last, DaysIn(y, last)))
}

// YearOf returns the calendar year that contains d.
func YearOf(d Date) Period {
	if d.IsZero() {
		return Period{}
	}
	y := d.Year()
	return Days(MustDate(y, 1, 1), MustDate(y, 12, 31))
}

// First returns the first day; the zero Date if the period is empty.
func (p Period) First() Date { return p.start }

// Last returns the last day; the zero Date if the period is empty.
func (p Period) Last() Date {
	if p.IsEmpty() {
		return Date{}
	}
	return Date{p.end.n - 1}
}

// Len returns the number of days.
func (p Period) Len() int { return int(p.end.n - p.start.n) }

// IsEmpty reports whether the period has no day.
func (p Period) IsEmpty() bool { return p.end.n <= p.start.n }

// Contains reports whether d is one of the period's days.
func (p Period) Contains(d Date) bool { return !d.Before(p.start) && d.Before(p.end) }

// Covers reports whether every day of other is in p. The empty period is
// covered by every period.
func (p Period) Covers(other Period) bool {
	return other.IsEmpty() || !other.start.Before(p.start) && !other.end.After(p.end)
}

// Overlaps reports whether p and other share a day.
func (p Period) Overlaps(other Period) bool { return !p.Intersect(other).IsEmpty() }

// Intersect returns the days in both p and other.
func (p Period) Intersect(other Period) Period {
	start, end := p.start, p.end
	if other.start.After(start) {
		start = other.start
	}
	if other.end.Before(end) {
		end = other.end
	}
	if !start.Before(end) {
		return Period{}
	}
	return Period{start, end}
}

// Each yields the days in order.
func (p Period) Each() iter.Seq[Date] {
	return func(yield func(Date) bool) {
		for n := p.start.n; n < p.end.n; n++ {
			if !yield(Date{n}) {
				return
			}
		}
	}
}

// Months yields the months that have a day in the period, in order.
func (p Period) Months() iter.Seq[Month] {
	return func(yield func(Month) bool) {
		if p.IsEmpty() {
			return
		}
		for n, last := InMonth(p.start).n, InMonth(p.Last()).n; n <= last; n++ {
			if !yield(Month{n}) {
				return
			}
		}
	}
}

// Weeks yields the ISO weeks that have a day in the period, in order.
func (p Period) Weeks() iter.Seq[Week] {
	return func(yield func(Week) bool) {
		for n := InWeek(p.start).monday.n; n > 0 && n < p.end.n; n += 7 {
			if !yield(Week{Date{n}}) {
				return
			}
		}
	}
}

// Compare orders by first day, then by last day.
func (p Period) Compare(other Period) int {
	if c := p.start.Compare(other.start); c != 0 {
		return c
	}
	return p.end.Compare(other.end)
}

// String returns "first..last", both included; "" if the period is empty.
func (p Period) String() string {
	if p.IsEmpty() {
		return ""
	}
	return p.start.String() + ".." + p.Last().String()
}

// ParsePeriod reads what String writes. Errors match ErrPeriod or ErrDate.
func ParsePeriod(s string) (Period, error) {
	first, last, ok := strings.Cut(s, "..")
	if !ok {
		return Period{}, fmt.Errorf("period %.60q: want YYYY-MM-DD..YYYY-MM-DD: %w", s, ErrPeriod)
	}
	a, err := Parse(first)
	if err != nil {
		return Period{}, fmt.Errorf("period %.60q: first day: %w", s, err)
	}
	b, err := Parse(last)
	if err != nil {
		return Period{}, fmt.Errorf("period %.60q: last day: %w", s, err)
	}
	if b.Before(a) {
		return Period{}, fmt.Errorf("period %q: ends before it starts: %w", s, ErrPeriod)
	}
	return Days(a, b), nil
}

// MarshalText writes "first..last"; empty text for the empty Period.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads "first..last"; empty text is the empty Period.
func (p *Period) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Period{}
		return nil
	}
	parsed, err := ParsePeriod(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}
