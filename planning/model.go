package planning

import (
	"time"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/internal/intern"
)

// Model is a compiled Plan: dense ids, adjacency in compressed rows, calendars
// tabulated. It is immutable and safe for concurrent use.
type Model struct {
	plan   Plan          // without its links
	links  []joint       // of the plan, by position
	tasks  *intern.Table // keys to positions in Plan.Tasks
	holder *intern.Table // likewise Plan.Resources
	phases []phase
	home   *worktime.Calendar
	start  int64
	until  int64 // the finish that a plan is scheduled from, else never
	axis   bool  // all works at the same times: dates can be reckoned on the calendar's axis
	day    int64 // working minutes of every day, if all are alike

	// By task.
	cal               []*worktime.Calendar // the task's, less its pauses
	own               []*worktime.Calendar // the task's, in which lags to it run
	constraint        []constraint
	deadline          []int64              // never if none
	started, finished []int64              // always if not
	in, out           rows[arc]            // links by successor, by predecessor
	lagName           []string             // calendars that links name; the first is none
	lagCal            []*worktime.Calendar // likewise
	clocks            []*worktime.Calendar // that lags run in
	order, position   []int32              // topological, and where each task stands in it

	// By variant: the ways to do a task. The first, as many as there are tasks, are
	// the tasks as they stand; the others are their further modes.
	dur   []worktime.Length
	eff   []*worktime.Calendar // the task's, and everyone's who is assigned
	books rows[booking]        // of what works; draws are from stocks
	draws rows[booking]
	needs rows[need]
	seat  []int32     // where the people who fill the needs of a variant stand in candidate.who; one more at the end
	more  rows[int32] // further variants of a task

	// By resource.
	resCal   []*worktime.Calendar
	usual    []*worktime.Calendar // without holidays and absences
	capacity []int64              // the most units it ever has
	steps    [][]step             // its units over time; none if they do not change
	rates    [][]step             // minor units of an hour over time
	groups   []group              // of people, by skill and level
}

type constraint struct {
	kind ConstraintKind
	at   int64
}

type booking struct {
	resource int32
	units    int64
}

// joint is a link of the plan in a third of its memory: a plan has many.
type joint struct {
	lag      worktime.Length
	from, to int32 // tasks; phases are counted down from -1
	calendar int32 // of Model.lagName
	percent  int16
	typ      LinkType
}

// link returns a link as it was authored.
func (m *Model) link(i int) Link {
	j := &m.links[i]
	end := func(k int32) TaskKey {
		if k < 0 {
			return TaskKey(m.phases[-1-k].Key)
		}
		return m.key(k)
	}
	return Link{From: end(j.from), To: end(j.to), Type: j.typ, Lag: j.lag, Percent: int(j.percent), Calendar: m.lagName[j.calendar]}
}

// arc is a link seen from one of its ends.
type arc struct {
	lag   worktime.Length
	task  int32 // at the other end
	link  int32 // index in Model.links
	clock int32 // in whose time the lag runs, of Model.clocks
	typ   LinkType
}

// rows holds a list per id in one slice.
type rows[T any] struct {
	head []int32
	all  []T
}

func (r *rows[T]) of(i int32) []T { return r.all[r.head[i]:r.head[i+1]] }

// collect builds rows from n items by counting sort; items of an id keep their
// order.
func collect[T any](ids, n int, id func(int) int32, item func(int) T) rows[T] {
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
func (m *Model) Plan() Plan {
	p := m.plan.Clone()
	if len(m.links) > 0 {
		p.Links = make([]Link, len(m.links))
	}
	for i := range m.links {
		p.Links[i] = m.link(i)
	}
	return p
}

// Calendar returns the calendar of a task, nil if there is no such task.
func (m *Model) Calendar(key TaskKey) *worktime.Calendar {
	if i, ok := m.task(key); ok {
		return m.cal[i]
	}
	return nil
}

// ResourceCalendar returns the calendar of a resource less its absences, nil if
// there is no such resource.
func (m *Model) ResourceCalendar(key ResourceKey) *worktime.Calendar {
	if i, ok := m.holder.Of(string(key)); ok {
		return m.resCal[i]
	}
	return nil
}

func (m *Model) task(key TaskKey) (int32, bool) { return m.tasks.Of(string(key)) }

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
