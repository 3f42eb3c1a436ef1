package rcpsp

import "slices"

// decoder turns orders of activities into schedules. It holds the memory that
// takes; decoding allocates nothing.
type decoder struct {
	profile profile
	start   []int32 // of the schedule at hand, -1: not placed
	order   []int32
	count   []int32
	wide    []uint64
	stack   []int32
}

const unplaced = -1

// init makes room for the activities of m. Horizon is the end of the longest
// schedule to come.
func (d *decoder) init(m *Model, horizon int32) {
	d.profile.init(m.lanes, m.capacity, horizon, m.n)
	d.start, d.order = make([]int32, m.n), make([]int32, m.n)
	d.count = make([]int32, 8*m.n+64)
	d.wide = make([]uint64, m.n)
	d.stack = make([]int32, 0, m.n)
}

// sort puts the activities in the order of their keys. Of equal keys the lower
// number goes first or, if back, the higher one: a search that breaks ties now this
// way and now that way finds more. Keys are not negative.
func (d *decoder) sort(keys []int32, back bool) {
	keys = keys[:len(d.order)]
	var most int32
	for _, k := range keys {
		most = max(most, k)
	}
	if int(most) >= len(d.count)-1 {
		var flip uint64 // turns the order of numbers
		if back {
			flip = 1<<32 - 1
		}
		for j, k := range keys {
			d.wide[j] = uint64(k)<<32 | uint64(j) ^ flip
		}
		slices.Sort(d.wide)
		for r, w := range d.wide {
			d.order[r] = int32(uint32(w ^ flip))
		}
		return
	}
	count := d.count[:most+2]
	clear(count)
	for _, k := range keys {
		count[k+1]++
	}
	var sum int32
	for k, c := range count {
		sum += c
		count[k] = sum
	}
	order := d.order
	if back {
		for j, k := range slices.Backward(keys) {
			c := count[k]
			count[k] = c + 1
			order[c] = int32(j)
		}
		return
	}
	for j, k := range keys {
		c := count[k]
		count[k] = c + 1
		order[c] = int32(j)
	}
}

// serial is the serial schedule generation scheme (J. E. Kelley, The critical
// path method: resources planning and scheduling, 1963): one activity after the
// other, in the order of the keys, each as early as what is placed allows. An
// activity before its predecessors makes them go first. Release, if not nil,
// holds earliest starts. It fills d.start and returns the makespan.
func (d *decoder) serial(net *network, keys, release []int32) int32 {
	d.sort(keys, false)
	return d.list(net, release, nil, 0)
}

// list is serial in the order that d.order holds. If tail, the least time from
// each start to the end, is not nil, it may give up and return unplaced as soon as
// the makespan is sure to be above most.
func (d *decoder) list(net *network, release, tail []int32, most int32) int32 {
	if net.words == 1 && !d.profile.sparse && release == nil {
		return d.listOne(net, tail, most)
	}
	d.profile.reset()
	for j := range d.start {
		d.start[j] = unplaced
	}
	var end int32
	for _, j := range d.order {
		if d.start[j] == unplaced {
			end = max(end, d.place(net, j, release))
		}
	}
	return end
}

// listOne is list for needs of one word, which is nearly always enough.
func (d *decoder) listOne(net *network, tail []int32, most int32) int32 {
	p := &d.profile
	p.reset()
	start := d.start
	for j := range start {
		start[j] = unplaced
	}
	free, guard := p.free, p.lanes.guard
	duration, need, head := net.duration[:len(start)], net.need[:len(start)], net.head[:len(start)+1]
	if tail == nil {
		tail, most = duration, maxHorizon
	}
	tail = tail[:len(start)]
	var end int32
next:
	for _, j := range d.order {
		if uint(j) >= uint(len(start)) || start[j] != unplaced {
			continue
		}
		var t int32
		for _, a := range net.in[head[j]:head[j+1]] {
			s := start[a.other]
			if s == unplaced {
				p.used = max(p.used, end)
				end = max(end, d.place(net, j, nil))
				continue next
			}
			t = max(t, s+a.weight)
		}
		length := duration[j]
		if length > 0 {
			t = takeOne(free, guard, t, length, need[j])
		}
		start[j] = t
		end = max(end, t+length)
		if t+tail[j] > most {
			p.used = max(p.used, end)
			return unplaced
		}
	}
	p.used = max(p.used, end)
	return end
}

// place places an activity and before it the predecessors that are not. It
// returns the latest end.
func (d *decoder) place(net *network, j int32, release []int32) int32 {
	var end int32
	d.stack = append(d.stack[:0], j)
	words := int32(net.words)
next:
	for len(d.stack) > 0 {
		j := d.stack[len(d.stack)-1]
		var t int32
		if release != nil {
			t = release[j]
		}
		for _, a := range net.in[net.head[j]:net.head[j+1]] {
			s := d.start[a.other]
			if s == unplaced {
				d.stack = append(d.stack, a.other)
				continue next
			}
			t = max(t, s+a.weight)
		}
		d.stack = d.stack[:len(d.stack)-1]
		t = d.profile.take(t, net.duration[j], net.need[j*words:(j+1)*words])
		d.start[j] = t
		end = max(end, t+net.duration[j])
	}
	return end
}

// mirror writes the start times of a schedule of the given makespan as seen from
// the other end, under the other network's numbers. Used as keys there they make
// the serial scheme a justification (V. Valls, F. Ballestin and S. Quintanilla,
// Justification and RCPSP: a technique that pays, 2005).
func (net *network) mirror(keys, start []int32, makespan int32) {
	n := len(start)
	keys, duration := keys[:n], net.duration[:n]
	for j, s := range start {
		keys[n-1-j] = makespan - s - duration[j]
	}
}
