package views

import (
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/report/chart"
)

// Waterfall returns how a limit is used up, in minor units of its currency: from
// Limit by what is spent, accrued, ordered and requested to Available. Accrued
// is left out if it is nothing. A node that never had a limit has nothing
// available either: its use adds up to Held instead.
func Waterfall(b budget.Balance) chart.WaterfallData {
	c := b.Limit.Currency()
	limited := b.Limited || !b.Limit.IsZero()
	w := chart.WaterfallData{Unit: chart.Unit{Name: c.Code(), Decimals: c.Digits()}}
	total := func(label string, m money.Money) {
		w.Steps = append(w.Steps, chart.WaterfallStep{Label: label, Amount: m.Minor(), Kind: chart.Total})
	}
	use := func(label string, m money.Money) {
		amount := m.Minor()
		if limited {
			amount = -amount
		}
		w.Steps = append(w.Steps, chart.WaterfallStep{Label: label, Amount: amount})
	}
	if limited {
		total("Limit", b.Limit)
		if !b.PendingOut.IsZero() {
			w.Steps[0].Note = "without " + b.PendingOut.Grouped() + " asked to be transferred away"
		}
	}
	use("Spent", b.Actual)
	if !b.Accrued.IsZero() {
		use("Accrued", b.Accrued)
	}
	use("Ordered", b.OpenCommitment)
	use("Requested", b.Reserved)
	if limited {
		total("Available", b.Available)
	} else {
		total("Held", b.Held())
	}
	return w
}
