package storetest

import (
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/go-marops/marops/store"
)

var bells = store.Timers{Kind: "bell"}

func (p *probe) command() store.Command {
	return store.Command{ID: p.id(), Tenant: p.t, Actor: "ann", At: moment}
}

func (p *probe) update(fn func(*store.Unit) error) {
	_, err := store.Update(p.ctx, p.s, p.command(), fn)
	p.noError(err, "update")
}

// set makes a timer due at moment and so many minutes.
func (p *probe) set(id string, minutes int) {
	p.update(func(u *store.Unit) error {
		return bells.Set(u, id, moment.Add(time.Duration(minutes)*time.Minute), []byte("data of "+id))
	})
}

// due returns the ids of the timers due at moment and so many minutes.
func (p *probe) due(minutes int) []string {
	out := []string{}
	for timer, err := range bells.Due(p.ctx, p.s, p.t, moment.Add(time.Duration(minutes)*time.Minute)) {
		p.noError(err, "due")
		out = append(out, timer.ID)
	}
	return out
}

func timerCases() []testCase {
	const g = "timers"
	return []testCase{
		{g, "order", "timers are due in the order of their moments, those of now included, others not", func(p *probe) {
			for i, minutes := range []int{5, -3, 0, 9, -60 * 24 * 365 * 100} {
				p.set(fmt.Sprint("t", i), minutes)
			}
			p.equal(p.due(0), []string{"t4", "t1", "t2"}, "timers due")
			p.equal(p.due(5), []string{"t4", "t1", "t2", "t0"}, "timers due in five minutes")
			for timer, err := range bells.Due(p.ctx, p.s, p.t, moment) {
				p.noError(err, "due")
				p.equal(string(timer.Data), "data of "+timer.ID, "data")
			}
		}},
		{g, "kinds-are-apart", "timers of one kind are not due in another", func(p *probe) {
			p.set("a", 0)
			other := store.Timers{Kind: "bell2"}
			for timer, err := range other.Due(p.ctx, p.s, p.t, moment) {
				p.noError(err, "due")
				p.fail("timer %s is due in another kind", timer.ID)
			}
		}},
		{g, "replaced-and-cancelled", "a timer set again is due once, one cancelled never", func(p *probe) {
			p.set("a", -1)
			p.set("a", 7)
			p.set("b", -1)
			p.equal(p.due(0), []string{"b"}, "timers due")
			p.update(func(u *store.Unit) error { return errors.Join(bells.Cancel(u, "b"), bells.Cancel(u, "never")) })
			p.equal(p.due(60), []string{"a"}, "timers due after a cancellation")
		}},
		{g, "fires-once", "of many workers one has the effect, and the timer is gone", func(p *probe) {
			counters := store.JSON[int]("counter", 1)
			const timers = 5
			for i := range timers {
				p.set(fmt.Sprint("t", i), -i)
			}
			var fired atomic.Int64
			err := together(4, func(int) error {
				for timer, err := range bells.Due(p.ctx, p.s, p.t, moment) {
					if err != nil {
						return err
					}
					_, err = bells.Fire(p.ctx, p.s, p.command(), timer, func(u *store.Unit) error {
						n, err := counters.Load(u, "rung")
						if err != nil && !errors.Is(err, store.ErrNotFound) {
							return err
						}
						return counters.Save(u, "rung", n+1, store.Event{Type: "rung"})
					})
					switch {
					case err == nil:
						fired.Add(1)
					case !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrConflict):
						return err
					}
				}
				return nil
			})
			p.noError(err, "workers")
			p.equal(fired.Load(), int64(timers), "firings with an effect")
			records, err := p.s.Get(p.ctx, p.t, counters.Ref("rung"))
			p.noError(err, "get")
			p.equal(string(records[0].State), strconv.Itoa(timers), "count")
			p.equal(p.due(0), []string{}, "timers due")
		}},
		{g, "gone-for-good", "a timer that fired is not due again, every time", func(p *probe) {
			for i := range 40 {
				id := fmt.Sprint("t", i)
				p.set(id, 0)
				_, err := bells.Fire(p.ctx, p.s, p.command(), store.Timer{ID: id, Due: moment}, func(*store.Unit) error { return nil })
				p.noError(err, "fire")
				p.equal(p.due(0), []string{}, "timers due")
			}
		}},
		{g, "moved-does-not-fire", "a timer that was moved since it was read does not fire at its old moment", func(p *probe) {
			p.set("a", -1)
			var old store.Timer
			for timer, err := range bells.Due(p.ctx, p.s, p.t, moment) {
				p.noError(err, "due")
				old = timer
			}
			p.set("a", 30)
			_, err := bells.Fire(p.ctx, p.s, p.command(), old, func(*store.Unit) error {
				return errors.New("fired")
			})
			p.isError(err, store.ErrNotFound, "fire")
			p.equal(p.due(30), []string{"a"}, "timers due later")
		}},
		{g, "fires-again", "the effect may set the timer again", func(p *probe) {
			p.set("a", -1)
			for round := range 3 {
				for timer, err := range bells.Due(p.ctx, p.s, p.t, moment.Add(time.Duration(round-1)*time.Minute)) {
					p.noError(err, "due")
					_, err := bells.Fire(p.ctx, p.s, p.command(), timer, func(u *store.Unit) error {
						return bells.Set(u, timer.ID, timer.Due.Add(time.Minute), nil)
					})
					p.noError(err, "fire")
				}
				p.equal(p.due(round), []string{"a"}, "timers due after a round")
			}
		}},
		{g, "failed-effect-keeps-it", "when the effect fails the timer stays due", func(p *probe) {
			p.set("a", -1)
			broken := errors.New("broken")
			for timer, err := range bells.Due(p.ctx, p.s, p.t, moment) {
				p.noError(err, "due")
				_, err := bells.Fire(p.ctx, p.s, p.command(), timer, func(*store.Unit) error { return broken })
				p.isError(err, broken, "fire")
			}
			p.equal(p.due(0), []string{"a"}, "timers due")
		}},
		{g, "lease", "a lease hides a timer until it ends, and is given once", func(p *probe) {
			for i := range 6 {
				p.set(fmt.Sprint("t", i), i-10)
			}
			var got [2][]store.Timer
			err := together(2, func(w int) (err error) {
				got[w], err = bells.Lease(p.ctx, p.s, p.command(), 10*time.Minute, 3)
				return err
			})
			p.noError(err, "lease")
			seen := map[string]bool{}
			for _, timer := range append(got[0], got[1]...) {
				if seen[timer.ID] {
					p.fail("timer %s is leased twice", timer.ID)
				}
				seen[timer.ID] = true
			}
			p.equal(len(p.due(0)), 6-len(seen), "timers due while others are leased")
			p.equal(len(p.due(10)), 6, "timers due when the leases have ended")
			for _, timer := range append(got[0], got[1]...) {
				_, err := bells.Fire(p.ctx, p.s, p.command(), timer, func(*store.Unit) error { return nil })
				p.noError(err, "fire of a leased timer")
			}
			p.equal(len(p.due(10)), 6-len(seen), "timers left")
		}},
	}
}
