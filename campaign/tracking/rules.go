package tracking

import (
	_ "embed" // sources.csv
	"maps"
	"strings"
)

//go:embed sources.csv
var sourcesCSV string

// Rules is one version of the default channel group. It is immutable and safe
// for concurrent use; keep it, for making one reads the list of sources.
type Rules struct {
	rules   []rule
	sources map[string]Category
}

type rule struct {
	Rule
	match func(v Visit, c Category) bool
}

// GA4Rules2022 returns the rules in force from 2022 to May 2026: nineteen
// channels.
func GA4Rules2022() *Rules { return newRules("ga4-2022", base()) }

// GA4Rules2026 returns the rules since 13 May 2026: those of 2022 and before the
// organic channels AI Assistant, for the medium ai-assistant. Google does not
// publish which sites it tags so: sources of the category Assistant are the
// caller's to add.
func GA4Rules2026() *Rules {
	rules := base()
	const organic = 8 // after the eight direct and paid rules
	assistant := rule{Rule{Channel: AIAssistant, When: "medium is ai-assistant, or the source is an assistant"}, func(v Visit, c Category) bool {
		return v.Medium == "ai-assistant" || c == Assistant
	}}
	rules = append(rules[:organic:organic], append([]rule{assistant}, rules[organic:]...)...)
	return newRules("ga4-2026", rules)
}

func newRules(set string, rules []rule) *Rules {
	for i := range rules {
		rules[i].Set, rules[i].Order = set, i+1
	}
	r := &Rules{rules, make(map[string]Category, 1024)}
	_, list, _ := strings.Cut(sourcesCSV, "\n")
	for line := range strings.Lines(list) {
		source, category, _ := strings.Cut(strings.TrimSpace(line), ",")
		switch category {
		case "SOURCE_CATEGORY_SEARCH":
			r.sources[source] = Search
		case "SOURCE_CATEGORY_SHOPPING":
			r.sources[source] = Shopping
		case "SOURCE_CATEGORY_SOCIAL":
			r.sources[source] = Social
		case "SOURCE_CATEGORY_VIDEO":
			r.sources[source] = Video
		}
	}
	return r
}

// With returns the rules with further sources, or other categories for known
// ones. NoCategory takes a source off the list.
func (r *Rules) With(sources map[string]Category) *Rules {
	out := &Rules{r.rules, maps.Clone(r.sources)}
	maps.Copy(out.sources, sources)
	return out
}

// Category returns what kind of site a source is.
func (r *Rules) Category(source string) Category { return r.sources[source] }

// Rules returns the rules in order.
func (r *Rules) Rules() []Rule {
	out := make([]Rule, len(r.rules))
	for i := range r.rules {
		out[i] = r.rules[i].Rule
	}
	return out
}

// Classify returns the channel of a visit and the rule that decided. It does
// not allocate.
func (r *Rules) Classify(v Visit) (Channel, Rule) {
	c := r.sources[v.Source]
	last := len(r.rules) - 1
	for i := range r.rules[:last] {
		if r.rules[i].match(v, c) {
			return r.rules[i].Channel, r.rules[i].Rule
		}
	}
	return r.rules[last].Channel, r.rules[last].Rule
}

// base returns the rules of 2022.
func base() []rule {
	return []rule{
		{Rule{Channel: Direct, When: "source is (direct) and medium (none) or (not set), or both are missing"}, func(v Visit, _ Category) bool {
			return v.Source == "(direct)" && (v.Medium == "(none)" || v.Medium == "(not set)") || v.Source == "" && v.Medium == ""
		}},
		{Rule{Channel: CrossNetwork, When: "campaign contains cross-network"}, func(v Visit, _ Category) bool { return strings.Contains(v.Campaign, "cross-network") }},
		{Rule{Channel: PaidShopping, When: "shopping source or campaign, paid medium"}, func(v Visit, c Category) bool { return paid(v.Medium) && (c == Shopping || shop(v.Campaign)) }},
		{Rule{Channel: PaidSearch, When: "search source, paid medium"}, func(v Visit, c Category) bool { return c == Search && paid(v.Medium) }},
		{Rule{Channel: PaidSocial, When: "social source, paid medium"}, func(v Visit, c Category) bool { return c == Social && paid(v.Medium) }},
		{Rule{Channel: PaidVideo, When: "video source, paid medium"}, func(v Visit, c Category) bool { return c == Video && paid(v.Medium) }},
		{Rule{Channel: Display, When: "medium is display, banner, expandable, interstitial or cpm"}, func(v Visit, _ Category) bool {
			switch v.Medium {
			case "display", "banner", "expandable", "interstitial", "cpm":
				return true
			}
			return false
		}},
		{Rule{Channel: PaidOther, When: "paid medium"}, func(v Visit, _ Category) bool { return paid(v.Medium) }},
		{Rule{Channel: OrganicShopping, When: "shopping source or campaign"}, func(v Visit, c Category) bool { return c == Shopping || shop(v.Campaign) }},
		{Rule{Channel: OrganicSocial, When: "social source, or medium is social, social-network, social-media, sm, social network or social media"}, func(v Visit, c Category) bool {
			switch v.Medium {
			case "social", "social-network", "social-media", "sm", "social network", "social media":
				return true
			}
			return c == Social
		}},
		{Rule{Channel: OrganicVideo, When: "video source, or medium contains video"}, func(v Visit, c Category) bool {
			return c == Video || oneLine(v.Medium) && strings.Contains(v.Medium, "video")
		}},
		{Rule{Channel: OrganicSearch, When: "search source, or medium is organic"}, func(v Visit, c Category) bool { return c == Search || v.Medium == "organic" }},
		{Rule{Channel: Referral, When: "medium is referral, app or link"}, func(v Visit, _ Category) bool {
			return v.Medium == "referral" || v.Medium == "app" || v.Medium == "link"
		}},
		{Rule{Channel: Email, When: "source or medium is email, e-mail, e_mail or e mail"}, func(v Visit, _ Category) bool { return email(v.Source) || email(v.Medium) }},
		{Rule{Channel: Affiliates, When: "medium is affiliate"}, func(v Visit, _ Category) bool { return v.Medium == "affiliate" }},
		{Rule{Channel: Audio, When: "medium is audio"}, func(v Visit, _ Category) bool { return v.Medium == "audio" }},
		{Rule{Channel: SMS, When: "source or medium is sms"}, func(v Visit, _ Category) bool { return v.Source == "sms" || v.Medium == "sms" }},
		{Rule{Channel: MobilePush, When: "medium ends with push or contains mobile or notification, or source is firebase"}, func(v Visit, _ Category) bool {
			return strings.HasSuffix(v.Medium, "push") || strings.Contains(v.Medium, "mobile") ||
				strings.Contains(v.Medium, "notification") || v.Source == "firebase"
		}},
		{Rule{Channel: Unassigned, When: "no other rule matches"}, func(Visit, Category) bool { return true }},
	}
}

// paid is ^(.*cp.*|ppc|retargeting|paid.*)$. The dot of these expressions does
// not match a line feed, hence oneLine.
func paid(medium string) bool {
	return medium == "ppc" || medium == "retargeting" ||
		oneLine(medium) && (strings.HasPrefix(medium, "paid") || strings.Contains(medium, "cp"))
}

// shop is ^(.*(([^a-df-z]|^)shop|shopping).*)$: "shopping", or "shop" that is not
// the tail of another lower-case word, such as workshop, unless that ends in e.
func shop(campaign string) bool {
	for from := 0; ; {
		i := strings.Index(campaign[from:], "shop")
		if i < 0 {
			return false
		}
		i += from
		from = i + len("shop")
		if !oneLine(campaign[from:]) {
			continue
		}
		if strings.HasPrefix(campaign[from:], "ping") && oneLine(campaign[:i]) {
			return true
		}
		if i == 0 {
			return true
		}
		// The character before may be a line feed, those before it may not.
		if b := campaign[i-1]; (b < 'a' || b > 'z' || b == 'e') && oneLine(campaign[:i-1]) {
			return true
		}
	}
}

func email(s string) bool { return s == "email" || s == "e-mail" || s == "e_mail" || s == "e mail" }

func oneLine(s string) bool { return strings.IndexByte(s, '\n') < 0 }
