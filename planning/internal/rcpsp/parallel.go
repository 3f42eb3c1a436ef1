package rcpsp

import "math/bits"

// lister is the memory of the parallel scheme for a fixed order. Sets of
// activities are bits by rank, so that the lowest bit is the next in the order.
type lister struct {
	rank    []int32
	waits   []int32
	early   []int32
	ready   []uint64 // may start now
	pending []int32  // may start later, at their early
	active  []running
	free    []uint64
}

// running is an activity and when it ends.
type running struct{ activity, end int32 }

func (l *lister) init(m *Model) {
	l.rank, l.waits, l.early = make([]int32, m.n), make([]int32, m.n), make([]int32, m.n)
	l.ready = make([]uint64, m.n/64+1)
	l.pending, l.active = make([]int32, 0, m.n), make([]running, 0, m.n)
	l.free = make([]uint64, m.lanes.words)
}

func (l *lister) add(j int32) {
	r := uint32(l.rank[j])
	l.ready[r/64] |= 1 << (r % 64)
}

// parallel is the parallel schedule generation scheme (G. Brooks and C. White, An
// algorithm for finding optimal or near optimal solutions to the production
// scheduling problem, 1965): it walks through the times at which something ends
// and starts what fits, in the order of d.order. Because nothing starts before
// what is placed, only the free units at that time count. It fills d.start and
// returns the makespan.
func (d *decoder) parallel(net *network, l *lister) int32 {
	copy(l.free, d.profile.capacity)
	clear(l.ready)
	l.pending, l.active = l.pending[:0], l.active[:0]
	for r, j := range d.order {
		l.rank[j] = int32(r)
		l.early[j] = 0
		l.waits[j] = net.head[j+1] - net.head[j]
		if l.waits[j] == 0 {
			l.add(j)
		}
	}
	var t, end int32
	for {
		end = max(end, d.startReady(net, l, t))
		next := int32(-1)
		for _, a := range l.active {
			if next < 0 || a.end < next {
				next = a.end
			}
		}
		for _, j := range l.pending {
			if e := l.early[j]; next < 0 || e < next {
				next = e
			}
		}
		if next < 0 {
			return end
		}
		t = next
		l.advance(net, t)
	}
}

// startReady starts what fits at t and returns the latest end of it.
func (d *decoder) startReady(net *network, l *lister, t int32) int32 {
	end := t
	guard, words := d.profile.lanes.guard, int32(net.words)
	for w := 0; w < len(l.ready); w++ {
		for left := l.ready[w]; left != 0; {
			bit := left & -left
			left ^= bit
			j := d.order[w*64+bits.TrailingZeros64(bit)]
			if words == 1 {
				if (l.free[0]-net.need[j])&guard != guard && net.duration[j] > 0 {
					continue
				}
			} else if net.duration[j] > 0 && !fits(l.free, net.need[j*words:(j+1)*words], guard) {
				continue
			}
			l.ready[w] ^= bit
			d.start[j] = t
			if length := net.duration[j]; length > 0 {
				l.active = append(l.active, running{j, t + length})
				end = max(end, t+length)
				book(l.free, net.need[j*words:(j+1)*words])
			}
			// What did not fit before does not now; but what became ready at once may
			// be earlier in the order.
			from := int(l.release(net, j, t))
			w = from / 64
			left = l.ready[w] &^ (1<<(from%64) - 1)
		}
	}
	return end
}

// release takes note of a start at t. It returns the lowest rank from which on to
// look for more: that of j or of what became ready now.
func (l *lister) release(net *network, j, t int32) int32 {
	first := l.rank[j]
	for _, a := range net.out[net.tail[j]:net.tail[j+1]] {
		i := a.other
		l.early[i] = max(l.early[i], t+a.weight)
		if l.waits[i]--; l.waits[i] > 0 {
			continue
		}
		if l.early[i] > t {
			l.pending = append(l.pending, i)
			continue
		}
		l.add(i)
		first = min(first, l.rank[i])
	}
	return first
}

// advance frees what has ended by t and makes ready what may start then.
func (l *lister) advance(net *network, t int32) {
	words := int32(net.words)
	active := l.active[:0]
	for _, a := range l.active {
		if a.end > t {
			active = append(active, a)
			continue
		}
		for g := range words {
			l.free[g] += net.need[a.activity*words+g]
		}
	}
	l.active = active
	pending := l.pending[:0]
	for _, j := range l.pending {
		if l.early[j] > t {
			pending = append(pending, j)
			continue
		}
		l.add(j)
	}
	l.pending = pending
}
