package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/money"
)

// adTable is a table of a platform's programming interface, its mapping, and the
// rows and the sum that the description of the data states.
type adTable struct {
	file    string
	mapping adspend.Mapping
	rows    int
	sum     string // as a Price prints it
	restate [2]string
}

func adTables() []adTable {
	names := func(n ...string) adspend.Names { return n }
	google := func(campaign string, segments ...string) adspend.Mapping {
		return adspend.Mapping{Platform: adspend.GoogleAds, Unit: adspend.Micros, Columns: adspend.Columns{
			Day: names("date"), AccountID: names("customer_id"), CampaignID: names(campaign), Spend: names("cost_micros"), Impressions: names("impressions"), Clicks: names("clicks"), Segments: segments,
		}}
	}
	return []adTable{
		{"google-ads-campaign-stats.csv", google("id", "device", "ad_network_type"), 16, "231.330000 USD", [2]string{",36150000,", ",36150001,"}},
		{"google-ads-account-stats.csv", google("customer_id", "device", "ad_network_type"), 19, "1632.333323 USD", [2]string{",20836690,", ",20836691,"}},
		{"google-ads-ad-stats.csv", google("campaign_id", "ad_group", "keyword_ad_group_criterion", "ad_network_type", "device", "ad_id"), 10, "0.000000 USD", [2]string{",0,0,1\n", ",0,5,1\n"}},
		{"facebook-ads-basic-ad.csv", adspend.Mapping{Platform: adspend.MetaAds, Numbers: adspend.Numbers{Decimal: "."}, Columns: adspend.Columns{
			Day: names("date"), AccountID: names("account_id"), CampaignID: names("account_id"), Spend: names("spend"), Impressions: names("impressions"), Clicks: names("inline_link_clicks"), Segments: names("ad_id"),
		}}, 10, "643.630000 USD", [2]string{",76.53,", ",76.54,"}},
		{"linkedin-ad-analytics-by-campaign.csv", adspend.Mapping{Platform: adspend.LinkedInAds, Account: "507515057", Dates: []string{"YYYY-MM-DD 00:00:00"}, Numbers: adspend.Numbers{Decimal: "."}, Columns: adspend.Columns{
			Day: names("day"), CampaignID: names("campaign_id"), Spend: names("cost_in_local_currency"), Impressions: names("impressions"), Clicks: names("clicks"),
		}}, 20, "530.620000 USD", [2]string{",50.2,", ",50.3,"}},
	}
}

// adPlatform imports the tables of three platforms, to the micro, again without a
// change, and restated with one; their accounts and campaigns stand in the tables
// of the platforms' histories.
func adPlatform() *set {
	const dir = "budget/ad-platform/"
	histories := []string{"facebook-ads-account-history.csv", "facebook-ads-campaign-history.csv", "google-ads-account-history.csv", "google-ads-campaign-history.csv", "linkedin-account-history.csv", "linkedin-campaign-history.csv"}
	s := &set{area: "budget", name: "ad-platform", control: control{dir + "google-ads-campaign-stats.csv", ",36150000,", ",36150001,"}}
	for _, t := range adTables() {
		s.files = append(s.files, dir+t.file)
	}
	for _, h := range histories {
		s.files = append(s.files, dir+h)
	}
	s.run = func(c *check, data fs.FS) error {
		currencies := make(map[adspend.Platform]string) // by the accounts' histories
		seen := make(map[string]map[string]bool)        // the ids of each history
		for _, h := range histories {
			rows, err := byColumn(data, dir+h)
			if err != nil {
				return err
			}
			seen[h] = make(map[string]bool)
			for i, id := range rows["id"] {
				seen[h][id] = true
				for platform, column := range map[adspend.Platform]string{adspend.GoogleAds: "currency_code", adspend.LinkedInAds: "currency"} {
					if codes := rows[column]; strings.HasPrefix(h, string(platform)) && len(codes) > 0 {
						currencies[platform] = codes[i]
					}
				}
			}
		}
		currencies[adspend.MetaAds] = "USD" // its history has no currency
		for _, t := range adTables() {
			if err := t.mapping.Currency.UnmarshalText([]byte(currencies[t.mapping.Platform])); err != nil {
				return err
			}
			body, err := fs.ReadFile(data, dir+t.file)
			if err != nil {
				return err
			}
			if err := c.adTable(t, body, seen); err != nil {
				return err
			}
		}
		return nil
	}
	return s
}

func (c *check) adTable(t adTable, body []byte, seen map[string]map[string]bool) error {
	format, err := adspend.Compile(t.mapping)
	if err != nil {
		return err
	}
	read := func(body []byte) (*adspend.Report, []adspend.Day, error) {
		report, err := format.Read(bytes.NewReader(body), t.file, nil)
		if err != nil {
			return nil, nil, err
		}
		days, err := report.Days()
		return report, days, err
	}
	report, days, err := read(body)
	if err != nil {
		return err
	}
	summary, err := report.Summary()
	if err != nil {
		return err
	}
	what := strings.TrimSuffix(t.file, ".csv")
	c.equal(what+" rows and spend", fmt.Sprintf("%d rows [%s]", t.rows, t.sum), fmt.Sprintf("%d rows %v", summary.Rows, summary.Spend))
	_, again, err := read(body)
	if err != nil {
		return err
	}
	c.equal(what+" again", "0 days changed", fmt.Sprintf("%d days changed", changedDays(days, again)))
	_, restated, err := read(bytes.Replace(body, []byte(t.restate[0]), []byte(t.restate[1]), 1))
	if err != nil {
		return err
	}
	c.equal(what+" restated", "1 days changed", fmt.Sprintf("%d days changed", changedDays(days, restated)))
	c.known(what, t, days, seen)
	return nil
}

// known compares the keys with the platform's histories, where they have the ids.
func (c *check) known(what string, t adTable, days []adspend.Day, seen map[string]map[string]bool) {
	prefix := map[adspend.Platform]string{adspend.GoogleAds: "google-ads", adspend.MetaAds: "facebook-ads", adspend.LinkedInAds: "linkedin"}[t.mapping.Platform]
	var ids tally
	for _, d := range days {
		ids.compare("account "+d.Key.Account, true, seen[prefix+"-account-history.csv"][d.Key.Account])
		if d.Key.Campaign != d.Key.Account && t.file != "google-ads-ad-stats.csv" { // whose campaign is in no table
			ids.compare("campaign "+d.Key.Campaign, true, seen[prefix+"-campaign-history.csv"][d.Key.Campaign])
		}
	}
	c.tally(what+" accounts and campaigns in the histories", ids)
}

// changedDays counts the keys whose amount differs, or that one side lacks.
func changedDays(before, after []adspend.Day) int {
	amounts := make(map[adspend.Key]money.Price, len(before))
	for _, d := range before {
		amounts[d.Key] = d.Spend
	}
	changed := 0
	for _, d := range after {
		if was, ok := amounts[d.Key]; !ok || was != d.Spend {
			changed++
		}
		delete(amounts, d.Key)
	}
	return changed + len(amounts)
}
