package planning

import (
	"cmp"
	"slices"

	"github.com/go-marops/marops/civil/worktime"
)

// choose fills the needs of a task, one seat after the other, with whoever lets it
// finish first; of equals with those who can do the fewest other things, so that
// who can do many stays free.
func (b *builder) choose(i int32) {
	m, c := b.m, b.now
	v := c.variant[i]
	seats := c.seats(m, i)
	for k := range seats {
		seats[k] = -1
	}
	k := 0
	for _, n := range m.needs.of(v) {
		for range n.heads {
			seats[k] = b.best(i, n, seats[:k])
			if seats[k] >= 0 {
				c.cal[i] = b.together(c.cal[i], m.resCal[seats[k]])
			}
			k++
		}
	}
}

// best returns who does one seat best, -1 if nobody can: Compile has seen to it
// that somebody can by themselves, but not together with all others.
func (b *builder) best(i int32, n need, taken []int32) int32 {
	m, t, dur := b.m, b.now.t, b.m.dur[b.now.variant[i]]
	best, ends := int32(-1), int64(never)
	for _, r := range m.groups[n.group].people {
		if n.units > m.capacity[r] || slices.Contains(taken, r) || b.booked(i, r) {
			continue
		}
		cal := b.together(b.now.cal[i], m.resCal[r])
		if cal == nil {
			continue
		}
		start, _ := m.earlyStart(t, cal, i, dur)
		end := finish(cal, start, dur)
		for {
			until, _, found := b.profiles[r].conflict(start, end, n.units, m.capacity[r])
			if !found || until >= lastDay {
				break
			}
			start = startOn(cal, until, dur)
			end = finish(cal, start, dur)
		}
		if end < ends || end == ends && best >= 0 && m.fewerSkills(r, best) {
			best, ends = r, end
		}
	}
	return best
}

func (m *Model) fewerSkills(a, b int32) bool {
	return cmp.Compare(len(m.plan.Resources[a].Skills), len(m.plan.Resources[b].Skills)) < 0
}

// booked reports whether a task occupies somebody by name.
func (b *builder) booked(i, r int32) bool {
	return slices.ContainsFunc(b.m.books.of(b.now.variant[i]), func(k booking) bool { return k.resource == r })
}

// seatAnyone fills the needs of what has started with the first who are there: its
// dates do not depend on them.
func (b *builder) seatAnyone(i int32) {
	m, seats, k := b.m, b.now.seats(b.m, i), 0
	for _, n := range m.needs.of(b.now.variant[i]) {
		for range n.heads {
			seats[k] = -1
			for _, r := range m.groups[n.group].people {
				if !slices.Contains(seats[:k], r) && !b.booked(i, r) {
					seats[k] = r
					break
				}
			}
			k++
		}
	}
}

// together returns the time at which a task and one more person work, nil if there
// is none.
func (b *builder) together(cal, own *worktime.Calendar) *worktime.Calendar {
	if cal == own || cal == nil {
		return cal
	}
	pair := [2]*worktime.Calendar{cal, own}
	both, ok := b.joint[pair]
	if !ok {
		both, _ = worktime.Common(cal, own) // an error says that there is none
		b.joint[pair] = both
	}
	return both
}
