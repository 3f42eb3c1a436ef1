package planning

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning/internal/rcpsp"
)

// Search says how hard to look for a good schedule, and for what. It is counted,
// never timed: the same Search of the same Model gives the same Schedule on any
// machine and with any number of workers.
type Search struct {
	Schedules int       // how many to build, the best is returned; 0 is 1. Model.Schedules tells how many take how long
	Seed      uint64    // of everything random from the second schedule on
	Workers   int       // goroutines; 0 is 1
	Goals     []Goal    // what to make small, the most important first; nil: MinLateness, then MinFinish; with Keep, MinChange is always the last
	Keep      *Schedule // if set, the first schedule follows its order: what need not move stays
	Stop      int       // if set, end after so many, as a context may: with Schedule.Schedules of a stopped search, it is repeated exactly
}

// Schedule is a plan in which nobody is booked beyond their units. It is
// immutable and safe for concurrent use.
type Schedule struct {
	m       *Model
	c       *candidate
	books   rows[booking]
	early   []int64 // starts without resources
	bound   int64
	ran     int
	stopped bool
	proven  bool
}

// wait is the last resource that a task had to wait for.
type wait struct{ resource, holder int32 } // -1: none

// Placement is where a task lies in a schedule.
type Placement struct {
	Task TaskKey
	Span
	Delay worktime.Minutes // working minutes after its early start in the critical path method without resources; negative if a calendar of the people assigned allows more
}

// Tasks yields the tasks in the order of the plan.
func (s *Schedule) Tasks() iter.Seq[Placement] {
	return func(yield func(Placement) bool) {
		for i := range s.m.plan.Tasks {
			if !yield(s.place(int32(i))) {
				return
			}
		}
	}
}

// Of returns the placement of a task, and whether there is such a task.
func (s *Schedule) Of(key TaskKey) (Placement, bool) {
	i, ok := s.m.task(key)
	if !ok {
		return Placement{}, false
	}
	return s.place(i), true
}

func (s *Schedule) place(i int32) Placement {
	return Placement{s.m.key(i), s.Dates().span(i), s.m.cal[i].BetweenMinutes(s.early[i], s.c.t.es[i])}
}

// Dates returns the start and finish of every task.
func (s *Schedule) Dates() Dates {
	return Dates{m: s.m, start: s.c.t.es, end: s.c.t.ef, working: s.c.cal, books: &s.books, reason: s.reason, held: s.holder}
}

// Finish returns when the last task ends, in the zone of the plan's calendar.
func (s *Schedule) Finish() time.Time { return timeAt(s.c.worth.last, s.m.home) }

// LowerBound returns a moment before which no schedule of the plan ends: the
// later of the longest path in everyone's working time and of the work of the
// busiest resource.
func (s *Schedule) LowerBound() time.Time { return timeAt(s.bound, s.m.home) }

// Makespan returns the minutes from the plan's start to Finish in the working
// time of the plan's calendar.
func (s *Schedule) Makespan() worktime.Minutes {
	return s.m.home.BetweenMinutes(s.m.start, s.c.worth.last)
}

// Gap returns the minutes from LowerBound to Finish in the working time of the
// plan's calendar: by so much a better schedule might be shorter. With 0 there
// is none.
func (s *Schedule) Gap() worktime.Minutes { return s.m.home.BetweenMinutes(s.bound, s.c.worth.last) }

// Late returns the working minutes by which tasks miss deadlines and latest
// dates, added up.
func (s *Schedule) Late() worktime.Minutes {
	late := worktime.Minutes(0)
	for i := range int32(len(s.c.cal)) {
		late += worktime.Minutes(s.m.lateness(s.c.t, s.c.cal[i], i) / int64(max(1, s.m.plan.Tasks[i].Weight)))
	}
	return late
}

// Schedules returns how many schedules were built.
func (s *Schedule) Schedules() int { return s.ran }

// Stopped reports whether the context, or Search.Stop, ended the search early. The
// same Search with Stop set to Schedules() gives the same schedule.
func (s *Schedule) Stopped() bool { return s.stopped }

// Proven reports whether no schedule is better, by the lower bound: nothing is
// late that need not be, and none ends earlier.
func (s *Schedule) Proven() bool { return s.proven }

// Who returns who does a task, those whom it needs by skill included, with their
// units; nil if there is no such task.
func (s *Schedule) Who(key TaskKey) []Assignment {
	i, ok := s.m.task(key)
	if !ok {
		return nil
	}
	var out []Assignment
	for _, b := range s.books.of(i) {
		out = append(out, Assignment{s.m.resource(b.resource), int(b.units)})
	}
	return out
}

// Mode returns which way a task is done: 0 as Duration, Assignments and Needs say,
// k as Task.Modes[k-1] does. It is 0 if there is no such task.
func (s *Schedule) Mode(key TaskKey) int {
	i, ok := s.m.task(key)
	if !ok {
		return 0
	}
	return 1 + slices.Index(s.m.more.of(i), s.c.variant[i])
}

// Plan returns a copy of the plan in which each task has the mode that the schedule
// chose, and no other: to be compiled for a Simulation, or to be kept. A task that
// is done another way than its first has its Estimate moved as Plan.With does.
func (s *Schedule) Plan() Plan {
	p := s.m.Plan()
	for i := range p.Tasks {
		t := &p.Tasks[i]
		if k := s.Mode(t.Key); k > 0 {
			mode := t.Modes[k-1]
			t.reestimate(mode.Duration)
			t.Duration, t.Effort, t.Assignments, t.Needs = mode.Duration, worktime.Length{}, mode.Assignments, mode.Needs
		}
		t.Modes = nil
	}
	return p
}

// Conflicts returns a warning for every date that the schedule misses:
// planning.date.missed, with the lateness in working minutes.
func (s *Schedule) Conflicts() finding.List { return s.m.conflicts(s.c.t, s.c.cal) }

// Why returns what binds the start of a task, and whether there is such a task:
// the resource it waited for last (with the task that held it), else the
// calendar of the people assigned, else what binds its early start.
func (s *Schedule) Why(key TaskKey) (Reason, bool) {
	i, ok := s.m.task(key)
	if !ok {
		return Reason{}, false
	}
	return s.reason(i), true
}

func (s *Schedule) reason(i int32) Reason {
	m, t, cal := s.m, s.c.t, s.c.cal[i]
	if s.c.seenBack(m, i) {
		return s.reasonBack(i)
	}
	if w := s.c.wait[i]; w.resource >= 0 {
		r := Reason{Cause: CauseResource, Task: m.key(i), Resource: m.resource(w.resource), At: timeAt(t.es[i], cal)}
		if w.holder >= 0 {
			r.By, r.At = m.key(w.holder), timeAt(t.ef[w.holder], cal)
		}
		return r
	}
	if cal != m.cal[i] && !m.fixed(i) {
		plain, _ := m.earlyStart(t, m.cal[i], i, m.dur[s.c.variant[i]])
		if plain < t.es[i] && m.cal[i].BetweenMinutes(plain, t.es[i]) > 0 {
			r := Reason{Cause: CauseCalendar, Task: m.key(i), At: timeAt(plain, m.cal[i])}
			for _, b := range s.books.of(i) {
				if m.resCal[b.resource].NextMinute(plain) > m.cal[i].NextMinute(plain) {
					r.Resource = m.resource(b.resource)
					break
				}
			}
			return r
		}
	}
	return m.reason(t, i)
}

// seenBack reports whether a task's place follows from what is behind it.
func (c *candidate) seenBack(m *Model, i int32) bool { return (c.backward || c.late[i]) && !m.fixed(i) }

// reasonBack is reason for what is scheduled from the finish.
func (s *Schedule) reasonBack(i int32) Reason {
	m, t := s.m, s.c.t
	if w := s.c.wait[i]; w.resource >= 0 {
		r := Reason{Cause: CauseResource, Task: m.key(i), Resource: m.resource(w.resource), At: timeAt(t.ef[i], s.c.cal[i])}
		if w.holder >= 0 {
			r.By, r.At = m.key(w.holder), timeAt(t.es[w.holder], s.c.cal[i])
		}
		return r
	}
	r := Reason{Cause: CauseLate, Task: m.key(i), At: timeAt(t.ef[i], s.c.cal[i])}
	if why := t.why[i]; why >= 0 {
		a := &m.out.all[why]
		r.By, r.Link, r.Lag = m.key(a.task), a.typ, a.lag
	}
	return r
}

func (s *Schedule) holder(i int32) (int32, bool) {
	if w := s.c.wait[i]; w.resource >= 0 {
		return w.holder, w.holder >= 0
	}
	if s.c.seenBack(s.m, i) {
		if why := s.c.t.why[i]; why >= 0 {
			return s.m.out.all[why].task, true
		}
		return 0, false
	}
	return s.m.linkHolder(s.c.t, i)
}

// Chain returns what decides when the schedule ends: the tasks from the first to the
// last that ends, each held by the one before, by a link or by somebody who does
// both, with its reason (the critical chain: E. M. Goldratt, 1997).
func (s *Schedule) Chain() []Reason {
	var out []Reason
	at := int32(-1)
	for i, f := range s.c.t.ef {
		if at < 0 || f > s.c.t.ef[at] {
			at = int32(i)
		}
	}
	seen := make([]bool, len(s.c.t.ef))
	for ok := at >= 0; ok && !seen[at]; {
		seen[at] = true
		out = append(out, s.reason(at))
		at, ok = s.holder(at)
	}
	slices.Reverse(out)
	return out
}

// ErrInfeasible is the kind of error of a search that found no schedule: of none
// of the modes that it tried do all stocks suffice, nobody is there together with
// the others whom a task needs, or there is no room before the end of the year 9999.
var ErrInfeasible = errors.New("no feasible schedule found")

// Schedule places every task in the working time of the task and of everyone who
// does it, without interruption, within the units of each resource. The first
// schedule is built by serial schedule generation (J. E. Kelley, The critical-path
// method: resources planning and scheduling, 1963) in the order of latest finish,
// then priority, then the plan. Further ones come from a genetic search with
// justification; see breeding and package rcpsp, on which a plan runs whose tasks
// all work at the same times. What has started stays where it is, even beyond
// capacity.
//
// Who fills a Need is chosen as a schedule is built: whoever lets the task finish
// first, of equals who can do the fewest other things.
//
// A plan with a Finish is scheduled from there, every task as late as it can be
// done. If that cannot be, because of its Start, of dates or of what has started,
// it is scheduled from its start and finishes late.
//
// If the context ends, the best schedule so far is returned, or the context's
// error if there is none. Other errors match ErrInfeasible.
func (m *Model) Schedule(ctx context.Context, search Search) (*Schedule, error) {
	early := newTimes(len(m.order))
	m.backward(early, m.forward(early, m.cal))
	first := keys(early.lf)
	kept := make([]int64, len(early.lf))
	for i := range kept {
		kept[i] = always
	}
	if search.Keep != nil {
		first, kept = m.keepOrder(search.Keep, early)
	}
	bound, least := m.lowerBound()
	s := &Schedule{m: m, early: early.es, bound: bound}
	goals := search.goals()
	if l, ok := m.lower(goals, false); ok && search.Schedules > 1 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := m.searchPeriods(ctx, search, l, first, s); err != nil {
			return nil, err
		}
	} else {
		g, stopped, err := m.breed(ctx, search, first, kept)
		if err != nil {
			return nil, err
		}
		s.c, s.ran, s.stopped = g.best, g.passes, stopped
	}
	if s.c.worth.lacking > 0 {
		return nil, fmt.Errorf("schedule: %d schedules tried: %w", s.ran, ErrInfeasible)
	}
	m.asLate(s, goals, kept)
	s.proven = s.proven || s.c.worth.last <= s.bound && (goals[0] == MinFinish || slices.Equal(goals, []Goal{MinLateness, MinFinish}) && s.c.worth.goals[0] == least)
	s.books = s.c.bookings(m)
	return s, nil
}

// searchPeriods searches on periods and builds the best order on the calendar.
func (m *Model) searchPeriods(ctx context.Context, search Search, l *lowered, first keys, s *Schedule) error {
	how := rcpsp.Search{Schedules: search.Schedules, Seed: search.Seed, Workers: search.Workers, Stop: search.Stop}
	if search.Keep != nil {
		how.Keep = make([]int32, len(l.project.Activities))
		for i := range how.Keep {
			if how.Keep[i] = -1; i < len(first) {
				how.Keep[i] = int32(min(max(0, int64(l.cal.BetweenMinutes(l.start, first[i]))/l.period), maxPeriods32))
			}
		}
	}
	r := l.model.Search(ctx, how)
	if r.Err != nil {
		return fmt.Errorf("schedule: %w: %w", r.Err, ErrInfeasible)
	}
	b := m.newBuilder(search.goals(), nil)
	by := make(keys, len(m.order))
	for i := range by {
		by[i] = int64(r.Start[i])
		if k := int(r.Mode[i]); k > 0 {
			b.now.variant[i] = m.more.of(int32(i))[k-1]
		}
	}
	b.forward(by)
	s.c, s.ran, s.stopped = b.now, r.Schedules, r.Stopped
	s.bound = max(s.bound, l.at(r.LowerBound, true))
	s.proven = r.Proven
	return nil
}

// asLate moves what is done as late as possible: all if the plan is scheduled from
// its finish, else the tasks that say so, without moving others.
func (m *Model) asLate(s *Schedule, goals []Goal, kept []int64) {
	some := m.until != never
	for i := range m.constraint {
		some = some || m.constraint[i].kind == ALAP && !m.fixed(int32(i))
	}
	if !some {
		return
	}
	b := m.newBuilder(goals, kept)
	if m.until == never {
		b.now = s.c
		b.delay(s.c.worth.last)
		return
	}
	copy(b.now.variant, s.c.variant)
	copy(b.now.who, s.c.who)
	copy(b.now.cal, s.c.cal)
	copy(b.now.t.ef, s.c.t.ef)
	b.back(m.until)
	if m.possible(b.now) {
		s.c = b.now
	}
}

// possible reports whether a schedule from the finish begins nothing before its
// date, the plan's start or what has started.
func (m *Model) possible(c *candidate) bool {
	bounds := *m
	if m.plan.Start.IsZero() {
		bounds.start = slices.Min(append(slices.Clone(c.t.es), m.start))
	}
	for i := range int32(len(m.order)) {
		if m.fixed(i) {
			continue
		}
		if start, _ := bounds.earlyStart(c.t, c.cal[i], i, m.dur[c.variant[i]]); start > c.t.es[i] {
			return false
		}
	}
	return true
}

// bookings returns who does each task.
func (c *candidate) bookings(m *Model) rows[booking] {
	b := builder{m: m, now: c}
	type owned struct {
		task int32
		booking
	}
	var all []owned
	for i := range int32(len(m.order)) {
		for k := range b.doers(i) {
			all = append(all, owned{i, k})
		}
	}
	return collect(len(m.order), len(all), func(i int) int32 { return all[i].task }, func(i int) booking { return all[i].booking })
}

// Schedules returns how many schedules take about so long on one core: a formula
// of the number of tasks, not a measurement.
func (m *Model) Schedules(about time.Duration) int {
	ms := int(min(max(0, about.Milliseconds()), 1<<30))
	if l, ok := m.lower([]Goal{MinLateness, MinFinish}, false); ok {
		return l.model.SchedulesFor(ms)
	}
	return max(1, ms*400/(len(m.order)+4)) // two microseconds and a half a task and schedule on calendars
}
