package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
)

// Memory is the in-memory Store: the specification of what a Store does, for
// tests and for programs that need no durability. Make it with NewMemory.
type Memory struct {
	mu      sync.RWMutex
	tenants map[ident.Tenant]*space
}

var _ Store = (*Memory)(nil)

// space is all that one tenant has.
type space struct {
	heads    map[ident.Ref]Head
	log      []Event // element i has sequence i+1
	history  map[ident.Ref][]int
	indexes  map[indexKey][]filed
	commands map[uuid.UUID]done
}

// indexKey names an index; the records of a kind by id are one, too.
type indexKey struct{ name, kind string }

type filed struct {
	key []byte
	ref ident.Ref
}

func (f filed) compare(other filed) int {
	return cmp.Or(bytes.Compare(f.key, other.key), f.ref.Compare(other.ref))
}

type done struct {
	digest  [32]byte
	receipt Receipt
}

// NewMemory returns an empty in-memory store.
func NewMemory() *Memory {
	return &Memory{tenants: make(map[ident.Tenant]*space)}
}

func newSpace() *space {
	return &space{
		heads: make(map[ident.Ref]Head), history: make(map[ident.Ref][]int),
		indexes: make(map[indexKey][]filed), commands: make(map[uuid.UUID]done),
	}
}

// Commit implements Store.
func (m *Memory) Commit(ctx context.Context, b Batch) (Receipt, error) {
	if err := ctx.Err(); err != nil {
		return Receipt{}, err
	}
	if err := b.Check(); err != nil {
		return Receipt{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	sp := m.tenants[b.Tenant]
	if sp == nil {
		sp = newSpace()
	}
	if d, ok := sp.commands[b.Command]; ok {
		if d.digest != b.Digest {
			return Receipt{}, fmt.Errorf("%w: %s", ErrCommandReused, b.Command)
		}
		r := d.receipt
		r.Versions, r.Replayed = slices.Clone(r.Versions), true
		return r, nil
	}
	// Everything that can fail comes before the first thing that changes.
	heads := make([]Head, len(b.Changes))
	events := make([][]Event, len(b.Changes))
	for i, c := range b.Changes {
		var err error
		if heads[i], events[i], err = c.Apply(sp.heads[c.Ref]); err != nil {
			return Receipt{}, err
		}
	}
	r := Receipt{Command: b.Command, Versions: make([]RefVersion, len(b.Changes))}
	for i, c := range b.Changes {
		r.Versions[i] = RefVersion{c.Ref, heads[i].Taken(c.Op)}
		if c.Op == Check {
			continue
		}
		sp.erase(c)
		sp.file(sp.heads[c.Ref], heads[i])
		sp.heads[c.Ref] = heads[i]
		for _, e := range events[i] {
			e.Cursor = SequenceCursor(b.Tenant, uint64(len(sp.log))+1)
			sp.history[c.Ref] = append(sp.history[c.Ref], len(sp.log))
			sp.log = append(sp.log, e)
			r.Cursor = e.Cursor
		}
	}
	sp.commands[b.Command] = done{b.Digest, r}
	m.tenants[b.Tenant] = sp
	r.Versions = slices.Clone(r.Versions)
	return r, nil
}

func (sp *space) erase(c Change) {
	places := sp.history[c.Ref]
	for _, v := range c.ErasePersonal {
		if i, ok := slices.BinarySearchFunc(places, v, sp.versionAt); ok {
			sp.log[places[i]].Personal = nil
		}
	}
}

func (sp *space) versionAt(place int, v uint64) int { return cmp.Compare(sp.log[place].Version, v) }

// file moves a record from the index places of before to those of after.
func (sp *space) file(before, after Head) {
	for key, f := range before.places() {
		list := sp.indexes[key]
		if i, ok := slices.BinarySearchFunc(list, f, filed.compare); ok {
			sp.indexes[key] = slices.Delete(list, i, i+1)
		}
	}
	for key, f := range after.places() {
		list := sp.indexes[key]
		if i, ok := slices.BinarySearchFunc(list, f, filed.compare); !ok {
			sp.indexes[key] = slices.Insert(list, i, f)
		}
	}
}

// places yields where a record is filed: by id within its kind, and by its entries.
func (h Head) places() iter.Seq2[indexKey, filed] {
	return func(yield func(indexKey, filed) bool) {
		if !h.Exists() || !yield(indexKey{kind: h.Ref.Kind}, filed{[]byte(h.Ref.ID), h.Ref}) {
			return
		}
		for _, e := range h.Index {
			if !yield(indexKey{name: e.Index}, filed{e.Key, h.Ref}) {
				return
			}
		}
	}
}
