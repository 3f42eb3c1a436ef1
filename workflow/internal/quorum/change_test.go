package quorum

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func verdictOf(t *testing.T, p *Problem) Verdict {
	t.Helper()
	proof, err := Prove(p, DefaultNodes)
	require.NoError(t, err)
	require.NotEqual(t, Undecided, proof.Verdict)
	return proof.Verdict
}

// What must follow from a change of a problem.
func TestChanges(t *testing.T) {
	t.Parallel()
	for seed := range 4000 {
		r := rand.New(rand.NewPCG(uint64(seed), 21))
		p := organisation(r, seed%2 == 0, 5)
		was := verdictOf(t, p)

		// A larger adversary is never easier.
		more := *p
		switch r.IntN(3) {
		case 0:
			more.Absences++
		case 1:
			more.MaxContributors++
		default:
			more.AnyRequester = true
		}
		if !was.passes() {
			require.False(t, verdictOf(t, &more).passes(), "seed %d", seed)
		}

		// One separation less never refutes, and never endangers.
		if len(p.Separate) > 0 {
			less := *p
			less.Separate = slices.Delete(slices.Clone(p.Separate), 0, 1)
			if was.passes() {
				require.True(t, verdictOf(t, &less).passes(), "seed %d", seed)
			}
		}

		// Somebody more who never submits nor contributes does not refute a stage
		// that asks for a number.
		i := r.IntN(len(p.Stages))
		if s := p.Stages[i]; s.Rule.Kind == Count && was.passes() {
			larger := *p
			larger.People++
			larger.Stages = slices.Clone(p.Stages)
			s.Electors = append(slices.Clone(s.Electors), int32(p.People))
			larger.Stages[i] = s
			require.True(t, verdictOf(t, &larger).passes(), "seed %d", seed)
		}

		// Names do not matter.
		q := renamed(r, p)
		require.Equal(t, was, verdictOf(t, q), "seed %d", seed)
	}
}

// renamed returns the problem with people and stages in another order.
func renamed(r *rand.Rand, p *Problem) *Problem {
	people, stages := r.Perm(p.People), r.Perm(len(p.Stages))
	move := func(list []int32) []int32 {
		var out []int32
		for _, q := range list {
			out = append(out, int32(people[q]))
		}
		slices.Sort(out)
		return out
	}
	q := *p
	q.Requesters, q.Contributors = move(p.Requesters), move(p.Contributors)
	q.Stages = make([]Stage, len(p.Stages))
	for i, s := range p.Stages {
		n := s
		n.Electors = move(s.Electors)
		if s.Rule.Kind == Weighted {
			n.Rule.Weights = make([]int64, len(s.Electors))
			for j, e := range s.Electors {
				at, _ := slices.BinarySearch(n.Electors, int32(people[e]))
				n.Rule.Weights[at] = s.Rule.Weights[j]
			}
		}
		n.Rule.Groups = nil
		for _, g := range s.Rule.Groups {
			n.Rule.Groups = append(n.Rule.Groups, Group{move(g.Members), g.N})
		}
		q.Stages[stages[i]] = n
	}
	q.Separate, q.Scenarios = nil, nil
	for _, x := range p.Separate {
		q.Separate = append(q.Separate, Separation{int32(stages[x.A]), int32(stages[x.B]), x.Ordered})
	}
	for _, scenario := range p.Scenarios {
		out := []int32{}
		for _, s := range scenario {
			out = append(out, int32(stages[s]))
		}
		q.Scenarios = append(q.Scenarios, out)
	}
	return &q
}

// A record holds for whoever the people are: each staff that meets it has a
// verdict at least as good, by the definitions.
func TestRecordSuffices(t *testing.T) {
	t.Parallel()
	records, held := 0, 0
	for seed := range 8_000 {
		r := rand.New(rand.NewPCG(uint64(seed), 22))
		o := process(r, seed%2 == 0, 5)
		proof, err := Prove(o.p, DefaultNodes)
		require.NoError(t, err)
		if len(proof.Inequalities) == 0 {
			continue
		}
		records++
		require.True(t, o.p.Holds(proof.Inequalities), "seed %d", seed)
		require.True(t, proof.Verdict.passes())
		for range 5 {
			other := restaffed(r, o.p)
			if !other.Holds(proof.Inequalities) {
				continue
			}
			held++
			after := oracle{p: other, before: o.before}
			require.True(t, after.satisfiable(), "seed %d: %+v\n%+v", seed, proof, other)
			if proof.Verdict == Safe {
				require.True(t, after.safe(true), "seed %d: %+v\n%+v", seed, proof, other)
			}
		}
	}
	t.Logf("%d records, %d times met by other staff", records, held)
	require.Greater(t, records, 200)
	require.Greater(t, held, 200)
	require.False(t, (&Problem{}).Holds(nil), "nothing is known")
}

// restaffed returns the problem with other people in it.
func restaffed(r *rand.Rand, p *Problem) *Problem {
	q := *p
	q.People = 5
	some := func() []int32 {
		var out []int32
		for i := range int32(q.People) {
			if r.IntN(5) > 0 {
				out = append(out, i)
			}
		}
		return out
	}
	q.Requesters, q.Contributors = some(), some()
	q.AnyRequester = true
	q.Stages = slices.Clone(p.Stages)
	for i := range q.Stages {
		s := &q.Stages[i]
		s.Electors = some()
		if s.Rule.Kind == Weighted {
			s.Rule.Weights = make([]int64, len(s.Electors))
			for j := range s.Rule.Weights {
				s.Rule.Weights[j] = r.Int64N(4)
			}
		}
		s.Rule.Groups = slices.Clone(s.Rule.Groups)
		for g := range s.Rule.Groups {
			s.Rule.Groups[g].Members = some()
		}
	}
	return &q
}
