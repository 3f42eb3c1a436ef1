// Package kpi defines metrics once and computes them exactly.
//
//	defs := kpi.Definitions{
//		"spend": kpi.Measure{Table: "ads", Column: "spend", Agg: kpi.Sum, Unit: kpi.Currency(money.EUR), Time: "day"},
//		"leads": kpi.Measure{Table: "leads", Agg: kpi.Rows, Unit: kpi.Count("lead"), Time: "created"},
//		"cpl":   kpi.Ratio{Num: "spend", Den: "leads"},
//	}
//	data := kpi.Files(os.DirFS("exports")).
//		CSV("leads", "leads.csv", kpi.Date("created"), kpi.Text("channel")).
//		Ads("ads", "google.csv", adspend.Google, nil)
//	result, err := kpi.Run(ctx, defs, kpi.Query{Metrics: []kpi.MetricKey{"cpl"}, By: []string{"channel"}}, data)
//
// Every number is a rational, every ratio a pair that is divided last: there is
// no average of averages and no float. Units run through formulas, so adding
// euros to dollars or clicks to leads is an error of the definition, with its
// position, and not a wrong figure. Missing, zero, undefined (0/0), infinite
// (n/0) and provisional stay different things, see [State].
package kpi
