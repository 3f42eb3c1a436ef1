package pgstore_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/pgstore"
	"github.com/go-marops/marops/store/sqlstore"
)

// The tests run against the server of MAROPS_POSTGRES, a DSN, or else start
// one of their own. Where PostgreSQL is not installed they are skipped, unless
// MAROPS_POSTGRES_REQUIRED is 1.
var dsn = os.Getenv("MAROPS_POSTGRES")

const script = "../../scripts/postgres"

// errNotInstalled is what the script says by its exit status.
var errNotInstalled = errors.New("PostgreSQL is not installed: scripts/postgres install")

func TestMain(m *testing.M) {
	stop := func() {}
	if dsn == "" {
		var err error
		flag.Parse()
		if dsn, stop, err = startServer(); err != nil {
			stop = func() {}
		}
		if errors.Is(err, errNotInstalled) && os.Getenv("MAROPS_POSTGRES_REQUIRED") != "1" {
			err = nil // each test says that it is skipped
		}
		if err == nil && dsn == "" {
			err = flag.Set("test.skip", "^Example") // which cannot skip itself
		}
		if err == nil {
			err = os.Setenv("MAROPS_POSTGRES", dsn)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "pgstore:", err)
			os.Exit(1)
		}
	}
	code := m.Run()
	stop()
	os.Exit(code)
}

// startServer starts a server in a directory of its own.
func startServer() (dsn string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "marops-postgres")
	if err != nil {
		return "", nil, err
	}
	dsn, err = server("start", dir)
	stop = func() {
		if _, err := server("kill", dir); err != nil {
			fmt.Fprintln(os.Stderr, "pgstore:", err)
		}
		_ = os.RemoveAll(dir)
	}
	if err != nil {
		_ = os.RemoveAll(dir)
	}
	return dsn, stop, err
}

// server runs the script and returns what it prints.
func server(command, dir string) (string, error) {
	var problem strings.Builder
	c := exec.Command(script, command, dir)
	c.Stderr = &problem
	out, err := c.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 3 {
		return "", errNotInstalled
	}
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", script, command, err, problem.String())
	}
	return strings.TrimSpace(string(out)), nil
}

// schema returns a pool whose tables are in an empty schema of the test's own.
func schema(tb testing.TB, configure ...func(*pgxpool.Config)) *pgxpool.Pool {
	tb.Helper()
	if dsn == "" {
		tb.Skip(errNotInstalled)
	}
	sum := sha256.Sum256([]byte(tb.Name() + time.Now().String()))
	name := fmt.Sprintf("test_%x", sum[:8])
	config, err := pgxpool.ParseConfig(dsn)
	require.NoError(tb, err)
	config.ConnConfig.RuntimeParams["search_path"] = name
	config.MaxConns = 20
	for _, c := range configure {
		c(config)
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	require.NoError(tb, err)
	_, err = pool.Exec(context.Background(), "CREATE SCHEMA "+name)
	require.NoError(tb, err)
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_, err := pool.Exec(ctx, "DROP SCHEMA "+name+" CASCADE")
		if err == nil { // else a failed test has left connections open, and Close would wait for them
			pool.Close()
		}
		assert.NoError(tb, err)
	})
	return pool
}

// empty removes what a test before has left.
func empty(tb testing.TB, pool *pgxpool.Pool) {
	tb.Helper()
	_, err := pool.Exec(context.Background(), "DELETE FROM marops_records; DELETE FROM marops_entries; DELETE FROM marops_events; DELETE FROM marops_commands")
	require.NoError(tb, err)
}

func open(tb testing.TB, pool *pgxpool.Pool) *pgstore.Store {
	tb.Helper()
	s, err := pgstore.OpenPool(context.Background(), pool, nil)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	return s
}

// openSQL opens the same tables through database/sql.
func openSQL(tb testing.TB, pool *pgxpool.Pool) (*sql.DB, *sqlstore.Store) {
	tb.Helper()
	db := stdlib.OpenDBFromPool(pool)
	s, err := sqlstore.Open(context.Background(), db, sqlstore.Postgres(), nil)
	require.NoError(tb, err)
	tb.Cleanup(func() {
		require.NoError(tb, s.Close())
		require.NoError(tb, db.Close())
	})
	return db, s
}

var (
	acme  = ident.Tenant("acme")
	thing = ident.Ref{Kind: "thing", ID: "a"}
)

// id returns the id of command n.
func id(n int) uuid.UUID { return ident.Derive(uuid.UUID{1}, n) }

func event(command uuid.UUID, n int) store.Event {
	return store.Event{ID: ident.Derive(command, n), Type: "made", Actor: "ann", At: time.Unix(1, 0)}
}

func appendTo(ref ident.Ref, command uuid.UUID, expect uint64) store.Batch {
	return store.Batch{Tenant: acme, Command: command, Changes: []store.Change{
		{Op: store.Append, Ref: ref, Expect: expect, Events: []store.Event{event(command, 1)}},
	}}
}

func putThing(command uuid.UUID, expect uint64) store.Batch {
	return store.Batch{Tenant: acme, Command: command, Changes: []store.Change{
		{Op: store.Put, Ref: thing, Expect: expect, Schema: 1, State: []byte("state"), Events: []store.Event{event(command, 1)}},
	}}
}

func tail(tb testing.TB, s store.Store, after store.Cursor) []store.Event {
	tb.Helper()
	var out []store.Event
	for e, err := range s.Tail(context.Background(), acme, after) {
		require.NoError(tb, err)
		out = append(out, e)
	}
	return out
}
