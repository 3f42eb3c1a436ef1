package main

import (
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/storetest"
)

// The conformance suite is about behaviour; a crash is not part of it, so the
// tests save the wait for the disk.
var unsynced = &bolt.Options{NoSync: true, NoFreelistSync: true}

func open(t *testing.T, path string) store.Store {
	t.Helper()
	s, err := Open(path, unsynced)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, filepath.Join(t.TempDir(), "bolt.db")) })
}

func TestReopen(t *testing.T) {
	storetest.RunReopen(t,
		func(t *testing.T) store.Store { return open(t, filepath.Join(t.TempDir(), "bolt.db")) },
		func(t *testing.T, s store.Store) store.Store {
			b, ok := s.(BoltStore)
			require.True(t, ok)
			path := b.Path()
			require.NoError(t, b.Close())
			return open(t, path)
		})
}

// The list of a kind by id is filed beside the indexes, and must not be found
// under any name that an index can have.
func TestNoIndexIsTheListOfAKind(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "bolt.db"))
	_, err := s.Commit(t.Context(), store.Batch{Tenant: "acme", Command: uuid.UUID{1}, Changes: []store.Change{
		{Op: store.Put, Ref: ident.Ref{Kind: "campaign", ID: "spring"}, Schema: 1},
	}})
	require.NoError(t, err)
	for _, index := range []string{"campaign", "/campaign"} {
		for r, err := range s.List(t.Context(), "acme", store.Query{Index: index}) {
			t.Errorf("index %s lists %s, %v", index, r.Ref, err)
		}
	}
}
