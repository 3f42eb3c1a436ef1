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
// before the first start in year 1 are in fiscal year 0. The first and the last
// fiscal year are cut off at civil.MinDate and civil.MaxDate.
type Calendar struct {
	kind  kind
	shift uint8 // gregorian: months from January to the start of the year
}

type kind uint8

const (
	gregorian kind = iota
	retail         // whole weeks, see retail.go
)

const (
	periodsPerYear = 12
	minYear        = 0
	maxYear        = 9999
)

// Gregorian returns the calendar of twelve calendar months whose year starts on
// the first day of a month. A month outside January to December counts on from
// them, as in time.Date.
func Gregorian(start time.Month) Calendar {
	return Calendar{gregorian, uint8(((int(start)-1)%12 + 12) % 12)}
}

// NRF returns the 4-5-4 calendar of the National Retail Federation: the year
// ends on the Saturday nearest 31 January and has 52 or 53 whole weeks, Sunday
// to Saturday, in twelve periods; week 53 belongs to period 12.
func NRF() Calendar { return Calendar{kind: retail} }

// start returns the first day of a period, counted from 1970-01-01. Period 13
// is the first of the next year. The day may be outside the range of
// civil.Date.
func (c Calendar) start(year, number int) int64 {
	if c.kind == retail {
		return retailStart(year, number)
	}
	const secondsPerDay = 86400
	return time.Date(year, time.Month(int(c.shift)+number), 1, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay
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
	return k.Year >= minYear && k.Year <= maxYear && k.Number >= 1 && k.Number <= periodsPerYear
}

// YearOf returns the fiscal year of a day; 0 for the zero Date.
func (c Calendar) YearOf(d civil.Date) int {
	year := d.Year()
	if d.IsZero() || d.Days() >= c.start(year, 1) {
		return year
	}
	return year - 1
}

// PeriodOf returns the period of a day; the zero Key for the zero Date.
func (c Calendar) PeriodOf(d civil.Date) Key {
	if d.IsZero() {
		return Key{}
	}
	year := c.YearOf(d)
	if c.kind == retail {
		return Key{year, retailPeriod(d.Days() - c.start(year, 1))}
	}
	return Key{year, (int(d.Month())-1-int(c.shift)+12)%12 + 1}
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

// Periods returns the keys of a year's periods in order; nil if the year has no
// days.
func (c Calendar) Periods(year int) []Key {
	var out []Key
	for n := range periodsPerYear {
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
	if next.Number > periodsPerYear {
		next = Key{k.Year + 1, 1}
	}
	if _, ok := c.Bounds(next); !ok {
		return Key{}, false
	}
	return next, true
}

// PriorYear returns the period of the same number a year before; false if the
// calendar lacks either. In a week-based calendar a year after one of 53 weeks
// is not restated: its periods are compared with the prior year's as they were.
func (c Calendar) PriorYear(k Key) (Key, bool) {
	prior := Key{k.Year - 1, k.Number}
	_, ok := c.Bounds(k)
	_, before := c.Bounds(prior)
	if !ok || !before {
		return Key{}, false
	}
	return prior, true
}

// ToDate returns the fiscal year's days up to d, d included; the empty period
// for the zero Date.
func (c Calendar) ToDate(d civil.Date) civil.Period {
	if d.IsZero() {
		return civil.Period{}
	}
	return civil.Days(c.YearBounds(c.YearOf(d)).First(), d)
}

// Weeks returns the number of weeks in a fiscal year, 52 or 53; 0 if the
// calendar's years are not made of whole weeks or the year is out of range.
func (c Calendar) Weeks(year int) int {
	if c.kind != retail || year < minYear || year > maxYear {
		return 0
	}
	return int(c.start(year+1, 1)-c.start(year, 1)) / 7
}

// WeekOf returns the fiscal year of a day and its week in it, from 1; 0 and 0
// if the calendar's years are not made of whole weeks or d is the zero Date.
func (c Calendar) WeekOf(d civil.Date) (year, week int) {
	if c.kind != retail || d.IsZero() {
		return 0, 0
	}
	year = c.YearOf(d)
	return year, int(d.Days()-c.start(year, 1))/7 + 1
}
