package views_test

import (
	"context"
	"fmt"
	"io"
	"testing/fstest"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign/views"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/report/chart"
)

func ExampleGantt() {
	model, err := planning.Compile(planning.Plan{
		Start:     civil.MustDate(2026, 3, 2),
		Calendars: map[string]worktime.Spec{"office": worktime.MonFri("Europe/Berlin", "09:00-17:00")},
		Resources: []planning.Resource{{Key: "ana", Name: "Ana"}},
		Tasks: []planning.Task{
			{Key: "copy", Name: "Write copy", Phase: "Produce", Duration: worktime.Days(3), Assignments: []planning.Assignment{{Resource: "ana"}}},
			{Key: "live", Name: "Go live", Phase: "Launch"},
		},
		Links: []planning.Link{{From: "copy", To: "live"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	plan := views.Gantt(views.Timeline{Model: model})
	for _, t := range plan.Tasks {
		fmt.Printf("%s | %s | %v | %s | milestone %v | %s\n", t.Lane, t.Label, t.Span, t.Tag, t.Milestone, t.Note)
	}
	fmt.Println(chart.Gantt(io.Discard, plan, nil))
	// Output:
	// Produce | Write copy | 2026-03-02..2026-03-04 | Ana | milestone false | copy starts with the plan
	// Launch | Go live | 2026-03-04..2026-03-04 |  | milestone true | live waits for copy to finish before it can start
	// <nil>
}

func ExampleHeatMap() {
	week := func(monday civil.Date) civil.Period { return civil.Days(monday, monday.AddDays(6)) }
	first := week(civil.MustDate(2026, 2, 9))
	second := week(civil.MustDate(2026, 2, 16))
	load := views.HeatMap([]planning.Load{
		{Resource: "ana", Period: first, Demand: planning.EffortOf(48*60, 1000), Available: planning.EffortOf(40*60, 1000)},
		{Resource: "ben", Period: first, Available: planning.EffortOf(40*60, 1000)},
		{Resource: "ben", Period: second, Demand: planning.EffortOf(8*60, 1000), Available: planning.EffortOf(32*60, 1000)},
	}, map[planning.ResourceKey]string{"ana": "Ana"})
	fmt.Println(load.Columns)
	for _, r := range load.Rows {
		for _, c := range r.Cells {
			fmt.Printf("%s | missing %v | %s |\n", r.Label, c.Missing, c.Note)
		}
	}
	// Output:
	// [9 Feb 16 Feb]
	// Ana | missing false | 48 h of 40 h (120 %) |
	// Ana | missing true |  |
	// ben | missing false | 0 h of 40 h (0 %) |
	// ben | missing false | 8 h of 32 h (25 %) |
}

func ExampleWaterfall() {
	eur := func(n int64) money.Money { return money.Minor(n, money.EUR) }
	fall := views.Waterfall(budget.Balance{
		Limited: true, Limit: eur(10_000_00), Actual: eur(2_500_50), OpenCommitment: eur(4_000_00), Reserved: eur(500_00), Available: eur(2_999_50),
	})
	for _, s := range fall.Steps {
		fmt.Println(s.Label, fall.Unit.Format(s.Amount))
	}
	// Output:
	// Limit 10,000.00 EUR
	// Spent −2,500.50 EUR
	// Ordered −4,000.00 EUR
	// Requested −500.00 EUR
	// Available 2,999.50 EUR
}

func ExampleTrend() {
	data := kpi.Files(fstest.MapFS{"spend.csv": {Data: []byte("day,cost,leads\n2026-03-02,10.00,3\n2026-03-17,20.00,4\n")}}).
		CSV("ads", "spend.csv", kpi.Date("day"), kpi.Amount("cost", money.EUR), kpi.Integer("leads"))
	weekly, err := kpi.Run(context.Background(), kpi.Definitions{
		"spend": kpi.Measure{Table: "ads", Column: "cost", Agg: kpi.Sum, Unit: kpi.Currency(money.EUR), Time: "day"},
		"leads": kpi.Measure{Table: "ads", Column: "leads", Agg: kpi.Sum, Unit: kpi.Count("lead"), Time: "day"},
		"cpl":   kpi.Ratio{Num: "spend", Den: "leads"},
	}, kpi.Query{Metrics: []kpi.MetricKey{"cpl"}, Grain: kpi.Weekly}, data)
	if err != nil {
		fmt.Println(err)
		return
	}
	cost, err := views.Trend(weekly, "cpl", "Cost per lead", civil.MustDate(2026, 3, 16))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range cost.Series[0].Points {
		fmt.Println(p.On, cost.Unit.Format(p.Value), "missing", p.Missing, "provisional", p.Provisional)
	}
	// Output:
	// 2026-03-02 3.33 EUR/lead missing false provisional false
	// 2026-03-09 0.00 EUR/lead missing true provisional false
	// 2026-03-16 5.00 EUR/lead missing false provisional true
}
