package quorum

import (
	"math/bits"
	"math/rand/v2"
	"slices"
)

// The oracle decides small problems from the definitions alone: people are bits,
// every set of voters, requester, contributors and absentees is tried. It shares
// nothing with the product but the types of the problem.
type oracle struct {
	p      *Problem
	before [][2]int // stage, and one that opens only when it is decided
}

type bitset = uint32

func bitsOf(list []int32) bitset {
	m := bitset(0)
	for _, q := range list {
		m |= 1 << q
	}
	return m
}

func (o oracle) electorate(s int, q int32, authors bitset) bitset {
	st := &o.p.Stages[s]
	m := bitsOf(st.Electors)
	if st.ExcludeRequester && q >= 0 {
		m &^= 1 << q
	}
	if st.ExcludeContributors {
		m &^= authors
	}
	return m
}

// decided reports whether the approvals x, all of the electorate e, decide stage s.
func (o oracle) decided(s int, e, x bitset) bool {
	st := &o.p.Stages[s]
	r := &st.Rule
	n := bits.OnesCount32(x)
	if n < r.Floor {
		return false
	}
	switch r.Kind {
	case Count:
		return n >= r.N
	case All:
		return e != 0 && x == e
	case Percent:
		return n >= 1 && int64(n)*r.Den >= r.Num*int64(bits.OnesCount32(e))
	case Weighted:
		sum := int64(0)
		for i, q := range st.Electors {
			if x>>q&1 != 0 {
				sum += r.Weights[i]
			}
		}
		return sum >= r.Target
	case PerGroup:
		if r.Single {
			counts := make([]int, len(r.Groups))
			return o.allocate(r, x, counts)
		}
		for _, g := range r.Groups {
			if bits.OnesCount32(x&bitsOf(g.Members)) < g.N {
				return false
			}
		}
		return true
	}
	panic("unreachable")
}

// allocate tries every way to count each voter in one group or in none.
func (o oracle) allocate(r *Rule, x bitset, counts []int) bool {
	if x == 0 {
		for i, g := range r.Groups {
			if counts[i] < g.N {
				return false
			}
		}
		return true
	}
	q := bits.TrailingZeros32(x)
	x &= x - 1
	for i, g := range r.Groups {
		if slices.Contains(g.Members, int32(q)) {
			counts[i]++
			if o.allocate(r, x, counts) {
				return true
			}
			counts[i]--
		}
	}
	return o.allocate(r, x, counts)
}

func (o oracle) separate(s, t int) bool {
	for _, x := range o.p.Separate {
		if int(x.A) == s && int(x.B) == t || int(x.A) == t && int(x.B) == s {
			return true
		}
	}
	return false
}

// fillings returns the sets that decide each stage.
func (o oracle) fillings(stages []int32, q int32, authors bitset) [][]bitset {
	out := make([][]bitset, len(stages))
	for i, s := range stages {
		e := o.electorate(int(s), q, authors)
		for x := e; ; x = (x - 1) & e {
			if o.decided(int(s), e, x) {
				out[i] = append(out[i], x)
			}
			if x == 0 {
				break
			}
		}
		slices.Reverse(out[i])
	}
	return out
}

// plan reports whether stages have a plan that spares the absent.
func (o oracle) plan(stages []int32, fillings [][]bitset, absent bitset, chosen []bitset) bool {
	i := len(chosen)
	if i == len(stages) {
		return true
	}
	taken := absent
	for j, x := range chosen {
		if o.separate(int(stages[i]), int(stages[j])) {
			taken |= x
		}
	}
	for _, x := range fillings[i] {
		if x&taken == 0 && o.plan(stages, fillings, absent, append(chosen, x)) {
			return true
		}
	}
	return false
}

func (o oracle) feasible(stages []int32, q int32, authors, absent bitset) bool {
	return o.plan(stages, o.fillings(stages, q, authors), absent, nil)
}

func (o oracle) scenarios() [][]int32 {
	if o.p.Scenarios != nil {
		return o.p.Scenarios
	}
	var all []int32
	for i := range o.p.Stages {
		all = append(all, int32(i))
	}
	return [][]int32{all}
}

// cases yields every requester and every choice of contributors.
func (o oracle) cases(yield func(q int32, authors bitset) bool) {
	requesters := slices.Clone(o.p.Requesters)
	if o.p.AnyRequester {
		requesters = append(requesters, -1)
	}
	pool := bitsOf(o.p.Contributors)
	for _, q := range requesters {
		for x := pool; ; x = (x - 1) & pool {
			if bits.OnesCount32(x) <= o.p.MaxContributors && !yield(q, x) {
				return
			}
			if x == 0 {
				break
			}
		}
	}
}

func (o oracle) satisfiable() bool {
	all := bitset(1)<<o.p.People - 1
	for q, authors := range o.cases {
		for _, stages := range o.scenarios() {
			f := o.fillings(stages, q, authors)
			for d := bitset(0); d <= all; d++ {
				if bits.OnesCount32(d) <= o.p.Absences && !o.plan(stages, f, d, nil) {
					return false
				}
			}
		}
	}
	return true
}

// safe explores every order of votes. Static: the absent are so from the start.
// Otherwise anybody may vanish at any time, votes cast staying.
func (o oracle) safe(static bool) bool {
	all := bitset(1)<<o.p.People - 1
	for q, authors := range o.cases {
		for _, stages := range o.scenarios() {
			if !static {
				if o.deadEnd(stages, q, authors, 0, o.p.Absences) {
					return false
				}
				continue
			}
			for d := bitset(0); d <= all; d++ {
				if bits.OnesCount32(d) <= o.p.Absences && o.deadEnd(stages, q, authors, d, 0) {
					return false
				}
			}
		}
	}
	return true
}

type votes [4]bitset

// deadEnd reports whether votes may reach a state in which something is not
// decided and at most so many people could still vote.
func (o oracle) deadEnd(stages []int32, q int32, authors, absent bitset, vanish int) bool {
	e := make([]bitset, len(o.p.Stages))
	for _, s := range stages {
		e[s] = o.electorate(int(s), q, authors)
	}
	seen := map[votes]bool{}
	var explore func(x votes) bool
	explore = func(x votes) bool {
		if seen[x] {
			return false
		}
		seen[x] = true
		complete, movers := true, bitset(0)
		next := make([]votes, 0, 8)
		for _, s := range stages {
			if o.decided(int(s), e[s], x[s]) {
				continue
			}
			complete = false
			may := e[s] &^ absent &^ x[s]
			for _, t := range stages {
				if o.separate(int(s), int(t)) {
					may &^= x[t]
				}
				if slices.Contains(o.before, [2]int{int(t), int(s)}) && !o.decided(int(t), e[t], x[t]) {
					may = 0
				}
			}
			movers |= may
			for ; may != 0; may &= may - 1 {
				y := x
				y[s] |= may & -may
				next = append(next, y)
			}
		}
		if complete {
			return false
		}
		return bits.OnesCount32(movers) <= vanish || slices.ContainsFunc(next, explore)
	}
	return explore(votes{})
}

// organisation returns a random problem of 2 to 7 people and 1 to 4 stages: dense
// has many electors and one absence at least.
func organisation(r *rand.Rand, dense bool, kinds int) *Problem {
	p := &Problem{People: 2 + r.IntN(6), Absences: r.IntN(3), MaxContributors: r.IntN(3), AnyRequester: r.IntN(3) > 0}
	eligible := 4
	if dense {
		p.People = 3 + r.IntN(5)
		p.Absences, eligible = 1+r.IntN(3), 7
		p.MaxContributors = max(0, r.IntN(4)-1)
	}
	some := func(of8 int) []int32 {
		var out []int32
		for q := range p.People {
			if r.IntN(8) < of8 {
				out = append(out, int32(q))
			}
		}
		return out
	}
	stages := 1 + r.IntN(4)
	for range stages {
		s := Stage{Electors: some(eligible), ExcludeRequester: r.IntN(3) == 0, ExcludeContributors: r.IntN(3) == 0}
		s.Rule = rule(r, &s, some, dense, kinds)
		p.Stages = append(p.Stages, s)
	}
	for a := range stages {
		for b := range a {
			if r.IntN(2) == 0 {
				p.Separate = append(p.Separate, Separation{A: int32(a), B: int32(b)})
			}
		}
	}
	if r.IntN(3) == 0 {
		for range 1 + r.IntN(3) {
			var scenario []int32
			for s := range stages {
				if r.IntN(3) > 0 {
					scenario = append(scenario, int32(s))
				}
			}
			p.Scenarios = append(p.Scenarios, scenario)
		}
	}
	p.Requesters, p.Contributors = some(3), some(3)
	if len(p.Requesters) == 0 {
		p.AnyRequester = true
	}
	return p
}

// rule returns a random rule of the first so many kinds.
func rule(r *rand.Rand, s *Stage, some func(int) []int32, dense bool, kinds int) Rule {
	out := Rule{Kind: Kind(r.IntN(kinds))}
	if out.Kind == All && dense && r.IntN(4) > 0 { // with an absence it always fails
		out.Kind = Count
	}
	switch out.Kind {
	case Count:
		out.N = 1 + r.IntN(2)
	case Percent:
		out.Den = 1 + r.Int64N(6)
		out.Num = 1 + r.Int64N(out.Den)
		if dense {
			out.Num = 1 + r.Int64N((out.Den+1)/2)
		}
	case Weighted:
		sum := int64(0)
		for range s.Electors {
			w := r.Int64N(4)
			out.Weights = append(out.Weights, w)
			sum += w
		}
		out.Target = 1 + r.Int64N(sum/2+1)
	case PerGroup:
		for range 1 + r.IntN(2) {
			out.Groups = append(out.Groups, Group{Members: some(5), N: 1})
		}
		if r.IntN(4) == 0 {
			out.Groups[0].N = 2
		}
		out.Single = r.IntN(2) == 0
	case All:
	}
	if r.IntN(6) == 0 {
		out.Floor = r.IntN(3)
	}
	return out
}
