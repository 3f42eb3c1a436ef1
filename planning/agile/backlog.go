package agile

import (
	"slices"

	"github.com/go-marops/marops/civil"
)

// State is where an item stands. The zero value is Open.
type State uint8

// The states.
const (
	Open       State = iota // waits in the backlog or in a sprint
	Active                  // work has begun
	Finished                // done
	Discarded               // dropped
	SplitUp                 // its parts have taken its place
	stateCount = iota
)

// String returns "open", "active", "done", "dropped" or "split".
func (s State) String() string {
	if s < stateCount {
		return [...]string{"open", "active", "done", "dropped", "split"}[s]
	}
	return "unknown"
}

// Item is what a backlog knows about an item or an epic.
type Item struct {
	Key      ItemKey
	Title    string
	IsEpic   bool
	Epic     ItemKey // that it belongs to; "" if none
	From     ItemKey // that it was split from; "" if none
	Parts    []ItemKey
	Estimate Estimate
	State    State
	Sprint   SprintKey // that it is in now, or was done in
	Added    civil.Date
	Started  civil.Date // first; the zero Date if never
	Finished civil.Date // the zero Date unless done
}

// Change is one step of an item's estimate.
type Change struct {
	On       civil.Date
	Item     ItemKey
	From, To Estimate // From of a part is what is not known yet; To of the whole when it is split is the sum of its parts
	Why      string
	Split    bool // the item was split; the following changes are its parts'
}

// Backlog is what a log of events comes to. It is immutable and safe for
// concurrent use.
type Backlog struct {
	events  []Event
	items   []*Item
	index   map[ItemKey]int
	order   []ItemKey // items that are open or active, by rank
	changes map[ItemKey][]Change
	sprints []*sprint
	names   map[SprintKey]int
}

// maxEvents keeps every sum far below overflow.
const maxEvents = 100_000

// Replay works out a log. The events are copied. The first event that cannot
// have happened is an error that matches ErrEvent: dates that go back, unknown
// or repeated keys, work on an item that is done, an item in two open sprints, a
// commitment after the sprint's first day, and the like.
func Replay(events []Event) (*Backlog, error) {
	b := &Backlog{index: map[ItemKey]int{}, changes: map[ItemKey][]Change{}, names: map[SprintKey]int{}}
	if len(events) > maxEvents {
		return nil, &EventError{Index: maxEvents, Kind: events[maxEvents].Kind, Reason: "more than 100,000 events"}
	}
	last := civil.Date{}
	for i, e := range events {
		reason := ""
		switch {
		case e.On.IsZero():
			reason = "no date"
		case e.On.Before(last):
			reason = "comes after an event of " + last.String()
		default:
			reason = b.apply(e)
		}
		if reason != "" {
			return nil, &EventError{Index: i, Kind: e.Kind, Item: e.Item, Sprint: e.Sprint, Reason: reason}
		}
		last = e.On
		e.Into, e.Items = slices.Clone(e.Into), slices.Clone(e.Items)
		b.events = append(b.events, e)
	}
	return b, nil
}

// Apply returns the backlog after further events. Errors are those of Replay.
func (b *Backlog) Apply(events ...Event) (*Backlog, error) {
	return Replay(slices.Concat(b.events, events))
}

// Events returns a copy of the log.
func (b *Backlog) Events() []Event {
	out := slices.Clone(b.events)
	for i := range out {
		out[i].Into, out[i].Items = slices.Clone(out[i].Into), slices.Clone(out[i].Items)
	}
	return out
}

// Item returns an item or epic.
func (b *Backlog) Item(key ItemKey) (Item, bool) {
	i, ok := b.index[key]
	if !ok {
		return Item{}, false
	}
	return b.items[i].clone(), true
}

func (it Item) clone() Item {
	it.Parts = slices.Clone(it.Parts)
	return it
}

// Items returns everything that was ever in the backlog, in the order in which
// it came.
func (b *Backlog) Items() []Item {
	out := make([]Item, len(b.items))
	for i, it := range b.items {
		out[i] = it.clone()
	}
	return out
}

// Ranked returns what is open or active, by rank, in sprints or not.
func (b *Backlog) Ranked() []Item {
	out := make([]Item, len(b.order))
	for i, k := range b.order {
		out[i] = b.get(k).clone()
	}
	return out
}

func (b *Backlog) get(key ItemKey) *Item {
	if i, ok := b.index[key]; ok {
		return b.items[i]
	}
	return nil
}

// Trail returns every estimate of an item in the order of the log, beginning with
// those of what it was split from.
func (b *Backlog) Trail(key ItemKey) []Change {
	it := b.get(key)
	if it == nil {
		return nil
	}
	var before []Change
	if it.From != "" {
		before = b.Trail(it.From)
	}
	return append(before, b.changes[key]...)
}

// Progress is how much of an epic is done. Dropped items and items that were
// split do not count; their parts do.
type Progress struct {
	Done, Total Tally
}

// Percent returns the share of points done in whole percent, rounded down so that
// 100 means all, and whether there is one: not if nothing is estimated.
func (p Progress) Percent() (int64, bool) {
	if p.Total.Points == 0 {
		return 0, false
	}
	return int64(100 * p.Done.Points / p.Total.Points), true
}

// Complete reports whether there is something, and all of it is done.
func (p Progress) Complete() bool { return p.Total.Items > 0 && p.Done.Items == p.Total.Items }

// Progress rolls up an epic with its inner epics, or an item with its parts;
// false if there is no such key.
func (b *Backlog) Progress(key ItemKey) (Progress, bool) {
	if b.get(key) == nil {
		return Progress{}, false
	}
	var p Progress
	for _, it := range b.leaves(key) {
		p.Total = p.Total.plus(it.Estimate, 1)
		if it.State == Finished {
			p.Done = p.Done.plus(it.Estimate, 1)
		}
	}
	return p, true
}

// leaves returns the items that count below a key, in the order in which they
// came.
func (b *Backlog) leaves(key ItemKey) []*Item {
	var out []*Item
	for _, it := range b.items {
		if it.IsEpic || it.State == Discarded || it.State == SplitUp || !b.under(it, key) {
			continue
		}
		out = append(out, it)
	}
	return out
}

// under reports whether an item is the key's, by split or by epic. Parts have the
// epic of the whole, and epics are older than what belongs to them, so the walk
// ends.
func (b *Backlog) under(it *Item, key ItemKey) bool {
	for up := it; up != nil; up = b.get(up.Epic) {
		if up.Key == key {
			return true
		}
	}
	for up := b.get(it.From); up != nil; up = b.get(up.From) {
		if up.Key == key {
			return true
		}
	}
	return false
}
