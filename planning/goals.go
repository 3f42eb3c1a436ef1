package planning

import (
	"math"
	"math/bits"
	"slices"

	"github.com/go-marops/marops/civil/worktime"
)

// Goal is something that a Search makes small.
type Goal uint8

// The goals.
const (
	MinLateness Goal = iota // working minutes by which tasks miss deadlines and latest dates, times Task.Weight
	MinFinish               // when the last task ends
	MinCost                 // of everyone who works, by their rates
	MinChange               // working minutes by which tasks move against Search.Keep
)

var goalNames = []string{"lateness", "finish", "cost", "change"}

// String returns the name in lower case.
func (g Goal) String() string { return nameOf(goalNames, uint8(g), "goal") }

// MarshalText writes the name.
func (g Goal) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads the name. Errors match ErrName.
func (g *Goal) UnmarshalText(text []byte) error {
	i, err := parseName("goal", goalNames, text)
	*g = Goal(i)
	return err
}

// goals returns what a search makes small, the most important first: what is asked
// for, lateness and then the finish if nothing is; last of all, where there is a
// schedule to keep, change.
func (s Search) goals() []Goal {
	out := []Goal{MinLateness, MinFinish}
	if len(s.Goals) > 0 {
		out = nil
	}
	for _, g := range s.Goals {
		if g <= MinChange && !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	if s.Keep != nil && !slices.Contains(out, MinChange) {
		out = append(out, MinChange)
	}
	return out
}

// worth is what a schedule costs: less is better, the first difference decides.
type worth struct {
	lacking int64    // units that stocks do not have, seats that nobody fills, and tasks for which there is never room
	goals   [4]int64 // in the order of the search
	last    int64    // when the last task ends
	spread  int64    // sum of finishes: earlier is better among equals
}

func (w worth) compare(o worth) int {
	a, b := [7]int64{w.lacking, w.goals[0], w.goals[1], w.goals[2], w.goals[3], w.last, w.spread}, [7]int64{o.lacking, o.goals[0], o.goals[1], o.goals[2], o.goals[3], o.last, o.spread}
	return slices.Compare(a[:], b[:])
}

// rate works out what the schedule at hand is worth.
func (b *builder) rate() {
	m, c, t := b.m, b.now, b.now.t
	c.worth = worth{last: m.start}
	for i := range t.ef {
		c.worth.last = max(c.worth.last, t.ef[i])
		c.worth.spread += (t.ef[i] - m.start) >> 8
		if t.ef[i] >= lastDay || t.es[i] <= firstDay {
			c.worth.lacking += whole
		}
		for _, r := range c.seats(m, int32(i)) {
			if r < 0 {
				c.worth.lacking += whole
			}
		}
	}
	if len(m.draws.all) > 0 {
		c.worth.lacking += b.overdrawn()
	}
	for k, g := range b.goals {
		n := int64(0)
		for i := range int32(len(t.ef)) {
			switch g {
			case MinLateness:
				n = sum(n, m.lateness(t, c.cal[i], i))
			case MinCost:
				n = sum(n, b.cost(i))
			case MinChange:
				if b.keep[i] != always {
					n = sum(n, abs(int64(c.cal[i].BetweenMinutes(b.keep[i], t.es[i]))))
				}
			case MinFinish:
			}
		}
		if g == MinFinish {
			n = c.worth.last
		}
		c.worth.goals[k] = n
	}
}

func abs(n int64) int64 { return max(n, -n) }

// sum adds without overflow: far above everything one is as bad as the other.
func sum(a, b int64) int64 { return min(a, math.MaxInt64/4) + min(b, math.MaxInt64/4) }

// overdrawn returns by how much stocks are short.
func (b *builder) overdrawn() (short int64) {
	clear(b.stock)
	for _, v := range b.now.variant {
		for _, d := range b.m.draws.of(v) {
			b.stock[d.resource] += d.units
		}
	}
	for r, n := range b.stock {
		if b.m.plan.Resources[r].Kind == Stock {
			short += max(0, n-b.m.capacity[r])
		}
	}
	return short
}

// lateness returns the weighted working minutes by which a task misses its dates.
func (m *Model) lateness(t *times, cal *worktime.Calendar, i int32) (late int64) {
	if m.finished[i] != always {
		return 0
	}
	miss := func(at, got int64) {
		late = sum(late, max(0, int64(cal.BetweenMinutes(at, got)))*int64(max(1, m.plan.Tasks[i].Weight)))
	}
	if at, toFinish, ok := m.constraint[i].latest(); ok && toFinish {
		miss(at, t.ef[i])
	} else if ok {
		miss(at, t.es[i])
	}
	if m.deadline[i] != never {
		miss(m.deadline[i], t.ef[i])
	}
	return late
}

// cost returns what a task costs, in minor units: hours times units times the rate
// of the day it begins on, rounded half up.
func (b *builder) cost(i int32) (total int64) {
	m, t := b.m, b.now.t
	minutes := uint64(max(0, b.now.cal[i].BetweenMinutes(t.es[i], t.ef[i])))
	for k := range b.doers(i) {
		rate := m.rateAt(k.resource, t.es[i])
		hi, lo := bits.Mul64(minutes*uint64(k.units), uint64(max(0, rate)))
		lo, carry := bits.Add64(lo, 30*whole, 0)
		if hi += carry; hi >= 60*whole {
			return math.MaxInt64 / 4
		}
		q, _ := bits.Div64(hi, lo, 60*whole)
		total = sum(total, int64(min(q, math.MaxInt64/4)))
	}
	return total
}

// rateAt returns the minor units of an hour, 0 if the resource has no rate.
func (m *Model) rateAt(r int32, at int64) int64 {
	rate := int64(0)
	for _, step := range m.rates[r] {
		if step.from <= at {
			rate = step.units
		}
	}
	return rate
}
