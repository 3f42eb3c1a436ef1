package planning_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// TestAxisEqualsCalendars: dates, floats and reasons on the axis are those that
// steps on the calendar give, to the minute.
func TestAxisEqualsCalendars(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(31, 32))
	tried := 0
	for round := range 1500 {
		p := random(r, 2+r.IntN(12), round%2 == 0)
		name := []string{"short", "week"}[r.IntN(2)]
		p.Calendar = name
		zone := []string{"", "Europe/Berlin", "America/New_York"}[r.IntN(3)]
		for k, spec := range p.Calendars {
			spec.Zone = zone
			p.Calendars[k] = spec
		}
		for i := range p.Tasks {
			task := &p.Tasks[i]
			task.Calendar, task.Assignments = "", nil
			if task.Duration.Kind() == worktime.KindElapsed || name == "short" && task.Duration.Kind() == worktime.KindDays && r.IntN(3) > 0 {
				task.Duration = worktime.Work(worktime.Minutes(r.IntN(50)))
			}
		}
		for i := range p.Links {
			l := &p.Links[i]
			l.Calendar = ""
			if l.Lag.Kind() == worktime.KindElapsed {
				l.Lag = worktime.Work(worktime.Minutes(r.IntN(80) - 40))
			}
		}
		if r.IntN(4) == 0 {
			p.StartClock = worktime.Clock(9*60 + r.IntN(40))
		}
		if r.IntN(5) == 0 {
			p.Start, p.Finish = civil.Date{}, civil.MustDate(2026, time.March, 27)
		}
		m, err := planning.Compile(p)
		if err != nil {
			require.ErrorContains(t, err, "planning.task.window")
			continue
		}
		slow, on := m.OffAxis()
		require.True(t, on, "round %d", round)
		tried++
		got, want := m.CriticalPath(), slow.CriticalPath()
		require.Equal(t, want.Finish(), got.Finish(), "round %d", round)
		for f := range want.Tasks() {
			g, _ := got.Of(f.Task)
			require.Equal(t, f, g, "round %d", round)
			a, _ := want.Why(f.Task)
			b, _ := got.Why(f.Task)
			require.Equal(t, a, b, "round %d", round)
		}
	}
	require.Greater(t, tried, 800)
}
