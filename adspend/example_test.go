package adspend_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/money"
)

func ExampleGoogle() {
	report, err := adspend.Google(strings.NewReader(googleCSV), "google.csv", nil)
	if err != nil {
		panic(err)
	}
	for _, row := range report.Rows {
		clicks, known := row.Clicks.Whole()
		fmt.Println(row.Day, row.Campaign, row.Spend.Round(money.HalfEven), clicks, known)
	}
	// Output:
	// 2026-03-01 Search, DE 1234.56 EUR 321 true
	// 2026-03-02 Search, DE 0.44 EUR 0 false
}

// The currency stands in the header; two ad sets of a campaign are one day.
func ExampleMeta() {
	report, err := adspend.Meta(strings.NewReader(metaCSV), "meta.csv", nil)
	if err != nil {
		panic(err)
	}
	days, err := report.Days()
	if err != nil {
		panic(err)
	}
	for _, d := range days {
		fmt.Println(d.Key, d.Campaign, d.Spend.Round(money.HalfEven), "of lines", d.Lines)
	}
	// Output:
	// meta//71/2026-03-01 Retargeting 30.50 EUR of lines [3 4]
}

// LinkedIn's file is UTF-16, separated by tabs, and its dates are American.
func ExampleLinkedIn() {
	report, err := adspend.LinkedIn(strings.NewReader(string(utf16le(linkedInTSV))), "linkedin.csv", nil)
	if err != nil {
		panic(err)
	}
	row := report.Rows[0]
	fmt.Println(row.Day, row.Account, row.Campaign, row.Spend.Round(money.HalfEven))
	// Output:
	// 2026-03-01 Acme CTOs über alles 53.07 USD
}

// The finding says that no real export of the platform was at hand.
func ExampleMicrosoft() {
	report, err := adspend.Microsoft(strings.NewReader(microsoftCSV), "microsoft.csv", nil)
	if err != nil {
		panic(err)
	}
	summary, err := report.Summary()
	if err != nil {
		panic(err)
	}
	fmt.Println(summary)
	fmt.Println(summary.Findings[0].Code)
	// Output:
	// microsoft.csv: microsoft, 2026-03-01..2026-03-02, 3 rows, 2 days of 1 campaigns, 23.37 GBP, 1 left out, 1 findings
	// adspend.reader.unverified
}

func ExampleTikTok() {
	report, err := adspend.TikTok(strings.NewReader(tikTokCSV), "tiktok.csv", &adspend.Options{Account: "7001"})
	if err != nil {
		panic(err)
	}
	for _, row := range report.Rows {
		fmt.Println(row.Key(report.Platform), row.Segment, row.Spend.Round(money.HalfEven))
	}
	// Output:
	// tiktok/7001/1790000000000000/2026-03-01 Broad 50.25 USD
	// tiktok/7001/1790000000000000/2026-03-01 Lookalike 20.00 USD
}

// A table of a programming interface: amounts in micros, one row a device.
func ExampleCompile() {
	mapping, err := adspend.ReadMapping(strings.NewReader(`{
		"platform": "google", "unit": "micros", "currency": "USD",
		"columns": {"day": "date", "account_id": "customer_id", "campaign_id": "id", "spend": "cost_micros", "segments": "device"}
	}`), "google-api.json")
	if err != nil {
		panic(err)
	}
	format, err := adspend.Compile(mapping)
	if err != nil {
		panic(err) // everything that is wrong with the mapping
	}
	const table = "customer_id,date,id,device,cost_micros\n212,2021-02-01,993,MOBILE,36150000\n212,2021-02-01,993,DESKTOP,2345\n"
	report, err := format.Read(strings.NewReader(table), "stats.csv", nil)
	if err != nil {
		panic(err)
	}
	days, err := report.Days()
	if err != nil {
		panic(err)
	}
	fmt.Println(days[0].Key, days[0].Spend)
	// Output:
	// google/212/993/2021-02-01 36.152345 USD
}

// A built-in reader as data, to be changed and kept in a file.
func ExampleMappingOf() {
	mapping, _ := adspend.MappingOf(adspend.LinkedInAds)
	mapping.Dates = []string{"D/M/YYYY"}
	text, err := json.Marshal(mapping.Columns.Spend)
	fmt.Println(string(text), mapping.Dates, err)
	// Output: "Total Spent" [D/M/YYYY] <nil>
}

// A dry run: every row that cannot be read is shown, not only the first.
func ExampleOptions_keepGoing() {
	text := strings.Replace(strings.Replace(googleCSV, "0.44", "0.4.4", 1), "1,234.56", "12,34", 1)
	report, err := adspend.Google(strings.NewReader(text), "google.csv", &adspend.Options{KeepGoing: true})
	if err != nil {
		panic(err)
	}
	for _, bad := range report.Refused {
		fmt.Println(bad)
	}
	// Output:
	// google.csv: row 4, column Cost: "12,34": thousands marks are misplaced
	// google.csv: row 5, column Cost: "0.4.4": is not a number
}

// Two exports that overlap: the day that is in both counts once.
func ExampleMerge() {
	first, err := adspend.Google(strings.NewReader(googleCSV), "march.csv", nil)
	if err != nil {
		panic(err)
	}
	again, err := adspend.Google(strings.NewReader(strings.Replace(googleCSV, "2026-03-01", "2026-03-03", 1)), "later.csv", nil)
	if err != nil {
		panic(err)
	}
	days, err := adspend.Merge(first, again)
	if err != nil {
		panic(err)
	}
	for _, d := range days {
		fmt.Println(d.Key.Day, d.Spend.Round(money.HalfEven), d.File)
	}
	// Output:
	// 2026-03-01 1234.56 EUR march.csv
	// 2026-03-02 0.44 EUR march.csv
	// 2026-03-03 1234.56 EUR later.csv
}
