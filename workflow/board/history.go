package board

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/internal/enum"
)

// Outcome says how a card ended. The zero value is Open.
type Outcome uint8

// The outcomes.
const (
	Open Outcome = iota
	WasFinished
	WasCancelled
)

var outcomeNames = [...]string{"open", "finished", "cancelled"}

// String returns "open", "finished" or "cancelled".
func (o Outcome) String() string { return enum.Name(outcomeNames[:], o) }

// Spell is a stretch of a card's life: in a column, or blocked for a reason.
type Spell struct {
	Column ColumnKey
	Reason string    // of a block
	From   time.Time //
	To     time.Time // zero = it goes on
}

// Run is the life of one card, from its adding to its end.
type Run struct {
	Card    Card      // as it was last
	Ended   time.Time // zero = open
	Outcome Outcome
	Spells  []Spell // in columns, without gaps
	Blocks  []Spell
}

// History is the lives of all cards of a board: what its measures are taken
// from. It is immutable and safe for concurrent use.
type History struct {
	b    *Board
	runs []Run
}

// History reads the events of a board from its first one. Errors are those of
// Apply.
func (b *Board) History(events []Event) (*History, error) {
	h := &History{b: b}
	var s State
	open := map[ident.Ref]int{} // -> runs
	for i := range events {
		e := &events[i]
		if err := b.apply(&s, e); err != nil {
			return nil, fmt.Errorf("event %d: %w", e.Seq, err)
		}
		if e.Kind == Added {
			open[e.Item] = len(h.runs)
			h.runs = append(h.runs, Run{})
		}
		r := &h.runs[open[e.Item]]
		if c, ok := s.Card(e.Item); ok {
			r.Card = c
		}
		r.note(e)
		if r.Outcome != Open {
			delete(open, e.Item)
		}
	}
	return h, nil
}

// note adds an event to the life, whose Card is up to date.
func (r *Run) note(e *Event) {
	at := e.At.UTC()
	switch e.Kind {
	case Added, Moved:
		if n := len(r.Spells); n == 0 || r.Spells[n-1].Column != r.Card.Column {
			end(r.Spells, at)
			r.Spells = append(r.Spells, Spell{Column: r.Card.Column, From: at})
		}
	case Blocked, Unblocked:
		end(r.Blocks, at)
		if r.Card.Blocked != "" {
			r.Blocks = append(r.Blocks, Spell{Reason: r.Card.Blocked, From: at})
		}
	case Assigned:
	case Finished, Cancelled:
		end(r.Spells, at)
		end(r.Blocks, at)
		r.Ended, r.Outcome = at, WasFinished
		if e.Person != "" {
			r.Card.Person = e.Person
		}
		if e.Kind == Cancelled {
			r.Outcome = WasCancelled
		} else if r.Card.Started.IsZero() {
			r.Card.Started = at
		}
	}
}

// end closes the last spell if it goes on.
func end(spells []Spell, at time.Time) {
	if n := len(spells); n > 0 && spells[n-1].To.IsZero() {
		spells[n-1].To = at
	}
}

// Of returns the history of the cards that keep accepts: of a lane, a class, a
// person.
func (h *History) Of(keep func(Run) bool) *History {
	part := &History{b: h.b}
	for _, r := range h.runs {
		if keep(r) {
			part.runs = append(part.runs, r)
		}
	}
	return part
}

// Runs returns the lives of the cards in the order in which they were added.
func (h *History) Runs() []Run {
	runs := slices.Clone(h.runs)
	for i := range runs {
		runs[i].Spells, runs[i].Blocks = slices.Clone(runs[i].Spells), slices.Clone(runs[i].Blocks)
	}
	return runs
}

// finished returns the cards finished within [from, to), by their end.
func (h *History) finished(from, to time.Time) []*Run {
	var runs []*Run
	for i := range h.runs {
		if r := &h.runs[i]; r.Outcome == WasFinished && !r.Ended.Before(from) && r.Ended.Before(to) {
			runs = append(runs, r)
		}
	}
	slices.SortStableFunc(runs, func(a, b *Run) int { return a.Ended.Compare(b.Ended) })
	return runs
}

// clip returns the part of a stretch within [from, to) in milliseconds; a zero
// end is not before to.
func clip(s Spell, from, to time.Time) (since, until time.Time) {
	since, until = s.From, s.To
	if until.IsZero() || until.After(to) {
		until = to
	}
	if since.Before(from) {
		since = from
	}
	if until.Before(since) {
		until = since
	}
	return since, until
}
