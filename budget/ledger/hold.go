package ledger

import (
	"context"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/store"
)

// Hold is a book in the hands of a unit of work that changes other records, too:
// the commit that approves a request is the one that makes it an order.
//
//	h, err := l.Take(ctx)
//	receipt, err := store.Update(ctx, s, command, func(u *store.Unit) error {
//		...
//		return h.Post(u, func(b *budget.Book) error { return b.Apply(now, order)[0].Err })
//	})
//	h.Done(receipt, err)
type Hold struct {
	ledger *Ledger
	unit   *store.Unit
	trial  *budget.Trial
	after  place
}

// Take waits for the book. Others wait until Done.
func (l *Ledger) Take(ctx context.Context) (*Hold, error) {
	if err := l.take(ctx); err != nil {
		return nil, err
	}
	return &Hold{ledger: l}, nil
}

// Post lets a function change the book as the unit sees it, on trial, and buffers
// what came of it in the unit. The unit must belong to the ledger's store and tenant.
// If the function fails, the book is as it was before it.
func (h *Hold) Post(u *store.Unit, change func(*budget.Book) error) error {
	l, ref := h.ledger, h.ledger.config.ref()
	if h.unit != u { // it runs anew
		h.undo()
		records, err := u.Get(ref)
		if err != nil {
			return err
		}
		if err := l.catchUp(records[0].Version, func(after uint64) events { return u.History(ref, after) }); err != nil {
			return err
		}
		h.unit, h.trial, h.after = u, l.book.Try(), l.at
	}
	trial, before := l.book.Try(), l.book.Entries()
	err := change(l.book)
	var list []store.Event
	after := h.after
	if err == nil {
		list, after, err = l.seal(h.after, before)
	}
	if err == nil {
		err = u.Append(ref, list...)
	}
	if err != nil {
		trial.Undo()
		return err
	}
	trial.Keep()
	h.after = after
	return nil
}

func (h *Hold) undo() {
	if h.trial != nil {
		h.trial.Undo()
	}
	h.unit, h.trial = nil, nil
}

// Done says what came of the unit and gives the book back. Kept is false if the unit
// left no trace in the book, or is one that was applied before.
func (h *Hold) Done(r store.Receipt, err error) (kept bool) {
	l := h.ledger
	if l == nil {
		return false
	}
	version, ok := r.Version(l.config.ref())
	if kept = err == nil && ok && h.trial != nil && h.after != l.at && version == h.after.version; kept {
		h.trial.Keep()
		l.at = h.after
	} else {
		h.undo()
		l.stale = true
	}
	*h = Hold{}
	l.release()
	return kept
}
