package adspend

import (
	"io"

	"github.com/go-marops/marops/civil"
)

// field is what a column means to us.
type field uint8

const (
	fieldDay field = iota
	fieldDayEnd
	fieldAccount
	fieldCampaign
	fieldCampaignID
	fieldCurrency
	fieldSpend
	fieldImpressions
	fieldClicks
	fieldConversions
	fieldSegment
	fieldCount
)

// profile describes one platform's export. Header names are those of the English
// user interface.
type profile struct {
	platform Platform
	columns  map[string]field // exact header text -> meaning
	required []string         // header text, for the error that names what is missing
	// spendPrefix is set where the header carries the currency: "Amount spent (EUR)".
	spendPrefix string
	parseDay    func(string) (civil.Date, error)
}

var google = profile{
	platform: GoogleAds,
	columns: map[string]field{
		"Day": fieldDay, "Account name": fieldAccount, "Campaign": fieldCampaign, "Campaign ID": fieldCampaignID, "Currency code": fieldCurrency,
		"Cost": fieldSpend, "Impr.": fieldImpressions, "Clicks": fieldClicks, "Conversions": fieldConversions,
		"Device": fieldSegment, "Ad group": fieldSegment,
	},
	required: []string{"Day", "Campaign", "Cost"},
	parseDay: civil.Parse,
}

var meta = profile{
	platform: MetaAds,
	columns: map[string]field{
		"Reporting starts": fieldDay, "Reporting ends": fieldDayEnd, "Account name": fieldAccount, "Campaign name": fieldCampaign, "Campaign ID": fieldCampaignID,
		"Impressions": fieldImpressions, "Link clicks": fieldClicks, "Results": fieldConversions,
		"Ad set name": fieldSegment, "Ad name": fieldSegment,
	},
	required:    []string{"Reporting starts", "Reporting ends", "Campaign name"},
	spendPrefix: "Amount spent",
	parseDay:    civil.Parse,
}

var linkedIn = profile{
	platform: LinkedInAds,
	columns: map[string]field{
		"Start Date (in UTC)": fieldDay, "Account Name": fieldAccount, "Campaign Name": fieldCampaign, "Campaign ID": fieldCampaignID, "Currency": fieldCurrency,
		"Total Spent": fieldSpend, "Impressions": fieldImpressions, "Clicks": fieldClicks, "Conversions": fieldConversions,
	},
	required: []string{"Start Date (in UTC)", "Campaign Name", "Total Spent"},
	parseDay: parseUSDate,
}

// Google reads a Google Ads campaign report, segmented by day: CSV, or the
// UTF-16 tab-separated "Excel CSV". Two preamble lines, then a header with at
// least Day, Campaign and Cost; rows that start with "Total" end it.
func Google(r io.Reader, name string, o *Options) (*Report, error) { return read(r, name, &google, o) }

// Meta reads a Meta Ads report by day: each row must start and end on the same
// day. The currency stands in the header, as in "Amount spent (EUR)".
func Meta(r io.Reader, name string, o *Options) (*Report, error) { return read(r, name, &meta, o) }

// LinkedIn reads a LinkedIn campaign performance report by day: UTF-16, tabs or
// commas, three to five preamble lines, dates as M/D/YYYY.
func LinkedIn(r io.Reader, name string, o *Options) (*Report, error) {
	return read(r, name, &linkedIn, o)
}
