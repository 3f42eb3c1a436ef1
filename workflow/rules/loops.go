package rules

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-marops/marops/finding"
)

// cause is an event that an action sets off, with what is known of it.
type cause struct {
	event *eventType
	known []*Value
	next  []int32 // the rules that it can set off
}

// graph says which rules can set which off. Rules with the same effect share a
// cause, so that many rules stay cheap.
type graph struct {
	causes []*cause
	of     [][]int32 // rule -> its causes
}

func (s *Set) graph() *graph {
	g := &graph{of: make([][]int32, len(s.rules))}
	index := map[string]int32{}
	for i := range s.rules {
		for _, a := range s.rules[i].actions {
			for k := range a.typ.Causes {
				effect := &a.typ.Causes[k]
				var key strings.Builder // of the effect and what is known of it
				fmt.Fprintf(&key, "%q", effect.Event)
				c := &cause{event: s.events[effect.Event]}
				c.known = make([]*Value, len(c.event.Fields))
				for _, f := range slices.Sorted(maps.Keys(effect.Sets)) {
					for _, arg := range a.args {
						if arg.key == effect.Sets[f] && arg.value.set {
							c.known[c.event.index[f]] = new(arg.value)
							fmt.Fprintf(&key, " %q=%q", f, arg.value.String())
						}
					}
				}
				at, have := index[key.String()]
				if !have {
					at = int32(len(g.causes)) //nolint:gosec // far fewer
					index[key.String()] = at
					for _, r := range c.event.rules.rules(func(i int) (*Value, bool) { return c.known[i], c.known[i] != nil }) {
						if s.rules[r].always || s.rules[r].cond.allows(c.known, true) {
							c.next = append(c.next, r)
						}
					}
					g.causes = append(g.causes, c)
				}
				g.of[i] = append(g.of[i], at)
			}
		}
	}
	return g
}

// loops reports the circles in which rules can set each other off: first those
// that nothing throttles, then the others.
func (s *Set) loops(found *finding.List) {
	g := s.graph()
	if len(g.causes) == 0 {
		return
	}
	reported := map[int32]bool{}
	for _, throttled := range []bool{false, true} {
		for _, loop := range g.circles(func(r int32) bool { return throttled || s.rules[r].throttle == nil }) {
			if slices.ContainsFunc(loop, func(r int32) bool { return reported[r] }) {
				continue
			}
			keys := make([]string, len(loop)+1)
			for i, r := range loop {
				keys[i] = string(s.rules[r].key)
				reported[r] = true
			}
			keys[len(loop)] = keys[0]
			path := strings.Join(keys, " -> ")
			if throttled {
				found.Warnf("rules.loop", "rule/"+keys[0], "add a condition that ends it", "%s, slowed by a throttle", path)
			} else {
				found.Errorf("rules.loop", "rule/"+keys[0], "add a condition or a throttle that ends it", "%s", path)
			}
		}
	}
}

// circles returns a shortest circle through the first rule of every strongly
// connected part of the rules that are in (R. Tarjan, Depth-first search and
// linear graph algorithms, 1972). Nodes are the rules, then the causes.
func (g *graph) circles(in func(int32) bool) [][]int32 {
	rules := int32(len(g.of))                           //nolint:gosec // at most MaxRules
	n := rules + int32(len(g.causes))                   //nolint:gosec // far fewer
	next := func(v int32, i int) (w int32, more bool) { // the i-th neighbour; -1 = one that is out
		switch {
		case v < rules:
			if !in(v) || i >= len(g.of[v]) {
				return -1, false
			}
			return rules + g.of[v][i], true
		case i >= len(g.causes[v-rules].next):
			return -1, false
		}
		if w := g.causes[v-rules].next[i]; in(w) {
			return w, true
		}
		return -1, true
	}
	index, low := make([]int32, n), make([]int32, n) // 0 = not seen
	on := make([]bool, n)
	part := make([]int32, n)
	var stack []int32
	type frame struct {
		v int32
		i int
	}
	count := int32(0)
	var circles [][]int32
	for root := range rules {
		if index[root] != 0 {
			continue
		}
		frames := []frame{{root, 0}}
		for len(frames) > 0 {
			f := &frames[len(frames)-1]
			v := f.v
			if f.i == 0 && index[v] == 0 {
				count++
				index[v], low[v], on[v] = count, count, true
				stack = append(stack, v)
			}
			w, more := next(v, f.i)
			f.i++
			if more {
				if w < 0 {
					continue
				}
				if index[w] == 0 {
					frames = append(frames, frame{w, 0})
				} else if on[w] {
					low[v] = min(low[v], index[w])
				}
				continue
			}
			frames = frames[:len(frames)-1]
			if len(frames) > 0 {
				up := frames[len(frames)-1].v
				low[up] = min(low[up], low[v])
			}
			if low[v] != index[v] {
				continue
			}
			at := len(stack) - 1
			for stack[at] != v {
				at--
			}
			members := stack[at:]
			first := int32(-1)
			for _, w := range members {
				on[w], part[w] = false, v+1
				if w < rules && (first < 0 || w < first) {
					first = w
				}
			}
			if len(members) > 1 && first >= 0 {
				circles = append(circles, g.shortest(first, next, func(w int32) bool { return part[w] == v+1 }))
			}
			stack = stack[:at]
		}
	}
	slices.SortFunc(circles, func(a, b []int32) int { return cmp.Compare(a[0], b[0]) })
	return circles
}

// shortest returns the rules of a shortest circle from one within its part.
func (g *graph) shortest(from int32, next func(int32, int) (int32, bool), within func(int32) bool) []int32 {
	rules := int32(len(g.of)) //nolint:gosec // at most MaxRules
	cameFrom := map[int32]int32{}
	queue := []int32{from}
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		for i := 0; ; i++ {
			w, more := next(v, i)
			if !more {
				break
			}
			if w < 0 || !within(w) {
				continue
			}
			if w == from {
				var path []int32
				for v != from {
					if v < rules {
						path = append(path, v)
					}
					v = cameFrom[v]
				}
				path = append(path, from)
				slices.Reverse(path)
				return path
			}
			if _, seen := cameFrom[w]; !seen {
				cameFrom[w] = v
				queue = append(queue, w)
			}
		}
	}
	return []int32{from} // not reached: the part is strongly connected
}
