package adspend

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// Key is what a day's spend of a campaign is known by, in every export: the same
// file again has the same keys, and a restated one the same keys with other
// amounts. It is comparable.
type Key struct {
	Platform Platform
	Account  string // its id, or its name where the export has no id
	Campaign string // its id, or its name where the export has no id
	Day      civil.Date
	Segment  string // a part of the campaign's day; "" = all of it
}

// String returns "google/123/21000000100/2026-03-01", and a segment behind a
// further "/", with "/" and "%" in names written as %2F and %25, so that two keys
// never read alike.
func (k Key) String() string {
	s := escape(string(k.Platform)) + "/" + escape(k.Account) + "/" + escape(k.Campaign) + "/" + k.Day.String()
	if k.Segment != "" {
		s += "/" + escape(k.Segment)
	}
	return s
}

func escape(name string) string {
	if !strings.ContainsAny(name, "%/") {
		return name
	}
	return strings.ReplaceAll(strings.ReplaceAll(name, "%", "%25"), "/", "%2F")
}

// Compare orders by platform, account, campaign, day and segment.
func (k Key) Compare(o Key) int {
	return cmp.Or(cmp.Compare(k.Platform, o.Platform), cmp.Compare(k.Account, o.Account), cmp.Compare(k.Campaign, o.Campaign), k.Day.Compare(o.Day), cmp.Compare(k.Segment, o.Segment))
}

// Key returns the key of the row's campaign and day on a platform. Segments of a
// campaign have the same one, whose Segment is "".
func (r *Row) Key(p Platform) Key {
	day, account, campaign := r.ids()
	return Key{Platform: p, Account: account, Campaign: campaign, Day: day}
}

func (r *Row) ids() (day civil.Date, account, campaign string) {
	return r.Day, cmp.Or(r.AccountID, r.Account), cmp.Or(r.CampaignID, r.Campaign)
}

// Day is what a campaign spent on a day, all its segments added up.
type Day struct {
	Key         Key
	Campaign    string // its name, "" where the export has no such column
	Spend       money.Price
	HasSpend    bool // false: no segment stated an amount
	Impressions Quantity
	Clicks      Quantity
	Conversions Quantity
	File        string
	Lines       []int  // of the file, in its order
	Rows        []*Row // the segments: rows of the report, in its order
}

// Days adds the segments of each campaign and day up, in the order of the keys. A
// count that some segments do not state is the sum of the others. Several
// currencies or a sum out of range are a *finding.CellError.
func (r *Report) Days() ([]Day, error) {
	at := make(map[Key]int, len(r.Rows))
	days := make([]Day, 0, len(r.Rows))
	which := make([]int, len(r.Rows)) // of days
	for i := range r.Rows {
		row := &r.Rows[i]
		k := row.Key(r.Platform)
		j, ok := at[k]
		if !ok {
			j = len(days)
			at[k] = j
			days = append(days, Day{Key: k, Campaign: row.Campaign, File: r.File})
		}
		which[i] = j
	}
	r.share(days, which)
	for i, j := range which {
		row := &r.Rows[i]
		if err := days[j].add(row); err != nil {
			return nil, cellError(r.File, row.Line, "spend", fmt.Sprintf("%v of campaign %q: %v", row.Day, days[j].Key.Campaign, err))
		}
	}
	slices.SortFunc(days, func(a, b Day) int { return a.Key.Compare(b.Key) })
	return days, nil
}

// share gives each day room for its rows, all of it in two pieces.
func (r *Report) share(days []Day, which []int) {
	count := make([]int, len(days))
	for _, j := range which {
		count[j]++
	}
	lines, rows := make([]int, len(which)), make([]*Row, len(which))
	for j, n := range count {
		days[j].Lines, days[j].Rows = lines[:0:n], rows[:0:n]
		lines, rows = lines[n:], rows[n:]
	}
}

func (d *Day) add(row *Row) (err error) {
	d.Lines, d.Rows = append(d.Lines, row.Line), append(d.Rows, row)
	if row.HasSpend {
		if d.Spend, err = d.Spend.Add(row.Spend); err != nil {
			return err
		}
		d.HasSpend = true
	}
	for _, q := range [...]struct {
		sum *Quantity
		add Quantity
	}{{&d.Impressions, row.Impressions}, {&d.Clicks, row.Clicks}, {&d.Conversions, row.Conversions}} {
		if err := q.sum.add(q.add); err != nil {
			return err
		}
	}
	return nil
}

// maxMicros is the largest number of millionths.
const maxMicros = 1<<63 - 1

func (q *Quantity) add(o Quantity) error {
	if !o.known {
		return nil
	}
	sum := q.micros + o.micros
	if (q.micros^sum)&(o.micros^sum) < 0 {
		return errRange
	}
	*q = Quantity{sum, true}
	return nil
}
