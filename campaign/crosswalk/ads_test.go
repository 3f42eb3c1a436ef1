package crosswalk_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign/crosswalk"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

func TestReportsMatchInOneCurrency(t *testing.T) {
	on := civil.MustDate(2026, 3, 2)
	m, err := crosswalk.Compile([]crosswalk.Link{{System: "linkedin", ExternalID: "7", Node: "social", Channel: "Paid Social"}, {System: "google", ExternalID: "Brand", Node: "search"}})
	require.NoError(t, err)
	rates, err := fx.New(money.EUR, "test", map[money.Currency][]fx.Rate{money.USD: {{On: on, Units: decimal.New(125, -2)}}})
	require.NoError(t, err)
	row := func(id, name string, micros int64, c money.Currency) adspend.Row {
		return adspend.Row{Line: 2, Day: on, CampaignID: id, Campaign: name, Spend: money.Micros(micros, c), HasSpend: true}
	}
	google := &adspend.Report{Platform: adspend.GoogleAds, File: "g.csv", Rows: []adspend.Row{row("", "Brand", 3_000_000, money.EUR), {Line: 3, Day: on, Campaign: "Brand"}}}
	linkedIn := &adspend.Report{Platform: adspend.LinkedInAds, File: "l.csv", Rows: []adspend.Row{row("7", "", 10_000_000, money.USD), row("8", "", 5_000_000, money.USD)}}
	share, err := m.Reports(money.EUR, rates, google, linkedIn)
	require.NoError(t, err)
	assert.Equal(t, "11.00 EUR of 15.00 EUR (73.3 %)", share.String())
	assert.Equal(t, 1, share.Missed)
	_, err = m.Reports(money.EUR, nil, google, linkedIn)
	require.ErrorIs(t, err, money.ErrMismatch)
	linkedIn.Rows[0].Day = civil.MustDate(2027, 1, 1)
	_, err = m.Reports(money.EUR, rates, linkedIn)
	require.ErrorIs(t, err, fx.ErrNoRate)
	require.ErrorContains(t, err, "l.csv: row 2")
	node, ok := m.BudgetNode(adspend.GoogleAds, google.Rows[0])
	assert.True(t, ok)
	assert.Equal(t, budget.NodeKey("search"), node)
}
