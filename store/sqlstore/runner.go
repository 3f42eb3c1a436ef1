package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// querier is what *sql.DB, *sql.Conn and *sql.Tx have in common.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// runner executes statements and keeps those prepared that come again.
type runner struct {
	q     querier
	bind  func(string) string
	mu    sync.Mutex
	cache map[string]*sql.Stmt // nil: prepare nothing
	turn  sync.Locker          // held while rows are read; nil where that needs no turn
}

// newRunner returns a runner on q. Statements are kept only where q outlives
// them and its engine is in this process: PostgreSQL's drivers keep their own,
// and behind a pooler none may be kept at all.
func newRunner(q querier, d Dialect, keep bool) *runner {
	r := &runner{q: q, bind: d.bind}
	if keep && !d.numbered {
		r.cache = make(map[string]*sql.Stmt)
	}
	return r
}

func (r *runner) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if stmt := r.cache[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := r.q.PrepareContext(ctx, query) //nolint:sqlclosecheck // kept in the cache, closed with the runner
	if err == nil {
		r.cache[query] = stmt
	}
	return stmt, err
}

// exec runs a statement once, without preparing it.
func (r *runner) exec(ctx context.Context, query string, args ...any) error {
	_, err := r.q.ExecContext(ctx, r.bind(query), args...)
	return err
}

// write runs a statement that comes again.
func (r *runner) write(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if r.cache == nil {
		return r.q.ExecContext(ctx, r.bind(query), args...)
	}
	stmt, err := r.prepared(ctx, query) //nolint:sqlclosecheck // kept in the cache
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// returning runs a statement that comes again and reads the row that it returns.
func (r *runner) returning(ctx context.Context, dest []any, query string, args ...any) error {
	return r.Query(ctx, r.bind(query), args, func(scan func(...any) error) (bool, error) { return true, scan(dest...) })
}

// Query implements Querier.
func (r *runner) Query(ctx context.Context, query string, args []any, each func(scan func(...any) error) (bool, error)) (err error) {
	if r.turn != nil {
		r.turn.Lock()
		defer r.turn.Unlock()
	}
	var rows *sql.Rows
	if r.cache == nil {
		rows, err = r.q.QueryContext(ctx, query, args...)
	} else {
		var stmt *sql.Stmt
		if stmt, err = r.prepared(ctx, query); err == nil { //nolint:sqlclosecheck // kept in the cache
			rows, err = stmt.QueryContext(ctx, args...)
		}
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		more, err := each(rows.Scan)
		if err != nil || !more {
			return err
		}
	}
	return rows.Err()
}

// close releases the prepared statements.
func (r *runner) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, stmt := range r.cache {
		errs = append(errs, stmt.Close())
	}
	clear(r.cache)
	return errors.Join(errs...)
}
