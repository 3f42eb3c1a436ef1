package templates

import (
	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

func insight() []campaign.Item {
	return []campaign.Item{
		item("kickoff", "launch", "Kick-off", "lead", 0),
		with(item("research", "strategy", "Interview customers, review wins and losses", "product-marketing", 7, "kickoff"), 0, nil, "insight report"),
		with(item("competitors", "strategy", "Map competitors and their claims", "content", 4, "kickoff"), 500, nil, "competitor map"),
		item("audience", "strategy", "Define segments and personas", "product-marketing", 3, "research"),
		with(item("positioning", "strategy", "Write positioning and messages", "product-marketing", 5, "audience", "competitors"), 0, nil, "messaging house"),
		item("positioning-review", "strategy", "Test messages and sign off positioning", "lead", 2, "positioning"),
	}
}

func offer() []campaign.Item {
	return []campaign.Item{
		item("packaging", "strategy", "Package the offer", "lead", 3, "audience"),
		with(item("pricing", "strategy", "Set prices and launch discount", "lead", 3, "packaging"), 0, nil, "price list"),
		with(item("terms", "strategy", "Draft offer terms", "legal", 2, "pricing"), 500, nil, "terms and conditions"),
		with(item("brief", "launch", "Write the campaign brief", "lead", 3, "positioning-review", "pricing"), 0, due(-30), "campaign brief"),
	}
}

func creative() []campaign.Item {
	return []campaign.Item{
		with(item("concept", "creative", "Develop the creative concept", "design", 6, "brief"), 0, nil, "concept board"),
		with(item("copy", "creative", "Write the copy deck", "content", 6), 0, nil, "copy deck",
			campaign.Dependency{Task: "concept", Type: planning.SS, Lag: worktime.Days(2)}),
		with(item("key-visual", "creative", "Produce the key visual", "design", 6, "concept"), 0, nil, "key visual"),
		with(item("video", "creative", "Script, shoot and cut the demo video", "brand", 9, "concept"), 0, nil, "90-second video"),
		with(item("case-study", "creative", "Write the customer story", "content", 4, "copy"), 0, nil, "customer story"),
		with(item("ads", "creative", "Produce ads in all formats", "design", 6, "key-visual", "copy"), 0, nil, "ad set"),
		with(item("email-copy", "creative", "Write the email series", "content", 3, "case-study"), 0, nil, "three emails"),
	}
}

func review() []campaign.Item {
	return []campaign.Item{
		with(item("claims", "creative", "Substantiate claims", "legal", 3, "copy"), 0, nil, "claims register"),
		item("brand-review", "creative", "Review against brand guidelines", "brand", 2, "ads", "video"),
		item("legal-review", "creative", "Review copy, ads and terms", "legal", 3, "ads", "claims", "terms"),
		item("revision", "creative", "Work in review comments", "design", 3, "legal-review", "brand-review"),
		with(item("final-approval", "creative", "Give final creative approval", "lead", 1, "revision", "email-copy"), 500, due(-7), "release note"),
	}
}

func web() []campaign.Item {
	return []campaign.Item{
		with(item("tracking-plan", "web", "Define tracking plan and UTM names", "marketing-ops", 2, "brief"), 0, nil, "tracking plan"),
		item("crm", "web", "Set up CRM campaign, lead scoring and routing", "marketing-ops", 3, "tracking-plan"),
		with(item("dashboard", "web", "Build the launch dashboard", "marketing-ops", 2, "crm"), 0, due(-5), "dashboard"),
		item("page", "web", "Build landing page and forms", "web", 6, "key-visual", "copy", "tracking-plan"),
		item("page-final", "web", "Put in approved copy, terms and video", "web", 2, "page", "final-approval"),
		item("page-qa", "web", "Test page, forms, consent and tracking", "marketing-ops", 3, "page-final", "crm"),
	}
}

func channels() []campaign.Item {
	return []campaign.Item{
		item("search-keywords", "search", "Research keywords and negatives", "paid-media", 3, "brief"),
		item("search-setup", "search", "Build search campaigns", "paid-media", 2, "search-keywords", "final-approval"),
		item("social-audiences", "social", "Build audiences and look-alikes", "paid-media", 2, "brief"),
		with(item("social-setup", "social", "Build social campaigns", "paid-media", 2, "social-audiences", "final-approval"), 500, nil, ""),
		with(item("linkedin-setup", "linkedin", "Build LinkedIn campaigns", "paid-media", 2, "search-setup"), 500, nil, ""),
		item("email-segments", "email", "Select and clean segments", "marketing-ops", 2, "crm"),
		with(item("email-build", "email", "Build, test and schedule the series", "marketing-ops", 2, "email-segments", "final-approval"), 500, due(-2), ""),
		with(item("press-release", "pr", "Write press release and Q&A", "pr", 4, "positioning-review"), 0, nil, "press kit"),
		item("media-list", "pr", "Agree on media and analysts", "pr", 2, "press-release"),
		with(item("embargo", "pr", "Brief media under embargo", "pr", 3, "media-list", "legal-review"), 500, due(-3), ""),
		item("webinar-plan", "events", "Plan the webinar and book speakers", "pr", 3, "media-list"),
		item("webinar-invite", "events", "Invite to the webinar", "marketing-ops", 1, "webinar-plan", "final-approval"),
	}
}

func sales() []campaign.Item {
	return []campaign.Item{
		with(item("deck", "sales", "Build the sales deck", "sales-enablement", 5, "positioning-review", "pricing"), 0, nil, "sales deck"),
		with(item("battlecards", "sales", "Write battle cards", "sales-enablement", 3, "competitors", "deck"), 0, nil, "battle cards"),
		with(item("sales-training", "sales", "Train sales and support", "sales-enablement", 2, "battlecards", "case-study"), 0, due(-3), ""),
	}
}

func newYork() []campaign.Item {
	return []campaign.Item{
		item("us-insight", "us", "Check messages with New York customers", "market-us", 3, "positioning-review"),
		with(item("us-terms", "us", "Clear claims and terms with local counsel", "market-us", 3, "terms", "claims"), 500, due(-7), "counsel's letter"),
		item("us-copy", "us", "Localise copy, prices and ads", "market-us", 4, "copy", "us-insight"),
		item("us-media", "us", "Book local media", "market-us", 2, "us-copy"),
		item("us-page", "us", "Localise and test the page", "market-us", 2, "page-final", "us-terms"),
	}
}

func launch() []campaign.Item {
	golive := item("go-no-go", "launch", "Go or no-go", "lead", 0,
		"page-qa", "search-setup", "social-setup", "linkedin-setup", "email-build", "webinar-invite", "dashboard",
		"embargo", "sales-training", "us-media", "us-page")
	live := with(item("launch", "launch", "Launch", "lead", 0), 0,
		&campaign.RelDate{Anchor: campaign.LaunchAnchor, Bind: campaign.At}, "",
		campaign.Dependency{Task: "go-no-go", Lag: worktime.Days(1)}) // a day of freeze
	return []campaign.Item{
		with(golive, 0, due(-1), ""),
		live,
		item("publish", "web", "Publish, announce and watch", "web", 1, "launch"),
		item("us-live", "us", "Go live in New York", "market-us", 1, "launch"),
	}
}

func after() []campaign.Item {
	return []campaign.Item{
		with(item("optimise", "search", "Optimise bids, budgets and ads", "paid-media", 15, "publish"), 250, nil, ""),
		with(item("monitor", "web", "Monitor leads, routing and data quality", "marketing-ops", 10, "publish"), 250, nil, ""),
		with(item("webinar", "events", "Hold the launch webinar", "pr", 1, "launch", "webinar-invite"), 0, from(7), "recording"),
		with(item("first-report", "launch", "Report the first two weeks", "marketing-ops", 2, "monitor"), 0, from(10), "launch report"),
		with(item("retrospective", "launch", "Hold the retrospective", "lead", 1, "first-report", "optimise"), 0, from(20), "lessons learned"),
	}
}
