package sqlstore

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// apply executes a checked batch inside the transaction of r. If it returns an
// error the transaction, or the savepoint, must be rolled back.
func apply(ctx context.Context, r *runner, b store.Batch) (store.Receipt, error) {
	if receipt, known, err := recall(ctx, r, b); known || err != nil {
		return receipt, err
	}
	receipt := store.Receipt{Command: b.Command, Versions: make([]store.RefVersion, len(b.Changes))}
	for i, c := range b.Changes {
		before, err := head(ctx, r, b.Tenant, c.Ref)
		if err != nil {
			return store.Receipt{}, fmt.Errorf("sqlstore: %s: %w", c.Ref, err)
		}
		after, events, err := c.Apply(before)
		if err != nil {
			return store.Receipt{}, err
		}
		receipt.Versions[i] = store.RefVersion{Ref: c.Ref, Version: after.Taken(c.Op)}
		if c.Op == store.Check {
			continue
		}
		seq, err := write(ctx, r, b.Tenant, c, before, after, events)
		if err != nil {
			return store.Receipt{}, fmt.Errorf("sqlstore: %s: %w", c.Ref, err)
		}
		if seq != 0 {
			receipt.Cursor = store.SequenceCursor(b.Tenant, seq, events[len(events)-1].ID)
		}
	}
	text, err := receipt.MarshalBinary()
	if err != nil {
		return store.Receipt{}, err
	}
	_, err = r.write(ctx, "INSERT INTO marops_commands (tenant, command, digest, receipt) VALUES (?, ?, ?, ?)",
		string(b.Tenant), b.Command[:], b.Digest[:], text)
	if err != nil {
		return store.Receipt{}, fmt.Errorf("sqlstore: command %s: %w", b.Command, err)
	}
	return receipt, nil
}

// recall looks whether the command was applied before.
func recall(ctx context.Context, r *runner, b store.Batch) (receipt store.Receipt, known bool, err error) {
	err = r.rows(ctx, "SELECT digest, receipt FROM marops_commands WHERE tenant = ? AND command = ?", []any{string(b.Tenant), b.Command[:]},
		func(scan scanner) (bool, error) {
			var digest, text []byte
			if err := scan(&digest, &text); err != nil {
				return false, err
			}
			known = true
			if !bytes.Equal(digest, b.Digest[:]) {
				return false, store.ErrCommandReused
			}
			if err := receipt.UnmarshalBinary(text); err != nil {
				return false, err
			}
			receipt.Replayed = true
			return false, nil
		})
	if err != nil {
		return store.Receipt{}, known, fmt.Errorf("sqlstore: command %s: %w", b.Command, err)
	}
	return receipt, known, nil
}

// head reads what a change needs to know of its record: all but the state.
func head(ctx context.Context, r *runner, t ident.Tenant, ref ident.Ref) (store.Head, error) {
	h := store.Head{Record: store.Record{Ref: ref}}
	err := r.rows(ctx, "SELECT version, last, as_of, schema, entries FROM marops_records WHERE tenant = ? AND kind = ? AND id = ?",
		[]any{string(t), ref.Kind, ref.ID}, func(scan scanner) (bool, error) {
			var entries []byte
			if err := scan(&h.Version, &h.Last, &h.AsOf, &h.Schema, &entries); err != nil {
				return false, err
			}
			var err error
			h.Index, err = parseEntries(entries)
			return false, err
		})
	return h, err
}

// write stores one change and returns the sequence of its last event, 0 if it
// has none.
func write(ctx context.Context, r *runner, t ident.Tenant, c store.Change, before, after store.Head, events []store.Event) (uint64, error) {
	for _, v := range c.ErasePersonal {
		_, err := r.write(ctx, "UPDATE marops_events SET personal = x'' WHERE tenant = ? AND kind = ? AND id = ? AND version = ?",
			string(t), c.Ref.Kind, c.Ref.ID, int64(v))
		if err != nil {
			return 0, err
		}
	}
	var err error
	if c.Op == store.Append && before.Version != 0 {
		// The state stays where it is, however large.
		_, err = r.write(ctx, "UPDATE marops_records SET version = ?, last = ? WHERE tenant = ? AND kind = ? AND id = ?",
			int64(after.Version), int64(after.Last), string(t), c.Ref.Kind, c.Ref.ID)
	} else {
		_, err = r.write(ctx, "INSERT INTO marops_records (tenant, kind, id, version, last, as_of, schema, state, entries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"+
			" ON CONFLICT (tenant, kind, id) DO UPDATE SET version = excluded.version, last = excluded.last, as_of = excluded.as_of,"+
			" schema = excluded.schema, state = excluded.state, entries = excluded.entries",
			string(t), c.Ref.Kind, c.Ref.ID, int64(after.Version), int64(after.Last), int64(after.AsOf), int64(after.Schema),
			blob(after.State), packEntries(after.Index))
	}
	if err != nil {
		return 0, err
	}
	if err := file(ctx, r, t, c.Ref, before.Index, after.Index); err != nil {
		return 0, err
	}
	return insertEvents(ctx, r, t, events)
}

// file moves the record from the old index entries to the new ones.
func file(ctx context.Context, r *runner, t ident.Tenant, ref ident.Ref, old, now []store.Entry) error {
	has := func(entries []store.Entry, e store.Entry) bool {
		return slices.ContainsFunc(entries, func(other store.Entry) bool { return e.Compare(other) == 0 })
	}
	for _, e := range old {
		if has(now, e) {
			continue
		}
		_, err := r.write(ctx, "DELETE FROM marops_entries WHERE tenant = ? AND name = ? AND key = ? AND kind = ? AND id = ?",
			string(t), e.Index, blob(e.Key), ref.Kind, ref.ID)
		if err != nil {
			return err
		}
	}
	for _, e := range now {
		if has(old, e) {
			continue
		}
		_, err := r.write(ctx, "INSERT INTO marops_entries (tenant, name, key, kind, id) VALUES (?, ?, ?, ?, ?)",
			string(t), e.Index, blob(e.Key), ref.Kind, ref.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

func insertEvents(ctx context.Context, r *runner, t ident.Tenant, events []store.Event) (uint64, error) {
	var seq int64
	for _, e := range events {
		result, err := r.write(ctx, "INSERT INTO marops_events (tenant, kind, id, version, event, type, actor, schema, at, data, personal)"+
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			string(t), e.Ref.Kind, e.Ref.ID, int64(e.Version), e.ID[:], e.Type, string(e.Actor), int64(e.Schema), e.At.UnixNano(),
			blob(e.Data), blob(e.Personal))
		if err != nil {
			return 0, err
		}
		if seq, err = result.LastInsertId(); err != nil {
			return 0, err
		}
	}
	return uint64(seq), nil
}

// blob keeps drivers from binding an empty value as NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
