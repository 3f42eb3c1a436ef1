package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

func readCases() []testCase {
	const g = "read"
	return []testCase{
		{g, "own-write", "a read that begins after a commit sees it, every time", func(p *probe) {
			for i := range uint64(100) {
				p.must(put("a", i, fmt.Sprint(i)))
				p.state("a", i+1, fmt.Sprint(i))
			}
		}},
		{g, "order-asked", "Get returns records in the order asked, also absent and repeated ones", func(p *probe) {
			p.must(put("a", 0, "A"), put("b", 0, "B"))
			got, err := p.s.Get(p.ctx, p.t, ref("b"), ref("x"), ref("a"), ref("b"))
			p.noError(err, "get")
			p.equal(names(got), []string{"b", "x", "a", "b"}, "refs")
			p.equal([]string{string(got[0].State), string(got[1].State), string(got[2].State), string(got[3].State)}, []string{"B", "", "A", "B"}, "states")
		}},
		{g, "nothing-asked", "Get of no refs returns no records", func(p *probe) {
			got, err := p.s.Get(p.ctx, p.t)
			p.noError(err, "get")
			p.equal(len(got), 0, "records")
		}},
	}
}

// together runs work(0..n-1) at once and returns what went wrong.
func together(n int, work func(int) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = work(i) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// increment adds one to the number in a record, by hand, until it succeeds.
func (p *probe) increment(id string) error {
	for {
		got, err := p.s.Get(p.ctx, p.t, ref(id))
		if err != nil {
			return err
		}
		n, _ := strconv.Atoi(string(got[0].State)) // an absent record counts as 0
		_, err = p.commit(put(id, got[0].Version, strconv.Itoa(n+1), p.event("add")))
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

func concurrentCases() []testCase {
	const g = "concurrent"
	return []testCase{
		{g, "no-lost-increment", "increments by many writers add up", func(p *probe) {
			err := together(4, func(int) error {
				for range 15 {
					if err := p.increment("a"); err != nil {
						return err
					}
				}
				return nil
			})
			p.noError(err, "increments")
			p.state("a", 60, "60")
			p.equal(len(p.history("a", 0)), 60, "events")
		}},
		{g, "snapshot", "Get of several records never sees half a commit", func(p *probe) {
			p.must(put("a", 0, "0"), put("b", 0, "0"))
			stop := make(chan struct{})
			err := together(3, func(i int) error {
				if i == 0 {
					defer close(stop)
					for n := range uint64(60) {
						if _, err := p.commit(put("a", n+1, fmt.Sprint(n)), put("b", n+1, fmt.Sprint(n))); err != nil {
							return err
						}
					}
					return nil
				}
				for {
					got, err := p.s.Get(p.ctx, p.t, ref("a"), ref("b"))
					if err != nil {
						return err
					}
					if string(got[0].State) != string(got[1].State) || got[0].Version != got[1].Version {
						return fmt.Errorf("saw a at %q and b at %q", got[0].State, got[1].State)
					}
					select {
					case <-stop:
						return nil
					default:
					}
				}
			})
			p.noError(err, "writer and readers")
		}},
		{g, "tail-under-writers", "a poller that follows the tail while others write misses nothing", func(p *probe) {
			const writers, each = 4, 20
			done := make(chan struct{})
			var seen []store.Event
			err := together(2, func(i int) error {
				if i == 0 {
					defer close(done)
					return together(writers, func(w int) error {
						for n := range uint64(each) {
							if _, err := p.commit(appendTo(fmt.Sprint("w", w), n, p.event("x"))); err != nil {
								return err
							}
						}
						return nil
					})
				}
				var cursor store.Cursor
				for last := false; ; {
					for e, err := range p.s.Tail(p.ctx, p.t, cursor) {
						if err != nil {
							return err
						}
						cursor = e.Cursor
						seen = append(seen, e)
					}
					if last {
						return nil
					}
					select {
					case <-done:
						last = true // one more round, for what came after the last
					default:
					}
				}
			})
			p.noError(err, "writers and poller")
			next := map[ident.Ref]uint64{}
			for _, e := range seen {
				next[e.Ref]++
				p.equal(e.Version, next[e.Ref], "next version of "+e.Ref.String())
			}
			p.equal(len(seen), writers*each, "events seen")
		}},
		{g, "one-winner", "of many that create the same record one succeeds", func(p *probe) {
			for round := range 10 {
				var mu sync.Mutex
				wins := 0
				err := together(4, func(int) error {
					_, err := p.commit(put(fmt.Sprint(round), 0, "mine"))
					if err == nil {
						mu.Lock()
						wins++
						mu.Unlock()
					}
					if errors.Is(err, store.ErrConflict) {
						return nil
					}
					return err
				})
				p.noError(err, "creations")
				p.equal(wins, 1, "creations that succeeded")
			}
		}},
		{g, "one-effect", "of many sendings of one command one has an effect", func(p *probe) {
			for round := range uint64(10) {
				b := p.batch(appendTo("a", round, p.event("x")))
				var mu sync.Mutex
				effects := 0
				err := together(4, func(int) error {
					r, err := p.s.Commit(p.ctx, b)
					if err == nil && !r.Replayed {
						mu.Lock()
						effects++
						mu.Unlock()
					}
					return err
				})
				p.noError(err, "sendings")
				p.equal(effects, 1, "sendings with an effect")
			}
		}},
		{g, "opposite-orders", "batches that name the same records in opposite orders do not block each other", func(p *probe) {
			p.must(put("a", 0, ""), put("b", 0, ""))
			err := together(4, func(i int) error {
				for range 15 {
					for {
						got, err := p.s.Get(p.ctx, p.t, ref("a"), ref("b"))
						if err != nil {
							return err
						}
						changes := []store.Change{put("a", got[0].Version, ""), put("b", got[1].Version, "")}
						if i%2 == 0 {
							changes[0], changes[1] = changes[1], changes[0]
						}
						_, err = p.commit(changes...)
						if err == nil {
							break
						}
						if !errors.Is(err, store.ErrConflict) {
							return err
						}
					}
				}
				return nil
			})
			p.noError(err, "commits")
			p.state("a", 61, "")
			p.state("b", 61, "")
		}},
	}
}

func linearCases() []testCase {
	const g = "linearizable"
	return []testCase{
		{g, "real-time-order", "what was acknowledged before a read began is in it, for every reader and record", func(p *probe) {
			const records, writers, each = 3, 3, 25
			var acked [records]atomic.Uint64 // the newest version acknowledged
			var left atomic.Int64
			left.Store(writers)
			err := together(2*writers, func(i int) error {
				if i < writers {
					defer left.Add(-1)
				}
				for n := 0; i < writers && n < each || i >= writers && left.Load() > 0; n++ {
					k := (i + n) % records
					atLeast := acked[k].Load()
					got, err := p.s.Get(p.ctx, p.t, ref(fmt.Sprint(k)))
					if err != nil {
						return err
					}
					if got[0].Version < atLeast {
						return fmt.Errorf("record %d: version %d was acknowledged, a later read saw %d", k, atLeast, got[0].Version)
					}
					if i >= writers {
						continue
					}
					r, err := p.commit(put(fmt.Sprint(k), got[0].Version, fmt.Sprint(n), p.event("x")))
					if errors.Is(err, store.ErrConflict) {
						n--
						continue
					}
					if err != nil {
						return err
					}
					for v := r.Versions[0].Version; ; {
						old := acked[k].Load()
						if old >= v || acked[k].CompareAndSwap(old, v) {
							break
						}
					}
				}
				return nil
			})
			p.noError(err, "writers and readers")
			total := uint64(0)
			for k := range records {
				total += p.get(fmt.Sprint(k)).Version
			}
			p.equal(total, uint64(writers*each), "versions of all records")
		}},
		{g, "conflicts-are-true", "a conflict names a version that was there during the call", func(p *probe) {
			var newest atomic.Uint64
			err := together(4, func(int) error {
				for range 20 {
					before := newest.Load()
					r, err := p.commit(put("a", before, "s"))
					conflict, ok := errors.AsType[*store.ConflictError](err)
					switch {
					case ok && conflict.Actual <= conflict.Expected:
						return fmt.Errorf("conflict at expected %d names actual %d, which is not newer", conflict.Expected, conflict.Actual)
					case ok:
						newest.CompareAndSwap(before, conflict.Actual)
					case err != nil:
						return err
					default:
						newest.CompareAndSwap(before, r.Versions[0].Version)
					}
				}
				return nil
			})
			p.noError(err, "writers")
		}},
	}
}

func updateCases() []testCase {
	const g = "update"
	return []testCase{
		{g, "conserves", "transfers by many through Update keep the total", func(p *probe) {
			const n, start = 4, 100
			_, err := store.Update(p.ctx, p.s, p.command(), func(u *store.Unit) error {
				for i := range n {
					if err := accounts.Save(u, fmt.Sprint(i), start); err != nil {
						return err
					}
				}
				return nil
			})
			p.noError(err, "open accounts")
			err = together(n, func(w int) error {
				for k := range 10 {
					from, to := fmt.Sprint(w), fmt.Sprint((w+1+k%(n-1))%n)
					_, err := store.Update(p.ctx, p.s, p.command(), func(u *store.Unit) error {
						a, errA := accounts.Load(u, from)
						b, errB := accounts.Load(u, to)
						return errors.Join(errA, errB, accounts.Save(u, from, a-1), accounts.Save(u, to, b+1, store.Event{Type: "moved"}))
					})
					if err != nil && !errors.Is(err, store.ErrConflict) {
						return err
					}
				}
				return nil
			})
			p.noError(err, "transfers")
			total := 0
			for f, err := range accounts.List(p.ctx, p.s, p.t, store.Query{}) {
				p.noError(err, "list")
				total += f.Value
			}
			p.equal(total, n*start, "total")
		}},
		{g, "applies-once", "a command repeated through Update has no second effect, also if it now would be refused", func(p *probe) {
			c := p.command()
			create := func(u *store.Unit) error {
				if _, err := accounts.Load(u, "a"); !errors.Is(err, store.ErrNotFound) {
					return errors.New("exists already")
				}
				return accounts.Save(u, "a", 7, store.Event{Type: "opened"})
			}
			first, err := store.Update(p.ctx, p.s, c, create)
			p.noError(err, "update")
			again, err := store.Update(p.ctx, p.s, c, create)
			p.noError(err, "repeated update")
			first.Replayed = true
			p.equal(again, first, "receipt of the repetition")
			c.ID = p.id()
			if _, err := store.Update(p.ctx, p.s, c, create); err == nil {
				p.fail("another command created what exists")
			}
		}},
		{g, "view-is-consistent", "what a View reads was true at one moment, also read one by one", func(p *probe) {
			p.must(put("a", 0, "0"), put("b", 0, "0"))
			ctx, cancel := context.WithCancel(p.ctx)
			defer cancel()
			err := together(2, func(i int) error {
				if i == 0 {
					defer cancel()
					for n := range uint64(40) {
						if _, err := p.commit(put("a", n+1, fmt.Sprint(n)), put("b", n+1, fmt.Sprint(n))); err != nil {
							return err
						}
					}
					return nil
				}
				for ctx.Err() == nil {
					var a, b string
					err := store.View(p.ctx, p.s, p.t, func(u *store.Unit) error {
						one, errA := u.Get(ref("a"))
						two, errB := u.Get(ref("b"))
						if err := errors.Join(errA, errB); err != nil {
							return err
						}
						a, b = string(one[0].State), string(two[0].State)
						return nil
					})
					if err != nil && !errors.Is(err, store.ErrConflict) {
						return err
					}
					if err == nil && a != b {
						return fmt.Errorf("saw a at %q and b at %q", a, b)
					}
				}
				return nil
			})
			p.noError(err, "writer and viewer")
		}},
	}
}
