package budget

import (
	"fmt"

	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

type transfer struct {
	entry             int32
	first, last       int32 // lines of what the sources gave up
	settled, approved bool
}

func (b *Book) setLimit(c SetLimit) error {
	if c.Amount.Sign() < 0 {
		return fmt.Errorf("limit %s: %v %w: want zero or more", c.Node, c.Amount, ErrAmount)
	}
	b.now.decision, b.now.limits = Limits, true
	return b.setFigure(c.Node, c.Period, c.Amount, Limit)
}

func (b *Book) setFigure(key NodeKey, period fiscal.Key, amount money.Money, m Measure) error {
	n, err := b.node(key)
	if err != nil {
		return err
	}
	p, err := b.period(period)
	if err != nil {
		return err
	}
	if err := b.amount(m.String(), string(key), amount, false); err != nil {
		return err
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
		return errUnchanged
	}
	if m != Forecast {
		if err := b.open(p); err != nil {
			return err
		}
	}
	if m == Limit {
		b.limit(n)
	}
	first := b.firstOf(p)
	return b.post(posting{doc: b.entry(), node: n, measure: m, posted: first, period: int32(p), service: first, amount: change, tags: b.tags.node[n]}) //nolint:gosec // few periods
}

// limit notes that a node has a limit from now on.
func (b *Book) limit(n int32) {
	if !b.cells.limited[n] {
		b.undo.push(func() { b.cells.limit(n, false) })
		b.cells.limit(n, true)
		b.now.firstLimit = n
	}
}

func (b *Book) transfer(c *Transfer) error {
	if err := ref("transfer", c.Ref); err != nil {
		return err
	}
	if at := b.transfers.find(c.Ref); at >= 0 {
		return b.again("transfer", c.Ref, b.transfers.items[at].entry)
	}
	from, err := b.node(c.From)
	if err != nil {
		return err
	}
	to, err := b.node(c.To)
	if err != nil {
		return err
	}
	p, err := b.period(c.Period)
	if err != nil {
		return err
	}
	if err := b.open(p); err != nil {
		return err
	}
	if err := b.amount("transfer", c.Ref, c.Amount, true); err != nil {
		return err
	}
	for _, n := range []int32{from, to} {
		if !b.cells.limited[n] {
			return fmt.Errorf("transfer %s: node %s %w: it has no limit", c.Ref, b.chart.nodes[n].Key, ErrState)
		}
	}
	if left := b.cells.at(from, p)[Limit]; c.Amount.Minor() > left {
		return fmt.Errorf("transfer %s: %v: %w: the limit of %s in %v is %v", c.Ref, c.Amount, ErrLimit, c.From, c.Period, b.minor(left))
	}
	if b.chart.inside(from, to) || b.chart.inside(to, from) {
		return fmt.Errorf("transfer %s: %w: one of %s and %s lies inside the other", c.Ref, ErrState, c.From, c.To)
	}
	b.now.decision, b.now.limits = Transfers, true
	doc := transfer{entry: b.entry(), first: int32(len(b.lines))} //nolint:gosec // see post
	if err := b.shift(b.entry(), Limit, from, to, p, -c.Amount.Minor()); err != nil {
		return err
	}
	doc.last = int32(len(b.lines)) //nolint:gosec // see post
	b.transfers.add(c.Ref, doc)
	return b.shift(b.entry(), PendingOut, from, to, p, c.Amount.Minor())
}

// shift changes the limit, or what is pending of it, of a node and those above it up to below the node that
// it shares with another. Nodes without a limit stay without.
func (b *Book) shift(doc int32, m Measure, n, other int32, period int, amount int64) error {
	first := b.firstOf(period)
	l := posting{doc: doc, measure: m, posted: first, period: int32(period), service: first, amount: amount} //nolint:gosec // few periods
	for at := n; at >= 0 && (other < 0 || !b.chart.inside(other, at)); at = b.chart.parent[at] {
		if !b.cells.limited[at] && at != n {
			continue
		}
		l.node, l.tags = at, b.tags.node[at]
		if err := b.post(l); err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) settle(c Settle) error {
	at := b.transfers.find(c.Transfer)
	if at < 0 {
		return fmt.Errorf("transfer %.255q: %w", c.Transfer, ErrUnknown)
	}
	t := b.transfers.edit(at)
	if t.settled {
		if t.approved == c.Approve {
			return errUnchanged
		}
		return fmt.Errorf("transfer %s: %w: it was settled the other way", c.Transfer, ErrState)
	}
	cmd := b.command(t.entry).(Transfer) //nolint:forcetypeassert // a transfer's entry is its Transfer
	from, to := b.chart.index[cmd.From], b.chart.index[cmd.To]
	p := b.chart.period(cmd.Period)
	if err := b.open(p); err != nil && c.Approve {
		return fmt.Errorf("transfer %s: %w", c.Transfer, err)
	}
	t.settled, t.approved = true, c.Approve
	b.now.limits = true
	for i := t.first; i < t.last; i++ { // where it is pending
		l := b.lines[i]
		l.measure, l.reverses = PendingOut, 0
		if err := b.post(l); err != nil {
			return err
		}
	}
	if c.Approve {
		return b.shift(t.entry, Limit, to, from, p, cmd.Amount.Minor())
	}
	for i := t.first; i < t.last; i++ {
		l := b.lines[i]
		if err := b.mirror(l, int(i)+1, l.posted, l.period); err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) carryForward(c *CarryForward) error {
	if err := b.act("carry-forward", c.Ref); err != nil {
		return err
	}
	n, err := b.node(c.Node)
	if err != nil {
		return err
	}
	from, err := b.period(c.From)
	if err != nil {
		return err
	}
	to, err := b.period(c.To)
	if err != nil {
		return err
	}
	if from >= to || !b.cells.limited[n] {
		return fmt.Errorf("carry-forward %s: %w: want a node with a limit and a later period", c.Ref, ErrState)
	}
	if err := b.open(from); err != nil {
		return err
	}
	if err := b.open(to); err != nil {
		return err
	}
	b.now.decision, b.now.limits = Transfers, true
	b.did("carry-forward", c.Ref)
	if c.Orders {
		if err := b.carryOrders(n, int32(from), int32(to)); err != nil { //nolint:gosec // few periods
			return err
		}
	}
	at := b.cells.at(n, from)
	left := at[Limit] - at[held]
	if left < 0 && !c.Overspend {
		left = 0
	}
	if left == 0 {
		return nil
	}
	for _, step := range [...]struct {
		period int
		amount int64
	}{{to, left}, {from, -left}} {
		if err := b.shift(b.entry(), Limit, n, -1, step.period, step.amount); err != nil {
			return err
		}
	}
	return nil
}

// carryOrders moves what is open on the orders of a node to another period.
func (b *Book) carryOrders(n, from, to int32) error {
	day := b.firstOf(int(to))
	for at := range b.orders.items {
		o := &b.orders.items[at]
		if o.node != n || o.period != from || o.openTxn == 0 {
			continue
		}
		o = b.orders.edit(int32(at)) //nolint:gosec // see post
		o.period = to
		l := posting{doc: o.entry, node: n, measure: OpenCommitment, posted: day, period: from, service: o.date, amount: -o.open, tags: o.tags}
		txn := foreign{}
		if o.currency != b.chart.Currency() {
			txn.transaction = money.Minor(-o.openTxn, o.currency)
		}
		if err := b.postIn(l, txn); err != nil {
			return err
		}
		l.period, l.amount = to, o.open
		if txn != (foreign{}) {
			txn.transaction = money.Minor(o.openTxn, o.currency)
		}
		if err := b.postIn(l, txn); err != nil {
			return err
		}
	}
	return nil
}
