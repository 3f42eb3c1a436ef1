package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/store"
)

// The figures of the budget add up, and the steps do what they are there for.
func TestTheMoneyAddsUp(t *testing.T) {
	s, err := open(io.Discard, "")
	require.NoError(t, err)
	require.NoError(t, s.play(t.Context(), store.NewMemory()))

	var sum money.Sum
	steps := s.review.variance.Steps
	for _, step := range steps[:len(steps)-1] {
		sum.Add(step.Amount)
	}
	total, err := sum.Total()
	require.NoError(t, err)
	assert.Equal(t, steps[len(steps)-1].Amount, total, "plan to actual")

	b := s.reconciled
	assert.Equal(t, b.ByPosting.Minor(), b.ByService.Minor()-b.PostedLater.Minor()+b.FromOthers.Minor(), "service to posting")
	assert.NotZero(t, b.PostedLater.Minor())
	assert.NotZero(t, b.FromOthers.Minor())

	lines, err := s.book.TrialBalance()
	require.NoError(t, err)
	sums := map[money.Currency]*money.Sum{}
	for _, leg := range lines {
		if sums[leg.Amount.Currency()] == nil {
			sums[leg.Amount.Currency()] = new(money.Sum)
		}
		sums[leg.Amount.Currency()].Add(leg.Amount)
	}
	require.Contains(t, sums, money.USD)
	for _, sum := range sums {
		total, err := sum.Total()
		require.NoError(t, err)
		assert.True(t, total.IsZero(), "%v", total)
	}

	var codes []string
	refused := map[error]int{}
	for _, st := range s.money.Steps {
		for _, r := range st.results {
			for _, kind := range []error{budget.ErrLimit, budget.ErrState} {
				if errors.Is(r.Err, kind) {
					refused[kind]++
				}
			}
			for _, f := range r.Findings {
				codes = append(codes, f.Code)
			}
		}
	}
	assert.Equal(t, map[error]int{budget.ErrLimit: 1, budget.ErrState: 1}, refused, "the second wave, and the order for a closed month")
	assert.Contains(t, codes, "budget.match.receipt")
	assert.NotContains(t, codes, "budget.rate.missing")
	assert.True(t, s.review.found.Has("budget.outlook.over"))
	assert.False(t, s.review.found.Has("budget.plan.unowned"), "the campaign has an owner, and so have its nodes")
}

func TestBrokenMoney(t *testing.T) {
	outDir := t.TempDir()
	play(t, "", outDir)
	stored := events(t, outDir)
	for name, c := range map[string]struct{ old, with, want string }{
		"unknown field":    {`"by": "jo@`, `"colour": "red", "by": "jo@`, `"colour"`},
		"unknown kind":     {`"kind": "receive"`, `"kind": "deliver"`, `"deliver"`},
		"bad amount":       {`"50000.00 EUR"`, `"fifty EUR"`, "fifty"},
		"other currency":   {`"48000.00 EUR"`, `"48000.00 CHF"`, "CHF"},
		"negative amount":  {`"48000.00 EUR"`, `"-48000.00 EUR"`, "PO-2001"},
		"unknown node":     {`"node": "outdoor", "date"`, `"node": "moon", "date"`, `"moon"`},
		"unknown request":  {`"request": "REQ-1"`, `"request": "REQ-9"`, `"REQ-9"`},
		"unknown order":    {`"order": "PO-2002"`, `"order": "PO-9"`, `"PO-9"`},
		"unknown person":   {`"by": "jo@example.com"`, `"by": "moon@example.com"`, `"moon@example.com"`},
		"time goes back":   {`"at": "2026-02-16T09`, `"at": "2026-02-01T09`, "step 5"}, // the fifth of the file; the one before is of 16 February, 08:00
		"one ref for two":  {`"ref": "PO-2002"`, `"ref": "PO-2001"`, "PO-2001"},
		"plan of no node":  {`{"node": "search", "amount"`, `{"node": "moon", "amount"`, "moon"},
		"curve below zero": {`[1, 3, 7, 3]`, `[1, -3, 7, 3]`, "plan"},
		"bad rate":         {`"0.8600"`, `"0,86"`, "0,86"},
		"no JSON":          {`"steps"`, `steps`, "invalid character"},
		"nothing":          {"*", "", "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := inputs(t)
			body := read(t, dir, moneyFile)
			require.True(t, c.old == "*" || strings.Contains(body, c.old), c.old)
			if c.old == "*" {
				body = ""
			}
			write(t, dir, moneyFile, []byte(strings.Replace(body, c.old, c.with, 1)))
			var out bytes.Buffer
			err := run(t.Context(), &out, dir, outDir)
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), moneyFile+": "), err)
			assert.Contains(t, err.Error(), c.want)
			assert.NotContains(t, err.Error(), "\n", "one line")
			assert.Empty(t, out.String(), "nothing is told before all is read")
		})
	}
	dir := inputs(t)
	require.NoError(t, os.Remove(filepath.Join(dir, moneyFile)))
	require.ErrorIs(t, run(t.Context(), io.Discard, dir, outDir), fs.ErrNotExist)
	assert.Equal(t, stored, events(t, outDir), "the database holds what it held")
}
