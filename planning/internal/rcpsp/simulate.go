package rcpsp

import (
	"cmp"
	"slices"
)

// Simulator schedules a project again and again with other durations. It is not
// safe for use by several goroutines; each has its own.
type Simulator struct {
	m        *Model
	net      network
	duration []int32 // by our numbers
	decoder  decoder
	lister   lister
	room     int32
	foresee  bool
}

// Foresight says what a simulated plan knows when it starts an activity.
type Foresight bool

// Kinds of foresight.
const (
	Dispatch Foresight = false // only what has ended: the parallel scheme, a rule that people can follow
	Planned  Foresight = true  // all durations: the serial scheme, a plan made after they are known
)

// Simulator returns a simulator in the first mode of each activity.
func (m *Model) Simulator(foresight Foresight) *Simulator {
	s := &Simulator{m: m, net: m.newNetwork(false), duration: make([]int32, m.n), room: m.horizon, foresee: bool(foresight)}
	s.net.setModes(m, nil)
	s.net.duration = s.duration
	s.decoder.init(m, s.room)
	s.lister.init(m)
	return s
}

// Order returns the activities by their start, ties in the order of the network:
// the order that repeats a schedule.
func (m *Model) Order(start []int32) []int32 {
	order := slices.Clone(m.user)
	if len(start) == m.n {
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(start[a], start[b]) })
	}
	return order
}

// Run schedules the activities with the given durations, by activity; negative
// ones count as 0. Order lists all activities, those to be preferred first; it
// need not respect the edges. Run fills start, by activity, unless it is nil, and
// returns the makespan. It allocates nothing unless durations in sum go beyond
// all that it has seen. An order or durations of another length, an order that is
// no permutation, and durations beyond 2^29 periods in sum get -1.
func (s *Simulator) Run(order, duration, start []int32) int32 {
	m := s.m
	if len(order) != m.n || len(duration) != m.n || (start != nil && len(start) != m.n) {
		return -1
	}
	total := int64(m.horizon)
	for i, u := range m.user {
		d := max(0, duration[u])
		s.duration[i] = d
		total += max(0, int64(d)-int64(m.base[0].duration[i]))
	}
	if total > maxHorizon {
		return -1
	}
	d := &s.decoder
	for k := range d.start {
		d.start[k] = 0
	}
	for k, u := range order {
		if uint(u) >= uint(m.n) || d.start[m.own[u]] != 0 {
			return -1
		}
		d.order[k] = m.own[u]
		d.start[m.own[u]] = 1
	}
	if int32(total) > s.room {
		s.room = int32(total)
		d.profile.init(m.lanes, m.capacity, s.room, m.n)
	}
	var end int32
	if s.foresee {
		s.net.measureIn()
		end = d.list(&s.net, nil, nil, 0)
	} else {
		s.net.measureOut()
		end = d.parallel(&s.net, &s.lister)
	}
	if start != nil {
		for i, u := range m.user {
			start[u] = d.start[i]
		}
	}
	return end
}
