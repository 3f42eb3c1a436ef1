package mspdi

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning"
)

// Write writes a model with its early and late dates, byte for byte the same
// every time. Keys that are numbers become UIDs if all are; otherwise tasks and
// resources are numbered in the order of the plan. Phases are not written.
// Working days become the working minutes that they have at their early dates,
// and times the wall clock of the plan's calendar. A shift over midnight is cut
// there.
//
// The error is the writer's, or a finding.List with the code
//
//	mspdi.link.days          a lag in working days, which the format cannot say
//	mspdi.calendar.versions  a calendar whose week changes on a day, not written yet
//
// or what worktime finds in a calendar that is cut.
func Write(w io.Writer, name string, m *planning.Model) error {
	plan := m.Plan()
	var found finding.List
	for i, l := range plan.Links {
		if l.Lag.Kind() == worktime.KindDays {
			found.Errorf("mspdi.link.days", fmt.Sprintf("link/%s->%s", l.From, l.To), "give the lag in working hours", "links[%d]: lag %s", i, l.Lag)
		}
	}
	out := writer{plan: plan, m: m, path: m.CriticalPath(), calendar: map[string]int{}, found: found}
	out.zone = time.UTC
	if cal, err := time.LoadLocation(plan.Calendars[plan.Calendar].Zone); err == nil {
		out.zone = cal
	}
	out.project(name)
	out.calendars()
	out.tasks()
	out.resources()
	if err := out.found.Err(); err != nil {
		return err
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "\t")
	if err := enc.Encode(&out.out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type writer struct {
	plan     planning.Plan
	m        *planning.Model
	path     *planning.CriticalPath
	zone     *time.Location
	calendar map[string]int
	found    finding.List
	out      xmlProject
}

func (w *writer) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(w.zone).Format(stamp)
}

func (w *writer) project(name string) {
	p := w.plan
	w.out = xmlProject{
		SaveVersion: 12, Name: name, ScheduleFromStart: 1,
		StartDate:  w.stamp(p.Start.At(int(p.StartClock)/60, int(p.StartClock)%60, w.zone)),
		FinishDate: w.stamp(w.path.Finish()), MinutesPerDay: 480,
	}
	if p.LateDates == planning.Project2016 {
		w.out.SaveVersion, w.out.BuildNumber = 14, "16.0"
	}
}

func (w *writer) calendars() {
	for i, name := range slices.Sorted(maps.Keys(w.plan.Calendars)) {
		w.calendar[name] = i + 1
		spec := w.cut(name)
		cal := xmlCalendar{UID: i + 1, Name: name, IsBaseCalendar: 1, BaseCalendarUID: -1}
		for day, shifts := range spec.Week {
			cal.WeekDays = append(cal.WeekDays, xmlDay{DayType: day + 1, DayWorking: flag(len(shifts) > 0), WorkingTimes: times(shifts)})
		}
		for _, e := range spec.Exceptions {
			cal.Exceptions = append(cal.Exceptions, exception(e))
		}
		w.out.Calendars = append(w.out.Calendars, cal)
	}
	w.out.CalendarUID = w.calendar[w.plan.Calendar]
}

// cut returns a calendar with absences laid over it, in the format's shifts.
func (w *writer) cut(calendar string, absences ...worktime.Exception) worktime.Spec {
	spec := w.plan.Calendars[calendar]
	subject := "calendar/" + calendar
	if len(spec.Versions) > 0 {
		w.found.Errorf("mspdi.calendar.versions", subject, "write each week as a calendar of its own", "%d versions", len(spec.Versions))
		return worktime.Spec{}
	}
	cut, err := spec.With(absences...).CutAtMidnight()
	if found, ok := errors.AsType[finding.List](err); ok {
		for _, f := range found {
			f.Subject = subject + ": " + f.Subject
			w.found.Add(f)
		}
	}
	return cut
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
		TimePeriod: &xmlPeriod{e.Days.First().String() + "T00:00:00", e.Days.Last().String() + "T23:59:00"},
		Name:       e.Name, Type: 1, DayWorking: flag(len(e.Shifts) > 0), WorkingTimes: times(e.Shifts),
	}
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// uids returns the keys as numbers if they all are different positive numbers,
// else their positions from 1.
func uids[K ~string](keys []K) []int {
	out := make([]int, len(keys))
	for i, k := range keys {
		n, err := strconv.Atoi(string(k))
		if err != nil || n <= 0 || n > 1<<30 || strconv.Itoa(n) != string(k) {
			for j := range out {
				out[j] = j + 1
			}
			return out
		}
		out[i] = n
	}
	return out
}

var constraintTypes = [7]int{planning.ASAP: 0, planning.SNET: 4, planning.SNLT: 5, planning.FNET: 6, planning.FNLT: 7, planning.MSO: 2, planning.MFO: 3}

var linkNumbers = [4]int{planning.FF: 0, planning.FS: 1, planning.SF: 2, planning.SS: 3}

func (w *writer) tasks() {
	keys := make([]planning.TaskKey, len(w.plan.Tasks))
	for i, t := range w.plan.Tasks {
		keys[i] = t.Key
	}
	ids := uids(keys)
	uid := make(map[planning.TaskKey]int, len(ids))
	for i, k := range keys {
		uid[k] = ids[i]
	}
	in := map[planning.TaskKey][]xmlLink{}
	for _, l := range w.plan.Links {
		format := 5
		if l.Lag.Kind() == worktime.KindElapsed {
			format = 6
		}
		in[l.To] = append(in[l.To], xmlLink{PredecessorUID: uid[l.From], Type: new(linkNumbers[l.Type]), LinkLag: l.Lag.Amount() * 10, LagFormat: format})
	}
	for i, t := range w.plan.Tasks {
		f, _ := w.path.Of(t.Key)
		minutes, format := t.Duration.Amount(), 5
		switch t.Duration.Kind() {
		case worktime.KindElapsed:
			format = 6
		case worktime.KindDays:
			minutes = int64(w.m.Calendar(t.Key).Between(f.EarlyStart, f.EarlyFinish))
		case worktime.KindWork:
		}
		name := t.Name
		if name == "" {
			name = string(t.Key)
		}
		out := xmlTask{
			UID: ids[i], ID: i + 1, Name: name, OutlineLevel: 1, Priority: new(t.Priority),
			Start: w.stamp(f.EarlyStart), Finish: w.stamp(f.EarlyFinish),
			Duration: fmt.Sprintf("PT%dH%dM0S", minutes/60, minutes%60), DurationFormat: format,
			Milestone: flag(t.IsMilestone()), Critical: flag(f.Critical),
			EarlyStart: w.stamp(f.EarlyStart), EarlyFinish: w.stamp(f.EarlyFinish),
			LateStart: w.stamp(f.LateStart), LateFinish: w.stamp(f.LateFinish),
			FreeSlack: new(int64(f.Free) * 10), TotalSlack: new(int64(f.Total) * 10),
			ActualStart: w.stamp(t.Started), ActualFinish: w.stamp(t.Finished),
			ConstraintType: constraintTypes[t.Constraint.Kind], ConstraintDate: w.stamp(t.Constraint.At),
			Deadline: w.stamp(t.Deadline), Links: in[t.Key],
		}
		if t.Calendar != "" {
			out.CalendarUID = new(w.calendar[t.Calendar])
		}
		w.out.Tasks = append(w.out.Tasks, out)
	}
}

// resources writes people, each with absences as a calendar of their own, and
// their assignments.
func (w *writer) resources() {
	keys := make([]planning.ResourceKey, len(w.plan.Resources))
	for i, r := range w.plan.Resources {
		keys[i] = r.Key
	}
	ids := uids(keys)
	uid := make(map[planning.ResourceKey]int, len(ids))
	for i, r := range w.plan.Resources {
		uid[r.Key] = ids[i]
		name := r.Name
		if name == "" {
			name = string(r.Key)
		}
		out := xmlResource{UID: ids[i], ID: i + 1, Name: name, Type: new(1), MaxUnits: thousandths(r.Units)}
		base := r.Calendar
		if len(r.Absences) > 0 {
			if base == "" {
				base = w.plan.Calendar
			}
			cal := xmlCalendar{UID: len(w.out.Calendars) + 1, Name: name, BaseCalendarUID: w.calendar[base]}
			for _, e := range w.absent(base, r.Absences) {
				cal.Exceptions = append(cal.Exceptions, exception(e))
			}
			w.out.Calendars = append(w.out.Calendars, cal)
			out.CalendarUID = new(cal.UID)
		} else if base != "" {
			out.CalendarUID = new(w.calendar[base])
		}
		w.out.Resources = append(w.out.Resources, out)
	}
	for i, t := range w.plan.Tasks {
		for _, a := range t.Assignments {
			w.out.Assignments = append(w.out.Assignments, xmlAssignment{
				UID: len(w.out.Assignments) + 1, TaskUID: w.out.Tasks[i].UID, ResourceUID: uid[a.Resource], Units: thousandths(a.Units),
			})
		}
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
			out = append(out, worktime.Exception{Days: civil.Days(d, d), Shifts: own.Week[d.Weekday()]})
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

func thousandths(n int) decimal {
	if n == 0 {
		return 1000
	}
	return decimal(n)
}
