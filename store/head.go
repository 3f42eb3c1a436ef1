package store

import "time"

// A Head is a record together with what its history still knows when the
// record itself is gone. The zero Head is that of a record that never was.
type Head struct {
	Record
	// Last is the last version ever taken: Version, or that of the deletion.
	Last uint64
}

// Apply returns what the change makes of the head, and its events with Ref and
// Version assigned, or a ConflictError. It is the meaning of the operations in
// one place, for stores that read before they write; erasing is left to them.
// Nothing is shared with the change; what an Append or a Check leaves alone is
// shared with h.
func (c Change) Apply(h Head) (Head, []Event, error) {
	if h.Version != c.Expect {
		return Head{}, nil, &ConflictError{Ref: c.Ref, Expected: c.Expect, Actual: h.Version}
	}
	if len(c.Events) > 0 {
		if stated := c.Events[0].Version; stated != 0 && stated != h.Last+1 {
			return Head{}, nil, &ConflictError{Ref: c.Ref, Expected: stated - 1, Actual: h.Last}
		}
	}
	if h.Last > maxVersion-c.Advance() {
		return Head{}, nil, &LimitError{What: c.Ref.String() + " versions", Got: maxVersion, Limit: maxVersion}
	}
	var events []Event
	if len(c.Events) > 0 {
		events = make([]Event, len(c.Events))
	}
	for i, e := range c.Events {
		e = e.Clone()
		e.Ref, e.Version, e.Cursor = c.Ref, h.Last+1+uint64(i), Cursor{}
		e.At = time.Unix(0, e.At.UnixNano()).UTC()
		events[i] = e
	}
	next := Head{Record: h.Record, Last: h.Last + c.Advance()}
	next.Ref, next.Version = c.Ref, next.Last
	switch c.Op {
	case Check:
		next.Version = h.Version
	case Append:
		if h.Version == 0 {
			// A new life folds nothing of an earlier one.
			next.AsOf = h.Last
		}
	case Put:
		next.AsOf, next.Schema = next.Last, c.Schema
		next.State, next.Index = cloneBytes(c.State), SortEntries(c.Index)
	case Delete:
		next.Record = Record{Ref: c.Ref}
	}
	return next, events, nil
}

// Taken returns the version that the change left the record at, for the Receipt.
func (h Head) Taken(op Op) uint64 {
	if op == Delete {
		return h.Last
	}
	return h.Version
}
