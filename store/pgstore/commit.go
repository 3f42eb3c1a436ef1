package pgstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlstore"
)

const (
	// maxTries is how often a commit is tried that the server gave up in
	// favour of others.
	maxTries = 8
	// grace is how long the server has to say what became of a commit whose
	// context is over.
	grace = 5 * time.Second
)

// Commit implements store.Store, in one round trip. When ctx ends while the
// server is at it, the server is asked to stop: either it does, and nothing
// was applied, or it was done already, and Commit returns the receipt. Without
// an answer the error matches store.ErrUnknownOutcome.
func (s *Store) Commit(ctx context.Context, b store.Batch) (store.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return store.Receipt{}, err
	}
	if err := b.Check(); err != nil {
		return store.Receipt{}, err
	}
	for try := 1; ; try++ {
		receipt, err := s.commit(ctx, b)
		if err == nil || !sqlstore.GivenUp(err) || try == maxTries || ctx.Err() != nil {
			return receipt, err
		}
	}
}

func (s *Store) commit(ctx context.Context, b store.Batch) (store.Receipt, error) {
	if s.closed.Load() {
		return store.Receipt{}, errClosed
	}
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return store.Receipt{}, failed(ctx, "connection", err)
	}
	defer conn.Release()
	interrupted := interrupt(ctx, conn)
	held := context.WithoutCancel(ctx)
	now := time.Now()
	ask := s.hearsay.stale(now)
	receipt, heard, err := sqlstore.PostgresCommit(held, querier{q: conn, mark: true}, b, now, ask)
	if interrupted() {
		// The request may reach the connection late, and must not stop what
		// somebody else does on it.
		_ = conn.Conn().Close(held)
	}
	if err != nil {
		return store.Receipt{}, s.outcome(ctx, err)
	}
	if heard = s.hearsay.update(held, conn, now, ask, heard); heard {
		// A notification inside the commit would make all commits take turns:
		// the server holds one lock for them until the disk has the commit. If
		// this one is lost, those who wait find out when they next look.
		_, _ = conn.Exec(ctx, "SELECT pg_notify('marops', $1)", string(b.Tenant))
	}
	return receipt, nil
}

// interrupt has the server stop what it does on the connection when ctx ends,
// and does not wait for its answer for ever. It is over with the call of
// interrupted, which says whether it came to that.
func interrupt(ctx context.Context, conn *pgxpool.Conn) (interrupted func() bool) {
	server := conn.Conn().PgConn()
	over := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(over)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		_ = server.CancelRequest(ctx) // without it the deadline decides
		_ = server.Conn().SetDeadline(time.Now().Add(grace))
	})
	return func() bool {
		if stop() {
			return false
		}
		<-over
		return true
	}
}

// outcome says what an error of the commit means. The server's word is that
// nothing was applied, unless it is its last: then the connection ended, as it
// does when the network fails, and the commit may have come before.
func (s *Store) outcome(ctx context.Context, err error) error {
	if _, ok := errors.AsType[*driverError](err); !ok {
		return err
	}
	server, told := errors.AsType[*pgconn.PgError](err)
	switch {
	case told && server.Severity == "ERROR":
		if ctx.Err() != nil && server.Code == "57014" { // query_canceled
			return ctx.Err()
		}
		return err
	case pgconn.SafeToRetry(err):
		return err
	}
	// The other connections of the pool may be dead just as well; fresh ones
	// spare the next commits the same.
	s.pool.Reset()
	if ctx.Err() != nil {
		return fmt.Errorf("%w: %w: %w", store.ErrUnknownOutcome, ctx.Err(), err)
	}
	return fmt.Errorf("%w: %w", store.ErrUnknownOutcome, err)
}

// querier runs the statements of sqlstore through pgx.
type querier struct {
	q interface {
		Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	}
	mark bool // make a driverError of errors that come from pgx
}

// driverError sets errors that come from pgx apart.
type driverError struct{ err error }

func (e *driverError) Error() string { return e.err.Error() }
func (e *driverError) Unwrap() error { return e.err }

// Query implements sqlstore.Querier.
func (q querier) Query(ctx context.Context, query string, args []any, each func(scan func(...any) error) (bool, error)) error {
	rows, err := q.q.Query(ctx, query, args...)
	if err != nil {
		return q.driver(err)
	}
	defer rows.Close()
	for rows.Next() {
		more, err := each(rows.Scan)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	rows.Close() // what fails at the end of the transaction is known only now
	return q.driver(rows.Err())
}

func (q querier) driver(err error) error {
	if err == nil || !q.mark {
		return err
	}
	return &driverError{err}
}
