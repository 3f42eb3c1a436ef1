package store

import (
	"bytes"
	"context"
	"iter"
	"slices"

	"github.com/google/uuid"

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
			if k := sp.records[ref]; k != nil && k.Exists() {
				out[i] = k.Clone()
			}
		}
	}
	return out, nil
}

// List implements Store.
func (m *Memory) List(ctx context.Context, t ident.Tenant, q Query) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		var last *filed
		done := false
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
		cursor := ListCursors(t, q)
		Pages(ctx, q.Limited(yield), func() (records []Record, err error) {
			for more := !done; more && len(records) == 0; {
				records, last, more = m.listPage(t, q, last, cursor)
				done = !more
			}
			return records, nil
		})
	}
}

// listPage returns the records behind last, where they end, and whether there
// may be more.
func (m *Memory) listPage(t ident.Tenant, q Query, last *filed, cursor func([]byte, ident.Ref) Cursor) (records []Record, end *filed, more bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	sp := m.tenants[t]
	if sp == nil {
		return nil, nil, false
	}
	key := indexKey{name: q.Index}
	if q.Index == "" {
		key.kind = q.Kind
	}
	size, n := page, 0
	if q.Limit > 0 {
		size = min(size, q.Limit)
	}
	for f := range q.walk(sp.indexes[key], last) {
		if n++; n > size {
			return records, end, true
		}
		end = &f
		record := &sp.records[f.ref].Record
		if (q.Kind != "" && f.ref.Kind != q.Kind) || !q.First(Entry{q.Index, f.key}, record.Index) {
			continue
		}
		r := record.Clone()
		r.Cursor = cursor(f.key, f.ref)
		records = append(records, r)
	}
	return records, end, false
}

// walk yields what lies in q's range and behind last, in q's direction.
func (q Query) walk(s *sorted, last *filed) iter.Seq[filed] {
	from, to := q.Range()
	return func(yield func(filed) bool) {
		if s == nil {
			return // nothing was ever filed there
		}
		if q.Reverse {
			p := at{len(s.chunks), 0}
			if to != nil {
				p, _ = s.seek(filed{key: to})
			}
			if last != nil && (to == nil || bytes.Compare(last.key, to) < 0) {
				p, _ = s.seek(*last)
			}
			for p = s.prev(p); ; p = s.prev(p) {
				if f, ok := s.get(p); !ok || bytes.Compare(f.key, from) < 0 || !yield(f) {
					return
				}
			}
		}
		p, _ := s.seek(filed{key: from})
		if last != nil && bytes.Compare(last.key, from) >= 0 {
			var found bool
			if p, found = s.seek(*last); found {
				p = s.next(p)
			}
		}
		for ; ; p = s.next(p) {
			if f, ok := s.get(p); !ok || to != nil && bytes.Compare(f.key, to) >= 0 || !yield(f) {
				return
			}
		}
	}
}

// History implements Store.
func (m *Memory) History(ctx context.Context, t ident.Tenant, ref ident.Ref, after uint64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if err := CheckRead(t, ref); err != nil {
			yield(Event{}, err)
			return
		}
		after := after // each loop over the iterator begins anew
		Pages(ctx, yield, func() ([]Event, error) {
			events := m.historyPage(t, ref, after)
			if n := len(events); n > 0 {
				after = events[n-1].Version
			}
			return events, nil
		})
	}
}

func (m *Memory) historyPage(t ident.Tenant, ref ident.Ref, after uint64) []Event {
	m.mu.RLock()
	defer m.mu.RUnlock()
	sp := m.tenants[t]
	if sp == nil || after >= maxVersion {
		return nil
	}
	k := sp.records[ref]
	if k == nil {
		return nil
	}
	places := k.events
	i, _ := slices.BinarySearchFunc(places, after+1, sp.versionAt)
	places = places[i:min(len(places), i+page)]
	out := make([]Event, len(places))
	for i, place := range places {
		out[i] = sp.log.at(place).Clone()
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
		seq, witness, err := after.Sequence(t)
		if err != nil {
			yield(Event{}, err)
			return
		}
		Pages(ctx, yield, func() ([]Event, error) {
			events, err := m.tailPage(t, seq, witness)
			if n := len(events); n > 0 {
				seq, witness = seq+uint64(n), events[n-1].ID
			}
			return events, err
		})
	}
}

func (m *Memory) tailPage(t ident.Tenant, seq uint64, witness uuid.UUID) ([]Event, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	sp := m.tenants[t]
	n, err := sp.behind(seq, witness)
	if err != nil {
		return nil, err
	}
	out := make([]Event, min(n, page))
	for i := range out {
		out[i] = sp.log.at(int(seq) + i).Clone()
		out[i].Cursor = sp.cursor(int(seq) + i + 1)
	}
	return out, nil
}

// behind returns how many events there are behind the one with the sequence,
// or an error unless that one is the witness.
func (sp *space) behind(seq uint64, witness uuid.UUID) (int, error) {
	n := 0
	if sp != nil {
		n = sp.log.n
	}
	if seq > uint64(n) || seq > 0 && sp.log.at(int(seq)-1).ID != witness {
		return 0, ErrRestored
	}
	return n - int(seq), nil
}

// Wait implements Waiter.
func (m *Memory) Wait(ctx context.Context, t ident.Tenant, after Cursor) error {
	if err := CheckRead(t); err != nil {
		return err
	}
	seq, witness, err := after.Sequence(t)
	if err != nil {
		return err
	}
	moved := func() chan struct{} {
		m.mu.Lock()
		defer m.mu.Unlock()
		sp := m.tenants[t]
		if n, err := sp.behind(seq, witness); err != nil || n > 0 {
			return nil // Tail has something to say: events, or the error
		}
		if sp == nil {
			sp = newSpace(t)
			m.tenants[t] = sp
		}
		if sp.moved == nil {
			sp.moved = make(chan struct{})
		}
		return sp.moved
	}()
	if moved == nil {
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-moved:
		return nil
	}
}
