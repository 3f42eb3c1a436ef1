package budget

import (
	"fmt"

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
	missing := fmt.Errorf("%v %.255q: %w", c.Document, c.Of, ErrUnknown)
	settled := fmt.Errorf("%v %s: %w: it was reversed or credited", c.Document, c.Of, ErrState)
	b.acts.add(c.Ref, act{entry: b.entry()})
	var first, last int32
	switch c.Document {
	case AccrualDocument:
		at := b.accruals.find(c.Of)
		if at < 0 {
			return missing
		}
		if b.accruals.items[at].reversed {
			return settled
		}
		return b.unaccrue(at, posted, p)
	case RecordDocument:
		at := b.records.find(c.Of)
		if at < 0 {
			return missing
		}
		doc := b.records.edit(at)
		if doc.reversed {
			return settled
		}
		doc.reversed = true
		first, last = doc.first, doc.last
	case InvoiceDocument:
		at := b.invoices.find(c.Of)
		if at < 0 {
			return missing
		}
		doc := b.invoices.edit(at)
		if doc.reversed || doc.credited != 0 {
			return settled
		}
		doc.reversed = true
		first, last = doc.first, doc.last
		of := b.command(doc.entry).(Invoice) //nolint:forcetypeassert // an invoice's entry is its Invoice
		if of.Credits != "" {
			credited := b.invoices.find(of.Credits)
			b.invoices.edit(credited).credited += of.Amount.Minor() + of.Tax.Minor()
		}
		if doc.order >= 0 {
			o := b.orders.edit(doc.order)
			o.invoiced -= inOrder(o, money.Minor(of.Amount.Minor()+of.Tax.Minor(), of.Amount.Currency()), doc.relievedTxn)
			o.unitsInvoiced -= of.Units
			if doc.relieved != 0 || doc.relievedTxn != 0 {
				if err := b.consume(doc.order, -doc.relieved, -doc.relievedTxn, doc.entry, posted); err != nil {
					return err
				}
			}
		}
	default:
		return missing
	}
	for i := first; i < last; i++ {
		l := b.lines[i]
		on, period := posted, p
		if period < l.period {
			on, period = l.posted, l.period
		}
		if err := b.mirror(l, int(i)+1, on, period); err != nil {
			return err
		}
	}
	return nil
}
