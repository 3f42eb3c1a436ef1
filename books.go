package marops

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// A book is stored as the journal of its entries: one event for what one call
// added, packed, so that an import of thousands of rows is one small commit.
const (
	bookKind    = "budget.book"
	bookSchema  = 1
	maxUnpacked = 64 << 20 // bytes of one packed event
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
		b, err = d.ws.loadBook(u, name)
		return err
	})
	return b, err
}

// withBook loads a book into a unit, lets f change it, and buffers what it added.
func (w *Workspace) withBook(u *store.Unit, name string, f func(*budget.Book) error) error {
	b, err := w.loadBook(u, name)
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
	data, err := pack(added)
	if err != nil {
		return err
	}
	return u.Append(bookRef(name), store.Event{Type: "book.posted", Schema: bookSchema, Data: data})
}

func (w *Workspace) loadBook(u *store.Unit, name string) (*budget.Book, error) {
	chart := w.config.Charts[name]
	if chart == nil {
		return nil, fmt.Errorf("book %q: %w", name, ErrUnknown)
	}
	b := budget.New(chart)
	records, err := u.Get(bookRef(name)) // read for its version: the commit checks it
	if err != nil || !records[0].Exists() {
		return b, err
	}
	for e, err := range u.History(bookRef(name), 0) {
		if err != nil {
			return nil, err
		}
		if e.Schema > bookSchema {
			return nil, &store.SchemaError{Kind: bookKind, Known: bookSchema, Found: e.Schema}
		}
		entries, err := unpack(e.Data)
		if err != nil {
			return nil, fmt.Errorf("book %s: event %d: %w", name, e.Version, err)
		}
		if err := b.Replay(entries...); err != nil {
			return nil, fmt.Errorf("book %s: event %d: %w", name, e.Version, err)
		}
	}
	return b, nil
}

func pack(entries []budget.Entry) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if err := json.NewEncoder(z).Encode(entries); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func unpack(data []byte) ([]budget.Entry, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var entries []budget.Entry
	if err := json.NewDecoder(io.LimitReader(z, maxUnpacked)).Decode(&entries); err != nil {
		return nil, err
	}
	return entries, nil
}
