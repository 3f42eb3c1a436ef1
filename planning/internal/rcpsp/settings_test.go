package rcpsp

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSettingsFollowTheFormulas holds the numbers at the published protocol's
// budgets, worked out by hand from the formulas: 120 activities make n 122.
func TestSettingsFollowTheFormulas(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		activities, schedules int
		want                  settings
	}{
		// 22 * (122/120)^-0.3 = 21.9; 122/20 = 6.1; 122/30 = 4.07; 122/15 = 8.1; 5*122^1.5 = 6738
		{120, 1000, settings{islands: 1, each: 1000, pop: 22, parallel: 6, exponent: 4, knapsack: 8, mutate: 100, shaken: 4}},
		// 22 * 5^0.65 * 0.995 = 62.3; 0.1 + 0.1*log2(5000/1952) = 0.2357
		{120, 5000, settings{islands: 1, each: 5000, pop: 62, parallel: 6, exponent: 4, knapsack: 8, mutate: 235, shaken: 4}},
		// 22 * (32/120)^-0.3 = 32.7; 5*32^1.5 = 905; 0.1 + 0.1*log2(1000/512) = 0.1966
		{30, 1000, settings{islands: 1, each: 1000, pop: 33, parallel: 2, exponent: 2, knapsack: 2, mutate: 196, shaken: 1, restart: 660, spread: 1000}},
		// two islands of 300,000: 22 * 300^0.65 * (62/120)^-0.3 = 1093
		{60, 600_000, settings{islands: 2, each: 300_000, pop: 1093, parallel: 3, exponent: 2, knapsack: 4, mutate: 500, shaken: 2, restart: 65580, spread: 8}},
		{0, 0, settings{islands: 1, each: 0, pop: 4, parallel: 2, exponent: 2, knapsack: 1, mutate: 100, shaken: 1}},
	} {
		got := settingsFor(c.activities, c.schedules)
		c.want.improve, c.want.tried, c.want.migrate, c.want.effort = 300, 200, 8, min(2000, c.schedules/1500)
		require.Equal(t, c.want, got)
	}
}

func TestSchedulesFor(t *testing.T) {
	t.Parallel()
	p := Project{}
	for range 118 {
		p.Activities = append(p.Activities, Single(1))
	}
	m, err := Compile(p)
	require.NoError(t, err)
	require.Equal(t, 134_268, m.SchedulesFor(1000)) // 176,500,000 / 120^1.5
	require.Equal(t, 1, m.SchedulesFor(-1))
	require.Equal(t, 1<<30, m.SchedulesFor(1<<30))
}
