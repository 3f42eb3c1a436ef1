package ledger

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/google/uuid"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// Kind is the kind of a book's record.
const Kind = "budget.book"

const (
	schema    = 1 // of its events
	eventType = "book.posted"
)

// ErrConfig says what a Config lacks.
var ErrConfig = errors.New("ledger: incomplete configuration")

// Config names a book. All of it is required.
type Config struct {
	Tenant ident.Tenant
	Name   string
	Chart  *budget.Chart
	// NewID makes the ids of commits, and the salts of the digests of what people
	// write. It is such as uuid.NewV7, and safe for concurrent use.
	NewID func() (uuid.UUID, error)
}

func (c *Config) ref() ident.Ref { return ident.Ref{Kind: Kind, ID: c.Name} }

func (c *Config) check() error {
	if c.Chart == nil || c.NewID == nil {
		return fmt.Errorf("%w: book %q has no Chart or no NewID", ErrConfig, c.Name)
	}
	return errors.Join(c.Tenant.Check(), c.ref().Check())
}

// Ledger is a book in a store. It is safe for concurrent use. There may be several
// of one book, in one process or in many; each costs the memory of the book.
type Ledger struct {
	config Config
	store  store.Store
	queue  queue
	turn   chan struct{} // holds a token while somebody has what follows
	book   *budget.Book
	at     place  // what of the book is known to be stored
	flight *group // on its way to the store; nil = none
	stale  bool   // the store may have more
}

type events = iter.Seq2[store.Event, error]

// place is a moment in the history of a book.
type place struct {
	version uint64
	head    budget.Hash // of the last entry
}

// Open reads a book that may not be there yet. Errors are those of the store, or
// match ErrConfig, budget.ErrForm, budget.ErrUnreplayable or store.ErrNewerSchema.
func Open(ctx context.Context, s store.Store, c Config) (*Ledger, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	l := &Ledger{config: c, store: s, turn: make(chan struct{}, 1), book: budget.New(c.Chart)}
	return l, l.refresh(ctx)
}

// Load reads a book to be had for oneself. Errors are those of Open.
func Load(ctx context.Context, s store.Store, c Config) (*budget.Book, error) {
	l, err := Open(ctx, s, c)
	if err != nil {
		return nil, err
	}
	return l.book, nil
}

// take waits for the turn, and for what is on its way to the store.
func (l *Ledger) take(ctx context.Context) error {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := l.settle(ctx); err != nil {
		l.release()
		return err
	}
	return nil
}

func (l *Ledger) release() { <-l.turn }

// settle waits for the group on its way and believes it, or takes it back. Whoever
// has the turn calls it.
func (l *Ledger) settle(ctx context.Context) error {
	g := l.flight
	if g == nil {
		return nil
	}
	select {
	case <-g.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	l.flight = nil
	if l.stale = g.err != nil; l.stale {
		g.trial.Undo()
	} else {
		g.trial.Keep()
		l.at = g.after
	}
	return nil
}

// View lets a function read the book as it stands at one moment during the call. It
// must not change the book nor keep it; lines, balances and results are its own. Others
// wait meanwhile.
func (l *Ledger) View(ctx context.Context, read func(*budget.Book) error) error {
	if err := l.take(ctx); err != nil {
		return err
	}
	defer l.release()
	if err := l.refresh(ctx); err != nil {
		return err
	}
	return read(l.book)
}

// refresh reads what the store has more than the book. Nothing may be on its way.
func (l *Ledger) refresh(ctx context.Context) error {
	records, err := l.store.Get(ctx, l.config.Tenant, l.config.ref())
	if err != nil {
		return err
	}
	return l.catchUp(records[0].Version, func(after uint64) events { return l.store.History(ctx, l.config.Tenant, l.config.ref(), after) })
}

// catchUp brings the book to a version.
func (l *Ledger) catchUp(to uint64, history func(after uint64) events) error {
	err := l.read(to, history)
	if errors.Is(err, errRewritten) { // such as an older backup that was put back
		l.book, l.at = budget.New(l.config.Chart), place{}
		err = l.read(to, history)
	}
	l.stale = err != nil
	return err
}

// errRewritten says that what was read before is no longer in the store.
var errRewritten = errors.New("its history was rewritten")

func (l *Ledger) read(to uint64, history func(after uint64) events) error {
	if to < l.at.version {
		return errRewritten
	}
	if to == l.at.version {
		return nil
	}
	known := l.at.version > 0
	for e, err := range history(l.at.version) {
		if err != nil {
			return err
		}
		if e.Version > to {
			break
		}
		if e.Type != eventType { // such as the trace of an erasure
			l.at.version = e.Version
			continue
		}
		if e.Schema > schema {
			return &store.SchemaError{Kind: Kind, Known: schema, Found: e.Schema}
		}
		run := budget.Packed{Data: e.Data, Personal: e.Personal}
		// Opening trusts the store. What comes later must follow what is here: else
		// the book would be that of no history.
		if known {
			if _, err := run.Trail(l.at.head); errors.Is(err, budget.ErrBroken) {
				return errRewritten
			}
		}
		head, err := l.book.Load(run)
		if err != nil {
			return fmt.Errorf("book %s: event %d: %w", l.config.Name, e.Version, err)
		}
		l.at = place{e.Version, head}
	}
	if l.at.version != to {
		return fmt.Errorf("book %s: %w: its record is at version %d, its history ends at %d", l.config.Name, budget.ErrBroken, to, l.at.version)
	}
	return nil
}

// seal packs what the book has more than so many entries, after a place.
func (l *Ledger) seal(after place, entries int) ([]store.Event, place, error) {
	var failed error
	trail := budget.SealAll(after.head, l.book.Journal(entries), func() budget.Salt {
		id, err := l.config.NewID()
		if failed == nil {
			failed = err
		}
		return budget.Salt(id)
	})
	if len(trail) == 0 {
		return nil, after, nil
	}
	runs, err := budget.PackAll(trail)
	if err != nil || failed != nil {
		return nil, after, errors.Join(err, failed)
	}
	out := make([]store.Event, len(runs))
	for i, run := range runs {
		out[i] = store.Event{Type: eventType, Schema: schema, Data: run.Data, Personal: run.Personal}
	}
	return out, place{after.version + uint64(len(runs)), trail[len(trail)-1].Link.Hash}, nil
}
