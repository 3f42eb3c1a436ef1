package budget

import (
	"cmp"
	"slices"

	"github.com/go-marops/marops/money"
)

// Leg is one side of a double entry.
type Leg struct {
	Account string // "actual:emea", or a side that is no node's: "funds:emea", "payables:emea", "conversion:USD"
	Amount  money.Money
}

// Legs returns a line as a double entry, which adds up to zero in every currency.
// What stands at a node has its other side in the funds it is taken from, and what
// is accrued or spent in what is owed for it. Money of another currency passes
// through an account of conversion, as P. Selinger describes it ("Tutorial on
// Multiple Currency Accounting", 1999).
func (l Line) Legs() []Leg {
	against := "funds:"
	if l.Measure == Accrued || l.Measure == Actual || l.Measure == FXVariance {
		against = "payables:"
	}
	node := string(l.Node)
	minus := func(m money.Money) money.Money { return money.Minor(-m.Minor(), m.Currency()) }
	mine := Leg{l.Measure.String() + ":" + node, l.Amount}
	if l.Transaction.Currency() == 0 || l.Transaction.Currency() == l.Amount.Currency() {
		return []Leg{mine, {against + node, minus(l.Amount)}}
	}
	conversion := "conversion:" + l.Transaction.Currency().String()
	return []Leg{mine, {conversion, minus(l.Amount)}, {conversion, l.Transaction}, {against + node, minus(l.Transaction)}}
}

// TrialBalance returns the sum of every account in every currency, sorted: all of
// one currency add up to zero. Errors match money.ErrOverflow.
func (b *Book) TrialBalance() ([]Leg, error) {
	type account struct {
		name     string
		currency money.Currency
	}
	sums := map[account]*money.Sum{}
	for l := range b.Lines() {
		for _, leg := range l.Legs() {
			k := account{leg.Account, leg.Amount.Currency()}
			if sums[k] == nil {
				sums[k] = &money.Sum{}
			}
			sums[k].Add(leg.Amount)
		}
	}
	out := make([]Leg, 0, len(sums))
	for k, sum := range sums {
		total, err := sum.Total()
		if err != nil {
			return nil, err
		}
		out = append(out, Leg{k.name, total})
	}
	slices.SortFunc(out, func(x, y Leg) int {
		return cmp.Or(cmp.Compare(x.Account, y.Account), cmp.Compare(x.Amount.Currency(), y.Amount.Currency()))
	})
	return out, nil
}
