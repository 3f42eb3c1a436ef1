package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/go-marops/marops/ident"
)

// page is how many items an iterator takes under one lock.
const page = 64

// Get implements Store.
func (m *Memory) Get(ctx context.Context, t ident.Tenant, refs ...ident.Ref) ([]Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := CheckRead(t, refs...); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := make([]Record, len(refs))
	for i, ref := range refs {
		out[i].Ref = ref
		if sp := m.tenants[t]; sp != nil {
			if h, ok := sp.heads[ref]; ok {
				out[i] = h.Clone()
			}
		}
	}
	return out, nil
}

// List implements Store.
func (m *Memory) List(ctx context.Context, t ident.Tenant, q Query) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		var last *filed
		if err := firstOf(CheckRead(t), q.Check()); err != nil {
			yield(Record{}, err)
			return
		}
		if !q.After.IsZero() {
			key, ref, err := q.After.ListPosition(t, q)
			if err != nil {
				yield(Record{}, err)
				return
			}
			last = &filed{key, ref}
		}
		for left := q.Limit; ; {
			if err := ctx.Err(); err != nil {
				yield(Record{}, err)
				return
			}
			records, next := m.listPage(t, q, last)
			for _, r := range records {
				if !yield(r, nil) {
					return
				}
				if left--; left == 0 {
					return
				}
				if err := ctx.Err(); err != nil {
					yield(Record{}, err)
					return
				}
			}
			if next == nil {
				return
			}
			last = next
		}
	}
}

// listPage returns the records behind last, and where to go on; nil at the end.
func (m *Memory) listPage(t ident.Tenant, q Query, last *filed) ([]Record, *filed) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	sp := m.tenants[t]
	if sp == nil {
		return nil, nil
	}
	key := indexKey{name: q.Index}
	if q.Index == "" {
		key.kind = q.Kind
	}
	list := q.window(sp.indexes[key], last)
	more := len(list) > page
	if more && q.Reverse {
		list = list[len(list)-page:]
	} else if more {
		list = list[:page]
	}
	var out []Record
	var end *filed
	for i := range list {
		f := list[i]
		if q.Reverse {
			f = list[len(list)-1-i]
		}
		if more {
			end = &filed{f.key, f.ref}
		}
		h := sp.heads[f.ref]
		if (q.Kind != "" && f.ref.Kind != q.Kind) || !q.First(Entry{q.Index, f.key}, h.Index) {
			continue
		}
		r := h.Clone()
		r.Cursor = ListCursor(t, q, f.key, f.ref)
		out = append(out, r)
	}
	return out, end
}

// window cuts from a sorted list what lies in q's range and behind last.
func (q Query) window(list []filed, last *filed) []filed {
	from, to := q.Range()
	byKey := func(f filed, key []byte) int { return cmp.Or(bytes.Compare(f.key, key), 1) }
	start, _ := slices.BinarySearchFunc(list, from, byKey)
	end := len(list)
	if to != nil {
		end, _ = slices.BinarySearchFunc(list, to, byKey)
	}
	if last != nil {
		i, found := slices.BinarySearchFunc(list, *last, filed.compare)
		switch {
		case q.Reverse:
			end = min(end, i)
		case found:
			start = max(start, i+1)
		default:
			start = max(start, i)
		}
	}
	return list[min(start, end):end]
}

// History implements Store.
func (m *Memory) History(ctx context.Context, t ident.Tenant, ref ident.Ref, after uint64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if err := CheckRead(t, ref); err != nil {
			yield(Event{}, err)
			return
		}
		after := after // each loop over the iterator begins anew
		next := func(events []Event) ([]Event, error) {
			if n := len(events); n > 0 {
				after = events[n-1].Version
			}
			return m.historyPage(t, ref, after), nil
		}
		pages(ctx, next, yield)
	}
}

func (m *Memory) historyPage(t ident.Tenant, ref ident.Ref, after uint64) []Event {
	m.mu.RLock()
	defer m.mu.RUnlock()
	sp := m.tenants[t]
	if sp == nil || after >= maxVersion {
		return nil
	}
	places := sp.history[ref]
	i, _ := slices.BinarySearchFunc(places, after+1, sp.versionAt)
	places = places[i:min(len(places), i+page)]
	out := make([]Event, len(places))
	for i, place := range places {
		out[i] = sp.log[place].Clone()
		out[i].Cursor = Cursor{}
	}
	return out
}

// Tail implements Store.
func (m *Memory) Tail(ctx context.Context, t ident.Tenant, after Cursor) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if err := CheckRead(t); err != nil {
			yield(Event{}, err)
			return
		}
		seq, err := after.Sequence(t)
		if err != nil {
			yield(Event{}, err)
			return
		}
		next := func(events []Event) ([]Event, error) {
			seq += uint64(len(events))
			return m.tailPage(t, seq)
		}
		pages(ctx, next, yield)
	}
}

func (m *Memory) tailPage(t ident.Tenant, seq uint64) ([]Event, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var log []Event
	if sp := m.tenants[t]; sp != nil {
		log = sp.log
	}
	if seq > uint64(len(log)) {
		return nil, fmt.Errorf("%w: lies beyond the last event", ErrCursor)
	}
	log = log[seq:min(len(log), int(seq)+page)]
	out := make([]Event, len(log))
	for i, e := range log {
		out[i] = e.Clone()
	}
	return out, nil
}

// pages yields page after page until one is empty. next gets the page before.
func pages(ctx context.Context, next func([]Event) ([]Event, error), yield func(Event, error) bool) {
	var events []Event
	for {
		err := ctx.Err()
		if err == nil {
			events, err = next(events)
		}
		if err != nil {
			yield(Event{}, err)
			return
		}
		if len(events) == 0 {
			return
		}
		for _, e := range events {
			if err := ctx.Err(); err != nil {
				yield(Event{}, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}
