package ledger

import (
	"context"
	"time"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// Erase removes what people wrote in the book so far, for good, and records that it
// did. Figures stay, and so does the chain, which covers digests of the texts alone.
// Other ledgers of the book have the texts in memory until they are opened anew.
func (l *Ledger) Erase(ctx context.Context, who ident.Person, at time.Time) error {
	if err := l.take(ctx); err != nil {
		return err
	}
	defer l.release()
	id, err := l.config.NewID()
	if err != nil {
		return err
	}
	c := store.Command{ID: id, Tenant: l.config.Tenant, Actor: who, At: at}
	if _, err := store.Update(ctx, l.store, c, func(u *store.Unit) error { return u.Erase(l.config.ref(), store.Event{Type: "book.erased"}) }); err != nil {
		return err
	}
	l.book, l.at = budget.New(l.config.Chart), place{}
	l.stale = true
	return l.refresh(ctx)
}
