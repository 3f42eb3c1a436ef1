package budget

import (
	"fmt"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// reverse posts the mirror of a document on the day of the reversal.
func (b *Book) reverse(c *Reverse) error {
	if err := b.act("reversal", c.Ref); err != nil {
		return err
	}
	posted, p, err := b.posting(c.Date, c.Ref)
	if err != nil {
		return err
	}
	missing := func() error { return fmt.Errorf("%v %.255q: %w", c.Document, c.Of, ErrUnknown) }
	settled := func(how string) error { return fmt.Errorf("%v %s: %w: it was %s", c.Document, c.Of, ErrState, how) }
	b.did("reversal", c.Ref)
	var first, last int32
	order := int32(-1)
	switch c.Document {
	case AccrualDocument:
		at := b.accruals.find(c.Of)
		if at < 0 {
			return missing()
		}
		if b.accruals.items[at].reversed {
			return settled("reversed")
		}
		if err := b.unaccrue(at, posted, p); err != nil {
			return err
		}
		return b.covered(b.accruals.items[at].order, posted)
	case RecordDocument:
		at := b.records.find(c.Of)
		if at < 0 {
			return missing()
		}
		doc := b.records.edit(at)
		if doc.reversed {
			return settled("reversed")
		}
		doc.reversed = true
		first, last = doc.first, doc.last
	case InvoiceDocument:
		at := b.invoices.find(c.Of)
		if at < 0 {
			return missing()
		}
		doc := b.invoices.edit(at)
		if doc.reversed || doc.credited != 0 {
			return settled("reversed or credited")
		}
		doc.reversed = true
		first, last, order = doc.first, doc.last, doc.order
		of := b.command(doc.entry).(Invoice) //nolint:forcetypeassert // an invoice's entry is its Invoice
		if of.Credits != "" {
			credited := b.invoices.edit(b.invoices.find(of.Credits))
			b.uninvoice(credited.order, money.Minor(-of.Amount.Minor()-of.Tax.Minor(), of.Amount.Currency()), -of.Units)
			credited.credited += of.Amount.Minor() + of.Tax.Minor()
			credited.creditedBook += b.lines[doc.first].amount
		}
		if doc.order >= 0 {
			o := b.orders.edit(doc.order)
			o.invoiced -= inOrder(o, money.Minor(of.Amount.Minor()+of.Tax.Minor(), of.Amount.Currency()), doc.relievedTxn)
			o.unitsInvoiced -= of.Units
			o.excess -= doc.excess
			if doc.relieved != 0 || doc.relievedTxn != 0 {
				if err := b.consume(doc.order, -doc.relieved, -doc.relievedTxn, doc.entry, posted); err != nil {
					return err
				}
			}
		}
	default:
		return missing()
	}
	for i := first; i < last; i++ {
		l := b.lines[i]
		on, period, err := b.notBefore(l, posted, p, c.Of)
		if err != nil {
			return err
		}
		if err := b.mirror(l, int(i)+1, on, period); err != nil {
			return err
		}
	}
	return b.covered(order, posted)
}

// covered is cover for the order that a document was on; -1 = none.
func (b *Book) covered(order int32, posted civil.Date) error {
	if order < 0 {
		return nil
	}
	return b.cover(order, posted)
}

// notBefore returns where a line is taken back: on a day, but not in a period before
// its own, unless that is closed to whoever takes it back.
func (b *Book) notBefore(l posting, posted civil.Date, period int32, ref string) (civil.Date, int32, error) {
	if period < l.period {
		return b.posting(l.posted, ref)
	}
	return posted, period, nil
}
