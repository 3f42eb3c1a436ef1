package rcpsp

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
		if high.late-low.late > low.late/128 || int64(high.end-low.end)*1000 > int64(low.end)*int64(is.set.spread) {
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
