package pacing

import (
	"fmt"
	"math"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// Model is a checked plan with an amount for every day. It is immutable and safe for
// concurrent use.
type Model struct {
	plan    Plan
	cur     money.Currency
	loc     *time.Location
	days    int
	weights []int64 // of days
	planned []int64 // of days, in minor units; they add up to the budget
	before  []int64 // planned of all days before a day, and of all
	floor   int64
	caps    []int64 // of days; math.MaxInt64 if there is none
}

// The limits of a plan keep all sums of weights within 63 bits.
const (
	maxDays   = 3660
	maxWeight = 1_000_000
	maxSeason = 10_000
	maxAmount = 1 << 53 // minor units
	maxList   = 10_000
)

// Compile checks a plan and spreads its budget over its days, to the minor unit and
// without loss. All that is wrong comes back as a finding.List. It keeps nothing of p.
func Compile(p Plan) (*Model, error) {
	m := &Model{plan: p.Clone(), cur: p.Budget.Currency(), days: p.Days.Len()}
	var found finding.List
	if m.days < 1 || m.days > maxDays {
		found.Errorf("pacing.days", "plan", "give a first and a last day", "%d days: want 1 to %d", m.days, maxDays)
	}
	if m.cur.Code() == "" {
		found.Errorf("pacing.currency", "plan", "say in which currency the budget is", "no currency")
	}
	if b := p.Budget.Minor(); b < 0 || b > maxAmount {
		found.Errorf("pacing.amount", "budget", "", "%v: want 0 to %v", p.Budget, money.Minor(maxAmount, m.cur))
	}
	if len(p.Caps) > maxList || len(p.Alerts) > maxList || len(p.Curve.Seasons) > maxList {
		found.Errorf("pacing.size", "plan", "", "%d caps, %d alerts and %d seasons: want at most %d of each", len(p.Caps), len(p.Alerts), len(p.Curve.Seasons), maxList)
	}
	var err error
	if m.loc, err = time.LoadLocation(p.Zone); err != nil {
		found.Errorf("pacing.zone", "plan", "name a zone such as Europe/Berlin", "%v", err)
	}
	if p.LateDays < 0 || p.LateDays > 366 {
		found.Errorf("pacing.late", "plan", "", "%d late days: want 0 to 366", p.LateDays)
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	m.limits(&found)
	m.weigh(&found)
	checkAlerts(p.Alerts, &found)
	found.Sort()
	if err := found.Err(); err != nil {
		return nil, err
	}
	if err := m.spread(); err != nil {
		found.Errorf("pacing.curve", "curve", "give some day of the plan a weight", "no day has any weight: %v", err)
		return nil, found.Err()
	}
	return m, nil
}

// amount checks an amount of the plan; otherwise if it is not said.
func (m *Model) amount(found *finding.List, subject string, a money.Money, otherwise int64) int64 {
	switch {
	case a == (money.Money{}):
		return otherwise
	case a.Currency() != m.cur:
		found.Errorf("pacing.currency", subject, "give it in "+m.cur.Code(), "%v is in another currency than the budget", a)
	case a.Minor() < 0 || a.Minor() > maxAmount:
		found.Errorf("pacing.amount", subject, "", "%v: want 0 to %v", a, money.Minor(maxAmount, m.cur))
	default:
		return a.Minor()
	}
	return otherwise
}

// limits fills in the floor and the caps of days.
func (m *Model) limits(found *finding.List) {
	m.floor = m.amount(found, "floor", m.plan.Floor, 0)
	most := m.amount(found, "cap", m.plan.Cap, math.MaxInt64)
	m.caps = make([]int64, m.days)
	for i := range m.caps {
		m.caps[i] = most
	}
	for k, c := range m.plan.Caps {
		subject := fmt.Sprintf("cap %d", k+1)
		own := m.amount(found, subject, c.Cap, math.MaxInt64)
		for d := range m.plan.Days.Intersect(c.Days).Each() {
			m.caps[m.index(d)] = own
		}
	}
	for i, c := range m.caps {
		if c < m.floor {
			found.Errorf("pacing.bounds", "floor", "lower the floor or raise the cap", "the floor of %v is above the cap of %v on %v", m.money(m.floor), m.money(c), m.day(i))
			return
		}
	}
}

// weigh fills in the weights of days.
func (m *Model) weigh(found *finding.List) {
	c := &m.plan.Curve
	m.weights = make([]int64, m.days)
	base, ok := m.base(found)
	if !ok {
		return
	}
	season := make([]int64, m.days)
	for i := range season {
		season[i] = 100
	}
	for k, s := range c.Seasons {
		if s.Weight < 0 || s.Weight > maxSeason {
			found.Errorf("pacing.curve", fmt.Sprintf("season %d", k+1), "", "weight of %d: want 0 to %d", s.Weight, maxSeason)
			continue
		}
		for d := range m.plan.Days.Intersect(s.Days).Each() {
			season[m.index(d)] = s.Weight
		}
	}
	for i := range m.weights {
		m.weights[i] = base[i] * season[i]
	}
}

// base returns the weights of days without seasons.
func (m *Model) base(found *finding.List) ([]int64, bool) {
	c := &m.plan.Curve
	base := make([]int64, m.days)
	check := func(name string, weights []int64, n int) bool {
		if len(weights) != n {
			found.Errorf("pacing.curve", "curve", "", "%d %s weights: want %d", len(weights), name, n)
			return false
		}
		for i, w := range weights {
			if w < 0 || w > maxWeight {
				found.Errorf("pacing.curve", "curve", "", "%s weight %d is %d: want 0 to %d", name, i+1, w, maxWeight)
				return false
			}
		}
		return true
	}
	switch c.Shape {
	case Even:
		for i := range base {
			base[i] = 1
		}
	case Weekdays:
		if !check("weekday", c.Week, 7) {
			return nil, false
		}
		for i := range base {
			base[i] = c.Week[m.day(i).Weekday()]
		}
	case Custom:
		if !check("day", c.Weights, m.days) {
			return nil, false
		}
		copy(base, c.Weights)
	case Working:
		if m.plan.Calendar == nil {
			found.Errorf("pacing.calendar", "curve", "give a calendar", "working days without a calendar")
			return nil, false
		}
		calendar, err := worktime.Compile(*m.plan.Calendar, m.plan.Days)
		if err != nil {
			found.Errorf("pacing.calendar", "calendar", "", "%v", err)
			return nil, false
		}
		for i := range base {
			if calendar.WorkingDay(m.day(i)) {
				base[i] = 1
			}
		}
	default:
		found.Errorf("pacing.curve", "curve", "", "%v: want even, working, weekdays or custom", c.Shape)
		return nil, false
	}
	return base, true
}

// spread divides the budget by cumulative rounding, so that no running total is ever
// more than half a minor unit off.
func (m *Model) spread() error {
	parts, err := m.plan.Budget.Phase(m.weights...)
	if err != nil {
		return err
	}
	m.planned = make([]int64, m.days)
	for i, p := range parts {
		m.planned[i] = p.Minor()
	}
	m.accumulate()
	return nil
}

func (m *Model) accumulate() {
	m.before = make([]int64, m.days+1)
	for i, p := range m.planned {
		m.before[i+1] = m.before[i] + p
	}
}

func (m *Model) money(minor int64) money.Money { return money.Minor(minor, m.cur) }
func (m *Model) day(i int) civil.Date          { return m.plan.Days.First().AddDays(i) }
func (m *Model) index(d civil.Date) int        { return d.Sub(m.plan.Days.First()) }

// Plan returns a copy of the plan.
func (m *Model) Plan() Plan { return m.plan.Clone() }

// Planned returns the amount of a day; nothing outside the plan's days.
func (m *Model) Planned(d civil.Date) money.Money {
	if !m.plan.Days.Contains(d) {
		return m.money(0)
	}
	return m.money(m.planned[m.index(d)])
}

// PlannedBefore returns the amount of all days before one.
func (m *Model) PlannedBefore(d civil.Date) money.Money {
	return m.money(m.before[min(max(m.index(d), 0), m.days)])
}

// PlannedTo returns what should be spent at a moment: the days before it, and of its
// own day the share that has passed in minutes, rounded down. A day of 23 or 25 hours
// has as many.
func (m *Model) PlannedTo(t time.Time) money.Money {
	day, passed, length := m.clock(t)
	i := m.index(day)
	if i < 0 || i >= m.days {
		return m.PlannedBefore(day)
	}
	return m.money(m.before[i] + share(m.planned[i], passed, length))
}

// clock returns the day of a moment, how many of its minutes have passed, and how
// many it has.
func (m *Model) clock(t time.Time) (day civil.Date, passed, length int64) {
	local := t.In(m.loc)
	day = civil.DateOf(local)
	start, end := day.In(m.loc), day.AddDays(1).In(m.loc)
	length = max(1, int64(end.Sub(start)/time.Minute))
	passed = min(max(int64(local.Sub(start)/time.Minute), 0), length)
	return day, passed, length
}
