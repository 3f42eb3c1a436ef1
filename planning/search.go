package planning

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/go-marops/marops/civil/worktime"
)

// breeding is a genetic search over schedules on calendars, with any modes, skills
// and goals: an individual is a schedule and its justification to the right; a
// child takes the times of one parent within a window and of the other elsewhere,
// and is built forward in that order (after D. Debels and M. Vanhoucke, A
// bi-population based genetic algorithm for the resource-constrained project
// scheduling problem, 2005). Every schedule built counts.
//
// Children of a generation depend on the generation before, the seed and their
// number alone, so that any number of workers gives the same answer.
type breeding struct {
	m        *Model
	s        Search
	first    keys
	builders []*builder
	people   []*individual // the population
	best     *candidate
	passes   int
	settings
}

// settings follow from the count of schedules by the formulas of settingsFor.
type settings struct {
	samples int // schedules in perturbed orders to begin with
	size    int // of the population that the best of them are, and children of a generation
	shake   int // children per thousand whose keys are shaken
	alone   int // children per thousand of one parent, in its order but for some noise
}

// settingsFor returns the settings of a search of so many schedules.
func settingsFor(schedules int) settings {
	root := 1
	for root*root < schedules {
		root++
	}
	return settings{samples: max(1, schedules*2/5), size: min(max(root*2/3, 4), 200), shake: 200, alone: 300}
}

type individual struct {
	c     *candidate
	right []int64 // starts when justified to the right, from the first of them on
}

func (m *Model) breed(ctx context.Context, s Search, first keys, keep []int64) (*breeding, bool, error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	total := max(1, s.Schedules)
	g := &breeding{m: m, s: s, first: first, settings: settingsFor(total)}
	for range min(max(1, s.Workers), g.size) {
		g.builders = append(g.builders, m.newBuilder(s.goals(), keep))
	}
	stop := total
	if s.Stop > 0 {
		stop = min(s.Stop, total)
	}
	for generation := 0; g.passes < total; generation++ {
		if generation > 0 && (g.passes >= stop || ctx.Err() != nil) {
			return g, true, nil //nolint:nilerr // what was built so far is an answer
		}
		g.generation(generation, total-g.passes)
	}
	return g, false, nil
}

// generation makes as many individuals as there is budget for, in parallel, and
// then takes them in one after the other. The first makes the samples, the second
// justifies the best of them.
func (g *breeding) generation(number, budget int) {
	count, cost := g.size, 2
	produce := g.child
	switch number {
	case 0:
		count, cost, produce = g.samples, 1, g.sample
	case 1:
		count = len(g.people)
		produce = func(b *builder, _ *rand.Rand, k, left int) (*individual, int) { return g.improve(b, g.people[k], left) }
	}
	made, spent := make([]*individual, count), make([]int, count)
	work := func(b *builder, from, step int) {
		for k := from; k < count && budget-k*cost > 0; k += step {
			random := rand.New(rand.NewPCG(g.s.Seed, uint64(number)<<32|uint64(k)))
			made[k], spent[k] = produce(b, random, k, budget-k*cost)
		}
	}
	if len(g.builders) == 1 {
		work(g.builders[0], 0, 1)
	} else {
		var wg sync.WaitGroup
		for w, b := range g.builders {
			wg.Go(func() { work(b, w, len(g.builders)) })
		}
		wg.Wait()
	}
	random := rand.New(rand.NewPCG(g.s.Seed, uint64(number)<<32|1<<31))
	if number == 1 {
		g.people = g.people[:0]
	}
	for k, one := range made {
		if one == nil {
			continue
		}
		g.passes += spent[k]
		if g.best == nil || one.c.worth.compare(g.best.worth) < 0 {
			g.best = one.c
		}
		g.takeIn(one, random, number)
	}
}

// takeIn replaces the worst of four by a newcomer that is no worse and not there
// yet; of samples the best stay.
func (g *breeding) takeIn(one *individual, random *rand.Rand, generation int) {
	same := func(o *individual) bool { return o.c.worth == one.c.worth && slices.Equal(o.c.t.es, one.c.t.es) }
	switch {
	case generation > 0 && one.right == nil: // the budget ended before it could be a parent
		return
	case len(g.people) < g.size:
		g.people = append(g.people, one)
		return
	}
	worst := random.IntN(len(g.people))
	for k := range g.people {
		if generation > 0 {
			if k == 3 {
				break
			}
			k = random.IntN(len(g.people))
		}
		if g.people[k].c.worth.compare(g.people[worst].c.worth) > 0 {
			worst = k
		}
	}
	if one.c.worth.compare(g.people[worst].c.worth) <= 0 && !slices.ContainsFunc(g.people, same) {
		g.people[worst] = one
	}
}

// sample builds a schedule in a perturbed order.
func (g *breeding) sample(b *builder, random *rand.Rand, k, _ int) (one *individual, passes int) {
	b.now = g.m.newCandidate()
	if k > 0 {
		for i := range b.now.variant {
			b.anyMode(int32(i), random)
		}
	}
	g.repair(b, random)
	b.forward(perturbed(g.first, random, k))
	return &individual{c: b.now}, 1
}

// improve justifies a sample to the right and builds it forward again.
func (g *breeding) improve(b *builder, one *individual, budget int) (*individual, int) {
	if budget < 2 {
		return one, 0
	}
	b.now = one.c
	right := g.justify(b)
	b.now = g.m.newCandidate()
	copy(b.now.variant, one.c.variant)
	b.forward(right)
	if b.now.worth.compare(one.c.worth) < 0 {
		return &individual{b.now, right}, 2
	}
	return &individual{one.c, right}, 2
}

// anyMode gives a task one of its modes.
func (b *builder) anyMode(i int32, random *rand.Rand) {
	if more := b.m.more.of(i); len(more) > 0 {
		b.now.variant[i] = i
		if n := random.IntN(len(more) + 1); n > 0 {
			b.now.variant[i] = more[n-1]
		}
	}
}

// justify returns the starts of the builder's schedule when every task is done as
// late as the schedule's finish allows, from the first of them on.
func (g *breeding) justify(b *builder) []int64 {
	forward := b.now
	b.now = g.m.newCandidate()
	copy(b.now.variant, forward.variant)
	copy(b.now.who, forward.who)
	copy(b.now.cal, forward.cal)
	copy(b.now.t.ef, forward.t.ef)
	b.m = b.forgiving(forward)
	b.back(forward.worth.last)
	b.m = g.m
	right := b.now.t.es
	begin := int64(never)
	for _, s := range right {
		begin = min(begin, s)
	}
	for i := range right {
		right[i] -= begin
	}
	b.now = forward
	return right
}

// forgiving returns the model without the dates that a schedule misses. Held to
// them, what is late would be thrown together before them, whatever its order was.
func (b *builder) forgiving(c *candidate) *Model {
	loose, m := b.loose, b.m
	if loose == nil {
		loose = new(*m)
		loose.deadline, loose.constraint = slices.Clone(m.deadline), slices.Clone(m.constraint)
		b.loose = loose
	}
	for i := range c.t.ef {
		if loose.deadline[i] = m.deadline[i]; m.deadline[i] != never {
			loose.deadline[i] = max(m.deadline[i], c.t.ef[i])
		}
		loose.constraint[i] = m.constraint[i]
		if at, toFinish, ok := m.constraint[i].latest(); ok && (toFinish && c.t.ef[i] > at || !toFinish && c.t.es[i] > at) {
			loose.constraint[i] = constraint{}
		}
	}
	return loose
}

// child builds a schedule from two parents, or from one with some noise.
func (g *breeding) child(b *builder, random *rand.Rand, _, budget int) (one *individual, passes int) {
	if len(g.people) < 2 {
		return g.sample(b, random, 1+random.IntN(1<<20), budget)
	}
	pick := func() int { return random.IntN(len(g.people)) }
	mother := pick()
	if other := pick(); g.people[other].c.worth.compare(g.people[mother].c.worth) < 0 {
		mother = other
	}
	father := pick()
	for father == mother {
		father = pick()
	}
	b.now = g.m.newCandidate()
	var by keys
	if random.IntN(1000) < g.alone {
		one := g.people[mother].c
		copy(b.now.variant, one.variant)
		by = perturbed(one.t.es, random, 1+random.IntN(3))
	} else {
		by = g.cross(b, random, g.people[father], g.people[mother])
	}
	g.repair(b, random)
	b.forward(by)
	one = &individual{c: b.now}
	if budget < 2 {
		return one, 1
	}
	one.right = g.justify(b)
	return one, 2
}

// cross takes the father's times within a window and the mother's elsewhere, and
// the modes with them.
func (g *breeding) cross(b *builder, random *rand.Rand, f, mo *individual) keys {
	by := make(keys, len(f.right))
	length := int64(1)
	for i := range f.right {
		length = max(length, f.right[i])
	}
	window := length * int64(200+random.IntN(301)) / 1000
	from := random.Int64N(length - window + 1)
	inside := func(at int64) bool { return at >= from && at < from+window }
	for i := range by {
		by[i], b.now.variant[i] = mo.right[i], mo.c.variant[i]
		if inside(f.right[i]) || inside(mo.right[i]) {
			by[i], b.now.variant[i] = f.right[i], f.c.variant[i]
		}
		if random.IntN(len(by)) < 2 {
			b.anyMode(int32(i), random)
		}
	}
	if random.IntN(1000) < g.shake {
		for range 1 + len(by)/40 {
			by[random.IntN(len(by))] += random.Int64N(length/10+1) - length/20
		}
	}
	return by
}

// repair changes modes at random until stocks suffice, as long as that helps.
func (g *breeding) repair(b *builder, random *rand.Rand) {
	m := g.m
	if len(m.draws.all) == 0 || len(m.more.all) == 0 {
		return
	}
	short := b.overdrawn()
	for range 4 * len(m.order) {
		if short == 0 {
			return
		}
		i := int32(random.IntN(len(m.order)))
		was := b.now.variant[i]
		b.anyMode(i, random)
		if now := b.overdrawn(); now > short {
			b.now.variant[i] = was
		} else {
			short = now
		}
	}
}

// perturbed returns the keys of a sample: first itself for the first, then with
// more and less noise.
func perturbed(first keys, random *rand.Rand, k int) keys {
	if k == 0 || len(first) == 0 {
		return first
	}
	spread := (slices.Max(first) - slices.Min(first)) / []int64{20, 8, 3}[k%3]
	out := slices.Clone(first)
	for i := range out {
		out[i] += random.Int64N(spread + 1)
	}
	return out
}

// keepOrder returns the starts of an earlier schedule, and the keys that follow
// from them: a task that is not in it goes by its late start.
func (m *Model) keepOrder(keep *Schedule, t *times) (order keys, starts []int64) {
	order, starts = make(keys, len(t.ls)), make([]int64, len(t.ls))
	for i := range order {
		order[i], starts[i] = t.ls[i], always
		if old, ok := keep.m.task(m.key(int32(i))); ok {
			order[i], starts[i] = keep.c.t.es[old], keep.c.t.es[old]
		}
	}
	return order, starts
}

// lowerBound returns an instant before which no schedule ends, and lateness that
// every schedule has: -1 if it is not known.
func (m *Model) lowerBound() (bound, late int64) {
	t := newTimes(len(m.order))
	bound, late = m.start, 0
	for _, i := range m.order {
		m.early(t, m.eff, i)
		for _, v := range m.more.of(i) { // each end of a task is as early as the best mode makes it
			if cal := m.eff[v]; cal != nil {
				start, _ := m.earlyStart(t, cal, i, m.dur[v])
				t.es[i], t.ef[i] = min(t.es[i], start), min(t.ef[i], finish(cal, start, m.dur[v]))
			}
		}
		bound = max(bound, t.ef[i])
	}
	if len(m.more.all) > 0 {
		return bound, -1
	}
	for i := range m.order {
		late = sum(late, m.lateness(t, m.eff[i], int32(i)))
	}
	work := make([]int64, len(m.capacity))
	from := make([]int64, len(m.capacity))
	for i := range m.plan.Tasks {
		// A started task may overlap others beyond capacity; elapsed durations have no
		// fixed work, nor have days of which some are shorter.
		amount, counts := m.workOf(int32(i))
		if m.fixed(int32(i)) || !counts {
			continue
		}
		for _, b := range m.books.of(int32(i)) {
			if work[b.resource] == 0 {
				from[b.resource] = t.es[i]
			}
			from[b.resource] = min(from[b.resource], t.es[i])
			work[b.resource] += amount * b.units
		}
	}
	for r, n := range work {
		if n > 0 {
			bound = max(bound, m.resCal[r].AddMinutes(from[r], worktime.Minutes((n+m.capacity[r]-1)/m.capacity[r])))
		}
	}
	return bound, late
}

// workOf returns the working minutes of a task that are the same whenever it is
// done.
func (m *Model) workOf(i int32) (minutes int64, ok bool) {
	switch d := m.dur[i]; {
	case d.IsZero() || d.Kind() == worktime.KindWork:
		return d.Amount(), true
	case d.Kind() != worktime.KindDays || m.day == 0 || m.calendarName(&m.plan.Tasks[i]) != m.plan.Calendar:
		return 0, false
	}
	for _, b := range m.books.of(i) { // absences take whole days away
		if own := m.plan.Resources[b.resource].Calendar; own != "" && own != m.plan.Calendar {
			return 0, false
		}
	}
	return m.dur[i].Amount() * m.day, true
}
