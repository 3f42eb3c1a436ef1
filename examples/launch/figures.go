package main

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/tracking"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/money"
)

// metrics are the figures of the launch. A lead may still become a customer for
// thirty days, so younger ones make a figure provisional.
func metrics() kpi.Definitions {
	eur, won := kpi.Currency(money.EUR), []kpi.Filter{{Column: "stage", In: []string{"customer"}}}
	return kpi.Definitions{
		"spend":     kpi.Measure{Table: "ads", Column: "spend", Agg: kpi.Sum, Unit: eur, Time: "day"},
		"leads":     kpi.Measure{Table: "leads", Agg: kpi.Rows, Unit: kpi.Count("lead"), Time: "created"},
		"customers": kpi.Measure{Table: "leads", Agg: kpi.Rows, Unit: kpi.Count("customer"), Where: won, Time: "created", Matures: 30, Basis: "cohort of the lead's day"},
		"revenue":   kpi.Measure{Table: "leads", Column: "revenue", Agg: kpi.Sum, Unit: eur, Time: "created", Matures: 30, Basis: "cohort of the lead's day"},
		"cpl":       kpi.Ratio{Num: "spend", Den: "leads"},
		"cac":       kpi.Ratio{Num: "spend", Den: "customers"},
		"roas":      kpi.Ratio{Num: "revenue", Den: "spend"},
	}
}

const unmatched = "(not in the crosswalk)"

// readFigures loads leads and ads. The channel of an ad comes from the
// crosswalk, that of a lead from its UTM fields.
func (in *input) readFigures(files fs.FS) error {
	rules, last := tracking.GA4Rules2026(), in.reports[0].Period().Last()
	in.data = kpi.Files(files).In(money.EUR, in.rates).
		CSV("leads", "leads.csv", kpi.Text("lead").Unique(), kpi.Date("created").Required(), kpi.Text("utm_source"), kpi.Text("utm_medium"), kpi.Text("utm_campaign"),
			kpi.Text("market").OneOf("de", "us"), kpi.Text("stage").OneOf("lead", "qualified", "customer"), kpi.Date("won"), kpi.Amount("revenue", money.EUR)).
		Map("leads", "channel", []string{"utm_source", "utm_medium", "utm_campaign"}, func(v []string) string {
			channel, _ := rules.Classify(tracking.Visit{Source: v[0], Medium: v[1], Campaign: v[2]})
			return string(channel)
		})
	for _, r := range in.reports {
		in.data.AddAds("ads", r)
	}
	return in.data.Map("ads", "channel", []string{"platform", "campaign_id"}, func(v []string) string {
		if to, ok := in.links.Lookup(v[0], v[1], last); ok {
			return to.Channel
		}
		return unmatched
	}).Err()
}

func (s *story) whatItBrought(ctx context.Context) error {
	defer progress("computing figures")()
	s.begin(fmt.Sprintf("What it brought, as of %v", s.asOf))
	keys := []kpi.MetricKey{"spend", "leads", "customers", "revenue", "cpl", "cac", "roas"}
	var err error
	for _, q := range []struct {
		to    **kpi.Result
		query kpi.Query
	}{
		{&s.channels, kpi.Query{Metrics: keys, By: []string{"channel"}, AsOf: s.asOf}},
		{&s.weekly, kpi.Query{Metrics: []kpi.MetricKey{"cpl"}, Grain: kpi.Weekly}},
		{&s.total, kpi.Query{Metrics: keys, AsOf: s.asOf}},
	} {
		if *q.to, err = kpi.Run(ctx, metrics(), q.query, s.in.data); err != nil {
			return err
		}
	}
	share, err := s.in.links.Reports(money.EUR, s.in.rates, s.in.reports...)
	if err != nil {
		return err
	}
	s.say("ad spend matched to a channel: %v", share)
	for row := range s.channels.Rows() {
		if row.Value("cpl").State() == kpi.Exact {
			s.say("%-13s CPL %-10s CAC %-11s ROAS %s", row.Keys()[0], short(row.Value("cpl")), short(row.Value("cac")), short(row.Value("roas")))
		}
	}
	s.say("~ is provisional: a lead younger than 30 days may still become a customer")
	card, err := s.total.Score(s.in.targets...)
	if err != nil {
		return err
	}
	for i, score := range card {
		done := campaign.Goal{Target: score.Target.Want}.Progress(score.Value).Percent()
		s.say("goal %q: %s, %s of %v", s.in.goals[i], score.Status, done, score.Target.Want)
	}
	return nil
}

// short prints a value for a narrow column.
func short(v kpi.Value) string {
	if v.State() != kpi.Exact {
		return v.State().String()
	}
	digits := 2
	if x, _ := v.Rat(); x.IsInt() && v.Unit() != kpi.Currency(money.EUR) {
		digits = 0
	}
	if v.Provisional() {
		return v.Decimal(digits) + " ~"
	}
	return v.Decimal(digits)
}
