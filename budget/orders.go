package budget

import (
	"iter"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// OrderState is how an order stands. Amounts but OpenBook are in its own currency:
// Ordered = Consumed + Open + Released.
type OrderState struct {
	Ref       string
	Node      NodeKey
	Date      civil.Date
	LastMoved civil.Date // of the last receipt, accrual, invoice or change
	Ordered   money.Money
	Consumed  money.Money // by accruals, invoices and what was called off
	Open      money.Money
	Released  money.Money
	OpenBook  money.Money // what is open as it stands in the book
	Received  money.Money
	Invoiced  money.Money
	Blanket   bool
	Closed    bool
	Tags      Tags
}

// Order returns how an order stands.
func (b *Book) Order(ref string) (state OrderState, ok bool) {
	at := b.orders.find(ref)
	if at < 0 {
		return OrderState{}, false
	}
	return b.orderState(at), true
}

// Orders yields all orders, in the order in which they were placed.
func (b *Book) Orders() iter.Seq[OrderState] {
	return func(yield func(OrderState) bool) {
		for at := range b.orders.items {
			if !yield(b.orderState(int32(at))) { //nolint:gosec // fewer than entries
				return
			}
		}
	}
}

func (b *Book) orderState(at int32) OrderState {
	o := &b.orders.items[at]
	m := func(x int64) money.Money { return money.Minor(x, o.currency) }
	return OrderState{
		Ref: b.orders.keys[at], Node: b.chart.nodes[o.node].Key, Date: o.date, LastMoved: o.lastMoved, Ordered: m(o.ordered), Consumed: m(o.consumed), Open: m(o.openTxn),
		Released: m(o.released), OpenBook: b.minor(o.open), Received: m(o.received), Invoiced: m(o.invoiced), Blanket: o.blanket, Closed: o.closed, Tags: b.tagged[o.tags],
	}
}
