package pgstore_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/pgstore"
	"github.com/go-marops/marops/store/sqlstore"
	"github.com/go-marops/marops/store/storetest"
)

func TestConformance(t *testing.T) {
	pool := schema(t)
	open(t, pool)
	storetest.Run(t, func(t *testing.T) store.Store {
		empty(t, pool)
		return open(t, pool)
	})
}

func TestConformanceOfModesForPoolers(t *testing.T) {
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol} {
		t.Run(mode.String(), func(t *testing.T) {
			pool := schema(t, func(c *pgxpool.Config) { c.ConnConfig.DefaultQueryExecMode = mode })
			open(t, pool)
			storetest.Run(t, func(t *testing.T) store.Store {
				empty(t, pool)
				return open(t, pool)
			})
		})
	}
}

func TestConformanceThroughDatabaseSQL(t *testing.T) {
	pool := schema(t)
	openSQL(t, pool)
	storetest.Run(t, func(t *testing.T) store.Store {
		empty(t, pool)
		_, s := openSQL(t, pool)
		return s
	})
}

// inTurn makes four places and returns them in turn: a case may open several
// stores, whose transactions must not wait for each other.
func inTurn[P any](open func() P) func() P {
	places := []P{open(), open(), open(), open()}
	n := 0
	return func() P {
		n++
		return places[n%len(places)]
	}
}

func TestConformanceInsideSQLTransaction(t *testing.T) {
	type place struct {
		db *sql.DB
		s  *sqlstore.Store
	}
	next := inTurn(func() place {
		db, s := openSQL(t, schema(t))
		return place{db, s}
	})
	storetest.Run(t, func(t *testing.T) store.Store {
		p := next()
		tx, err := p.db.BeginTx(context.Background(), nil)
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, tx.Rollback()) })
		return p.s.Join(tx)
	})
}

func TestConformanceInsidePgxTransaction(t *testing.T) {
	type place struct {
		pool *pgxpool.Pool
		s    *pgstore.Store
	}
	next := inTurn(func() place {
		pool := schema(t)
		return place{pool, open(t, pool)}
	})
	storetest.Run(t, func(t *testing.T) store.Store {
		p := next()
		tx, err := p.pool.Begin(context.Background())
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, tx.Rollback(context.Background())) })
		return p.s.Join(tx)
	})
}

func TestReopen(t *testing.T) {
	pool := schema(t)
	open(t, pool)
	storetest.RunReopen(t,
		func(t *testing.T) store.Store {
			empty(t, pool)
			return open(t, pool)
		},
		func(t *testing.T, s store.Store) store.Store {
			before, ok := s.(*pgstore.Store)
			require.True(t, ok)
			require.NoError(t, before.Close())
			return open(t, pool)
		})
}

func TestReopenThroughDatabaseSQL(t *testing.T) {
	pool := schema(t)
	openSQL(t, pool)
	storetest.RunReopen(t,
		func(t *testing.T) store.Store {
			empty(t, pool)
			_, s := openSQL(t, pool)
			return s
		},
		func(t *testing.T, s store.Store) store.Store {
			before, ok := s.(*sqlstore.Store)
			require.True(t, ok)
			require.NoError(t, before.Close())
			_, after := openSQL(t, pool)
			return after
		})
}
