package planning

import (
	"iter"
	"time"

	"github.com/go-marops/marops/civil/worktime"
)

// Span is when a task starts and finishes.
type Span struct {
	Start  time.Time `json:"start"`
	Finish time.Time `json:"finish"`
}

// Dates is what a critical path and a schedule have in common: a start, a
// finish and a reason for every task. It is what Diff, Load and OverloadsOf
// look at.
type Dates struct {
	m          *Model
	start, end []int64
	working    []*worktime.Calendar // by task
	books      *rows[booking]       // who does what
	reason     func(i int32) Reason
	held       func(i int32) (int32, bool) // the task that binds i, by link or resource
}

// Dated is a CriticalPath, a Schedule or Dates itself.
type Dated interface{ Dates() Dates }

// Dates returns d.
func (d Dates) Dates() Dates { return d }

// Dates returns when tasks are done: the early dates, but for what is done as late
// as possible.
func (c *CriticalPath) Dates() Dates {
	return Dates{m: c.m, start: c.start, end: c.end, working: c.m.cal, books: &c.m.books, reason: c.reason, held: c.holder}
}

func (m *Model) linkHolder(t *times, i int32) (int32, bool) {
	if t.why[i] < 0 {
		return 0, false
	}
	return m.in.all[t.why[i]].task, true
}

// Of returns the dates of a task, in the zone of its calendar, and whether
// there is such a task.
func (d Dates) Of(key TaskKey) (Span, bool) {
	if d.m == nil {
		return Span{}, false
	}
	i, ok := d.m.task(key)
	if !ok {
		return Span{}, false
	}
	return d.span(i), true
}

func (d Dates) span(i int32) Span {
	return Span{timeAt(d.start[i], d.working[i]), timeAt(d.end[i], d.working[i])}
}

// All yields the tasks in the order of the plan.
func (d Dates) All() iter.Seq2[TaskKey, Span] {
	return func(yield func(TaskKey, Span) bool) {
		for i := range d.start {
			if !yield(d.m.key(int32(i)), d.span(int32(i))) {
				return
			}
		}
	}
}
