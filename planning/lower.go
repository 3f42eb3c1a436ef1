package planning

import (
	"slices"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning/internal/rcpsp"
)

// lowered is a plan whose tasks all work at the same times, as a project of whole
// periods: some minutes of that working time each. It has the same schedules, so
// that the search can run on integers; what it finds is built on the calendar and
// verified like any other.
type lowered struct {
	model   *rcpsp.Model
	project rcpsp.Project // activities by task; behind them the plan's start, if tasks have dates
	cal     *worktime.Calendar
	period  int64 // working minutes
	start   int64
}

const maxPeriods32 = 1 << 24

// lower returns the plan as a project, if it is one. Fine periods are of a minute,
// others as long as all durations, lags and dates allow.
func (m *Model) lower(goals []Goal, fine bool) (*lowered, bool) {
	if !m.onOneCalendar(goals) {
		return nil, false
	}
	l := &lowered{cal: m.home, start: m.home.NextMinute(m.start)}
	n := len(m.order)
	// Every length that counts must be a multiple of a period.
	measure := func(x int64) { l.period = gcd(l.period, abs(x)) }
	for _, d := range m.dur {
		measure(m.minutes(d))
	}
	for _, a := range m.out.all {
		measure(m.minutes(a.lag))
	}
	release, due := make([]int64, n), make([]int64, n)
	for i := range n {
		due[i] = -1
		if at, _, ok := m.constraint[i].earliest(); ok {
			release[i] = max(0, int64(l.cal.BetweenMinutes(l.start, l.cal.NextMinute(at))))
			measure(release[i])
		}
		if m.deadline[i] != never {
			due[i] = max(0, int64(l.cal.BetweenMinutes(l.start, m.deadline[i])))
			measure(due[i])
		}
	}
	if l.period == 0 || fine {
		l.period = 1
	}
	per := func(x int64) int32 { return int32(x / l.period) }
	total := int64(0)
	for i := range n {
		longest := m.minutes(m.dur[i])
		for _, v := range m.more.of(int32(i)) {
			longest = max(longest, m.minutes(m.dur[v]))
		}
		total += (longest + release[i]) / l.period
	}
	for _, a := range m.out.all {
		total += abs(m.minutes(a.lag)) / l.period
	}
	if total > maxPeriods32 {
		return nil, false
	}
	l.fill(m, per, release, due)
	model, err := rcpsp.Compile(l.project)
	if err != nil {
		return nil, false // the plan compiled, so it is only too large
	}
	l.model = model
	return l, true
}

// onOneCalendar reports whether all that is to be scheduled works at the same
// times, with capacities that do not change, and has goals that periods can say.
func (m *Model) onOneCalendar(goals []Goal) bool {
	if m.until != never || len(m.needs.all) > 0 || !slices.Equal(goals, []Goal{MinLateness, MinFinish}) && !slices.Equal(goals, []Goal{MinFinish}) {
		return false
	}
	for i := range m.order {
		if m.fixed(int32(i)) || m.cal[i] != m.home {
			return false
		}
		if k := m.constraint[i].kind; k != ASAP && k != SNET {
			return false
		}
	}
	for v, cal := range m.eff {
		if cal != m.home || !m.fits(m.dur[v]) {
			return false
		}
	}
	for _, a := range m.out.all {
		if m.clocks[a.clock] != m.home || !m.fits(a.lag) {
			return false
		}
	}
	return !slices.ContainsFunc(m.steps, func(s []step) bool { return s != nil })
}

// regularDay returns the working minutes of every working day of the plan's
// calendar if all have the same shifts, far from where clocks change, so that a
// day more is always as many minutes more; otherwise 0.
func (m *Model) regularDay() int64 {
	spec := m.plan.Calendars[m.plan.Calendar]
	var usual []worktime.Shift
	same := func(s []worktime.Shift) bool {
		if len(s) == 0 {
			return true
		}
		if usual == nil {
			usual = s
		}
		return slices.Equal(usual, s)
	}
	for _, s := range spec.Week {
		if !same(s) {
			return 0
		}
	}
	for _, e := range spec.Exceptions {
		if !same(e.Shifts) {
			return 0
		}
	}
	if len(spec.Versions) > 0 || len(usual) == 0 {
		return 0
	}
	total := int64(0)
	for _, s := range usual {
		if s.From < 4*60 || s.To > 24*60 { // clocks change at night
			return 0
		}
		total += int64(s.To - s.From)
	}
	return total
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// fill writes the project.
func (l *lowered) fill(m *Model, per func(int64) int32, release, due []int64) {
	n := len(m.order)
	column := make([]int32, len(m.capacity)) // of a resource in Capacity or Stock
	scale := make([]int64, len(m.capacity))  // its units divided by what all of them share
	copy(scale, m.capacity)
	for _, list := range [][]booking{m.books.all, m.draws.all} {
		for _, b := range list {
			scale[b.resource] = gcd(scale[b.resource], b.units)
		}
	}
	for r, units := range m.capacity {
		to := &l.project.Capacity
		if m.plan.Resources[r].Kind == Stock {
			to = &l.project.Stock
		}
		column[r] = int32(len(*to))
		*to = append(*to, int32(units/max(1, scale[r])))
	}
	mode := func(v int32) rcpsp.Mode {
		out := rcpsp.Mode{Duration: per(m.minutes(m.dur[v])), Use: make([]int32, len(l.project.Capacity)), Draw: make([]int32, len(l.project.Stock))}
		for _, b := range m.books.of(v) {
			out.Use[column[b.resource]] = int32(b.units / scale[b.resource])
		}
		for _, b := range m.draws.of(v) {
			out.Draw[column[b.resource]] = int32(b.units / scale[b.resource])
		}
		return out
	}
	for i := range int32(n) {
		a := rcpsp.Activity{Modes: []rcpsp.Mode{mode(i)}, Due: -1, Weight: int32(min(max(1, m.plan.Tasks[i].Weight), 1<<20))}
		for _, v := range m.more.of(i) {
			a.Modes = append(a.Modes, mode(v))
		}
		if due[i] >= 0 {
			a.Due = per(due[i])
		}
		l.project.Activities = append(l.project.Activities, a)
		if release[i] > 0 {
			l.project.Edges = append(l.project.Edges, rcpsp.Edge{From: int32(n), To: i, Lag: per(release[i])})
		}
	}
	if len(l.project.Edges) > 0 {
		l.project.Activities = append(l.project.Activities, rcpsp.Single(0))
	}
	for i := range int32(n) {
		for _, a := range m.out.of(i) {
			l.project.Edges = append(l.project.Edges, rcpsp.Edge{From: i, To: a.task, FromFinish: !a.typ.fromStart(), ToFinish: a.typ.toFinish(), Lag: per(m.minutes(a.lag))})
		}
	}
}

// at returns the instant at which a period begins, and the one at which it ends
// if it is a finish.
func (l *lowered) at(period int32, finish bool) int64 {
	at := l.cal.AddMinutes(l.start, worktime.Minutes(int64(period)*l.period))
	if finish {
		return l.cal.PrevMinute(at)
	}
	return l.cal.NextMinute(at)
}
