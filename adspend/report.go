package adspend

import (
	"errors"
	"io"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// ErrExport is the kind of every error about the content of an export.
var ErrExport = errors.New("invalid export")

// Platform names where an export comes from; it is the key used in crosswalks.
type Platform string

// The platforms with a reader.
const (
	GoogleAds   Platform = "google"
	MetaAds     Platform = "meta"
	LinkedInAds Platform = "linkedin"
)

// Quantity is a count that may be missing and, for modelled conversions, may
// have decimals. It is exact to the millionth. The zero Quantity is missing.
type Quantity struct {
	micros int64
	known  bool
}

// Count returns the Quantity of a whole number.
func Count(n int64) Quantity { return Quantity{n * quantityScale, true} }

const quantityScale = 1_000_000

// Known reports whether the export stated a number.
func (q Quantity) Known() bool { return q.known }

// Micros returns the number in millionths, 0 if missing.
func (q Quantity) Micros() int64 { return q.micros }

// Whole returns the number; exact is false if it is missing or has decimals.
func (q Quantity) Whole() (n int64, exact bool) {
	return q.micros / quantityScale, q.known && q.micros%quantityScale == 0
}

// Row is one line of an export: a campaign on a day, possibly one segment of it.
type Row struct {
	Line        int // of the file
	Day         civil.Date
	Account     string // "" where the export has no such column
	Campaign    string
	CampaignID  string // "" where the export has no such column
	Segment     string // ad set, ad, device …, joined by " / "; "" if not split
	Spend       money.Price
	HasSpend    bool // false: the cell was empty or "--"
	Impressions Quantity
	Clicks      Quantity
	Conversions Quantity
}

// Report is what one export says.
type Report struct {
	Platform Platform
	File     string
	Rows     []Row        // in the order of the file
	Totals   []Row        // printed total rows, never part of Rows
	Findings finding.List // for example a printed total that the rows do not add up to
}

// Period returns the first to the last day with a row.
func (r *Report) Period() civil.Period {
	var first, last civil.Date
	for _, row := range r.Rows {
		if first.IsZero() || row.Day.Before(first) {
			first = row.Day
		}
		if row.Day.After(last) {
			last = row.Day
		}
	}
	return civil.Days(first, last)
}

// Options are what an export does not say itself. Nil means none.
type Options struct {
	Currency     money.Currency // of exports without a currency column or header
	DecimalComma bool           // numbers read 1.234,56 instead of 1,234.56
}

// Reader reads the export of one platform: Google, Meta or LinkedIn. Name
// is used in errors. Errors are *finding.CellError or the reader's own.
type Reader func(r io.Reader, name string, o *Options) (*Report, error)

func cellError(file string, row int, column, reason string) error {
	return &finding.CellError{File: file, Row: row, Column: column, Reason: reason, Kind: ErrExport}
}
