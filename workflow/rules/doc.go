// Package rules is automation as data: on an event, if a condition holds, do
// this. The engine says what to do; the host does it.
//
//	var doc rules.Document
//	err := json.Unmarshal(text, &doc)                 // strict: unknown and repeated names are errors
//	set, err := rules.Compile(doc.Rules, doc.Schema)  // types, contradictions, loops
//	result, err := set.Evaluate(rules.Event{
//		Kind: "lead.changed", At: now,
//		Now:    rules.Facts{"stage": rules.Text("mql"), "budget": rules.Amount(budget)},
//		Before: rules.Facts{"stage": rules.Text("lead")}}, seen.Last)
//	for _, f := range result.Firings {
//		fmt.Println(f.Rule, f.Do, f.Why)              // do it, and say why
//	}
//	seen.Keep(result.Marks...)                        // for throttled rules, beside what was done
//
// A Schema says which events there are and the types of their fields, and which
// actions, with their parameters and the events they cause. Compile checks every
// literal and template against it. It finds conditions that never hold and
// always hold, and rules that set each other off in a circle, unless the
// condition of one of them shuts out what the action before it sets.
//
// # Missing fields
//
// An event need not carry every field of its type. A comparison with a missing
// field does not hold, nor does "!=": it asks for another value, not for none.
// The negation of a comparison holds. Changed takes missing for a value of its
// own. A rule whose actions need a missing field does not fire, and says so.
package rules
