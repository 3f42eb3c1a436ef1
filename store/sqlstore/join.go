package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// Joined is a store.Store inside a transaction of the caller. It never begins,
// commits or retries: each Commit is a savepoint, and what it returned becomes
// durable when the caller's transaction does. Reads see the transaction's own
// writes. It lives as long as the transaction.
type Joined struct {
	// Savepoints nest, they do not run side by side; and on one connection a
	// read in between would see half a commit.
	mu    sync.Mutex
	r     *runner
	reads *runner
}

var _ store.Store = (*Joined)(nil)

// Join returns the store inside tx, which must be a transaction on the
// database that the Store was opened on. On SQLite tx should have begun
// immediate: a deferred one may fail when it first writes. While tx holds the
// write lock, commits outside of it wait.
func (s *Store) Join(tx *sql.Tx) *Joined {
	// Statements are not kept: the transaction may end at any time.
	j := &Joined{r: &runner{q: tx}}
	j.reads = &runner{q: tx, turn: &j.mu}
	return j
}

// Commit implements store.Store.
func (j *Joined) Commit(ctx context.Context, b store.Batch) (store.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return store.Receipt{}, err
	}
	if err := b.Check(); err != nil {
		return store.Receipt{}, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	// An interrupted statement would roll back the caller's transaction.
	ctx = context.WithoutCancel(ctx)
	if err := j.r.exec(ctx, "SAVEPOINT marops"); err != nil {
		return store.Receipt{}, fmt.Errorf("sqlstore: savepoint: %w", err)
	}
	receipt, err := apply(ctx, j.r, b)
	if err != nil {
		return store.Receipt{}, errors.Join(err, j.undo(ctx))
	}
	if err := j.r.exec(ctx, "RELEASE marops"); err != nil {
		return store.Receipt{}, errors.Join(fmt.Errorf("sqlstore: release: %w", err), j.undo(ctx))
	}
	return receipt, nil
}

func (j *Joined) undo(ctx context.Context) error {
	if err := j.r.exec(ctx, "ROLLBACK TO marops"); err != nil {
		return fmt.Errorf("sqlstore: rollback to savepoint: %w", err)
	}
	if err := j.r.exec(ctx, "RELEASE marops"); err != nil {
		return fmt.Errorf("sqlstore: release: %w", err)
	}
	return nil
}

// Get implements store.Store.
func (j *Joined) Get(ctx context.Context, t ident.Tenant, refs ...ident.Ref) ([]store.Record, error) {
	return get(ctx, j.reads, t, refs)
}

// List implements store.Store.
func (j *Joined) List(ctx context.Context, t ident.Tenant, q store.Query) iter.Seq2[store.Record, error] {
	return list(ctx, j.reads, t, q)
}

// History implements store.Store.
func (j *Joined) History(ctx context.Context, t ident.Tenant, ref ident.Ref, after uint64) iter.Seq2[store.Event, error] {
	return history(ctx, j.reads, t, ref, after)
}

// Tail implements store.Store.
func (j *Joined) Tail(ctx context.Context, t ident.Tenant, after store.Cursor) iter.Seq2[store.Event, error] {
	return tail(ctx, j.reads, t, after)
}
