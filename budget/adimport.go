package budget

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

// AdImport turns the rows of ad platforms' exports into Record commands: what
// they say, compared with what a book has posted.
type AdImport struct {
	// Currency is that of the book. It may be left out with a Book or without Rates.
	Currency money.Currency
	// Book is where the records go. It is read, not changed. Without one, nothing is
	// taken to be posted: that is right for a new book, and as long as the reports
	// always hold all there is; days that were posted before and are missing, and
	// segments that moved, are then not seen.
	Book *Book
	// Rates convert what is in another currency, at the rate of its day. The record
	// is then in the book's currency, keeps the amount before as its Transaction,
	// and has no FXVariance: for books without rates of their own. Without Rates the
	// record is in the currency of the export. The book, which needs SetRate, counts
	// it at the frozen budget rate, and what the spot rate makes of it is FXVariance:
	// so that control is free of rates.
	Rates *fx.Table
	// Node says to which node a row belongs; ok is false for a row that matches
	// nothing and stays visible in AdRecords.Unmatched. It is needed.
	Node func(p adspend.Platform, row adspend.Row) (key NodeKey, ok bool)
	// Complete says for which days the reports hold all that the accounts in them
	// spent. What the Book has for these accounts and days and the reports have not,
	// or only as missing, is set to zero. It is left as it is on other days, with a
	// finding if they lie among those of the reports.
	Complete civil.Period
}

// AdRecords is what an import would record. It is plain data, so a host can show
// it before applying it: with Book.ApplyAll, for the rounding lines belong to the
// days.
type AdRecords struct {
	Records   []Record // by key, of each campaign and month first what becomes zero; with a Book those that change it
	Before    []Record // for each of Records what the Book has under its key; the zero Record if nothing
	Unchanged int      // days or segments of the reports that the Book has like this
	Unmatched []adspend.Row
	Matched   []money.Money // sum of the rows that matched, per currency by code, each rounded once
	Missed    []money.Money // the same of the rows that did not
	Findings  finding.List  // of the reports, and those that Records lists
}

// Records converts reports, joined by adspend.Merge: a day that is in two of them
// counts once, and two amounts for it are refused.
//
// # Keys
//
// The key of a record is adspend.Key.String behind "ads/", without the node: a
// corrected mapping moves the record, which the Book reverses and posts again.
// Segments of a campaign and day are added up if they go to one node; if not, each
// has a record of its own, with the segment in its key. What the Book has of a
// campaign and day under keys that this leaves out becomes zero. Tags of a posted
// record stay.
//
// # Rounding
//
// Each record is rounded half to even to the minor unit. A rounding record per
// account, campaign, calendar month and currency, with a key that ends in
// "rounding", makes the month the rounded sum of its millionths. It stands on the
// node and the day of the first record of the month that has money.
//
// A month is known only when it is over, and exports come by the day, in part and
// restated. So that the line is right after each of them, in whatever order, it is
// worked out anew from all days of the month: those of the reports, and the Book's
// own for the others. What a posted day was before it was rounded stands in the
// Rate of its record, "1.004000 EUR", or behind the rate of exchange, if it was no
// whole amount: each day carries what it leaves over, no total has to be corrected,
// and nothing is lost with a memo, which may be erased. Restating a day thus
// touches that day and at most the rounding line, and the same reports again change
// nothing.
//
// # Findings
//
//	adspend.account.missing  Warning: a report names no account; one with the same names would have the same keys
//	budget.ads.missing       Warning: days are posted that lie among those of the reports, which have them no more; see Complete
//	budget.ads.unlinked      Warning: days are posted whose rows match no node any more; they become zero
//	budget.ads.reversed      Warning: days were reversed in the Book; they stay so until the reports say something else
//
// Errors name file and row. They match adspend.ErrExport, ErrAmount, ErrUnknown for
// a missing Node or a key that is too long, ErrKeyReused for a segment of two nodes,
// fx.ErrNoRate or money.ErrOverflow.
func (im AdImport) Records(reports ...*adspend.Report) (*AdRecords, error) {
	if err := im.check(); err != nil {
		return nil, err
	}
	w := adWork{im: &im, out: &AdRecords{}, accounts: make(map[string]*adAccount), lines: make(map[string]*adLine), stated: make(map[string]bool)}
	for _, report := range reports {
		if report != nil {
			w.out.Findings.Add(report.Findings...)
			w.out.nameless(report)
		}
	}
	days, err := adspend.Merge(reports...)
	if err != nil {
		return nil, err
	}
	for i := range days {
		if err := w.day(&days[i]); err != nil {
			return nil, err
		}
	}
	if im.Book != nil {
		w.posted(im.Book)
	}
	if err := w.finish(); err != nil {
		return nil, err
	}
	w.out.Matched, w.out.Missed = w.matched.round(), w.missed.round()
	return w.out, nil
}

func (im *AdImport) check() error {
	if im.Node == nil {
		return fmt.Errorf("ad import: Node %w: it is missing", ErrUnknown)
	}
	if im.Book != nil {
		book := im.Book.chart.Currency()
		if im.Currency != 0 && im.Currency != book {
			return fmt.Errorf("ad import: currency %v %w: the book is in %v", im.Currency, ErrAmount, book)
		}
		im.Currency = book
	}
	if im.Rates != nil && im.Currency == 0 {
		return fmt.Errorf("ad import: currency %w: it is missing", ErrAmount)
	}
	return nil
}

// nameless tells of a report whose keys another account's could equal.
func (out *AdRecords) nameless(r *adspend.Report) {
	n := 0
	for i := range r.Rows {
		if r.Rows[i].Key(r.Platform).Account == "" {
			n++
		}
	}
	if n > 0 {
		out.Findings.Warnf("adspend.account.missing", r.File, "name it by adspend.Options.Account", "%d of %d rows name no account", n, len(r.Rows))
	}
}

// adSums adds up per currency, by code.
type adSums []money.Price

func (s *adSums) add(p money.Price) (err error) {
	i, ok := slices.BinarySearchFunc(*s, p, func(have, want money.Price) int {
		return strings.Compare(have.Currency().Code(), want.Currency().Code())
	})
	if !ok {
		*s = slices.Insert(*s, i, p)
		return nil
	}
	(*s)[i], err = (*s)[i].Add(p)
	return err
}

func (s adSums) round() []money.Money {
	var out []money.Money
	for _, p := range s {
		out = append(out, p.Round(money.HalfEven))
	}
	return out
}
