package rcpsp

import "slices"

// reduce drops modes that no schedule needs, until nothing changes (A. Sprecher,
// S. Hartmann and A. Drexl, An exact algorithm for project scheduling with
// multiple modes, 1997): those that a stock cannot give whatever the others take,
// and those that another mode of the activity beats in everything. Stocks that
// suffice for any choice do not count in that.
func (m *Model) reduce() error {
	if len(m.modes) == m.n && len(m.project.Stock) == 0 {
		return nil
	}
	// An activity that must not finish before something may start earlier if it
	// takes longer.
	held := make([]bool, m.n)
	for _, e := range m.edges {
		held[e.To] = held[e.To] || e.ToFinish
	}
	for changed := true; changed; {
		changed = false
		least, most := m.draws()
		for k, s := range m.project.Stock {
			if least[k] > int64(s) {
				return &ModeError{Proven: true}
			}
		}
		kept := m.modes[:0]
		from := int32(0)
		for i := range m.n {
			ways := slices.Clone(m.modes[from:m.modeHead[i+1]])
			from = m.modeHead[i+1]
			for a, w := range ways {
				if m.unaffordable(w, ways, least) || (!held[i] && m.beaten(a, ways, most)) {
					changed = true
					continue
				}
				kept = append(kept, w)
			}
			m.modeHead[i+1] = int32(len(kept))
			if m.modeHead[i+1] == m.modeHead[i] {
				return &ModeError{Proven: true}
			}
		}
		m.modes = kept
	}
	return nil
}

// draws returns what all activities together draw from each stock at least and at
// most.
func (m *Model) draws() (least, most []int64) {
	least, most = make([]int64, len(m.project.Stock)), make([]int64, len(m.project.Stock))
	for i := range m.n {
		for k := range m.project.Stock {
			low, high := int32(maxInt32), int32(0)
			for _, w := range m.modes[m.modeHead[i]:m.modeHead[i+1]] {
				low, high = min(low, w.draw[k]), max(high, w.draw[k])
			}
			least[k] += int64(low)
			most[k] += int64(high)
		}
	}
	return least, most
}

const maxInt32 = 1<<31 - 1

func (m *Model) unaffordable(w way, ways []way, least []int64) bool {
	for k, s := range m.project.Stock {
		low := int32(maxInt32)
		for _, o := range ways {
			low = min(low, o.draw[k])
		}
		if least[k]-int64(low)+int64(w.draw[k]) > int64(s) {
			return true
		}
	}
	return false
}

// beaten reports whether another way is not worse in anything; of equals the first
// stays.
func (m *Model) beaten(a int, ways []way, most []int64) bool {
	w := ways[a]
next:
	for b, o := range ways {
		if a == b || o.duration > w.duration {
			continue
		}
		same := o.duration == w.duration
		for k := range m.project.Capacity {
			x, y := m.lanes.units(o.need, k), m.lanes.units(w.need, k)
			if x > y {
				continue next
			}
			same = same && x == y
		}
		for k, s := range m.project.Stock {
			if most[k] <= int64(s) {
				continue
			}
			if o.draw[k] > w.draw[k] {
				continue next
			}
			same = same && o.draw[k] == w.draw[k]
		}
		if !same || b < a {
			return true
		}
	}
	return false
}

// assigner chooses ways that the stocks suffice for.
type assigner struct {
	m      *Model
	random *random
	stocks []int   // that may not suffice
	left   []int64 // of these; negative is what is missing
	choice []uint8 // of the schedule at hand, by the model's numbers
	best   []uint8 // of the best schedule
	safe   []uint8 // some choice that the stocks suffice for
	free   []int32 // activities of several ways
	found  bool
}

func (m *Model) newAssigner(r *random) *assigner {
	a := &assigner{m: m, random: r, choice: make([]uint8, m.n), best: make([]uint8, m.n), safe: make([]uint8, m.n)}
	_, most := m.draws()
	for k, s := range m.project.Stock {
		if most[k] > int64(s) {
			a.stocks = append(a.stocks, k)
		}
	}
	a.left = make([]int64, len(a.stocks))
	for i := range m.n {
		if a.ways(i) > 1 {
			a.free = append(a.free, int32(i))
		}
	}
	const tries = 200
	for k := 0; k < tries && !a.found; k++ {
		*r = newRandom(uint64(k), 0, 0)
		for _, i := range a.free {
			a.choice[i] = uint8(r.below(uint64(a.ways(int(i)))))
		}
		a.found = a.repair()
	}
	copy(a.safe, a.choice)
	return a
}

func (a *assigner) ways(i int) int { return int(a.m.modeHead[i+1] - a.m.modeHead[i]) }

func (a *assigner) way(i int, w uint8) *way { return &a.m.modes[a.m.modeHead[i]+int32(w)] }

// count recomputes what is left.
func (a *assigner) count() {
	for s, k := range a.stocks {
		a.left[s] = int64(a.m.project.Stock[k])
		for i, w := range a.choice {
			a.left[s] -= int64(a.way(i, w).draw[k])
		}
	}
}

// missing returns what would be missing if an activity were done in way w.
func (a *assigner) missing(i int, w uint8) (sum int64) {
	now, then := a.way(i, a.choice[i]), a.way(i, w)
	for s, k := range a.stocks {
		sum += max(0, int64(then.draw[k])-int64(now.draw[k])-a.left[s])
	}
	return sum
}

func (a *assigner) change(i int, w uint8) {
	now, then := a.way(i, a.choice[i]), a.way(i, w)
	for s, k := range a.stocks {
		a.left[s] += int64(now.draw[k]) - int64(then.draw[k])
	}
	a.choice[i] = w
}

// repair changes random activities to the way that leaves the least missing, until
// nothing is. It reports whether it came so far.
func (a *assigner) repair() bool {
	a.count()
	for range 8*len(a.free) + 1 {
		if len(a.free) == 0 || a.missing(0, a.choice[0]) == 0 {
			break
		}
		i := int(a.free[a.random.below(uint64(len(a.free)))])
		n := a.ways(i)
		best, least := a.choice[i], a.missing(i, a.choice[i])
		from := int(a.random.below(uint64(n)))
		for k := range n {
			w := uint8((from + k) % n)
			if miss := a.missing(i, w); miss < least || (miss == least && w != a.choice[i]) {
				best, least = w, miss
			}
		}
		a.change(i, best)
	}
	return a.m.n == 0 || a.missing(0, a.choice[0]) == 0
}

// sample draws a choice with a liking for short ways.
func (a *assigner) sample() {
	for _, i := range a.free {
		n := uint64(a.ways(int(i)))
		w, o := uint8(a.random.below(n)), uint8(a.random.below(n))
		if a.way(int(i), o).duration < a.way(int(i), w).duration {
			w = o
		}
		a.choice[i] = w
	}
	if !a.repair() {
		copy(a.choice, a.safe)
	}
}

// mend makes a child's choice one that the stocks suffice for, after changing some
// of it by chance. If that fails it is the mother's.
func (a *assigner) mend(mother []uint8, mutate int32) {
	if len(a.free) > 0 && int32(a.random.below(1000)) < mutate {
		for range 1 + a.random.below(uint64(1+len(a.free)/50)) {
			i := int(a.free[a.random.below(uint64(len(a.free)))])
			a.choice[i] = uint8(a.random.below(uint64(a.ways(i))))
		}
	}
	if !a.repair() {
		copy(a.choice, mother)
	}
}

// decodeModes is decode with a choice of ways. In some of the passes some of the
// activities may change to the way in which they end first, as far as the stocks
// allow (V. Van Peteghem and M. Vanhoucke, A genetic algorithm for the preemptive
// and non-preemptive multi-mode resource-constrained project scheduling problem,
// 2010).
func (is *island) decodeModes(dir int, end int32) int32 {
	net := is.nets[dir]
	net.setNeeds(is.m, is.modes.choice)
	release := is.releases(dir, end)
	d := &is.decoder
	d.sort(is.keys, is.random.next()>>63 == 1)
	if int32(is.random.below(1000)) >= is.set.improve {
		return d.list(net, release, nil, 0)
	}
	is.modes.count()
	d.profile.reset()
	for j := range d.start {
		d.start[j] = unplaced
	}
	var last int32
	for _, j := range d.order {
		if d.start[j] == unplaced {
			last = max(last, is.placeModes(net, j, release))
		}
	}
	return last
}

// placeModes places an activity, and before it the predecessors that are not, and
// returns the latest end.
func (is *island) placeModes(net *network, j int32, release []int32) (end int32) {
	d := &is.decoder
	d.stack = append(d.stack[:0], j)
next:
	for len(d.stack) > 0 {
		j := d.stack[len(d.stack)-1]
		arcs := net.in[net.head[j]:net.head[j+1]]
		for _, a := range arcs {
			if d.start[a.other] == unplaced {
				d.stack = append(d.stack, a.other)
				continue next
			}
		}
		d.stack = d.stack[:len(d.stack)-1]
		end = max(end, is.placeBest(net, j, release))
	}
	return end
}

func (is *island) placeBest(net *network, j int32, release []int32) int32 {
	d, a := &is.decoder, is.modes
	i := net.at(int(j))
	best, at, end := a.choice[i], int32(0), int32(maxInt32)
	arcs, rules := net.in[net.head[j]:net.head[j+1]], net.inRule[net.head[j]:net.head[j+1]]
	try := int32(a.random.below(1000)) < is.set.tried
	for k := range a.ways(i) {
		w := uint8(k)
		if w != a.choice[i] && (!try || a.missing(i, w) > 0) {
			continue
		}
		way := a.way(i, w)
		var t int32
		if release != nil {
			t = release[j]
		}
		for k, in := range arcs {
			t = max(t, d.start[in.other]+rules[k].weight(way.duration, net.duration[in.other]))
		}
		t = d.profile.probe(t, way.duration, way.need)
		if e := t + way.duration; e < end || (e == end && w == a.choice[i]) {
			best, at, end = w, t, e
		}
	}
	a.change(i, best)
	way := a.way(i, best)
	net.duration[j] = way.duration
	copy(net.need[int(j)*net.words:], way.need)
	d.start[j] = d.profile.take(at, way.duration, way.need)
	return end
}
