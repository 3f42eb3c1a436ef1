package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/go-marops/marops/finding"
)

// JSON writes the document for machines: one object, blocks tagged with "type",
// cells with "text" and, where there is one, the exact "value". Drawings are
// pictures of data, not data: a figure has its title, caption and alternative
// text only. Errors are the findings of [Document.Check], or come from w.
func JSON(w io.Writer, doc Document) error {
	c, found := doc.compile()
	if err := found.Err(); err != nil {
		return err
	}
	headings := c.headings
	out := jsonDocument{Title: c.Title, Subtitle: c.Subtitle, Lang: c.Lang, Blocks: jsonBlocks(c.Blocks, &headings)}
	for _, f := range c.Facts {
		out.Facts = append(out.Facts, jsonFact(f))
	}
	b, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return fmt.Errorf("json: %w", err)
	}
	return send(w, "json", append(b, '\n'))
}

type jsonDocument struct {
	Title    string      `json:"title"`
	Subtitle string      `json:"subtitle,omitempty"`
	Lang     string      `json:"lang,omitempty"`
	Facts    []jsonFact  `json:"facts,omitempty"`
	Blocks   []jsonBlock `json:"blocks"`
}

type jsonFact struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// jsonBlock is any block; Type says which fields count.
type jsonBlock struct {
	Type    string        `json:"type"`
	ID      string        `json:"id,omitempty"`
	Title   string        `json:"title,omitempty"`
	Level   int           `json:"level,omitempty"`
	Spans   []jsonSpan    `json:"spans,omitempty"`
	Ordered bool          `json:"ordered,omitempty"`
	Items   any           `json:"items,omitempty"`
	Columns []jsonColumn  `json:"columns,omitempty"`
	Rows    [][]jsonCell  `json:"rows,omitempty"`
	Foot    [][]jsonCell  `json:"foot,omitempty"`
	Note    string        `json:"note,omitempty"`
	Caption string        `json:"caption,omitempty"`
	Alt     string        `json:"alt,omitempty"`
	List    *finding.List `json:"findings,omitempty"`
	Blocks  []jsonBlock   `json:"blocks,omitempty"`
}

type jsonSpan struct {
	Text  string `json:"text"`
	Style string `json:"style,omitempty"`
	Link  string `json:"link,omitempty"`
}

type jsonColumn struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Kind  string `json:"kind"`
}

type jsonCell struct {
	Label string `json:"label,omitempty"` // key figures only
	Text  string `json:"text"`
	Value any    `json:"value,omitempty"`
	Link  string `json:"link,omitempty"`
	Note  string `json:"note,omitempty"`
	Class string `json:"class,omitempty"`
}

func jsonBlocks(blocks []Block, headings *[]Heading) []jsonBlock {
	out := make([]jsonBlock, 0, len(blocks))
	for _, b := range blocks {
		switch b := b.(type) {
		case Heading:
			h := (*headings)[0]
			*headings = (*headings)[1:]
			out = append(out, jsonBlock{Type: "heading", ID: h.ID, Title: h.Text, Level: h.Level})
		case Text:
			out = append(out, jsonBlock{Type: "text", Spans: jsonSpans(b)})
		case List:
			items := make([][]jsonSpan, 0, len(b.Items))
			for _, item := range b.Items {
				items = append(items, jsonSpans(item))
			}
			out = append(out, jsonBlock{Type: "list", Ordered: b.Ordered, Items: items})
		case KeyFigures:
			items := make([]jsonCell, 0, len(b.Items))
			for _, f := range b.Items {
				cell := Cell{Text: f.Text, Value: f.Value, Link: f.Link, Note: f.Note, Class: f.Class}.json()
				cell.Label = f.Label
				items = append(items, cell)
			}
			out = append(out, jsonBlock{Type: "keyFigures", Items: items})
		case Table:
			out = append(out, b.json())
		case Figure:
			out = append(out, jsonBlock{Type: "figure", ID: b.ID, Title: b.Title, Caption: b.Caption, Alt: b.Alt})
		case Findings:
			list := b.sorted()
			if list == nil {
				list = finding.List{}
			}
			out = append(out, jsonBlock{Type: "findings", Title: b.Title, List: &list})
		case Details:
			out = append(out, jsonBlock{Type: "details", ID: b.ID, Title: b.Summary, Blocks: jsonBlocks(b.Blocks, headings)})
		}
	}
	return out
}

func jsonSpans(t Text) []jsonSpan {
	styles := [...]string{Plain: "", Strong: "strong", Emphasis: "emphasis", Code: "code"}
	out := make([]jsonSpan, 0, len(t))
	for _, s := range t {
		out = append(out, jsonSpan{s.Text, styles[s.Style], s.Link})
	}
	return out
}

func (t Table) json() jsonBlock {
	kinds := [...]string{Words: "words", Number: "number", Date: "date", Status: "status"}
	out := jsonBlock{Type: "table", ID: t.ID, Title: t.Title, Note: t.Note}
	for _, c := range t.Columns {
		key := c.Key
		if key == "" {
			key = c.Title
		}
		out.Columns = append(out.Columns, jsonColumn{key, c.Title, kinds[c.Kind]})
	}
	rows := func(in [][]Cell) (out [][]jsonCell) {
		for _, row := range in {
			cells := make([]jsonCell, 0, len(row))
			for _, c := range row {
				cells = append(cells, c.json())
			}
			out = append(out, cells)
		}
		return out
	}
	out.Rows, out.Foot = rows(t.Rows), rows(t.Foot)
	return out
}

func (c Cell) json() jsonCell {
	out := jsonCell{Text: c.Text, Link: c.Link, Note: c.Note}
	if c.Class != Neutral {
		out.Class = c.Class.String()
	}
	text, bare, err := plainValue(c.Value)
	switch {
	case err != nil || c.Value == nil: // errors were found by Check
	case bare:
		out.Value = json.RawMessage(text) // exact digits, or true and false
	default:
		out.Value = text
	}
	return out
}
