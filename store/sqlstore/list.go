package sqlstore

import (
	"bytes"
	"context"
	"iter"
	"strings"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// place is where a list stands.
type place struct {
	key []byte
	ref ident.Ref
}

// List implements store.Store.
func (r *Reader) List(ctx context.Context, t ident.Tenant, q store.Query) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		err := store.CheckRead(t)
		if err == nil {
			err = q.Check()
		}
		var last *place
		if err == nil && !q.After.IsZero() {
			last = new(place)
			last.key, last.ref, err = q.After.ListPosition(t, q)
		}
		if err != nil {
			yield(store.Record{}, err)
			return
		}
		cursor := store.ListCursors(t, q)
		pages(ctx, "list", q.Limited(yield), func() ([]store.Record, error) {
			// A page may hold nothing but repeated entries; an empty one ends the list.
			for {
				page, end, err := r.listPage(ctx, t, q, last, cursor)
				if err != nil || end == nil || len(page) > 0 {
					last = end
					return page, err
				}
				last = end
			}
		})
	}
}

// listPage returns the records of one page, and the place of its last row; nil
// behind the end.
func (r *Reader) listPage(ctx context.Context, t ident.Tenant, q store.Query, last *place, cursor func([]byte, ident.Ref) store.Cursor) (page []store.Record, end *place, err error) {
	query, args := listSQL(t, q, last)
	size := 0
	err = r.rows(ctx, query, args, func(scan scanner) (bool, error) {
		var key []byte
		rec, err := scanRecord(scan, &key)
		if err != nil {
			return false, err
		}
		end = &place{key, rec.Ref}
		if !q.First(store.Entry{Index: q.Index, Key: key}, rec.Index) {
			return true, nil
		}
		rec.Cursor = cursor(key, rec.Ref)
		page = append(page, rec)
		size += len(rec.State)
		return size < pageBytes, nil
	})
	return page, end, err
}

// listSQL builds the statement for the rows of q behind last.
func listSQL(t ident.Tenant, q store.Query, last *place) (string, []any) {
	var b strings.Builder
	var args []any
	where := func(condition string, values ...any) {
		b.WriteString(condition)
		args = append(args, values...)
	}
	from, to := q.Range()
	rows := pageRows
	if q.Limit > 0 {
		rows = min(rows, q.Limit)
	}
	after, order := ">", ""
	if q.Reverse {
		after, order = "<", " DESC"
	}
	// The place of the cursor is the tighter bound; with both, the engine might
	// seek by the other and walk over all that was listed before.
	if last != nil && !q.Reverse && bytes.Compare(last.key, from) >= 0 {
		from = nil
	}
	if last != nil && q.Reverse && (to == nil || bytes.Compare(last.key, to) < 0) {
		to = nil
	}
	if q.Index == "" {
		where("SELECT r.id, "+recordColumns+" FROM marops_records r WHERE r.tenant = ? AND r.kind = ? AND r.version > 0", string(t), q.Kind)
		if len(from) > 0 {
			if text, ok := textBound(from); ok {
				where(" AND r.id >= ?", text)
			} else {
				where(" AND 1 = 0") // no id comes so late
			}
		}
		if to != nil {
			if text, ok := textBound(to); ok {
				where(" AND r.id < ?", text)
			}
		}
		if last != nil {
			where(" AND r.id "+after+" ?", last.ref.ID)
		}
		where(" ORDER BY r.id"+order+" LIMIT ?", rows)
		return b.String(), args
	}
	where("SELECT e.key, "+recordColumns+" FROM marops_entries e JOIN marops_records r ON r.tenant = e.tenant AND r.kind = e.kind AND r.id = e.id"+
		" WHERE e.tenant = ? AND e.name = ?", string(t), q.Index)
	if len(from) > 0 {
		where(" AND e.key >= ?", from)
	}
	if to != nil {
		where(" AND e.key < ?", blob(to))
	}
	if q.Kind != "" {
		where(" AND e.kind = ?", q.Kind)
	}
	if last != nil {
		where(" AND (e.key, e.kind, e.id) "+after+" (?, ?, ?)", blob(last.key), last.ref.Kind, last.ref.ID)
	}
	where(" ORDER BY e.key"+order+", e.kind"+order+", e.id"+order+" LIMIT ?", rows)
	return b.String(), args
}
