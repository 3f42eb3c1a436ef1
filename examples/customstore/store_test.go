package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

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
