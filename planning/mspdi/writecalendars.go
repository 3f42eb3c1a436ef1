package mspdi

import (
	"errors"
	"maps"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
)

func (w *writer) calendars() {
	for i, name := range slices.Sorted(maps.Keys(w.plan.Calendars)) {
		w.calendar[name] = i + 1
		spec := w.cut(name)
		cal := xmlCalendar{UID: i + 1, Name: name, IsBaseCalendar: true, BaseCalendarUID: -1, WeekDays: weekDays(spec.Week)}
		for _, e := range spec.Exceptions {
			cal.Exceptions = append(cal.Exceptions, exception(e))
		}
		for k, v := range spec.Versions {
			last := noEnd()
			if k+1 < len(spec.Versions) {
				last = spec.Versions[k+1].From.AddDays(-1)
			}
			if v.From.After(noEnd()) {
				w.errorf("mspdi.calendar.versions", "calendar/"+name, "drop weeks that begin after 2049", "a week from %s on", v.From)
			}
			cal.WorkWeeks = append(cal.WorkWeeks, xmlWeek{
				TimePeriod: &xmlPeriod{morning(v.From), night(last)}, Name: "from " + v.From.String(), WeekDays: weekDays(v.Week),
			})
		}
		w.out.Calendars = append(w.out.Calendars, cal)
	}
	w.out.CalendarUID = w.calendar[w.plan.Calendar]
}

// cut returns a calendar with absences laid over it, in the format's shifts.
func (w *writer) cut(calendar string, absences ...worktime.Exception) worktime.Spec {
	spec := w.plan.Calendars[calendar]
	subject := "calendar/" + calendar
	home := w.plan.Calendars[w.plan.Calendar]
	if spec.Zone != home.Zone {
		w.errorf("mspdi.calendar.zone", subject, "give all calendars one zone", "zone %q, where the plan's calendar has %q", spec.Zone, home.Zone)
		return worktime.Spec{}
	}
	cut, err := spec.With(absences...).CutAtMidnight()
	if found, ok := errors.AsType[finding.List](err); ok {
		for _, f := range found {
			f.Subject = subject + ": " + f.Subject
			w.found.Add(f)
		}
	}
	w.shifts(subject, cut)
	return cut
}

// shifts checks that no day has more than five, as the schema has it.
func (w *writer) shifts(subject string, spec worktime.Spec) {
	const most = 5
	many := func(shifts []worktime.Shift) bool { return len(shifts) > most }
	if slices.ContainsFunc(spec.Week[:], many) ||
		slices.ContainsFunc(spec.Versions, func(v worktime.Version) bool { return slices.ContainsFunc(v.Week[:], many) }) ||
		slices.ContainsFunc(spec.Exceptions, func(e worktime.Exception) bool { return many(e.Shifts) }) {
		w.errorf("mspdi.calendar.shifts", subject, "leave out breaks", "a day has more than %d shifts", most)
	}
}

func weekDays(week worktime.Week) []xmlDay {
	out := make([]xmlDay, 0, len(week))
	for day, shifts := range week {
		out = append(out, xmlDay{DayType: day + 1, DayWorking: len(shifts) > 0, WorkingTimes: times(shifts)})
	}
	return out
}

func times(shifts []worktime.Shift) []xmlShift {
	var out []xmlShift
	for _, s := range shifts {
		out = append(out, xmlShift{s.From.String() + ":00", (s.To % (24 * 60)).String() + ":00"})
	}
	return out
}

func exception(e worktime.Exception) xmlException {
	return xmlException{
		TimePeriod: &xmlPeriod{morning(e.Days.First()), night(e.Days.Last())},
		Name:       e.Name, Type: daily, DayWorking: len(e.Shifts) > 0, WorkingTimes: times(e.Shifts),
	}
}

// absent returns the exceptions that a person has and the calendar has not.
// Absences are some of them; the morning after a night that is not worked may be
// another.
func (w *writer) absent(calendar string, absences []civil.Period) []worktime.Exception {
	if len(w.found) > 0 { // about the calendar perhaps: once is enough
		return nil
	}
	off := make([]worktime.Exception, len(absences))
	for i, a := range absences {
		off[i] = worktime.Exception{Days: a, Name: "absence"}
	}
	base, own := w.cut(calendar).Exceptions, w.cut(calendar, off...)
	// Days that are exceptional in the calendar alone are written as usual ones:
	// a person would inherit them.
	both := worktime.Spec{Exceptions: base}.With(own.Exceptions...).Exceptions
	var out []worktime.Exception
	for _, e := range both[:len(both)-len(own.Exceptions)] {
		for d := range e.Days.Each() {
			out = append(out, worktime.Exception{Days: civil.Days(d, d), Shifts: weekOn(own, d)[d.Weekday()]})
		}
	}
	for _, e := range own.Exceptions {
		i, found := slices.BinarySearchFunc(base, e, func(a, b worktime.Exception) int { return a.Days.Compare(b.Days) })
		if !found || !slices.Equal(base[i].Shifts, e.Shifts) {
			out = append(out, e)
		}
	}
	return out
}

// weekOn returns the week that holds on a day.
func weekOn(s worktime.Spec, day civil.Date) worktime.Week {
	week := s.Week
	for _, v := range s.Versions { // by ascending day, as CutAtMidnight gives them
		if !v.From.After(day) {
			week = v.Week
		}
	}
	return week
}
