package adspend

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// Summary is what a person wants to know of an export before it is posted.
type Summary struct {
	Platform  Platform
	File      string
	Period    civil.Period // the first to the last day with a row
	Rows      int
	Days      int // campaign days: keys
	Accounts  int
	Campaigns int           // of an account
	Spend     []money.Price // the sum per currency, by code
	NoSpend   int           // rows that state no amount: missing, not zero
	Credits   int           // rows with a negative amount
	Totals    int           // printed totals
	Skipped   int           // rows that the mapping leaves out
	Refused   int           // rows that could not be read, as far as they are kept
	Findings  finding.List
}

// Summary counts a report. A sum out of range is an error that matches
// money.ErrOverflow.
func (r *Report) Summary() (Summary, error) {
	s := Summary{
		Platform: r.Platform, File: r.File, Period: r.Period(), Rows: len(r.Rows), Totals: len(r.Totals), Skipped: len(r.Skipped), Refused: len(r.Refused),
		Findings: slices.Clone(r.Findings),
	}
	type campaign struct{ account, id string }
	days, accounts, campaigns := map[Key]bool{}, map[string]bool{}, map[campaign]bool{}
	for i := range r.Rows {
		row := &r.Rows[i]
		k := row.Key(r.Platform)
		days[k], accounts[k.Account], campaigns[campaign{k.Account, k.Campaign}] = true, true, true
		if !row.HasSpend {
			s.NoSpend++
			continue
		}
		if row.Spend.Sign() < 0 {
			s.Credits++
		}
		if err := s.spend(row.Spend); err != nil {
			return Summary{}, fmt.Errorf("%s: row %d: %w", r.File, row.Line, err)
		}
	}
	s.Days, s.Accounts, s.Campaigns = len(days), len(accounts), len(campaigns)
	return s, nil
}

func (s *Summary) spend(p money.Price) (err error) {
	i, ok := slices.BinarySearchFunc(s.Spend, p, func(have, want money.Price) int {
		return strings.Compare(have.Currency().Code(), want.Currency().Code())
	})
	if !ok {
		s.Spend = slices.Insert(s.Spend, i, p)
		return nil
	}
	s.Spend[i], err = s.Spend[i].Add(p)
	return err
}

// String returns one line: "google.csv: google, 2026-03-01..2026-03-02, 16 rows, 16
// days of 1 campaigns, 231.33 USD", then what else there is.
func (s Summary) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %v, %d rows, %d days of %d campaigns", s.File, s.Platform, s.Period, s.Rows, s.Days, s.Campaigns)
	for _, p := range s.Spend {
		if m := p.Round(money.HalfEven); isWhole(p, m) {
			fmt.Fprintf(&b, ", %v", m)
		} else {
			fmt.Fprintf(&b, ", %v", p)
		}
	}
	for _, c := range [...]struct {
		n    int
		what string
	}{{s.NoSpend, "without an amount"}, {s.Credits, "credits"}, {s.Skipped, "left out"}, {s.Refused, "refused"}, {len(s.Findings), "findings"}} {
		if c.n > 0 {
			fmt.Fprintf(&b, ", %d %s", c.n, c.what)
		}
	}
	return b.String()
}

// isWhole reports whether a price is an amount of whole minor units.
func isWhole(p money.Price, m money.Money) bool {
	back, err := money.PriceOf(m)
	return err == nil && back == p
}
