package planning

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil/worktime"
)

// links resolves both ends of every link. One that names a phase stands for one
// to or from each of its tasks.
func (c *compiler) links() {
	m := c.m
	m.links, m.lagName = make([]joint, len(c.authored)), []string{""}
	edges := make([]edge, 0, len(c.authored))
	listed := map[TaskKey]int32{}
	for k, p := range m.phases {
		if p.listed {
			listed[TaskKey(p.Key)] = int32(k)
		}
	}
	c.joints()
	for i := range m.links {
		l, j := &c.authored[i], &m.links[i]
		okFrom, okTo := j.from >= 0, j.to >= 0
		c.lag(i, l, j.from)
		if okFrom && okTo {
			edges = append(edges, edge{j.from, j.to, int32(i)})
			continue
		}
		if len(c.found) >= maxFindings {
			break // a thousand are enough to mend
		}
		sources, targets := c.ends(listed, l.From, &j.from, i), c.ends(listed, l.To, &j.to, i)
		if !okFrom && l.Type.fromStart() || !okTo && l.Type.toFinish() || overlap(sources, targets) {
			c.errorf("planning.link.phase", linkPlace(l, i), "link from the finish or to the start of a phase, and from outside it",
				"links[%d]: %s with a phase", i, l.Type)
			continue
		}
		if len(sources)*len(targets) > maxLinks-len(edges) {
			c.errorf("planning.size", thePlan, "put a milestone between the phases", "links of phases stand for more than %d links of tasks", maxLinks)
			break
		}
		for _, a := range sources {
			for _, b := range targets {
				edges = append(edges, edge{a, b, int32(i)})
			}
		}
	}
	m.arcs(edges)
}

// arcs is collect for both directions at once, for the many.
func (m *Model) arcs(edges []edge) {
	n := len(m.plan.Tasks)
	m.in = rows[arc]{make([]int32, n+1), make([]arc, len(edges))}
	m.out = rows[arc]{make([]int32, n+1), make([]arc, len(edges))}
	for _, e := range edges {
		m.in.head[e.to]++
		m.out.head[e.from]++
	}
	ins, outs := int32(0), int32(0)
	for i := range n + 1 {
		ins, m.in.head[i] = ins+m.in.head[i], ins
		outs, m.out.head[i] = outs+m.out.head[i], outs
	}
	// The heads move to the ends of their rows, then back by one row.
	for _, e := range edges {
		j := &m.links[e.link]
		a := arc{m.lagOf(j.lag, int(j.percent), e.from), e.from, e.link, j.calendar, j.typ}
		m.in.all[m.in.head[e.to]] = a
		m.in.head[e.to]++
		a.task = e.to
		m.out.all[m.out.head[e.from]] = a
		m.out.head[e.from]++
	}
	copy(m.in.head[1:], m.in.head)
	copy(m.out.head[1:], m.out.head)
	m.in.head[0], m.out.head[0] = 0, 0
}

type edge struct{ from, to, link int32 }

// joints fills Model.links, ends that are no tasks with -1.
func (c *compiler) joints() {
	m := c.m
	const block = 128
	var keys [2 * block]string
	var found [2 * block]int32
	last, numbers := int32(0), map[string]int32{"": 0} // the calendars that links name
	for first := 0; first < len(m.links); first += block {
		authored := c.authored[first:min(first+block, len(m.links))]
		for i := range authored {
			keys[2*i], keys[2*i+1] = string(authored[i].From), string(authored[i].To)
		}
		m.tasks.Numbers(found[:2*len(authored)], keys[:2*len(authored)])
		for i := range authored {
			l := &authored[i]
			if m.lagName[last] != l.Calendar {
				var known bool
				if last, known = numbers[l.Calendar]; !known {
					last = int32(len(m.lagName))
					numbers[l.Calendar] = last
					m.lagName = append(m.lagName, l.Calendar)
				}
			}
			m.links[first+i] = joint{l.Lag, found[2*i], found[2*i+1], last, int16(min(max(l.Percent, -maxPercent), maxPercent)), l.Type}
		}
	}
}

// ends returns the tasks that a key means, and notes the phase if it is one.
func (c *compiler) ends(listed map[TaskKey]int32, key TaskKey, end *int32, link int) []int32 {
	if *end >= 0 {
		return []int32{*end}
	}
	if k, phase := listed[key]; phase {
		*end = -1 - k
		return c.m.members(k)
	}
	c.errorf("planning.link.unknown", linkPlace(&c.authored[link], link), "add the task or drop the link", "links[%d]: task %q is not in the plan", link, clip(string(key)))
	return nil
}

// overlap reports whether two ascending lists share an entry.
func overlap(a, b []int32) bool {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			return true
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return false
}

func linkPlace(l *Link, i int) place {
	return place{what: "link", key: string(l.From), to: string(l.To), i: i}
}

func (c *compiler) lag(i int, l *Link, from int32) {
	if l.Type > SF {
		c.errorf("planning.link.type", linkPlace(l, i), "use FS, SS, FF or SF", "links[%d]: %s is no link type", i, l.Type)
	}
	if tooLong(l.Lag) || l.Percent != 0 && !l.Lag.IsZero() || l.Percent < -maxPercent || l.Percent > maxPercent {
		c.errorf("planning.link.lag", linkPlace(l, i), "give a lag of at most a hundred years, or a percentage of at most 10,000", "links[%d]: lag %s, %d %%", i, l.Lag, l.Percent)
		return
	}
	if l.Percent == 0 {
		return
	}
	if from >= 0 && c.m.dur[from].Kind() == worktime.KindDays && c.m.dur[from].Amount()*int64(l.Percent)%100 != 0 {
		c.errorf("planning.link.lag", linkPlace(l, i), "give the duration in hours, or the lag in days", "links[%d]: %d %% of %s is no whole number of days", i, l.Percent, c.m.dur[from])
	}
}

// lagOf returns the lag of a link, percent worked out and rounded half away from
// zero.
func (m *Model) lagOf(lag worktime.Length, percent int, from int32) worktime.Length {
	if percent == 0 {
		return lag
	}
	d := m.dur[from]
	n := d.Amount() * int64(percent)
	if n = (n + 50*sign(n)) / 100; d.Kind() == worktime.KindDays {
		return worktime.Days(n)
	}
	n = min(max(n, -maxAmount), maxAmount)
	if d.Kind() == worktime.KindElapsed {
		return worktime.Elapsed(n)
	}
	return worktime.Work(worktime.Minutes(n))
}

func sign(n int64) int64 { return int64(cmp.Compare(n, 0)) }

// cycles orders the tasks topologically (A. B. Kahn, Topological sorting of
// large networks, CACM 5, 1962). What remains waits for itself: a depth-first
// search names a cycle in each part of it.
func (c *compiler) cycles() {
	m, n := c.m, len(c.m.plan.Tasks)
	waits := make([]int32, n)
	m.order = make([]int32, 0, n)
	for i := range n {
		waits[i] = m.in.head[i+1] - m.in.head[i]
		if waits[i] == 0 {
			m.order = append(m.order, int32(i))
		}
	}
	for next := 0; next < len(m.order); next++ {
		for _, a := range m.out.of(m.order[next]) {
			if waits[a.task]--; waits[a.task] == 0 {
				m.order = append(m.order, a.task)
			}
		}
	}
	if len(m.order) == n {
		m.position = make([]int32, n)
		for p, i := range m.order {
			m.position[i] = int32(p)
		}
		return
	}
	const (
		unseen = iota
		onPath
		done
	)
	state := make([]uint8, n)
	named := make([]bool, n) // in a cycle already reported
	type frame struct{ task, next int32 }
	for root := range int32(n) {
		if waits[root] == 0 || state[root] != unseen {
			continue
		}
		path := []frame{{root, m.out.head[root]}}
		state[root] = onPath
		for len(path) > 0 {
			top := &path[len(path)-1]
			if top.next == m.out.head[top.task+1] {
				state[top.task] = done
				path = path[:len(path)-1]
				continue
			}
			to := m.out.all[top.next].task
			top.next++
			switch state[to] {
			case unseen:
				state[to] = onPath
				path = append(path, frame{to, m.out.head[to]})
			case onPath:
				first := slices.IndexFunc(path, func(f frame) bool { return f.task == to })
				fresh := true
				for _, f := range path[first:] {
					fresh = fresh && !named[f.task]
					named[f.task] = true
				}
				if fresh {
					keys := make([]TaskKey, 0, len(path)-first+1)
					for _, f := range path[first:] {
						keys = append(keys, m.key(f.task))
					}
					c.cycle(append(keys, m.key(to)))
				}
			}
		}
	}
}

// cycle reports a closed path, the first key again at its end. A long one is
// shortened in its middle.
func (c *compiler) cycle(keys []TaskKey) {
	const shown = 20
	texts := make([]string, 0, shown+1)
	for i, k := range keys {
		switch {
		case len(keys) <= shown || i < shown/2 || i >= len(keys)-shown/2:
			texts = append(texts, clip(string(k)))
		case i == shown/2:
			texts = append(texts, fmt.Sprintf("(%d more)", len(keys)-shown))
		}
	}
	c.errorf("planning.link.cycle", place{what: "task", key: string(keys[0])}, "remove one of these links", "%s", strings.Join(texts, " -> "))
}
