package pgstore_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/pgstore"
)

// listeners counts the connections that hold the lock of those who wait.
func listeners(t *testing.T, pool *pgxpool.Pool) (pids []int32) {
	t.Helper()
	rows, err := pool.Query(t.Context(), "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock'"+
		" AND (classid::bigint << 32) | objid::bigint = 7881703480435174259")
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var pid int32
		require.NoError(t, rows.Scan(&pid))
		pids = append(pids, pid)
	}
	require.NoError(t, rows.Err())
	return pids
}

// waiting starts a Wait that looks for itself only once a minute, and returns
// when it listens.
func waiting(t *testing.T, pool *pgxpool.Pool) (*pgstore.Store, chan error, context.CancelFunc) {
	t.Helper()
	s, err := pgstore.OpenPool(t.Context(), pool, &pgstore.Options{Check: time.Minute})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	done := make(chan error, 1)
	go func() { done <- s.Wait(ctx, acme, store.Cursor{}) }()
	require.Eventually(t, func() bool { return len(listeners(t, pool)) == 1 }, 5*time.Second, time.Millisecond)
	return s, done, cancel
}

func TestWaitIsWokenByEveryFormOfCommit(t *testing.T) {
	for name, commit := range map[string]func(pool *pgxpool.Pool) error{
		"native": func(pool *pgxpool.Pool) error {
			_, err := open(t, pool).Commit(t.Context(), putThing(id(1), 0))
			return err
		},
		"sql": func(pool *pgxpool.Pool) error {
			_, s := openSQL(t, pool)
			_, err := s.Commit(t.Context(), putThing(id(1), 0))
			return err
		},
		"pgx transaction": func(pool *pgxpool.Pool) error {
			return slowly(t.Context(), pool, open(t, pool), putThing(id(1), 0), 50*time.Millisecond)
		},
		"sql transaction": func(pool *pgxpool.Pool) error {
			db, s := openSQL(t, pool)
			tx, err := db.BeginTx(t.Context(), nil)
			require.NoError(t, err)
			_, err = s.Join(tx).Commit(t.Context(), putThing(id(1), 0))
			require.NoError(t, err)
			return tx.Commit()
		},
	} {
		t.Run(name, func(t *testing.T) {
			pool := schema(t)
			_, done, _ := waiting(t, pool)
			select {
			case err := <-done:
				t.Fatalf("returned without an event: %v", err)
			case <-time.After(20 * time.Millisecond):
			}
			require.NoError(t, commit(pool))
			select {
			case err := <-done:
				require.NoError(t, err)
			case <-time.After(20 * time.Second):
				t.Fatal("was not woken")
			}
		})
	}
}

func TestWaitEndsWithItsContextAndLetsGoOfTheConnection(t *testing.T) {
	pool := schema(t)
	_, done, cancel := waiting(t, pool)
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	require.Eventually(t, func() bool { return len(listeners(t, pool)) == 0 }, 10*time.Second, 10*time.Millisecond)
}

func TestWaitEndsWithTheStore(t *testing.T) {
	pool := schema(t)
	s, done, _ := waiting(t, pool)
	require.NoError(t, s.Close())
	require.ErrorContains(t, <-done, "closed")
	require.Eventually(t, func() bool { return len(listeners(t, pool)) == 0 }, 10*time.Second, 10*time.Millisecond)
}

func TestWaitSurvivesItsConnection(t *testing.T) {
	pool := schema(t)
	s, done, _ := waiting(t, pool)
	before := listeners(t, pool)
	_, err := pool.Exec(t.Context(), "SELECT pg_terminate_backend($1)", before[0])
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		now := listeners(t, pool)
		return len(now) == 1 && now[0] != before[0]
	}, 10*time.Second, time.Millisecond)
	_, err = s.Commit(t.Context(), putThing(id(1), 0))
	require.NoError(t, err)
	require.NoError(t, <-done)
}

func TestWaitWorksWithoutNotifications(t *testing.T) {
	s, err := pgstore.OpenPool(t.Context(), schema(t), &pgstore.Options{
		Check: 20 * time.Millisecond, Listen: "postgres://nobody@/?host=/no/such/folder",
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	done := make(chan error, 1)
	go func() { done <- s.Wait(t.Context(), acme, store.Cursor{}) }()
	_, err = s.Commit(t.Context(), putThing(id(1), 0))
	require.NoError(t, err)
	require.NoError(t, <-done)
}

// TestFollowSeesAll follows the tail while others write.
func TestFollowSeesAll(t *testing.T) {
	const n = 200
	s := open(t, schema(t))
	go func() {
		for i := range uint64(n) {
			if _, err := s.Commit(t.Context(), appendTo(ident.Ref{Kind: "thing", ID: "f"}, id(int(i)+1), i)); err != nil {
				return // the reader times out
			}
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	seen := uint64(0)
	for e, err := range store.Follow(ctx, s, acme, store.Cursor{}, 0) {
		require.NoError(t, err)
		seen++
		assert.Equal(t, seen, e.Version)
		if seen == n {
			break
		}
	}
}
