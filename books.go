package marops

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/ledger"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/workflow"
)

// Post applies commands to a book one by one and stores those that changed it: see
// ledger.Ledger. A refused command has its Err in the result; it does not hinder the
// others.
func (d *Desk) Post(ctx context.Context, book string, commands ...budget.Command) ([]budget.Result, error) {
	return d.post(ctx, book, ledger.Call{Commands: commands})
}

// PostAll applies all commands to a book, or none.
func (d *Desk) PostAll(ctx context.Context, book string, commands ...budget.Command) ([]budget.Result, error) {
	return d.post(ctx, book, ledger.Call{Commands: commands, All: true})
}

func (d *Desk) post(ctx context.Context, book string, c ledger.Call) ([]budget.Result, error) {
	if err := d.authorize(ctx, "post", ident.Ref{Kind: ledger.Kind, ID: book}); err != nil {
		return nil, err
	}
	if r := workflow.Role(d.role); r != "" && !slices.Contains(d.ws.config.Staff.Roles[r], d.who) {
		return nil, fmt.Errorf("%s in the role %q: %w", d.who, d.role, ErrDenied)
	}
	l, err := d.ledger(ctx, book)
	if err != nil {
		return nil, err
	}
	c.ID, c.Actor, c.Role, c.At = d.command, d.who, d.role, d.ws.config.Now()
	if c.ID == uuid.Nil && d.joined {
		// What the host's transaction holds is committed by itself.
		if c.ID, err = d.ws.config.NewID(); err != nil {
			return nil, fmt.Errorf("workspace: new id: %w", err)
		}
	}
	return l.Post(ctx, c)
}

// ViewBook lets a function read a book as it stands. It must not change nor keep it;
// others wait meanwhile.
func (d *Desk) ViewBook(ctx context.Context, name string, read func(*budget.Book) error) error {
	l, err := d.ledger(ctx, name)
	if err != nil {
		return err
	}
	return l.View(ctx, read)
}

// Book returns a book as it stands, read anew, to be had for oneself.
func (d *Desk) Book(ctx context.Context, name string) (*budget.Book, error) {
	c, err := d.ws.book(d.tenant, name)
	if err != nil {
		return nil, err
	}
	return ledger.Load(ctx, d.store, c)
}

// SnapshotBook stores the balances of a book as they stand, for Figures.
func (d *Desk) SnapshotBook(ctx context.Context, name string) error {
	if err := d.authorize(ctx, "snapshot", ident.Ref{Kind: ledger.FiguresKind, ID: name}); err != nil {
		return err
	}
	l, err := d.ledger(ctx, name)
	if err != nil {
		return err
	}
	return l.Snapshot(ctx, d.who, d.ws.config.Now())
}

// Figures returns the balances of a book as the last SnapshotBook left them, without
// reading the book. Errors are those of ledger.ReadSnapshot.
func (d *Desk) Figures(ctx context.Context, name string) (ledger.Snapshot, error) {
	c, err := d.ws.book(d.tenant, name)
	if err != nil {
		return ledger.Snapshot{}, err
	}
	return ledger.ReadSnapshot(ctx, d.store, c)
}

// VerifyBook checks the hash chain of a book: see ledger.Verify.
func (d *Desk) VerifyBook(ctx context.Context, name string, head budget.Hash) (budget.Hash, error) {
	return ledger.Verify(ctx, d.store, d.tenant, name, head)
}

func (w *Workspace) book(t ident.Tenant, name string) (ledger.Config, error) {
	chart := w.config.Charts[name]
	if chart == nil {
		return ledger.Config{}, fmt.Errorf("book %q: %w", name, ErrUnknown)
	}
	return ledger.Config{Tenant: t, Name: name, Chart: chart, NewID: w.config.NewID}, nil
}

// ledger returns a book of the workspace. One inside the host's transaction is of no
// use to anybody else.
func (d *Desk) ledger(ctx context.Context, name string) (*ledger.Ledger, error) {
	c, err := d.ws.book(d.tenant, name)
	if err != nil {
		return nil, err
	}
	if d.joined {
		return ledger.Open(ctx, d.store, c)
	}
	return d.ws.ledgers.open(ctx, d.store, c)
}

// DefaultOpenBooks is how many books a Workspace keeps in memory.
const DefaultOpenBooks = 64

// ledgers are the books in memory.
type ledgers struct {
	mu    sync.Mutex
	most  int
	books map[bookKey]*ledger.Ledger
	used  []bookKey // the one used last is the last
}

type bookKey struct {
	tenant ident.Tenant
	name   string
}

// open returns a book, and forgets that which nobody asked for the longest: whoever
// is at it goes on unharmed.
func (s *ledgers) open(ctx context.Context, from store.Store, c ledger.Config) (*ledger.Ledger, error) {
	key := bookKey{c.Tenant, c.Name}
	if l := s.known(key, nil); l != nil {
		return l, nil
	}
	l, err := ledger.Open(ctx, from, c)
	if err != nil {
		return nil, err
	}
	return s.known(key, l), nil
}

// known returns the book that is open, or enters one.
func (s *ledgers) known(key bookKey, fresh *ledger.Ledger) *ledger.Ledger {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(s.used, key); i >= 0 {
		s.used = append(slices.Delete(s.used, i, i+1), key)
		return s.books[key]
	}
	if fresh == nil {
		return nil
	}
	if len(s.used) >= s.most {
		delete(s.books, s.used[0])
		s.used = slices.Delete(s.used, 0, 1)
	}
	s.used, s.books[key] = append(s.used, key), fresh
	return fresh
}

// hands hold the books that a unit of work changes.
type hands struct {
	desk *Desk
	held map[string]*ledger.Hold
}

// post changes a book in the unit's commit.
func (h *hands) post(u *store.Unit, name string, change func(*budget.Book) error) error {
	hold := h.held[name]
	if hold == nil {
		l, err := h.desk.ledger(u.Context(), name)
		if err != nil {
			return err
		}
		if hold, err = l.Take(u.Context()); err != nil {
			return err
		}
		h.held[name] = hold
	}
	return hold.Post(u, change)
}

// done gives the books back.
func (h *hands) done(r store.Receipt, err error) {
	for _, hold := range h.held {
		hold.Done(r, err)
	}
}
