package pacing_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget/pacing"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

func eur(n int64) money.Money { return money.Minor(n*100, money.EUR) }

func day(d int) civil.Date { return civil.MustDate(2026, time.June, d) }

// june is 3,000 EUR over the 30 days of June 2026, 100 a day.
func june() pacing.Plan {
	return pacing.Plan{Name: "June", Budget: eur(3000), Days: civil.Days(day(1), day(30)), Zone: "Europe/Berlin"}
}

func compile(t testing.TB, p pacing.Plan) *pacing.Model {
	t.Helper()
	m, err := pacing.Compile(p)
	require.NoError(t, err)
	return m
}

// at is a moment of June in Berlin.
func at(t testing.TB, d, hour int) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	return time.Date(2026, time.June, d, hour, 0, 0, 0, zone)
}

// spend is the same amount on days 1 to last.
func spend(last int, amount money.Money) pacing.Data {
	var d pacing.Data
	for i := 1; i <= last; i++ {
		d.Spend = append(d.Spend, pacing.Spend{Day: day(i), Amount: amount})
	}
	return d
}

func TestCurves(t *testing.T) {
	t.Parallel()
	week := worktime.MonFri("Europe/Berlin", "09:00-17:00")
	for name, c := range map[string]struct {
		change func(*pacing.Plan)
		want   map[int]string
	}{
		"even":    {func(*pacing.Plan) {}, map[int]string{1: "100.00 EUR", 30: "100.00 EUR"}},
		"working": {func(p *pacing.Plan) { p.Curve.Shape, p.Calendar = pacing.Working, &week }, map[int]string{1: "136.36 EUR", 6: "0.00 EUR", 7: "0.00 EUR"}}, // 22 working days: 3000/22
		"weekdays": {func(p *pacing.Plan) {
			p.Curve = pacing.Curve{Shape: pacing.Weekdays, Week: []int64{0, 1, 1, 1, 1, 1, 2}}
		}, map[int]string{6: "200.00 EUR", 7: "0.00 EUR"}}, // weights add up to 22 + 4·2 = 30
		"seasonal": {func(p *pacing.Plan) {
			p.Curve.Seasons = []pacing.Season{{Days: civil.Days(day(1), day(10)), Weight: 400}}
		}, map[int]string{1: "200.00 EUR", 30: "50.00 EUR"}}, // 10·4 + 20·1 = 60 parts
		"custom": {func(p *pacing.Plan) {
			p.Curve = pacing.Curve{Shape: pacing.Custom, Weights: append(make([]int64, 29), 7)}
		}, map[int]string{1: "0.00 EUR", 30: "3000.00 EUR"}},
	} {
		p := june()
		c.change(&p)
		m := compile(t, p)
		for d, want := range c.want {
			require.Equal(t, want, m.Planned(day(d)).String(), "%s on %d", name, d)
		}
		require.Equal(t, eur(3000), m.PlannedBefore(day(30).AddDays(1)), name)
	}
}

// Whatever the curve, the days add up to the budget, and no running total is more than
// half a cent off.
func TestPlanAddsUp(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for range 500 {
		p := pacing.Plan{Budget: money.Minor(r.Int64N(1e9), money.EUR), Days: civil.Days(day(1), day(1).AddDays(r.IntN(400)))}
		n := p.Days.Len()
		p.Curve.Shape = pacing.Custom
		total := int64(0)
		for range n {
			w := r.Int64N(1_000_000)
			p.Curve.Weights = append(p.Curve.Weights, w)
			total += w
		}
		if total == 0 {
			continue
		}
		m := compile(t, p)
		sum, weight := int64(0), int64(0)
		for i := range n {
			sum += m.Planned(p.Days.First().AddDays(i)).Minor()
			weight += p.Curve.Weights[i]
			exact := float64(p.Budget.Minor()) * float64(weight) / float64(total)
			require.InDelta(t, exact, float64(sum), 0.5001)
		}
		require.Equal(t, p.Budget.Minor(), sum)
	}
}

func TestPlannedToCountsMinutes(t *testing.T) {
	t.Parallel()
	m := compile(t, june())
	require.Equal(t, eur(0), m.PlannedTo(at(t, 1, 0).Add(-time.Second)))
	require.Equal(t, eur(50), m.PlannedTo(at(t, 1, 12)))
	require.Equal(t, eur(150), m.PlannedTo(at(t, 2, 12)))
	require.Equal(t, eur(3000), m.PlannedTo(at(t, 30, 24)))
	require.Equal(t, money.Minor(10416, money.EUR), m.PlannedTo(at(t, 2, 1))) // 100 + 100/24 = 104.1666…, rounded down
	// 29 March 2026 has 23 hours in Berlin: noon is 11 hours after midnight.
	spring := pacing.Plan{Budget: eur(23), Days: civil.Days(civil.MustDate(2026, 3, 29), civil.MustDate(2026, 3, 29)), Zone: "Europe/Berlin"}
	require.Equal(t, eur(11), compile(t, spring).PlannedTo(time.Date(2026, 3, 29, 12, 0, 0, 0, at(t, 1, 0).Location())))
	// And 25 October has 25.
	autumn := pacing.Plan{Budget: eur(25), Days: civil.Days(civil.MustDate(2026, 10, 25), civil.MustDate(2026, 10, 25)), Zone: "Europe/Berlin"}
	require.Equal(t, eur(13), compile(t, autumn).PlannedTo(time.Date(2026, 10, 25, 12, 0, 0, 0, at(t, 1, 0).Location())))
}

func TestSeasonsOf(t *testing.T) {
	t.Parallel()
	cal := fiscal.Gregorian(time.April)
	s := pacing.SeasonsOf(cal, civil.Days(civil.MustDate(2026, 5, 20), civil.MustDate(2026, 7, 10)), 100, 200, 300)
	require.Len(t, s, 3)
	require.Equal(t, civil.Days(civil.MustDate(2026, 6, 1), civil.MustDate(2026, 6, 30)), s[1].Days)
	require.Equal(t, int64(300), s[2].Weight)
	require.Nil(t, pacing.SeasonsOf(cal, june().Days))
}

func TestStatusOnPlan(t *testing.T) {
	t.Parallel()
	s, err := compile(t, june()).Status(at(t, 11, 0), spend(10, eur(100)), pacing.State{})
	require.NoError(t, err)
	require.Equal(t, eur(1000), s.Settled)
	require.Equal(t, eur(1000), s.PlannedSettled)
	require.Equal(t, eur(3000), s.Projected)
	require.True(t, s.RunsOut.IsZero())
	require.Len(t, s.Suggested, 20)
	for _, g := range s.Suggested {
		require.Equal(t, eur(100), g.Amount)
	}
}

// What is late or provisional is not a deviation, what is missing is not zero.
func TestProvisionalAndMissing(t *testing.T) {
	t.Parallel()
	p := june()
	p.LateDays = 2
	data := spend(10, eur(100))
	data.Spend = append(data.Spend[:3], data.Spend[4:]...)                      // the 4th is missing
	data.Spend[8].Amount = eur(5)                                               // the 10th is late
	data.Spend[0].Provisional = true                                            // the 1st says so
	data.Spend = append(data.Spend, pacing.Spend{Day: day(11), Amount: eur(1)}) // today
	data.Spend = append(data.Spend, pacing.Spend{Day: civil.MustDate(2026, 7, 1), Amount: eur(0)})
	s, err := compile(t, p).Status(at(t, 11, 6), data, pacing.State{})
	require.NoError(t, err)
	require.Equal(t, 6, s.SettledDays) // 2, 3, 5, 6, 7, 8
	require.Equal(t, day(8), s.LastSettled)
	require.Equal(t, eur(600), s.Settled)
	require.Equal(t, eur(0), s.Deviation)
	require.Equal(t, []civil.Date{day(4)}, s.Missing)
	require.Equal(t, eur(206), s.Provisional) // 100 + 100 + 5 + 1
	require.Equal(t, eur(3000), s.Projected)
	require.Equal(t, eur(2194), s.Available)
}

func TestProjection(t *testing.T) {
	t.Parallel()
	m := compile(t, june())
	s, err := m.Status(at(t, 11, 0), spend(10, eur(150)), pacing.State{})
	require.NoError(t, err)
	require.Equal(t, int64(5000), s.DeviationBP)
	require.Equal(t, eur(4500), s.Projected)
	require.Equal(t, day(21), s.RunsOut) // after 20 days of 150 nothing is left
	require.Equal(t, eur(75), s.Suggested[3].Amount)
	// A commitment that is more than the pace is what the day will cost.
	data := spend(10, eur(100))
	data.Commitments = []pacing.Commitment{{Name: "fair", Days: civil.Days(day(20), day(20)), Open: eur(800)}}
	s, err = m.Status(at(t, 11, 0), data, pacing.State{})
	require.NoError(t, err)
	require.Equal(t, eur(3700), s.Projected)
	require.Equal(t, eur(1200), s.Available)
	require.Equal(t, eur(60), s.Suggested[0].Amount)
	require.Equal(t, eur(800), s.Suggested[9].Committed)
	// Overdue and beyond the plan, it still counts as used.
	data.Commitments = []pacing.Commitment{{Days: civil.Days(day(1), day(2)), Open: eur(10)}, {Days: civil.Days(day(30).AddDays(3), day(30).AddDays(4)), Open: eur(20)}}
	s, err = m.Status(at(t, 11, 0), data, pacing.State{})
	require.NoError(t, err)
	require.Equal(t, eur(30), s.Committed)
	require.Equal(t, eur(10), s.Suggested[0].Committed)
	require.Equal(t, eur(3020), s.Projected)
}

func TestSuggestionsUnderCapsAndFloors(t *testing.T) {
	t.Parallel()
	p := june()
	p.Cap, p.Floor = eur(120), eur(20)
	p.Caps = []pacing.Cap{{Days: civil.Days(day(28), day(30)), Cap: eur(50)}}
	m := compile(t, p)
	s, err := m.Status(at(t, 11, 0), spend(10, eur(100)), pacing.State{})
	require.NoError(t, err)
	sum := int64(0)
	for _, g := range s.Suggested {
		sum += g.Amount.Minor()
		if !g.Day.Before(day(28)) {
			require.Equal(t, eur(50), g.Amount)
			require.Equal(t, pacing.ByCap, g.Held)
		}
	}
	require.Equal(t, int64(200_000), sum)
	require.Equal(t, money.Minor(10882, money.EUR), s.Suggested[0].Amount) // (2000 - 150) / 17 = 108.8235…
	// Too little was spent for the caps to be made up for.
	s, err = m.Status(at(t, 21, 0), spend(20, eur(10)), pacing.State{})
	require.NoError(t, err)
	require.Equal(t, eur(3000-200-7*120-3*50), s.Unplaced)
	// Too much: not even the floors.
	s, err = m.Status(at(t, 21, 0), spend(20, eur(145)), pacing.State{})
	require.NoError(t, err)
	require.Equal(t, eur(100), s.Lacking) // 10 floors of 20, 100 left
	require.Equal(t, eur(10), s.Suggested[0].Amount)
	// Gone.
	s, err = m.Status(at(t, 21, 0), spend(20, eur(200)), pacing.State{})
	require.NoError(t, err)
	require.Equal(t, eur(0), s.Suggested[0].Amount)
	require.Equal(t, eur(1200), s.Lacking)
	// Over: nothing is left to suggest.
	s, err = m.Status(at(t, 30, 24), spend(30, eur(90)), pacing.State{})
	require.NoError(t, err)
	require.Empty(t, s.Suggested)
	require.Equal(t, eur(300), s.Unplaced)
}

func TestAlertsDoNotFlicker(t *testing.T) {
	t.Parallel()
	p := june()
	p.Alerts = []pacing.Alert{{Name: "over", Enter: 1000, Leave: 500, Times: 2}, {Name: "under", Enter: -1000, Leave: -200}}
	m := compile(t, p)
	var data pacing.Data
	var state pacing.State
	// Spend by day, and whether over and under are on the day after: cumulative
	// deviations of +12, +12, +8, +4, -8.8, -12.3, -7.7, -1.6 % of the plan.
	steps := []struct {
		amount      int64
		over, under bool
	}{
		{112, false, false},
		{112, true, false},
		{100, true, false},
		{92, false, false},
		{40, false, false},
		{70, false, true},
		{120, false, true},
		{141, false, false},
	}
	for i, step := range steps {
		data.Spend = append(data.Spend, pacing.Spend{Day: day(i + 1), Amount: eur(step.amount)})
		for range 3 { // asking again changes nothing
			s, err := m.Status(at(t, i+2, 9), data, state)
			require.NoError(t, err)
			state = s.State
			require.Equal(t, step.over, state.Alerts[0].On, "after day %d, %d", i+1, s.DeviationBP)
			require.Equal(t, step.under, state.Alerts[1].On, "after day %d, %d", i+1, s.DeviationBP)
		}
	}
	body, err := json.Marshal(state)
	require.NoError(t, err)
	var back pacing.State
	require.NoError(t, json.Unmarshal(body, &back))
	require.Equal(t, state, back)
}

func TestWhatIf(t *testing.T) {
	t.Parallel()
	m := compile(t, june())
	w, err := m.WhatIf(at(t, 11, 0), spend(10, eur(100)), pacing.State{}, pacing.Change{Budget: eur(5000), From: day(11)})
	require.NoError(t, err)
	require.Equal(t, eur(0), w.After.Deviation) // what was planned before stays
	require.Equal(t, eur(200), w.After.Suggested[0].Amount)
	require.Equal(t, eur(100), w.Before.Suggested[0].Amount)
	w, err = m.WhatIf(at(t, 11, 0), spend(10, eur(100)), pacing.State{}, pacing.Change{Last: day(20)})
	require.NoError(t, err)
	require.Equal(t, eur(200), w.After.Suggested[0].Amount)
	require.Equal(t, eur(-500), w.After.Deviation) // 150 a day were planned
	w, err = m.WhatIf(at(t, 11, 0), spend(10, eur(50)), pacing.State{}, pacing.Change{Cap: eur(110)})
	require.NoError(t, err)
	require.Equal(t, eur(300), w.After.Unplaced)
	_, err = m.With(pacing.Change{Budget: eur(500), From: day(11)})
	list, ok := errors.AsType[finding.List](err)
	require.True(t, ok)
	require.True(t, list.Has("pacing.budget"))
}

func TestCompileFindsAllProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*pacing.Plan)
		code   string
	}{
		"days":     {func(p *pacing.Plan) { p.Days = civil.Period{} }, "pacing.days"},
		"currency": {func(p *pacing.Plan) { p.Budget = money.Money{} }, "pacing.currency"},
		"cap":      {func(p *pacing.Plan) { p.Cap = money.Minor(1, money.USD) }, "pacing.currency"},
		"negative": {func(p *pacing.Plan) { p.Budget = eur(-1) }, "pacing.amount"},
		"zone":     {func(p *pacing.Plan) { p.Zone = "Mars/Base" }, "pacing.zone"},
		"late":     {func(p *pacing.Plan) { p.LateDays = -1 }, "pacing.late"},
		"bounds":   {func(p *pacing.Plan) { p.Floor, p.Cap = eur(2), eur(1) }, "pacing.bounds"},
		"calendar": {func(p *pacing.Plan) { p.Curve.Shape = pacing.Working }, "pacing.calendar"},
		"week":     {func(p *pacing.Plan) { p.Curve.Shape = pacing.Weekdays }, "pacing.curve"},
		"custom":   {func(p *pacing.Plan) { p.Curve = pacing.Curve{Shape: pacing.Custom, Weights: make([]int64, 30)} }, "pacing.curve"},
		"season":   {func(p *pacing.Plan) { p.Curve.Seasons = []pacing.Season{{Days: p.Days, Weight: -1}} }, "pacing.curve"},
		"shape":    {func(p *pacing.Plan) { p.Curve.Shape = 99 }, "pacing.curve"},
		"alert":    {func(p *pacing.Plan) { p.Alerts = []pacing.Alert{{Name: "a", Enter: 5, Leave: 6}} }, "pacing.alert"},
		"names":    {func(p *pacing.Plan) { p.Alerts = []pacing.Alert{{Name: "a", Enter: 5}, {Name: "a", Enter: 5}} }, "pacing.alert"},
	} {
		p := june()
		c.change(&p)
		_, err := pacing.Compile(p)
		list, ok := errors.AsType[finding.List](err)
		require.True(t, ok, "%s: %v", name, err)
		require.True(t, list.Has(c.code), "%s: %v", name, err)
	}
}

func TestDataAreChecked(t *testing.T) {
	t.Parallel()
	m := compile(t, june())
	for name, d := range map[string]pacing.Data{
		"currency":   {Spend: []pacing.Spend{{Day: day(1), Amount: money.Minor(1, money.USD)}}},
		"no day":     {Spend: []pacing.Spend{{Amount: eur(1)}}},
		"to come":    {Spend: []pacing.Spend{{Day: day(20), Amount: eur(1)}}},
		"huge":       {Spend: []pacing.Spend{{Day: day(1), Amount: money.Minor(1<<62, money.EUR)}}},
		"huge sum":   {Spend: []pacing.Spend{{Day: day(1), Amount: money.Minor(1<<53, money.EUR)}, {Day: day(1), Amount: eur(1)}}},
		"commitment": {Commitments: []pacing.Commitment{{Days: june().Days, Open: eur(-1)}}},
	} {
		_, err := m.Status(at(t, 11, 0), d, pacing.State{})
		require.ErrorIs(t, err, pacing.ErrData, name)
	}
	rows, err := pacing.SumByDay([]pacing.Spend{{Day: day(2), Amount: eur(1)}, {Day: day(1), Amount: eur(2)}, {Day: day(2), Amount: eur(-3), Provisional: true}})
	require.NoError(t, err)
	require.Equal(t, []pacing.Spend{{Day: day(1), Amount: eur(2)}, {Day: day(2), Amount: eur(-2), Provisional: true}}, rows)
	_, err = pacing.SumByDay([]pacing.Spend{{Day: day(2), Amount: eur(1)}, {Day: day(2), Amount: money.Minor(1, money.USD)}})
	require.ErrorIs(t, err, pacing.ErrData)
}

// Whatever the data, the amounts of a Status fit together.
func TestStatusAddsUp(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 2))
	for range 3000 {
		m, data, now := random(t, r)
		s, err := m.Status(now, data, pacing.State{})
		require.NoError(t, err)
		consistent(t, m, s, data)
	}
}

func random(t testing.TB, r *rand.Rand) (*pacing.Model, pacing.Data, time.Time) {
	t.Helper()
	p := june()
	p.Budget = money.Minor(r.Int64N(1_000_000), money.EUR)
	p.LateDays = r.IntN(4)
	p.Curve = pacing.Curve{Shape: pacing.Weekdays, Week: []int64{r.Int64N(3), 1 + r.Int64N(9), 1, 2, 1, r.Int64N(5), r.Int64N(2)}}
	if r.IntN(2) == 0 {
		p.Cap = money.Minor(r.Int64N(60_000), money.EUR)
	}
	if r.IntN(2) == 0 {
		p.Floor = money.Minor(r.Int64N(1+min(p.Cap.Minor(), 10_000)), money.EUR)
		if p.Cap == (money.Money{}) {
			p.Floor = money.Minor(r.Int64N(10_000), money.EUR)
		}
	}
	var data pacing.Data
	now := at(t, r.IntN(34)-2, r.IntN(24)).Add(time.Duration(r.IntN(60)) * time.Minute)
	today := civil.DateOf(now)
	for d := range p.Days.Each() {
		if d.After(today) {
			break
		}
		if r.IntN(8) > 0 {
			data.Spend = append(data.Spend, pacing.Spend{Day: d, Amount: money.Minor(r.Int64N(60_000)-3000, money.EUR), Provisional: r.IntN(10) == 0})
		}
	}
	for range r.IntN(3) {
		from := day(1).AddDays(r.IntN(35))
		data.Commitments = append(data.Commitments, pacing.Commitment{Days: civil.Days(from, from.AddDays(r.IntN(5))), Open: money.Minor(r.Int64N(90_000), money.EUR)})
	}
	return compile(t, p), data, now
}

func consistent(t testing.TB, m *pacing.Model, s *pacing.Status, data pacing.Data) {
	t.Helper()
	p := m.Plan()
	spent, committed := int64(0), int64(0)
	for _, r := range data.Spend {
		if p.Days.Contains(r.Day) {
			spent += r.Amount.Minor()
		}
	}
	for _, c := range data.Commitments {
		committed += c.Open.Minor()
	}
	require.Equal(t, spent, s.Spent.Minor())
	require.Equal(t, spent, s.Settled.Minor()+s.Provisional.Minor())
	require.Equal(t, committed, s.Committed.Minor())
	require.Equal(t, p.Budget.Minor()-spent-committed, s.Available.Minor())
	suggested := int64(0)
	for _, g := range s.Suggested {
		suggested += g.Amount.Minor()
		require.GreaterOrEqual(t, g.Amount.Minor(), int64(0))
		if p.Cap != (money.Money{}) {
			require.LessOrEqual(t, g.Amount.Minor(), max(0, p.Cap.Minor()-g.Committed.Minor()))
		}
		require.False(t, g.Day.Before(s.Today))
	}
	if s.Lacking.IsZero() {
		require.Equal(t, s.Available.Minor(), suggested+s.Unplaced.Minor())
	} else {
		require.Equal(t, max(0, s.Available.Minor()), suggested)
		require.True(t, s.Unplaced.IsZero())
	}
	require.NotEmpty(t, s.Words)
}

func TestPlanAsJSON(t *testing.T) {
	t.Parallel()
	p := june()
	week := worktime.MonFri("Europe/Berlin", "09:00-17:00")
	p.Calendar = &week
	p.Curve = pacing.Curve{Shape: pacing.Working, Seasons: []pacing.Season{{Days: p.Days, Weight: 50}}}
	p.Cap = eur(0) // which forbids, and is not the same as none
	p.Alerts = []pacing.Alert{{Name: "a", Of: pacing.AtEnd, Enter: 5}}
	body, err := json.Marshal(p)
	require.NoError(t, err)
	back, err := pacing.ReadPlan(bytes.NewReader(body))
	require.NoError(t, err)
	require.Equal(t, p, back)
	_, err = pacing.ReadPlan(strings.NewReader(`{"total":1}`))
	require.ErrorIs(t, err, pacing.ErrPlan)
	s, err := compile(t, p).Status(at(t, 3, 3), pacing.Data{}, pacing.State{})
	require.NoError(t, err)
	_, err = json.Marshal(s)
	require.NoError(t, err)
}

func FuzzStatus(f *testing.F) {
	f.Add([]byte(`{"budget":"3000.00 EUR","days":"2026-06-01..2026-06-30","zone":"Europe/Berlin","cap":"150.00 EUR","floor":"1.00 EUR","lateDays":1,"alerts":[{"name":"a","of":"at-end","enter":100,"leave":50}]}`),
		[]byte(`{"spend":[{"day":"2026-06-01","amount":"90.00 EUR"},{"day":"2026-06-02","amount":"-9.00 EUR","provisional":true}],"commitments":[{"days":"2026-06-10..2026-06-12","open":"100.00 EUR"}]}`), int64(1780400000))
	f.Add([]byte(`{"budget":"1 EUR","days":"2026-06-01..2026-06-03","floor":"","cap":"","curve":{"shape":"custom","weights":[0,1,0]}}`), []byte(`{}`), int64(0))
	f.Fuzz(func(t *testing.T, plan, data []byte, unix int64) {
		p, err := pacing.ReadPlan(bytes.NewReader(plan))
		if err != nil {
			require.ErrorIs(t, err, pacing.ErrPlan)
			return
		}
		m, err := pacing.Compile(p)
		if err != nil {
			return
		}
		var d pacing.Data
		if json.Unmarshal(data, &d) != nil {
			return
		}
		s, err := m.Status(time.Unix(unix%(1<<36), 0), d, pacing.State{})
		if err != nil {
			require.ErrorIs(t, err, pacing.ErrData)
			return
		}
		if len(p.Caps) == 0 {
			consistent(t, m, s, d)
		}
	})
}

func BenchmarkStatus(b *testing.B) {
	p := june()
	p.Cap, p.Floor = eur(120), eur(20)
	m := compile(b, p)
	data, now := spend(10, eur(103)), at(b, 11, 9)
	for b.Loop() {
		if _, err := m.Status(now, data, pacing.State{}); err != nil {
			b.Fatal(err)
		}
	}
}
