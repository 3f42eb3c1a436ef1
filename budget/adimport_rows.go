package budget

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// adWork is an import in the making.
type adWork struct {
	im              *AdImport
	out             *AdRecords
	accounts        map[string]*adAccount // of the reports, by what their keys begin with
	lines           map[string]*adLine    // by key
	stated          map[string]bool       // keys of days with spend; whether some of it matched
	matched, missed adSums
}

// adAccount is the days of an account that matter.
type adAccount struct {
	reported civil.Period // from the first to the last day in the reports
	months   civil.Period // whole ones, with those of Complete
}

// adLine is what stands or will stand under a key.
type adLine struct {
	key adKey
	now *Record // what the reports make of it; nil = nothing
	was *Record // what the book has; nil = nothing

	reversed bool        // a person took back what the book has
	exact    money.Price // of what stands, before it is rounded
	rows     int         // of the reports
}

// day takes up what a campaign spent on a day.
func (w *adWork) day(d *adspend.Day) error {
	if d.Key.Day.IsZero() {
		return fmt.Errorf("%s: row %d: day %w: it is missing", d.File, d.Lines[0], ErrUnknown)
	}
	text := adPrefix + d.Key.String()
	k, ok := cutAdKey(text)
	if !ok || len(text) > maxRef {
		return fmt.Errorf("%s: row %d: key %.40q… %w: want at most %d bytes", d.File, d.Lines[0], text, ErrUnknown, maxRef)
	}
	w.account(k)
	if !d.HasSpend {
		return nil
	}
	w.stated[text] = false
	var nodes []NodeKey
	var rows []*adspend.Row
	for _, row := range d.Rows {
		if !row.HasSpend {
			continue
		}
		if row.Spend.Currency() == 0 {
			return fmt.Errorf("%s: row %d: %v %w: it has no currency", d.File, row.Line, row.Spend, ErrAmount)
		}
		node, ok := w.im.Node(d.Key.Platform, *row)
		if ok {
			nodes, rows = append(nodes, node), append(rows, row)
			continue
		}
		w.out.Unmatched = append(w.out.Unmatched, *row)
		price, _, err := w.im.convert(row.Spend, d.Key.Day)
		if err == nil {
			err = w.missed.add(price)
		}
		if err != nil {
			return fmt.Errorf("%s: row %d: %w", d.File, row.Line, err)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	w.stated[text] = true
	split := slices.ContainsFunc(nodes, func(n NodeKey) bool { return n != nodes[0] })
	var lines []*adLine
	for i, row := range rows {
		key := d.Key
		if split {
			key.Segment = shortSegment(row.Segment)
		}
		l, err := w.add(d, row, adPrefix+key.String(), nodes[i])
		if err != nil {
			return fmt.Errorf("%s: row %d: %w", d.File, row.Line, err)
		}
		if l.rows++; l.rows == 1 {
			lines = append(lines, l)
		}
	}
	for _, l := range lines {
		if err := w.round(l); err != nil {
			return fmt.Errorf("%s: row %d: %w", d.File, d.Lines[0], err)
		}
	}
	return nil
}

// maxSegment bounds what a segment takes of a key; a longer one is known by its
// digest.
const maxSegment = 128

func shortSegment(s string) string {
	if len(s) <= maxSegment {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// add adds a row to the line of a key, before conversion.
func (w *adWork) add(d *adspend.Day, row *adspend.Row, text string, node NodeKey) (l *adLine, err error) {
	l = w.lines[text]
	if l == nil {
		k, ok := cutAdKey(text)
		if !ok || len(text) > maxRef {
			return nil, fmt.Errorf("key %.40q… %w: want at most %d bytes", text, ErrUnknown, maxRef)
		}
		l = &adLine{key: k, now: &Record{Key: text, Node: node, Service: d.Key.Day, Memo: d.Campaign}}
		w.lines[text] = l
	}
	if l.now.Node != node {
		return nil, fmt.Errorf("segment %.40q %w: a row of it belongs to %s, another to %s", row.Segment, ErrKeyReused, l.now.Node, node)
	}
	l.exact, err = l.exact.Add(row.Spend)
	return l, err
}

// round makes the record of a line out of its sum.
func (w *adWork) round(l *adLine) error {
	price, how, err := w.im.convert(l.exact, l.now.Service)
	if err != nil {
		return err
	}
	if how != "" {
		l.now.Transaction = l.exact.Round(money.HalfEven)
	}
	l.exact, l.now.Amount = price, price.Round(money.HalfEven)
	l.now.Rate = withExact(how, price, l.now.Amount)
	return w.matched.add(price)
}

func (im *AdImport) convert(p money.Price, on civil.Date) (money.Price, string, error) {
	if im.Rates == nil || p.Currency() == im.Currency {
		return p, "", nil
	}
	price, how, err := im.Rates.ConvertPrice(p, im.Currency, on, money.HalfEven)
	return price, how.String(), err
}
