package budget

import (
	"fmt"
	"slices"

	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

func (b *Book) setLimit(c SetLimit) (*step, error) {
	if err := b.amount("limit of "+string(c.Node), c.Amount, false); err != nil {
		return nil, err
	}
	if c.Amount.Sign() < 0 {
		return nil, fmt.Errorf("limit of %s: %v %w: want zero or more", c.Node, c.Amount, ErrAmount)
	}
	s, err := b.setFigure(c.Node, c.Period, c.Amount, Limit)
	if err != nil {
		return nil, err
	}
	n := s.deltas[0].node
	s.decision, s.limits = true, true
	s.commit = func() { b.cells.limited[n] = true }
	return s, nil
}

func (b *Book) setFigure(key NodeKey, period fiscal.Key, amount money.Money, m Measure) (*step, error) {
	n, err := b.node(key)
	if err != nil {
		return nil, err
	}
	p, err := b.period(period)
	if err != nil {
		return nil, err
	}
	if err := b.amount(fmt.Sprintf("%v of %s", m, key), amount, false); err != nil {
		return nil, err
	}
	// A plan or forecast is set at one node: what is there now, less what rolled
	// up from below.
	have := b.cells.at(n, p)[m]
	if m.rolls() {
		for _, child := range b.chart.children[n] {
			have -= b.cells.at(child, p)[m]
		}
	}
	change := amount.Minor() - have
	if change == 0 && (m != Limit || b.cells.limited[n]) { // a first limit of zero is a change
		return nil, errUnchanged
	}
	if p < b.closed && m != Forecast {
		return nil, fmt.Errorf("period %v: %w: it is closed", period, ErrState)
	}
	bounds, _ := b.chart.structure.Calendar.Bounds(period)
	return &step{
		deltas: []delta{{n, p, m, change}},
		lines:  []Line{b.line(string(key), n, m, bounds.First(), p, bounds.First(), change)},
	}, nil
}

func (b *Book) transfer(c Transfer) (*step, error) {
	have := b.transfers[c.Ref]
	if have == nil {
		have = &transfer{}
	}
	if err := ref("transfer", c.Ref, have.cmd, b.transfers[c.Ref] != nil, c); err != nil {
		return nil, err
	}
	from, err := b.node(c.From)
	if err != nil {
		return nil, err
	}
	to, err := b.node(c.To)
	if err != nil {
		return nil, err
	}
	p, err := b.period(c.Period)
	if err != nil {
		return nil, err
	}
	if p < b.closed {
		return nil, fmt.Errorf("period %v: %w: it is closed", c.Period, ErrState)
	}
	if err := b.amount("transfer "+c.Ref, c.Amount, true); err != nil {
		return nil, err
	}
	if b.chart.within(from, to) || b.chart.within(to, from) {
		return nil, fmt.Errorf("transfer %s: %w: one of %s and %s lies inside the other", c.Ref, ErrState, c.From, c.To)
	}
	out, _ := b.path(from, to, p, c.Amount.Minor())
	bounds, _ := b.chart.structure.Calendar.Bounds(c.Period)
	s := &step{decision: true, limits: true, deltas: append(slices.Clone(out), delta{from, p, PendingOut, c.Amount.Minor()})}
	s.lines = []Line{b.line(c.Ref, from, Limit, bounds.First(), p, bounds.First(), -c.Amount.Minor())}
	s.commit = func() { b.transfers[c.Ref] = &transfer{cmd: c, out: slices.Clone(out)} }
	return s, nil
}

// path returns the limit changes of a transfer: down from the source up to below
// the node that both share, up on the way to the target. Nodes without a limit
// stay without.
func (b *Book) path(from, to int32, period int, amount int64) (out, in []delta) {
	for n := from; n >= 0 && !b.chart.within(to, n); n = b.chart.parent[n] {
		if b.cells.limited[n] || n == from {
			out = append(out, delta{n, period, Limit, -amount})
		}
	}
	for n := to; n >= 0 && !b.chart.within(from, n); n = b.chart.parent[n] {
		if b.cells.limited[n] || n == to {
			in = append(in, delta{n, period, Limit, amount})
		}
	}
	return out, in
}

func (b *Book) settle(c Settle) (*step, error) {
	t := b.transfers[c.Transfer]
	if t == nil {
		return nil, fmt.Errorf("transfer %q: %w", c.Transfer, ErrUnknown)
	}
	if t.settled {
		if t.approved == c.Approve {
			return nil, errUnchanged
		}
		return nil, fmt.Errorf("transfer %s: %w: it was settled the other way", c.Transfer, ErrState)
	}
	from, to := b.chart.index[t.cmd.From], b.chart.index[t.cmd.To]
	p := b.chart.period(t.cmd.Period)
	amount := t.cmd.Amount.Minor()
	bounds, _ := b.chart.structure.Calendar.Bounds(t.cmd.Period)
	s := &step{limits: true, deltas: []delta{{from, p, PendingOut, -amount}}}
	target := to
	if c.Approve {
		_, in := b.path(from, to, p, amount)
		s.deltas = append(s.deltas, in...)
	} else {
		target = from
		for _, d := range t.out {
			d.amount = -d.amount
			s.deltas = append(s.deltas, d)
		}
	}
	s.lines = []Line{b.line(c.Transfer, target, Limit, bounds.First(), p, bounds.First(), amount)}
	s.commit = func() {
		t.settled, t.approved = true, c.Approve
		if c.Approve {
			b.cells.limited[to] = true
		}
	}
	return s, nil
}
