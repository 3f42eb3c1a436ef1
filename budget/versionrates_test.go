package budget_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

// A plan in dollars stands at its frozen rate, and the book that it becomes controls
// at the same.
func TestVersionWithRates(t *testing.T) {
	t.Parallel()
	spot, err := fx.New(money.EUR, "ECB", map[money.Currency][]fx.Rate{money.USD: {{On: day(1, 1), Units: decimal.New(125, -2)}}})
	require.NoError(t, err)
	rates, err := spot.Freeze(day(1, 1), year)
	require.NoError(t, err)
	c := chart(t, budget.Node{Key: "n"})
	v := budget.NewVersion(c, "2026")
	require.ErrorIs(t, v.Set("n", p1, usd(100_00)), budget.ErrAmount)
	require.ErrorIs(t, v.Freeze(spot), budget.ErrRate)
	require.ErrorIs(t, v.Freeze(nil), budget.ErrRate)
	assert.Empty(t, v.Rates())
	require.NoError(t, v.Freeze(rates))
	require.ErrorIs(t, v.Freeze(rates), budget.ErrState)
	require.NoError(t, v.Set("n", p1, usd(100_00)))
	assert.Equal(t, eur(80_00), v.Of("n", p1))
	require.NoError(t, v.Copy("again").Spread("n", c.Periods()[:2], usd(10_00)))
	require.ErrorIs(t, v.Set("n", p1, money.Minor(1, money.GBP)), budget.ErrRate)

	b := budget.New(c)
	for _, r := range v.Rates() {
		do(t, b, r)
	}
	commands, err := v.Commands(budget.Limit, b)
	require.NoError(t, err)
	_, err = b.ApplyAll(now, commands...)
	require.NoError(t, err)
	o := order("O", time.January, 1)
	o.Amount = usd(100_00)
	do(t, b, o)
	assert.Equal(t, [5]int64{0, 80_00, 0, 0, 0}, five(t, b, "n"), "what was planned can be ordered, to the cent")
	v.Lock()
	require.ErrorIs(t, v.Freeze(rates), budget.ErrLocked)
}
