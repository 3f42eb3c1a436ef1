package journey

import (
	"slices"
	"strings"
)

// nexts returns where a step leads to.
func (p *Program) nexts(i int) []int {
	s := &p.def.Steps[i]
	var to []int
	for _, c := range s.Branch {
		to = append(to, p.index[c.Next])
	}
	for _, a := range s.Split {
		to = append(to, p.index[a.Next])
	}
	if s.Next != "" {
		to = append(to, p.index[s.Next])
	}
	if s.Wait != nil && s.Wait.Event != "" {
		to = append(to, p.index[s.Wait.Then])
	}
	return to
}

// paths proves that every step is reached, that an end can be reached from every
// step, and that nothing goes round without a wait.
func (c *compiler) paths() {
	n := len(c.def.Steps)
	next := make([][]int, n)
	back := make([][]int, n)
	var ends []int
	for i := range n {
		next[i] = c.nexts(i)
		for _, to := range next[i] {
			back[to] = append(back[to], i)
		}
		if len(next[i]) == 0 {
			ends = append(ends, i)
		}
	}
	reached, ending := flood(next, []int{0}), flood(back, ends)
	for i := range n {
		subject := "step/" + string(c.def.Steps[i].Key)
		if !reached[i] {
			c.found.Errorf("journey.step.unreachable", subject, "lead to it, or remove it", "no path from %s comes here", c.def.Steps[0].Key)
		}
		if !ending[i] {
			c.found.Errorf("journey.step.endless", subject, "add a way to a goal or an exit", "no path from here ends")
		}
	}
	restless := slices.Clone(next)
	for i, s := range c.def.Steps {
		if s.Wait != nil {
			restless[i] = nil
		}
	}
	if path := c.circle(restless); path != "" {
		c.found.Errorf("journey.loop", "steps", "put a wait into it", "%s", path)
	} else if path := c.circle(next); path != "" {
		c.found.Infof("journey.loop.waiting", "steps", "", "%s", path)
	}
}

// flood marks what can be reached.
func flood(next [][]int, from []int) []bool {
	reached := make([]bool, len(next))
	queue := slices.Clone(from)
	for len(queue) > 0 {
		i := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if !reached[i] {
			reached[i] = true
			queue = append(queue, next[i]...)
		}
	}
	return reached
}

// circle returns a way round as a path, "" if there is none.
func (c *compiler) circle(next [][]int) string {
	const fresh, open, closed = 0, 1, 2
	mark := make([]int, len(next))
	var stack []int
	var visit func(i int) string
	visit = func(i int) string {
		mark[i] = open
		stack = append(stack, i)
		for _, to := range next[i] {
			if mark[to] == open {
				var b strings.Builder
				for _, s := range stack[slices.Index(stack, to):] {
					b.WriteString(string(c.def.Steps[s].Key) + " -> ")
				}
				return b.String() + string(c.def.Steps[to].Key)
			}
			if mark[to] == fresh {
				if path := visit(to); path != "" {
					return path
				}
			}
		}
		mark[i] = closed
		stack = stack[:len(stack)-1]
		return ""
	}
	for i := range next {
		if mark[i] == fresh {
			if path := visit(i); path != "" {
				return path
			}
		}
	}
	return ""
}
