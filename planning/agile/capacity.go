package agile

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// Member is a person of a sprint's team.
type Member struct {
	Person   planning.ResourceKey
	Calendar *worktime.Calendar
	Absences []civil.Period
	Units    int // thousandths of the person that the team has; 0 is 1000
	Focus    int // percent of the working time that goes into items, 0 to 100: said, never assumed
}

// MemberCapacity is what a person can give to a sprint.
type MemberCapacity struct {
	Person  planning.ResourceKey
	Working worktime.Minutes // of the calendar, absences off
	Absent  worktime.Minutes // working time lost to absences
	Effort  planning.Effort  // Working times units times focus, rounded down
}

// Capacity is what a team can give to a sprint.
type Capacity struct {
	Members []MemberCapacity
	Total   planning.Effort
}

// CapacityOf works out a team's capacity over some days. A member without a
// calendar has none; units and focus out of range are brought into it.
func CapacityOf(days civil.Period, team []Member) Capacity {
	var out Capacity
	for _, m := range team {
		c := MemberCapacity{Person: m.Person}
		if m.Calendar != nil && days.Len() <= maxSprint {
			for d := range days.Each() {
				n := m.Calendar.MinutesOn(d)
				if slices.ContainsFunc(m.Absences, func(p civil.Period) bool { return p.Contains(d) }) {
					c.Absent += n
				} else {
					c.Working += n
				}
			}
		}
		units := m.Units
		if units == 0 {
			units = 1000
		}
		units = max(0, min(units, 1_000_000))
		c.Effort = planning.Effort(int64(c.Working) * int64(units) * int64(max(0, min(m.Focus, 100))) / 100)
		out.Members = append(out.Members, c)
		out.Total += c.Effort
	}
	return out
}

// PointsFor scales points done with some capacity to another capacity, rounded
// down to tenths: 30 points with 300 h become 24 with 240 h. It is 0 if there was
// no capacity.
func PointsFor(done Points, with, now planning.Effort) Points {
	if with <= 0 || now <= 0 || done <= 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(done), uint64(now))
	if high >= uint64(with) {
		return Points(1<<63 - 1)
	}
	q, _ := bits.Div64(high, low, uint64(with))
	return Points(min(q, 1<<63-1))
}

// Suggestion is what could go into a sprint.
type Suggestion struct {
	Take     []ItemKey // by rank
	Points   Points
	Capacity Points
	Passed   []Passed // by rank
}

// Passed is an item that the suggestion leaves.
type Passed struct {
	Item   ItemKey
	Reason string
}

// Suggest fills a capacity with open and active items by rank that are in no
// sprint. An item that is too large for what is left is passed, and smaller ones
// behind it may still fit; with strict, nothing behind it is taken. Items without
// an estimate are passed and named.
func (b *Backlog) Suggest(capacity Points, strict bool) Suggestion {
	out := Suggestion{Capacity: capacity}
	for _, k := range b.order {
		it := b.get(k)
		left := capacity - out.Points
		switch {
		case b.sprintOf(it) != nil:
		case !it.Estimate.known:
			out.Passed = append(out.Passed, Passed{k, "it has no estimate"})
		case it.Estimate.points > left:
			out.Passed = append(out.Passed, Passed{k, fmt.Sprintf("it takes %s points, %s are left", it.Estimate, left)})
			if strict {
				return out
			}
		default:
			out.Take = append(out.Take, k)
			out.Points += it.Estimate.points
		}
	}
	return out
}
