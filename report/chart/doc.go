// Package chart draws plans, loads, budgets and series as SVG, with the standard
// library alone. Each chart is one function of the same shape: where to write,
// what to draw, how to draw it.
//
//	plan := chart.GanttData{Tasks: []chart.GanttTask{
//		{Key: "copy", Label: "Write copy", Span: civil.Days(mon, wed), Critical: true},
//		{Key: "live", Label: "Launch", Span: civil.Days(fri, fri), Milestone: true},
//	}, Links: []chart.GanttLink{{From: "copy", To: "live", Critical: true}}}
//	if err := chart.Gantt(file, plan, &chart.Options{Title: "Spring launch"}); err != nil {
//		return err
//	}
//
// The same input gives the same bytes on every machine: geometry is computed in
// integer tenths of a pixel, no floating point is involved. Quantities are int64
// in minor units with a [Unit]; what is missing is said to be missing and drawn
// as a gap.
//
// A chart is one svg element that scales with the width of its container. It
// carries its own style for light and dark (prefers-color-scheme), is named and
// described for screen readers, explains its marks in tooltips, and never tells
// anything by colour alone: overload is hatched and bears a triangle, critical
// bars are outlined, series differ by marker. The colours are those of Okabe and
// Ito, "Color Universal Design" (2008). Names of months are English.
package chart
