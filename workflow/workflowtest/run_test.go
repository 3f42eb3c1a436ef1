package trial_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/internal/trial"
)

// Twenty thousand commands, and each kind of event among them.
func TestRun(t *testing.T) {
	t.Parallel()
	total := trial.Counts{}
	for seed := range uint64(4) {
		counts, err := trial.Run(seed, 5000)
		require.NoError(t, err)
		for k, n := range counts {
			total[k] += n
		}
	}
	for _, kind := range []string{
		"looped", "stage.expired", "stage.escalated", "stage.assigned", "delegated", "remarked", "resolved", "migrated", "recalled", "withdrawn",
		"vote.voided", "stage.stuck", "stage.resumed", "stage.cancelled", "definitions safe", "definitions guarded", "definitions refused",
		"ended approved", "ended rejected", "ended active", "ended changes_requested",
	} {
		require.NotZero(t, total[kind], "%s: %v", kind, total)
	}
	t.Log(total)
}
