package adspend_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

const googleCSV = `Campaign performance
March 1, 2026 - March 2, 2026
Day,Campaign,Campaign ID,Currency code,Impr.,Clicks,Cost,Conversions
2026-03-01,"Search, DE",11,EUR,"12,345",321,"1,234.56",4.50
2026-03-02,"Search, DE",11,EUR,900,--,0.44,--
Total: Campaigns,--,--,EUR,"13,245",321,"1,235.00",4.50
`

const metaCSV = `Reporting starts,Reporting ends,Campaign name,Campaign ID,Ad set name,Amount spent (EUR),Impressions,Link clicks,Results,"CPM (cost per 1,000 impressions)"
2026-03-01,2026-03-02,,,,30.50,300,30,3,
2026-03-01,2026-03-01,Retargeting,71,A,10.25,100,10,1,1.2
2026-03-01,2026-03-01,Retargeting,71,B,20.25,200,20,2,1.3
`

const linkedInTSV = "Campaign Performance Report (in UTC)\nReport Start: March 1, 2026\nDate Generated: March 3, 2026\n\n" +
	"Start Date (in UTC)\tAccount Name\tCampaign Group Name\tCampaign Name\tCampaign ID\tCurrency\tTotal Spent\tImpressions\tClicks\tConversions\tLeads\n" +
	"3/1/2026\tAcme\tLaunch\tCTOs \u00fcber alles\t501\tUSD\t53.07\t1000\t12\t2\t1\n"

func utf16le(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func TestGoogleUnderstandsPreambleTotalsAndMissing(t *testing.T) {
	for name, body := range map[string][]byte{"csv": []byte(googleCSV), "bom": []byte("\ufeff" + googleCSV), "utf16": utf16le(googleCSV)} {
		report, err := adspend.Google(bytes.NewReader(body), "google.csv", nil)
		require.NoError(t, err, name)
		require.Len(t, report.Rows, 2)
		assert.Len(t, report.Totals, 1)
		assert.Empty(t, report.Findings)
		assert.Equal(t, int64(4_500_000), report.Rows[0].Conversions.Micros())
		assert.False(t, report.Rows[1].Conversions.Known())
		assert.Equal(t, 4, report.Rows[0].Line)
		assert.Equal(t, civil.Days(civil.MustDate(2026, 3, 1), civil.MustDate(2026, 3, 2)), report.Period())
	}
}

func TestMetaTakesTheCurrencyFromTheHeader(t *testing.T) {
	report, err := adspend.Meta(strings.NewReader(metaCSV), "meta.csv", nil)
	require.NoError(t, err)
	require.Len(t, report.Rows, 2)
	assert.Equal(t, money.Micros(10_250_000, money.EUR), report.Rows[0].Spend)
	assert.Equal(t, "B", report.Rows[1].Segment)
	assert.Empty(t, report.Findings, "the summary row agrees")

	weekly := strings.ReplaceAll(metaCSV, "2026-03-01,2026-03-01,Retargeting,71,B", "2026-03-01,2026-03-07,Retargeting,71,B")
	_, err = adspend.Meta(strings.NewReader(weekly), "meta.csv", nil)
	require.EqualError(t, err, "meta.csv: row 4, column Reporting ends: row covers \"2026-03-01\" to \"2026-03-07\"; export the report by day")
	plain := strings.ReplaceAll(metaCSV, "Amount spent (EUR)", "Amount spent")
	_, err = adspend.Meta(strings.NewReader(plain), "meta.csv", nil)
	require.ErrorIs(t, err, adspend.ErrExport)
	report, err = adspend.Meta(strings.NewReader(plain), "meta.csv", &adspend.Options{Currency: money.CHF})
	require.NoError(t, err)
	assert.Equal(t, money.CHF, report.Rows[0].Spend.Currency())
}

func TestLinkedInReadsUTF16AndUSDates(t *testing.T) {
	report, err := adspend.LinkedIn(bytes.NewReader(utf16le(linkedInTSV)), "linkedin.csv", nil)
	require.NoError(t, err)
	require.Len(t, report.Rows, 1)
	row := report.Rows[0]
	assert.Equal(t, "CTOs \u00fcber alles", row.Campaign)
	assert.Equal(t, civil.MustDate(2026, 3, 1), row.Day)
	assert.Equal(t, 6, row.Line)
	_, err = adspend.LinkedIn(strings.NewReader(strings.ReplaceAll(linkedInTSV, "3/1/2026", "2026-03-01")), "l.csv", nil)
	require.EqualError(t, err, "l.csv: row 6, column Start Date (in UTC): want M/D/YYYY")
}

func TestBrokenExportsNameThePlace(t *testing.T) {
	replace := func(from, to string) string {
		require.Contains(t, googleCSV, from)
		return strings.ReplaceAll(googleCSV, from, to)
	}
	for want, body := range map[string]string{
		"g.csv: row 1, column Day: file is empty":                                                        " \n",
		"g.csv: row 1, column Day: no header with the columns Day, Campaign, Cost in the first 21 lines": "a,b\n1,2\n",
		"g.csv: row 3, column Cost: column is missing":                                                   replace(",Cost,", ",Kosten,"),
		"g.csv: row 3, column Clicks: column stands twice":                                               replace(",Impr.,", ",Clicks,"),
		"g.csv: row 4, column Cost: \"12,34\": thousands marks are misplaced":                            replace("1,234.56", "12,34"),
		"g.csv: row 5, column Cost: \"4e9\": is not a number":                                            replace("0.44", "4e9"),
		"g.csv: row 4, column Currency code: currency \"EURO\": unknown currency":                        replace("11,EUR,\"12", "11,EURO,\"12"),
		"g.csv: row 5, column Day: date 2026-02-30: invalid date":                                        replace("2026-03-02", "2026-02-30"),
		"g.csv: row 5, column Day: 2026-03-01 of campaign \"11\" stands in row 4 already":                replace("2026-03-02", "2026-03-01"),
		"g.csv: row 4, column 2: file is neither UTF-8 nor UTF-16 with a byte order mark":                replace("Search, DE\",11,EUR,\"12", "B\xfccher\",11,EUR,\"12"),
		"g.csv: row 5, column Conversions: row has 7 columns, the header 8":                              replace("0.44,--", "0.44"),
		"g.csv: row 5, column Campaign: campaign is missing":                                             replace("2026-03-02,\"Search, DE\",11", "2026-03-02,,"),
	} {
		_, err := adspend.Google(strings.NewReader(body), "g.csv", nil)
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, adspend.ErrExport)
		_, ok := errors.AsType[*finding.CellError](err)
		assert.True(t, ok)
	}
}

func TestPrintedTotalThatDiffersIsAFinding(t *testing.T) {
	report, err := adspend.Google(strings.NewReader(strings.ReplaceAll(googleCSV, "1,235.00", "1,999.00")), "g.csv", nil)
	require.NoError(t, err)
	assert.True(t, report.Findings.Has("adspend.total.differs"))
}

func TestDecimalComma(t *testing.T) {
	body := strings.ReplaceAll(strings.ReplaceAll(googleCSV, "1,234.56", "1.234,56"), "0.44", "\"0,44\"")
	body = strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(body, "12,345", "12.345"), "4.50", "\"4,50\""), "13,245", "13.245")
	body = strings.ReplaceAll(body, "1,235.00", "1.235,00")
	report, err := adspend.Google(strings.NewReader(body), "g.csv", &adspend.Options{DecimalComma: true})
	require.NoError(t, err)
	assert.Equal(t, money.Micros(1_234_560_000, money.EUR), report.Rows[0].Spend)
	assert.Equal(t, adspend.Count(12345), report.Rows[0].Impressions)
	assert.Empty(t, report.Findings)
}

// FuzzReaders: what is refused names its place; what is taken has keys, and the
// same text has the same days.
func FuzzReaders(f *testing.F) {
	for _, text := range []string{googleCSV, metaCSV, linkedInTSV, microsoftCSV, tikTokCSV, devicesCSV, "day;name;cost\n2026-03-01;a;1.234\n"} {
		f.Add([]byte(text), uint8(0))
		f.Add(utf16le(text), uint8(1))
	}
	f.Add([]byte("\xff\xfe\x00\xd8"), uint8(0))
	format := compile(f, strings.Replace(plain, `"currency"`, `"repeats": true, "skip": [{"starts": ["#"]}], "numbers": {"affixes": ["€"], "round": true}, "currency"`, 1))
	western := compile(f, strings.Replace(plain, `"currency"`, `"encoding": "windows-1252", "unit": "minor", "currency"`, 1))
	readers := []adspend.Reader{adspend.Google, adspend.Meta, adspend.LinkedIn, adspend.Microsoft, adspend.TikTok, format.Read, western.Read}
	f.Fuzz(func(t *testing.T, body []byte, how uint8) {
		for _, read := range readers {
			o := &adspend.Options{Currency: money.EUR, KeepGoing: how&1 != 0, DecimalComma: how&2 != 0}
			if how&4 != 0 {
				o.Dates = "D/M/YYYY"
			}
			report, err := read(bytes.NewReader(body), "x", o)
			if err != nil {
				if _, ok := errors.AsType[*finding.CellError](err); !ok || !errors.Is(err, adspend.ErrExport) || len(err.Error()) > 1000 {
					t.Fatalf("%v", err)
				}
				continue
			}
			for _, row := range report.Rows {
				if row.Day.IsZero() || row.Campaign == "" && row.CampaignID == "" || row.HasSpend != (row.Spend.Currency() != 0) {
					t.Fatalf("row %d has no key", row.Line)
				}
			}
			days, err := report.Days()
			if err != nil && !errors.Is(err, adspend.ErrExport) {
				t.Fatal(err)
			}
			again, err := read(bytes.NewReader(body), "x", o)
			if err != nil {
				t.Fatal(err)
			}
			if same, _ := again.Days(); !reflect.DeepEqual(days, same) {
				t.Fatal("the same export has other days")
			}
			_, _ = report.Summary()
		}
	})
}
