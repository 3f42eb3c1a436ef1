package rules_test

import (
	"errors"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow/rules"
)

// Between two days, or two cents, there is nothing; between two numbers there is.
func TestWhatCannotHold(t *testing.T) {
	t.Parallel()
	is := func(f rules.FieldKey, op rules.Op, v string) rules.Cond {
		return rules.Cond{Field: f, Op: op, Value: v}
	}
	not := func(c rules.Cond) rules.Cond { return rules.Cond{Not: &c} }
	all := func(c ...rules.Cond) rules.Cond { return rules.Cond{All: c} }
	changed := func(f rules.FieldKey, from, to string) rules.Cond {
		return rules.Cond{Field: f, Op: rules.Changed, From: &from, To: &to}
	}
	for i, c := range []struct {
		cond  rules.Cond
		never bool
	}{
		{all(is("wanted", rules.Above, "2026-03-01"), is("wanted", rules.Below, "2026-03-02")), true},
		{all(is("wanted", rules.Above, "2026-03-01"), is("wanted", rules.Below, "2026-03-03")), false},
		{is("wanted", rules.Below, "0001-01-01"), true},
		{is("wanted", rules.AtMost, "0001-01-01"), false},
		{is("wanted", rules.Above, "9999-12-31"), true},
		{all(is("wanted", rules.Differs, "2026-03-01"), is("wanted", rules.Below, "2026-03-01")), false},
		{all(is("budget", rules.Above, "1.00 EUR"), is("budget", rules.Below, "1.01 EUR")), true},
		{all(is("budget", rules.Above, "1.00 EUR"), is("budget", rules.Below, "1.02 EUR")), false},
		{all(is("budget", rules.Below, "-5.00 EUR"), is("budget", rules.Differs, "-5.01 EUR")), false},
		{is("budget", rules.Above, "92233720368547758.07 EUR"), true}, // the largest amount of 64 bits
		{is("budget", rules.Below, "-92233720368547758.08 EUR"), true},
		{all(is("score", rules.Above, "1"), is("score", rules.Below, "1.1")), false},
		{all(is("score", rules.Above, "1"), is("score", rules.AtMost, "1")), true},
		{all(is("tags", rules.Has, "a"), not(is("tags", rules.Has, "a"))), true},
		{all(is("tags", rules.Has, "a"), is("tags", rules.Has, "b"), not(is("tags", rules.Has, "c"))), false},
		{all(is("tags", rules.Has, "a"), not(rules.Cond{Field: "tags", Op: rules.Present})), true},
		{all(not(rules.Cond{Field: "tags", Op: rules.Changed}), is("tags", rules.Has, "a")), false},
		{all(rules.Cond{Field: "tags", Op: rules.Changed}, not(rules.Cond{Field: "tags", Op: rules.Present})), false},
		{all(is("consent", rules.Differs, "true"), is("consent", rules.Differs, "false")), true},
		{all(not(is("consent", rules.Equal, "true")), not(is("consent", rules.Equal, "false"))), false}, // it is missing
		{changed("stage", "lead", "lead"), true},
		{changed("stage", "lead", "mql"), false},
		{all(changed("stage", "lead", "mql"), is("stage", rules.Equal, "sql")), true},
		{all(changed("owner", "a", "b"), is("owner", rules.Differs, "c")), false},
		{rules.Cond{All: []rules.Cond{{Field: "owner", Op: rules.Changed}, is("owner", rules.Differs, "x")}}, false},
		{all(is("owner", rules.Equal, "x"), not(rules.Cond{Field: "owner", Op: rules.In, Values: []string{"y", "x"}})), true},
	} {
		doc := leads(t)
		doc.Rules[2].If = &c.cond
		_, err := rules.Compile(doc.Rules, doc.Schema)
		list, _ := errors.AsType[finding.List](err)
		require.Equal(t, c.never, list.Has("rules.cond.never"), "%d %v: %v", i, c.cond, err)
		require.Equal(t, c.never, err != nil)
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]rules.Value{
		"a text": rules.Text("a text"), "1.5": rules.Number(decimal.New(15, -1)), "-3": rules.Int(-3),
		"2.00 EUR": rules.Amount(money.Minor(200, money.EUR)), "2026-03-02": rules.Date(civil.MustDate(2026, time.March, 2)),
		"true": rules.Flag(true), "a, b": rules.Texts("b", "a", "b"), "missing": {},
	} {
		require.Equal(t, want, v.String())
		require.Equal(t, want == "missing", v.IsMissing())
	}
	// Forty places each way are the bound.
	set := compile(t, leads(t))
	for exponent, ok := range map[int32]bool{40: true, 41: false, -40: true, -41: false} {
		_, err := set.Evaluate(rules.Event{Kind: "lead.changed", Now: rules.Facts{"score": rules.Number(decimal.New(1, exponent))}}, nil)
		require.Equal(t, ok, err == nil, "%d", exponent)
	}
}
