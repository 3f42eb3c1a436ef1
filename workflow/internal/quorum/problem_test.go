package quorum

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMalformed(t *testing.T) {
	t.Parallel()
	stage := func(r Rule) *Problem {
		return &Problem{People: 2, Stages: []Stage{{Electors: []int32{0, 1}, Rule: r}}, AnyRequester: true}
	}
	one := Rule{Kind: Count, N: 1}
	with := func(change func(*Problem)) *Problem {
		p := stage(one)
		change(p)
		return p
	}
	for name, p := range map[string]*Problem{
		"none":                nil,
		"no requester":        with(func(p *Problem) { p.AnyRequester = false }),
		"people":              with(func(p *Problem) { p.People = math.MaxInt32 }),
		"no people":           with(func(p *Problem) { p.People = -1 }),
		"stages":              with(func(p *Problem) { p.Stages = make([]Stage, MaxStages+1) }),
		"requesters":          with(func(p *Problem) { p.Requesters = []int32{1, 0} }),
		"contributors":        with(func(p *Problem) { p.Contributors = []int32{2} }),
		"absences":            with(func(p *Problem) { p.Absences = -1 }),
		"contributors number": with(func(p *Problem) { p.MaxContributors = math.MaxInt32 }),
		"separate from self":  with(func(p *Problem) { p.Separate = []Separation{{}} }),
		"separate unknown":    with(func(p *Problem) { p.Separate = []Separation{{A: 0, B: 1}} }),
		"scenario":            with(func(p *Problem) { p.Scenarios = [][]int32{{1}} }),
		"electors":            with(func(p *Problem) { p.Stages[0].Electors = []int32{1, 1} }),
		"count":               stage(Rule{Kind: Count}),
		"floor":               stage(Rule{Kind: All, Floor: -1}),
		"kind":                stage(Rule{Kind: 9}),
		"share nought":        stage(Rule{Kind: Percent, Den: 1}),
		"share above one":     stage(Rule{Kind: Percent, Num: 2, Den: 1}),
		"weights missing":     stage(Rule{Kind: Weighted, Target: 1}),
		"weight negative":     stage(Rule{Kind: Weighted, Target: 1, Weights: []int64{1, -1}}),
		"weights overflow":    stage(Rule{Kind: Weighted, Target: 1, Weights: []int64{math.MaxInt64, math.MaxInt64}}),
		"target":              stage(Rule{Kind: Weighted, Weights: []int64{1, 1}}),
		"no groups":           stage(Rule{Kind: PerGroup}),
		"group number":        stage(Rule{Kind: PerGroup, Groups: []Group{{}}}),
		"group members":       stage(Rule{Kind: PerGroup, Groups: []Group{{Members: []int32{5}, N: 1}}}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proof, err := Prove(p, DefaultNodes)
			require.ErrorIs(t, err, ErrProblem)
			_, ok := errors.AsType[*ProblemError](err)
			require.True(t, ok)
			require.Equal(t, Undecided, proof.Verdict)
			require.Regexp(t, "^quorum problem: [-a-z0-9]", err.Error())
			require.False(t, p.Holds([]Inequality{{}}))
			if p != nil {
				_, err = p.Completable(State{}, DefaultNodes)
				require.ErrorIs(t, err, ErrProblem)
			}
		})
	}
	_, err := Prove(stage(one), DefaultNodes)
	require.NoError(t, err)
	for name, st := range map[string]State{
		"requester": {Requester: 2},
		"absent":    {Absent: []int32{1, 1}},
		"stage":     {Stages: []int32{1}},
		"voters":    {Approved: [][]int32{{3}}},
		"too many":  {Barred: make([][]int32, 2)},
	} {
		_, err := stage(one).Completable(st, DefaultNodes)
		require.ErrorIs(t, err, ErrProblem, name)
	}
}

// Counting past what an int holds on small platforms must not happen: the largest
// values allowed at once.
func TestLargeNumbers(t *testing.T) {
	t.Parallel()
	s := Stage{Electors: []int32{0, 1, 2}}
	for name, r := range map[string]Rule{
		"count":  {Kind: Count, N: maxBudget, Floor: maxBudget},
		"share":  {Kind: Percent, Num: 1, Den: maxRatio},
		"weight": {Kind: Weighted, Weights: []int64{maxWeight / 2, maxWeight / 4, 1}, Target: maxWeight},
		"group":  {Kind: PerGroup, Groups: []Group{{Members: s.Electors, N: maxBudget}}, Single: true},
	} {
		s.Rule = r
		s.ExcludeContributors = true
		p := &Problem{People: 3, Stages: []Stage{s, s, s}, Separate: []Separation{{A: 0, B: 1}, {A: 2, B: 1}}, AnyRequester: true, Contributors: s.Electors, MaxContributors: maxBudget, Absences: maxBudget}
		proof, err := Prove(p, DefaultNodes)
		require.NoError(t, err, name)
		require.Equal(t, Refuted, proof.Verdict, name)
	}
}

// The widest problem: every stage separate from every other, one person each.
func TestAllStages(t *testing.T) {
	t.Parallel()
	p := mutual(MaxStages)
	proof, err := Prove(p, DefaultNodes)
	require.NoError(t, err)
	require.Equal(t, Safe, proof.Verdict)
	require.Zero(t, proof.Margin)

	const n = 66 // more than a word of a set
	p = mutual(n)
	p.Absences = 1
	proof, err = Prove(p, DefaultNodes)
	require.NoError(t, err)
	require.Equal(t, Refuted, proof.Verdict)
	require.Len(t, proof.Counter.Stages, n)
	require.Equal(t, n, proof.Counter.Need)
	require.Equal(t, n-1, proof.Counter.Have)
}

func mutual(n int) *Problem {
	p := &Problem{People: n, AnyRequester: true}
	var everybody []int32
	for i := range int32(n) {
		everybody = append(everybody, i)
	}
	for i := range int32(n) {
		p.Stages = append(p.Stages, Stage{Electors: everybody, Rule: Rule{Kind: Count, N: 1}})
		for j := range i {
			p.Separate = append(p.Separate, Separation{A: j, B: i})
		}
	}
	return p
}

// The answer to a hard problem with few nodes is that it is undecided.
func TestUndecided(t *testing.T) {
	t.Parallel()
	p := companies["30 stages, 40 people, authors"].problem(0) // found by looking: it needs a search
	proof, err := Prove(p, 10)
	require.NoError(t, err)
	require.Equal(t, Undecided, proof.Verdict)
	require.Nil(t, proof.Counter)
	require.Equal(t, "undecided", proof.Verdict.String())
}
