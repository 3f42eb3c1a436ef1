package rules_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/internal/golden"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow/rules"
)

func leads(t testing.TB) rules.Document {
	t.Helper()
	text, err := os.ReadFile("testdata/leads.json")
	require.NoError(t, err)
	var doc rules.Document
	require.NoError(t, json.Unmarshal(text, &doc))
	return doc
}

func compile(t testing.TB, doc rules.Document) *rules.Set {
	t.Helper()
	set, err := rules.Compile(doc.Rules, doc.Schema)
	require.NoError(t, err)
	return set
}

func monday() time.Time { return time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC) }

func TestCanonicalForm(t *testing.T) {
	t.Parallel()
	doc := leads(t)
	set := compile(t, doc)
	require.Empty(t, set.Findings())
	text, err := set.Canonical()
	require.NoError(t, err)
	golden.Equal(t, "leads.canonical.json", text)
	hash, err := set.Hash()
	require.NoError(t, err)
	// sha256sum testdata/leads.canonical.json
	require.Equal(t, "75a55b9858bfda32da513ee995ed126ddc5eabf90c7ec00b23ec1456f2e9e060", hash.String())

	var again rules.Document
	require.NoError(t, json.Unmarshal(text, &again))
	second, err := compile(t, again).Hash()
	require.NoError(t, err)
	require.Equal(t, hash, second)

	doc.Rules[0].If.All[0].Value = "100" // the same number as 100.0
	second, err = compile(t, doc).Hash()
	require.NoError(t, err)
	require.Equal(t, hash, second)
	doc.Rules[0].If.All[0].Value = "101"
	second, err = compile(t, doc).Hash()
	require.NoError(t, err)
	require.NotEqual(t, hash, second)
}

func TestEvaluateSaysWhatAndWhy(t *testing.T) {
	t.Parallel()
	set := compile(t, leads(t))
	seen := rules.Seen{}
	e := rules.Event{
		Kind: "lead.changed", At: monday(),
		Now: rules.Facts{
			"lead": rules.Text("acme"), "stage": rules.Text("mql"), "owner": rules.Text("ana"),
			"budget": rules.Amount(money.Minor(6_200_00, money.EUR)), "wanted": rules.Date(civil.MustDate(2026, 5, 1)),
		},
		Before: rules.Facts{"stage": rules.Text("lead")},
	}
	result, err := set.Evaluate(e, seen.Last)
	require.NoError(t, err)
	require.Len(t, result.Firings, 2)
	welcome, earmark := result.Firings[0], result.Firings[1]
	require.Equal(t, "notify(to: ana, text: acme is worth 6200.00 EUR {gross})", welcome.Do[0].String())
	require.Equal(t, 1, welcome.Depth)
	why := make([]string, 0, 4)
	for _, l := range append(welcome.Why, earmark.Why...) {
		why = append(why, l.String())
	}
	require.Equal(t, []string{
		"stage changed from lead to mql: lead -> mql, yes",
		"region in (cn, ru): missing, no",
		"budget > 5000.00 EUR: 6200.00 EUR, yes",
		"tags has key account: missing, no",
	}, why)
	require.Equal(t, "reserve(amount: 6200.00 EUR, until: 2026-05-01)", earmark.Do[0].String())
	require.Equal(t, rules.TypeAmount, earmark.Do[0].With[0].Value.Type())
	require.Equal(t, []rules.Mark{{Rule: "welcome", Key: "acme", At: monday()}}, result.Marks)

	seen.Keep(result.Marks...)
	for wait, fires := range map[time.Duration]bool{0: false, 7*24*time.Hour - time.Nanosecond: false, 7 * 24 * time.Hour: true} {
		e.At = monday().Add(wait)
		result, err = set.Evaluate(e, seen.Last)
		require.NoError(t, err)
		require.Equal(t, fires, len(result.Marks) == 1, "%v", wait)
		if !fires {
			require.Equal(t, []rules.Skip{{Rule: "welcome", Reason: "throttled for acme since 2026-03-02T09:00:00Z"}}, result.Skipped)
		}
	}
	delete(e.Now, "owner")
	result, err = set.Evaluate(e, nil)
	require.NoError(t, err)
	require.Equal(t, []rules.Skip{{Rule: "welcome", Reason: "field owner is missing"}}, result.Skipped)
}

func TestEvaluateRefuses(t *testing.T) {
	t.Parallel()
	set := compile(t, leads(t))
	facts := func(k rules.FieldKey, v rules.Value) rules.Event {
		return rules.Event{Kind: "lead.changed", Now: rules.Facts{k: v}}
	}
	huge := decimal.New(1, 1_000_000)
	for _, c := range []struct {
		e    rules.Event
		want error
		text string
	}{
		{rules.Event{Kind: "lead.lost"}, rules.ErrUnknown, `event "lead.lost" is not known`},
		{facts("colour", rules.Text("red")), rules.ErrUnknown, `event lead.changed: field "colour" is not known`},
		{facts("score", rules.Text("red")), rules.ErrInvalid, "event lead.changed: field score: a text in place of a number is not valid"},
		{facts("score", rules.Number(huge)), rules.ErrInvalid, "event lead.changed: field score: number of more than 40 digits is not valid"},
		{facts("budget", rules.Amount(money.Minor(1, money.USD))), rules.ErrInvalid, "event lead.changed: field budget: 0.01 USD in place of EUR is not valid"},
		{facts("stage", rules.Text("mars")), rules.ErrInvalid, `event lead.changed: field stage: "mars" is not among its values: it is not valid`},
		{facts("wanted", rules.Date(civil.Date{})), rules.ErrInvalid, "event lead.changed: field wanted: no date is not valid: leave the field out"},
		{rules.Event{Kind: "task.done", Depth: 9}, rules.ErrDepth, "event task.done: cascade too deep: 9 rules in a row, at most 8"},
		{rules.Event{Kind: "task.done", Depth: -1}, rules.ErrDepth, "event task.done: cascade too deep: -1 rules in a row, at most 8"},
	} {
		_, err := set.Evaluate(c.e, nil)
		require.ErrorIs(t, err, c.want)
		require.EqualError(t, err, c.text)
	}
	require.Equal(t, "number out of range", rules.Number(huge).String())
}

func TestCompileReportsEveryProblem(t *testing.T) {
	t.Parallel()
	field := func(f rules.FieldKey, op rules.Op, v string) *rules.Cond {
		return &rules.Cond{Field: f, Op: op, Value: v}
	}
	cond := func(c *rules.Cond) func(*rules.Document) {
		return func(d *rules.Document) { d.Rules[2].If = c }
	}
	deep := field("stage", rules.Equal, "mql")
	for range 20 {
		deep = &rules.Cond{Not: deep}
	}
	x := "x"
	for i, c := range []struct {
		code   string
		change func(*rules.Document)
	}{
		{"rules.key", func(d *rules.Document) { d.Rules[0].Key = "" }},
		{"rules.key", func(d *rules.Document) { d.Rules[0].Key = "earmark" }},
		{"rules.key", func(d *rules.Document) { d.Schema.Events[1].Key = "lead.changed" }},
		{"rules.key", func(d *rules.Document) { d.Schema.Events[0].Fields[1].Key = "Lead" }},
		{"rules.key", func(d *rules.Document) { d.Schema.Events[0].Fields[1].Key = "a}b" }},
		{"rules.key", func(d *rules.Document) { d.Schema.Actions[0].Params[1].Key = "TO" }},
		{"rules.key", func(d *rules.Document) { d.Schema.Actions[0].Key = "reserve" }},
		{"rules.text", func(d *rules.Document) { d.Rules[0].Name = "\xff" }},
		{"rules.text", func(d *rules.Document) { d.Schema.Events[0].Fields[1].Values[0] = strings.Repeat("x", rules.MaxText+1) }},
		{"rules.schema", func(d *rules.Document) { d.Schema.MaxDepth = -1 }},
		{"rules.schema", func(d *rules.Document) { d.Schema.Events[0].Fields[0].Currency = money.EUR }},
		{"rules.schema", func(d *rules.Document) { d.Schema.Events[0].Fields[5].Currency = 65535 }},
		{"rules.schema", func(d *rules.Document) { d.Schema.Events[0].Fields[4].Values = []string{"1"} }},
		{"rules.schema", func(d *rules.Document) { d.Schema.Actions[1].Causes[0].Sets["stage"] = "from" }},
		{"rules.event.unknown", func(d *rules.Document) { d.Schema.Actions[1].Causes[0].Event = "x" }},
		{"rules.event.unknown", func(d *rules.Document) { d.Rules[0].On = "x" }},
		{"rules.action", func(d *rules.Document) { d.Rules[0].Then = nil }},
		{"rules.action", func(d *rules.Document) { d.Rules[0].Then[0].Do = "fly" }},
		{"rules.action", func(d *rules.Document) { d.Rules[0].Then[0].With = nil }},
		{"rules.action", func(d *rules.Document) { d.Rules[0].Then[0].With["from"] = "mql" }},
		{"rules.template", func(d *rules.Document) { d.Rules[0].Then[0].With["to"] = "{colour}" }},
		{"rules.template", func(d *rules.Document) { d.Rules[0].Then[0].With["to"] = "{stage" }},
		{"rules.template", func(d *rules.Document) { d.Rules[0].Then[0].With["to"] = "stage}" }},
		{"rules.template", func(d *rules.Document) { d.Rules[2].Then[0].With["amount"] = "{score}" }},
		{"rules.template", func(d *rules.Document) { d.Rules[2].Then[0].With["amount"] = "10.00 USD" }},
		{"rules.template", func(d *rules.Document) { d.Rules[1].Throttle.Key = "{x}" }},
		{"rules.throttle", func(d *rules.Document) { d.Rules[1].Throttle.Every = worktime.Days(1) }},
		{"rules.throttle", func(d *rules.Document) { d.Rules[1].Throttle.Every = worktime.Elapsed(-1) }},
		{"rules.field.unknown", cond(field("colour", rules.Equal, "red"))},
		{"rules.literal", cond(field("score", rules.Equal, "many"))},
		{"rules.literal", cond(field("score", rules.Equal, "1e99"))},
		{"rules.literal", cond(field("budget", rules.Equal, "1.00 USD"))},
		{"rules.literal", cond(field("stage", rules.Equal, "mars"))},
		{"rules.literal", cond(field("owner", rules.Equal, "\xff"))},
		{"rules.cond.form", cond(&rules.Cond{})},
		{"rules.cond.form", cond(&rules.Cond{All: []rules.Cond{*deep}, Field: "stage"})},
		{"rules.cond.form", cond(&rules.Cond{Not: field("lead", rules.Present, ""), Value: "x"})},
		{"rules.cond.form", cond(&rules.Cond{Field: "lead", Op: rules.Equal, To: &x})},
		{"rules.cond.form", cond(&rules.Cond{Field: "lead", Op: rules.In})},
		{"rules.cond.form", cond(field("lead", rules.Present, "x"))},
		{"rules.cond.type", cond(field("lead", rules.Below, "x"))},
		{"rules.cond.type", cond(field("lead", rules.Has, "x"))},
		{"rules.cond.type", cond(field("tags", rules.Equal, "x"))},
		{"rules.cond.type", cond(field("lead", 0, "x"))},
		{"rules.cond.type", cond(field("lead", 99, ""))},
		{"rules.cond.depth", cond(deep)},
		{"rules.loop", cond(nil)}, // earmark -> set_stage below
	} {
		doc := leads(t)
		c.change(&doc)
		if c.code == "rules.loop" {
			doc.Rules[2].Then[0] = rules.Action{Do: "set_stage", With: map[rules.ParamKey]string{"to": "lost"}}
		}
		_, err := rules.Compile(doc.Rules, doc.Schema)
		list, ok := errors.AsType[finding.List](err)
		require.True(t, ok, "%d %s", i, c.code)
		require.True(t, list.Has(c.code), "%d %s: %v", i, c.code, list)
	}
}

// act is the action of rule i of a chain: it sets the stage.
func chain(t testing.TB, stages ...string) rules.Document {
	doc := leads(t)
	doc.Rules = nil
	for i, on := range stages[:len(stages)-1] {
		doc.Rules = append(doc.Rules, rules.Rule{
			Key: rules.RuleKey(fmt.Sprint("r", i)), On: "lead.changed",
			If:   &rules.Cond{Field: "stage", Op: rules.Equal, Value: on},
			Then: []rules.Action{{Do: "set_stage", With: map[rules.ParamKey]string{"to": stages[i+1]}}},
		})
	}
	return doc
}

func TestLoopsAreReportedAsPaths(t *testing.T) {
	t.Parallel()
	require.Empty(t, compile(t, chain(t, "lead", "mql", "sql", "won")).Findings(), "the condition of each shuts out all but the one before it")

	doc := chain(t, "lead", "mql", "sql", "lead")
	_, err := rules.Compile(doc.Rules, doc.Schema)
	list, ok := errors.AsType[finding.List](err)
	require.True(t, ok)
	require.Len(t, list, 1)
	require.Equal(t, []string{"r0 -> r1 -> r2 -> r0"}, list[0].Evidence)

	doc.Rules[1].Throttle = &rules.Throttle{Key: "{lead}"}
	set := compile(t, doc)
	require.Len(t, set.Findings(), 1)
	require.Equal(t, finding.Warning, set.Findings()[0].Severity)
	require.Equal(t, []string{"r0 -> r1 -> r2 -> r0, slowed by a throttle"}, set.Findings()[0].Evidence)

	doc.Rules[1].Throttle = nil
	doc.Rules[1].If.Op = rules.Changed
	doc.Rules[1].If.Value = ""
	won := "won"
	doc.Rules[1].If.To = &won
	require.Empty(t, compile(t, doc).Findings(), "it waits for won, which nobody sets")

	doc.Rules[1].If.To = nil
	_, err = rules.Compile(doc.Rules, doc.Schema)
	require.ErrorContains(t, err, "r0 -> r1 -> r2 -> r0", "any change sets it off")
}

func TestAThrottledRuleHidesNoLoop(t *testing.T) {
	t.Parallel()
	doc := chain(t, "lead", "mql", "lead")
	slow := doc.Rules[1]
	slow.Key, slow.Throttle = "slow", &rules.Throttle{Key: "{lead}"}
	slow.Then = []rules.Action{{Do: "set_stage", With: map[rules.ParamKey]string{"to": "sql"}}}
	doc.Rules = []rules.Rule{doc.Rules[0], slow, doc.Rules[1]}
	_, err := rules.Compile(doc.Rules, doc.Schema)
	require.ErrorContains(t, err, "r0 -> r1 -> r0")
}

func TestAnOptionalParameterMayBeLeftOut(t *testing.T) {
	t.Parallel()
	doc := leads(t)
	params := doc.Schema.Actions[2].Params
	params[0], params[1] = params[1], params[0]
	doc.Rules[2].Then[0].With = map[rules.ParamKey]string{"amount": "{budget}"}
	set := compile(t, doc)
	result, err := set.Evaluate(rules.Event{Kind: "lead.changed", Now: rules.Facts{"budget": rules.Amount(money.Minor(9_000_00, money.EUR))}}, nil)
	require.NoError(t, err)
	require.Equal(t, "reserve(amount: 9000.00 EUR)", result.Firings[0].Do[0].String())
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	doc := leads(t)
	stage := func(v string) rules.Cond { return rules.Cond{Field: "stage", Op: rules.Equal, Value: v} }
	never := rules.Cond{All: []rules.Cond{stage("won"), stage("lost")}}
	doc.Rules[0].If = &rules.Cond{Any: []rules.Cond{stage("lead"), stage("lead"), never}}
	present := rules.Cond{Field: "lead", Op: rules.Present}
	doc.Rules[2].If = &rules.Cond{Any: []rules.Cond{present, {Not: new(present)}}}
	copied := doc.Rules[2]
	copied.Key = "again"
	doc.Rules = append(doc.Rules, copied)
	found := compile(t, doc).Findings()
	for _, code := range []string{"rules.cond.dead", "rules.cond.always", "rules.cond.repeated", "rules.duplicate"} {
		require.True(t, found.Has(code), "%s: %v", code, found)
	}
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	set := compile(t, leads(t))
	e := rules.Event{
		Kind: "lead.changed", At: monday(),
		Now:    rules.Facts{"lead": rules.Text("acme"), "stage": rules.Text("mql"), "owner": rules.Text("ana"), "budget": rules.Amount(money.Minor(1, money.EUR))},
		Before: rules.Facts{"stage": rules.Text("lead")},
	}
	outcomes := set.DryRun([]rules.Event{{Kind: "task.done"}, e, e, {Kind: "x"}})
	require.Len(t, outcomes, 3)
	require.Equal(t, 1, outcomes[0].Event)
	require.Len(t, outcomes[0].Result.Firings, 1)
	require.Len(t, outcomes[1].Result.Skipped, 1, "the mark of the first holds for the second")
	require.ErrorIs(t, outcomes[2].Err, rules.ErrUnknown)
	text, err := json.Marshal(rules.Seen{"welcome": {"acme": monday()}})
	require.NoError(t, err)
	require.JSONEq(t, `{"welcome":{"acme":"2026-03-02T09:00:00Z"}}`, string(text))
}

func TestJSONIsStrict(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"rulez":[]}`, `{"rules":[{"key":"a","key":"b"}]}`, `{"rules":[{"if":{"op":"~"}}]}`, `[]`} {
		var doc rules.Document
		require.ErrorIs(t, json.Unmarshal([]byte(text), &doc), rules.ErrSyntax, text)
	}
}

// many returns n rules over a hundred kinds of event.
func many(n int) rules.Document {
	var doc rules.Document
	doc.Schema.Actions = []rules.ActionType{{Key: "notify", Params: []rules.Param{{Key: "to"}}}}
	for i := range 100 {
		doc.Schema.Events = append(doc.Schema.Events, rules.EventType{
			Key: rules.EventKey(fmt.Sprint("e", i)), Fields: []rules.Field{{Key: "stage"}, {Key: "score", Type: rules.TypeNumber}},
		})
	}
	for i := range n {
		doc.Rules = append(doc.Rules, rules.Rule{
			Key: rules.RuleKey(fmt.Sprint("r", i)), On: rules.EventKey(fmt.Sprint("e", i%100)),
			If: &rules.Cond{All: []rules.Cond{
				{Field: "stage", Op: rules.Equal, Value: fmt.Sprint("s", i/100)}, {Field: "score", Op: rules.AtLeast, Value: "10"},
			}},
			Then: []rules.Action{{Do: "notify", With: map[rules.ParamKey]string{"to": "x"}}},
		})
	}
	return doc
}

func BenchmarkEvaluate10000Rules(b *testing.B) {
	set := compile(b, many(10_000))
	e := rules.Event{Kind: "e7", At: monday(), Now: rules.Facts{"stage": rules.Text("s50"), "score": rules.Int(20)}}
	b.ReportAllocs()
	for b.Loop() {
		if result, err := set.Evaluate(e, nil); err != nil || len(result.Firings) != 1 {
			b.Fatal(err, len(result.Firings))
		}
	}
}

func BenchmarkCompile10000Rules(b *testing.B) {
	doc := many(10_000)
	for b.Loop() {
		compile(b, doc)
	}
}

// The worst case of the search for loops: every rule sets a value of its own and
// waits for another one, all on the same event.
func BenchmarkCompile10000RulesOfOneEvent(b *testing.B) {
	schema := rules.Schema{
		Events:  []rules.EventType{{Key: "e", Fields: []rules.Field{{Key: "s"}}}},
		Actions: []rules.ActionType{{Key: "set", Params: []rules.Param{{Key: "to"}}, Causes: []rules.Effect{{Event: "e", Sets: map[rules.FieldKey]rules.ParamKey{"s": "to"}}}}},
	}
	var list []rules.Rule
	for i := range 10_000 {
		list = append(list, rules.Rule{
			Key: rules.RuleKey(fmt.Sprint(i)), On: "e", If: &rules.Cond{Field: "s", Op: rules.Equal, Value: fmt.Sprint(i)},
			Then: []rules.Action{{Do: "set", With: map[rules.ParamKey]string{"to": fmt.Sprint(i + 1)}}},
		})
	}
	for b.Loop() {
		compile(b, rules.Document{Schema: schema, Rules: list})
	}
}
