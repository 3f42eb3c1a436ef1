package agile

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/ident"
)

// ItemKey names an item or an epic of a backlog.
type ItemKey string

// SprintKey names a sprint.
type SprintKey string

// Event is one line of a backlog's log. Which fields count depends on the Kind.
type Event struct {
	On   civil.Date   `json:"on"`
	Kind EventKind    `json:"kind"`
	By   ident.Person `json:"by,omitempty"`
	Why  string       `json:"why,omitempty"`

	Item     ItemKey      `json:"item,omitempty"`    // all but those about a whole sprint
	Title    string       `json:"title,omitempty"`   // Added
	Epic     ItemKey      `json:"epic,omitempty"`    // Added, EpicAdded: the epic that it belongs to
	Estimate Estimate     `json:"estimate,omitzero"` // Added, Estimated
	Before   ItemKey      `json:"before,omitempty"`  // Added, Moved: the item to stand in front of; none: last
	Into     []Part       `json:"into,omitempty"`    // Split
	Sprint   SprintKey    `json:"sprint,omitempty"`  // the sprint events
	Days     civil.Period `json:"days,omitzero"`     // SprintOpened
	Goal     string       `json:"goal,omitempty"`    // SprintOpened
	Items    []ItemKey    `json:"items,omitempty"`   // Committed
}

// Part is an item that another is split into.
type Part struct {
	Key      ItemKey  `json:"key"`
	Title    string   `json:"title,omitempty"`
	Estimate Estimate `json:"estimate,omitzero"`
}

// EventKind says what happened. The zero value is none.
type EventKind uint8

// The kinds of event.
const (
	Added        EventKind = 1 + iota // a new item
	EpicAdded                         // a new epic
	Estimated                         // a new estimate; without one, the old one is withdrawn
	Moved                             // another rank
	Split                             // an item becomes several, which take its rank and its place in a sprint
	Started                           // work begins
	Done                              // finished
	Reopened                          // not done after all: first in rank again
	Dropped                           // not wanted any more
	SprintOpened                      // a sprint and its days
	Committed                         // what the team takes on, up to the sprint's first day
	Pulled                            // an item joins a sprint later
	Removed                           // an item leaves a sprint
	SprintClosed                      // what is not done returns to the backlog
)

var eventKinds = []string{
	"", "added", "epic-added", "estimated", "moved", "split", "started", "done", "reopened", "dropped",
	"sprint-opened", "committed", "pulled", "removed", "sprint-closed",
}

// String returns the name: "added", "epic-added", ..., "sprint-closed".
func (k EventKind) String() string {
	if k == 0 || int(k) >= len(eventKinds) {
		return fmt.Sprintf("EventKind(%d)", uint8(k))
	}
	return eventKinds[k]
}

// MarshalText writes the name. A kind that there is not is an error that matches
// ErrEvent.
func (k EventKind) MarshalText() ([]byte, error) {
	if k == 0 || int(k) >= len(eventKinds) {
		return nil, &EventError{Index: -1, Kind: k, Reason: "no such kind of event"}
	}
	return []byte(eventKinds[k]), nil
}

// UnmarshalText reads the name. Errors match ErrEvent.
func (k *EventKind) UnmarshalText(text []byte) error {
	i := slices.Index(eventKinds[1:], string(text))
	if i < 0 {
		return &EventError{Index: -1, Reason: fmt.Sprintf("no such kind of event as %.40q", text)}
	}
	*k = EventKind(i + 1)
	return nil
}

// ErrEvent is the kind of every error about an event that cannot have happened.
var ErrEvent = errors.New("invalid event")

// EventError says which event of a log was refused and why. It matches ErrEvent.
type EventError struct {
	Index  int // in the log, from 0; -1 where there is no log
	Kind   EventKind
	Item   ItemKey
	Sprint SprintKey
	Reason string
}

// Error returns "event 3 (done): checkout: reason".
func (e *EventError) Error() string {
	s := "event"
	if e.Index >= 0 {
		s = fmt.Sprintf("event %d (%s)", e.Index+1, e.Kind)
	}
	if e.Sprint != "" {
		s += fmt.Sprintf(": sprint %.40s", e.Sprint)
	}
	if e.Item != "" {
		s += fmt.Sprintf(": %.40s", e.Item)
	}
	return s + ": " + e.Reason
}

// Is reports whether target is ErrEvent.
func (e *EventError) Is(target error) bool { return target == ErrEvent }
