package rank

import (
	"fmt"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
)

// Roadmap is initiatives over periods, such as the quarters of a year, with what
// there is of each limit in each period.
type Roadmap struct {
	Periods     []civil.Period `json:"periods"` // in order, none overlapping
	Supplies    []Supply       `json:"supplies,omitempty"`
	Initiatives []Initiative   `json:"initiatives"`
}

// Supply is what there is of a limit: money in minor units, work of a role in
// minutes or hours.
type Supply struct {
	Limit   LimitKey `json:"limit"`
	Amounts []int64  `json:"amounts"` // by period
}

// Initiative is a piece of the roadmap.
type Initiative struct {
	Key     ItemKey      `json:"key"`
	Name    string       `json:"name,omitempty"`
	Days    civil.Period `json:"days"`
	Window  civil.Period `json:"window,omitzero"`   // the days that it must keep to; empty: any
	Group   string       `json:"group,omitempty"`   // two of a group must not overlap
	Needs   []ItemKey    `json:"needs,omitempty"`   // must be over before it starts
	Demands []Demand     `json:"demands,omitempty"` // each limit at most once
}

// Demand is what an initiative needs of a limit in all. It is spread evenly over
// the initiative's days, in whole units.
type Demand struct {
	Limit  LimitKey `json:"limit"`
	Amount int64    `json:"amount"`
}

// PeriodLoad is what a limit has to give in a period.
type PeriodLoad struct {
	Limit  LimitKey
	Period civil.Period
	Demand int64
	Supply int64
	Items  []ItemLoad // that want something, in the order of the roadmap
}

// ItemLoad is what one initiative wants.
type ItemLoad struct {
	Key    ItemKey
	Amount int64
}

// Sizes of a roadmap.
const (
	maxInitiatives = 1_000
	maxPeriods     = 400
	maxAmount      = 1 << 40
)

// Loads returns a row per limit and period, in that order. The error is that of
// Conflicts.
func (r Roadmap) Loads() ([]PeriodLoad, error) {
	m, err := r.compile()
	if err != nil {
		return nil, err
	}
	var out []PeriodLoad
	for l, s := range r.Supplies {
		for p, period := range r.Periods {
			row := PeriodLoad{Limit: s.Limit, Period: period, Supply: s.Amounts[p]}
			for i, it := range r.Initiatives {
				if a := m.want[i][l][p]; a > 0 {
					row.Demand += a
					row.Items = append(row.Items, ItemLoad{it.Key, a})
				}
			}
			out = append(out, row)
		}
	}
	return out, nil
}

// roads is a checked roadmap.
type roads struct {
	r      *Roadmap
	index  map[ItemKey]int
	limits map[LimitKey]int
	want   [][][]int64 // by initiative, limit, period
	total  [][]int64   // by limit, period
}

func (r *Roadmap) compile() (*roads, error) {
	var found finding.List
	checkKeys(&found, "initiative", len(r.Initiatives), func(i int) string { return string(r.Initiatives[i].Key) })
	checkKeys(&found, "limit", len(r.Supplies), func(i int) string { return string(r.Supplies[i].Limit) })
	if len(r.Initiatives) > maxInitiatives || len(r.Periods) > maxPeriods || len(r.Supplies) > maxPeriods {
		found.Errorf("rank.roadmap.size", "roadmap", "split the roadmap", "%d initiatives, %d periods, %d limits", len(r.Initiatives), len(r.Periods), len(r.Supplies))
		return nil, found.Err()
	}
	for p, period := range r.Periods {
		if period.IsEmpty() || p > 0 && !r.Periods[p-1].Last().Before(period.First()) {
			found.Errorf("rank.roadmap.periods", fmt.Sprintf("period/%d", p+1), "give the periods in order, without overlap", "%q", period)
		}
	}
	m := &roads{r: r, index: map[ItemKey]int{}, limits: map[LimitKey]int{}}
	for l, s := range r.Supplies {
		m.limits[s.Limit] = l
		if len(s.Amounts) != len(r.Periods) || slices.ContainsFunc(s.Amounts, func(a int64) bool { return a < 0 || a > maxAmount }) {
			found.Errorf("rank.roadmap.supply", "limit/"+string(s.Limit), "give it an amount of 0 or more per period", "%d amounts for %d periods", len(s.Amounts), len(r.Periods))
		}
	}
	for i, it := range r.Initiatives {
		m.index[it.Key] = i
	}
	for _, it := range r.Initiatives {
		m.checkInitiative(&found, it)
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	m.total = make([][]int64, len(r.Supplies))
	for l := range m.total {
		m.total[l] = make([]int64, len(r.Periods))
	}
	m.want = make([][][]int64, len(r.Initiatives))
	for i, it := range r.Initiatives {
		m.want[i] = m.spread(it, it.Days)
		m.book(m.want[i], 1)
	}
	return m, nil
}

func (m *roads) checkInitiative(found *finding.List, it Initiative) {
	subject := "initiative/" + string(it.Key)
	if it.Days.IsEmpty() {
		found.Errorf("rank.roadmap.days", subject, "give it its days", "no days")
	}
	for _, k := range it.Needs {
		if _, ok := m.index[k]; !ok || k == it.Key {
			found.Errorf("rank.roadmap.unknown", subject, "add the initiative or remove the need", "needs %.40q", string(k))
		}
	}
	seen := map[LimitKey]bool{}
	for _, d := range it.Demands {
		_, ok := m.limits[d.Limit]
		switch {
		case !ok:
			found.Errorf("rank.roadmap.unknown", subject, "add a supply of it or remove the demand", "wants %.40q", string(d.Limit))
		case seen[d.Limit]:
			found.Errorf("rank.roadmap.demand", subject, "add the demands up", "wants %q twice", d.Limit)
		case d.Amount < 0 || d.Amount > maxAmount:
			found.Errorf("rank.roadmap.demand", subject, "give it an amount of 0 or more", "wants %d of %q", d.Amount, d.Limit)
		}
		seen[d.Limit] = true
	}
}

// spread returns what an initiative wants by limit and period if it has the
// days. Up to the end of each period it has used the share of the days gone by,
// rounded down, so that all adds up.
func (m *roads) spread(it Initiative, days civil.Period) [][]int64 {
	out := make([][]int64, len(m.r.Supplies))
	for l := range out {
		out[l] = make([]int64, len(m.r.Periods))
	}
	all := int64(days.Len())
	for _, d := range it.Demands {
		until := func(n int64) int64 { // avoids the product of two large numbers
			return d.Amount/all*n + d.Amount%all*n/all
		}
		row := out[m.limits[d.Limit]]
		for p, period := range m.r.Periods {
			part := period.Intersect(days)
			if part.IsEmpty() {
				continue
			}
			from := int64(part.First().Sub(days.First()))
			row[p] = until(from+int64(part.Len())) - until(from)
		}
	}
	return out
}

func (m *roads) book(want [][]int64, sign int64) {
	for l, row := range want {
		for p, a := range row {
			m.total[l][p] += sign * a
		}
	}
}
