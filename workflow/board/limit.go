package board

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-marops/marops/ident"
)

// Scope is what a limit is on. Exactly these combinations are set: a column; a
// column and a lane; a lane; a person; or Expedite.
type Scope struct {
	Column   ColumnKey
	Lane     LaneKey
	Person   ident.Person
	Expedite bool
}

// String returns the scope for people: "column draft", "lane emea in column draft".
func (s Scope) String() string {
	switch {
	case s.Expedite:
		return "expedite"
	case s.Person != "":
		return "person " + string(s.Person)
	case s.Column == "":
		return "lane " + string(s.Lane)
	case s.Lane == "":
		return "column " + string(s.Column)
	}
	return "lane " + string(s.Lane) + " in column " + string(s.Column)
}

// Load is a limit and what fills it.
type Load struct {
	Scope   Scope
	Limit   int
	Holding []ident.Ref // the cards that count, in the order of the State
}

func (l Load) text() string {
	items := make([]string, len(l.Holding))
	for i, item := range l.Holding {
		items[i] = item.String()
	}
	return fmt.Sprintf("%d of %d: %s", len(items), l.Limit, strings.Join(items, ", "))
}

// String returns one line: "column draft 2 of 3: task/a, task/b".
func (l Load) String() string { return l.Scope.String() + " " + l.text() }

// holds reports whether a card counts towards a limit.
func (b *Board) holds(s Scope, c *Card) bool {
	if c.Class == Expedite || s.Expedite {
		return s.Expedite && c.Class == Expedite && b.inProgress(c)
	}
	if s.Column != "" {
		return c.Column == s.Column && (s.Lane == "" || c.Lane == s.Lane)
	}
	return b.inProgress(c) && (s.Person != "" && c.Person == s.Person || s.Lane != "" && c.Lane == s.Lane)
}

func (b *Board) load(s *State, scope Scope, limit int) Load {
	l := Load{Scope: scope, Limit: limit}
	for i := range s.Cards {
		if b.holds(scope, &s.Cards[i]) {
			l.Holding = append(l.Holding, s.Cards[i].Item)
		}
	}
	return l
}

// limitsOn calls yield with the limits that a card may be under where it stands.
func (b *Board) limitsOn(c *Card, yield func(Scope, int)) {
	column := &b.def.Columns[b.columns[c.Column]]
	yield(Scope{Column: c.Column}, column.Limit)
	if len(b.def.Lanes) > 0 {
		yield(Scope{Column: c.Column, Lane: c.Lane}, column.Lanes[c.Lane])
		yield(Scope{Lane: c.Lane}, b.def.Lanes[b.lanes[c.Lane]].Limit)
	}
	if c.Person != "" {
		yield(Scope{Person: c.Person}, b.personLimit(c.Person))
	}
	yield(Scope{Expedite: true}, b.def.Expedite)
}

func (b *Board) personLimit(p ident.Person) int {
	if limit, own := b.def.People[p]; own {
		return limit
	}
	return b.def.PerPerson
}

// room returns the first limit that a card breaks by changing from before, nil
// if it is new, to after. What it counts towards already it does not join.
func (b *Board) room(s *State, before, after *Card) error {
	var err error
	b.limitsOn(after, func(scope Scope, limit int) {
		if err != nil || limit == 0 || !b.holds(scope, after) || before != nil && b.holds(scope, before) {
			return
		}
		if l := b.load(s, scope, limit); len(l.Holding) >= limit {
			err = &LimitError{Item: after.Item, Load: l}
		}
	})
	return err
}

// Loads returns every limit of the board and what fills it: columns from left to
// right with their lanes, then lanes, people who have cards, and expedite.
// Errors match ErrBoard or ErrUnknown: a State that is not of this board.
func (b *Board) Loads(s State) ([]Load, error) {
	if err := b.owns(&s); err != nil {
		return nil, err
	}
	var loads []Load
	add := func(scope Scope, limit int) {
		if limit > 0 {
			loads = append(loads, b.load(&s, scope, limit))
		}
	}
	for _, c := range b.def.Columns {
		add(Scope{Column: c.Key}, c.Limit)
		for _, l := range b.def.Lanes {
			add(Scope{Column: c.Key, Lane: l.Key}, c.Lanes[l.Key])
		}
	}
	for _, l := range b.def.Lanes {
		add(Scope{Lane: l.Key}, l.Limit)
	}
	people := map[ident.Person]bool{}
	for _, c := range s.Cards {
		if c.Person != "" {
			people[c.Person] = true
		}
	}
	for _, p := range slices.Sorted(maps.Keys(people)) {
		add(Scope{Person: p}, b.personLimit(p))
	}
	add(Scope{Expedite: true}, b.def.Expedite)
	return loads, nil
}
