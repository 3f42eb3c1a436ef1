package quorum

import (
	"encoding/binary"
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
