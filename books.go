package marops

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// A book is stored as its sealed entries: an event for each thousand that one call
// added, packed, so that an import of thousands of rows is one small commit.
const (
	bookKind   = "budget.book"
	bookSchema = 1
)

func bookRef(name string) ident.Ref { return ident.Ref{Kind: bookKind, ID: name} }

// Post applies commands to a book one by one and stores those that changed it. A
// refused command has its Err in the result; it does not hinder the others.
func (d *Desk) Post(ctx context.Context, book string, commands ...budget.Command) ([]budget.Result, error) {
	var results []budget.Result
	err := d.post(ctx, book, commands, func(b *budget.Book, now time.Time) error {
		results = b.Apply(now, commands...)
		return nil
	})
	return results, err
}

// PostAll applies all commands to a book, or none.
func (d *Desk) PostAll(ctx context.Context, book string, commands ...budget.Command) ([]budget.Result, error) {
	var results []budget.Result
	err := d.post(ctx, book, commands, func(b *budget.Book, now time.Time) (err error) {
		results, err = b.ApplyAll(now, commands...)
		return err
	})
	return results, err
}

func (d *Desk) post(ctx context.Context, book string, commands []budget.Command, apply func(*budget.Book, time.Time) error) error {
	intent, err := json.Marshal(commands)
	if err != nil {
		return err
	}
	return d.update(ctx, "post", bookRef(book), intent, func(u *store.Unit, now time.Time) error {
		return d.ws.withBook(u, book, func(b *budget.Book) error { return apply(b, now) })
	})
}

// Book returns a book as it stands.
func (d *Desk) Book(ctx context.Context, name string) (*budget.Book, error) {
	var b *budget.Book
	err := store.View(ctx, d.store, d.tenant, func(u *store.Unit) (err error) {
		b, _, err = d.ws.loadBook(u, name)
		return err
	})
	return b, err
}

// VerifyBook checks the hash chain of a book: that it is whole from its first entry on,
// that none was changed, and that it ends with head, unless that is zero. It returns
// the hash that it does end with, to be kept elsewhere: without it, entries missing
// at the end do not show. Errors match budget.ErrBroken or budget.ErrForm.
func (d *Desk) VerifyBook(ctx context.Context, name string, head budget.Hash) (budget.Hash, error) {
	var prev budget.Hash
	for e, err := range d.store.History(ctx, d.tenant, bookRef(name), 0) {
		if err != nil {
			return prev, err
		}
		run := budget.Packed{Data: e.Data, Personal: e.Personal}
		trail, err := run.Trail(prev)
		if err != nil {
			return prev, fmt.Errorf("book %s: event %d: %w", name, e.Version, err)
		}
		for _, s := range trail {
			prev = s.Link.Hash
		}
	}
	if !head.IsZero() && prev != head {
		return prev, fmt.Errorf("book %s: it ends with %v: %w", name, prev, budget.ErrBroken)
	}
	return prev, nil
}

// withBook loads a book into a unit, lets f change it, and buffers what it added.
func (w *Workspace) withBook(u *store.Unit, name string, f func(*budget.Book) error) error {
	b, head, err := w.loadBook(u, name)
	if err != nil {
		return err
	}
	before := b.Entries()
	if err := f(b); err != nil {
		return err
	}
	added := b.Journal(before)
	if len(added) == 0 {
		return nil
	}
	var failed error
	runs, err := budget.PackAll(budget.SealAll(head, added, func() budget.Salt {
		id, err := w.config.NewID()
		failed = cmp.Or(failed, err)
		return budget.Salt(id)
	}))
	if err != nil || failed != nil {
		return errors.Join(err, failed)
	}
	events := make([]store.Event, len(runs))
	for i, run := range runs {
		events[i] = store.Event{Type: "book.posted", Schema: bookSchema, Data: run.Data, Personal: run.Personal}
	}
	return u.Append(bookRef(name), events...)
}

// loadBook rebuilds a book from its runs. Head is the hash of its last entry.
func (w *Workspace) loadBook(u *store.Unit, name string) (b *budget.Book, head budget.Hash, err error) {
	chart := w.config.Charts[name]
	if chart == nil {
		return nil, head, fmt.Errorf("book %q: %w", name, ErrUnknown)
	}
	b = budget.New(chart)
	records, err := u.Get(bookRef(name)) // read for its version: the commit checks it
	if err != nil || !records[0].Exists() {
		return b, head, err
	}
	for e, err := range u.History(bookRef(name), 0) {
		if err != nil {
			return nil, head, err
		}
		if e.Schema > bookSchema {
			return nil, head, &store.SchemaError{Kind: bookKind, Known: bookSchema, Found: e.Schema}
		}
		if head, err = b.Load(budget.Packed{Data: e.Data, Personal: e.Personal}); err != nil {
			return nil, head, fmt.Errorf("book %s: event %d: %w", name, e.Version, err)
		}
	}
	return b, head, nil
}
