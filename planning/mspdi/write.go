package mspdi

import (
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning"
)

// Write writes a model with its early and late dates, byte for byte the same
// every time. Keys that are numbers become UIDs if all are, and those of phases if
// they are as Read gives them; otherwise tasks, phases and resources are numbered
// in the order of the plan. Phases become summary tasks, with the dates of what is
// below them, and tasks stand in the order of the outline.
//
// Working days become the working minutes that they have at their early dates, and
// times the wall clock of the plan's calendar. A shift over midnight is cut there.
// An absence becomes an exception of the person's own calendar. A plan that is
// scheduled from its finish is finished at the end of that day's work, at midnight
// if it has none. Equipment becomes a work resource, which in the format is a person
// or a machine, and a pool a generic one. The days to tabulate are not written.
//
// What the format cannot say is never left out. The error is the writer's, or a
// finding.List of errors with one of these codes:
//
//	mspdi.plan.start         a plan with both a start and a finish
//	mspdi.task.effort        an effort without a duration
//	mspdi.task.estimate      three points
//	mspdi.task.mode          other ways to do a task
//	mspdi.task.need          people by skill
//	mspdi.task.pause         days on which a task rests that do not split it, or nobody's work on it, or that have a shift over midnight
//	mspdi.task.remaining     a remainder by the clock of working time, or the other way round
//	mspdi.task.tentative     a task that is not promised
//	mspdi.task.weight        what lateness counts
//	mspdi.link.days          a lag in working days, or in percent of them
//	mspdi.link.calendar      a lag in another calendar than the successor's
//	mspdi.link.percent       a lag in percent of the tasks of a phase
//	mspdi.resource.change    units that change before 1984 or after 2049
//	mspdi.resource.rate      rates in several currencies or without one, or from a day before 1984 or after 2049 on
//	mspdi.resource.reserved  time that no task gets
//	mspdi.resource.skill     skills
//	mspdi.resource.stock     what is used up
//	mspdi.calendar.shifts    more than five shifts on a day
//	mspdi.calendar.versions  a week that changes after 2049
//	mspdi.calendar.zone      a calendar in another zone than the plan's
//
// or what worktime finds in a calendar that is cut.
func Write(w io.Writer, name string, m *planning.Model) error {
	out := newWriter(m)
	out.project(name)
	out.unsaid()
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
	floats   []planning.Float // by task
	index    map[planning.TaskKey]int
	uid      []int // of tasks
	zone     *time.Location
	home     *worktime.Calendar
	plain    map[string]*worktime.Calendar // by name: cut at midnight, without pauses
	calendar map[string]int                // UIDs
	found    finding.List
	out      xmlProject
}

func newWriter(m *planning.Model) *writer {
	w := &writer{plan: m.Plan(), m: m, path: m.CriticalPath(), zone: time.UTC, plain: map[string]*worktime.Calendar{}, calendar: map[string]int{}}
	w.floats, w.index = slices.Collect(w.path.Tasks()), map[planning.TaskKey]int{}
	for i := range w.plan.Tasks {
		w.index[w.plan.Tasks[i].Key] = i
	}
	if zone, err := time.LoadLocation(w.plan.Calendars[w.plan.Calendar].Zone); err == nil {
		w.zone = zone
	}
	w.home = w.clock("")
	return w
}

// clock returns a calendar of the plan in the shifts of the format, nil if they have
// none.
func (w *writer) clock(name string) *worktime.Calendar {
	if name == "" {
		name = w.plan.Calendar
	}
	cal, ok := w.plain[name]
	if !ok {
		days := civil.DateOf(w.path.Start())
		spec, err := w.plan.Calendars[name].CutAtMidnight()
		if err == nil {
			cal, _ = worktime.Compile(spec, civil.Days(days, days.AddMonths(24)))
		}
		w.plain[name] = cal
	}
	return cal
}

func (w *writer) errorf(code, subject, fix, evidence string, args ...any) {
	if len(w.found) < maxFindings {
		w.found.Errorf(code, subject, fix, evidence, args...)
	}
}

func (w *writer) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(w.zone).Format(stamp)
}

func (w *writer) project(name string) {
	p := &w.plan
	w.out = xmlProject{
		SaveVersion: 12, Name: name, ScheduleFromStart: true,
		StartDate:  w.stamp(p.Start.At(int(p.StartClock)/60, int(p.StartClock)%60, w.zone)),
		FinishDate: w.stamp(w.path.Finish()), MinutesPerDay: 480, StatusDate: w.stamp(p.Status),
	}
	if p.LateDates == planning.Project2016 {
		w.out.SaveVersion, w.out.BuildNumber = 14, "16.0"
	}
	if !p.Finish.IsZero() {
		w.out.ScheduleFromStart, w.out.StartDate = false, w.stamp(w.path.Start())
		end := p.Finish.AddDays(1).In(w.zone)
		if last := w.home; last != nil && last.Prev(end).After(p.Finish.In(w.zone)) {
			end = last.Prev(end)
		}
		w.out.FinishDate = w.stamp(end)
	}
	for i := range p.Resources {
		for _, rate := range p.Resources[i].Rates {
			if c := rate.Hour.Currency(); w.out.CurrencyCode == "" {
				w.out.CurrencyCode = c.Code()
			}
		}
	}
}

// uids returns the keys as numbers if they all are different positive numbers,
// else their positions from 1.
func uids[K ~string](keys []K) []int {
	out := make([]int, len(keys))
	for i, k := range keys {
		n, ok := uidOf(string(k))
		if !ok {
			for j := range out {
				out[j] = j + 1
			}
			return out
		}
		out[i] = n
	}
	return out
}

func uidOf(key string) (int, bool) {
	n, err := strconv.Atoi(key)
	return n, err == nil && n > 0 && n <= 1<<30 && strconv.Itoa(n) == key
}

// named returns a name, or the key where it is not the UID already.
func named(name, key string, uid int) string {
	if name == "" && key != strconv.Itoa(uid) {
		return key
	}
	return name
}
