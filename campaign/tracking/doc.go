// Package tracking builds, reads and checks UTM parameters and says into which
// default channel Google Analytics 4 puts a visit.
//
//	rules := tracking.GA4Rules2026()
//	utm, err := tracking.ParseUTM("https://example.com/?utm_source=newsletter&utm_medium=email&utm_campaign=launch")
//	channel, rule := rules.Classify(tracking.Visit{Source: utm.Source, Medium: utm.Medium, Campaign: utm.Campaign})
//	fmt.Println(channel, rule.Order)               // Email 14
//	link, err := utm.Build("https://example.com/launch?lang=de#form")
//	for _, f := range rules.Lint(links...) {
//		fmt.Println(f)                             // "Email" is Unassigned; "email" would be Email
//	}
//
// # Rules
//
// A rule set is a version of the default channel group for manually tagged
// traffic (https://support.google.com/analytics/answer/9756891). Rules are
// tested in order and the first that matches wins, so cpm is Paid Video from a
// video site and Display elsewhere. Comparisons are case-sensitive and nothing
// is folded: medium Email is Unassigned, and Lint says so. Channels that need
// fields of the ad platforms cannot be told from a URL and are not among them.
//
// Of one rule there are two readings: Email here means one of Google's four exact
// words in source or medium. Some implementations search them as substrings,
// and so differ for a medium such as "emailing".
//
// The sources and their categories are in sources.csv, from the dbt-ga4 package
// under the MIT licence in sources.LICENSE. The list is a snapshot: Google
// changes it, and [Rules.With] adds to it.
package tracking
