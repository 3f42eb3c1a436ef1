package adspend_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

const devicesCSV = `Report
March
Day,Customer ID,Campaign,Campaign ID,Currency code,Device,Impr.,Clicks,Cost,Conversions
2026-03-02,123,Brand,11,EUR,Mobile,10,1,0.50,--
2026-03-01,123,Brand,11,EUR,Mobile,100,10,10.25,0.50
2026-03-01,123,Brand,11,EUR,Computers,200,20,20.50,0.25
2026-03-01,123,Brand,11,EUR,Tablets,--,--,--,--
2026-03-01,123,Generic,12,EUR,Mobile,7,0,0.00,--
`

func readGoogle(t testing.TB, text string) *adspend.Report {
	t.Helper()
	report, err := adspend.Google(strings.NewReader(text), "google.csv", nil)
	require.NoError(t, err)
	return report
}

func TestDaysAddUpSegments(t *testing.T) {
	t.Parallel()
	days, err := readGoogle(t, devicesCSV).Days()
	require.NoError(t, err)
	require.Len(t, days, 3)
	brand := adspend.Key{Platform: adspend.GoogleAds, Account: "123", Campaign: "11", Day: civil.MustDate(2026, 3, 1)}
	first := days[0]
	assert.Equal(t, brand, first.Key)
	assert.Equal(t, money.Micros(30_750_000, money.EUR), first.Spend)
	assert.Equal(t, []int{5, 6, 7}, first.Lines)
	require.Len(t, first.Rows, 3)
	assert.Equal(t, []string{"Mobile", "Computers", "Tablets"}, []string{first.Rows[0].Segment, first.Rows[1].Segment, first.Rows[2].Segment})
	assert.Equal(t, []int64{300_000_000, 30_000_000, 750_000}, []int64{first.Impressions.Micros(), first.Clicks.Micros(), first.Conversions.Micros()})
	assert.Equal(t, "google/123/11/2026-03-02", days[1].Key.String())
	assert.False(t, days[1].Conversions.Known(), "no segment states it")
	assert.True(t, days[2].HasSpend, "nothing was spent, and that is known")
}

func TestDaysRefuseWhatDoesNotAddUp(t *testing.T) {
	t.Parallel()
	_, err := readGoogle(t, strings.Replace(devicesCSV, "11,EUR,Computers", "11,USD,Computers", 1)).Days()
	require.EqualError(t, err, "google.csv: row 6, column spend: 2026-03-01 of campaign \"11\": EUR and USD: currencies differ")
	require.ErrorIs(t, err, adspend.ErrExport)
	const most = "9223372036854.775807" // 2^63-1 millionths
	for _, column := range []string{",20.50,", ",0.25\n"} {
		text := strings.Replace(devicesCSV, column, strings.Replace(column, strings.Trim(column, ",\n"), most, 1), 1)
		_, err = readGoogle(t, text).Days()
		require.ErrorContains(t, err, "out of range", column)
	}
	_, err = readGoogle(t, strings.Replace(devicesCSV, ",20.50,", ","+most+",", 1)).Summary()
	require.ErrorIs(t, err, money.ErrOverflow)
	report := &adspend.Report{Rows: []adspend.Row{{Clicks: adspend.Count(math.MaxInt64 / 1_000_000)}, {Clicks: adspend.Count(math.MaxInt64 / 1_000_000)}}}
	_, err = report.Days()
	require.ErrorIs(t, err, adspend.ErrExport)
}

// Days are the sums by key, by another way.
func TestDaysEqualPlainSums(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 6))
	for range 200 {
		report := &adspend.Report{Platform: "x", File: "f"}
		want := map[string][2]int64{}
		for i := range rng.IntN(60) {
			row := adspend.Row{Line: i, Day: civil.MustDate(2026, 1, 1+rng.IntN(4)), CampaignID: fmt.Sprint(rng.IntN(3)), AccountID: fmt.Sprint(rng.IntN(2)), Account: fmt.Sprint(i), Campaign: fmt.Sprint(i)}
			spend, clicks := rng.Int64N(1000)-100, rng.Int64N(50)
			row.Spend, row.HasSpend, row.Clicks = money.Micros(spend, money.EUR), true, adspend.Count(clicks)
			report.Rows = append(report.Rows, row)
			k := fmt.Sprintf("x/%s/%s/%v", row.AccountID, row.CampaignID, row.Day)
			want[k] = [2]int64{want[k][0] + spend, want[k][1] + clicks*1_000_000}
		}
		days, err := report.Days()
		require.NoError(t, err)
		require.True(t, slices.IsSortedFunc(days, func(a, b adspend.Day) int { return a.Key.Compare(b.Key) }))
		got := map[string][2]int64{}
		for _, d := range days {
			got[d.Key.String()] = [2]int64{d.Spend.Micros(), d.Clicks.Micros()}
		}
		require.Equal(t, want, got)
		s, err := report.Summary()
		require.NoError(t, err)
		require.Equal(t, len(days), s.Days)
	}
}

// amounts is what a book would compare: the key of each day and its amount.
func amounts(t *testing.T, report *adspend.Report) map[adspend.Key]money.Price {
	t.Helper()
	days, err := report.Days()
	require.NoError(t, err)
	out := make(map[adspend.Key]money.Price, len(days))
	for _, d := range days {
		out[d.Key] = d.Spend
	}
	return out
}

func TestRestatedExportChangesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	before := amounts(t, readGoogle(t, devicesCSV))
	assert.Equal(t, before, amounts(t, readGoogle(t, devicesCSV)), "the same file twice changes nothing")
	// Rows in another order, in another format, with another preamble, the campaign renamed.
	lines := strings.Split(strings.TrimSpace(devicesCSV), "\n")
	slices.Reverse(lines[3:])
	again := "\ufeffOther\n" + strings.ReplaceAll(strings.Join(lines[2:], "\r\n"), "Brand", "Brand 2026")
	assert.Equal(t, before, amounts(t, readGoogle(t, again)))

	after := amounts(t, readGoogle(t, strings.Replace(devicesCSV, "20.50", "20.25", 1)))
	var changed []string
	for k, amount := range after {
		if before[k] != amount {
			changed = append(changed, fmt.Sprintf("%v: %v, was %v", k, amount, before[k]))
		}
	}
	assert.Len(t, after, len(before))
	assert.Equal(t, []string{"google/123/11/2026-03-01: 30.500000 EUR, was 30.750000 EUR"}, changed)
}

func TestMergeCountsADayOnce(t *testing.T) {
	t.Parallel()
	report := readGoogle(t, devicesCSV)
	days, err := report.Days()
	require.NoError(t, err)
	merged, err := adspend.Merge(report, report)
	require.NoError(t, err)
	assert.Equal(t, days, merged, "the same file twice changes nothing")

	later := strings.ReplaceAll(devicesCSV, "2026-03-", "2026-04-")
	merged, err = adspend.Merge(readGoogle(t, later), report)
	require.NoError(t, err)
	assert.Len(t, merged, 2*len(days))
	assert.True(t, slices.IsSortedFunc(merged, func(a, b adspend.Day) int { return a.Key.Compare(b.Key) }))

	for changed, want := range map[string]string{
		"20.25": "later.csv: row 5, column spend: 2026-03-01 of campaign \"11\" is 30.500000 EUR, and 30.750000 EUR in google.csv: row 5",
		"--":    "later.csv: row 5, column spend: 2026-03-01 of campaign \"11\" is 10.250000 EUR, and 30.750000 EUR in google.csv: row 5",
	} {
		restated := readGoogle(t, strings.Replace(devicesCSV, "20.50", changed, 1))
		restated.File = "later.csv"
		_, err = adspend.Merge(report, restated)
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, adspend.ErrExport)
	}
	missing := readGoogle(t, strings.Replace(devicesCSV, ",0.00,", ",--,", 1))
	_, err = adspend.Merge(report, missing)
	require.ErrorContains(t, err, `"12" is missing, and 0.000000 EUR in`)
	none, err := adspend.Merge()
	require.NoError(t, err)
	assert.Empty(t, none)
	_, err = adspend.Merge(readGoogle(t, strings.Replace(devicesCSV, "11,EUR,Computers", "11,USD,Computers", 1)))
	require.ErrorIs(t, err, adspend.ErrExport)
}

// Two exports without an account may be of two: a name is no proof, an id is.
func TestMergeRefusesNamesWithoutAccounts(t *testing.T) {
	t.Parallel()
	read := func(file, header, row string, o *adspend.Options) *adspend.Report {
		report, err := adspend.Google(strings.NewReader("Report\nMarch\nDay,Campaign,Currency code,Cost"+header+"\n2026-03-01,Brand,EUR,1.00"+row+"\n"), file, o)
		require.NoError(t, err)
		return report
	}
	_, err := adspend.Merge(read("a.csv", "", "", nil), read("b.csv", "", "", nil))
	require.EqualError(t, err, `b.csv: row 4, column account: 2026-03-01 of campaign "Brand" stands in a.csv: row 4, too, and no account is named; name them by Options.Account`)
	require.ErrorIs(t, err, adspend.ErrExport)
	for name, pair := range map[string][2]*adspend.Report{
		"one account":   {read("a.csv", "", "", &adspend.Options{Account: "1"}), read("b.csv", "", "", &adspend.Options{Account: "1"})},
		"ids":           {read("a.csv", ",Campaign ID", ",7", nil), read("b.csv", ",Campaign ID", ",7", nil)},
		"a column":      {read("a.csv", ",Account name", ",A", nil), read("b.csv", ",Account name", ",A", nil)},
		"nothing":       {read("a.csv", "", "", nil), nil},
		"no other rows": {read("a.csv", "", "", nil), {File: "b.csv"}},
	} {
		days, err := adspend.Merge(pair[0], pair[1])
		require.NoError(t, err, name)
		assert.Len(t, days, 1, name)
	}
	days, err := adspend.Merge(read("a.csv", "", "", &adspend.Options{Account: "1"}), read("b.csv", "", "", &adspend.Options{Account: "2"}))
	require.NoError(t, err)
	assert.Len(t, days, 2)
}

func TestCountHoldsAtTheLargest(t *testing.T) {
	t.Parallel()
	const most = math.MaxInt64 / 1_000_000
	for n, want := range map[int64]int64{0: 0, 12: 12_000_000, -3: -3_000_000, most: most * 1_000_000, -most: -most * 1_000_000} {
		assert.Equal(t, want, adspend.Count(n).Micros())
		whole, exact := adspend.Count(n).Whole()
		assert.True(t, exact)
		assert.Equal(t, n, whole)
	}
	for _, n := range []int64{most + 1, 1 << 62, math.MaxInt64} { // 2^62 × 10^6 is 0 modulo 2^64
		assert.Equal(t, int64(math.MaxInt64), adspend.Count(n).Micros())
		assert.Equal(t, int64(-math.MaxInt64), adspend.Count(-n).Micros())
		_, exact := adspend.Count(n).Whole()
		assert.False(t, exact)
	}
	assert.Equal(t, int64(-math.MaxInt64), adspend.Count(math.MinInt64).Micros())
	assert.True(t, adspend.Count(1<<62).Known())
}

func TestKeysNeverReadAlike(t *testing.T) {
	t.Parallel()
	day := civil.MustDate(2026, 3, 1)
	seen := map[string]adspend.Key{}
	parts := []string{"", "a", "/", "%", "%2F", "a/b", "a%2Fb", "%25"}
	for _, p := range parts {
		for _, a := range parts {
			for _, c := range parts {
				for _, segment := range parts {
					k := adspend.Key{Platform: adspend.Platform(p), Account: a, Campaign: c, Day: day, Segment: segment}
					other, twice := seen[k.String()]
					require.False(t, twice, "%#v and %#v", k, other)
					seen[k.String()] = k
				}
			}
		}
	}
	row := adspend.Row{Account: "Acme", Campaign: "Brand", Day: day}
	assert.Equal(t, adspend.Key{Platform: "x", Account: "Acme", Campaign: "Brand", Day: day}, row.Key("x"), "names, where there are no ids")
}

func TestRowsOfTwoAccountsMayHaveOneCampaignName(t *testing.T) {
	t.Parallel()
	const text = "Report\nMarch\nDay,Account name,Campaign,Currency code,Cost\n2026-03-01,A,Brand,EUR,1.00\n2026-03-01,B,Brand,EUR,2.00\n"
	days, err := readGoogle(t, text).Days()
	require.NoError(t, err)
	assert.Len(t, days, 2)
	report, err := adspend.Google(strings.NewReader(text), "x", &adspend.Options{Account: "9"})
	require.EqualError(t, err, `x: row 5, column Day: 2026-03-01 of campaign "Brand" stands in row 4 already`, "Options say it is one account")
	assert.Nil(t, report)
}

func TestSummary(t *testing.T) {
	t.Parallel()
	text := strings.Replace(devicesCSV, ",0.50,", ",-0.50,", 1) + "Total,,,,EUR,,,,99.00,\n"
	s, err := readGoogle(t, strings.Replace(text, "12,EUR", "12,CHF", 1)).Summary()
	require.NoError(t, err)
	assert.Equal(t, adspend.Summary{
		Platform: adspend.GoogleAds, File: "google.csv", Period: civil.Days(civil.MustDate(2026, 3, 1), civil.MustDate(2026, 3, 2)), Rows: 5, Days: 3, Accounts: 1, Campaigns: 2,
		Spend: []money.Price{money.Micros(0, money.CHF), money.Micros(30_250_000, money.EUR)}, NoSpend: 1, Credits: 1, Totals: 1, Findings: s.Findings,
	}, s)
	assert.True(t, s.Findings.Has("adspend.currencies.mixed"))
	assert.Equal(t, "google.csv: google, 2026-03-01..2026-03-02, 5 rows, 3 days of 2 campaigns, 0.00 CHF, 30.25 EUR, 1 without an amount, 1 credits, 1 findings", s.String())
	empty, err := (&adspend.Report{}).Summary()
	require.NoError(t, err)
	assert.Zero(t, empty.Rows)
}
