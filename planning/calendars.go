package planning

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

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
	specs := make([]worktime.Spec, len(p.Resources))
	for i, r := range p.Resources {
		subject := place{what: "resource", key: string(r.Key), i: i}
		own := name(r.Calendar, subject)
		specs[i] = absent(p.Calendars[own], r.Absences)
		m.resCal[i] = named[own]
		if len(r.Absences) > 0 && m.resCal[i] != nil {
			m.resCal[i] = c.compile(subject, "planning.calendar", specs[i], days)
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
			common[id] = c.common(subject, p.Calendars[own], books, specs, days)
		}
		m.eff[i] = common[id]
	}
}

func (c *compiler) compile(subject place, code string, spec worktime.Spec, days civil.Period) *worktime.Calendar {
	cal, err := worktime.Compile(spec, days)
	if err == nil {
		return cal
	}
	if list, ok := errors.AsType[finding.List](err); ok {
		for _, f := range list {
			c.errorf(code, subject, f.Fix, "%s: %s", f.Subject, strings.Join(f.Evidence, "; "))
		}
	} else {
		c.errorf(code, subject, "mend the calendar", "%v", err)
	}
	return nil
}

func (c *compiler) common(subject place, spec worktime.Spec, books []booking, specs []worktime.Spec, days civil.Period) *worktime.Calendar {
	for _, b := range books {
		other := specs[b.resource]
		if zone(spec) != zone(other) {
			c.errorf("planning.assignment.calendar", subject, "give the task a calendar in the zone of the people who do it",
				"zone %s, but that of %q is %s", zone(spec), clip(string(c.m.resource(b.resource))), zone(other))
			return nil
		}
		spec = intersect(spec, other)
	}
	return c.compile(subject, "planning.assignment.calendar", spec, days)
}

func zone(s worktime.Spec) string {
	if s.Zone == "" {
		return "UTC"
	}
	return s.Zone
}

// absent adds days without work to a calendar; they win over its exceptions.
func absent(s worktime.Spec, absences []civil.Period) worktime.Spec {
	if len(absences) == 0 {
		return s
	}
	s = cloneSpec(s)
	var kept []worktime.Exception
	for _, e := range s.Exceptions {
		if len(e.Shifts) == 0 {
			kept = append(kept, e)
			continue
		}
		left := []civil.Period{e.Days}
		for _, a := range absences {
			var next []civil.Period
			for _, p := range left {
				if !p.Overlaps(a) {
					next = append(next, p)
					continue
				}
				next = append(next, civil.Days(p.First(), a.First().AddDays(-1)), civil.Days(a.Last().AddDays(1), p.Last()))
			}
			left = slices.DeleteFunc(next, civil.Period.IsEmpty)
		}
		for _, p := range left {
			kept = append(kept, worktime.Exception{Days: p, Shifts: e.Shifts, Name: e.Name})
		}
	}
	for _, a := range absences {
		kept = append(kept, worktime.Exception{Days: a, Name: "absence"})
	}
	s.Exceptions = kept
	return s
}

// intersect returns the common working time of two calendars in one zone.
// Shifts over midnight are cut there.
func intersect(a, b worktime.Spec) worktime.Spec {
	out := worktime.Spec{Zone: a.Zone}
	for day := range out.Week {
		before := (day + 6) % 7
		out.Week[day] = both(pieces(a.Week[day], a.Week[before]), pieces(b.Week[day], b.Week[before]))
	}
	// Ranges of plain days off stay ranges; other exceptional days are worked
	// out one by one, with the day after, into which a night shift may run.
	plain := !overnight(a) && !overnight(b)
	var off []civil.Period
	single := map[civil.Date]bool{}
	for _, e := range slices.Concat(a.Exceptions, b.Exceptions) {
		if len(e.Shifts) == 0 && plain {
			off = append(off, e.Days)
			continue
		}
		for i := range min(e.Days.Len()+1, maxExceptionDays) {
			single[e.Days.First().AddDays(i)] = true
		}
	}
	for _, p := range off {
		out.Exceptions = append(out.Exceptions, worktime.Exception{Days: p})
	}
	for _, d := range slices.SortedFunc(maps.Keys(single), civil.Date.Compare) {
		if slices.ContainsFunc(off, func(p civil.Period) bool { return p.Contains(d) }) {
			continue
		}
		shifts := both(pieces(shiftsOn(a, d), shiftsOn(a, d.AddDays(-1))), pieces(shiftsOn(b, d), shiftsOn(b, d.AddDays(-1))))
		if !slices.Equal(shifts, out.Week[d.Weekday()]) {
			out.Exceptions = append(out.Exceptions, worktime.Exception{Days: civil.Days(d, d), Shifts: shifts})
		}
	}
	return out
}

const maxExceptionDays = 20_001 // one more than worktime accepts, so that it refuses

func shiftsOn(s worktime.Spec, d civil.Date) []worktime.Shift {
	for _, e := range s.Exceptions {
		if e.Days.Contains(d) {
			return e.Shifts
		}
	}
	return s.Week[d.Weekday()]
}

func overnight(s worktime.Spec) bool {
	over := func(shifts []worktime.Shift) bool {
		return slices.ContainsFunc(shifts, func(s worktime.Shift) bool { return s.To <= s.From && s.To > 0 })
	}
	return slices.ContainsFunc(s.Week[:], over) ||
		slices.ContainsFunc(s.Exceptions, func(e worktime.Exception) bool { return over(e.Shifts) })
}

const midnight = worktime.Clock(24 * time.Hour / time.Minute)

// pieces returns the work of a calendar day from its own shifts and those of
// the day before.
func pieces(today, yesterday []worktime.Shift) []worktime.Shift {
	var out []worktime.Shift
	for _, s := range yesterday {
		if s.To <= s.From && s.To > 0 {
			out = append(out, worktime.Shift{From: 0, To: s.To})
		}
	}
	for _, s := range today {
		if s.To <= s.From {
			s.To = midnight
		}
		out = append(out, s)
	}
	return out
}

func both(a, b []worktime.Shift) []worktime.Shift {
	var out []worktime.Shift
	for _, x := range a {
		for _, y := range b {
			if from, to := max(x.From, y.From), min(x.To, y.To); from < to {
				out = append(out, worktime.Shift{From: from, To: to})
			}
		}
	}
	slices.SortFunc(out, func(x, y worktime.Shift) int { return int(x.From) - int(y.From) })
	return out
}
