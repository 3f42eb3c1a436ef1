package adspend_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/money"
)

// Mappings of tables as the platforms' programming interfaces give them.
const (
	googleCampaignStats = `{
		"platform": "google", "unit": "micros", "currency": "USD", "numbers": {"decimal": "."},
		"columns": {
			"day": "date", "account_id": "customer_id", "campaign_id": "id", "spend": "cost_micros",
			"impressions": "impressions", "clicks": "clicks", "conversions": "conversions", "segments": ["device", "ad_network_type"]
		}
	}`
	googleAccountStats = `{
		"platform": "google", "unit": "micros", "currency": "USD",
		"columns": {
			"day": "date", "account_id": "customer_id", "campaign_id": "customer_id", "spend": "cost_micros",
			"impressions": "impressions", "clicks": "clicks", "conversions": "conversions", "segments": ["device", "ad_network_type"]
		}
	}`
	googleAdStats = `{
		"platform": "google", "unit": "micros", "currency": "USD",
		"columns": {
			"day": "date", "account_id": "customer_id", "campaign_id": "campaign_id", "spend": "cost_micros", "impressions": "impressions", "clicks": "clicks",
			"segments": ["ad_group", "keyword_ad_group_criterion", "ad_network_type", "device", "ad_id"]
		}
	}`
	metaBasicAd = `{
		"platform": "meta", "currency": "USD", "numbers": {"decimal": "."},
		"columns": {
			"day": "date", "account_id": "account_id", "campaign_id": "account_id", "spend": "spend",
			"impressions": "impressions", "clicks": "inline_link_clicks", "segments": "ad_id"
		}
	}`
	linkedInByCampaign = `{
		"platform": "linkedin", "account": "507515057", "currency": "USD", "dates": ["YYYY-MM-DD 00:00:00"], "numbers": {"decimal": "."},
		"columns": {"day": "day", "campaign_id": "campaign_id", "spend": "cost_in_local_currency", "impressions": "impressions", "clicks": "clicks"}
	}`
)

func compile(t testing.TB, text string) *adspend.Format {
	t.Helper()
	m, err := adspend.ReadMapping(strings.NewReader(text), "mapping.json")
	require.NoError(t, err)
	f, err := adspend.Compile(m)
	require.NoError(t, err)
	return f
}

// Rows and sums are those of the data's own description.
func TestTablesOfProgrammingInterfaces(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("MAROPS_DATA")
	if dir == "" {
		t.Skip("MAROPS_DATA is not set")
	}
	for _, c := range []struct {
		file, mapping string
		rows          int
		micros        int64
	}{
		{"google-ads-campaign-stats", googleCampaignStats, 16, 231_330_000},
		{"google-ads-account-stats", googleAccountStats, 19, 1_632_333_323},
		{"google-ads-ad-stats", googleAdStats, 10, 0},
		{"facebook-ads-basic-ad", metaBasicAd, 10, 643_630_000},
		{"linkedin-ad-analytics-by-campaign", linkedInByCampaign, 20, 530_620_000},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(dir, "budget", "ad-platform", c.file+".csv")
			read := func() *adspend.Report {
				f, err := os.Open(file)
				require.NoError(t, err)
				defer f.Close()
				report, err := compile(t, c.mapping).Read(f, c.file, nil)
				require.NoError(t, err)
				return report
			}
			report := read()
			assert.Len(t, report.Rows, c.rows)
			assert.Empty(t, report.Findings)
			summary, err := report.Summary()
			require.NoError(t, err)
			assert.Equal(t, []money.Price{money.Micros(c.micros, money.USD)}, summary.Spend)
			days, err := report.Days()
			require.NoError(t, err)
			again, err := read().Days()
			require.NoError(t, err)
			assert.Equal(t, days, again, "the same file twice changes nothing")
		})
	}
}
