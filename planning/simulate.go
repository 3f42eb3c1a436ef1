package planning

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/go-marops/marops/civil/worktime"
)

// Simulation says which runs of a Monte Carlo simulation to make. Run k depends on
// the Seed and on k alone: ranges of runs may be made anywhere, in any order, and
// merged.
type Simulation struct {
	First    int // number of the first run
	Runs     int // how many; 0 is 1000
	Seed     uint64
	Workers  int       // goroutines; 0 is 1. They do not change the answer
	Factors  []Factor  // what makes several tasks longer or shorter together
	Schedule *Schedule // if set, people are scarce: in every run tasks start in the order of this schedule, as those who do them become free
}

// Factor is a common cause: in a run, all its tasks take so many thousandths of
// what they would take.
type Factor struct {
	Name     string
	Tasks    []TaskKey // nil: all
	Estimate Estimate  // of thousandths: 900, 1000, 1400
}

// Outcomes are the runs of a simulation. They are immutable.
type Outcomes struct {
	m        *Model
	of       Simulation
	ranges   [][2]int // of runs, ascending and apart
	finishes []int64  // ascending
	critical []int64  // by task: runs in which it was critical
	moments  []moments
	sum      wide // of finishes in working minutes
	squares  wide
	path     *CriticalPath
}

// moments are what the correlation of a duration with the finish follows from.
type moments struct{ length, square, product wide }

// ErrSimulation is the kind of every error about a Simulation that cannot be made
// or merged.
var ErrSimulation = errors.New("invalid simulation")

const maxRuns = 50_000_000

// check returns what is wrong with a simulation.
func (s *Simulation) check(m *Model) error {
	if s.Runs == 0 {
		s.Runs = 1000
	}
	if s.First < 0 || s.Runs < 0 || s.Runs > maxRuns || s.First > math.MaxInt32 {
		return fmt.Errorf("runs %d from %d: want 1 to %d from 0 on: %w", s.Runs, s.First, maxRuns, ErrSimulation)
	}
	if s.Schedule != nil && s.Schedule.m != m {
		return fmt.Errorf("schedule: %w", ErrForeign)
	}
	if s.Schedule != nil {
		for i, v := range s.Schedule.c.variant {
			if int(v) != i {
				return fmt.Errorf("schedule: task %.40q is done in another mode than its first: compile the schedule's Plan and simulate that: %w", m.key(int32(i)), ErrSimulation)
			}
		}
	}
	for _, f := range s.Factors {
		e := f.Estimate
		if e.Min < 0 || e.Min > e.Likely || e.Likely > e.Max || e.Max == 0 || e.Max > 1_000_000 || e.Shape > Lognormal || e.Shape == Lognormal && e.Likely == 0 {
			return fmt.Errorf("factor %.40q: want 0 <= min <= likely <= max thousandths: %w", f.Name, ErrSimulation)
		}
		for _, key := range f.Tasks {
			if _, ok := m.task(key); !ok {
				return fmt.Errorf("factor %.40q: task %.40q is not in the plan: %w", f.Name, key, ErrSimulation)
			}
		}
	}
	return nil
}

// bind returns the factors of each position in topological order.
func (s *Simulation) bind(m *Model) [][]int32 {
	if len(s.Factors) == 0 {
		return nil
	}
	out := make([][]int32, len(m.order))
	for f := range s.Factors {
		named := map[TaskKey]bool{}
		for _, key := range s.Factors[f].Tasks {
			named[key] = true
		}
		for p, i := range m.order {
			if len(named) == 0 || named[m.key(i)] {
				out[p] = append(out[p], int32(f))
			}
		}
	}
	return out
}

// Simulate runs through the plan with durations drawn from the tasks' Estimates
// (R. M. Van Slyke, Monte Carlo methods and the PERT problem, 1963). Without a
// Schedule each run is a critical path; with one, each run starts tasks in the
// order of that schedule as people become free, so that every run is feasible; if
// it does tasks in other modes than their first, simulate Schedule.Plan instead. A
// task of whole working days takes a number of minutes, where all days of the
// calendar are alike, otherwise whole days.
//
// If the context ends, its error is returned: make a smaller range and merge.
func (m *Model) Simulate(ctx context.Context, s Simulation) (*Outcomes, error) {
	if err := s.check(m); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	workers := min(max(1, s.Workers), (s.Runs+lanes-1)/lanes)
	parts := make([]*Outcomes, workers)
	run := m.runner(&s)
	if workers == 1 {
		parts[0] = run(ctx, s.First, s.Runs)
	} else {
		var wg sync.WaitGroup
		each := ((s.Runs+workers-1)/workers + lanes - 1) / lanes * lanes
		for w := range workers {
			from := min(w*each, s.Runs)
			count := min(each, s.Runs-from)
			wg.Go(func() { parts[w] = run(ctx, s.First+from, count) })
		}
		wg.Wait()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := parts[0]
	for _, p := range parts[1:] {
		out.add(p)
	}
	slices.Sort(out.finishes)
	out.ranges = [][2]int{{s.First, s.First + s.Runs}}
	return out, nil
}

func (m *Model) newOutcomes(s *Simulation, path *CriticalPath, runs int) *Outcomes {
	return &Outcomes{m: m, of: *s, finishes: make([]int64, 0, runs), critical: make([]int64, len(m.order)), moments: make([]moments, len(m.order)), path: path}
}

// runner returns what makes a range of runs: on working minutes where the plan
// allows, else on calendars.
func (m *Model) runner(s *Simulation) func(ctx context.Context, first, count int) *Outcomes {
	path := m.CriticalPath()
	drawn := make([]draw, len(s.Factors))
	for f := range s.Factors {
		drawn[f] = newDraw(s.Factors[f].Estimate, 1, 0)
	}
	net, simple := m.newSimnet(s)
	if !simple {
		return m.calendarRunner(s, path, drawn)
	}
	if s.Schedule != nil {
		l, ok := m.lower([]Goal{MinFinish}, true)
		if !ok {
			return m.calendarRunner(s, path, drawn)
		}
		return m.scarceRunner(s, path, net, l, drawn)
	}
	return func(ctx context.Context, first, count int) *Outcomes {
		out := m.newOutcomes(s, path, count)
		sim := net.simulator(len(s.Factors))
		for at := 0; at < count && ctx.Err() == nil; at += lanes {
			sim.sample(s.Seed, first+at, s.Factors, drawn)
			sim.pass()
			out.gather(sim, min(lanes, count-at), nil)
		}
		return out
	}
}

// gather takes in the lanes of a pass. Sharing holds for each position those that
// it may have to wait for beside its predecessors; nil if people are not scarce.
func (o *Outcomes) gather(sim *simulator, count int, sharing [][]int32) {
	net := sim.net
	likely := int64(net.cal.BetweenMinutes(net.start, o.path.last))
	for k := range count {
		o.finishes = append(o.finishes, net.cal.PrevMinute(net.cal.AddMinutes(net.start, worktime.Minutes(sim.last[k]))))
		d := sim.last[k] - likely
		o.sum.add(d)
		o.squares.addProduct(d, d)
		sim.critical(k, sharing, func(p int32) { o.critical[net.order[p]]++ })
	}
	for p := range net.n {
		if net.draws[p].kind == certain && net.factors == nil {
			continue
		}
		length := (*[lanes]int64)(sim.length[p*lanes:])
		i := net.order[p]
		base := net.usual[p]
		var sum, square, product int64
		fits := true
		for k := range count {
			x, y := length[k]-base, sim.last[k]-likely
			fits = fits && small(x) && small(y)
			sum += x
			square += x * x
			product += x * y
		}
		mo := &o.moments[i]
		mo.length.add(sum)
		if fits {
			mo.square.add(square)
			mo.product.add(product)
			continue
		}
		for k := range count {
			x, y := length[k]-base, sim.last[k]-likely
			mo.square.addProduct(x, x)
			mo.product.addProduct(x, y)
		}
	}
}

// small reports whether eight products of two such numbers fit 64 bits.
func small(x int64) bool { return x > -1<<29 && x < 1<<29 }

// add takes in the runs of another part; finishes are not sorted.
func (o *Outcomes) add(p *Outcomes) {
	o.finishes = append(o.finishes, p.finishes...)
	for i := range o.critical {
		o.critical[i] += p.critical[i]
		o.moments[i].length.plus(p.moments[i].length)
		o.moments[i].square.plus(p.moments[i].square)
		o.moments[i].product.plus(p.moments[i].product)
	}
	o.sum.plus(p.sum)
	o.squares.plus(p.squares)
}

// Merge returns the runs of both. They must be of one model, with the same seed,
// factors and schedule, and have no run in common; other errors match
// ErrSimulation.
func (o *Outcomes) Merge(other *Outcomes) (*Outcomes, error) {
	a, b := o.of, other.of
	same := o.m == other.m && a.Seed == b.Seed && a.Schedule == b.Schedule && slices.EqualFunc(a.Factors, b.Factors, func(x, y Factor) bool {
		return x.Name == y.Name && x.Estimate == y.Estimate && slices.Equal(x.Tasks, y.Tasks)
	})
	if !same {
		return nil, fmt.Errorf("merge: of another model, seed, factors or schedule: %w", ErrSimulation)
	}
	ranges := append(slices.Clone(o.ranges), other.ranges...)
	slices.SortFunc(ranges, func(x, y [2]int) int { return x[0] - y[0] })
	out := &Outcomes{m: o.m, of: o.of, path: o.path, sum: o.sum, squares: o.squares, critical: slices.Clone(o.critical), moments: slices.Clone(o.moments), finishes: slices.Clone(o.finishes)}
	for _, r := range ranges {
		if n := len(out.ranges); n > 0 && r[0] < out.ranges[n-1][1] {
			return nil, fmt.Errorf("merge: run %d is in both: %w", r[0], ErrSimulation)
		} else if n > 0 && r[0] == out.ranges[n-1][1] {
			out.ranges[n-1][1] = r[1]
		} else {
			out.ranges = append(out.ranges, r)
		}
	}
	out.add(other)
	slices.Sort(out.finishes)
	return out, nil
}

// Runs returns how many runs there are.
func (o *Outcomes) Runs() int { return len(o.finishes) }

// Percentile returns the moment by which so many percent of the runs end, by the
// nearest rank: the smallest of which that is true.
func (o *Outcomes) Percentile(percent int) time.Time {
	n := len(o.finishes)
	if n == 0 {
		return o.path.Finish()
	}
	rank := (n*min(max(percent, 0), 100) + 99) / 100
	return timeAt(o.finishes[max(rank, 1)-1], o.m.home)
}

// By returns how many runs end by a moment.
func (o *Outcomes) By(t time.Time) (runs, of int) {
	at := o.m.home.NextMinute(instant(t)) // the evening and the next morning are one
	n, _ := slices.BinarySearchFunc(o.finishes, at, func(f, at int64) int {
		if o.m.home.NextMinute(f) <= at {
			return -1
		}
		return 1
	})
	return n, len(o.finishes)
}

// Sensitivity says how much a task matters to when the plan ends.
type Sensitivity struct {
	Task       TaskKey
	Critical   int     // runs in which it was on a longest path, or nobody could have been later
	Of         int     // runs
	Cruciality float64 // correlation of its duration with the finish, -1 to 1; 0 if either never changes
}

// Sensitivities returns the tasks in the order of the plan: how often each was
// critical (Van Slyke's criticality index), and how its duration goes with the
// finish (T. M. Williams, Criticality in stochastic networks, 1992).
func (o *Outcomes) Sensitivities() []Sensitivity {
	out := make([]Sensitivity, len(o.critical))
	n := float64(len(o.finishes))
	sy, syy := o.sum.float(), o.squares.float()
	for i := range out {
		mo := &o.moments[i]
		out[i] = Sensitivity{Task: o.m.key(int32(i)), Critical: int(o.critical[i]), Of: len(o.finishes)}
		sx, sxx, sxy := mo.length.float(), mo.square.float(), mo.product.float()
		out[i].Cruciality = correlation(n, sx, sy, sxx, syy, sxy)
	}
	return out
}

// Mean returns the average finish, and the standard deviation in working minutes.
func (o *Outcomes) Mean() (time.Time, worktime.Minutes) {
	n := float64(len(o.finishes))
	if n == 0 {
		return o.path.Finish(), 0
	}
	mean := o.sum.float() / n
	dev := deviation(n, o.sum.float(), o.squares.float())
	home := o.m.home
	at := home.AddMinutes(home.PrevMinute(o.path.last), worktime.Minutes(round(mean)))
	return timeAt(home.PrevMinute(at), home), worktime.Minutes(round(dev))
}
