package mspdi

import (
	"time"

	"github.com/go-marops/marops/civil"
)

// Types of an exception. Others count days and leave open which.
const (
	daily           = 1
	yearly          = 2
	yearlyPosition  = 3
	monthly         = 4
	monthlyPosition = 5
	weekly          = 6
)

// maxSpan bounds the years in which an exception recurs.
const maxSpan = 200

// on returns the days of an exception within its period, and whether it is clear
// which they are.
func (e *xmlException) on(p civil.Period) (days []civil.Period, ok bool) {
	every := max(e.Period, 1)
	if e.Type <= daily && every == 1 { // one stretch of days
		if e.EnteredByOccurrences && e.Occurrences > 0 && e.Occurrences < p.Len() {
			p = civil.Days(p.First(), p.First().AddDays(e.Occurrences-1))
		}
		return []civil.Period{p}, true
	}
	if p.IsEmpty() {
		return nil, true
	}
	if e.Type > weekly || e.Occurrences < 0 || p.Len() > maxSpan*366 || !e.isClear(p.First(), every) {
		return nil, false
	}
	last, most := p.Last(), maxDays
	if e.EnteredByOccurrences && e.Occurrences > 0 {
		most = min(most, e.Occurrences)
	}
	add := func(d civil.Date) {
		if p.Contains(d) && len(days) < most {
			days = append(days, civil.Days(d, d))
		}
	}
	switch e.Type {
	case weekly:
		for d := p.First(); !d.After(last) && len(days) < most; d = d.AddDays(1) {
			if e.DaysOfWeek>>d.Weekday()&1 == 1 {
				add(d)
			}
		}
	case yearly, yearlyPosition, monthly, monthlyPosition:
		end := civil.InMonth(last)
		for m, step := e.firstMonth(p.First(), every); m.Compare(end) <= 0 && len(days) < most; m = m.Add(step) {
			if d := e.in(m); !d.IsZero() {
				add(d)
			}
		}
	default: // daily
		for d := p.First(); !d.After(last) && len(days) < most; d = d.AddDays(min(every, p.Len())) {
			add(d)
		}
	}
	return days, len(days) < maxDays
}

// isClear reports whether an exception that recurs says on which days: not so where
// weeks are counted from a day on which a week may or may not begin, where months
// are from one that has no such day, or where some months have no such day.
func (e *xmlException) isClear(first civil.Date, every int) bool {
	position := e.MonthItem >= 0 && e.MonthItem <= 9 && e.MonthPosition >= 0 && e.MonthPosition <= 4
	month := e.Month >= 0 && e.Month <= 11
	switch e.Type {
	case weekly:
		return every == 1 && e.DaysOfWeek > 0 && e.DaysOfWeek < 128
	case yearly:
		return every == 1 && month && e.MonthDay >= 1 && e.MonthDay <= civil.DaysIn(2001, time.Month(e.Month+1))
	case yearlyPosition:
		return every == 1 && month && position
	case monthly:
		return e.MonthDay >= 1 && e.MonthDay <= 28 && (every == 1 || every <= 12*maxSpan && e.MonthDay == first.Day())
	case monthlyPosition:
		return position && (every == 1 || every <= 12*maxSpan && e.in(civil.InMonth(first)) == first)
	}
	return true
}

// firstMonth returns the first month with an occurrence, and the months from one to
// the next.
func (e *xmlException) firstMonth(first civil.Date, every int) (civil.Month, int) {
	m := civil.InMonth(first)
	if e.Type == monthly || e.Type == monthlyPosition {
		return m, every
	}
	_, month := m.Date()
	return m.Add((e.Month + 1 - int(month) + 12) % 12), 12
}

// in returns the day of a month, no date if the month has none: the nth of its
// days, or the nth or last of its days of some kind.
func (e *xmlException) in(m civil.Month) civil.Date {
	days := m.Period()
	if e.Type == yearly || e.Type == monthly {
		return days.First().AddDays(e.MonthDay - 1)
	}
	const last = 4
	found, n := civil.Date{}, 0
	for d := range days.Each() {
		if e.counts(d.Weekday()) {
			if found = d; n == e.MonthPosition && n < last {
				return d
			}
			n++
		}
	}
	if e.MonthPosition == last {
		return found
	}
	return civil.Date{}
}

// counts reports whether a weekday is of the kind that MonthItem names: any, Monday
// to Friday, the weekend, or one day from Sunday on.
func (e *xmlException) counts(d time.Weekday) bool {
	switch weekend := d == time.Saturday || d == time.Sunday; e.MonthItem {
	case 0:
		return true
	case 1:
		return !weekend
	case 2:
		return weekend
	}
	return int(d) == e.MonthItem-3
}
