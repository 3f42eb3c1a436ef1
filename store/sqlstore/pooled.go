package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// pooled is the writer of PostgreSQL: transactions run side by side, each on a
// connection of the pool, and wait for each other only where they lock the
// same records.
type pooled struct {
	dialect Dialect
	db      *sql.DB
	closed  atomic.Bool
}

func newPooled(db *sql.DB, d Dialect) writer { return &pooled{dialect: d, db: db} }

// maxTries is how often a transaction is tried that the database gave up in
// favour of others.
const maxTries = 8

func (w *pooled) transaction(ctx context.Context, work func(context.Context, *tx) error) error {
	for try := 1; ; try++ {
		err := w.once(ctx, work)
		if err == nil || !GivenUp(err) || try == maxTries || ctx.Err() != nil {
			return err
		}
	}
}

// once lets the context stop all but the COMMIT. An error of COMMIT itself
// leaves the outcome unknown, unless the database says that it gave up.
func (w *pooled) once(ctx context.Context, work func(context.Context, *tx) error) (err error) {
	if w.closed.Load() {
		return errClosed
	}
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return readError(ctx, "connection", err)
	}
	defer func() {
		if e := conn.Close(); !errors.Is(e, sql.ErrConnDone) {
			err = errors.Join(err, e)
		}
	}()
	held := context.WithoutCancel(ctx)
	t, err := conn.BeginTx(held, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return fmt.Errorf("sqlstore: begin: %w", err)
	}
	defer func() { _ = t.Rollback() }() // of no effect but after a panic
	if err := work(ctx, newTx(newRunner(t, w.dialect, false), w.dialect)); err != nil {
		if t.Rollback() != nil { // without a connection there is nothing to roll back
			err = errors.Join(err, discard(conn))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}
	if err := t.Commit(); err != nil {
		if GivenUp(err) {
			return fmt.Errorf("sqlstore: commit: %w", err)
		}
		return errors.Join(fmt.Errorf("%w: commit: %w", store.ErrUnknownOutcome, err), discard(conn))
	}
	return nil
}

func (w *pooled) close() error {
	w.closed.Store(true)
	return nil
}

// GivenUp reports whether err is the database's word that it gave a
// transaction up, to resolve a deadlock or to keep transactions in a serial
// order: nothing was applied, and the same may be tried again. All drivers'
// errors that state their SQLSTATE will do.
func GivenUp(err error) bool {
	s := state(err)
	return s == "40001" || s == "40P01" // serialization_failure, deadlock_detected
}

// state returns the SQLSTATE of a driver's error, "" if it states none.
func state(err error) string {
	var coded interface{ SQLState() string }
	if !errors.As(err, &coded) {
		return ""
	}
	return coded.SQLState()
}

// wake tells those who wait in other processes that the tenant has an event.
// If that fails they find out when they next look.
func (s *Store) wake(ctx context.Context, t ident.Tenant) {
	_, _ = s.db.ExecContext(ctx, s.dialect.bind(s.dialect.wake), string(t))
}
