// Package report turns results into documents: one model, written as a page, as
// Markdown, as JSON or, table by table, as CSV.
//
//	doc := report.Document{Title: "Spring launch", Subtitle: "Week 28", Blocks: []report.Block{
//		report.KeyFigures{Items: []report.KeyFigure{
//			{Label: "Available", Text: "1,250.00 EUR", Class: report.Good, Link: "#available"},
//		}},
//		report.Heading{Level: 2, Text: "Plan"},
//		report.Figure{Title: "Tasks", Alt: "Gantt chart of 12 tasks", Draw: func(w io.Writer) error {
//			return chart.Gantt(w, plan, nil)
//		}},
//		report.Details{ID: "available", Summary: "Rows behind 1,250.00 EUR", Blocks: rows},
//	}}
//	err := report.HTML(file, doc)
//
// The page is a single file without script and without any outside request; it
// follows light and dark mode, prints, and reads well from a phone to a wide
// screen. A number can link to the rows behind it: give a Table or Details an ID
// and the cell a Link.
//
// The package formats nothing: a cell carries finished text for people and, next
// to it, an optional exact value for machines (see [Cell]). It reads no clock;
// the same document gives the same bytes. What a document cannot say (links that
// lead nowhere, rows that do not fit their columns) is reported by
// [Document.Check], all at once.
package report
