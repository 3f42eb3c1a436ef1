package pgstore

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlstore"
)

// Joined is a store.Store inside a transaction of the caller. It never begins,
// commits or retries; what Commit returned becomes durable when the caller's
// transaction does. Reads see the transaction's own writes. It lives as long
// as the transaction.
type Joined struct {
	*sqlstore.Reader
	q turns
}

var _ store.Capable = (*Joined)(nil)

// Join returns the store inside tx, which must be READ COMMITTED, the default,
// and on the database that the Store was opened on. For a *sql.Tx use
// sqlstore.Store.Join; both kinds, and Commit outside of them, go together.
//
// A Commit that is refused leaves tx as it was. An error of the server itself,
// such as for a deadlock, ends tx, as with every statement.
//
// Commit before you write anything else in tx: else a Commit may return a
// sqlstore.LateError, and the caller has to run the transaction again. Commits
// outside of tx wait while they name the same records, and until tx ends,
// events of younger transactions stay behind the horizon of every Tail.
func (s *Store) Join(tx pgx.Tx) *Joined {
	q := turns{querier{q: tx}, new(sync.Mutex)}
	return &Joined{sqlstore.NewReader(sqlstore.Postgres(), q), q}
}

// Capabilities implements store.Capable.
func (j *Joined) Capabilities() store.Capabilities {
	return store.Capabilities{Shared: true, Joined: true, Lagging: true}
}

// Commit implements store.Store. The context is not listened to once the
// statement is sent: to interrupt it would end the caller's transaction.
func (j *Joined) Commit(ctx context.Context, b store.Batch) (store.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return store.Receipt{}, err
	}
	if err := b.Check(); err != nil {
		return store.Receipt{}, err
	}
	ctx = context.WithoutCancel(ctx)
	receipt, heard, err := sqlstore.PostgresJoined(ctx, j.q, b, time.Now())
	if err == nil && heard {
		// It is sent when the caller's transaction commits.
		err = j.q.Query(ctx, "SELECT 1 FROM pg_notify('marops', $1)", []any{string(b.Tenant)},
			func(func(...any) error) (bool, error) { return true, nil })
	}
	if err != nil {
		return store.Receipt{}, err
	}
	return receipt, nil
}

// turns lets one statement at a time onto a transaction's connection.
type turns struct {
	querier
	mu *sync.Mutex
}

// Query implements sqlstore.Querier.
func (q turns) Query(ctx context.Context, query string, args []any, each func(scan func(...any) error) (bool, error)) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.querier.Query(ctx, query, args, each)
}
