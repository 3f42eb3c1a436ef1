package planning

import "slices"

// phase is a group of tasks. Tasks name it by key; Plan.Phases may say more.
type phase struct {
	Phase
	parent int32 // -1: none
	end    int32 // behind the last phase within it
	level  int32 // 0 at the top
	tasks  []int32
	listed bool
	seen   bool
}

// phases collects the phases that are listed, then those that tasks name.
func (c *compiler) phases() {
	m := c.m
	at := map[string]int32{}
	for i, p := range m.plan.Phases {
		subject := place{what: "phase", key: p.Key, i: i}
		if _, twice := at[p.Key]; twice || !c.checkKey(p.Key, subject) {
			c.errorf("planning.phase", subject, "give every phase a key of its own", "phases[%d] has the key of an earlier phase, or none", i)
			continue
		}
		if _, task := m.task(TaskKey(p.Key)); task {
			c.errorf("planning.phase", subject, "rename one of them", "a task has the same key, and a link would not know which is meant")
		}
		at[p.Key] = int32(len(m.phases))
		m.phases = append(m.phases, phase{Phase: p, parent: -1, listed: true})
	}
	for i := range m.plan.Tasks {
		name := m.plan.Tasks[i].Phase
		if name == "" {
			continue
		}
		k, ok := at[name]
		if !ok {
			k = int32(len(m.phases))
			at[name] = k
			m.phases = append(m.phases, phase{Phase: Phase{Key: name, Name: name}, parent: -1})
		}
		m.phases[k].tasks = append(m.phases[k].tasks, int32(i))
	}
	for k := range m.phases {
		p := &m.phases[k]
		if p.Parent == "" {
			continue
		}
		up, ok := at[p.Parent]
		if !ok {
			c.errorf("planning.phase", place{what: "phase", key: p.Key, i: k}, "add the parent or drop it", "parent %q is not in the plan", clip(p.Parent))
			continue
		}
		p.parent = up
	}
	c.nest()
}

// nest puts the phases in preorder, so that everything within a phase follows it.
func (c *compiler) nest() {
	m, n := c.m, len(c.m.phases)
	within := collect(n+1, n, func(i int) int32 { return m.phases[i].parent + 1 }, func(i int) int32 { return int32(i) })
	ordered, to := make([]phase, 0, n), make([]int32, n)
	stack := []int32{}
	push := func(of int32) {
		for _, k := range slices.Backward(within.of(of + 1)) {
			stack = append(stack, k)
		}
	}
	push(-1)
	for len(stack) > 0 {
		k := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		p := m.phases[k]
		m.phases[k].seen = true
		to[k] = int32(len(ordered))
		if p.parent >= 0 {
			p.parent = to[p.parent]
			p.level = ordered[p.parent].level + 1
		}
		ordered = append(ordered, p)
		push(k)
	}
	for k := range m.phases {
		if !m.phases[k].seen {
			c.errorf("planning.phase", place{what: "phase", key: m.phases[k].Key, i: k}, "break the circle", "the phase lies within itself")
			break
		}
	}
	for k := range ordered {
		ordered[k].end = int32(k + 1)
	}
	for k := range slices.Backward(ordered) {
		if up := ordered[k].parent; up >= 0 {
			ordered[up].end = max(ordered[up].end, ordered[k].end)
		}
	}
	m.phases = ordered
}

// members returns the tasks of a phase and of those within it, in the order of
// the plan.
func (m *Model) members(k int32) []int32 {
	var out []int32
	for _, p := range m.phases[k:m.phases[k].end] {
		out = append(out, p.tasks...)
	}
	slices.Sort(out)
	return out
}

// Rollup is a phase with the dates of everything in it.
type Rollup struct {
	Phase
	Span      // from the earliest start to the latest finish
	Level int // 0 at the top
	Tasks int // in it and in the phases within it
}

// Phases returns the phases that have tasks, each before those within it,
// otherwise as Plan.Phases lists them, then in the order of their first task.
func (d Dates) Phases() []Rollup {
	if d.m == nil {
		return nil
	}
	all := make([]Rollup, len(d.m.phases))
	for k := len(all) - 1; k >= 0; k-- {
		p, r := &d.m.phases[k], &all[k]
		r.Phase, r.Level = p.Phase, int(p.level)
		for _, i := range p.tasks {
			r.add(d.span(i), 1)
		}
		if p.parent >= 0 && r.Tasks > 0 {
			all[p.parent].add(r.Span, r.Tasks)
		}
	}
	return slices.DeleteFunc(all, func(r Rollup) bool { return r.Tasks == 0 })
}

func (r *Rollup) add(s Span, tasks int) {
	if r.Tasks == 0 || s.Start.Before(r.Start) {
		r.Start = s.Start
	}
	if r.Tasks == 0 || s.Finish.After(r.Finish) {
		r.Finish = s.Finish
	}
	r.Tasks += tasks
}
