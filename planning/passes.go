package planning

import (
	"slices"

	"github.com/go-marops/marops/civil/worktime"
)

// times holds the dates of every task, in UTC minutes. Its passes allocate
// nothing.
type times struct {
	es, ef, ls, lf []int64
	why            []int32 // what binds es: an index into Model.in, or one of the codes below
}

const (
	byStart int32 = -1 - iota
	byConstraint
	byActual
)

func newTimes(n int) *times {
	all := make([]int64, 4*n)
	return &times{all[:n:n], all[n : 2*n : 2*n], all[2*n : 3*n : 3*n], all[3*n:], make([]int32, n)}
}

// forward computes early dates over the given calendars (the tasks' own, or
// also those of the people assigned) and returns the project's finish.
func (m *Model) forward(t *times, cals []*worktime.Calendar) int64 {
	last := m.start
	for _, i := range m.order {
		m.early(t, cals, i)
		last = max(last, t.ef[i])
	}
	return last
}

func (m *Model) early(t *times, cals []*worktime.Calendar, i int32) {
	if m.fixed(i) {
		t.es[i], t.ef[i], t.why[i] = m.started[i], m.actualFinish(i, cals[i]), byActual
		return
	}
	t.es[i], t.why[i] = m.earlyStart(t, cals[i], i)
	t.ef[i] = finish(cals[i], t.es[i], m.dur[i])
}

// earlyStart returns the first start that the plan's start, the task's
// constraint and the dates of its predecessors allow, and which of them binds:
// the first of those that lead to the same moment.
func (m *Model) earlyStart(t *times, cal *worktime.Calendar, i int32) (start int64, why int32) {
	dur, raw := m.dur[i], m.start
	start, why = startOn(cal, raw, dur), byStart
	if at, toFinish, ok := m.constraint[i].earliest(); ok {
		if toFinish {
			at = startFor(cal, at, dur)
		}
		if at > raw {
			raw = at
			if s := startOn(cal, at, dur); s > start {
				start, why = s, byConstraint
			}
		}
	}
	for k := m.in.head[i]; k < m.in.head[i+1]; k++ {
		a := &m.in.all[k]
		at := t.ef[a.task]
		if a.typ.fromStart() {
			at = t.es[a.task]
		}
		at = after(m.cal[i], at, a.lag)
		if a.typ.toFinish() {
			at = startFor(cal, at, dur)
		}
		if at <= raw {
			continue
		}
		raw = at
		if s := startOn(cal, at, dur); s > start {
			start, why = s, k
		}
	}
	return start, why
}

func (m *Model) actualFinish(i int32, cal *worktime.Calendar) int64 {
	if m.finished[i] != always {
		return m.finished[i]
	}
	return finish(cal, startOn(cal, m.started[i], m.dur[i]), m.dur[i])
}

// backward computes late dates from the project's finish.
func (m *Model) backward(t *times, last int64) {
	for _, i := range slices.Backward(m.order) {
		if m.finished[i] != always {
			t.ls[i], t.lf[i] = t.es[i], t.ef[i]
			continue
		}
		cal, dur := m.cal[i], m.dur[i]
		end, start := min(last, m.deadline[i]), int64(never)
		if at, toFinish, ok := m.constraint[i].latest(); ok {
			if toFinish {
				end = min(end, at)
			} else {
				start = min(start, at)
			}
		}
		for _, a := range m.out.of(i) {
			to := t.ls[a.task]
			if a.typ.toFinish() {
				to = t.lf[a.task]
			}
			switch {
			case !a.typ.fromStart():
				end = min(end, before(m.cal[a.task], to, a.lag))
			case m.plan.LateDates == Classic || a.lag.Amount() <= 0:
				start = min(start, before(m.cal[a.task], to, a.lag))
			}
		}
		end = finishBy(cal, end, dur)
		late := latestStart(cal, end, dur)
		if start < late {
			late = lastStart(cal, start, dur)
			end = finish(cal, late, dur)
		}
		t.ls[i], t.lf[i] = late, end
	}
}

// lastStart returns the last start that is not after at in the task's working
// time.
func lastStart(cal *worktime.Calendar, at int64, l worktime.Length) int64 {
	switch next := cal.NextMinute(at); {
	case l.Kind() == worktime.KindElapsed || next == at:
		return at
	case l.IsZero():
		return cal.PrevMinute(at)
	default:
		return next
	}
}

// slack returns the working minutes by which a task may move as a whole, and
// those by which it may move without moving an early date of another.
func (m *Model) slack(t *times, i int32, last int64) (total, free worktime.Minutes) {
	cal := m.cal[i]
	if m.finished[i] != always {
		return 0, 0
	}
	total = min(cal.BetweenMinutes(t.ef[i], t.lf[i]), cal.BetweenMinutes(t.es[i], t.ls[i]))
	out := m.out.of(i)
	if len(out) == 0 {
		return total, max(0, cal.BetweenMinutes(t.ef[i], last))
	}
	free = worktime.Minutes(never)
	for _, a := range out {
		to, from := t.es[a.task], t.ef[i]
		if a.typ.toFinish() {
			to = t.ef[a.task]
		}
		if a.typ.fromStart() {
			from = t.es[i]
		}
		free = min(free, cal.BetweenMinutes(from, before(m.cal[a.task], to, a.lag)))
	}
	return total, max(0, free)
}
