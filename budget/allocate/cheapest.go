package allocate

import (
	"context"
	"fmt"
	"math"

	"github.com/go-marops/marops/money"
)

// Cheapest is the least spend that reaches a target.
type Cheapest struct {
	*Allocation
	Target     float64     `json:"target"`
	LowerBound money.Money `json:"lowerBound"` // no spend of less reaches the target
}

// Cheapest returns the least spend that brings a response, to the cent, and a spend
// below which no allocation brings it. The two differ by some cents where rounding
// or the gap of the search leaves it open.
//
// Errors match ErrTarget, with the most that can be had, or are those of Best.
func (m *Model) Cheapest(ctx context.Context, target float64, opts *Options) (*Cheapest, error) {
	if math.IsNaN(target) || math.IsInf(target, 0) {
		return nil, fmt.Errorf("target of %v: want a number: %w", target, ErrTarget)
	}
	least, most := m.needs()
	if least > most {
		return nil, &InfeasibleError{Wanted: m.money(least), Budget: m.money(most), Bounds: m.namedMinima()}
	}
	lo, proven := least-1, least-1 // a spend that does not do, and one that is proven not to
	hi := least
	var best *solution
	for { // more and more, until it does
		s, err := m.solve(ctx, hi, opts)
		if err != nil {
			return nil, err
		}
		if m.value(s.spend) >= target {
			best = s
			break
		}
		lo = hi
		if s.bound < target {
			proven = hi
		}
		if hi == most {
			return nil, &TargetError{Target: target, Most: s.bound, Spend: m.money(most)}
		}
		hi = min(most, max(2*hi, int64(m.unit)))
	}
	for n := 0; hi-lo > 1; n++ {
		mid := lo + (hi-lo)/2
		if p := best.prices; n%3 != 2 && len(p) > 0 && p[0] > 0 { // where the tangent at hi says, a little above
			over := (m.value(best.spend) - target) / p[0]
			if by := int64(min(over, float64(hi-lo))); by > 0 {
				mid = max(lo+1, hi-by-int64(n%3))
			}
		}
		mid = min(max(mid, lo+1), hi-1)
		s, err := m.solve(ctx, mid, opts)
		if err != nil {
			return nil, err
		}
		switch {
		case m.value(s.spend) >= target:
			hi, best = mid, s
		case s.bound < target:
			lo, proven = mid, max(proven, mid)
		default:
			lo = mid
		}
	}
	spent := int64(0)
	for _, n := range best.spend {
		spent += n
	}
	return &Cheapest{m.report(min(hi, max(spent, least)), best), target, m.money(proven + 1)}, nil
}

// Frontier returns the best allocations of budgets from one to another in equal
// steps, n of them: how response grows with money. Errors are those of Best.
func (m *Model) Frontier(ctx context.Context, from, to money.Money, n int, opts *Options) ([]*Allocation, error) {
	a, err := m.budget(from)
	if err != nil {
		return nil, err
	}
	b, err := m.budget(to)
	if err != nil {
		return nil, err
	}
	if n < 1 || n > 10_000 || b < a {
		return nil, fmt.Errorf("%d budgets from %v to %v: want 1 to 10000 rising ones: %w", n, from, to, ErrBudget)
	}
	out := make([]*Allocation, n)
	for i := range out {
		at := b
		if i < n-1 {
			at = a + int64(float64(b-a)*float64(i)/float64(n-1))
		}
		if out[i], err = m.Best(ctx, m.money(at), opts); err != nil {
			return nil, err
		}
	}
	return out, nil
}
