package planning_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

func spans(s *planning.Schedule) map[planning.TaskKey]planning.Span {
	return maps.Collect(s.Dates().All())
}

func TestSchedulesVerify(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 11))
	compiled, infeasible := 0, 0
	for round := range 250 {
		p := random(r, 3+r.IntN(28), true)
		if round%2 == 1 {
			enrich(r, &p)
		}
		m, err := planning.Compile(p)
		if err != nil {
			require.ErrorContains(t, err, "planning.task.window", "round %d", round)
			continue
		}
		one, err := m.Schedule(t.Context(), planning.Search{})
		if errors.Is(err, planning.ErrInfeasible) {
			infeasible++
			continue
		}
		compiled++
		require.NoError(t, err)
		require.NoError(t, m.Verify(one), "round %d", round)
		require.True(t, !p.Finish.IsZero() || !one.Finish().Before(one.LowerBound()), "round %d: %s before %s", round, one.Finish(), one.LowerBound())
		require.Empty(t, planning.Diff(one, one))

		many, err := m.Schedule(t.Context(), planning.Search{Schedules: 40, Seed: 5})
		require.NoError(t, err)
		require.NoError(t, m.Verify(many), "round %d", round)
		require.LessOrEqual(t, many.Lateness(), one.Lateness())
		parallel, err := m.Schedule(t.Context(), planning.Search{Schedules: 40, Seed: 5, Workers: 3})
		require.NoError(t, err)
		require.Equal(t, spans(many), spans(parallel), "round %d", round)
		kept, err := m.Schedule(t.Context(), planning.Search{Keep: many})
		require.NoError(t, err)
		require.NoError(t, m.Verify(kept), "round %d", round)
		for key := range spans(many) {
			_, ok := many.Why(key)
			require.True(t, ok)
		}
	}
	require.Greater(t, compiled, 150)
	require.Less(t, infeasible, 40) // nobody is there together
}

// Verify must see what is wrong: a schedule of one plan against a changed one.
func TestVerifyRefusesForeign(t *testing.T) {
	t.Parallel()
	m, err := planning.Compile(launch())
	require.NoError(t, err)
	other, err := planning.Compile(launch())
	require.NoError(t, err)
	s, err := m.Schedule(t.Context(), planning.Search{})
	require.NoError(t, err)
	require.ErrorIs(t, other.Verify(s), planning.ErrForeign)
	require.ErrorIs(t, m.Verify(nil), planning.ErrForeign)
}

func TestScheduleStops(t *testing.T) {
	t.Parallel()
	m, err := planning.Compile(launch())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = m.Schedule(ctx, planning.Search{})
	require.ErrorIs(t, err, context.Canceled)
	s, err := m.Schedule(t.Context(), planning.Search{Schedules: 3})
	require.NoError(t, err)
	assert.Equal(t, 3, s.Schedules())
	assert.False(t, s.Stopped())
}

// A search that was stopped is repeated exactly with Stop, on periods and on
// calendars.
func TestStoppedSearchIsRepeated(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(51, 51))
	for round := range 20 {
		p := random(r, 25, true)
		p.Finish = civil.Date{}
		if round%2 == 0 { // all on one calendar: on periods
			for i := range p.Tasks {
				p.Tasks[i].Calendar, p.Tasks[i].Started, p.Tasks[i].Finished = "", time.Time{}, time.Time{}
				p.Tasks[i].Constraint, p.Tasks[i].Duration = planning.Constraint{}, worktime.Work(worktime.Minutes(5+r.IntN(50)))
			}
			for i := range p.Links {
				p.Links[i].Lag, p.Links[i].Calendar, p.Links[i].Percent = worktime.Length{}, "", 0
			}
			for i := range p.Resources {
				p.Resources[i].Calendar, p.Resources[i].Absences = "", nil
			}
		}
		m, err := planning.Compile(p)
		if err != nil {
			continue
		}
		full := planning.Search{Schedules: 3000, Seed: 3}
		half := full
		half.Stop = 1000
		stopped, err := m.Schedule(t.Context(), half)
		require.NoError(t, err)
		if !stopped.Stopped() {
			require.True(t, stopped.Proven(), "only a proof ends a search earlier")
			continue
		}
		require.GreaterOrEqual(t, stopped.Schedules(), 1000)
		require.Less(t, stopped.Schedules(), 3000)
		again := full
		again.Stop = stopped.Schedules()
		repeated, err := m.Schedule(t.Context(), again)
		require.NoError(t, err)
		require.Equal(t, spans(stopped), spans(repeated))
		whole, err := m.Schedule(t.Context(), full)
		require.NoError(t, err)
		require.LessOrEqual(t, whole.Lateness(), stopped.Lateness())
	}
}

// One person, two tasks of a day: the second waits, and says for whom.
func TestWhyResource(t *testing.T) {
	t.Parallel()
	p := planning.Plan{
		Start: launch().Start, Calendars: launch().Calendars, Resources: []planning.Resource{{Key: "ana"}},
		Tasks: []planning.Task{
			{Key: "a", Duration: worktime.Days(1), Assignments: []planning.Assignment{{Resource: "ana"}}},
			{Key: "b", Duration: worktime.Days(1), Assignments: []planning.Assignment{{Resource: "ana", Units: 500}}},
			{Key: "c", Duration: worktime.Days(1), Assignments: []planning.Assignment{{Resource: "ana", Units: 500}}},
		},
	}
	m, err := planning.Compile(p)
	require.NoError(t, err)
	s, err := m.Schedule(t.Context(), planning.Search{})
	require.NoError(t, err)
	why, ok := s.Why("b")
	require.True(t, ok)
	assert.Equal(t, planning.CauseResource, why.Cause)
	assert.Equal(t, planning.TaskKey("a"), why.By)
	b, _ := s.Of("b")
	c, _ := s.Of("c")
	assert.Equal(t, b.Span, c.Span, "two halves of a person work side by side")
	assert.Equal(t, worktime.Minutes(480), b.Delay)
	assert.Equal(t, worktime.Minutes(960), s.Makespan()) // two days of 480 minutes
	slip := p.Clone()
	slip.Task("a").Duration = worktime.Days(2)
	m2, err := planning.Compile(slip)
	require.NoError(t, err)
	after, err := m2.Schedule(t.Context(), planning.Search{Keep: s})
	require.NoError(t, err)
	moves := planning.Diff(s, after)
	require.Len(t, moves, 3)
	assert.Equal(t, planning.CauseResource, moves[1].Because[0].Cause)
	last := moves[1].Because[len(moves[1].Because)-1]
	assert.Equal(t, planning.Reason{Cause: planning.CauseDuration, Task: "a", Was: worktime.Days(1), Is: worktime.Days(2)}, last)
}

// Hall's condition by definition: every interval of minutes, counted by hand.
func TestOverloadsAgainstDefinition(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 13))
	over, fits := 0, 0
	for round := range 200 {
		p := random(r, 3+r.IntN(10), true)
		for i := range p.Tasks {
			if r.IntN(2) == 0 && p.Tasks[i].Constraint.Kind == planning.ASAP {
				p.Tasks[i].Deadline = p.Start.AddDays(1+r.IntN(7)).At(12, 0, time.UTC)
			}
		}
		m, err := planning.Compile(p)
		if err != nil {
			continue
		}
		path := m.CriticalPath()
		found := map[planning.ResourceKey][]planning.Overload{}
		for _, o := range m.Overloads() {
			found[o.Resource] = append(found[o.Resource], o)
		}
		for _, res := range p.Resources {
			cal := m.ResourceCalendar(res.Key)
			capacity := planning.Effort(max(res.Units, 1000))
			type window struct {
				from, to time.Time
				work     planning.Effort
			}
			var ws []window
			for _, task := range p.Tasks {
				for _, a := range task.Assignments {
					if a.Resource != res.Key {
						continue
					}
					f, _ := path.Of(task.Key)
					w := window{f.EarlyStart, f.LateFinish, planning.EffortOf(m.Calendar(task.Key).Between(f.EarlyStart, f.EarlyFinish), a.Units)}
					if w.to.Before(f.EarlyFinish) || !task.Started.IsZero() {
						w.to = f.EarlyFinish
					}
					if w.work > 0 {
						ws = append(ws, w)
					}
				}
			}
			worst := planning.Effort(0)
			for _, a := range ws {
				for _, b := range ws {
					forced := planning.Effort(0)
					for _, w := range ws {
						if !w.from.Before(a.from) && !w.to.After(b.to) {
							forced += w.work
						}
					}
					if forced > 0 && a.from.Before(b.to) {
						worst = max(worst, forced-planning.Effort(cal.Between(a.from, b.to))*capacity)
					}
				}
			}
			got, sum := planning.Effort(0), planning.Effort(0)
			for k, o := range found[res.Key] {
				got, sum = max(got, o.Excess()), sum+o.Excess()
				assert.Positive(t, o.Excess())
				assert.NotEmpty(t, o.Tasks)
				assert.Equal(t, planning.Effort(cal.Between(o.From, o.To))*capacity, o.Available)
				if k > 0 {
					assert.False(t, o.From.Before(found[res.Key][k-1].To), "intervals are disjoint")
				}
			}
			// Work that shares no time is told apart, so that one interval over both may
			// lack more than either, never more than both.
			require.LessOrEqual(t, got, worst, "round %d %s", round, res.Key)
			require.GreaterOrEqual(t, sum, worst, "round %d %s", round, res.Key)
			if got > 0 {
				over++
			}
			// A booking of all the time of a free day fits; one minute more does not.
			day := p.Start.AddDays(400)
			for !cal.WorkingDay(day) {
				day = day.AddDays(1)
			}
			booking := planning.Booking{Resource: res.Key, From: cal.DayStart(day), To: cal.DayEnd(day), Effort: planning.Effort(cal.MinutesOn(day)) * capacity}
			if path.Finish().Before(booking.From) {
				_, ok := m.Fits(booking)
				if got == 0 {
					require.True(t, ok, "round %d", round)
					fits++
				}
				booking.Effort++
				o, ok := m.Fits(booking)
				require.False(t, ok)
				require.GreaterOrEqual(t, o.Excess(), planning.Effort(1))
			}
		}
	}
	assert.Greater(t, over, 50)
	assert.Greater(t, fits, 20)
}

// The load of a resource over all periods is the work of its tasks.
func TestLoadAddsUp(t *testing.T) {
	t.Parallel()
	m, err := planning.Compile(launch())
	require.NoError(t, err)
	s, err := m.Schedule(t.Context(), planning.Search{})
	require.NoError(t, err)
	for _, by := range []planning.Bucket{planning.Daily, planning.Weekly, planning.Monthly} {
		sum := map[planning.ResourceKey]planning.Effort{}
		for _, l := range m.Load(s, by) {
			sum[l.Resource] += l.Demand
			assert.False(t, l.Over(), "%s", l)
		}
		// Days of 480 minutes: copy 3 + site 2, design 4.
		assert.Equal(t, map[planning.ResourceKey]planning.Effort{"ana": planning.EffortOf(5*480, 1000), "ben": planning.EffortOf(4*480, 1000)}, sum)
	}
}

func FuzzPlanJSON(f *testing.F) {
	seed, err := json.Marshal(launch())
	require.NoError(f, err)
	f.Add(seed)
	f.Add([]byte(`{"start":"2026-03-02","calendar":"x","calendars":{"x":{"week":{"mon":["22:00-06:00"]}}},"tasks":[{"key":"a","duration":"36525d"}]}`))
	f.Add([]byte(`{"finish":"2026-03-02","calendars":{"":{"week":{"mon":["09:00-17:00"],"tue":["09:00-12:00"]}}},"resources":[{"key":"r","skills":[{"key":"s","level":2}],"changes":[{"from":"2026-02-01","units":500}]},{"key":"m","kind":"stock","units":3000}],"phases":[{"key":"p"}],"tasks":[{"key":"a","duration":"3h","phase":"p","needs":[{"skill":"s","units":500}],"modes":[{"duration":"1h","assignments":[{"resource":"m"}]}]},{"key":"b","effort":"4h","assignments":[{"resource":"r","units":500}],"constraint":{"kind":"ALAP"}}],"links":[{"from":"p","to":"b","percent":50}]}`))
	f.Add([]byte(`{"start":"9999-12-30","calendars":{"":{"week":{"mon":["09:00-10:00"]}}},"tasks":[{"key":"a","duration":"9d"},{"key":"b","duration":"52596000em"}],"links":[{"from":"a","to":"b","type":"SF","lag":"-36525d"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var p planning.Plan
		if len(data) > 4096 || json.Unmarshal(data, &p) != nil || len(p.Tasks) > 8 {
			return
		}
		m, err := planning.Compile(p)
		if err != nil {
			return
		}
		m.CriticalPath()
		m.Overloads()
		s, err := m.Schedule(t.Context(), planning.Search{Schedules: 2})
		if err != nil {
			require.ErrorIs(t, err, planning.ErrInfeasible)
			return
		}
		require.NoError(t, m.Verify(s))
		m.Load(s, planning.Monthly)
	})
}

func TestPinnedPlansShowWhoCannotKeepTheirDates(t *testing.T) {
	t.Parallel()
	plan := planning.Plan{
		Start: civil.MustDate(2026, 3, 2), Calendars: map[string]worktime.Spec{"": worktime.MonFri("Europe/Berlin", "09:00-17:00")},
		Resources: []planning.Resource{{Key: "dora"}},
		Tasks: []planning.Task{
			{Key: "a", Duration: worktime.Days(2), Assignments: []planning.Assignment{{Resource: "dora"}}},
			{Key: "b", Duration: worktime.Days(2), Assignments: []planning.Assignment{{Resource: "dora"}}},
			{Key: "c", Duration: worktime.Days(9)},
		},
		Links: []planning.Link{{From: "a", To: "b"}},
	}
	week := civil.Days(civil.MustDate(2026, 3, 2), civil.MustDate(2026, 3, 4))
	m, err := planning.Compile(plan.Pinned(map[planning.TaskKey]civil.Period{"a": week, "b": week}))
	require.NoError(t, err)
	over := m.Overloads()
	require.Len(t, over, 1)
	assert.Equal(t, "32 h of 24 h", over[0].Forced.String()+" of "+over[0].Available.String())
	assert.Len(t, plan.Links, 1, "the plan itself is as it was")
}
