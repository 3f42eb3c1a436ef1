package storetest

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// A Fault is what an [Interposer] does to a call.
type Fault uint8

// The faults.
const (
	// Fail refuses the call: nothing reaches the store, and ErrInjected comes
	// back.
	Fail Fault = iota + 1
	// Lose lets the call through and loses its answer: a commit returns
	// store.ErrUnknownOutcome, a read ErrInjected.
	Lose
	// Delay lets the call through after a pause of a millisecond, so that
	// others overtake it.
	Delay
)

// ErrInjected is the error of a call that an Interposer made fail.
var ErrInjected = errors.New("storetest: injected fault")

// An Interposer stands before a store and does one fault to its n-th call. It
// is for testing what is built on a store: run the work once for each call
// that it makes, and see that nothing is half done.
//
//	for n := 1; ; n++ {
//		s := storetest.Interpose(store.NewMemory(), n, storetest.Fail)
//		err := work(s)
//		… // all or nothing of it is there
//		if s.Calls() < n {
//			break // the work makes no more calls than that
//		}
//	}
type Interposer struct {
	store.Store
	n     int
	fault Fault
	mu    sync.Mutex
	calls int
}

// Interpose returns an Interposer that does the fault to the n-th call, from 1.
// Each method call is one call, each loop over an iterator another.
func Interpose(s store.Store, n int, f Fault) *Interposer {
	return &Interposer{Store: s, n: n, fault: f}
}

// Calls returns how many calls there were.
func (i *Interposer) Calls() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.calls
}

// strike counts a call and returns what is to be done to it; 0 for nothing.
func (i *Interposer) strike() Fault {
	i.mu.Lock()
	i.calls++
	struck := i.calls == i.n
	i.mu.Unlock()
	switch {
	case !struck:
		return 0
	case i.fault == Delay:
		time.Sleep(time.Millisecond)
	}
	return i.fault
}

// Commit implements store.Store.
func (i *Interposer) Commit(ctx context.Context, b store.Batch) (store.Receipt, error) {
	fault := i.strike()
	if fault == Fail {
		return store.Receipt{}, ErrInjected
	}
	r, err := i.Store.Commit(ctx, b)
	if fault == Lose {
		return store.Receipt{}, store.ErrUnknownOutcome
	}
	return r, err
}

// Get implements store.Store.
func (i *Interposer) Get(ctx context.Context, t ident.Tenant, refs ...ident.Ref) ([]store.Record, error) {
	if f := i.strike(); f == Fail || f == Lose {
		return nil, ErrInjected
	}
	return i.Store.Get(ctx, t, refs...)
}

// List implements store.Store.
func (i *Interposer) List(ctx context.Context, t ident.Tenant, q store.Query) iter.Seq2[store.Record, error] {
	return interposed(i, i.Store.List(ctx, t, q))
}

// History implements store.Store.
func (i *Interposer) History(ctx context.Context, t ident.Tenant, ref ident.Ref, after uint64) iter.Seq2[store.Event, error] {
	return interposed(i, i.Store.History(ctx, t, ref, after))
}

// Tail implements store.Store.
func (i *Interposer) Tail(ctx context.Context, t ident.Tenant, after store.Cursor) iter.Seq2[store.Event, error] {
	return interposed(i, i.Store.Tail(ctx, t, after))
}

// interposed breaks a struck loop off: at once, or behind its first item.
func interposed[T any](i *Interposer, seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		fault := i.strike()
		if fault != Fail {
			for item, err := range seq {
				if !yield(item, err) || err != nil {
					return
				}
				if fault == Lose {
					break
				}
			}
		}
		if fault == Fail || fault == Lose {
			yield(zero, ErrInjected)
		}
	}
}
