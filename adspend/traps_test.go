package adspend_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// The lines around the table are those of learn.microsoft.com, Reports, "Report File
// Schema".
const microsoftCSV = `"Report Name: Campaigns by day"
"Report Time: 3/1/2026,3/2/2026"
"Time Zone: (GMT) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London"
"Potential Incomplete Data: false"
"Rows: 3"

TimePeriod,AccountName,AccountId,CampaignName,CampaignId,CurrencyCode,DeviceType,Impressions,Clicks,Spend,Conversions
2026-03-01,Acme,9,Brand,51,GBP,Computer,"1,000",40,12.30,1
2026-03-01,Acme,9,Brand,51,GBP,Smartphone,300,9,1.07,--
2026-03-02,Acme,9,Brand,51,GBP,Computer,900,31,10.00,0
Grand Total,,,,,GBP,,"2,200",80,23.37,1

"@2026 Microsoft Corporation. All rights reserved. "
`

const tikTokCSV = `By Day,Campaign name,Campaign ID,Ad group name,Cost (USD),Impressions,Clicks (destination),Conversions
2026-03-01,Spring,1790000000000000,Broad,50.25,10000,120,4
2026-03-01,Spring,1790000000000000,Lookalike,20.00,4000,31,-
Total of 2 results,-,-,-,70.25,14000,151,4
`

// plain is a mapping of the smallest table.
const plain = `{"platform": "radio", "currency": "EUR", "columns": {"day": "day", "campaign": "name", "spend": "cost"}}`

func TestMicrosoftAndTikTokAreMarkedUnverified(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		read     adspend.Reader
		text     string
		rows     int
		skipped  []int
		micros   int64
		currency money.Currency
	}{
		{adspend.Microsoft, microsoftCSV, 3, []int{13}, 23_370_000, money.GBP},
		{adspend.TikTok, tikTokCSV, 2, nil, 70_250_000, money.USD},
	} {
		report, err := c.read(strings.NewReader(c.text), "x.csv", nil)
		require.NoError(t, err)
		assert.Len(t, report.Rows, c.rows)
		assert.Len(t, report.Totals, 1)
		assert.Equal(t, c.skipped, report.Skipped)
		require.Len(t, report.Findings, 1, "the printed total agrees")
		assert.Equal(t, "adspend.reader.unverified", report.Findings[0].Code)
		s, err := report.Summary()
		require.NoError(t, err)
		assert.Equal(t, []money.Price{money.Micros(c.micros, c.currency)}, s.Spend)
	}
	_, err := adspend.Microsoft(strings.NewReader(strings.ReplaceAll(microsoftCSV, "2026-03-01,", "3/1/2026,")), "x.csv", nil)
	require.ErrorContains(t, err, `x.csv: row 8, column TimePeriod: "3/1/2026" could have the day or the month first`)
	report, err := adspend.Microsoft(strings.NewReader(strings.NewReplacer("2026-03-01,", "3/1/2026,", "2026-03-02,", "3/2/2026,").Replace(microsoftCSV)), "x.csv", &adspend.Options{Dates: "M/D/YYYY"})
	require.NoError(t, err)
	assert.Equal(t, civil.MustDate(2026, 3, 2), report.Rows[2].Day)
}

// What each trap of an export does to a mapped table.
func TestTraps(t *testing.T) {
	t.Parallel()
	eur := func(micros ...int64) []int64 { return micros }
	for name, c := range map[string]struct {
		change string // of the mapping: what stands before its last brace
		o      *adspend.Options
		text   string
		want   []int64
		err    string
	}{
		"plain":              {text: "day,name,cost\n2026-03-01,a,1.5\n", want: eur(1_500_000)},
		"byte order mark":    {text: "\ufeffday,name,cost\n2026-03-01,a,1.5\n", want: eur(1_500_000)},
		"two marks":          {text: "\ufeff\ufeffday,name,cost\n2026-03-01,a,1.5\n", want: eur(1_500_000)},
		"preamble":           {text: "A \"report\"\n\nday of writing,x\nday,name,cost\n2026-03-01,a,1.5\n", want: eur(1_500_000)},
		"excel's hint":       {text: "sep=;\nday;name;cost\n2026-03-01;a;1.5\n", want: eur(1_500_000)},
		"CRLF, spaces":       {text: " day , name,cost \r\n2026-03-01 , a,\u00a01.5\r\n", want: eur(1_500_000)},
		"a return too many":  {text: "day,name,cost\r\r\n\r\r\n2026-03-01,a,1.5\r\r\n", want: eur(1_500_000)},
		"CR alone":           {text: "day,name,cost\n\r\r\r\n2026-03-01,a,1.5\n", err: "row 2, column name: campaign is missing"},
		"CR for line ends":   {text: "day,name,cost\r2026-03-01,a,1.5\r", err: "row 1, column "},
		"no last line end":   {text: "day,name,cost\n2026-03-01,a,1.5", want: eur(1_500_000)},
		"empty lines":        {text: "day,name,cost\n\n2026-03-01,a,1.5\n   \n", want: eur(1_500_000)},
		"no campaign first":  {text: "day,name,cost\n2026-03-01,,2\n2026-03-01,a,2\n", err: "row 2, column name: campaign is missing"},
		"summary first":      {change: `, "summary_first": true`, text: "day,name,cost\n2026-03-01,,2\n2026-03-01,a,2\n", want: eur(2_000_000)},
		"summary cut off":    {change: `, "summary_first": true`, text: "day,name,cost\n2026-03-01\n2026-03-01,a,2\n", err: "row 2, column name: campaign is missing"},
		"summary later":      {change: `, "summary_first": true`, text: "day,name,cost\n2026-03-01,a,2\n2026-03-02,,2\n", err: "row 3, column name: campaign is missing"},
		"no rows":            {text: "day,name,cost\n", want: nil},
		"total first":        {text: "day,name,cost\nTotal,,2\n2026-03-01,a,2\n", want: eur(2_000_000)},
		"total in Finnish":   {text: "day,name,cost\n2026-03-01,a,2\nYhteensä,,2\n", want: eur(2_000_000)},
		"total in Chinese":   {text: "day,name,cost\n2026-03-01,a,2\n总计,,2\n", want: eur(2_000_000)},
		"total in Russian":   {text: "day,name,cost\n2026-03-01,a,2\nИТОГО,,2\n", want: eur(2_000_000)},
		"total behind":       {text: "name,day,cost\na,2026-03-01,2\nTOTAL,--,2\n", want: eur(2_000_000)},
		"total of its own":   {change: `, "totals": ["Sum:"]`, text: "day,name,cost\n2026-03-01,a,2\nSum: all,,2\n", want: eur(2_000_000)},
		"campaign Total":     {text: "name,day,cost\nTotal relaunch,2026-03-01,2\n", want: eur(2_000_000)},
		"not a total":        {text: "name,day,cost\nTotal relaunch,03/04/2026,2\n", err: "row 2, column day: \"03/04/2026\" could have the day or the month first"},
		"missing":            {change: `, "missing": ["n/a"]`, text: "day,name,cost\n2026-03-01,a,--\n2026-03-02,a,n/a\n2026-03-03,a,—\n", want: eur(-1, -1, -1)},
		"zero is not":        {text: "day,name,cost\n2026-03-01,a,0\n2026-03-02,a,0.00\n", want: eur(0, 0)},
		"credit":             {text: "day,name,cost\n2026-03-01,a,-2.50\n2026-03-02,a,(2.50)\n", want: eur(-2_500_000, -2_500_000)},
		"ambiguous":          {text: "day,name,cost\n2026-03-01,a,1.234\n", err: `row 2, column cost: "1.234": could be a fraction or thousands`},
		"ambiguous comma":    {text: "day,name,cost\n2026-03-01,a,\"1,234\"\n", err: `row 2, column cost: "1,234": could be a fraction or thousands`},
		"made clear before":  {text: "day,name,cost\n2026-03-01,a,0.5\n2026-03-02,a,1.234\n", want: eur(500_000, 1_234_000)},
		"made clear behind":  {text: "day,name,cost\n2026-03-01,a,1.234\n2026-03-02,a,0.5\n", want: eur(1_234_000, 500_000)},
		"named point":        {o: &adspend.Options{DecimalPoint: true}, text: "day,name,cost\n2026-03-01,a,1.234\n", want: eur(1_234_000)},
		"named comma":        {o: &adspend.Options{DecimalComma: true}, text: "day,name,cost\n2026-03-01,a,1.234\n", want: eur(1234_000_000)},
		"mapped comma":       {change: `, "numbers": {"decimal": ","}`, text: "day;name;cost\n2026-03-01;a;1.234\n", want: eur(1234_000_000)},
		"comma, unnamed":     {text: "day;name;cost\n2026-03-01;a;12,34\n", err: "thousands marks are misplaced"},
		"currency sign":      {change: `, "numbers": {"affixes": ["€"]}`, text: "day,name,cost\n2026-03-01,a,\"€1,234.50\"\n", want: eur(1234_500_000)},
		"seven decimals":     {text: "day,name,cost\n2026-03-01,a,0.1234567\n", err: `"0.1234567": has more than six decimals`},
		"seven, rounded":     {change: `, "numbers": {"round": true}`, text: "day,name,cost\n2026-03-01,a,0.1234567\n", want: eur(123_457)},
		"minor units":        {change: `, "unit": "minor"`, text: "day,name,cost\n2026-03-01,a,1234\n", want: eur(12_340_000)},
		"minor, out of":      {change: `, "unit": "minor"`, text: "day,name,cost\n2026-03-01,a,9223372036854775807\n", err: "is out of range"},
		"minor, below":       {change: `, "unit": "minor"`, text: "day,name,cost\n2026-03-01,a,-9223372036854775807\n", err: "is out of range"},
		"micros":             {change: `, "unit": "micros"`, text: "day,name,cost\n2026-03-01,a,1234\n", want: eur(1234)},
		"micros, grouped":    {change: `, "unit": "micros"`, text: "day,name,cost\n2026-03-01,a,\"1,234\"\n", want: eur(1234)},
		"micros, a fraction": {change: `, "unit": "micros"`, text: "day,name,cost\n2026-03-01,a,1.5\n", err: "is not a whole number"},
		"twice":              {text: "day,name,cost\n2026-03-01,a,1\n2026-03-01,a,1\n", err: `row 3, column day: 2026-03-01 of campaign "a" stands in row 2 already`},
		"twice, to add":      {change: `, "repeats": true`, text: "day,name,cost\n2026-03-01,a,1\n2026-03-01,a,1\n", want: eur(1_000_000, 1_000_000)},
		"left out":           {change: `, "skip": [{"column": "status", "is": ["Removed"]}, {"starts": ["#"]}]`, text: "day,name,cost,status\n2026-03-01,a,1,On\n#,,,\n2026-03-01,a,x,Removed\n", want: eur(1_000_000)},
		"left out by what":   {change: `, "skip": [{"column": "status", "is": ["Removed"]}]`, text: "day,name,cost\n2026-03-01,a,1\n", err: "row 1, column status: column is missing, and rows are left out by it"},
		"no campaign column": {text: "day,campaign,cost\n2026-03-01,a,1\n", err: "row 1, column name: column is missing"},
		"no header":          {text: strings.Repeat("x\n", 21) + "day,name,cost\n2026-03-01,a,1\n", err: "row 1, column day: no header with the columns day, name, cost in the first 21 lines"},
		"one column known":   {text: "day,names,costs\n2026-03-01,a,1\n", err: "no header with the columns"},
		"header twice":       {text: "day,name,cost,cost\n", err: "row 1, column cost: column stands twice"},
		"named delimiter":    {change: `, "delimiter": "|"`, text: "day|name|cost\n2026-03-01|a,b;c|1\n", want: eur(1_000_000)},
		"quote not closed":   {text: "day,name,cost\n2026-03-01,\"a,1\n", err: `row 2, column `},
		"bare quote":         {text: "day,name,cost\n2026-03-01,a\"b,1\n", err: `bare "`},
		"control character":  {text: "day,name,cost\n2026-03-01,a\x1bb,1\n", err: `row 2, column name: "a\x1bb" has a control character`},
		"line end in a name": {text: "day,name,cost\n2026-03-01,\"a\nb\",1\n", err: `has a control character`},
		"long name":          {text: "day,name,cost\n2026-03-01," + strings.Repeat("a", 256) + ",1\n", err: "is longer than 255 bytes"},
		"NUL":                {text: "day,name,cost\n2026-03-01,a\x00,1\n", err: "row 2, column 2: file is neither UTF-8 nor UTF-16 with a byte order mark"},
		"too many columns":   {text: "day,name,cost\n2026-03-01,a,1,2\n", err: "row 2, column 4: 4 columns, the header has 3"},
		"too few":            {text: "day,name,cost,more\n2026-03-01,a,1\n", err: "row 2, column more: row has 3 columns, the header 4"},
		"other currency":     {o: &adspend.Options{Currency: money.USD}, text: "day,name,cost\n", err: "currency USD is not the mapping's EUR"},
		"both marks":         {o: &adspend.Options{DecimalComma: true, DecimalPoint: true}, text: "day,name,cost\n", err: "the decimal mark is a comma and a point"},
		"layout":             {o: &adspend.Options{Dates: "D.M.YY"}, text: "day,name,cost\n", err: "needs YYYY"},
		"own layout":         {o: &adspend.Options{Dates: "D/M/YYYY"}, text: "day,name,cost\n1/3/2026,a,1\n", want: eur(1_000_000)},
	} {
		report, err := compile(t, plain[:len(plain)-1]+c.change+"}").Read(strings.NewReader(c.text), "x", c.o)
		if c.err != "" {
			require.ErrorContains(t, err, c.err, name)
			assert.True(t, errors.Is(err, adspend.ErrExport) || errors.Is(err, adspend.ErrOptions), name)
			assert.Nil(t, report, name)
			continue
		}
		require.NoError(t, err, name)
		var got []int64
		for _, r := range report.Rows {
			n := r.Spend.Micros()
			if !r.HasSpend {
				n = -1
			}
			got = append(got, n)
		}
		assert.Equal(t, c.want, got, name)
		assert.Empty(t, report.Findings, name)
	}
}

// A report of Meta by day has a Day column, beside which the rows may name the whole
// period.
func TestMetaByDayColumn(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"Day,Reporting starts,Reporting ends", "Reporting starts,Reporting ends,Day", "Day,x,y"} {
		day, start, end := "2026-03-02", "2026-03-01", "2026-03-31"
		cells := strings.NewReplacer("Day", day, "Reporting starts", start, "Reporting ends", end).Replace(header)
		text := header + ",Campaign name,Amount spent (EUR)\n" + strings.Replace(cells, day, "", 1) + ",,2.50\n" + cells + ",Spring,2.50\n"
		report, err := adspend.Meta(strings.NewReader(text), "meta.csv", nil)
		require.NoError(t, err, header)
		require.Len(t, report.Rows, 1)
		assert.Len(t, report.Totals, 1)
		assert.Empty(t, report.Findings)
		assert.Equal(t, civil.MustDate(2026, 3, 2), report.Rows[0].Day, header)
	}
}

func TestCurrencyComesFromOnePlace(t *testing.T) {
	t.Parallel()
	const columns = `{"platform": "radio", "columns": {"day": "day", "campaign": "name", "currency": "cur", "spend": ["cost", "cost in {currency}"]}}`
	read := func(mapping, text string, o *adspend.Options) (money.Currency, error) {
		report, err := compile(t, mapping).Read(strings.NewReader(text), "x", o)
		if err != nil {
			return 0, err
		}
		return report.Rows[0].Spend.Currency(), nil
	}
	for text, want := range map[string]money.Currency{
		"day,name,cost,cur\n2026-03-01,a,1,CHF\n":      money.CHF,
		"day,name,cost in SEK\n2026-03-01,a,1\n":       money.SEK,
		"day,name,cost\n2026-03-01,a,1\n":              money.JPY,
		"day,name,cost,cur\n2026-03-01,a,1,--\n":       money.JPY,
		"day,name,cost in JPY,cur\n2026-03-01,a,1,\n":  money.JPY,
		"day,name,cost in JPY,cur\n2026-03-01,a,1,CHF": money.CHF,
	} {
		o := &adspend.Options{Currency: money.JPY}
		if want == money.SEK {
			o = nil
		}
		got, err := read(columns, text, o)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for text, want := range map[string]string{
		"day,name,cost\n2026-03-01,a,1\n":           "x: row 1, column Currency: column is missing and Options name no currency",
		"day,name,cost,cur\n2026-03-01,a,1,\n":      "x: row 2, column Currency: spend without a currency",
		"day,name,cost in XYZ\n2026-03-01,a,1\n":    `x: row 1, column cost in XYZ: currency "XYZ": unknown currency`,
		"day,name,cost in EURO\n2026-03-01,a,1\n":   "x: row 1, column cost: column is missing",
		"day,name,cost,cost in EUR\n2026-03-01,a\n": `x: row 1, column cost in EUR: column "cost" means the same and stands here, too`,
	} {
		_, err := read(columns, text, nil)
		require.EqualError(t, err, want)
	}
	_, err := read(columns, "day,name,cost in SEK\n2026-03-01,a,1\n", &adspend.Options{Currency: money.EUR})
	require.EqualError(t, err, "x: row 1, column cost in SEK: export is in SEK, Options say EUR")
	// A total over several currencies is in none.
	report, err := compile(t, columns).Read(strings.NewReader("day,name,cost,cur\n2026-03-01,a,1,CHF\n2026-03-02,a,1,EUR\nTotal,,2,--\n"), "x", nil)
	require.NoError(t, err)
	require.Len(t, report.Totals, 1)
	assert.False(t, report.Totals[0].HasSpend)
	_, err = read(strings.Replace(columns, `"radio",`, `"radio", "currency": "EUR",`, 1), "day,name,cost in SEK\n2026-03-01,a,1\n", nil)
	require.EqualError(t, err, "x: row 1, column cost in SEK: export is in SEK, the mapping says EUR")
}

func TestKeepGoingShowsWhatCouldNotBeRead(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("day,name,cost\n2026-03-01,a,1.5\n2026-03-02,a,x\n2026-02-30,a,1\n2026-03-01,a,2\n2026-03-03,,1\n2026-03-04,a,2.5\n")
	format := compile(t, plain)
	_, err := format.Read(strings.NewReader(text.String()), "x", nil)
	require.EqualError(t, err, `x: row 3, column cost: "x": is not a number`)
	report, err := format.Read(strings.NewReader(text.String()), "x", &adspend.Options{KeepGoing: true})
	require.NoError(t, err)
	assert.Len(t, report.Rows, 2)
	var reasons []string
	for _, bad := range report.Refused {
		reasons = append(reasons, bad.Error())
	}
	assert.Equal(t, []string{
		`x: row 3, column cost: "x": is not a number`,
		"x: row 4, column day: date 2026-02-30: invalid date",
		`x: row 5, column day: 2026-03-01 of campaign "a" stands in row 2 already`,
		"x: row 6, column name: campaign is missing",
	}, reasons)
	require.Error(t, report.Findings.Err())
	assert.True(t, report.Findings.Has("adspend.rows.refused"))
	for range 1200 {
		text.WriteString("x,y,z\n")
	}
	report, err = format.Read(strings.NewReader(text.String()), "x", &adspend.Options{KeepGoing: true})
	require.NoError(t, err)
	assert.Len(t, report.Refused, 1000, "kept at most")
	assert.Contains(t, report.Findings[0].Evidence[0], "1204 rows")
	for _, broken := range []string{"day,\"name,cost\n2026-03-01,a,1\n", "day,name,cost\n2026-03-01,\"a,1\n2026-03-02,b,1\n", "day,name,cost\n2026-03-01,\"a,1\n2026-03-02,\"b\",1\n"} {
		_, err = format.Read(strings.NewReader(broken), "x", &adspend.Options{KeepGoing: true})
		require.ErrorIs(t, err, adspend.ErrExport, "what is no table is no export")
	}
}

// A quote in the middle of a name spoils its own line.
func TestStrayQuoteIsOneRow(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"day,name,cost\n2026-03-01,5\" screens,1.5\n2026-03-02,b,2.5\n":   `x: row 2, column 13: bare " in non-quoted-field`,
		"day,name,cost\n2026-03-02,b,2.5\n2026-03-01,\"5\" screens\",1\n": `x: row 3, column 14: extraneous or missing " in quoted-field`,
		"day,name,cost\n2026-03-02,b,2.5\n2026-03-01,\"a,1\n":             `x: row 3, column 17: extraneous or missing " in quoted-field`,
	} {
		report, err := compile(t, plain).Read(strings.NewReader(text), "x", &adspend.Options{KeepGoing: true})
		require.NoError(t, err, text)
		require.Len(t, report.Refused, 1, text)
		require.EqualError(t, report.Refused[0], want)
		require.ErrorIs(t, report.Refused[0], adspend.ErrExport)
		assert.True(t, report.Findings.Has("adspend.rows.refused"))
		require.Len(t, report.Rows, 1, text)
		assert.Equal(t, "b", report.Rows[0].Campaign)
		report, err = compile(t, plain).Read(strings.NewReader(text), "x", nil)
		require.EqualError(t, err, want, "without KeepGoing")
		assert.Nil(t, report)
	}
}

// A campaign whose name begins with the word for a total is not one, even if the
// amounts would agree; what platforms print as totals is.
func TestCampaignCalledTotalIsNoTotal(t *testing.T) {
	t.Parallel()
	const header = "name,day,cost\nb,2026-03-02,2\n"
	for _, name := range []string{"Total Fitness", "TOTAL relaunch 2026", "Grand total recall", "Summe aller Teile", "Total of all parts", "Total 2026"} {
		for _, day := range []string{"", "--", "n/a"} {
			text := header + name + "," + day + ",2\n"
			_, err := compile(t, plain).Read(strings.NewReader(text), "x", nil)
			require.ErrorIs(t, err, adspend.ErrExport, text)
			require.ErrorContains(t, err, "row 3, column day", text)
			report, err := compile(t, plain).Read(strings.NewReader(text), "x", &adspend.Options{KeepGoing: true})
			require.NoError(t, err, text)
			assert.Len(t, report.Refused, 1, text)
			assert.Empty(t, report.Totals, text)
		}
	}
	for _, name := range []string{"Total", "Totals", "Total: Campaigns", "Total : campagnes", "Total - Account", "Total (EUR)", "Grand Total", "Gesamt: Kampagnen", "Gesamtsumme", "合計: アカウント", "Total of 2 results", "Total général", "Total\u00a0: campagnes"} {
		report, err := compile(t, plain).Read(strings.NewReader(header+name+",--,2\n"), "x", nil)
		require.NoError(t, err, name)
		assert.Len(t, report.Totals, 1, name)
		assert.Empty(t, report.Findings, name)
	}
	// Where the day should be, no campaign stands.
	report, err := compile(t, plain).Read(strings.NewReader("day,name,cost\n2026-03-02,b,2\nTotal of everything,,2\n"), "x", nil)
	require.NoError(t, err)
	assert.Len(t, report.Totals, 1)
}

// An endless file ends at its first row that cannot be one.
func TestEndlessInputIsBounded(t *testing.T) {
	t.Parallel()
	for name, piece := range map[string]string{"letters": "a", "commas": ",", "quotes": "\"", "lines": "\n", "spaces": " ", "digits": "9", "rows": "x,y,z\n"} {
		for _, head := range []string{"", "day,name,cost\n", "day,name,cost\n2026-03-01,\""} {
			r := io.MultiReader(strings.NewReader(head), &endless{piece: piece})
			if piece == "\n" && head != "" {
				continue // empty lines are passed over, up to the size of a file
			}
			_, err := compile(t, plain).Read(r, "x", nil)
			_, ok := errors.AsType[*finding.CellError](err)
			assert.True(t, ok, "%s behind %q: %v", name, head, err)
			assert.Less(t, len(err.Error()), 300, name)
		}
	}
}

type endless struct{ piece string }

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], e.piece)
	}
	return n, nil
}

func TestLargerFileIsRefused(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("reads 128 MiB")
	}
	t.Parallel()
	r := io.MultiReader(strings.NewReader("day,name,cost\n2026-03-01,a,1\n"), &endless{piece: "#" + strings.Repeat("x", 9_998) + "\n"})
	_, err := compile(t, plain[:len(plain)-1]+`, "skip": [{"starts": ["#"]}]}`).Read(r, "x", nil)
	require.ErrorContains(t, err, "column 1: file is larger than 128 MiB")
	require.ErrorIs(t, err, adspend.ErrExport)
}

func TestReadersOwnErrorsComeThrough(t *testing.T) {
	t.Parallel()
	for _, head := range []string{"", "day,name,cost\n", "day,name,cost\n2026-03-01,a,1\n" + strings.Repeat("\n", 1<<17)} {
		_, err := compile(t, plain).Read(io.MultiReader(strings.NewReader(head), failing{}), "x", nil)
		require.ErrorIs(t, err, io.ErrClosedPipe)
		require.NotErrorIs(t, err, adspend.ErrExport)
		assert.True(t, strings.HasPrefix(err.Error(), "x: "))
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestEncodingIsNamed(t *testing.T) {
	t.Parallel()
	western := []byte("day,name,cost\n2026-03-01,K\xe4se \x80,1.5\n")
	_, err := compile(t, plain).Read(bytes.NewReader(western), "x", nil)
	require.EqualError(t, err, "x: row 2, column 2: file is neither UTF-8 nor UTF-16 with a byte order mark")
	report, err := compile(t, strings.Replace(plain, `"currency"`, `"encoding": "windows-1252", "currency"`, 1)).Read(bytes.NewReader(western), "x", nil)
	require.NoError(t, err)
	assert.Equal(t, "Käse €", report.Rows[0].Campaign)
}
