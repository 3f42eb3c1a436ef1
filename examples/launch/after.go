package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-marops/marops/campaign"
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

func (s *story) whatItBrought(ctx context.Context) error {
	defer progress("computing figures")()
	s.begin(fmt.Sprintf("What it brought and what it cost, as of %v", s.asOf))
	keys := []kpi.MetricKey{"spend", "leads", "customers", "revenue", "cpl", "cac", "roas"}
	var errs [3]error
	s.channels, errs[0] = kpi.Run(ctx, metrics(), kpi.Query{Metrics: keys, By: []string{"channel"}, AsOf: s.asOf}, s.in.Data)
	s.total, errs[1] = kpi.Run(ctx, metrics(), kpi.Query{Metrics: keys, AsOf: s.asOf}, s.in.Data)
	s.weekly, errs[2] = kpi.Run(ctx, metrics(), kpi.Query{Metrics: keys[4:5], Grain: kpi.Weekly}, s.in.Data)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	share, err := s.in.Links.Reports(money.EUR, s.in.Rates, s.in.Reports...)
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
	card, err := s.total.Score(s.in.Targets...)
	if err != nil {
		return err
	}
	for i, score := range card {
		done := campaign.Goal{Target: score.Target.Want}.Progress(score.Value).Percent()
		s.say("goal %q: %s, %s of %v", s.in.Goals[i], score.Status, done, score.Target.Want)
	}
	return s.howTheMoneyWent(ctx)
}

// short prints a value for a narrow column.
func short(v kpi.Value) string {
	if v.Provisional() && v.State() == kpi.Exact {
		return v.Decimal(2) + " ~"
	}
	return v.Decimal(2)
}
