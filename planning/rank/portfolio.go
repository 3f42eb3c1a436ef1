package rank

import (
	"fmt"

	"github.com/go-marops/marops/finding"
)

// LimitKey names something there is only so much of: a budget, the hours of a
// role in a period.
type LimitKey string

// Portfolio is a set of candidates to choose from, and what the choice must keep
// to. All numbers are whole: money in minor units, work in minutes or hours.
type Portfolio struct {
	Items  []Candidate `json:"items"`
	Limits []Limit     `json:"limits,omitempty"`
	Groups []Group     `json:"groups,omitempty"`
	Needs  []Need      `json:"needs,omitempty"`
}

// Candidate is an item that may be chosen.
type Candidate struct {
	Key       ItemKey `json:"key"`
	Value     int64   `json:"value"`              // what it adds to the total; may be negative
	Uses      []Use   `json:"uses,omitempty"`     // each limit at most once
	Mandatory bool    `json:"mandatory,omitzero"` // must be chosen
}

// Use is what an item takes from a limit.
type Use struct {
	Limit  LimitKey `json:"limit"`
	Amount int64    `json:"amount"` // not negative
}

// Limit is how much the chosen items may use together.
type Limit struct {
	Key      LimitKey `json:"key"`
	Capacity int64    `json:"capacity"` // not negative
}

// Group bounds how many of some items are chosen. {Max: 1} is an exclusion,
// {Min: 1} asks for at least one.
type Group struct {
	Key   string    `json:"key"`
	Items []ItemKey `json:"items"`
	Min   int       `json:"min,omitzero"`
	Max   int       `json:"max,omitzero"` // 0 is no maximum
}

// Need says that an item can only be chosen together with another.
type Need struct {
	Item  ItemKey `json:"item"`
	Needs ItemKey `json:"needs"`
}

// Sizes of a portfolio.
const (
	maxCandidates = 2_000
	maxRows       = 2_000     // limits, groups and needs
	maxCells      = 2_000_000 // candidates times rows
	maxTotal      = 1 << 52   // sum of all values, or of all uses of a limit, without their signs
)

// check returns the candidates and limits by key.
func (p *Portfolio) check(found *finding.List) (items map[ItemKey]int32, limits map[LimitKey]int32) {
	checkKeys(found, "item", len(p.Items), func(i int) string { return string(p.Items[i].Key) })
	checkKeys(found, "limit", len(p.Limits), func(i int) string { return string(p.Limits[i].Key) })
	checkKeys(found, "group", len(p.Groups), func(i int) string { return p.Groups[i].Key })
	rows := len(p.Limits) + 2*len(p.Groups) + len(p.Needs)
	if len(p.Items) > maxCandidates || rows > maxRows || len(p.Items)*rows > maxCells {
		found.Errorf("rank.portfolio.size", "portfolio", "split the portfolio", "%d items, %d limits, %d groups, %d needs", len(p.Items), len(p.Limits), len(p.Groups), len(p.Needs))
		return nil, nil
	}
	items, limits = make(map[ItemKey]int32, len(p.Items)), make(map[LimitKey]int32, len(p.Limits))
	for i, l := range p.Limits {
		limits[l.Key] = int32(i)
		if l.Capacity < 0 {
			found.Errorf("rank.portfolio.range", "limit/"+string(l.Key), "give it a capacity of 0 or more", "capacity %d", l.Capacity)
		}
	}
	p.checkAmounts(found, items, limits)
	for _, g := range p.Groups {
		seen := make(map[ItemKey]bool, len(g.Items))
		for _, k := range g.Items {
			switch _, ok := items[k]; {
			case !ok:
				found.Errorf("rank.portfolio.unknown", "group/"+g.Key, "add the item or remove it here", "item %.40q is not there", string(k))
			case seen[k]:
				found.Errorf("rank.portfolio.duplicate", "group/"+g.Key, "remove one of them", "item %q is given twice", string(k))
			}
			seen[k] = true
		}
		if g.Min < 0 || g.Max < 0 || g.Max > 0 && g.Min > g.Max || g.Min > len(g.Items) {
			found.Errorf("rank.portfolio.range", "group/"+g.Key, "give it a minimum that its maximum and its items allow", "min %d, max %d, %d items", g.Min, g.Max, len(g.Items))
		}
	}
	for _, n := range p.Needs {
		for _, k := range [2]ItemKey{n.Item, n.Needs} {
			if _, ok := items[k]; !ok {
				found.Errorf("rank.portfolio.unknown", fmt.Sprintf("need/%.40s", n.Item), "add the item or remove the need", "item %.40q is not there", string(k))
			}
		}
	}
	return items, limits
}

func (p *Portfolio) checkAmounts(found *finding.List, items map[ItemKey]int32, limits map[LimitKey]int32) {
	total, used := int64(0), make([]int64, len(p.Limits))
	add := func(sum *int64, n int64, subject string) {
		if n < -maxTotal || n > maxTotal {
			found.Errorf("rank.portfolio.range", subject, "use a larger unit", "%d is out of range", n)
			return
		}
		was := *sum
		if *sum += max(n, -n); *sum > maxTotal && was <= maxTotal {
			found.Errorf("rank.portfolio.range", subject, "use a larger unit", "the sum of all is out of range")
		}
		*sum = min(*sum, 2*maxTotal)
	}
	for i, it := range p.Items {
		items[it.Key] = int32(i)
		add(&total, it.Value, "item/"+string(it.Key))
		seen := make(map[LimitKey]bool, len(it.Uses))
		for _, u := range it.Uses {
			at, ok := limits[u.Limit]
			subject := "item/" + string(it.Key) + "/" + string(u.Limit)
			switch {
			case !ok:
				found.Errorf("rank.portfolio.unknown", subject, "add the limit or remove the use", "limit %.40q is not there", string(u.Limit))
				continue
			case seen[u.Limit]:
				found.Errorf("rank.portfolio.duplicate", subject, "remove one of them", "limit %q is used twice", string(u.Limit))
			case u.Amount < 0:
				found.Errorf("rank.portfolio.range", subject, "give it an amount of 0 or more", "amount %d", u.Amount)
				continue
			}
			seen[u.Limit] = true
			add(&used[at], u.Amount, subject)
		}
	}
}
