package quorum

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every mistake that can be switched on is seen by the oracles: else they prove
// little about its absence.
func TestOracleSeesEveryFault(t *testing.T) {
	t.Parallel()
	const tries = 400_000 // by far enough for the rarest
	for f := faultNone + 1; f < faults; f++ {
		t.Run(fmt.Sprint(f), func(t *testing.T) {
			t.Parallel()
			for seed := range tries {
				r := rand.New(rand.NewPCG(uint64(seed), 5))
				if f == faultOrder || f == faultClosing {
					o := process(r, true, 5)
					if proof, err := prove(o.p, DefaultNodes, f); err == nil && proof.Verdict == Safe && !o.safe(true) {
						return
					}
					continue
				}
				if diff, _ := mismatch(organisation(r, seed%2 == 0, 5), f); diff != "" {
					t.Logf("seed %d: %s", seed, diff)
					return
				}
			}
			require.Fail(t, "not seen")
		})
	}
}
