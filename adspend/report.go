package adspend

import (
	"errors"
	"io"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

var (
	// ErrExport is the kind of every error about the content of an export.
	ErrExport = errors.New("invalid export")
	// ErrOptions is the kind of error of options that contradict each other or the
	// mapping.
	ErrOptions = errors.New("invalid options")
)

// Platform names where an export comes from; it is the key used in crosswalks.
type Platform string

// The platforms with a reader.
const (
	GoogleAds    Platform = "google"
	MetaAds      Platform = "meta"
	LinkedInAds  Platform = "linkedin"
	MicrosoftAds Platform = "microsoft"
	TikTokAds    Platform = "tiktok"
)

// Quantity is a count that may be missing and, for modelled conversions, may
// have decimals. It is exact to the millionth. The zero Quantity is missing.
type Quantity struct {
	micros int64
	known  bool
}

// Count returns the Quantity of a whole number. One beyond nine million millions
// is held at the largest number of millionths, which is not whole, so that Whole
// is not exact and a sum with more of it is out of range.
func Count(n int64) Quantity {
	const most = maxMicros / millionths
	switch {
	case n > most:
		return Quantity{maxMicros, true}
	case n < -most:
		return Quantity{-maxMicros, true}
	}
	return Quantity{n * millionths, true}
}

const millionths = 1_000_000

// Known reports whether the export stated a number.
func (q Quantity) Known() bool { return q.known }

// Micros returns the number in millionths, 0 if missing.
func (q Quantity) Micros() int64 { return q.micros }

// Whole returns the number; exact is false if it is missing or has decimals.
func (q Quantity) Whole() (n int64, exact bool) {
	return q.micros / millionths, q.known && q.micros%millionths == 0
}

// Row is one line of an export: a campaign on a day, possibly one segment of it.
type Row struct {
	Line        int        // of the file
	Day         civil.Date // as the export states it: in the account's time zone, or in UTC
	Account     string     // its name; "" where the export has no such column
	AccountID   string     // "" where neither the export nor Options name one
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
	Rows     []Row                // in the order of the file
	Totals   []Row                // printed total rows, never part of Rows
	Skipped  []int                // lines that the mapping leaves out
	Refused  []*finding.CellError // rows that could not be read; see Options.KeepGoing
	Findings finding.List         // for example a printed total that the rows do not add up to
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
	Account      string         // id of the account, of exports without such a column
	Dates        string         // the layout of days in place of the reader's, such as "D/M/YYYY"; see Mapping.Dates
	DecimalComma bool           // numbers read 1.234,56 instead of 1,234.56
	DecimalPoint bool           // numbers read 1,234.56 for certain, so that "1.234" is a fraction
	// KeepGoing puts rows that cannot be read into Report.Refused, at most a
	// thousand, and reads on; the findings then hold an error. Without it the first
	// such row is the error, and there is no report. A quote that is not closed on
	// its line is always an error: nothing says which of the lines behind it are rows.
	KeepGoing bool
}

// Reader reads the export of one platform: Google, Meta, LinkedIn, Microsoft,
// TikTok, or the Read method of a Format. Name is used in errors. Errors are a
// *finding.CellError or the reader's own.
type Reader func(r io.Reader, name string, o *Options) (*Report, error)

func cellError(file string, row int, column, reason string) error {
	return &finding.CellError{File: file, Row: row, Column: column, Reason: reason, Kind: ErrExport}
}
