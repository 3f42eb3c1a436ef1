package mspdi

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// maxBases bounds the chain of calendars that derive from each other.
const maxBases = 20

// calendars resolves every calendar with those it derives from. Calendars
// without any working time are left out: nothing can use them.
func (c *reader) calendars() {
	c.calendar = map[int]string{}
	byUID := map[int]*xmlCalendar{}
	for i := range c.in.Calendars {
		cal := &c.in.Calendars[i]
		if _, twice := byUID[cal.UID]; twice {
			c.bad("mspdi.uid", fmt.Sprintf("calendar/%d", cal.UID), "give every calendar its own UID", "UID %d is given twice", cal.UID)
			continue
		}
		byUID[cal.UID] = cal
	}
	for i := range c.in.Calendars {
		cal := &c.in.Calendars[i]
		if byUID[cal.UID] != cal {
			continue
		}
		var spec worktime.Spec
		chain := []*xmlCalendar{}
		for at := cal; at != nil && len(chain) < maxBases && !slices.Contains(chain, at); at = byUID[at.BaseCalendarUID] {
			chain = append(chain, at)
			if at.BaseCalendarUID <= 0 {
				break
			}
		}
		for _, at := range slices.Backward(chain) {
			c.derive(&spec, at)
		}
		if !slices.ContainsFunc(spec.Week[:], func(s []worktime.Shift) bool { return len(s) > 0 }) {
			continue
		}
		name := cal.Name
		if _, taken := c.p.Calendars[name]; taken || name == "" {
			name = fmt.Sprintf("%s (%d)", cal.Name, cal.UID)
		}
		c.calendar[cal.UID] = name
		c.p.Calendars[name] = spec
	}
	name, ok := c.calendar[c.in.CalendarUID]
	if !ok {
		name = "Standard"
		if _, taken := c.p.Calendars[name]; !taken {
			c.p.Calendars[name] = worktime.MonFri("", "08:00-12:00", "13:00-17:00")
		}
	}
	c.p.Calendar = name
}

// derive lays a calendar over the one it derives from.
func (c *reader) derive(spec *worktime.Spec, cal *xmlCalendar) {
	subject := "calendar/" + strconv.Itoa(cal.UID)
	var own []worktime.Exception
	for _, d := range cal.WeekDays {
		shifts := c.shifts(subject, d.WorkingTimes, d.DayWorking)
		switch {
		case d.DayType >= 1 && d.DayType <= 7:
			spec.Week[d.DayType-1] = shifts
		case d.TimePeriod != nil: // the form before 2007
			own = c.exception(own, subject, "", d.TimePeriod, shifts)
		}
	}
	for _, e := range cal.Exceptions {
		days := 0
		if e.TimePeriod != nil {
			days = c.days(subject, e.TimePeriod).Len()
		}
		// Type 1 is every day of the period.
		if e.Type > 1 || e.EnteredByOccurrences != 0 && e.Occurrences > 0 && e.Occurrences < days {
			c.p.Findings.Warnf("mspdi.calendar.recurrence", subject, "enter its days one by one", "exception %.40q recurs (type %d) and is left out", e.Name, e.Type)
			continue
		}
		// Newer files repeat an exception among the week days, unnamed.
		own = c.exception(own, subject, e.Name, e.TimePeriod, c.shifts(subject, e.WorkingTimes, e.DayWorking))
	}
	for _, e := range own {
		spec.Exceptions = append(cut(spec.Exceptions, e.Days), e)
	}
}

func (c *reader) exception(list []worktime.Exception, subject, name string, p *xmlPeriod, shifts []worktime.Shift) []worktime.Exception {
	if p == nil {
		return list
	}
	if days := c.days(subject, p); !days.IsEmpty() {
		list = append(list, worktime.Exception{Days: days, Shifts: shifts, Name: name})
	}
	return list
}

func (c *reader) days(subject string, p *xmlPeriod) civil.Period {
	from, to := c.time(subject, p.FromDate), c.time(subject, p.ToDate)
	if from.IsZero() || to.IsZero() {
		return civil.Period{}
	}
	return civil.Days(civil.DateOf(from), civil.DateOf(to))
}

// cut removes days from exceptions.
func cut(list []worktime.Exception, days civil.Period) []worktime.Exception {
	var out []worktime.Exception
	for _, e := range list {
		if !e.Days.Overlaps(days) {
			out = append(out, e)
			continue
		}
		for _, left := range []civil.Period{
			civil.Days(e.Days.First(), days.First().AddDays(-1)),
			civil.Days(days.Last().AddDays(1), e.Days.Last()),
		} {
			if !left.IsEmpty() {
				out = append(out, worktime.Exception{Days: left, Shifts: e.Shifts, Name: e.Name})
			}
		}
	}
	return out
}

func (c *reader) shifts(subject string, in []xmlShift, working int) []worktime.Shift {
	var out []worktime.Shift
	if working == 0 {
		return out
	}
	for _, s := range in {
		if s.FromTime == "" && s.ToTime == "" {
			continue
		}
		from, err1 := time.Parse(time.TimeOnly, s.FromTime)
		to, err2 := time.Parse(time.TimeOnly, s.ToTime)
		if err1 != nil || err2 != nil {
			c.bad("mspdi.value", subject, "write hh:mm:ss", "working time %.20q to %.20q", s.FromTime, s.ToTime)
			continue
		}
		out = append(out, worktime.Shift{From: worktime.Clock(from.Hour()*60 + from.Minute()), To: worktime.Clock(to.Hour()*60 + to.Minute())})
	}
	return out
}
