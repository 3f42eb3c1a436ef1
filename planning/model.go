package planning

import (
	"time"

	"github.com/go-marops/marops/civil/worktime"
)

// Model is a compiled Plan: dense ids, adjacency in compressed rows, calendars
// tabulated. It is immutable and safe for concurrent use.
type Model struct {
	plan   Plan
	index  map[TaskKey]int32
	holder map[ResourceKey]int32
	home   *worktime.Calendar
	start  int64

	// By task.
	cal               []*worktime.Calendar // the task's
	eff               []*worktime.Calendar // also of everyone assigned
	dur               []worktime.Length
	constraint        []constraint
	deadline          []int64 // never if none
	started, finished []int64 // always if not
	books             rows[booking]
	in, out           rows[arc] // links by successor, by predecessor
	order             []int32   // topological

	// By resource.
	resCal   []*worktime.Calendar
	capacity []int64
}

type constraint struct {
	kind ConstraintKind
	at   int64
}

type booking struct {
	resource int32
	units    int64
}

// arc is a link seen from one of its ends.
type arc struct {
	lag  worktime.Length
	task int32 // at the other end
	link int32 // index in Plan.Links
	typ  LinkType
}

// rows holds a list per id in one slice.
type rows[T any] struct {
	head []int32
	all  []T
}

func (r *rows[T]) of(i int32) []T { return r.all[r.head[i]:r.head[i+1]] }

// group builds rows from n items by counting sort; items of an id keep their
// order.
func group[T any](ids, n int, id func(int) int32, item func(int) T) rows[T] {
	r := rows[T]{make([]int32, ids+1), make([]T, n)}
	for i := range n {
		r.head[id(i)+1]++
	}
	for i := range ids {
		r.head[i+1] += r.head[i]
	}
	next := make([]int32, ids)
	copy(next, r.head)
	for i := range n {
		to := &next[id(i)]
		r.all[*to] = item(i)
		*to++
	}
	return r
}

// Plan returns a copy of the plan, for a what-if.
func (m *Model) Plan() Plan { return m.plan.Clone() }

// Calendar returns the calendar of a task, nil if there is no such task.
func (m *Model) Calendar(key TaskKey) *worktime.Calendar {
	if i, ok := m.index[key]; ok {
		return m.cal[i]
	}
	return nil
}

// ResourceCalendar returns the calendar of a resource less its absences, nil if
// there is no such resource.
func (m *Model) ResourceCalendar(key ResourceKey) *worktime.Calendar {
	if i, ok := m.holder[key]; ok {
		return m.resCal[i]
	}
	return nil
}

func (m *Model) key(i int32) TaskKey          { return m.plan.Tasks[i].Key }
func (m *Model) resource(i int32) ResourceKey { return m.plan.Resources[i].Key }

// fixed reports whether the task has started, and so does not move.
func (m *Model) fixed(i int32) bool { return m.started[i] != always }

// earliest returns the bound that a constraint sets to the start.
func (c constraint) earliest() (at int64, finish, ok bool) {
	switch c.kind {
	case SNET, MSO:
		return c.at, false, true
	case FNET, MFO:
		return c.at, true, true
	default:
		return 0, false, false
	}
}

// latest returns the bound that a constraint sets to the late dates.
func (c constraint) latest() (at int64, finish, ok bool) {
	switch c.kind {
	case SNLT, MSO:
		return c.at, false, true
	case FNLT, MFO:
		return c.at, true, true
	default:
		return 0, false, false
	}
}

func instant(t time.Time) int64 {
	s := t.Unix()
	if s < 0 {
		s -= 59
	}
	return s / 60
}

func timeAt(at int64, cal *worktime.Calendar) time.Time {
	return time.Unix(at*60, 0).In(cal.Location())
}
