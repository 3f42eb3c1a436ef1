package crosswalk_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign"
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

func TestReadNamesTheRowOfWhatIsWrongBetweenLinks(t *testing.T) {
	const head = "system,external_id,node,channel,from,to\n"
	known := func(k campaign.NodeKey) bool { return k == "search" }
	m, err := crosswalk.Read(strings.NewReader(head+"google,1,search,,,2026-01-31\ngoogle,1,search,,2026-02-01,\n"), "x.csv", known)
	require.NoError(t, err)
	assert.Equal(t, 2, m.Len())
	for want, rows := range map[string]string{
		`x.csv: row 3, column node: "moon" is not known`:               "google,1,search,,,\ngoogle,2,moon,,,\n",
		`x.csv: row 3, column external_id: "1" shares days with row 2`: "google,1,search,,,2026-02-01\ngoogle,1,search,,2026-02-01,\n",
	} {
		_, err := crosswalk.Read(strings.NewReader(head+rows), "x.csv", known)
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, crosswalk.ErrFile)
	}
}
