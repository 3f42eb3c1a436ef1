package rcpsp

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSearchFindsTheOptimum(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 6))
		p := someProject(r, 2+r.IntN(5), 1+r.IntN(2), 4, 4)
		for k := range p.Edges { // with leads the serial scheme need not reach an optimum
			p.Edges[k] = Edge{From: p.Edges[k].From, To: p.Edges[k].To, FromFinish: true, Lag: max(0, p.Edges[k].Lag)}
		}
		m, err := Compile(p)
		require.NoError(t, err)
		result := m.Search(t.Context(), Search{Schedules: 400, Seed: seed})
		require.NoError(t, Verify(p, result.Start, result.Mode))
		require.Equal(t, shortest(p, result.Makespan+1), result.Makespan, "seed %d", seed)
		require.LessOrEqual(t, result.LowerBound, result.Makespan)
		require.Equal(t, result.Proven, result.LowerBound == result.Makespan)
		require.LessOrEqual(t, result.Schedules, 400)
	}
}

func TestSearchIsFeasible(t *testing.T) {
	t.Parallel()
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 7))
		p := someProject(r, 1+r.IntN(40), r.IntN(7), 9, []int32{3, 200, 50_000}[seed%3])
		if seed%4 == 0 {
			p.Activities[0].Modes[0].Duration = 100_000 // a profile by stretches
		}
		for i := range p.Activities {
			if seed%5 == 0 && r.IntN(2) == 0 {
				p.Activities[i].Due, p.Activities[i].Weight = r.Int32N(60), r.Int32N(4)
			}
		}
		m, err := Compile(p)
		require.NoError(t, err)
		result := m.Search(t.Context(), Search{Schedules: 1 + r.IntN(600), Seed: seed})
		require.NoError(t, Verify(p, result.Start, result.Mode), "seed %d", seed)
		require.Equal(t, makespan(p, result), result.Makespan)
		require.Equal(t, tardiness(p, result), result.Tardiness)
	}
}

func makespan(p Project, r Result) (end int32) {
	for i, s := range r.Start {
		end = max(end, s+p.Activities[i].Modes[r.Mode[i]].Duration)
	}
	return end
}

func tardiness(p Project, r Result) (sum int64) {
	for i, s := range r.Start {
		a := p.Activities[i]
		if late := s + a.Modes[r.Mode[i]].Duration - a.Due; a.Due >= 0 && late > 0 {
			sum += int64(late) * int64(max(1, a.Weight))
		}
	}
	return sum
}

func TestSearchDoesNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	p := someProject(rand.New(rand.NewPCG(11, 7)), 14, 2, 9, 3)
	for i := range p.Activities {
		p.Activities[i].Due = 9 // more than one worker can do: no bound proves it
	}
	m, err := Compile(p)
	require.NoError(t, err)
	require.Equal(t, 2, settingsFor(m.working(), 650_000).islands)
	set := settingsFor(m.working(), 1500)
	set.islands, set.migrate = 3, 2
	one := m.search(t.Context(), Search{Seed: 5}, set)
	require.Equal(t, one, m.search(t.Context(), Search{Seed: 5, Workers: 3}, set))
	require.Equal(t, one, m.search(t.Context(), Search{Seed: 5, Workers: 2}, set))
	require.False(t, one.Proven)
	require.Equal(t, 4500, one.Schedules)
}

func TestSeedsDiffer(t *testing.T) {
	t.Parallel()
	m, err := Compile(someProject(rand.New(rand.NewPCG(12, 7)), 60, 3, 9, 4))
	require.NoError(t, err)
	a := m.Search(t.Context(), Search{Schedules: 50, Seed: 1})
	require.Equal(t, a, m.Search(t.Context(), Search{Schedules: 50, Seed: 1}))
	require.NotEqual(t, a.Start, m.Search(t.Context(), Search{Schedules: 50, Seed: 2}).Start)
}

func TestStoppedSearchIsAPrefix(t *testing.T) {
	t.Parallel()
	p := someProject(rand.New(rand.NewPCG(13, 7)), 80, 3, 9, 4)
	m, err := Compile(p)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := m.Search(ctx, Search{Schedules: 5000, Seed: 1})
	require.True(t, r.Stopped)
	require.False(t, r.Proven)
	require.Positive(t, r.Schedules)
	require.Less(t, r.Schedules, 5000)
	require.NoError(t, Verify(p, r.Start, r.Mode))
	require.Equal(t, r, m.Search(ctx, Search{Schedules: 5000, Seed: 1, Workers: 4}))
}

func TestKeepIsTheFirstSchedule(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		p := someProject(rand.New(rand.NewPCG(seed, 8)), 50, 3, 9, 4)
		m, err := Compile(p)
		require.NoError(t, err)
		good := m.Search(t.Context(), Search{Schedules: 2000, Seed: 1})
		again := m.Search(t.Context(), Search{Schedules: 1, Seed: 2, Keep: good.Start})
		require.LessOrEqual(t, again.Makespan, good.Makespan)
		require.Equal(t, 1, again.Schedules)
		part := slices.Clone(good.Start)
		part[7], part[20] = -1, -1
		some := m.Search(t.Context(), Search{Schedules: 1, Keep: part})
		require.NoError(t, Verify(p, some.Start, some.Mode))
	}
}

func TestDueDatesComeFirst(t *testing.T) {
	t.Parallel()
	// One worker. The order 1, 0 is on time for both; 0, 1 is two late at weight 3.
	p := Project{Capacity: []int32{1}, Activities: []Activity{Single(4, 1), Single(2, 1)}}
	p.Activities[0].Due = 6
	p.Activities[1].Due, p.Activities[1].Weight = 4, 3
	m, err := Compile(p)
	require.NoError(t, err)
	r := m.Search(t.Context(), Search{Schedules: 20})
	require.Equal(t, []int32{2, 0}, r.Start)
	require.Zero(t, r.Tardiness)
	require.True(t, r.Proven)
	p.Activities[0].Due = 3 // one late by its duration alone; then 0 first: 1*1 + 2*3, 1 first: 3*1
	m, err = Compile(p)
	require.NoError(t, err)
	r = m.Search(t.Context(), Search{Schedules: 20})
	require.Equal(t, []int32{2, 0}, r.Start)
	require.Equal(t, int64(3), r.Tardiness)
	require.False(t, r.Proven)
}

// TestDueDatesAgainstAllOrders compares with every order of up to six activities.
func TestDueDatesAgainstAllOrders(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 9))
		p, m := inOrder(t, someProject(r, 2+r.IntN(5), 1, 5, 2))
		for i := range p.Activities {
			p.Activities[i].Due, p.Activities[i].Weight = r.Int32N(12)-2, r.Int32N(5)
		}
		m, err := Compile(p)
		require.NoError(t, err)
		o := newOracle(p, int(m.horizon)+1)
		best := int64(1) << 60
		var bestEnd int32
		keys := make([]int32, m.n)
		var permute func(k int)
		permute = func(k int) {
			if k == m.n {
				end := o.serial(keys)
				late := tardiness(p, Result{Start: o.start, Mode: make([]uint8, m.n)})
				if late < best || (late == best && end < bestEnd) {
					best, bestEnd = late, end
				}
				return
			}
			for i := range keys {
				if keys[i] == 0 {
					keys[i] = int32(k + 1)
					permute(k + 1)
					keys[i] = 0
				}
			}
		}
		permute(0)
		result := m.Search(t.Context(), Search{Schedules: 1500, Seed: seed})
		require.NoError(t, Verify(p, result.Start, result.Mode))
		require.LessOrEqual(t, result.Tardiness, best, "seed %d", seed)
	}
}

func TestEmptyAndTrivialProjects(t *testing.T) {
	t.Parallel()
	for _, p := range []Project{
		{},
		{Capacity: []int32{0}},
		{Activities: []Activity{Single(0)}},
		{Activities: []Activity{Single(0), Single(0)}, Edges: []Edge{FinishStart(1, 0)}},
		{Capacity: []int32{0}, Activities: []Activity{Single(3), Single(0, 7)}},
	} {
		m, err := Compile(p)
		require.NoError(t, err)
		for _, schedules := range []int{-1, 0, 1, 100} {
			r := m.Search(t.Context(), Search{Schedules: schedules, Workers: -3})
			require.NoError(t, Verify(p, r.Start, r.Mode))
			require.True(t, r.Proven)
			require.Len(t, r.Start, len(p.Activities))
		}
		require.GreaterOrEqual(t, m.SchedulesFor(0), 1)
	}
}

func TestSearchOfALargeProject(t *testing.T) {
	t.Parallel()
	p := someProject(rand.New(rand.NewPCG(14, 7)), 2000, 9, 300, 9) // a horizon beyond maxPeriods, two words
	m, err := Compile(p)
	require.NoError(t, err)
	require.Greater(t, m.horizon, int32(maxPeriods))
	r := m.Search(t.Context(), Search{Schedules: 30, Seed: 1})
	require.NoError(t, Verify(p, r.Start, r.Mode))
}

// FuzzSearch reads a project from bytes: whatever they are, a schedule is
// feasible or compiling is refused.
func FuzzSearch(f *testing.F) {
	f.Add([]byte{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6}, uint16(20))
	f.Add([]byte{}, uint16(0))
	f.Fuzz(func(t *testing.T, data []byte, schedules uint16) {
		next := func() int32 {
			if len(data) == 0 {
				return 0
			}
			x := int32(int8(data[0]))
			data = data[1:]
			return x
		}
		var p Project
		for range next() & 3 {
			p.Capacity = append(p.Capacity, next()<<(next()&15))
		}
		for range next() & 1 {
			p.Stock = append(p.Stock, next())
		}
		for range next() & 31 {
			a := Activity{Due: next(), Weight: next()}
			for range 1 + next()&1 {
				m := Mode{Duration: next() << (next() & 7)}
				for range p.Capacity {
					m.Use = append(m.Use, next())
				}
				for range p.Stock {
					m.Draw = append(m.Draw, next())
				}
				a.Modes = append(a.Modes, m)
			}
			p.Activities = append(p.Activities, a)
		}
		for len(data) > 0 {
			p.Edges = append(p.Edges, Edge{From: next(), To: next(), FromFinish: next()&1 != 0, ToFinish: next()&1 != 0, Lag: next()})
		}
		m, err := Compile(p)
		if err != nil {
			return
		}
		r := m.Search(t.Context(), Search{Schedules: int(schedules) % 200, Seed: uint64(schedules)})
		if errors.Is(r.Err, ErrModes) && r.Start == nil {
			return
		}
		if err := Verify(p, r.Start, r.Mode); err != nil {
			t.Fatal(err)
		}
		effort := 0
		if r.Makespan < 200 { // a round takes the square of it
			effort = 3
		}
		if b := m.LowerBound(effort); r.Makespan < b.Value {
			t.Fatalf("makespan %d below its bound %d", r.Makespan, b.Value)
		}
	})
}

// someModes gives activities up to three modes and the project up to two stocks.
func someModes(r *rand.Rand, p Project) Project {
	for range r.IntN(3) {
		p.Stock = append(p.Stock, int32(2*len(p.Activities))+r.Int32N(int32(3*len(p.Activities))))
	}
	for i := range p.Activities {
		a := &p.Activities[i]
		for range r.IntN(3) {
			m := Mode{Duration: r.Int32N(6)}
			for _, c := range p.Capacity {
				m.Use = append(m.Use, r.Int32N(c+2))
			}
			a.Modes = append(a.Modes, m)
		}
		for k := range a.Modes {
			for range p.Stock {
				a.Modes[k].Draw = append(a.Modes[k].Draw, r.Int32N(8))
			}
		}
	}
	return p
}

// TestModesAgainstAllChoices solves each choice of modes by itself.
func TestModesAgainstAllChoices(t *testing.T) {
	t.Parallel()
	solved, refused := 0, 0
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 10))
		p := someProject(r, 2+r.IntN(4), 1+r.IntN(2), 4, 3)
		for k := range p.Edges {
			p.Edges[k] = Edge{From: p.Edges[k].From, To: p.Edges[k].To, FromFinish: true, Lag: max(0, p.Edges[k].Lag)}
		}
		p = someModes(r, p)
		best := int32(-1)
		choice := make([]int, len(p.Activities))
		for next := true; next; {
			q := p.clone()
			q.Stock = nil
			drawn := make([]int32, len(p.Stock))
			for i, k := range choice {
				mode := q.Activities[i].Modes[k]
				for s := range drawn {
					drawn[s] += mode.Draw[s]
				}
				mode.Draw = nil
				q.Activities[i].Modes = []Mode{mode}
			}
			ok := true
			for s, d := range drawn {
				ok = ok && d <= p.Stock[s]
			}
			if m, err := Compile(q); err == nil && ok {
				if end := shortest(q, m.horizon+1); best < 0 || end < best {
					best = end
				}
			}
			next = false
			for i := range choice {
				if choice[i]++; choice[i] < len(p.Activities[i].Modes) {
					next = true
					break
				}
				choice[i] = 0
			}
		}
		m, err := Compile(p)
		if err != nil {
			require.Equal(t, int32(-1), best, "seed %d: %v", seed, err)
			refused++
			continue
		}
		result := m.Search(t.Context(), Search{Schedules: 2000, Seed: seed})
		if best < 0 {
			require.ErrorIs(t, result.Err, ErrModes)
			require.Nil(t, result.Start)
			refused++
			continue
		}
		require.NoError(t, result.Err)
		require.NoError(t, Verify(p, result.Start, result.Mode))
		require.Equal(t, best, result.Makespan, "seed %d", seed)
		require.LessOrEqual(t, result.LowerBound, best)
		solved++
	}
	require.Greater(t, solved, 60) // of 150; both kinds must be there
	require.Greater(t, refused, 5)
}

func TestModesAreFeasible(t *testing.T) {
	t.Parallel()
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 11))
		p := someModes(r, someProject(r, 5+r.IntN(30), 1+r.IntN(6), 9, 5))
		for i := range p.Activities {
			if seed%3 == 0 && r.IntN(2) == 0 {
				p.Activities[i].Due = r.Int32N(60)
			}
		}
		m, err := Compile(p)
		if err != nil {
			require.True(t, errors.Is(err, ErrDemand) || errors.Is(err, ErrModes), "%v", err)
			continue
		}
		a := m.Search(t.Context(), Search{Schedules: 300, Seed: seed})
		if a.Err != nil {
			continue
		}
		require.NoError(t, Verify(p, a.Start, a.Mode), "seed %d", seed)
		require.Equal(t, makespan(p, a), a.Makespan)
		require.Equal(t, tardiness(p, a), a.Tardiness)
		require.Equal(t, a, m.Search(t.Context(), Search{Schedules: 300, Seed: seed, Workers: 2}))
	}
}

func TestDueDatesWithModes(t *testing.T) {
	t.Parallel()
	// In its first mode the activity is four periods late, in its second on time.
	p := Project{Activities: []Activity{{Due: 1, Modes: []Mode{{Duration: 5}, {Duration: 1, Draw: []int32{1}}}}}, Stock: []int32{1}}
	m, err := Compile(p)
	require.NoError(t, err)
	for seed := range uint64(20) {
		r := m.Search(t.Context(), Search{Schedules: 50, Seed: seed})
		require.NoError(t, Verify(p, r.Start, r.Mode))
		require.Zero(t, r.Tardiness)
		require.Equal(t, []uint8{1}, r.Mode)
		require.True(t, r.Proven)
	}
}
