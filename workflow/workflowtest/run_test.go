package workflowtest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/workflow/workflowtest"
)

// Twenty thousand commands, and each kind of event among them.
func TestRun(t *testing.T) {
	t.Parallel()
	total := workflowtest.Counts{}
	for seed := range uint64(4) {
		counts, err := workflowtest.Run(seed, 5000)
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

func FuzzRun(f *testing.F) {
	f.Add(uint64(1), uint16(100))
	f.Fuzz(func(t *testing.T, seed uint64, commands uint16) {
		_, err := workflowtest.Run(seed, int(commands%2000))
		require.NoError(t, err)
	})
}
