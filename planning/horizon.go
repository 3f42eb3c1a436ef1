package planning

import (
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

const maxYears = 195 // that are tabulated; dates beyond cost microseconds instead of nanoseconds

// horizon returns the days to tabulate: those of the plan, else a year before it
// to three years after, or as long as its longest path and its dates reach.
func (m *Model) horizon() civil.Period {
	p := &m.plan
	switch {
	case !p.Horizon.IsEmpty():
		return p.Horizon
	case p.Start.IsZero():
		back := max(36, m.months())
		return civil.Days(p.Finish.AddMonths(-back), p.Finish.AddMonths(12))
	}
	last := p.Start.AddMonths(max(36, m.months()))
	for i := range p.Tasks {
		t := &p.Tasks[i]
		for _, at := range []time.Time{t.Constraint.At, t.Started, t.Finished} {
			if d := civil.DateOf(at); !at.IsZero() && d.After(last) && d.Before(p.Start.AddMonths(12*maxYears)) {
				last = d.AddMonths(12)
			}
		}
	}
	return civil.Days(p.Start.AddMonths(-12), last)
}

// months returns about how long the longest path takes, and what the busiest
// resource has to do, at most maxYears.
func (m *Model) months() int {
	week := int64(0)
	for _, shifts := range m.plan.Calendars[m.plan.Calendar].Week {
		for _, s := range shifts {
			week += int64(s.To - s.From)
		}
	}
	week = max(week, 60)
	minutes := func(l worktime.Length) int64 {
		switch l.Kind() {
		case worktime.KindDays:
			return l.Amount() * week / 5
		case worktime.KindElapsed:
			return l.Amount() * week / (7 * 1440)
		default:
			return l.Amount()
		}
	}
	end := make([]int64, len(m.plan.Tasks))
	longest := int64(0)
	for _, i := range m.order { // a part of the tasks if there is a circle
		for _, a := range m.in.of(i) {
			end[i] = max(end[i], end[a.task]+minutes(a.lag))
		}
		end[i] = min(max(0, end[i])+max(0, minutes(m.dur[i])), never)
		longest = max(longest, end[i])
	}
	load := make([]int64, len(m.capacity)) // what one resource does takes as long as that
	for i := range m.plan.Tasks {
		for _, b := range m.books.of(int32(i)) {
			n := max(0, minutes(m.dur[i])) * min(max(b.units, 0), maxUnits) / max(1, m.capacity[b.resource])
			load[b.resource] = min(load[b.resource]+n, never)
			longest = max(longest, load[b.resource])
		}
	}
	return int(min(longest/week*7*12/365+longest/week/4+2, 12*maxYears)) // a quarter more, for holidays
}
