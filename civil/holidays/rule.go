package holidays

import (
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
)

// rule says on which day of a year a holiday falls.
type rule struct {
	name     string
	month    time.Month // 0: day counts from Easter Sunday
	day      int
	weekday  time.Weekday // with floating: the first on or after that day
	floating bool
	sunday   int // days by which it moves if it falls on a Sunday
	from, to int // years in force, both included; to 0 is open
	not      int // a year in which it was moved or dropped
}

// on is a holiday on a fixed date.
func on(name string, month time.Month, day int) rule {
	return rule{name: name, month: month, day: day}
}

// floats is a holiday on the first weekday on or after a date.
func floats(name string, weekday time.Weekday, month time.Month, day int) rule {
	return rule{name: name, month: month, day: day, weekday: weekday, floating: true}
}

// nth is a holiday on the nth weekday of a month.
func nth(name string, n int, weekday time.Weekday, month time.Month) rule {
	return floats(name, weekday, month, 7*n-6)
}

// lastMonday is a holiday on the last Monday of a month of 31 days.
func lastMonday(name string, month time.Month) rule {
	return floats(name, time.Monday, month, 25)
}

// easter is a holiday some days after Easter Sunday.
func easter(name string, days int) rule { return rule{name: name, day: days} }

func (r rule) since(year int) rule { r.from = year; return r }

func (r rule) until(year int) rule { r.to = year; return r }

func (r rule) only(year int) rule { r.from, r.to = year, year; return r }

func (r rule) except(year int) rule { r.not = year; return r }

func (r rule) ifSunday(move int) rule { r.sunday = move; return r }

// in returns the day of a holiday in a year, false if the year has none.
func (r rule) in(year int) (civil.Date, bool) {
	if year < r.from || r.to != 0 && year > r.to || year == r.not {
		return civil.Date{}, false
	}
	if r.month == 0 {
		return Easter(year).AddDays(r.day), true
	}
	day := civil.MustDate(year, r.month, r.day)
	if r.floating {
		day = day.AddDays((int(r.weekday) - int(day.Weekday()) + 7) % 7)
	}
	if day.Weekday() == time.Sunday {
		day = day.AddDays(r.sunday)
	}
	return day, true
}

// Easter returns Easter Sunday of the Gregorian calendar by the algorithm of
// Meeus, Jones and Butcher (J. Meeus, Astronomical Algorithms, ch. 8); the zero
// Date outside the years 1583 to 9999.
func Easter(year int) civil.Date {
	if year < 1583 || year > 9999 {
		return civil.Date{}
	}
	a, b, c := year%19, year/100, year%100
	g := (8*b + 13) / 25
	h := (19*a + b - b/4 - g + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 19*l) / 433
	n := (h + l - 7*m + 90) / 25
	p := (h + l - 7*m + 33*n + 19) % 32
	return civil.MustDate(year, time.Month(n), p)
}

// weekend says what the law does with a holiday on a weekend.
type weekend uint8

const (
	stays   weekend = iota
	nearest         // Saturday to Friday, Sunday to Monday
	forward         // to the next weekday that is no holiday
)

// observe moves the holidays of a year.
func (w weekend) observe(list []holiday) {
	if w == stays {
		return
	}
	taken := func(day civil.Date) bool {
		return slices.ContainsFunc(list, func(h holiday) bool { return h.day == day })
	}
	for i, h := range list {
		day := h.day
		switch weekday := day.Weekday(); {
		case weekday != time.Saturday && weekday != time.Sunday:
			continue
		case w == nearest && weekday == time.Saturday:
			day = day.AddDays(-1)
		case w == nearest:
			day = day.AddDays(1)
		default:
			for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday || taken(day) {
				day = day.AddDays(1)
			}
		}
		list[i] = holiday{day, h.name + " (observed)"}
	}
}
