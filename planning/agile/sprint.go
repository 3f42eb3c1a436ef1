package agile

import (
	"slices"

	"github.com/go-marops/marops/civil"
)

// Sprint is a sprint as the log has it.
type Sprint struct {
	Key       SprintKey
	Goal      string
	Days      civil.Period
	Closed    civil.Date // the zero Date while it is open
	Committed []Scoped   // with the estimates of that moment
	Changes   []ScopeChange
	Items     []ItemKey // in it now, or when it was closed
	Done      []ItemKey
	Carried   []ItemKey // not done when it was closed
}

// Scoped is an item with its estimate at some moment.
type Scoped struct {
	Item     ItemKey
	Estimate Estimate
}

// ScopeChange is a change of a sprint's scope after its commitment.
type ScopeChange struct {
	On   civil.Date
	Item ItemKey
	Kind ScopeKind
	From Estimate // OutOfScope, Reestimated
	To   Estimate // IntoScope, Reestimated
}

// ScopeKind says how a sprint's scope changed.
type ScopeKind uint8

// The kinds of scope change.
const (
	IntoScope   ScopeKind = iota // an item joined
	OutOfScope                   // an item left, was dropped or was split
	Reestimated                  // an item has another estimate
)

// String returns "in", "out" or "estimate".
func (k ScopeKind) String() string {
	switch k {
	case IntoScope:
		return "in"
	case OutOfScope:
		return "out"
	case Reestimated:
		return "estimate"
	}
	return "unknown"
}

// sprint is a sprint with the ledger that every series comes from.
type sprint struct {
	key    SprintKey
	goal   string
	days   civil.Period
	closed civil.Date
	items  []ItemKey
	ledger []entry
}

type entryKind uint8

const (
	entryCommit entryKind = iota
	entryIn
	entryOut
	entryEstimate
	entryDone
	entryReopened
)

// entry changes what is in a sprint, or what of it is done.
type entry struct {
	on          civil.Date
	what        entryKind
	item        ItemKey
	from, to    Estimate
	scope, done Tally
}

func (s *sprint) log(e entry) { s.ledger = append(s.ledger, e) }

func (b *Backlog) sprintOf(it *Item) *sprint {
	if it.Sprint == "" {
		return nil
	}
	if s := b.sprints[b.names[it.Sprint]]; s.closed.IsZero() {
		return s
	}
	return nil
}

func (b *Backlog) joinSprint(s *sprint, it *Item, e Event, how entryKind) {
	it.Sprint = s.key
	s.items = append(s.items, it.Key)
	s.log(entry{on: e.On, what: how, item: it.Key, to: it.Estimate, scope: Tally{}.plus(it.Estimate, 1)})
}

func (b *Backlog) leaveSprint(it *Item, e Event) {
	s := b.sprintOf(it)
	if s == nil {
		return
	}
	it.Sprint = ""
	s.items = slices.DeleteFunc(s.items, func(k ItemKey) bool { return k == it.Key })
	s.log(entry{on: e.On, what: entryOut, item: it.Key, from: it.Estimate, scope: Tally{}.plus(it.Estimate, -1)})
}

// joinable returns why an item cannot join a sprint.
func (b *Backlog) joinable(key ItemKey) string {
	it := b.get(key)
	switch {
	case it == nil:
		return "no such item as " + string(key)
	case it.IsEpic:
		return string(key) + " is an epic"
	case it.State != Open && it.State != Active:
		return string(key) + " is " + it.State.String()
	case b.sprintOf(it) != nil:
		return string(key) + " is in sprint " + string(it.Sprint)
	}
	return ""
}

func (b *Backlog) applySprint(e Event) string {
	at, known := b.names[e.Sprint]
	if e.Kind == SprintOpened {
		switch {
		case badKey(string(e.Sprint)):
			return "a key has 1 to 255 bytes of UTF-8"
		case known:
			return "the key is taken"
		case e.Days.IsEmpty():
			return "no days"
		}
		b.names[e.Sprint] = len(b.sprints)
		b.sprints = append(b.sprints, &sprint{key: e.Sprint, goal: e.Goal, days: e.Days})
		return ""
	}
	if !known {
		return "no such sprint"
	}
	s := b.sprints[at]
	if !s.closed.IsZero() {
		return "it is closed"
	}
	switch e.Kind {
	case Committed:
		return b.commit(s, e)
	case Pulled:
		if why := b.joinable(e.Item); why != "" {
			return why
		}
		b.joinSprint(s, b.get(e.Item), e, entryIn)
	case Removed:
		it := b.get(e.Item)
		if it == nil || it.Sprint != s.key {
			return "the item is not in it"
		}
		if it.State == Finished {
			return "the item is done"
		}
		b.leaveSprint(it, e)
	case SprintClosed:
		if e.On.Before(s.days.First()) {
			return "it has not begun"
		}
		s.closed = e.On
		for _, k := range s.items {
			if it := b.get(k); it.State != Finished {
				it.Sprint = ""
			}
		}
	default:
		return "no such kind of event"
	}
	return ""
}

func (b *Backlog) commit(s *sprint, e Event) string {
	if e.On.After(s.days.First()) {
		return "it began on " + s.days.First().String() + ": later items are pulled"
	}
	for i, k := range e.Items {
		if why := b.joinable(k); why != "" {
			return why
		}
		if slices.Contains(e.Items[:i], k) {
			return string(k) + " is given twice"
		}
	}
	for _, k := range e.Items {
		b.joinSprint(s, b.get(k), e, entryCommit)
	}
	return ""
}

// Sprint returns a sprint.
func (b *Backlog) Sprint(key SprintKey) (Sprint, bool) {
	at, ok := b.names[key]
	if !ok {
		return Sprint{}, false
	}
	return b.export(b.sprints[at]), true
}

// Sprints returns all sprints in the order in which they were opened.
func (b *Backlog) Sprints() []Sprint {
	out := make([]Sprint, len(b.sprints))
	for i, s := range b.sprints {
		out[i] = b.export(s)
	}
	return out
}

func (b *Backlog) export(s *sprint) Sprint {
	out := Sprint{Key: s.key, Goal: s.goal, Days: s.days, Closed: s.closed, Items: slices.Clone(s.items)}
	for _, e := range s.ledger {
		c := ScopeChange{On: e.on, Item: e.item, From: e.from, To: e.to}
		switch e.what {
		case entryCommit:
			out.Committed = append(out.Committed, Scoped{e.item, e.to})
		case entryIn:
			c.Kind = IntoScope
			out.Changes = append(out.Changes, c)
		case entryOut:
			c.Kind = OutOfScope
			out.Changes = append(out.Changes, c)
		case entryEstimate:
			c.Kind = Reestimated
			out.Changes = append(out.Changes, c)
		case entryDone:
			out.Done = append(out.Done, e.item)
		case entryReopened:
			out.Done = slices.DeleteFunc(out.Done, func(k ItemKey) bool { return k == e.item })
		}
	}
	if !s.closed.IsZero() {
		for _, k := range s.items {
			if !slices.Contains(out.Done, k) {
				out.Carried = append(out.Carried, k)
			}
		}
	}
	return out
}
