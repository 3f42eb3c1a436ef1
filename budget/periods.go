package budget

import (
	"fmt"

	"github.com/go-marops/marops/civil/fiscal"
)

// PeriodState says who may post in a period.
type PeriodState uint8

// The states of a period.
const (
	Open       PeriodState = iota
	SoftClosed             // open to one role alone
	Closed
)

var periodStateNames = [...]string{"open", "soft-closed", "closed"}

// String returns the lower-case name.
func (s PeriodState) String() string { return name(periodStateNames[:], int(s)) }

// MarshalText writes the name.
func (s PeriodState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *PeriodState) UnmarshalText(text []byte) error { return parse(s, periodStateNames[:], text) }

// PeriodState returns the state of a period and, if it is soft-closed, the role
// to which it is open; ok is false if it is not in the horizon.
func (b *Book) PeriodState(key fiscal.Key) (state PeriodState, role string, ok bool) {
	p := b.chart.period(key)
	switch {
	case p < 0:
		return 0, "", false
	case p < b.closed:
		return Closed, "", true
	case b.soft[p] != "":
		return SoftClosed, b.soft[p], true
	}
	return Open, "", true
}

// FirstOpen returns the first period that is not closed; ok is false if all are.
func (b *Book) FirstOpen() (key fiscal.Key, ok bool) {
	if b.closed == len(b.chart.periods) {
		return fiscal.Key{}, false
	}
	return b.chart.periods[b.closed], true
}

func (b *Book) softClose(c SoftClosePeriod) error {
	if c.Role == "" || len(c.Role) > maxRef {
		return fmt.Errorf("role %.40q: %w: name the role that may still post", c.Role, ErrUnknown)
	}
	return b.setRole(c.Period, c.Role)
}

func (b *Book) reopen(c ReopenPeriod) error { return b.setRole(c.Period, "") }

func (b *Book) setRole(key fiscal.Key, role string) error {
	p, err := b.period(key)
	if err != nil {
		return err
	}
	if p < b.closed {
		return fmt.Errorf("period %v: %w: it is closed", key, ErrState)
	}
	had := b.soft[p]
	if had == role {
		return errUnchanged
	}
	if err := b.open(p); err != nil {
		return err
	}
	b.undo.push(func() { b.soft[p] = had })
	b.soft[p] = role
	return nil
}

func (b *Book) closePeriod(c ClosePeriod) error {
	p, err := b.period(c.Period)
	if err != nil {
		return err
	}
	switch {
	case p < b.closed:
		return errUnchanged
	case p > b.closed:
		return fmt.Errorf("period %v: %w: close %v first", c.Period, ErrState, b.chart.periods[b.closed])
	}
	for at := range b.accruals.items {
		a := &b.accruals.items[at]
		if a.reversed || int(a.period) != p {
			continue
		}
		if p+1 == len(b.chart.periods) {
			return fmt.Errorf("period %v: %w: it is the last, and accrual %s needs a next one for its reversal", c.Period, ErrState, b.accruals.keys[at])
		}
		if err := b.unaccrue(int32(at), b.firstOf(p+1), int32(p+1)); err != nil { //nolint:gosec // see post
			return err
		}
		if err := b.covered(b.accruals.items[at].order, b.firstOf(p+1)); err != nil {
			return err
		}
	}
	b.closed = p + 1
	return nil
}
