package main

import (
	"io"

	"github.com/go-marops/marops/campaign/ical"
	"github.com/go-marops/marops/campaign/views"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/report"
	"github.com/go-marops/marops/report/chart"
)

// page is the story as a document: each act with its lines and pictures.
func (s *story) page() (report.Document, error) {
	doc := report.Document{Title: "Spring launch 2026", Subtitle: s.acts[0].title + " " + s.acts[0].lines[0], Lang: "en", Facts: []report.Fact{
		{Label: "Plan as of", Text: civil.DateOf(s.now).String()}, {Label: "Figures as of", Text: s.asOf.String()}, {Label: "Data", Text: notice},
	}}
	trend, err := views.Trend(s.weekly, "cpl", "Cost per lead", civil.MustDate(2026, 4, 13))
	if err != nil {
		return doc, err
	}
	marks := []chart.Mark{{On: civil.DateOf(s.now), Label: "today", Kind: chart.Today}, {On: civil.DateOf(s.launch), Label: "launch", Kind: chart.Aim}}
	trend.Marks = marks[1:]
	timeline := views.Gantt(views.Timeline{Model: s.model, Dates: s.schedule, Baseline: s.in.planned, Names: s.in.names, Marks: marks})
	pictures := [][]report.Block{
		{
			views.Figure("plan", "Plan and critical path", "Scheduled tasks, the critical path, and where the list had each task.", timeline, chart.Gantt),
			views.Figure("load", "Hours booked of hours available", "By the dates in the task list; overloads are marked.", views.HeatMap(s.load, s.in.names), chart.HeatMap),
		},
		{views.Moves("moves", "What moves", s.moves, s.model.Plan(), s.launch.Location())},
		nil,
		{views.Figure("money", "Spring launch: use of its limit", "From the limit to what is still available.", views.Waterfall(s.balances[1]), chart.Waterfall), views.Balances("nodes", "Budget by node", s.balances)},
		{
			views.Metrics("channels", "By channel", s.channels, "Spend", "Leads", "Customers", "Revenue", "CPL", "CAC", "ROAS"),
			views.Figure("trend", "Cost per lead by week", "Ad spend of the week over its leads; the last week is not complete.", trend, chart.Trend),
		},
	}
	for i, act := range s.acts {
		list := report.List{}
		for _, line := range act.lines {
			list.Items = append(list.Items, report.Say(line))
		}
		doc.Blocks = append(append(doc.Blocks, report.Heading{Level: 2, Text: act.title}, list), pictures[i]...)
	}
	return doc, nil
}

// calendar writes the schedule as iCalendar.
func (s *story) calendar(w io.Writer) error {
	return ical.Write(w, ical.FromTree("Spring launch 2026", s.in.tree, s.schedule, s.now))
}
