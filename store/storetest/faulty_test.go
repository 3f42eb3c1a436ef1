package storetest_test

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/storetest"
)

// faulty is a memory store that breaks one promise now and then.
type faulty struct {
	*store.Memory
	fault fault
	mu    sync.Mutex
	rng   *rand.Rand
	older map[ident.Ref]store.Record // what a stale read returns
	seen  map[ident.Ref]store.Record
	dirty map[ident.Ref]store.Change // of a refused batch
	timer []store.Change             // of timers that fired
}

type fault int

const (
	lostUpdate fault = iota
	tornBatch
	skippedEvent
	staleRead
	crossTenantRead
	forgottenCommand
	aliasedRead
	doubledEvent
	droppedIndex
	lostCommit
	dirtyRead
	staleList
	reversedTail
	unerased
	firedTwice
	blindCursor
)

func newFaulty(f fault, seed uint64) *faulty {
	return &faulty{
		Memory: store.NewMemory(), fault: f, rng: rand.New(rand.NewPCG(seed, uint64(f))),
		older: map[ident.Ref]store.Record{}, seen: map[ident.Ref]store.Record{}, dirty: map[ident.Ref]store.Change{},
	}
}

// strikes says with the given odds, one in n, that the fault happens now.
func (s *faulty) strikes(f fault, n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault == f && s.rng.IntN(n) == 0
}

func (s *faulty) Commit(ctx context.Context, b store.Batch) (store.Receipt, error) {
	if s.strikes(forgottenCommand, 3) {
		b.Command = uuid.NewSHA1(b.Command, []byte{byte(s.rng.Uint32())})
	}
	if s.fault == droppedIndex {
		b.Changes = append([]store.Change(nil), b.Changes...)
		for i := range b.Changes {
			if len(b.Changes[i].Index) > 0 && s.strikes(droppedIndex, 3) {
				b.Changes[i].Index = b.Changes[i].Index[1:]
			}
		}
	}
	if s.fault == unerased {
		b.Changes = append([]store.Change(nil), b.Changes...)
		for i := range b.Changes {
			if len(b.Changes[i].ErasePersonal) > 0 && s.strikes(unerased, 2) {
				b.Changes[i].ErasePersonal = b.Changes[i].ErasePersonal[1:]
			}
		}
	}
	if len(b.Changes) == 1 && b.Changes[0].Op != store.Check && s.strikes(lostCommit, 16) {
		// Acknowledged, and never applied.
		c := b.Changes[0]
		return store.Receipt{Command: b.Command, Versions: []store.RefVersion{{Ref: c.Ref, Version: c.Expect + c.Advance()}}}, nil
	}
	receipt, err := s.Memory.Commit(ctx, b)
	if s.fault == dirtyRead && err != nil {
		s.mu.Lock()
		for _, c := range b.Changes {
			if c.Op == store.Put {
				s.dirty[c.Ref] = c
			}
		}
		s.mu.Unlock()
	}
	if s.fault == firedTwice && err == nil && !receipt.Replayed {
		s.revive(ctx, b, receipt)
	}
	conflict, ok := errors.AsType[*store.ConflictError](err)
	switch {
	case !ok:
	case s.strikes(lostUpdate, 2):
		// The newer version is overwritten as if it had been expected.
		b.Changes = append([]store.Change(nil), b.Changes...)
		for i := range b.Changes {
			if b.Changes[i].Ref == conflict.Ref && (b.Changes[i].Op != store.Delete || conflict.Actual != 0) {
				b.Changes[i].Expect = conflict.Actual
			}
		}
		return s.Memory.Commit(ctx, b)
	case s.strikes(tornBatch, 2):
		// What stands before the conflict stays applied.
		for i, c := range b.Changes {
			if c.Ref == conflict.Ref {
				b.Changes = b.Changes[:i]
				break
			}
		}
		if _, torn := s.Memory.Commit(ctx, b); torn != nil && !errors.Is(torn, store.ErrInvalid) {
			return store.Receipt{}, torn
		}
	}
	return receipt, err
}

// revive brings back a timer that was deleted by firing.
func (s *faulty) revive(ctx context.Context, b store.Batch, r store.Receipt) {
	for i, c := range b.Changes {
		switch {
		case c.Ref.Kind != "bell":
		case c.Op == store.Put:
			s.mu.Lock()
			s.timer = append(s.timer, c)
			s.mu.Unlock()
		case c.Op == store.Delete && s.strikes(firedTwice, 2):
			for _, old := range s.timer {
				if old.Ref == c.Ref {
					old.Expect, old.Events = 0, nil
					again := store.Batch{Tenant: b.Tenant, Command: uuid.NewSHA1(b.Command, []byte{byte(r.Versions[i].Version)}), Changes: []store.Change{old}}
					if _, err := s.Memory.Commit(ctx, again); err != nil && !errors.Is(err, store.ErrConflict) {
						panic(err)
					}
					break
				}
			}
		}
	}
}

func (s *faulty) List(ctx context.Context, t ident.Tenant, q store.Query) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		for r, err := range s.Memory.List(ctx, t, q) {
			if err == nil && s.strikes(staleList, 32) {
				continue // as from an index that is brought up to date later
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func (s *faulty) Get(ctx context.Context, t ident.Tenant, refs ...ident.Ref) ([]store.Record, error) {
	out, err := s.Memory.Get(ctx, t, refs...)
	for i, r := range out {
		if c, ok := s.dirtyChange(r.Ref); ok && s.strikes(dirtyRead, 2) {
			out[i].State, out[i].Version = c.State, c.Expect+1
			continue
		}
		if s.fault == staleRead {
			s.mu.Lock()
			if s.seen[r.Ref].Version != r.Version {
				s.older[r.Ref], s.seen[r.Ref] = s.seen[r.Ref], r
			}
			old := s.older[r.Ref]
			s.mu.Unlock()
			if old.Exists() && s.strikes(staleRead, 4) {
				out[i] = old
			}
		}
		if !r.Exists() && t != "acme" && s.strikes(crossTenantRead, 4) {
			foreign, foreignErr := s.Memory.Get(ctx, "acme", r.Ref)
			if foreignErr != nil {
				return nil, foreignErr
			}
			out[i] = foreign[0]
		}
		if s.fault == aliasedRead && r.Exists() {
			// The same bytes are handed out to every reader.
			s.mu.Lock()
			if s.seen[r.Ref].Version != r.Version {
				s.seen[r.Ref] = r
			}
			out[i] = s.seen[r.Ref]
			s.mu.Unlock()
		}
	}
	return out, err
}

func (s *faulty) dirtyChange(r ident.Ref) (store.Change, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.dirty[r]
	return c, ok
}

func (s *faulty) Tail(ctx context.Context, t ident.Tenant, after store.Cursor) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		if s.fault == blindCursor && !after.IsZero() {
			// Counts as far as the cursor says, whosever events those are.
			n, _, err := after.Sequence(t)
			if err != nil {
				yield(store.Event{}, err)
				return
			}
			for e, err := range s.Memory.Tail(ctx, t, store.Cursor{}) {
				if n > 0 {
					n--
				} else if !yield(e, err) {
					return
				}
			}
			return
		}
		if s.fault == reversedTail {
			s.reversed(ctx, t, after, yield)
			return
		}
		for e, err := range s.Memory.Tail(ctx, t, after) {
			if err == nil && s.strikes(skippedEvent, 16) {
				continue
			}
			if err == nil && s.strikes(doubledEvent, 16) && !yield(e, nil) {
				return
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// reversed swaps two neighbours now and then.
func (s *faulty) reversed(ctx context.Context, t ident.Tenant, after store.Cursor, yield func(store.Event, error) bool) {
	var held *store.Event
	for e, err := range s.Memory.Tail(ctx, t, after) {
		if err == nil && held == nil && s.strikes(reversedTail, 8) {
			held = &e
			continue
		}
		if !yield(e, err) {
			return
		}
		if held != nil {
			if !yield(*held, nil) {
				return
			}
			held = nil
		}
	}
	if held != nil {
		yield(*held, nil)
	}
}

// TestFaultyStoresAreFound is the proof that the suite is worth something: a
// store that breaks a promise now and then is found by the promise's group,
// whatever the seed.
func TestFaultyStoresAreFound(t *testing.T) {
	const repetitions = 100
	for name, c := range map[string]struct {
		fault fault
		group string
	}{
		"lost update":       {lostUpdate, "conflict"},
		"torn batch":        {tornBatch, "rollback"},
		"skipped event":     {skippedEvent, "tail"},
		"stale read":        {staleRead, "read"},
		"cross-tenant read": {crossTenantRead, "tenants"},
		"forgotten command": {forgottenCommand, "replay"},
		"aliased read":      {aliasedRead, "aliasing"},
		"doubled event":     {doubledEvent, "tail"},
		"dropped index":     {droppedIndex, "list"},
		"lost commit":       {lostCommit, "read"},
		"dirty read":        {dirtyRead, "rollback"},
		"stale list":        {staleList, "list"},
		"reversed tail":     {reversedTail, "tail"},
		"unerased":          {unerased, "erase"},
		"timer fired twice": {firedTwice, "timers"},
		"blind cursor":      {blindCursor, "tail"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(repetitions) {
				failures := storetest.Check(func() store.Store { return newFaulty(c.fault, seed) }, c.group)
				require.NotEmpty(t, failures, "seed %d: the fault was not found", seed)
				for _, f := range failures {
					assert.Equal(t, c.group, f.Group)
					assert.NotEmpty(t, f.Rule)
					assert.Contains(t, f.String(), f.Message)
				}
			}
		})
	}
}

// TestSoundStoreHasNoFailures guards the proof above against a suite that
// finds faults everywhere.
func TestSoundStoreHasNoFailures(t *testing.T) {
	assert.Empty(t, storetest.Check(func() store.Store { return store.NewMemory() }))
	assert.Empty(t, storetest.Check(func() store.Store { return store.NewMemory() }, "no such group"))
}

func TestGroupsAndCasesAreNamedOnce(t *testing.T) {
	groups := storetest.Groups()
	assert.GreaterOrEqual(t, len(groups), 10)
	seen := map[string]bool{}
	for _, g := range groups {
		assert.False(t, seen[g], g)
		seen[g] = true
	}
	// A store of which every call fails breaks at least one promise in each
	// group, which counts the cases and shows that none passes by doing nothing.
	failures := storetest.Check(func() store.Store { return dead{} })
	names := map[string]bool{}
	failed := map[string]bool{}
	for _, f := range failures {
		key := f.Group + "/" + f.Name
		assert.False(t, names[key], "case %s stands twice", key)
		names[key], failed[f.Group] = true, true
	}
	assert.Len(t, failed, len(groups))
	cases := storetest.Cases()
	t.Logf("%d cases, %d of which a dead store fails", len(cases), len(names))
	assert.GreaterOrEqual(t, len(cases), 150) // the least that the suite must have
	all := map[string]bool{}
	for _, c := range cases {
		assert.False(t, all[c], "case %s stands twice", c)
		all[c] = true
	}
	// What a dead store passes asks for refusals, which it gives, or for an
	// interface that it has not.
	assert.Greater(t, len(names), len(cases)*8/10)
}

// dead is a store that does not work at all.
type dead struct{}

var errDead = errors.New("dead")

func (dead) Commit(context.Context, store.Batch) (store.Receipt, error) {
	return store.Receipt{}, errDead
}

func (dead) Get(context.Context, ident.Tenant, ...ident.Ref) ([]store.Record, error) {
	return nil, errDead
}

func (dead) List(context.Context, ident.Tenant, store.Query) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) { yield(store.Record{}, errDead) }
}

func (dead) History(context.Context, ident.Tenant, ident.Ref, uint64) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) { yield(store.Event{}, errDead) }
}

func (dead) Tail(context.Context, ident.Tenant, store.Cursor) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) { yield(store.Event{}, errDead) }
}
