package budget

import (
	"fmt"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// Difference is how one figure differs between two versions.
type Difference struct {
	Node          NodeKey
	Period        fiscal.Key
	Before, After money.Money
	Change        money.Money
}

// Compare returns what differs between two versions of one chart, by node in
// authored order, then by period. Figures include the children's. Versions of
// different charts give ErrUnknown.
func Compare(before, after *Version) ([]Difference, error) {
	if before.chart != after.chart {
		return nil, fmt.Errorf("versions %s and %s: %w: they are of different charts", before.name, after.name, ErrUnknown)
	}
	c := before.chart
	var out []Difference
	for _, n := range c.order {
		for p, key := range c.periods {
			x, y := *before.at(n, p), *after.at(n, p)
			if x != y {
				m := func(x int64) money.Money { return money.Minor(x, c.Currency()) }
				out = append(out, Difference{c.nodes[n].Key, key, m(x), m(y), m(y - x)})
			}
		}
	}
	return out, nil
}

// Growth is how a period compares with the same one a year before, day by day.
type Growth struct {
	Node      NodeKey
	Period    fiscal.Key
	Days      civil.Period // of the period
	PriorDays civil.Period // with which they are compared
	Amount    money.Money
	Prior     money.Money
	Change    money.Money
}

// YearOnYear compares what was used of a node and its children, accrued and
// actual by the day of service, with the same period of the year before. After a
// fiscal year of 53 weeks that one is restated, so that the same weeks are
// compared: see fiscal.Calendar.RestatedBounds. Errors match ErrUnknown, also for
// a period without one a year before in the horizon.
func (v *View) YearOnYear(key NodeKey, period fiscal.Key) (Growth, error) {
	n, err := v.book.node(key)
	if err != nil {
		return Growth{}, err
	}
	cal := v.book.chart.structure.Calendar
	prior, ok := cal.PriorYear(period)
	if !ok || v.book.chart.period(period) < 0 || v.book.chart.period(prior) < 0 {
		return Growth{}, fmt.Errorf("period %v: %w: it or the one a year before is outside the horizon", period, ErrUnknown)
	}
	g := Growth{Node: key, Period: period}
	g.Days, _ = cal.Bounds(period)
	g.PriorDays, _ = cal.RestatedBounds(prior)
	var now, then int64
	for i := range v.lines {
		l := &v.lines[i]
		if l.measure != Accrued && l.measure != Actual || !v.sees(l) || !v.book.chart.inside(l.node, n) {
			continue
		}
		if g.Days.Contains(l.service) {
			now += l.amount
		}
		if g.PriorDays.Contains(l.service) {
			then += l.amount
		}
	}
	m := v.book.minor
	g.Amount, g.Prior, g.Change = m(now), m(then), m(now-then)
	return g, nil
}

// Accuracy is how well a forecast foresaw what a node spent.
type Accuracy struct {
	Node    NodeKey
	Periods []Miss
	Bias    money.Money // sum of the errors
	WAPE    int64       // sum of their magnitudes in thousandths of what was spent
	Known   bool        // whether anything was spent, to compare with
}

// Miss is by how much a forecast missed in one period.
type Miss struct {
	Period   fiscal.Key
	Forecast money.Money
	Actual   money.Money // accrued and actual, by the day of posting
	Error    money.Money // Actual - Forecast
	PerMille int64       // of Actual, rounded half to even
	Known    bool        // whether there is an Actual to compare with
}

// Accuracy compares a forecast made earlier, View.Version at that time, with what
// a node and its children have spent since. The measure is that of S. Kolassa and
// W. Schütz, "Advantages of the MAD/Mean Ratio over the MAPE" (2007), which a
// period of little spend does not blow up. Errors match ErrUnknown.
func (v *View) Accuracy(forecast *Version, key NodeKey, periods ...fiscal.Key) (Accuracy, error) {
	n, err := v.book.node(key)
	if err != nil {
		return Accuracy{}, err
	}
	if forecast.chart != v.book.chart {
		return Accuracy{}, fmt.Errorf("version %s: %w: it is of another chart", forecast.name, ErrUnknown)
	}
	out := Accuracy{Node: key}
	m := v.book.minor
	var off, gross, spent int64
	for _, k := range periods {
		p, err := v.book.period(k)
		if err != nil {
			return Accuracy{}, err
		}
		f := v.cells.at(n, p)
		want, got := *forecast.at(n, p), f[Accrued]+f[Actual]
		miss := Miss{Period: k, Forecast: m(want), Actual: m(got), Error: m(got - want)}
		miss.PerMille, miss.Known = perMille(got-want, got)
		out.Periods = append(out.Periods, miss)
		off, gross, spent = off+got-want, gross+max(got-want, want-got), spent+got
	}
	out.Bias = m(off)
	out.WAPE, out.Known = perMille(gross, spent)
	return out, nil
}

// perMille returns part of whole in thousandths, rounded half to even.
func perMille(part, whole int64) (n int64, ok bool) {
	if whole == 0 {
		return 0, false
	}
	r, err := money.Minor(part, money.XXX).MulRat(1000, whole, money.HalfEven)
	return r.Minor(), err == nil
}
