package templates

import (
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// GoToMarket returns the network of a product launch in a home market and in
// New York: from customer insight to the retrospective, some fifty items for
// twelve roles, with three gates. The work before the launch takes ten to eleven
// weeks. Roles: lead, product-marketing, content, design, brand, legal, web,
// marketing-ops, paid-media, pr, sales-enablement, market-us.
func GoToMarket() campaign.Template {
	t := campaign.Template{
		Key:    "go-to-market",
		Name:   "Go-to-market",
		Root:   "launch",
		Launch: "launch",
		Nodes: []campaign.TemplateNode{
			{Key: "launch", Level: campaign.Campaign, Name: "Product launch", Role: "lead", BudgetNode: "launch"},
			activity("strategy", "Insight, positioning and offer", "product-marketing", "", ""),
			activity("creative", "Content and creative", "content", "", "creative"),
			activity("web", "Web and martech", "marketing-ops", "", "web"),
			activity("search", "Paid search", "paid-media", "paid-search", "search"),
			activity("social", "Paid social", "paid-media", "paid-social", "social"),
			activity("linkedin", "LinkedIn", "paid-media", "linkedin", "linkedin"),
			activity("email", "Email", "marketing-ops", "email", "email"),
			activity("pr", "Public relations", "pr", "pr", "pr"),
			activity("events", "Launch webinar", "pr", "events", "events"),
			activity("sales", "Sales enablement", "sales-enablement", "", "sales"),
			{Key: "us", Parent: "launch", Level: campaign.Activity, Name: "New York market", Role: "market-us", Market: "US", BudgetNode: "us"},
		},
		Gates: gates(),
	}
	for _, phase := range []struct {
		name  string
		items []campaign.Item
	}{
		{"Insight & positioning", insight()},
		{"Offer & pricing", offer()},
		{"Content & creative", creative()},
		{"Legal & brand review", review()},
		{"Web & martech", web()},
		{"Channels", channels()},
		{"Sales enablement", sales()},
		{"New York market", newYork()},
		{"Launch", launch()},
		{"After launch", after()},
	} {
		for _, item := range phase.items {
			item.Phase = phase.name
			t.Items = append(t.Items, item)
		}
	}
	return t
}

func activity(key campaign.NodeKey, name, role, channel string, line budget.NodeKey) campaign.TemplateNode {
	return campaign.TemplateNode{
		Key: key, Parent: "launch", Level: campaign.Activity, Name: name, Role: role, Channel: channel, BudgetNode: line,
	}
}

// gates are the three points at which someone decides to go on.
func gates() []campaign.TemplateGate {
	return []campaign.TemplateGate{
		{
			Key: "brief", Node: "launch", Name: "Brief approved", Anchor: due(-30),
			After: []planning.TaskKey{"brief", "pricing"},
			Items: []campaign.Check{
				{Name: "Goals and metrics agreed", Role: "lead"},
				{Name: "Budget approved", Role: "lead"},
				{Name: "Positioning signed off", Role: "product-marketing"},
			},
		},
		{
			Key: "creative", Node: "creative", Name: "Creative approved", Anchor: due(-7),
			After: []planning.TaskKey{"legal-review", "brand-review", "final-approval"},
			Items: []campaign.Check{
				{Name: "Claims substantiated", Role: "legal"},
				{Name: "Image and music rights cleared", Role: "legal"},
				{Name: "Brand guidelines met", Role: "brand"},
				{Name: "Accessibility of page and video checked", Role: "web"},
			},
		},
		{
			Key: "go-live", Node: "launch", Name: "Go or no-go", Anchor: due(-2),
			After: []planning.TaskKey{"page-qa", "search-setup", "social-setup", "linkedin-setup", "email-build", "sales-training", "us-page", "us-terms"},
			Items: []campaign.Check{
				{Name: "Product ready to sell", Role: "product-marketing"},
				{Name: "Tracking verified end to end", Role: "marketing-ops"},
				{Name: "Consent and privacy notice in place", Role: "legal"},
				{Name: "Lead routing tested", Role: "marketing-ops"},
				{Name: "Support briefed", Role: "sales-enablement"},
				{Name: "Roll-back plan agreed", Role: "web"},
			},
		},
	}
}

// item is the common form: days of work for a role, after other items.
func item(key planning.TaskKey, node campaign.NodeKey, name, role string, days int64, after ...planning.TaskKey) campaign.Item {
	out := campaign.Item{Key: key, Node: node, Name: name, Role: role, Duration: worktime.Days(days)}
	for _, task := range after {
		out.Predecessors = append(out.Predecessors, campaign.Dependency{Task: task})
	}
	return out
}

// with adds what only some items have.
func with(i campaign.Item, units int, anchor *campaign.RelDate, deliverable string, links ...campaign.Dependency) campaign.Item {
	i.Units, i.Anchor, i.Deliverable = units, anchor, deliverable
	i.Predecessors = append(i.Predecessors, links...)
	return i
}

// due is a target so many working days from the launch, negative before it.
func due(days int) *campaign.RelDate {
	return &campaign.RelDate{Anchor: campaign.LaunchAnchor, Offset: days, Roll: campaign.Before}
}

// from is the first day so many working days after the launch.
func from(days int) *campaign.RelDate {
	return &campaign.RelDate{Anchor: campaign.LaunchAnchor, Offset: days, Roll: campaign.After, Bind: campaign.NotBefore}
}
