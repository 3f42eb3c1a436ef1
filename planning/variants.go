package planning

import "github.com/go-marops/marops/civil/worktime"

// variants numbers the ways to do each task and collects what they take.
func (c *compiler) variants() {
	m, n := c.m, len(c.m.plan.Tasks)
	type owned[T any] struct {
		variant int32
		item    T
	}
	var books, draws []owned[booking]
	var needs []owned[need]
	known := map[Skill]int32{}
	effort := int64(0)
	add := func(task int, v int32, d worktime.Length, assigned []Assignment, wanted []Need) {
		most := int64(0)
		for _, a := range assigned {
			r, ok := m.resourceOf(a.Resource)
			if !ok {
				continue // reported already
			}
			if b := (owned[booking]{v, booking{r, units(a.Units)}}); m.plan.Resources[r].Kind == Stock {
				draws = append(draws, b)
			} else {
				books = append(books, b)
				most += min(max(b.item.units, 0), maxUnits)
			}
		}
		for _, w := range wanted {
			asked := c.need(known, w, taskPlace(m.key(int32(task)), task))
			needs = append(needs, owned[need]{v, asked})
			most += min(max(asked.units, 0), maxUnits) * int64(max(asked.heads, 0))
		}
		// Both factors are bounded, but not their product.
		if minutes := mostMinutes(d); most > 0 && minutes > (maxEffort-effort)/most {
			effort = maxEffort
		} else {
			effort += minutes * most
		}
	}
	var owner []int32
	for i := range m.plan.Tasks {
		t := &m.plan.Tasks[i]
		add(i, int32(i), m.dur[i], t.Assignments, t.Needs)
	}
	for i := range m.plan.Tasks {
		for k := range m.plan.Tasks[i].Modes {
			mode := &m.plan.Tasks[i].Modes[k]
			m.dur = append(m.dur, mode.Duration)
			add(i, int32(n+len(owner)), mode.Duration, mode.Assignments, mode.Needs)
			owner = append(owner, int32(i))
		}
	}
	seats := int64(0)
	for _, w := range needs {
		seats += int64(w.item.heads)
	}
	if effort >= maxEffort || seats > maxBookings {
		c.errorf("planning.size", thePlan, "split the plan", "all work together, or everyone asked for, is too much to count")
	}
	all := n + len(owner)
	m.books = collect(all, len(books), func(i int) int32 { return books[i].variant }, func(i int) booking { return books[i].item })
	m.draws = collect(all, len(draws), func(i int) int32 { return draws[i].variant }, func(i int) booking { return draws[i].item })
	m.needs = collect(all, len(needs), func(i int) int32 { return needs[i].variant }, func(i int) need { return needs[i].item })
	m.seat = make([]int32, all+1)
	for v := range int32(all) {
		m.seat[v+1] = m.seat[v]
		for _, w := range m.needs.of(v) {
			m.seat[v+1] += w.heads
		}
	}
	m.more = collect(n, len(owner), func(k int) int32 { return owner[k] }, func(k int) int32 { return int32(n + k) })
}

// stocks refuses a plan that uses up more than there is, whatever the modes.
func (c *compiler) stocks() {
	m := c.m
	if len(m.draws.all) == 0 {
		return
	}
	least := make([]int64, len(m.capacity))
	for i := range m.plan.Tasks {
		of := map[int32]int64{} // the least of each stock
		for _, d := range m.draws.of(int32(i)) {
			of[d.resource] += d.units
		}
		for _, v := range m.more.of(int32(i)) {
			for r, n := range of {
				other := int64(0)
				for _, d := range m.draws.of(v) {
					if d.resource == r {
						other += d.units
					}
				}
				of[r] = min(n, other)
			}
		}
		for r, n := range of {
			least[r] += n
		}
	}
	for r, n := range least {
		if n > m.capacity[r] {
			key := string(m.resource(int32(r)))
			c.errorf("planning.resource.stock", place{what: "resource", key: key, i: r}, "raise the stock or drop a task", "tasks use up at least %d of %d thousandths", n, m.capacity[r])
		}
	}
}
