package fsm

import (
	"maps"
	"slices"
	"strings"

	"github.com/go-marops/marops/finding"
)

// walk is a search of the states in breadth: by whom each was first reached.
type walk struct {
	reached []bool
	order   []int // of being reached
	by      []int // the transition, -1 for the initial state
}

// walk searches forward from the initial state.
func (m *Machine[S, E, C]) walk(out [][]int) walk {
	w := walk{make([]bool, m.states), []int{int(m.initial)}, make([]int, m.states)}
	w.reached[m.initial], w.by[m.initial] = true, -1
	for i := 0; i < len(w.order); i++ {
		for _, t := range out[w.order[i]] {
			if to := int(m.chart[t].To); !w.reached[to] {
				w.reached[to], w.by[to] = true, t
				w.order = append(w.order, to)
			}
		}
	}
	return w
}

// trace returns a shortest path to a state: "draft -submit-> review".
func (m *Machine[S, E, C]) trace(w walk, s int) string {
	var parts []string
	for w.by[s] >= 0 {
		t := &m.chart[w.by[s]]
		parts = append(parts, "-"+m.EventName(t.On)+"->", m.StateName(t.To))
		s = int(t.From)
		parts[len(parts)-2], parts[len(parts)-1] = parts[len(parts)-1], parts[len(parts)-2]
	}
	parts = append(parts, m.StateName(S(s))) //nolint:gosec // states were checked
	slices.Reverse(parts)
	return strings.Join(parts, " ")
}

// check searches the states: forward for what can be reached, backward from the
// final ones for what can end.
func (m *Machine[S, E, C]) check(c Chart[S, E, C], found *finding.List) {
	out := make([][]int, m.states) // transitions
	into := make([][]int, m.states)
	used := make([]bool, m.states) // the number is a state
	used[c.Initial] = true
	wanted := make([]bool, m.states) // to be reached
	for _, f := range c.Final {
		used[f], wanted[f] = true, true
	}
	for i, t := range m.chart {
		out[t.From], into[t.To] = append(out[t.From], i), append(into[t.To], i)
		used[t.From], used[t.To] = true, true
	}
	w := m.walk(out)
	name := func(s int) string { return m.StateName(S(s)) } //nolint:gosec // states were checked
	for s := range m.states {
		if !w.reached[s] && (wanted[s] || len(out[s]) > 0) {
			found.Errorf("fsm.state.unreachable", "state/"+name(s), "add a transition to it, or remove it", "no path from %s leads to %s", name(int(c.Initial)), name(s))
		}
	}
	for kind, actions := range map[string]map[S]func(C){"enter": c.Enter, "exit": c.Exit} {
		for _, s := range slices.Sorted(maps.Keys(actions)) {
			if s < 0 || int64(s) >= int64(m.states) || !used[s] {
				found.Warnf("fsm.action.unused", kind+"/"+m.StateName(s), "remove it", "the chart has no state %s", m.StateName(s))
			}
		}
	}
	if c.Final != nil {
		m.checkEnds(c, w, out, into, found)
	}
	found.Sort()
}

func (m *Machine[S, E, C]) checkEnds(c Chart[S, E, C], w walk, out, into [][]int, found *finding.List) {
	m.final = make([]bool, m.states)
	ends := make([]bool, m.states) // a final state can be reached
	var queue []int
	for _, f := range c.Final {
		if m.final[f] = true; !ends[f] {
			ends[f] = true
			queue = append(queue, int(f))
		}
	}
	for i := 0; i < len(queue); i++ {
		for _, t := range into[queue[i]] {
			if from := int(m.chart[t].From); !ends[from] {
				ends[from] = true
				queue = append(queue, from)
			}
		}
	}
	for _, s := range w.order {
		if m.final[s] {
			continue
		}
		f := finding.Finding{Severity: finding.Error, Subject: "state/" + m.StateName(S(s))} //nolint:gosec // states were checked
		switch {
		case len(out[s]) == 0:
			f.Code, f.Fix = "fsm.state.stuck", "declare it final, or add a transition from it"
			f.Evidence = []string{"nothing leads on, and it is not final"}
		case !ends[s] && (w.by[s] < 0 || ends[m.chart[w.by[s]].From]):
			f.Code, f.Fix = "fsm.state.endless", "add a transition towards a final state"
			f.Evidence = []string{"no final state can be reached from here"}
		case ends[s] && !slices.ContainsFunc(out[s], func(t int) bool { return m.chart[t].If == nil }):
			f.Code, f.Severity = "fsm.state.guarded", finding.Info
			f.Evidence = []string{"every way on has a guard"}
		default:
			continue
		}
		f.Evidence = append(f.Evidence, m.trace(w, s))
		found.Add(f)
	}
}
