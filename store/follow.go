package store

import (
	"context"
	"iter"
	"time"

	"github.com/go-marops/marops/ident"
)

// Follow yields the tenant's events behind the cursor and, other than Tail,
// goes on with those to come, until the loop ends or ctx does, whose error it
// yields last. A store that is no [Waiter] is asked again every so often; the
// least is a millisecond.
func Follow(ctx context.Context, s Store, t ident.Tenant, after Cursor, every time.Duration) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		cursor := after // each loop over the iterator begins anew
		for {
			for e, err := range s.Tail(ctx, t, cursor) {
				if !yield(e, err) || err != nil {
					return
				}
				cursor = e.Cursor
			}
			var err error
			if w, ok := s.(Waiter); ok {
				err = w.Wait(ctx, t, cursor)
			} else {
				err = sleep(ctx, max(every, time.Millisecond))
			}
			if err != nil {
				yield(Event{}, err)
				return
			}
		}
	}
}

// sleep waits, unless ctx ends before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
