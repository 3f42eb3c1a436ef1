package rcpsp

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	one := func(change func(*Project)) Project {
		p := Project{Capacity: []int32{2}, Activities: []Activity{Single(3, 1), Single(2, 2), Single(1)}, Edges: []Edge{FinishStart(0, 1)}}
		change(&p)
		return p
	}
	for _, c := range []struct {
		name   string
		p      Project
		kind   error
		reason string
	}{
		{"negative capacity", one(func(p *Project) { p.Capacity[0] = -1 }), ErrSize, "resource 0 capacity: -1 is out of range"},
		{"negative stock", one(func(p *Project) { p.Stock = []int32{-5} }), ErrSize, "stock 0: -5 is out of range"},
		{"no modes", one(func(p *Project) { p.Activities[1].Modes = nil }), ErrSize, "activity 1 modes: 0 is out of range"},
		{"negative weight", one(func(p *Project) { p.Activities[1].Weight = -2 }), ErrSize, "activity 1 weight: -2 is out of range"},
		{"negative duration", one(func(p *Project) { p.Activities[2].Modes[0].Duration = -3 }), ErrSize, "activity 2 mode 0 duration: -3 is out of range"},
		{"negative use", one(func(p *Project) { p.Activities[1].Modes[0].Use[0] = -4 }), ErrSize, "activity 1 mode 0 units: -4 is out of range"},
		{"unknown resource", one(func(p *Project) { p.Activities[1].Modes[0].Use = []int32{1, 1} }), ErrSize, "activity 1 mode 0 uses: 2 is out of range"},
		{"unknown stock", one(func(p *Project) { p.Activities[1].Modes[0].Draw = []int32{1} }), ErrSize, "activity 1 mode 0 draws: 1 is out of range"},
		{"unknown end", one(func(p *Project) { p.Edges[0].To = 3 }), ErrSize, "edge 0 end: 3 is out of range"},
		{"endless lag", one(func(p *Project) { p.Edges[0].Lag = math.MinInt32 }), ErrSize, "edge 0 lag: -2147483648 is out of range"},
		{"endless project", one(func(p *Project) { p.Activities[0].Modes[0].Duration = 1 << 29 }), ErrSize, "horizon: 536870915 is out of range"}, // 2^29 + 2 + 1
		{"demand", one(func(p *Project) { p.Activities[1].Modes[0].Use[0] = 5 }), ErrDemand, "activity 1: demand 5 of resource 0 exceeds its capacity 2"},
		{"loop", one(func(p *Project) { p.Edges[0].To = 0 }), ErrCycle, "edges: cycle 0 -> 0"},
		{"cycle", one(func(p *Project) { p.Edges = append(p.Edges, FinishStart(1, 2), Edge{From: 2, To: 0, Lag: -90}) }), ErrCycle, "edges: cycle 0 -> 1 -> 2 -> 0"},
	} {
		_, err := Compile(c.p)
		require.ErrorIs(t, err, c.kind, c.name)
		require.EqualError(t, err, c.reason, c.name)
	}
}

func TestDemandErrorTellsTheMildestExcess(t *testing.T) {
	t.Parallel()
	p := Project{Capacity: []int32{2, 7}, Stock: []int32{3}, Activities: []Activity{{Modes: []Mode{
		{Duration: 1, Use: []int32{9}},
		{Duration: 1, Use: []int32{1, 8}},
		{Duration: 1, Draw: []int32{5}},
	}}}}
	_, err := Compile(p)
	demand, ok := errors.AsType[*DemandError](err)
	require.True(t, ok)
	require.Equal(t, DemandError{Activity: 0, Resource: 1, Demand: 8, Capacity: 7}, *demand)
	p.Activities[0].Modes = append(p.Activities[0].Modes, Mode{Duration: 0, Use: []int32{9}}) // in no time nothing is used
	_, err = Compile(p)
	require.NoError(t, err)
}

func TestCompileKeepsNoReference(t *testing.T) {
	t.Parallel()
	p := Project{Capacity: []int32{1}, Activities: []Activity{Single(2, 1), Single(2, 1)}, Edges: []Edge{FinishStart(0, 1)}}
	m, err := Compile(p)
	require.NoError(t, err)
	p.Capacity[0], p.Activities[0].Modes[0].Duration, p.Activities[0].Modes[0].Use[0], p.Edges[0].To = 0, 50, 90, 0
	require.Equal(t, int32(4), m.Search(t.Context(), Search{Schedules: 3}).Makespan)
	require.Equal(t, 2, m.Activities())
}

func TestVerifyFindsEachRule(t *testing.T) {
	t.Parallel()
	p := Project{
		Capacity: []int32{3}, Stock: []int32{4},
		Activities: []Activity{
			{Modes: []Mode{{Duration: 2, Use: []int32{2}, Draw: []int32{3}}, {Duration: 4, Use: []int32{1}}}},
			{Modes: []Mode{{Duration: 3, Use: []int32{2}, Draw: []int32{2}}}},
			Single(1, 1),
		},
		Edges: []Edge{{From: 0, To: 2, FromFinish: true, ToFinish: true, Lag: 2}},
	}
	good, modes := []int32{0, 0, 5}, []uint8{1, 0, 0}
	require.NoError(t, Verify(p, good, modes))
	for _, c := range []struct {
		start  []int32
		mode   []uint8
		reason string
	}{
		{[]int32{0, 0}, modes, "schedule: 2 starts and 3 modes for 3 activities"},
		{good, []uint8{2, 0, 0}, "activity 0: mode 2 of 2"},
		{[]int32{0, -1, 5}, modes, "activity 1: starts at -1"},
		{[]int32{0, 0, 4}, modes, "activity 2: 1 periods too early after activity 0"},
		{good, []uint8{0, 0, 0}, "schedule: stock 0: 5 drawn of 4"},
		{[]int32{0, 3, 5}, modes, ""},
		{[]int32{4, 4, 9}, modes, ""},
		{[]int32{2, 0, 7}, nil, "schedule: stock 0: 5 drawn of 4"},
	} {
		err := Verify(p, c.start, c.mode)
		if c.reason == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, ErrSchedule)
		require.EqualError(t, err, c.reason)
	}
	p.Stock[0] = 5
	require.EqualError(t, Verify(p, []int32{2, 0, 7}, nil), "activity 0: resource 0: 4 used of 3 in period 2")
	require.NoError(t, Verify(p, []int32{3, 0, 6}, nil))
}

func TestLanes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		capacity     []int32
		width, words int
	}{
		{nil, 16, 1},
		{[]int32{5, 5, 5, 5}, 16, 1},
		{[]int32{5, 5, 5, 5, 127}, 8, 1},
		{[]int32{5, 5, 5, 5, 128}, 16, 2},
		{[]int32{1<<15 - 1}, 16, 1},
		{[]int32{1 << 15}, 32, 1},
		{[]int32{math.MaxInt32, 1, 1}, 32, 2},
	} {
		l := newLanes(c.capacity)
		require.Equal(t, c.width, l.width)
		require.Equal(t, c.words, l.words)
		words := make([]uint64, l.words)
		for g := range words {
			words[g] = l.guard
		}
		l.pack(words, c.capacity)
		for k, u := range c.capacity {
			require.Equal(t, u, l.units(words, k))
		}
	}
}
