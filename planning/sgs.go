package planning

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/go-marops/marops/civil/worktime"
)

// keys orders the tasks of a schedule: lower goes first.
type keys []int64

// keepOrder returns the starts of an earlier schedule. A task that is not in it
// goes by its late start.
func (m *Model) keepOrder(keep *Schedule, t *times) keys {
	out := make(keys, len(t.ls))
	for i := range out {
		out[i] = t.ls[i]
		if old, ok := keep.m.task(m.key(int32(i))); ok {
			out[i] = keep.t.es[old]
		}
	}
	return out
}

// perturbed returns the keys of the k-th schedule. Its random numbers depend on
// the seed and k alone, so schedules can be built in any order.
func perturbed(first keys, seed uint64, k int) keys {
	if k == 0 || len(first) == 0 {
		return first
	}
	random := rand.New(rand.NewPCG(seed, uint64(k)))
	spread := (slices.Max(first) - slices.Min(first)) / []int64{20, 8, 3}[k%3]
	out := slices.Clone(first)
	for i := range out {
		out[i] += random.Int64N(spread + 1)
	}
	return out
}

// candidate is a finished schedule of the search.
type candidate struct {
	t    *times
	wait []wait
	last int64
	late worktime.Minutes
	k    int
}

func (c *candidate) better(o *candidate) bool {
	return o.t == nil || cmp.Or(cmp.Compare(c.late, o.late), cmp.Compare(c.last, o.last), cmp.Compare(c.k, o.k)) < 0
}

// search builds schedules in rounds. The context is looked at between rounds,
// so that what was built is always a prefix: it can be replayed.
func (m *Model) search(ctx context.Context, s Search, first keys) (best candidate, ran int, err error) {
	if err := ctx.Err(); err != nil {
		return best, 0, err
	}
	total, workers := max(1, s.Schedules), max(1, s.Workers)
	workers = min(workers, total)
	builders := make([]*builder, workers)
	for w := range builders {
		builders[w] = m.newBuilder()
	}
	const perRound = 16
	for ran < total && (ran == 0 || ctx.Err() == nil) {
		round := min(total-ran, workers*perRound)
		if ran == 0 {
			round = 1
		}
		var wg sync.WaitGroup
		for w, b := range builders[:min(workers, round)] {
			from := ran + w
			work := func() {
				for k := from; k < ran+round; k += workers {
					b.build(perturbed(first, s.Seed, k), k)
				}
			}
			if workers == 1 {
				work()
				continue
			}
			wg.Go(work)
		}
		wg.Wait()
		ran += round
	}
	for _, b := range builders {
		if b.best.t != nil && b.best.better(&best) {
			best = b.best
		}
	}
	return best, ran, nil
}

// builder builds schedules one after the other and keeps the best.
type builder struct {
	m        *Model
	now      candidate
	best     candidate
	profiles []profile
	waits    []int32 // predecessors not yet placed
	rank     []int32 // by task
	byRank   []int32
	ready    heap // ranks of the tasks whose predecessors are placed
}

func (m *Model) newBuilder() *builder {
	n := len(m.order)
	return &builder{m: m, profiles: make([]profile, len(m.capacity)), waits: make([]int32, n), rank: make([]int32, n), byRank: make([]int32, n)}
}

func (b *builder) build(by keys, k int) {
	m := b.m
	if b.now.t == nil {
		b.now = candidate{t: newTimes(len(m.order)), wait: make([]wait, len(m.order))}
	}
	for i := range b.byRank {
		b.byRank[i] = int32(i)
	}
	slices.SortFunc(b.byRank, func(x, y int32) int {
		return cmp.Or(cmp.Compare(by[x], by[y]), cmp.Compare(m.plan.Tasks[y].Priority, m.plan.Tasks[x].Priority), cmp.Compare(x, y))
	})
	for r := range b.profiles {
		b.profiles[r].reset()
	}
	b.ready = b.ready[:0]
	for r, i := range b.byRank {
		b.rank[i] = int32(r)
		b.now.wait[i] = wait{-1, -1}
		b.waits[i] = m.in.head[i+1] - m.in.head[i]
		if m.fixed(i) {
			m.early(b.now.t, m.eff, i)
			b.occupy(i)
		}
		if b.waits[i] == 0 {
			b.ready.push(int32(r))
		}
	}
	b.now.last, b.now.late, b.now.k = m.start, 0, k
	for len(b.ready) > 0 {
		i := b.byRank[b.ready.pop()]
		if !m.fixed(i) {
			b.place(i)
			b.occupy(i)
		}
		b.score(i)
		for _, a := range m.out.of(i) {
			if b.waits[a.task]--; b.waits[a.task] == 0 {
				b.ready.push(b.rank[a.task])
			}
		}
	}
	if b.now.better(&b.best) {
		b.now, b.best = b.best, b.now
	}
}

// place finds the first start at which every assigned resource has the units
// for the whole of the task.
func (b *builder) place(i int32) {
	m, t := b.m, b.now.t
	m.early(t, m.eff, i)
	for {
		until, by := int64(always), wait{-1, -1}
		for _, k := range m.books.of(i) {
			if at, holder, found := b.profiles[k.resource].conflict(t.es[i], t.ef[i], k.units, m.capacity[k.resource]); found && at > until {
				until, by = at, wait{k.resource, holder}
			}
		}
		if by.resource < 0 {
			return
		}
		b.now.wait[i] = by
		t.es[i] = startOn(m.eff[i], until, m.dur[i])
		t.ef[i] = finish(m.eff[i], t.es[i], m.dur[i])
	}
}

func (b *builder) occupy(i int32) {
	for _, k := range b.m.books.of(i) {
		b.profiles[k.resource].book(b.now.t.es[i], b.now.t.ef[i], k.units, i)
	}
}

func (b *builder) score(i int32) {
	m, t := b.m, b.now.t
	b.now.last = max(b.now.last, t.ef[i])
	if m.finished[i] != always {
		return
	}
	late := func(at, got int64) {
		b.now.late += max(0, m.eff[i].BetweenMinutes(at, got))
	}
	if at, toFinish, ok := m.constraint[i].latest(); ok && toFinish {
		late(at, t.ef[i])
	} else if ok {
		late(at, t.es[i])
	}
	if m.deadline[i] != never {
		late(m.deadline[i], t.ef[i])
	}
}

// lowerBound returns an instant before which no schedule ends.
func (m *Model) lowerBound() int64 {
	t := newTimes(len(m.order))
	bound := m.forward(t, m.eff)
	work := make([]int64, len(m.capacity))
	from := make([]int64, len(m.capacity))
	for i := range m.plan.Tasks {
		// A started task may overlap others beyond capacity; days and elapsed
		// durations have no fixed work.
		if m.fixed(int32(i)) || m.dur[i].Kind() != worktime.KindWork {
			continue
		}
		for _, b := range m.books.of(int32(i)) {
			if work[b.resource] == 0 {
				from[b.resource] = t.es[i]
			}
			from[b.resource] = min(from[b.resource], t.es[i])
			work[b.resource] += m.dur[i].Amount() * b.units
		}
	}
	for r, n := range work {
		if n > 0 {
			bound = max(bound, m.resCal[r].AddMinutes(from[r], worktime.Minutes((n+m.capacity[r]-1)/m.capacity[r])))
		}
	}
	return bound
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
