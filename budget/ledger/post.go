package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// Call is what one person tells a book at once.
type Call struct {
	// ID is the key under which the call is applied once however often it is
	// repeated: it has a commit of its own, which the store remembers. Without
	// one, the references of the commands say what is there already, and the call
	// may share its commit; what has no reference, such as SetLimit, then happens
	// again if it is repeated.
	ID       uuid.UUID
	Actor    ident.Person
	Role     string // to which a soft-closed period may be open
	At       time.Time
	All      bool // all commands or none
	Commands []budget.Command
}

func (c *Call) apply(b *budget.Book) ([]budget.Result, error) {
	if c.All {
		return b.ApplyAllAs(c.Role, c.At, c.Commands...)
	}
	return b.ApplyAs(c.Role, c.At, c.Commands...), nil
}

// Post gives a call to the book and returns what came of its commands once that is
// durable, or once it is sure that the refusal was right. The error is that of the
// first command refused if All was asked for, or one of the store: a call of more
// than 1 MiB, some 20,000 plain records, matches store.ErrTooLarge. After
// store.ErrUnknownOutcome, which a context that ends may cause, repeat the same call.
// Nothing is applied after any other error.
//
// A call with an ID that was applied before changes nothing: its results are what
// the book would answer now, without lines.
func (l *Ledger) Post(ctx context.Context, c Call) ([]budget.Result, error) {
	if len(c.Commands) == 0 {
		return nil, ctx.Err()
	}
	if c.ID != uuid.Nil {
		return l.once(ctx, &c)
	}
	w := &call{Call: c, ctx: ctx, done: make(chan struct{}), lead: make(chan struct{}, 1)}
	if l.queue.join(w) {
		w.lead <- struct{}{}
	}
	for {
		select {
		case <-w.done:
			return w.results, w.err
		case <-w.lead:
			l.lead(w)
		case <-ctx.Done():
			return l.abandon(w)
		}
	}
}

// once posts a call in a commit of its own.
func (l *Ledger) once(ctx context.Context, c *Call) ([]budget.Result, error) {
	h, err := l.Take(ctx)
	if err != nil {
		return nil, err
	}
	var results []budget.Result
	command := store.Command{ID: c.ID, Tenant: l.config.Tenant, Actor: c.Actor, At: c.At, Digest: c.digest(l.config.Name)}
	receipt, err := store.Update(ctx, l.store, command, func(u *store.Unit) error {
		return h.Post(u, func(b *budget.Book) (err error) {
			results, err = c.apply(b)
			return err
		})
	})
	kept := h.Done(receipt, err)
	if err != nil {
		return nil, err
	}
	for i := range results {
		if r := &results[i]; !kept && r.Changed {
			*r = budget.Result{Command: r.Command}
		}
	}
	return results, nil
}

func (c *Call) digest(book string) [32]byte {
	how := "each"
	if c.All {
		how = "all"
	}
	return budget.Digest(book+"\x00"+c.Role+"\x00"+how, c.Commands...)
}

// call is a Call under way, and who waits for it.
type call struct {
	Call
	ctx     context.Context //nolint:containedctx // of the caller who waits
	done    chan struct{}   // closed with the answer
	lead    chan struct{}   // holds a token for who is to lead
	left    bool            // nobody waits any more; guarded by the queue
	runs    int             // commits that failed by conflict
	results []budget.Result
	err     error
}

// refuse answers a call of which nothing was applied.
func (c *call) refuse(err error) {
	c.results, c.err = nil, err
	close(c.done)
}

// abandon leaves a call whose caller no longer waits.
func (l *Ledger) abandon(c *call) ([]budget.Result, error) {
	queued := l.queue.leave(c)
	select {
	case <-c.lead:
		l.queue.handOver(nil)
	default:
	}
	select {
	case <-c.done:
		return c.results, c.err
	default:
	}
	if queued {
		return nil, c.ctx.Err()
	}
	return nil, fmt.Errorf("%w: %w", store.ErrUnknownOutcome, c.ctx.Err())
}

// lead takes up all calls that wait, decides them and commits what came of it. While
// that is on its way, the next to lead may do the same on trial.
func (l *Ledger) lead(c *call) {
	select {
	case l.turn <- struct{}{}:
	case <-c.ctx.Done():
		l.queue.handOver(nil) // it is abandoned next
		return
	}
	var calls []*call
	for {
		if l.stale {
			if err := l.refresh(c.ctx); err != nil {
				l.fail(c, calls, err)
				return
			}
		}
		g, rest := l.form(append(calls, l.queue.takeAll()...))
		if err := l.settle(c.ctx); err != nil {
			g.trial.Undo()
			l.fail(c, slices.Concat(g.calls, rest), err)
			return
		}
		if l.stale { // what this one was built upon failed, and is undone together with it
			calls = slices.Concat(g.calls, rest)
			continue
		}
		l.flight = g
		l.queue.handOver(rest)
		l.release()
		l.commit(g)
		return
	}
}

// fail answers a call that could not lead, and lets others try.
func (l *Ledger) fail(c *call, taken []*call, err error) {
	l.release()
	back := make([]*call, 0, len(taken))
	for _, other := range taken {
		if other != c {
			back = append(back, other)
		}
	}
	if l.queue.leave(c) || len(back) < len(taken) {
		c.refuse(err)
	}
	l.queue.handOver(back)
}
