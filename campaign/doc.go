// Package campaign holds the tree of portfolios, programmes, campaigns and
// activities, and answers one question from it: can this launch happen on this
// day, with these people, approvals and money, and if not, why not.
//
//	blueprint, err := campaign.Compile(templates.GoToMarket())
//	tree, err := blueprint.Instantiate(campaign.Params{
//		Name:   "Aurora 2.0",
//		Launch: campaign.Moment{Date: day, Clock: 9 * 60, Zone: "Europe/Berlin"},
//		Team:   team,   // calendars and people
//		Owners: owners, // role -> person
//	}, command)
//	model, err := planning.Compile(tree.Plan(team))
//	path := model.CriticalPath()
//	fmt.Println(tree.Readiness(now).Blockers)                        // what the gates still wait for
//	fmt.Println(tree.Health(now, &campaign.Inputs{Dates: path}).Reasons) // why it is amber
//
// It is the only package that knows the engines: [Tree.Plan] and [Tree.Budget]
// join it to planning and budget, a [Goal] to kpi.
//
// # Dates
//
// A [Template] keeps expressions, not dates: ten working days before the launch,
// no later than the evening of that day. The offset is applied first, the roll
// to a working day second, both in a named calendar. Such a date is a target:
// it never moves a task before its predecessors. Links decide, and a target
// they make impossible shows as a conflict of the plan. A tree keeps the
// expressions, so that [Tree.Reanchor] can move a launch without touching what
// has started.
package campaign
