package planning

import (
	"fmt"
	"iter"
	"time"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
)

// CriticalPath holds the early and late dates of every task, without regard to
// resources. It is immutable and safe for concurrent use.
type CriticalPath struct {
	m          *Model
	t          *times
	last       int64   // when the last task ends
	until      int64   // what floats are measured to: last, or the finish that the plan is scheduled from
	start, end []int64 // when tasks are done
	late       []int32 // what holds tasks back: arcs of Model.out, byFinish, or byStart for what is done early; nil if all are
}

// Float is what the critical path method says about a task. Times are in the
// zone of the task's calendar, floats in its working minutes.
type Float struct {
	Task                    TaskKey
	Start, Finish           time.Time // when it is done: the early dates, but for what is done as late as possible
	EarlyStart, EarlyFinish time.Time
	LateStart, LateFinish   time.Time
	Total                   worktime.Minutes // by which it may slip without moving the project's finish or missing a date; negative: a date is missed
	Free                    worktime.Minutes // by which it may slip without moving another task
	Critical                bool             // Total is not positive and the task is not finished
}

// CriticalPath computes early dates forward and late dates backward over all
// links (J. E. Kelley and M. R. Walker, Critical-path planning and scheduling,
// 1959; links other than finish-to-start after J. W. Fondahl, 1961). Lags run
// in the successor's calendar; instants without working time between them are
// one moment. Started tasks do not move. It takes time linear in tasks and
// links.
func (m *Model) CriticalPath() *CriticalPath {
	t := newTimes(len(m.order))
	c := &CriticalPath{m: m, t: t, last: m.forward(t, m.cal)}
	c.until = c.last
	if m.until != never {
		c.until = m.until
	}
	m.backward(t, c.until)
	c.start, c.end, c.late = m.settle(t, c.until)
	return c
}

// Finish returns when the last task ends, in the zone of the plan's calendar;
// the start of a plan without tasks.
func (c *CriticalPath) Finish() time.Time { return timeAt(c.last, c.m.home) }

// Start returns when the plan starts: its own start or, if it is scheduled from its
// finish, the last moment from which everything can be done.
func (c *CriticalPath) Start() time.Time { return timeAt(c.m.start, c.m.home) }

// Tasks yields the tasks in the order of the plan.
func (c *CriticalPath) Tasks() iter.Seq[Float] {
	return func(yield func(Float) bool) {
		for i := range c.m.plan.Tasks {
			if !yield(c.float(int32(i))) {
				return
			}
		}
	}
}

// Critical yields the critical tasks in topological order.
func (c *CriticalPath) Critical() iter.Seq[Float] {
	return func(yield func(Float) bool) {
		for _, i := range c.m.order {
			if f := c.float(i); f.Critical && !yield(f) {
				return
			}
		}
	}
}

// Of returns the dates of a task, and whether there is such a task.
func (c *CriticalPath) Of(key TaskKey) (Float, bool) {
	i, ok := c.m.task(key)
	if !ok {
		return Float{}, false
	}
	return c.float(i), true
}

func (c *CriticalPath) float(i int32) Float {
	m, t, cal := c.m, c.t, c.m.cal[i]
	f := Float{
		Task:  m.key(i),
		Start: timeAt(c.start[i], cal), Finish: timeAt(c.end[i], cal),
		EarlyStart: timeAt(t.es[i], cal), EarlyFinish: timeAt(t.ef[i], cal),
		LateStart: timeAt(t.ls[i], cal), LateFinish: timeAt(t.lf[i], cal),
	}
	f.Total, f.Free = m.slack(t, i, c.until)
	f.Critical = f.Total <= 0 && m.finished[i] == always
	return f
}

// Why returns what binds the start of a task, and whether there is such a task: of
// its early start the constraint, then the first link in the order of the plan; of
// a task that is done as late as possible the link that holds it back.
func (c *CriticalPath) Why(key TaskKey) (Reason, bool) {
	i, ok := c.m.task(key)
	if !ok {
		return Reason{}, false
	}
	return c.reason(i), true
}

// reason is Why by position.
func (c *CriticalPath) reason(i int32) Reason {
	switch {
	case c.late == nil || c.late[i] == byStart:
		return c.m.reason(c.t, i)
	case c.late[i] == byFinish:
		return Reason{Cause: CauseLate, Task: c.m.key(i), At: timeAt(c.end[i], c.m.cal[i])}
	}
	a := &c.m.out.all[c.late[i]]
	at := c.start[a.task]
	if a.typ.toFinish() {
		at = c.end[a.task]
	}
	return Reason{Cause: CauseLate, Task: c.m.key(i), By: c.m.key(a.task), Link: a.typ, Lag: a.lag, At: timeAt(at, c.m.cal[i])}
}

// holder returns the task that binds another.
func (c *CriticalPath) holder(i int32) (int32, bool) {
	switch {
	case c.late == nil || c.late[i] == byStart:
		return c.m.linkHolder(c.t, i)
	case c.late[i] == byFinish:
		return 0, false
	}
	return c.m.out.all[c.late[i]].task, true
}

func (m *Model) reason(t *times, i int32) Reason {
	r := Reason{Task: m.key(i)}
	cal := m.cal[i]
	switch why := t.why[i]; why {
	case byStart:
		r.At = timeAt(m.start, cal)
	case byConstraint:
		r.Cause, r.Constraint, r.At = CauseConstraint, m.constraint[i].kind, timeAt(m.constraint[i].at, cal)
	case byActual:
		r.Cause, r.At = CauseActual, timeAt(m.started[i], cal)
	default:
		a := &m.in.all[why]
		r.Cause, r.By, r.Link, r.Lag = CauseLink, m.key(a.task), a.typ, a.lag
		if a.typ.fromStart() {
			r.At = timeAt(t.es[a.task], cal)
		} else {
			r.At = timeAt(t.ef[a.task], cal)
		}
	}
	return r
}

// Conflicts returns a warning for every date that the early dates miss:
// planning.date.missed, with the lateness in working minutes. If the plan would end
// behind the year 9999, or begin before the year 1, dates are not to be relied on,
// and an error says so first: planning.date.range.
func (c *CriticalPath) Conflicts() finding.List {
	var found finding.List
	if c.last >= lastDay || c.m.start <= firstDay {
		found.Errorf("planning.date.range", "plan", "shorten it", "it lies between %s and %s", dateText(c.Start()), dateText(c.Finish()))
	}
	return append(found, c.m.conflicts(c.t, c.m.cal)...)
}

func (m *Model) conflicts(t *times, cals []*worktime.Calendar) finding.List {
	var found finding.List
	for k := range m.plan.Tasks {
		i := int32(k)
		m.targets(i, func(what string, at int64, toFinish bool) {
			got, verb := t.es[i], "starts"
			if toFinish {
				got, verb = t.ef[i], "finishes"
			}
			if late := cals[i].BetweenMinutes(at, got); late > 0 {
				found.Warnf("planning.date.missed", taskPlace(m.key(i), k).String(), "start earlier, shorten the work before it or move the date",
					"%s %s, %s %s: %s late", what, dateText(timeAt(at, cals[i])), verb, dateText(timeAt(got, cals[i])), worktime.Work(late))
			}
		})
	}
	return found
}

// targets calls fn with every date that a task should meet.
func (m *Model) targets(i int32, fn func(what string, at int64, toFinish bool)) {
	if m.fixed(i) && m.finished[i] != always {
		return
	}
	if at, toFinish, ok := m.constraint[i].latest(); ok {
		fn(fmt.Sprint(m.constraint[i].kind), at, toFinish)
	}
	if m.deadline[i] != never {
		fn("deadline", m.deadline[i], true)
	}
}
