package store_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/store"
)

var reminders = store.Timers{Kind: "reminder"}

func TestLeaseIsNotTakenFromAnotherWorker(t *testing.T) {
	s := &scripted{Memory: store.NewMemory()}
	update(t, s, 1, func(u *store.Unit) error { return reminders.Set(u, "a", opened, nil) })
	// Just before this worker's claim is committed another one's is, so that
	// the claim is judged again on what the other left.
	others := 0
	s.before = func(int, store.Batch) error {
		if others++; others == 1 {
			got, err := reminders.Lease(t.Context(), s.Memory, command(2), time.Hour, 1)
			require.NoError(t, err)
			require.Len(t, got, 1)
		}
		return nil
	}
	got, err := reminders.Lease(t.Context(), s, command(3), time.Hour, 1)
	require.NoError(t, err)
	assert.Empty(t, got)
	assert.Positive(t, others)
}

func TestTimersRefuse(t *testing.T) {
	s := store.NewMemory()
	_, err := store.Update(t.Context(), s, command(1), func(u *store.Unit) error {
		return reminders.Set(u, "a", time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC), nil)
	})
	require.ErrorIs(t, err, store.ErrInvalid)
	_, err = reminders.Lease(t.Context(), s, command(2), 0, 1)
	require.ErrorIs(t, err, store.ErrInvalid)
	for _, now := range []time.Time{{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)} {
		for timer, err := range reminders.Due(t.Context(), s, "acme", now) {
			t.Errorf("due at %v: %v, %v", now, timer, err)
		}
	}
}

func TestTimerFiresOnceThoughTheAnswerIsLost(t *testing.T) {
	s := &scripted{Memory: store.NewMemory()}
	update(t, s, 1, func(u *store.Unit) error { return reminders.Set(u, "a", opened, []byte("x")) })
	s.after = func(n int) error {
		if n == 2 {
			return store.ErrUnknownOutcome
		}
		return nil
	}
	runs := 0
	r, err := reminders.Fire(t.Context(), s, store.Command{ID: uuid.UUID{9}, Tenant: "acme", Actor: "clock", At: opened},
		store.Timer{ID: "a", Due: opened}, func(u *store.Unit) error {
			runs++
			return accounts.Save(u, "rung", account{1})
		})
	require.NoError(t, err)
	assert.True(t, r.Replayed)
	assert.Equal(t, 1, runs)
	assert.Equal(t, 1, balance(t, s, "rung"))
}
