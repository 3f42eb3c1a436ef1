package durable

import (
	"context"
	"iter"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/storetest"
)

// faulty is a store as a process sees it on a bad day: calls are refused, answers
// are lost, some for so long that repeating does not help, and now and then the
// process ends, which may happen between a commit and its answer.
type faulty struct {
	store.Store
	mu   sync.Mutex
	rng  *rand.Rand
	lost int // answers that are lost from now on
	dead bool
}

func newFaulty(s store.Store, seed uint64) *faulty {
	return &faulty{Store: s, rng: rand.New(rand.NewPCG(seed, 4))}
}

func (f *faulty) crashed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dead
}

// What happens to a call.
const (
	nothing = iota
	refuse  // it does not arrive
	drop    // it does not arrive, and nobody knows
	lose    // it arrives, and nobody knows
	lag
)

func (f *faulty) strike() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return refuse
	}
	if f.lost > 0 {
		f.lost--
		return drop
	}
	switch f.rng.IntN(400) {
	case 0:
		f.dead = true
		return lose
	case 1:
		f.dead = true
		return drop
	case 2, 3, 4:
		f.lost = 7 // more than a call is repeated
		return lose
	case 5, 6, 7, 8:
		return lose
	case 9, 10, 11, 12:
		return refuse
	case 13, 14, 15, 16, 17, 18:
		return lag
	}
	return nothing
}

// Commit implements store.Store.
func (f *faulty) Commit(ctx context.Context, b store.Batch) (store.Receipt, error) {
	switch f.strike() {
	case refuse:
		return store.Receipt{}, storetest.ErrInjected
	case drop:
		return store.Receipt{}, store.ErrUnknownOutcome
	case lose:
		_, err := f.Store.Commit(ctx, b)
		if err == nil {
			err = store.ErrUnknownOutcome
		}
		return store.Receipt{}, err
	case lag:
		time.Sleep(time.Millisecond)
	}
	return f.Store.Commit(ctx, b)
}

// Get implements store.Store.
func (f *faulty) Get(ctx context.Context, t ident.Tenant, refs ...ident.Ref) ([]store.Record, error) {
	switch f.strike() {
	case refuse, drop, lose:
		return nil, storetest.ErrInjected
	case lag:
		time.Sleep(time.Millisecond)
	}
	return f.Store.Get(ctx, t, refs...)
}

// History implements store.Store: a fault comes behind the first event.
func (f *faulty) History(ctx context.Context, t ident.Tenant, ref ident.Ref, after uint64) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		struck := f.strike()
		for e, err := range f.Store.History(ctx, t, ref, after) {
			if !yield(e, err) || err != nil {
				return
			}
			if struck == refuse || struck == drop || struck == lose {
				yield(store.Event{}, storetest.ErrInjected)
				return
			}
		}
	}
}
