package rcpsp

import "math/bits"

// sampler builds random schedules by a priority rule: among the activities that
// may go next, one is drawn with a probability that grows with its urgency.
type sampler struct {
	exponent  int
	knapsack  int
	random    *random
	base      [2][]int32  // urgency of an activity by direction: a late start
	shift     [2]uint     // brings differences of urgency down to ten bits
	value     [2][]uint64 // worth of an activity in a filling
	priority  []int32
	waits     []int32
	ready     []int32
	early     []int32 // of the ready, by activity
	active    []int32
	weight    []uint64
	candidate []int32
	list      []int32
	picked    []int32
	best      []int32
	free      []uint64
	left      []uint64
}

func (s *sampler) init(m *Model, set settings, r *random) {
	n := m.n
	s.exponent, s.knapsack, s.random = set.exponent, set.knapsack, r
	for d := range s.base {
		net := &m.base[d]
		tail := make([]int32, n)
		m.urgency(net, tail)
		var longest int32
		for _, l := range tail {
			longest = max(longest, l)
		}
		for j, l := range tail {
			tail[j] = longest - l
		}
		s.base[d], s.shift[d] = tail, uint(max(0, bits.Len32(uint32(longest))-10))
	}
	forward := m.scarcity(3)
	s.value[0], s.value[1] = forward, make([]uint64, n)
	for j, v := range forward {
		s.value[1][n-1-j] = v
	}
	s.priority, s.waits, s.early = make([]int32, n), make([]int32, n), make([]int32, n)
	s.ready, s.active, s.candidate = make([]int32, 0, n), make([]int32, 0, n), make([]int32, 0, n)
	s.list, s.picked, s.best = make([]int32, 0, n), make([]int32, 0, n), make([]int32, 0, n)
	s.weight = make([]uint64, n)
	s.free, s.left = make([]uint64, m.lanes.words), make([]uint64, m.lanes.words)
}

// urgency fills left with the least time from the start of an activity to the
// end, where a due date counts as an end.
func (m *Model) urgency(net *network, left []int32) {
	net.tails(left)
	if !m.hasDue || net.mirrored {
		return
	}
	var path int32
	for _, l := range left {
		path = max(path, l)
	}
	for j := net.n - 1; j >= 0; j-- {
		l := net.duration[j]
		if due := m.due[j]; due >= 0 {
			l = max(l, l+path-min(due, path))
		}
		for _, a := range net.out[net.tail[j]:net.tail[j+1]] {
			l = max(l, left[a.other]+a.weight)
		}
		left[j] = l
	}
}

// scarcity returns for each activity the sum of its shares in the resources, to
// 10 bits each, weighted by that power of how much of the most loaded resource's
// load they have.
func (m *Model) scarcity(power int) []uint64 {
	out := make([]uint64, m.n)
	load := make([]float64, len(m.project.Capacity))
	var most float64
	for k, c := range m.project.Capacity {
		for _, a := range m.project.Activities {
			load[k] += float64(a.Modes[0].Duration) * float64(at(a.Modes[0].Use, k))
		}
		load[k] /= float64(max(1, c))
		most = max(most, load[k])
	}
	for j, u := range m.user {
		mode := m.project.Activities[u].Modes[0]
		if mode.Duration == 0 {
			continue
		}
		for k, c := range m.project.Capacity {
			v := 1024.0
			for range power {
				v = v * load[k] / most
			}
			out[j] += uint64(v * float64(at(mode.Use, k)) / float64(max(1, c)))
		}
	}
	return out
}

// begin draws the mix of late start and late finish that is the rule of one
// sample and makes the first activities ready.
func (s *sampler) begin(net *network, d *decoder, dir int) {
	x := s.random.next() >> 48
	for j, l := range net.duration {
		s.priority[j] = (s.base[dir][j] + int32(x*uint64(l)>>16)) >> s.shift[dir]
	}
	s.ready = s.ready[:0]
	for j := range net.duration {
		d.start[j] = unplaced
		s.early[j] = 0
		if s.waits[j] = net.head[j+1] - net.head[j]; s.waits[j] == 0 {
			s.ready = append(s.ready, int32(j))
		}
	}
}

// pick draws a position of the list.
func (s *sampler) pick(list []int32) int {
	if len(list) == 1 {
		return 0
	}
	var most int32
	for _, j := range list {
		most = max(most, s.priority[j])
	}
	var total uint64
	weight := s.weight[:len(list)]
	for k, j := range list {
		w := uint64(most - s.priority[j] + 1)
		switch s.exponent {
		case 2:
			w *= w
		case 3:
			w *= w * w
		default:
			w *= w
			w *= w
		}
		total += w
		weight[k] = total
	}
	x := s.random.below(total)
	k := 0
	for weight[k] <= x {
		k++
	}
	return k
}

// release makes the successors of a placed activity ready that wait for no other.
func (s *sampler) release(net *network, j, start int32) {
	for _, a := range net.out[net.tail[j]:net.tail[j+1]] {
		s.early[a.other] = max(s.early[a.other], start+a.weight)
		if s.waits[a.other]--; s.waits[a.other] == 0 {
			s.ready = append(s.ready, a.other)
		}
	}
}

// serial fills d.start by the serial scheme and returns the makespan.
func (s *sampler) serial(net *network, d *decoder, dir int) int32 {
	s.begin(net, d, dir)
	d.profile.reset()
	words := int32(net.words)
	var end int32
	for len(s.ready) > 0 {
		k := s.pick(s.ready)
		j := s.ready[k]
		s.ready[k] = s.ready[len(s.ready)-1]
		s.ready = s.ready[:len(s.ready)-1]
		t := d.profile.take(s.early[j], net.duration[j], net.need[j*words:(j+1)*words])
		d.start[j] = t
		end = max(end, t+net.duration[j])
		s.release(net, j, t)
	}
	return end
}

// parallel fills d.start by the parallel scheme and returns the makespan: it
// walks through the times at which something ends and starts what fits. Of
// several random fillings of the free units it takes the one that is worth most.
func (s *sampler) parallel(net *network, d *decoder, dir int) int32 {
	s.begin(net, d, dir)
	lanes := d.profile.lanes
	copy(s.free, d.profile.capacity)
	words := int32(net.words)
	s.active = s.active[:0]
	var t, end int32
	for {
		s.candidate = s.candidate[:0]
		next := int32(-1)
		for _, j := range s.ready {
			if s.early[j] > t {
				if next < 0 || s.early[j] < next {
					next = s.early[j]
				}
			} else if fits(s.free, net.need[j*words:(j+1)*words], lanes.guard) {
				s.candidate = append(s.candidate, j)
			}
		}
		if len(s.candidate) > 0 {
			instant := false
			for _, j := range s.fill(net, lanes.guard, dir) {
				d.start[j] = t
				end = max(end, t+net.duration[j])
				if net.duration[j] > 0 {
					s.active = append(s.active, j)
					book(s.free, net.need[j*words:(j+1)*words])
				} else {
					instant = true
				}
			}
			kept := s.ready[:0]
			for _, j := range s.ready {
				if d.start[j] == unplaced {
					kept = append(kept, j)
				}
			}
			s.ready = kept
			for _, j := range s.best {
				before := len(s.ready)
				s.release(net, j, t)
				for _, k := range s.ready[before:] {
					instant = instant || s.early[k] <= t
				}
			}
			for _, j := range s.ready {
				if s.early[j] > t && (next < 0 || s.early[j] < next) {
					next = s.early[j]
				}
			}
			if instant {
				continue
			}
		}
		for _, j := range s.active {
			if e := d.start[j] + net.duration[j]; next < 0 || e < next {
				next = e
			}
		}
		if next < 0 {
			return end
		}
		t = next
		kept := s.active[:0]
		for _, j := range s.active {
			if d.start[j]+net.duration[j] > t {
				kept = append(kept, j)
				continue
			}
			for g := range words {
				s.free[g] += net.need[j*words+g]
			}
		}
		s.active = kept
	}
}

// fill chooses among the candidates, of which each fits, and returns s.best.
func (s *sampler) fill(net *network, guard uint64, dir int) []int32 {
	words := int32(net.words)
	copy(s.left, s.free)
	all := true
	for _, j := range s.candidate {
		need := net.need[j*words : (j+1)*words]
		if all = fits(s.left, need, guard); !all {
			break
		}
		book(s.left, need)
	}
	s.best = s.best[:0]
	if all {
		s.best = append(s.best, s.candidate...)
		return s.best
	}
	var worth uint64
	for trial := range 1 + s.random.below(uint64(s.knapsack)) {
		copy(s.left, s.free)
		s.list = append(s.list[:0], s.candidate...)
		s.picked = s.picked[:0]
		var sum uint64
		for len(s.list) > 0 {
			k := s.pick(s.list)
			j := s.list[k]
			s.list[k] = s.list[len(s.list)-1]
			s.list = s.list[:len(s.list)-1]
			s.picked = append(s.picked, j)
			sum += s.value[dir][j]
			book(s.left, net.need[j*words:(j+1)*words])
			kept := s.list[:0]
			for _, i := range s.list {
				if fits(s.left, net.need[i*words:(i+1)*words], guard) {
					kept = append(kept, i)
				}
			}
			s.list = kept
		}
		if trial == 0 || sum > worth {
			worth = sum
			s.best, s.picked = s.picked, s.best
		}
	}
	return s.best
}
