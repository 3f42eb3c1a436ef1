// Package templates holds ready-made campaign templates. Each is a function that
// returns fresh plain data: edit it before compiling, or store its JSON.
//
//	t := templates.GoToMarket()
//	t.Items = append(t.Items, campaign.Item{
//		Key: "podcast", Node: "pr", Name: "Record the founders' podcast", Role: "pr",
//		Duration:     worktime.Days(2),
//		Predecessors: []campaign.Dependency{{Task: "final-approval"}},
//	})
//	blueprint, err := campaign.Compile(t)
package templates
