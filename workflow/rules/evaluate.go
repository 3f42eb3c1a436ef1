package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/civil/worktime"
)

// Facts are the fields of an event. A field that is not there is missing.
type Facts map[FieldKey]Value

// Event is something that happened in the host's world.
type Event struct {
	Kind   EventKey
	At     time.Time
	Now    Facts // after the event
	Before Facts // before it, of the fields that changed; a field that is not there is as in Now. nil = nothing was there before
	Depth  int   // Firing.Depth for an event that an action caused, else 0
}

// Firing is a rule whose condition holds, and what to do.
type Firing struct {
	Rule  RuleKey
	Do    []Do
	Why   []Line // every test of the condition; none if there is no condition
	Depth int    // of the events that the actions cause
}

// Do is an action for the host.
type Do struct {
	Action ActionKey
	With   []Arg // in the order of the schema
}

// Arg is a parameter with its value.
type Arg struct {
	Key   ParamKey
	Value Value
}

// String returns the action as people read it: "assign(to: ana)".
func (d Do) String() string {
	args := make([]string, len(d.With))
	for i, a := range d.With {
		args[i] = string(a.Key) + ": " + a.Value.String()
	}
	return string(d.Action) + "(" + strings.Join(args, ", ") + ")"
}

// Skip is a rule whose condition holds and that does not fire all the same.
type Skip struct {
	Rule   RuleKey
	Reason string // "throttled for ana since 2026-03-02T09:00:00Z", "field owner is missing"
}

// Mark says that a throttled rule has fired for a key.
type Mark struct {
	Rule RuleKey
	Key  string
	At   time.Time
}

// Result is what an event leads to, in the order of the rules.
type Result struct {
	Firings []Firing
	Skipped []Skip
	Marks   []Mark // for the host to keep beside what it does
}

// Last says when a throttled rule last fired for a key; ok is false if never.
type Last func(rule RuleKey, key string) (at time.Time, ok bool)

// Seen keeps marks in memory. The zero Seen is empty; its JSON form is that of a
// map.
type Seen map[RuleKey]map[string]time.Time

// Last returns what was kept.
func (s Seen) Last(rule RuleKey, key string) (at time.Time, ok bool) {
	at, ok = s[rule][key]
	return at, ok
}

// Keep adds marks. It needs a Seen that was made.
func (s Seen) Keep(marks ...Mark) {
	for _, m := range marks {
		if s[m.Rule] == nil {
			s[m.Rule] = map[string]time.Time{}
		}
		s[m.Rule][m.Key] = m.At
	}
}

// Evaluate returns what is to be done on an event. A nil last means that no
// throttled rule has fired so far. Errors match ErrUnknown, ErrInvalid (a fact
// against the schema) or ErrDepth, and then nothing is to be done.
func (s *Set) Evaluate(e Event, last Last) (Result, error) {
	var result Result
	event := s.events[e.Kind]
	if event == nil {
		return result, fmt.Errorf("event %.40q %w", e.Kind, ErrUnknown)
	}
	if e.Depth < 0 || e.Depth > s.depth {
		return result, fmt.Errorf("event %s: %w: %d rules in a row, at most %d", e.Kind, ErrDepth, e.Depth, s.depth)
	}
	f, err := event.facts(&e)
	if err != nil {
		return result, fmt.Errorf("event %s: %w", e.Kind, err)
	}
	for _, at := range event.rules.rules(func(i int) (*Value, bool) { return &f.now[i], true }) {
		r := &s.rules[at]
		if !r.always && !r.cond.holds(&f) {
			continue
		}
		firing, mark, skip := r.fire(event, &f, &e, last)
		switch {
		case skip != "":
			result.Skipped = append(result.Skipped, Skip{r.key, skip})
			continue
		case mark != nil:
			result.Marks = append(result.Marks, *mark)
		}
		if !r.always {
			firing.Why = r.cond.explain(&f, nil)
		}
		result.Firings = append(result.Firings, firing)
	}
	return result, nil
}

// facts puts the fields of an event in order and checks them.
func (t *eventType) facts(e *Event) (facts, error) {
	n := len(t.Fields)
	row := make([]Value, 2*n)
	f := facts{row[:n], row[n:]}
	for _, side := range []struct {
		from Facts
		into []Value
	}{{e.Now, f.now}, {e.Before, f.before}} {
		found := 0
		for i := range t.Fields {
			field := &t.Fields[i]
			v, given := side.from[field.Key]
			if !given {
				continue
			}
			found++
			if err := v.check(field.Type, field.Currency); err != nil {
				return f, fmt.Errorf("field %s: %w", field.Key, err)
			}
			if field.Values != nil && v.set && !slices.Contains(field.Values, v.text) {
				return f, fmt.Errorf("field %s: %.40q is not among its values: it %w", field.Key, v.text, ErrInvalid)
			}
			side.into[i] = v
		}
		if found < len(side.from) {
			for _, key := range slices.Sorted(maps.Keys(side.from)) {
				if _, known := t.index[key]; !known {
					return f, fmt.Errorf("field %.40q %w", key, ErrUnknown)
				}
			}
		}
	}
	if e.Before != nil {
		for i := range t.Fields {
			if _, given := e.Before[t.Fields[i].Key]; !given {
				f.before[i] = f.now[i]
			}
		}
	}
	return f, nil
}

// fire makes the actions of a rule, or says why not.
func (r *rule) fire(event *eventType, f *facts, e *Event, last Last) (firing Firing, mark *Mark, skip string) {
	firing = Firing{Rule: r.key, Depth: e.Depth + 1, Do: make([]Do, len(r.actions))}
	for i := range r.actions {
		a := &r.actions[i]
		firing.Do[i] = Do{Action: a.key, With: make([]Arg, len(a.args))}
		for k := range a.args {
			v, missing := a.args[k].fill(event, f)
			if missing != "" {
				return firing, nil, fmt.Sprintf("field %s is missing", missing)
			}
			firing.Do[i].With[k] = Arg{a.args[k].key, v}
		}
	}
	if r.throttle == nil {
		return firing, nil, ""
	}
	key, missing := r.throttle.key.fill(event, f)
	if missing != "" {
		return firing, nil, fmt.Sprintf("field %s is missing", missing)
	}
	if last != nil {
		if at, ok := last(r.key, key.text); ok && (r.throttle.every.IsZero() || e.At.Before(after(at, r.throttle.every))) {
			return firing, nil, fmt.Sprintf("throttled for %s since %s", key.text, at.UTC().Format(time.RFC3339))
		}
	}
	return firing, &Mark{r.key, key.text, e.At.UTC().Round(0)}, ""
}

// after returns the moment an elapsed length after another, the end of time if
// that is too long for a Duration.
func after(at time.Time, l worktime.Length) time.Time {
	const most = int64(1<<63-1) / int64(time.Minute)
	return at.Add(time.Duration(min(l.Amount(), most)) * time.Minute)
}

// Outcome is what one event of a dry run leads to.
type Outcome struct {
	Event  int // its place among the events
	Result Result
	Err    error // of Evaluate
}

// DryRun evaluates recorded events in their order, each with the marks of those
// before it, and returns one Outcome for each event on which a rule fires, is
// skipped, or that cannot be evaluated. It does not follow what the actions
// would cause.
func (s *Set) DryRun(events []Event) []Outcome {
	seen := Seen{}
	var outcomes []Outcome
	for i, e := range events {
		result, err := s.Evaluate(e, seen.Last)
		seen.Keep(result.Marks...)
		if err != nil || len(result.Firings)+len(result.Skipped) > 0 {
			outcomes = append(outcomes, Outcome{i, result, err})
		}
	}
	return outcomes
}
