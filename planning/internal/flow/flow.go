// Package flow finds maximum flows and minimum cuts.
package flow

import "math"

// Network is a directed graph with capacities. The zero Network is empty.
type Network struct {
	head  []int32 // first edge of each node, -1 none
	next  []int32 // next edge of the same node
	to    []int32
	left  []int64 // capacity not used; edge e^1 is the reverse of e
	level []int32
	at    []int32 // edge to go on with
	queue []int32
	path  []int32
}

// Unlimited is a capacity that no sum of capacities reaches.
const Unlimited = math.MaxInt64 / 4

// Node adds a node and returns its number.
func (n *Network) Node() int32 {
	n.head = append(n.head, -1)
	return int32(len(n.head) - 1) //nolint:gosec // callers bound their networks
}

// Edge adds an edge and returns its number, for Flow.
func (n *Network) Edge(from, to int32, capacity int64) int32 {
	e := int32(len(n.to)) //nolint:gosec // callers bound their networks
	n.to = append(n.to, to, from)
	n.left = append(n.left, capacity, 0)
	n.next = append(n.next, n.head[from], n.head[to])
	n.head[from], n.head[to] = e, e+1
	return e
}

// Flow returns what flows through an edge.
func (n *Network) Flow(edge int32) int64 { return n.left[edge^1] }

// Max pushes as much as possible from source to sink and returns how much, by
// blocking flows on level graphs (E. A. Dinic, Algorithm for solution of a problem
// of maximum flow in networks with power estimation, 1970). It does not recurse.
func (n *Network) Max(source, sink int32) int64 {
	n.level = make([]int32, len(n.head))
	n.at = make([]int32, len(n.head))
	total := int64(0)
	for n.reach(source, sink) {
		copy(n.at, n.head)
		for {
			pushed := n.augment(source, sink)
			if pushed == 0 {
				break
			}
			total += pushed
		}
	}
	return total
}

// reach numbers nodes by their distance from the source along edges with room and
// reports whether the sink is among them.
func (n *Network) reach(source, sink int32) bool {
	for i := range n.level {
		n.level[i] = -1
	}
	n.level[source] = 0
	n.queue = append(n.queue[:0], source)
	for k := 0; k < len(n.queue); k++ {
		for e := n.head[n.queue[k]]; e >= 0; e = n.next[e] {
			if to := n.to[e]; n.left[e] > 0 && n.level[to] < 0 {
				n.level[to] = n.level[n.queue[k]] + 1
				n.queue = append(n.queue, to)
			}
		}
	}
	return n.level[sink] >= 0
}

// augment pushes along one path of the level graph, 0 if there is none left.
func (n *Network) augment(source, sink int32) int64 {
	n.path = n.path[:0]
	for at := source; at != sink; {
		e := n.at[at]
		for e >= 0 && (n.left[e] == 0 || n.level[n.to[e]] != n.level[at]+1) {
			e = n.next[e]
		}
		n.at[at] = e
		if e >= 0 {
			n.path = append(n.path, e)
			at = n.to[e]
			continue
		}
		if at == source {
			return 0
		}
		back := n.path[len(n.path)-1] // a dead end: its edge is done with
		n.path = n.path[:len(n.path)-1]
		at = n.to[back^1]
		n.at[at] = n.next[back]
	}
	pushed := int64(math.MaxInt64)
	for _, e := range n.path {
		pushed = min(pushed, n.left[e])
	}
	for _, e := range n.path {
		n.left[e] -= pushed
		n.left[e^1] += pushed
	}
	return pushed
}

// Cut returns, after Max, which nodes lie on the source's side of the minimum cut
// that has as few of them as possible (L. R. Ford and D. R. Fulkerson, Flows in
// Networks, 1962).
func (n *Network) Cut() []bool {
	out := make([]bool, len(n.level))
	for i, l := range n.level {
		out[i] = l >= 0
	}
	return out
}
