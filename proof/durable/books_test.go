package durable

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// Sixteen writers at each of four processes, on one book.
func TestBook(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		r, err := Book(t.Context(), []store.Store{s, s, s, s}, 64, 200/share, 1)
		require.NoError(t, err)
		require.NoError(t, r.History.Check())
		t.Logf("%d calls, %d lines, %d refused, %d repeated, %d crashes", len(r.History), r.Lines, r.Refused, r.Again, r.Crashes)
		assert.Len(t, r.History, 64*(200/share))
		assert.Positive(t, r.Refused)
		assert.Positive(t, r.Again)
		assert.Positive(t, r.Crashes)
	})
}

func TestKillBook(t *testing.T) {
	r, err := KillBook(t.Context(), filepath.Join(t.TempDir(), "store.db"), 50/share, 1)
	require.NoError(t, err)
	t.Logf("%+v", r)
	assert.Positive(t, r.Commits)
}

// The checker of many writers says what porcupine says, of histories as they were and
// of such in which one answer was altered.
func TestBookCheck(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	wrong, rounds := 0, 60/share
	for seed := range rounds {
		s := store.NewMemory()
		r, err := Book(t.Context(), []store.Store{s, s}, 4, 25, uint64(seed))
		require.NoError(t, err)
		require.NoError(t, r.History.Check())
		require.NoError(t, r.History.Porcupine())
		for range 5 {
			h := slices.Clone(r.History)
			alter(rng, h)
			mine, oracle := h.Check(), h.Porcupine()
			require.Equal(t, oracle == nil, mine == nil, "seed %d: %v, %v", seed, mine, oracle)
			if oracle != nil {
				wrong++
			}
		}
	}
	t.Logf("%d of %d altered histories are wrong", wrong, 5*rounds)
	assert.Greater(t, wrong, rounds)
	assert.Less(t, wrong, 5*rounds)
}

// alter changes an answer, or the time of a call.
func alter(rng *rand.Rand, h BookHistory) {
	i := rng.IntN(len(h))
	op := &h[i]
	_, a := parts(*op)
	switch rng.IntN(4) {
	case 0: // it was seen too early or too late
		d := op.Return - op.Call + rng.Int64N(1_000_000)
		if rng.IntN(2) == 0 {
			d = -d
		}
		op.Call, op.Return = op.Call+d, op.Return+d
	case 1:
		a.headroom += rng.Int64N(3) - 1
	case 2:
		a.lines += rng.IntN(3) - 1
	default:
		j := rng.IntN(len(h))
		_, b := parts(h[j])
		a.seq, b.seq = b.seq, a.seq
		h[j].Output = b
	}
	op.Output = a
}

// careless is a store that forgets now and then what an engine relies on.
type careless struct {
	store.Store
	mu    sync.Mutex
	rng   *rand.Rand
	fault int
	old   []store.Record
}

func (c *careless) strikes() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rng.IntN(30) == 0
}

func (c *careless) Commit(ctx context.Context, b store.Batch) (store.Receipt, error) {
	if c.fault == lostCommit && c.strikes() && len(b.Changes) == 1 {
		expect := b.Changes[0].Expect + uint64(len(b.Changes[0].Events))
		return store.Receipt{Command: b.Command, Versions: []store.RefVersion{{Ref: b.Changes[0].Ref, Version: expect}}}, nil
	}
	return c.Store.Commit(ctx, b)
}

func (c *careless) Get(ctx context.Context, t ident.Tenant, refs ...ident.Ref) ([]store.Record, error) {
	if c.fault == staleRead && c.strikes() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.old != nil {
			return c.old, nil
		}
	}
	r, err := c.Store.Get(ctx, t, refs...)
	if err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.old == nil || c.rng.IntN(8) == 0 {
			c.old = r
		}
	}
	return r, err
}

const (
	lostCommit = iota
	staleRead
)

func TestCarelessStoresAreFound(t *testing.T) {
	for fault, name := range []string{"lost commit", "stale read"} {
		found := 0
		for seed := range uint64(5) {
			s := store.NewMemory()
			var stores []store.Store
			for i := range uint64(4) {
				stores = append(stores, &careless{Store: s, rng: rand.New(rand.NewPCG(seed, i)), fault: fault})
			}
			r, err := Book(t.Context(), stores, 16, 40, seed)
			if err != nil || r.History.Check() != nil {
				found++
			}
		}
		assert.Equal(t, 5, found, name)
	}
}
