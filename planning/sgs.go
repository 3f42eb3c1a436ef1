package planning

import (
	"cmp"
	"slices"

	"github.com/go-marops/marops/civil/worktime"
)

// keys orders the tasks of a schedule: lower goes first.
type keys []int64

// candidate is a schedule of the search.
type candidate struct {
	t        *times
	wait     []wait
	variant  []int32              // how each task is done
	who      []int32              // who fills the needs, by Model.seat
	cal      []*worktime.Calendar // in which each task is done: its own, and everyone's who does it
	worth    worth
	backward bool   // built from the finish
	late     []bool // placed as late as possible by itself
}

func (m *Model) newCandidate() *candidate {
	n := len(m.order)
	c := &candidate{
		t: newTimes(n), wait: make([]wait, n), variant: make([]int32, n),
		who: make([]int32, m.seat[len(m.seat)-1]), cal: make([]*worktime.Calendar, n), late: make([]bool, n),
	}
	for i := range c.variant {
		c.variant[i] = int32(i)
	}
	return c
}

// seats returns who fills the needs of a task.
func (c *candidate) seats(m *Model, i int32) []int32 {
	v := c.variant[i]
	return c.who[m.seat[v]:m.seat[v+1]]
}

// builder builds schedules one after the other.
type builder struct {
	m        *Model
	goals    []Goal
	keep     []int64 // starts to stay close to, always where there are none
	now      *candidate
	profiles []profile
	waits    []int32 // tasks before (from the finish: behind) that are not placed
	rank     []int32 // by task
	byRank   []int32
	ready    heap // ranks of the tasks that may go next
	joint    map[[2]*worktime.Calendar]*worktime.Calendar
	loose    *Model // see forgiving
	stock    []int64
}

func (m *Model) newBuilder(goals []Goal, keep []int64) *builder {
	n := len(m.order)
	return &builder{
		m: m, goals: goals, keep: keep, now: m.newCandidate(), profiles: make([]profile, len(m.capacity)),
		waits: make([]int32, n), rank: make([]int32, n), byRank: make([]int32, n),
		joint: map[[2]*worktime.Calendar]*worktime.Calendar{}, stock: make([]int64, len(m.capacity)),
	}
}

// begin ranks the tasks and lays what cannot move.
func (b *builder) begin(by keys) {
	m := b.m
	for i := range b.byRank {
		b.byRank[i] = int32(i)
	}
	slices.SortFunc(b.byRank, func(x, y int32) int {
		return cmp.Or(cmp.Compare(by[x], by[y]), cmp.Compare(m.plan.Tasks[y].Priority, m.plan.Tasks[x].Priority), cmp.Compare(x, y))
	})
	for r := range b.profiles {
		b.base(int32(r))
	}
	b.ready = b.ready[:0]
	for r, i := range b.byRank {
		b.rank[i] = int32(r)
		b.now.wait[i] = wait{-1, -1}
		if m.fixed(i) {
			b.now.cal[i] = m.eff[b.now.variant[i]]
			m.early(b.now.t, m.eff, i)
			b.seatAnyone(i)
			b.occupy(i)
		}
	}
}

// base empties the profile of a resource: what it has less at times is booked.
func (b *builder) base(r int32) {
	p, steps := &b.profiles[r], b.m.steps[r]
	p.reset(b.m.start)
	for k, s := range steps {
		if s.units < b.m.capacity[r] {
			p.book(s.from, stepEnd(steps, k), b.m.capacity[r]-s.units, -1)
		}
	}
}

// forward builds a schedule by serial schedule generation in the order of keys.
func (b *builder) forward(by keys) {
	m := b.m
	b.now.backward = false
	b.begin(by)
	for i := range int32(len(m.order)) {
		if b.waits[i] = m.in.head[i+1] - m.in.head[i]; b.waits[i] == 0 {
			b.ready.push(b.rank[i])
		}
	}
	for len(b.ready) > 0 {
		i := b.byRank[b.ready.pop()]
		if !m.fixed(i) {
			b.place(i)
			b.occupy(i)
		}
		for _, a := range m.out.of(i) {
			if b.waits[a.task]--; b.waits[a.task] == 0 {
				b.ready.push(b.rank[a.task])
			}
		}
	}
	b.rate()
}

// back builds a schedule from an instant on backward, each task as late as
// possible, those first whose finishes are latest: a justification to the right.
// Modes and people stay as they are.
func (b *builder) back(last int64) {
	m, t := b.m, b.now.t
	b.now.backward = true
	by := make(keys, len(t.ef))
	for i, f := range t.ef {
		by[i] = -f
	}
	b.begin(by)
	for i := range int32(len(m.order)) {
		if b.waits[i] = m.out.head[i+1] - m.out.head[i]; b.waits[i] == 0 {
			b.ready.push(b.rank[i])
		}
	}
	for len(b.ready) > 0 {
		i := b.byRank[b.ready.pop()]
		if !m.fixed(i) {
			b.placeBack(i, last)
			b.occupy(i)
		}
		for _, a := range m.in.of(i) {
			if b.waits[a.task]--; b.waits[a.task] == 0 {
				b.ready.push(b.rank[a.task])
			}
		}
	}
	b.rate()
}

// place finds the first start at which everyone who does the task has the units
// for the whole of it.
func (b *builder) place(i int32) {
	m, c, t := b.m, b.now, b.now.t
	v := c.variant[i]
	c.cal[i] = m.eff[v]
	if m.needs.head[v+1] > m.needs.head[v] {
		b.choose(i)
	}
	cal, dur := c.cal[i], m.dur[v]
	t.es[i], t.why[i] = m.earlyStart(t, cal, i, dur)
	t.ef[i] = finish(cal, t.es[i], dur)
	if dur.Amount() > 0 && dur.Kind() != worktime.KindElapsed { // what counts by the clock may begin at night
		b.skip(i, cal, dur)
	}
	for {
		until, by := int64(always), wait{-1, -1}
		for k := range b.doers(i) {
			if at, holder, found := b.profiles[k.resource].conflict(t.es[i], t.ef[i], k.units, m.capacity[k.resource]); found && at > until {
				until, by = at, wait{k.resource, holder}
			}
		}
		if by.resource < 0 {
			return
		}
		if c.wait[i] = by; until >= lastDay { // there is never room: rate sees it
			t.es[i], t.ef[i] = lastDay, lastDay
			return
		}
		t.es[i] = startOn(cal, until, dur)
		t.ef[i] = finish(cal, t.es[i], dur)
	}
}

// skip passes over the time in which somebody has nothing left.
func (b *builder) skip(i int32, cal *worktime.Calendar, dur worktime.Length) {
	t, until := b.now.t, int64(always)
	for k := range b.doers(i) {
		if p := &b.profiles[k.resource]; p.full > max(until, t.es[i]) {
			until, b.now.wait[i] = p.full, wait{k.resource, p.last()}
		}
	}
	if until > t.es[i] {
		t.es[i] = startOn(cal, until, dur)
		t.ef[i] = finish(cal, t.es[i], dur)
	}
}

// placeBack finds the last start up to the finish and what is behind the task.
func (b *builder) placeBack(i int32, last int64) {
	m, c, t := b.m, b.now, b.now.t
	cal, dur := c.cal[i], m.dur[c.variant[i]]
	t.es[i], _, t.why[i] = m.latest(i, cal, dur, last, t.es, t.ef, exact)
	for {
		t.es[i] = startOn(cal, t.es[i], dur)
		t.ef[i] = finish(cal, t.es[i], dur)
		until, by := int64(never), wait{-1, -1}
		for k := range b.doers(i) {
			if at, holder, found := b.profiles[k.resource].conflictBack(t.es[i], t.ef[i], k.units, m.capacity[k.resource]); found && at < until {
				until, by = at, wait{k.resource, holder}
			}
		}
		if by.resource < 0 {
			return
		}
		if c.wait[i] = by; until <= firstDay {
			t.es[i], t.ef[i] = firstDay, firstDay
			return
		}
		t.es[i] = latestStart(cal, finishBy(cal, until, dur), dur)
	}
}

// delay moves the tasks that are done as late as possible into what time is left
// before the tasks behind them and the finish, the last ones first.
func (b *builder) delay(last int64) {
	m, c, t := b.m, b.now, b.now.t
	for r := range b.profiles {
		b.base(int32(r))
	}
	for i := range int32(len(m.order)) {
		b.occupy(i)
	}
	for _, i := range slices.Backward(m.order) {
		if m.constraint[i].kind != ALAP || m.fixed(i) {
			continue
		}
		for k := range b.doers(i) {
			b.profiles[k.resource].free(t.es[i], t.ef[i], k.units)
		}
		es, ef, why, waited := t.es[i], t.ef[i], t.why[i], c.wait[i]
		b.placeBack(i, last)
		if c.late[i] = t.es[i] > es; !c.late[i] {
			t.es[i], t.ef[i], t.why[i], c.wait[i] = es, ef, why, waited
		}
		b.occupy(i)
	}
	b.rate()
}

// doers yields everyone whom a task occupies.
func (b *builder) doers(i int32) func(func(booking) bool) {
	return func(yield func(booking) bool) {
		m, v := b.m, b.now.variant[i]
		for _, k := range m.books.of(v) {
			if !yield(k) {
				return
			}
		}
		seats := b.now.seats(m, i)
		for _, n := range m.needs.of(v) {
			for range n.heads {
				if seats[0] >= 0 && !yield(booking{seats[0], n.units}) {
					return
				}
				seats = seats[1:]
			}
		}
	}
}

func (b *builder) occupy(i int32) {
	for k := range b.doers(i) {
		p := &b.profiles[k.resource]
		p.book(b.now.t.es[i], b.now.t.ef[i], k.units, i)
		if !b.now.backward && b.now.t.es[i] <= b.m.resCal[k.resource].NextMinute(p.full) {
			p.fill(b.m.resCal[k.resource], b.m.capacity[k.resource])
		}
	}
}

// heap is a binary min-heap.
type heap []int32

func (h *heap) push(x int32) {
	*h = append(*h, x)
	s := *h
	for i := len(s) - 1; i > 0; {
		up := (i - 1) / 2
		if s[up] <= s[i] {
			break
		}
		s[up], s[i] = s[i], s[up]
		i = up
	}
}

func (h *heap) pop() int32 {
	s := *h
	top, n := s[0], len(s)-1
	s[0], *h = s[n], s[:n]
	s = s[:n]
	for i := 0; ; {
		small := i
		for _, c := range [2]int{2*i + 1, 2*i + 2} {
			if c < n && s[c] < s[small] {
				small = c
			}
		}
		if small == i {
			return top
		}
		s[i], s[small] = s[small], s[i]
		i = small
	}
}
