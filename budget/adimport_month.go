package budget

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-marops/marops/money"
)

// finish settles what is to be recorded, month by month: sorted by key, the lines
// of a campaign's month stand together, and its rounding behind its days.
func (w *adWork) finish() error {
	keys := slices.Sorted(maps.Keys(w.lines))
	var notes adFindings
	for len(keys) > 0 {
		month := w.lines[keys[0]].key.month
		n := 1
		for n < len(keys) && w.lines[keys[n]].key.month == month {
			n++
		}
		m := adMonth{work: w, key: month, notes: &notes}
		for _, key := range keys[:n] {
			if err := m.add(w.lines[key]); err != nil {
				return err
			}
		}
		if err := m.round(); err != nil {
			return err
		}
		keys = keys[n:]
	}
	notes.tell(&w.out.Findings)
	return nil
}

// adMonth is a campaign's month.
type adMonth struct {
	work  *adWork
	key   string
	sums  []adSum
	days  adChanges // behind what becomes zero
	notes *adFindings
}

// adSum is what a month comes to in one currency.
type adSum struct {
	currency money.Currency
	exact    money.Price
	rounded  money.Sum
	at       *Record // the first with money, or the first
	hasMoney bool    // at has
	rounding *adLine // what is posted
}

func (m *adMonth) sum(c money.Currency) *adSum {
	for i := range m.sums {
		if m.sums[i].currency == c {
			return &m.sums[i]
		}
	}
	m.sums = append(m.sums, adSum{currency: c})
	return &m.sums[len(m.sums)-1]
}

// adChanges are records and what they take the place of.
type adChanges struct{ records, before []Record }

func (c *adChanges) add(now, was *Record) {
	if was == nil {
		was = &Record{}
	}
	c.records, c.before = append(c.records, *now), append(c.before, *was)
}

// add settles what stands under a key and counts it.
func (m *adMonth) add(l *adLine) (err error) {
	if l.key.date == "" {
		m.sum(l.key.currency).rounding = l
		return nil
	}
	stands := l.now
	switch {
	case l.now != nil:
		if l.was != nil {
			l.now.Tags = l.was.Tags
		}
		switch {
		case l.was == nil || !same(*l.was, *l.now):
			m.days.add(l.now, l.was)
		case l.reversed: // the book takes it for done
			m.notes.reversed.add(l)
			return nil
		default:
			m.work.out.Unchanged++
		}
	case l.reversed:
		return nil // and nothing has changed since
	default:
		if l.exact, err = exactOf(l.was); err != nil {
			return fmt.Errorf("record %s: %w", l.was.Key, err)
		}
		stands = l.was
		if m.leaves(l) {
			zero := *l.was
			zero.Amount, zero.Transaction, zero.Rate = money.Minor(0, l.was.Amount.Currency()), money.Money{}, ""
			stands, l.exact = &zero, money.Micros(0, l.was.Amount.Currency())
			out := m.work.out
			out.Records, out.Before = append(out.Records, zero), append(out.Before, *l.was)
		}
	}
	s := m.sum(stands.Amount.Currency())
	if s.exact, err = s.exact.Add(l.exact); err != nil {
		return fmt.Errorf("record %s: %w", stands.Key, err)
	}
	s.rounded.Add(stands.Amount)
	if s.at == nil || !s.hasMoney && !l.exact.IsZero() {
		s.at, s.hasMoney = stands, !l.exact.IsZero()
	}
	return nil
}

// leaves reports whether what is posted under a key is to become zero, and takes
// note of what a person should know.
func (m *adMonth) leaves(l *adLine) bool {
	if l.was.Amount.IsZero() && l.exact.IsZero() {
		return false
	}
	matched, stated := m.work.stated[l.key.date]
	switch {
	case stated && !matched:
		m.notes.unlinked.add(l)
		return true
	case stated, m.work.im.Complete.Contains(l.key.day):
		return true
	}
	if m.work.accounts[l.key.account].reported.Contains(l.key.day) {
		m.notes.missing.add(l)
	}
	return false
}

// round adds the days that change, and the rounding lines that make the month
// exact.
func (m *adMonth) round() error {
	out := m.work.out
	out.Records, out.Before = append(out.Records, m.days.records...), append(out.Before, m.days.before...)
	var changes adChanges
	for i := range m.sums {
		s := &m.sums[i]
		have, err := s.rounded.Total()
		if err != nil {
			return fmt.Errorf("rounding of %s: %w", m.key, err)
		}
		off, err := s.exact.Round(money.HalfEven).Sub(have)
		if err != nil {
			return fmt.Errorf("rounding of %s: %w", m.key, err)
		}
		r := Record{Key: m.key + "/" + s.currency.Code() + adRounding, Amount: money.Minor(off.Minor(), s.currency)}
		if len(r.Key) > maxRef {
			return fmt.Errorf("key %.40q… %w: want at most %d bytes", r.Key, ErrUnknown, maxRef)
		}
		var was *Record
		nothing := true // is posted
		if s.rounding != nil {
			was = s.rounding.was
			r.Node, r.Service, r.Tags, r.Memo = was.Node, was.Service, was.Tags, was.Memo
			nothing = s.rounding.reversed || was.Amount.IsZero()
		}
		if s.at != nil {
			r.Node, r.Service, r.Memo = s.at.Node, s.at.Service, strings.TrimPrefix(s.at.Memo+", rounding", ", ")
		}
		switch {
		case m.work.im.Book == nil:
			changes.add(&r, nil)
		case nothing && r.Amount.IsZero(), was != nil && same(*was, r):
		default:
			changes.add(&r, was)
		}
	}
	out.Records, out.Before = append(out.Records, changes.records...), append(out.Before, changes.before...)
	return nil
}
