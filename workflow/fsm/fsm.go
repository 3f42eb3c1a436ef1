package fsm

import (
	"errors"
	"fmt"

	"github.com/go-marops/marops/finding"
)

// Integer is what states and events are made of: constants of a named type,
// best counted from 0 with iota. A String method gives them names in errors and
// drawings.
type Integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~uint8 | ~uint16 | ~uint32
}

// MaxTable is the largest product of states and events.
const MaxTable = 1 << 20

// Chart is an authored machine. C is what guards and actions look at: usually a
// pointer to the host's record.
type Chart[S, E Integer, C any] struct {
	Initial     S
	Transitions []Transition[S, E, C]
	Enter       map[S]func(C) // after a transition into the state from another one
	Exit        map[S]func(C) // before a transition out of the state to another one
}

// Transition moves From to To on an event. Of several transitions for one state
// and event, the first whose guard holds is taken.
type Transition[S, E Integer, C any] struct {
	From S
	On   E
	To   S
	If   func(C) bool // guard; nil always holds
	Do   func(C)      // action, between Exit and Enter; may be nil
	Name string       // of the guard, for people; may be ""
}

// ErrRefused is the kind of error of Fire.
var ErrRefused = errors.New("event is not permitted")

// RefusedError says which event a state refused. It matches ErrRefused.
type RefusedError[S, E Integer] struct {
	State   S
	Event   E
	Guarded bool // there is a transition, but no guard held
}

func (e *RefusedError[S, E]) Error() string {
	if e.Guarded {
		return fmt.Sprintf("%v in %v: %v: no guard holds", e.Event, e.State, ErrRefused)
	}
	return fmt.Sprintf("%v in %v: %v", e.Event, e.State, ErrRefused)
}

// Is reports whether target is ErrRefused.
func (e *RefusedError[S, E]) Is(target error) bool { return target == ErrRefused }

// Machine is a compiled Chart.
type Machine[S, E Integer, C any] struct {
	initial        S
	states, events int
	table          []int32 // [state*events+event] -> first of rules, -1 = none
	rules          []rule[S, C]
	enter, exit    []func(C) // per state
	chart          []Transition[S, E, C]
}

type rule[S Integer, C any] struct {
	to   S
	next int32 // the rule to try if the guard fails, -1 = none
	when func(C) bool
	do   func(C)
}

// Compile checks a Chart and returns the machine, or every problem as a
// finding.List. Codes: fsm.chart.empty, fsm.value.negative, fsm.chart.size,
// fsm.transition.dead (behind one without a guard), fsm.state.unreachable.
func Compile[S, E Integer, C any](c Chart[S, E, C]) (*Machine[S, E, C], error) {
	var found finding.List
	m := &Machine[S, E, C]{initial: c.Initial, states: int(c.Initial) + 1}
	if len(c.Transitions) == 0 {
		found.Errorf("fsm.chart.empty", "chart", "add a transition", "no transitions")
	}
	for i, t := range c.Transitions {
		if t.From < 0 || t.To < 0 || t.On < 0 {
			found.Errorf("fsm.value.negative", fmt.Sprintf("transitions[%d]", i), "count states and events from 0", "%v on %v to %v", t.From, t.On, t.To)
			continue
		}
		m.states = max(m.states, int(t.From)+1, int(t.To)+1)
		m.events = max(m.events, int(t.On)+1)
	}
	if c.Initial < 0 || m.states > MaxTable || m.events > MaxTable || m.states*m.events > MaxTable {
		found.Errorf("fsm.chart.size", "chart", "count states and events from 0 without gaps", "%d states times %d events, at most %d", m.states, m.events, MaxTable)
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	m.fill(c, &found)
	m.checkReach(c, &found)
	if err := found.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Machine[S, E, C]) fill(c Chart[S, E, C], found *finding.List) {
	m.table = make([]int32, m.states*m.events)
	for i := range m.table {
		m.table[i] = -1
	}
	m.chart = append(m.chart, c.Transitions...)
	for i, t := range c.Transitions {
		at := &m.table[int(t.From)*m.events+int(t.On)]
		for *at >= 0 {
			if m.rules[*at].when == nil {
				found.Errorf("fsm.transition.dead", fmt.Sprintf("transitions[%d]", i), "remove it, or guard the earlier one", "%v on %v is taken by transitions[%d], which has no guard", t.From, t.On, *at)
				break
			}
			at = &m.rules[*at].next
		}
		if *at < 0 {
			*at = int32(i) //nolint:gosec // at most MaxTable rules matter
		}
		m.rules = append(m.rules, rule[S, C]{t.To, -1, t.If, t.Do})
	}
	m.enter, m.exit = make([]func(C), m.states), make([]func(C), m.states)
	for s := range m.states {
		m.enter[s], m.exit[s] = c.Enter[S(s)], c.Exit[S(s)] //nolint:gosec // states were checked
	}
}

func (m *Machine[S, E, C]) checkReach(c Chart[S, E, C], found *finding.List) {
	reached := make([]bool, m.states)
	reached[c.Initial] = true
	for again := true; again; {
		again = false
		for _, t := range c.Transitions {
			if reached[t.From] && !reached[t.To] {
				reached[t.To], again = true, true
			}
		}
	}
	named := make([]bool, m.states)
	for _, t := range c.Transitions {
		if !reached[t.From] && !named[t.From] {
			named[t.From] = true
			found.Errorf("fsm.state.unreachable", fmt.Sprint("state/", t.From), "add a transition to it, or remove it", "no path from %v leads to %v", c.Initial, t.From)
		}
	}
}

// Initial returns the state in which instances begin.
func (m *Machine[S, E, C]) Initial() S { return m.initial }

// find returns the rule that an event takes, -1 if none; guarded says that a
// guard stood in the way.
func (m *Machine[S, E, C]) find(s S, e E, c C) (at int32, guarded bool) {
	if uint(s) >= uint(m.states) || uint(e) >= uint(m.events) { //nolint:gosec // negative values become large
		return -1, false
	}
	for at = m.table[int(s)*m.events+int(e)]; at >= 0; at = m.rules[at].next {
		r := &m.rules[at]
		if r.when == nil || r.when(c) {
			return at, false
		}
		guarded = true
	}
	return -1, guarded
}

// Fire returns the state that follows on an event, after running the exit,
// transition and entry actions. A refused event runs nothing, returns s, and an
// error matching ErrRefused.
func (m *Machine[S, E, C]) Fire(s S, e E, c C) (S, error) {
	at, guarded := m.find(s, e, c)
	if at < 0 {
		return s, &RefusedError[S, E]{s, e, guarded}
	}
	r := &m.rules[at]
	if r.to != s {
		if f := m.exit[s]; f != nil {
			f(c)
		}
	}
	if r.do != nil {
		r.do(c)
	}
	if r.to != s {
		if f := m.enter[r.to]; f != nil {
			f(c)
		}
	}
	return r.to, nil
}

// Can reports whether an event is permitted now. It runs guards, no actions.
func (m *Machine[S, E, C]) Can(s S, e E, c C) bool {
	at, _ := m.find(s, e, c)
	return at >= 0
}

// Permitted returns the events that are permitted now, in rising order.
func (m *Machine[S, E, C]) Permitted(s S, c C) []E {
	var events []E
	for e := range m.events {
		if m.Can(s, E(e), c) { //nolint:gosec // events were checked
			events = append(events, E(e)) //nolint:gosec // events were checked
		}
	}
	return events
}
