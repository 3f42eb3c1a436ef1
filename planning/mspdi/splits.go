package mspdi

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// gap is a time, in minutes since the Unix epoch, in which a task is not worked on.
type gap struct{ from, to int64 }

func minuteOf(t time.Time) int64 { return t.Unix() / 60 }

func timeOf(minute int64) time.Time { return time.Unix(minute*60, 0).UTC() }

// work is when a task is worked on, and by the calendars of whom.
type work struct {
	busy      []gap
	calendars []string
	unclear   bool
}

func (c *reader) assignments() {
	works := map[int]*work{}
	for i := range c.in.Assignments {
		a := &c.in.Assignments[i]
		k, known := c.task[a.TaskUID]
		r, there := c.resource[a.ResourceUID]
		if !known || k < 0 || there && r < 0 {
			continue
		}
		subject := fmt.Sprintf("assignment/%d", a.UID)
		t := &c.p.Tasks[k]
		calendar := t.Calendar
		switch {
		case t.Summary && there:
			c.warn("mspdi.assignment.summary", subject, "assign people to the tasks below", "resource %d is assigned to a summary", a.ResourceUID)
			continue
		case t.Summary:
			continue
		case there && a.Units != nil && *a.Units == 0:
			c.warn("mspdi.assignment.units", subject, "assign some units", "resource %d is assigned with no units", a.ResourceUID)
			continue
		case there:
			units := 1000
			if a.Units != nil {
				units = a.Units.units()
			}
			t.Assignments = append(t.Assignments, planning.Assignment{Resource: c.p.Resources[r].Key, Units: units})
			calendar = c.p.Resources[r].Calendar
		case a.ResourceUID != unassigned:
			continue
		}
		if len(a.Work) > 0 {
			if works[k] == nil {
				works[k] = &work{}
			}
			works[k].add(a, calendar)
		}
	}
	for k := range c.p.Tasks {
		c.pauses(k, works[k])
	}
}

// add notes when somebody works.
func (w *work) add(a *xmlAssignment, calendar string) {
	w.calendars = append(w.calendars, calendar)
	for _, row := range a.Work {
		if row.Type != remainingWork && row.Type != actualWork || row.Value == "" {
			continue
		}
		n, bad := readDuration(row.Value)
		from, bad1 := readTime(row.Start)
		to, bad2 := readTime(row.Finish)
		switch {
		case bad != nil || bad1 != nil || bad2 != nil || from.IsZero() || to.IsZero():
			w.unclear = true
		case n > 0:
			w.busy = append(w.busy, gap{minuteOf(from), minuteOf(to)})
		}
	}
}

// pauses reads the times in which nobody who is assigned works, though somebody
// could: those of a task that lasts, and that are whole days of its calendar.
func (c *reader) pauses(i int, w *work) {
	t := &c.p.Tasks[i]
	rest, stopped := c.resume[i]
	if t.Summary || w == nil && !stopped {
		return
	}
	subject := "task/" + string(t.Key)
	var gaps []gap
	switch {
	case t.Duration.Kind() == worktime.KindElapsed: // by day and night, and so not by whole days of work
		if stopped && t.Remaining.IsZero() {
			c.rests(subject, rest)
		}
		return
	case w != nil && w.unclear:
		c.warn("mspdi.task.split", subject, "mend the timephased data", "a time or amount of work is none, so that splits are not known")
		return
	case w == nil || len(w.busy) == 0:
		if stopped && t.Remaining.IsZero() {
			gaps = append(gaps, rest)
		}
		w = &work{calendars: []string{t.Calendar}}
	default:
		gaps = w.gaps()
	}
	cal := c.clock(t.Calendar)
	if cal == nil {
		return
	}
	for _, g := range gaps {
		if !t.Remaining.IsZero() && g.to <= rest.to {
			continue // what remains is done later anyhow
		}
		if !c.near(timeOf(g.from)) || !c.near(timeOf(g.to)) {
			c.rests(subject, g)
			continue
		}
		if cal.BetweenMinutes(g.from, g.to) <= 0 || !slices.ContainsFunc(w.calendars, func(name string) bool {
			own := c.clock(name)
			return own != nil && own.BetweenMinutes(g.from, g.to) > 0
		}) {
			continue
		}
		days, whole := pause(cal, g)
		if !whole {
			c.rests(subject, g)
			continue
		}
		t.Pauses = append(t.Pauses, days)
	}
}

func (c *reader) rests(subject string, g gap) {
	c.warn("mspdi.task.split", subject, "split it by whole days, or in two", "it rests from %s to %s", timeOf(g.from).Format(stamp), timeOf(g.to).Format(stamp))
}

// gaps returns the times between those in which somebody works.
func (w *work) gaps() []gap {
	slices.SortFunc(w.busy, func(a, b gap) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	var out []gap
	end := w.busy[0].to
	for _, b := range w.busy {
		if b.from > end {
			out = append(out, gap{end, b.from})
		}
		end = max(end, b.to)
	}
	return out
}

// pause returns the days from the first to the last with work in a gap, and whether
// all work of those days is in it.
func pause(cal *worktime.Calendar, g gap) (civil.Period, bool) {
	zone := cal.Location()
	at := func(minute int64) civil.Date { return civil.DateOf(timeOf(minute).In(zone)) }
	days := civil.Days(at(cal.NextMinute(g.from)), at(cal.PrevMinute(g.to)-1))
	if days.IsEmpty() {
		return days, false
	}
	return days, cal.BetweenMinutes(g.from, g.to) == cal.Between(days.First().In(zone), days.Last().AddDays(1).In(zone))
}
