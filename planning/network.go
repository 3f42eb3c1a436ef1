package planning

import (
	"fmt"
	"slices"
	"strings"
)

func (c *compiler) links() {
	m := c.m
	type edge struct {
		from, to, link int32
	}
	edges := make([]edge, 0, len(m.plan.Links))
	for i, l := range m.plan.Links {
		subject := place{what: "link", key: string(l.From), to: string(l.To), i: i}
		from, okFrom := m.index[l.From]
		to, okTo := m.index[l.To]
		for _, end := range []struct {
			key TaskKey
			ok  bool
		}{{l.From, okFrom}, {l.To, okTo}} {
			if !end.ok {
				c.errorf("planning.link.unknown", subject, "add the task or drop the link", "links[%d]: task %q is not in the plan", i, clip(string(end.key)))
			}
		}
		if l.Type > SF {
			c.errorf("planning.link.type", subject, "use FS, SS, FF or SF", "links[%d]: %s is no link type", i, l.Type)
		}
		if tooLong(l.Lag) {
			c.errorf("planning.link.lag", subject, "give a lag of at most a hundred years", "links[%d]: lag %s", i, l.Lag)
		}
		if okFrom && okTo {
			edges = append(edges, edge{from, to, int32(i)})
		}
	}
	seen := func(i int, task int32) arc {
		l := &m.plan.Links[edges[i].link]
		return arc{l.Lag, task, edges[i].link, l.Type}
	}
	n := len(m.plan.Tasks)
	m.in = group(n, len(edges), func(i int) int32 { return edges[i].to }, func(i int) arc { return seen(i, edges[i].from) })
	m.out = group(n, len(edges), func(i int) int32 { return edges[i].from }, func(i int) arc { return seen(i, edges[i].to) })
}

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
