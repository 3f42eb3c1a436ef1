package store_test

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// A campaign as it is on average: a state of 1 KiB, an event of 300 bytes, two
// index entries.
func campaignChange(id string, version uint64, command uuid.UUID) store.Change {
	return store.Change{
		Op: store.Put, Ref: ident.Ref{Kind: "campaign", ID: id}, Expect: version, Schema: 1, State: benchState,
		Index: []store.Entry{
			{Index: "owner", Key: store.Tuple(store.Text("ann"), store.Int(int64(version)))},
			{Index: "due", Key: store.Tuple(store.Int(20500))},
		},
		Events: []store.Event{{ID: ident.Derive(command, 1), Type: "saved", Actor: "ann", At: opened, Data: benchState[:300]}},
	}
}

var benchState = make([]byte, 1024)

func benchCommand(n uint64) uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:], n)
	id[15] = 1
	return id
}

// BenchmarkMemoryCommit makes its batches outside of the measured time.
func BenchmarkMemoryCommit(b *testing.B) {
	for name, whole := range map[string]bool{"append-event": false, "put-campaign": true} {
		b.Run(name, func(b *testing.B) {
			s := store.NewMemory()
			batches := make([]store.Batch, 4096)
			version := uint64(0)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i%len(batches) == 0 {
					b.StopTimer()
					for j := range batches {
						command := benchCommand(version + uint64(j) + 1)
						c := campaignChange("spring", version+uint64(j), command)
						if !whole {
							c = store.Change{Op: store.Append, Ref: c.Ref, Expect: c.Expect, Events: c.Events}
						}
						batches[j] = store.Batch{Tenant: "acme", Command: command, Changes: []store.Change{c}}
					}
					version += uint64(len(batches))
					b.StartTimer()
				}
				if _, err := s.Commit(b.Context(), batches[i%len(batches)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMemoryGet(b *testing.B) {
	s, ref := filled(b, 1000), ident.Ref{Kind: "campaign", ID: "000500"}
	b.ReportAllocs()
	for b.Loop() {
		if got, err := s.Get(b.Context(), "acme", ref); err != nil || !got[0].Exists() {
			b.Fatal(err)
		}
	}
}

// BenchmarkMemoryList lists 20 records by index out of more and more.
func BenchmarkMemoryList(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := filled(b, n)
			q := store.Query{Index: "number", From: store.Tuple(store.Int(int64(n / 2))), Limit: 20}
			b.ReportAllocs()
			for b.Loop() {
				listed := 0
				for _, err := range s.List(b.Context(), "acme", q) {
					require.NoError(b, err)
					listed++
				}
				require.Equal(b, 20, listed)
			}
		})
	}
}

// filled returns a store of n small records.
func filled(b *testing.B, n int) *store.Memory {
	b.Helper()
	s := store.NewMemory()
	for i := 0; i < n; {
		batch := store.Batch{Tenant: "acme", Command: benchCommand(uint64(i) + 1)}
		for ; i < n && len(batch.Changes) < store.MaxChanges; i++ {
			batch.Changes = append(batch.Changes, store.Change{
				Op: store.Put, Ref: ident.Ref{Kind: "campaign", ID: fmt.Sprintf("%06d", i)}, Schema: 1, State: []byte("a small state"),
				Index: []store.Entry{{Index: "number", Key: store.Tuple(store.Int(int64(i)))}},
			})
		}
		_, err := s.Commit(b.Context(), batch)
		require.NoError(b, err)
	}
	return s
}

// BenchmarkUpdate is a unit of work through the typed layer: load, change, save.
func BenchmarkUpdate(b *testing.B) {
	s := store.NewMemory()
	c := store.Command{Tenant: "acme", Actor: "ann", At: time.Unix(1, 0)}
	n := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		n++
		c.ID = benchCommand(n)
		_, err := store.Update(b.Context(), s, c, add("a", 1))
		require.NoError(b, err)
	}
}
