package taskjuggler

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
)

// calendar is a Spec over the days of the project, as TaskJuggler can say it:
// weeks without night shifts, and runs of days on which one of them holds.
type calendar struct {
	id    string
	name  string
	zone  *time.Location
	weeks []worktime.Week
	ids   []string // of the weeks' shifts
	runs  []run
	cut   bool  // night shifts were cut at midnight
	alike bool  // every working day has the same shifts
	daily int64 // minutes of such a day
	plain bool  // one week throughout, but for days off
	used  bool  // assigned to a task or a person
}

// run is a stretch of days, half-open, on which a week holds.
type run struct {
	first, end civil.Date
	week       int // off: no work
	name       string
}

const off = -1

// calendarOf lays a Spec over the days of the project. Its problems are
// reported about a subject.
func (b *builder) calendarOf(id, name, subject string, spec worktime.Spec) *calendar {
	zone := zoneOf(spec)
	c := &calendar{id: id, name: name, zone: zone, alike: true, plain: true}
	if zoneName(spec.Zone) == "" {
		b.bad("taskjuggler.zone", subject, "name a zone as Region/City, or UTC", "zone %q", spec.Zone)
	}
	days := civil.Days(civil.DateOf(b.begin.In(zone)), civil.DateOf(b.end.In(zone)))
	for d := range days.Each() {
		if at := d.In(zone); offset(at) != offset(at.In(b.begin.Location())) {
			b.bad("taskjuggler.calendar.zone", subject, "write its hours in the plan's zone", "on %s clocks in %s and %s differ", d, zone, b.begin.Location())
			return c
		}
	}
	c.compare(spec, days)
	cut, err := spec.CutAtMidnight()
	if found, ok := errors.AsType[finding.List](err); ok {
		for _, f := range found {
			f.Subject = subject + ": " + f.Subject
			b.found.Add(f)
		}
		return c
	}
	c.cut = !sameWeek(cut.Week, spec.Week)
	c.lay(cut, days)
	for k, week := range c.weeks {
		if k == 0 {
			c.ids = []string{id}
		} else {
			c.ids = append(c.ids, b.ids.of(id+"_", strconv.Itoa(k+1)))
		}
		for _, shifts := range week {
			for _, s := range shifts {
				b.minutes(subject, "a shift", int64(s.From), int64(s.To))
			}
		}
	}
	return c
}

// zoneOf returns the zone of a Spec that has been compiled.
func zoneOf(spec worktime.Spec) *time.Location {
	zone, err := time.LoadLocation(spec.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// offset returns a zone's distance from UTC in seconds.
func offset(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}

// compare finds out whether a working day is as good as any other.
func (c *calendar) compare(spec worktime.Spec, days civil.Period) {
	var first []worktime.Shift
	for d := range each(spec, days) {
		shifts := slices.SortedFunc(slices.Values(d.shifts), func(a, b worktime.Shift) int { return int(a.From) - int(b.From) })
		switch {
		case len(shifts) == 0:
		case first == nil:
			first = shifts
			for _, s := range shifts {
				to := s.To
				if to <= s.From {
					to += 24 * 60 // on the next day
				}
				c.daily += int64(to - s.From)
			}
		case !slices.Equal(first, shifts):
			c.alike = false
		}
	}
}

// day is what a Spec says about a date.
type day struct {
	date   civil.Date
	week   worktime.Week // that holds
	shifts []worktime.Shift
	name   string // of the exception
	except bool   // if it is one
}

// each yields the days of a period.
func each(spec worktime.Spec, days civil.Period) iter.Seq[day] {
	return func(yield func(day) bool) {
		versions := slices.SortedFunc(slices.Values(spec.Versions), func(a, b worktime.Version) int { return a.From.Compare(b.From) })
		exceptions := slices.SortedFunc(slices.Values(spec.Exceptions), func(a, b worktime.Exception) int { return a.Days.Compare(b.Days) })
		week := spec.Week
		for d := range days.Each() {
			for len(versions) > 0 && !d.Before(versions[0].From) {
				week, versions = versions[0].Week, versions[1:]
			}
			for len(exceptions) > 0 && exceptions[0].Days.Last().Before(d) {
				exceptions = exceptions[1:]
			}
			out := day{date: d, week: week, shifts: week[d.Weekday()]}
			if len(exceptions) > 0 && exceptions[0].Days.Contains(d) {
				out.shifts, out.name, out.except = exceptions[0].Shifts, exceptions[0].Name, true
			}
			if !yield(out) {
				return
			}
		}
	}
}

// lay finds weeks and runs. A day that is not as the week says starts a run of
// days off, or of a week of such days.
func (c *calendar) lay(spec worktime.Spec, days civil.Period) {
	weekOf := func(w worktime.Week) int {
		k := slices.IndexFunc(c.weeks, func(o worktime.Week) bool { return sameWeek(o, w) })
		if k < 0 {
			k = len(c.weeks)
			c.weeks = append(c.weeks, w)
		}
		return k
	}
	for d := range each(spec, days) {
		k, name := weekOf(d.week), ""
		switch {
		case d.except && len(d.shifts) == 0:
			k, name = off, d.name
		case slices.Equal(d.week[d.date.Weekday()], d.shifts):
		default:
			var special worktime.Week
			for i := range special {
				special[i] = d.shifts
			}
			k = weekOf(special)
		}
		if k > 0 {
			c.plain = false
		}
		if n := len(c.runs) - 1; n >= 0 && c.runs[n].week == k && c.runs[n].name == name {
			c.runs[n].end = d.date.AddDays(1)
			continue
		}
		c.runs = append(c.runs, run{d.date, d.date.AddDays(1), k, name})
	}
}

func sameWeek(a, b worktime.Week) bool {
	for day := range a {
		if !slices.Equal(a[day], b[day]) {
			return false
		}
	}
	return true
}

// zoneName returns what TaskJuggler takes as a zone, "" if nothing.
func zoneName(zone string) string {
	switch {
	case zone == "" || zone == "UTC" || zone == "Etc/UTC":
		return "UTC"
	case strings.Contains(zone, "/"):
		return zone
	}
	return ""
}

// hours writes the working hours of a week, days that are alike together.
func hours(out *strings.Builder, indent string, week worktime.Week) {
	names := [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	done := [7]bool{}
	for i := range 7 {
		day := (i + 1) % 7
		if done[day] {
			continue
		}
		var days []string
		for j := i; j < 7; j++ {
			if other := (j + 1) % 7; slices.Equal(week[other], week[day]) {
				days, done[other] = append(days, names[other]), true
			}
		}
		text := "off"
		if len(week[day]) > 0 {
			var spans []string
			for _, s := range week[day] {
				to := s.To
				if to == 0 {
					to = 24 * 60
				}
				spans = append(spans, fmt.Sprintf("%d:%02d - %d:%02d", s.From/60, s.From%60, to/60, to%60))
			}
			text = strings.Join(spans, ", ")
		}
		fmt.Fprintf(out, "%sworkinghours %s %s\n", indent, strings.Join(days, ", "), text)
	}
}

// length returns the minutes of a length in the calendar, false if it counts
// days that are not alike.
func (c *calendar) length(l worktime.Length) (int64, bool) {
	if l.Kind() != worktime.KindDays {
		return l.Amount(), true
	}
	return l.Amount() * c.daily, c.alike || l.IsZero()
}
