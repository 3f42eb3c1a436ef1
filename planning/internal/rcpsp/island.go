package rcpsp

import "slices"

// island is a genetic search over two populations: left-justified schedules of
// the network and of the mirrored network (D. Debels and M. Vanhoucke, A
// bi-population based genetic algorithm for the resource-constrained project
// scheduling problem, 2005). A child inherits from two parents of the other
// direction, so that its decoding justifies it.
type island struct {
	m       *Model
	set     settings
	number  int
	seed    uint64
	random  random
	sampler sampler
	decoder decoder
	pops    [2]population
	nets    [2]*network // in the modes of the schedule at hand
	modes   *assigner   // nil: all activities have one mode
	factor  [2][]int64  // of an activity's start in the cost's compact
	share   [2][]int64  // of the resources, for the peaks
	mark    [2][]uint64 // random factors of fingerprints
	tail    [2][]int32  // least time from a start to the end
	father  []int32
	keys    []int32
	release []int32
	level   []int64

	passes   int
	gained   int // passes when best was last improved
	grown    int // generations done
	best     cost
	at       []int32 // starts of the best, forward
	floor    cost    // nothing is better
	finished bool
}

func (m *Model) newIsland(set settings, number int, seed uint64, floor cost, r *relaxed) *island {
	n := m.n
	is := &island{m: m, set: set, number: number, seed: seed, floor: floor}
	horizon := m.horizon
	if m.hasDue {
		horizon *= 2 // late starts that due dates ask for, and a schedule after them
	}
	is.nets[0], is.nets[1] = &m.base[0], &m.base[1]
	if m.multi {
		is.modes = m.newAssigner(&is.random)
		for d := range is.nets {
			own := m.newNetwork(d == 1)
			own.setModes(m, nil)
			is.nets[d] = &own
		}
	}
	is.decoder.init(m, horizon)
	is.sampler.init(m, set, &is.random)
	share := m.scarcity(0)
	mix := random{}
	var total float64
	for j, w := range share {
		total += float64(w) * float64(m.base[0].duration[j])
	}
	for d := range is.pops {
		is.pops[d] = newPopulation(n, set.pop, m.multi)
		is.factor[d], is.share[d], is.mark[d] = make([]int64, n), make([]int64, n), make([]uint64, n)
		for j, w := range share {
			i := m.base[d].at(j)
			is.share[d][i] = int64(w)
			if total > 0 {
				is.factor[d][i] = int64(float64(w) * float64(m.base[0].duration[j]) * (1 << 30) / total)
			}
		}
		is.tail[d] = r.tail
		if d == 1 { // seen from the end, what is before a start is the end and the head
			is.tail[d] = make([]int32, n)
			for j := range n {
				is.tail[d][n-1-j] = r.head[j] + r.net.duration[j]
			}
		}
		for j := range is.mark[d] {
			is.mark[d][j] = mix.next() | 1
		}
	}
	is.father, is.keys, is.release = make([]int32, n), make([]int32, n), make([]int32, n)
	is.level = make([]int64, min(int(m.horizon), 16*n+64)+2)
	is.at = make([]int32, n)
	is.best = cost{late: 1 << 62}
	return is
}

// rate returns the cost of the schedule in the decoder and its fingerprint, and
// counts it.
func (is *island) rate(dir int, end int32) (cost, uint64) {
	is.passes++
	c := cost{end: end}
	start := is.decoder.start
	factor, mark := is.factor[dir][:len(start)], is.mark[dir][:len(start)]
	var print uint64
	for j, s := range start {
		c.compact += factor[j] * int64(s)
		print += mark[j] * uint64(s)
	}
	if is.modes != nil {
		for i, w := range is.modes.choice {
			print += mark[i] * mark[i] * uint64(w)
		}
	}
	if is.m.hasDue {
		c.late = is.m.lateness(is.nets[dir], start, end)
	}
	if c.late < is.best.late || (c.late == is.best.late && c.end < is.best.end) {
		is.best, is.gained = c, is.passes
		is.keep(dir, end)
	}
	return c, print
}

func (is *island) keep(dir int, end int32) {
	if dir == 1 {
		is.nets[1].mirror(is.at, is.decoder.start, end)
	} else {
		copy(is.at, is.decoder.start)
	}
	if is.modes != nil {
		copy(is.modes.best, is.modes.choice)
	}
	is.finished = is.best.late <= is.floor.late && is.best.end <= is.floor.end
}

// lateness returns the weighted periods of tardiness of a schedule of either
// direction.
func (m *Model) lateness(net *network, start []int32, end int32) (sum int64) {
	for i, due := range m.due {
		if due < 0 {
			continue
		}
		j := net.at(i)
		finish := start[j] + net.duration[j]
		if net.mirrored {
			finish = end - start[j]
		}
		if finish > due {
			sum += m.late[i] * int64(finish-due)
		}
	}
	return sum
}

// decode builds the schedule of is.keys, which come from a schedule of the other
// direction with the given end. Where it is sure to end after most, unplaced may be
// the answer.
func (is *island) decode(dir int, end, most int32) int32 {
	net := is.nets[dir]
	if is.modes != nil {
		return is.decodeModes(dir, end)
	}
	if !is.m.hasDue {
		is.decoder.sort(is.keys)
		return is.decoder.list(net, nil, is.tail[dir], most)
	}
	return is.decoder.serial(net, is.keys, is.releases(dir, end))
}

// releases returns earliest starts for the mirrored direction of a project with
// due dates: seen from the end, an activity need not go beyond its due date, which
// would make it late, unless it is so already.
func (is *island) releases(dir int, end int32) []int32 {
	if dir == 0 || !is.m.hasDue {
		return nil
	}
	net := is.nets[dir]
	for i, due := range is.m.due {
		j := net.at(i)
		is.release[j] = 0
		if due >= 0 {
			is.release[j] = max(0, min(is.keys[j], end-due, is.m.horizon))
		}
	}
	return is.release
}

// sampled is a schedule of the first populations.
type sampled struct {
	dir   int
	cost  cost
	print uint64
	start []int32
	mode  []uint8
}

// settle fills the populations with samples and their justifications, at most to
// so many passes. First, if not nil, is the first schedule's keys.
func (is *island) settle(first *kept, limit int) {
	size := is.set.pop
	samples := make([]sampled, 0, size*3/2)
	store := make([]int32, 0, cap(samples)*is.m.n)
	is.pops[0].size, is.pops[1].size = 0, 0
	for k := 0; k < cap(samples) && is.passes < limit && !is.finished; k++ {
		dir := k & 1
		net := is.nets[dir]
		if is.modes != nil {
			is.modes.sample()
			is.nets[0].setModes(is.m, is.modes.choice)
			is.nets[1].setModes(is.m, is.modes.choice)
		}
		var end int32
		switch {
		case k == 0 && first != nil:
			end = is.repeat(first)
		case int(is.random.below(8)) < is.set.parallel:
			end = is.sampler.parallel(net, &is.decoder, dir)
		default:
			end = is.sampler.serial(net, &is.decoder, dir)
		}
		c, print := is.rate(dir, end)
		store = append(store, is.decoder.start...)
		s := sampled{dir: dir, cost: c, print: print, start: store[len(store)-is.m.n:]}
		if is.modes != nil {
			s.mode = slices.Clone(is.modes.choice)
		}
		samples = append(samples, s)
	}
	slices.SortStableFunc(samples, func(a, b sampled) int {
		switch {
		case a.cost.less(b.cost):
			return -1
		case b.cost.less(a.cost):
			return 1
		}
		return 0
	})
	for _, s := range samples[:min(size, len(samples))] {
		if is.passes >= limit || is.finished {
			return
		}
		own, other := &is.pops[s.dir], &is.pops[1-s.dir]
		own.set(own.size, s.start, s.mode, s.cost, s.print)
		own.size++
		if is.modes != nil {
			copy(is.modes.choice, s.mode)
			is.nets[s.dir].setDurations(is.m, s.mode)
		}
		is.nets[s.dir].mirror(is.keys, s.start, s.cost.end)
		c, print := is.rate(1-s.dir, is.decode(1-s.dir, s.cost.end, maxHorizon))
		other.set(other.size, is.decoder.start, is.choice(), c, print)
		other.size++
	}
}

// repeat decodes the order of an earlier schedule. If that is better as it is, as
// it may be where leads let an activity start before its predecessor, it is taken
// itself.
func (is *island) repeat(first *kept) int32 {
	net := is.nets[0]
	end := is.decoder.serial(net, first.keys, nil)
	if !first.feasible {
		return end
	}
	now := cost{late: is.m.lateness(net, is.decoder.start, end), end: end}
	if was := (cost{late: is.m.lateness(net, first.keys, first.end), end: first.end}); was.less(now) {
		copy(is.decoder.start, first.keys)
		end = first.end
	}
	return end
}

// evolve adds a generation of children, at most to so many passes.
func (is *island) evolve(first *kept) {
	is.random = newRandom(is.seed, is.number, is.grown)
	is.grown++
	limit := is.set.each
	if is.pops[1].size < 2 || is.stale() {
		if is.grown > 1 {
			first = nil
		}
		is.settle(first, limit)
		is.gained = is.passes
		return
	}
	for range is.set.pop {
		if is.passes >= limit || is.finished {
			return
		}
		is.child()
	}
}

// stale reports whether the populations have come so close to one another that
// nothing new will come of them.
func (is *island) stale() bool {
	if is.set.restart == 0 || is.passes-is.gained <= is.set.restart {
		return false
	}
	for d := range is.pops {
		p := &is.pops[d]
		low, high := p.cost[0], p.cost[0]
		for _, c := range p.cost[:p.size] {
			low.late, high.late = min(low.late, c.late), max(high.late, c.late)
			low.end, high.end = min(low.end, c.end), max(high.end, c.end)
		}
		if high.late-low.late > low.late/128 || high.end-low.end > low.end/128 {
			return false
		}
	}
	return true
}

// raise takes note of a better lower bound.
func (is *island) raise(floor cost) {
	is.floor = floor
	is.finished = is.best.late <= floor.late && is.best.end <= floor.end
}

func (is *island) child() {
	r := &is.random
	dir := int(r.next() >> 63)
	parents := &is.pops[1-dir]
	mother := parents.better(r)
	father := int(r.below(uint64(parents.size)))
	for father == mother {
		father = int(r.below(uint64(parents.size)))
	}
	end := is.cross(dir, parents, father, mother)
	if int32(r.below(1000)) < is.set.mutate {
		for range is.set.shaken {
			j := r.below(uint64(len(is.keys)))
			is.keys[j] = max(0, is.keys[j]+int32(r.below(11))-5)
		}
	}
	pop := &is.pops[dir]
	k := pop.worst(r)
	end = is.decode(dir, end, pop.cost[k].end)
	if end == unplaced {
		is.passes++
		return
	}
	c, print := is.rate(dir, end)
	if !pop.cost[k].less(c) && !pop.has(print) {
		pop.set(k, is.decoder.start, is.choice(), c, print)
	}
}

// choice returns the modes of the schedule at hand, nil if there are no others.
func (is *island) choice() []uint8 {
	if is.modes == nil {
		return nil
	}
	return is.modes.choice
}

// cross fills is.keys with the mother's times, except for the activities that
// either parent does within a window in which the father uses much of the
// resources: those keep the father's times. Times are seen from the other end
// than the parents'. It returns the father's makespan.
func (is *island) cross(dir int, parents *population, father, mother int) int32 {
	r := &is.random
	end := parents.cost[father].end
	if is.modes == nil {
		net := is.nets[1-dir]
		net.mirror(is.father, parents.of(father), end)
		net.mirror(is.keys, parents.of(mother), parents.cost[mother].end)
	} else {
		is.nets[1-dir].setDurations(is.m, parents.modes(mother))
		is.nets[1-dir].mirror(is.keys, parents.of(mother), parents.cost[mother].end)
		is.nets[1-dir].setDurations(is.m, parents.modes(father))
		is.nets[1-dir].mirror(is.father, parents.of(father), end)
		copy(is.modes.choice, parents.modes(mother))
	}
	length := int32(int64(end) * int64(200+r.below(301)) / 1000)
	from := is.peak(dir, end, length)
	keys := is.keys[:len(is.father)]
	for j, f := range is.father {
		k := keys[j]
		if uint32(f-from) < uint32(length) || uint32(k-from) < uint32(length) {
			k = f
			if is.modes != nil {
				i := is.nets[dir].at(j)
				is.modes.choice[i] = parents.modes(father)[i]
			}
		}
		keys[j] = k
	}
	if is.modes != nil {
		is.modes.mend(parents.modes(mother), is.set.mutate)
	}
	return end
}

// peak returns the begin of the window, of four random ones, in which the father
// uses the most.
func (is *island) peak(dir int, end, length int32) int32 {
	r := &is.random
	if int(end)+2 > len(is.level) {
		return int32(r.below(uint64(end-length) + 1))
	}
	level := is.level[:end+2]
	clear(level)
	share, duration := is.share[dir], is.nets[1-dir].duration
	for j, s := range is.father {
		level[s] += share[j]
		level[s+duration[len(duration)-1-j]] -= share[j]
	}
	var now, sum int64
	for t, x := range level { // level[t] becomes the use before t
		level[t] = sum
		now += x
		sum += now
	}
	var from int32
	most := int64(-1)
	for range 4 {
		t := int32(r.below(uint64(end-length) + 1))
		if use := level[t+length] - level[t]; use > most {
			from, most = t, use
		}
	}
	return from
}
