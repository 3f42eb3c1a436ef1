package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/go-marops/marops/store"
)

// Most commits change one record that is there and add one event. Those go as
// one plain statement, whose plan the server keeps, where marops_commit costs
// it some fifty expressions anew each time. It takes the lock of the record; that
// of the command it can spare, because a command that comes twice either has the
// same record or meets itself in the primary key. If a row is not as the
// statement wants it, nothing is written, and marops_commit finds out why: the
// express never refuses.
//
// The statement's snapshot is older than its lock, but what it reads is the
// row that it updates, and PostgreSQL judges that anew if somebody changed it
// in between. The transaction gets its id with the update, so after the lock.
const (
	expressLock = "WITH l AS MATERIALIZED (SELECT pg_advisory_xact_lock($1::bigint # ('marops_records'::regclass::oid::bigint << 1)) AS l), "
	expressRest = " RETURNING 1)," +
		" e AS (INSERT INTO marops_events (tenant, kind, id, version, event, type, actor, schema, at, data, personal)" +
		" SELECT $2::text, $3::text, $4::text, $6::bigint, $7::bytea, $8::text, $9::text, $10::bigint, $11::bigint, $12::bytea, $13::bytea" +
		" FROM u RETURNING xid, seq)," +
		" c AS (INSERT INTO marops_commands (tenant, command, digest, at, receipt, versions, xid, seq, event)" +
		" SELECT $2::text, $14::bytea, $15::bytea, $16::bigint, $17::bytea, ARRAY[$6::bigint], e.xid, e.seq, $7::bytea FROM e)" +
		" SELECT xid::text::bigint, seq, CASE WHEN $18::boolean THEN marops_heard() ELSE false END FROM e"
	expressWhere = " FROM l WHERE r.tenant = $2::text AND r.kind = $3::text AND r.id = $4::text AND r.version = $5::bigint"

	expressAppend = expressLock + "u AS (UPDATE marops_records r SET version = $6::bigint, last = $6::bigint" + expressWhere + expressRest
	// The index entries must be those that are there.
	expressPut = expressLock + "u AS (UPDATE marops_records r SET version = $6::bigint, last = $6::bigint, as_of = $6::bigint," +
		" schema = $19::bigint, state = $20::bytea" + expressWhere + " AND r.entries = $21::bytea" + expressRest
)

// express commits the batch if it is of that kind and all is as it wants it;
// else done is false, and nothing was written. heard is false unless it asks.
func express(ctx context.Context, q Querier, b store.Batch, now time.Time, ask bool) (receipt store.Receipt, heard, done bool, err error) {
	if len(b.Changes) != 1 {
		return store.Receipt{}, false, false, nil
	}
	c := &b.Changes[0]
	if c.Op != store.Put && c.Op != store.Append || c.Expect == 0 || c.Expect >= 1<<62 || len(c.Events) != 1 || len(c.ErasePersonal) > 0 {
		return store.Receipt{}, false, false, nil
	}
	receipt = store.Receipt{Command: b.Command, Versions: []store.RefVersion{{Ref: c.Ref}}}
	text, err := receipt.MarshalBinary() // as marops_commit keeps it
	if err != nil {
		return store.Receipt{}, false, false, err
	}
	e := &c.Events[0]
	version := c.Expect + 1
	statement := expressAppend
	args := []any{
		lockOf("record", b.Tenant, c.Ref.Kind, c.Ref.ID), string(b.Tenant), c.Ref.Kind, c.Ref.ID, int64(c.Expect), int64(version),
		e.ID[:], e.Type, string(e.Actor), int64(e.Schema), e.At.UnixNano(), blob(e.Data), blob(e.Personal),
		b.Command[:], b.Digest[:], now.UnixNano(), text, ask,
	}
	if c.Op == store.Put {
		statement = expressPut
		args = append(args, int64(c.Schema), blob(c.State), packEntries(store.SortEntries(c.Index)))
	}
	var last position
	err = q.Query(ctx, statement, args, func(scan func(...any) error) (bool, error) {
		done = true
		return true, scan(&last.xid, &last.seq, &heard)
	})
	if err != nil {
		return store.Receipt{}, false, false, fmt.Errorf("sqlstore: commit: %w", err)
	}
	if !done {
		return store.Receipt{}, false, false, nil
	}
	receipt.Versions[0].Version = version
	receipt.Cursor = Postgres().cursor(b.Tenant, last, e.ID)
	return receipt, heard, true, nil
}
