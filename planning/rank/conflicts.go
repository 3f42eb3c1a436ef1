package rank

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
)

// ConflictKind says what is wrong in a roadmap.
type ConflictKind uint8

// The kinds of conflict.
const (
	OverCapacity   ConflictKind = iota // a limit has less in a period than the initiatives want
	OutOfOrder                         // an initiative starts before what it needs is over
	GroupOverlap                       // two of an exclusive group share days
	OutsideWindow                      // an initiative has days outside its window
	OutsideRoadmap                     // an initiative has days in no period: what it wants then is not counted
)

var conflictKinds = []string{"capacity", "order", "group", "window", "periods"}

// String returns "capacity", "order", "group", "window" or "periods".
func (k ConflictKind) String() string { return nameOf(conflictKinds, k) }

// Conflict is one thing that cannot be as the roadmap has it.
type Conflict struct {
	Kind   ConflictKind
	Items  []ItemKey    // involved: those that want something, greatest amount first; the one that waits, then what it needs; the two of the group
	Limit  LimitKey     // OverCapacity
	Group  string       // GroupOverlap
	Period civil.Period // the period; the days shared, or out of place
	Demand int64        // OverCapacity
	Supply int64        // OverCapacity
	Move   Shift        // a shift that mends it and breaks nothing else; no item if there is none
	Fix    string       // one action that would mend it
}

// Shift moves an initiative, with its length, to other days.
type Shift struct {
	Item ItemKey
	To   civil.Period
}

// Over returns Demand less Supply.
func (c Conflict) Over() int64 { return c.Demand - c.Supply }

// Finding returns the conflict as a warning with the code rank.roadmap and the
// kind: "rank.roadmap.capacity". Days that are in no period are an info.
func (c Conflict) Finding() finding.Finding {
	f := finding.Finding{Code: "rank.roadmap." + c.Kind.String(), Severity: finding.Warning, Fix: c.Fix}
	switch c.Kind {
	case OverCapacity:
		f.Subject = "limit/" + string(c.Limit)
		f.Evidence = []string{fmt.Sprintf("%s: %d wanted, %d there, %d over", c.Period, c.Demand, c.Supply, c.Over()), "items " + joined(c.Items)}
	case OutOfOrder:
		f.Subject = "initiative/" + string(c.Items[0])
		f.Evidence = []string{fmt.Sprintf("needs %s, which goes on in %s", c.Items[1], c.Period)}
	case GroupOverlap:
		f.Subject = "group/" + c.Group
		f.Evidence = []string{fmt.Sprintf("%s and %s share %s", c.Items[0], c.Items[1], c.Period)}
	case OutsideWindow:
		f.Subject = "initiative/" + string(c.Items[0])
		f.Evidence = []string{fmt.Sprintf("%s is outside its window", c.Period)}
	case OutsideRoadmap:
		f.Severity, f.Subject = finding.Info, "initiative/"+string(c.Items[0])
		f.Evidence = []string{fmt.Sprintf("%s is in no period", c.Period)}
	}
	return f
}

// Conflicts names everything in a roadmap that cannot be, with one fix each:
// limits by period first, then initiatives in the order of the roadmap. The
// error is a finding.List with these codes:
//
//	rank.key.invalid      an empty key, one of more than 255 bytes or not UTF-8
//	rank.key.duplicate    a key given twice
//	rank.roadmap.size     more than 1,000 initiatives, 400 periods or 400 limits
//	rank.roadmap.periods  periods that are empty, overlap or are out of order
//	rank.roadmap.supply   amounts below 0 or not one per period
//	rank.roadmap.days     an initiative without days
//	rank.roadmap.demand   a demand below 0 or given twice
//	rank.roadmap.unknown  an initiative or limit that is not there
func (r Roadmap) Conflicts() ([]Conflict, error) {
	m, err := r.compile()
	if err != nil {
		return nil, err
	}
	out := m.capacity()
	for i := range r.Initiatives {
		out = append(out, m.dates(i)...)
	}
	return out, nil
}

func (m *roads) capacity() []Conflict {
	var out []Conflict
	for l, s := range m.r.Supplies {
		for p, period := range m.r.Periods {
			c := Conflict{Kind: OverCapacity, Limit: s.Limit, Period: period, Demand: m.total[l][p], Supply: s.Amounts[p]}
			if c.Over() <= 0 {
				continue
			}
			var who []int
			for i := range m.r.Initiatives {
				if m.want[i][l][p] > 0 {
					who = append(who, i)
				}
			}
			slices.SortStableFunc(who, func(a, b int) int { return cmp.Compare(m.want[b][l][p], m.want[a][l][p]) })
			for _, i := range who {
				c.Items = append(c.Items, m.r.Initiatives[i].Key)
			}
			c.Move, c.Fix = m.relieve(l, p, who, c.Over())
			if c.Fix == "" {
				c.Fix = fmt.Sprintf("add %d of %s in %s, or ask for less", c.Over(), s.Limit, period)
			}
			out = append(out, c)
		}
	}
	return out
}

// relieve looks for one initiative that ends an overload by moving, the smallest
// that is enough first, to the nearest period.
func (m *roads) relieve(l, p int, who []int, over int64) (Shift, string) {
	for _, i := range slices.Backward(who) {
		if m.want[i][l][p] < over {
			continue
		}
		it := m.r.Initiatives[i]
		offset := max(0, it.Days.First().Sub(m.r.Periods[p].First()))
		for d := 1; d < len(m.r.Periods); d++ {
			for _, q := range [2]int{p + d, p - d} {
				if q < 0 || q >= len(m.r.Periods) {
					continue
				}
				first := m.r.Periods[q].First().AddDays(min(offset, m.r.Periods[q].Len()-1))
				to := civil.Days(first, first.AddDays(it.Days.Len()-1))
				if m.goesWell(i, to) {
					return Shift{it.Key, to}, fmt.Sprintf("move %s to %s", it.Key, to)
				}
			}
		}
	}
	return Shift{}, ""
}

// goesWell reports whether an initiative on other days has no conflict at all.
func (m *roads) goesWell(i int, to civil.Period) bool {
	it := m.r.Initiatives[i]
	if !it.Window.IsEmpty() && !it.Window.Covers(to) || len(m.uncovered(to)) > 0 {
		return false
	}
	for j, o := range m.r.Initiatives {
		switch {
		case j == i:
		case it.Group != "" && o.Group == it.Group && o.Days.Overlaps(to),
			slices.Contains(it.Needs, o.Key) && !o.Days.Last().Before(to.First()),
			slices.Contains(o.Needs, it.Key) && !to.Last().Before(o.Days.First()):
			return false
		}
	}
	want := m.spread(it, to)
	for l, row := range want {
		for p, a := range row {
			if a > 0 && m.total[l][p]-m.want[i][l][p]+a > m.r.Supplies[l].Amounts[p] {
				return false
			}
		}
	}
	return true
}

// dates returns what is wrong with the days of an initiative. A pair of a group
// is reported with the later of the two in the roadmap.
func (m *roads) dates(i int) []Conflict {
	var out []Conflict
	it := m.r.Initiatives[i]
	for _, k := range it.Needs {
		o := m.r.Initiatives[m.index[k]]
		if o.Days.Last().Before(it.Days.First()) {
			continue
		}
		c := Conflict{Kind: OutOfOrder, Items: []ItemKey{it.Key, k}, Period: civil.Days(it.Days.First(), o.Days.Last())}
		c.Move, c.Fix = m.after(i, o.Days.Last())
		out = append(out, c)
	}
	for j, o := range m.r.Initiatives[:i] {
		if it.Group == "" || o.Group != it.Group || !o.Days.Overlaps(it.Days) {
			continue
		}
		c := Conflict{Kind: GroupOverlap, Items: []ItemKey{o.Key, it.Key}, Group: it.Group, Period: o.Days.Intersect(it.Days)}
		second, first := i, o
		if it.Days.First().Before(o.Days.First()) {
			second, first = j, it
		}
		c.Move, c.Fix = m.after(second, first.Days.Last())
		out = append(out, c)
	}
	if w := it.Window; !w.IsEmpty() && !w.Covers(it.Days) {
		c := Conflict{Kind: OutsideWindow, Items: []ItemKey{it.Key}, Period: beyond(it.Days, w)}
		to := civil.Days(w.First(), w.First().AddDays(it.Days.Len()-1))
		if it.Days.First().After(w.First()) {
			to = civil.Days(w.Last().AddDays(1-it.Days.Len()), w.Last())
		}
		switch {
		case it.Days.Len() > w.Len():
			c.Fix = fmt.Sprintf("shorten %s by %d days or widen its window", it.Key, it.Days.Len()-w.Len())
		default:
			c.Move, c.Fix = m.shift(i, to)
		}
		out = append(out, c)
	}
	for _, days := range m.uncovered(it.Days) {
		out = append(out, Conflict{Kind: OutsideRoadmap, Items: []ItemKey{it.Key}, Period: days, Fix: fmt.Sprintf("add a period for %s", days)})
	}
	return out
}

// after moves an initiative behind a day.
func (m *roads) after(i int, last civil.Date) (Shift, string) {
	first := last.AddDays(1)
	return m.shift(i, civil.Days(first, first.AddDays(m.r.Initiatives[i].Days.Len()-1)))
}

func (m *roads) shift(i int, to civil.Period) (Shift, string) {
	key := m.r.Initiatives[i].Key
	fix := fmt.Sprintf("move %s to %s", key, to)
	if !m.goesWell(i, to) {
		return Shift{}, fix + " and mend what that breaks"
	}
	return Shift{key, to}, fix
}

// beyond returns the first run of days that are not in the window.
func beyond(days, window civil.Period) civil.Period {
	if days.First().Before(window.First()) {
		return civil.Days(days.First(), earlier(days.Last(), window.First().AddDays(-1)))
	}
	from := window.Last().AddDays(1)
	if days.First().After(from) {
		from = days.First()
	}
	return civil.Days(from, days.Last())
}

func earlier(a, b civil.Date) civil.Date {
	if b.Before(a) {
		return b
	}
	return a
}

// uncovered returns the runs of days that are in no period.
func (m *roads) uncovered(days civil.Period) []civil.Period {
	var out []civil.Period
	from := days.First()
	for _, p := range m.r.Periods {
		part := p.Intersect(days)
		if part.IsEmpty() {
			continue
		}
		if from.Before(part.First()) {
			out = append(out, civil.Days(from, part.First().AddDays(-1)))
		}
		from = part.Last().AddDays(1)
	}
	if !from.After(days.Last()) {
		out = append(out, civil.Days(from, days.Last()))
	}
	return out
}
