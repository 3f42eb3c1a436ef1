package budget

import (
	"fmt"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

func (b *Book) node(key NodeKey) (int32, error) {
	i, ok := b.chart.index[key]
	if !ok {
		return 0, fmt.Errorf("node %.255q: %w", key, ErrUnknown)
	}
	return i, nil
}

func (b *Book) period(key fiscal.Key) (int, error) {
	p := b.chart.period(key)
	if p < 0 {
		return 0, fmt.Errorf("period %v: %w, the horizon is %v to %v", key, ErrUnknown, b.chart.periods[0], b.chart.periods[len(b.chart.periods)-1])
	}
	return p, nil
}

// on returns the period of a date.
func (b *Book) on(d civil.Date) (int, error) {
	if p := b.chart.days.on(d); p >= 0 {
		return p, nil
	}
	if d.IsZero() {
		return 0, fmt.Errorf("date: %w: it is missing", ErrUnknown)
	}
	return b.period(b.chart.structure.Calendar.PeriodOf(d))
}

// open says whether the command in hand may post in a period.
func (b *Book) open(p int) error {
	switch {
	case p < b.closed:
		return fmt.Errorf("period %v: %w: it is closed", b.chart.periods[p], ErrState)
	case b.soft[p] != "" && b.soft[p] != b.now.role:
		return fmt.Errorf("period %v: %w: it is open to the role %s alone", b.chart.periods[p], ErrState, b.soft[p])
	}
	return nil
}

// openOn is on for decisions, which a closed period refuses.
func (b *Book) openOn(d civil.Date) (int, error) {
	p, err := b.on(d)
	if err == nil {
		err = b.open(p)
	}
	return p, err
}

// posting returns where a fact of a date is posted: on that date, or on the
// first day of the first period open to it, with a finding.
func (b *Book) posting(d civil.Date, ref string) (civil.Date, int32, error) {
	p, err := b.on(d)
	if err != nil {
		return civil.Date{}, 0, err
	}
	if b.open(p) == nil {
		return d, int32(p), nil //nolint:gosec // few periods
	}
	for at := max(p, b.closed); at < len(b.chart.periods); at++ {
		if b.open(at) == nil {
			first := b.firstOf(at)
			b.now.findings.Infof("budget.posting.moved", "line/"+ref, "", "%v lies in %v, which is closed; posted on %v", d, b.chart.periods[p], first)
			return first, int32(at), nil //nolint:gosec // few periods
		}
	}
	return civil.Date{}, 0, fmt.Errorf("horizon: %w: every period from %v on is closed", ErrState, b.chart.periods[p])
}

func (b *Book) firstOf(period int) civil.Date { return b.chart.days.bounds[period].First() }

// amount checks currency and, for documents, that it is positive.
func (b *Book) amount(what, ref string, m money.Money, positive bool) error {
	switch {
	case m.Currency() != b.chart.Currency():
		return fmt.Errorf("%s %s: %v %w: the book is in %v", what, ref, m, ErrAmount, b.chart.Currency())
	case positive && m.Sign() <= 0:
		return fmt.Errorf("%s %s: %v %w: want a positive one", what, ref, m, ErrAmount)
	case m.Minor() >= maxGross || m.Minor() <= -maxGross:
		return fmt.Errorf("%s %s: %v %w: it is too large", what, ref, m, ErrAmount)
	}
	return nil
}

// maxRef bounds references: the key of an ad record holds three names.
const maxRef = 1024

// ref checks a reference.
func ref(what, key string) error {
	if key == "" || len(key) > maxRef {
		return fmt.Errorf("%s %.40q: %w: want a reference of 1 to %d bytes", what, key, ErrUnknown, maxRef)
	}
	return nil
}

// again says whether the command in hand stands already as an entry, or another
// under its reference.
func (b *Book) again(what, key string, entry int32) error {
	if same(b.command(entry), b.now.command) {
		return errUnchanged
	}
	return fmt.Errorf("%s %s: %w", what, key, ErrKeyReused)
}

// entry returns the number of the entry of the command in hand.
func (b *Book) entry() int32 { return int32(len(b.entries)) } //nolint:gosec // see post
