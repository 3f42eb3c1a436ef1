package tracking

import "fmt"

// Channel is a default channel of Google Analytics 4, spelt as it spells it.
type Channel string

// The channels that can be told from source, medium and campaign.
const (
	Direct          Channel = "Direct"
	CrossNetwork    Channel = "Cross-network"
	PaidShopping    Channel = "Paid Shopping"
	PaidSearch      Channel = "Paid Search"
	PaidSocial      Channel = "Paid Social"
	PaidVideo       Channel = "Paid Video"
	Display         Channel = "Display"
	PaidOther       Channel = "Paid Other"
	AIAssistant     Channel = "AI Assistant" // since 13 May 2026
	OrganicShopping Channel = "Organic Shopping"
	OrganicSocial   Channel = "Organic Social"
	OrganicVideo    Channel = "Organic Video"
	OrganicSearch   Channel = "Organic Search"
	Referral        Channel = "Referral"
	Email           Channel = "Email"
	Affiliates      Channel = "Affiliates"
	Audio           Channel = "Audio"
	SMS             Channel = "SMS"
	MobilePush      Channel = "Mobile Push Notifications"
	Unassigned      Channel = "Unassigned"
)

// Category is what kind of site a source is.
type Category uint8

// The categories. Assistant is known to the rules of 2026 alone.
const (
	NoCategory Category = iota
	Search
	Shopping
	Social
	Video
	Assistant
)

var categoryNames = [...]string{"none", "search", "shopping", "social", "video", "assistant"}

// String returns the name in lower case.
func (c Category) String() string {
	if int(c) < len(categoryNames) {
		return categoryNames[c]
	}
	return fmt.Sprintf("category(%d)", c)
}

// Visit is what a URL says about where a visitor comes from. An absent value is
// the empty string.
type Visit struct {
	Source, Medium, Campaign string
}

// Rule says which rule of a set decided.
type Rule struct {
	Set     string // "ga4-2022"
	Order   int    // from 1, as in the set
	Channel Channel
	When    string // the condition, for people
}

// String returns "ga4-2022 rule 14: source or medium is email, …".
func (r Rule) String() string { return fmt.Sprintf("%s rule %d: %s", r.Set, r.Order, r.When) }
