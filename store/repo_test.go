package store_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// update runs fn as command n and fails the test on an error.
func update(t *testing.T, s store.Store, n byte, fn func(*store.Unit) error) store.Receipt {
	t.Helper()
	r, err := store.Update(t.Context(), s, command(n), fn)
	require.NoError(t, err)
	return r
}

func TestUnitReadsItsOwnWrites(t *testing.T) {
	s := store.NewMemory()
	update(t, s, 1, func(u *store.Unit) error {
		_, err := accounts.Load(u, "a")
		require.ErrorIs(t, err, store.ErrNotFound)
		require.NoError(t, accounts.Save(u, "a", account{1}))
		got, err := accounts.Load(u, "a")
		require.NoError(t, err)
		assert.Equal(t, account{1}, got)
		require.NoError(t, accounts.Save(u, "a", account{2}))
		got, err = accounts.Load(u, "a")
		require.NoError(t, err)
		assert.Equal(t, account{2}, got)
		return nil
	})
	update(t, s, 2, func(u *store.Unit) error {
		require.NoError(t, accounts.Delete(u, "a"))
		_, err := accounts.Load(u, "a")
		require.ErrorIs(t, err, store.ErrNotFound)
		require.ErrorIs(t, accounts.Delete(u, "a"), store.ErrNotFound)
		require.ErrorIs(t, accounts.Append(u, "a", store.Event{Type: "x"}), store.ErrInvalid)
		return nil
	})
	err := store.View(t.Context(), s, "acme", func(u *store.Unit) error {
		_, err := accounts.Load(u, "a")
		return err
	})
	missing, ok := errors.AsType[*store.NotFoundError](err)
	require.True(t, ok)
	assert.Equal(t, accounts.Ref("a"), missing.Ref)
}

func TestUnitJoinsWritesOfOneRecord(t *testing.T) {
	types := func(s store.Store, id string) (out []string) {
		for e, err := range s.History(t.Context(), "acme", accounts.Ref(id), 0) {
			require.NoError(t, err)
			assert.Equal(t, ident.Person("ann"), e.Actor)
			assert.Equal(t, opened, e.At)
			out = append(out, e.Type)
		}
		return out
	}
	s := store.NewMemory()
	r := update(t, s, 1, func(u *store.Unit) error {
		return errors.Join(
			accounts.Append(u, "a", store.Event{Type: "1"}),
			accounts.Save(u, "a", account{1}, store.Event{Type: "2"}),
			accounts.Append(u, "a", store.Event{Type: "3"}),
			accounts.Append(u, "a"))
	})
	assert.Equal(t, []store.RefVersion{{Ref: accounts.Ref("a"), Version: 3}}, r.Versions)
	assert.Equal(t, []string{"1", "2", "3"}, types(s, "a"))

	// Deleted and saved again is replaced, without a version in between.
	update(t, s, 2, func(u *store.Unit) error {
		return errors.Join(accounts.Delete(u, "a", store.Event{Type: "4"}), accounts.Save(u, "a", account{7}))
	})
	assert.Equal(t, 7, balance(t, s, "a"))
	assert.Equal(t, []string{"1", "2", "3", "4"}, types(s, "a"))

	// Created and deleted leaves nothing; only the reading is checked.
	r = update(t, s, 3, func(u *store.Unit) error {
		return errors.Join(accounts.Save(u, "b", account{1}, store.Event{Type: "x"}), accounts.Delete(u, "b"), accounts.Save(u, "c", account{}))
	})
	assert.Empty(t, types(s, "b"))
	v, ok := r.Version(accounts.Ref("b"))
	assert.True(t, ok)
	assert.Zero(t, v)
}

func TestEventIDsComeFromTheCommand(t *testing.T) {
	ids := func() (out []string) {
		s := store.NewMemory()
		update(t, s, 1, func(u *store.Unit) error {
			return accounts.Save(u, "a", account{1}, store.Event{Type: "1"}, store.Event{Type: "2"})
		})
		for e, err := range s.Tail(t.Context(), "acme", store.Cursor{}) {
			require.NoError(t, err)
			out = append(out, e.ID.String())
		}
		return out
	}
	first := ids()
	assert.Len(t, first, 2)
	assert.NotEqual(t, first[0], first[1])
	assert.Equal(t, first, ids())
}

// ledger folds appended amounts into a number.
var ledger = store.Repo[int]{
	Kind: "ledger", Schema: 1,
	Encode: func(n int) ([]byte, error) { return strconv.AppendInt(nil, int64(n), 10), nil },
	Decode: func(_ uint16, b []byte) (int, error) { return strconv.Atoi(string(b)) },
	Apply: func(n int, e store.Event) (int, error) {
		d, err := strconv.Atoi(string(e.Data))
		return n + d, err
	},
}

func amount(n int) store.Event {
	return store.Event{Type: "posted", Data: strconv.AppendInt(nil, int64(n), 10)}
}

func TestApplyFoldsAppendedEvents(t *testing.T) {
	s := store.NewMemory()
	load := func(u *store.Unit, want int) {
		t.Helper()
		got, err := ledger.Load(u, "a")
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	update(t, s, 1, func(u *store.Unit) error {
		require.NoError(t, ledger.Append(u, "a", amount(1), amount(2)))
		load(u, 3)
		return nil
	})
	update(t, s, 2, func(u *store.Unit) error {
		load(u, 3)
		require.NoError(t, ledger.Append(u, "a", amount(10)))
		load(u, 13)
		require.NoError(t, ledger.Save(u, "a", 13)) // a snapshot
		require.NoError(t, ledger.Append(u, "a", amount(100), amount(1)))
		load(u, 114)
		return nil
	})
	update(t, s, 3, func(u *store.Unit) error {
		load(u, 114)
		return ledger.Append(u, "a", amount(-114))
	})
	update(t, s, 4, func(u *store.Unit) error {
		load(u, 0)
		return ledger.Delete(u, "a")
	})
	update(t, s, 5, func(u *store.Unit) error {
		require.NoError(t, ledger.Append(u, "a", amount(5)))
		load(u, 5) // nothing of the earlier life
		return nil
	})
	require.NoError(t, store.View(t.Context(), s, "acme", func(u *store.Unit) error { load(u, 5); return nil }))

	_, err := store.Update(t.Context(), s, command(6), func(u *store.Unit) error {
		require.NoError(t, ledger.Append(u, "a", store.Event{Type: "broken", Data: []byte("x")}))
		_, err := ledger.Load(u, "a")
		return err
	})
	require.ErrorContains(t, err, "ledger/a: event broken")
}

func TestNewerSchemaIsRefused(t *testing.T) {
	s := store.NewMemory()
	newer := store.JSON[account]("account", 2)
	update(t, s, 1, func(u *store.Unit) error { return newer.Save(u, "a", account{1}) })
	err := store.View(t.Context(), s, "acme", func(u *store.Unit) error {
		_, err := accounts.Load(u, "a")
		return err
	})
	require.ErrorIs(t, err, store.ErrNewerSchema)
	schema, ok := errors.AsType[*store.SchemaError](err)
	require.True(t, ok)
	assert.Equal(t, store.SchemaError{Kind: "account", Known: 1, Found: 2}, *schema)
	// An older state is decoded.
	update(t, s, 2, func(u *store.Unit) error { return accounts.Save(u, "b", account{2}) })
	require.NoError(t, store.View(t.Context(), s, "acme", func(u *store.Unit) error {
		got, err := newer.Load(u, "b")
		assert.Equal(t, account{2}, got)
		return err
	}))
}

func TestRepoListsByIndex(t *testing.T) {
	s := store.NewMemory()
	indexed := accounts
	indexed.Index = func(a account) []store.Entry {
		return []store.Entry{{Index: "balance", Key: store.Tuple(store.Int(int64(a.Balance)))}}
	}
	update(t, s, 1, func(u *store.Unit) error {
		return errors.Join(indexed.Save(u, "a", account{5}), indexed.Save(u, "b", account{-5}), indexed.Save(u, "c", account{0}))
	})
	var got []string
	var last store.Cursor
	for f, err := range indexed.List(t.Context(), s, "acme", store.Query{Index: "balance", Limit: 2}) {
		require.NoError(t, err)
		got, last = append(got, f.ID), f.Cursor
	}
	for f, err := range indexed.List(t.Context(), s, "acme", store.Query{Index: "balance", After: last}) {
		require.NoError(t, err)
		assert.Equal(t, account{5}, f.Value)
		got = append(got, f.ID)
	}
	assert.Equal(t, []string{"b", "c", "a"}, got)
	for _, err := range indexed.List(t.Context(), s, "", store.Query{}) {
		require.ErrorIs(t, err, store.ErrInvalid)
	}
	_, err := accounts.Value(store.Record{Ref: ident.Ref{Kind: "other", ID: "a"}})
	require.ErrorIs(t, err, store.ErrInvalid)
}

func TestUnitKnowsItsPlace(t *testing.T) {
	s := store.NewMemory()
	var kept *store.Unit
	update(t, s, 1, func(u *store.Unit) error {
		kept = u
		assert.Equal(t, command(1), u.Command())
		assert.Equal(t, t.Context(), u.Context())
		return nil
	})
	require.ErrorIs(t, accounts.Save(kept, "a", account{1}), store.ErrInvalid)
	_, err := kept.Get(accounts.Ref("a"))
	require.ErrorIs(t, err, store.ErrInvalid)
	require.NoError(t, store.View(t.Context(), s, "acme", func(u *store.Unit) error {
		require.ErrorIs(t, accounts.Save(u, "a", account{1}), store.ErrInvalid)
		return nil
	}))
}
