package quorum

import (
	"cmp"
	"math/bits"
	"slices"
)

// option is one way to use a person: the dimensions served, and how much.
type option []term

type term struct {
	dim    int32
	amount int64
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
		c.v.nodes -= len(so) // what it takes to keep
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

// maxCompared bounds the options compared with each other.
const maxCompared = 512

// undominated keeps the options of which no other does as much everywhere, those
// that do most things first. Of very many it keeps all, which is right too.
func undominated(options []option) []option {
	for _, o := range options {
		slices.SortFunc(o, func(a, b term) int { return cmp.Compare(a.dim, b.dim) })
	}
	var out []option
	for i, o := range options {
		worse := false
		for j, other := range options[:min(len(options), maxCompared)] {
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
