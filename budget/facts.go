package budget

import (
	"errors"
	"fmt"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

func (b *Book) wrong(what, key string, m money.Money) error {
	return fmt.Errorf("%s %s: %v %w", what, key, m, ErrAmount)
}

// stays tells that what is said again was reversed meanwhile.
func (b *Book) stays(what, key string, reversed bool) {
	if reversed {
		b.now.findings.Warnf("budget.document.reversed", what+"/"+key, "if it is right after all, enter it under another reference", "it was reversed, and saying it again does not bring it back")
	}
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
	a := accrual{entry: b.entry(), order: -1, period: p, amount: c.Amount.Minor()}
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
	posted, period, err := b.notBefore(l, posted, period, b.accruals.keys[at])
	if err != nil {
		return err
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
		b.stays("invoice", c.Ref, b.invoices.items[at].reversed)
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
		if err := b.onOrder(at, c, cost, &in, &doc, posted, p); err != nil {
			return err
		}
	case c.Credits != "":
		if l.node, l.tags, err = b.credit(c, cost, &in); err != nil {
			return err
		}
	default:
		if l.node, err = b.node(c.Node); err != nil {
			return err
		}
		l.tags = b.tagsOf(c.Tags, l.node)
	}
	l.amount = in.amount
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

// onOrder lowers the order by an invoice. What it relieves counts at the budget rate of
// the order's day, so that a change of rates takes nobody past a limit, and all of it
// together as if it were one amount.
func (b *Book) onOrder(at int32, c *Invoice, cost money.Money, in *conversion, doc *invoice, posted civil.Date, p int32) error {
	rest, err := b.makeRoom(at, cost, in.amount, posted, p)
	if err != nil {
		return err
	}
	o := &b.orders.items[at]
	doc.relieved, doc.relievedTxn = covers(o, cost, in.amount)
	if doc.relieved != 0 || doc.relievedTxn != 0 {
		if err := b.consume(at, doc.relieved, doc.relievedTxn, b.entry(), posted); err != nil {
			return err
		}
	}
	o = b.orders.edit(at)
	charged := inOrder(o, cost, doc.relievedTxn)
	if charged >= maxGross-o.invoiced || c.Units >= maxGross-o.unitsInvoiced {
		return b.wrong("invoice", c.Ref, cost)
	}
	doc.excess = charged - doc.relievedTxn
	if o.currency != b.chart.Currency() && cost.Currency() == o.currency {
		var beyond conversion
		if doc.excess > 0 {
			if beyond, err = b.convert("invoice", c.Ref, money.Minor(doc.excess, o.currency), c.Date); err != nil {
				return err
			}
		}
		if r, ok := b.rates.at(BudgetRate, o.currency, o.date); ok {
			sofar := func(txn int64) (int64, error) { return b.at(r, "invoice", c.Ref, money.Minor(txn, o.currency)) }
			before, err1 := sofar(o.consumed - doc.relievedTxn)
			after, err2 := sofar(o.consumed)
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			in.instead(after - before + beyond.amount)
		}
	}
	o.invoiced += charged
	o.unitsInvoiced += c.Units
	o.excess += doc.excess
	o.invoices = append(o.invoices, int32(len(b.invoices.items))) //nolint:gosec // see post
	b.match(c, o, charged)
	return b.accrueAgain(rest, posted, p)
}

// remainder is what is left of an accrual that made room for an invoice.
type remainder struct {
	at, order int32 // at -1 = nothing
	amount    int64 // of the Accrued line
	accrued   int64 // the same in the accrual's currency
	txn       int64 // what it takes of the order
}

// makeRoom reverses accruals early, the oldest first, if they hold a part of the order
// that an invoice now covers, so that nothing counts twice.
func (b *Book) makeRoom(at int32, cost money.Money, in int64, posted civil.Date, p int32) (remainder, error) {
	rest := remainder{at: -1, order: at}
	short := func() int64 {
		if o := &b.orders.items[at]; cost.Currency() == o.currency {
			return cost.Minor() - o.openTxn
		}
		return in - b.orders.items[at].open
	}
	o := b.orders.edit(at)
	open := o.accruals[:0:0]
	for _, a := range o.accruals {
		if !b.accruals.items[a].reversed {
			open = append(open, a)
		}
	}
	o.accruals = open
	for _, a := range open {
		need := short()
		if need <= 0 {
			break
		}
		doc := b.accruals.items[a]
		amount := b.lines[doc.line].amount
		if err := b.unaccrue(a, posted, p); err != nil {
			return rest, err
		}
		// Of an accrual in another currency than its order's, no part is known.
		of := b.command(doc.entry).(Accrue) //nolint:forcetypeassert // an accrual's entry is its Accrue
		if need < doc.relievedTxn && cost.Currency() == o.currency && of.Amount.Currency() == o.currency {
			left := doc.amount - need
			m, err := b.minor(amount).MulRat(left, doc.amount, money.HalfEven)
			if err != nil {
				return rest, err
			}
			rest = remainder{a, at, m.Minor(), left, doc.relievedTxn - need}
		}
	}
	return rest, nil
}

// accrueAgain keeps accrued what an invoice did not cover of it.
func (b *Book) accrueAgain(rest remainder, posted civil.Date, p int32) error {
	if rest.at < 0 {
		return nil
	}
	o := &b.orders.items[rest.order]
	a := b.accruals.edit(rest.at)
	txn := min(rest.txn, o.openTxn)
	l := b.lines[a.line]
	posted, p, err := b.notBefore(l, posted, p, b.accruals.keys[rest.at])
	if err != nil {
		return err
	}
	a.reversed, a.relieved, a.relievedTxn = false, part(o, txn), txn
	if err := b.consume(rest.order, a.relieved, txn, a.entry, posted); err != nil {
		return err
	}
	a.line, a.period, a.amount = int32(len(b.lines)), p, rest.accrued //nolint:gosec // see post
	l.amount, l.posted, l.period, l.reverses = rest.amount, posted, p, 0
	if l.foreign != 0 {
		f := b.foreign[l.foreign]
		f.transaction = money.Minor(rest.accrued, f.transaction.Currency())
		l.foreign = b.abroad(f)
	}
	return b.post(l)
}

// uninvoice lets an order, -1 = none, count as invoiced less, by a credit note. In
// another currency that is not known.
func (b *Book) uninvoice(order int32, cost money.Money, units int64) {
	if order < 0 {
		return
	}
	o := b.orders.edit(order)
	o.unitsInvoiced -= units
	if cost.Currency() == o.currency {
		o.invoiced += cost.Minor()
	}
}

// inOrder returns what an invoice costs in its order's currency: in another one
// it is known for what it relieved alone.
func inOrder(o *order, cost money.Money, txn int64) int64 {
	if cost.Currency() == o.currency {
		return cost.Minor()
	}
	return txn
}

// credit checks a credit note against its invoice and returns where that stands. It
// takes back what was posted, in proportion, whatever the budget rate is by now; the
// last one takes what is left.
func (b *Book) credit(c *Invoice, cost money.Money, in *conversion) (node, tags int32, err error) {
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
	case cost.Sign() >= 0 || cost.Currency() != of.Amount.Currency() || cost.Minor() < doc.credited-full:
		return 0, 0, fmt.Errorf("invoice %s: %v %w: at most %v of invoice %s can be credited", c.Ref, cost, ErrAmount, money.Minor(full-doc.credited, of.Amount.Currency()), c.Credits)
	}
	b.uninvoice(doc.order, cost, c.Units)
	doc = b.invoices.edit(at)
	doc.credited -= cost.Minor()
	amount := doc.creditedBook - l.amount
	if doc.credited < full {
		m, err := b.minor(l.amount).MulRat(cost.Minor(), full, money.HalfEven)
		if err != nil {
			return 0, 0, err
		}
		amount = m.Minor()
	}
	doc.creditedBook -= amount
	in.instead(amount)
	return l.node, l.tags, nil
}
