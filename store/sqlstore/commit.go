package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// tx is a transaction at work: its statements, and reads that see what they do.
type tx struct {
	*runner
	*Reader
}

func newTx(r *runner, d Dialect) *tx { return &tx{r, NewReader(d, r)} }

// result is what a commit comes to, and whether somebody waits for events.
type result struct {
	receipt store.Receipt
	heard   bool
}

// apply executes a checked batch inside a transaction. If it returns an error
// the transaction, or the savepoint, must be rolled back.
func apply(ctx context.Context, x *tx, b store.Batch, now time.Time) (result, error) {
	early, err := x.dialect.lock(ctx, x, b)
	if err != nil {
		return result{}, fmt.Errorf("sqlstore: lock: %w", err)
	}
	if receipt, known, err := x.Recall(ctx, b); known || err != nil {
		return result{receipt: receipt}, err
	}
	receipt := store.Receipt{Command: b.Command, Versions: make([]store.RefVersion, len(b.Changes))}
	for i, c := range b.Changes {
		before, err := x.head(ctx, b.Tenant, c.Ref)
		if err != nil {
			return result{}, fmt.Errorf("sqlstore: %s: %w", c.Ref, err)
		}
		after, events, err := c.Apply(before)
		if err != nil {
			return result{}, err
		}
		if early != 0 && len(events) > 0 {
			if err := x.inOrder(ctx, b.Tenant, c.Ref, early); err != nil {
				return result{}, err
			}
		}
		receipt.Versions[i] = store.RefVersion{Ref: c.Ref, Version: after.Taken(c.Op)}
		if c.Op == store.Check {
			continue
		}
		last, err := x.put(ctx, b.Tenant, c, before, after, events)
		if err != nil {
			return result{}, fmt.Errorf("sqlstore: %s: %w", c.Ref, err)
		}
		if len(events) > 0 {
			receipt.Cursor = x.dialect.cursor(b.Tenant, last, events[len(events)-1].ID)
		}
	}
	text, err := receipt.MarshalBinary()
	if err != nil {
		return result{}, err
	}
	heard := false
	insert, args := "INSERT INTO marops_commands (tenant, command, digest, at, receipt) VALUES (?, ?, ?, ?, ?)",
		[]any{string(b.Tenant), b.Command[:], b.Digest[:], now.UnixNano(), text}
	if x.dialect.heard == "" {
		_, err = x.write(ctx, insert, args...)
	} else {
		err = x.returning(ctx, []any{&heard}, insert+x.dialect.heard, args...)
	}
	if err != nil {
		return result{}, fmt.Errorf("sqlstore: command %s: %w", b.Command, err)
	}
	return result{receipt, heard}, nil
}

// LateError says that a transaction of the caller wrote something before its
// first Commit, and that another one, which began to write later, has since
// changed the record. Its events would come behind those of this commit in the
// tail, though their versions are lower. The caller rolls the transaction back
// and runs it again. It matches store.ErrConflict, and cannot happen where the
// Commit comes before all other writing.
type LateError struct{ Ref ident.Ref }

func (e *LateError) Error() string {
	return fmt.Sprintf("sqlstore: %s: was changed by a transaction that began to write after this one; run this one again", e.Ref)
}

// Is reports whether target is store.ErrConflict.
func (e *LateError) Is(target error) bool { return target == store.ErrConflict }

// inOrder returns a LateError if the record has events behind the place that
// those of this transaction will have.
func (x *tx) inOrder(ctx context.Context, t ident.Tenant, ref ident.Ref, early uint64) error {
	var last position
	err := x.one(ctx, "SELECT "+x.dialect.place+" FROM marops_events WHERE tenant = ? AND kind = ? AND id = ? ORDER BY version DESC LIMIT 1",
		[]any{string(t), ref.Kind, ref.ID}, &last.xid, &last.seq)
	if err == nil && last.xid > early {
		err = &LateError{ref}
	}
	return err
}

// head reads what a change needs to know of its record: all but the state.
func (x *tx) head(ctx context.Context, t ident.Tenant, ref ident.Ref) (store.Head, error) {
	h := store.Head{Record: store.Record{Ref: ref}}
	var entries []byte
	err := x.one(ctx, "SELECT version, last, as_of, schema, entries FROM marops_records WHERE tenant = ? AND kind = ? AND id = ?",
		[]any{string(t), ref.Kind, ref.ID}, &h.Version, &h.Last, &h.AsOf, &h.Schema, &entries)
	if err == nil {
		h.Index, err = parseEntries(entries)
	}
	return h, err
}

// put stores one change and returns the position of its last event.
func (x *tx) put(ctx context.Context, t ident.Tenant, c store.Change, before, after store.Head, events []store.Event) (position, error) {
	for _, v := range c.ErasePersonal {
		_, err := x.write(ctx, "UPDATE marops_events SET personal = ? WHERE tenant = ? AND kind = ? AND id = ? AND version = ?",
			blob(nil), string(t), c.Ref.Kind, c.Ref.ID, int64(v))
		if err != nil {
			return position{}, err
		}
	}
	var err error
	if c.Op == store.Append && before.Version != 0 {
		// The state stays where it is, however large.
		_, err = x.write(ctx, "UPDATE marops_records SET version = ?, last = ? WHERE tenant = ? AND kind = ? AND id = ?",
			int64(after.Version), int64(after.Last), string(t), c.Ref.Kind, c.Ref.ID)
	} else {
		_, err = x.write(ctx, "INSERT INTO marops_records (tenant, kind, id, version, last, as_of, schema, state, entries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"+
			" ON CONFLICT (tenant, kind, id) DO UPDATE SET version = excluded.version, last = excluded.last, as_of = excluded.as_of,"+
			" schema = excluded.schema, state = excluded.state, entries = excluded.entries",
			string(t), c.Ref.Kind, c.Ref.ID, int64(after.Version), int64(after.Last), int64(after.AsOf), int64(after.Schema),
			blob(after.State), packEntries(after.Index))
	}
	if err == nil {
		err = x.file(ctx, t, c.Ref, before.Index, after.Index)
	}
	if err != nil {
		return position{}, err
	}
	return x.insertEvents(ctx, t, events)
}

// file moves the record from the old index entries to the new ones.
func (x *tx) file(ctx context.Context, t ident.Tenant, ref ident.Ref, old, now []store.Entry) error {
	has := func(entries []store.Entry, e store.Entry) bool {
		return slices.ContainsFunc(entries, func(other store.Entry) bool { return e.Compare(other) == 0 })
	}
	for _, e := range old {
		if has(now, e) {
			continue
		}
		_, err := x.write(ctx, "DELETE FROM marops_entries WHERE tenant = ? AND name = ? AND key = ? AND kind = ? AND id = ?",
			string(t), e.Index, blob(e.Key), ref.Kind, ref.ID)
		if err != nil {
			return err
		}
	}
	for _, e := range now {
		if has(old, e) {
			continue
		}
		_, err := x.write(ctx, "INSERT INTO marops_entries (tenant, name, key, kind, id) VALUES (?, ?, ?, ?, ?)",
			string(t), e.Index, blob(e.Key), ref.Kind, ref.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *tx) insertEvents(ctx context.Context, t ident.Tenant, events []store.Event) (last position, err error) {
	for _, e := range events {
		last, err = x.dialect.insert(ctx, x, "INSERT INTO marops_events (tenant, kind, id, version, event, type, actor, schema, at, data, personal)"+
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			string(t), e.Ref.Kind, e.Ref.ID, int64(e.Version), e.ID[:], e.Type, string(e.Actor), int64(e.Schema), e.At.UnixNano(),
			blob(e.Data), blob(e.Personal))
		if err != nil {
			return position{}, err
		}
	}
	return last, nil
}

// blob keeps drivers from binding an empty value as NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
