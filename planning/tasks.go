package planning

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/internal/intern"
)

func (c *compiler) tasks() {
	m, n := c.m, len(c.m.plan.Tasks)
	m.tasks = intern.New(n)
	m.dur = make([]worktime.Length, n)
	m.constraint = make([]constraint, n)
	m.deadline, m.started, m.finished = make([]int64, n), make([]int64, n), make([]int64, n)
	for i := range m.plan.Tasks {
		t := &m.plan.Tasks[i]
		subject := taskPlace(t.Key, i)
		c.checkKey(string(t.Key), subject)
		if _, fresh := m.tasks.Add(string(t.Key)); !fresh {
			c.errorf("planning.key.duplicate", subject, "rename one of them", "tasks[%d] has the key of an earlier task", i)
			m.tasks.Add(fmt.Sprintf("\x00%d", i)) // positions go on
		}
		m.dur[i] = c.duration(t, subject)
		c.dates(i, t, subject)
		c.assignments(t.Assignments, subject)
		c.modes(t, subject)
	}
	c.variants()
	c.stocks()
}

// mostMinutes returns an upper bound of a duration's working minutes.
func mostMinutes(l worktime.Length) int64 {
	n := l.Amount()
	if l.Kind() == worktime.KindDays {
		n = min(n, maxDays) * 1440
	}
	return min(max(n, 0), maxAmount)
}

func tooLong(l worktime.Length) bool {
	limit := int64(maxAmount)
	if l.Kind() == worktime.KindDays {
		limit = maxDays
	}
	return l.Amount() > limit || l.Amount() < -limit
}

func (c *compiler) dates(i int, t *Task, subject place) {
	m := c.m
	read := func(at time.Time, none int64) int64 {
		if at.IsZero() {
			return none
		}
		if y := at.UTC().Year(); y < 1 || y > 9999 {
			c.errorf("planning.task.instant", subject, "give a time in the years 1 to 9999", "year %d", y)
			return none
		}
		return instant(at)
	}
	m.deadline[i] = read(t.Deadline, never)
	m.started[i] = read(t.Started, always)
	m.finished[i] = read(t.Finished, always)
	m.constraint[i] = constraint{t.Constraint.Kind, read(t.Constraint.At, 0)}
	switch {
	case t.Constraint.Kind > ALAP:
		c.errorf("planning.task.constraint", subject, "use one of ASAP, SNET, SNLT, FNET, FNLT, MSO, MFO, ALAP", "%s is no constraint", t.Constraint.Kind)
	case (t.Constraint.Kind == ASAP || t.Constraint.Kind == ALAP) != t.Constraint.At.IsZero():
		c.errorf("planning.task.constraint", subject, "give both a kind and a date, or neither", "constraint %s with date %q", t.Constraint.Kind, dateText(t.Constraint.At))
	}
	if r := t.Remaining; !r.IsZero() && (r.Amount() < 0 || tooLong(r) || t.Started.IsZero() || !t.Finished.IsZero() || m.plan.Status.IsZero()) {
		c.errorf("planning.task.actual", subject, "give what remains of a started task, and the plan's status date", "%s remain, started %q, finished %q, status %q", r, dateText(t.Started), dateText(t.Finished), dateText(m.plan.Status))
	}
	if !t.Finished.IsZero() && (t.Started.IsZero() || t.Finished.Before(t.Started) || m.finished[i]-m.started[i] > maxAmount) {
		c.errorf("planning.task.actual", subject, "give the actual start, at most a hundred years before the actual finish", "started %q, finished %q", dateText(t.Started), dateText(t.Finished))
	}
}

func dateText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04")
}

// duration returns how long a task takes: as given, or as its effort follows
// from the units of everyone assigned, rounded up to a minute.
func (c *compiler) duration(t *Task, subject place) worktime.Length {
	d, fix := t.Duration, "give a duration of at most a hundred years"
	if d.Amount() < 0 || tooLong(d) {
		c.errorf("planning.task.duration", subject, fix, "duration %s", d)
		return worktime.Length{}
	}
	if t.Effort.IsZero() {
		return d
	}
	if !d.IsZero() || t.Effort.Kind() != worktime.KindWork || t.Effort.Amount() < 0 || tooLong(t.Effort) {
		c.errorf("planning.task.duration", subject, "give either a duration or an effort in working minutes of at most a hundred years", "duration %s, effort %s", d, t.Effort)
		return worktime.Length{}
	}
	together := int64(0)
	for _, a := range t.Assignments {
		together += min(max(units(a.Units), 0), maxUnits)
	}
	for _, n := range t.Needs {
		together += min(max(units(n.Units), 0), maxUnits) * int64(min(max(n.heads(), 0), maxResources))
	}
	if together == 0 {
		together = whole
	}
	return worktime.Work(worktime.Minutes((t.Effort.Amount()*whole + together - 1) / together))
}

// assignments checks who is booked. Few people work on one task, so looking back
// is quicker than a map.
func (c *compiler) assignments(list []Assignment, subject place) {
	for k, a := range list {
		r, ok := c.m.resourceOf(a.Resource)
		switch {
		case !ok:
			c.errorf("planning.assignment.unknown", subject, "add the resource or drop the assignment", "resource %q is not in the plan", clip(string(a.Resource)))
		case slices.ContainsFunc(list[:k], func(b Assignment) bool { return b.Resource == a.Resource }):
			c.errorf("planning.assignment.duplicate", subject, "add up the units in one assignment", "resource %q is assigned twice", clip(string(a.Resource)))
		case a.Units < 0 || units(a.Units) > c.m.capacity[r]:
			c.errorf("planning.assignment.units", subject, "book at most what the resource has, or make the task longer",
				"%d thousandths of %q, which never has more than %d", units(a.Units), clip(string(a.Resource)), c.m.capacity[r])
		}
	}
}

// modes checks what else a task might be: other ways to do it, other durations.
func (c *compiler) modes(t *Task, subject place) {
	if len(t.Modes) > maxModes || len(t.Modes) > 0 && !t.Started.IsZero() {
		c.errorf("planning.task.mode", subject, "give at most 250 modes, and the mode alone of what has started", "%d more modes, started %q", len(t.Modes), dateText(t.Started))
	}
	for _, m := range t.Modes {
		if m.Duration.Amount() < 0 || tooLong(m.Duration) {
			c.errorf("planning.task.duration", subject, "give a duration of at most a hundred years", "mode %q: duration %s", clip(m.Name), m.Duration)
		}
		c.assignments(m.Assignments, subject)
	}
	e := t.Estimate
	if e == (Estimate{}) {
		return
	}
	if e.Min < 0 || e.Min > e.Likely || e.Likely > e.Max || e.Max == 0 || e.Max > maxAmount || e.Shape > Lognormal || e.Shape == Lognormal && e.Likely == 0 {
		c.errorf("planning.task.estimate", subject, "give 0 <= min <= likely <= max, for a lognormal shape a likely of at least 1", "%d, %d, %d %s", e.Min, e.Likely, e.Max, e.Shape)
	}
	if !t.Effort.IsZero() {
		c.errorf("planning.task.estimate", subject, "estimate a duration", "an estimate of an effort")
	}
}

// windows refuses a task whose own dates contradict each other. Dates that
// links make impossible are not errors: they show as negative float.
func (c *compiler) windows() {
	m := c.m
	for i := range m.plan.Tasks {
		at, toFinish, ok := m.constraint[i].earliest()
		if !ok || m.deadline[i] == never {
			continue
		}
		end := at
		if !toFinish {
			end = finish(m.cal[i], startOn(m.cal[i], at, m.dur[i]), m.dur[i])
		}
		if m.cal[i].PrevMinute(end) > m.deadline[i] {
			t := &m.plan.Tasks[i]
			c.errorf("planning.task.window", taskPlace(t.Key, i), "move the deadline or the constraint",
				"%s %s takes %s, past the deadline %s", t.Constraint.Kind, dateText(t.Constraint.At), t.Duration, dateText(t.Deadline))
		}
	}
}
