package rcpsp

import "math/bits"

// lister is the memory of the parallel scheme for a fixed order. Sets of
// activities are bits by rank, so that the lowest bit is the next in the order.
type lister struct {
	rank    []int32
	waits   []int32
	early   []int32
	need    []uint64 // words, by rank; none for what takes no time
	ready   []uint64 // may start now
	pending []moment // may start later: when, the latest first
	active  []moment // have started: when they end, the latest first
	free    []uint64
}

// moment is an activity and a time.
type moment struct{ activity, at int32 }

// insert adds a moment to a list that has the latest first.
func insert(list []moment, m moment) []moment {
	list = append(list, m)
	k := len(list) - 1
	for k > 0 && list[k-1].at < m.at {
		list[k] = list[k-1]
		k--
	}
	list[k] = m
	return list
}

func (l *lister) init(m *Model) {
	l.rank, l.waits, l.early = make([]int32, m.n), make([]int32, m.n), make([]int32, m.n)
	l.need = make([]uint64, m.n*m.lanes.words)
	l.ready = make([]uint64, m.n/64+1)
	l.pending, l.active = make([]moment, 0, m.n), make([]moment, 0, m.n)
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
	words := net.words
	for r, j := range d.order {
		own := l.need[r*words : (r+1)*words]
		if net.duration[j] > 0 {
			copy(own, net.need[int(j)*words:])
		} else {
			clear(own)
		}
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
		next := int32(maxInt32)
		if k := len(l.active); k > 0 {
			next = l.active[k-1].at
		}
		if k := len(l.pending); k > 0 {
			next = min(next, l.pending[k-1].at)
		}
		if next == maxInt32 {
			return end
		}
		t = next
		l.advance(net, t)
	}
}

// startReady starts what fits at t and returns the latest end of it.
func (d *decoder) startReady(net *network, l *lister, t int32) int32 {
	end := t
	guard, words := d.profile.lanes.guard, net.words
	for w := 0; w < len(l.ready); w++ {
		for left := l.ready[w]; left != 0; {
			bit := left & -left
			left ^= bit
			r := w*64 + bits.TrailingZeros64(bit)
			if words == 1 {
				if (l.free[0]-l.need[r])&guard != guard {
					continue
				}
			} else if !fits(l.free, l.need[r*words:(r+1)*words], guard) {
				continue
			}
			j := d.order[r]
			l.ready[w] ^= bit
			d.start[j] = t
			if length := net.duration[j]; length > 0 {
				l.active = insert(l.active, moment{j, t + length})
				end = max(end, t+length)
				book(l.free, l.need[r*words:(r+1)*words])
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
			l.pending = insert(l.pending, moment{i, l.early[i]})
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
	k := len(l.active)
	for ; k > 0 && l.active[k-1].at <= t; k-- {
		j := l.active[k-1].activity
		for g := range words {
			l.free[g] += net.need[j*words+g]
		}
	}
	l.active = l.active[:k]
	k = len(l.pending)
	for ; k > 0 && l.pending[k-1].at <= t; k-- {
		l.add(l.pending[k-1].activity)
	}
	l.pending = l.pending[:k]
}
