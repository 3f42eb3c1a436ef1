package rules

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// The caps of the proofs: beyond them a condition counts as one that can hold.
const (
	maxTerms   = 512    // conjunctions of a condition in disjunctive normal form
	maxDemands = 4096   // tests in all of them
	maxTrials  = 40_000 // pairs of values of a field that are tried
)

// demand is a test that must hold, or must not.
type demand struct {
	test *test
	want bool
}

// terms returns the conjunctions one of which must hold for n to come out as
// wanted; ok is false if there are too many.
func (n *node) terms(want bool) (terms [][]demand, ok bool) {
	switch n.kind {
	case testNode:
		return [][]demand{{{&n.test, want}}}, true
	case notNode:
		return n.kids[0].terms(!want)
	default:
	}
	if (n.kind == anyNode) == want { // one of the kids
		for i := range n.kids {
			kid, ok := n.kids[i].terms(want)
			if terms = append(terms, kid...); !ok || len(terms) > maxTerms {
				return nil, false
			}
		}
		return terms, true
	}
	terms = [][]demand{nil} // all of the kids
	for i := range n.kids {
		kid, ok := n.kids[i].terms(want)
		if !ok || len(kid)*len(terms) > maxTerms {
			return nil, false
		}
		product := make([][]demand, 0, len(kid)*len(terms))
		size := 0
		for _, a := range terms {
			for _, b := range kid {
				if size += len(a) + len(b); size > maxDemands {
					return nil, false
				}
				product = append(product, slices.Concat(a, b))
			}
		}
		terms = product
	}
	return terms, true
}

// possible reports whether n can come out as wanted. It errs on the side of yes.
// Fields are independent of each other, so a conjunction can hold if its demands
// on each field alone can; and those only tell values apart that a literal, or
// the gap between two, separates. So it is enough to try these.
func (n *node) possible(event *eventType, want bool) bool {
	terms, ok := n.terms(want)
	if !ok {
		return true
	}
	for _, term := range terms {
		slices.SortStableFunc(term, func(a, b demand) int { return a.test.field - b.test.field })
		held := true
		for i := 0; i < len(term) && held; {
			next := i + 1
			for next < len(term) && term[next].test.field == term[i].test.field {
				next++
			}
			held = satisfiable(&event.Fields[term[i].test.field], term[i:next])
			i = next
		}
		if held {
			return true
		}
	}
	return false
}

// satisfiable reports whether some value now and before meets all demands on a
// field.
func satisfiable(field *Field, demands []demand) bool {
	values := candidates(field, demands)
	befores := values
	if !slices.ContainsFunc(demands, func(d demand) bool { return d.test.op == Changed }) {
		befores = values[:1] // nothing asks for it
	}
	if int64(len(values))*int64(len(befores)) > maxTrials/int64(len(demands)) {
		return true
	}
	for i := range values {
		for k := range befores {
			if !slices.ContainsFunc(demands, func(d demand) bool { return d.test.holds(&values[i], &befores[k]) != d.want }) {
				return true
			}
		}
	}
	return false
}

// candidates returns one value from each part of the field's type that the
// demands tell apart; the first is missing.
func candidates(field *Field, demands []demand) []Value {
	values := []Value{{}}
	var literals []Value
	for _, d := range demands {
		literals = append(literals, d.test.values...)
		for _, v := range []Value{d.test.value, d.test.from, d.test.to} {
			if v.set {
				literals = append(literals, v)
			}
		}
	}
	switch field.Type {
	case TypeText:
		if field.Values != nil {
			for _, v := range field.Values {
				values = append(values, Text(v))
			}
			return values
		}
		var other strings.Builder // longer than each of them
		for _, v := range literals {
			other.WriteString(v.text)
		}
		return append(append(values, literals...), Text(other.String()+"a"), Text(other.String()+"b"))
	case TypeNumber:
		slices.SortFunc(literals, func(a, b Value) int { return a.compare(&b) })
		half, one := decimal.New(5, -1), decimal.New(1, 0)
		for i, v := range literals {
			if i > 0 {
				values = append(values, Number(literals[i-1].num.Add(v.num).Mul(half)))
			}
			values = append(values, v)
		}
		if n := len(literals); n > 0 {
			return append(values, Number(literals[0].num.Sub(one)), Number(literals[n-1].num.Add(one)))
		}
		return append(values, Int(0), Int(1))
	case TypeAmount:
		for _, v := range literals {
			values = append(values, v)
			for _, by := range []int64{-1, 1} {
				if m, err := v.money.Add(money.Minor(by, field.Currency)); err == nil {
					values = append(values, Amount(m))
				}
			}
		}
		return append(values, Amount(money.Minor(0, field.Currency)), Amount(money.Minor(1, field.Currency)))
	case TypeDate:
		for _, v := range literals {
			values = append(values, v, Date(v.day.AddDays(1)))
		}
		return append(values, Date(civil.MinDate()), Date(civil.MaxDate()))
	case TypeFlag:
		return append(values, Flag(false), Flag(true))
	default:
		var wanted []string
		for _, d := range demands {
			if d.test.op == Has && d.want {
				wanted = append(wanted, d.test.value.text)
			}
		}
		return append(values, Texts(wanted...), Texts())
	}
}

// allows reports whether the condition can hold on an event of which some fields
// are known; nil = unknown. It errs on the side of yes.
func (n *node) allows(known []*Value, want bool) bool {
	switch n.kind {
	case notNode:
		return n.kids[0].allows(known, !want)
	case testNode:
		v := known[n.test.field]
		if v == nil {
			return true
		}
		if n.test.op != Changed {
			return n.test.holds(v, v) == want
		}
		return !want || !n.test.to.set || v.equal(&n.test.to) // what it was is not known
	default:
	}
	all := (n.kind == allNode) == want // what every kid must allow, or one
	for i := range n.kids {
		if n.kids[i].allows(known, want) != all {
			return !all
		}
	}
	return all
}
