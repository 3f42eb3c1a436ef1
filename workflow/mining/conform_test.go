package mining_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow"
	"github.com/go-marops/marops/workflow/mining"
)

func stage(key workflow.StageKey) workflow.Stage {
	return workflow.Stage{Key: key, Role: "role", Rule: workflow.Any{}}
}

// words makes a log of one case per line, its activities parted by blanks.
func words(lines ...string) *mining.Log {
	var b mining.Builder
	for i, line := range lines {
		for k, a := range strings.Fields(line) {
			b.Add(mining.Event{Case: fmt.Sprint(i), Activity: a, At: time.Date(2026, 3, 2, k, 0, 0, 0, time.UTC)})
		}
	}
	return b.Log()
}

// letters maps submit, again, recall, draft, and per stage +key, -key, ~key.
func letters(keys ...workflow.StageKey) map[string]mining.Step {
	steps := map[string]mining.Step{
		"draft": {Kind: mining.Saved}, "submit": {Kind: mining.Submitted}, "again": {Kind: mining.Resubmitted}, "revise": {Kind: mining.Revised},
		"recall": {Kind: mining.Recalled}, "withdraw": {Kind: mining.Withdrawn}, "note": {Kind: mining.Ignored}, "+": {Kind: mining.Approved},
	}
	for _, k := range keys {
		steps["+"+string(k)] = mining.Step{Kind: mining.Approved, Stage: k}
		steps["-"+string(k)] = mining.Step{Kind: mining.Rejected, Stage: k}
		steps["~"+string(k)] = mining.Step{Kind: mining.ChangesRequested, Stage: k}
		steps["0"+string(k)] = mining.Step{Kind: mining.Reset, Stage: k}
	}
	return steps
}

func ExampleLog_Conform() {
	def := workflow.Definition{Key: "claim", Flow: workflow.Seq{
		stage("lead"),
		workflow.Choice{
			Cases: []workflow.Case{{When: workflow.Amount{Op: workflow.AtLeast, Value: money.Minor(1_000_00, money.EUR)}, Then: stage("finance")}},
			Else:  workflow.Seq{},
		},
	}}
	mapping, err := mining.ParseMapping([]byte(`{
	  "steps": {"Submitted": "submitted", "Lead: yes": "approved lead", "Lead: no": "changes_requested lead", "Finance: yes": "approved finance"},
	  "after": ["Paid"]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	var b mining.Builder
	add := func(id string, activities ...string) {
		for i, a := range activities {
			b.Add(mining.Event{Case: id, Activity: a, At: time.Date(2026, 3, 2, i, 0, 0, 0, time.UTC)})
		}
	}
	add("small", "Submitted", "Lead: yes", "Paid")
	add("large", "Submitted", "Lead: yes", "Finance: yes")
	add("early", "Submitted", "Paid")
	c, err := b.Log().Conform(def, mapping)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range c.Cases {
		fmt.Println(r.Case, r.Ending)
	}
	for _, d := range c.Deviations {
		fmt.Printf("%d case: %q after %q, allowed %q\n", len(d.Cases), d.Activity, d.Before, d.Allowed)
	}
	// Output:
	// small completed
	// large approved
	// early deviates
	// 1 case: "Paid" after "Submitted", allowed ["Lead: no" "Lead: yes"]
}

func TestEndings(t *testing.T) {
	t.Parallel()
	def := workflow.Definition{Flow: workflow.Seq{stage("a"), workflow.Par{Branches: []workflow.Block{stage("b"), stage("c")}, OnReject: workflow.Finish}, stage("d")}}
	m := mining.Mapping{Steps: letters("a", "b", "c", "d"), After: []string{"pay", "done"}}
	for line, want := range map[string]mining.Ending{
		"draft note draft":                 mining.EndedNotSubmitted,
		"draft note submit":                mining.EndedOpen,
		"submit +a +c +b":                  mining.EndedOpen,
		"submit +a +c +b +d":               mining.EndedApproved,
		"submit +a +c +b +d pay":           mining.EndedApproved,
		"submit +a +c +b +d pay note done": mining.EndedCompleted,
		"submit +a +c +b +d done":          mining.Deviates,
		"submit +a +c +b +d pay +d":        mining.Deviates,
		"submit +a +a":                     mining.Deviates,
		"submit +b":                        mining.Deviates,
		"submit ~a":                        mining.EndedChangesRequested,
		"submit ~a submit":                 mining.Deviates,
		"submit ~a again":                  mining.EndedOpen,
		"submit ~a again +a":               mining.EndedOpen,
		"submit ~a recall":                 mining.EndedRecalled,
		"submit ~a recall submit":          mining.EndedOpen,
		"submit recall again":              mining.EndedOpen,
		"submit -a":                        mining.EndedRejected,
		"submit -a again":                  mining.Deviates,
		"submit withdraw":                  mining.EndedWithdrawn,
		"submit withdraw submit":           mining.Deviates,
		"again":                            mining.Deviates,
		"withdraw":                         mining.Deviates,
		"strange":                          mining.Deviates,
		// Par hears all its branches out.
		"submit +a ~b":                           mining.EndedOpen,
		"submit +a ~b +d":                        mining.Deviates,
		"submit +a ~b +c":                        mining.EndedChangesRequested,
		"submit +a ~b -c":                        mining.EndedRejected,
		"submit +a -b ~c":                        mining.EndedRejected,
		"submit +a ~b +c again +a +b +c +d":      mining.EndedApproved,
		"submit +a ~b +c again +b":               mining.Deviates,
		"submit +a ~b +c revise +b +d":           mining.EndedApproved,
		"submit +a ~b +c revise 0c +b +d":        mining.Deviates,
		"submit +a ~b +c revise 0c +b +c +d":     mining.EndedApproved,
		"submit +a +b +c +d revise 0d":           mining.EndedOpen,
		"submit +a +b +c +d pay revise":          mining.EndedApproved,
		"submit +a +b +c +d pay revise 0a":       mining.EndedOpen,
		"submit +a +b +c +d pay recall":          mining.Deviates,
		"submit + + + + pay done":                mining.EndedCompleted,
		"submit + +b":                            mining.EndedOpen,
		"submit + +d":                            mining.Deviates,
		"note":                                   mining.EndedNotSubmitted,
		"submit +a ~b recall draft submit +a":    mining.EndedOpen,
		"submit ~a recall draft submit +a":       mining.EndedOpen,
		"submit ~a recall draft withdraw":        mining.EndedWithdrawn,
		"submit +a ~b +c again ~a again +a note": mining.EndedOpen,
	} {
		c, err := words(line).Conform(def, m)
		require.NoError(t, err)
		require.Equal(t, want, c.Cases[0].Ending, line)
		allowed, all := c.Fit()
		require.Equal(t, [2]int{map[bool]int{true: 1}[want != mining.Deviates], 1}, [2]int{allowed, all})
	}
}

func TestLoops(t *testing.T) {
	t.Parallel()
	def := workflow.Definition{Flow: workflow.Seq{
		stage("a"),
		workflow.Loop{Times: 2, Body: workflow.Seq{stage("b"), workflow.Loop{Times: 1, Body: stage("c")}}},
		workflow.Gate{Key: "resolved"},
		stage("d"),
	}}
	m := mining.Mapping{Steps: letters("a", "b", "c", "d")}
	for line, want := range map[string]mining.Ending{
		"submit +a +b +c +d":                               mining.EndedCompleted,
		"submit ~a":                                        mining.EndedChangesRequested,
		"submit +a ~b +b +c +d":                            mining.EndedCompleted,
		"submit +a ~b ~b ~b":                               mining.EndedChangesRequested,
		"submit +a ~b ~b ~b +b":                            mining.Deviates,
		"submit +a ~b ~b ~b again +a ~b +b +c +d":          mining.EndedCompleted,
		"submit +a ~b ~b ~b revise ~b ~b +b +c +d":         mining.EndedCompleted,
		"submit +a -b":                                     mining.EndedRejected,
		"submit +a +b ~c +b":                               mining.Deviates,
		"submit +a +b ~c +c +d":                            mining.EndedCompleted,
		"submit +a +b ~c ~c +b +c +d":                      mining.EndedCompleted,
		"submit +a +b ~c ~c +b ~c +b ~c":                   mining.EndedChangesRequested,
		"submit +a +b +c ~d":                               mining.EndedChangesRequested,
		"submit +a +b ~c ~c +b ~c +b +c ~d again +a ~b +b": mining.EndedOpen,
	} {
		c, err := words(line).Conform(def, m)
		require.NoError(t, err)
		require.Equal(t, want, c.Cases[0].Ending, line)
	}
}

// language returns every order of verdicts that approves a block.
func language(b workflow.Block) []string {
	switch b := b.(type) {
	case workflow.Stage:
		return []string{string(b.Key)}
	case workflow.Seq:
		out := []string{""}
		for _, kid := range b {
			var next []string
			for _, x := range out {
				for _, y := range language(kid) {
					next = append(next, x+y)
				}
			}
			out = next
		}
		return out
	case workflow.Par:
		out := []string{""}
		for _, kid := range b.Branches {
			var next []string
			for _, x := range out {
				for _, y := range language(kid) {
					next = append(next, shuffle(x, y)...)
				}
			}
			out = next
		}
		return out
	case workflow.Choice:
		var out []string
		for _, c := range b.Cases {
			out = append(out, language(c.Then)...)
		}
		if b.Else != nil {
			out = append(out, language(b.Else)...)
		}
		return out
	}
	return nil
}

func shuffle(x, y string) []string {
	if x == "" || y == "" {
		return []string{x + y}
	}
	var out []string
	for _, rest := range shuffle(x[1:], y) {
		out = append(out, x[:1]+rest)
	}
	for _, rest := range shuffle(x, y[1:]) {
		out = append(out, y[:1]+rest)
	}
	return out
}

func randomFlow(r *rand.Rand, next *byte, depth int) workflow.Block {
	if k := r.IntN(4); depth > 0 && k > 0 && *next < 'e' {
		var kids []workflow.Block
		for range 1 + r.IntN(3) {
			kids = append(kids, randomFlow(r, next, depth-1))
		}
		switch k {
		case 1:
			return workflow.Seq(kids)
		case 2:
			return workflow.Par{Branches: kids, OnReject: workflow.RejectPolicy(r.IntN(2))}
		default:
			var c workflow.Choice
			for i, kid := range kids {
				c.Cases = append(c.Cases, workflow.Case{When: workflow.In{Attribute: "x", Values: []string{fmt.Sprint(i)}}, Then: kid})
			}
			if r.IntN(2) == 0 {
				c.Else = workflow.Seq{}
			}
			return c
		}
	}
	*next++
	return stage(workflow.StageKey(rune(*next - 1)))
}

// Replay accepts exactly the words of the language of the flow, and gives up at
// the first event after which no word goes on.
func TestConformEqualsTheLanguage(t *testing.T) {
	t.Parallel()
	accepted, refused := 0, 0
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 3))
		next := byte('a')
		flow := randomFlow(r, &next, 3)
		all := language(flow)
		if next > 'g' || len(all) > 5000 {
			continue
		}
		var keys []workflow.StageKey
		for k := byte('a'); k < next; k++ {
			keys = append(keys, workflow.StageKey(rune(k)))
		}
		var lines []string
		var tries []string
		for range 200 {
			perm := r.Perm(len(keys))[:r.IntN(len(keys)+1)]
			word := ""
			for _, i := range perm {
				word += string(keys[i])
			}
			if len(all) > 0 && r.IntN(2) == 0 {
				word = all[r.IntN(len(all))]
			}
			line := "submit"
			for _, k := range word {
				line += " +" + string(k)
			}
			tries, lines = append(tries, word), append(lines, line)
		}
		c, err := words(lines...).Conform(workflow.Definition{Flow: flow}, mining.Mapping{Steps: letters(keys...)})
		require.NoError(t, err)
		for i, word := range tries {
			prefix := func(p string) bool {
				return slices.ContainsFunc(all, func(w string) bool { return strings.HasPrefix(w, p) })
			}
			got := c.Cases[i]
			switch {
			case slices.Contains(all, word):
				require.Equal(t, mining.EndedCompleted, got.Ending, "%q in %v", word, all)
				accepted++
			case prefix(word):
				require.Equal(t, mining.EndedOpen, got.Ending, "%q in %v", word, all)
			default:
				require.Equal(t, mining.Deviates, got.Ending, "%q in %v", word, all)
				require.True(t, prefix(word[:got.At-1]) && !prefix(word[:got.At]), "%q in %v at %d", word, all, got.At)
				var want []string
				for _, k := range keys {
					if prefix(word[:got.At-1] + string(k)) {
						want = append(want, "+"+string(k))
					}
				}
				require.ElementsMatch(t, want, slices.DeleteFunc(slices.Clone(got.Allowed), func(a string) bool { return a[0] != '+' || a == "+" }))
				refused++
			}
		}
	}
	require.Greater(t, accepted, 2000)
	require.Greater(t, refused, 2000)
}

func TestConditionsThatTheLogTells(t *testing.T) {
	t.Parallel()
	def := workflow.Definition{Flow: workflow.Choice{
		Cases: []workflow.Case{
			{When: workflow.AllOf{workflow.In{Attribute: "channel", Values: []string{"tv"}}, workflow.Not{Cond: workflow.Amount{Op: workflow.Below, Value: money.Minor(100_00, money.EUR)}}}, Then: stage("a")},
			{When: workflow.AnyOf{workflow.In{Attribute: "channel", Values: []string{"web"}}, workflow.Has{Facet: "claim"}}, Then: stage("b")},
		},
		Else: stage("c"),
	}}
	m := mining.Mapping{Steps: letters("a", "b", "c"), Facts: map[string]string{"channel": "case:channel", "amount": "sum"}}
	for _, c := range []struct {
		channel, amount string
		allowed         []string
	}{
		{"tv", "100.00 EUR", []string{"+a", "+b"}}, // whether there is a claim is in no log
		{"tv", "99.99 EUR", []string{"+b", "+c"}},
		{"tv", "", []string{"+a", "+b", "+c"}},
		{"tv", "much", []string{"+a", "+b", "+c"}},
		{"web", "100.00 EUR", []string{"+b"}},
		{"", "5.00 EUR", []string{"+b", "+c"}},
		{"", "5.00 USD", []string{"+a", "+b", "+c"}},
	} {
		b := mining.Builder{Attributes: []string{"case:channel", "sum"}}
		e := mining.Event{Case: "1", Activity: "submit", At: time.Unix(0, 0), Attributes: map[string]string{}}
		if c.channel != "" {
			e.Attributes["case:channel"] = c.channel
		}
		if c.amount != "" {
			e.Attributes["sum"] = c.amount
		}
		b.Add(e)
		b.Add(mining.Event{Case: "1", Activity: "pay", At: time.Unix(1, 0)})
		got, err := b.Log().Conform(def, m)
		require.NoError(t, err)
		require.Equal(t, c.allowed, slices.DeleteFunc(got.Cases[0].Allowed, func(a string) bool { return a[0] != '+' || a == "+" }), "%v", c)
	}
}

// What happened is the same, what it was about is not.
func TestFactsAreThoseOfTheCase(t *testing.T) {
	t.Parallel()
	def := workflow.Definition{Flow: workflow.Choice{Cases: []workflow.Case{{When: workflow.In{Attribute: "channel", Values: []string{"tv"}}, Then: stage("a")}}, Else: stage("b")}}
	b := mining.Builder{Attributes: []string{"case:channel"}}
	for _, channel := range []string{"tv", "web"} {
		for i, a := range []string{"submit", "+a"} {
			b.Add(mining.Event{Case: channel, Activity: a, At: time.Unix(int64(i), 0), Attributes: map[string]string{"case:channel": channel}})
		}
	}
	c, err := b.Log().Conform(def, mining.Mapping{Steps: letters("a", "b"), Facts: map[string]string{"channel": "case:channel"}})
	require.NoError(t, err)
	require.Equal(t, [2]mining.Ending{mining.EndedCompleted, mining.Deviates}, [2]mining.Ending{c.Cases[0].Ending, c.Cases[1].Ending})
	require.Equal(t, []string{"web"}, c.Deviations[0].Cases)
}

func TestMappingsThatDoNotFit(t *testing.T) {
	t.Parallel()
	def := workflow.Definition{Flow: stage("a")}
	for name, m := range map[string]mining.Mapping{
		"no kind":        {Steps: map[string]mining.Step{"x": {}}},
		"stage unknown":  {Steps: map[string]mining.Step{"x": {Kind: mining.Approved, Stage: "b"}}},
		"of no stage":    {Steps: map[string]mining.Step{"x": {Kind: mining.Submitted, Stage: "a"}}},
		"twice":          {Steps: letters("a"), After: []string{"+a"}},
		"twice after":    {Steps: letters("a"), After: []string{"x", "x"}},
		"attribute lost": {Steps: letters("a"), Attribute: "outcome"},
	} {
		_, err := words("submit").Conform(def, m)
		require.ErrorIs(t, err, mining.ErrMapping, name)
	}
	_, err := words("submit").Conform(workflow.Definition{}, mining.Mapping{})
	require.ErrorIs(t, err, workflow.ErrUnknown)
	_, err = words("submit").Conform(workflow.Definition{Flow: workflow.Seq{stage("a"), stage("a")}}, mining.Mapping{})
	require.ErrorIs(t, err, workflow.ErrInvalid)
	// A verdict of any of twenty parallel stages, ten times, is a million places.
	var par workflow.Par
	for i := range 20 {
		par.Branches = append(par.Branches, stage(workflow.StageKey(fmt.Sprint("s", i))))
	}
	_, err = words("submit"+strings.Repeat(" +", 10)).Conform(workflow.Definition{Flow: par}, mining.Mapping{Steps: letters()})
	require.ErrorContains(t, err, "more than 512 places")
}

func FuzzParseMapping(f *testing.F) {
	f.Add([]byte(`{"steps":{"a":"approved copy","b":"submitted"},"after":["c"],"attribute":"outcome","others":true,"facts":{"amount":"case:amount"}}`))
	f.Add([]byte(`{"steps":{"a":""}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := mining.ParseMapping(data)
		if err != nil {
			require.ErrorIs(t, err, mining.ErrMapping)
			return
		}
		out, err := json.Marshal(m)
		require.NoError(t, err)
		again, err := mining.ParseMapping(out)
		require.NoError(t, err)
		require.Equal(t, m, again)
		_, err = words("a b c").Conform(workflow.Definition{Flow: stage("copy")}, m)
		if err != nil {
			require.ErrorIs(t, err, mining.ErrMapping)
		}
	})
}
