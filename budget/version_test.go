package budget_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

func ExampleVersion() {
	c, err := budget.Compile(budget.Structure{
		Currency: money.EUR, Calendar: fiscal.Gregorian(time.January), Horizon: civil.YearOf(civil.MustDate(2026, 1, 1)),
		Nodes: []budget.Node{{Key: "all"}, {Key: "tv", Parent: "all"}, {Key: "web", Parent: "all"}},
	})
	if err != nil {
		panic(err)
	}
	plan := budget.NewVersion(c, "2026")
	quarter := c.Periods()[:3]
	_ = plan.Spread("all", quarter, money.Minor(100_000, money.EUR)) // by days: 31, 28, 31
	_ = plan.TopDown("all", quarter[0], 2, 1)
	plan.Lock()
	lean := plan.Copy("lean")
	_ = lean.Scale(9, 10)
	fmt.Println(plan.Of("all", quarter[0]), plan.Of("all", quarter[1]), plan.Of("all", quarter[2]))
	fmt.Println(plan.Of("tv", quarter[0]), plan.Of("web", quarter[0]), plan.Set("tv", quarter[0], money.Minor(1, money.EUR)))
	differences, _ := budget.Compare(plan, lean)
	fmt.Println(len(differences), differences[0].Node, differences[0].Change)
	// Output:
	// 344.44 EUR 311.12 EUR 344.44 EUR
	// 229.63 EUR 114.81 EUR version 2026 is locked
	// 5 all -34.44 EUR
}

// Whatever is spread or handed down adds up to what it was.
func TestSpreadAndTopDownAddUp(t *testing.T) {
	t.Parallel()
	c := chart(t, budget.Node{Key: "r"}, budget.Node{Key: "a", Parent: "r"}, budget.Node{Key: "b", Parent: "r"}, budget.Node{Key: "c", Parent: "r"}, budget.Node{Key: "aa", Parent: "a"})
	r := rand.New(rand.NewPCG(7, 7))
	for range 500 {
		v := budget.NewVersion(c, "v")
		amount := eur(r.Int64N(1_000_000) - 200_000)
		weights := make([]int64, 12)
		for i := range weights {
			weights[i] = r.Int64N(1000)
		}
		weights[r.IntN(12)]++
		require.NoError(t, v.Spread("aa", c.Periods(), amount, weights...))
		require.NoError(t, v.Spread("r", c.Periods(), amount, weights...))
		var sum money.Sum
		for _, p := range c.Periods() {
			require.NoError(t, v.TopDown("r", p, r.Int64N(9)+1, r.Int64N(9), r.Int64N(9)))
			sum.Add(v.Of("a", p)).Add(v.Of("b", p)).Add(v.Of("c", p))
		}
		total, err := sum.Total()
		require.NoError(t, err)
		assert.Equal(t, amount, total)
	}
	v := budget.NewVersion(c, "v")
	require.ErrorIs(t, v.Set("zz", p1, eur(1)), budget.ErrUnknown)
	require.ErrorIs(t, v.Set("r", p1, usd(1)), budget.ErrAmount)
	require.ErrorIs(t, v.TopDown("r", p1, 1), money.ErrWeights)
	require.ErrorIs(t, v.Spread("r", c.Periods(), eur(1), 1, 2), money.ErrWeights)
	require.ErrorIs(t, v.Spread("a", []fiscal.Key{p1, {Year: 2031, Number: 1}}, eur(90)), budget.ErrUnknown)
	require.ErrorIs(t, v.Spread("a", []fiscal.Key{p1, p1, p2}, eur(90)), budget.ErrKeyReused, "the parts would not add up")
	require.ErrorIs(t, v.Spread("a", []fiscal.Key{p1, p1, p2}, eur(90), 1, 1, 1), budget.ErrKeyReused)
	assert.Equal(t, eur(0), v.Of("a", p1), "and nothing has changed")
	assert.Equal(t, eur(0), v.Of("a", p2))
	require.NoError(t, v.Set("a", p1, eur(5)))
	require.NoError(t, v.Set("r", p1, eur(9)))
	require.NoError(t, v.BottomUp())
	assert.Equal(t, eur(0), v.Of("r", p1), "nothing stood at a leaf")
}

// A version becomes limits, plans or forecasts of a book, and a book a version.
func TestVersionToBookAndBack(t *testing.T) {
	t.Parallel()
	c := chart(t, budget.Node{Key: "r"}, budget.Node{Key: "a", Parent: "r"}, budget.Node{Key: "aa", Parent: "a"})
	v := budget.NewVersion(c, "v")
	require.NoError(t, v.Set("aa", p1, eur(30)))
	require.NoError(t, v.Set("a", p1, eur(50)))
	require.NoError(t, v.Set("r", p2, eur(70)))
	for _, m := range []budget.Measure{budget.Limit, budget.Plan, budget.Forecast} {
		b := budget.New(c)
		become(t, v, m, b)
		for _, n := range []budget.NodeKey{"r", "a", "aa"} {
			bal, _ := b.Balance(n, day(1, 1), budget.Period)
			got := map[budget.Measure]money.Money{budget.Limit: bal.Limit, budget.Plan: bal.Plan, budget.Forecast: bal.Forecast}[m]
			assert.Equal(t, v.Of(n, p1), got, "%v of %s", m, n)
		}
		if m == budget.Limit {
			_, err := b.At(budget.Cut{}).Version("x", m)
			require.ErrorIs(t, err, budget.ErrUnknown)
			continue
		}
		back, err := b.At(budget.Cut{}).Version("x", m)
		require.NoError(t, err)
		differences, err := budget.Compare(v, back)
		require.NoError(t, err)
		assert.Empty(t, differences)
	}
}

// become applies what makes a measure of a book as a version has it.
func become(t testing.TB, v *budget.Version, m budget.Measure, b *budget.Book) {
	t.Helper()
	commands, err := v.Commands(m, b)
	require.NoError(t, err)
	_, err = b.ApplyAll(now, commands...)
	require.NoError(t, err)
	commands, err = v.Commands(m, b)
	require.NoError(t, err)
	require.Empty(t, commands, "nothing is left to do")
}

func TestAccuracyOfAForecast(t *testing.T) {
	t.Parallel()
	b := limited(t, 1_000)
	do(t, b, budget.SetForecast{Node: "n", Period: p1, Amount: eur(100)})
	do(t, b, budget.SetForecast{Node: "n", Period: p2, Amount: eur(100)})
	then := b.At(budget.Cut{Known: now})
	forecast, err := then.Version("january", budget.Forecast)
	require.NoError(t, err)
	do(t, b, budget.Record{Key: "1", Node: "n", Service: day(1, 3), Amount: eur(80)})
	do(t, b, budget.Record{Key: "2", Node: "n", Service: day(2, 3), Amount: eur(120)})
	do(t, b, budget.SetForecast{Node: "n", Period: p1, Amount: eur(0)})
	a, err := b.At(budget.Cut{}).Accuracy(forecast, "n", p1, p2)
	require.NoError(t, err)
	list := a.Periods
	require.Len(t, list, 2)
	assert.Equal(t, []any{eur(-20), int64(-250), eur(20), int64(167)}, []any{list[0].Error, list[0].PerMille, list[1].Error, list[1].PerMille})
	assert.Equal(t, []any{eur(0), int64(200), true}, []any{a.Bias, a.WAPE, a.Known}, "40 off of 200")
}

// The NRF year 2023 had 53 weeks: the first day of 2024 is compared with the second
// week of 2023 (nrf.com, 4-5-4 calendar, restated).
func TestYearOnYearIsRestatedAfter53Weeks(t *testing.T) {
	t.Parallel()
	c, err := budget.Compile(budget.Structure{Currency: money.EUR, Calendar: fiscal.NRF(), Horizon: civil.Days(civil.MustDate(2023, 1, 29), civil.MustDate(2025, 2, 1)), Nodes: []budget.Node{{Key: "n"}}})
	require.NoError(t, err)
	b := budget.New(c)
	for d := range c.Horizon().Each() {
		do(t, b, budget.Record{Key: d.String(), Node: "n", Service: d, Amount: eur(int64(d.Weekday()) + 1)})
	}
	g, err := b.At(budget.Cut{}).YearOnYear("n", fiscal.Key{Year: 2024, Number: 1})
	require.NoError(t, err)
	assert.Equal(t, civil.Days(civil.MustDate(2023, 2, 5), civil.MustDate(2023, 3, 4)), g.PriorDays)
	assert.Equal(t, eur(0), g.Change)
	assert.Equal(t, eur(4*28), g.Amount)
	_, err = b.At(budget.Cut{}).YearOnYear("n", fiscal.Key{Year: 2023, Number: 1})
	require.ErrorIs(t, err, budget.ErrUnknown)
}
