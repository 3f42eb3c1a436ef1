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
	byFinish // the project's finish or a date of the task's own: it is done as late as possible
)

func newTimes(n int) *times {
	all := make([]int64, 4*n)
	return &times{all[:n:n], all[n : 2*n : 2*n], all[2*n : 3*n : 3*n], all[3*n:], make([]int32, n)}
}

// forward computes early dates over the given calendars (the tasks' own, or
// also those of the people assigned) and returns the project's finish.
func (m *Model) forward(t *times, cals []*worktime.Calendar) int64 {
	if m.axis && len(cals) > 0 && &cals[0] == &m.cal[0] {
		return m.forwardOnAxis(t)
	}
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
	t.es[i], t.why[i] = m.earlyStart(t, cals[i], i, m.dur[i])
	t.ef[i] = finish(cals[i], t.es[i], m.dur[i])
}

// earlyStart returns the first start that the plan's start, the task's
// constraint and the dates of its predecessors allow, and which of them binds:
// the first of those that lead to the same moment.
func (m *Model) earlyStart(t *times, cal *worktime.Calendar, i int32, dur worktime.Length) (start int64, why int32) {
	raw := m.start
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
		at = after(m.clocks[a.clock], at, a.lag)
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
	from, left := m.rest(i)
	return finish(cal, startOn(cal, from, left), left)
}

// rest returns what remains of a started task, and from when on it is done.
func (m *Model) rest(i int32) (from int64, left worktime.Length) {
	if left = m.plan.Tasks[i].Remaining; left.IsZero() {
		return m.started[i], m.dur[i]
	}
	return max(m.started[i], instant(m.plan.Status)), left
}

// backward computes late dates from the project's finish.
func (m *Model) backward(t *times, last int64) {
	if m.axis {
		m.backwardOnAxis(t, last)
		return
	}
	for _, i := range slices.Backward(m.order) {
		if m.finished[i] != always {
			t.ls[i], t.lf[i] = t.es[i], t.ef[i]
			continue
		}
		t.ls[i], t.lf[i], _ = m.latest(i, m.cal[i], m.dur[i], last, t.ls, t.lf, m.plan.LateDates)
	}
}

// exact is the rule for dates on which tasks are really done: a start must not even
// be after a bound by hours in which nobody works, since others may count by the
// clock from it.
const exact LateDates = 255

// latest returns the last dates of a task that its own dates, the project's finish
// and the dates of its successors allow, and which arc of Model.out binds,
// byFinish if none.
func (m *Model) latest(i int32, cal *worktime.Calendar, dur worktime.Length, last int64, starts, ends []int64, rule LateDates) (late, end int64, why int32) {
	end, late, why = min(last, m.deadline[i]), int64(never), byFinish
	if at, toFinish, ok := m.constraint[i].latest(); ok {
		if toFinish {
			end = min(end, at)
		} else {
			late = at
		}
	}
	for k := m.out.head[i]; k < m.out.head[i+1]; k++ {
		a := &m.out.all[k]
		to := starts[a.task]
		if a.typ.toFinish() {
			to = ends[a.task]
		}
		switch {
		case !a.typ.fromStart():
			if at := before(m.clocks[a.clock], to, a.lag); at < end || at == end && why < 0 {
				end, why = at, k
			}
		case rule != Project2016 || a.lag.Amount() <= 0:
			if at := before(m.clocks[a.clock], to, a.lag); at < late || at == late && why < 0 {
				late, why = at, k
			}
		}
	}
	bound := late
	end = finishBy(cal, end, dur)
	late = latestStart(cal, end, dur)
	if bound < late {
		if late = lastStart(cal, bound, dur); rule == exact && late > bound {
			late = cal.PrevMinute(bound) - 1 // the last minute of work before
		}
		end = finish(cal, late, dur)
	}
	return late, end, why
}

// settle returns the dates on which tasks are done: the early ones, but for tasks
// that are done as late as possible, all of them if the plan is scheduled from
// its finish. Those take what time is left before the next task that they hold.
func (m *Model) settle(t *times, last int64) (start, end []int64, why []int32) {
	any := m.until != never
	for i := range m.constraint {
		any = any || m.constraint[i].kind == ALAP
	}
	if !any {
		return t.es, t.ef, nil
	}
	start, end, why = slices.Clone(t.es), slices.Clone(t.ef), make([]int32, len(t.es))
	for _, i := range slices.Backward(m.order) {
		why[i] = byStart
		if m.fixed(i) || m.until == never && m.constraint[i].kind != ALAP {
			continue
		}
		if s, e, by := m.latest(i, m.cal[i], m.dur[i], last, start, end, exact); s > start[i] {
			start[i], end[i], why[i] = s, e, by
		}
	}
	return start, end, why
}

// fromFinish sets the start of a plan that is scheduled from its finish: the last
// moment from which everything can still be done.
func (m *Model) fromFinish() {
	if m.until == never || m.start != always {
		return
	}
	t := newTimes(len(m.order))
	for i := range m.order {
		if m.fixed(int32(i)) {
			m.early(t, m.cal, int32(i))
		}
	}
	m.backward(t, m.until)
	first := m.until
	for i := range t.ls {
		if m.fixed(int32(i)) {
			first = min(first, t.es[i])
		} else {
			first = min(first, t.ls[i])
		}
	}
	m.start = first
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
		free = min(free, cal.BetweenMinutes(from, before(m.clocks[a.clock], to, a.lag)))
	}
	return total, max(0, free)
}
