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
	queue   queue

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
//
// Who gets the turn does the work of all who wait for one in a transaction of
// their own, each behind a savepoint: the disk is waited for once. Where nobody
// else waits that is a plain transaction.
func (w *turns) transaction(ctx context.Context, work func(context.Context, *tx) error) error {
	j := &job{ctx: ctx, work: work, done: make(chan struct{})}
	w.queue.add(j)
	select {
	case <-j.done:
		return j.err
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		if w.queue.withdraw(j) {
			return ctx.Err()
		}
		<-j.done // it is being worked on
		return j.err
	}
	for {
		select {
		case <-j.done:
			return j.err
		default:
		}
		jobs := w.queue.take()
		if err := w.begin(ctx); err != nil {
			if ctx.Err() == nil {
				finish(jobs, err)
				continue
			}
			w.queue.putBack(jobs) // theirs is not over
			if w.queue.withdraw(j) {
				return err
			}
			continue
		}
		if len(jobs) == 1 || !w.together(jobs) {
			w.oneByOne(jobs)
		}
	}
}

// begin begins a transaction, or returns an error.
func (w *turns) begin(ctx context.Context) error {
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
	return nil
}

// oneByOne gives each job a transaction; that of the first has begun.
func (w *turns) oneByOne(jobs []*job) {
	for i, j := range jobs {
		var err error
		if i > 0 {
			err = w.begin(j.ctx)
		}
		if err == nil {
			err = w.alone(j)
		}
		finish(jobs[i:i+1], err)
	}
}

// alone does one job in the transaction that has begun, and ends it.
func (w *turns) alone(j *job) error {
	// An interrupted statement may take the whole transaction with it, and an
	// interrupted COMMIT leaves the outcome open; batches are small.
	ctx := context.WithoutCancel(j.ctx)
	if err := j.work(ctx, w.tx); err != nil {
		if _, rollback := w.tx.write(ctx, "ROLLBACK"); rollback != nil {
			return errors.Join(err, w.release(false))
		}
		return err
	}
	return w.commit(ctx)
}

func (w *turns) commit(ctx context.Context) error {
	if _, err := w.tx.write(ctx, "COMMIT"); err != nil {
		return errors.Join(fmt.Errorf("%w: commit: %w", store.ErrUnknownOutcome, err), w.release(false))
	}
	return nil
}

// together does several jobs in the transaction that has begun, and ends it.
// It returns false, with a transaction begun again and nothing done, if an
// error has cost more than its own job: SQLite may give the whole transaction
// up, for want of space or memory.
func (w *turns) together(jobs []*job) bool {
	errs := make([]error, len(jobs))
	ctx := context.WithoutCancel(jobs[0].ctx)
	for i, j := range jobs {
		if errs[i] = j.ctx.Err(); errs[i] != nil {
			continue
		}
		_, err := w.tx.write(ctx, "SAVEPOINT marops_job")
		if err == nil {
			if errs[i] = j.work(context.WithoutCancel(j.ctx), w.tx); errs[i] != nil {
				_, err = w.tx.write(ctx, "ROLLBACK TO marops_job")
			}
		}
		if err == nil {
			_, err = w.tx.write(ctx, "RELEASE marops_job")
		}
		if err == nil {
			continue
		}
		_, _ = w.tx.write(ctx, "ROLLBACK") // there may be nothing left to roll back
		dropped := w.release(false)
		if err := w.begin(ctx); err != nil {
			finish(jobs, errors.Join(err, dropped))
			return true
		}
		return false
	}
	unknown := w.commit(ctx)
	for i := range jobs {
		if errs[i] == nil {
			errs[i] = unknown
		}
		finish(jobs[i:i+1], errs[i])
	}
	return true
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
