package main

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/go-marops/marops/campaign/tracking"
)

// ga4 compares the default channel group with published cases, row by row, and
// the list of sources with its categories.
func ga4() *set {
	const cases, sources, rules = "campaign/ga4/cases.json", "campaign/ga4/source-categories.csv", "campaign/ga4/rules.json"
	return &set{
		area: "campaign", name: "ga4", files: []string{cases, sources, rules}, control: control{cases, `"expected": "Direct"`, `"expected": "Email"`},
		run: func(c *check, data fs.FS) error {
			var want []struct {
				Source, Medium, Campaign, Expected string
				ByRules                            string `json:"by_rules"` // where the published case is known to be wrong
			}
			if err := readJSON(data, cases, &want); err != nil {
				return err
			}
			group := tracking.GA4Rules2022()
			var channels, categories tally
			for _, w := range want {
				if w.ByRules != "" {
					w.Expected = w.ByRules
				}
				got, _ := group.Classify(tracking.Visit{Source: w.Source, Medium: w.Medium, Campaign: w.Campaign})
				channels.compare(fmt.Sprintf("%s / %s / %s", w.Source, w.Medium, w.Campaign), w.Expected, got)
			}
			c.tally("cases", channels)
			f, err := data.Open(sources)
			if err != nil {
				return err
			}
			defer f.Close()
			rows, err := csv.NewReader(f).ReadAll()
			if err != nil {
				return err
			}
			for _, r := range rows[1:] {
				categories.compare(r[0], strings.ToLower(strings.TrimPrefix(r[1], "SOURCE_CATEGORY_")), group.Category(r[0]))
			}
			c.tally("source categories", categories)
			return allPaths(c, data, rules, rows[1:], group)
		},
	}
}

// condition is one condition of the published rules, as their file spells it.
type condition struct {
	Any, All         []condition
	SourceCategory   string         `json:"source_category"`
	SourceIn         []string       `json:"source_in"`
	MediumIn         []string       `json:"medium_in"`
	MediumRegex      *regexp.Regexp `json:"medium_regex"`
	CampaignRegex    *regexp.Regexp `json:"campaign_regex"`
	CampaignContains []string       `json:"campaign_contains"`
	MediumContains   []string       `json:"medium_contains"`
	MediumSuffix     []string       `json:"medium_suffix"`
	SourceMissing    bool           `json:"source_missing"`
	MediumMissing    bool           `json:"medium_missing"`
	Otherwise        bool
}

// holds evaluates a condition literally: slow, and plainly what the file says.
func (c condition) holds(v tracking.Visit, category string) bool {
	return len(c.Any) > 0 && slices.ContainsFunc(c.Any, func(c condition) bool { return c.holds(v, category) }) ||
		len(c.All) > 0 && !slices.ContainsFunc(c.All, func(c condition) bool { return !c.holds(v, category) }) ||
		c.SourceCategory != "" && c.SourceCategory == category ||
		slices.Contains(c.SourceIn, v.Source) || slices.Contains(c.MediumIn, v.Medium) ||
		c.MediumRegex != nil && c.MediumRegex.MatchString(v.Medium) ||
		c.CampaignRegex != nil && c.CampaignRegex.MatchString(v.Campaign) ||
		slices.ContainsFunc(c.CampaignContains, func(s string) bool { return strings.Contains(v.Campaign, s) }) ||
		slices.ContainsFunc(c.MediumContains, func(s string) bool { return strings.Contains(v.Medium, s) }) ||
		slices.ContainsFunc(c.MediumSuffix, func(s string) bool { return strings.HasSuffix(v.Medium, s) }) ||
		c.SourceMissing && v.Source == "" || c.MediumMissing && v.Medium == "" || c.Otherwise
}

// allPaths compares every source with media and campaigns that lead down every
// rule.
func allPaths(c *check, data fs.FS, file string, sources [][]string, group *tracking.Rules) error {
	var published struct {
		Rules []struct {
			Channel   string
			Condition condition
		}
	}
	if err := readJSON(data, file, &published); err != nil {
		return err
	}
	media := []string{
		"", "(none)", "(not set)", "cpc", "ppc", "retargeting", "paid_social", "cpm", "display", "banner", "interstitial", "organic", "social", "social-network", "sm", "video",
		"referral", "app", "link", "email", "Email", "e-mail", "e mail", "affiliate", "audio", "sms", "push", "mobile push", "notification", "ai-assistant", "x", "CPC",
	}
	campaigns := []string{"", "cross-network", "shopping", "spring-shop", "workshop", "brand"}
	sources = append(sources, []string{"", ""}, []string{"(direct)", ""}, []string{"email", ""}, []string{"sms", ""}, []string{"firebase", ""}, []string{"some-source", ""})
	var paths tally
	for _, s := range sources {
		for _, medium := range media {
			for _, campaign := range campaigns {
				v := tracking.Visit{Source: s[0], Medium: medium, Campaign: campaign}
				want := ""
				for _, r := range published.Rules {
					if r.Condition.holds(v, strings.TrimPrefix(s[1], "SOURCE_CATEGORY_")) {
						want = r.Channel
						break
					}
				}
				got, _ := group.Classify(v)
				paths.compare(fmt.Sprintf("%s / %s / %s", v.Source, v.Medium, v.Campaign), want, got)
			}
		}
	}
	c.tally("sources through every rule", paths)
	return nil
}
