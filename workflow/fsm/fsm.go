package fsm

import (
	"errors"
	"fmt"
	"iter"
	"slices"

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
//
// There is no hierarchy: a state that others share is a few more transitions,
// and the table stays flat.
type Chart[S, E Integer, C any] struct {
	Initial     S
	Transitions []Transition[S, E, C]
	Enter       map[S]func(C) // after a transition into the state, but for internal ones
	Exit        map[S]func(C) // before a transition out of the state, but for internal ones
	Final       []S           // where instances may end; nil = not said, and then not checked
	StateNames  []string      // by number; nil = as fmt prints them
	EventNames  []string      // by number; nil = as fmt prints them
}

// Transition moves From to To on an event. Of several transitions for one state
// and event, the first whose guard holds is taken. From a state to itself a
// transition is internal: it neither exits nor enters the state, unless it is
// Outer.
type Transition[S, E Integer, C any] struct {
	From  S
	On    E
	To    S
	If    func(C) bool // guard; nil always holds
	Do    func(C)      // action, between Exit and Enter; may be nil
	Name  string       // of the guard, for people; may be ""
	Outer bool         // exit and enter the state though it stays the same
}

// ErrRefused is the kind of error of Fire.
var ErrRefused = errors.New("event is not permitted")

// RefusedError says which event a state refused. It matches ErrRefused.
type RefusedError[S, E Integer] struct {
	State   S
	Event   E
	Guarded bool // there is a transition, but no guard held

	states, events []string // names
}

func (e *RefusedError[S, E]) Error() string {
	event, state := named(e.events, e.Event), named(e.states, e.State)
	if e.Guarded {
		return fmt.Sprintf("%s in %s: %v: no guard holds", event, state, ErrRefused)
	}
	return fmt.Sprintf("%s in %s: %v", event, state, ErrRefused)
}

// named returns the name of a state or event.
func named[T Integer](names []string, v T) string {
	if v >= 0 && uint64(v) < uint64(len(names)) { //nolint:gosec // not negative
		return names[v]
	}
	return fmt.Sprint(v)
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
	final          []bool // per state; nil = not said
	names          struct{ states, events []string }
	findings       finding.List
}

type rule[S Integer, C any] struct {
	to    S
	outer bool  // exit and enter
	next  int32 // the rule to try if the guard fails, -1 = none
	when  func(C) bool
	do    func(C)
}

// Compile checks a Chart and returns the machine, or every problem as a
// finding.List with these codes:
//
//	fsm.chart.empty        no transitions
//	fsm.value.negative     a state or event below 0
//	fsm.chart.size         more than MaxTable states times events
//	fsm.transition.dead    a transition behind one without a guard
//	fsm.state.unreachable  a state that no path leads to
//	fsm.state.stuck        a state that nothing leads on from, and that is not final
//	fsm.state.endless      a state from which no final one can be reached, where
//	                       the way there begins
//	fsm.state.guarded      a state that is not final and may be stuck: every way
//	                       on has a guard (info)
//	fsm.action.unused      an entry or exit action of a state that there is not (warning)
//
// Guards may come out either way, so both are followed. The last evidence of what
// is wrong with a state is a shortest path to it. What is no error is in
// Machine.Findings. Without Final nothing is known to be an end, and stuck,
// endless and guarded are not looked for.
func Compile[S, E Integer, C any](c Chart[S, E, C]) (*Machine[S, E, C], error) {
	m := &Machine[S, E, C]{initial: c.Initial}
	m.names.states, m.names.events = slices.Clone(c.StateNames), slices.Clone(c.EventNames)
	found := &m.findings
	if len(c.Transitions) == 0 {
		found.Errorf("fsm.chart.empty", "chart", "add a transition", "no transitions")
	}
	states, events := int64(c.Initial)+1, int64(0)
	for i, t := range c.Transitions {
		if t.From < 0 || t.To < 0 || t.On < 0 {
			found.Errorf("fsm.value.negative", fmt.Sprintf("transitions[%d]", i), "count states and events from 0", "%v on %v to %v", t.From, t.On, t.To)
			continue
		}
		states = max(states, int64(t.From)+1, int64(t.To)+1)
		events = max(events, int64(t.On)+1)
	}
	for i, f := range c.Final {
		if f < 0 {
			found.Errorf("fsm.value.negative", fmt.Sprintf("final[%d]", i), "count states from 0", "%v", f)
		}
		states = max(states, int64(f)+1)
	}
	if c.Initial < 0 || states > MaxTable || events > MaxTable || states*events > MaxTable {
		found.Errorf("fsm.chart.size", "chart", "count states and events from 0 without gaps", "%d states times %d events, at most %d", states, events, MaxTable)
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	m.states, m.events = int(states), int(events)
	m.fill(c, found)
	m.check(c, found)
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
				found.Errorf("fsm.transition.dead", fmt.Sprintf("transitions[%d]", i), "remove it, or guard the earlier one", "%s on %s is taken by transitions[%d], which has no guard", named(m.names.states, t.From), named(m.names.events, t.On), *at)
				break
			}
			at = &m.rules[*at].next
		}
		if *at < 0 {
			*at = int32(i) //nolint:gosec // at most MaxTable rules matter
		}
		m.rules = append(m.rules, rule[S, C]{t.To, t.Outer || t.To != t.From, -1, t.If, t.Do})
	}
	m.enter, m.exit = make([]func(C), m.states), make([]func(C), m.states)
	for s := range m.states {
		m.enter[s], m.exit[s] = c.Enter[S(s)], c.Exit[S(s)] //nolint:gosec // states were checked
	}
}

// Findings returns what Compile noticed and let pass.
func (m *Machine[S, E, C]) Findings() finding.List { return slices.Clone(m.findings) }

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
		return s, &RefusedError[S, E]{s, e, guarded, m.names.states, m.names.events}
	}
	r := &m.rules[at]
	if r.outer {
		if f := m.exit[s]; f != nil {
			f(c)
		}
	}
	if r.do != nil {
		r.do(c)
	}
	if r.outer {
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
func (m *Machine[S, E, C]) Permitted(s S, c C) []E { return m.AppendPermitted(nil, s, c) }

// AppendPermitted appends the events that are permitted now to dst, in rising
// order. With room in dst it allocates nothing.
func (m *Machine[S, E, C]) AppendPermitted(dst []E, s S, c C) []E {
	for e := range m.events {
		if m.Can(s, E(e), c) { //nolint:gosec // events were checked
			dst = append(dst, E(e)) //nolint:gosec // events were checked
		}
	}
	return dst
}

// IsFinal reports whether an instance may end in the state.
func (m *Machine[S, E, C]) IsFinal(s S) bool {
	return uint64(s) < uint64(len(m.final)) && m.final[s] //nolint:gosec // negative values become large
}

// StateName returns the name of a state: of Chart.StateNames, else as fmt prints
// it.
func (m *Machine[S, E, C]) StateName(s S) string { return named(m.names.states, s) }

// EventName returns the name of an event: of Chart.EventNames, else as fmt
// prints it.
func (m *Machine[S, E, C]) EventName(e E) string { return named(m.names.events, e) }

// State returns the state of a name in Chart.StateNames.
func (m *Machine[S, E, C]) State(name string) (s S, ok bool) {
	at := slices.Index(m.names.states, name)
	return S(at), at >= 0 && at < m.states //nolint:gosec // states were checked
}

// Event returns the event of a name in Chart.EventNames.
func (m *Machine[S, E, C]) Event(name string) (e E, ok bool) {
	at := slices.Index(m.names.events, name)
	return E(at), at >= 0 && at < m.events //nolint:gosec // events were checked
}

// States yields the states of the chart: the initial one, then in the order in
// which the transitions name them.
func (m *Machine[S, E, C]) States() iter.Seq[S] { return slices.Values(m.inOrder()) }
