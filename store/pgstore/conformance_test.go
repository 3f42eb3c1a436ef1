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

// Inside a transaction of the caller a store that is opened ends the one
// before: while that one is open its tail cannot get past it.

func TestConformanceInsideSQLTransaction(t *testing.T) {
	db, s := openSQL(t, schema(t))
	var tx *sql.Tx
	end := func() {
		if tx != nil {
			assert.NoError(t, tx.Rollback())
		}
		tx = nil
	}
	storetest.Run(t, func(t *testing.T) store.Store {
		end()
		var err error
		tx, err = db.BeginTx(context.Background(), nil)
		require.NoError(t, err)
		t.Cleanup(end)
		return s.Join(tx)
	})
}

func TestConformanceInsidePgxTransaction(t *testing.T) {
	pool := schema(t)
	s := open(t, pool)
	var tx pgx.Tx
	end := func() {
		if tx != nil {
			assert.NoError(t, tx.Rollback(context.Background()))
		}
		tx = nil
	}
	storetest.Run(t, func(t *testing.T) store.Store {
		end()
		var err error
		tx, err = pool.Begin(context.Background())
		require.NoError(t, err)
		t.Cleanup(end)
		return s.Join(tx)
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
