package report

import (
	"io"

	"github.com/go-marops/marops/finding"
)

// Document is a report. Only Title is required.
type Document struct {
	Title    string
	Subtitle string
	Lang     string // BCP 47 tag of the texts; empty means "en"
	Facts    []Fact // stands below the title: as of, author, source
	Blocks   []Block
}

// Fact is a label and what it says.
type Fact struct {
	Label string
	Text  string
}

// Block is a part of a document: Heading, Text, List, KeyFigures, Table, Figure,
// Findings or Details, each as a value.
type Block interface {
	block() // sealed: renderers know every kind
}

// Heading opens a section. Five or more headings give the page a table of
// contents.
type Heading struct {
	Level int    // 2 to 4; the title of the document is level 1
	Text  string //
	ID    string // anchor for links; empty: made from Text
}

// Text is a paragraph.
type Text []Span

// Span is a run of text in one style, a link if Link is given.
type Span struct {
	Text  string
	Style Style
	Link  string // see Cell.Link
}

// Style is the look of a Span. The zero value is Plain.
type Style uint8

// The styles.
const (
	Plain Style = iota
	Strong
	Emphasis
	Code
)

// Say returns a plain paragraph.
func Say(text string) Text { return Text{{Text: text}} }

// List is a list of paragraphs.
type List struct {
	Ordered bool
	Items   []Text
}

// KeyFigures is a row of cards: the few numbers a reader looks for first.
type KeyFigures struct {
	Items []KeyFigure
}

// KeyFigure is one card.
type KeyFigure struct {
	Label string
	Text  string // the finished number: "1,250.00 EUR"
	Value any    // see Cell.Value
	Note  string // one line below the number
	Class Class
	Link  string // see Cell.Link
}

// Table is rows under columns.
type Table struct {
	ID      string // anchor for links; empty: none
	Title   string
	Note    string // stands below the table
	Columns []Column
	Rows    [][]Cell // one cell for each column
	Foot    [][]Cell // totals, set apart
}

// Column describes a column of a table.
type Column struct {
	Key   string // name for machines; empty: Title
	Title string
	Kind  Kind
	Align Align
}

// Kind says what a column holds. The zero value is Words.
type Kind uint8

// The kinds of columns. Numbers are aligned to the right with figures of equal
// width; a Status is shown as a pill in the colour of its Class.
const (
	Words Kind = iota
	Number
	Date
	Status
)

// Align is the alignment of a column. The zero value follows the Kind.
type Align uint8

// The alignments.
const (
	Auto Align = iota
	Left
	Right
	Center
)

// Cell is a text for people and, where there is one, a value for machines.
type Cell struct {
	Text string

	// Value is nil, a bool, an integer of any size, a json.Number (exact decimal,
	// see Minor) or an encoding.TextMarshaler such as civil.Date. Other types are
	// findings. CSV and JSON carry it; nil means that Text is all there is.
	Value any

	// Link is "#id" of a heading, table, details or figure of this document, a
	// relative path, or an http, https or mailto address.
	Link  string
	Note  string // small print below the text
	Class Class
}

// Class is the meaning that colours a cell; a glyph says the same to readers who
// do not see the colour. The zero value is Neutral.
type Class uint8

// The classes.
const (
	Neutral Class = iota
	Good
	Warn
	Bad
	Muted
)

// String returns "neutral", "good", "warn", "bad" or "muted".
func (c Class) String() string {
	switch c {
	case Good:
		return "good"
	case Warn:
		return "warn"
	case Bad:
		return "bad"
	case Muted:
		return "muted"
	default:
		return "neutral"
	}
}

// Drawing writes one svg element, as the functions of package chart do. It is
// called whenever the document is checked or written as a page, and must write
// the same each time.
type Drawing func(io.Writer) error

// Figure is a drawing with a title above and a caption below.
type Figure struct {
	ID      string // anchor for links; empty: none
	Title   string
	Caption string
	Alt     string // what the drawing says, for those who cannot see it; required
	Draw    Drawing
	Narrow  Drawing // drawn instead on narrow screens; nil: Draw, scrolling sideways
}

// Findings is a list of findings, worst first.
type Findings struct {
	Title string
	List  finding.List
}

// Details is a part that opens on demand: the rows behind a number. A link to
// its ID opens it.
type Details struct {
	ID      string // anchor for links; empty: none
	Summary string
	Open    bool
	Blocks  []Block
}

func (Heading) block()    {}
func (Text) block()       {}
func (List) block()       {}
func (KeyFigures) block() {}
func (Table) block()      {}
func (Figure) block()     {}
func (Findings) block()   {}
func (Details) block()    {}
