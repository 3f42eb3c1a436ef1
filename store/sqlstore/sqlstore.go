package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"iter"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// Options of Open. nil and the zero value take the defaults.
type Options struct {
	// Readers is the pool for reads; nil reads through the same pool as
	// commits, which must then allow at least two connections.
	Readers *sql.DB
}

// Store is a store.Store in a SQL database. It is safe for concurrent use.
type Store struct {
	dialect Dialect
	db      *sql.DB
	reads   *runner

	// turn is held by whoever uses conn: a lock that a context can leave.
	turn   chan struct{}
	conn   *sql.Conn // nil until the first commit, and after a failure
	writes *runner
	closed bool
}

var _ store.Store = (*Store)(nil)

// Open brings the tables up to date and returns a store on them. It keeps one
// connection of db for its commits until Close. Tables made by a newer
// version of this package are refused with an error that matches
// store.ErrNewerSchema.
func Open(ctx context.Context, db *sql.DB, d Dialect, o *Options) (*Store, error) {
	readers := db
	if o != nil && o.Readers != nil {
		readers = o.Readers
	}
	if readers == db && db.Stats().MaxOpenConnections == 1 {
		return nil, &store.InvalidError{Subject: "sqlstore", Reason: "a pool of one connection needs Options.Readers"}
	}
	s := &Store{dialect: d, db: db, reads: newRunner(readers), turn: make(chan struct{}, 1)}
	if _, err := d.migrations(); err != nil {
		return nil, err
	}
	if err := s.transaction(ctx, d.migrate); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close releases the store's connection and statements. It does not close the
// database. The store refuses to work afterwards.
func (s *Store) Close() error {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	s.closed = true
	return errors.Join(s.reads.close(), s.release(true))
}

var errClosed = errors.New("sqlstore: store is closed")

// Commit implements store.Store. Once the transaction has begun the context no
// longer stops it.
func (s *Store) Commit(ctx context.Context, b store.Batch) (store.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return store.Receipt{}, err
	}
	if err := b.Check(); err != nil {
		return store.Receipt{}, err
	}
	var receipt store.Receipt
	err := s.transaction(ctx, func(ctx context.Context, r *runner) (err error) {
		receipt, err = apply(ctx, r, b)
		return err
	})
	if err != nil {
		return store.Receipt{}, err
	}
	return receipt, nil
}

// transaction runs work on the kept connection, all or nothing. An error of
// COMMIT itself leaves the outcome unknown.
func (s *Store) transaction(ctx context.Context, work func(context.Context, *runner) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.closed {
		return errClosed
	}
	if s.conn == nil {
		conn, err := s.db.Conn(ctx)
		if err != nil {
			return fmt.Errorf("sqlstore: connection: %w", err)
		}
		s.conn, s.writes = conn, newRunner(conn)
	}
	if _, err := s.writes.write(ctx, s.dialect.begin); err != nil {
		return errors.Join(fmt.Errorf("sqlstore: begin: %w", err), s.release(false))
	}
	// An interrupted statement may take the whole transaction with it, and an
	// interrupted COMMIT leaves the outcome open; batches are small.
	ctx = context.WithoutCancel(ctx)
	if err := work(ctx, s.writes); err != nil {
		if _, rollback := s.writes.write(ctx, "ROLLBACK"); rollback != nil {
			return errors.Join(err, s.release(false))
		}
		return err
	}
	if _, err := s.writes.write(ctx, "COMMIT"); err != nil {
		return errors.Join(fmt.Errorf("%w: commit: %w", store.ErrUnknownOutcome, err), s.release(false))
	}
	return nil
}

// release gives the connection up. Unless it is sound it is not given back to
// the pool, so that whatever transaction is left on it ends.
func (s *Store) release(sound bool) error {
	if s.conn == nil {
		return nil
	}
	conn := s.conn
	errs := []error{s.writes.close()}
	s.conn, s.writes = nil, nil
	if !sound {
		// The pool drops a connection on which Raw reports ErrBadConn.
		if err := conn.Raw(func(any) error { return driver.ErrBadConn }); !errors.Is(err, driver.ErrBadConn) {
			errs = append(errs, err)
		}
	}
	if err := conn.Close(); !errors.Is(err, sql.ErrConnDone) {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, t ident.Tenant, refs ...ident.Ref) ([]store.Record, error) {
	return get(ctx, s.reads, t, refs)
}

// List implements store.Store.
func (s *Store) List(ctx context.Context, t ident.Tenant, q store.Query) iter.Seq2[store.Record, error] {
	return list(ctx, s.reads, t, q)
}

// History implements store.Store.
func (s *Store) History(ctx context.Context, t ident.Tenant, ref ident.Ref, after uint64) iter.Seq2[store.Event, error] {
	return history(ctx, s.reads, t, ref, after)
}

// Tail implements store.Store. With one writer the order of an event is
// settled when it is visible, so the horizon is the last event.
func (s *Store) Tail(ctx context.Context, t ident.Tenant, after store.Cursor) iter.Seq2[store.Event, error] {
	return tail(ctx, s.reads, t, after)
}
