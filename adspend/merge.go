package adspend

import (
	"fmt"
	"slices"
)

// Merge returns the days of several exports, in the order of the keys. A day of a
// campaign that stands in two of them counts once if both state the same amount.
// Two amounts are refused with a *finding.CellError that names both places, for
// nothing says which export is the newer one; nor can a campaign be spread over
// two exports of one platform. Where two exports have a campaign's name alone,
// neither its id nor an account, they may be of two accounts, and are refused as
// well: see Options.Account. A nil report has no days.
func Merge(reports ...*Report) ([]Day, error) {
	var all []Day
	for _, r := range reports {
		if r == nil {
			continue
		}
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
		first := &kept[len(kept)-1]
		if d.nameless() && first.nameless() {
			return nil, cellError(d.File, d.Lines[0], "account", fmt.Sprintf("%v of campaign %q stands in %s: row %d, too, and no account is named; name them by Options.Account", d.Key.Day, d.Key.Campaign, first.File, first.Lines[0]))
		}
		if first.Spend != d.Spend { // a missing amount has no currency
			return nil, cellError(d.File, d.Lines[0], "spend", fmt.Sprintf("%v of campaign %q is %s, and %s in %s: row %d", d.Key.Day, d.Key.Campaign, d.amount(), first.amount(), first.File, first.Lines[0]))
		}
	}
	return slices.Clip(kept), nil
}

// nameless reports whether a campaign of another account could have the same key:
// ids are unique on a platform, names are not.
func (d *Day) nameless() bool { return d.Key.Account == "" && d.Rows[0].CampaignID == "" }

func (d *Day) amount() string {
	if !d.HasSpend {
		return "missing"
	}
	return d.Spend.String()
}
