// Package views turns what the engines compute into the data of charts: a plan
// as a Gantt chart, loads as a heat map, a balance as a waterfall, a metric as a
// trend.
//
//	path := model.CriticalPath()
//	plan := views.Gantt(views.Timeline{Model: model, Dates: schedule})
//	load := views.HeatMap(model.Load(path, planning.Weekly), nil)
//	fall := views.Waterfall(balance)
//	cost, err := views.Trend(weekly, "cpl", "Cost per lead", asOf.AddDays(-7))
//	if err != nil {
//		return err // matches views.ErrView
//	}
//	err = chart.Gantt(file, plan, &chart.Options{Title: "Spring launch"})
//
// A view is plain data: a host may add marks, levels and notes before it draws.
// The functions are pure and keep nothing of what they are given. They compute
// in integers and exact fractions; nothing passes through floating point. The
// size caps of package chart apply when the data are drawn.
package views
