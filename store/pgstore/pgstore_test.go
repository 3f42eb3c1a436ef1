package pgstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/pgstore"
	"github.com/go-marops/marops/store/sqlstore"
)

// together runs work(0..n-1) at once and returns what went wrong.
func together(n int, work func(int) error) error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = work(i) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// TestBothFormsOnOneDatabase lets sixteen writers add to the same counters,
// half of them through each form.
func TestBothFormsOnOneDatabase(t *testing.T) {
	const writers, each = 16, 15
	pool := schema(t)
	native := open(t, pool)
	_, viaSQL := openSQL(t, pool)
	counters := store.JSON[int]("counter", 1)
	counters.Index = func(n int) []store.Entry {
		return []store.Entry{{Index: "by", Key: store.Tuple(store.Int(int64(n)))}, {Index: "by", Key: store.Tuple(store.Int(int64(n / 10)))}}
	}
	err := together(writers, func(w int) error {
		var s store.Store = native
		if w%2 == 1 {
			s = viaSQL
		}
		for n := range each {
			c := store.Command{ID: id(1000*w + n + 1), Tenant: acme, Actor: "ann", At: time.Unix(1, 0)}
			key := fmt.Sprint((w + n) % 4)
			_, err := store.Update(t.Context(), s, c, func(u *store.Unit) error {
				v, err := counters.Load(u, key)
				if err != nil && !errors.Is(err, store.ErrNotFound) {
					return err
				}
				return counters.Save(u, key, v+1, store.Event{Type: "added"})
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
	total := 0
	for _, s := range []store.Store{native, viaSQL} {
		sum, listed := 0, 0
		for f, err := range counters.List(t.Context(), s, acme, store.Query{}) {
			require.NoError(t, err)
			sum += f.Value
		}
		for _, err := range s.List(t.Context(), acme, store.Query{Index: "by"}) {
			require.NoError(t, err)
			listed++
		}
		assert.Equal(t, writers*each, sum)
		assert.Equal(t, 4, listed, "records by index")
		assert.Len(t, tail(t, s, store.Cursor{}), writers*each)
		total += sum
	}
	assert.Equal(t, 2*writers*each, total)
	var entries int
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM marops_entries").Scan(&entries))
	assert.LessOrEqual(t, entries, 8, "old entries are left")
	assert.GreaterOrEqual(t, entries, 4)
}

// TestEachFormReplaysTheOthersCommands, with the same receipt.
func TestEachFormReplaysTheOthersCommands(t *testing.T) {
	ctx := t.Context()
	pool := schema(t)
	native := open(t, pool)
	_, viaSQL := openSQL(t, pool)
	forms := []store.Store{native, viaSQL}
	for i, first := range forms {
		b := store.Batch{Tenant: acme, Command: id(10 + i), Digest: [32]byte{7}}
		for n := range 3 {
			b.Changes = append(b.Changes, store.Change{
				Op: store.Append, Ref: ident.Ref{Kind: "thing", ID: fmt.Sprint(i, n)},
				Events: []store.Event{event(b.Command, 2*n), event(b.Command, 2*n+1)},
			})
		}
		want, err := first.Commit(ctx, b)
		require.NoError(t, err)
		assert.Equal(t, want.Cursor, tail(t, native, store.Cursor{})[6*i+5].Cursor)
		want.Replayed = true
		for _, s := range forms {
			again := b
			again.Changes = []store.Change{{Op: store.Check, Ref: thing, Expect: 99}} // other reads, same intent
			got, err := s.Commit(ctx, again)
			require.NoError(t, err)
			assert.Equal(t, want, got)
			again.Digest[0]++
			_, err = s.Commit(ctx, again)
			require.ErrorIs(t, err, store.ErrCommandReused)
		}
	}
}

// TestNoWriteSkewOnAbsentRecords: of two that each create a record on the
// condition that the other is absent, one succeeds. There is no row to lock.
func TestNoWriteSkewOnAbsentRecords(t *testing.T) {
	ctx := t.Context()
	pool := schema(t)
	native := open(t, pool)
	_, viaSQL := openSQL(t, pool)
	for round := range 40 {
		refs := []ident.Ref{{Kind: "on-call", ID: fmt.Sprint(round, "a")}, {Kind: "on-call", ID: fmt.Sprint(round, "b")}}
		var mu sync.Mutex
		wins := 0
		err := together(2, func(i int) error {
			s := []store.Store{native, viaSQL}[(i+round/2)%(1+round%2)]
			_, err := s.Commit(ctx, store.Batch{Tenant: acme, Command: id(2*round + i + 1), Changes: []store.Change{
				{Op: store.Check, Ref: refs[1-i]},
				{Op: store.Put, Ref: refs[i], Schema: 1},
			}})
			if err == nil {
				mu.Lock()
				wins++
				mu.Unlock()
			}
			if errors.Is(err, store.ErrConflict) {
				return nil
			}
			return err
		})
		require.NoError(t, err)
		require.Equal(t, 1, wins, "round %d", round)
	}
}

// TestSchemasOfOneDatabaseAreApart: an open transaction on one does not hold
// up the same names in another.
func TestSchemasOfOneDatabaseAreApart(t *testing.T) {
	one, other := schema(t), schema(t)
	a, b := open(t, one), open(t, other)
	tx, err := one.Begin(t.Context())
	require.NoError(t, err)
	_, err = a.Join(tx).Commit(t.Context(), putThing(id(1), 0))
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err = b.Commit(ctx, putThing(id(1), 0))
	assert.NoError(t, err)
	require.NoError(t, tx.Rollback(t.Context()))
}

func TestJoinIsDurableWithTheUsersTransaction(t *testing.T) {
	ctx := t.Context()
	pool := schema(t)
	s := open(t, pool)
	_, err := pool.Exec(ctx, "CREATE TABLE mine (n int)")
	require.NoError(t, err)
	for _, keep := range []bool{false, true} {
		tx, err := pool.Begin(ctx)
		require.NoError(t, err)
		joined := s.Join(tx)
		_, err = joined.Commit(ctx, putThing(id(1), 0))
		require.NoError(t, err)
		_, err = joined.Commit(ctx, putThing(id(2), 7))
		require.ErrorIs(t, err, store.ErrConflict)
		_, err = tx.Exec(ctx, "INSERT INTO mine VALUES (1)")
		require.NoError(t, err)
		got, err := s.Get(ctx, acme, thing)
		require.NoError(t, err)
		assert.False(t, got[0].Exists(), "visible before the user's commit")
		if keep {
			require.NoError(t, tx.Commit(ctx))
		} else {
			require.NoError(t, tx.Rollback(ctx))
		}
		var rows int
		require.NoError(t, pool.QueryRow(ctx, "SELECT count(*) FROM mine").Scan(&rows))
		got, err = s.Get(ctx, acme, thing)
		require.NoError(t, err)
		assert.Equal(t, keep, rows == 1)
		assert.Equal(t, keep, got[0].Exists())
	}
}

func TestOlderSnapshotsAreRefused(t *testing.T) {
	ctx := t.Context()
	pool := schema(t, func(c *pgxpool.Config) { c.ConnConfig.RuntimeParams["default_transaction_isolation"] = "serializable" })
	s := open(t, pool)
	_, err := s.Commit(ctx, putThing(id(1), 0))
	require.ErrorContains(t, err, "read committed")
	require.NotErrorIs(t, err, store.ErrUnknownOutcome)
	tx, err := pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead})
	require.NoError(t, err)
	_, err = s.Join(tx).Commit(ctx, putThing(id(1), 0))
	require.ErrorContains(t, err, "read committed")
	require.NoError(t, tx.Rollback(ctx))
	// database/sql asks for the level that it needs.
	db, viaSQL := openSQL(t, pool)
	_, err = viaSQL.Commit(ctx, putThing(id(1), 0))
	require.NoError(t, err)
	joined, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
	require.NoError(t, err)
	_, err = viaSQL.Join(joined).Commit(ctx, putThing(id(2), 1))
	require.ErrorContains(t, err, "read committed")
	require.NoError(t, joined.Rollback())
}

// TestCommitGivesUpWaitingWithItsContext behind a transaction that holds the
// record's lock, and has had no effect then.
func TestCommitGivesUpWaitingWithItsContext(t *testing.T) {
	pool := schema(t)
	native := open(t, pool)
	_, viaSQL := openSQL(t, pool)
	for i, s := range []store.Store{native, viaSQL} {
		tx, err := pool.Begin(t.Context())
		require.NoError(t, err)
		_, err = native.Join(tx).Commit(t.Context(), store.Batch{Tenant: acme, Command: id(50 + i), Changes: []store.Change{
			{Op: store.Check, Ref: thing, Expect: uint64(i)},
		}})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err = s.Commit(ctx, putThing(id(i+1), uint64(i)))
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NotErrorIs(t, err, store.ErrUnknownOutcome)
		require.NoError(t, tx.Rollback(t.Context()))
		receipt, err := s.Commit(t.Context(), putThing(id(i+1), uint64(i)))
		require.NoError(t, err)
		assert.False(t, receipt.Replayed)
	}
}

// TestCancelledCommitsAreAllOrNothing cancels commits at every moment, and
// then asks what became of them.
func TestCancelledCommitsAreAllOrNothing(t *testing.T) {
	s := open(t, schema(t))
	applied, refused := 0, 0
	version := uint64(0)
	for n := range 150 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n)*10*time.Microsecond)
		b := appendTo(thing, id(n+1), version)
		_, err := s.Commit(ctx, b)
		cancel()
		again, againErr := s.Commit(t.Context(), b)
		require.NoError(t, againErr)
		version++
		switch {
		case err == nil:
			require.True(t, again.Replayed, "an acknowledged commit is lost")
			applied++
		case errors.Is(err, store.ErrUnknownOutcome):
		default:
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.False(t, again.Replayed, "an error that says nothing was applied lies")
			refused++
		}
	}
	assert.Positive(t, applied)
	assert.Positive(t, refused)
	assert.Len(t, tail(t, s, store.Cursor{}), 150)
}

func TestDeadlocksWithTheUsersTransactionAreTriedAgain(t *testing.T) {
	ctx := t.Context()
	pool := schema(t, func(c *pgxpool.Config) { c.ConnConfig.RuntimeParams["deadlock_timeout"] = "10ms" })
	s := open(t, pool)
	put := func(n int, ids ...string) store.Batch {
		out := store.Batch{Tenant: acme, Command: id(n)}
		for _, id := range ids {
			out.Changes = append(out.Changes, store.Change{Op: store.Put, Ref: ident.Ref{Kind: "thing", ID: id}, Schema: 1})
		}
		return out
	}
	// The user's transaction takes one lock, then the other; the commit wants
	// both, in the opposite order in one of the two rounds.
	for _, order := range [][2]string{{"a", "b"}, {"d", "c"}} {
		n := int(order[0][0]) * 10
		tx, err := pool.Begin(ctx)
		require.NoError(t, err)
		_, err = s.Join(tx).Commit(ctx, put(n, order[0]))
		require.NoError(t, err)
		done := make(chan error, 1)
		go func() {
			_, err := s.Commit(ctx, put(n+1, order[:]...))
			done <- err
		}()
		time.Sleep(30 * time.Millisecond)
		_, err = s.Join(tx).Commit(ctx, put(n+2, order[1]))
		require.NoError(t, tx.Rollback(ctx))
		if err != nil {
			require.True(t, sqlstore.GivenUp(err), "%v", err)
		}
		require.NoError(t, <-done)
	}
}

func TestPruneForgetsOldCommands(t *testing.T) {
	ctx := t.Context()
	pool := schema(t)
	native := open(t, pool)
	_, viaSQL := openSQL(t, pool)
	for _, s := range []store.Pruner{native, viaSQL} {
		empty(t, pool)
		for n := range 3 {
			_, err := native.Commit(ctx, appendTo(thing, id(n+1), uint64(n)))
			require.NoError(t, err)
		}
		young := id(3)
		_, err := pool.Exec(ctx, "UPDATE marops_commands SET at = at - $1 WHERE command <> $2", int64(8*24*time.Hour), young[:])
		require.NoError(t, err)
		_, err = s.PruneCommands(ctx, store.MinRemembered-1)
		require.ErrorIs(t, err, store.ErrInvalid)
		pruned, err := s.PruneCommands(ctx, store.MinRemembered)
		require.NoError(t, err)
		assert.Equal(t, int64(2), pruned)
		again, err := native.Commit(ctx, appendTo(thing, id(3), 2))
		require.NoError(t, err)
		assert.True(t, again.Replayed)
		_, err = native.Commit(ctx, appendTo(thing, id(1), 0))
		require.ErrorIs(t, err, store.ErrConflict)
	}
}

func TestCapabilities(t *testing.T) {
	for _, synchronous := range []string{"on", "off"} {
		pool := schema(t, func(c *pgxpool.Config) { c.ConnConfig.RuntimeParams["synchronous_commit"] = synchronous })
		s := open(t, pool)
		_, viaSQL := openSQL(t, pool)
		want := store.Capabilities{Durable: synchronous == "on", Shared: true, Lagging: true, Waits: true, Prunes: true}
		assert.Equal(t, want, store.CapabilitiesOf(s))
		want.Waits = false
		assert.Equal(t, want, store.CapabilitiesOf(viaSQL))
		tx, err := pool.Begin(t.Context())
		require.NoError(t, err)
		assert.Equal(t, store.Capabilities{Shared: true, Joined: true, Lagging: true}, store.CapabilitiesOf(s.Join(tx)))
		require.NoError(t, tx.Rollback(t.Context()))
	}
}

func TestManyOpenAtOnce(t *testing.T) {
	pool := schema(t)
	require.NoError(t, together(8, func(int) error {
		s, err := pgstore.OpenPool(t.Context(), pool, nil)
		if err != nil {
			return err
		}
		return s.Close()
	}))
}

func TestSchemaOfMigrationTools(t *testing.T) {
	pool := schema(t)
	_, err := pool.Exec(t.Context(), sqlstore.Schema(sqlstore.Postgres()))
	require.NoError(t, err)
	_, err = open(t, pool).Commit(t.Context(), putThing(id(1), 0))
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), "INSERT INTO marops_migrations VALUES (2, '0002_later.sql', 'x')")
	require.NoError(t, err)
	_, err = pgstore.OpenPool(t.Context(), pool, nil)
	require.ErrorIs(t, err, store.ErrNewerSchema)
}

func TestOpenRefuses(t *testing.T) {
	_, err := pgstore.Open(t.Context(), "postgres://nobody@/?host=/no/such/folder", nil)
	require.Error(t, err)
	_, err = pgstore.Open(t.Context(), "not a DSN", nil)
	require.Error(t, err)
	pool := schema(t)
	_, err = pgstore.OpenPool(t.Context(), pool, &pgstore.Options{Check: -1})
	require.ErrorIs(t, err, store.ErrInvalid)
	_, err = pgstore.OpenPool(t.Context(), pool, &pgstore.Options{Listen: "not a DSN"})
	require.Error(t, err)
	s, err := pgstore.OpenPool(t.Context(), pool, nil)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	_, err = s.Commit(t.Context(), putThing(id(1), 0))
	require.ErrorContains(t, err, "closed")
	require.ErrorContains(t, s.Wait(t.Context(), acme, store.Cursor{}), "closed")
	db := stdlib.OpenDBFromPool(pool)
	require.NoError(t, sqlstore.Migrate(t.Context(), db, sqlstore.Postgres()))
	require.NoError(t, db.Close())
}

// TestLargeBatches are as large as a batch may be, in many small events.
func TestLargeBatches(t *testing.T) {
	s := open(t, schema(t))
	b := store.Batch{Tenant: acme, Command: id(1), Changes: []store.Change{{Op: store.Append, Ref: thing}}}
	for n := range 14_000 {
		b.Changes[0].Events = append(b.Changes[0].Events, store.Event{ID: uuid.NewSHA1(id(1), fmt.Append(nil, n)), Type: "e", Actor: "a", At: time.Unix(1, 0)})
	}
	receipt, err := s.Commit(t.Context(), b)
	require.NoError(t, err)
	events := tail(t, s, store.Cursor{})
	require.Len(t, events, 14_000)
	for i, e := range events {
		require.Equal(t, uint64(i+1), e.Version)
	}
	assert.Equal(t, receipt.Cursor, events[13_999].Cursor)
}
