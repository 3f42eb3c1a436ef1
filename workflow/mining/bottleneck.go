package mining

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"github.com/go-marops/marops/money"
)

// Rates says what an hour costs, all in one currency. Of several rates that fit
// an instance of an activity, that of the resource goes first, then that of the
// activity.
type Rates struct {
	Waiting    money.Money            // an hour in which a case waits
	Working    money.Money            // an hour of work, if nothing below says otherwise
	Activities map[string]money.Money // an hour of work on an activity
	Resources  map[string]money.Money // an hour of work of a resource
}

// Bottleneck is an activity before which cases wait.
type Bottleneck struct {
	Work
	WaitingCost money.Money
	WorkingCost money.Money
	Cost        money.Money // both, rounded once
}

// Bottlenecks ranks activities: by cost if there are rates, else by total waiting;
// ties by name. Costs are exact and rounded half-even to the minor unit once each,
// at the end. Working hours are those of Work; in a log of WorkingTime all hours
// are working ones. The error matches those of package money: rates of several
// currencies, or a cost beyond 64 bits.
func (l *Log) Bottlenecks(r *Rates) ([]Bottleneck, error) {
	work := l.Work()
	out := make([]Bottleneck, len(work))
	for i, w := range work {
		out[i].Work = w
	}
	if r == nil {
		slices.SortStableFunc(out, func(a, b Bottleneck) int {
			return cmp.Or(cmp.Compare(b.Waiting.Sum, a.Waiting.Sum), cmp.Compare(a.Activity, b.Activity))
		})
		return out, nil
	}
	currency, err := r.currency()
	if err != nil {
		return nil, err
	}
	type key struct{ activity, resource int32 }
	waited := make([]*big.Int, len(l.activities))
	for i := range waited {
		waited[i] = new(big.Int)
	}
	worked := make(map[key]*big.Int)
	l.instances(func(in *instance) {
		if !in.completed {
			return
		}
		waited[in.activity].Add(waited[in.activity], big.NewInt(in.waiting))
		k := key{in.activity, in.resource}
		if worked[k] == nil {
			worked[k] = new(big.Int)
		}
		worked[k].Add(worked[k], big.NewInt(in.working))
	})
	wait, labour := make([]*big.Int, len(waited)), make([]*big.Int, len(waited)) // in minor units times milliseconds
	for a := range waited {
		wait[a] = new(big.Int).Mul(waited[a], big.NewInt(r.Waiting.Minor()))
		labour[a] = new(big.Int)
	}
	for k, ms := range worked { // sums do not depend on the order
		rate := r.Working
		if m, ok := r.Activities[l.activities[k.activity]]; ok {
			rate = m
		}
		if k.resource >= 0 {
			if m, ok := r.Resources[l.resources[k.resource]]; ok {
				rate = m
			}
		}
		labour[k.activity].Add(labour[k.activity], new(big.Int).Mul(ms, big.NewInt(rate.Minor())))
	}
	for i := range out {
		a, _ := slices.BinarySearch(l.activities, out[i].Activity)
		for _, c := range []struct {
			of *big.Int
			to *money.Money
		}{{wait[a], &out[i].WaitingCost}, {labour[a], &out[i].WorkingCost}, {new(big.Int).Add(wait[a], labour[a]), &out[i].Cost}} {
			if *c.to, err = perHour(c.of, currency); err != nil {
				return nil, fmt.Errorf("activity %.80q: %w", out[i].Activity, err)
			}
		}
	}
	slices.SortFunc(out, func(a, b Bottleneck) int {
		return cmp.Or(cmp.Compare(b.Cost.Minor(), a.Cost.Minor()), cmp.Compare(b.Waiting.Sum, a.Waiting.Sum), cmp.Compare(a.Activity, b.Activity))
	})
	return out, nil
}

// currency returns the one currency of all rates.
func (r *Rates) currency() (money.Currency, error) {
	var sum money.Sum
	sum.Add(zero(r.Waiting)).Add(zero(r.Working))
	for _, by := range []map[string]money.Money{r.Activities, r.Resources} {
		for _, name := range sortedKeys(by) {
			sum.Add(zero(by[name]))
		}
	}
	total, err := sum.Total()
	if err != nil {
		return 0, fmt.Errorf("rates: %w", err)
	}
	return total.Currency(), nil
}

func zero(m money.Money) money.Money { return money.Minor(0, m.Currency()) }

// perHour turns minor units times milliseconds at rates per hour into money.
func perHour(n *big.Int, c money.Currency) (money.Money, error) {
	hour := big.NewInt(3_600_000)
	quotient, rest := new(big.Int).QuoRem(n, hour, new(big.Int))
	order := new(big.Int).Lsh(new(big.Int).Abs(rest), 1).Cmp(hour)
	if order > 0 || order == 0 && quotient.Bit(0) == 1 {
		quotient.Add(quotient, big.NewInt(int64(n.Sign())))
	}
	if !quotient.IsInt64() {
		return money.Money{}, money.ErrOverflow
	}
	return money.Minor(quotient.Int64(), c), nil
}
