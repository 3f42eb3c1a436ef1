package storetest

import (
	"errors"
	"fmt"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// transfer moves one from account a to b through the typed layer, with all
// kinds of calls: reads, a list, a history, a commit.
func (p *probe) transfer(s store.Store, c store.Command) error {
	_, err := store.Update(p.ctx, s, c, func(u *store.Unit) error {
		a, errA := accounts.Load(u, "a")
		b, errB := accounts.Load(u, "b")
		if err := errors.Join(errA, errB); err != nil {
			return err
		}
		for _, err := range u.History(accounts.Ref("a"), 0) {
			if err != nil {
				return err
			}
		}
		return errors.Join(
			accounts.Save(u, "a", a-1, store.Event{Type: "moved"}),
			accounts.Save(u, "b", b+1, store.Event{Type: "moved"}))
	})
	return err
}

var accounts = store.JSON[int]("account", 1)

func faultCases() []testCase {
	const g = "faults"
	// everyCall runs a transfer for each of its calls with a fault at that
	// call, each time in a tenant of its own, repeats it under the same
	// command without one, and expects exactly one effect.
	everyCall := func(p *probe, f Fault, mayFail bool) {
		for n := 1; ; n++ {
			p.t = ident.Tenant(fmt.Sprint("tenant-", n))
			p.update(func(u *store.Unit) error {
				return errors.Join(accounts.Save(u, "a", 10, store.Event{Type: "opened"}), accounts.Save(u, "b", 10))
			})
			c := p.command()
			faulty := Interpose(p.s, n, f)
			err := p.transfer(faulty, c)
			if err != nil && (!mayFail || !errors.Is(err, ErrInjected)) {
				p.fail("transfer with a fault at call %d: unexpected error: %v", n, err)
			}
			half := p.balances()
			if half != [2]int{10, 10} && half != [2]int{9, 11} {
				p.fail("after a fault at call %d the accounts hold %v", n, half)
			}
			if err == nil && half != [2]int{9, 11} {
				p.fail("the transfer with a fault at call %d was acknowledged, and the accounts hold %v", n, half)
			}
			p.noError(p.transfer(p.s, c), "repeated transfer")
			p.equal(p.balances(), [2]int{9, 11}, fmt.Sprintf("accounts after the repetition of a fault at call %d", n))
			p.equal(len(p.tail(store.Cursor{})), 3, "events")
			if faulty.Calls() < n {
				return
			}
		}
	}
	return []testCase{
		{g, "every-call-fails", "a call that fails leaves all or nothing, and the command can be repeated", func(p *probe) {
			everyCall(p, Fail, true)
		}},
		{g, "every-answer-is-lost", "a commit whose answer is lost is found out by repeating its command", func(p *probe) {
			everyCall(p, Lose, true)
		}},
		{g, "every-call-is-late", "a call that others overtake does no harm", func(p *probe) {
			everyCall(p, Delay, false)
		}},
		{g, "unknown-outcome-is-repeated", "Update itself repeats a commit of unknown outcome, and its effect is one", func(p *probe) {
			const lostAnswer = 2 // a get, then the commit
			p.update(func(u *store.Unit) error { return accounts.Save(u, "a", 1) })
			faulty := Interpose(p.s, lostAnswer, Lose)
			r, err := store.Update(p.ctx, faulty, p.command(), func(u *store.Unit) error {
				n, err := accounts.Load(u, "a")
				return errors.Join(err, accounts.Save(u, "a", n+1, store.Event{Type: "x"}))
			})
			p.noError(err, "update")
			p.equal(r.Replayed, true, "replayed")
			p.equal(len(p.tail(store.Cursor{})), 1, "events")
		}},
	}
}

func (p *probe) balances() [2]int {
	var out [2]int
	for i, id := range []string{"a", "b"} {
		records, err := p.s.Get(p.ctx, p.t, accounts.Ref(id))
		p.noError(err, "get")
		if out[i], err = accounts.Value(records[0]); err != nil {
			p.fail("account %s: %v", id, err)
		}
	}
	return out
}
