package store_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// BenchmarkMemoryCommitTwo commits two states of 1 KiB, each with an event of
// 300 bytes, the sizes of an ordinary campaign.
func BenchmarkMemoryCommitTwo(b *testing.B) {
	s := store.NewMemory()
	state, data := make([]byte, 1024), make([]byte, 300)
	version := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		var command uuid.UUID
		binary.BigEndian.PutUint64(command[:], version+1)
		batch := store.Batch{Tenant: "acme", Command: command}
		for i, id := range []string{"left", "right"} {
			batch.Changes = append(batch.Changes, store.Change{
				Op: store.Put, Ref: ident.Ref{Kind: "half", ID: id}, Expect: version, Schema: 1, State: state,
				Events: []store.Event{{ID: ident.Derive(command, i), Type: "moved", Actor: "ann", At: time.Unix(1, 0), Data: data}},
			})
		}
		_, err := s.Commit(b.Context(), batch)
		require.NoError(b, err)
		version++
	}
}

// BenchmarkUpdate is the same through the typed layer.
func BenchmarkUpdate(b *testing.B) {
	s := store.NewMemory()
	n := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		n++
		c := command(0)
		binary.BigEndian.PutUint64(c.ID[:], n)
		_, err := store.Update(b.Context(), s, c, add("a", 1))
		require.NoError(b, err)
	}
}
