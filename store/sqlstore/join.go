package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/go-marops/marops/store"
)

// Joined is a store.Store inside a transaction of the caller. It never begins,
// commits or retries: each Commit is a savepoint, and what it returned becomes
// durable when the caller's transaction does. Reads see the transaction's own
// writes. It lives as long as the transaction.
type Joined struct {
	*Reader
	// Savepoints nest, they do not run side by side; and on one connection a
	// read in between would see half a commit.
	mu sync.Mutex
	tx *tx
}

var _ store.Capable = (*Joined)(nil)

// Join returns the store inside tx, which must be a transaction on the
// database that the Store was opened on.
//
// On SQLite tx should have begun immediate: a deferred one may fail when it
// first writes. While tx holds the write lock, commits outside of it wait.
//
// On PostgreSQL tx must be READ COMMITTED, which is the default; commits
// outside of it wait while they name the same records. Commit before you write
// anything else in tx: else a Commit may return a [LateError], and the caller
// has to run the transaction again. Until tx ends, events of younger
// transactions stay behind the horizon of every Tail.
func (s *Store) Join(tx *sql.Tx) *Joined {
	// Statements are not kept: the transaction may end at any time.
	d := s.dialect
	j := &Joined{tx: newTx(newRunner(tx, d, false), d)}
	reads := newRunner(tx, d, false)
	reads.turn = &j.mu
	j.Reader = NewReader(d, reads)
	return j
}

// Capabilities implements store.Capable.
func (j *Joined) Capabilities() store.Capabilities {
	return store.Capabilities{Shared: true, Joined: true, Lagging: j.dialect.lags}
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
	if err := j.tx.exec(ctx, "SAVEPOINT marops"); err != nil {
		return store.Receipt{}, fmt.Errorf("sqlstore: savepoint: %w", err)
	}
	done, err := apply(ctx, j.tx, b, time.Now())
	if err == nil && done.heard {
		// It is sent when the caller's transaction commits.
		err = j.tx.exec(ctx, j.dialect.wake, string(b.Tenant))
	}
	if err != nil {
		return store.Receipt{}, errors.Join(err, j.undo(ctx))
	}
	if err := j.tx.exec(ctx, "RELEASE marops"); err != nil {
		return store.Receipt{}, errors.Join(fmt.Errorf("sqlstore: release: %w", err), j.undo(ctx))
	}
	return done.receipt, nil
}

func (j *Joined) undo(ctx context.Context) error {
	if err := j.tx.exec(ctx, "ROLLBACK TO marops"); err != nil {
		return fmt.Errorf("sqlstore: rollback to savepoint: %w", err)
	}
	if err := j.tx.exec(ctx, "RELEASE marops"); err != nil {
		return fmt.Errorf("sqlstore: release: %w", err)
	}
	return nil
}
