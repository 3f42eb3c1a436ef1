package pgstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/pgstore"
	"github.com/go-marops/marops/store/sqlstore"
)

func TestOpenTransactionOnlyDelaysTheTail(t *testing.T) {
	ctx := t.Context()
	pool := schema(t, func(c *pgxpool.Config) { c.ConnConfig.RuntimeParams["application_name"] = "the slow one" })
	s := open(t, pool)
	_, err := s.Commit(ctx, putThing(id(1), 0))
	require.NoError(t, err)
	before := tail(t, s, store.Cursor{})
	require.Len(t, before, 1)
	lag, err := s.TailLag(ctx)
	require.NoError(t, err)
	assert.Zero(t, lag)

	slow, err := pool.Begin(ctx)
	require.NoError(t, err)
	batch := store.Batch{Tenant: acme, Command: id(2), Changes: []store.Change{
		{Op: store.Append, Ref: ident.Ref{Kind: "thing", ID: "slow"}, Events: []store.Event{event(id(2), 1)}},
	}}
	_, err = s.Join(slow).Commit(ctx, batch)
	require.NoError(t, err)
	lag, err = s.TailLag(ctx)
	require.NoError(t, err)
	assert.Equal(t, int64(1), lag.Transactions, "the youngest of all is open")
	for i := range uint64(3) {
		_, err := s.Commit(ctx, putThing(id(3+int(i)), 1+i))
		require.NoError(t, err)
	}
	assert.Empty(t, tail(t, s, before[0].Cursor), "events behind an open transaction")
	lag, err = s.TailLag(ctx)
	require.NoError(t, err)
	assert.Equal(t, int64(4), lag.Transactions)
	assert.WithinDuration(t, time.Now(), lag.Since, time.Minute)
	assert.Equal(t, int32(slow.Conn().PgConn().PID()), lag.PID)
	assert.Equal(t, "the slow one", lag.Application)
	assert.Empty(t, lag.Prepared)

	require.NoError(t, slow.Commit(ctx))
	after := tail(t, s, before[0].Cursor)
	require.Len(t, after, 4)
	assert.Equal(t, "slow", after[0].Ref.ID, "the oldest transaction comes first")
	lag, err = s.TailLag(ctx)
	require.NoError(t, err)
	assert.Zero(t, lag)
}

// TestSequencesAloneSkip shows the trap that Tail avoids: a number is drawn
// before the transaction commits, so a reader that goes by numbers passes it.
func TestSequencesAloneSkip(t *testing.T) {
	ctx := t.Context()
	pool := schema(t)
	s := open(t, pool)
	slow, err := pool.Begin(ctx)
	require.NoError(t, err)
	_, err = s.Join(slow).Commit(ctx, appendTo(ident.Ref{Kind: "thing", ID: "slow"}, id(1), 0))
	require.NoError(t, err)
	_, err = s.Commit(ctx, appendTo(thing, id(2), 0))
	require.NoError(t, err)

	var last int64
	require.NoError(t, pool.QueryRow(ctx, "SELECT max(seq) FROM marops_events").Scan(&last))
	seen := tail(t, s, store.Cursor{})
	require.NoError(t, slow.Commit(ctx))
	var left int
	require.NoError(t, pool.QueryRow(ctx, "SELECT count(*) FROM marops_events WHERE seq > $1", last).Scan(&left))
	assert.Zero(t, left, "seq > last would have found the slow event; the trap is not set")
	var cursor store.Cursor
	if len(seen) > 0 {
		cursor = seen[len(seen)-1].Cursor
	}
	assert.Len(t, append(seen, tail(t, s, cursor)...), 2, "events that Tail yields")
}

// TestPollerMissesNothing stops and restarts a poller from its cursor a
// hundred times while twelve write, with pauses inside their transactions.
func TestPollerMissesNothing(t *testing.T) {
	const writers, each, restarts = 12, 40, 100
	pool := schema(t)
	s := open(t, pool)
	_, viaSQL := openSQL(t, pool)
	ctx := t.Context()
	var all sync.WaitGroup
	errs := make([]error, writers)
	for w := range writers {
		all.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(w), 1))
			for n := range uint64(each) {
				b := appendTo(ident.Ref{Kind: "w", ID: fmt.Sprint(w)}, id(1000*(w+1)+int(n)), n)
				switch rng.IntN(3) {
				case 0:
					_, errs[w] = s.Commit(ctx, b)
				case 1:
					_, errs[w] = viaSQL.Commit(ctx, b)
				default:
					errs[w] = slowly(ctx, pool, s, b, time.Duration(rng.IntN(3000))*time.Microsecond)
				}
				if errs[w] != nil {
					return
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()

	next := map[ident.Ref]uint64{}
	seen := 0
	var cursor string
	poll := func(limit int) {
		after, err := store.ParseCursor(cursor) // all that a restarted poller has
		require.NoError(t, err)
		for e, err := range s.Tail(ctx, acme, after) {
			require.NoError(t, err)
			next[e.Ref]++
			require.Equal(t, next[e.Ref], e.Version, "order of %s", e.Ref)
			cursor = e.Cursor.String()
			seen++
			if limit--; limit == 0 {
				return
			}
		}
	}
	for range restarts {
		poll(1 + seen%7)
	}
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		poll(0)
	}
	for _, err := range errs {
		require.NoError(t, err)
	}
	assert.Equal(t, writers*each, seen, "events seen")
}

// slowly runs a commit in a transaction that stays open for a while.
func slowly(ctx context.Context, pool *pgxpool.Pool, s *pgstore.Store, b store.Batch, d time.Duration) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if _, err := s.Join(tx).Commit(ctx, b); err != nil {
		return err
	}
	time.Sleep(d)
	return tx.Commit(ctx)
}

// TestLateCommitIsRefused: a transaction that wrote before it committed to the
// store may be older than the last change of the record.
func TestLateCommitIsRefused(t *testing.T) {
	ctx := t.Context()
	pool := schema(t)
	s := open(t, pool)
	db, viaSQL := openSQL(t, pool)
	const write = "CREATE TEMPORARY TABLE early () ON COMMIT DROP"
	for name, late := range map[string]func(commit func(store.Store) error) error{
		"pgx": func(commit func(store.Store) error) error {
			tx, err := pool.Begin(ctx)
			require.NoError(t, err)
			defer func() { require.NoError(t, tx.Rollback(ctx)) }()
			_, err = tx.Exec(ctx, write)
			require.NoError(t, err)
			return commit(s.Join(tx))
		},
		"sql": func(commit func(store.Store) error) error {
			tx, err := db.BeginTx(ctx, nil)
			require.NoError(t, err)
			defer func() { require.NoError(t, tx.Rollback()) }()
			_, err = tx.ExecContext(ctx, write)
			require.NoError(t, err)
			return commit(viaSQL.Join(tx))
		},
	} {
		t.Run(name, func(t *testing.T) {
			empty(t, pool)
			_, err := s.Commit(ctx, appendTo(thing, id(1), 0))
			require.NoError(t, err)
			err = late(func(joined store.Store) error {
				_, err := joined.Commit(ctx, appendTo(thing, id(2), 1)) // nobody was younger
				require.NoError(t, err)
				_, err = s.Commit(ctx, appendTo(ident.Ref{Kind: "thing", ID: "b"}, id(3), 0))
				require.NoError(t, err)
				_, err = joined.Commit(ctx, appendTo(ident.Ref{Kind: "thing", ID: "b"}, id(4), 1))
				refused, ok := errors.AsType[*sqlstore.LateError](err)
				require.True(t, ok, "%v", err)
				require.Equal(t, "b", refused.Ref.ID)
				require.ErrorIs(t, err, store.ErrConflict)
				require.ErrorContains(t, err, "thing/b")
				// The transaction goes on, and what it only checks is in no order.
				_, err = joined.Commit(ctx, store.Batch{Tenant: acme, Command: id(5), Changes: []store.Change{
					{Op: store.Check, Ref: ident.Ref{Kind: "thing", ID: "b"}, Expect: 1},
				}})
				return err
			})
			require.NoError(t, err)
		})
	}
}

func TestCursorOfRolledBackEventIsRefused(t *testing.T) {
	ctx := t.Context()
	pool := schema(t)
	s := open(t, pool)
	tx, err := pool.Begin(ctx)
	require.NoError(t, err)
	receipt, err := s.Join(tx).Commit(ctx, putThing(id(1), 0))
	require.NoError(t, err)
	require.NoError(t, tx.Rollback(ctx))
	for _, err := range s.Tail(ctx, acme, receipt.Cursor) {
		require.ErrorIs(t, err, store.ErrCursor)
	}
	require.ErrorIs(t, s.Wait(ctx, acme, receipt.Cursor), store.ErrCursor)
}

// TestDumpOfAServerWithHigherTransactionIDs does to the events what restoring
// such a dump does.
func TestDumpOfAServerWithHigherTransactionIDs(t *testing.T) {
	ctx := t.Context()
	pool := schema(t)
	s := open(t, pool)
	for i := range 3 {
		_, err := s.Commit(ctx, appendTo(thing, id(i+1), uint64(i)))
		require.NoError(t, err)
	}
	_, err := pool.Exec(ctx, "UPDATE marops_events SET xid = (xid::text::bigint + 1000000000000)::text::xid8")
	require.NoError(t, err)
	n := 0
	for _, err := range s.Tail(ctx, acme, store.Cursor{}) {
		n++
		require.ErrorContains(t, err, "UPDATE marops_events SET xid = '3'")
	}
	require.Equal(t, 1, n)
	_, err = pool.Exec(ctx, "UPDATE marops_events SET xid = '3'")
	require.NoError(t, err)
	_, err = s.Commit(ctx, appendTo(thing, id(4), 3))
	require.NoError(t, err)
	var versions []uint64
	for _, e := range tail(t, s, store.Cursor{}) {
		versions = append(versions, e.Version)
	}
	assert.Equal(t, []uint64{1, 2, 3, 4}, versions)
}

func TestTwoTenantsShareNothing(t *testing.T) {
	ctx := t.Context()
	s := open(t, schema(t))
	for i, tenant := range []ident.Tenant{"acme", "umbra", "acme"} {
		b := appendTo(thing, uuid.UUID{15: byte(i + 1)}, uint64(i/2))
		b.Tenant = tenant
		_, err := s.Commit(ctx, b)
		require.NoError(t, err)
	}
	got, err := s.Get(ctx, "umbra", thing)
	require.NoError(t, err)
	assert.Equal(t, uint64(1), got[0].Version)
	events := tail(t, s, store.Cursor{})
	assert.Len(t, events, 2)
	for _, err := range s.Tail(ctx, "umbra", events[0].Cursor) {
		require.ErrorIs(t, err, store.ErrCursor)
	}
}
