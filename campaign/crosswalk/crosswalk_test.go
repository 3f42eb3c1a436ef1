package crosswalk_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/crosswalk"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

const head = "system,external_id,node,channel,from,to\n"

const file = head +
	"google,111,search,paid-search,,2026-02-28\n" +
	"google,111,search-us,paid-search,2026-03-01,\n" +
	"meta,Launch,social,paid-social,,\n"

func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

func compile(t *testing.T, text string) *crosswalk.Map {
	t.Helper()
	links, err := crosswalk.ReadCSV(strings.NewReader(text), "links.csv")
	require.NoError(t, err)
	m, err := crosswalk.Compile(links)
	require.NoError(t, err)
	return m
}

func TestLookup(t *testing.T) {
	m := compile(t, file)
	assert.Equal(t, 3, m.Len())
	for _, c := range []struct {
		system, id, on string
		node           campaign.NodeKey
	}{
		{"google", "111", "2026-02-28", "search"},
		{"google", "111", "2026-03-01", "search-us"},
		{"google", "111", "0001-01-01", "search"},
		{"google", "111", "9999-12-31", "search-us"},
		{"meta", "Launch", "2026-03-01", "social"},
		{"meta", "launch", "2026-03-01", ""}, // case counts
		{"linkedin", "111", "2026-03-01", ""},
	} {
		got, ok := m.Lookup(c.system, c.id, day(c.on))
		assert.Equal(t, c.node != "", ok, c)
		assert.Equal(t, c.node, got.Node, c)
	}
	_, ok := m.Lookup("google", "111", civil.Date{})
	assert.False(t, ok, "no day, and the link has ends")
	_, ok = m.Lookup("meta", "Launch", civil.Date{})
	assert.True(t, ok)
}

func TestLookupAgreesWithAScan(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	start := day("2026-01-01")
	var links []crosswalk.Link
	for i, at := 0, 0; i < 50; i++ {
		at += 1 + rng.IntN(3) // gaps of nought to two days
		last := at + rng.IntN(5)
		links = append(links, crosswalk.Link{System: "s", ExternalID: "x", Node: campaign.NodeKey(fmt.Sprint(i)), From: start.AddDays(at), To: start.AddDays(last)})
		at = last
	}
	rng.Shuffle(len(links), func(i, j int) { links[i], links[j] = links[j], links[i] })
	m, err := crosswalk.Compile(links)
	require.NoError(t, err)
	for n := range 400 {
		on := start.AddDays(n - 5)
		var want campaign.NodeKey
		for _, l := range links {
			if !on.Before(l.From) && !on.After(l.To) {
				want = l.Node
			}
		}
		got, ok := m.Lookup("s", "x", on)
		assert.Equal(t, want, got.Node, on)
		assert.Equal(t, want != "", ok)
	}
}

func TestCompileRefuses(t *testing.T) {
	_, err := crosswalk.Compile([]crosswalk.Link{
		{System: "g", ExternalID: "1", Node: "a", To: day("2026-03-01")},
		{System: "g", ExternalID: "1", Node: "b", From: day("2026-03-01")},
		{System: "g", ExternalID: "2", Node: ""},
		{System: "g", ExternalID: "3", Node: "c", From: day("2026-03-02"), To: day("2026-03-01")},
	})
	list, ok := errors.AsType[finding.List](err)
	require.True(t, ok, err)
	assert.Len(t, list, 3)
	assert.True(t, list.Has("crosswalk.link.overlap"))
	assert.True(t, list.Has("crosswalk.link.invalid"))
}

func TestReadCSVNamesTheCell(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "links.csv: row 1, column system: the file is empty",
		"system,id\n":                         "links.csv: row 1, column external_id: want the header",
		head[:len(head)-1] + ",extra\n":       "links.csv: row 1, column extra: unknown column",
		head + "g,1,a,,\n":                    "links.csv: row 2, column to: want 6 fields, got 5",
		head + "g,1,a,,,\ng,1,a,,1.3.26,\n":   "links.csv: row 3, column from: ",
		head + "g,,a,,,\n":                    "links.csv: row 2, column external_id: it is empty",
		head + "g,1,a\xff,,,\n":               "links.csv: row 2, column node: not UTF-8",
		head + "g,1,a,,2026-02-01,2026-01-01": "links.csv: row 2, column to: the last day",
		head + "g,\"1,a,,,\n":                 "links.csv: row ",
		head + "g," + strings.Repeat("x", 256) + ",a,,,\n": "links.csv: row 2, column external_id: it is longer",
	} {
		_, err := crosswalk.ReadCSV(strings.NewReader(text), "links.csv")
		require.ErrorIs(t, err, crosswalk.ErrFile, text)
		assert.ErrorContains(t, err, want)
	}
}

func TestMatch(t *testing.T) {
	m := compile(t, "\ufeff"+file)
	match := m.NewMatch()
	_, err := match.Share()
	require.NoError(t, err)
	eur := func(n int64) money.Money { return money.Minor(n, money.EUR) }
	cents := func(n int64) money.Price { return money.Micros(n*10_000, money.EUR) }
	match.Add("google", "111", day("2026-03-05"), cents(99_900))
	match.Add("google", "222", day("2026-03-05"), cents(30))
	match.Add("google", "333", day("2026-03-07"), cents(40))
	match.Add("google", "333", day("2026-03-06"), cents(30))
	share, err := match.Share()
	require.NoError(t, err)
	assert.Equal(t, crosswalk.Share{Matched: eur(99_900), Total: eur(100_000), Rows: 4, Missed: 3}, share)
	exact, ok := share.Rat()
	require.True(t, ok)
	assert.Zero(t, exact.Cmp(big.NewRat(999, 1000)))
	assert.Equal(t, "99.9 %", share.Percent())
	left, err := match.Unmatched()
	require.NoError(t, err)
	assert.Equal(t, []crosswalk.Unmatched{
		{System: "google", ExternalID: "333", Rows: 2, First: day("2026-03-06"), Last: day("2026-03-07"), Amount: eur(70)},
		{System: "google", ExternalID: "222", Rows: 1, First: day("2026-03-05"), Last: day("2026-03-05"), Amount: eur(30)},
	}, left)

	thirds := m.NewMatch() // 3 × 33.3333 cents: rounded once, not row by row
	for range 3 {
		thirds.Add("google", "111", day("2026-03-05"), money.Micros(3_333, money.EUR))
	}
	share, err = thirds.Share()
	require.NoError(t, err)
	assert.Equal(t, eur(1), share.Matched)

	almost := crosswalk.Share{Matched: eur(999_999), Total: eur(1_000_000)}
	assert.Equal(t, "99.9 %", almost.Percent(), "not quite all is never 100 %")
	assert.Empty(t, crosswalk.Share{}.Percent())
	match.Add("google", "111", day("2026-03-05"), money.Micros(1, money.USD))
	_, err = match.Share()
	require.ErrorIs(t, err, money.ErrMismatch)
}

func ExampleMap_Lookup() {
	m, err := crosswalk.Compile([]crosswalk.Link{
		{System: "google", ExternalID: "1234567890", Node: "launch-search", Channel: "paid-search"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Lookup("google", "1234567890", civil.MustDate(2026, 3, 10)))
	// Output: {launch-search paid-search} true
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte(file))
	f.Add([]byte(head + "a,\"b\n\",c,d,,\n"))
	f.Add([]byte("\ufeff" + head + "a,b,c,,2026-01-01,2026-01-01\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		links, err := crosswalk.ReadCSV(bytes.NewReader(data), "f.csv")
		if err != nil {
			if links != nil {
				t.Fatal("links beside an error")
			}
			return
		}
		var out bytes.Buffer
		if err := crosswalk.WriteCSV(&out, links); err != nil {
			t.Fatal(err)
		}
		again, err := crosswalk.ReadCSV(&out, "f.csv")
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		if len(again) != len(links) {
			t.Fatalf("%d links became %d", len(links), len(again))
		}
		for i := range links {
			if links[i] != again[i] {
				t.Fatalf("%+v became %+v", links[i], again[i])
			}
		}
		if _, err := crosswalk.Compile(links); err != nil && !strings.Contains(err.Error(), "crosswalk.") && !strings.Contains(err.Error(), "link/") {
			t.Fatal(err)
		}
	})
}
