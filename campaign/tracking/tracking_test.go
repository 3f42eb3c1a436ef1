package tracking_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/campaign/tracking"
	"github.com/go-marops/marops/finding"
)

// TestPublishedCases compares with the 30 cases of the dbt-ga4 package, of which
// one is known to contradict the rules.
func TestPublishedCases(t *testing.T) {
	data, err := os.ReadFile("testdata/cases.json")
	require.NoError(t, err)
	var cases []struct {
		Source, Medium, Campaign string
		Expected                 tracking.Channel
		KnownWrong               bool             `json:"known_wrong"`
		ByRules                  tracking.Channel `json:"by_rules"`
	}
	require.NoError(t, json.Unmarshal(data, &cases))
	require.Len(t, cases, 30)
	wrong := 0
	for _, c := range cases {
		want := c.Expected
		if c.KnownWrong {
			wrong++
			want = c.ByRules
			assert.NotEqual(t, c.Expected, want)
		}
		v := tracking.Visit{Source: c.Source, Medium: c.Medium, Campaign: c.Campaign}
		got, rule := tracking.GA4Rules2022().Classify(v)
		assert.Equal(t, want, got, "%+v", v)
		assert.Equal(t, want, rule.Channel)
		later, _ := tracking.GA4Rules2026().Classify(v)
		assert.Equal(t, want, later, "%+v", v)
	}
	assert.Equal(t, 1, wrong)
}

// condition is the vocabulary of testdata/rules.json, interpreted literally.
type condition struct {
	Any, All        []condition
	SourceCategory  string         `json:"source_category"`
	SourceIn        []string       `json:"source_in"`
	MediumIn        []string       `json:"medium_in"`
	MediumRegex     *regexp.Regexp `json:"medium_regex"`
	CampaignRegex   *regexp.Regexp `json:"campaign_regex"`
	CampaignContain []string       `json:"campaign_contains"`
	MediumContain   []string       `json:"medium_contains"`
	MediumSuffix    []string       `json:"medium_suffix"`
	SourceMissing   bool           `json:"source_missing"`
	MediumMissing   bool           `json:"medium_missing"`
	Otherwise       bool           `json:"otherwise"`
}

func (c condition) holds(v tracking.Visit, category string) bool {
	is := func(c condition) bool { return c.holds(v, category) }
	switch {
	case c.Any != nil:
		return slices.ContainsFunc(c.Any, is)
	case c.All != nil:
		return !slices.ContainsFunc(c.All, func(c condition) bool { return !is(c) })
	case c.SourceCategory != "":
		return c.SourceCategory == category
	case c.SourceIn != nil:
		return slices.Contains(c.SourceIn, v.Source)
	case c.MediumIn != nil:
		return slices.Contains(c.MediumIn, v.Medium)
	case c.MediumRegex != nil:
		return c.MediumRegex.MatchString(v.Medium)
	case c.CampaignRegex != nil:
		return c.CampaignRegex.MatchString(v.Campaign)
	case c.CampaignContain != nil:
		return slices.ContainsFunc(c.CampaignContain, func(s string) bool { return strings.Contains(v.Campaign, s) })
	case c.MediumContain != nil:
		return slices.ContainsFunc(c.MediumContain, func(s string) bool { return strings.Contains(v.Medium, s) })
	case c.MediumSuffix != nil:
		return slices.ContainsFunc(c.MediumSuffix, func(s string) bool { return strings.HasSuffix(v.Medium, s) })
	case c.SourceMissing:
		return v.Source == ""
	case c.MediumMissing:
		return v.Medium == ""
	default:
		return c.Otherwise
	}
}

type ruleFile struct {
	Rules []struct {
		Order     int
		Channel   tracking.Channel
		Condition condition
	}
}

func readRules(t *testing.T) (ruleFile, map[string]string) {
	t.Helper()
	data, err := os.ReadFile("testdata/rules.json")
	require.NoError(t, err)
	var file ruleFile
	require.NoError(t, json.Unmarshal(data, &file))
	require.Len(t, file.Rules, 19)
	f, err := os.Open("sources.csv")
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 820) // 819 sources and the header
	sources := map[string]string{}
	for _, row := range rows[1:] {
		sources[row[0]] = strings.TrimPrefix(row[1], "SOURCE_CATEGORY_")
	}
	return file, sources
}

// TestRulesAgreeWithTheirTable interprets the published table and compares it
// with the code over every source and every way a rule can be reached.
func TestRulesAgreeWithTheirTable(t *testing.T) {
	file, sources := readRules(t)
	rules := tracking.GA4Rules2022()
	media := []string{
		"", "(none)", "(not set)", "cpc", "cpm", "ppc", "ppcx", "retargeting", "paid", "paid-x", "unpaid", "display", "banner", "expandable",
		"interstitial", "social", "social-network", "social-media", "sm", "social network", "social media", "video", "my-video-x", "organic",
		"referral", "app", "link", "email", "e-mail", "e_mail", "e mail", "Email", "emailing", "affiliate", "audio", "sms", "push", "x-push", "pushx",
		"mobile", "a notification b", "cp\n", "paid\n", "video\n", "CPC",
	}
	campaigns := []string{
		"", "cross-network", "a-cross-network-b", "shop", "a shop", "workshop", "eshop", "shopping", "workshopping", "Xshop", "xshop", "shop\n",
		"\nshop", "a\nshop", "\nxshop", "shöp", "öshop", "xshop shop",
	}
	all := []string{"", "(direct)", "email", "e mail", "sms", "firebase", "some-source", "Google", "GOOGLE"}
	for s := range sources {
		all = append(all, s)
	}
	slices.Sort(all)
	check := func(v tracking.Visit) {
		var want tracking.Channel
		order := 0
		for _, r := range file.Rules {
			if r.Condition.holds(v, sources[v.Source]) {
				want, order = r.Channel, r.Order
				break
			}
		}
		got, rule := rules.Classify(v)
		if got != want || rule.Order != order {
			t.Errorf("%+q: got %s by rule %d, want %s by rule %d", v, got, rule.Order, want, order)
		}
	}
	for _, s := range all {
		for _, m := range media {
			check(tracking.Visit{Source: s, Medium: m})
			for _, c := range campaigns {
				if s == "some-source" || s == "google" || s == "amazon" {
					check(tracking.Visit{Source: s, Medium: m, Campaign: c})
				}
			}
		}
	}
	rng := rand.New(rand.NewPCG(3, 4))
	letters := []string{"shop", "ping", "cp", "paid", "video", "push", "e", "x", "\n", "-", "S", "ö", "\xff"}
	for range 20_000 {
		text := func() string {
			var b strings.Builder
			for range rng.IntN(5) {
				b.WriteString(letters[rng.IntN(len(letters))])
			}
			return b.String()
		}
		check(tracking.Visit{Source: "some-source", Medium: text(), Campaign: text()})
	}
}

func TestVersions(t *testing.T) {
	v := tracking.Visit{Source: "chatgpt.com", Medium: "ai-assistant", Campaign: "(ai-assistant)"}
	before, _ := tracking.GA4Rules2022().Classify(v)
	after, rule := tracking.GA4Rules2026().Classify(v)
	assert.Equal(t, tracking.Unassigned, before)
	assert.Equal(t, tracking.AIAssistant, after)
	assert.Equal(t, "ga4-2026 rule 9: medium is ai-assistant, or the source is an assistant", rule.String())
	assert.Len(t, tracking.GA4Rules2026().Rules(), 20)

	v.Medium, v.Campaign = "referral", ""
	rules := tracking.GA4Rules2026()
	plain, _ := rules.Classify(v)
	assert.Equal(t, tracking.Referral, plain)
	with := rules.With(map[string]tracking.Category{"chatgpt.com": tracking.Assistant, "google": tracking.NoCategory})
	added, _ := with.Classify(v)
	assert.Equal(t, tracking.AIAssistant, added)
	assert.Equal(t, tracking.NoCategory, with.Category("google"))
	assert.Equal(t, tracking.Search, rules.Category("google"), "the original is not touched")
}

func TestClassifyDoesNotAllocate(t *testing.T) {
	rules := tracking.GA4Rules2026()
	visits := []tracking.Visit{{Source: "google", Medium: "cpc"}, {Source: "x", Medium: "y", Campaign: "workshop"}, {Source: "facebook", Medium: "referral"}}
	n := testing.AllocsPerRun(100, func() {
		for _, v := range visits {
			rules.Classify(v)
		}
	})
	assert.Zero(t, n)
}

func BenchmarkClassify(b *testing.B) {
	rules := tracking.GA4Rules2026()
	for b.Loop() {
		rules.Classify(tracking.Visit{Source: "some-source", Medium: "some-medium", Campaign: "spring workshop"})
	}
}

func TestUTMRoundTrip(t *testing.T) {
	u := tracking.UTM{
		Source: "newsletter", Medium: "email", Campaign: "spring & summer", ID: "7", Term: "a=b", Content: "grün",
		SourcePlatform: "crm", CreativeFormat: "text", MarketingTactic: "remarketing",
	}
	got, err := u.Build("https://example.com/a%20b?lang=de&utm_source=old&utm_term=&x#top")
	require.NoError(t, err)
	assert.Equal(t, "https://example.com/a%20b?lang=de&x&utm_source=newsletter&utm_medium=email&utm_campaign=spring+%26+summer&utm_id=7&utm_term=a%3Db"+
		"&utm_content=gr%C3%BCn&utm_source_platform=crm&utm_creative_format=text&utm_marketing_tactic=remarketing#top", got)
	back, err := tracking.ParseUTM(got)
	require.NoError(t, err)
	assert.Equal(t, u, back)
}

func TestUTMRefuses(t *testing.T) {
	for _, bad := range []string{
		"http://[::1", "https://e.com/?utm_source=%zz", "https://e.com/?utm_source=a&utm_source=b", "https://e.com/?utm_source=%ff",
		"https://e.com/?" + strings.Repeat("x", 9000),
	} {
		_, err := tracking.ParseUTM(bad)
		require.ErrorIs(t, err, tracking.ErrUTM, bad)
		u := tracking.UTM{Source: "s"}
		if !strings.Contains(bad, "&utm") && !strings.Contains(bad, "%ff") {
			_, err = u.Build(bad)
			require.ErrorIs(t, err, tracking.ErrUTM, bad)
		}
	}
	same, err := tracking.ParseUTM("https://e.com/?utm_source=a&utm_source=a")
	require.NoError(t, err)
	assert.Equal(t, "a", same.Source)
	for _, base := range []string{"", "mailto:a@b.c", "/path", "javascript:alert(1)"} {
		_, err := tracking.UTM{Source: "s"}.Build(base)
		require.ErrorIs(t, err, tracking.ErrUTM, base)
	}
	_, err = tracking.UTM{}.Build("https://e.com")
	require.ErrorIs(t, err, tracking.ErrUTM)
}

func TestLint(t *testing.T) {
	rules := tracking.GA4Rules2026()
	assert.Empty(t, rules.Lint("https://e.com/?utm_source=newsletter&utm_medium=email&utm_campaign=spring"))
	found := rules.Lint(
		"https://e.com/?utm_source=newsletter&utm_medium=Email&utm_campaign=spring",
		"https://e.com/?utm_source=newsletter&utm_medium=email&utm_campaign=Spring",
		"https://e.com/?UTM_Source=x&utm_medium=big banner",
		"https://e.com/?utm_source=%zz",
	)
	count := map[string]int{}
	for _, f := range found {
		count[f.Code]++
	}
	assert.Equal(t, map[string]int{
		"tracking.utm.unassigned": 2, "tracking.utm.case": 2, "tracking.utm.drift": 2, "tracking.utm.key": 1,
		"tracking.utm.missing": 2, "tracking.utm.space": 1, "tracking.utm.invalid": 1,
	}, count)
	assert.Equal(t, finding.Error, found[0].Severity, "worst first")
}

func ExampleRules_Lint() {
	for _, f := range tracking.GA4Rules2026().Lint("https://e.com/?utm_source=newsletter&utm_medium=Email&utm_campaign=spring") {
		fmt.Println(f.Severity, f.Code, f.Evidence)
	}
	// Output:
	// warning tracking.utm.case [utm_medium is "Email"]
	// warning tracking.utm.unassigned [source "newsletter", medium "Email" is Unassigned; source "newsletter", medium "email" would be Email]
}

func ExampleRules_Classify() {
	rules := tracking.GA4Rules2022()
	fmt.Println(rules.Classify(tracking.Visit{Source: "youtube.com", Medium: "cpm"}))
	fmt.Println(rules.Classify(tracking.Visit{Source: "adserver", Medium: "cpm"}))
	// Output:
	// Paid Video ga4-2022 rule 6: video source, paid medium
	// Display ga4-2022 rule 7: medium is display, banner, expandable, interstitial or cpm
}

func FuzzParseUTM(f *testing.F) {
	f.Add("https://example.com/?utm_source=a&utm_medium=b&utm_campaign=c#d")
	f.Add("https://e.com/?utm_source=%zz&;")
	f.Add("//e.com?utm_id=+")
	rules := tracking.GA4Rules2026()
	f.Fuzz(func(t *testing.T, raw string) {
		for _, found := range rules.Lint(raw, strings.ToUpper(raw)) {
			if found.Code == "" {
				t.Fatal("a finding without a code")
			}
		}
		u, err := tracking.ParseUTM(raw)
		if err != nil || u.Source == "" {
			return
		}
		link, err := u.Build("https://example.com/?a=1")
		if err != nil {
			t.Fatal(err)
		}
		if len(link) > 8<<10 {
			return // escaped, it is longer than what is read
		}
		if again, err := tracking.ParseUTM(link); err != nil || again != u {
			t.Fatalf("%+v became %+v: %v", u, again, err)
		}
	})
}
