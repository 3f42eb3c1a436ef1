package planning

import (
	"fmt"
	"math/bits"
	"time"

	"github.com/go-marops/marops/civil"
)

// Bucket is the width of a column of a load table.
type Bucket uint8

// The buckets. Weeks begin on Monday.
const (
	Daily Bucket = iota
	Weekly
	Monthly
)

// Load is what a resource has to do and can do in a period.
type Load struct {
	Resource  ResourceKey
	Period    civil.Period // in the zone of the resource's calendar
	Demand    Effort
	Available Effort // working time less absences, times units
}

// Utilisation returns demand and what it is measured against. The denominator
// is the resource's available time, and is 0 in a period of absence.
func (l Load) Utilisation() (demand, available Effort) { return l.Demand, l.Available }

// Percent returns the utilisation in whole percent, rounded half up, and
// whether there is one: nothing is a percentage of an absence.
func (l Load) Percent() (int64, bool) {
	if l.Available <= 0 || l.Demand < 0 {
		return 0, false
	}
	// (200 demand + available) / (2 available), in 128 bits.
	hi, lo := bits.Mul64(uint64(l.Demand), 200)
	lo, carry := bits.Add64(lo, uint64(l.Available), 0)
	hi += carry
	if hi >= 2*uint64(l.Available) {
		return 0, false
	}
	q, _ := bits.Div64(hi, lo, 2*uint64(l.Available))
	return int64(q), true
}

// Over reports whether demand exceeds what is available.
func (l Load) Over() bool { return l.Demand > l.Available }

// String returns the load with its denominator: "32 h of 40 h (80 %)".
func (l Load) String() string {
	if p, ok := l.Percent(); ok {
		return fmt.Sprintf("%s of %s (%d %%)", l.Demand, l.Available, p)
	}
	return fmt.Sprintf("%s of %s", l.Demand, l.Available)
}

// Load returns a row per resource and period, in that order, from the period of
// the plan's start (or of the first start before it) to that of the last
// finish. A task's work is spread evenly over its working time. The dates are
// those of a Schedule or of a CriticalPath of this model; of another's there is
// no load.
func (m *Model) Load(dates Dated, by Bucket) []Load {
	d := dates.Dates()
	if d.m != m {
		return nil
	}
	first, last := m.start, m.start
	for i := range d.start {
		first, last = min(first, d.start[i]), max(last, d.end[i])
	}
	tasks := m.tasksOf()
	var out []Load
	for r, cal := range m.resCal {
		zone := cal.Location()
		row := len(out)
		var edges []int64
		day := civil.DateOf(timeAt(first, cal))
		for end := civil.DateOf(timeAt(max(first, last-1), cal)); !day.After(end) && len(edges) < maxPeriods; {
			p := period(day, by)
			edges = append(edges, instant(p.First().In(zone)))
			out = append(out, Load{Resource: m.resource(int32(r)), Period: p})
			day = p.Last().AddDays(1)
		}
		edges = append(edges, instant(day.In(zone)))
		for k := range out[row:] {
			out[row+k].Available = Effort(cal.BetweenMinutes(edges[k], edges[k+1])) * Effort(m.capacity[r])
		}
		for _, u := range tasks.of(int32(r)) {
			k := bucketOf(edges, d.start[u.task])
			for ; k < len(edges)-1 && edges[k] < d.end[u.task]; k++ {
				from, to := max(edges[k], d.start[u.task]), min(edges[k+1], d.end[u.task])
				if from < to {
					out[row+k].Demand += Effort(d.working[u.task].BetweenMinutes(from, to)) * Effort(u.units)
				}
			}
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
func (m *Model) tasksOf() rows[use] {
	type owned struct {
		resource int32
		use
	}
	var all []owned
	for i := range m.plan.Tasks {
		for _, b := range m.books.of(int32(i)) {
			all = append(all, owned{b.resource, use{int32(i), b.units}})
		}
	}
	return collect(len(m.capacity), len(all), func(i int) int32 { return all[i].resource }, func(i int) use { return all[i].use })
}
