package pgstore_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// Sizes of an ordinary campaign: a state of 1 KiB, an event of 300 bytes.
var (
	benchState = make([]byte, 1024)
	benchData  = make([]byte, 300)
)

// A form of committing version+1 of writer w's record, with one event.
type form struct {
	name   string
	commit func(ctx context.Context, w int, version uint64) error
}

func command(w int, version uint64) uuid.UUID {
	out := uuid.UUID{15: byte(w + 1)}
	binary.BigEndian.PutUint64(out[:], version+1)
	return out
}

// BenchmarkCommit runs the store, a raw pgx loop that writes the same rows in
// one statement without looking, and the form with a round trip for each
// statement through database/sql. They take turns, a few commits each, so that
// the machine's moods fall on all; what is reported is each one's time per
// commit, and the rate of the store as a multiple of the others'.
func BenchmarkCommit(b *testing.B) {
	for _, synchronous := range []string{"on", "off"} {
		for _, writers := range []int{1, 16} {
			b.Run(fmt.Sprintf("synchronous=%s/writers=%d", synchronous, writers), func(b *testing.B) {
				pool := schema(b, func(c *pgxpool.Config) {
					c.ConnConfig.RuntimeParams["synchronous_commit"] = synchronous
				})
				s := open(b, pool)
				raw := schema(b, func(c *pgxpool.Config) {
					c.ConnConfig.RuntimeParams["synchronous_commit"] = synchronous
				})
				open(b, raw)
				trips := schema(b, func(c *pgxpool.Config) {
					c.ConnConfig.RuntimeParams["synchronous_commit"] = synchronous
				})
				open(b, trips)
				db := stdlib.OpenDBFromPool(trips)
				b.Cleanup(func() { require.NoError(b, db.Close()) })
				forms := []form{
					{"store", func(ctx context.Context, w int, version uint64) error { return benchStore(ctx, s, w, version) }},
					{"raw", func(ctx context.Context, w int, version uint64) error { return benchRaw(ctx, raw, w, version) }},
					{"trips", func(ctx context.Context, w int, version uint64) error { return benchTrips(ctx, db, w, version) }},
				}
				interleave(b, forms, writers)
			})
		}
	}
}

// interleave gives each form in turn a slice of commits by all writers.
func interleave(b *testing.B, forms []form, writers int) {
	const slice = 20 // commits of one writer in a row
	spent := make([]time.Duration, len(forms))
	commits := 0
	version := uint64(0)
	for b.Loop() {
		for i := range forms {
			i = (i + commits) % len(forms)
			begin := time.Now()
			var all sync.WaitGroup
			errs := make([]error, writers)
			for w := range writers {
				all.Go(func() {
					for n := range uint64(slice) {
						if err := forms[i].commit(b.Context(), w, version+n); err != nil {
							errs[w] = err
							return
						}
					}
				})
			}
			all.Wait()
			spent[i] += time.Since(begin)
			for _, err := range errs {
				require.NoError(b, err)
			}
		}
		version += slice
		commits += slice * writers
	}
	b.ReportMetric(0, "ns/op")
	for i, f := range forms {
		b.ReportMetric(float64(commits)/spent[i].Seconds(), f.name+"-commits/s")
	}
	b.ReportMetric(spent[1].Seconds()/spent[0].Seconds(), "x-raw")
	b.ReportMetric(spent[2].Seconds()/spent[0].Seconds(), "x-trips")
}

func benchStore(ctx context.Context, s store.Store, w int, version uint64) error {
	c := command(w, version)
	_, err := s.Commit(ctx, store.Batch{Tenant: acme, Command: c, Changes: []store.Change{{
		Op: store.Put, Ref: ident.Ref{Kind: "thing", ID: fmt.Sprint(w)}, Expect: version, Schema: 1, State: benchState,
		Events: []store.Event{{ID: ident.Derive(c, 1), Type: "saved", Actor: "ann", At: time.Unix(1, 0), Data: benchData}},
	}}})
	return err
}

const (
	insertRecord = "INSERT INTO marops_records (tenant, kind, id, version, last, as_of, schema, state, entries)" +
		" VALUES ($1, 'thing', $2, $3, $3, $3, 1, $4, '') ON CONFLICT (tenant, kind, id) DO UPDATE" +
		" SET version = excluded.version, last = excluded.last, as_of = excluded.as_of, state = excluded.state"
	insertEvent = "INSERT INTO marops_events (tenant, kind, id, version, event, type, actor, schema, at, data, personal)" +
		" VALUES ($1, 'thing', $2, $3, $4, 'saved', 'ann', 0, 1000000000, $5, '')"
	insertCommand = "INSERT INTO marops_commands (tenant, command, digest, at, receipt) VALUES ($1, $2, $3, $4, $5)"
)

// benchRaw writes the rows of a commit without looking at anything. All values
// are parameters, as they are in a program.
func benchRaw(ctx context.Context, pool *pgxpool.Pool, w int, version uint64) error {
	const statement = "WITH r AS (INSERT INTO marops_records (tenant, kind, id, version, last, as_of, schema, state, entries)" +
		" VALUES ($1, $2, $3, $4, $4, $4, $5, $6, '') ON CONFLICT (tenant, kind, id) DO UPDATE" +
		" SET version = excluded.version, last = excluded.last, as_of = excluded.as_of, schema = excluded.schema, state = excluded.state)," +
		" e AS (INSERT INTO marops_events (tenant, kind, id, version, event, type, actor, schema, at, data, personal)" +
		" VALUES ($1, $2, $3, $4, $7, $8, $9, $10, $11, $12, $13))" +
		" INSERT INTO marops_commands (tenant, command, digest, at, receipt, versions, xid, seq, event)" +
		" VALUES ($1, $14, $15, $16, $17, ARRAY[$4::bigint], '1', 1, $7)"
	c := command(w, version)
	var digest [32]byte
	event := ident.Derive(c, 1)
	_, err := pool.Exec(ctx, statement, string(acme), "thing", fmt.Sprint(w), int64(version+1), 1, benchState,
		event[:], "saved", "ann", 0, int64(1_000_000_000), benchData, []byte{},
		c[:], digest[:], time.Now().UnixNano(), make([]byte, 30))
	return err
}

// benchTrips is a transaction as most programs write it: one round trip for
// BEGIN, each statement and COMMIT. It writes the same rows, and looks at the
// record's version as its UPDATE does.
func benchTrips(ctx context.Context, db *sql.DB, w int, version uint64) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	c := command(w, version)
	event := ident.Derive(c, 1)
	if version == 0 {
		_, err = tx.ExecContext(ctx, insertRecord, string(acme), fmt.Sprint(w), int64(version+1), benchState)
	} else {
		_, err = tx.ExecContext(ctx, "UPDATE marops_records SET version = $1, last = $1, as_of = $1, state = $2"+
			" WHERE tenant = $3 AND kind = 'thing' AND id = $4 AND version = $5",
			int64(version+1), benchState, string(acme), fmt.Sprint(w), int64(version))
	}
	if err != nil {
		return err
	}
	if _, err = tx.ExecContext(ctx, insertEvent, string(acme), fmt.Sprint(w), int64(version+1), event[:], benchData); err != nil {
		return err
	}
	var digest [32]byte
	if _, err = tx.ExecContext(ctx, insertCommand, string(acme), c[:], digest[:], time.Now().UnixNano(), make([]byte, 30)); err != nil {
		return err
	}
	return tx.Commit()
}
