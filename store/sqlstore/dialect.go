package sqlstore

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// A Dialect is how one database engine differs from the others. The zero
// Dialect is refused by Open; take one from a function such as [SQLite] or
// [Postgres].
type Dialect struct {
	name     string
	numbered bool // parameters are $1, $2 … and not ?

	guard      string // lets one transaction migrate at a time; "" where all take turns
	migrations string // makes the table of the steps applied
	hasTable   string // finds a table by its name
	durable    string // whether the engine waits for the disk

	place string // the columns of an event's position in the tail
	// insert runs the insertion of an event and returns its position.
	insert func(ctx context.Context, x *tx, query string, args ...any) (position, error)
	// after is the condition on events behind a position, up to the horizon,
	// and their order.
	after func(position) (condition string, args []any)
	// moved finds an event that this server cannot have written; "" where any can.
	moved string
	// witnessed finds the event of a position.
	witnessed func(ident.Tenant, position, uuid.UUID) (query string, args []any)
	cursor    func(ident.Tenant, position, uuid.UUID) store.Cursor
	position  func(ident.Tenant, store.Cursor) (position, uuid.UUID, error)

	recall string // the columns of a command's digest and receipt
	heard  string // returns, behind the insertion of a command, whether somebody waits; "" where nobody can

	// lock takes the locks that a commit needs beyond its transaction. early is
	// the transaction's place in the tail if it had one before, else 0.
	lock func(context.Context, *tx, store.Batch) (early uint64, err error)
	// wake tells those who wait in other processes.
	wake   string
	writer func(*sql.DB, Dialect) writer
	lags   bool // the horizon may lie behind the last commit
}

// position is an event's place in the tail: by xid, then seq. Where commits
// take turns, xid is 0 and seq settles it.
type position struct{ xid, seq uint64 }

// String returns the dialect's name.
func (d Dialect) String() string { return d.name }

// bind writes the parameters in the dialect's way. No statement here has a
// question mark that is not one.
func (d Dialect) bind(query string) string {
	if !d.numbered {
		return query
	}
	var b strings.Builder
	b.Grow(len(query) + 16)
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
		query = after
	}
}

// SQLite is the dialect of SQLite 3.37 or newer (STRICT tables).
func SQLite() Dialect {
	return Dialect{
		name:       "sqlite",
		migrations: "CREATE TABLE IF NOT EXISTS marops_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT",
		hasTable:   "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?",
		durable: "SELECT (SELECT synchronous FROM pragma_synchronous) >= 2 AND" +
			" (SELECT file FROM pragma_database_list WHERE name = 'main') <> ''",
		place: "0, seq",
		insert: func(ctx context.Context, x *tx, query string, args ...any) (position, error) {
			result, err := x.write(ctx, query, args...)
			if err != nil {
				return position{}, err
			}
			seq, err := result.LastInsertId()
			return position{seq: uint64(seq)}, err
		},
		after: func(p position) (string, []any) {
			return "seq > ? ORDER BY seq", []any{int64(p.seq)}
		},
		witnessed: func(t ident.Tenant, p position, event uuid.UUID) (string, []any) {
			return "SELECT 1 FROM marops_events WHERE seq = ? AND tenant = ? AND event = ?", []any{int64(p.seq), string(t), event[:]}
		},
		cursor: func(t ident.Tenant, p position, event uuid.UUID) store.Cursor {
			return store.SequenceCursor(t, p.seq, event)
		},
		position: func(t ident.Tenant, c store.Cursor) (position, uuid.UUID, error) {
			seq, event, err := c.Sequence(t)
			return position{seq: seq}, event, err
		},
		recall: "digest, receipt, '', 0, 0, x''",
		lock:   func(context.Context, *tx, store.Batch) (uint64, error) { return 0, nil },
		writer: newTurns,
	}
}

// Postgres is the dialect of PostgreSQL 13 or newer, through any driver. The
// transactions of several connections, processes and programs run side by
// side; package pgstore works on the same tables, faster, and both may be used
// on one database at once.
func Postgres() Dialect {
	return Dialect{
		name:       "postgres",
		numbered:   true,
		guard:      "SELECT pg_advisory_xact_lock(7881703480435174260)",
		migrations: "CREATE TABLE IF NOT EXISTS marops_migrations (number bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)",
		hasTable:   "SELECT 1 WHERE to_regclass(?) IS NOT NULL",
		durable:    "SELECT current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off'",
		place:      "xid::text::bigint, seq",
		insert: func(ctx context.Context, x *tx, query string, args ...any) (p position, err error) {
			err = x.returning(ctx, []any{&p.xid, &p.seq}, query+" RETURNING xid::text::bigint, seq", args...)
			return p, err
		},
		// Every transaction older than the oldest one open is over, and of the
		// others this one sees nothing but, in a transaction of the caller, the
		// caller's own events; those only while it is the oldest, or the
		// cursors behind them would skip what older ones have yet to commit.
		after: func(p position) (string, []any) {
			return "(xid, seq) > (CAST(? AS bigint)::text::xid8, CAST(? AS bigint)) AND xid <= pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, seq",
				[]any{int64(p.xid), int64(p.seq)}
		},
		moved: "SELECT 1 FROM marops_events WHERE tenant = ? AND xid >= pg_snapshot_xmax(pg_current_snapshot())" +
			" AND xid IS DISTINCT FROM pg_current_xact_id_if_assigned() LIMIT 1",
		witnessed: func(t ident.Tenant, p position, event uuid.UUID) (string, []any) {
			return "SELECT 1 FROM marops_events WHERE tenant = ? AND xid = CAST(? AS bigint)::text::xid8 AND seq = CAST(? AS bigint) AND event = ?",
				[]any{string(t), int64(p.xid), int64(p.seq), event[:]}
		},
		cursor: func(t ident.Tenant, p position, event uuid.UUID) store.Cursor {
			var raw [32]byte
			binary.BigEndian.PutUint64(raw[:], p.xid)
			binary.BigEndian.PutUint64(raw[8:], p.seq)
			copy(raw[16:], event[:])
			return store.TailCursor(t, raw[:])
		},
		position: func(t ident.Tenant, c store.Cursor) (position, uuid.UUID, error) {
			raw, err := c.TailPosition(t)
			if err == nil && raw != nil && len(raw) != 32 {
				err = fmt.Errorf("%w: is of another kind of store", store.ErrCursor)
			}
			if err != nil || raw == nil {
				return position{}, uuid.Nil, err
			}
			return position{binary.BigEndian.Uint64(raw), binary.BigEndian.Uint64(raw[8:])}, uuid.UUID(raw[16:]), nil
		},
		recall: "digest, receipt, COALESCE(array_to_string(versions, ','), '')," +
			" COALESCE(xid::text::bigint, 0), COALESCE(seq, 0), COALESCE(event, ''::bytea)",
		heard:  " RETURNING marops_heard()",
		lock:   lockPostgres,
		wake:   "SELECT pg_notify('marops', ?)",
		writer: newPooled,
		lags:   true,
	}
}
