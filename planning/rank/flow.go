package rank

import "math"

// flow finds a maximum flow of least cost by shortest augmenting paths (R. G.
// Busacker and P. J. Gowen, 1961). Edges come in pairs: e and e^1 are opposite.
// With costs of 0 the paths are those with the fewest edges (J. Edmonds and
// R. M. Karp, Theoretical improvements in algorithmic efficiency, 1972).
type flow struct {
	first []int32 // by node: its latest edge, -1 if none
	next  []int32 // by edge: the node's edge before it
	to    []int32
	left  []int64
	cost  []int64
	dist  []int64
	via   []int32
	queue []int32
	in    []bool
}

func newFlow(nodes int) *flow {
	f := &flow{first: make([]int32, nodes), dist: make([]int64, nodes), via: make([]int32, nodes), in: make([]bool, nodes)}
	for i := range f.first {
		f.first[i] = -1
	}
	return f
}

func (f *flow) edge(from, to int32, capacity, cost int64) int32 {
	e := int32(len(f.to))
	f.half(from, to, capacity, cost)
	f.half(to, from, 0, -cost)
	return e
}

func (f *flow) half(from, to int32, capacity, cost int64) {
	f.next = append(f.next, f.first[from])
	f.first[from] = int32(len(f.to))
	f.to, f.left, f.cost = append(f.to, to), append(f.left, capacity), append(f.cost, cost)
}

func (f *flow) run(source, sink int32) (amount, cost int64) {
	for f.path(source, sink) {
		least := int64(math.MaxInt64)
		for v := sink; v != source; v = f.to[f.via[v]^1] {
			least = min(least, f.left[f.via[v]])
		}
		for v := sink; v != source; v = f.to[f.via[v]^1] {
			f.left[f.via[v]] -= least
			f.left[f.via[v]^1] += least
		}
		amount += least
		cost += least * f.dist[sink]
	}
	return amount, cost
}

// path finds a cheapest path (R. Bellman, On a routing problem, 1958, with a
// queue).
func (f *flow) path(source, sink int32) bool {
	for i := range f.dist {
		f.dist[i] = math.MaxInt64
	}
	f.dist[source] = 0
	f.queue = append(f.queue[:0], source)
	for head := 0; head < len(f.queue); head++ {
		u := f.queue[head]
		f.in[u] = false
		for e := f.first[u]; e >= 0; e = f.next[e] {
			v := f.to[e]
			if f.left[e] == 0 || f.dist[v] <= f.dist[u]+f.cost[e] {
				continue
			}
			f.dist[v], f.via[v] = f.dist[u]+f.cost[e], e
			if !f.in[v] {
				f.in[v] = true
				f.queue = append(f.queue, v)
			}
		}
	}
	return f.dist[sink] != math.MaxInt64
}

// reached returns the nodes that could still get something from the source.
func (f *flow) reached(source int32) []bool {
	out := make([]bool, len(f.first))
	out[source] = true
	f.queue = append(f.queue[:0], source)
	for head := 0; head < len(f.queue); head++ {
		for e := f.first[f.queue[head]]; e >= 0; e = f.next[e] {
			if v := f.to[e]; f.left[e] > 0 && !out[v] {
				out[v] = true
				f.queue = append(f.queue, v)
			}
		}
	}
	return out
}
