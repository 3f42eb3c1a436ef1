package budget_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/money"
)

// Planned 100 clicks of search at 2.00 and 300 of social at 0.50; bought 200 of
// search at 2.10 and 200 of social at 0.40, and 30.00 of audio.
func ExamplePriceVolumeMix() {
	e, err := budget.PriceVolumeMix(
		[]budget.Quantity{{Key: "search", Units: 100, Amount: money.Minor(200_00, money.EUR)}, {Key: "social", Units: 300, Amount: money.Minor(150_00, money.EUR)}},
		[]budget.Quantity{{Key: "search", Units: 200, Amount: money.Minor(420_00, money.EUR)}, {Key: "social", Units: 200, Amount: money.Minor(80_00, money.EUR)}, {Key: "audio", Units: 10, Amount: money.Minor(30_00, money.EUR)}},
	)
	fmt.Println(e.Planned, e.Volume, e.Mix, e.Price, e.New, e.Actual, err)
	// Output: 350.00 EUR 0.00 EUR 150.00 EUR 0.00 EUR 30.00 EUR 530.00 EUR <nil>
}

func TestEffectsAddUp(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	list := func() []budget.Quantity {
		var out []budget.Quantity
		for _, k := range []string{"a", "b", "c", "d"} {
			if r.IntN(4) > 0 {
				out = append(out, budget.Quantity{Key: k, Units: r.Int64N(50), Amount: eur(r.Int64N(10_000) - 500)})
			}
		}
		return out
	}
	for range 2_000 {
		e, err := budget.PriceVolumeMix(list(), list())
		require.NoError(t, err)
		var sum money.Sum
		total, err := sum.Add(e.Planned).Add(e.Volume).Add(e.Mix).Add(e.Price).Add(e.New).Total()
		require.NoError(t, err)
		require.Equal(t, e.Actual, total)
	}
	one := []budget.Quantity{{Key: "a", Units: 3, Amount: eur(9)}}
	e, err := budget.PriceVolumeMix(one, []budget.Quantity{{Key: "a", Units: 5, Amount: eur(20)}})
	require.NoError(t, err)
	assert.Equal(t, []money.Money{eur(6), eur(0), eur(5)}, []money.Money{e.Volume, e.Mix, e.Price}, "two more at 3, and one dearer for each of five")
	_, err = budget.PriceVolumeMix(append(one, one...), nil)
	require.ErrorIs(t, err, budget.ErrKeyReused)
	_, err = budget.PriceVolumeMix(one, []budget.Quantity{{Key: "a", Units: 1, Amount: usd(1)}})
	require.ErrorIs(t, err, money.ErrMismatch)
	_, err = budget.PriceVolumeMix([]budget.Quantity{{Key: "a", Units: -1}}, nil)
	require.ErrorIs(t, err, budget.ErrAmount)
}

// What was planned without units does not grow with the units of the rest.
func TestVolumeLeavesFeesAlone(t *testing.T) {
	t.Parallel()
	planned := []budget.Quantity{{Key: "clicks", Units: 100, Amount: eur(100)}, {Key: "fee", Amount: eur(50)}, {Key: "licence", Amount: eur(7)}}
	e, err := budget.PriceVolumeMix(planned, []budget.Quantity{{Key: "clicks", Units: 200, Amount: eur(200)}, {Key: "fee", Amount: eur(60)}})
	require.NoError(t, err)
	assert.Equal(t, budget.Effects{Planned: eur(157), Actual: eur(260), Volume: eur(100), Mix: eur(0), Price: eur(0), New: eur(10 - 7)}, e,
		"100 more clicks at 1, a fee of 10 more, and no licence")
	e, err = budget.PriceVolumeMix(planned[1:], planned[:1])
	require.NoError(t, err)
	assert.Equal(t, budget.Effects{Planned: eur(57), Actual: eur(100), Volume: eur(0), Mix: eur(0), Price: eur(0), New: eur(43)}, e)
}

func ExampleView_Variance() {
	c, _ := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: year, Nodes: []budget.Node{{Key: "tv"}}})
	book := budget.New(c)
	book.Apply(now,
		budget.SetPlan{Node: "tv", Period: p1, Amount: eur(100_00)},
		budget.Invoice{Ref: "1", Node: "tv", Date: day(1, 20), Amount: eur(80_00)},
		budget.Invoice{Ref: "2", Node: "tv", Date: day(1, 25), Service: day(2, 3), Amount: eur(30_00)}, // paid before it was used
	)
	waterfall, _ := book.At(budget.Cut{}).Variance("tv", day(1, 31), budget.Period, nil)
	for _, step := range waterfall.Steps {
		fmt.Println(step)
	}
	// Output:
	// plan +100.00 EUR
	// timing +30.00 EUR
	// fx +0.00 EUR
	// pace -20.00 EUR
	// actual +110.00 EUR
}

func TestWaterfall(t *testing.T) {
	t.Parallel()
	b := limited(t, 1_000_00)
	do(t, b, budget.SetPlan{Node: "n", Period: p1, Amount: eur(100_00)})
	do(t, b, budget.SetRate{Currency: money.USD, On: day(1, 1), Units: "0.90"})
	do(t, b, budget.SetRate{Kind: budget.SpotRate, Currency: money.USD, On: day(1, 10), Units: "1.00"})
	do(t, b, budget.Record{Key: "us", Node: "n", Service: day(1, 10), Amount: usd(50_00)})                       // 45.00, and 5.00 of rates
	do(t, b, budget.Invoice{Ref: "early", Node: "n", Date: day(1, 20), Service: day(2, 20), Amount: eur(30_00)}) // for February
	do(t, b, budget.Invoice{Ref: "late", Node: "n", Date: day(2, 20), Service: day(1, 20), Amount: eur(10_00)})  // of January
	effects := &budget.Effects{Price: eur(7_00), Volume: eur(-2_00), Mix: eur(0), New: eur(0)}
	w, err := b.At(budget.Cut{}).Variance("n", day(1, 5), budget.Period, effects)
	require.NoError(t, err)
	assert.Equal(t, "[plan +100.00 EUR price +7.00 EUR volume -2.00 EUR mix +0.00 EUR new +0.00 EUR timing +20.00 EUR fx +5.00 EUR pace -50.00 EUR actual +80.00 EUR]", fmt.Sprint(w.Steps))
	var sum money.Sum
	for _, s := range w.Steps[:len(w.Steps)-1] {
		sum.Add(s.Amount)
	}
	total, err := sum.Total()
	require.NoError(t, err)
	assert.Equal(t, w.Steps[len(w.Steps)-1].Amount, total)
}

func TestFindings(t *testing.T) {
	t.Parallel()
	b := budget.New(chart(t,
		budget.Node{Key: "r", Owner: "ann"}, budget.Node{Key: "over", Parent: "r"}, budget.Node{Key: "outlook", Parent: "r"}, budget.Node{Key: "under", Parent: "r"}, budget.Node{Key: "alone"},
	))
	do(t, b, budget.SetLimit{Node: "r", Period: p1, Amount: eur(1_000)})
	do(t, b, budget.SetLimit{Node: "over", Period: p1, Amount: eur(100)})
	do(t, b, budget.SetLimit{Node: "outlook", Period: p1, Amount: eur(100)})
	do(t, b, budget.Record{Key: "k", Node: "over", Service: day(1, 2), Amount: eur(101)})
	do(t, b, budget.SetForecast{Node: "outlook", Period: p2, Amount: eur(101)})
	do(t, b, budget.SetPlan{Node: "under", Period: p1, Amount: eur(100)})
	do(t, b, budget.SetPlan{Node: "alone", Period: p1, Amount: eur(10)})
	do(t, b, budget.Record{Key: "k2", Node: "under", Service: day(1, 2), Amount: eur(79)})
	do(t, b, budget.Record{Key: "k3", Node: "alone", Service: day(1, 2), Amount: eur(8)})
	do(t, b, budget.Order{Ref: "old", Node: "outlook", Date: day(1, 2), Amount: eur(5)})
	do(t, b, budget.Order{Ref: "new", Node: "outlook", Date: day(1, 2), Amount: eur(5)})
	do(t, b, budget.Receive{Ref: "g", Order: "new", Date: day(3, 1), Amount: eur(5)})
	found, err := b.At(budget.Cut{}).Findings(day(4, 30), budget.Review{})
	require.NoError(t, err)
	var got []string
	for _, f := range found {
		assert.NotEmpty(t, f.Fix)
		got = append(got, f.Code+" "+f.Subject)
	}
	assert.Equal(t, []string{
		"budget.spend.over node/over", "budget.commitment.stale order/old", "budget.outlook.over node/outlook", "budget.plan.unowned node/alone", "budget.spend.under node/under",
		"budget.limit.unallocated node/r",
	}, got)
}

func TestTagsSplitABalance(t *testing.T) {
	t.Parallel()
	b := budget.New(chart(t, budget.Node{Key: "r", Tags: budget.Tags{Region: "emea", CostCentre: "4711"}}, budget.Node{Key: "a", Parent: "r", Tags: budget.Tags{Region: "apac"}}))
	do(t, b, budget.Order{Ref: "o", Node: "r", Date: day(1, 2), Amount: eur(30), Tags: budget.Tags{Vendor: "acme", Channel: "tv"}})
	do(t, b, budget.Invoice{Ref: "i", Order: "o", Date: day(1, 3), Amount: eur(10), Tags: budget.Tags{Vendor: "other", Category: "media"}})
	do(t, b, budget.Record{Key: "k", Node: "a", Service: day(1, 3), Amount: eur(5), Tags: budget.Tags{Channel: "web"}})
	split := func(d budget.Dimension) string {
		shares, err := b.At(budget.Cut{}).By(d, "r", day(1, 1), budget.Total)
		require.NoError(t, err)
		var out string
		for _, s := range shares {
			out += fmt.Sprintf("%s: %d open %d actual; ", s.Value, s.OpenCommitment.Minor(), s.Actual.Minor())
		}
		return out
	}
	assert.Equal(t, "apac: 0 open 5 actual; emea: 20 open 10 actual; ", split(budget.Region))
	assert.Equal(t, ": 0 open 5 actual; acme: 20 open 10 actual; ", split(budget.Vendor))
	assert.Equal(t, "tv: 20 open 10 actual; web: 0 open 5 actual; ", split(budget.Channel))
	assert.Equal(t, "4711: 20 open 15 actual; ", split(budget.CostCentre))
	_, err := b.At(budget.Cut{}).By(budget.Region, "zz", day(1, 1), budget.Total)
	require.ErrorIs(t, err, budget.ErrUnknown)
}
