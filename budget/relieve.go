package budget

import (
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// part returns how much of an order's open commitment in the book's currency a
// part of it in its own currency is: the last part takes all.
func part(o *order, txn int64) int64 {
	if o.openTxn == o.open || txn == o.openTxn {
		if txn == o.openTxn {
			return o.open
		}
		return txn
	}
	if o.openTxn == 0 {
		return 0
	}
	m, err := money.Minor(o.open, money.XXX).MulRat(txn, o.openTxn, money.HalfEven)
	if err != nil {
		return o.open
	}
	return m.Minor()
}

// relieve lowers an order's open commitment where it stands. Negative amounts
// restore it.
func (b *Book) relieve(at int32, amount, txn int64, doc int32, posted civil.Date) error {
	o := b.orders.edit(at)
	o.add(-amount, -txn)
	if posted.After(o.lastMoved) {
		o.lastMoved = posted
	}
	if amount == 0 {
		return nil
	}
	l := posting{doc: doc, node: o.node, measure: OpenCommitment, posted: posted, period: o.period, service: o.date, amount: -amount, tags: o.tags}
	if o.currency != b.chart.Currency() {
		l.foreign = b.abroad(foreign{transaction: money.Minor(-txn, o.currency)})
	}
	return b.post(l)
}

// consume is relieve for what an order is there for. What a closed order gets back
// is released at once, to its blanket order if it has one.
func (b *Book) consume(at int32, amount, txn int64, doc int32, posted civil.Date) error {
	o := b.orders.edit(at)
	o.consumed += txn
	if !o.closed {
		return b.relieve(at, amount, txn, doc, posted)
	}
	o.released -= txn
	if o.under < 0 {
		return nil
	}
	return b.consume(o.under, amount, txn, doc, posted)
}

// cover lets what is open on an order cover what its invoices exceed, the oldest
// first: an amendment, or a document that was reversed, makes room for it.
func (b *Book) cover(at int32, posted civil.Date) error {
	for i := 0; ; i++ {
		o := &b.orders.items[at]
		if o.excess == 0 || o.openTxn == 0 || o.closed || i == len(o.invoices) {
			return nil
		}
		in := &b.invoices.items[o.invoices[i]]
		if in.reversed || in.excess == 0 {
			continue
		}
		txn := min(in.excess, o.openTxn)
		amount := part(o, txn)
		if err := b.consume(at, amount, txn, in.entry, posted); err != nil {
			return err
		}
		in = b.invoices.edit(o.invoices[i])
		in.excess, in.relieved, in.relievedTxn = in.excess-txn, in.relieved+amount, in.relievedTxn+txn
		b.orders.edit(at).excess -= txn
	}
}

// covers returns how much of an order's open commitment an amount relieves, in the
// book's currency and in the order's.
func covers(o *order, m money.Money, in int64) (amount, txn int64) {
	if m.Currency() == o.currency {
		txn = min(m.Minor(), o.openTxn)
		return part(o, txn), txn
	}
	if o.open == 0 {
		return 0, 0
	}
	amount = min(in, o.open)
	if amount == o.open {
		return amount, o.openTxn
	}
	left, err := money.Minor(o.openTxn, o.currency).MulRat(amount, o.open, money.Down)
	if err != nil {
		return o.open, o.openTxn
	}
	return amount, left.Minor()
}
