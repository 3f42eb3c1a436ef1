package rcpsp

import (
	"context"
	"slices"
)

// Search says how far to search.
type Search struct {
	Schedules int     // passes of a schedule generation scheme; less than 1 is 1
	Seed      uint64  // of all that is random
	Workers   int     // goroutines; less than 1 is 1. The result does not depend on it
	Stop      int     // if positive, end after so many passes, as a context may: it repeats a search that was stopped
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
	floor := cost{late: relaxed.leastLateness(), end: bound.Value}
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
		if !done && (ctx.Err() != nil || s.Stop > 0 && passes(islands) >= s.Stop) {
			stopped, done = true, true
		}
		if generation%set.migrate == 0 && len(islands) > 1 {
			migrate(islands)
		}
	}
	return m.result(islands, bound, floor, stopped)
}

func (m *Model) result(islands []*island, bound Bound, floor cost, stopped bool) Result {
	best := fittest(islands)
	out := Result{
		Start: make([]int32, m.n), Mode: m.firstModes(), Makespan: best.best.end, Tardiness: best.best.late,
		LowerBound: bound.Value, Schedules: passes(islands), Stopped: stopped,
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

func passes(islands []*island) (n int) {
	for _, is := range islands {
		n += is.passes
	}
	return n
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
func (r *relaxed) leastLateness() (sum int64) {
	for i, due := range r.m.due {
		if finish := r.head[i] + r.net.duration[i]; due >= 0 && finish > due {
			sum += r.m.late[i] * int64(finish-due)
		}
	}
	return sum
}
