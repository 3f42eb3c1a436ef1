package budget

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

// AdImport turns the rows of ad platforms' exports into Record commands.
type AdImport struct {
	Currency money.Currency // of the book
	Rates    *fx.Table      // nil if every export is in Currency
	// Node says to which node a row belongs; ok is false for a row that matches
	// nothing and stays visible in AdRecords.Unmatched.
	Node func(p adspend.Platform, row adspend.Row) (key NodeKey, ok bool)
}

// AdRecords is what an import would record. It is plain data, so a host can
// show it before applying it.
type AdRecords struct {
	Records   []Record
	Unmatched []adspend.Row
	Matched   money.Money // sum of the records
	Missed    money.Money // sum of the unmatched rows, rounded once
	Findings  finding.List
}

// line of an import before it is rounded.
type adKey struct {
	platform adspend.Platform
	account  string
	campaign string
	node     NodeKey
	day      civil.Date
}

func (k adKey) String() string { return k.record(k.day.String()) }

func (k adKey) record(when string) string {
	return fmt.Sprintf("ads/%s/%s/%s/%s/%s", k.platform, k.account, k.campaign, k.node, when)
}

// Records converts reports. Segments of a campaign and day are added up. Each
// day is rounded half to even to the minor unit, and one line per account,
// campaign and calendar month, with the key ending in "rounding", makes the
// month exact to the rounded sum of its millionths and counts on its first day; restating a day so touches
// that day and the rounding line only.
func (im AdImport) Records(reports ...*adspend.Report) (*AdRecords, error) {
	out := &AdRecords{}
	days := make(map[adKey]*adDay)
	var missed money.Price
	for _, report := range reports {
		out.Findings.Add(report.Findings...)
		for _, row := range report.Rows {
			if !row.HasSpend {
				continue
			}
			price, how, err := im.convert(row)
			if err != nil {
				return nil, fmt.Errorf("%s: row %d: %w", report.File, row.Line, err)
			}
			node, ok := im.Node(report.Platform, row)
			if !ok {
				out.Unmatched = append(out.Unmatched, row)
				if missed, err = missed.Add(price); err != nil {
					return nil, fmt.Errorf("%s: row %d: %w", report.File, row.Line, err)
				}
				continue
			}
			k := adKey{report.Platform, cmp.Or(row.AccountID, row.Account), cmp.Or(row.CampaignID, row.Campaign), node, row.Day}
			d := days[k]
			if d == nil {
				d = &adDay{memo: row.Campaign}
				days[k] = d
			}
			if err := d.add(price, row.Spend, how); err != nil {
				return nil, fmt.Errorf("%s: row %d: %w", report.File, row.Line, err)
			}
		}
	}
	out.Missed = missed.Round(money.HalfEven)
	return out, out.round(days)
}

// adDay adds up one day of one campaign.
type adDay struct {
	book, original money.Price
	how, memo      string
}

func (d *adDay) add(book, original money.Price, how string) (err error) {
	if d.book, err = d.book.Add(book); err != nil {
		return err
	}
	d.original, err = d.original.Add(original)
	d.how = how
	return err
}

func (im AdImport) convert(row adspend.Row) (money.Price, string, error) {
	if row.Spend.Currency() == im.Currency {
		return row.Spend, "", nil
	}
	if im.Rates == nil {
		return money.Price{}, "", fmt.Errorf("%v is not in %v, and there are no rates: %w", row.Spend, im.Currency, ErrAmount)
	}
	price, how, err := im.Rates.ConvertPrice(row.Spend, im.Currency, row.Day, money.HalfEven)
	return price, how.String(), err
}

// round turns days into records, in order, and adds the rounding lines.
func (out *AdRecords) round(days map[adKey]*adDay) error {
	keys := make([]adKey, 0, len(days))
	for k := range days {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b adKey) int {
		return cmp.Or(cmp.Compare(a.platform, b.platform), cmp.Compare(a.account, b.account), cmp.Compare(a.campaign, b.campaign), cmp.Compare(a.node, b.node), a.day.Compare(b.day))
	})
	var total, rounded money.Sum
	var exact money.Price
	var first civil.Date // of the campaign's month
	for i, k := range keys {
		d := days[k]
		if i == 0 || !k.sameMonth(keys[i-1]) {
			first = k.day
		}
		amount := d.book.Round(money.HalfEven)
		r := Record{Key: k.String(), Node: k.node, Service: k.day, Amount: amount, Memo: d.memo}
		if d.how != "" {
			r.Transaction, r.Rate = d.original.Round(money.HalfEven), d.how
		}
		out.Records = append(out.Records, r)
		total.Add(amount)
		rounded.Add(amount)
		var err error
		if exact, err = exact.Add(d.book); err != nil {
			return err
		}
		if i+1 < len(keys) && k.sameMonth(keys[i+1]) {
			continue
		}
		have, err := rounded.Total()
		if err != nil {
			return err
		}
		diff, err := exact.Round(money.HalfEven).Sub(have)
		if err != nil {
			return err
		}
		r = Record{Key: k.record(k.day.String()[:7] + "/rounding"), Node: k.node, Service: first, Amount: diff, Memo: d.memo + ", rounding"}
		out.Records = append(out.Records, r)
		total.Add(diff)
		rounded, exact = money.Sum{}, money.Price{}
	}
	var err error
	out.Matched, err = total.Total()
	return err
}

func (k adKey) sameMonth(next adKey) bool {
	next.day, k.day = civil.MonthOf(next.day).First(), civil.MonthOf(k.day).First()
	return k == next
}
