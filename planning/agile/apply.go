package agile

import (
	"slices"
	"unicode/utf8"

	"github.com/go-marops/marops/civil"
)

const maxKey = 255 // bytes

func badKey(k string) bool { return k == "" || len(k) > maxKey || !utf8.ValidString(k) }

// apply brings one event into the backlog and returns why it cannot be.
func (b *Backlog) apply(e Event) string {
	switch e.Kind {
	case Added, EpicAdded:
		return b.add(e)
	case SprintOpened, Committed, Pulled, Removed, SprintClosed:
		return b.applySprint(e)
	case Estimated, Moved, Split, Started, Done, Reopened, Dropped:
	default:
		return "no such kind of event"
	}
	it := b.get(e.Item)
	switch {
	case it == nil:
		return "no such item"
	case it.IsEpic:
		return "it is an epic"
	case e.Kind == Reopened:
		return b.reopen(it, e)
	case it.State != Open && it.State != Active:
		return "it is " + it.State.String()
	}
	switch e.Kind {
	case Estimated:
		return b.estimate(it, e)
	case Moved:
		return b.move(it, e)
	case Split:
		return b.split(it, e)
	case Started:
		it.State = Active
		if it.Started.IsZero() {
			it.Started = e.On
		}
	case Done:
		it.State, it.Finished = Finished, e.On
		b.leaveOrder(it.Key)
		if s := b.sprintOf(it); s != nil {
			s.log(entry{on: e.On, what: entryDone, item: it.Key, to: it.Estimate, done: Tally{}.plus(it.Estimate, 1)})
		}
	case Dropped:
		b.leaveSprint(it, e)
		it.State = Discarded
		b.leaveOrder(it.Key)
	default: // handled above
	}
	return ""
}

func (b *Backlog) add(e Event) string {
	if badKey(string(e.Item)) {
		return "a key has 1 to 255 bytes of UTF-8"
	}
	if _, ok := b.index[e.Item]; ok {
		return "the key is taken"
	}
	if epic := b.get(e.Epic); e.Epic != "" && (epic == nil || !epic.IsEpic) {
		return "no such epic as " + string(e.Epic)
	}
	if bad := badEstimate(e.Estimate); bad != "" {
		return bad
	}
	it := &Item{Key: e.Item, Title: e.Title, Epic: e.Epic, Added: e.On, IsEpic: e.Kind == EpicAdded}
	if it.IsEpic {
		if e.Estimate.known || e.Before != "" {
			return "an epic has no estimate and no rank of its own"
		}
		b.put(it)
		return ""
	}
	at := len(b.order)
	if e.Before != "" {
		if at = slices.Index(b.order, e.Before); at < 0 {
			return "no such item to stand in front of as " + string(e.Before)
		}
	}
	it.Estimate = e.Estimate
	b.put(it)
	b.order = slices.Insert(b.order, at, it.Key)
	b.changes[it.Key] = []Change{{On: e.On, Item: it.Key, To: e.Estimate, Why: e.Why}}
	return ""
}

func badEstimate(e Estimate) string {
	if e.points < 0 || e.points > maxPoints {
		return "points are 0 to 1,000,000"
	}
	return ""
}

func (b *Backlog) put(it *Item) {
	b.index[it.Key] = len(b.items)
	b.items = append(b.items, it)
}

func (b *Backlog) leaveOrder(key ItemKey) {
	if i := slices.Index(b.order, key); i >= 0 {
		b.order = slices.Delete(b.order, i, i+1)
	}
}

func (b *Backlog) estimate(it *Item, e Event) string {
	if bad := badEstimate(e.Estimate); bad != "" {
		return bad
	}
	b.changes[it.Key] = append(b.changes[it.Key], Change{On: e.On, Item: it.Key, From: it.Estimate, To: e.Estimate, Why: e.Why})
	if s := b.sprintOf(it); s != nil {
		s.log(entry{on: e.On, what: entryEstimate, item: it.Key, from: it.Estimate, to: e.Estimate, scope: Tally{}.plus(it.Estimate, -1).plus(e.Estimate, 1)})
	}
	it.Estimate = e.Estimate
	return ""
}

func (b *Backlog) move(it *Item, e Event) string {
	if e.Before == it.Key {
		return "it cannot stand in front of itself"
	}
	if e.Before != "" && !slices.Contains(b.order, e.Before) {
		return "no such item to stand in front of as " + string(e.Before)
	}
	b.leaveOrder(it.Key)
	at := len(b.order)
	if e.Before != "" {
		at = slices.Index(b.order, e.Before)
	}
	b.order = slices.Insert(b.order, at, it.Key)
	return ""
}

func (b *Backlog) split(it *Item, e Event) string {
	if len(e.Into) == 0 {
		return "no parts"
	}
	sum, all := Points(0), true
	for k, p := range e.Into {
		_, taken := b.index[p.Key]
		switch {
		case badKey(string(p.Key)):
			return "a key has 1 to 255 bytes of UTF-8"
		case taken || slices.ContainsFunc(e.Into[:k], func(o Part) bool { return o.Key == p.Key }):
			return "the key of a part is taken: " + string(p.Key)
		case badEstimate(p.Estimate) != "":
			return badEstimate(p.Estimate)
		}
		sum, all = sum+p.Estimate.points, all && p.Estimate.known
	}
	total := Estimate{}
	if all {
		total = EstOf(sum)
	}
	b.changes[it.Key] = append(b.changes[it.Key], Change{On: e.On, Item: it.Key, From: it.Estimate, To: total, Why: e.Why, Split: true})
	s := b.sprintOf(it)
	b.leaveSprint(it, e)
	at := slices.Index(b.order, it.Key)
	b.order = slices.Delete(b.order, at, at+1)
	for k, p := range e.Into {
		part := &Item{Key: p.Key, Title: p.Title, Epic: it.Epic, From: it.Key, Estimate: p.Estimate, Added: e.On}
		b.put(part)
		b.order = slices.Insert(b.order, at+k, p.Key)
		b.changes[p.Key] = []Change{{On: e.On, Item: p.Key, To: p.Estimate, Why: e.Why}}
		it.Parts = append(it.Parts, p.Key)
		if s != nil {
			b.joinSprint(s, part, e, entryIn)
		}
	}
	it.State = SplitUp
	return ""
}

// reopen brings an item back. In a sprint that is still open it counts as not
// done; a closed one keeps what it had.
func (b *Backlog) reopen(it *Item, e Event) string {
	if it.State != Finished {
		return "it is " + it.State.String()
	}
	it.State, it.Finished = Active, civil.Date{}
	b.order = slices.Insert(b.order, 0, it.Key)
	if s := b.sprintOf(it); s != nil {
		s.log(entry{on: e.On, what: entryReopened, item: it.Key, from: it.Estimate, done: Tally{}.plus(it.Estimate, -1)})
	} else {
		it.Sprint = ""
	}
	return ""
}
