package allocate

import (
	"fmt"
	"math"

	"github.com/go-marops/marops/money"
)

// Allocation is a spend by channel and period, and what it brings.
type Allocation struct {
	Lines        []Line      `json:"lines"`        // by channel in the order of the plan, then by period
	Budget       money.Money `json:"budget"`       // that was given
	Total        money.Money `json:"total"`        // that is spent: the exact sum of the lines
	Unspent      money.Money `json:"unspent"`      // Budget - Total
	Response     float64     `json:"response"`     // to the spend in minor units
	RoundingLoss float64     `json:"roundingLoss"` // Certificate.Optimum - Response: what whole minor units cost
	Today        Today       `json:"today"`
	Certificate  Certificate `json:"certificate"`
}

// Today compares with the current spend of the plan.
type Today struct {
	Total    money.Money `json:"total"`
	Response float64     `json:"response"`
	Allowed  bool        `json:"allowed"` // it keeps the bounds and the budget
}

// Line is the spend on a channel in a period.
type Line struct {
	Channel  ChannelKey  `json:"channel"`
	Period   int         `json:"period"` // 0-based
	Spend    money.Money `json:"spend"`
	Today    money.Money `json:"today"`
	Response float64     `json:"response"` // in that period, of what is carried into it as well
	Base     float64     `json:"base"`     // of Response what comes without any of this spend, from carry-over of before the plan
	Marginal float64     `json:"marginal"` // response to one more major unit, in this period and those after it
	Average  float64     `json:"average"`  // (Response - Base) / Spend; over all periods of the channel; 0 if nothing is spent
	Reason   Reason      `json:"reason"`
	Why      string      `json:"why"` // the reason in words, with the numbers
}

// Certificate proves how good an allocation is.
type Certificate struct {
	Optimum    float64   `json:"optimum"`    // response of the solution before rounding to minor units
	UpperBound float64   `json:"upperBound"` // no allocation within the bounds responds with more
	Gap        float64   `json:"gap"`        // (UpperBound - Optimum) / Optimum; 1 if only UpperBound is more than 0
	Lambda     float64   `json:"lambda"`     // response to one more major unit of budget; 0 if it is not used up
	Binding    []Binding `json:"binding"`    // the bounds that hold the response down
	Nodes      int       `json:"nodes"`      // regions that were looked at
	Proven     bool      `json:"proven"`     // the gap is as small as was asked for
}

// Binding is a bound without which there would be more response.
type Binding struct {
	Bound  string      `json:"bound"` // "channel tv max"
	Limit  money.Money `json:"limit"`
	Shadow float64     `json:"shadow"` // response to loosening it by one major unit, at the margin
}

// Reason says what decides a spend.
type Reason uint8

// The reasons.
const (
	Balanced  Reason = iota // one more unit brings as much as anywhere else
	AtMax                   // held down by its maximum
	AtMin                   // held up by its minimum
	Fixed                   // as the plan says
	NoReturn                // nothing: no spend on it returns what others do
	OnStep                  // the best multiple of its step
	AtLeast                 // the least that may be spent if anything is
	Saturated               // more brings nothing
)

var reasonNames = [...]string{"balanced", "at-max", "at-min", "fixed", "no-return", "on-step", "at-least", "saturated"}

// String returns the name, such as "at-max".
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return fmt.Sprintf("reason(%d)", uint8(r))
}

// MarshalText writes the name.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Line returns the first line of a channel.
func (a *Allocation) Line(key ChannelKey) (Line, bool) {
	for _, l := range a.Lines {
		if l.Channel == key {
			return l, true
		}
	}
	return Line{}, false
}

// report turns a solution into an answer.
func (m *Model) report(total int64, s *solution) *Allocation {
	a := &Allocation{Budget: m.money(total)}
	m.describe(a, s.spend)
	lines := m.evaluate(s.spend)
	a.Certificate = Certificate{Optimum: s.optimum, UpperBound: s.bound, Nodes: s.nodes}
	c := &a.Certificate
	c.Optimum = max(c.Optimum, a.Response) // but for the last digits
	if s.optimum > 0 {
		c.Gap = max(0, (s.bound-s.optimum)/s.optimum)
	} else if s.bound > 0 {
		c.Gap = 1
	}
	c.Proven = !s.stopped
	a.RoundingLoss = c.Optimum - a.Response
	for g := range s.prices {
		s.prices[g] *= m.unit
	}
	if len(s.prices) > 0 {
		c.Lambda = s.prices[0]
	}
	if c.Lambda == 0 && a.Unspent.IsZero() { // bounds leave no choice, so there is no price
		for i, l := range lines {
			if s.spend[i] < m.cells[i].hi {
				c.Lambda = max(c.Lambda, l.Marginal)
			}
		}
		if len(s.prices) > 0 {
			s.prices[0] = c.Lambda
		}
	}
	m.explain(a, s, lines)
	return a
}

// describe fills in the spend and what it brings.
func (m *Model) describe(a *Allocation, spend []int64) {
	var sum, today int64
	for i := range m.cells {
		sum += spend[i]
		today += m.current[i]
	}
	a.Total, a.Unspent = m.money(sum), m.money(a.Budget.Minor()-sum)
	a.Lines = m.evaluate(spend)
	for _, l := range a.Lines {
		a.Response += l.Response
	}
	a.Today = Today{m.money(today), m.value(m.current), m.keeps(m.current, a.Budget.Minor())}
}

// explain says for every line what decides it, and which bounds bind.
func (m *Model) explain(a *Allocation, s *solution, lines []Line) {
	price := make([]float64, len(m.cells)) // what a unit is worth elsewhere, by the nodes above
	for g, n := range m.nodes {
		if g < len(s.prices) {
			for _, i := range n.cells {
				price[i] += s.prices[g]
			}
		}
	}
	used := a.Unspent.Minor() == 0
	for i := range lines {
		c, l := &m.cells[i], &a.Lines[i]
		x, p := s.spend[i], price[i]
		name := "channel " + string(l.Channel)
		if m.periods > 1 {
			name += " in " + m.periodName(int(c.period))
		}
		alike := math.Abs(l.Marginal-p) <= 1e-6*max(p, l.Marginal)
		switch {
		case c.fixed:
			l.Reason, l.Why = Fixed, "fixed by the plan"
		case x == c.hi && l.Marginal > p && !alike:
			l.Reason = AtMax
			l.Why = fmt.Sprintf("at its maximum of %s: the next unit would bring %.4g here and brings %.4g elsewhere", m.money(c.hi).Grouped(), l.Marginal, p)
			a.bind(name+" max", m.money(c.hi), l.Marginal-p)
		case c.lo > 0 && x == c.lo && l.Marginal < p && !alike:
			l.Reason = AtMin
			l.Why = fmt.Sprintf("held up by its minimum of %s: its last unit brings %.4g, elsewhere it would bring %.4g", m.money(c.lo).Grouped(), l.Marginal, p)
			a.bind(name+" min", m.money(c.lo), p-l.Marginal)
		case c.step > 0:
			l.Reason = OnStep
			l.Why = fmt.Sprintf("the best multiple of its step of %s", m.money(c.step).Grouped())
		case x == 0:
			l.Reason, l.Why = NoReturn, m.nothing(i, a, p)
		case c.from > 0 && x == c.from && l.Marginal < p && !alike:
			l.Reason = AtLeast
			l.Why = fmt.Sprintf("the least that may be spent on it, %s, is worth it: %.4g a unit on average", m.money(c.from).Grouped(), l.Average)
		case !used && p == 0:
			l.Reason, l.Why = Saturated, "more of it would bring nothing, or may not be spent"
		default:
			l.Reason = Balanced
			l.Why = fmt.Sprintf("the next unit brings %.4g, as it does elsewhere", l.Marginal)
		}
	}
	for g := 1; g < len(m.nodes) && g < len(s.prices); g++ {
		n, p, sum := &m.nodes[g], s.prices[g], int64(0)
		for _, i := range n.cells {
			sum += s.spend[i]
		}
		tiny := 1e-7 * a.Certificate.Lambda
		switch {
		case p > tiny && sum >= n.hi:
			a.bind(n.name+" max", m.money(n.hi), p)
		case p < -tiny && sum <= n.lo && n.lo > 0:
			a.bind(n.name+" min", m.money(n.lo), -p)
		}
	}
	if a.Certificate.Lambda > 0 && used {
		a.Certificate.Binding = append([]Binding{{"budget", a.Budget, a.Certificate.Lambda}}, a.Certificate.Binding...)
	}
}

func (a *Allocation) bind(name string, limit money.Money, shadow float64) {
	a.Certificate.Binding = append(a.Certificate.Binding, Binding{name, limit, shadow})
}

// nothing says why a cell gets nothing.
func (m *Model) nothing(i int, a *Allocation, price float64) string {
	c := &m.cells[i]
	top := min(c.hi, a.Budget.Minor())
	if c.hi == 0 {
		return "nothing may be spent on it"
	}
	if a.Budget.Minor() == 0 {
		return "there is nothing to spend"
	}
	e := newEnvelope(&c.curve, 0, float64(top), float64(c.from), nil)
	best, at := (c.curve.At(1)-c.curve.At(0))*m.unit, 0.0
	switch {
	case e.form == smooth && e.t > 0:
		best, at = e.rise*m.unit, e.t
	case e.form == corners:
		best, at = e.slopeOf(0)*m.unit, e.x[1]
	}
	if at > 0 && best > 0 {
		return fmt.Sprintf("nothing: at best, at %s, it brings %.4g a unit; elsewhere the next unit brings %.4g",
			m.money(int64(at)).Grouped(), best, price)
	}
	return fmt.Sprintf("nothing: even its first unit brings only %.4g, elsewhere the next one brings %.4g", best, price)
}

func (m *Model) periodName(t int) string {
	if t < len(m.plan.Periods) && m.plan.Periods[t].Name != "" {
		return m.plan.Periods[t].Name
	}
	return fmt.Sprintf("period %d", t+1)
}

// evaluate returns the lines of a spend, without reasons.
func (m *Model) evaluate(spend []int64) []Line {
	lines := make([]Line, len(m.cells))
	var felt []float64
	if m.carry {
		felt = m.felt(floats(spend))
	}
	for i := range m.cells {
		c := &m.cells[i]
		x := float64(spend[i])
		l := Line{Channel: m.plan.Channels[c.channel].Key, Period: int(c.period), Spend: m.money(spend[i]), Today: m.money(m.current[i])}
		l.Base = c.curve.At(0)
		if m.carry {
			l.Response = c.curve.At(felt[i])
		} else {
			l.Response, l.Marginal = c.curve.At(x), c.curve.Marginal(x)*m.unit
			if spend[i] == 0 { // where it may be infinite: to the first minor unit
				l.Marginal = (c.curve.At(1) - l.Response) * m.unit
			}
		}
		lines[i] = l
	}
	if m.carry {
		for i, g := range m.gradient(felt) {
			lines[i].Marginal = g * m.unit
		}
	}
	for from := 0; from < len(lines); from += m.periods {
		more, paid := 0.0, 0.0
		for i := from; i < from+m.periods; i++ {
			more += lines[i].Response - lines[i].Base
			paid += float64(spend[i]) / m.unit
		}
		for i := from; i < from+m.periods && paid > 0; i++ {
			lines[i].Average = more / paid
		}
	}
	return lines
}

// Evaluate returns what a spend brings, which need not keep the bounds: by channel
// in the order of the plan, then by period. It has no Certificate. Errors match
// ErrBudget.
func (m *Model) Evaluate(spend []money.Money) (*Allocation, error) {
	if len(spend) != len(m.cells) {
		return nil, fmt.Errorf("%d amounts for %d channels × %d periods: %w", len(spend), len(m.plan.Channels), m.periods, ErrBudget)
	}
	minor := make([]int64, len(spend))
	sum := int64(0)
	for i, a := range spend {
		n, err := m.budget(a)
		if err != nil {
			return nil, err
		}
		minor[i] = n
		if sum += n; sum > maxMinor {
			return nil, fmt.Errorf("amounts 0..%d add up beyond %v: %w", i, m.money(maxMinor), ErrBudget)
		}
	}
	a := &Allocation{Budget: m.money(sum)}
	m.describe(a, minor)
	return a, nil
}
