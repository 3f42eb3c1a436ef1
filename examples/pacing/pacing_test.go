package main

import (
	"bytes"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/internal/golden"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

func TestTheStory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, "", dir))
	golden.Equal(t, "story.golden", out.Bytes())
	assert.LessOrEqual(t, strings.Count(out.String(), "\n"), 50, "fits on one screen")
	page, err := os.ReadFile(filepath.Join(dir, "pacing.html"))
	require.NoError(t, err)
	golden.Equal(t, "pacing.html.golden", page)
	foreign := strings.ToLower(strings.ReplaceAll(string(page), "http://www.w3.org/2000/svg", ""))
	for _, word := range []string{"http://", "https://", "<script"} {
		assert.NotContains(t, foreign, word, "the page needs nothing else")
	}
}

func TestToTheCent(t *testing.T) {
	t.Parallel()
	s, err := tell(t.Context(), &bytes.Buffer{}, "")
	require.NoError(t, err)
	spot, err := s.rates.Table(fx.Spot)
	require.NoError(t, err)
	var booked, service, posting, total int64
	for _, c := range s.plan.Channels {
		booked += c.booked.Minor()
		sum := c.status.Unplaced.Minor() - c.status.Lacking.Minor()
		for _, g := range c.status.Suggested {
			sum += g.Amount.Minor()
		}
		assert.Equal(t, c.status.Available.Minor(), sum, "%s: suggestions add up to what is left", c.name)
		exact := new(big.Rat) // each day by the rate of its day, as a fraction
		for _, spend := range c.data.Spend {
			amount := big.NewRat(spend.Amount.Minor(), 1)
			if from := spend.Amount.Currency(); from != money.EUR {
				rate, err := spot.Rate(from, spend.Day)
				require.NoError(t, err)
				amount.Quo(amount, rate.Units.Rat())
			}
			exact.Add(exact, amount)
		}
		off := exact.Sub(exact, big.NewRat(c.booked.Minor(), 1))
		most := big.NewRat(int64(len(c.Campaigns))*501, 1000) // half a cent a campaign, and the millionths of its days
		assert.LessOrEqual(t, off.Abs(off).Cmp(most), 0, "%s is %s cents off", c.name, off.FloatString(4))
	}
	assert.Equal(t, s.bridges[len(s.bridges)-1].ByService.Minor(), booked)
	for _, b := range s.bridges {
		assert.Equal(t, b.ByPosting.Minor(), b.ByService.Minor()-b.PostedLater.Minor()+b.FromOthers.Minor())
		service += b.ByService.Minor()
		posting += b.ByPosting.Minor()
	}
	assert.Equal(t, service, posting, "what one month lacks the other has")
	assert.NotZero(t, s.bridges[0].PostedLater.Minor(), "a day of May is restated in June")
	for i, p := range s.steps {
		if p.total && i > 0 {
			assert.Equal(t, total, p.amount.Minor(), p.label)
		}
		if total += p.amount.Minor(); p.total {
			total = p.amount.Minor()
		}
	}
	assert.True(t, s.best.Certificate.Proven)
	assert.GreaterOrEqual(t, s.best.Response, s.best.Today.Response)
	assert.LessOrEqual(t, s.best.Response, s.best.Certificate.UpperBound)
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, old, bad, want string }{
		{"no file", "responses.json", "", "", "responses.json"},
		{"no export", "linkedin.csv", "", "", "linkedin.csv"},
		{"unknown field", "plan.json", `"campaigns"`, `"kampagnen"`, "plan.json"},
		{"half a month", "plan.json", `"month": "2026-06-01`, `"month": "2026-06-15`, "whole month"},
		{"no channel", "plan.json", `"channels": [`, `"channels": [null, `, "plan.json"},
		{"cap of another currency", "plan.json", `"900.00 EUR"`, `"900.00 USD"`, "channel search"},
		{"days of another month", "plan.json", `"days": "2026-06-01..2026-06-30"`, `"days": "2026-05-01..2026-05-31"`, "channel search"},
		{"spend of another currency", "meta.csv", "(USD)", "(GBP)", "social"},
		{"no such channel to cut", "plan.json", `"channel": "search"`, `"channel": "radio"`, "radio"},
		{"cut of too much", "plan.json", `"percent": 10`, `"percent": 110`, "cut"},
		{"two channels of one name", "plan.json", `"name": "video"`, `"name": "search"`, "search"},
		{"order of another budget", "plan.json", `"node": "video"`, `"node": "radio"`, "radio"},
		{"no budget rates", "rates.csv", "EUR,USD,1.1200,budget", "EUR,CHF,1.1200,budget", "USD"},
		{"no spot rate", "rates.csv", "EUR,USD,1.1562,spot", "EUR,USD,none,spot", "rates.csv"},
		{"not a number", "meta.csv", "239.06", "239;06", "meta.csv"},
		{"unknown curve", "responses.json", `"hill"`, `"mountain"`, "responses.json"},
		{"other channels", "responses.json", `"key": "video"`, `"key": "radio"`, "video"},
		{"impossible curve", "responses.json", `"half": 3200`, `"half": 0`, "responses.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			input, err := fs.Sub(embedded, "input")
			require.NoError(t, err)
			require.NoError(t, os.CopyFS(dir, input))
			path := filepath.Join(dir, c.file)
			text, err := os.ReadFile(path) //nolint:gosec // a copy in a directory of the test
			require.NoError(t, err)
			require.NoError(t, os.Remove(path))
			if c.old != "" {
				require.Contains(t, string(text), c.old)
				require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), c.old, c.bad, 1)), 0o600))
			}
			require.ErrorContains(t, run(t.Context(), &bytes.Buffer{}, dir, dir), c.want)
		})
	}
}
