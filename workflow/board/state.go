package board

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/internal/strictjson"
)

// State is the open cards of a board: the fold of its events. It is a value
// with a JSON form, for the host to keep. The zero State is an empty board.
type State struct {
	Board Key       `json:"board"`
	Seq   uint64    `json:"seq"`         // of the last event
	At    time.Time `json:"at,omitzero"` // of the last event
	Cards []Card    `json:"cards"`       // in the order in which they were added
}

// Card is a piece of work on the board.
type Card struct {
	Item     ident.Ref    `json:"item"` // the host's name of the work
	Title    string       `json:"title,omitempty"`
	Column   ColumnKey    `json:"column"`
	Lane     LaneKey      `json:"lane,omitempty"`
	Class    Class        `json:"class,omitempty"`
	Due      civil.Date   `json:"due,omitzero"`
	Priority int          `json:"priority,omitempty"`
	Person   ident.Person `json:"person,omitempty"`  // who has it; "" = nobody
	Blocked  string       `json:"blocked,omitempty"` // why it does not move; "" = it does
	Added    time.Time    `json:"added"`
	Entered  time.Time    `json:"entered"`          // the column
	Started  time.Time    `json:"started,omitzero"` // when it was first in progress
}

// UnmarshalJSON reads a state and nothing else. Errors match ErrSyntax.
func (s *State) UnmarshalJSON(data []byte) error {
	type plain State // without this method
	var p plain
	if err := strictjson.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("board state: %w: %w", ErrSyntax, err)
	}
	*s = State(p)
	return nil
}

// find returns the place of an item's card, -1 if it has none.
func (s *State) find(item ident.Ref) int {
	return slices.IndexFunc(s.Cards, func(c Card) bool { return c.Item == item })
}

// Card returns the card of an item; ok is false if it is not on the board.
func (s State) Card(item ident.Ref) (card Card, ok bool) {
	at := s.find(item)
	if at < 0 {
		return Card{}, false
	}
	return s.Cards[at], true
}

// owns refuses a State that this board cannot have made.
func (b *Board) owns(s *State) error {
	if s.Seq == 0 && len(s.Cards) == 0 && s.Board == "" {
		return nil
	}
	if s.Board != b.def.Key {
		return fmt.Errorf("state of board %.40q: %w", s.Board, ErrBoard)
	}
	for i := range s.Cards {
		c := &s.Cards[i]
		if at, known := b.columns[c.Column]; !known || at >= b.done {
			return fmt.Errorf("card %v: column %.40q %w", c.Item, c.Column, ErrUnknown)
		}
		if _, known := b.lanes[c.Lane]; !known {
			return fmt.Errorf("card %v: lane %.40q %w", c.Item, c.Lane, ErrUnknown)
		}
		if int(c.Class) >= len(classNames) {
			return fmt.Errorf("card %v: class %v %w", c.Item, c.Class, ErrInvalid)
		}
	}
	return nil
}

// inProgress reports whether the card has come to the first active column.
func (b *Board) inProgress(c *Card) bool {
	at := b.columns[c.Column]
	return b.start <= at && at < b.done
}

// Age is how long a card has been in progress.
type Age struct {
	Card    Card
	Millis  int64            // since Started
	Working worktime.Minutes // the same in working time; 0 without a calendar
	Column  int64            // milliseconds since Entered
}

// Aging returns the cards that were started, the oldest first. The calendar may
// be nil. Errors match ErrBoard or ErrUnknown: a State that is not of this board.
func (b *Board) Aging(s State, now time.Time, cal *worktime.Calendar) ([]Age, error) {
	if err := b.owns(&s); err != nil {
		return nil, err
	}
	var ages []Age
	for _, c := range s.Cards {
		if c.Started.IsZero() {
			continue
		}
		a := Age{Card: c, Millis: millis(c.Started, now), Column: millis(c.Entered, now)}
		if cal != nil {
			a.Working = cal.Between(c.Started, now)
		}
		ages = append(ages, a)
	}
	slices.SortStableFunc(ages, func(a, b Age) int { return a.Card.Started.Compare(b.Card.Started) })
	return ages, nil
}

func millis(from, to time.Time) int64 { return to.UnixMilli() - from.UnixMilli() }
