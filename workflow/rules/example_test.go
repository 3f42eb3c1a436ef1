package rules_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/workflow/rules"
)

func decimalOf(f float64) decimal.Decimal { return decimal.NewFromFloat(f) }

func Example() {
	schema := rules.Schema{
		Events: []rules.EventType{{Key: "lead.changed", Fields: []rules.Field{
			{Key: "stage"}, {Key: "score", Type: rules.TypeNumber}, {Key: "owner"},
		}}},
		Actions: []rules.ActionType{{Key: "notify", Params: []rules.Param{{Key: "to"}}}},
	}
	mql := "mql"
	set, err := rules.Compile([]rules.Rule{{
		Key: "welcome", On: "lead.changed",
		If: &rules.Cond{All: []rules.Cond{
			{Field: "stage", Op: rules.Changed, To: &mql}, {Field: "score", Op: rules.AtLeast, Value: "50"},
		}},
		Then: []rules.Action{{Do: "notify", With: map[rules.ParamKey]string{"to": "{owner}"}}},
	}}, schema)
	if err != nil {
		panic(err)
	}
	result, err := set.Evaluate(rules.Event{
		Kind: "lead.changed", At: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC),
		Now:    rules.Facts{"stage": rules.Text("mql"), "score": rules.Int(72), "owner": rules.Text("ana")},
		Before: rules.Facts{"stage": rules.Text("lead")},
	}, nil)
	if err != nil {
		panic(err)
	}
	for _, f := range result.Firings {
		fmt.Println(f.Rule, f.Do[0])
		for _, line := range f.Why {
			fmt.Println(" ", line)
		}
	}
	// Output:
	// welcome notify(to: ana)
	//   stage changed to mql: lead -> mql, yes
	//   score >= 50: 72, yes
}

func ExampleCompile_loop() {
	schema := rules.Schema{
		Events: []rules.EventType{{Key: "changed", Fields: []rules.Field{{Key: "stage"}}}},
		Actions: []rules.ActionType{{
			Key: "set_stage", Params: []rules.Param{{Key: "to"}},
			Causes: []rules.Effect{{Event: "changed", Sets: map[rules.FieldKey]rules.ParamKey{"stage": "to"}}},
		}},
	}
	rule := func(key rules.RuleKey, on, to string) rules.Rule {
		return rules.Rule{
			Key: key, On: "changed", If: &rules.Cond{Field: "stage", Op: rules.Equal, Value: on},
			Then: []rules.Action{{Do: "set_stage", With: map[rules.ParamKey]string{"to": to}}},
		}
	}
	_, err := rules.Compile([]rules.Rule{rule("up", "lead", "mql"), rule("on", "mql", "sql"), rule("down", "mql", "lead")}, schema)
	fmt.Println(err)
	// Output:
	// rule/up: up -> down -> up (fix: add a condition or a throttle that ends it)
}
