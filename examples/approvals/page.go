package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/go-marops/marops/report"
)

// write puts the page and the drawings of the process into a directory.
func (s *story) write(dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		draw func(io.Writer) error
	}{
		{"approvals.html", func(w io.Writer) error { return report.HTML(w, s.page()) }},
		{"process.mmd", s.drawing()},
		{"process.bpmn", s.bpmn()},
	} {
		if f.draw == nil {
			continue
		}
		var b bytes.Buffer
		if err := f.draw(&b); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, f.name), b.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// drawing is the process with the stages coloured by where the review stands; nil
// for another log, of which there is no process.
func (s *story) drawing() func(io.Writer) error {
	if s.process == nil {
		return nil
	}
	return func(w io.Writer) error { return s.process.MermaidState(w, s.state) }
}

func (s *story) bpmn() func(io.Writer) error {
	if s.process == nil {
		return nil
	}
	return s.process.BPMN
}

// page is the story as a document: each act with its lines and tables.
func (s *story) page() report.Document {
	doc := report.Document{Title: "Faster reviews", Subtitle: "What the log says, what would change, and what is proven", Lang: "en", Facts: []report.Fact{
		{Label: "Cases", Text: fmt.Sprint(s.log.Cases())}, {Label: "Times", Text: "working time, 09:00-17:00 from Monday to Friday"},
	}}
	if a := s.answer; a != nil {
		doc.Blocks = append(doc.Blocks, report.KeyFigures{Items: []report.KeyFigure{
			{Label: "One after the other", Text: s.span(a.Before.Mean()), Note: "on average"},
			{Label: "In parallel", Text: s.span(a.After.Mean()), Note: fmt.Sprintf("%s less, %s to %s", s.span(-float64(a.Mean.Estimate)), s.span(-float64(a.Mean.High)), s.span(-float64(a.Mean.Low))), Class: report.Good},
			{Label: "Proven", Text: s.process.Proof().Assurance.String(), Note: fmt.Sprintf("with %d away", s.process.Proof().Absences), Class: report.Good},
		}})
	}
	tables := [][]report.Block{{s.waitTable()}, nil, nil, nil}
	if s.answer != nil {
		tables[1], tables[3] = []report.Block{s.caseTable()}, []report.Block{s.trailTable()}
	}
	for i, act := range s.acts {
		list := report.List{}
		for _, line := range act.lines {
			list.Items = append(list.Items, report.Say(line))
		}
		doc.Blocks = append(doc.Blocks, report.Heading{Level: 2, Text: act.title}, list)
		doc.Blocks = append(doc.Blocks, tables[i]...)
	}
	return doc
}

func (s *story) waitTable() report.Block {
	t := report.Table{Title: "Where work waits", Columns: []report.Column{
		{Title: "Activity"},
		{Title: "Instances", Kind: report.Number},
		{Title: "Waiting, mean", Align: report.Right},
		{Title: "Waiting, 90 %", Align: report.Right},
		{Title: "Working, mean", Align: report.Right},
		{Title: "Cost", Align: report.Right},
	}}
	for _, b := range s.waits {
		if b.Waiting.Sum == 0 {
			continue // what cases begin with
		}
		t.Rows = append(t.Rows, []report.Cell{
			{Text: b.Activity},
			{Text: fmt.Sprint(b.Instances), Value: b.Instances},
			{Text: s.span(b.Waiting.Mean())},
			{Text: s.span(b.Waiting.Quantile(0.9))},
			{Text: s.span(b.Working.Mean())},
			{Text: b.Cost.Grouped()},
		})
	}
	return t
}

func (s *story) caseTable() report.Block {
	t := report.Table{Columns: []report.Column{{Title: "Case"}, {Title: "Was", Align: report.Right}, {Title: "Would be", Align: report.Right}}}
	for _, c := range s.answer.Cases {
		t.Rows = append(t.Rows, []report.Cell{{Text: c.Case}, {Text: s.span(float64(c.Before))}, {Text: s.span(float64(c.After))}})
	}
	return report.Details{ID: "cases", Summary: fmt.Sprintf("All %d cases that were replayed", len(s.answer.Cases)), Blocks: []report.Block{t}}
}

func (s *story) trailTable() report.Block {
	t := report.Table{Columns: []report.Column{{Title: "No.", Kind: report.Number}, {Title: "When"}, {Title: "Who"}, {Title: "What"}, {Title: "Hash"}}}
	for _, e := range s.trail {
		who := string(e.Event.By)
		if who == "" {
			who = "time"
		}
		t.Rows = append(t.Rows, []report.Cell{
			{Text: fmt.Sprint(e.Event.Seq), Value: e.Event.Seq}, {Text: s.moment(e.Event.At)}, {Text: who}, {Text: e.Event.Type()}, {Text: e.Link.Hash.String()[:16] + "…"},
		})
	}
	return report.Details{ID: "trail", Summary: "The trail of the review", Blocks: []report.Block{t}}
}
