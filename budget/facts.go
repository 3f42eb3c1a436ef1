package budget

import (
	"fmt"
	"maps"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

func (b *Book) invoice(c Invoice) (*step, error) {
	if c.Service.IsZero() {
		c.Service = c.Date
	}
	have, ok := b.invoices[c.Ref]
	if err := ref("invoice", c.Ref, have, ok, c); err != nil {
		return nil, err
	}
	if err := b.amount("invoice "+c.Ref, c.Amount, c.Order != ""); err != nil {
		return nil, err
	}
	s := &step{}
	posted, p, err := b.posting(c.Date, c.Ref, &s.findings)
	if err != nil {
		return nil, err
	}
	if _, err := b.on(c.Service); err != nil {
		return nil, err
	}
	n, relieved := int32(0), int64(0)
	var o *order
	if c.Order == "" {
		if n, err = b.node(c.Node); err != nil {
			return nil, err
		}
	} else {
		if o, err = b.findOrder(c.Order); err != nil {
			return nil, err
		}
		if c.Node != "" && c.Node != o.cmd.Node {
			return nil, fmt.Errorf("invoice %s: node %s %w: order %s is on %s", c.Ref, c.Node, ErrState, c.Order, o.cmd.Node)
		}
		n = o.node
		relieved = b.relieveForInvoice(s, o, c, posted, p)
	}
	if excess := c.Amount.Minor() - relieved; o != nil && excess > 0 {
		s.findings.Warnf("budget.invoice.excess", "invoice/"+c.Ref, "amend the order, or dispute the invoice",
			"%v is %v more than what was open on order %s", c.Amount, money.Minor(excess, b.chart.Currency()), c.Order)
	}
	s.deltas = append(s.deltas, delta{n, p, Actual, c.Amount.Minor()})
	l := b.line(c.Ref, n, Actual, posted, p, c.Service, c.Amount.Minor())
	l.Memo = c.Memo
	s.lines = append(s.lines, l)
	commit := s.commit
	s.commit = func() {
		if commit != nil {
			commit()
		}
		b.invoices[c.Ref] = c
	}
	return s, nil
}

// relieveForInvoice lowers the order by the invoice. If accruals hold a part of
// the order that the invoice now covers, they are reversed early, oldest
// reference first, so that nothing counts twice.
func (b *Book) relieveForInvoice(s *step, o *order, c Invoice, posted civil.Date, p int) int64 {
	open := o.open
	for _, key := range sortedKeys(b.accruals) {
		if open >= c.Amount.Minor() {
			break
		}
		if a := b.accruals[key]; a.cmd.Order == c.Order && !a.reversed {
			b.unaccrue(s, a, posted, max(p, a.period))
			open += a.relieved
		}
	}
	relieved := min(open, c.Amount.Minor())
	if relieved != 0 {
		ds, ls := b.relieve(o, relieved, c.Ref, posted)
		s.deltas, s.lines = append(s.deltas, ds...), append(s.lines, ls...)
	}
	commit := s.commit
	s.commit = func() {
		if commit != nil {
			commit()
		}
		o.open -= relieved
	}
	return relieved
}

func (b *Book) record(c Record) (*step, error) {
	have := b.records[c.Key]
	if have != nil && have.cmd == c {
		return nil, errUnchanged
	}
	if err := ref("record", c.Key, Record{}, false, c); err != nil {
		return nil, err
	}
	n, err := b.node(c.Node)
	if err != nil {
		return nil, err
	}
	if err := b.amount("record "+c.Key, c.Amount, false); err != nil {
		return nil, err
	}
	s := &step{}
	posted, p, err := b.posting(c.Service, c.Key, &s.findings)
	if err != nil {
		return nil, err
	}
	if have != nil {
		b.unrecord(s, have)
	}
	s.deltas = append(s.deltas, delta{n, p, Actual, c.Amount.Minor()})
	l := b.line(c.Key, n, Actual, posted, p, c.Service, c.Amount.Minor())
	l.Transaction, l.Rate, l.Memo = c.Transaction, c.Rate, c.Memo
	s.lines = append(s.lines, l)
	at := len(b.lines) + len(s.lines) - 1
	s.commit = func() { b.records[c.Key] = &recorded{c, at} }
	return s, nil
}

// unrecord appends the reversal of a record's line: on the day it was posted, or
// on the first open day if that period is closed by now.
func (b *Book) unrecord(s *step, r *recorded) {
	old := b.lines[r.line]
	posted, p := old.Posted, b.chart.period(old.Period)
	if p < b.closed && b.closed < len(b.chart.periods) {
		posted, p = b.firstOpen(), b.closed
	}
	n := b.chart.index[old.Node]
	s.deltas = append(s.deltas, delta{n, p, Actual, -old.Amount.Minor()})
	l := b.line(old.Ref, n, Actual, posted, p, old.Service, -old.Amount.Minor())
	l.Memo, l.Rate = fmt.Sprintf("reverses line %d", old.Seq), old.Rate
	if negated, err := old.Transaction.Neg(); err == nil {
		l.Transaction = negated
	}
	s.lines = append(s.lines, l)
}
