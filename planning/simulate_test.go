package planning_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// clockwork is a plan round the clock, so that minutes of the finish are minutes
// from its start.
func clockwork(tasks ...planning.Task) planning.Plan {
	always := worktime.Spec{}
	for day := range always.Week {
		always.Week[day] = worktime.Shifts("00:00-24:00")
	}
	return planning.Plan{Start: civil.MustDate(2026, time.March, 2), Tasks: tasks, Calendars: map[string]worktime.Spec{"always": always}}
}

func estimated(key planning.TaskKey, e planning.Estimate) planning.Task {
	return planning.Task{Key: key, Duration: worktime.Work(worktime.Minutes(e.Likely)), Estimate: e}
}

func simulate(t *testing.T, p planning.Plan, s planning.Simulation) *planning.Outcomes {
	t.Helper()
	m, err := planning.Compile(p)
	require.NoError(t, err)
	out, err := m.Simulate(t.Context(), s)
	require.NoError(t, err)
	return out
}

func minutes(p planning.Plan, at time.Time) float64 { return at.Sub(p.Start.In(time.UTC)).Minutes() }

// Means, deviations and quantiles equal the closed forms, within four standard
// errors of 40,000 runs.
func TestSimulationAgainstClosedForms(t *testing.T) {
	t.Parallel()
	const runs, a, c, b = 40_000, 1000.0, 3000.0, 8000.0
	one := planning.Estimate{Min: a, Likely: c, Max: b}
	pert, logn := one, one
	pert.Shape, logn.Shape = planning.PERT, planning.Lognormal
	sigma := math.Log(b/c) / 1.2815515655446004 // z of the 90th percentile
	pertMean := (a + 4*c + b) / 6
	for name, want := range map[string]struct {
		e               planning.Estimate
		mean, deviation float64
	}{
		"triangular": {one, (a + b + c) / 3, math.Sqrt((a*a + b*b + c*c - a*b - a*c - b*c) / 18)},
		"pert":       {pert, pertMean, math.Sqrt((pertMean - a) * (b - pertMean) / 7)}, // of a beta with weight 4
		"lognormal":  {logn, c * math.Exp(sigma*sigma/2), c * math.Exp(sigma*sigma/2) * math.Sqrt(math.Exp(sigma*sigma)-1)},
	} {
		p := clockwork(estimated("a", want.e))
		out := simulate(t, p, planning.Simulation{Runs: runs, Seed: 1})
		mean, dev := out.Mean()
		assert.InDelta(t, want.mean, minutes(p, mean), 4*want.deviation/math.Sqrt(runs), name)
		assert.InEpsilon(t, want.deviation, float64(dev), 0.06, name)
		assert.InDelta(t, 1, out.Sensitivities()[0].Cruciality, 1e-9, name)

		// A chain of four: means and variances add up.
		chain := clockwork(estimated("a", want.e), estimated("b", want.e), estimated("c", want.e), estimated("d", want.e))
		chain.Links = []planning.Link{{From: "a", To: "b"}, {From: "b", To: "c"}, {From: "c", To: "d"}}
		out = simulate(t, chain, planning.Simulation{Runs: runs, Seed: 2})
		mean, dev = out.Mean()
		assert.InDelta(t, 4*want.mean, minutes(chain, mean), 4*2*want.deviation/math.Sqrt(runs), name)
		assert.InEpsilon(t, 2*want.deviation, float64(dev), 0.05, name)
		for _, s := range out.Sensitivities() {
			assert.Equal(t, runs, s.Critical, name)
			assert.InDelta(t, 0.5, s.Cruciality, 0.03, name) // one of four equal parts of the variance
		}
	}
	// The later of two: its chance is the square of one's.
	p := clockwork(estimated("a", one), estimated("b", one))
	out := simulate(t, p, planning.Simulation{Runs: runs, Seed: 3})
	median := b - math.Sqrt((1-math.Sqrt(0.5))*(b-a)*(b-c))
	assert.InDelta(t, median, minutes(p, out.Percentile(50)), 25)
	for _, s := range out.Sensitivities() {
		assert.InDelta(t, runs/2, s.Critical, 4*math.Sqrt(runs)/2)
	}
	got, of := out.By(p.Start.In(time.UTC).Add(time.Duration(median) * time.Minute))
	assert.InDelta(t, 0.5, float64(got)/float64(of), 0.01)
	// One person for both: they add up.
	p.Resources = []planning.Resource{{Key: "ana"}}
	for i := range p.Tasks {
		p.Tasks[i].Assignments = []planning.Assignment{{Resource: "ana"}}
	}
	m, err := planning.Compile(p)
	require.NoError(t, err)
	s, err := m.Schedule(t.Context(), planning.Search{})
	require.NoError(t, err)
	out, err = m.Simulate(t.Context(), planning.Simulation{Runs: runs, Seed: 4, Schedule: s})
	require.NoError(t, err)
	mean, _ := out.Mean()
	assert.InDelta(t, 2*(a+b+c)/3, minutes(p, mean), 40)
	assert.Equal(t, runs, out.Sensitivities()[0].Critical, "both hold the finish")
	// A common factor makes everything half as long again.
	out = simulate(t, clockwork(estimated("a", one)), planning.Simulation{Runs: runs, Seed: 5, Factors: []planning.Factor{{Estimate: planning.Estimate{Min: 1500, Likely: 1500, Max: 1500}}}})
	mean, _ = out.Mean()
	assert.InDelta(t, 1.5*(a+b+c)/3, minutes(p, mean), 60)
}

// Runs are the same one by one, in parts, in parallel, and on calendars that only
// have another name.
func TestSimulationIsTheSameHoweverItIsMade(t *testing.T) {
	t.Parallel()
	p := launch()
	for i := range p.Tasks {
		p.Tasks[i].Assignments = nil
		if n := p.Tasks[i].Duration.Amount(); n > 0 {
			p.Tasks[i].Duration = worktime.Hours(8 * n)
			p.Tasks[i].Estimate = planning.Estimate{Min: 240 * n, Likely: 480 * n, Max: 1200 * n, Shape: planning.Shape(i % 3)}
		}
	}
	p.Links[4].Lag = worktime.Hours(8)
	p.Resources = nil
	factors := []planning.Factor{{Name: "people leave", Tasks: []planning.TaskKey{"copy", "legal"}, Estimate: planning.Estimate{Min: 900, Likely: 1000, Max: 1500}}}
	whole := planning.Simulation{Runs: 501, Seed: 9, Factors: factors}
	m, err := planning.Compile(p)
	require.NoError(t, err)
	make := func(m *planning.Model, s planning.Simulation) *planning.Outcomes {
		out, err := m.Simulate(t.Context(), s)
		require.NoError(t, err)
		return out
	}
	type summary struct {
		percentiles [101]int64
		mean        int64
		dev         worktime.Minutes
		sens        string
	}
	sum := func(o *planning.Outcomes) (s summary) {
		for k := range s.percentiles {
			s.percentiles[k] = o.Percentile(k).Unix()
		}
		mean, dev := o.Mean()
		s.mean, s.dev, s.sens = mean.Unix(), dev, fmt.Sprint(o.Sensitivities())
		return s
	}
	want := sum(make(m, whole))
	parallel := whole
	parallel.Workers = 3
	require.Equal(t, want, sum(make(m, parallel)))
	first, second := whole, whole
	first.Runs, second.First, second.Runs = 200, 200, 301
	merged, err := make(m, second).Merge(make(m, first))
	require.NoError(t, err)
	require.Equal(t, want, sum(merged))
	_, err = merged.Merge(make(m, first))
	require.ErrorIs(t, err, planning.ErrSimulation)

	q := p.Clone()
	q.Calendars["other"] = q.Calendars["office"].Clone()
	q.Calendar = "office"
	for i := range q.Tasks {
		q.Tasks[i].Calendar = "other"
	}
	m2, err := planning.Compile(q)
	require.NoError(t, err)
	slow := sum(make(m2, whole))
	require.Equal(t, want.percentiles, slow.percentiles)
	require.Equal(t, want.dev, slow.dev)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = m.Simulate(ctx, whole)
	require.ErrorIs(t, err, context.Canceled)
	for _, bad := range []planning.Simulation{{Runs: -1}, {First: -1}, {Factors: []planning.Factor{{}}}, {Factors: []planning.Factor{{Tasks: []planning.TaskKey{"nobody"}, Estimate: planning.Estimate{Max: 1}}}}} {
		_, err = m.Simulate(t.Context(), bad)
		require.ErrorIs(t, err, planning.ErrSimulation)
	}
}

// When will it be done, and what decides it?
func ExampleModel_Simulate() {
	plan := launch()
	legal := plan.Task("legal")
	legal.Duration = worktime.Hours(24)
	legal.Estimate = planning.Estimate{Min: 16 * 60, Likely: 24 * 60, Max: 64 * 60}
	design := plan.Task("design")
	design.Duration = worktime.Hours(48)
	design.Estimate = planning.Estimate{Min: 24 * 60, Likely: 48 * 60, Max: 96 * 60, Shape: planning.PERT}
	model, err := planning.Compile(plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := model.Simulate(context.Background(), planning.Simulation{Runs: 2000, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("planned", model.CriticalPath().Finish().Format(clock))
	fmt.Println("even odds", out.Percentile(50).Format(clock), "safe", out.Percentile(90).Format(clock))
	for _, s := range out.Sensitivities() {
		if s.Critical > 0 {
			fmt.Printf("%-6s critical in %3d of 100 runs\n", s.Task, 100*s.Critical/s.Of)
		}
	}
	// Output:
	// planned Thu 12 Mar 18:00
	// even odds Mon 16 Mar 13:23 safe Wed 18 Mar 13:07
	// brief  critical in 100 of 100 runs
	// copy   critical in  80 of 100 runs
	// design critical in  19 of 100 runs
	// legal  critical in  80 of 100 runs
	// launch critical in 100 of 100 runs
}

func BenchmarkSimulate(b *testing.B) {
	const tasks, runs = 1_000, 10_000
	p := clockwork()
	for i := range tasks {
		p.Tasks = append(p.Tasks, estimated(planning.TaskKey(fmt.Sprint(i)), planning.Estimate{Min: 60, Likely: 120, Max: 300}))
		for k := range 2 {
			if from := i - 1 - (i*7+k*13)%20; from >= 0 {
				p.Links = append(p.Links, planning.Link{From: p.Tasks[from].Key, To: p.Tasks[i].Key})
			}
		}
	}
	m, err := planning.Compile(p)
	require.NoError(b, err)
	for b.Loop() {
		_, err := m.Simulate(b.Context(), planning.Simulation{Runs: runs, Seed: 1})
		require.NoError(b, err)
	}
}

func BenchmarkSimulateScarce(b *testing.B) {
	const tasks, runs = 120, 10_000
	p := clockwork()
	for r := range 4 {
		p.Resources = append(p.Resources, planning.Resource{Key: planning.ResourceKey(fmt.Sprint("r", r)), Units: 10_000})
	}
	for i := range tasks {
		t := estimated(planning.TaskKey(fmt.Sprint(i)), planning.Estimate{Min: 60, Likely: 120, Max: 300})
		for r := range 4 {
			t.Assignments = append(t.Assignments, planning.Assignment{Resource: p.Resources[r].Key, Units: 1000 * (1 + (i*(r+3))%6)})
		}
		p.Tasks = append(p.Tasks, t)
		if i > 2 {
			p.Links = append(p.Links, planning.Link{From: p.Tasks[i-1-i%3].Key, To: t.Key})
		}
	}
	m, err := planning.Compile(p)
	require.NoError(b, err)
	s, err := m.Schedule(b.Context(), planning.Search{})
	require.NoError(b, err)
	for b.Loop() {
		_, err := m.Simulate(b.Context(), planning.Simulation{Runs: runs, Seed: 1, Schedule: s})
		require.NoError(b, err)
	}
}

// A run keeps to the modes of the schedule, or none is made.
func TestSimulateModes(t *testing.T) {
	t.Parallel()
	p := planning.Plan{
		Start: civil.MustDate(2026, 3, 2), Calendars: map[string]worktime.Spec{"": worktime.MonFri("", "09:00-17:00")},
		Tasks: []planning.Task{{
			Key: "cut", Duration: worktime.Work(600), Estimate: planning.Estimate{Min: 500, Likely: 600, Max: 900},
			Modes: []planning.Mode{{Name: "two editors", Duration: worktime.Work(300)}},
		}},
	}
	m, err := planning.Compile(p)
	require.NoError(t, err)
	s, err := m.Schedule(t.Context(), planning.Search{Schedules: 50})
	require.NoError(t, err)
	require.Equal(t, 1, s.Mode("cut"))
	_, err = m.Simulate(t.Context(), planning.Simulation{Runs: 10, Schedule: s})
	require.ErrorIs(t, err, planning.ErrSimulation)

	kept := s.Plan()
	require.Equal(t, planning.Estimate{Min: 200, Likely: 300, Max: 600}, kept.Tasks[0].Estimate)
	m, err = planning.Compile(kept)
	require.NoError(t, err)
	s, err = m.Schedule(t.Context(), planning.Search{Schedules: 50})
	require.NoError(t, err)
	out, err := m.Simulate(t.Context(), planning.Simulation{Runs: 1000, Schedule: s})
	require.NoError(t, err)
	// The estimate spans 200 to 600 minutes from nine o'clock on; a day has 480.
	require.True(t, out.Percentile(1).After(time.Date(2026, 3, 2, 12, 19, 0, 0, time.UTC)))
	require.True(t, out.Percentile(100).Before(time.Date(2026, 3, 3, 11, 1, 0, 0, time.UTC)))
}
