package budget

import (
	"fmt"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

func (b *Book) wrong(what, key string, m money.Money) error {
	return fmt.Errorf("%s %s: %v %w", what, key, m, ErrAmount)
}

func (b *Book) accrue(c *Accrue) error {
	if err := ref("accrual", c.Ref); err != nil {
		return err
	}
	if at := b.accruals.find(c.Ref); at >= 0 {
		return b.again("accrual", c.Ref, b.accruals.items[at].entry)
	}
	if c.Amount.Sign() <= 0 {
		return fmt.Errorf("accrual %s: %v %w: want a positive one", c.Ref, c.Amount, ErrAmount)
	}
	in, err := b.convert("accrual", c.Ref, c.Amount, c.Date)
	if err != nil {
		return err
	}
	posted, p, err := b.posting(c.Date, c.Ref)
	if err != nil {
		return err
	}
	a := accrual{entry: b.entry(), order: -1, period: p}
	l := posting{doc: b.entry(), measure: Accrued, posted: posted, period: p, service: c.Date, amount: in.amount}
	if c.Order == "" {
		if l.node, err = b.node(c.Node); err != nil {
			return err
		}
		l.tags = b.tags.node[l.node]
	} else {
		at, o, err := b.findOrder(c.Order)
		if err != nil {
			return err
		}
		if err := o.takes("accrual", c.Ref, c.Order, c.Node, b); err != nil {
			return err
		}
		if o.closed {
			return fmt.Errorf("order %s: %w: it is closed", c.Order, ErrState)
		}
		l.node, l.tags = o.node, o.tags
		a.order = at
		a.relieved, a.relievedTxn = covers(o, c.Amount, in.amount)
		if err := b.consume(at, a.relieved, a.relievedTxn, b.entry(), posted); err != nil {
			return err
		}
		o = b.orders.edit(at)
		o.accruals = append(o.accruals, int32(len(b.accruals.items))) //nolint:gosec // see post
	}
	a.line = int32(len(b.lines)) //nolint:gosec // see post
	b.accruals.add(c.Ref, a)
	return b.postIn(l, in.foreign)
}

// takes says whether a fact may be on an order.
func (o *order) takes(what, key, order string, node NodeKey, b *Book) error {
	switch {
	case o.blanket:
		return fmt.Errorf("%s %s: %w: order %s is a blanket one, name the order that calls it off", what, key, ErrState, order)
	case node != "" && node != b.chart.nodes[o.node].Key:
		return fmt.Errorf("%s %s: node %s %w: order %s is on %s", what, key, node, ErrState, order, b.chart.nodes[o.node].Key)
	}
	return nil
}

// unaccrue posts the exact mirror of an accrual, not before its own period. A
// closed order gets no commitment back.
func (b *Book) unaccrue(at int32, posted civil.Date, period int32) error {
	a := b.accruals.edit(at)
	a.reversed = true
	l := b.lines[a.line]
	if period < l.period {
		posted, period = l.posted, l.period
	}
	if err := b.mirror(l, int(a.line)+1, posted, period); err != nil {
		return err
	}
	if a.order < 0 || a.relieved == 0 && a.relievedTxn == 0 {
		return nil
	}
	return b.consume(a.order, -a.relieved, -a.relievedTxn, a.entry, posted)
}

func (b *Book) invoice(c *Invoice) error {
	if err := ref("invoice", c.Ref); err != nil {
		return err
	}
	if at := b.invoices.find(c.Ref); at >= 0 {
		return b.again("invoice", c.Ref, b.invoices.items[at].entry)
	}
	cost, err := c.Amount.Add(c.Tax)
	recoverable := c.Recoverable == (money.Money{}) || c.Recoverable.Currency() == c.Amount.Currency()
	if err != nil || !recoverable || c.Amount.Currency() == 0 || c.Units < 0 || c.Tax.Sign()*c.Amount.Sign() < 0 {
		return b.wrong("invoice", c.Ref, c.Amount)
	}
	if c.Order != "" && (cost.Sign() <= 0 || c.Credits != "") {
		return fmt.Errorf("invoice %s: %v %w: want a positive one on an order, a credit note without", c.Ref, cost, ErrAmount)
	}
	in, err := b.actually("invoice", c.Ref, cost, c.Date)
	if err != nil {
		return err
	}
	posted, p, err := b.posting(c.Date, c.Ref)
	if err != nil {
		return err
	}
	l := posting{doc: b.entry(), measure: Actual, posted: posted, period: p, service: c.Service, amount: in.amount}
	if l.service.IsZero() {
		l.service = c.Date
	}
	if _, err := b.on(l.service); err != nil {
		return err
	}
	doc := invoice{entry: b.entry(), order: -1}
	switch {
	case c.Order != "":
		at, o, err := b.findOrder(c.Order)
		if err != nil {
			return err
		}
		if err := o.takes("invoice", c.Ref, c.Order, c.Node, b); err != nil {
			return err
		}
		doc.order, l.node = at, o.node
		l.tags = b.intern(b.tagged[o.tags].or(c.Tags))
		if doc.relieved, doc.relievedTxn, err = b.relieveForInvoice(at, c, cost, in.amount, posted, p); err != nil {
			return err
		}
	case c.Credits != "":
		if l.node, l.tags, err = b.credit(c, cost); err != nil {
			return err
		}
	default:
		if l.node, err = b.node(c.Node); err != nil {
			return err
		}
		l.tags = b.tagsOf(c.Tags, l.node)
	}
	doc.first, doc.last, err = b.postActual(l, in)
	b.invoices.add(c.Ref, doc)
	return err
}

// postActual posts what was spent, and apart from it what the rate made of it.
func (b *Book) postActual(l posting, in conversion) (first, last int32, err error) {
	first = int32(len(b.lines)) //nolint:gosec // see post
	if in.foreign != (foreign{}) {
		l.foreign = b.abroad(in.foreign)
	}
	if err := b.post(l); err != nil || in.variance == 0 {
		return first, first + 1, err
	}
	l.measure, l.amount, l.foreign = FXVariance, in.variance, b.abroad(foreign{rate: in.foreign.rate})
	return first, first + 2, b.post(l)
}

// relieveForInvoice lowers the order by the invoice. If accruals hold a part of
// the order that the invoice now covers, they are reversed early, the oldest
// first, so that nothing counts twice.
func (b *Book) relieveForInvoice(at int32, c *Invoice, cost money.Money, in int64, posted civil.Date, p int32) (amount, txn int64, err error) {
	o := &b.orders.items[at]
	short := func() bool {
		if o = &b.orders.items[at]; cost.Currency() == o.currency {
			return o.openTxn < cost.Minor()
		}
		return o.open < in
	}
	for _, a := range o.accruals {
		if !short() {
			break
		}
		if !b.accruals.items[a].reversed {
			if err := b.unaccrue(a, posted, p); err != nil {
				return 0, 0, err
			}
		}
	}
	o = &b.orders.items[at]
	amount, txn = covers(o, cost, in)
	if amount != 0 || txn != 0 {
		if err := b.consume(at, amount, txn, b.entry(), posted); err != nil {
			return 0, 0, err
		}
	}
	o = b.orders.edit(at)
	charged := inOrder(o, cost, txn)
	if charged >= maxGross-o.invoiced || c.Units >= maxGross-o.unitsInvoiced {
		return 0, 0, b.wrong("invoice", c.Ref, cost)
	}
	o.invoiced += charged
	o.unitsInvoiced += c.Units
	b.match(c, o, charged)
	return amount, txn, nil
}

// inOrder returns what an invoice costs in its order's currency: in another one
// it is known for what it relieved alone.
func inOrder(o *order, cost money.Money, txn int64) int64 {
	if cost.Currency() == o.currency {
		return cost.Minor()
	}
	return txn
}

// credit checks a credit note against its invoice and returns where that stands.
func (b *Book) credit(c *Invoice, cost money.Money) (node, tags int32, err error) {
	at := b.invoices.find(c.Credits)
	if at < 0 {
		return 0, 0, fmt.Errorf("invoice %.255q: %w", c.Credits, ErrUnknown)
	}
	doc := &b.invoices.items[at]
	l := b.lines[doc.first]
	of := b.command(doc.entry).(Invoice)       //nolint:forcetypeassert // an invoice's entry is its Invoice
	full := of.Amount.Minor() + of.Tax.Minor() // added before
	switch {
	case doc.reversed:
		return 0, 0, fmt.Errorf("invoice %s: %w: it was reversed", c.Credits, ErrState)
	case c.Node != "" && c.Node != b.chart.nodes[l.node].Key:
		return 0, 0, fmt.Errorf("invoice %s: node %s %w: invoice %s is on %s", c.Ref, c.Node, ErrState, c.Credits, b.chart.nodes[l.node].Key)
	case cost.Sign() >= 0 || cost.Currency() != of.Amount.Currency() || -cost.Minor() > full-doc.credited:
		return 0, 0, fmt.Errorf("invoice %s: %v %w: at most %v of invoice %s can be credited", c.Ref, cost, ErrAmount, money.Minor(full-doc.credited, of.Amount.Currency()), c.Credits)
	}
	b.invoices.edit(at).credited -= cost.Minor()
	return l.node, l.tags, nil
}
