package planning

import (
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/internal/intern"
)

// step is what a resource has from an instant on.
type step struct{ from, units int64 }

// stepEnd returns when a step ends.
func stepEnd(s []step, k int) int64 {
	if k+1 < len(s) {
		return s[k+1].from
	}
	return never
}

// group is everyone who has a skill at a level or above.
type group struct {
	skill  string
	level  int
	people []int32 // in the order of the plan
}

// need is a Need of a task.
type need struct {
	group int32
	heads int32
	units int64
}

func (n Need) heads() int {
	if n.Heads == 0 {
		return 1
	}
	return n.Heads
}

func (m *Model) resourceOf(key ResourceKey) (int32, bool) { return m.holder.Of(string(key)) }

func (c *compiler) resources() {
	m := c.m
	m.holder = intern.New(len(m.plan.Resources))
	m.capacity = make([]int64, len(m.plan.Resources))
	for i := range m.plan.Resources {
		r := &m.plan.Resources[i]
		subject := place{what: "resource", key: string(r.Key), i: i}
		c.checkKey(string(r.Key), subject)
		if _, fresh := m.holder.Add(string(r.Key)); !fresh {
			c.errorf("planning.key.duplicate", subject, "rename one of them", "resources[%d] has the key of an earlier resource", i)
			m.holder.Add("\x00" + string(rune(i))) // positions go on
		}
		m.capacity[i] = units(r.Units)
		bad := r.Units < 0 || r.Units > maxUnits || r.Reserved < 0 || r.Reserved > whole || r.Kind > Stock || r.Kind == Stock && len(r.Changes) > 0
		for k, ch := range r.Changes {
			m.capacity[i] = max(m.capacity[i], int64(ch.Units))
			bad = bad || ch.Units < 0 || ch.Units > maxUnits || ch.From.IsZero() || k > 0 && !ch.From.After(r.Changes[k-1].From)
		}
		if bad {
			c.errorf("planning.resource.units", subject, "give 1 to 1,000,000 thousandths, changes by ascending day (a stock has none), and at most 1,000 reserved", "units %d, %d changes, reserved %d", r.Units, len(r.Changes), r.Reserved)
		}
		for k, rate := range r.Rates {
			if rate.Hour.Currency() != r.Rates[0].Hour.Currency() || k > 0 && !rate.From.After(r.Rates[k-1].From) {
				c.errorf("planning.resource.rate", subject, "give rates of one currency by ascending day", "rate %s from %s", rate.Hour, rate.From)
			}
		}
	}
}

func (c *compiler) need(known map[Skill]int32, n Need, subject place) need {
	m := c.m
	at, ok := known[Skill{n.Skill, n.Level}]
	if !ok {
		at = int32(len(m.groups))
		known[Skill{n.Skill, n.Level}] = at
		m.groups = append(m.groups, group{n.Skill, n.Level, m.skilled(Skill{n.Skill, n.Level})})
	}
	can := 0
	for _, r := range m.groups[at].people {
		if units(n.Units) <= m.capacity[r] {
			can++
		}
	}
	if n.Units < 0 || n.Units > maxUnits || n.Heads < 0 || can < n.heads() {
		c.errorf("planning.task.need", subject, "ask for fewer people or a lower level, or hire", "%d with %s at level %d and %d thousandths: the plan has %d", n.heads(), clip(n.Skill), n.Level, units(n.Units), can)
	}
	return need{at, int32(min(n.heads(), maxResources)), units(n.Units)}
}

// skilled returns everyone who has a skill at a level or above.
func (m *Model) skilled(want Skill) []int32 {
	var out []int32
	for i := range m.plan.Resources {
		r := &m.plan.Resources[i]
		if r.Kind != Stock && slices.ContainsFunc(r.Skills, func(s Skill) bool { return s.Key == want.Key && s.Level >= want.Level }) {
			out = append(out, int32(i))
		}
	}
	return out
}

// changes lays the steps of a resource and of its rates, in the zone of its calendar. A time with
// no units at all is an absence: nobody works then.
func (c *compiler) changes() {
	m := c.m
	m.steps, m.rates = make([][]step, len(m.plan.Resources)), make([][]step, len(m.plan.Resources))
	for i := range m.plan.Resources {
		r := &m.plan.Resources[i]
		for _, rate := range r.Rates {
			from := int64(always)
			if !rate.From.IsZero() && m.resCal[i] != nil {
				from = instant(rate.From.In(m.resCal[i].Location()))
			}
			m.rates[i] = append(m.rates[i], step{from, rate.Hour.Minor()})
		}
		if len(r.Changes) == 0 || m.resCal[i] == nil {
			continue
		}
		steps := []step{{always, units(r.Units)}}
		for _, ch := range r.Changes {
			steps = append(steps, step{instant(ch.From.In(m.resCal[i].Location())), int64(ch.Units)})
		}
		m.steps[i] = steps
	}
}

// gone returns the days on which a resource has no units.
func gone(r *Resource) []civil.Period {
	var out []civil.Period
	for k, ch := range r.Changes {
		last := civil.MustDate(9999, time.December, 31)
		if k+1 < len(r.Changes) {
			last = r.Changes[k+1].From.AddDays(-1)
		}
		if ch.Units == 0 && !last.Before(ch.From) {
			out = append(out, civil.Days(ch.From, last))
		}
	}
	return out
}

// offered returns what a resource has for tasks between two instants: working
// time times units.
func (m *Model) offered(r int32, cal *worktime.Calendar, from, to int64) int64 {
	s := m.steps[r]
	if s == nil {
		return int64(cal.BetweenMinutes(from, to)) * m.capacity[r]
	}
	total := int64(0)
	for k := range s {
		if a, b := max(from, s[k].from), min(to, stepEnd(s, k)); a < b {
			total += int64(cal.BetweenMinutes(a, b)) * s[k].units
		}
	}
	return total
}

// deployable returns what is left of an amount when the reserved share is taken
// off, rounded down.
func (m *Model) deployable(r int32, amount int64) int64 {
	reserved := int64(m.plan.Resources[r].Reserved)
	return amount/whole*(whole-reserved) + amount%whole*(whole-reserved)/whole
}
