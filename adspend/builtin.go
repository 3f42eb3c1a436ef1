package adspend

import "io"

// Google reads a Google Ads campaign report, segmented by day: CSV, or the
// UTF-16 tab-separated "Excel CSV". Two preamble lines, then a header with at
// least Day, Campaign and Cost; rows that start with "Total" end it.
func Google(r io.Reader, name string, o *Options) (*Report, error) {
	return builtin(GoogleAds, r, name, o)
}

// Meta reads a Meta Ads report by day: with a Day column, or with rows that each
// start and end on the same day. The currency stands in the header, as in "Amount
// spent (EUR)".
func Meta(r io.Reader, name string, o *Options) (*Report, error) {
	return builtin(MetaAds, r, name, o)
}

// LinkedIn reads a LinkedIn campaign performance report by day: UTF-16, tabs or
// commas, three to five preamble lines, dates as M/D/YYYY.
func LinkedIn(r io.Reader, name string, o *Options) (*Report, error) {
	return builtin(LinkedInAds, r, name, o)
}

// Microsoft reads a Microsoft Advertising campaign performance report by day,
// with the headers of its reporting service (TimePeriod, CampaignName, Spend) or
// of its web pages: preamble lines, and a copyright line at the end. It was made
// from documentation alone, and its reports carry a finding that says so. Dates
// such as 3/4/2026 need Options.Dates.
func Microsoft(r io.Reader, name string, o *Options) (*Report, error) {
	return builtin(MicrosoftAds, r, name, o)
}

// TikTok reads a TikTok Ads Manager report by day. It was made from documentation
// alone, and its reports carry a finding that says so. The currency stands in a
// column, in the header as "Cost (USD)", or in Options.
func TikTok(r io.Reader, name string, o *Options) (*Report, error) {
	return builtin(TikTokAds, r, name, o)
}

func builtin(p Platform, r io.Reader, name string, o *Options) (*Report, error) {
	m, _ := MappingOf(p)
	f, err := Compile(m)
	if err != nil {
		return nil, err
	}
	return f.Read(r, name, o)
}

// MappingOf returns the mapping of a built-in reader, for example to add the
// column names of another language, or false.
func MappingOf(p Platform) (m Mapping, ok bool) {
	switch p {
	case GoogleAds:
		return googleMapping(), true
	case MetaAds:
		return metaMapping(), true
	case LinkedInAds:
		return linkedInMapping(), true
	case MicrosoftAds:
		return microsoftMapping(), true
	case TikTokAds:
		return tikTokMapping(), true
	default:
		return Mapping{}, false
	}
}

// Header names are those of the English user interface.

func googleMapping() Mapping {
	return Mapping{
		Platform: GoogleAds, Dates: []string{"YYYY-MM-DD"},
		Columns: Columns{
			Day: Names{"Day"}, Account: Names{"Account name"}, AccountID: Names{"Customer ID"}, Campaign: Names{"Campaign"}, CampaignID: Names{"Campaign ID"},
			Currency: Names{"Currency code"}, Spend: Names{"Cost"}, Impressions: Names{"Impr."}, Clicks: Names{"Clicks"}, Conversions: Names{"Conversions"},
			Segments: Names{"Device", "Network", "Network (with search partners)", "Ad group", "Ad group ID"},
		},
	}
}

func metaMapping() Mapping {
	return Mapping{
		Platform: MetaAds, Dates: []string{"YYYY-MM-DD"}, SummaryFirst: true,
		Columns: Columns{
			Day: Names{"Day", "Reporting starts"}, DayEnd: Names{"Reporting ends"}, Account: Names{"Account name"}, AccountID: Names{"Account ID"},
			Campaign: Names{"Campaign name"}, CampaignID: Names{"Campaign ID"}, Spend: Names{"Amount spent ({currency})", "Amount spent"}, Currency: Names{"Currency"},
			Impressions: Names{"Impressions"}, Clicks: Names{"Link clicks"}, Conversions: Names{"Results"},
			Segments: Names{"Ad set name", "Ad name", "Platform", "Placement", "Device platform", "Impression device"},
		},
	}
}

func linkedInMapping() Mapping {
	return Mapping{
		Platform: LinkedInAds, Dates: []string{"M/D/YYYY"},
		Columns: Columns{
			Day: Names{"Start Date (in UTC)"}, Account: Names{"Account Name"}, Campaign: Names{"Campaign Name"}, CampaignID: Names{"Campaign ID"},
			Currency: Names{"Currency"}, Spend: Names{"Total Spent"}, Impressions: Names{"Impressions"}, Clicks: Names{"Clicks"}, Conversions: Names{"Conversions"},
		},
	}
}

// The first names are those of the reporting service (learn.microsoft.com,
// CampaignPerformanceReportColumn).
func microsoftMapping() Mapping {
	return Mapping{
		Platform: MicrosoftAds, Unverified: true, Skip: []Skip{{Starts: []string{"©", "(c) Microsoft", "@20"}}},
		Columns: Columns{
			Day: Names{"Date", "Day", "Gregorian date", "GregorianDate", "Time period", "TimePeriod"}, Account: Names{"AccountName", "Account name"}, AccountID: Names{"AccountId", "Account ID"},
			Campaign: Names{"CampaignName", "Campaign name", "Campaign"}, CampaignID: Names{"CampaignId", "Campaign ID"}, Currency: Names{"CurrencyCode", "Currency code"},
			Spend: Names{"Spend"}, Impressions: Names{"Impressions", "Impr."}, Clicks: Names{"Clicks"}, Conversions: Names{"Conversions", "Conv."},
			Segments: Names{"DeviceType", "Device type", "Network", "AdDistribution", "Ad distribution", "TopVsOther", "Top vs. other", "AdGroupName", "Ad group"},
		},
	}
}

func tikTokMapping() Mapping {
	return Mapping{
		Platform: TikTokAds, Unverified: true,
		Columns: Columns{
			Day: Names{"Date", "By day", "By Day"}, Account: Names{"Account name", "Advertiser name"}, AccountID: Names{"Account ID", "Advertiser ID"},
			Campaign: Names{"Campaign name", "Campaign Name"}, CampaignID: Names{"Campaign ID"}, Currency: Names{"Currency"}, Spend: Names{"Cost", "Cost ({currency})", "Spend"},
			Impressions: Names{"Impressions", "Impression"}, Clicks: Names{"Clicks (destination)", "Clicks (Destination)", "Clicks"}, Conversions: Names{"Conversions", "Conversion", "Total conversions"},
			Segments: Names{"Ad group name", "Ad Group Name", "Ad name", "Ad Name", "Platform", "Placement"},
		},
	}
}
