package quorum

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// completable tries every set of voters for every stage.
func (o oracle) completable(st *State) bool {
	fillings := make([][]bitset, len(st.Stages))
	for i, s := range st.Stages {
		e := o.electorate(int(s), st.Requester, bitsOf(st.Contributors))
		voted := bitsOf(st.Approved[s]) & bitsOf(o.p.Stages[s].Electors)
		may := e &^ bitsOf(st.Absent)
		if st.Barred != nil {
			may &^= bitsOf(st.Barred[s])
		}
		for t := range st.Approved {
			if o.separate(int(s), t) {
				may &^= bitsOf(st.Approved[t])
			}
		}
		may |= voted
		for x := may; ; x = (x - 1) & may {
			if x&voted == voted && o.decided(int(s), e, x) {
				fillings[i] = append(fillings[i], x)
			}
			if x == 0 {
				break
			}
		}
	}
	return o.plan(st.Stages, fillings, 0, nil)
}

func listOf(x bitset) []int32 {
	var out []int32
	for q := range int32(32) {
		if x>>q&1 != 0 {
			out = append(out, q)
		}
	}
	return out
}

// votesOf casts random votes that separation allows.
func votesOf(r *rand.Rand, o oracle, st *State) {
	x := make([]bitset, len(o.p.Stages))
	barred := make([]bitset, len(o.p.Stages))
	for range r.IntN(6) {
		s := r.IntN(len(x))
		e := o.electorate(s, st.Requester, bitsOf(st.Contributors))
		for t := range x {
			if o.separate(s, t) {
				e &^= x[t]
			}
		}
		one := bitset(1) << r.IntN(o.p.People)
		if r.IntN(5) == 0 {
			barred[s] |= one &^ x[s]
		} else {
			x[s] |= one & e &^ barred[s]
		}
	}
	st.Approved, st.Barred = make([][]int32, len(x)), make([][]int32, len(x))
	for s := range x {
		st.Approved[s], st.Barred[s] = listOf(x[s]), listOf(barred[s])
	}
}

func TestCompletableEqualsDefinitions(t *testing.T) {
	t.Parallel()
	n, yes := *organisations, 0
	for seed := range n {
		r := rand.New(rand.NewPCG(uint64(seed), 9))
		o := oracle{p: organisation(r, seed%2 == 0, 5)}
		st := State{Requester: int32(r.IntN(o.p.People+1)) - 1, Stages: o.scenarios()[0]}
		for q := range int32(o.p.People) {
			if r.IntN(8) == 0 {
				st.Contributors = append(st.Contributors, q)
			}
			if r.IntN(8) == 0 {
				st.Absent = append(st.Absent, q)
			}
		}
		votesOf(r, o, &st)
		got, err := o.p.Completable(st, DefaultNodes)
		require.NoError(t, err)
		want := Refuted
		// A scenario may name a stage twice in the product; the generator never does.
		if o.completable(&st) {
			want = Satisfiable
			yes++
		}
		require.Equal(t, want, got, "seed %d: %+v\n%+v", seed, o.p, st)
	}
	require.Greater(t, yes, n/10)
	require.Less(t, yes, n*9/10)
}

// Whoever asks before every vote is never stuck, however the votes fall.
func TestGuardedVotesComplete(t *testing.T) {
	t.Parallel()
	guarded := 0
	for seed := range 3000 {
		r := rand.New(rand.NewPCG(uint64(seed), 10))
		o := oracle{p: organisation(r, true, 5)}
		o.p.Absences, o.p.MaxContributors = 0, 0
		proof, err := Prove(o.p, DefaultNodes)
		require.NoError(t, err)
		if proof.Verdict != Satisfiable {
			continue
		}
		st := State{Requester: -1, Stages: o.scenarios()[0], Approved: make([][]int32, len(o.p.Stages))}
		if !o.p.AnyRequester {
			st.Requester = o.p.Requesters[0]
		}
		x := make([]bitset, len(o.p.Stages))
		refused := 0
		for moved := true; moved; {
			moved = false
			for _, at := range r.Perm(len(st.Stages) * o.p.People) {
				s, one := st.Stages[at%len(st.Stages)], bitset(1)<<(at/len(st.Stages))
				e := o.electorate(int(s), st.Requester, 0)
				if one&e&^x[s] == 0 || o.decided(int(s), e, x[s]) {
					continue
				}
				if o.anySeparate(int(s), one, x) {
					continue
				}
				st.Approved[s] = listOf(x[s] | one)
				verdict, err := o.p.Completable(st, DefaultNodes)
				require.NoError(t, err)
				if verdict == Satisfiable {
					x[s] |= one
					moved = true
					continue
				}
				refused++
				st.Approved[s] = listOf(x[s])
			}
		}
		for _, s := range st.Stages {
			require.True(t, o.decided(int(s), o.electorate(int(s), st.Requester, 0), x[s]), "seed %d", seed)
		}
		if refused > 0 {
			guarded++
		}
	}
	require.Greater(t, guarded, 20, "the guard had work to do")
}

func (o oracle) anySeparate(s int, one bitset, x []bitset) bool {
	for t := range x {
		if o.separate(s, t) && x[t]&one != 0 {
			return true
		}
	}
	return false
}
