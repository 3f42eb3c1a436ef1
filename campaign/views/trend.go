package views

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/report/chart"
)

// ErrView is the kind of every error about a result that the view asked for
// cannot show.
var ErrView = errors.New("cannot be shown")

// What package chart draws.
const (
	maxSeries = 24
	maxPoints = 20_000
	maxAmount = 1_000_000_000_000_000_000
)

// Trend returns a metric of a result by day, week or month. Points stand on the
// first day of their step. The result's dimensions make one series per group,
// in order of their keys, labelled "Cost per lead: search, DE"; an empty label
// is the metric's key.
//
// Amounts, and amounts per something, are rounded half to even to the decimals
// of the currency, other numbers to four decimals, or to none if all are whole.
// A point is missing if its value is not exact, or if the step has no row, so
// that no line runs over it: months, weeks if every row is on a Monday, else
// days. It is provisional if its value is, or if its day is provisionalFrom or
// later; the zero date is never.
//
// Errors match ErrView: a result without a time column, a metric that the query
// did not ask for, more than 24 series or 20,000 points, an amount beyond ±10^18.
func Trend(r *kpi.Result, metric kpi.MetricKey, label string, provisionalFrom civil.Date) (chart.TrendData, error) {
	t, err := newTrend(r, metric)
	if err != nil {
		return chart.TrendData{}, fmt.Errorf("trend of %.80q: %w", string(metric), err)
	}
	data := chart.TrendData{Unit: t.unit()}
	if label == "" {
		label = string(metric)
	}
	for _, g := range t.groups {
		s := chart.TrendSeries{Label: label, Points: make([]chart.TrendPoint, t.steps.count)}
		if len(g.keys) > 0 {
			s.Label += ": " + strings.Join(g.keys, ", ")
		}
		for i := range s.Points {
			on := t.steps.at(i)
			v := g.values[on]
			p := chart.TrendPoint{On: on, Missing: v.State() != kpi.Exact, Provisional: v.Provisional()}
			if !provisionalFrom.IsZero() && !on.Before(provisionalFrom) {
				p.Provisional = true
			}
			if x, ok := v.Rat(); ok {
				if p.Value, ok = scaled(x, data.Unit.Decimals); !ok {
					return chart.TrendData{}, fmt.Errorf("trend of %.80q: %v: value beyond ±10^18 units: %w", string(metric), on, ErrView)
				}
			}
			s.Points[i] = p
		}
		data.Series = append(data.Series, s)
	}
	return data, nil
}

// trend is a metric of a result by group and day.
type trend struct {
	groups []group
	steps  steps
	of     kpi.Unit
	whole  bool // every number is whole
}

type group struct {
	keys   []string
	values map[civil.Date]kpi.Value
}

func newTrend(r *kpi.Result, metric kpi.MetricKey) (*trend, error) {
	switch {
	case r == nil:
		return nil, fmt.Errorf("no result: %w", ErrView)
	case len(r.Columns()) == 0 || r.Columns()[0] != "time":
		return nil, fmt.Errorf("columns %q do not begin with time, give the query a grain: %w", r.Columns(), ErrView)
	case !slices.Contains(r.Metrics(), metric):
		return nil, fmt.Errorf("not a metric of the query, which has %q: %w", r.Metrics(), ErrView)
	}
	t := &trend{whole: true}
	var times []string
	index := make(map[string]int)
	for row := range r.Rows() {
		keys := row.Keys()
		on, err := firstDay(keys[0])
		times = append(times, keys[0])
		if err != nil || isMonth(keys[0]) != isMonth(times[0]) {
			return nil, fmt.Errorf("time %.40q is not a day or month like the others: %w", keys[0], ErrView)
		}
		joined := strings.Join(keys[1:], "\x00")
		i, ok := index[joined]
		if !ok {
			if len(t.groups) == maxSeries {
				return nil, fmt.Errorf("more than %d groups, filter the query: %w", maxSeries, ErrView)
			}
			i = len(t.groups)
			index[joined] = i
			t.groups = append(t.groups, group{keys[1:], make(map[civil.Date]kpi.Value)})
		}
		v := row.Value(metric)
		t.groups[i].values[on], t.of = v, v.Unit()
		if x, ok := v.Rat(); ok && !x.IsInt() {
			t.whole = false
		}
	}
	slices.SortFunc(t.groups, func(a, b group) int { return slices.Compare(a.keys, b.keys) })
	t.steps = stepsOf(times)
	if n := t.steps.count * len(t.groups); n > maxPoints {
		return nil, fmt.Errorf("%d points, at most %d can be drawn, ask for a coarser grain: %w", n, maxPoints, ErrView)
	}
	return t, nil
}

func (t *trend) unit() chart.Unit {
	if t.of.IsPlain() {
		return chart.Unit{Decimals: t.decimals()}
	}
	return chart.Unit{Name: t.of.String(), Decimals: t.decimals()}
}

func (t *trend) decimals() int {
	numerator, _, _ := strings.Cut(t.of.String(), "/")
	if c, err := money.ParseCurrency(numerator); err == nil {
		return c.Digits()
	}
	if t.whole {
		return 0
	}
	return 4
}

func scaled(x *big.Rat, decimals int) (n int64, ok bool) {
	for range decimals {
		x.Mul(x, big.NewRat(10, 1))
	}
	n, ok = money.RoundRat(x, money.HalfEven)
	return n, ok && n <= maxAmount && n >= -maxAmount
}

// firstDay reads a time key of a result: "2026-03-02" or "2026-03".
func firstDay(key string) (civil.Date, error) {
	if isMonth(key) {
		key += "-01"
	}
	return civil.Parse(key)
}

func isMonth(key string) bool { return len(key) == len("2026-03") }

// steps are the days on which points stand.
type steps struct {
	first civil.Date
	count int
	days  int // between them; 0: a month
}

// stepsOf returns the steps from the earliest time to the latest. A result does
// not tell its grain, but its times do.
func stepsOf(times []string) steps {
	if len(times) == 0 {
		return steps{}
	}
	months, mondays := true, true
	var first, last civil.Date
	for _, key := range times {
		on, _ := firstDay(key) // read before
		months = months && isMonth(key)
		mondays = mondays && on.Weekday() == time.Monday
		if first.IsZero() || on.Before(first) {
			first = on
		}
		if on.After(last) {
			last = on
		}
	}
	switch {
	case months:
		return steps{first: first, count: 12*(last.Year()-first.Year()) + int(last.Month()-first.Month()) + 1}
	case mondays:
		return steps{first: first, count: last.Sub(first)/7 + 1, days: 7}
	default:
		return steps{first: first, count: last.Sub(first) + 1, days: 1}
	}
}

func (s steps) at(i int) civil.Date {
	if s.days == 0 {
		return s.first.AddMonths(i)
	}
	return s.first.AddDays(i * s.days)
}
