package board

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/ident"
)

// Command is Add, Move, Pull, Block, Unblock, Assign, Finish or Cancel.
type Command interface {
	decide(b *Board, s *State) (Event, error)
}

// The commands.
type (
	// Add puts a new card on the board.
	Add struct {
		Item     ident.Ref
		Title    string
		Column   ColumnKey // "" = the first
		Lane     LaneKey   // "" = the first that is not an expedite lane, for expedite cards the first that is, if any
		Class    Class
		Due      civil.Date // FixedDate needs one
		Priority int        // the higher the sooner
		Person   ident.Person
	}
	// Move takes a card to any column, in any direction; to a done one it is
	// finished.
	Move struct {
		Item ident.Ref
		To   ColumnKey
		Lane LaneKey // "" = as before
	}
	// Pull takes the next card from the column before To, as the policy says.
	Pull struct {
		To     ColumnKey
		Lane   LaneKey      // "" = of any lane
		Person ident.Person // who takes it; "" = as before
	}
	// Block says that a card cannot go on, and why. A new reason replaces the
	// old one.
	Block struct {
		Item   ident.Ref
		Reason string
	}
	// Unblock says that a card can go on.
	Unblock struct{ Item ident.Ref }
	// Assign gives a card to a person; "" = to nobody.
	Assign struct {
		Item   ident.Ref
		Person ident.Person
	}
	// Finish takes a card to the first done column.
	Finish struct{ Item ident.Ref }
	// Cancel takes a card off the board unfinished.
	Cancel struct {
		Item   ident.Ref
		Reason string
	}
)

// Env is the world at the moment of a command.
type Env struct {
	Now time.Time    // cut to whole milliseconds
	By  ident.Person // "" = nobody in particular
}

// Decide returns what a command leads to, without changing anything: the events
// to store and to Apply. No events and no error means that it is so already.
// Errors match ErrLimit, ErrBlocked, ErrNothing, ErrExists, ErrUnknown,
// ErrInvalid, ErrSequence (Now before the last event) or ErrBoard, and then
// nothing has happened.
func (b *Board) Decide(s State, c Command, env Env) ([]Event, error) {
	if err := b.owns(&s); err != nil {
		return nil, err
	}
	if c == nil {
		return nil, fmt.Errorf("command: there is none: it %w", ErrInvalid)
	}
	now := env.Now.UTC().Truncate(time.Millisecond)
	if y := now.Year(); env.Now.IsZero() || y < 1 || y > 9999 {
		return nil, fmt.Errorf("now %v %w", env.Now, ErrInvalid)
	}
	if now.Before(s.At) {
		return nil, fmt.Errorf("now %v: after the event of %v: it %w", now, s.At, ErrSequence)
	}
	if err := checkPerson(env.By); err != nil {
		return nil, fmt.Errorf("by: %w", err)
	}
	e, err := c.decide(b, &s)
	if err != nil || e.Kind == 0 {
		return nil, err
	}
	e.Seq, e.At, e.By = s.Seq+1, now, env.By
	return []Event{e}, nil
}

// Do is Decide and Apply in one.
func (b *Board) Do(s State, c Command, env Env) (State, []Event, error) {
	events, err := b.Decide(s, c, env)
	if err != nil {
		return s, nil, err
	}
	next, err := b.Apply(s, events...)
	if err != nil {
		return s, nil, err
	}
	return next, events, nil
}

// card returns the card of an item.
func (b *Board) card(s *State, item ident.Ref) (*Card, error) {
	if at := s.find(item); at >= 0 {
		return &s.Cards[at], nil
	}
	return nil, fmt.Errorf("card %v %w", item, ErrUnknown)
}

func (c Add) decide(b *Board, s *State) (Event, error) {
	if err := c.Item.Check(); err != nil {
		return Event{}, fmt.Errorf("item: %w: it %w", err, ErrInvalid)
	}
	if s.find(c.Item) >= 0 {
		return Event{}, fmt.Errorf("%v %w", c.Item, ErrExists)
	}
	if c.Column == "" {
		c.Column = b.def.Columns[0].Key
	}
	if c.Lane == "" {
		c.Lane = b.defaultLane(c.Class)
	}
	card := Card{Item: c.Item, Title: c.Title, Column: c.Column, Lane: c.Lane, Class: c.Class, Due: c.Due, Priority: c.Priority, Person: c.Person}
	if err := b.checkCard(&card); err != nil {
		return Event{}, err
	}
	if err := b.room(s, nil, &card); err != nil {
		return Event{}, err
	}
	return Event{
		Kind: Added, Item: c.Item, Title: c.Title, Column: c.Column, Lane: c.Lane, Class: c.Class,
		Due: c.Due, Priority: c.Priority, Person: c.Person,
	}, nil
}

func (b *Board) defaultLane(class Class) LaneKey {
	var other LaneKey
	for _, l := range b.def.Lanes {
		if l.Expedite == (class == Expedite) {
			return l.Key
		}
		if other == "" && !l.Expedite {
			other = l.Key
		}
	}
	return other
}

// checkCard refuses what no card may be.
func (b *Board) checkCard(c *Card) error {
	at, known := b.columns[c.Column]
	if !known {
		return fmt.Errorf("column %.40q %w", c.Column, ErrUnknown)
	}
	if at >= b.done {
		return fmt.Errorf("card %v: column %s is done: it %w", c.Item, c.Column, ErrInvalid)
	}
	lane, known := b.lanes[c.Lane]
	if !known {
		return fmt.Errorf("lane %.40q %w", c.Lane, ErrUnknown)
	}
	if int(c.Class) >= len(classNames) || c.Class == Expedite && b.def.Expedite == 0 {
		return fmt.Errorf("card %v: class %v %w on this board", c.Item, c.Class, ErrInvalid)
	}
	if len(b.def.Lanes) > 0 && b.def.Lanes[lane].Expedite && c.Class != Expedite {
		return fmt.Errorf("card %v: lane %s takes expedite cards alone: %v %w", c.Item, c.Lane, c.Class, ErrInvalid)
	}
	if c.Class == FixedDate && c.Due.IsZero() {
		return fmt.Errorf("card %v: fixed_date without a due date %w", c.Item, ErrInvalid)
	}
	if err := checkText(c.Title); err != nil {
		return err
	}
	return checkPerson(c.Person)
}

func checkPerson(p ident.Person) error {
	if p == "" {
		return nil
	}
	if err := p.Check(); err != nil {
		return fmt.Errorf("person: %w: it %w", err, ErrInvalid)
	}
	return nil
}

func checkText(text string) error {
	if len(text) > MaxText || !utf8.ValidString(text) {
		return fmt.Errorf("text of %d bytes %w: at most %d, in UTF-8", len(text), ErrInvalid, MaxText)
	}
	return nil
}

func (c Move) decide(b *Board, s *State) (Event, error) {
	card, err := b.card(s, c.Item)
	if err != nil {
		return Event{}, err
	}
	return b.move(s, card, c.To, c.Lane, "")
}

// move checks one card's way to a column.
func (b *Board) move(s *State, card *Card, to ColumnKey, lane LaneKey, person ident.Person) (Event, error) {
	if card.Blocked != "" {
		return Event{}, fmt.Errorf("card %v %w: %s", card.Item, ErrBlocked, card.Blocked)
	}
	at, known := b.columns[to]
	if !known {
		return Event{}, fmt.Errorf("column %.40q %w", to, ErrUnknown)
	}
	if at >= b.done {
		return Event{Kind: Finished, Item: card.Item, From: card.Column, Column: to, Person: person}, nil
	}
	after := *card
	after.Column = to
	if lane != "" {
		after.Lane = lane
	}
	if person != "" {
		after.Person = person
	}
	if after == *card {
		return Event{}, nil
	}
	if err := b.checkCard(&after); err != nil {
		return Event{}, err
	}
	if err := b.room(s, card, &after); err != nil {
		return Event{}, err
	}
	return Event{Kind: Moved, Item: card.Item, From: card.Column, Column: to, Lane: after.Lane, Person: person}, nil
}

func (c Finish) decide(b *Board, s *State) (Event, error) {
	return Move{Item: c.Item, To: b.def.Columns[b.done].Key}.decide(b, s)
}

func (c Block) decide(b *Board, s *State) (Event, error) {
	card, err := b.card(s, c.Item)
	if err != nil {
		return Event{}, err
	}
	if c.Reason == "" {
		return Event{}, fmt.Errorf("card %v: a block without a reason %w", c.Item, ErrInvalid)
	}
	if err := checkText(c.Reason); err != nil || card.Blocked == c.Reason {
		return Event{}, err
	}
	return Event{Kind: Blocked, Item: c.Item, Reason: c.Reason}, nil
}

func (c Unblock) decide(b *Board, s *State) (Event, error) {
	card, err := b.card(s, c.Item)
	if err != nil || card.Blocked == "" {
		return Event{}, err
	}
	return Event{Kind: Unblocked, Item: c.Item}, nil
}

func (c Assign) decide(b *Board, s *State) (Event, error) {
	card, err := b.card(s, c.Item)
	if err != nil || card.Person == c.Person {
		return Event{}, err
	}
	if err := checkPerson(c.Person); err != nil {
		return Event{}, err
	}
	after := *card
	after.Person = c.Person
	if err := b.room(s, card, &after); err != nil {
		return Event{}, err
	}
	return Event{Kind: Assigned, Item: c.Item, Person: c.Person}, nil
}

func (c Cancel) decide(b *Board, s *State) (Event, error) {
	card, err := b.card(s, c.Item)
	if err != nil {
		return Event{}, err
	}
	if err := checkText(c.Reason); err != nil {
		return Event{}, err
	}
	return Event{Kind: Cancelled, Item: c.Item, From: card.Column, Reason: c.Reason}, nil
}
