package adspend_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

func TestMappingsAreStrictJSON(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"platform": "x", "platform": "y"}`:   `"platform" is given twice`,
		`{"platform": "x", "spent": "y"}`:      `unknown field "spent"`,
		`{"unit": "cents"}`:                    `unit "cents": want decimal, minor or micros`,
		`{"unit": 1}`:                          "cannot unmarshal number",
		`{"currency": "EURO"}`:                 "unknown currency",
		`{"columns": {"day": 1}}`:              "cannot unmarshal number",
		`{"columns": {"day": ["a", 1]}}`:       "cannot unmarshal number",
		`{"columns": {"day": {"name": "a"}}}`:  "cannot unmarshal object",
		`{"numbers": {"decimal": 44}}`:         "cannot unmarshal number",
		`{} {}`:                                "more than one value",
		"{\"platform\": \"\xff\"}":             "is not valid UTF-8",
		``:                                     "EOF",
		strings.Repeat(" ", 1<<20) + `{"a":1}`: "larger than 1048576 bytes",
	} {
		_, err := adspend.ReadMapping(strings.NewReader(text), "m.json")
		require.ErrorContains(t, err, want, text)
		require.ErrorIs(t, err, adspend.ErrMapping, text)
		assert.True(t, strings.HasPrefix(err.Error(), "m.json: "))
	}
	_, err := adspend.ReadMapping(failing{}, "m.json")
	require.NotErrorIs(t, err, adspend.ErrMapping)
	require.ErrorContains(t, err, "m.json: ")
	_, err = adspend.Unit(7).MarshalText()
	require.ErrorIs(t, err, adspend.ErrMapping)
}

func TestMappingsComeBackFromJSON(t *testing.T) {
	t.Parallel()
	all := []adspend.Mapping{{
		Platform: "x", Unit: adspend.Minor, Currency: money.CHF, Account: "7", Dates: []string{"D/M/YYYY"}, Missing: []string{"n/a"}, Totals: []string{"Sum"},
		Numbers: adspend.Numbers{Decimal: ",", Thousands: ".'", Lakh: true, Affixes: []string{"€"}, Round: true}, Repeats: true, SummaryFirst: true, Delimiter: "\t", Encoding: adspend.Windows1252,
		Skip: []adspend.Skip{{Column: "s", Is: []string{"a"}, Starts: []string{"b"}}}, Columns: adspend.Columns{Day: adspend.Names{"d"}, CampaignID: adspend.Names{"c", "e"}, Spend: adspend.Names{"s ({currency})"}},
	}}
	for _, p := range []adspend.Platform{adspend.GoogleAds, adspend.MetaAds, adspend.LinkedInAds, adspend.MicrosoftAds, adspend.TikTokAds} {
		m, ok := adspend.MappingOf(p)
		require.True(t, ok)
		assert.Equal(t, p, m.Platform)
		all = append(all, m)
	}
	for _, m := range all {
		data, err := json.Marshal(m)
		require.NoError(t, err)
		again, err := adspend.ReadMapping(strings.NewReader(string(data)), "m.json")
		require.NoError(t, err)
		assert.Equal(t, m, again)
		f, err := adspend.Compile(m)
		require.NoError(t, err)
		assert.Equal(t, m, f.Mapping())
	}
	_, ok := adspend.MappingOf("radio")
	assert.False(t, ok)
}

func TestCompileKeepsNoPartOfTheMapping(t *testing.T) {
	t.Parallel()
	m, _ := adspend.MappingOf(adspend.MicrosoftAds)
	f, err := adspend.Compile(m)
	require.NoError(t, err)
	m.Columns.Spend[0], m.Skip[0].Starts[0] = "changed", "2026"
	out := f.Mapping()
	assert.Equal(t, "Spend", out.Columns.Spend[0])
	out.Columns.Spend[0], out.Skip[0].Starts[0] = "changed", "2026"
	report, err := f.Read(strings.NewReader(microsoftCSV), "x", nil)
	require.NoError(t, err)
	assert.Len(t, report.Rows, 3)
}

func TestCompileTellsEverythingAtOnce(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 256)
	_, err := adspend.Compile(adspend.Mapping{
		Unit: 9, Currency: 1, Account: "a\n", Dates: []string{"YY"}, Delimiter: "::", Encoding: "ebcdic", Totals: []string{""}, Missing: []string{long},
		Numbers: adspend.Numbers{Decimal: "x", Thousands: "#", Affixes: []string{"1"}}, Skip: []adspend.Skip{{}, {Starts: []string{""}}},
		Columns: adspend.Columns{Currency: adspend.Names{" padded"}, Clicks: adspend.Names{"c", "c"}, Segments: make(adspend.Names, 201)},
	})
	found, ok := errors.AsType[finding.List](err)
	require.True(t, ok)
	subjects := map[string]bool{}
	for _, f := range found {
		subjects[f.Subject] = true
		assert.Equal(t, "adspend.mapping.invalid", f.Code)
		assert.Equal(t, finding.Error, f.Severity)
	}
	for _, want := range []string{
		"platform", "unit", "currency", "account", "dates", "delimiter", "encoding", "totals", "missing", "numbers.decimal", "numbers.thousands", "numbers.affixes", "skip[0]", "skip[1]",
		"columns.day", "columns.campaign", "columns.spend", "columns.currency", "columns.clicks", "columns.segments",
	} {
		assert.True(t, subjects[want], "%s is not told", want)
		delete(subjects, want)
	}
	assert.Empty(t, subjects)
	_, err = adspend.Compile(adspend.Mapping{Platform: "x", Numbers: adspend.Numbers{Decimal: ",", Thousands: ","}, Columns: adspend.Columns{Day: adspend.Names{"d"}, Campaign: adspend.Names{"c"}, Spend: adspend.Names{"s"}}})
	require.ErrorContains(t, err, "numbers.thousands")
}

// A German export, by the built-in mapping with its own words.
func TestBuiltInMappingLearnsAnotherLanguage(t *testing.T) {
	t.Parallel()
	m, _ := adspend.MappingOf(adspend.GoogleAds)
	m.Columns = adspend.Columns{
		Day: adspend.Names{"Tag"}, Campaign: adspend.Names{"Kampagne"}, CampaignID: adspend.Names{"Kampagnen-ID"}, Currency: adspend.Names{"Währungscode"},
		Spend: adspend.Names{"Kosten"}, Impressions: adspend.Names{"Impr."}, Clicks: adspend.Names{"Klicks"},
	}
	f, err := adspend.Compile(m)
	require.NoError(t, err)
	const text = "Kampagnenbericht\n1. März 2026 - 2. März 2026\nTag;Kampagne;Kampagnen-ID;Währungscode;Impr.;Klicks;Kosten\n" +
		"2026-03-01;Suche;11;EUR;12.345;321;1.234,56\nGesamt: Kampagnen; --; --;EUR;12.345;321;1.234,56\n"
	report, err := f.Read(strings.NewReader(text), "google.csv", &adspend.Options{DecimalComma: true})
	require.NoError(t, err)
	require.Len(t, report.Rows, 1)
	assert.Empty(t, report.Findings)
	assert.Equal(t, money.Micros(1_234_560_000, money.EUR), report.Rows[0].Spend)
	assert.Equal(t, adspend.Count(12345), report.Rows[0].Impressions)
	_, err = f.Read(strings.NewReader(text), "google.csv", nil)
	require.ErrorContains(t, err, "google.csv: row 4, column Kosten: \"1.234,56\": is not a number")
}

func FuzzReadMapping(f *testing.F) {
	f.Add([]byte(plain))
	f.Add([]byte(googleCampaignStats))
	f.Add([]byte(`{"columns":{"day":["a","b"]},"skip":[{"starts":["©"]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := adspend.ReadMapping(strings.NewReader(string(data)), "m")
		if err != nil {
			if !errors.Is(err, adspend.ErrMapping) {
				t.Fatal(err)
			}
			return
		}
		format, err := adspend.Compile(m)
		if err != nil {
			if _, ok := errors.AsType[finding.List](err); !ok {
				t.Fatal(err)
			}
			return
		}
		again, err := json.Marshal(format.Mapping())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := adspend.ReadMapping(strings.NewReader(string(again)), "m"); err != nil {
			t.Fatalf("%s: %v", again, err)
		}
	})
}
