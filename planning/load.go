package planning

import (
	"fmt"
	"math/bits"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// Bucket is the width of a column of a load table.
type Bucket uint8

// The buckets. Weeks begin on Monday.
const (
	Daily Bucket = iota
	Weekly
	Monthly
)

// Load is what a resource has to do and can do in a period. Of the notions of
// capacity each is at most the one before: Nominal, Contracted, Available,
// Deployable.
type Load struct {
	Resource   ResourceKey
	Period     civil.Period // in the zone of the resource's calendar
	Demand     Effort       // of firm tasks
	Tentative  Effort       // of tentative tasks, not in Demand
	Nominal    Effort       // the calendar's usual weeks for as many whole people as the units need, holidays included
	Contracted Effort       // the usual weeks times units
	Available  Effort       // working time less holidays and absences, times units
	Reserved   Effort       // of Available, what no task gets
}

// Deployable returns what tasks can get: Available less Reserved.
func (l Load) Deployable() Effort { return l.Available - l.Reserved }

// Free returns Deployable less Demand; tentative tasks do not count. It is
// negative where demand exceeds what there is.
func (l Load) Free() Effort { return l.Deployable() - l.Demand }

// Utilisation returns firm demand and what it is measured against: Deployable,
// which is 0 in a period of absence.
func (l Load) Utilisation() (demand, deployable Effort) { return l.Demand, l.Deployable() }

// Percent returns the utilisation in whole percent, rounded half up, and
// whether there is one: nothing is a percentage of an absence.
func (l Load) Percent() (int64, bool) {
	of := uint64(max(l.Deployable(), 0))
	if of == 0 || l.Demand < 0 {
		return 0, false
	}
	// (200 demand + of) / (2 of), in 128 bits.
	hi, lo := bits.Mul64(uint64(l.Demand), 200)
	lo, carry := bits.Add64(lo, of, 0)
	hi += carry
	if hi >= 2*of {
		return 0, false
	}
	q, _ := bits.Div64(hi, lo, 2*of)
	return int64(q), true
}

// Over reports whether demand exceeds what is deployable.
func (l Load) Over() bool { return l.Demand > l.Deployable() }

// String returns the load with its denominator: "32 h of 40 h (80 %)".
func (l Load) String() string {
	if p, ok := l.Percent(); ok {
		return fmt.Sprintf("%s of %s (%d %%)", l.Demand, l.Deployable(), p)
	}
	return fmt.Sprintf("%s of %s", l.Demand, l.Deployable())
}

// Load returns a row per resource and period, in that order, from the period of
// the plan's start (or of the first start before it) to that of the last
// finish. A task's work is spread evenly over its working time. The dates are
// those of a Schedule or of a CriticalPath of this model; of another's there is
// no load. A stock has no rows.
//
// Only a Schedule knows who fills a Need; see DemandBySkill for what is asked.
func (m *Model) Load(dates Dated, by Bucket) []Load {
	return m.load(dates, func(first, last civil.Date) []civil.Period { return periodsOf(first, last, by) })
}

// periodsOf returns the periods from that of one day to that of another.
func periodsOf(first, last civil.Date, by Bucket) (out []civil.Period) {
	for day := first; !day.After(last) && len(out) < maxPeriods; {
		p := period(day, by)
		out = append(out, p)
		day = p.Last().AddDays(1)
	}
	return out
}

// LoadIn is Load for periods of the caller's: the months of a fiscal calendar,
// sprints, a quarter. They must follow one another; of others there is no load.
func (m *Model) LoadIn(dates Dated, periods ...civil.Period) []Load {
	for i, p := range periods {
		if p.IsEmpty() || i > 0 && p.First() != periods[i-1].Last().AddDays(1) {
			return nil
		}
	}
	return m.load(dates, func(civil.Date, civil.Date) []civil.Period { return periods })
}

func (m *Model) load(dates Dated, periods func(first, last civil.Date) []civil.Period) []Load {
	d := dates.Dates()
	if d.m != m {
		return nil
	}
	first, last := d.extent()
	tasks := m.tasksOf(d.books)
	var out []Load
	for r, cal := range m.resCal {
		if m.plan.Resources[r].Kind == Stock {
			continue
		}
		row := len(out)
		list := periods(civil.DateOf(timeAt(first, cal)), civil.DateOf(timeAt(max(first, last-1), cal)))
		edges := edgesOf(list, cal.Location())
		for k, p := range list {
			out = append(out, m.capacityIn(int32(r), p, edges[k], edges[k+1]))
		}
		for _, u := range tasks.of(int32(r)) {
			spread(edges, d, u.task, func(k int, minutes worktime.Minutes) {
				if l := &out[row+k]; m.plan.Tasks[u.task].Tentative {
					l.Tentative += Effort(minutes) * Effort(u.units)
				} else {
					l.Demand += Effort(minutes) * Effort(u.units)
				}
			})
		}
	}
	return out
}

// extent returns the first start, of the plan or of a task, and the last finish.
func (d Dates) extent() (first, last int64) {
	first, last = d.m.start, d.m.start
	for i := range d.start {
		first, last = min(first, d.start[i]), max(last, d.end[i])
	}
	return first, last
}

// edgesOf returns the instants at which periods begin, and the end of the last.
func edgesOf(list []civil.Period, zone *time.Location) []int64 {
	edges := make([]int64, 0, len(list)+1)
	for _, p := range list {
		edges = append(edges, instant(p.First().In(zone)))
	}
	if n := len(list); n > 0 {
		edges = append(edges, instant(list[n-1].Last().AddDays(1).In(zone)))
	}
	return edges
}

// spread calls add with the working minutes of a task in each period.
func spread(edges []int64, d Dates, task int32, add func(k int, minutes worktime.Minutes)) {
	for k := bucketOf(edges, d.start[task]); k < len(edges)-1 && edges[k] < d.end[task]; k++ {
		if from, to := max(edges[k], d.start[task]), min(edges[k+1], d.end[task]); from < to {
			add(k, d.working[task].BetweenMinutes(from, to))
		}
	}
}

// capacityIn returns a row without demand.
func (m *Model) capacityIn(r int32, p civil.Period, from, to int64) Load {
	heads := (m.capacity[r] + whole - 1) / whole * whole
	l := Load{
		Resource: m.resource(r), Period: p,
		Nominal:    Effort(int64(m.usual[r].BetweenMinutes(from, to)) * heads),
		Contracted: Effort(m.offered(r, m.usual[r], from, to)),
		Available:  Effort(m.offered(r, m.resCal[r], from, to)),
	}
	l.Reserved = l.Available - Effort(m.deployable(r, int64(l.Available)))
	return l
}

// SkillLoad is what is asked of everyone with a skill in a period. Rows overlap:
// one person has several skills. They never add up to a total.
type SkillLoad struct {
	Skill      string
	Level      int // at least
	Period     civil.Period
	Demand     Effort // of firm tasks
	Tentative  Effort
	Deployable Effort // of everyone who has it, for whatever skill
	People     []ResourceKey
}

// Free returns Deployable less Demand: what is left of everyone who has the skill,
// if they do nothing else.
func (l SkillLoad) Free() Effort { return l.Deployable - l.Demand }

// DemandBySkill returns a row for each skill and level that tasks need, and each
// period, in the order in which tasks first ask. Periods are those of Load, in
// the zone of the plan's calendar.
func (m *Model) DemandBySkill(dates Dated, by Bucket) []SkillLoad {
	d := dates.Dates()
	if d.m != m {
		return nil
	}
	first, last := d.extent()
	list := periodsOf(civil.DateOf(timeAt(first, m.home)), civil.DateOf(timeAt(max(first, last-1), m.home)), by)
	edges := edgesOf(list, m.home.Location())
	out := make([]SkillLoad, len(m.groups)*len(list))
	for g := range m.groups {
		group := &m.groups[g]
		for k, p := range list {
			row := &out[g*len(list)+k]
			*row = SkillLoad{Skill: group.skill, Level: group.level, Period: p}
			for _, r := range group.people {
				row.People = append(row.People, m.resource(r))
				row.Deployable += Effort(m.deployable(r, m.offered(r, m.resCal[r], edges[k], edges[k+1])))
			}
		}
	}
	for i := range m.plan.Tasks {
		for _, n := range m.needs.of(int32(i)) {
			spread(edges, d, int32(i), func(k int, minutes worktime.Minutes) {
				row := &out[int(n.group)*len(list)+k]
				if e := Effort(minutes) * Effort(n.units) * Effort(n.heads); m.plan.Tasks[i].Tentative {
					row.Tentative += e
				} else {
					row.Demand += e
				}
			})
		}
	}
	return out
}

const maxPeriods = 73_050 // days of 200 years

func period(d civil.Date, by Bucket) civil.Period {
	switch by {
	case Weekly:
		monday := d.AddDays(-(int(d.Weekday()-time.Monday) + 7) % 7)
		return civil.Days(monday, monday.AddDays(6))
	case Monthly:
		return civil.MonthOf(d)
	default:
		return civil.Days(d, d)
	}
}

// bucketOf returns the last bucket that begins at or before an instant, the
// first if none.
func bucketOf(edges []int64, at int64) int {
	low, high := 0, len(edges)
	for high-low > 1 {
		if mid := (low + high) / 2; edges[mid] <= at {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

type use struct {
	task  int32
	units int64
}

// tasksOf returns the tasks of each resource in the order of the plan.
func (m *Model) tasksOf(books *rows[booking]) rows[use] {
	type owned struct {
		resource int32
		use
	}
	all := make([]owned, 0, len(books.all))
	for i := range m.plan.Tasks {
		for _, b := range books.of(int32(i)) {
			all = append(all, owned{b.resource, use{int32(i), b.units}})
		}
	}
	return collect(len(m.capacity), len(all), func(i int) int32 { return all[i].resource }, func(i int) use { return all[i].use })
}
