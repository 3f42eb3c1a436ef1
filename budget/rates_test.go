package budget_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

func usd(minor int64) money.Money { return money.Minor(minor, money.USD) }

// An order of 100 USD at the budget rate of 0.90; the invoice comes when a dollar
// costs 0.95.
func TestOrderInAnotherCurrency(t *testing.T) {
	t.Parallel()
	b := limited(t, 200_00)
	require.ErrorIs(t, b.Apply(now, budget.Order{Ref: "O", Node: "n", Date: day(1, 5), Amount: usd(100_00)})[0].Err, budget.ErrAmount)
	do(t, b, budget.SetRate{Kind: budget.SpotRate, Currency: money.USD, On: day(2, 2), Units: "0.95", Source: "ECB"})
	require.ErrorIs(t, b.Apply(now, budget.Order{Ref: "O", Node: "n", Date: day(1, 5), Amount: usd(100_00)})[0].Err, budget.ErrRate, "a decision needs the budget rate")
	do(t, b, budget.SetRate{Kind: budget.BudgetRate, Currency: money.USD, On: day(1, 1), Units: "0.90", Source: "plan"})
	require.ErrorIs(t, b.Apply(now, budget.SetRate{Kind: budget.BudgetRate, Currency: money.USD, On: day(1, 1), Units: "0.91"})[0].Err, budget.ErrKeyReused, "it is frozen")
	do(t, b, budget.Order{Ref: "O", Node: "n", Date: day(1, 5), Amount: usd(100_00)})
	assert.Equal(t, [5]int64{0, 90_00, 0, 0, 110_00}, five(t, b, "n"))
	r := do(t, b, budget.Invoice{Ref: "I", Order: "O", Date: day(2, 3), Amount: usd(60_00)})
	assert.Equal(t, [5]int64{0, 36_00, 0, 54_00, 110_00}, five(t, b, "n"), "control counts at the budget rate")
	lines := r.Lines()
	assert.Equal(t, []any{budget.Actual, eur(54_00), usd(60_00), "USD→EUR 0.90 budget of 2026-01-01 (plan); USD→EUR 0.95 spot of 2026-02-02 (ECB)"}, []any{lines[1].Measure, lines[1].Amount, lines[1].Transaction, lines[1].Rate})
	assert.Equal(t, []any{budget.FXVariance, eur(3_00)}, []any{lines[2].Measure, lines[2].Amount})
	do(t, b, budget.Revalue{Ref: "V", Order: "O", Date: day(2, 3)})
	assert.Equal(t, [5]int64{0, 38_00, 0, 54_00, 108_00}, five(t, b, "n"), "40 USD are open, at 0.95")
	do(t, b, budget.Invoice{Ref: "I2", Order: "O", Date: day(2, 3), Amount: usd(40_00)})
	assert.Equal(t, [5]int64{0, 0, 0, 90_00, 110_00}, five(t, b, "n"))
	bal, _ := b.Balance("n", day(2, 1), budget.Total)
	assert.Equal(t, eur(5_00), bal.FXVariance)
	do(t, b, budget.Reverse{Ref: "X", Document: budget.InvoiceDocument, Of: "I", Date: day(2, 4)})
	bal, _ = b.Balance("n", day(2, 1), budget.Total)
	assert.Equal(t, eur(2_00), bal.FXVariance)
	sums := map[money.Currency]int64{}
	trial, err := b.TrialBalance()
	require.NoError(t, err)
	for _, leg := range trial {
		sums[leg.Amount.Currency()] += leg.Amount.Minor()
	}
	assert.Equal(t, map[money.Currency]int64{money.EUR: 0, money.USD: 0}, sums)
}

func TestFactWithoutARate(t *testing.T) {
	t.Parallel()
	b := limited(t, 100_00)
	do(t, b, budget.SetRate{Kind: budget.SpotRate, Currency: money.USD, On: day(1, 2), Units: "0.8"})
	r := do(t, b, budget.Record{Key: "k", Node: "n", Service: day(1, 9), Amount: usd(10_00)})
	assert.True(t, r.Findings.Has("budget.rate.missing"))
	assert.Equal(t, eur(8_00), r.Lines()[0].Amount)
	require.ErrorIs(t, b.Apply(now, budget.Record{Key: "k2", Node: "n", Service: day(1, 10), Amount: usd(1)})[0].Err, budget.ErrRate, "eight days are more than the gap")
}

func TestMinorUnitsDiffer(t *testing.T) {
	t.Parallel()
	b := limited(t, 1_000_00)
	do(t, b, budget.SetRate{Currency: money.JPY, On: day(1, 1), Units: "0.0061"})
	do(t, b, budget.SetRate{Currency: money.KWD, On: day(1, 1), Units: "2.95"})
	do(t, b, budget.Order{Ref: "J", Node: "n", Date: day(1, 5), Amount: money.Minor(10_000, money.JPY)})
	do(t, b, budget.Order{Ref: "K", Node: "n", Date: day(1, 5), Amount: money.Minor(1_000, money.KWD)})
	assert.Equal(t, int64(61_00+2_95), five(t, b, "n")[1])
	for _, units := range []string{"", "0", "-1", ".5", "5.", "1e3", "1.2.3", "0.000000000000001", "1234567890123", "1,5"} {
		require.ErrorIs(t, b.Apply(now, budget.SetRate{Currency: money.CHF, On: day(1, 1), Units: units})[0].Err, budget.ErrAmount, units)
	}
}

func TestRatesOf(t *testing.T) {
	t.Parallel()
	table, err := fx.New(money.EUR, "test", map[money.Currency][]fx.Rate{money.USD: {{On: day(1, 5), Units: decimal.New(125, -2)}, {On: day(1, 6), Units: decimal.New(3, 0)}}})
	require.NoError(t, err)
	rates := budget.RatesOf(table, money.EUR, year)
	require.Len(t, rates, 2)
	assert.Equal(t, []string{"0.8", "0.333333333333"}, []string{rates[0].Units, rates[1].Units})
	b := limited(t, 1)
	for _, r := range rates {
		do(t, b, r)
	}
}

func ExampleView_Balance() {
	c, err := budget.Compile(budget.Structure{
		Currency: money.EUR, Calendar: fiscal.Gregorian(time.January), Horizon: civil.YearOf(civil.MustDate(2026, 1, 1)), Nodes: []budget.Node{{Key: "tv"}},
	})
	if err != nil {
		panic(err)
	}
	book := budget.New(c)
	monday := time.Date(2026, 2, 2, 9, 0, 0, 0, time.UTC)
	spot := civil.MustDate(2026, 1, 15)
	book.Apply(monday, budget.Record{Key: "spot", Node: "tv", Service: spot, Amount: money.Minor(100_00, money.EUR)})
	book.Apply(monday.AddDate(0, 0, 7), budget.Record{Key: "spot", Node: "tv", Service: spot, Amount: money.Minor(90_00, money.EUR)})
	for _, known := range []time.Time{monday, monday.AddDate(0, 0, 7)} {
		balance, _ := book.At(budget.Cut{Known: known}).Balance("tv", spot, budget.Total)
		fmt.Println(known.Format(time.DateOnly), balance.Actual)
	}
	before, _ := book.At(budget.Cut{AsOf: spot.AddDays(-1)}).Balance("tv", spot, budget.Total)
	fmt.Println("before", before.Actual)
	// Output:
	// 2026-02-02 100.00 EUR
	// 2026-02-09 90.00 EUR
	// before 0.00 EUR
}
