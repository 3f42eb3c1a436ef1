package durable

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlitestore"
)

func TestMain(m *testing.M) {
	Child()
	os.Exit(m.Run())
}

func sqlite(t *testing.T) store.Store {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), nil)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func TestPower(t *testing.T) {
	r, err := Power(t.Context(), t.TempDir(), 12/share, false, 1)
	require.NoError(t, err)
	t.Logf("%+v", r)
	assert.Zero(t, r.Lost)
	r, err = Power(t.Context(), t.TempDir(), 12/share, true, 1)
	require.NoError(t, err)
	t.Logf("relaxed: %+v", r)
	assert.Positive(t, r.Lost)
}

func TestTogether(t *testing.T) {
	r, err := Together(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Logf("%+v", r)
	assert.Positive(t, r.Unknown)
	assert.Positive(t, r.Refused)
}

// eachStore runs a test on every adapter that stands here.
func eachStore(t *testing.T, test func(t *testing.T, s store.Store)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { test(t, store.NewMemory()) })
	t.Run("sqlite", func(t *testing.T) { test(t, sqlite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, postgres(t)) })
}

// postgres returns a store on a server that ends with the test.
func postgres(t *testing.T) store.Store {
	t.Helper()
	p, err := StartPostgres(t.Context(), "../../scripts/postgres")
	if errors.Is(err, ErrNoPostgres) && os.Getenv("MAROPS_POSTGRES_REQUIRED") != "1" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Stop(context.Background())) })
	s, err := p.Open(t.Context(), "durable")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func TestFaults(t *testing.T) {
	reports, err := Faults(t.Context(), t.TempDir())
	for _, r := range reports {
		t.Logf("%+v", r)
		assert.Positive(t, r.Refused)
	}
	require.NoError(t, err)
}

func TestModel(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		require.NoError(t, Model(t.Context(), s, 10_000/share, 1))
	})
}

func TestTail(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		r, err := Tail(t.Context(), s, 12, 100/share, 1)
		require.NoError(t, err)
		t.Logf("%+v", r)
		assert.Equal(t, 100/share, r.Restarts)
	})
}

func TestLinearizable(t *testing.T) {
	eachStore(t, func(t *testing.T, s store.Store) {
		h, err := Record(t.Context(), s, 16, 5000/share, 1)
		require.NoError(t, err)
		require.NoError(t, h.Check())
		assert.Len(t, h, 80_000/share)
	})
}

func TestKill(t *testing.T) {
	r, err := Kill(t.Context(), filepath.Join(t.TempDir(), "store.db"), 250/share, 1)
	require.NoError(t, err)
	t.Logf("%+v", r)
}

// broken does one thing wrong, now and then, for each of the loops to find.
type broken struct {
	*store.Memory
	mu    sync.Mutex
	rng   *rand.Rand
	stale map[ident.Ref]store.Record
}

func newBroken() *broken {
	return &broken{Memory: store.NewMemory(), rng: rand.New(rand.NewPCG(1, 2)), stale: map[ident.Ref]store.Record{}}
}

func (b *broken) strikes(n int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rng.IntN(n) == 0
}

// Get returns, rarely, what it returned before.
func (b *broken) Get(ctx context.Context, t ident.Tenant, refs ...ident.Ref) ([]store.Record, error) {
	got, err := b.Memory.Get(ctx, t, refs...)
	if err == nil && len(got) == 1 && !b.strikes(200) {
		b.mu.Lock()
		b.stale[refs[0]] = got[0]
		b.mu.Unlock()
		return got, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, r := range got {
		if old, ok := b.stale[r.Ref]; ok {
			got[i] = old
		}
	}
	return got, err
}

// Tail skips an event, rarely.
func (b *broken) Tail(ctx context.Context, t ident.Tenant, after store.Cursor) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		for e, err := range b.Memory.Tail(ctx, t, after) {
			if err == nil && b.strikes(300) {
				continue
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func TestBrokenStoresAreFound(t *testing.T) {
	h, err := Record(t.Context(), newBroken(), 8, 1000, 1)
	require.NoError(t, err)
	require.ErrorContains(t, h.Check(), "proven not to be linearizable")
	_, err = Tail(t.Context(), newBroken(), 4, 50, 1)
	require.ErrorContains(t, err, "durable: tail:")
	require.ErrorContains(t, Model(t.Context(), newBroken(), 10_000, 1), "durable: model:")
}
