package rank

import (
	"cmp"
	"math"
	"slices"
)

// search is a depth-first branch and bound (A. H. Land and A. G. Doig, An
// automatic method of solving discrete programming problems, 1960) on the linear
// relaxation, with bounds in integers, what follows from each row, and
// candidates decided by their reduced costs (as in S. Boussier, M. Vasquez,
// Y. Vimont et al., A multi-level search strategy for the 0-1 multidimensional
// knapsack problem, 2010).
type search struct {
	g      *program
	d      *decided
	b      *bounds
	levels []*relax // by depth
	spare  relax
	ratios []ratio
	probes []probe

	best  []bool // the best choice so far
	value int64
	found bool

	nodes, budget int
	room          int   // numbers that relaxations may still hold at a time
	open          int64 // if gaveUp: the greatest bound of what was not searched
	gaveUp        bool
	root          []int64 // by candidate: no choice with its other decision is worth more; math.MaxInt64 if nothing is known
	prefers       []bool  // by candidate: the decision that root is not about
	rootBound     int64
	reach         []float64
}

func (g *program) solve(budget int) *search {
	s := &search{g: g, room: 1 << 25, d: newDecided(g), b: newBounds(g), budget: budget, value: math.MinInt64, open: math.MinInt64, reach: make([]float64, len(g.value))}
	s.root, s.prefers = make([]int64, len(g.value)), make([]bool, len(g.value))
	for j := range s.root {
		s.root[j] = math.MaxInt64
	}
	for _, j := range g.must {
		if s.d.is[j] == free {
			s.d.set(j, 1)
		}
	}
	if !s.d.propagate() {
		return s
	}
	first := &relax{}
	first.start(g)
	s.node(0, first)
	s.complete()
	return s
}

// complete adds what still fits. It changes nothing if the search came to its
// end, and makes a choice that was given up early one that is at least maximal.
func (s *search) complete() {
	for changed := s.found && s.gaveUp; changed; {
		changed = false
		for j, v := range s.g.value {
			if s.best[j] || v <= 0 {
				continue
			}
			x := slices.Clone(s.best)
			x[j] = true
			if s.g.feasible(x) && s.accept(x) {
				changed = true
			}
		}
	}
}

// prunes reports whether a bound leaves nothing better than what was found.
func (s *search) prunes(bound int64) bool { return s.found && bound <= s.value }

// node explores everything that is left to decide.
func (s *search) node(depth int, from *relax) {
	mark := len(s.d.trail)
	defer s.d.undo(mark)
	s.nodes++
	for len(s.levels) <= depth {
		s.levels = append(s.levels, &relax{})
	}
	r := s.levels[depth]
	r.follow(from, s.d.is)
	bound := int64(math.MaxInt64)
	for round := 0; ; round++ {
		var alive bool
		if bound, alive = s.relaxed(r); !alive {
			return
		}
		if depth == 0 && round == 0 {
			s.remember(bound)
			s.dive(r)
			s.improve()
		} else if depth <= 8 && round == 0 {
			s.dive(r)
		}
		if s.prunes(bound) {
			return
		}
		before := len(s.d.trail)
		s.fix()
		changed := len(s.d.trail) > before
		if !s.d.propagate() {
			return
		}
		if !changed || round > 4 || !s.moved(r, before) {
			break
		}
		s.spare.follow(r, s.d.is)
		*r, s.spare = s.spare, *r
	}
	if s.integral(r) {
		s.offer()
		if s.prunes(bound) {
			return
		}
	}
	j, up := s.branch(r, depth)
	if j < 0 { // everything is decided and every row holds
		s.offerDecided()
		return
	}
	s.room -= len(r.cell)
	defer func() { s.room += len(r.cell) }()
	if s.nodes >= s.budget || s.room < 0 {
		s.gaveUp, s.open = true, max(s.open, bound)
		return
	}
	side := int8(1)
	if !up {
		side = 0
	}
	for range 2 {
		if s.prunes(bound) {
			return
		}
		before := len(s.d.trail)
		s.d.set(j, side)
		if s.d.propagate() {
			s.node(depth+1, r)
		}
		s.d.undo(before)
		side = 1 - side
	}
}

// relaxed solves a relaxation and returns the bound in integers; alive is false
// if nothing better is left.
func (s *search) relaxed(r *relax) (bound int64, alive bool) {
	floor := s.floor()
	for {
		how, row := r.solve(s.d.is, floor, &s.ratios)
		if how == hopeless && s.b.refutes(r, row, s.d.is) {
			return 0, false
		}
		bound = s.b.optimistic(r, s.d.is)
		if s.prunes(bound) {
			return 0, false
		}
		if how != cutOff {
			return bound, true
		}
		floor = math.Inf(-1) // rounding hid it: go on to the optimum
	}
}

// floor is where a relaxation leaves nothing better than what was found.
func (s *search) floor() float64 {
	if !s.found {
		return math.Inf(-1)
	}
	return float64(s.value) + float64(s.g.step)*0.999
}

// remember keeps what the root's multipliers say about each candidate.
func (s *search) remember(bound int64) {
	s.rootBound = bound
	for j, v := range s.d.is {
		if v == free {
			rest := s.b.rest[j]
			s.root[j], s.prefers[j] = s.b.rounded(s.b.sum-max(rest, -rest)), rest > 0
		}
	}
}

// fix decides the candidates whose other decision could not be better.
func (s *search) fix() {
	if !s.found {
		return
	}
	for j, v := range s.d.is {
		if v != free {
			continue
		}
		rest := s.b.rest[j]
		if s.prunes(s.b.rounded(s.b.sum - max(rest, -rest))) {
			side := int8(0)
			if rest > 0 {
				side = 1
			}
			s.d.set(int32(j), side)
		}
	}
}

// moved reports whether decisions since contradict the relaxation's optimum.
func (s *search) moved(r *relax, since int) bool {
	s.values(r)
	for _, j := range s.d.trail[since:] {
		if math.Abs(s.reach[j]-float64(s.d.is[j])) > 1e-6 {
			return true
		}
	}
	return false
}

// values writes the relaxation's optimum to reach.
func (s *search) values(r *relax) {
	for j, v := range s.d.is {
		s.reach[j] = float64(max(v, 0))
	}
	for c, v := range r.col {
		if int(v) < r.n {
			s.reach[v] = 0
			if r.upper[c] {
				s.reach[v] = 1
			}
		}
	}
	for i, v := range r.base {
		if int(v) < r.n {
			s.reach[v] = r.at[i]
		}
	}
}

func (s *search) integral(r *relax) bool {
	s.values(r)
	for j, v := range s.d.is {
		if x := s.reach[j]; v == free && math.Abs(x-math.Round(x)) > 1e-6 {
			return false
		}
	}
	return true
}

// branch chooses the candidate to decide: of those that the relaxation leaves
// open, the one whose both decisions cost most by the first step of the dual
// simplex method (N. J. Driebeek, An algorithm for the solution of mixed integer
// programming problems, 1966); near the root, where a choice counts for all below
// it, the best few of them are tried out (D. Applegate, R. Bixby, V. Chvátal and
// W. Cook, Finding cuts in the TSP, 1995). With none, it is the first that is
// free. up says which decision costs less.
func (s *search) branch(r *relax, depth int) (best int32, up bool) {
	s.probes = s.probes[:0]
	for i, v := range r.base {
		if int(v) >= r.n || s.d.is[v] != free {
			continue
		}
		x := s.reach[v]
		if min(x, 1-x) < 1e-6 {
			continue
		}
		down, rise := r.penalties(i, s.d.is)
		s.probes = append(s.probes, probed(v, float64(down*x), float64(rise*(1-x))))
	}
	if len(s.probes) == 0 {
		return int32(slices.Index(s.d.is, free)), true
	}
	if depth <= probeDepth && len(s.probes) > 1 {
		slices.SortStableFunc(s.probes, func(a, b probe) int { return cmp.Compare(b.score, a.score) })
		s.probes = s.probes[:min(len(s.probes), probeWidth)]
		for k, p := range s.probes {
			s.probes[k] = probed(p.item, s.loss(r, p.item, 0), s.loss(r, p.item, 1))
		}
	}
	top := s.probes[0]
	for _, p := range s.probes[1:] {
		if p.score > top.score {
			top = p
		}
	}
	return top.item, top.up
}

// probe is a candidate with what its two decisions seem to cost.
type probe struct {
	item  int32
	score float64
	up    bool
}

const (
	probeDepth = 12
	probeWidth = 6
)

func probed(item int32, down, up float64) probe {
	return probe{item, float64(max(down, tiny) * max(up, tiny)), up <= down}
}

// loss returns by how much the relaxation falls if a candidate is decided.
func (s *search) loss(r *relax, j int32, side int8) float64 {
	before := len(s.d.trail)
	s.d.set(j, side)
	defer s.d.undo(before)
	if !s.d.propagate() {
		return math.MaxFloat32
	}
	s.spare.follow(r, s.d.is)
	how, _ := s.spare.solve(s.d.is, s.floor(), &s.ratios)
	if how == hopeless {
		return math.MaxFloat32
	}
	return r.z - s.spare.z
}

// offer takes the rounded optimum of a relaxation if it is feasible and better.
func (s *search) offer() {
	x := make([]bool, len(s.reach))
	for j, v := range s.reach {
		x[j] = v > 0.5
	}
	if s.g.feasible(x) {
		s.accept(x)
	}
}

func (s *search) offerDecided() {
	x := make([]bool, len(s.d.is))
	for j, v := range s.d.is {
		x[j] = v == 1
	}
	s.accept(x)
}

func (s *search) accept(x []bool) bool {
	if v := s.g.total(x); !s.found || v > s.value {
		s.best, s.value, s.found = x, v, true
		return true
	}
	return false
}

// dive decides one candidate after the other as the relaxation would like it,
// greedily, and takes what comes out if it is better.
func (s *search) dive(r *relax) {
	s.values(r)
	mark := len(s.d.trail)
	defer s.d.undo(mark)
	var order []int32
	for j, v := range s.d.is {
		if v == free {
			order = append(order, int32(j))
		}
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(s.reach[b], s.reach[a]), cmp.Compare(s.b.rest[b], s.b.rest[a]), cmp.Compare(a, b))
	})
	for _, j := range order {
		if s.d.is[j] != free {
			continue
		}
		first := int8(1)
		if s.g.value[j] <= 0 && s.reach[j] < 0.5 {
			first = 0
		}
		before := len(s.d.trail)
		s.d.set(j, first)
		if s.d.propagate() {
			continue
		}
		s.d.undo(before)
		s.d.set(j, 1-first)
		if !s.d.propagate() {
			return
		}
	}
	s.offerDecided()
}

// improve exchanges chosen candidates for others, one for one, as long as that
// adds value.
func (s *search) improve() {
	if !s.found {
		return
	}
	for changed := true; changed; {
		changed = false
		for out := range s.best {
			if !s.best[out] || slices.Contains(s.g.must, int32(out)) {
				continue
			}
			for in := range s.best {
				if s.best[in] || s.g.value[in] <= s.g.value[out] {
					continue
				}
				x := slices.Clone(s.best)
				x[out], x[in] = false, true
				if s.g.feasible(x) && s.accept(x) {
					changed = true
					break
				}
			}
		}
	}
}

// upper returns a bound on what any choice is worth.
func (s *search) upper() int64 {
	if !s.gaveUp {
		return s.value
	}
	if s.found {
		return max(s.value, min(s.open, s.rootBound))
	}
	return min(s.open, s.rootBound)
}
