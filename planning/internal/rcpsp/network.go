package rcpsp

import (
	"container/heap"
	"slices"
)

// arc is an edge seen from one of its ends: the activity at the other end and
// the minimal distance from start to start.
type arc struct{ other, weight int32 }

// network is a project in one direction of time and one mode per activity.
// Activities are numbered so that predecessors come first.
type network struct {
	n        int
	words    int
	mirrored bool
	duration []int32
	need     []uint64 // words per activity
	head     []int32  // predecessors of j: in[head[j]:head[j+1]]
	in       []arc
	inRule   []rule  // of the arcs of in
	tail     []int32 // successors of j: out[tail[j]:tail[j+1]]
	out      []arc
	outRule  []rule
}

// rule is how the distance of an arc follows from durations. Of an activity's in
// and out, own is itself.
type rule struct {
	lag        int32
	own, other int32 // how often the duration counts: -1, 0 or 1
}

func (r rule) weight(own, other int32) int32 { return r.lag + r.own*own + r.other*other }

// rules returns the rules of an edge as seen from its ends: in from the one that
// follows. Mirrored, start and finish change places.
func (net *network) rules(e Edge) (in, out rule) {
	var first, second int32
	if net.mirrored {
		e.FromFinish, e.ToFinish = !e.ToFinish, !e.FromFinish
	}
	if e.FromFinish {
		first = 1
	}
	if e.ToFinish {
		second = -1
	}
	return rule{e.Lag, second, first}, rule{e.Lag, first, second}
}

func (m *Model) newNetwork(mirrored bool) network {
	n, e := m.n, len(m.edges)
	net := network{
		n: n, words: m.lanes.words, mirrored: mirrored,
		duration: make([]int32, n), need: make([]uint64, n*m.lanes.words),
		head: make([]int32, n+1), in: make([]arc, e), inRule: make([]rule, e),
		tail: make([]int32, n+1), out: make([]arc, e), outRule: make([]rule, e),
	}
	for _, e := range m.edges {
		from, to := net.ends(e)
		net.head[to+1]++
		net.tail[from+1]++
	}
	for j := range n {
		net.head[j+1] += net.head[j]
		net.tail[j+1] += net.tail[j]
	}
	in, out := slices.Clone(net.head), slices.Clone(net.tail)
	for _, e := range m.edges {
		from, to := net.ends(e)
		net.in[in[to]].other, net.out[out[from]].other = from, to
		net.inRule[in[to]], net.outRule[out[from]] = net.rules(e)
		in[to]++
		out[from]++
	}
	return net
}

// ends returns the activity that goes first and the one that follows.
func (net *network) ends(e Edge) (from, to int32) {
	if net.mirrored {
		return int32(net.n-1) - e.To, int32(net.n-1) - e.From
	}
	return e.From, e.To
}

// at returns the number in this network of an activity of the model, or the
// other way round.
func (net *network) at(i int) int {
	if net.mirrored {
		return net.n - 1 - i
	}
	return i
}

// setModes fills in durations, needs and distances of a choice of ways, by the
// model's numbers; nil is the first way of each.
func (net *network) setModes(m *Model, choice []uint8) {
	net.setNeeds(m, choice)
	net.measureOut()
}

// setNeeds is setModes without the distances to successors, which the serial
// scheme does not ask for.
func (net *network) setNeeds(m *Model, choice []uint8) {
	net.setDurations(m, choice)
	for i := range m.n {
		k := m.modeHead[i]
		if choice != nil {
			k += int32(choice[i])
		}
		j := net.at(i)
		copy(net.need[j*net.words:(j+1)*net.words], m.modes[k].need)
	}
	net.measureIn()
}

func (net *network) setDurations(m *Model, choice []uint8) {
	for i := range m.n {
		k := m.modeHead[i]
		if choice != nil {
			k += int32(choice[i])
		}
		net.duration[net.at(i)] = m.modes[k].duration
	}
}

// measureIn fills in the distances from predecessors.
func (net *network) measureIn() { measure(net.duration, net.head, net.in, net.inRule) }

// measureOut fills in the distances to successors.
func (net *network) measureOut() { measure(net.duration, net.tail, net.out, net.outRule) }

func measure(duration, head []int32, arcs []arc, rules []rule) {
	for j, own := range duration {
		from, to := head[j], head[j+1]
		rules := rules[from:to]
		for k := range arcs[from:to] {
			a := &arcs[from:to][k]
			a.weight = rules[k].weight(own, duration[a.other])
		}
	}
}

// heads fills start with the earliest starts without resources.
func (net *network) heads(start []int32) {
	for j := range net.n {
		var s int32
		for _, a := range net.in[net.head[j]:net.head[j+1]] {
			s = max(s, start[a.other]+a.weight)
		}
		start[j] = s
	}
}

// tails fills left with the least time from the start of each activity to the
// end of the project.
func (net *network) tails(left []int32) {
	for j := net.n - 1; j >= 0; j-- {
		l := net.duration[j]
		for _, a := range net.out[net.tail[j]:net.tail[j+1]] {
			l = max(l, left[a.other]+a.weight)
		}
		left[j] = l
	}
}

// topological returns the activities with predecessors first, lower numbers
// first where edges leave it open, or else a cycle.
func topological(p Project) (order, cycle []int32) {
	n := len(p.Activities)
	next := make([][]int32, n)
	waits := make([]int32, n)
	for _, e := range p.Edges {
		next[e.From] = append(next[e.From], e.To)
		waits[e.To]++
	}
	ready := &numbers{}
	for i := range n {
		if waits[i] == 0 {
			heap.Push(ready, int32(i))
		}
	}
	order = make([]int32, 0, n)
	for len(*ready) > 0 {
		i, _ := heap.Pop(ready).(int32)
		order = append(order, i)
		for _, j := range next[i] {
			if waits[j]--; waits[j] == 0 {
				heap.Push(ready, j)
			}
		}
	}
	if len(order) == n {
		return order, nil
	}
	return nil, findCycle(p, waits)
}

// findCycle walks backwards among activities that still wait: each has a
// predecessor that waits too, so the walk must come back to itself.
func findCycle(p Project, waits []int32) []int32 {
	before := make([]int32, len(waits))
	for i := range before {
		before[i] = -1
	}
	for _, e := range p.Edges {
		if waits[e.From] > 0 && waits[e.To] > 0 {
			before[e.To] = e.From
		}
	}
	seen := make([]int32, len(waits))
	var at int32
	for waits[at] == 0 {
		at++
	}
	var path []int32
	for seen[at] == 0 {
		path = append(path, at)
		seen[at] = int32(len(path))
		at = before[at]
	}
	path = path[seen[at]-1:]
	slices.Reverse(path)
	least := slices.Index(path, slices.Min(path))
	return append(path[least:len(path):len(path)], path[:least]...)
}

// numbers is a heap of activities.
type numbers []int32

func (h numbers) Len() int           { return len(h) }
func (h numbers) Less(i, j int) bool { return h[i] < h[j] }
func (h numbers) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *numbers) Push(x any)        { i, _ := x.(int32); *h = append(*h, i) }
func (h *numbers) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
