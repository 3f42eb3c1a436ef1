package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
)

// Memory is the in-memory Store: the specification of what a Store does, for
// tests and for programs that need no durability. Make it with NewMemory.
type Memory struct {
	mu      sync.RWMutex
	tenants map[ident.Tenant]*space
}

var (
	_ Waiter  = (*Memory)(nil)
	_ Pruner  = (*Memory)(nil)
	_ Capable = (*Memory)(nil)
)

// space is all that one tenant has. Bytes in it are never changed, only
// replaced, so that what is copied out under the lock is copied once.
type space struct {
	scope    [scopeSize]byte // of the cursors in its tail
	records  map[ident.Ref]*kept
	log      eventLog
	indexes  map[indexKey]*sorted
	commands map[uuid.UUID]done
	applied  []uuid.UUID   // the commands, oldest first
	moved    chan struct{} // closed by the next event; nil while nobody waits
}

// eventLog is a tenant's events in blocks, so that growing moves none of them.
// The event at place i has sequence i+1 and no Cursor.
type eventLog struct {
	blocks []*[logBlock]Event
	n      int
}

const logBlock = 64

func (l *eventLog) at(i int) *Event { return &l.blocks[i/logBlock][i%logBlock] }

func (l *eventLog) add(e Event) {
	if l.n == len(l.blocks)*logBlock {
		l.blocks = append(l.blocks, new([logBlock]Event))
	}
	l.n++
	*l.at(l.n - 1) = e
}

// kept is a record and where its events stand in the log.
type kept struct {
	Head
	events []int
}

// indexKey names an index; the records of a kind by id are one, too.
type indexKey struct{ name, kind string }

type done struct {
	digest  [32]byte
	receipt Receipt
	at      time.Time
}

// NewMemory returns an empty in-memory store.
func NewMemory() *Memory {
	return &Memory{tenants: make(map[ident.Tenant]*space)}
}

func newSpace(t ident.Tenant) *space {
	return &space{
		scope: tailScope(t), records: make(map[ident.Ref]*kept),
		indexes: make(map[indexKey]*sorted), commands: make(map[uuid.UUID]done),
	}
}

// Capabilities implements Capable: there are none but the optional interfaces.
func (m *Memory) Capabilities() Capabilities { return Capabilities{} }

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
		sp = newSpace(b.Tenant)
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
	type outcome struct {
		record *kept
		head   Head
		events []Event
	}
	var few [4]outcome
	outcomes := few[:0]
	r := Receipt{Command: b.Command, Versions: make([]RefVersion, len(b.Changes))}
	for i := range b.Changes {
		c := &b.Changes[i]
		o := outcome{record: sp.records[c.Ref]}
		var before Head
		if o.record != nil {
			before = o.record.Head
		}
		var err error
		if o.head, o.events, err = c.Apply(before); err != nil {
			return Receipt{}, err
		}
		r.Versions[i] = RefVersion{c.Ref, o.head.Taken(c.Op)}
		outcomes = append(outcomes, o)
	}
	events := sp.log.n
	for i, o := range outcomes {
		if c := &b.Changes[i]; c.Op != Check {
			if o.record == nil {
				o.record = &kept{}
				sp.records[c.Ref] = o.record
			}
			sp.erase(o.record, c.ErasePersonal)
			if c.Op != Append || o.record.Version == 0 {
				sp.file(&o.record.Head, &o.head)
			}
			o.record.Head = o.head
			for _, e := range o.events {
				o.record.events = append(o.record.events, sp.log.n)
				sp.log.add(e)
			}
		}
	}
	if sp.log.n > events {
		r.Cursor = sp.cursor(sp.log.n)
		if sp.moved != nil {
			close(sp.moved)
			sp.moved = nil
		}
	}
	sp.commands[b.Command] = done{b.Digest, r, time.Now()}
	sp.applied = append(sp.applied, b.Command)
	m.tenants[b.Tenant] = sp
	r.Versions = slices.Clone(r.Versions)
	return r, nil
}

// cursor returns the place behind the n-th event.
func (sp *space) cursor(n int) Cursor {
	return sequenceCursor(sp.scope, uint64(n), sp.log.at(n-1).ID)
}

func (sp *space) erase(k *kept, versions []uint64) {
	for _, v := range versions {
		if i, ok := slices.BinarySearchFunc(k.events, v, sp.versionAt); ok {
			sp.log.at(k.events[i]).Personal = nil
		}
	}
}

func (sp *space) versionAt(place int, v uint64) int { return cmp.Compare(sp.log.at(place).Version, v) }

// file moves a record from the index places of before to those of after.
func (sp *space) file(before, after *Head) {
	switch {
	case after.Exists() && !before.Exists():
		sp.index(indexKey{kind: after.Ref.Kind}).insert(filed{[]byte(after.Ref.ID), after.Ref})
	case before.Exists() && !after.Exists():
		sp.index(indexKey{kind: before.Ref.Kind}).remove(filed{[]byte(before.Ref.ID), before.Ref})
	}
	if slices.EqualFunc(before.Index, after.Index, func(a, b Entry) bool { return a.Compare(b) == 0 }) {
		return
	}
	for _, e := range before.Index {
		sp.indexes[indexKey{name: e.Index}].remove(filed{e.Key, before.Ref})
	}
	for _, e := range after.Index {
		sp.index(indexKey{name: e.Index}).insert(filed{e.Key, after.Ref})
	}
}

func (sp *space) index(key indexKey) *sorted {
	s := sp.indexes[key]
	if s == nil {
		s = new(sorted)
		sp.indexes[key] = s
	}
	return s
}

// PruneCommands implements Pruner.
func (m *Memory) PruneCommands(ctx context.Context, age time.Duration) (int64, error) {
	if err := firstOf(ctx.Err(), CheckPrune(age)); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var pruned int64
	for _, sp := range m.tenants {
		n := 0
		for _, id := range sp.applied {
			if time.Since(sp.commands[id].at) <= age {
				break
			}
			delete(sp.commands, id)
			n++
		}
		sp.applied = slices.Delete(sp.applied, 0, n)
		pruned += int64(n)
	}
	return pruned, nil
}
