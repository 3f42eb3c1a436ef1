package store_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/store"
)

// plain is a store without optional interfaces.
type plain struct{ store.Store }

func TestCapabilities(t *testing.T) {
	assert.Equal(t, store.Capabilities{Waits: true, Prunes: true}, store.CapabilitiesOf(store.NewMemory()))
	assert.Equal(t, store.Capabilities{}, store.CapabilitiesOf(plain{store.NewMemory()}))
}

func TestCommandsAreForgottenAfterTheirAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := store.NewMemory()
		commit := func(n byte) error {
			_, err := store.Update(t.Context(), s, command(n), add("a", 1))
			return err
		}
		require.NoError(t, commit(1))
		time.Sleep(store.MinRemembered)
		require.NoError(t, commit(2))
		n, err := s.PruneCommands(t.Context(), store.MinRemembered)
		require.NoError(t, err)
		assert.Zero(t, n, "seven days are not longer ago than seven days")
		time.Sleep(time.Nanosecond)
		n, err = s.PruneCommands(t.Context(), store.MinRemembered)
		require.NoError(t, err)
		assert.Equal(t, int64(1), n)
		require.NoError(t, commit(1)) // is a new one now
		require.NoError(t, commit(2)) // is not
		assert.Equal(t, 3, balance(t, s, "a"))
	})
}

func TestFollowAsksAStoreThatCannotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := plain{store.NewMemory()}
		go func() {
			for n := range byte(3) {
				time.Sleep(time.Minute)
				_, err := store.Update(context.Background(), s, command(n+1), func(u *store.Unit) error {
					return accounts.Append(u, "a", store.Event{Type: "x"})
				})
				assert.NoError(t, err)
			}
		}()
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		var at []time.Duration
		for _, err := range store.Follow(ctx, s, "acme", store.Cursor{}, 25*time.Second) {
			if err != nil {
				require.ErrorIs(t, err, context.DeadlineExceeded)
				at = append(at, time.Since(start))
				break
			}
			at = append(at, time.Since(start))
		}
		assert.Equal(t, []time.Duration{75 * time.Second, 125 * time.Second, 200 * time.Second, time.Hour}, at)
	})
}

func TestWaitEndsForUnusableCursors(t *testing.T) {
	s := store.NewMemory()
	require.NoError(t, s.Wait(t.Context(), "acme", store.SequenceCursor("acme", 1, uuid.UUID{1})), "Tail has an error to tell")
	require.ErrorIs(t, s.Wait(t.Context(), "acme", store.SequenceCursor("other", 1, uuid.UUID{1})), store.ErrCursor)
	require.ErrorIs(t, s.Wait(t.Context(), "", store.Cursor{}), store.ErrInvalid)
	for _, err := range store.Follow(t.Context(), s, "acme", store.SequenceCursor("acme", 1, uuid.UUID{1}), 0) {
		require.ErrorIs(t, err, store.ErrCursor)
	}
}
