package worktime_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// The axis says what BetweenMinutes says, and First and Last lie on both sides of
// what is not worked, inside the horizon and outside.
func TestAxis(t *testing.T) {
	t.Parallel()
	spec := worktime.MonFri("Europe/Berlin", "09:00-13:00", "14:00-18:00")
	spec.Week[time.Saturday] = worktime.Shifts("22:00-03:30") // into the night in which clocks change
	horizon := civil.Days(civil.MustDate(2026, time.March, 1), civil.MustDate(2026, time.November, 30))
	cal, err := worktime.Compile(spec, horizon)
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(1, 2))
	noon := civil.MustDate(2026, time.July, 1).In(cal.Location()).Unix() / 60
	origin := horizon.First().In(cal.Location()).Unix() / 60
	for range 20_000 {
		at := origin + r.Int64N(600*1440) - 150*1440
		place := cal.Worked(at)
		require.Equal(t, int64(cal.BetweenMinutes(noon, at)), place-cal.Worked(noon))
		first, last := cal.First(place), cal.Last(place)
		require.Equal(t, [2]int64{place, place}, [2]int64{cal.Worked(first), cal.Worked(last)})
		require.Less(t, cal.Worked(first-1), place)
		require.Greater(t, cal.Worked(last+1), place)
		require.True(t, first <= at && at <= last)
	}
}
