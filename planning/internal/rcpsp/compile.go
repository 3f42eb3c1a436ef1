package rcpsp

import (
	"fmt"
	"slices"
)

// Limits that Compile checks.
const (
	maxActivities = 1 << 20
	maxHorizon    = 1 << 29 // periods: twice that and a lag still fit an int32
	maxModes      = 255
	maxResources  = 1 << 12
)

// Model is a compiled project. It does not change and may be used by several
// goroutines at once.
//
// Inside, activities are renumbered so that every edge leads from a lower to a
// higher number; the mirrored network counts them from the other end, so that
// the same holds there.
type Model struct {
	project  Project // a copy, by the caller's numbers
	n        int
	user     []int32 // the caller's number by ours
	own      []int32 // our number by the caller's
	lanes    lanes
	capacity []uint64 // words, guards set
	modeHead []int32  // modes of i: modeHead[i] to modeHead[i+1]
	modes    []way
	edges    []Edge  // by our numbers
	due      []int32 // by our numbers, -1 none
	late     []int64 // what a period of tardiness costs, by our numbers
	hasDue   bool
	horizon  int32 // no schedule of ours ends later, in either direction
	multi    bool
	base     [2]network // forward and mirrored, in the first mode of each activity
}

// way is an executable mode.
type way struct {
	duration int32
	mode     uint8 // the caller's number
	need     []uint64
	draw     []int32
}

// Compile checks a project and makes it ready for questions. It keeps no
// reference to p. Errors are *SizeError, *CycleError with the path, *DemandError,
// and *ModeError where the stocks cannot suffice.
func Compile(p Project) (*Model, error) {
	if err := checkSizes(p); err != nil {
		return nil, err
	}
	order, cycle := topological(p)
	if cycle != nil {
		return nil, &CycleError{cycle}
	}
	n := len(p.Activities)
	m := &Model{project: p.clone(), n: n, user: order, own: make([]int32, n), lanes: newLanes(p.Capacity)}
	for i, u := range order {
		m.own[u] = int32(i)
	}
	m.capacity = make([]uint64, m.lanes.words)
	for g := range m.capacity {
		m.capacity[g] = m.lanes.guard
	}
	m.lanes.pack(m.capacity, p.Capacity)
	m.edges = slices.Clone(p.Edges)
	for k := range m.edges {
		m.edges[k].From, m.edges[k].To = m.own[p.Edges[k].From], m.own[p.Edges[k].To]
	}
	m.modeHead = make([]int32, n+1)
	m.due, m.late = make([]int32, n), make([]int64, n)
	for i, u := range order {
		if err := m.addModes(u); err != nil {
			return nil, err
		}
		m.modeHead[i+1] = int32(len(m.modes))
		a := m.project.Activities[u]
		m.due[i], m.late[i] = max(-1, a.Due), int64(max(1, a.Weight))
		m.hasDue = m.hasDue || a.Due >= 0
	}
	if err := m.reduce(); err != nil {
		return nil, err
	}
	m.multi = len(m.modes) > n
	if err := m.setHorizon(); err != nil {
		return nil, err
	}
	for d := range m.base {
		m.base[d] = m.newNetwork(d == 1)
		m.base[d].setModes(m, nil)
	}
	return m, nil
}

// Activities returns how many activities there are.
func (m *Model) Activities() int { return m.n }

func checkSizes(p Project) error {
	n := len(p.Activities)
	if n > maxActivities {
		return &SizeError{"activities", int64(n)}
	}
	if len(p.Capacity) > maxResources {
		return &SizeError{"resources", int64(len(p.Capacity))}
	}
	for k, c := range p.Capacity {
		if c < 0 {
			return &SizeError{fmt.Sprintf("resource %d capacity", k), int64(c)}
		}
	}
	for k, c := range p.Stock {
		if c < 0 {
			return &SizeError{fmt.Sprintf("stock %d", k), int64(c)}
		}
	}
	for i, a := range p.Activities {
		if len(a.Modes) == 0 || len(a.Modes) > maxModes {
			return &SizeError{fmt.Sprintf("activity %d modes", i), int64(len(a.Modes))}
		}
		if a.Weight < 0 {
			return &SizeError{fmt.Sprintf("activity %d weight", i), int64(a.Weight)}
		}
		for k, m := range a.Modes {
			if err := checkMode(p, m, fmt.Sprintf("activity %d mode %d", i, k)); err != nil {
				return err
			}
		}
	}
	for k, e := range p.Edges {
		for _, end := range []int32{e.From, e.To} {
			if end < 0 || int(end) >= n {
				return &SizeError{fmt.Sprintf("edge %d end", k), int64(end)}
			}
		}
		if e.Lag > maxHorizon || e.Lag < -maxHorizon {
			return &SizeError{fmt.Sprintf("edge %d lag", k), int64(e.Lag)}
		}
	}
	return nil
}

func checkMode(p Project, m Mode, what string) error {
	if m.Duration < 0 || m.Duration > maxHorizon {
		return &SizeError{what + " duration", int64(m.Duration)}
	}
	if len(m.Use) > len(p.Capacity) {
		return &SizeError{what + " uses", int64(len(m.Use))}
	}
	if len(m.Draw) > len(p.Stock) {
		return &SizeError{what + " draws", int64(len(m.Draw))}
	}
	for _, units := range [2][]int32{m.Use, m.Draw} {
		for _, u := range units {
			if u < 0 {
				return &SizeError{what + " units", int64(u)}
			}
		}
	}
	return nil
}

// addModes appends the modes of an activity that fit the capacities. Demand does
// not count in no time.
func (m *Model) addModes(u int32) error {
	p := &m.project
	var worst *DemandError
	before := len(m.modes)
	for k, mode := range p.Activities[u].Modes {
		over := false
		exceed := func(resource int, demand, capacity int32) {
			over = true
			if worst == nil || demand-capacity < worst.Demand-worst.Capacity {
				worst = &DemandError{u, int32(resource), demand, capacity}
			}
		}
		for r, c := range p.Capacity {
			if d := at(mode.Use, r); d > c && mode.Duration > 0 {
				exceed(r, d, c)
			}
		}
		for s, c := range p.Stock {
			if d := at(mode.Draw, s); d > c {
				exceed(len(p.Capacity)+s, d, c)
			}
		}
		if over {
			continue
		}
		w := way{mode.Duration, uint8(k), make([]uint64, m.lanes.words), make([]int32, len(p.Stock))}
		if mode.Duration > 0 {
			m.lanes.pack(w.need, mode.Use)
		}
		copy(w.draw, mode.Draw)
		m.modes = append(m.modes, w)
	}
	if len(m.modes) == before {
		return worst
	}
	return nil
}

// setHorizon adds up what each activity can at most add to the end of a schedule
// that places one after the other: its duration and the lag before it.
func (m *Model) setHorizon() error {
	var total, in, out int64
	before, after := make([]int32, m.n), make([]int32, m.n)
	for _, e := range m.edges {
		before[e.To] = max(before[e.To], e.Lag)
		after[e.From] = max(after[e.From], e.Lag)
	}
	for i := range m.n {
		var longest int32
		for _, w := range m.modes[m.modeHead[i]:m.modeHead[i+1]] {
			longest = max(longest, w.duration)
		}
		total += int64(longest)
		in += int64(before[i])
		out += int64(after[i])
	}
	total += max(in, out)
	if total > maxHorizon {
		return &SizeError{"horizon", total}
	}
	m.horizon = int32(total)
	return nil
}
