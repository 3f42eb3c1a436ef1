package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/ledger"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/storetest"
)

var (
	now     = time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC)
	day     = civil.MustDate(2026, 1, 12)
	january = fiscal.Key{Year: 2026, Number: 1}
	ref     = ident.Ref{Kind: ledger.Kind, ID: "2026"}
)

func eur(minor int64) money.Money { return money.Minor(minor, money.EUR) }

func config(t testing.TB) ledger.Config {
	t.Helper()
	chart, err := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: civil.YearOf(day), Nodes: []budget.Node{{Key: "launch"}}})
	require.NoError(t, err)
	return ledger.Config{Tenant: "acme", Name: "2026", Chart: chart, NewID: uuid.NewRandom}
}

func open(t testing.TB, s store.Store) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), s, config(t))
	require.NoError(t, err)
	return l
}

func call(commands ...budget.Command) ledger.Call {
	return ledger.Call{Actor: "ivo", At: now, Commands: commands}
}

func limit(minor int64) budget.SetLimit {
	return budget.SetLimit{Node: "launch", Period: january, Amount: eur(minor)}
}

func reserve(ref string, minor int64) budget.Reserve {
	return budget.Reserve{Ref: ref, Node: "launch", Date: day, Amount: eur(minor), Memo: "by phone"}
}

func must(t testing.TB, l *ledger.Ledger, commands ...budget.Command) []budget.Result {
	t.Helper()
	results, err := l.Post(t.Context(), call(commands...))
	require.NoError(t, err)
	return results
}

// state is what a book in a store amounts to.
func state(t testing.TB, s store.Store) string {
	t.Helper()
	_, err := ledger.Verify(t.Context(), s, "acme", "2026", budget.Hash{})
	require.NoError(t, err)
	b, err := ledger.Load(t.Context(), s, config(t))
	require.NoError(t, err)
	var out []string
	for l := range b.Lines() {
		out = append(out, fmt.Sprint(l.Ref, " ", l.Measure, " ", l.Amount))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func TestConfig(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*ledger.Config){
		"chart": func(c *ledger.Config) { c.Chart = nil }, "id": func(c *ledger.Config) { c.NewID = nil },
		"tenant": func(c *ledger.Config) { c.Tenant = "" }, "name": func(c *ledger.Config) { c.Name = "" },
	} {
		c := config(t)
		spoil(&c)
		_, err := ledger.Open(t.Context(), store.NewMemory(), c)
		require.Error(t, err, name)
	}
}

// A refusal of all leaves nothing, one of some the others.
func TestAllOrEach(t *testing.T) {
	t.Parallel()
	s := store.NewMemory()
	l := open(t, s)
	must(t, l, limit(100))
	c := call(reserve("a", 60), reserve("b", 60))
	c.All = true
	results, err := l.Post(t.Context(), c)
	require.ErrorIs(t, err, budget.ErrLimit)
	assert.Nil(t, results)
	results = must(t, l, reserve("a", 60), reserve("b", 60))
	require.NoError(t, results[0].Err)
	require.ErrorIs(t, results[1].Err, budget.ErrLimit)
	assert.Equal(t, "by phone", results[0].Lines()[0].Memo)
	assert.Equal(t, " limit 1.00 EUR", strings.Replace(strings.Split(state(t, s), "\n")[1], "launch", "", 1))
	again := must(t, l, reserve("a", 60))
	assert.False(t, again[0].Changed)
	require.NoError(t, again[0].Err)
	none, err := l.Post(t.Context(), call())
	require.NoError(t, err)
	assert.Empty(t, none)
}

// A call with a key of its own is applied once, though its commands have none.
func TestCallWithAnID(t *testing.T) {
	t.Parallel()
	s := store.NewMemory()
	l := open(t, s)
	first := call(limit(100))
	first.ID = uuid.UUID{1, 6: 0x80, 8: 0x80}
	results, err := l.Post(t.Context(), first)
	require.NoError(t, err)
	assert.True(t, results[0].Changed)
	must(t, l, limit(50))
	results, err = open(t, s).Post(t.Context(), first) // the answer was lost, and another set it since
	require.NoError(t, err)
	assert.False(t, results[0].Changed)
	assert.Empty(t, results[0].Lines())
	assert.Contains(t, state(t, s), "limit -0.50 EUR")
	other := first
	other.Commands = []budget.Command{limit(70)}
	_, err = l.Post(t.Context(), other)
	require.ErrorIs(t, err, store.ErrCommandReused)
}

// One call that no commit can carry does not hinder those beside it.
func TestCallsThatCannotBeStored(t *testing.T) {
	t.Parallel()
	s := &slow{Store: store.NewMemory(), gate: make(chan struct{}, 100)}
	s.gate <- struct{}{}
	l := open(t, s)
	must(t, l, limit(1_000_000))
	large := call()
	for i := range 50_000 {
		large.Commands = append(large.Commands, budget.Record{Key: fmt.Sprint("a rather long key of a record ", i), Node: "launch", Service: day, Amount: eur(1)})
	}
	nobody, never := call(reserve("x", 1)), call(reserve("y", 1))
	nobody.Actor, never.At = "", time.Time{}
	calls := []ledger.Call{call(reserve("a", 1)), large, nobody, never, call(reserve("b", 1))}
	errs := make([]error, len(calls))
	var wg sync.WaitGroup
	for i, c := range calls {
		wg.Go(func() { _, errs[i] = l.Post(t.Context(), c) })
	}
	for range 10 {
		s.gate <- struct{}{}
	}
	wg.Wait()
	require.NoError(t, errs[0])
	require.ErrorIs(t, errs[1], store.ErrTooLarge)
	require.ErrorIs(t, errs[2], store.ErrInvalid)
	require.ErrorIs(t, errs[3], store.ErrInvalid)
	require.NoError(t, errs[4])
	assert.Equal(t, 3, strings.Count(state(t, s.Store), "\n")+1, state(t, s.Store))
}

// slow commits when the gate lets it.
type slow struct {
	store.Store
	gate chan struct{}
}

func (s *slow) Commit(ctx context.Context, b store.Batch) (store.Receipt, error) {
	select {
	case <-s.gate:
		return s.Store.Commit(ctx, b)
	case <-ctx.Done():
		return store.Receipt{}, ctx.Err()
	}
}

// Who gives up does not know, unless the call had not been taken up; the others go on.
func TestCallersThatLeave(t *testing.T) {
	t.Parallel()
	s := &slow{Store: store.NewMemory(), gate: make(chan struct{}, 100)}
	s.gate <- struct{}{}
	l := open(t, s)
	must(t, l, limit(1_000))
	short, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	errs := make([]error, 3)
	wg.Go(func() { _, errs[0] = l.Post(short, call(reserve("a", 1))) })
	time.Sleep(20 * time.Millisecond) // it is being committed
	wg.Go(func() { _, errs[1] = l.Post(short, call(reserve("b", 1))) })
	wg.Go(func() { _, errs[2] = l.Post(t.Context(), call(reserve("c", 1))) })
	time.Sleep(20 * time.Millisecond)
	cancel()
	time.Sleep(20 * time.Millisecond)
	for range 10 {
		s.gate <- struct{}{}
	}
	wg.Wait()
	require.Error(t, errs[0])
	require.Error(t, errs[1])
	require.NoError(t, errs[2])
	must(t, l, reserve("a", 1), reserve("b", 1))
	assert.Equal(t, 4, strings.Count(state(t, s.Store), "\n")+1)
}

// At every call of the store, a fault: what is repeated until it is answered comes to
// the same as without one, and nothing is half there.
func TestFaultAtEveryCall(t *testing.T) {
	t.Parallel()
	work := func(s store.Store) error {
		var l *ledger.Ledger
		retry := func(f func() error) error {
			for range 20 {
				if err := f(); !errors.Is(err, storetest.ErrInjected) && !errors.Is(err, store.ErrUnknownOutcome) {
					return err
				}
			}
			return errors.New("twenty times in vain")
		}
		if err := retry(func() (err error) { l, err = ledger.Open(t.Context(), s, config(t)); return err }); err != nil {
			return err
		}
		once := call(reserve("c", 10))
		once.ID = uuid.UUID{2, 6: 0x80, 8: 0x80}
		all := call(reserve("d", 10), reserve("e", 1000))
		all.All = true
		for _, c := range []ledger.Call{call(limit(100)), call(reserve("a", 10), reserve("b", 1000)), once, all} {
			err := retry(func() error { _, err := l.Post(t.Context(), c); return err })
			if err != nil && (!c.All || !errors.Is(err, budget.ErrLimit)) {
				return err
			}
		}
		return retry(func() error {
			return l.View(t.Context(), func(b *budget.Book) error {
				if bal, _ := b.Balance("launch", day, budget.Total); bal.Reserved != eur(20) {
					return fmt.Errorf("%v is reserved", bal.Reserved)
				}
				return nil
			})
		})
	}
	plain := store.NewMemory()
	require.NoError(t, work(plain))
	want := state(t, plain)
	for _, fault := range []storetest.Fault{storetest.Fail, storetest.Lose, storetest.Delay} {
		for n := 1; ; n++ {
			memory := store.NewMemory()
			s := storetest.Interpose(memory, n, fault)
			require.NoError(t, work(s), "fault %d at call %d", fault, n)
			require.Equal(t, want, state(t, memory), "fault %d at call %d", fault, n)
			if s.Calls() < n {
				break
			}
		}
	}
}

// An older backup, or another history, is put in the place of the store.
func TestHistoryThatIsRewritten(t *testing.T) {
	t.Parallel()
	history := func(limits ...int64) *store.Memory {
		s := store.NewMemory()
		l := open(t, s)
		for _, x := range limits {
			must(t, l, limit(x))
		}
		return s
	}
	for name, other := range map[string]*store.Memory{"older": history(100), "longer": history(100, 60, 30), "empty": store.NewMemory()} {
		s := &swapped{Store: history(100, 50)}
		l := open(t, s)
		s.Store = other
		must(t, l, reserve("a", 10))
		b, err := ledger.Load(t.Context(), other, config(t))
		require.NoError(t, err)
		want, _ := b.Balance("launch", day, budget.Total)
		require.NoError(t, l.View(t.Context(), func(b *budget.Book) error {
			got, _ := b.Balance("launch", day, budget.Total)
			assert.Equal(t, want, got, name)
			return nil
		}))
		state(t, other)
	}
}

type swapped struct{ store.Store }

func TestVersionOfTheFuture(t *testing.T) {
	t.Parallel()
	s := store.NewMemory()
	must(t, open(t, s), limit(100))
	_, err := s.Commit(t.Context(), store.Batch{Tenant: "acme", Command: uuid.UUID{3}, Changes: []store.Change{{
		Op: store.Append, Ref: ref, Expect: 1, Events: []store.Event{{ID: uuid.UUID{4}, Type: "book.posted", Actor: "ivo", Schema: 2, At: now, Data: []byte("x")}},
	}}})
	require.NoError(t, err)
	_, err = ledger.Open(t.Context(), s, config(t))
	require.ErrorIs(t, err, store.ErrNewerSchema)
}

// A unit of work commits the book and another record together, and runs anew when
// another was faster.
func TestHold(t *testing.T) {
	t.Parallel()
	s := store.NewMemory()
	l, other := open(t, s), open(t, s)
	must(t, l, limit(100))
	thing := ident.Ref{Kind: "thing", ID: "x"}
	unit := func(id byte, fn func(u *store.Unit, h *ledger.Hold) error) (bool, error) {
		h, err := l.Take(t.Context())
		require.NoError(t, err)
		r, err := store.Update(t.Context(), s, store.Command{ID: uuid.UUID{id}, Tenant: "acme", Actor: "ivo", At: now}, func(u *store.Unit) error { return fn(u, h) })
		return h.Done(r, err), err
	}
	reserved := func(u *store.Unit, h *ledger.Hold, ref string) error {
		return h.Post(u, func(b *budget.Book) error { return b.Apply(now, reserve(ref, 40))[0].Err })
	}
	runs := 0
	kept, err := unit(1, func(u *store.Unit, h *ledger.Hold) error {
		if err := u.Put(thing, 1, []byte("1"), nil); err != nil {
			return err
		}
		if err := reserved(u, h, "a"); err != nil {
			return err
		}
		if runs++; runs == 1 {
			must(t, other, reserve("o", 20))
		}
		err := h.Post(u, func(b *budget.Book) error { return b.Apply(now, reserve("too much", 41))[0].Err })
		if runs == 2 && !errors.Is(err, budget.ErrLimit) {
			return errors.New("100 are there, 20 and 40 are taken")
		}
		return nil
	})
	require.NoError(t, err)
	assert.True(t, kept)
	assert.Equal(t, 2, runs)
	kept, err = unit(2, func(u *store.Unit, h *ledger.Hold) error {
		return errors.Join(reserved(u, h, "b"), errors.New("on second thoughts"))
	})
	require.Error(t, err)
	assert.False(t, kept)
	kept, err = unit(1, func(u *store.Unit, h *ledger.Hold) error { return reserved(u, h, "c") })
	require.NoError(t, err)
	assert.False(t, kept, "the command was applied before")
	assert.Equal(t, "a reserved 0.40 EUR\nlaunch limit 1.00 EUR\no reserved 0.20 EUR", state(t, s))
	must(t, l, reserve("d", 40))
	require.ErrorIs(t, must(t, l, reserve("e", 1))[0].Err, budget.ErrLimit)
}

func TestVerify(t *testing.T) {
	t.Parallel()
	s := store.NewMemory()
	l := open(t, s)
	must(t, l, limit(100))
	before, err := ledger.Verify(t.Context(), s, "acme", "2026", budget.Hash{})
	require.NoError(t, err)
	must(t, l, reserve("a", 1))
	_, err = ledger.Verify(t.Context(), s, "acme", "2026", before)
	require.ErrorIs(t, err, budget.ErrBroken)
}

// Readers and writers at once, for the race detector: each sees whole groups.
func TestReadersAndWriters(t *testing.T) {
	t.Parallel()
	s := store.NewMemory()
	l := open(t, s)
	must(t, l, limit(1_000_000))
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 50 {
				c := call(reserve(fmt.Sprint(w, "-", i, "a"), 3), reserve(fmt.Sprint(w, "-", i, "b"), 7))
				c.All = true
				results, err := l.Post(t.Context(), c)
				if assert.NoError(t, err) && assert.Len(t, results[1].Lines(), 1) {
					assert.Equal(t, eur(7), results[1].Lines()[0].Amount)
				}
				assert.NoError(t, l.View(t.Context(), func(b *budget.Book) error {
					bal, _ := b.Balance("launch", day, budget.Total)
					assert.Zero(t, bal.Reserved.Minor()%10)
					return nil
				}))
			}
		})
	}
	wg.Wait()
	assert.Equal(t, 801, strings.Count(state(t, s), "\n")+1)
}

// What people wrote goes, the figures and the chain stay, and so do ledgers that knew
// the text.
func TestErase(t *testing.T) {
	t.Parallel()
	s := store.NewMemory()
	l, other := open(t, s), open(t, s)
	must(t, l, limit(100), reserve("a", 10))
	must(t, other, reserve("b", 10))
	before := state(t, s)
	require.NoError(t, l.Erase(t.Context(), "ivo", now))
	assert.Equal(t, before, state(t, s))
	require.NoError(t, l.View(t.Context(), func(b *budget.Book) error {
		for line := range b.Lines() {
			assert.Empty(t, line.Memo)
		}
		return nil
	}))
	again := must(t, l, reserve("a", 10))
	require.NoError(t, again[0].Err, "a memo says nothing")
	assert.False(t, again[0].Changed)
	must(t, other, reserve("c", 10))
	must(t, l, reserve("d", 10))
	assert.Equal(t, 5, strings.Count(state(t, s), "\n")+1)
}
