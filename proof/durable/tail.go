package durable

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// TailReport says what a reader saw of a tail.
type TailReport struct {
	Events   int // committed
	Repeated int // seen again after a restart
	Restarts int
}

// Tail lets writers append events to records of their own and to shared ones,
// until a reader that follows the tail was cut off so many times: each time
// after a random number of events, to go on from the last cursor that it had
// noted, which may be some events old. An event that the reader never sees,
// and one out of its record's order, are errors.
func Tail(ctx context.Context, s store.Store, writers, restarts int, seed uint64) (TailReport, error) {
	const shared = 3
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var stop atomic.Bool
	var wg sync.WaitGroup
	defer func() { stop.Store(true); wg.Wait() }()
	errs := make([]error, writers)
	for w := range writers {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(w)))
			for n := 0; !stop.Load() && errs[w] == nil; n++ {
				id := fmt.Sprint("own-", w)
				if n%2 == 1 {
					id = fmt.Sprint("shared-", rng.IntN(shared))
				}
				errs[w] = appendEvent(ctx, s, rng, ident.Ref{Kind: "stream", ID: id}, 1+rng.IntN(3))
			}
		})
	}
	r := tailReader{s: s, rng: rand.New(rand.NewPCG(seed, 1<<32)), seen: map[ident.Ref]uint64{}, noted: map[ident.Ref]uint64{}}
	for r.report.Restarts < restarts {
		limit := 1 + r.rng.IntN(60)
		n, err := r.read(ctx, limit)
		if err != nil {
			return r.report, err
		}
		if n == limit {
			r.report.Restarts++
		}
	}
	stop.Store(true)
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return r.report, err
	}
	if _, err := r.read(ctx, -1); err != nil {
		return r.report, err
	}
	return r.report, missing(ctx, s, r.seen)
}

// tailReader knows up to which version of each record it has read: in all
// lives, and when it noted its cursor.
type tailReader struct {
	s      store.Store
	rng    *rand.Rand
	report TailReport
	seen   map[ident.Ref]uint64
	noted  map[ident.Ref]uint64
	cursor store.Cursor
}

// read goes on from the noted cursor until it has read limit events or all
// there are, and returns how many those were.
func (r *tailReader) read(ctx context.Context, limit int) (n int, err error) {
	reading := maps.Clone(r.noted)
	for e, err := range r.s.Tail(ctx, tenant, r.cursor) {
		if err != nil {
			return n, err
		}
		if want := reading[e.Ref] + 1; e.Version != want {
			return n, fmt.Errorf("durable: tail: %s version %d came where %d was due", e.Ref, e.Version, want)
		}
		reading[e.Ref] = e.Version
		if e.Version <= r.seen[e.Ref] {
			r.report.Repeated++
		} else {
			r.seen[e.Ref] = e.Version
			r.report.Events++
		}
		if r.rng.IntN(4) > 0 { // else it dies before it has noted the event
			r.cursor, r.noted = e.Cursor, maps.Clone(reading)
		}
		if n++; n == limit {
			break
		}
	}
	return n, nil
}

// missing compares what was seen with the histories.
func missing(ctx context.Context, s store.Store, seen map[ident.Ref]uint64) error {
	for rec, err := range s.List(ctx, tenant, store.Query{Kind: "stream"}) {
		if err != nil {
			return err
		}
		if seen[rec.Ref] != rec.Version {
			return fmt.Errorf("durable: tail: %s is at version %d, and only %d were seen", rec.Ref, rec.Version, seen[rec.Ref])
		}
	}
	return nil
}

// appendEvent appends n events, again and again until there is no conflict.
func appendEvent(ctx context.Context, s store.Store, rng *rand.Rand, ref ident.Ref, n int) error {
	for {
		got, err := s.Get(ctx, tenant, ref)
		if err != nil {
			return err
		}
		b := store.Batch{Tenant: tenant, Command: newID(rng), Changes: []store.Change{{Op: store.Append, Ref: ref, Expect: got[0].Version}}}
		for range n {
			b.Changes[0].Events = append(b.Changes[0].Events, store.Event{ID: newID(rng), Type: "x", Actor: "writer", At: moment})
		}
		_, err = s.Commit(ctx, b)
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}
