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
)

func newFaulty(f fault, seed uint64) *faulty {
	return &faulty{
		Memory: store.NewMemory(), fault: f, rng: rand.New(rand.NewPCG(seed, uint64(f))),
		older: map[ident.Ref]store.Record{}, seen: map[ident.Ref]store.Record{},
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
	receipt, err := s.Memory.Commit(ctx, b)
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

func (s *faulty) Get(ctx context.Context, t ident.Tenant, refs ...ident.Ref) ([]store.Record, error) {
	out, err := s.Memory.Get(ctx, t, refs...)
	for i, r := range out {
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

func (s *faulty) Tail(ctx context.Context, t ident.Tenant, after store.Cursor) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
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

// TestFaultyStoresAreFound is the proof that the suite is worth something: a
// store that breaks a promise now and then is found by the promise's group,
// whatever the seed.
func TestFaultyStoresAreFound(t *testing.T) {
	const repetitions = 20
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
	t.Logf("%d cases", len(names))
	assert.GreaterOrEqual(t, len(names), 60) // the least that the suite must have
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
