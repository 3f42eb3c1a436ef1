package quorum

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// answer is that of a search.
type answer uint8

const (
	no answer = iota
	yes
	unknown // out of nodes
)

// solver finds a plan for given numbers of people of each kind. States are open
// demands: it decides kind by kind how many of its people take each option.
type solver struct {
	c        *core
	kinds    []able
	count    []int // by kind
	order    []int // kinds with fewest options first
	demand   []int64
	open     []int64 // what is still to be met
	undo     []change
	supply   []int64 // by place in order and dimension: the most that the kinds from there can give
	cliques  []clique
	free     []int64 // by place in order and clique: people from there who can vote in it
	took     [][]int // by kind and option
	dead     map[string]struct{}
	key      []byte
	explored int
	stored   int // bytes of dead
}

type change struct {
	dim int32
	was int64
}

// memoAfter is how many nodes a search takes before it begins to remember dead
// ends: most end earlier.
const memoAfter = 32

// maxStored is how many bytes of dead ends are remembered.
const maxStored = 16 << 20

func newSolver(c *core, kinds []able) *solver {
	s := &solver{
		c: c, kinds: kinds, count: make([]int, len(kinds)), order: make([]int, len(kinds)),
		demand: make([]int64, len(c.dims)), open: make([]int64, len(c.dims)), took: make([][]int, len(kinds)),
		supply: make([]int64, (len(kinds)+1)*len(c.dims)), cliques: c.cliques(),
	}
	s.free = make([]int64, (len(kinds)+1)*len(s.cliques))
	for i := range kinds {
		s.order[i] = i
		s.took[i] = make([]int, len(kinds[i].options))
	}
	slices.SortStableFunc(s.order, func(a, b int) int { return len(kinds[a].options) - len(kinds[b].options) })
	return s
}

// solve looks for a plan. After yes, took is one of which nobody can be spared.
func (s *solver) solve(electors []int) answer {
	s.c.demand(electors, s.demand)
	copy(s.open, s.demand)
	s.undo = s.undo[:0]
	s.explored, s.stored = 0, 0
	clear(s.dead)
	for i := range s.took {
		clear(s.took[i])
	}
	s.bounds()
	a := s.fill(0)
	if a == yes {
		s.spare()
	}
	return a
}

// bounds computes what is left to give from each place in the order on.
func (s *solver) bounds() {
	n, m := len(s.c.dims), len(s.cliques)
	for at, k := range slices.Backward(s.order) {
		row := s.supply[at*n : (at+1)*n]
		clear(row)
		for _, o := range s.kinds[k].options {
			for _, t := range o {
				row[t.dim] = max(row[t.dim], t.amount*int64(s.count[k]))
			}
		}
		for d := range row {
			row[d] += s.supply[(at+1)*n+d]
		}
		for q := range s.cliques {
			s.free[at*m+q] = s.free[(at+1)*m+q]
			if s.cliques[q].mask.meets(&s.kinds[k].mask) {
				s.free[at*m+q] += int64(s.count[k])
			}
		}
	}
}

// hopeless reports whether the kinds from a place on cannot meet what is open.
func (s *solver) hopeless(at int) bool {
	n, m := len(s.c.dims), len(s.cliques)
	for d, x := range s.open {
		if x > s.supply[at*n+d] {
			return true
		}
	}
	for q := range s.cliques {
		sum := int64(0)
		for _, d := range s.cliques[q].dims {
			sum += s.open[d]
		}
		if sum > s.free[at*m+q] {
			return true
		}
	}
	return false
}

func (s *solver) met() bool {
	for _, x := range s.open {
		if x > 0 {
			return false
		}
	}
	return true
}

// fill decides for the kinds from a place in the order on.
func (s *solver) fill(at int) answer {
	if s.met() {
		return yes
	}
	if at == len(s.order) || s.hopeless(at) {
		return no
	}
	if s.c.v.nodes--; s.c.v.nodes < 0 {
		return unknown
	}
	s.explored++
	remember := s.explored > memoAfter
	if remember {
		if _, ok := s.dead[string(s.state(at))]; ok {
			return no
		}
	}
	k := s.order[at]
	a := s.share(at, 0, s.count[k])
	if a == no && remember && s.stored < maxStored {
		if s.dead == nil {
			s.dead = map[string]struct{}{}
		}
		s.dead[string(s.state(at))] = struct{}{}
		s.stored += len(s.key)
	}
	return a
}

func (s *solver) state(at int) []byte {
	s.key = s.key[:0]
	if s.c.v.fault != faultMemo {
		s.key = binary.AppendUvarint(s.key, uint64(at))
	}
	for _, x := range s.open {
		s.key = binary.AppendVarint(s.key, x)
	}
	return s.key
}

// share decides how many of the people left of a kind take an option and those
// after it. The last takes as many as are of use.
func (s *solver) share(at, o, left int) answer {
	k := s.order[at]
	options := s.kinds[k].options
	if o == len(options) || left == 0 {
		return s.fill(at + 1)
	}
	useful := int64(0)
	for _, t := range options[o] {
		if x := s.open[t.dim]; x > 0 {
			useful = max(useful, (x-1)/t.amount+1)
		}
	}
	n := int(min(useful, int64(left)))
	low := 0
	if o == len(options)-1 {
		low = n
	}
	for ; n >= low; n-- {
		if s.c.v.nodes--; s.c.v.nodes < 0 {
			return unknown
		}
		mark := len(s.undo)
		for _, t := range options[o] {
			if x := s.open[t.dim]; x > 0 && n > 0 {
				s.undo = append(s.undo, change{t.dim, x})
				s.open[t.dim] = x - min(x, times(int64(n), t.amount))
			}
		}
		s.took[k][o] = n
		a := s.share(at, o+1, left-n)
		if a != no {
			return a
		}
		s.took[k][o] = 0
		for i := len(s.undo) - 1; i >= mark; i-- {
			s.open[s.undo[i].dim] = s.undo[i].was
		}
		s.undo = s.undo[:mark]
	}
	return no
}

// times multiplies, saturating far above every demand.
func times(n, amount int64) int64 {
	hi, lo := bits.Mul64(uint64(n), uint64(amount))
	if hi != 0 || lo > maxWeight {
		return maxWeight
	}
	return int64(lo)
}

// spare takes out whoever the plan found does not need.
func (s *solver) spare() {
	for d := range s.open {
		s.open[d] = -s.demand[d]
	}
	for k := range s.took {
		for o, n := range s.took[k] {
			for _, t := range s.kinds[k].options[o] {
				s.open[t.dim] += times(int64(n), t.amount)
			}
		}
	}
	for _, k := range slices.Backward(s.order) {
		for o := range s.took[k] {
			for s.took[k][o] > 0 && s.spared(s.kinds[k].options[o]) {
				s.took[k][o]--
			}
		}
	}
}

func (s *solver) spared(o option) bool {
	for _, t := range o {
		if s.open[t.dim] < t.amount {
			return false
		}
	}
	for _, t := range o {
		s.open[t.dim] -= t.amount
	}
	return true
}

// used returns how many people of a kind the plan found needs.
func (s *solver) used(k int) int {
	n := 0
	for _, x := range s.took[k] {
		n += x
	}
	return n
}
