package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// maxRuns is how often a call is decided at most, as in store.Update.
const maxRuns = 16

// group is what one commit carries.
type group struct {
	calls []*call
	batch store.Batch
	trial *budget.Trial
	after place         // the commit
	done  chan struct{} // closed once err is known
	err   error         // nil: it is durable
}

// form decides calls on trial, as many as one commit can carry, and returns the
// rest. A call that can be part of no commit is answered.
func (l *Ledger) form(calls []*call) (g *group, rest []*call) {
	g = &group{trial: l.book.Try(), after: l.at, done: make(chan struct{})}
	if l.flight != nil {
		g.after = l.flight.after
	}
	change := store.Change{Op: store.Append, Ref: l.config.ref(), Expect: g.after.version}
	id, err := l.config.NewID()
	g.batch = store.Batch{Tenant: l.config.Tenant, Command: id}
	size := 0
	for i, c := range calls {
		err := errors.Join(err, c.ctx.Err())
		if err != nil {
			c.refuse(err)
			continue
		}
		trial := l.book.Try()
		events, after, err := l.decide(c, g.after, id, len(change.Events))
		one := store.Batch{Tenant: g.batch.Tenant, Command: id, Changes: []store.Change{{Op: store.Append, Ref: change.Ref, Expect: change.Expect, Events: events}}}
		if err == nil && len(events) > 0 {
			err = one.Check()
		}
		if err != nil {
			trial.Undo()
			c.refuse(err)
			continue
		}
		if more := one.Size(); len(g.calls) == 0 || size+more <= store.MaxBytes {
			size += more
		} else {
			trial.Undo()
			rest = calls[i:]
			break
		}
		trial.Keep()
		change.Events, g.after, g.calls = append(change.Events, events...), after, append(g.calls, c)
	}
	if len(change.Events) > 0 {
		g.batch.Changes = []store.Change{change}
	}
	return g, rest
}

// decide applies a call and returns the events that it comes to. A call that is
// refused as a whole comes to none: like any other answer, it is given when it is
// sure that it was right.
func (l *Ledger) decide(c *call, at place, id uuid.UUID, n int) ([]store.Event, place, error) {
	before := l.book.Entries()
	c.results, c.err = c.apply(l.book)
	events, after, err := l.seal(at, before)
	for i := range events {
		events[i].ID, events[i].Actor, events[i].At = ident.Derive(id, n+i), c.Actor, c.At
	}
	return events, after, err
}

// commit makes a group durable and answers its calls. After a conflict they are
// decided anew.
func (l *Ledger) commit(g *group) {
	if len(g.calls) > 0 {
		ctx, stop := g.context()
		g.err = l.send(ctx, g)
		stop()
	}
	close(g.done)
	var again []*call
	runs := 0
	for _, c := range g.calls {
		switch {
		case g.err == nil:
			close(c.done)
		case errors.Is(g.err, store.ErrConflict) && c.runs < maxRuns && c.ctx.Err() == nil:
			c.runs++
			runs = max(runs, c.runs)
			again = append(again, c)
		case errors.Is(g.err, context.Canceled) && c.ctx.Err() != nil: // nobody waited
			c.refuse(c.ctx.Err())
		default:
			c.refuse(g.err)
		}
	}
	if len(again) == 0 {
		return
	}
	if runs > 1 { // so that ledgers do not keep overtaking each other
		time.Sleep(time.Millisecond << min(runs-2, 6))
	}
	l.queue.giveBack(again)
}

// send commits a group. One that changes nothing only asks whether the book is still
// what was decided upon.
func (l *Ledger) send(ctx context.Context, g *group) error {
	ref := l.config.ref()
	if len(g.batch.Changes) == 0 {
		records, err := l.store.Get(ctx, l.config.Tenant, ref)
		if err == nil && records[0].Version != g.after.version {
			err = &store.ConflictError{Ref: ref, Expected: g.after.version, Actual: records[0].Version}
		}
		return err
	}
	receipt, err := store.Send(ctx, l.store, g.batch)
	if err != nil {
		return err
	}
	if v, _ := receipt.Version(ref); v != g.after.version {
		return fmt.Errorf("book %s: %w: NewID gave %v twice", l.config.Name, store.ErrCommandReused, g.batch.Command)
	}
	return nil
}

// context ends when nobody waits for the group any more.
func (g *group) context() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(g.calls[0].ctx))
	var patient atomic.Int64
	patient.Store(int64(len(g.calls)))
	stops := make([]func() bool, 0, len(g.calls))
	for _, c := range g.calls {
		stops = append(stops, context.AfterFunc(c.ctx, func() {
			if patient.Add(-1) == 0 {
				cancel()
			}
		}))
	}
	return ctx, func() {
		for _, s := range stops {
			s()
		}
		cancel()
	}
}
