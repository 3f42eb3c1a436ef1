package quorum

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// process returns a small random problem for the exploration of all orders of
// votes, and which stages come before which.
func process(r *rand.Rand, ordered bool, kinds int) oracle {
	dense := r.IntN(2) == 0
	p := organisation(r, dense, kinds)
	for p.People > 5 || len(p.Stages) > 3 {
		p = organisation(r, dense, kinds)
	}
	p.Absences = min(p.Absences, 2)
	p.MaxContributors = min(p.MaxContributors, 1)
	o := oracle{p: p}
	if !ordered {
		return o
	}
	var before [4][4]bool
	order := r.Perm(len(p.Stages))
	for i, s := range order {
		for _, t := range order[:i] {
			if r.IntN(2) == 0 {
				before[t][s] = true
				for u := range before {
					before[u][s] = before[u][s] || before[u][t]
				}
			}
		}
	}
	for t := range before {
		for s := range before {
			if before[t][s] {
				o.before = append(o.before, [2]int{t, s})
			}
		}
	}
	for i, x := range p.Separate {
		switch {
		case before[x.A][x.B]:
			p.Separate[i].Ordered = true
		case before[x.B][x.A]:
			p.Separate[i] = Separation{x.B, x.A, true}
		}
	}
	return o
}

func TestSafeEqualsExploration(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ordered, exact bool
		kinds          int
	}{
		"parallel, counting": {false, true, 3},
		"ordered, counting":  {true, false, 3},
		"parallel, all":      {false, false, 5},
		"ordered, all":       {true, false, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, safe, careful, spoiled := *organisations/2, 0, 0, 0
			for seed := range n {
				o := process(rand.New(rand.NewPCG(uint64(seed), 77)), c.ordered, c.kinds)
				proof, err := Prove(o.p, DefaultNodes)
				require.NoError(t, err)
				want := o.safe(true)
				require.Equal(t, want, o.safe(false), "absences at once or later, seed %d", seed)
				if want {
					safe++
					require.True(t, o.satisfiable(), "seed %d", seed)
				}
				switch got := proof.Verdict == Safe; {
				case got:
					require.True(t, want, "seed %d: %+v", seed, o.p)
				case want:
					careful++
					require.False(t, c.exact, "seed %d: %+v", seed, o.p)
				case proof.Verdict == Satisfiable:
					spoiled++
				}
			}
			t.Logf("%d processes: %d safe, %d of them not proved so; %d satisfiable, but votes can spoil them", n, safe, careful, spoiled)
			require.Greater(t, safe, n/10)
			require.Positive(t, spoiled)
		})
	}
}
