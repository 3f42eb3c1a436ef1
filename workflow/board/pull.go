package board

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// compare orders two cards as the policy says and returns what decided; -1 is
// the first card. Cards that the policy leaves equal are in the order of items.
func (b *Board) compare(x, y *Card) (order int, by string) {
	for _, c := range b.def.Policy {
		switch c {
		case ByClass:
			order = cmp.Compare(b.rank[x.Class], b.rank[y.Class])
			by = fmt.Sprintf("class %v before %v", x.Class, y.Class)
		case ByDue:
			switch {
			case x.Due == y.Due:
				order = 0
			case y.Due.IsZero():
				order, by = -1, fmt.Sprintf("due %v before none", x.Due)
			case x.Due.IsZero():
				order = 1
			default:
				order, by = x.Due.Compare(y.Due), fmt.Sprintf("due %v before %v", x.Due, y.Due)
			}
		case ByAge:
			order = x.Added.Compare(y.Added)
			by = fmt.Sprintf("added %s before %s", x.Added.UTC().Format(stamp), y.Added.UTC().Format(stamp))
		case ByPriority:
			order = cmp.Compare(y.Priority, x.Priority)
			by = fmt.Sprintf("priority %d before %d", x.Priority, y.Priority)
		}
		if order != 0 {
			return order, by
		}
	}
	return x.Item.Compare(y.Item), "by name"
}

const stamp = "2006-01-02T15:04:05.000Z"

// Next returns the cards of a column in the order in which the policy pulls
// them, blocked ones included. Errors match ErrUnknown or ErrBoard.
func (b *Board) Next(s State, from ColumnKey) ([]Card, error) {
	if err := b.owns(&s); err != nil {
		return nil, err
	}
	if _, known := b.columns[from]; !known {
		return nil, fmt.Errorf("column %.40q %w", from, ErrUnknown)
	}
	var cards []Card
	for _, c := range s.Cards {
		if c.Column == from {
			cards = append(cards, c)
		}
	}
	slices.SortFunc(cards, func(x, y Card) int {
		order, _ := b.compare(&x, &y)
		return order
	})
	return cards, nil
}

func (c Pull) decide(b *Board, s *State) (Event, error) {
	at, known := b.columns[c.To]
	if !known {
		return Event{}, fmt.Errorf("column %.40q %w", c.To, ErrUnknown)
	}
	if at == 0 {
		return Event{}, fmt.Errorf("column %s: nothing stands before it: it %w", c.To, ErrInvalid)
	}
	if _, known := b.lanes[c.Lane]; !known && c.Lane != "" {
		return Event{}, fmt.Errorf("lane %.40q %w", c.Lane, ErrUnknown)
	}
	if err := checkPerson(c.Person); err != nil {
		return Event{}, err
	}
	from := b.def.Columns[at-1].Key
	cards, err := b.Next(*s, from)
	if err != nil {
		return Event{}, err
	}
	if c.Lane != "" {
		cards = slices.DeleteFunc(cards, func(card Card) bool { return card.Lane != c.Lane })
	}
	var passed []Passed
	for i := range cards {
		e, err := b.move(s, &cards[i], c.To, "", c.Person)
		if err == nil {
			e.Why = b.why(cards, i, from, passed)
			return e, nil
		}
		passed = append(passed, Passed{cards[i].Item, reason(err)})
	}
	return Event{}, &NothingError{To: c.To, Passed: passed}
}

// reason shortens the error of a card that is named anyway.
func reason(err error) string {
	if full, ok := errors.AsType[*LimitError](err); ok {
		return full.Load.String()
	}
	return err.Error()
}

// why explains the pull of the i-th of the cards.
func (b *Board) why(cards []Card, i int, from ColumnKey, passed []Passed) []string {
	names := make([]string, len(b.def.Policy))
	for k, c := range b.def.Policy {
		names[k] = c.String()
	}
	lines := []string{fmt.Sprintf("%d of %d in %s by %s", i+1, len(cards), from, strings.Join(names, ", "))}
	if i+1 < len(cards) {
		_, by := b.compare(&cards[i], &cards[i+1])
		lines = append(lines, fmt.Sprintf("before %v: %s", cards[i+1].Item, by))
	}
	for _, p := range passed {
		lines = append(lines, p.String())
	}
	return lines
}
