package crosswalk

import (
	"cmp"
	"fmt"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

// Reports counts the rows of ad platforms' reports in one currency, at the rates
// of each row's day. Rates may be nil if all rows are in that currency.
func (m *Map) Reports(c money.Currency, rates *fx.Table, reports ...*adspend.Report) (Share, error) {
	match := m.NewMatch()
	for _, r := range reports {
		for _, row := range r.Rows {
			spend := row.Spend
			if rates != nil && row.HasSpend {
				var err error
				if spend, _, err = rates.ConvertPrice(row.Spend, c, row.Day, money.HalfEven); err != nil {
					return Share{}, fmt.Errorf("%s: row %d: %w", r.File, row.Line, err)
				}
			}
			match.Add(string(r.Platform), adID(row), row.Day, spend)
		}
	}
	return match.Share()
}

// BudgetNode returns the budget node of an ad row: the node that the row's
// campaign leads to, under the same key. It fits budget.AdImport.Node.
func (m *Map) BudgetNode(p adspend.Platform, row adspend.Row) (budget.NodeKey, bool) {
	to, ok := m.Lookup(string(p), adID(row), row.Day)
	return budget.NodeKey(to.Node), ok
}

// adID is what a platform calls a row's campaign: its id, or its name where the
// export has none.
func adID(row adspend.Row) string { return cmp.Or(row.CampaignID, row.Campaign) }
