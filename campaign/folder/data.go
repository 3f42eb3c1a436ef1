package folder

import (
	"io/fs"

	"github.com/go-marops/marops/campaign/tracking"
	"github.com/go-marops/marops/kpi"
)

// Unmatched is the channel of ads that the crosswalk does not know.
const Unmatched = "(not in the crosswalk)"

// readData loads leads and ads. The channel of an ad comes from the crosswalk,
// that of a lead from its UTM fields.
func (r *reader) readData(files fs.FS) error {
	rules, last := tracking.GA4Rules2026(), r.Reports[0].Period().Last()
	r.Data = kpi.Files(files).In(r.o.Currency, r.Rates).
		CSV("leads", "leads.csv", kpi.Text("lead").Unique(), kpi.Date("created").Required(), kpi.Text("utm_source"), kpi.Text("utm_medium"), kpi.Text("utm_campaign"),
			kpi.Text("market"), kpi.Text("stage").OneOf("lead", "qualified", "customer"), kpi.Date("won"), kpi.Amount("revenue", r.o.Currency)).
		Map("leads", "channel", []string{"utm_source", "utm_medium", "utm_campaign"}, func(v []string) string {
			channel, _ := rules.Classify(tracking.Visit{Source: v[0], Medium: v[1], Campaign: v[2]})
			return string(channel)
		})
	for _, report := range r.Reports {
		r.Data.AddAds("ads", report)
	}
	return r.Data.Map("ads", "channel", []string{"platform", "campaign_id"}, func(v []string) string {
		if to, ok := r.Links.Lookup(v[0], v[1], last); ok {
			return to.Channel
		}
		return Unmatched
	}).Err()
}
