package pacing

import (
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// Change is what to try. What is not said stays.
type Change struct {
	Budget money.Money `json:"budget"`
	Last   civil.Date  `json:"last,omitzero"` // the last day
	Cap    money.Money `json:"cap"`           // of every day from From on, also of those that have a cap of their own
	Floor  money.Money `json:"floor"`
	From   civil.Date  `json:"from,omitzero"` // days before it keep their planned amounts; none: all are planned anew
}

// With returns a model of the changed plan. Days before From keep what was planned;
// the rest of the budget is spread over the others by the curve. All that is wrong
// comes back as a finding.List. The amounts that are kept are the model's; its Plan
// does not tell them.
func (m *Model) With(c Change) (*Model, error) {
	p := m.plan.Clone()
	var found finding.List
	if c.Budget != (money.Money{}) {
		p.Budget = c.Budget
	}
	if !c.Last.IsZero() {
		p.Days = civil.Days(p.Days.First(), c.Last)
		if n := p.Days.Len(); p.Curve.Shape == Custom && n <= len(p.Curve.Weights) && n > 0 {
			p.Curve.Weights = p.Curve.Weights[:n]
		}
	}
	if c.Floor != (money.Money{}) {
		p.Floor = c.Floor
	}
	if c.Cap != (money.Money{}) {
		from := p.Days.First()
		if c.From.After(from) {
			from = c.From
		}
		p.Caps = append(p.Caps, Cap{Days: civil.Days(from, p.Days.Last()), Cap: c.Cap})
	}
	out, err := Compile(p)
	if err != nil {
		return nil, err
	}
	kept := min(max(out.index(c.From), 0), out.days, m.days)
	if c.From.IsZero() || kept == 0 {
		return out, nil
	}
	rest := out.plan.Budget.Minor() - m.before[kept]
	if rest < 0 {
		found.Errorf("pacing.budget", "budget", "plan anew from an earlier day", "%v are less than the %v that were planned before %v", out.plan.Budget, m.money(m.before[kept]), c.From)
		return nil, found.Err()
	}
	parts, err := out.money(rest).Phase(out.weights[kept:]...)
	if err != nil {
		if rest > 0 {
			found.Errorf("pacing.curve", "curve", "give some day from then on a weight", "no day from %v on has any weight for the %v that are left", c.From, out.money(rest))
			return nil, found.Err()
		}
		parts = make([]money.Money, out.days-kept)
	}
	copy(out.planned, m.planned[:kept])
	for i, part := range parts {
		out.planned[kept+i] = part.Minor()
	}
	out.accumulate()
	return out, nil
}

// WhatIf holds two answers against each other.
type WhatIf struct {
	Before *Status `json:"before"`
	After  *Status `json:"after"`
}

// WhatIf tells the Status as it is and as it would be after a change. Errors are
// those of With and of Status.
func (m *Model) WhatIf(now time.Time, data Data, state State, c Change) (*WhatIf, error) {
	changed, err := m.With(c)
	if err != nil {
		return nil, err
	}
	before, err := m.Status(now, data, state)
	if err != nil {
		return nil, err
	}
	after, err := changed.Status(now, data, state)
	if err != nil {
		return nil, err
	}
	return &WhatIf{before, after}, nil
}
