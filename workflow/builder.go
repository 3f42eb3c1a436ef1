package workflow

import (
	"slices"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/money"
)

// Ask returns a stage that needs one approval of a role. It is the start of a
// definition written as sentences; what each method returns is a plain Stage:
//
//	workflow.InOrder(
//		workflow.Ask("copy", "editors").Without(workflow.Requester).Covering("copy").DueAfter(worktime.Days(2)).EscalatedTo("heads"),
//		workflow.AtOnce(
//			workflow.Ask("legal", "lawyers").Needing(workflow.N(2)).Guarding(workflow.Legal),
//			workflow.Ask("brand", "brand").Needing(workflow.Percent(60)),
//		),
//		workflow.When(workflow.AmountFrom(money.Minor(5_000_00, money.EUR)), workflow.Ask("finance", "finance")).Otherwise(workflow.InOrder()),
//	)
func Ask(key StageKey, role Role) Stage { return Stage{Key: key, Role: role, Rule: Any{}} }

// Named gives the stage a name for people.
func (s Stage) Named(name string) Stage {
	s.Name = name
	return s
}

// Needing sets the rule.
func (s Stage) Needing(r Rule) Stage {
	s.Rule = r
	return s
}

// Without adds exclusions.
func (s Stage) Without(e ...Exclusion) Stage {
	s.Exclude = append(slices.Clone(s.Exclude), e...)
	return s
}

// Covering adds facets that the votes cover.
func (s Stage) Covering(f ...Facet) Stage {
	s.Facets = append(slices.Clone(s.Facets), f...)
	return s
}

// RemindedAfter sets the reminder.
func (s Stage) RemindedAfter(l worktime.Length) Stage {
	s.Remind = l
	return s
}

// DueAfter sets the deadline.
func (s Stage) DueAfter(l worktime.Length) Stage {
	s.Due = l
	return s
}

// EscalatedTo sets who joins when the deadline has passed.
func (s Stage) EscalatedTo(r Role) Stage {
	s.Escalate = r
	return s
}

// ExpiringAfter sets when the stage ends undecided, and what follows.
func (s Stage) ExpiringAfter(l worktime.Length, then Expiry) Stage {
	s.Expire, s.AtExpiry = l, then
	return s
}

// Guarding sets the class.
func (s Stage) Guarding(c Class) Stage {
	s.Class = c
	return s
}

// InOrder is a Seq.
func InOrder(blocks ...Block) Seq { return append(Seq{}, blocks...) }

// AtOnce is a Par that cancels its other branches when one fails.
func AtOnce(branches ...Block) Par { return Par{Branches: branches} }

// HeardOut returns the Par with branches that go on when another one fails.
func (p Par) HeardOut() Par {
	p.OnReject = Finish
	return p
}

// Repeated is a Loop.
func Repeated(times int, body Block) Loop { return Loop{body, times} }

// When is a Choice of one case, to be continued by When and Otherwise.
func When(c Cond, then Block) Choice { return Choice{Cases: []Case{{c, then}}} }

// When adds a case.
func (c Choice) When(cond Cond, then Block) Choice {
	c.Cases = append(slices.Clone(c.Cases), Case{cond, then})
	return c
}

// Otherwise sets the Else.
func (c Choice) Otherwise(b Block) Choice {
	c.Else = b
	return c
}

// AmountFrom holds for amounts of m and more.
func AmountFrom(m money.Money) Cond { return Amount{AtLeast, m} }

// AmountBelow holds for amounts under m.
func AmountBelow(m money.Money) Cond { return Amount{Below, m} }
