package board

import (
	"fmt"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/internal/enum"
	"github.com/go-marops/marops/internal/strictjson"
)

type (
	// Key names a board.
	Key string
	// ColumnKey names a column of a board.
	ColumnKey string
	// LaneKey names a lane of a board.
	LaneKey string
)

// Definition is a board as people author it, in Go or in JSON. Compile checks
// it. A limit of 0 is none.
type Definition struct {
	Key       Key                  `json:"key"`
	Name      string               `json:"name,omitempty"`
	Columns   []Column             `json:"columns"`              // from left to right, the done ones last
	Lanes     []Lane               `json:"lanes,omitempty"`      // none: cards have the lane ""
	Expedite  int                  `json:"expedite,omitempty"`   // expedite cards in progress at once; 0 = the class is not offered
	PerPerson int                  `json:"per_person,omitempty"` // cards in progress for each person
	People    map[ident.Person]int `json:"people,omitempty"`     // in place of PerPerson; 0 = no limit for them
	Classes   []Class              `json:"classes,omitempty"`    // which is pulled first; nil = expedite, fixed_date, standard, intangible
	Policy    []Criterion          `json:"policy,omitempty"`     // what decides first; nil = class, due, age, priority
}

// Column is a step of the work.
type Column struct {
	Key   ColumnKey       `json:"key"`
	Name  string          `json:"name,omitempty"` // for people; "" = Key
	Kind  Kind            `json:"kind,omitempty"`
	Limit int             `json:"limit,omitempty"` // cards in the column
	Lanes map[LaneKey]int `json:"lanes,omitempty"` // cards of a lane in the column
}

// Lane is a row of the board: a market, a team, a service.
type Lane struct {
	Key      LaneKey `json:"key"`
	Name     string  `json:"name,omitempty"`     // for people; "" = Key
	Limit    int     `json:"limit,omitempty"`    // cards of the lane in progress
	Expedite bool    `json:"expedite,omitempty"` // it takes cards of that class alone
}

// Kind says what happens to a card in a column. The zero value is Queue.
type Kind uint8

// The kinds of column.
const (
	Queue  Kind = iota // it waits
	Active             // somebody works on it
	Done               // it is finished
)

// Class is a class of service (D. Anderson, Kanban, 2010, ch. 11). The zero
// value is Standard.
type Class uint8

// The classes of service.
const (
	Standard   Class = iota
	Expedite         // at once: may exceed the limits
	FixedDate        // worthless after its date
	Intangible       // pays later
)

// Criterion is what decides between two cards.
type Criterion uint8

// The criteria.
const (
	ByClass    Criterion = iota // in the order of Definition.Classes
	ByDue                       // the earlier date first, none last
	ByAge                       // the card added earlier first
	ByPriority                  // the higher number first
)

var (
	kindNames      = [...]string{"queue", "active", "done"}
	classNames     = [...]string{"standard", "expedite", "fixed_date", "intangible"}
	criterionNames = [...]string{"class", "due", "age", "priority"}
)

// String returns the name used in JSON.
func (k Kind) String() string { return enum.Name(kindNames[:], k) }

// MarshalText writes the name.
func (k Kind) MarshalText() ([]byte, error) { return enum.Marshal(kindNames[:], k, ErrInvalid) }

// UnmarshalText reads the name. Errors match ErrInvalid.
func (k *Kind) UnmarshalText(text []byte) error {
	return enum.Unmarshal(kindNames[:], text, k, ErrInvalid)
}

// String returns the name used in JSON, as in "fixed_date".
func (c Class) String() string { return enum.Name(classNames[:], c) }

// MarshalText writes the name.
func (c Class) MarshalText() ([]byte, error) { return enum.Marshal(classNames[:], c, ErrInvalid) }

// UnmarshalText reads the name. Errors match ErrInvalid.
func (c *Class) UnmarshalText(text []byte) error {
	return enum.Unmarshal(classNames[:], text, c, ErrInvalid)
}

// String returns the name used in JSON.
func (c Criterion) String() string { return enum.Name(criterionNames[:], c) }

// MarshalText writes the name.
func (c Criterion) MarshalText() ([]byte, error) {
	return enum.Marshal(criterionNames[:], c, ErrInvalid)
}

// UnmarshalText reads the name. Errors match ErrInvalid.
func (c *Criterion) UnmarshalText(text []byte) error {
	return enum.Unmarshal(criterionNames[:], text, c, ErrInvalid)
}

// UnmarshalJSON reads a definition and nothing else: unknown and duplicate keys
// are errors, which match ErrSyntax. What it means is Compile's business.
func (d *Definition) UnmarshalJSON(data []byte) error {
	type plain Definition // without this method
	var p plain
	if err := strictjson.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("board definition: %w: %w", ErrSyntax, err)
	}
	*d = Definition(p)
	return nil
}
