package workflow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/money"
)

// Cond is a condition on the subject: Amount, In, Has, AllOf, AnyOf or Not. It
// is data, so it can be stored, hashed and proven.
type Cond interface {
	holds(f *facts) bool
	String() string
}

// facts is what conditions look at.
type facts struct {
	amount     money.Money
	attributes map[string]string
	has        func(Facet) bool
}

// Op compares amounts. The zero Op is none.
type Op uint8

// The comparisons.
const (
	Below   Op = iota + 1 // <
	AtMost                // <=
	Equal                 // =
	AtLeast               // >=
	Above                 // >
)

var opNames = []string{"", "<", "<=", "=", ">=", ">"}

// String returns the sign, as in ">=".
func (o Op) String() string { return nameOf(opNames, uint8(o), "op") }

// Amount compares the subject's amount with a value of the same currency.
type Amount struct {
	Op    Op
	Value money.Money
}

// In holds if the attribute has one of the values. An attribute that the
// subject does not have is in no set.
type In struct {
	Attribute string
	Values    []string
}

// Has holds if the subject has the facet.
type Has struct{ Facet Facet }

// AllOf holds if all its conditions do.
type AllOf []Cond

// AnyOf holds if one of its conditions does.
type AnyOf []Cond

// Not holds if its condition does not.
type Not struct{ Cond Cond }

func (c Amount) valid() bool {
	return c.Op > 0 && int(c.Op) < len(opNames) && c.Value.Currency() != 0
}

func (c Amount) holds(f *facts) bool {
	order, err := f.amount.Cmp(c.Value)
	if err != nil {
		return false // Submit and Revise refuse other currencies
	}
	switch c.Op {
	case Below:
		return order < 0
	case AtMost:
		return order <= 0
	case Equal:
		return order == 0
	case AtLeast:
		return order >= 0
	case Above:
		return order > 0
	default:
		return false
	}
}

func (c In) holds(f *facts) bool {
	value := f.attributes[c.Attribute]
	return value != "" && slices.Contains(c.Values, value)
}

func (c Has) holds(f *facts) bool { return f.has(c.Facet) }

func (c AllOf) holds(f *facts) bool {
	return !slices.ContainsFunc(c, func(part Cond) bool { return !part.holds(f) })
}

func (c AnyOf) holds(f *facts) bool {
	return slices.ContainsFunc(c, func(part Cond) bool { return part.holds(f) })
}

func (c Not) holds(f *facts) bool { return !c.Cond.holds(f) }

// String returns the condition as people read it: "amount >= 5000.00 EUR".
func (c Amount) String() string { return fmt.Sprintf("amount %v %v", c.Op, c.Value) }

// String returns the condition as people read it: "channel in (radio, tv)".
func (c In) String() string {
	return c.Attribute + " in (" + strings.Join(slices.Sorted(slices.Values(c.Values)), ", ") + ")"
}

// String returns the condition as people read it: "has claim".
func (c Has) String() string { return "has " + string(c.Facet) }

// String joins the conditions with "and".
func (c AllOf) String() string { return joinConds(c, " and ") }

// String joins the conditions with "or".
func (c AnyOf) String() string { return joinConds(c, " or ") }

// String returns "not" and the condition.
func (c Not) String() string { return "not (" + c.Cond.String() + ")" }

func joinConds(parts []Cond, by string) string {
	texts := make([]string, len(parts))
	for i, c := range parts {
		texts[i] = c.String()
		switch c.(type) {
		case AllOf, AnyOf:
			texts[i] = "(" + texts[i] + ")"
		}
	}
	return strings.Join(texts, by)
}
