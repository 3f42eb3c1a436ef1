package worktime

import (
	"time"

	"github.com/go-marops/marops/civil"
)

// bounds returns the start and the end of the work that belongs to a day.
func (c *Calendar) bounds(day int64) (span, bool) {
	if c.tabulated(day) {
		i, j := c.dayFirst[day-c.day0], c.dayFirst[day-c.day0+1]
		if i == j {
			return span{}, false
		}
		return span{c.rows[i].start, c.rows[j-1].end}, true
	}
	w := c.walker()
	spans := w.day(day)
	if len(spans) == 0 {
		return span{}, false
	}
	return span{spans[0].start, spans[len(spans)-1].end}, true
}

// DayStart returns the time at which the day's work begins; without work, the
// local midnight that begins the day.
func (c *Calendar) DayStart(d civil.Date) time.Time {
	if s, ok := c.bounds(d.Days()); ok {
		return c.time(s.start)
	}
	return c.time(c.instant(d.Days() * minutesPerDay))
}

// DayEnd returns the time at which the day's work ends: what "due on that day"
// means. Without work it is the local midnight that ends the day. A night shift
// ends on the next date.
func (c *Calendar) DayEnd(d civil.Date) time.Time {
	if s, ok := c.bounds(d.Days()); ok {
		return c.time(s.end)
	}
	return c.time(c.instant((d.Days() + 1) * minutesPerDay))
}

// MinutesOn returns the working minutes of the shifts that start on the day.
func (c *Calendar) MinutesOn(d civil.Date) Minutes {
	w := c.walker()
	return Minutes(c.minutes(&w, d.Days()))
}

// WorkingDay reports whether the day has working time.
func (c *Calendar) WorkingDay(d civil.Date) bool {
	_, ok := c.bounds(d.Days())
	return ok
}

// WorkingDays returns the number of working days in the period.
func (c *Calendar) WorkingDays(p civil.Period) int {
	if p.IsEmpty() {
		return 0
	}
	w := c.walker()
	n := 0
	for day, end := p.First().Days(), p.Last().Days()+1; day < end; day++ {
		if c.tabulated(day) {
			until := min(end, c.day1)
			n += int(c.daysBefore[until-c.day0] - c.daysBefore[day-c.day0])
			day = until - 1
			continue
		}
		if len(w.day(day)) > 0 {
			n++
		}
	}
	return n
}

// DaysBetween returns the working days after a up to b, b included; negative the
// working days before a down to b if b is before a. It is the inverse of AddDays:
// DaysBetween(a, AddDays(a, n)) is n as long as AddDays does not saturate.
func (c *Calendar) DaysBetween(a, b civil.Date) int {
	if b.Before(a) {
		return -c.WorkingDays(civil.Days(b, a.AddDays(-1)))
	}
	return c.WorkingDays(civil.Days(a.AddDays(1), b))
}

// NextDay returns d if it is a working day, else the next one after it.
func (c *Calendar) NextDay(d civil.Date) civil.Date {
	if c.WorkingDay(d) {
		return d
	}
	return c.AddDays(d, 1)
}

// PrevDay returns d if it is a working day, else the last one before it.
func (c *Calendar) PrevDay(d civil.Date) civil.Date {
	if c.WorkingDay(d) {
		return d
	}
	return c.AddDays(d, -1)
}

// AddDays returns the nth working day after d, for a negative n the nth before
// it, and d itself for n = 0, working day or not. It saturates at
// civil.MinDate and civil.MaxDate; the zero Date stays as it is.
func (c *Calendar) AddDays(d civil.Date, n int) civil.Date {
	if n == 0 || d.IsZero() {
		return d
	}
	switch day := d.Days(); { // working days are no more than days
	case int64(n) > maxDay-day:
		return civil.MaxDate()
	case int64(n) < minDay-day:
		return civil.MinDate()
	}
	w := c.walker()
	step := int64(1)
	if n < 0 {
		step = -1
	}
	left := n * int(step) // working days still to pass
	for day := d.Days() + step; day >= minDay && day <= maxDay; day += step {
		if c.tabulated(day) {
			// Working days of the table on this side of the cursor.
			at := int(c.daysBefore[day-c.day0])
			if step < 0 {
				at = int(c.daysBefore[day-c.day0+1])
			}
			have := len(c.workdays) - at
			if step < 0 {
				have = at
			}
			if left <= have {
				i := at + left - 1
				if step < 0 {
					i = at - left
				}
				return civil.FromDays(c.day0 + int64(c.workdays[i]))
			}
			left -= have
			day = c.day1 - 1
			if step < 0 {
				day = c.day0
			}
			continue
		}
		if len(w.day(day)) == 0 {
			continue
		}
		if left--; left == 0 {
			return civil.FromDays(day)
		}
	}
	if step < 0 {
		return civil.MinDate()
	}
	return civil.MaxDate()
}
