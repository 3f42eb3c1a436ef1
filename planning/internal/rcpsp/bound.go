package rcpsp

import (
	"cmp"
	"math/bits"
	"slices"
)

// Argument is the kind of reasoning behind a lower bound.
type Argument uint8

// Arguments, from the simplest on.
const (
	ByPath       Argument = iota + 1 // the longest path
	ByResource                       // the work of one resource over its capacity, between the heads and tails of those who do it
	ByClique                         // activities of which no two can be done at the same time
	ByRefutation                     // one period less contradicts itself: windows, exclusive pairs and energy
)

// String returns the argument in a word.
func (a Argument) String() string {
	switch a {
	case ByPath:
		return "path"
	case ByResource:
		return "resource"
	case ByClique:
		return "clique"
	case ByRefutation:
		return "refutation"
	}
	return "none"
}

// Bound is a makespan that no schedule is below, and why.
type Bound struct {
	Value    int32
	Argument Argument
	Resource int32 // of ByResource; otherwise -1
}

// LowerBound returns the best of the bounds. Those by path, resource and clique
// are always tried. With effort, windows of starts are narrowed until a makespan
// contradicts itself (R. Klein and A. Scholl, Computing lower bounds by
// destructive improvement, 1999); effort is how many such rounds it may take, one
// being in the order of (number of resources) * (makespan + activities)^2 steps.
// Without effort there is no such bound, nor with several modes.
func (m *Model) LowerBound(effort int) Bound {
	r := newRelaxed(m)
	b := r.cheap()
	if effort <= 0 || m.multi {
		return b
	}
	f := newRefuter(r)
	f.rounds = effort
	return f.improve(b, maxHorizon)
}

// relaxed is the project with the least that any mode asks for.
type relaxed struct {
	m        *Model
	n        int
	net      network
	capacity []int64
	use      [][]int64 // by resource and activity
	work     [][]int64
	head     []int32 // earliest starts
	tail     []int32 // least time from a start to the end
	after    [][]uint64
}

func newRelaxed(m *Model) *relaxed {
	n := m.n
	r := &relaxed{m: m, n: n, net: m.newNetwork(false), head: make([]int32, n), tail: make([]int32, n)}
	longest := make([]int32, n)
	for i := range n {
		shortest := int32(maxHorizon)
		for _, w := range m.modes[m.modeHead[i]:m.modeHead[i+1]] {
			shortest, longest[i] = min(shortest, w.duration), max(longest[i], w.duration)
		}
		r.net.duration[i] = shortest
	}
	// The least distances: a duration counts where it is shortest, or, where it is
	// taken off, longest.
	shortest := r.net.duration
	for j := range n {
		for a := r.net.head[j]; a < r.net.head[j+1]; a++ {
			rule := r.net.inRule[a]
			r.net.in[a].weight = rule.weight(longest[j], shortest[r.net.in[a].other])
		}
		for a := r.net.tail[j]; a < r.net.tail[j+1]; a++ {
			rule := r.net.outRule[a]
			r.net.out[a].weight = rule.weight(shortest[j], longest[r.net.out[a].other])
		}
	}
	for k, c := range m.project.Capacity {
		use, work := make([]int64, n), make([]int64, n)
		for i := range n {
			use[i], work[i] = 1<<40, 1<<62
			for _, w := range m.modes[m.modeHead[i]:m.modeHead[i+1]] {
				u := int64(m.lanes.units(w.need, k))
				use[i], work[i] = min(use[i], u), min(work[i], u*int64(w.duration))
			}
		}
		r.capacity, r.use, r.work = append(r.capacity, int64(c)), append(r.use, use), append(r.work, work)
	}
	r.net.heads(r.head)
	r.net.tails(r.tail)
	if n <= maxPairs {
		r.after = closure(&r.net)
		r.stretch()
	}
	return r
}

// closure returns for each activity the set of those that start after its end.
func closure(net *network) [][]uint64 {
	words := (net.n + 63) / 64
	after := make([][]uint64, net.n)
	for j := net.n - 1; j >= 0; j-- {
		after[j] = make([]uint64, words)
		for _, a := range net.out[net.tail[j]:net.tail[j+1]] {
			if a.weight < net.duration[j] {
				continue
			}
			after[j][a.other/64] |= 1 << (a.other % 64)
			for w, set := range after[a.other] {
				after[j][w] |= set
			}
		}
	}
	return after
}

// stretch lengthens heads and tails by the work that must be done before an
// activity, or after it.
func (r *relaxed) stretch() {
	before := make([]int64, r.n*len(r.capacity))
	for j := range r.n {
		h := r.head[j]
		for _, a := range r.net.in[r.net.head[j]:r.net.head[j+1]] {
			h = max(h, r.head[a.other]+a.weight)
		}
		for k, c := range r.capacity {
			if work := before[j*len(r.capacity)+k]; work > 0 {
				h = max(h, int32((work+c-1)/c))
			}
		}
		r.head[j] = h
		eachBit(r.after[j], func(i int) {
			for k := range r.capacity {
				before[i*len(r.capacity)+k] += r.work[k][j]
			}
		})
	}
	for j := r.n - 1; j >= 0; j-- {
		t := r.tail[j]
		for _, a := range r.net.out[r.net.tail[j]:r.net.tail[j+1]] {
			t = max(t, r.tail[a.other]+a.weight)
		}
		for k, c := range r.capacity {
			var work int64
			least := int32(maxHorizon)
			eachBit(r.after[j], func(i int) {
				if r.work[k][i] > 0 {
					work += r.work[k][i]
					least = min(least, r.tail[i]-r.net.duration[i])
				}
			})
			if work > 0 {
				t = max(t, r.net.duration[j]+int32((work+c-1)/c)+least)
			}
		}
		r.tail[j] = t
	}
}

func eachBit(set []uint64, visit func(int)) {
	for w, left := range set {
		for ; left != 0; left &= left - 1 {
			visit(w*64 + bits.TrailingZeros64(left))
		}
	}
}

func (r *relaxed) cheap() Bound {
	b := Bound{0, ByPath, -1}
	for i := range r.n {
		b.Value = max(b.Value, r.head[i]+r.tail[i])
	}
	for k := range r.capacity {
		if v := r.byResource(k); v > b.Value {
			b = Bound{v, ByResource, int32(k)}
		}
	}
	if v := r.byClique(); v > b.Value {
		b = Bound{v, ByClique, -1}
	}
	return b
}

// byResource returns the least time in which a resource can do its work, from the
// least head to the least tail of what uses it.
func (r *relaxed) byResource(k int) int32 {
	var work int64
	head, after := int32(maxHorizon), int32(maxHorizon)
	for i, w := range r.work[k] {
		if w > 0 {
			work += w
			head, after = min(head, r.head[i]), min(after, r.tail[i]-r.net.duration[i])
		}
	}
	if work == 0 {
		return 0
	}
	return int32(min(maxHorizon, (work+r.capacity[k]-1)/r.capacity[k])) + head + after
}

// exclusive reports whether two activities exceed a resource together. With
// several modes it is by the least use of each.
func (r *relaxed) exclusive(i, j int) bool {
	if r.net.duration[i] == 0 || r.net.duration[j] == 0 {
		return false
	}
	for k, c := range r.capacity {
		if r.use[k][i]+r.use[k][j] > c {
			return true
		}
	}
	return false
}

// maxPairs bounds the activities for which pairs are looked at.
const maxPairs = 2048

// apart returns for each activity the set of those it is never done together
// with: by precedence, or because a resource does not suffice for both.
func (r *relaxed) apart() [][]uint64 {
	words := (r.n + 63) / 64
	both := make([][]uint64, r.n)
	for j := range both {
		both[j] = make([]uint64, words)
	}
	for i := range r.n {
		for j := i + 1; j < r.n; j++ {
			if r.after[i][j/64]>>(j%64)&1 != 0 || r.exclusive(i, j) {
				both[i][j/64] |= 1 << (j % 64)
				both[j][i/64] |= 1 << (i % 64)
			}
		}
	}
	return both
}

// byClique returns the length of a set of activities of which no two can be done
// together, between its least head and least tail; sets are grown greedily from
// each activity by the longest duration.
func (r *relaxed) byClique() (best int32) {
	if r.n > maxPairs {
		return 0
	}
	apart := r.apart()
	long := make([]int32, r.n)
	for i := range long {
		long[i] = int32(i)
	}
	slices.SortStableFunc(long, func(a, b int32) int { return cmp.Compare(r.net.duration[b], r.net.duration[a]) })
	left := make([]uint64, (r.n+63)/64)
	for i := range r.n {
		copy(left, apart[i])
		sum, head, after := r.net.duration[i], r.head[i], r.tail[i]-r.net.duration[i]
		best = max(best, sum+head+after)
		for _, j := range long {
			if left[j/64]>>(j%64)&1 == 0 {
				continue
			}
			sum += r.net.duration[j]
			head, after = min(head, r.head[j]), min(after, r.tail[j]-r.net.duration[j])
			best = max(best, sum+head+after)
			for w, set := range apart[j] {
				left[w] &= set
			}
		}
	}
	return best
}
