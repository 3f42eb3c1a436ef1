package budget

import (
	"fmt"

	"github.com/go-marops/marops/civil"
)

func (b *Book) reserve(c Reserve) (*step, error) {
	have := b.requests[c.Ref]
	if have == nil {
		have = &request{}
	}
	if err := ref("request", c.Ref, have.cmd, b.requests[c.Ref] != nil, c); err != nil {
		return nil, err
	}
	n, p, err := b.asks("request "+c.Ref, c.Node, c.Date, c.Amount)
	if err != nil {
		return nil, err
	}
	d := delta{n, p, Reserved, c.Amount.Minor()}
	l := b.line(c.Ref, n, Reserved, c.Date, p, c.Date, d.amount)
	l.Memo = c.Memo
	return &step{
		deltas: []delta{d}, lines: []Line{l}, decision: true,
		commit: func() { b.requests[c.Ref] = &request{cmd: c, at: d} },
	}, nil
}

func (b *Book) release(c Release) (*step, error) {
	r := b.requests[c.Request]
	if r == nil {
		return nil, fmt.Errorf("request %q: %w", c.Request, ErrUnknown)
	}
	if r.done {
		return nil, errUnchanged
	}
	d, l := b.unreserve(r)
	return &step{deltas: []delta{d}, lines: []Line{l}, commit: func() { r.done = true }}, nil
}

// unreserve returns the change that takes a reservation back where it stands.
func (b *Book) unreserve(r *request) (delta, Line) {
	d := r.at
	d.amount = -d.amount
	return d, b.line(r.cmd.Ref, d.node, Reserved, r.cmd.Date, d.period, r.cmd.Date, d.amount)
}

func (b *Book) order(c Order) (*step, error) {
	have := b.orders[c.Ref]
	if have == nil {
		have = &order{}
	}
	if err := ref("order", c.Ref, have.cmd, b.orders[c.Ref] != nil, c); err != nil {
		return nil, err
	}
	n, p, err := b.asks("order "+c.Ref, c.Node, c.Date, c.Amount)
	if err != nil {
		return nil, err
	}
	s := &step{decision: true}
	var r *request
	if c.Request != "" {
		switch r = b.requests[c.Request]; {
		case r == nil:
			return nil, fmt.Errorf("request %q: %w", c.Request, ErrUnknown)
		case r.done:
			return nil, fmt.Errorf("request %s: %w: it was released or ordered", c.Request, ErrState)
		}
		d, l := b.unreserve(r)
		s.deltas, s.lines = append(s.deltas, d), append(s.lines, l)
	}
	s.deltas = append(s.deltas, delta{n, p, OpenCommitment, c.Amount.Minor()})
	l := b.line(c.Ref, n, OpenCommitment, c.Date, p, c.Date, c.Amount.Minor())
	l.Memo = c.Memo
	s.lines = append(s.lines, l)
	s.commit = func() {
		if r != nil {
			r.done = true
		}
		b.orders[c.Ref] = &order{cmd: c, node: n, period: p, open: c.Amount.Minor()}
	}
	return s, nil
}

func (b *Book) findOrder(key string) (*order, error) {
	o := b.orders[key]
	if o == nil {
		return nil, fmt.Errorf("order %q: %w", key, ErrUnknown)
	}
	return o, nil
}

func (b *Book) closeOrder(c CloseOrder) (*step, error) {
	o, err := b.findOrder(c.Order)
	if err != nil {
		return nil, err
	}
	if o.closed {
		return nil, errUnchanged
	}
	s := &step{commit: func() { o.open, o.closed = 0, true }}
	if o.open != 0 {
		s.deltas, s.lines = b.relieve(o, o.open, c.Order, c.Date)
	}
	return s, nil
}

// relieve lowers an order's open commitment where it stands.
func (b *Book) relieve(o *order, amount int64, refKey string, posted civil.Date) ([]delta, []Line) {
	return []delta{{o.node, o.period, OpenCommitment, -amount}},
		[]Line{b.line(refKey, o.node, OpenCommitment, posted, o.period, o.cmd.Date, -amount)}
}

func (b *Book) accrue(c Accrue) (*step, error) {
	have := b.accruals[c.Ref]
	if have == nil {
		have = &accrual{}
	}
	if err := ref("accrual", c.Ref, have.cmd, b.accruals[c.Ref] != nil, c); err != nil {
		return nil, err
	}
	o, err := b.findOrder(c.Order)
	if err != nil {
		return nil, err
	}
	if o.closed {
		return nil, fmt.Errorf("order %s: %w: it is closed", c.Order, ErrState)
	}
	if err := b.amount("accrual "+c.Ref, c.Amount, true); err != nil {
		return nil, err
	}
	s := &step{}
	posted, p, err := b.posting(c.Date, c.Ref, &s.findings)
	if err != nil {
		return nil, err
	}
	relieved := min(c.Amount.Minor(), o.open)
	s.deltas, s.lines = b.relieve(o, relieved, c.Ref, posted)
	s.deltas = append(s.deltas, delta{o.node, p, Accrued, c.Amount.Minor()})
	s.lines = append(s.lines, b.line(c.Ref, o.node, Accrued, posted, p, c.Date, c.Amount.Minor()))
	s.commit = func() {
		o.open -= relieved
		b.accruals[c.Ref] = &accrual{cmd: c, relieved: relieved, excess: c.Amount.Minor() - relieved, period: p}
	}
	return s, nil
}

// unaccrue appends the exact mirror of an accrual on a day. A closed order gets
// no commitment back.
func (b *Book) unaccrue(s *step, a *accrual, posted civil.Date, period int) {
	o := b.orders[a.cmd.Order]
	amount := a.cmd.Amount.Minor()
	s.deltas = append(s.deltas, delta{o.node, period, Accrued, -amount})
	s.lines = append(s.lines, b.line(a.cmd.Ref, o.node, Accrued, posted, period, a.cmd.Date, -amount))
	restored := a.relieved
	if o.closed {
		restored = 0
	}
	if restored != 0 {
		ds, ls := b.relieve(o, -restored, a.cmd.Ref, posted)
		s.deltas, s.lines = append(s.deltas, ds...), append(s.lines, ls...)
	}
	commit := s.commit
	s.commit = func() {
		if commit != nil {
			commit()
		}
		a.reversed = true
		o.open += restored
	}
}

func (b *Book) closePeriod(c ClosePeriod) (*step, error) {
	p, err := b.period(c.Period)
	if err != nil {
		return nil, err
	}
	switch {
	case p < b.closed:
		return nil, errUnchanged
	case p > b.closed:
		return nil, fmt.Errorf("period %v: %w: close %v first", c.Period, ErrState, b.chart.periods[b.closed])
	}
	s := &step{}
	for _, key := range sortedKeys(b.accruals) {
		a := b.accruals[key]
		if a.reversed || a.period != p {
			continue
		}
		if p+1 == len(b.chart.periods) {
			return nil, fmt.Errorf("period %v: %w: it is the last, and accrual %s needs a next one for its reversal", c.Period, ErrState, key)
		}
		next, _ := b.chart.structure.Calendar.Bounds(b.chart.periods[p+1])
		b.unaccrue(s, a, next.First(), p+1)
	}
	commit := s.commit
	s.commit = func() {
		if commit != nil {
			commit()
		}
		b.closed = p + 1
	}
	return s, nil
}
