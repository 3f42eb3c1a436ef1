package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
)

// errClosed is returned by a Unit that outlived its function.
var errClosed = fmt.Errorf("%w: the unit is used after its function returned", ErrInvalid)

// A Unit is one attempt at a unit of work inside [Update] or [View]. It
// remembers the version of everything read and buffers everything written, so
// that one batch can check the former and apply the latter. Reads see the
// unit's own writes.
//
// A Unit belongs to its function: it is not safe for concurrent use and
// refuses to work after the function returned.
type Unit struct {
	ctx      context.Context
	store    Store
	command  Command
	readOnly bool
	closed   bool
	reads    map[ident.Ref]*entry
	order    []ident.Ref // of first touch, so that batches are deterministic
	rounds   int         // how many separate reads there were
	events   int         // how many events got a derived id
}

// entry is what the unit knows of one record.
type entry struct {
	base  Record // as read
	write *Change
}

func newUnit(ctx context.Context, s Store, c Command) *Unit {
	return &Unit{ctx: ctx, store: s, command: c, reads: make(map[ident.Ref]*entry)}
}

// Context returns the context of the Update or View.
func (u *Unit) Context() context.Context { return u.ctx }

// Command returns the command that the unit works for; in a View only its
// Tenant is set.
func (u *Unit) Command() Command { return u.command }

// Get returns one record per ref, in the order asked, as the unit would leave
// them: absent ones have Version 0. A record written in this unit has the
// Version it was read with, or math.MaxUint64 if the unit creates it. Records
// not read before are fetched in one snapshot, at most MaxRefs of them.
func (u *Unit) Get(refs ...ident.Ref) ([]Record, error) {
	if err := u.fetch(refs); err != nil {
		return nil, err
	}
	out := make([]Record, len(refs))
	for i, ref := range refs {
		out[i] = u.reads[ref].seen()
	}
	return out, nil
}

// pendingVersion marks a record that exists in the unit only.
const pendingVersion = math.MaxUint64

// seen returns the record as the unit would leave it.
func (e *entry) seen() Record {
	r := e.base.Clone()
	if e.write == nil {
		return r
	}
	switch e.write.Op {
	case Delete:
		return Record{Ref: r.Ref}
	case Put:
		r.Schema, r.State, r.Index = e.write.Schema, cloneBytes(e.write.State), SortEntries(e.write.Index)
	default: // Append leaves the state alone
	}
	if r.Version == 0 {
		r.Version = pendingVersion
	}
	return r
}

// fetch reads those of refs that the unit does not know yet.
func (u *Unit) fetch(refs []ident.Ref) error {
	if u.closed {
		return errClosed
	}
	var unknown []ident.Ref
	for _, ref := range refs {
		if u.reads[ref] == nil && !slices.Contains(unknown, ref) {
			unknown = append(unknown, ref)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	records, err := u.store.Get(u.ctx, u.command.Tenant, unknown...)
	if err != nil {
		return err
	}
	u.rounds++
	for i, ref := range unknown {
		u.reads[ref] = &entry{base: records[i]}
	}
	u.order = append(u.order, unknown...)
	return nil
}

// History yields the events of a record with a version greater than after, as
// the unit would leave them: those stored when the record was read, then those
// the unit has buffered, with Version 0. It yields an error at most once, last.
func (u *Unit) History(ref ident.Ref, after uint64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if err := u.fetch([]ident.Ref{ref}); err != nil {
			yield(Event{}, err)
			return
		}
		e := u.reads[ref]
		if after < e.base.Version {
			for event, err := range u.store.History(u.ctx, u.command.Tenant, ref, after) {
				if err == nil && event.Version > e.base.Version {
					break // younger than what the unit read
				}
				if !yield(event, err) || err != nil {
					return
				}
			}
		}
		if e.write == nil {
			return
		}
		for _, event := range e.write.Events {
			if !yield(event.Clone(), nil) {
				return
			}
		}
	}
}

// Put buffers a new state and index for the record, and events. What was
// appended to it before in this unit is taken to be in the state.
func (u *Unit) Put(ref ident.Ref, schema uint16, state []byte, index []Entry, events ...Event) error {
	return u.buffer(Change{Op: Put, Ref: ref, Schema: schema, State: cloneBytes(state), Index: SortEntries(index)}, events)
}

// Append buffers events for the record. If the unit has put the record before,
// that state is taken to include them.
func (u *Unit) Append(ref ident.Ref, events ...Event) error {
	return u.buffer(Change{Op: Append, Ref: ref}, events)
}

// Delete buffers the removal of the record, and events. It returns a
// NotFoundError if there is none. Deleting what the unit itself created undoes
// the creation, its events included.
func (u *Unit) Delete(ref ident.Ref, events ...Event) error {
	return u.buffer(Change{Op: Delete, Ref: ref}, events)
}

// Erase buffers the erasure of Personal in all events that the record had when
// the unit read it, and the events that record the erasing: at least one, so
// that it leaves a trace. What the unit itself adds is not erased. A deleted
// record is erased, too, and exists again by those events, without a state.
func (u *Unit) Erase(ref ident.Ref, events ...Event) error {
	if len(events) == 0 {
		return &InvalidError{Subject: ref.String(), Reason: "an erasure is recorded by an event"}
	}
	if err := u.Append(ref, events...); err != nil {
		return err
	}
	e := u.reads[ref]
	e.write.ErasePersonal = nil
	for event, err := range u.store.History(u.ctx, u.command.Tenant, ref, 0) {
		if err != nil {
			return err
		}
		if (event.Version <= e.base.Version || e.base.Version == 0) && len(event.Personal) > 0 {
			e.write.ErasePersonal = append(e.write.ErasePersonal, event.Version)
		}
	}
	return nil
}

func (u *Unit) buffer(c Change, events []Event) error {
	if u.readOnly && !u.closed {
		return &InvalidError{Subject: c.Ref.String(), Reason: "a view does not write"}
	}
	if err := u.fetch([]ident.Ref{c.Ref}); err != nil {
		return err
	}
	e := u.reads[c.Ref]
	c.Expect = e.base.Version
	if c.Op == Delete && !e.seen().Exists() {
		return &NotFoundError{c.Ref}
	}
	if c.Op == Delete && c.Expect == 0 {
		e.write = nil
		return nil
	}
	if c.Op == Append && len(events) == 0 {
		return nil
	}
	if before := e.write; before != nil {
		c.Events, c.ErasePersonal = before.Events, before.ErasePersonal
		if c.Op == Append {
			c.Op, c.Schema, c.State, c.Index = before.Op, before.Schema, before.State, before.Index
			if before.Op == Delete {
				return &InvalidError{Subject: c.Ref.String(), Reason: "is appended to after its deletion in the same unit"}
			}
		}
	}
	for _, ev := range events {
		c.Events = append(c.Events, u.complete(ev, c.Ref))
	}
	e.write = &c
	return nil
}

// complete fills in what the command says about an event, where the caller left it out.
func (u *Unit) complete(e Event, ref ident.Ref) Event {
	e = e.Clone()
	e.Ref = ref
	if e.ID == uuid.Nil {
		// Counting down keeps clear of the ids that callers derive from 0 up.
		u.events++
		e.ID = ident.Derive(u.command.ID, -u.events)
	}
	if e.Actor == "" {
		e.Actor = u.command.Actor
	}
	if e.At.IsZero() {
		e.At = u.command.At
	}
	return e
}

// batch returns what the unit has to commit, and whether it writes at all.
func (u *Unit) batch() (Batch, bool) {
	b := Batch{Tenant: u.command.Tenant, Command: u.command.ID, Digest: u.command.Digest}
	writes := false
	for _, ref := range u.order {
		e := u.reads[ref]
		if e.write != nil {
			writes = true
			b.Changes = append(b.Changes, *e.write)
			continue
		}
		b.Changes = append(b.Changes, Change{Op: Check, Ref: ref, Expect: e.base.Version})
	}
	return b, writes
}

// moved reports whether the unit's reads may be of different moments. One
// round is a snapshot by itself; of several, all records must still be at the
// version read, which means that they all were between last read and now.
func (u *Unit) moved() (bool, error) {
	if u.rounds < 2 {
		return false, nil
	}
	for refs := range slices.Chunk(u.order, MaxRefs) {
		records, err := u.store.Get(u.ctx, u.command.Tenant, refs...)
		if err != nil {
			return false, err
		}
		for i, r := range records {
			if r.Version != u.reads[refs[i]].base.Version {
				return true, nil
			}
		}
	}
	return false, nil
}

// isContext reports whether err is the context's doing.
func isContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
