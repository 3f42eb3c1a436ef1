package sqlitestore_test

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlitestore"
)

// BenchmarkCommit commits a state of 1 KiB with two index entries and an event
// of 300 bytes, the sizes of an ordinary campaign.
func BenchmarkCommit(b *testing.B) {
	for _, relaxed := range []bool{false, true} {
		b.Run(map[bool]string{false: "full", true: "relaxed"}[relaxed], func(b *testing.B) {
			s := openBench(b, &sqlitestore.Options{Relaxed: relaxed})
			state, data := make([]byte, 1024), make([]byte, 300)
			version := uint64(0)
			for b.Loop() {
				var command uuid.UUID
				binary.BigEndian.PutUint64(command[:], version+1)
				_, err := s.Commit(b.Context(), store.Batch{Tenant: acme, Command: command, Changes: []store.Change{{
					Op: store.Put, Ref: thing, Expect: version, Schema: 1, State: state,
					Index: []store.Entry{
						{Index: "owner", Key: store.Tuple(store.Text("ann"), store.Int(int64(version)))},
						{Index: "due", Key: store.Tuple(store.Int(20500))},
					},
					Events: []store.Event{{ID: ident.Derive(command, 1), Type: "saved", Actor: "ann", At: time.Unix(1, 0), Data: data}},
				}}})
				require.NoError(b, err)
				version++
			}
		})
	}
}

// BenchmarkListPage lists 100 records by index out of more and more.
func BenchmarkListPage(b *testing.B) {
	for _, records := range []int{1_000, 30_000, 1_000_000} {
		b.Run(fmt.Sprint(records), func(b *testing.B) {
			s := openBench(b, &sqlitestore.Options{Relaxed: true})
			for i := 0; i < records; {
				var command uuid.UUID
				binary.BigEndian.PutUint64(command[:], uint64(i+1))
				batch := store.Batch{Tenant: acme, Command: command}
				for ; i < records && len(batch.Changes) < store.MaxChanges; i++ {
					batch.Changes = append(batch.Changes, store.Change{
						Op: store.Put, Ref: ident.Ref{Kind: "thing", ID: fmt.Sprintf("%06d", i)}, Schema: 1, State: make([]byte, 100),
						Index: []store.Entry{{Index: "due", Key: store.Tuple(store.Int(int64(i)))}},
					})
				}
				_, err := s.Commit(b.Context(), batch)
				require.NoError(b, err)
			}
			q := store.Query{Index: "due", From: store.Tuple(store.Int(int64(records / 2))), Limit: 100}
			for b.Loop() {
				n := 0
				for _, err := range s.List(b.Context(), acme, q) {
					require.NoError(b, err)
					n++
				}
				require.Equal(b, 100, n)
			}
		})
	}
}

func openBench(b *testing.B, o *sqlitestore.Options) *sqlitestore.Store {
	b.Helper()
	s, err := sqlitestore.Open(b.Context(), filepath.Join(b.TempDir(), "store.db"), o)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	return s
}
