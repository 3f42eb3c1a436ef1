package budgettest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget/budgettest"
)

// Every kind of command must have changed a book now and then, or the run proves
// nothing.
func TestRandomCommands(t *testing.T) {
	t.Parallel()
	n := 20_000 // proof/long has 1,000,000
	if testing.Short() {
		n = 500
	}
	counts, err := budgettest.Run(1, n)
	require.NoError(t, err)
	t.Log(counts)
	if testing.Short() {
		return
	}
	for _, kind := range []string{
		"SetLimit", "SetPlan", "SetForecast", "SetRate", "Reserve", "Release", "Order", "Amend", "CloseOrder", "Receive", "Accrue", "Invoice", "Record",
		"Reverse", "Transfer", "Settle", "CarryForward", "Revalue", "SoftClosePeriod", "ReopenPeriod", "ClosePeriod", "batches", "batches refused", "refused",
	} {
		require.Positive(t, counts[kind], kind)
	}
}
