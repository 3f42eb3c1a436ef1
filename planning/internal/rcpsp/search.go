package rcpsp

import (
	"context"
	"slices"
	"sync"
)

// Search says how far to search.
type Search struct {
	Schedules int     // passes of a schedule generation scheme; less than 1 is 1
	Seed      uint64  // of all that is random
	Workers   int     // goroutines; less than 1 is 1. The result does not depend on it
	Keep      []int32 // starts of an earlier schedule, by activity; -1 where unknown. The first schedule keeps their order
}

// Result is the best schedule of a search.
type Result struct {
	Start      []int32 // by activity
	Mode       []uint8 // by activity
	Makespan   int32
	Tardiness  int64 // weighted periods beyond due dates
	LowerBound int32 // no schedule has a shorter makespan
	Schedules  int   // passes made
	Stopped    bool  // the context ended the search early; the schedule is one of so many passes
	Err        error // *ModeError if no choice of modes was found; then there is no schedule
	Proven     bool  // no schedule has less tardiness, and of those none is shorter
}

// Search looks for a schedule of little weighted tardiness and, with that, of a
// short makespan. Equal arguments give equal results. A context that ends stops
// the search between two generations; at least one schedule is always made.
func (m *Model) Search(ctx context.Context, s Search) Result {
	return m.search(ctx, s, settingsFor(m.working(), max(1, s.Schedules)))
}

func (m *Model) search(ctx context.Context, s Search, set settings) Result {
	relaxed := newRelaxed(m)
	bound := relaxed.cheap()
	floor := cost{late: m.leastLateness(), end: bound.Value}
	islands := make([]*island, set.islands)
	for k := range islands {
		islands[k] = m.newIsland(set, k, s.Seed, floor, relaxed)
	}
	if m.multi && !islands[0].modes.found {
		return Result{LowerBound: bound.Value, Err: &ModeError{}}
	}
	var first *kept
	if len(s.Keep) == m.n && m.n > 0 {
		first = m.keep(s.Keep)
	}
	workers := min(max(1, s.Workers), len(islands))
	stopped, done := false, false
	for generation := 1; !done; generation++ {
		eachIsland(islands, workers, func(is *island) {
			if is.passes < is.set.each && !is.finished {
				is.evolve(first)
			}
		})
		best := fittest(islands)
		if generation == 1 && !m.multi && !best.finished {
			refuter := newRefuter(relaxed)
			refuter.rounds = set.effort
			bound = refuter.improve(bound, best.best.end)
			floor.end = bound.Value
			for _, is := range islands {
				is.raise(floor)
			}
		}
		done = best.finished || !slices.ContainsFunc(islands, func(is *island) bool { return is.passes < is.set.each })
		if !done && ctx.Err() != nil {
			stopped, done = true, true
		}
		if generation%set.migrate == 0 && len(islands) > 1 {
			migrate(islands)
		}
	}
	return m.result(islands, bound, floor, stopped)
}

// eachIsland calls work for every island, on so many goroutines.
func eachIsland(islands []*island, workers int, work func(*island)) {
	if workers == 1 {
		for _, is := range islands {
			work(is)
		}
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for k := w; k < len(islands); k += workers {
				work(islands[k])
			}
		})
	}
	wg.Wait()
}

// fittest returns the island with the best schedule, the first of equals.
func fittest(islands []*island) *island {
	best := islands[0]
	for _, is := range islands[1:] {
		if is.best.late < best.best.late || (is.best.late == best.best.late && is.best.end < best.best.end) {
			best = is
		}
	}
	return best
}

// migrate sends the best members of each island to the next one.
func migrate(islands []*island) {
	for d := range 2 {
		n := islands[0].m.n
		start := make([]int32, n*len(islands))
		modes := make([][]uint8, len(islands))
		best := make([]int, len(islands))
		for k, is := range islands {
			pop := &is.pops[d]
			for i := range pop.size {
				if pop.cost[i].less(pop.cost[best[k]]) {
					best[k] = i
				}
			}
			copy(start[k*n:], pop.of(best[k]))
			modes[k] = slices.Clone(pop.modes(best[k]))
		}
		type sent struct {
			cost  cost
			print uint64
		}
		costs := make([]sent, len(islands))
		for k, is := range islands {
			costs[k] = sent{is.pops[d].cost[best[k]], is.pops[d].print[best[k]]}
		}
		for k := range islands {
			to := &islands[(k+1)%len(islands)].pops[d]
			if to.size < 2 || islands[k].pops[d].size < 2 || to.has(costs[k].print) {
				continue
			}
			last := 0
			for i := range to.size {
				if to.cost[last].less(to.cost[i]) {
					last = i
				}
			}
			to.set(last, start[k*n:(k+1)*n], modes[k], costs[k].cost, costs[k].print)
		}
	}
}

func (m *Model) result(islands []*island, bound Bound, floor cost, stopped bool) Result {
	best := fittest(islands)
	passes := 0
	for _, is := range islands {
		passes += is.passes
	}
	out := Result{
		Start: make([]int32, m.n), Mode: m.firstModes(), Makespan: best.best.end, Tardiness: best.best.late,
		LowerBound: bound.Value, Schedules: passes, Stopped: stopped,
	}
	out.Proven = out.Tardiness <= floor.late && out.Makespan <= floor.end
	for i, u := range m.user {
		out.Start[u] = best.at[i]
		if m.multi {
			out.Mode[u] = m.modes[m.modeHead[i]+int32(best.modes.best[i])].mode
		}
	}
	return out
}

// kept is an earlier schedule by our numbers.
type kept struct {
	keys     []int32
	end      int32
	feasible bool // the keys are starts of a schedule
}

// keep turns kept starts into keys. An activity without one goes by its earliest
// start, or with its latest kept predecessor.
func (m *Model) keep(start []int32) *kept {
	k := &kept{keys: make([]int32, m.n)}
	net := &m.base[0]
	early := make([]int32, m.n)
	net.heads(early)
	k.feasible = Verify(m.project, start, m.firstModes()) == nil
	for i, u := range m.user {
		if k.keys[i] = start[u]; k.keys[i] >= 0 {
			k.keys[i] = min(k.keys[i], m.horizon)
			k.feasible = k.feasible && k.keys[i] == start[u]
			k.end = max(k.end, k.keys[i]+net.duration[i])
			continue
		}
		k.keys[i] = early[i]
		for _, a := range net.in[net.head[i]:net.head[i+1]] {
			k.keys[i] = max(k.keys[i], k.keys[a.other])
		}
	}
	k.feasible = k.feasible && k.end <= m.horizon && !m.multi
	return k
}

// firstModes returns the caller's numbers of the first executable modes.
func (m *Model) firstModes() []uint8 {
	modes := make([]uint8, m.n)
	for i, u := range m.user {
		modes[u] = m.modes[m.modeHead[i]].mode
	}
	return modes
}

// working returns how many activities take time.
func (m *Model) working() (n int) {
	for _, d := range m.base[0].duration {
		if d > 0 {
			n++
		}
	}
	return n
}

// leastLateness returns the tardiness that no schedule is below.
func (m *Model) leastLateness() int64 {
	if !m.hasDue {
		return 0
	}
	start := make([]int32, m.n)
	end := m.base[0].heads(start)
	return m.lateness(&m.base[0], start, end)
}

// SchedulesFor returns how many schedules take about so many milliseconds on one
// core. It is a formula of the size, not a measurement.
func (m *Model) SchedulesFor(milliseconds int) int {
	n := m.working() + 2
	perSecond := 16_000_000 / max(8, n) // 130,000 for 120 activities, 260,000 for 60
	return max(1, int(min(int64(perSecond)*int64(max(0, milliseconds))/1000, int64(slices.Max([]int{1 << 30})))))
}
