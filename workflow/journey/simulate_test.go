package journey_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/workflow/journey"
)

func cohort(t testing.TB, leads int) journey.Cohort {
	t.Helper()
	cal := berlin(t)
	return journey.Cohort{
		Leads: leads, Zone: cal.Location(), Calendar: cal, MinScore: 20, MaxScore: 100,
		Enter: civil.Days(civil.MustDate(2026, 3, 2), civil.MustDate(2026, 3, 15)), Until: civil.MustDate(2026, 4, 5),
		Attributes: map[string][]journey.Share{"region": {{Value: "de", Weight: 8}, {Value: "fr", Weight: 2}}, "tier": {{Value: "key", Weight: 1}, {Value: "", Weight: 9}}},
		Reactions: []journey.Reaction{
			{To: "hello", Event: "opened", Percent: 40, Within: worktime.ElapsedDays(5)},
			{To: "hello", Event: "unsubscribed", Percent: 2, Within: worktime.ElapsedDays(2)},
			{To: "offer", Event: "booked a demo", Percent: 10, Within: worktime.ElapsedDays(7)},
		},
	}
}

func TestSimulationConservesLeads(t *testing.T) {
	t.Parallel()
	p, c := compile(t, nurture(t)), cohort(t, 2000)
	flow, err := p.Simulate(c, 1)
	require.NoError(t, err)
	require.Len(t, flow.Days, 35) // 2 March to 5 April
	standing, ends := 0, 0
	last := flow.Days[len(flow.Days)-1]
	for i, d := range flow.Days {
		require.Equal(t, d.Entered, d.In+d.Goal+d.Exited, "%v", d.Date)
		if i > 0 {
			require.GreaterOrEqual(t, d.Sent, flow.Days[i-1].Sent)
		}
	}
	for _, s := range flow.Steps {
		require.Equal(t, s.In, s.Out+s.Standing, "%s", s.Step)
		standing += s.Standing
		if s.Step == "sales" || s.Step == "cold" {
			ends += s.Out
			require.Zero(t, s.Standing)
		}
	}
	require.Equal(t, last.In, standing)
	require.Equal(t, c.Leads, flow.Refused+last.Entered)
	require.Equal(t, last.Entered, flow.Steps[0].In)
	require.LessOrEqual(t, ends, last.Goal+last.Exited)
	require.Positive(t, ends)
	require.Positive(t, last.In)
	// 20 % are of another region, and 11 of 81 scores are 90 or more: 0.8 × 70/81
	// = 69.1 % enter; five standard deviations of 2,000 leads are 5.2 %.
	require.InDelta(t, 2000*0.691, last.Entered, 104)

	again, err := p.Simulate(c, 1)
	require.NoError(t, err)
	require.Equal(t, flow, again)
	other, err := p.Simulate(c, 2)
	require.NoError(t, err)
	require.NotEqual(t, flow, other)
}

// A journey without chance, counted by hand.
func TestSimulationByHand(t *testing.T) {
	t.Parallel()
	p := compile(t, journey.Definition{Key: "k", Steps: []journey.Step{
		{Key: "hi", Send: "hi", Next: "wait"},
		{Key: "wait", Wait: &journey.Wait{For: worktime.ElapsedDays(2)}, Next: "bye"},
		{Key: "bye", Exit: "done"},
	}})
	day := civil.MustDate(2026, time.March, 1)
	flow, err := p.Simulate(journey.Cohort{Leads: 10, Enter: civil.Days(day, day.AddDays(1)), Until: day.AddDays(2)}, 5)
	require.NoError(t, err)
	require.Equal(t, &journey.Flow{
		Steps: []journey.StepFlow{{Step: "hi", In: 10, Out: 10}, {Step: "wait", In: 10, Out: 5, Standing: 5}, {Step: "bye", In: 5, Out: 5}},
		Days: []journey.DayFlow{
			{Date: day, Entered: 5, In: 5, Sent: 5},
			{Date: day.AddDays(1), Entered: 10, In: 10, Sent: 10},
			{Date: day.AddDays(2), Entered: 10, In: 5, Exited: 5, Sent: 10},
		},
	}, flow)
}

func TestSimulateRefuses(t *testing.T) {
	t.Parallel()
	p := compile(t, nurture(t))
	for i, change := range []func(*journey.Cohort){
		func(c *journey.Cohort) { c.Leads = -1 },
		func(c *journey.Cohort) { c.Leads = journey.MaxLeads + 1 },
		func(c *journey.Cohort) { c.Enter = civil.Period{} },
		func(c *journey.Cohort) { c.Until = civil.Date{} },
		func(c *journey.Cohort) { c.Calendar = nil },
		func(c *journey.Cohort) { c.MinScore, c.MaxScore = -1<<63, 1<<63-1 },
		func(c *journey.Cohort) { c.Attributes["tier"][0].Weight = -1 },
		func(c *journey.Cohort) { c.Attributes["tier"] = nil },
		func(c *journey.Cohort) { c.Reactions[0].To = "test" },
		func(c *journey.Cohort) { c.Reactions[0].Percent = 101 },
		func(c *journey.Cohort) { c.Reactions[0].Within = worktime.Days(1) },
		func(c *journey.Cohort) { c.Reactions[0].Within = worktime.Elapsed(0) },
		func(c *journey.Cohort) { c.MinScore, c.MaxScore = 0, 1<<40+1 },
		func(c *journey.Cohort) { c.Until = c.Enter.First().AddDays(3654) },
	} {
		c := cohort(t, 10)
		change(&c)
		_, err := p.Simulate(c, 1)
		require.ErrorIs(t, err, journey.ErrInvalid, "%d", i)
	}
}

func TestSimulateTakesTheLimits(t *testing.T) {
	t.Parallel()
	p, c := compile(t, nurture(t)), cohort(t, 0)
	c.MinScore, c.MaxScore, c.Until = 0, 1<<40, c.Enter.First().AddDays(3653)
	c.Reactions[0].Within = worktime.Elapsed(1)
	flow, err := p.Simulate(c, 1)
	require.NoError(t, err)
	require.Len(t, flow.Days, 3654)
}

func BenchmarkSimulate1000Leads(b *testing.B) {
	p, c := compile(b, nurture(b)), cohort(b, 1000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Simulate(c, 1); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTick(b *testing.B) {
	x := start(b)
	x.ok(journey.Enter{Lead: "l"})
	due, _ := x.state.Due()
	x.env.Now = due
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := x.p.Do(x.state, journey.Tick{}, x.env); err != nil {
			b.Fatal(err)
		}
	}
}
