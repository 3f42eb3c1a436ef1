package planning

import (
	"context"
	"iter"
	"time"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
)

// Search says how hard to look for a good schedule. It is counted, never timed:
// the same Search of the same Model gives the same Schedule on any machine and
// with any number of workers.
type Search struct {
	Schedules int       // how many to build, the best is returned; 0 is 1
	Seed      uint64    // of the random orders from the second schedule on
	Workers   int       // goroutines; 0 is 1
	Keep      *Schedule // if set, the first schedule follows its order: what need not move stays
}

// Schedule is a plan in which nobody is booked beyond their units. It is
// immutable and safe for concurrent use.
type Schedule struct {
	m       *Model
	t       *times // only es, ef and why
	wait    []wait
	early   []int64 // starts without resources
	last    int64
	late    worktime.Minutes
	bound   int64
	ran     int
	stopped bool
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
	return Placement{s.m.key(i), s.Dates().span(i), s.m.cal[i].BetweenMinutes(s.early[i], s.t.es[i])}
}

// Dates returns the start and finish of every task.
func (s *Schedule) Dates() Dates {
	return Dates{m: s.m, start: s.t.es, end: s.t.ef, working: s.m.eff, books: &s.m.books, reason: s.reason, held: s.holder}
}

// Finish returns when the last task ends, in the zone of the plan's calendar.
func (s *Schedule) Finish() time.Time { return timeAt(s.last, s.m.home) }

// LowerBound returns a moment before which no schedule of the plan ends: the
// later of the longest path in everyone's working time and of the work of the
// busiest resource.
func (s *Schedule) LowerBound() time.Time { return timeAt(s.bound, s.m.home) }

// Makespan returns the minutes from the plan's start to Finish in the working
// time of the plan's calendar.
func (s *Schedule) Makespan() worktime.Minutes { return s.m.home.BetweenMinutes(s.m.start, s.last) }

// Gap returns the minutes from LowerBound to Finish in the working time of the
// plan's calendar: by so much a better schedule might be shorter. With 0 there
// is none.
func (s *Schedule) Gap() worktime.Minutes { return s.m.home.BetweenMinutes(s.bound, s.last) }

// Late returns the working minutes by which tasks miss deadlines and latest
// dates, added up. The search minimises it first, then the finish.
func (s *Schedule) Late() worktime.Minutes { return s.late }

// Schedules returns how many schedules were built.
func (s *Schedule) Schedules() int { return s.ran }

// Stopped reports whether the context ended the search early. A Search for
// Schedules() gives the same schedule.
func (s *Schedule) Stopped() bool { return s.stopped }

// Conflicts returns a warning for every date that the schedule misses:
// planning.date.missed, with the lateness in working minutes.
func (s *Schedule) Conflicts() finding.List { return s.m.conflicts(s.t, s.m.eff) }

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
	m := s.m
	if w := s.wait[i]; w.resource >= 0 {
		r := Reason{Cause: CauseResource, Task: m.key(i), Resource: m.resource(w.resource), At: timeAt(s.t.es[i], m.eff[i])}
		if w.holder >= 0 {
			r.By, r.At = m.key(w.holder), timeAt(s.t.ef[w.holder], m.eff[i])
		}
		return r
	}
	if m.eff[i] != m.cal[i] && !m.fixed(i) {
		plain, _ := m.earlyStart(s.t, m.cal[i], i)
		if plain < s.t.es[i] && m.cal[i].BetweenMinutes(plain, s.t.es[i]) > 0 {
			r := Reason{Cause: CauseCalendar, Task: m.key(i), At: timeAt(plain, m.cal[i])}
			for _, b := range m.books.of(i) {
				if m.resCal[b.resource].NextMinute(plain) > m.cal[i].NextMinute(plain) {
					r.Resource = m.resource(b.resource)
					break
				}
			}
			return r
		}
	}
	return m.reason(s.t, i)
}

func (s *Schedule) holder(i int32) (int32, bool) {
	if w := s.wait[i]; w.resource >= 0 {
		return w.holder, w.holder >= 0
	}
	return s.m.linkHolder(s.t, i)
}

// Schedule places every task in the working time of the task and of everyone
// assigned, without interruption, within the units of each resource, by serial
// schedule generation (J. E. Kelley, The critical-path method: resources
// planning and scheduling, 1963) in the order of latest finish, then priority,
// then the plan; further schedules perturb that order (R. Kolisch, Serial and
// parallel resource-constrained project scheduling methods revisited, EJOR 90,
// 1996). What has started stays where it is, even beyond capacity.
//
// If the context ends, the best schedule so far is returned, or the context's
// error if there is none.
func (m *Model) Schedule(ctx context.Context, search Search) (*Schedule, error) {
	early := newTimes(len(m.order))
	m.backward(early, m.forward(early, m.cal))
	first := early.lf
	if search.Keep != nil {
		first = m.keepOrder(search.Keep, early)
	}
	best, ran, err := m.search(ctx, search, first)
	if err != nil {
		return nil, err
	}
	return &Schedule{
		m: m, t: best.t, wait: best.wait, early: early.es, last: best.last, late: best.late,
		bound: m.lowerBound(), ran: ran, stopped: ran < max(1, search.Schedules),
	}, nil
}
