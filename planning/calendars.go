package planning

import (
	"errors"
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
	if p.Start.IsZero() {
		c.errorf("planning.start", nowhere("plan"), "give the plan a start date", "the start is empty")
		return
	}
	if p.Calendar == "" && len(p.Calendars) == 1 {
		for name := range p.Calendars {
			p.Calendar = name
		}
	}
	days := horizon(p)
	named := make(map[string]*worktime.Calendar, len(p.Calendars))
	for _, name := range slices.Sorted(maps.Keys(p.Calendars)) {
		named[name] = c.compile(place{what: "calendar", key: name, i: -1}, "planning.calendar", p.Calendars[name], days)
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
	home := name("", nowhere("plan"))
	if m.home = named[home]; m.home == nil {
		return
	}
	m.start = instant(p.Start.At(int(p.StartClock)/60, int(p.StartClock)%60, m.home.Location()))

	m.resCal = make([]*worktime.Calendar, len(p.Resources))
	for i, r := range p.Resources {
		subject := place{what: "resource", key: string(r.Key), i: i}
		own := name(r.Calendar, subject)
		m.resCal[i] = named[own]
		if len(r.Absences) > 0 && m.resCal[i] != nil {
			m.resCal[i] = c.compile(subject, "planning.calendar", absent(p.Calendars[own], r.Absences), days)
		}
	}

	n := len(p.Tasks)
	m.cal, m.eff = make([]*worktime.Calendar, n), make([]*worktime.Calendar, n)
	common := map[string]*worktime.Calendar{}
	for i := range p.Tasks {
		t := &p.Tasks[i]
		subject := taskPlace(t.Key, i)
		own := name(t.Calendar, subject)
		m.cal[i], m.eff[i] = named[own], named[own]
		books := m.books.of(int32(i))
		if len(books) == 0 || m.cal[i] == nil {
			continue
		}
		keys := []string{own}
		for _, b := range books {
			keys = append(keys, string(p.Resources[b.resource].Key))
		}
		id := strings.Join(keys, "\x00")
		if _, ok := common[id]; !ok {
			common[id] = c.common(subject, m.cal[i], books)
		}
		m.eff[i] = common[id]
	}
}

func (c *compiler) compile(subject place, code string, spec worktime.Spec, days civil.Period) *worktime.Calendar {
	cal, err := worktime.Compile(spec, days)
	c.adopt(subject, code, err)
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
