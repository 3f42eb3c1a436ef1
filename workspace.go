package marops

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/ledger"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/workflow"
)

// The kinds of error of this package, beside those of the engines and the store.
var (
	ErrConfig  = errors.New("incomplete configuration")
	ErrDenied  = errors.New("not permitted") // an Authorizer said no
	ErrUnknown = errors.New("is not known")  // a book, process or approval
)

// Config is what a Workspace needs. Store, Now and NewID are required.
type Config struct {
	Store store.Store
	Now   func() time.Time
	NewID func() (uuid.UUID, error) // such as uuid.NewV7

	// Authorize is asked before every change; nil permits everything.
	Authorize Authorizer

	Staff     workflow.Staff               // who may vote
	Calendar  *worktime.Calendar           // in which deadlines run; nil = always
	Processes map[string]*workflow.Process // by the name that Submit uses
	Charts    map[string]*budget.Chart     // by the name of their book

	// OpenBooks is how many books are kept in memory at most; 0 = DefaultOpenBooks.
	OpenBooks int
}

// Authorizer decides whether a person may do something: "submit", "vote",
// "revise", "post", "snapshot" or "save" to the record that ref names. A nil error permits.
// The actor and the command are recorded with every event that follows.
type Authorizer interface {
	Authorize(ctx context.Context, tenant ident.Tenant, who ident.Person, action string, ref ident.Ref) error
}

// Workspace ties the engines to a store. It is safe for concurrent use.
type Workspace struct {
	config  Config
	ledgers ledgers
}

// Open checks a Config and returns the Workspace. It does no I/O. The error
// matches ErrConfig.
func Open(c Config) (*Workspace, error) {
	switch {
	case c.Store == nil:
		return nil, fmt.Errorf("workspace: %w: no Store", ErrConfig)
	case c.Now == nil:
		return nil, fmt.Errorf("workspace: %w: no Now", ErrConfig)
	case c.NewID == nil:
		return nil, fmt.Errorf("workspace: %w: no NewID", ErrConfig)
	}
	w := &Workspace{config: c}
	w.ledgers.most, w.ledgers.books = cmp.Or(max(c.OpenBooks, 0), DefaultOpenBooks), map[bookKey]*ledger.Ledger{}
	return w, nil
}

// As returns the desk of a person at a tenant.
func (w *Workspace) As(t ident.Tenant, who ident.Person) *Desk {
	return &Desk{ws: w, store: w.config.Store, tenant: t, who: who}
}

// Desk is where one person works. Each call is one atomic commit. A Desk is a
// cheap value; it is immutable and safe for concurrent use.
type Desk struct {
	ws      *Workspace
	store   store.Store
	tenant  ident.Tenant
	who     ident.Person
	role    string
	command uuid.UUID
	joined  bool // the store is not the workspace's
}

// In returns the desk over another store, such as one that is bound to the
// host's own transaction.
func (d *Desk) In(s store.Store) *Desk {
	c := *d
	c.store, c.joined = s, true
	return &c
}

// Role returns the desk of the same person in a role, to whom a soft-closed period
// of a book may be open. Posting is ErrDenied unless the Staff has the person in it.
func (d *Desk) Role(role workflow.Role) *Desk {
	c := *d
	c.role = string(role)
	return &c
}

// Command returns the desk with an idempotency key from outside: a call that is
// repeated under the same key is applied once. A key serves one call.
func (d *Desk) Command(id uuid.UUID) *Desk {
	c := *d
	c.command = id
	return &c
}

// authorize asks the Config's Authorizer.
func (d *Desk) authorize(ctx context.Context, action string, ref ident.Ref) error {
	if a := d.ws.config.Authorize; a != nil {
		if err := a.Authorize(ctx, d.tenant, d.who, action, ref); err != nil {
			return fmt.Errorf("%s may %s %v: %w: %w", d.who, action, ref, ErrDenied, err)
		}
	}
	return nil
}

var errUnfinished = errors.New("the unit of work did not end")

// work is one run of a unit of work.
type work struct {
	*store.Unit
	now   time.Time
	books *hands
}

// update runs one unit of work as this desk.
func (d *Desk) update(ctx context.Context, action string, ref ident.Ref, intent []byte, fn func(work) error) error {
	if err := d.authorize(ctx, action, ref); err != nil {
		return err
	}
	id := d.command
	if id == uuid.Nil {
		var err error
		if id, err = d.ws.config.NewID(); err != nil {
			return fmt.Errorf("workspace: new id: %w", err)
		}
	}
	now := d.ws.config.Now()
	c := store.Command{ID: id, Tenant: d.tenant, Actor: d.who, At: now, Digest: sha256.Sum256(append([]byte(action+"\x00"+ref.String()+"\x00"), intent...))}
	books := &hands{d, map[string]*ledger.Hold{}}
	var r store.Receipt
	err := errUnfinished // if fn panics
	defer func() { books.done(r, err) }()
	r, err = store.Update(ctx, d.store, c, func(u *store.Unit) error { return fn(work{u, now, books}) })
	return err
}
