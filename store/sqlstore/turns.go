package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/go-marops/marops/store"
)

// writer runs work in a transaction of its own, all or nothing.
type writer interface {
	transaction(ctx context.Context, work func(context.Context, *tx) error) error
	close() error
}

var errClosed = errors.New("sqlstore: store is closed")

// turns is the writer of SQLite: transactions run one at a time, on a
// connection that is kept.
type turns struct {
	dialect Dialect
	db      *sql.DB

	// turn is held by whoever uses conn: a lock that a context can leave.
	turn   chan struct{}
	conn   *sql.Conn // nil until the first commit, and after a failure
	tx     *tx
	closed bool
}

func newTurns(db *sql.DB, d Dialect) writer {
	return &turns{dialect: d, db: db, turn: make(chan struct{}, 1)}
}

// transaction lets the context stop it only until it has begun. An error of
// COMMIT itself leaves the outcome unknown.
func (w *turns) transaction(ctx context.Context, work func(context.Context, *tx) error) error {
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if w.closed {
		return errClosed
	}
	if w.conn == nil {
		conn, err := w.db.Conn(ctx)
		if err != nil {
			return fmt.Errorf("sqlstore: connection: %w", err)
		}
		w.conn, w.tx = conn, newTx(newRunner(conn, w.dialect, true), w.dialect)
	}
	if _, err := w.tx.write(ctx, "BEGIN IMMEDIATE"); err != nil {
		return errors.Join(fmt.Errorf("sqlstore: begin: %w", err), w.release(false))
	}
	// An interrupted statement may take the whole transaction with it, and an
	// interrupted COMMIT leaves the outcome open; batches are small.
	ctx = context.WithoutCancel(ctx)
	if err := work(ctx, w.tx); err != nil {
		if _, rollback := w.tx.write(ctx, "ROLLBACK"); rollback != nil {
			return errors.Join(err, w.release(false))
		}
		return err
	}
	if _, err := w.tx.write(ctx, "COMMIT"); err != nil {
		return errors.Join(fmt.Errorf("%w: commit: %w", store.ErrUnknownOutcome, err), w.release(false))
	}
	return nil
}

func (w *turns) close() error {
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	w.closed = true
	return w.release(true)
}

// release gives the connection up. Unless it is sound it is not given back to
// the pool, so that whatever transaction is left on it ends.
func (w *turns) release(sound bool) error {
	if w.conn == nil {
		return nil
	}
	conn := w.conn
	errs := []error{w.tx.close()}
	w.conn, w.tx = nil, nil
	if !sound {
		errs = append(errs, discard(conn))
	}
	if err := conn.Close(); !errors.Is(err, sql.ErrConnDone) {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// discard keeps a connection from going back to the pool, which drops one on
// which Raw reports ErrBadConn.
func discard(conn *sql.Conn) error {
	err := conn.Raw(func(any) error { return driver.ErrBadConn })
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return nil
	}
	return err
}
