package budget

import (
	"github.com/go-marops/marops/money"
)

// Match says what the invoices of an order are compared with before they are
// paid. Nothing is refused: what does not match is a finding to hold the payment.
type Match uint8

// The matches. All compare the sum invoiced with the sum ordered.
const (
	OrderOnly Match = iota
	TwoWay          // and price and units of the invoice with those of the order
	ThreeWay        // and the units or the sum invoiced with those received, too
)

var matchNames = [...]string{"order", "two-way", "three-way"}

// String returns the lower-case name.
func (m Match) String() string { return name(matchNames[:], int(m)) }

// MarshalText writes the name.
func (m Match) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads the name.
func (m *Match) UnmarshalText(text []byte) error { return parse(m, matchNames[:], text) }

// Tolerance is by how much an invoice may be more than what it is compared with:
// Percent of it and Absolute, in the order's currency, both together.
type Tolerance struct {
	Percent  int64       `json:"percent,omitempty"` // 0 to 1000
	Absolute money.Money `json:"absolute,omitzero"` // not negative
}

func (t Tolerance) valid(c money.Currency) bool {
	return t.Percent >= 0 && t.Percent <= 1000 && t.Absolute.Sign() >= 0 && (t.Absolute == money.Money{} || t.Absolute.Currency() == c)
}

// passes reports whether an amount is within the tolerance of what was expected.
func (t Tolerance) passes(amount, expected int64) bool {
	return amount <= tolerated(expected, &Control{Percent: t.Percent, Absolute: t.Absolute})
}

// match compares an invoice, which the order counts already, with its order. Cost
// is in the order's currency, and so is what findings say.
func (b *Book) match(c *Invoice, o *order, cost int64) {
	terms := b.command(o.entry).(Order) //nolint:forcetypeassert // an order's entry is its Order
	subject := "invoice/" + c.Ref
	m := func(x int64) money.Money { return money.Minor(x, o.currency) }
	if !terms.Tolerance.passes(o.invoiced, o.ordered) {
		b.now.findings.Warnf("budget.invoice.excess", subject, "amend the order, or dispute the invoice",
			"%v invoiced on order %s of %v: %v more", m(o.invoiced), terms.Ref, m(o.ordered), m(o.invoiced-o.ordered))
	}
	if terms.Match == OrderOnly {
		return
	}
	if o.units > 0 && c.Units > 0 {
		expected, err := m(o.ordered).MulRat(c.Units, o.units, money.HalfEven)
		if err == nil && !terms.Tolerance.passes(cost, expected.Minor()) {
			b.now.findings.Warnf("budget.match.price", subject, "hold the payment and settle the price with the vendor",
				"%d units cost %v, at the price of order %s %v", c.Units, m(cost), terms.Ref, expected)
		}
		if o.unitsInvoiced > o.units {
			b.now.findings.Warnf("budget.match.units", subject, "hold the payment, or amend the order", "%d units invoiced, %d ordered", o.unitsInvoiced, o.units)
		}
	}
	switch {
	case terms.Match != ThreeWay:
	case o.units > 0 && c.Units > 0:
		if o.unitsInvoiced > o.unitsReceived {
			b.now.findings.Warnf("budget.match.receipt", subject, "hold the payment until the rest arrived", "%d units invoiced, %d received", o.unitsInvoiced, o.unitsReceived)
		}
	case !terms.Tolerance.passes(o.invoiced, o.received):
		b.now.findings.Warnf("budget.match.receipt", subject, "hold the payment until the rest arrived", "%v invoiced, %v received", m(o.invoiced), m(o.received))
	}
}

func (b *Book) receive(c *Receive) error {
	if err := b.act("receipt", c.Ref); err != nil {
		return err
	}
	at, o, err := b.findOrder(c.Order)
	if err != nil {
		return err
	}
	if c.Amount.Currency() != o.currency || c.Amount.Sign() <= 0 || c.Amount.Minor() >= maxGross-o.received || c.Units < 0 || c.Units >= maxGross-o.unitsReceived {
		return b.wrong("receipt", c.Ref, c.Amount)
	}
	if _, err := b.on(c.Date); err != nil {
		return err
	}
	b.did("receipt", c.Ref)
	o = b.orders.edit(at)
	o.received += c.Amount.Minor()
	o.unitsReceived += c.Units
	if c.Date.After(o.lastMoved) {
		o.lastMoved = c.Date
	}
	return nil
}
