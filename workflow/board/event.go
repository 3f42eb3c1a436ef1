package board

import (
	"fmt"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/internal/enum"
	"github.com/go-marops/marops/internal/strictjson"
)

// EventKind says what happened. The zero value is none.
type EventKind uint8

// The kinds of event, with the fields of Event that they use beside Item.
const (
	Added     EventKind = iota + 1 // Title, Column, Lane, Class, Due, Priority, Person
	Moved                          // From, Column, Lane, Person, Why
	Blocked                        // Reason
	Unblocked                      // nothing more
	Assigned                       // Person; "" = nobody
	Finished                       // From, Column, Person, Why
	Cancelled                      // From, Reason
)

var eventNames = [...]string{"", "added", "moved", "blocked", "unblocked", "assigned", "finished", "cancelled"}

// String returns the name used in JSON.
func (k EventKind) String() string { return enum.Name(eventNames[:], k) }

// MarshalText writes the name.
func (k EventKind) MarshalText() ([]byte, error) { return enum.Marshal(eventNames[:], k, ErrInvalid) }

// UnmarshalText reads the name. Errors match ErrInvalid.
func (k *EventKind) UnmarshalText(text []byte) error {
	return enum.Unmarshal(eventNames[:], text, k, ErrInvalid)
}

// Event is something that happened to a card.
type Event struct {
	Seq      uint64       `json:"seq"` // 1, 2, 3, … on the board
	At       time.Time    `json:"at"`  // whole milliseconds, UTC
	By       ident.Person `json:"by,omitempty"`
	Kind     EventKind    `json:"kind"`
	Item     ident.Ref    `json:"item"`
	Title    string       `json:"title,omitempty"`
	From     ColumnKey    `json:"from,omitempty"`
	Column   ColumnKey    `json:"column,omitempty"` // where it stands from now on
	Lane     LaneKey      `json:"lane,omitempty"`
	Class    Class        `json:"class,omitempty"`
	Due      civil.Date   `json:"due,omitzero"`
	Priority int          `json:"priority,omitempty"`
	Person   ident.Person `json:"person,omitempty"` // who has it from now on; "" = as before, but see Assigned
	Reason   string       `json:"reason,omitempty"`
	Why      []string     `json:"why,omitempty"` // why this card was pulled, line by line
}

// UnmarshalJSON reads an event and nothing else. Errors match ErrSyntax.
func (e *Event) UnmarshalJSON(data []byte) error {
	type plain Event // without this method
	var p plain
	if err := strictjson.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("board event: %w: %w", ErrSyntax, err)
	}
	*e = Event(p)
	return nil
}

// Apply folds events into a State and leaves the given one as it is. Limits do
// not matter here: what happened has happened. Errors match ErrSequence,
// ErrBoard, ErrUnknown, ErrExists or ErrInvalid, and then the State is returned
// unchanged.
func (b *Board) Apply(s State, events ...Event) (State, error) {
	if err := b.owns(&s); err != nil {
		return s, err
	}
	next := s.clone()
	for i := range events {
		if err := b.apply(&next, &events[i]); err != nil {
			return s, fmt.Errorf("event %d: %w", events[i].Seq, err)
		}
	}
	return next, nil
}

func (s *State) clone() State {
	next := *s
	next.Cards = append(make([]Card, 0, len(s.Cards)+1), s.Cards...)
	return next
}

// apply folds one event into s, which the caller owns.
func (b *Board) apply(s *State, e *Event) error {
	if e.Seq != s.Seq+1 || e.At.Before(s.At) || e.At.IsZero() {
		return fmt.Errorf("after %d at %v: %w", s.Seq, s.At, ErrSequence)
	}
	at := s.find(e.Item)
	if (at >= 0) == (e.Kind == Added) {
		if at >= 0 {
			return fmt.Errorf("%v %w", e.Item, ErrExists)
		}
		return fmt.Errorf("card %v %w", e.Item, ErrUnknown)
	}
	var c *Card
	if at >= 0 {
		c = &s.Cards[at]
		if e.From != "" && e.From != c.Column {
			return fmt.Errorf("%v from %.40q: it is in %s: %w", e.Item, e.From, c.Column, ErrSequence)
		}
	}
	switch e.Kind {
	case Added:
		if err := e.Item.Check(); err != nil {
			return fmt.Errorf("item: %w: it %w", err, ErrInvalid)
		}
		s.Cards = append(s.Cards, Card{
			Item: e.Item, Title: e.Title, Class: e.Class, Due: e.Due, Priority: e.Priority, Person: e.Person, Added: e.At.UTC(),
		})
		if err := b.place(&s.Cards[len(s.Cards)-1], e); err != nil {
			return err
		}
	case Moved:
		if err := b.place(c, e); err != nil {
			return err
		}
	case Blocked:
		if e.Reason == "" {
			return fmt.Errorf("%v blocked without a reason: it %w", e.Item, ErrInvalid)
		}
		c.Blocked = e.Reason
	case Unblocked:
		c.Blocked = ""
	case Assigned:
		c.Person = e.Person
	case Finished, Cancelled:
		if column, known := b.columns[e.Column]; e.Kind == Finished && (!known || column < b.done) {
			return fmt.Errorf("finished in column %.40q: it %w", e.Column, ErrInvalid)
		}
		s.Cards = append(s.Cards[:at], s.Cards[at+1:]...)
	default:
		return fmt.Errorf("kind %v %w", e.Kind, ErrUnknown)
	}
	s.Board, s.Seq, s.At = b.def.Key, e.Seq, e.At.UTC()
	return nil
}

// place puts a card where an event says.
func (b *Board) place(c *Card, e *Event) error {
	if at, known := b.columns[e.Column]; !known || at >= b.done {
		return fmt.Errorf("column %.40q %w", e.Column, ErrUnknown)
	}
	if _, known := b.lanes[e.Lane]; !known {
		return fmt.Errorf("lane %.40q %w", e.Lane, ErrUnknown)
	}
	if int(e.Class) >= len(classNames) {
		return fmt.Errorf("class %v %w", e.Class, ErrInvalid)
	}
	if c.Column != e.Column {
		c.Column, c.Entered = e.Column, e.At.UTC()
	}
	c.Lane = e.Lane
	if e.Person != "" {
		c.Person = e.Person
	}
	if c.Started.IsZero() && b.inProgress(c) {
		c.Started = e.At.UTC()
	}
	return nil
}
