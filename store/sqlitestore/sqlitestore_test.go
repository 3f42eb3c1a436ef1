package sqlitestore_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlitestore"
	"github.com/go-marops/marops/store/sqlstore"
	"github.com/go-marops/marops/store/storetest"
)

func open(t *testing.T, path string) *sqlitestore.Store {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), path, nil)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func fresh(t *testing.T) store.Store {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "store.db"))
}

func TestConformance(t *testing.T) {
	storetest.Run(t, fresh)
}

// keeper remembers the path, so that the store can be opened again.
type keeper struct {
	*sqlitestore.Store
	path string
}

func TestReopen(t *testing.T) {
	storetest.RunReopen(t,
		func(t *testing.T) store.Store {
			path := filepath.Join(t.TempDir(), "store.db")
			return keeper{open(t, path), path}
		},
		func(t *testing.T, s store.Store) store.Store {
			k, ok := s.(keeper)
			require.True(t, ok)
			require.NoError(t, k.Close())
			return keeper{open(t, k.path), k.path}
		})
}

// rawDB opens a database the way an application would.
func rawDB(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

func openRaw(t *testing.T, db *sql.DB) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), db, sqlstore.SQLite(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func TestConformanceInOneUserPool(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		return openRaw(t, rawDB(t, filepath.Join(t.TempDir(), "app.db")))
	})
}

func TestConformanceInsideUserTransaction(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		db := rawDB(t, filepath.Join(t.TempDir(), "app.db"))
		s := openRaw(t, db)
		tx, err := db.BeginTx(context.Background(), nil)
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, tx.Rollback()) })
		return s.Join(tx)
	})
}

var (
	thing = ident.Ref{Kind: "thing", ID: "a"}
	acme  = ident.Tenant("acme")
)

func putThing(command uuid.UUID, expect uint64) store.Batch {
	return store.Batch{Tenant: acme, Command: command, Changes: []store.Change{{
		Op: store.Put, Ref: thing, Expect: expect, Schema: 1, State: []byte("state"),
		Events: []store.Event{{ID: ident.Derive(command, 1), Type: "made", Actor: "ann", At: time.Unix(1, 0)}},
	}}}
}

func TestJoinIsDurableWithTheUsersTransaction(t *testing.T) {
	db := rawDB(t, filepath.Join(t.TempDir(), "app.db"))
	s := openRaw(t, db)
	_, err := db.ExecContext(t.Context(), "CREATE TABLE mine (n INTEGER)")
	require.NoError(t, err)

	for _, keep := range []bool{false, true} {
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		_, err = tx.ExecContext(t.Context(), "INSERT INTO mine VALUES (1)")
		require.NoError(t, err)
		joined := s.Join(tx)
		_, err = joined.Commit(t.Context(), putThing(uuid.UUID{1}, 0))
		require.NoError(t, err)
		// A conflict undoes the store's part of it only.
		_, err = joined.Commit(t.Context(), putThing(uuid.UUID{2}, 7))
		require.ErrorIs(t, err, store.ErrConflict)
		got, err := s.Get(t.Context(), acme, thing)
		require.NoError(t, err)
		assert.False(t, got[0].Exists(), "visible before the user's commit")
		if keep {
			require.NoError(t, tx.Commit())
		} else {
			require.NoError(t, tx.Rollback())
		}
		var rows int
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM mine").Scan(&rows))
		got, err = s.Get(t.Context(), acme, thing)
		require.NoError(t, err)
		assert.Equal(t, keep, rows == 1)
		assert.Equal(t, keep, got[0].Exists())
	}
}

func TestCursorOfRolledBackEventIsRefused(t *testing.T) {
	db := rawDB(t, filepath.Join(t.TempDir(), "app.db"))
	s := openRaw(t, db)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	receipt, err := s.Join(tx).Commit(t.Context(), putThing(uuid.UUID{1}, 0))
	require.NoError(t, err)
	require.NoError(t, tx.Rollback())
	for _, err := range s.Tail(t.Context(), acme, receipt.Cursor) {
		require.ErrorIs(t, err, store.ErrCursor)
	}
}

func TestSchemaOfMigrationTools(t *testing.T) {
	db := rawDB(t, filepath.Join(t.TempDir(), "app.db"))
	_, err := db.ExecContext(t.Context(), sqlstore.Schema(sqlstore.SQLite()))
	require.NoError(t, err)
	s := openRaw(t, db)
	_, err = s.Commit(t.Context(), putThing(uuid.UUID{1}, 0))
	require.NoError(t, err)
	openRaw(t, db)
}

func TestTablesOfAnotherProgramVersion(t *testing.T) {
	for name, c := range map[string]struct {
		sql    string
		target error
		text   string
	}{
		"newer":   {"INSERT INTO marops_migrations VALUES (2, '0002_later.sql', 'x')", store.ErrNewerSchema, "knows up to 1"},
		"changed": {"UPDATE marops_migrations SET checksum = 'x'", nil, "0001_init.sql"},
		"gap":     {"UPDATE marops_migrations SET number = 2", nil, "number 1 is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			db := rawDB(t, filepath.Join(t.TempDir(), "app.db"))
			openRaw(t, db)
			_, err := db.ExecContext(t.Context(), c.sql)
			require.NoError(t, err)
			_, err = sqlstore.Open(t.Context(), db, sqlstore.SQLite(), nil)
			require.ErrorContains(t, err, c.text)
			if c.target != nil {
				require.ErrorIs(t, err, c.target)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, path := range []string{"", ":memory:"} {
		_, err := sqlitestore.Open(t.Context(), path, nil)
		require.ErrorIs(t, err, store.ErrInvalid, "%q", path)
	}
	_, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "a"), &sqlitestore.Options{Readers: -1})
	require.ErrorIs(t, err, store.ErrInvalid)
	_, err = sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "no", "such", "folder"), nil)
	require.Error(t, err)

	db := rawDB(t, filepath.Join(t.TempDir(), "app.db"))
	_, err = sqlstore.Open(t.Context(), db, sqlstore.Dialect{}, nil)
	require.ErrorContains(t, err, "unknown")
	db.SetMaxOpenConns(1)
	_, err = sqlstore.Open(t.Context(), db, sqlstore.SQLite(), nil)
	require.ErrorIs(t, err, store.ErrInvalid)
}

func TestPathsWithSpecialCharacters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c=d&e#f%20g ü.db")
	s := open(t, path)
	_, err := s.Commit(t.Context(), putThing(uuid.UUID{1}, 0))
	require.NoError(t, err)
	assert.FileExists(t, path)
}

func TestDurabilityPragmas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	open(t, path)
	var mode string
	require.NoError(t, rawDB(t, path).QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode))
	assert.Equal(t, "wal", mode)
}

func TestClosedStoreRefuses(t *testing.T) {
	s, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), nil)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	_, err = s.Commit(t.Context(), putThing(uuid.UUID{1}, 0))
	require.ErrorContains(t, err, "closed")
	_, err = s.Get(t.Context(), acme, thing)
	require.Error(t, err)
}

func TestCommitGivesUpWaitingWithItsContext(t *testing.T) {
	db := rawDB(t, filepath.Join(t.TempDir(), "app.db"))
	s := openRaw(t, db)
	tx, err := db.BeginTx(t.Context(), nil) // holds the write lock
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = s.Commit(ctx, putThing(uuid.UUID{1}, 0))
	require.Error(t, err)
	require.NotErrorIs(t, err, store.ErrUnknownOutcome)
	require.NoError(t, tx.Rollback())
	receipt, err := s.Commit(t.Context(), putThing(uuid.UUID{1}, 0))
	require.NoError(t, err)
	assert.False(t, receipt.Replayed)
}

func TestTwoOpenersOfOneFileTakeTurns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	a, b := open(t, path), open(t, path)
	counters := store.JSON[int]("counter", 1)
	done := make(chan error, 2)
	for i, s := range []store.Store{a, b} {
		go func() {
			for n := range 50 {
				c := store.Command{ID: uuid.UUID{byte(i), byte(n), 15: 1}, Tenant: acme}
				_, err := store.Update(context.Background(), s, c, func(u *store.Unit) error {
					return counters.Save(u, uuid.UUID{byte(i), byte(n)}.String(), n)
				})
				if err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	n := 0
	for _, err := range a.List(t.Context(), acme, store.Query{Kind: "counter"}) {
		require.NoError(t, err)
		n++
	}
	assert.Equal(t, 100, n)
}

// TestErasedIsGoneFromTheDisk looks for erased bytes in the files themselves.
func TestErasedIsGoneFromTheDisk(t *testing.T) {
	for _, size := range []int{20, 3000, 60_000} { // in a page, in most of one, in pages of its own
		secret := bytes.Repeat([]byte("SECRET"), size/6)
		dir := t.TempDir()
		onDisk := func() (n int) {
			files, err := os.ReadDir(dir)
			require.NoError(t, err)
			for _, f := range files {
				text, err := os.ReadFile(filepath.Join(dir, f.Name()))
				require.NoError(t, err)
				n += bytes.Count(text, []byte("SECRET"))
			}
			return n
		}
		s, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "store.db"), nil)
		require.NoError(t, err)
		b := putThing(uuid.UUID{1}, 0)
		b.Changes[0].Events[0].Personal = secret
		_, err = s.Commit(t.Context(), b)
		require.NoError(t, err)
		require.NoError(t, s.Close())
		require.Positive(t, onDisk(), "the test does not find what is there")

		s, err = sqlitestore.Open(t.Context(), filepath.Join(dir, "store.db"), nil)
		require.NoError(t, err)
		_, err = store.Update(t.Context(), s, store.Command{ID: uuid.UUID{2}, Tenant: acme, Actor: "ann", At: time.Unix(2, 0)}, func(u *store.Unit) error {
			return u.Erase(thing, store.Event{Type: "erased"})
		})
		require.NoError(t, err)
		require.NoError(t, s.Close())
		assert.Zero(t, onDisk(), "size %d", size)
	}
}

// TestCloseLeavesNothingRunning counts goroutines, which a pool left open keeps.
func TestCloseLeavesNothingRunning(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 5 {
		s, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), nil)
		require.NoError(t, err)
		for n := range byte(3) {
			b := putThing(uuid.UUID{n + 1}, uint64(n))
			_, err = s.Commit(t.Context(), b)
			require.NoError(t, err)
			for _, err := range s.Tail(t.Context(), acme, store.Cursor{}) {
				require.NoError(t, err)
				break
			}
		}
		require.NoError(t, s.Close())
	}
	for range 500 { // a goroutine that was told to end takes a moment to do so
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
}
