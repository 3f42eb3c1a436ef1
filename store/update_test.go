package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/store"
)

type account struct{ Balance int }

var (
	accounts = store.JSON[account]("account", 1)
	opened   = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

func command(n byte) store.Command {
	return store.Command{ID: uuid.UUID{n}, Tenant: "acme", Actor: "ann", At: opened}
}

// scripted lets a test stand between Update and the store.
type scripted struct {
	*store.Memory
	commits int
	before  func(n int, b store.Batch) error // before the n-th commit, from 1; an error replaces it
	after   func(n int) error                // after a commit that was applied; an error hides it
}

func (s *scripted) Commit(ctx context.Context, b store.Batch) (store.Receipt, error) {
	s.commits++
	if s.before != nil {
		if err := s.before(s.commits, b); err != nil {
			return store.Receipt{}, err
		}
	}
	r, err := s.Memory.Commit(ctx, b)
	if err == nil && s.after != nil {
		if hidden := s.after(s.commits); hidden != nil {
			return store.Receipt{}, hidden
		}
	}
	return r, err
}

// bump raises a balance behind the back of a running unit.
func bump(t *testing.T, s store.Store, id string) {
	t.Helper()
	c := command(0)
	c.ID = uuid.New()
	_, err := store.Update(t.Context(), s, c, add(id, 1))
	require.NoError(t, err)
}

func add(id string, n int) func(*store.Unit) error {
	return func(u *store.Unit) error {
		a, err := accounts.Load(u, id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		a.Balance += n
		return accounts.Save(u, id, a, store.Event{Type: "added", Data: fmt.Append(nil, n)})
	}
}

func balance(t *testing.T, s store.Store, id string) int {
	t.Helper()
	var a account
	require.NoError(t, store.View(t.Context(), s, "acme", func(u *store.Unit) (err error) {
		a, err = accounts.Load(u, id)
		return err
	}))
	return a.Balance
}

func TestUpdateRunsAgainOnConflict(t *testing.T) {
	s := &scripted{Memory: store.NewMemory()}
	runs := 0
	receipt, err := store.Update(t.Context(), s, command(1), func(u *store.Unit) error {
		err := add("a", 10)(u)
		if runs++; runs <= 3 {
			bump(t, s.Memory, "a")
		}
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, 4, runs)
	assert.False(t, receipt.Replayed)
	assert.Equal(t, 13, balance(t, s, "a"))
}

func TestUpdateChecksWhatWasOnlyRead(t *testing.T) {
	s := store.NewMemory()
	runs := 0
	_, err := store.Update(t.Context(), s, command(1), func(u *store.Unit) error {
		if _, err := accounts.Load(u, "limit"); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if runs++; runs == 1 {
			bump(t, s, "limit")
		}
		return accounts.Save(u, "a", account{runs})
	})
	require.NoError(t, err)
	assert.Equal(t, 2, runs, "a read that went stale must run the function again")
	assert.Equal(t, 2, balance(t, s, "a"))
}

func TestUpdateGivesUpAfterSixteenRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := store.NewMemory()
		runs := 0
		_, err := store.Update(t.Context(), s, command(1), func(u *store.Unit) error {
			err := add("a", 10)(u)
			runs++
			bump(t, s, "a")
			return err
		})
		conflict, ok := errors.AsType[*store.ConflictError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, accounts.Ref("a"), conflict.Ref)
		assert.Equal(t, 16, runs) // the bound that Update documents
		assert.Equal(t, 16, balance(t, s, "a"))
	})
}

func TestUpdateStopsWithItsContext(t *testing.T) {
	s := store.NewMemory()
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	_, err := store.Update(ctx, s, command(1), func(u *store.Unit) error {
		err := add("a", 10)(u)
		bump(t, s, "a")
		if runs++; runs == 2 {
			cancel()
		}
		return err
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 2, runs)
}

func TestUpdateSendsAgainWhenTheOutcomeIsUnknown(t *testing.T) {
	t.Run("acknowledgement lost", func(t *testing.T) {
		s := &scripted{Memory: store.NewMemory()}
		s.after = func(n int) error {
			if n == 1 {
				return store.ErrUnknownOutcome
			}
			return nil
		}
		receipt, err := store.Update(t.Context(), s, command(1), add("a", 10))
		require.NoError(t, err)
		assert.True(t, receipt.Replayed)
		assert.Equal(t, 10, balance(t, s, "a"))
	})
	t.Run("request lost", func(t *testing.T) {
		s := &scripted{Memory: store.NewMemory()}
		s.before = func(n int, _ store.Batch) error {
			if n == 1 {
				return store.ErrUnknownOutcome
			}
			return nil
		}
		receipt, err := store.Update(t.Context(), s, command(1), add("a", 10))
		require.NoError(t, err)
		assert.False(t, receipt.Replayed)
		assert.Equal(t, 10, balance(t, s, "a"))
	})
	t.Run("for ever", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &scripted{Memory: store.NewMemory(), before: func(int, store.Batch) error { return store.ErrUnknownOutcome }}
			_, err := store.Update(t.Context(), s, command(1), add("a", 10))
			require.ErrorIs(t, err, store.ErrUnknownOutcome)
			assert.Equal(t, 5, s.commits) // the bound that Update documents
		})
	})
}

func TestUpdateAppliesACommandOnce(t *testing.T) {
	s := store.NewMemory()
	c := command(1)
	c.Digest[0] = 1
	first, err := store.Update(t.Context(), s, c, add("a", 10))
	require.NoError(t, err)
	bump(t, s, "a")

	for name, fn := range map[string]func(*store.Unit) error{
		"same":    add("a", 10),
		"refuses": func(*store.Unit) error { return errors.New("is approved already") },
		"idle":    func(*store.Unit) error { return nil },
	} {
		again, err := store.Update(t.Context(), s, c, fn)
		require.NoError(t, err, name)
		assert.True(t, again.Replayed, name)
		assert.Equal(t, first.Versions, again.Versions, name)
		other := c
		other.Digest[0] = 2
		_, err = store.Update(t.Context(), s, other, fn)
		require.ErrorIs(t, err, store.ErrCommandReused, name)
	}
	assert.Equal(t, 11, balance(t, s, "a"))
}

func TestUpdateThatWritesNothingCommitsNothing(t *testing.T) {
	s := store.NewMemory()
	refusal := errors.New("no")
	_, err := store.Update(t.Context(), s, command(1), func(u *store.Unit) error {
		return errors.Join(add("a", 1)(u), refusal)
	})
	require.ErrorIs(t, err, refusal)
	receipt, err := store.Update(t.Context(), s, command(1), func(u *store.Unit) error {
		_, err := u.Get(accounts.Ref("a"))
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, store.Receipt{Command: uuid.UUID{1}}, receipt)
	// The command is still free.
	receipt, err = store.Update(t.Context(), s, command(1), add("a", 1))
	require.NoError(t, err)
	assert.False(t, receipt.Replayed)
}

func TestUpdateRefusesACommandWithoutIDOrTenant(t *testing.T) {
	for _, c := range []store.Command{{Tenant: "acme"}, {ID: uuid.UUID{1}}} {
		_, err := store.Update(t.Context(), store.NewMemory(), c, add("a", 1))
		require.ErrorIs(t, err, store.ErrInvalid)
	}
	require.ErrorIs(t, store.View(t.Context(), store.NewMemory(), "", func(*store.Unit) error { return nil }), store.ErrInvalid)
}

func TestAnErrorFromTornReadsRunsAgain(t *testing.T) {
	s := store.NewMemory()
	bump(t, s, "a")
	bump(t, s, "b")
	both := func(u *store.Unit) error { return errors.Join(add("a", 1)(u), add("b", 1)(u)) }
	runs := 0
	err := store.View(t.Context(), s, "acme", func(u *store.Unit) error {
		a, err := accounts.Load(u, "a")
		require.NoError(t, err)
		if runs++; runs == 1 {
			c := command(9)
			_, err := store.Update(t.Context(), s, c, both)
			require.NoError(t, err)
		}
		b, err := accounts.Load(u, "b")
		require.NoError(t, err)
		if a != b {
			return fmt.Errorf("a has %d, b has %d", a.Balance, b.Balance)
		}
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, 2, runs)
}
