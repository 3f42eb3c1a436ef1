package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// A page is read at once and its rows are closed before the first item is
// yielded. It ends after so many rows, or with the row that exceeds so many bytes.
const (
	pageRows  = 64
	pageBytes = 1 << 20
)

const recordColumns = "r.kind, r.id, r.version, r.as_of, r.schema, r.state, r.entries"

// scanRecord reads recordColumns, after what more asks for.
func scanRecord(scan scanner, more ...any) (store.Record, error) {
	var rec store.Record
	var state, entries []byte
	if err := scan(append(more, &rec.Ref.Kind, &rec.Ref.ID, &rec.Version, &rec.AsOf, &rec.Schema, &state, &entries)...); err != nil {
		return store.Record{}, err
	}
	if len(state) > 0 {
		rec.State = state
	}
	var err error
	rec.Index, err = parseEntries(entries)
	return rec, err
}

// Get implements store.Store. It reads in one statement, which is one snapshot.
func (r *Reader) Get(ctx context.Context, t ident.Tenant, refs ...ident.Ref) ([]store.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := store.CheckRead(t, refs...); err != nil {
		return nil, err
	}
	if len(refs) == 0 {
		return []store.Record{}, nil
	}
	args := []any{string(t)}
	for _, ref := range refs {
		args = append(args, ref.Kind, ref.ID)
	}
	query := "SELECT " + recordColumns + " FROM marops_records r WHERE r.tenant = ? AND r.version > 0 AND "
	if len(refs) == 1 {
		query += "r.kind = ? AND r.id = ?"
	} else {
		query += "(r.kind, r.id) IN (VALUES " + strings.Repeat("(?, ?), ", len(refs)-1) + "(?, ?))"
	}
	found := make(map[ident.Ref]store.Record, len(refs))
	err := r.rows(ctx, query, args, func(scan scanner) (bool, error) {
		rec, err := scanRecord(scan)
		found[rec.Ref] = rec
		return true, err
	})
	if err != nil {
		return nil, readError(ctx, "get", err)
	}
	out := make([]store.Record, len(refs))
	for i, ref := range refs {
		rec, ok := found[ref]
		if !ok {
			rec = store.Record{Ref: ref}
		}
		out[i] = rec.Clone() // a ref may be asked for twice
	}
	return out, nil
}

// readError prefers the context's own error to what a driver makes of it.
func readError(ctx context.Context, doing string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("sqlstore: %s: %w", doing, err)
}

func scanEvent(scan scanner) (e store.Event, p position, err error) {
	var id, data, personal []byte
	var at int64
	err = scan(&p.xid, &p.seq, &e.Ref.Kind, &e.Ref.ID, &e.Version, &id, &e.Type, &e.Actor, &e.Schema, &at, &data, &personal)
	if err != nil {
		return store.Event{}, position{}, err
	}
	if e.ID, err = uuid.FromBytes(id); err != nil {
		return store.Event{}, position{}, err
	}
	e.At = time.Unix(0, at).UTC()
	if len(data) > 0 {
		e.Data = data
	}
	if len(personal) > 0 {
		e.Personal = personal
	}
	return e, p, nil
}

// eventPage reads a page of events, without cursors, and their positions. The
// query begins behind the columns.
func (r *Reader) eventPage(ctx context.Context, query string, args []any) (events []store.Event, places []position, err error) {
	size := 0
	query = "SELECT " + r.dialect.place + ", kind, id, version, event, type, actor, schema, at, data, personal" + query
	err = r.rows(ctx, query, args, func(scan scanner) (bool, error) {
		e, p, err := scanEvent(scan)
		if err != nil {
			return false, err
		}
		events, places = append(events, e), append(places, p)
		size += len(e.Data) + len(e.Personal)
		return size < pageBytes, nil
	})
	return events, places, err
}

// History implements store.Store.
func (r *Reader) History(ctx context.Context, t ident.Tenant, ref ident.Ref, after uint64) iter.Seq2[store.Event, error] {
	const query = " FROM marops_events WHERE tenant = ? AND kind = ? AND id = ? AND version > ? ORDER BY version LIMIT ?"
	return func(yield func(store.Event, error) bool) {
		if err := store.CheckRead(t, ref); err != nil {
			yield(store.Event{}, err)
			return
		}
		after := after // each loop over the iterator begins anew
		pages(ctx, "history", yield, func() ([]store.Event, error) {
			if after > math.MaxInt64 {
				return nil, nil
			}
			events, _, err := r.eventPage(ctx, query, []any{string(t), ref.Kind, ref.ID, int64(after), pageRows})
			if n := len(events); n > 0 {
				after = events[n-1].Version
			}
			return events, err
		})
	}
}

// Tail implements store.Store. The horizon of SQLite is the last event, as its
// commits take turns; that of PostgreSQL lies before the events of the oldest
// transaction that has written something and is not over.
func (r *Reader) Tail(ctx context.Context, t ident.Tenant, after store.Cursor) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		if err := store.CheckRead(t); err != nil {
			yield(store.Event{}, err)
			return
		}
		place, witness, err := r.dialect.position(t, after)
		if err == nil {
			err = r.sound(ctx, t, place, witness)
		}
		if err != nil {
			yield(store.Event{}, err)
			return
		}
		pages(ctx, "tail", yield, func() ([]store.Event, error) {
			condition, args := r.dialect.after(place)
			args = append(append([]any{string(t)}, args...), pageRows)
			events, places, err := r.eventPage(ctx, " FROM marops_events WHERE tenant = ? AND "+condition+" LIMIT ?", args)
			for i, p := range places {
				events[i].Cursor = r.dialect.cursor(t, p, events[i].ID)
				place = p
			}
			return events, err
		})
	}
}

// errMoved says that the tail of a restored dump cannot go by transaction id.
var errMoved = errors.New("sqlstore: tail: events have transaction ids that this server has not reached, as after restoring a dump of another one;" +
	" while nothing else writes, run: UPDATE marops_events SET xid = '3'; readers then begin anew")

// sound returns an error unless the event at the place, if there is one, is
// the witness, and the tail can be read from there.
func (r *Reader) sound(ctx context.Context, t ident.Tenant, p position, witness uuid.UUID) error {
	if r.dialect.moved != "" {
		moved := 0
		if err := r.one(ctx, r.dialect.moved, []any{string(t)}, &moved); err != nil {
			return readError(ctx, "tail", err)
		}
		if moved != 0 {
			return errMoved
		}
	}
	if p == (position{}) {
		return nil
	}
	found := 0
	if max(p.xid, p.seq) <= math.MaxInt64 {
		query, args := r.dialect.witnessed(t, p, witness)
		if err := r.one(ctx, query, args, &found); err != nil {
			return readError(ctx, "tail", err)
		}
	}
	if found == 0 {
		return store.ErrRestored
	}
	return nil
}

// pages is store.Pages with errors that say what was being done.
func pages[T any](ctx context.Context, doing string, yield func(T, error) bool, next func() ([]T, error)) {
	store.Pages(ctx, yield, func() ([]T, error) {
		items, err := next()
		if err != nil {
			err = readError(ctx, doing, err)
		}
		return items, err
	})
}
