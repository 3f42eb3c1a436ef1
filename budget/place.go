package budget

import (
	"fmt"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

func (b *Book) node(key NodeKey) (int32, error) {
	i, ok := b.chart.index[key]
	if !ok {
		return 0, fmt.Errorf("node %q: %w", key, ErrUnknown)
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
	if d.IsZero() {
		return 0, fmt.Errorf("date: %w: it is missing", ErrUnknown)
	}
	return b.period(b.chart.structure.Calendar.PeriodOf(d))
}

// openOn is on for decisions, which a closed period refuses.
func (b *Book) openOn(d civil.Date) (int, error) {
	p, err := b.on(d)
	if err == nil && p < b.closed {
		return 0, fmt.Errorf("period %v: %w: it is closed", b.chart.periods[p], ErrState)
	}
	return p, err
}

// asks checks a decision about a positive amount: its node, its open period, and
// the amount itself.
func (b *Book) asks(what string, node NodeKey, on civil.Date, amount money.Money) (n int32, period int, err error) {
	if n, err = b.node(node); err != nil {
		return 0, 0, err
	}
	if period, err = b.openOn(on); err != nil {
		return 0, 0, err
	}
	return n, period, b.amount(what, amount, true)
}

// posting returns where a fact of a date is posted: on that date, or on the
// first day of the first open period, with a finding.
func (b *Book) posting(d civil.Date, ref string, found *finding.List) (civil.Date, int, error) {
	p, err := b.on(d)
	if err != nil {
		return civil.Date{}, 0, err
	}
	if p >= b.closed {
		return d, p, nil
	}
	if b.closed == len(b.chart.periods) {
		return civil.Date{}, 0, fmt.Errorf("horizon: %w: every period is closed", ErrState)
	}
	first := b.firstOpen()
	found.Infof("budget.posting.moved", "line/"+ref, "", "%v lies in %v, which is closed; posted on %v", d, b.chart.periods[p], first)
	return first, b.closed, nil
}

func (b *Book) firstOpen() civil.Date {
	bounds, _ := b.chart.structure.Calendar.Bounds(b.chart.periods[b.closed])
	return bounds.First()
}

// amount checks currency and, for documents, that it is positive.
func (b *Book) amount(what string, m money.Money, positive bool) error {
	switch {
	case m.Currency() != b.chart.Currency():
		return fmt.Errorf("%s: %v %w: the book is in %v", what, m, ErrAmount, b.chart.Currency())
	case positive && m.Sign() <= 0:
		return fmt.Errorf("%s: %v %w: want a positive one", what, m, ErrAmount)
	case m.Minor() >= maxGross || m.Minor() <= -maxGross:
		return fmt.Errorf("%s: %v %w: it is too large", what, m, ErrAmount)
	}
	return nil
}

// maxRef bounds references: the key of an ad record holds three names.
const maxRef = 1024

// ref checks a reference, and whether it stands already with this content.
func ref[T comparable](what, ref string, have T, ok bool, want T) error {
	if ref == "" || len(ref) > maxRef {
		return fmt.Errorf("%s %.40q: %w: want a reference of 1 to %d bytes", what, ref, ErrUnknown, maxRef)
	}
	if !ok {
		return nil
	}
	if have != want {
		return fmt.Errorf("%s %s: %w", what, ref, ErrKeyReused)
	}
	return errUnchanged
}

// line starts a posting line.
func (b *Book) line(refKey string, node int32, m Measure, posted civil.Date, period int, service civil.Date, amount int64) Line {
	return Line{
		Ref: refKey, Node: b.chart.nodes[node].Key, Measure: m, Posted: posted, Period: b.chart.periods[period], Service: service,
		Amount: money.Minor(amount, b.chart.Currency()),
	}
}
