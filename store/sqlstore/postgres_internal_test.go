package sqlstore

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

func TestStatementsKeepFunctionBodiesWhole(t *testing.T) {
	steps, err := Postgres().steps()
	require.NoError(t, err)
	statements := steps[0].statements()
	functions := 0
	for _, s := range statements {
		assert.Zero(t, strings.Count(s, "$$")%2, "%.60s", s)
		if strings.Contains(s, "CREATE FUNCTION") {
			functions++
			assert.True(t, strings.HasSuffix(strings.TrimSuffix(s, ";"), "$$"), "%.60s", s)
		}
	}
	assert.Equal(t, 3, functions)
	assert.Len(t, statements, 9) // and four tables, an index, a sequence
}

func TestBind(t *testing.T) {
	assert.Equal(t, "a = $1 AND b IN ($2, $3)", Postgres().bind("a = ? AND b IN (?, ?)"))
	assert.Equal(t, "a = ?", SQLite().bind("a = ?"))
}

func TestLocksAreInOneOrder(t *testing.T) {
	a, b := ident.Ref{Kind: "a", ID: "b"}, ident.Ref{Kind: "b", ID: "a"}
	batch := func(changes ...store.Change) store.Batch {
		return store.Batch{Tenant: "acme", Command: uuid.UUID{1}, Changes: changes}
	}
	one := locks(batch(store.Change{Op: store.Put, Ref: a}, store.Change{Op: store.Check, Ref: b}))
	other := locks(batch(store.Change{Op: store.Check, Ref: b}, store.Change{Op: store.Put, Ref: a}))
	assert.Equal(t, one, other)
	assert.True(t, slices.IsSorted(one))
	assert.Len(t, slices.Compact(slices.Clone(one)), 3, "two names with one lock")
	shared := slices.DeleteFunc(slices.Clone(one), func(l int64) bool { return l&1 == 0 })
	require.Len(t, shared, 1)
	// Who writes takes the lock that others take shared.
	assert.Contains(t, locks(batch(store.Change{Op: store.Put, Ref: b})), shared[0]-1)
	elsewhere := batch(store.Change{Op: store.Put, Ref: a})
	elsewhere.Tenant = "umbra"
	for _, l := range locks(elsewhere) {
		assert.NotContains(t, one, l)
	}
}
