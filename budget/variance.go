package budget

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// Quantity is what was bought of one thing, planned or actual: clicks of a
// channel, pages of a magazine.
type Quantity struct {
	Key    string
	Units  int64 // not negative
	Amount money.Money
}

// Effects explain why a cost is another than planned.
type Effects struct {
	Planned, Actual money.Money
	Volume          money.Money // more or fewer units in all, at planned prices and shares
	Mix             money.Money // other shares of the units, at planned prices
	Price           money.Money // other prices of the actual units
	New             money.Money // what has no planned price: not in the plan, or, less what it was planned at, planned without units
}

// PriceVolumeMix splits the difference between two lists of quantities, matched by
// key. Volume scales what was planned with units to the actual units of it; Price
// compares each amount with its units at the planned price; Mix is what remains
// of it, so that
//
//	Actual = Planned + Volume + Mix + Price + New
//
// to the last unit. Each product is rounded half to even, once. Errors match
// ErrAmount, ErrKeyReused or money's kinds.
func PriceVolumeMix(planned, actual []Quantity) (Effects, error) {
	before, units, plan, err := quantities("plan", planned)
	if err != nil {
		return Effects{}, err
	}
	after, _, total, err := quantities("actual", actual)
	if err != nil {
		return Effects{}, err
	}
	var priced, price, fresh money.Sum
	for _, b := range planned {
		if b.Units > 0 {
			priced.Add(b.Amount)
		} else {
			fresh.Sub(b.Amount)
		}
	}
	currency := cmp.Or(plan.Currency(), total.Currency())
	if total.Currency() != 0 && plan.Currency() != 0 && total.Currency() != plan.Currency() {
		return Effects{}, fmt.Errorf("plan in %v, actual in %v: %w", plan.Currency(), total.Currency(), money.ErrMismatch)
	}
	var same int64 // actual units of what was planned
	for _, key := range slices.Sorted(maps.Keys(after)) {
		a := after[key]
		b, ok := before[key]
		if !ok || b.Units == 0 { // there is no price
			fresh.Add(a.Amount)
			continue
		}
		at, err := b.Amount.MulRat(a.Units, b.Units, money.HalfEven)
		if err != nil {
			return Effects{}, fmt.Errorf("quantity %s: %w", key, err)
		}
		price.Add(a.Amount).Sub(at)
		if same += a.Units; same < 0 {
			return Effects{}, fmt.Errorf("quantity %s: %w", key, money.ErrOverflow)
		}
	}
	e := Effects{Planned: money.Minor(plan.Minor(), currency), Actual: money.Minor(total.Minor(), currency)}
	zero := money.Minor(0, currency)
	e.Volume = zero
	if units > 0 {
		was, err := priced.Add(zero).Total()
		if err != nil {
			return Effects{}, err
		}
		scaled, err := was.MulRat(same, units, money.HalfEven)
		if err != nil {
			return Effects{}, err
		}
		if e.Volume, err = scaled.Sub(was); err != nil {
			return Effects{}, err
		}
	}
	if e.Price, err = price.Add(zero).Total(); err != nil {
		return Effects{}, err
	}
	if e.New, err = fresh.Add(zero).Total(); err != nil {
		return Effects{}, err
	}
	var rest money.Sum
	e.Mix, err = rest.Add(e.Actual).Sub(e.Planned).Sub(e.Volume).Sub(e.Price).Sub(e.New).Total()
	return e, err
}

func quantities(what string, list []Quantity) (byKey map[string]Quantity, units int64, total money.Money, err error) {
	byKey = make(map[string]Quantity, len(list))
	var sum money.Sum
	for _, q := range list {
		if _, ok := byKey[q.Key]; ok {
			return nil, 0, total, fmt.Errorf("%s: quantity %s: %w", what, q.Key, ErrKeyReused)
		}
		if q.Units < 0 {
			return nil, 0, total, fmt.Errorf("%s: quantity %s: %d units: %w", what, q.Key, q.Units, ErrAmount)
		}
		if units += q.Units; units < 0 {
			return nil, 0, total, fmt.Errorf("%s: quantity %s: %w", what, q.Key, money.ErrOverflow)
		}
		byKey[q.Key] = q
		sum.Add(q.Amount)
	}
	total, err = sum.Total()
	return byKey, units, total, err
}

// Step is one bar of a waterfall.
type Step struct {
	Name   string // "plan", "price", "volume", "mix", "new", "timing", "fx", "pace", "actual"
	Amount money.Money
}

// Waterfall leads from plan to actual: the first step, and those after it up to
// the last, add up to the last exactly.
type Waterfall struct {
	Node  NodeKey
	Days  civil.Period // of the periods in the window
	Steps []Step
}

// Variance explains what a node and its children cost in a window, accrued and
// actual at actual rates, against their plan.
//
//	timing  posted in the window and used outside it, less the opposite
//	fx      what actual rates made of it
//	pace    what is left: spent faster or slower than planned
//
// Effects that are known, see PriceVolumeMix, take price, volume, mix and new out
// of the pace; nil if there are none. Errors match ErrUnknown or money's kinds.
func (v *View) Variance(key NodeKey, on civil.Date, w Window, effects *Effects) (Waterfall, error) {
	n, err := v.book.node(key)
	if err != nil {
		return Waterfall{}, err
	}
	p, err := v.book.on(on)
	if err != nil {
		return Waterfall{}, err
	}
	from, to := v.book.chart.span(w, p)
	t := v.cells.sum(n, p, w)
	out := Waterfall{Node: key, Days: civil.Days(v.book.firstOf(from), v.book.chart.days.bounds[to-1].Last())}
	var timing int64
	for i := range v.lines {
		l := &v.lines[i]
		if l.measure != Accrued && l.measure != Actual || !v.sees(l) || !v.book.chart.inside(l.node, n) {
			continue
		}
		posted, used := int(l.period) >= from && int(l.period) < to, out.Days.Contains(l.service)
		switch {
		case posted && !used:
			timing += l.amount
		case used && !posted:
			timing -= l.amount
		}
	}
	m := v.book.minor
	spent := t[Accrued] + t[Actual] + t[FXVariance]
	var rest money.Sum
	rest.Add(m(spent)).Sub(m(t[Plan])).Sub(m(timing)).Sub(m(t[FXVariance]))
	out.Steps = []Step{{"plan", m(t[Plan])}}
	if effects != nil {
		for _, s := range []Step{{"price", effects.Price}, {"volume", effects.Volume}, {"mix", effects.Mix}, {"new", effects.New}} {
			rest.Sub(s.Amount)
			out.Steps = append(out.Steps, s)
		}
	}
	pace, err := rest.Total()
	if err != nil {
		return Waterfall{}, err
	}
	out.Steps = append(out.Steps, Step{"timing", m(timing)}, Step{"fx", m(t[FXVariance])}, Step{"pace", pace}, Step{"actual", m(spent)})
	return out, nil
}
