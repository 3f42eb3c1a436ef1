package fsm

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/internal/strictjson"
)

// ErrSyntax is the kind of error of JSON that is no Data.
var ErrSyntax = errors.New("invalid document")

// Data is a chart in names, for machines that people author outside of Go. Bind
// makes it a Chart.
type Data struct {
	Initial     string            `json:"initial"`
	Final       []string          `json:"final,omitempty"`
	Transitions []DataTransition  `json:"transitions"`
	Enter       map[string]string `json:"enter,omitempty"` // state -> action
	Exit        map[string]string `json:"exit,omitempty"`
}

// DataTransition is a Transition in names.
type DataTransition struct {
	From  string `json:"from"`
	On    string `json:"on"`
	To    string `json:"to"`
	If    string `json:"if,omitempty"` // the name of a guard; "" always holds
	Do    string `json:"do,omitempty"` // the name of an action
	Outer bool   `json:"outer,omitempty"`
}

// UnmarshalJSON reads a chart and nothing else: unknown and repeated names are
// errors, which match ErrSyntax.
func (d *Data) UnmarshalJSON(data []byte) error {
	type plain Data // without this method
	var p plain
	if err := strictjson.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("chart: %w: %w", ErrSyntax, err)
	}
	*d = Data(p)
	return nil
}

// ID is a state or event of a chart that was bound. They are numbered in the
// order in which the Data names them; Machine.State and Machine.Event find them.
type ID int32

// Bind gives the guards and actions of a Data their code and returns the Chart to
// compile, or every name that is missing as a finding.List. Codes: fsm.data.name
// (a state or event without a name, states in Enter or Exit that differ in
// capitals alone), fsm.data.guard, fsm.data.action.
func Bind[C any](d Data, guards map[string]func(C) bool, actions map[string]func(C)) (Chart[ID, ID, C], error) {
	var found finding.List
	var c Chart[ID, ID, C]
	states, events := map[string]ID{}, map[string]ID{}
	number := func(index map[string]ID, list *[]string, name, at string) ID {
		id, known := index[name]
		if !known {
			if name == "" {
				found.Errorf("fsm.data.name", at, "name it", "a state or event has no name")
			}
			id = ID(len(*list)) //nolint:gosec // Compile bounds it
			index[name], *list = id, append(*list, name)
		}
		return id
	}
	action := func(name, at string) func(C) {
		if name == "" {
			return nil
		}
		f := actions[name]
		if f == nil {
			found.Errorf("fsm.data.action", at, "bind it, or remove it", "no action %.40q", name)
		}
		return f
	}
	c.Initial = number(states, &c.StateNames, d.Initial, "initial")
	for i, t := range d.Transitions {
		at := fmt.Sprintf("transitions[%d]", i)
		next := Transition[ID, ID, C]{Name: t.If, Outer: t.Outer, Do: action(t.Do, at)}
		next.From = number(states, &c.StateNames, t.From, at)
		next.On = number(events, &c.EventNames, t.On, at)
		next.To = number(states, &c.StateNames, t.To, at)
		if t.If != "" {
			if next.If = guards[t.If]; next.If == nil {
				found.Errorf("fsm.data.guard", at, "bind it, or remove it", "no guard %.40q", t.If)
			}
		}
		c.Transitions = append(c.Transitions, next)
	}
	for i, name := range d.Final {
		c.Final = append(c.Final, number(states, &c.StateNames, name, fmt.Sprintf("final[%d]", i)))
	}
	bind := func(names map[string]string, at string) map[ID]func(C) {
		bound := map[ID]func(C){}
		seen := map[string]bool{}
		for _, state := range slices.Sorted(maps.Keys(names)) {
			if small := strings.ToLower(state); seen[small] {
				found.Errorf("fsm.data.name", at+"/"+state, "rename one", "two states are %s, but for capitals", small)
			} else {
				seen[small] = true // JSON is read that way
			}
			bound[number(states, &c.StateNames, state, at)] = action(names[state], at+"/"+state)
		}
		return bound
	}
	c.Enter, c.Exit = bind(d.Enter, "enter"), bind(d.Exit, "exit")
	if err := found.Err(); err != nil {
		return Chart[ID, ID, C]{}, err
	}
	return c, nil
}
