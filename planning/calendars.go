package planning

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
)

// calendars compiles every calendar that the plan names, those of resources
// less their absences, and for each task the common working time of the task
// and of everyone assigned. Equal combinations are compiled once.
func (c *compiler) calendars() {
	m, p := c.m, &c.m.plan
	if p.Start.IsZero() && p.Finish.IsZero() {
		c.errorf("planning.start", thePlan, "give the plan a start date, or a finish to schedule it from", "the start is empty")
		return
	}
	if p.Calendar == "" && len(p.Calendars) == 1 {
		for name := range p.Calendars {
			p.Calendar = name
		}
	}
	days := m.horizon()
	named := make(map[string]*worktime.Calendar, len(p.Calendars))
	for _, name := range slices.Sorted(maps.Keys(p.Calendars)) {
		named[name] = c.compile(place{what: "calendar", key: name, i: -1}, p.Calendars[name], days)
	}
	name := func(own string, subject place) string {
		if own == "" {
			own = p.Calendar
		}
		if _, ok := named[own]; !ok {
			c.errorf("planning.calendar", subject, "add it to the plan's calendars", "calendar %q is not in the plan", clip(own))
		}
		return own
	}
	home := name("", thePlan)
	if m.home = named[home]; m.home == nil {
		return
	}
	m.start, m.until = always, never
	if !p.Start.IsZero() {
		m.start = instant(p.Start.At(int(p.StartClock)/60, int(p.StartClock)%60, m.home.Location()))
	}
	if !p.Finish.IsZero() {
		m.until = instant(p.Finish.AddDays(1).In(m.home.Location()))
	}
	c.lagCalendars(named)

	m.resCal, m.usual = make([]*worktime.Calendar, len(p.Resources)), make([]*worktime.Calendar, len(p.Resources))
	plain := make(map[string]*worktime.Calendar)
	for i := range p.Resources {
		r := &p.Resources[i]
		subject := place{what: "resource", key: string(r.Key), i: i}
		own := name(r.Calendar, subject)
		m.resCal[i] = named[own]
		if plain[own] == nil && m.resCal[i] != nil {
			spec := p.Calendars[own]
			spec.Exceptions = nil
			plain[own] = c.compile(subject, spec, days)
		}
		m.usual[i] = plain[own]
		if off := append(gone(r), r.Absences...); len(off) > 0 && m.resCal[i] != nil {
			m.resCal[i] = c.compile(subject, absent(p.Calendars[own], off), days)
		}
	}
	c.changes()

	n := len(p.Tasks)
	m.cal, m.own, m.eff = make([]*worktime.Calendar, n), make([]*worktime.Calendar, n), make([]*worktime.Calendar, len(m.dur))
	common, paused := map[string]*worktime.Calendar{}, map[string]*worktime.Calendar{}
	for i := range p.Tasks {
		t := &p.Tasks[i]
		subject := taskPlace(t.Key, i)
		own := name(t.Calendar, subject)
		m.cal[i], m.own[i] = named[own], named[own]
		if len(t.Pauses) > 0 && m.cal[i] != nil {
			own += fmt.Sprintf("\x00%v", t.Pauses)
			if _, ok := paused[own]; !ok {
				spec := absent(p.Calendars[m.calendarName(t)], t.Pauses)
				paused[own] = c.compile(subject, spec, days)
			}
			m.cal[i] = paused[own]
		}
		together := func(v int32) *worktime.Calendar {
			books := m.books.of(v)
			if len(books) == 0 || m.cal[i] == nil {
				return m.cal[i]
			}
			id := []byte(own)
			for _, b := range books {
				id = append(append(id, 0), p.Resources[b.resource].Key...)
			}
			cal, ok := common[string(id)]
			if !ok {
				cal = c.common(subject, m.cal[i], books)
				common[string(id)] = cal
			}
			return cal
		}
		m.eff[i] = together(int32(i))
		for _, v := range m.more.of(int32(i)) {
			m.eff[v] = together(v)
		}
	}
	m.lagsRunIn()
}

// calendarName returns the name of a task's calendar.
func (m *Model) calendarName(t *Task) string {
	if t.Calendar != "" {
		return t.Calendar
	}
	return m.plan.Calendar
}

// lagCalendars notes in whose time the lags of links run that say so.
func (c *compiler) lagCalendars(named map[string]*worktime.Calendar) {
	m := c.m
	m.lagCal = make([]*worktime.Calendar, len(m.lagName))
	for k, name := range m.lagName {
		m.lagCal[k] = named[name]
	}
	m.lagCal[0] = nil
	for i := range c.authored {
		if l := &c.authored[i]; l.Calendar != "" && named[l.Calendar] == nil {
			c.errorf("planning.calendar", linkPlace(l, i), "add it to the plan's calendars", "calendar %q is not in the plan", clip(l.Calendar))
		}
	}
}

// lagsRunIn gives every arc its calendar: the link's or the successor's.
func (m *Model) lagsRunIn() {
	of := func(a *arc, to int32) {
		cal := m.lagCal[a.clock]
		if cal == nil {
			cal = m.own[to]
		}
		a.clock = m.clockOf(cal)
	}
	for i := range m.cal {
		for k := m.in.head[i]; k < m.in.head[i+1]; k++ {
			of(&m.in.all[k], int32(i))
		}
	}
	for k := range m.out.all {
		of(&m.out.all[k], m.out.all[k].task)
	}
}

// clockOf numbers the calendars of lags. There are few, and mostly the same.
func (m *Model) clockOf(cal *worktime.Calendar) int32 {
	k := slices.Index(m.clocks, cal)
	if k < 0 {
		k = len(m.clocks)
		m.clocks = append(m.clocks, cal)
	}
	return int32(k)
}

func (c *compiler) compile(subject place, spec worktime.Spec, days civil.Period) *worktime.Calendar {
	cal, err := worktime.Compile(spec, days)
	c.adopt(subject, "planning.calendar", err)
	return cal
}

// adopt reports what is wrong with a calendar about its subject.
func (c *compiler) adopt(subject place, code string, err error) {
	if list, ok := errors.AsType[finding.List](err); ok {
		for _, f := range list {
			c.errorf(code, subject, f.Fix, "%s: %s", f.Subject, strings.Join(f.Evidence, "; "))
		}
	} else if err != nil {
		c.errorf(code, subject, "mend the calendar", "%v", err)
	}
}

// common returns the time at which the task and all who are booked work, nil
// if there is none or one of their calendars is wrong.
func (c *compiler) common(subject place, own *worktime.Calendar, books []booking) *worktime.Calendar {
	var people []*worktime.Calendar
	for _, b := range books {
		switch cal := c.m.resCal[b.resource]; {
		case cal == nil:
			return nil
		case cal != own && !slices.Contains(people, cal):
			people = append(people, cal)
		}
	}
	if len(people) == 0 {
		return own
	}
	cal, err := worktime.Common(own, people...)
	c.adopt(subject, "planning.assignment.calendar", err)
	return cal
}

// absent lays days without work over a calendar.
func absent(s worktime.Spec, absences []civil.Period) worktime.Spec {
	off := make([]worktime.Exception, len(absences))
	for i, a := range absences {
		off[i] = worktime.Exception{Days: a, Name: "absence"}
	}
	return s.With(off...)
}
