package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/go-marops/marops/store"
)

// Options of Open. nil and the zero value take the defaults.
type Options struct {
	// Readers is the pool for reads; nil reads through the same pool as
	// commits. On SQLite that one must then allow at least two connections.
	Readers *sql.DB
}

// Store is a store.Store in a SQL database. It is safe for concurrent use.
type Store struct {
	*Reader
	db      *sql.DB
	reads   *runner
	writer  writer
	durable bool
}

var (
	_ store.Pruner  = (*Store)(nil)
	_ store.Capable = (*Store)(nil)
)

// Open brings the tables up to date and returns a store on them. On SQLite it
// keeps one connection of db for its commits until Close. Tables made by a
// newer version of this package are refused with an error that matches
// store.ErrNewerSchema.
func Open(ctx context.Context, db *sql.DB, d Dialect, o *Options) (*Store, error) {
	if d.writer == nil {
		return nil, fmt.Errorf("sqlstore: dialect %q: unknown", d.name)
	}
	readers := db
	if o != nil && o.Readers != nil {
		readers = o.Readers
	}
	if !d.numbered && readers == db && db.Stats().MaxOpenConnections == 1 {
		return nil, &store.InvalidError{Subject: "sqlstore", Reason: "a pool of one connection needs Options.Readers"}
	}
	reads := newRunner(readers, d, true)
	s := &Store{Reader: NewReader(d, reads), db: db, reads: reads, writer: d.writer(db, d)}
	err := s.writer.transaction(ctx, func(ctx context.Context, x *tx) error {
		if err := d.migrate(ctx, x); err != nil {
			return err
		}
		return x.one(ctx, d.durable, nil, &s.durable)
	})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Migrate brings the tables up to date without opening a store, for programs
// that do so when they are deployed, and for other adapters.
func Migrate(ctx context.Context, db *sql.DB, d Dialect) error {
	s, err := Open(ctx, db, d, nil)
	if err != nil {
		return err
	}
	return s.Close()
}

// Close releases the store's connection and statements. It does not close the
// database. The store refuses to commit afterwards.
func (s *Store) Close() error {
	return errors.Join(s.writer.close(), s.reads.close())
}

// Capabilities implements store.Capable. Durable is what the engine said of its
// settings when the store was opened: SQLite of a file with synchronous FULL,
// PostgreSQL of fsync and synchronous_commit.
func (s *Store) Capabilities() store.Capabilities {
	return store.Capabilities{Durable: s.durable, Shared: true, Lagging: s.dialect.lags}
}

// Commit implements store.Store. On SQLite the context stops it only until the
// transaction has begun, on PostgreSQL until it commits. Transactions that
// PostgreSQL gives up to resolve a deadlock are tried again, a few times.
func (s *Store) Commit(ctx context.Context, b store.Batch) (store.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return store.Receipt{}, err
	}
	if err := b.Check(); err != nil {
		return store.Receipt{}, err
	}
	var done result
	err := s.writer.transaction(ctx, func(ctx context.Context, x *tx) (err error) {
		done, err = apply(ctx, x, b, time.Now())
		return err
	})
	if err != nil {
		return store.Receipt{}, err
	}
	if done.heard {
		s.wake(ctx, b.Tenant)
	}
	return done.receipt, nil
}

// PruneCommands implements store.Pruner.
func (s *Store) PruneCommands(ctx context.Context, age time.Duration) (pruned int64, err error) {
	if err := errors.Join(ctx.Err(), store.CheckPrune(age)); err != nil {
		return 0, err
	}
	before := time.Now().Add(-age).UnixNano()
	err = s.writer.transaction(ctx, func(ctx context.Context, x *tx) error {
		done, err := x.runner.q.ExecContext(ctx, x.bind("DELETE FROM marops_commands WHERE at < ?"), before)
		if err != nil {
			return fmt.Errorf("sqlstore: prune: %w", err)
		}
		pruned, err = done.RowsAffected()
		return err
	})
	if err != nil {
		return 0, err
	}
	return pruned, nil
}
