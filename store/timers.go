package store

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/go-marops/marops/ident"
)

// Timers are records of one kind that fall due: reminders, deadlines, retries.
// They need nothing of a store but its five methods.
//
//	var reminders = store.Timers{Kind: "reminder"}
//	err := reminders.Set(u, "brief-7", due, nil)              // with whatever else the unit writes
//	for timer, err := range reminders.Due(ctx, s, tenant, now) {
//		_, err := reminders.Fire(ctx, s, command, timer, func(u *store.Unit) error { … })
//	}
//
// Firing removes the timer in the very batch that has the effect, so the
// effect happens once, however many workers try. [Timers.Lease] only saves
// them the trouble of trying the same ones.
type Timers struct{ Kind string }

// A Timer is due at a moment, which is kept to the nanosecond.
type Timer struct {
	ID   string    `json:"-"`
	Due  time.Time `json:"due"`
	Data []byte    `json:"data,omitzero"` // the caller's own
	// Leased is the moment until which a worker has claimed the timer; zero
	// if none has.
	Leased time.Time `json:"leased,omitzero"`
}

// visible returns the moment from which Due shows the timer.
func (t Timer) visible() time.Time {
	if t.Leased.After(t.Due) {
		return t.Leased
	}
	return t.Due
}

const dueIndex = "marops.due"

func (ts Timers) repo() Repo[Timer] {
	r := JSON[Timer](ts.Kind, 1)
	r.Index = func(t Timer) []Entry {
		return []Entry{{Index: dueIndex, Key: Tuple(Text(ts.Kind), Int(t.visible().UnixNano()))}}
	}
	return r
}

// Set buffers a timer, or replaces the one with the id, lease and all. Events
// go to the timer's own history.
func (ts Timers) Set(u *Unit, id string, due time.Time, data []byte, events ...Event) error {
	if due.Before(minTime) || due.After(maxTime) {
		return &InvalidError{Subject: ts.Kind + "/" + id, Reason: "is due outside the years 1678 to 2262"}
	}
	return ts.repo().Save(u, id, Timer{Due: due.UTC(), Data: data}, events...)
}

// Get returns the timer with the id, or a NotFoundError.
func (ts Timers) Get(u *Unit, id string) (Timer, error) {
	t, err := ts.repo().Load(u, id)
	t.ID = id
	return t, err
}

// Cancel buffers the removal of the timer with the id. There need not be one.
func (ts Timers) Cancel(u *Unit, id string) error {
	if err := ts.repo().Delete(u, id); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

// Due yields the timers that are due at now and not leased beyond it, the
// longest due first.
func (ts Timers) Due(ctx context.Context, s Store, t ident.Tenant, now time.Time) iter.Seq2[Timer, error] {
	return func(yield func(Timer, error) bool) {
		if now.After(maxTime) {
			now = maxTime
		}
		if now.Before(minTime) {
			return // nothing can be due
		}
		kind := Tuple(Text(ts.Kind))
		q := Query{Index: dueIndex, Prefix: kind, To: append(Tuple(Text(ts.Kind), Int(now.UnixNano())), 0xff)}
		for found, err := range ts.repo().List(ctx, s, t, q) {
			found.Value.ID = found.ID
			if !yield(found.Value, err) || err != nil {
				return
			}
		}
	}
}

// Lease claims up to n of the timers due at c.At for so long that other
// workers' Due does not show them, and returns them. A worker that dies loses
// its lease with time. Each claim is a batch of its own under an id derived
// from c.ID, which must be new.
func (ts Timers) Lease(ctx context.Context, s Store, c Command, lease time.Duration, n int) ([]Timer, error) {
	if lease <= 0 {
		return nil, &InvalidError{Subject: ts.Kind, Reason: "a lease has a positive length"}
	}
	var out []Timer
	base, tries := c.ID, 0
	for timer, err := range ts.Due(ctx, s, c.Tenant, c.At) {
		if err != nil || len(out) >= n {
			return out, err
		}
		tries++
		c.ID = ident.Derive(base, -tries)
		leased := timer
		leased.Leased = c.At.Add(lease).UTC()
		_, err = Update(ctx, s, c, func(u *Unit) error {
			now, err := ts.Get(u, timer.ID)
			if err != nil {
				return err
			}
			if !now.same(timer) {
				return &NotFoundError{ts.repo().Ref(timer.ID)} // another worker was here
			}
			return ts.repo().Save(u, timer.ID, leased)
		})
		switch {
		case errors.Is(err, ErrNotFound), errors.Is(err, ErrConflict):
		case err != nil:
			return out, err
		default:
			out = append(out, leased)
		}
	}
	return out, nil
}

func (t Timer) same(other Timer) bool { return t.Due.Equal(other.Due) && t.Leased.Equal(other.Leased) }

// Fire removes the timer and runs fn in one unit of work; fn may set it again.
// A timer that is gone, or due at another moment than the one given, returns a
// NotFoundError without effect: it has fired, or was cancelled or moved.
func (ts Timers) Fire(ctx context.Context, s Store, c Command, timer Timer, fn func(*Unit) error) (Receipt, error) {
	return Update(ctx, s, c, func(u *Unit) error {
		now, err := ts.Get(u, timer.ID)
		if err != nil {
			return err
		}
		if !now.Due.Equal(timer.Due) {
			return &NotFoundError{ts.repo().Ref(timer.ID)}
		}
		if err := ts.repo().Delete(u, timer.ID); err != nil {
			return err
		}
		return fn(u)
	})
}
