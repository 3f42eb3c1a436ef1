package budget

import (
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// Balance is how a node stands within a window. A node's figures include its
// children's, but for Limit and PendingOut.
type Balance struct {
	Node           NodeKey
	Limited        bool // whether the node ever had a limit; without one, Available means nothing
	Limit          money.Money
	Plan           money.Money
	Forecast       money.Money
	Reserved       money.Money
	OpenCommitment money.Money
	Accrued        money.Money
	Actual         money.Money
	FXVariance     money.Money // by how much actual rates made Actual dearer; part of no other figure
	PendingOut     money.Money // part of no other figure: Limit is without it already
	Available      money.Money // Limit - Reserved - OpenCommitment - Accrued - Actual
	Unallocated    money.Money // Limit and PendingOut less those of the children; a legal holdback
}

// Held returns Reserved + OpenCommitment + Accrued + Actual.
func (b Balance) Held() money.Money {
	return money.Minor(b.Limit.Minor()-b.Available.Minor(), b.Limit.Currency())
}

// Outlook returns Actual + Accrued + OpenCommitment + Forecast: where the node
// will end if things go as expected.
func (b Balance) Outlook() money.Money {
	return money.Minor(b.Actual.Minor()+b.Accrued.Minor()+b.OpenCommitment.Minor()+b.Forecast.Minor(), b.Limit.Currency())
}

// Balance returns how a node stands in the window around a date; ok is false if
// the node is not known or the date outside the horizon.
func (b *Book) Balance(key NodeKey, on civil.Date, w Window) (bal Balance, ok bool) {
	return b.cells.balance(key, on, w)
}

func (c *cells) balance(key NodeKey, on civil.Date, w Window) (bal Balance, ok bool) {
	n, known := c.chart.index[key]
	p := c.chart.days.on(on)
	if !known || p < 0 {
		return Balance{}, false
	}
	t := c.sum(n, p, w)
	unallocated := t.capacity()
	from, to := c.chart.span(w, p)
	for ; from < to; from++ {
		unallocated -= c.allocated(n, from)
	}
	m := func(x int64) money.Money { return money.Minor(x, c.chart.Currency()) }
	return Balance{
		Node: key, Limited: c.limited[n], Limit: m(t[Limit]), Plan: m(t[Plan]), Forecast: m(t[Forecast]), Reserved: m(t[Reserved]), OpenCommitment: m(t[OpenCommitment]),
		Accrued: m(t[Accrued]), Actual: m(t[Actual]), FXVariance: m(t[FXVariance]), PendingOut: m(t[PendingOut]), Available: m(t[Limit] - t[held]), Unallocated: m(unallocated),
	}, true
}

// Bridge explains the difference between two views of a node's accrued and
// actual money in a period: when it was used, and when it was posted.
type Bridge struct {
	Node        NodeKey
	Period      fiscal.Key
	ByService   money.Money // used in the period, whenever posted
	PostedLater money.Money // of that, posted in other periods
	FromOthers  money.Money // posted in the period, used in others
	ByPosting   money.Money // = ByService - PostedLater + FromOthers
	Lines       []Line      // the lines that make the difference
}

// Reconcile returns the bridge of a node and its children for a period.
func (b *Book) Reconcile(key NodeKey, period fiscal.Key) (Bridge, error) {
	n, err := b.node(key)
	if err != nil {
		return Bridge{}, err
	}
	if _, err := b.period(period); err != nil {
		return Bridge{}, err
	}
	br := Bridge{Node: key, Period: period}
	var service, posting, later, others int64
	p := b.chart.period(period)
	for i := range b.lines {
		l := &b.lines[i]
		if l.measure != Accrued && l.measure != Actual || !b.chart.inside(l.node, n) {
			continue
		}
		inService := b.chart.days.on(l.service) == p
		inPosting := int(l.period) == p
		amount := l.amount
		if inService {
			service += amount
		}
		if inPosting {
			posting += amount
		}
		switch {
		case inService && !inPosting:
			later += amount
		case inPosting && !inService:
			others += amount
		default:
			continue
		}
		br.Lines = append(br.Lines, b.line(i))
	}
	m := b.minor
	br.ByService, br.ByPosting, br.PostedLater, br.FromOthers = m(service), m(posting), m(later), m(others)
	return br, nil
}
