package quorum

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

// core is a set of stages with the people who can vote in them by kind. People
// who can do the same are interchangeable: everything runs on kinds and numbers.
// Stages have local numbers here.
type core struct {
	v        *prover
	stages   []int32 // by local number, ascending
	apart    []set   // by local number
	dims     []dim
	first    []int // first dimension of each stage
	electors []int // the electorate of each stage
	kinds    []able
	askBars  set // stages that exclude the requester
	authBars set // ... and contributors
}

// dim is one thing that approvals are counted for: a number, a weight, a group.
type dim struct {
	stage int   // local
	group int   // -1: not of a group
	floor bool  // people beside weights or groups
	fixed int64 // the demand, but for counting rules
}

// able is a kind of people.
type able struct {
	people  []int32 // ascending
	mask    set     // the stages in which they can vote
	weights []int64 // by local stage, where it is weighted
	groups  []uint64
	pool    bool // they may turn out to be contributors, and it matters
	options []option
}

// option is one way to use a person: the dimensions served, and how much.
type option []term

type term struct {
	dim    int32
	amount int64
}

// reach says in which stages of the core a person is an elector, and in which of
// those they can vote; both are local.
type reach func(q int32, eligible set) (elector, voter set)

func everybody(_ int32, eligible set) (elector, voter set) { return eligible, eligible }

func (v *prover) newCore(stages set, who reach) *core {
	c := &core{v: v, stages: stages.list()}
	n := len(c.stages)
	c.apart, c.first, c.electors = make([]set, n), make([]int, n), make([]int, n)
	for i, s := range c.stages {
		for j, t := range c.stages {
			if v.apart[s].has(int(t)) {
				c.apart[i].add(j)
			}
		}
		u := &v.tallies[s]
		if u.ExcludeRequester {
			c.askBars.add(i)
		}
		if u.ExcludeContributors {
			c.authBars.add(i)
		}
		c.measure(i, u)
	}
	c.people(who)
	return c
}

// measure adds the dimensions of a stage.
func (c *core) measure(i int, u *tally) {
	c.first[i] = len(c.dims)
	switch r := &u.Rule; r.Kind {
	case Weighted:
		c.dims = append(c.dims, dim{i, -1, false, r.Target})
	case PerGroup:
		for g, group := range r.Groups {
			c.dims = append(c.dims, dim{i, g, false, int64(group.N)})
		}
	default:
		c.dims = append(c.dims, dim{i, -1, false, 0})
		return
	}
	if floor := c.v.need(&u.Rule, 0); floor > 0 {
		c.dims = append(c.dims, dim{i, -1, true, int64(floor)})
	}
}

// people sorts the electors into kinds, in the order of their first members.
func (c *core) people(who reach) {
	v := c.v
	if v.scratch == nil {
		v.scratch = make([]set, v.p.People)
	}
	var touched []int32
	for i, s := range c.stages {
		for _, q := range v.tallies[s].Electors {
			if v.scratch[q].empty() {
				touched = append(touched, q)
			}
			v.scratch[q].add(i)
		}
	}
	slices.Sort(touched)
	index := map[string]int{}
	var key []byte
	for _, q := range touched {
		elector, voter := who(q, v.scratch[q])
		v.scratch[q] = set{}
		for i := elector.next(0); i >= 0; i = elector.next(i + 1) {
			c.electors[i]++
		}
		k := able{mask: voter}
		k.pool = voter.meets(&c.authBars) && contains(v.p.Contributors, q)
		c.details(&k, q)
		key = k.key(key[:0])
		at, ok := index[string(key)]
		if !ok {
			at = len(c.kinds)
			index[string(key)] = at
			c.kinds = append(c.kinds, k)
		}
		c.kinds[at].people = append(c.kinds[at].people, q)
	}
}

// details sets the weights and groups of a person where they matter.
func (c *core) details(k *able, q int32) {
	for i := k.mask.next(0); i >= 0; i = k.mask.next(i + 1) {
		u := &c.v.tallies[c.stages[i]]
		if u.counting() {
			continue
		}
		at, _ := slices.BinarySearch(u.Electors, q)
		if u.Rule.Kind == Weighted {
			if k.weights == nil {
				k.weights = make([]int64, len(c.stages))
			}
			k.weights[i] = u.Rule.Weights[at]
		} else {
			if k.groups == nil {
				k.groups = make([]uint64, len(c.stages))
			}
			k.groups[i] = u.masks[at]
		}
	}
}

func (k *able) key(b []byte) []byte {
	for _, w := range k.mask {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	if k.pool {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	for i := k.mask.next(0); i >= 0; i = k.mask.next(i + 1) {
		if k.weights != nil {
			b = binary.AppendVarint(b, k.weights[i])
		}
		if k.groups != nil {
			b = binary.AppendUvarint(b, k.groups[i])
		}
	}
	return b
}

// without returns the kind of people of k who are barred from some stages.
func (k *able) without(barred *set) able {
	return able{mask: k.mask.less(barred), weights: k.weights, groups: k.groups, pool: k.pool}
}

// covers reports whether whoever is of kind k can do what one of kind o can.
func (k *able) covers(o *able) bool {
	if !o.mask.within(&k.mask) {
		return false
	}
	for i := o.mask.next(0); i >= 0; i = o.mask.next(i + 1) {
		if o.weights != nil && o.weights[i] > 0 && o.weights[i] > k.weights[i] {
			return false
		}
		if o.groups != nil && o.groups[i] != 0 && o.groups[i]&^k.groups[i] != 0 {
			return false
		}
	}
	return true
}

// demand writes what each dimension asks for.
func (c *core) demand(electors []int, out []int64) {
	for d := range c.dims {
		out[d] = c.dims[d].fixed
		if r := &c.v.tallies[c.stages[c.dims[d].stage]].Rule; out[d] == 0 {
			out[d] = int64(c.v.need(r, electors[c.dims[d].stage]))
		}
	}
}

// choices sets the options of a kind: the largest sets of its stages of which no
// two are separate (C. Bron and J. Kerbosch, Algorithm 457, 1973, on the graph of
// those that are not), with each choice of groups where one counts in one only.
// It reports whether the nodes sufficed.
func (c *core) choices(k *able) bool {
	k.options = nil
	if !c.independent(k, set{}, k.mask, set{}) {
		return false
	}
	k.options = undominated(k.options)
	return true
}

func (c *core) independent(k *able, in, open, done set) bool {
	if c.v.nodes--; c.v.nodes < 0 {
		return false
	}
	if open.empty() {
		if done.empty() {
			return c.serve(k, in.list(), nil)
		}
		return true
	}
	pivot, fewest := -1, MaxStages+1
	both := open.or(&done)
	for u := both.next(0); u >= 0; u = both.next(u + 1) {
		if near := c.rivals(u).and(&open); near.size() < fewest {
			pivot, fewest = u, near.size()
		}
	}
	near := c.rivals(pivot)
	near.add(pivot)
	near = near.and(&open)
	for s := near.next(0); s >= 0; s = near.next(s + 1) {
		rivals := c.rivals(s)
		rivals.add(s)
		with := in
		with.add(s)
		if !c.independent(k, with, open.less(&rivals), done.less(&rivals)) {
			return false
		}
		open.del(s)
		done.add(s)
	}
	return true
}

func (c *core) rivals(s int) set {
	if c.v.fault == faultSeparation {
		return set{}
	}
	return c.apart[s]
}

// serve adds the options of voting in all of some stages.
func (c *core) serve(k *able, stages []int32, so option) bool {
	if c.v.nodes--; c.v.nodes < 0 {
		return false
	}
	if len(stages) == 0 {
		if len(so) > 0 {
			k.options = append(k.options, slices.Clone(so))
		}
		return true
	}
	s := int(stages[0])
	d := int32(c.first[s])
	switch r := &c.v.tallies[c.stages[s]].Rule; r.Kind {
	case Weighted:
		if k.weights[s] > 0 {
			so = append(so, term{d, k.weights[s]})
		}
		so = c.floor(so, int(d)+1)
	case PerGroup:
		so = c.floor(so, int(d)+len(r.Groups))
		in := k.groups[s]
		if !r.Single || c.v.fault == faultSingle {
			for ; in != 0; in &= in - 1 {
				so = append(so, term{d + int32(bits.TrailingZeros64(in)), 1})
			}
			break
		}
		for one := in; one != 0; one &= one - 1 {
			if !c.serve(k, stages[1:], append(so, term{d + int32(bits.TrailingZeros64(one)), 1})) {
				return false
			}
		}
		if in != 0 {
			return true
		}
	default:
		so = append(so, term{d, 1})
	}
	return c.serve(k, stages[1:], so)
}

// floor adds the term of a floor, if d is one.
func (c *core) floor(so option, d int) option {
	if d < len(c.dims) && c.dims[d].floor {
		return append(so, term{int32(d), 1})
	}
	return so
}

// undominated keeps the options of which no other does as much everywhere, those
// that do most things first.
func undominated(options []option) []option {
	for _, o := range options {
		slices.SortFunc(o, func(a, b term) int { return cmp.Compare(a.dim, b.dim) })
	}
	var out []option
	for i, o := range options {
		worse := false
		for j, other := range options {
			if i != j && o.within(other) && (j < i || !other.within(o)) {
				worse = true
				break
			}
		}
		if !worse {
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b option) int { return cmp.Compare(len(b), len(a)) })
	return out
}

func (o option) within(other option) bool {
	for _, t := range o {
		i, ok := slices.BinarySearchFunc(other, t, func(a, b term) int { return cmp.Compare(a.dim, b.dim) })
		if !ok || other[i].amount < t.amount {
			return false
		}
	}
	return true
}
