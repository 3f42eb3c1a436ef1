package ledger_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/ledger"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/storetest"
)

func TestSnapshot(t *testing.T) {
	t.Parallel()
	s := store.NewMemory()
	l := open(t, s)
	_, err := ledger.ReadSnapshot(t.Context(), s, config(t))
	require.ErrorIs(t, err, store.ErrNotFound)
	must(t, l, limit(100), reserve("a", 30))
	require.NoError(t, l.Snapshot(t.Context(), "ivo", now))
	must(t, l, reserve("b", 30))
	got, err := ledger.ReadSnapshot(t.Context(), s, config(t))
	require.NoError(t, err)
	bal, ok := got.Balance("launch", day, budget.Year)
	require.True(t, ok)
	assert.Equal(t, []any{eur(100), eur(30), eur(70), true, uint64(1), now}, []any{bal.Limit, bal.Reserved, bal.Available, bal.Limited, got.Version, got.At})
	require.NoError(t, l.Snapshot(t.Context(), "ivo", now))
	got, err = ledger.ReadSnapshot(t.Context(), s, config(t))
	require.NoError(t, err)
	bal, _ = got.Balance("launch", day, budget.Year)
	assert.Equal(t, []any{eur(60), uint64(2)}, []any{bal.Reserved, got.Version})
	other := config(t)
	other.Chart, err = budget.Compile(budget.Structure{Currency: money.EUR, Horizon: civil.YearOf(day), Nodes: []budget.Node{{Key: "another"}}})
	require.NoError(t, err)
	_, err = ledger.ReadSnapshot(t.Context(), s, other)
	require.ErrorIs(t, err, budget.ErrForm)
	_, err = ledger.Verify(t.Context(), s, "acme", "2026", got.Head)
	require.NoError(t, err, "the head of the book when it was taken")
}

// A snapshot of more than a commit holds is stored in parts; a fault at any call
// leaves the one before, or the new one.
func TestSnapshotInParts(t *testing.T) {
	t.Parallel()
	structure := budget.Structure{Currency: money.EUR, Horizon: civil.YearOf(day)}
	var limits []budget.Command
	for n := range 8_000 {
		key := budget.NodeKey(fmt.Sprint("n", n))
		structure.Nodes = append(structure.Nodes, budget.Node{Key: key})
		for month := range 12 {
			limits = append(limits, budget.SetLimit{Node: key, Period: fiscal.Key{Year: 2026, Number: month + 1}, Amount: eur(1<<40 + int64(n))})
		}
	}
	chart, err := budget.Compile(structure)
	require.NoError(t, err)
	c := ledger.Config{Tenant: "acme", Name: "2026", Chart: chart, NewID: uuid.NewRandom}
	memory := store.NewMemory()
	l, err := ledger.Open(t.Context(), memory, c)
	require.NoError(t, err)
	for at := 0; at < len(limits); at += 1000 {
		must(t, l, limits[at:at+1000]...)
	}
	require.NoError(t, l.Snapshot(t.Context(), "ivo", now))
	amount := int64(0)
	for _, fault := range []storetest.Fault{storetest.Fail, storetest.Lose} {
		for n := 1; ; n++ {
			amount++
			must(t, l, budget.SetLimit{Node: "n5", Period: january, Amount: eur(amount)})
			s := storetest.Interpose(memory, n, fault)
			faulty, err := ledger.Open(t.Context(), s, c)
			if err == nil {
				err = faulty.Snapshot(t.Context(), "ivo", now)
			}
			got, readErr := ledger.ReadSnapshot(t.Context(), memory, c)
			require.NoError(t, readErr)
			bal, _ := got.Balance("n5", day, budget.Period)
			if bal.Limit != eur(amount) {
				require.Error(t, err)
				if amount > 1 {
					require.Equal(t, eur(amount-1), bal.Limit, "fault %d at call %d", fault, n)
				}
			}
			require.NoError(t, l.Snapshot(t.Context(), "ivo", now), "and the next one works")
			if s.Calls() < n {
				break
			}
		}
	}
	assert.Greater(t, amount, int64(10))
}
