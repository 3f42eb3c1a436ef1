package budget

import (
	"cmp"
	"fmt"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
)

// Review says what Findings looks for; its zero value is as written there.
type Review struct {
	UnderPercent int64 // 0 = 80: below this part of the plan so far is underspent
	StaleDays    int   // 0 = 90: an order that did not move for longer is stale
	FreePercent  int64 // 0 = 10: above this part of a limit is unallocated
}

// Findings reviews a book on a day, in the fiscal year up to the period of the
// day, with one fix for each. Codes:
//
//	budget.spend.over         Error: more is used than the limit of the year
//	budget.outlook.over       Warning: actual, accrued, open and forecast are more than that limit
//	budget.spend.under        Warning: less is accrued and spent than UnderPercent of the plan so far
//	budget.commitment.stale   Warning: an order is open and did not move for StaleDays
//	budget.limit.unallocated  Info: FreePercent of a limit of the year is handed on to no child
//	budget.plan.unowned       Warning: a node has a plan, and neither it nor one above it an owner
//
// Orders are taken as they stand in the book now. Findings are sorted. A day outside the horizon gives ErrUnknown.
func (v *View) Findings(on civil.Date, r Review) (finding.List, error) {
	p, err := v.book.on(on)
	if err != nil {
		return nil, err
	}
	under, stale, free := cmp.Or(r.UnderPercent, 80), cmp.Or(r.StaleDays, 90), cmp.Or(r.FreePercent, 10)
	var found finding.List
	m := v.book.minor
	c := v.book.chart
	for n := range c.nodes {
		i := int32(n) //nolint:gosec // at most MaxNodes
		subject := "node/" + string(c.nodes[n].Key)
		year, soFar := v.cells.sum(i, p, Year), v.cells.sum(i, p, YTD)
		outlook := year[Actual] + year[Accrued] + year[OpenCommitment] + year[Forecast]
		if v.cells.limited[i] {
			switch {
			case year[held] > year[Limit]:
				found.Errorf("budget.spend.over", subject, "transfer to it, or release what is not needed", "%v used of %v", m(year[held]), m(year[Limit]))
			case outlook > year[Limit]:
				found.Warnf("budget.outlook.over", subject, "cut the forecast, or raise the limit", "%v expected, the limit is %v", m(outlook), m(year[Limit]))
			}
		}
		if v.cells.limited[i] && len(c.children[i]) > 0 && year[Limit] > 0 {
			from, to := c.span(Year, p)
			left := year.capacity()
			for ; from < to; from++ {
				left -= v.cells.allocated(i, from)
			}
			if part, ok := perMille(left, year[Limit]); ok && part > 10*free {
				found.Infof("budget.limit.unallocated", subject, "hand it on to the children, or say what it is held for", "%v of %v", m(left), m(year[Limit]))
			}
		}
		spent := soFar[Actual] + soFar[Accrued]
		if part, ok := perMille(spent, soFar[Plan]); ok && soFar[Plan] > 0 && part < 10*under {
			found.Warnf("budget.spend.under", subject, "move the plan to later periods, or transfer what will not be spent", "%v spent of %v planned so far", m(spent), m(soFar[Plan]))
		}
		if own := v.ownPlan(i, p); own != 0 && !c.owned(i) {
			found.Warnf("budget.plan.unowned", subject, "name an owner", "%v planned", m(own))
		}
	}
	for o := range v.book.Orders() {
		if idle := on.Sub(o.LastMoved); !o.Closed && o.Open.Sign() > 0 && idle > stale {
			found.Warnf("budget.commitment.stale", "order/"+o.Ref, "close the order, or ask the vendor for the invoice", "%v open, nothing moved for %d days", o.Open, idle)
		}
	}
	found.Sort()
	return found, nil
}

// ownPlan is what is planned in a year at a node itself.
func (v *View) ownPlan(n int32, p int) int64 {
	own := v.cells.sum(n, p, Year)[Plan]
	for _, child := range v.book.chart.children[n] {
		own -= v.cells.sum(child, p, Year)[Plan]
	}
	return own
}

func (c *Chart) owned(n int32) bool {
	for ; n >= 0; n = c.parent[n] {
		if c.nodes[n].Owner != "" {
			return true
		}
	}
	return false
}

// String returns "price +12.00 EUR".
func (s Step) String() string {
	sign := "+"
	if s.Amount.Sign() < 0 {
		sign = ""
	}
	return fmt.Sprintf("%s %s%v", s.Name, sign, s.Amount)
}
