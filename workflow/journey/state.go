package journey

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-marops/marops/internal/enum"
	"github.com/go-marops/marops/internal/strictjson"
)

// Status is where a lead stands. The zero value is Outside.
type Status uint8

// The statuses.
const (
	Outside Status = iota // has never entered
	Active
	AtGoal
	Out // ended without the goal
)

var statusNames = [...]string{"outside", "active", "goal", "out"}

// String returns the name used in JSON.
func (s Status) String() string { return enum.Name(statusNames[:], s) }

// MarshalText writes the name.
func (s Status) MarshalText() ([]byte, error) { return enum.Marshal(statusNames[:], s, ErrInvalid) }

// UnmarshalText reads the name. Errors match ErrInvalid.
func (s *Status) UnmarshalText(text []byte) error {
	return enum.Unmarshal(statusNames[:], text, s, ErrInvalid)
}

// State is one lead on one journey: the fold of its events. It is a value with a
// JSON form, for the host to keep. The zero State is a lead outside.
type State struct {
	Definition Hash        `json:"definition,omitzero"`
	Lead       string      `json:"lead"`
	Seq        uint64      `json:"seq"`         // of the last event
	At         time.Time   `json:"at,omitzero"` // of the last event
	Status     Status      `json:"status"`
	Step       StepKey     `json:"step,omitempty"`    // where it stands
	Until      time.Time   `json:"until,omitzero"`    // what it waits for there
	Entries    int         `json:"entries,omitempty"` // this one included
	Entered    time.Time   `json:"entered,omitzero"`
	Ended      time.Time   `json:"ended,omitzero"`
	Reason     string      `json:"reason,omitempty"`   // of the end: the goal's name or why not
	Happened   []EventKey  `json:"happened,omitempty"` // since entry, in order of their names
	Sends      []time.Time `json:"sends,omitempty"`    // that still count for a cap
}

// UnmarshalJSON reads a state and nothing else. Errors match ErrSyntax.
func (s *State) UnmarshalJSON(data []byte) error {
	type plain State // without this method
	var p plain
	if err := strictjson.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("journey state: %w: %w", ErrSyntax, err)
	}
	*s = State(p)
	return nil
}

// Due returns when the next Tick has something to do; ok is false if never.
func (s State) Due() (at time.Time, ok bool) { return s.Until, s.Status == Active }

// EventKind says what happened. The zero value is none.
type EventKind uint8

// The kinds of event, with the fields of Event that they use.
const (
	Entered  EventKind = iota + 1 // Lead, Definition, Step
	Stepped                       // Step, Why
	Waiting                       // Step, Until
	Deferred                      // Step, Until, Why: a send that may not go yet
	Sent                          // Step, Content: the host is to send it now
	Observed                      // Event
	Reached                       // Step, Why = the goal
	Exited                        // Step, Why = the reason
)

var eventNames = [...]string{"", "entered", "stepped", "waiting", "deferred", "sent", "observed", "reached", "exited"}

// String returns the name used in JSON.
func (k EventKind) String() string { return enum.Name(eventNames[:], k) }

// MarshalText writes the name.
func (k EventKind) MarshalText() ([]byte, error) { return enum.Marshal(eventNames[:], k, ErrInvalid) }

// UnmarshalText reads the name. Errors match ErrInvalid.
func (k *EventKind) UnmarshalText(text []byte) error {
	return enum.Unmarshal(eventNames[:], text, k, ErrInvalid)
}

// Event is something that happened to a lead on the journey.
type Event struct {
	Seq        uint64    `json:"seq"` // 1, 2, 3, … for the lead
	At         time.Time `json:"at"`
	Kind       EventKind `json:"kind"`
	Lead       string    `json:"lead,omitempty"`
	Definition Hash      `json:"definition,omitzero"`
	Step       StepKey   `json:"step,omitempty"`
	Content    Content   `json:"content,omitempty"`
	Event      EventKey  `json:"event,omitempty"`
	Until      time.Time `json:"until,omitzero"`
	Why        string    `json:"why,omitempty"` // for people
}

// UnmarshalJSON reads an event and nothing else. Errors match ErrSyntax.
func (e *Event) UnmarshalJSON(data []byte) error {
	type plain Event // without this method
	var p plain
	if err := strictjson.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("journey event: %w: %w", ErrSyntax, err)
	}
	*e = Event(p)
	return nil
}

// owns refuses a State that this program cannot have made.
func (p *Program) owns(s *State) error {
	if s.Status == Outside && s.Seq == 0 {
		return nil
	}
	if s.Definition != p.hash {
		return fmt.Errorf("lead %.40q %w", s.Lead, ErrDefinition)
	}
	if _, known := p.index[s.Step]; s.Status == Active && !known {
		return fmt.Errorf("step %.40q %w", s.Step, ErrUnknown)
	}
	return nil
}

// Apply folds events into a State and leaves the given one as it is. Errors
// match ErrSequence, ErrDefinition, ErrUnknown or ErrState, and then the State
// is returned unchanged.
func (p *Program) Apply(s State, events ...Event) (State, error) {
	if err := p.owns(&s); err != nil {
		return s, err
	}
	next := s
	for i := range events {
		if err := p.apply(&next, &events[i]); err != nil {
			return s, fmt.Errorf("event %d: %w", events[i].Seq, err)
		}
	}
	return next, nil
}

// apply folds one event into s; its slices are replaced, never changed.
func (p *Program) apply(s *State, e *Event) error {
	if e.Seq != s.Seq+1 || e.At.IsZero() || e.At.Before(s.At) {
		return fmt.Errorf("after %d at %v: %w", s.Seq, s.At, ErrSequence)
	}
	if (e.Kind == Entered) == (s.Status == Active) {
		return fmt.Errorf("lead %.40q: %v, it %w", s.Lead, s.Status, ErrState)
	}
	if _, known := p.index[e.Step]; !known && e.Kind != Observed {
		return fmt.Errorf("step %.40q %w", e.Step, ErrUnknown)
	}
	at := e.At.UTC()
	switch e.Kind {
	case Entered:
		if e.Definition != p.hash {
			return fmt.Errorf("lead %.40q %w", e.Lead, ErrDefinition)
		}
		*s = State{
			Definition: p.hash, Lead: e.Lead, Status: Active, Step: e.Step, Until: at,
			Entries: s.Entries + 1, Entered: at, Sends: s.Sends,
		}
	case Stepped:
		s.Step, s.Until = e.Step, at
	case Waiting, Deferred:
		s.Until = e.Until.UTC()
	case Sent:
		if p.longest > 0 {
			s.Sends = slices.DeleteFunc(append(slices.Clone(s.Sends), at), func(t time.Time) bool { return !t.After(at.Add(-p.longest)) })
		}
	case Observed:
		if i, found := slices.BinarySearch(s.Happened, e.Event); !found {
			s.Happened = slices.Insert(slices.Clone(s.Happened), i, e.Event)
		}
	case Reached, Exited:
		s.Status, s.Reason, s.Ended, s.Step, s.Until = AtGoal, e.Why, at, "", time.Time{}
		if e.Kind == Exited {
			s.Status = Out
		}
	default:
		return fmt.Errorf("kind %v %w", e.Kind, ErrUnknown)
	}
	s.Seq, s.At = e.Seq, at
	return nil
}
