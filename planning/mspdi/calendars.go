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

// layers is a calendar with those that it derives from. What comes later covers
// what comes before, exceptions cover work weeks, and work weeks the week.
type layers struct {
	week       worktime.Week
	weeks      []workWeek
	exceptions []worktime.Exception
}

// workWeek is a week that holds for some days.
type workWeek struct {
	days civil.Period
	week worktime.Week
}

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
	own, resolved := map[*xmlCalendar]layers{}, map[*xmlCalendar]worktime.Spec{}
	for i := range c.in.Calendars {
		cal := &c.in.Calendars[i]
		if byUID[cal.UID] != cal {
			continue
		}
		own[cal] = c.layer(cal)
	}
	for i := range c.in.Calendars {
		cal := &c.in.Calendars[i]
		if byUID[cal.UID] != cal {
			continue
		}
		chain := []*xmlCalendar{}
		for at := cal; at != nil && len(chain) < maxBases && !slices.Contains(chain, at); at = byUID[at.BaseCalendarUID] {
			chain = append(chain, at)
			if at.BaseCalendarUID <= 0 {
				break
			}
		}
		for len(chain) > 1 && len(chain[0].WeekDays)+len(chain[0].Exceptions)+len(chain[0].WorkWeeks) == 0 {
			chain = chain[1:] // as it is itself: so are most calendars of people
		}
		n := 0
		for _, at := range chain {
			n += len(own[at].exceptions) + len(own[at].weeks)
		}
		if c.entries += n; c.entries > maxEntries {
			c.bad("mspdi.size", "calendars", "let fewer calendars have exceptions of their own", "more than %d exceptions and weeks in all", maxEntries)
			return
		}
		spec, ok := resolved[chain[0]]
		if !ok {
			spec = resolve(chain, own)
			resolved[chain[0]] = spec
		}
		works := func(w worktime.Week) bool {
			return slices.ContainsFunc(w[:], func(s []worktime.Shift) bool { return len(s) > 0 })
		}
		if !works(spec.Week) && !slices.ContainsFunc(spec.Versions, func(v worktime.Version) bool { return works(v.Week) }) {
			continue
		}
		name := cal.Name
		for _, taken := c.p.Calendars[name]; taken || name == ""; _, taken = c.p.Calendars[name] {
			name = fmt.Sprintf("%s (%d)", name, cal.UID)
		}
		c.calendar[cal.UID], c.p.Calendars[name] = name, spec.Clone()
	}
	name := c.named(&c.in.CalendarUID, "project")
	if name == "" {
		name = "Standard"
		if _, taken := c.p.Calendars[name]; !taken {
			c.p.Calendars[name] = worktime.MonFri("", "08:00-12:00", "13:00-17:00")
		}
	}
	c.p.Calendar = name
}

// resolve lays a calendar over those that it derives from, in the one form that a
// calendar has, however it is written. What is wrong with it is for planning to say.
func resolve(chain []*xmlCalendar, own map[*xmlCalendar]layers) worktime.Spec {
	var all layers
	for _, at := range slices.Backward(chain) {
		all.derive(at, own[at])
	}
	spec := all.spec()
	if plain, err := spec.CutAtMidnight(); err == nil {
		return plain
	}
	return spec
}

// layer reads what a calendar says of its own. Its week is of use only with
// WeekDays, which say which days it has.
func (c *reader) layer(cal *xmlCalendar) layers {
	subject := "calendar/" + strconv.Itoa(cal.UID)
	var out layers
	for _, d := range cal.WeekDays {
		shifts := c.shifts(subject, d.WorkingTimes, d.DayWorking)
		switch {
		case d.DayType >= 1 && d.DayType <= 7:
			out.week[d.DayType-1] = shifts
		case d.TimePeriod != nil: // the form before 2007
			out.exceptions = append(out.exceptions, worktime.Exception{Days: c.days(subject, d.TimePeriod), Shifts: shifts})
		}
	}
	// Newer files repeat an exception among the week days, unnamed.
	for i := range cal.Exceptions {
		e := &cal.Exceptions[i]
		days, ok := e.on(c.days(subject, e.TimePeriod))
		if !ok {
			c.warn("mspdi.calendar.recurrence", subject, "enter its days one by one", "exception %.40q recurs (type %d, every %d) and is left out", e.Name, e.Type, e.Period)
			continue
		}
		shifts := c.shifts(subject, e.WorkingTimes, e.DayWorking)
		for _, d := range days {
			out.exceptions = append(out.exceptions, worktime.Exception{Days: d, Shifts: shifts, Name: e.Name})
		}
		if len(out.exceptions) > maxDays {
			break
		}
	}
	if len(out.exceptions) > maxDays {
		c.bad("mspdi.size", subject, "drop exceptions that are long past", "more than %d exceptional days", maxDays)
		out.exceptions = nil
	}
	for i := range cal.WorkWeeks {
		c.workWeek(&out, subject, &cal.WorkWeeks[i])
	}
	if len(out.weeks) > maxWeeks {
		c.bad("mspdi.size", subject, "drop work weeks that are long past", "%d work weeks: at most %d", len(out.weeks), maxWeeks)
		out.weeks = nil
	}
	return out
}

func (c *reader) workWeek(out *layers, subject string, in *xmlWeek) {
	days := c.days(subject, in.TimePeriod)
	if days.IsEmpty() || len(in.WeekDays) == 0 {
		return
	}
	if !days.Last().Before(noEnd()) {
		days = civil.Days(days.First(), civil.MaxDate())
	}
	w, told := workWeek{days: days}, 0
	for _, d := range in.WeekDays {
		if d.DayType >= 1 && d.DayType <= 7 {
			w.week[d.DayType-1] = c.shifts(subject, d.WorkingTimes, d.DayWorking)
			told |= 1 << d.DayType
		}
	}
	if told != 0b1111_1110 {
		c.warn("mspdi.calendar.week", subject, "give the working times of all seven days", "work week %.40q from %s leaves out days: they are days off", in.Name, days.First())
	}
	out.weeks = append(out.weeks, w)
}

// derive lays what a calendar says over those that it derives from.
func (l *layers) derive(cal *xmlCalendar, own layers) {
	for _, d := range cal.WeekDays {
		if d.DayType >= 1 && d.DayType <= 7 {
			l.week[d.DayType-1] = own.week[d.DayType-1]
		}
	}
	l.weeks = append(l.weeks, own.weeks...)
	l.exceptions = append(l.exceptions, own.exceptions...)
}

// spec returns the calendar with a version for every stretch of days with the same
// week.
func (l *layers) spec() worktime.Spec {
	out := worktime.Spec{Week: l.week}
	periods := make([]civil.Period, len(l.exceptions))
	for i, e := range l.exceptions {
		periods[i] = e.Days
	}
	for _, p := range overlay(periods) {
		e := l.exceptions[p.of]
		e.Days = p.days
		out.Exceptions = append(out.Exceptions, e)
	}
	periods = make([]civil.Period, len(l.weeks))
	for i, w := range l.weeks {
		periods[i] = w.days
	}
	now := l.week
	turn := func(day civil.Date, week worktime.Week) {
		if !slices.EqualFunc(week[:], now[:], slices.Equal[[]worktime.Shift]) {
			out.Versions = append(out.Versions, worktime.Version{From: day, Week: week})
			now = week
		}
	}
	pieces := overlay(periods)
	for i, p := range pieces {
		turn(p.days.First(), l.weeks[p.of].week)
		if after := p.days.Last().AddDays(1); after.After(p.days.Last()) && (i+1 == len(pieces) || pieces[i+1].days.First() != after) {
			turn(after, l.week)
		}
	}
	return out
}

func (c *reader) days(subject string, p *xmlPeriod) civil.Period {
	if p == nil {
		return civil.Period{}
	}
	from, to := c.time(subject, p.FromDate), c.time(subject, p.ToDate)
	if from.IsZero() || to.IsZero() {
		return civil.Period{}
	}
	return civil.Days(civil.DateOf(from), civil.DateOf(to))
}

func (c *reader) shifts(subject string, in []xmlShift, working boolean) []worktime.Shift {
	var out []worktime.Shift
	if !working {
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
