package pgstore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlstore"
)

// Options of Open. nil and the zero value take the defaults.
type Options struct {
	// Check is how often Wait looks for events itself, in case that a
	// notification does not reach it; 0 means five seconds.
	Check time.Duration
	// Listen is the DSN of the connection on which Wait listens, for a pool
	// that goes through a pooler, where LISTEN has no effect; "" connects as
	// the pool does.
	Listen string
}

// Store is a store.Store in a PostgreSQL database. It is safe for concurrent
// use.
type Store struct {
	*sqlstore.Reader
	pool     *pgxpool.Pool
	owned    bool // the pool is closed with the store
	durable  bool
	check    time.Duration
	listener *listener
	hearsay  hearsay
	closed   atomic.Bool
}

var (
	_ store.Waiter  = (*Store)(nil)
	_ store.Pruner  = (*Store)(nil)
	_ store.Capable = (*Store)(nil)
)

// Open connects to the database of the DSN ("postgres://…", or key=value
// words; pgxpool.ParseConfig lists all parameters), brings the tables up to
// date, and returns a store on them. Close ends the connections.
func Open(ctx context.Context, dsn string, o *Options) (*Store, error) {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("pgstore: %w", err)
	}
	s, err := OpenPool(ctx, pool, o)
	if err != nil {
		pool.Close()
		return nil, err
	}
	s.owned = true
	return s, nil
}

// OpenPool is Open on a pool of the caller, which Close leaves open. Tables
// made by a newer version of this package are refused with an error that
// matches store.ErrNewerSchema. The tables are found by the search path of the
// pool's connections.
func OpenPool(ctx context.Context, pool *pgxpool.Pool, o *Options) (*Store, error) {
	if o == nil {
		o = new(Options)
	}
	if o.Check < 0 {
		return nil, &store.InvalidError{Subject: "pgstore", Reason: "the time between checks is not negative"}
	}
	listener, err := newListener(pool, o.Listen)
	if err != nil {
		return nil, fmt.Errorf("pgstore: %w", err)
	}
	db := stdlib.OpenDBFromPool(pool)
	if err := errors.Join(sqlstore.Migrate(ctx, db, sqlstore.Postgres()), db.Close()); err != nil {
		return nil, fmt.Errorf("pgstore: %w", err)
	}
	s := &Store{
		Reader: sqlstore.NewReader(sqlstore.Postgres(), querier{q: pool}),
		pool:   pool, check: o.Check, listener: listener,
	}
	if s.check == 0 {
		s.check = 5 * time.Second
	}
	err = pool.QueryRow(ctx, "SELECT current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off'").Scan(&s.durable)
	if err != nil {
		return nil, fmt.Errorf("pgstore: %w", err)
	}
	return s, nil
}

// Close ends what waits, and the connections if Open made them. The store
// refuses to commit afterwards.
func (s *Store) Close() error {
	s.closed.Store(true)
	s.listener.close()
	if s.owned {
		s.pool.Close()
	}
	return nil
}

var errClosed = errors.New("pgstore: store is closed")

// Capabilities implements store.Capable. Durable is what the server said of
// fsync and synchronous_commit when the store was opened.
func (s *Store) Capabilities() store.Capabilities {
	return store.Capabilities{Durable: s.durable, Shared: true, Lagging: true}
}

// PruneCommands implements store.Pruner.
func (s *Store) PruneCommands(ctx context.Context, age time.Duration) (int64, error) {
	if err := store.CheckPrune(age); err != nil {
		return 0, err
	}
	done, err := s.pool.Exec(ctx, "DELETE FROM marops_commands WHERE at < $1", time.Now().Add(-age).UnixNano())
	if err != nil {
		return 0, failed(ctx, "prune", err)
	}
	return done.RowsAffected(), nil
}

// failed prefers the context's own error to what the driver makes of it.
func failed(ctx context.Context, doing string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("pgstore: %s: %w", doing, err)
}
