package adspend

import (
	"fmt"
	"slices"
)

// Merge returns the days of several exports, in the order of the keys. A day of a
// campaign that stands in two of them counts once if both state the same amount.
// Two amounts are refused with a *finding.CellError that names both places, for
// nothing says which export is the newer one; nor can a campaign be spread over
// two exports of one platform.
func Merge(reports ...*Report) ([]Day, error) {
	var all []Day
	for _, r := range reports {
		days, err := r.Days()
		if err != nil {
			return nil, err
		}
		all = append(all, days...)
	}
	slices.SortStableFunc(all, func(a, b Day) int { return a.Key.Compare(b.Key) })
	kept := all[:0]
	for _, d := range all {
		if len(kept) == 0 || kept[len(kept)-1].Key != d.Key {
			kept = append(kept, d)
			continue
		}
		if first := kept[len(kept)-1]; first.Spend != d.Spend { // a missing amount has no currency
			return nil, cellError(d.File, d.Lines[0], "spend", fmt.Sprintf("%v of campaign %q is %s, and %s in %s: row %d", d.Key.Day, d.Key.Campaign, d.amount(), first.amount(), first.File, first.Lines[0]))
		}
	}
	return slices.Clip(kept), nil
}

func (d *Day) amount() string {
	if !d.HasSpend {
		return "missing"
	}
	return d.Spend.String()
}
