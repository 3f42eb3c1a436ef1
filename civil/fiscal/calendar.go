package fiscal

import (
	"time"

	"github.com/go-marops/marops/civil"
)

// Calendar divides the days of the years 1 to 9999 into fiscal years and
// periods: every day is in exactly one. It is a comparable value; the zero
// Calendar is Gregorian(January).
//
// A fiscal year is named by the calendar year in which it starts, so the days
// before the first start in year 1 are in fiscal year 0; a YearEnd may name it
// otherwise. The first and the last fiscal year are cut off at civil.MinDate and
// civil.MaxDate. Fiscal years end with 9999: in a calendar of weeks that may be
// before civil.MaxDate, and the days left are the only ones in no period.
type Calendar struct {
	kind  kind
	shift uint8 // gregorian: months from January to the start of the year

	// of whole weeks, see YearEnd; zero otherwise
	pattern        Pattern
	weekday, month uint8
	rule           EndRule
	named          Naming
	week53         uint8
}

type kind uint8

const (
	gregorian kind = iota
	quarters       // whole weeks, three periods a quarter
	thirteen       // whole weeks, periods of four
)

const (
	monthsPerYear = 12
	minYear       = 0
	maxYear       = 9999
	secondsPerDay = 86400
)

// Gregorian returns the calendar of twelve calendar months whose year starts on
// the first day of a month. A month outside January to December counts on from
// them, as in time.Date.
func Gregorian(start time.Month) Calendar {
	return Calendar{kind: gregorian, shift: uint8(((int(start)-1)%monthsPerYear + monthsPerYear) % monthsPerYear)}
}

// perYear returns the number of periods in a year.
func (c Calendar) perYear() int {
	if c.kind == thirteen {
		return 13
	}
	return monthsPerYear
}

// start returns the first day of a period, counted from 1970-01-01. The period
// after the last is the first of the next year. The day may be outside the range
// of civil.Date.
func (c Calendar) start(year, number int) int64 {
	if number > c.perYear() {
		year, number = year+1, 1
	}
	if c.kind == gregorian {
		return time.Date(year, time.Month(int(c.shift)+number), 1, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay
	}
	first := c.weekStart(year)
	if number == 1 { // most callers ask for the year's start: spare them counting its weeks
		return first
	}
	return first + c.periodStart(c.Weeks(year), number)
}

// days returns the days [start, end) that exist, as far as they do.
func days(start, end int64) (civil.Period, bool) {
	first, last := civil.FromDays(start), civil.FromDays(end-1)
	if first.Days() >= end || last.Days() < start {
		return civil.Period{}, false
	}
	return civil.Days(first, last), true
}

func (c Calendar) has(k Key) bool {
	return k.Year >= minYear && k.Year <= maxYear && k.Number >= 1 && k.Number <= c.perYear()
}

// YearOf returns the fiscal year of a day; 0 for the zero Date, 10000 for a day
// after the last fiscal year.
func (c Calendar) YearOf(d civil.Date) int {
	if d.IsZero() {
		return 0
	}
	year := d.Year()
	if c.kind != gregorian {
		year++ // a year named by its end starts in the calendar year before
	}
	for d.Days() < c.start(year, 1) {
		year--
	}
	return year
}

// PeriodOf returns the period of a day; the zero Key for the zero Date and for a
// day after the last fiscal year.
func (c Calendar) PeriodOf(d civil.Date) Key {
	year := c.YearOf(d)
	if d.IsZero() || year > maxYear {
		return Key{}
	}
	if c.kind == gregorian {
		return Key{year, (int(d.Month())-1-int(c.shift)+monthsPerYear)%monthsPerYear + 1}
	}
	return Key{year, c.weekPeriod(c.Weeks(year), d.Days()-c.start(year, 1))}
}

// Bounds returns the days of a period; false if the calendar has no such
// period.
func (c Calendar) Bounds(k Key) (civil.Period, bool) {
	if !c.has(k) {
		return civil.Period{}, false
	}
	return days(c.start(k.Year, k.Number), c.start(k.Year, k.Number+1))
}

// YearBounds returns the days of a fiscal year; the empty period if it has
// none.
func (c Calendar) YearBounds(year int) civil.Period {
	if year < minYear || year > maxYear {
		return civil.Period{}
	}
	p, _ := days(c.start(year, 1), c.start(year+1, 1))
	return p
}

// Periods returns the keys of a year's periods in order, twelve or thirteen,
// fewer in the years that are cut off; nil if the year has no days.
func (c Calendar) Periods(year int) []Key {
	var out []Key
	for n := range c.perYear() {
		k := Key{year, n + 1}
		if _, ok := c.Bounds(k); ok {
			out = append(out, k)
		}
	}
	return out
}

// Next returns the period after k; false if the calendar lacks k or ends
// with it.
func (c Calendar) Next(k Key) (Key, bool) {
	if _, ok := c.Bounds(k); !ok {
		return Key{}, false
	}
	next := Key{k.Year, k.Number + 1}
	if next.Number > c.perYear() {
		next = Key{k.Year + 1, 1}
	}
	if _, ok := c.Bounds(next); !ok {
		return Key{}, false
	}
	return next, true
}

// Prev returns the period before k; false if the calendar lacks k or begins
// with it.
func (c Calendar) Prev(k Key) (Key, bool) {
	if _, ok := c.Bounds(k); !ok {
		return Key{}, false
	}
	prev := Key{k.Year, k.Number - 1}
	if prev.Number < 1 {
		prev = Key{k.Year - 1, c.perYear()}
	}
	if _, ok := c.Bounds(prev); !ok {
		return Key{}, false
	}
	return prev, true
}

// ToDate returns the fiscal year's days up to d, d included; the empty period
// for the zero Date and for a day after the last fiscal year.
func (c Calendar) ToDate(d civil.Date) civil.Period {
	year := c.YearOf(d)
	if d.IsZero() || year > maxYear {
		return civil.Period{}
	}
	return civil.Days(c.YearBounds(year).First(), d)
}

// Weeks returns the number of weeks in a fiscal year, 52 or 53; 0 if the
// calendar's years are not made of whole weeks or the year is out of range.
func (c Calendar) Weeks(year int) int {
	if c.kind == gregorian || year < minYear || year > maxYear {
		return 0
	}
	return int(c.weekStart(year+1)-c.weekStart(year)) / 7
}

// WeekOf returns the fiscal year of a day and its week in it, from 1; 0 and 0
// if the calendar's years are not made of whole weeks, d is the zero Date or
// after the last fiscal year.
func (c Calendar) WeekOf(d civil.Date) (year, week int) {
	year = c.YearOf(d)
	if c.kind == gregorian || d.IsZero() || year > maxYear {
		return 0, 0
	}
	return year, int(d.Days()-c.start(year, 1))/7 + 1
}
