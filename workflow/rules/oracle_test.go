package rules_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/workflow/rules"
)

// The small world of the oracle: a number of 0 to 4 with halves between and
// around the literals 1 to 3, a text of a closed set, a flag. "" is missing.
var world = map[rules.FieldKey][]string{
	"n": {"", "0", "1", "1.5", "2", "2.5", "3", "4"},
	"t": {"", "a", "b", "c"},
	"f": {"", "true", "false"},
}

func worldSchema() rules.Schema {
	return rules.Schema{
		Events: []rules.EventType{{Key: "e", Fields: []rules.Field{
			{Key: "n", Type: rules.TypeNumber}, {Key: "t", Values: []string{"a", "b", "c"}}, {Key: "f", Type: rules.TypeFlag},
		}}},
		Actions: []rules.ActionType{{Key: "do"}},
	}
}

func fact(k rules.FieldKey, text string) rules.Value {
	switch {
	case text == "":
		return rules.Value{}
	case k == "n":
		f, _ := strconv.ParseFloat(text, 64)
		return rules.Number(decimalOf(f))
	case k == "f":
		return rules.Flag(text == "true")
	}
	return rules.Text(text)
}

// naive says what a condition means, over the texts of the world.
func naive(c rules.Cond, now, before map[rules.FieldKey]string) bool {
	switch {
	case len(c.All) > 0:
		return !slices.ContainsFunc(c.All, func(c rules.Cond) bool { return !naive(c, now, before) })
	case len(c.Any) > 0:
		return slices.ContainsFunc(c.Any, func(c rules.Cond) bool { return naive(c, now, before) })
	case c.Not != nil:
		return !naive(*c.Not, now, before)
	}
	v := now[c.Field]
	if c.Op == rules.Changed {
		return v != before[c.Field] && (c.From == nil || *c.From == before[c.Field]) && (c.To == nil || *c.To == v)
	}
	if v == "" {
		return false
	}
	less := func(a, b string) bool { // digits and a point: as texts of one leading digit
		x, _ := strconv.ParseFloat(a, 64)
		y, _ := strconv.ParseFloat(b, 64)
		return x < y
	}
	switch c.Op {
	case rules.Equal:
		return v == c.Value
	case rules.Differs:
		return v != c.Value
	case rules.Below:
		return less(v, c.Value)
	case rules.AtMost:
		return !less(c.Value, v)
	case rules.AtLeast:
		return !less(v, c.Value)
	case rules.Above:
		return less(c.Value, v)
	case rules.In:
		return slices.Contains(c.Values, v)
	default:
		return true // present
	}
}

func randomCond(rng *rand.Rand, depth int) rules.Cond {
	if depth > 0 && rng.IntN(3) > 0 {
		kids := make([]rules.Cond, 1+rng.IntN(3))
		for i := range kids {
			kids[i] = randomCond(rng, depth-1)
		}
		switch rng.IntN(3) {
		case 0:
			return rules.Cond{All: kids}
		case 1:
			return rules.Cond{Any: kids}
		}
		return rules.Cond{Not: &kids[0]}
	}
	field := []rules.FieldKey{"n", "t", "f"}[rng.IntN(3)]
	literals := map[rules.FieldKey][]string{"n": {"1", "2", "3"}, "t": {"a", "b", "c"}, "f": {"true", "false"}}[field]
	pick := func() string { return literals[rng.IntN(len(literals))] }
	switch rng.IntN(5) {
	case 0:
		return rules.Cond{Field: field, Op: rules.In, Values: []string{pick(), pick()}}
	case 1:
		return rules.Cond{Field: field, Op: rules.Present}
	case 2:
		c := rules.Cond{Field: field, Op: rules.Changed}
		if from := pick(); rng.IntN(2) == 0 {
			c.From = &from
		}
		if to := pick(); rng.IntN(2) == 0 {
			c.To = &to
		}
		return c
	}
	op := rules.Op(1 + rng.IntN(6))
	if field != "n" {
		op = rules.Op(1 + rng.IntN(2))
	}
	return rules.Cond{Field: field, Op: op, Value: pick()}
}

// everywhere calls yield with every state of the world, now and before.
func everywhere(yield func(now, before map[rules.FieldKey]string)) {
	for _, n := range world["n"] {
		for _, t := range world["t"] {
			for _, f := range world["f"] {
				now := map[rules.FieldKey]string{"n": n, "t": t, "f": f}
				for _, bn := range world["n"] {
					for _, bt := range world["t"] {
						for _, bf := range world["f"] {
							yield(now, map[rules.FieldKey]string{"n": bn, "t": bt, "f": bf})
						}
					}
				}
			}
		}
	}
}

func TestConditionsAgainstTheirMeaning(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 5))
	never, always := 0, 0
	for range 250 {
		c := randomCond(rng, 3)
		can, cannot := false, false
		everywhere(func(now, before map[rules.FieldKey]string) {
			if can && cannot {
				return
			}
			if naive(c, now, before) {
				can = true
			} else {
				cannot = true
			}
		})
		set, err := rules.Compile([]rules.Rule{{Key: "r", On: "e", If: &c, Then: []rules.Action{{Do: "do"}}}}, worldSchema())
		if !can {
			never++
			list, ok := errors.AsType[finding.List](err)
			require.True(t, ok, "%v", c)
			require.True(t, list.Has("rules.cond.never"), "%v: %v", c, err)
			continue
		}
		require.NoError(t, err, "%v", c)
		require.Equal(t, !cannot, set.Findings().Has("rules.cond.always"), "%v", c)
		if !cannot {
			always++
		}
		for range 40 {
			now, before := map[rules.FieldKey]string{}, map[rules.FieldKey]string{}
			e := rules.Event{Kind: "e", Now: rules.Facts{}, Before: rules.Facts{}}
			for k, texts := range world {
				now[k], before[k] = texts[rng.IntN(len(texts))], texts[rng.IntN(len(texts))]
				e.Now[k], e.Before[k] = fact(k, now[k]), fact(k, before[k])
			}
			result, err := set.Evaluate(e, nil)
			require.NoError(t, err)
			require.Equal(t, naive(c, now, before), len(result.Firings) == 1, "%v on %v before %v", c, now, before)
		}
	}
	require.Greater(t, never, 4)
	require.Greater(t, always, 4)
}

// Loops are found if and only if following the rules can come round again.
func TestLoopsAgainstSearch(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 1))
	stages := []string{"a", "b", "c", "d"}
	schema := rules.Schema{
		Events:  []rules.EventType{{Key: "e", Fields: []rules.Field{{Key: "s", Values: stages}}}},
		Actions: []rules.ActionType{{Key: "set", Params: []rules.Param{{Key: "to"}}, Causes: []rules.Effect{{Event: "e", Sets: map[rules.FieldKey]rules.ParamKey{"s": "to"}}}}},
	}
	loops := 0
	for range 500 {
		var list []rules.Rule
		next := map[string][]string{}
		for i := range 1 + rng.IntN(4) {
			from, to := stages[rng.IntN(4)], stages[rng.IntN(4)]
			next[from] = append(next[from], to)
			list = append(list, rules.Rule{
				Key: rules.RuleKey(fmt.Sprint(i)), On: "e", If: &rules.Cond{Field: "s", Op: rules.Equal, Value: from},
				Then: []rules.Action{{Do: "set", With: map[rules.ParamKey]string{"to": to}}},
			})
		}
		reach := map[string]map[string]bool{}
		for _, s := range stages {
			reach[s] = map[string]bool{}
			for _, to := range next[s] {
				reach[s][to] = true
			}
		}
		for range stages {
			for _, s := range stages {
				for to := range reach[s] {
					for far := range reach[to] {
						reach[s][far] = true
					}
				}
			}
		}
		want := slices.ContainsFunc(stages, func(s string) bool { return reach[s][s] })
		_, err := rules.Compile(list, schema)
		require.Equal(t, want, err != nil, "%v: %v", next, err)
		if want {
			loops++
			list, ok := errors.AsType[finding.List](err)
			require.True(t, ok && list.Has("rules.loop"))
		}
	}
	require.Greater(t, loops, 50)
}

func FuzzDocument(f *testing.F) {
	text, err := os.ReadFile("testdata/leads.json")
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"schema":{"events":[{"key":"e","fields":[{"key":"n","type":"number"}]}],"actions":[{"key":"do"}]},"rules":[{"key":"r","on":"e","if":{"field":"n","op":"<","value":"1e40"},"then":[{"do":"do"}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var doc rules.Document
		if json.Unmarshal(data, &doc) != nil {
			return
		}
		set, err := rules.Compile(doc.Rules, doc.Schema)
		if err != nil {
			return
		}
		canonical, err := set.Canonical()
		require.NoError(t, err)
		var again rules.Document
		require.NoError(t, json.Unmarshal(canonical, &again))
		second, err := rules.Compile(again.Rules, again.Schema)
		require.NoError(t, err)
		text, err := second.Canonical()
		require.NoError(t, err)
		require.Equal(t, string(canonical), string(text))
		for _, e := range doc.Schema.Events {
			_, err := set.Evaluate(rules.Event{Kind: e.Key, At: monday()}, nil)
			require.NoError(t, err)
		}
	})
}

// Whatever the conditions, a loop that some events can go round is reported.
func TestNoLoopIsMissed(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(12, 3))
	schema := worldSchema()
	schema.Actions = []rules.ActionType{{
		Key: "set", Params: []rules.Param{{Key: "to"}},
		Causes: []rules.Effect{{Event: "e", Sets: map[rules.FieldKey]rules.ParamKey{"t": "to"}}},
	}}
	loops, clean := 0, 0
	for range 80 {
		// can[v] are the values that rules set off by t = v can set t to.
		can := map[string]map[string]bool{"a": {}, "b": {}, "c": {}}
		var list []rules.Rule
		for len(list) < 2 {
			c, to := randomCond(rng, 1+rng.IntN(2)), []string{"a", "b", "c"}[rng.IntN(3)]
			if rng.IntN(3) > 0 { // of a certain value, so that it does not just set itself off
				v := []string{"a", "b", "c"}[rng.IntN(3)]
				c = rules.Cond{All: []rules.Cond{c, {Any: []rules.Cond{{Field: "t", Op: rules.Equal, Value: v}, {Field: "t", Op: rules.Changed, To: &v}}}}}
			}
			on := map[string]bool{}
			everywhere(func(now, before map[rules.FieldKey]string) {
				if !on[now["t"]] && naive(c, now, before) {
					on[now["t"]] = true
				}
			})
			if len(on) == 0 {
				continue
			}
			for v := range on {
				if v != "" {
					can[v][to] = true
				}
			}
			list = append(list, rules.Rule{
				Key: rules.RuleKey(fmt.Sprint(len(list))), On: "e", If: &c,
				Then: []rules.Action{{Do: "set", With: map[rules.ParamKey]string{"to": to}}},
			})
		}
		round := false
		for v := range can {
			at := map[string]bool{v: true}
			for range can {
				next := map[string]bool{}
				for x := range at {
					for to := range can[x] {
						next[to] = true
						round = round || to == v
					}
				}
				at = next
			}
		}
		_, err := rules.Compile(list, schema)
		found, _ := errors.AsType[finding.List](err)
		if round {
			loops++
			require.True(t, found.Has("rules.loop"), "%v %v: %v", list[0].If, list[1].If, err)
		} else if err == nil {
			clean++
		}
	}
	require.Greater(t, loops, 10)
	require.Greater(t, clean, 2)
}

// Many rules on one event fire in the order of the author, whichever way they
// are found.
func TestManyRulesFireInOrder(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(6, 7))
	fired := 0
	for range 20 {
		var list []rules.Rule
		var conds []rules.Cond
		for len(list) < 40 {
			c := randomCond(rng, 2)
			r := rules.Rule{Key: rules.RuleKey(fmt.Sprint(len(list))), On: "e", If: &c, Then: []rules.Action{{Do: "do"}}}
			if _, err := rules.Compile([]rules.Rule{r}, worldSchema()); err == nil {
				list, conds = append(list, r), append(conds, c)
			}
		}
		set, err := rules.Compile(list, worldSchema())
		require.NoError(t, err)
		for range 50 {
			now, before := map[rules.FieldKey]string{}, map[rules.FieldKey]string{}
			e := rules.Event{Kind: "e", Now: rules.Facts{}, Before: rules.Facts{}}
			for k, texts := range world {
				now[k], before[k] = texts[rng.IntN(len(texts))], texts[rng.IntN(len(texts))]
				e.Now[k], e.Before[k] = fact(k, now[k]), fact(k, before[k])
			}
			var want, got []rules.RuleKey
			for i, c := range conds {
				if naive(c, now, before) {
					want = append(want, list[i].Key)
				}
			}
			result, err := set.Evaluate(e, nil)
			require.NoError(t, err)
			for _, f := range result.Firings {
				got = append(got, f.Rule)
			}
			require.Equal(t, want, got)
			fired += len(got)
		}
	}
	require.Greater(t, fired, 1000)
}
