package quorum

import (
	"flag"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var organisations = flag.Int("organisations", 2500, "random organisations of each distribution")

// mismatch compares a proof of p with the definitions; "" if it is right.
func mismatch(p *Problem, f fault) (string, Verdict) {
	o := oracle{p: p}
	proof, err := prove(p, DefaultNodes, f)
	if err != nil {
		return err.Error(), 0
	}
	want := o.satisfiable()
	switch {
	case proof.Verdict == Undecided:
		return "undecided", 0
	case proof.Verdict.passes() != want:
		return fmt.Sprintf("%v, a plan always exists: %v", proof.Verdict, want), proof.Verdict
	case want == (proof.Counter != nil):
		return "counterexample", proof.Verdict
	case want != (proof.Margin >= p.Absences):
		return fmt.Sprintf("margin %d", proof.Margin), proof.Verdict
	}
	if proof.Counter != nil {
		return invalid(p, proof.Counter, proof.Margin), proof.Verdict
	}
	return "", proof.Verdict
}

// invalid checks a counterexample by the definitions; "" if it is right.
func invalid(p *Problem, x *Counterexample, margin int) string {
	o := oracle{p: p}
	authors, absent := bitsOf(x.Contributors), bitsOf(x.Absent)
	known := x.Requester == -1 && p.AnyRequester || slices.Contains(p.Requesters, x.Requester)
	switch {
	case !known:
		return "requester"
	case len(x.Contributors) > p.MaxContributors || authors&^bitsOf(p.Contributors) != 0:
		return "contributors"
	case len(x.Absent) > p.Absences || len(x.Absent) != bits.OnesCount32(absent):
		return "absent"
	case len(x.Absent) != margin+1:
		return fmt.Sprintf("absent %v, margin %d", x.Absent, margin)
	case o.feasible(x.Stages, x.Requester, authors, absent):
		return "there is a plan"
	case bitsOf(x.Stages)&^bitsOf(x.Scenario) != 0:
		return "scenario without stages"
	case !slices.ContainsFunc(o.scenarios(), func(s []int32) bool { return bitsOf(s) == bitsOf(x.Scenario) }):
		return "no such scenario"
	}
	for i := range x.Contributors {
		if !o.feasible(x.Stages, x.Requester, authors&^(1<<x.Contributors[i]), absent) {
			return "contributor not needed"
		}
	}
	for i := range x.Absent {
		if !o.feasible(x.Stages, x.Requester, authors, absent&^(1<<x.Absent[i])) {
			return "absentee not needed"
		}
	}
	for i := range x.Stages {
		if !o.feasible(without(x.Stages, i), x.Requester, authors, absent) {
			return "stage not needed"
		}
	}
	return misworded(o, x)
}

// misworded checks Need and Have: pairwise separate stages, together needing more
// people than there are.
func misworded(o oracle, x *Counterexample) string {
	if x.Need == 0 && x.Have == 0 {
		return ""
	}
	need, who := 0, bitset(0)
	for i, s := range x.Stages {
		for _, u := range x.Stages[:i] {
			if !o.separate(int(s), int(u)) {
				return "worded, but not separate"
			}
		}
		e := o.electorate(int(s), x.Requester, bitsOf(x.Contributors))
		who |= e &^ bitsOf(x.Absent)
		n := 0
		for ; n <= 32 && !o.decided(int(s), 1<<n-1, 1<<n-1); n++ {
		}
		if r := o.p.Stages[s].Rule; r.Kind == Percent || r.Kind == All {
			all := bits.OnesCount32(e)
			for n = 0; n <= all && !o.decided(int(s), 1<<all-1, 1<<n-1); n++ {
			}
			n = max(n, 1, r.Floor) // an empty electorate never decides
		}
		need += n
	}
	if have := bits.OnesCount32(who); x.Need != need || x.Have != have || have >= need {
		return fmt.Sprintf("need %d have %d, really %d and %d", x.Need, x.Have, need, have)
	}
	return ""
}

func TestProveEqualsDefinitions(t *testing.T) {
	t.Parallel()
	for _, dense := range []bool{false, true} {
		for _, kinds := range []int{3, 5} { // counting rules alone, all rules
			t.Run(fmt.Sprintf("dense %v, %d kinds", dense, kinds), func(t *testing.T) {
				t.Parallel()
				n := *organisations / 2
				passed, safe := 0, 0
				for seed := range n {
					p := organisation(rand.New(rand.NewPCG(uint64(seed), uint64(kinds))), dense, kinds)
					diff, verdict := mismatch(p, faultNone)
					require.Empty(t, diff, "seed %d: %+v", seed, p)
					if verdict.passes() {
						passed++
					}
					if verdict == Safe {
						safe++
					}
				}
				t.Logf("%d organisations: %d pass, %d of them safe", n, passed, safe)
				require.Greater(t, passed, n/10)
				require.Greater(t, n-passed, n/10)
			})
		}
	}
}
