package planning

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// The forward and backward steps are adjoint, also for days of different
// length: that is what makes both passes agree.
func TestStepsAreAdjoint(t *testing.T) {
	t.Parallel()
	spec := worktime.MonFri("Europe/Berlin", "09:00-12:00", "13:00-17:30")
	spec.Week[time.Friday] = worktime.Shifts("09:00-13:00")
	spec.Exceptions = []worktime.Exception{{Days: civil.Days(civil.MustDate(2026, time.April, 3), civil.MustDate(2026, time.April, 6))}}
	cal, err := worktime.Compile(spec, civil.YearOf(civil.MustDate(2026, time.January, 1)))
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(1, 1))
	base := civil.MustDate(2026, time.March, 2).In(time.UTC).Unix() / 60
	for range 20_000 {
		s, f := base+r.Int64N(60_000), base+r.Int64N(60_000)
		lag := []worktime.Length{
			worktime.Work(worktime.Minutes(r.IntN(4000) - 2000)), worktime.Days(int64(r.IntN(9) - 4)), worktime.Elapsed(int64(r.IntN(9000) - 4500)),
		}[r.IntN(3)]
		require.Equal(t, after(cal, s, lag) <= f, s <= before(cal, f, lag), "%s from %d to %d", lag, s, f)
		if lag.Amount() <= 0 {
			continue
		}
		start, end := startOn(cal, s, lag), finishBy(cal, f, lag)
		require.Equal(t, finish(cal, start, lag) <= end, start <= latestStart(cal, end, lag), "%s from %d to %d", lag, start, end)
		first := startFor(cal, f, lag)
		if lag.Kind() != worktime.KindElapsed {
			require.GreaterOrEqual(t, finish(cal, startOn(cal, first, lag), lag), cal.PrevMinute(f), "%s to %d", lag, f)
			require.Less(t, finish(cal, startOn(cal, cal.PrevMinute(first)-1, lag), lag), cal.PrevMinute(f), "%s to %d", lag, f)
		}
	}
}

func chain(n int) Plan {
	p := Plan{
		Start: civil.MustDate(2026, time.March, 2), Horizon: civil.Days(civil.MustDate(2026, time.January, 1), civil.MustDate(2035, time.December, 31)),
		Calendars: map[string]worktime.Spec{"office": worktime.MonFri("Europe/Berlin", "09:00-12:00", "13:00-18:00")},
	}
	r := rand.New(rand.NewPCG(3, 3))
	name := func(i int) TaskKey {
		return TaskKey([]byte{byte('a' + i/17576%26), byte('a' + i/676%26), byte('a' + i/26%26), byte('a' + i%26)})
	}
	for i := range n {
		p.Tasks = append(p.Tasks, Task{Key: name(i), Duration: worktime.Work(worktime.Minutes(30 + r.IntN(900)))})
		for k := range 2 {
			if from := i - 1 - r.IntN(200); from >= 0 {
				p.Links = append(p.Links, Link{From: name(from), To: name(i), Type: LinkType((i + k) % 4), Lag: worktime.Work(worktime.Minutes(r.IntN(3) * 60))})
			}
		}
	}
	return p
}

func TestPassesDoNotAllocate(t *testing.T) {
	m, err := Compile(chain(500))
	require.NoError(t, err)
	tt := newTimes(len(m.order))
	require.Zero(t, testing.AllocsPerRun(5, func() {
		last := m.forward(tt, m.cal)
		m.backward(tt, last)
		for i := range int32(len(m.order)) {
			m.slack(tt, i, last)
		}
	}))
}
