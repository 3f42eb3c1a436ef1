package report

import (
	"fmt"
	"strings"

	"github.com/go-marops/marops/finding"
)

// Size caps.
const (
	maxBlocks = 10_000
	maxCells  = 2_000_000
	maxDepth  = 8
)

// Check returns everything that keeps the document from being written: nil
// blocks, rows that do not fit their columns, values without exact text, unsafe
// links, links to anchors that do not exist, anchors used twice, headings
// outside levels 2 to 4, drawings that fail or are not safe SVG. Renderers call
// it themselves.
func (d Document) Check() finding.List {
	_, found := d.compile()
	return found
}

// compiled is a document that was checked, with what the page needs.
type compiled struct {
	Document
	headings []Heading              // with ids, in order
	drawings map[string]drawnFigure // by path of the figure
}

// drawnFigure is the SVG of a figure.
type drawnFigure struct{ wide, narrow drawing }

type compiler struct {
	compiled
	found  finding.List
	ids    map[string]string // id -> where
	links  []placedLink
	blocks int
	cells  int
}

type placedLink struct{ where, id string }

func (d Document) compile() (compiled, finding.List) {
	c := &compiler{compiled: compiled{Document: d, drawings: map[string]drawnFigure{}}, ids: map[string]string{}}
	if strings.TrimSpace(d.Title) == "" {
		c.found.Errorf("report.title.missing", "title", "give the document a title", "the title is empty")
	}
	if !isLang(d.Lang) {
		c.found.Errorf("report.lang.invalid", "lang", "use a BCP 47 tag such as \"en\" or \"de-AT\"", "%q is not a language tag", d.Lang)
	}
	c.reserve(d.Blocks, "blocks", 0)
	if len(c.found) == 0 || !c.found.Has("report.size") {
		c.walk(d.Blocks, "blocks")
	}
	for _, l := range c.links {
		if _, ok := c.ids[l.id]; !ok {
			c.found.Errorf("report.link.missing", l.where, "give the target this ID or change the link", "nothing in the document has the ID %q", l.id)
		}
	}
	return c.compiled, c.found
}

// isLang accepts the characters of a language tag and the empty tag.
func isLang(s string) bool {
	if len(s) > 35 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

// reserve takes the ids that authors chose, before any is made from a heading.
func (c *compiler) reserve(blocks []Block, path string, depth int) {
	c.blocks += len(blocks)
	if depth > maxDepth || c.blocks > maxBlocks {
		if !c.found.Has("report.size") {
			c.found.Errorf("report.size", path, "split the document", "more than %d blocks or %d levels of details", maxBlocks, maxDepth)
		}
		return
	}
	for i, b := range blocks {
		where := fmt.Sprintf("%s[%d]", path, i)
		switch b := b.(type) {
		case Heading:
			c.id(where, b.ID)
		case Table:
			c.id(where, b.ID)
		case Figure:
			c.id(where, b.ID)
		case Details:
			c.id(where, b.ID)
			c.reserve(b.Blocks, where, depth+1)
		default:
		}
	}
}

func (c *compiler) walk(blocks []Block, path string) {
	for i, b := range blocks {
		where := fmt.Sprintf("%s[%d]", path, i)
		switch b := b.(type) {
		case Heading:
			if b.Level < 2 || b.Level > 4 {
				c.found.Errorf("report.heading.level", where, "use level 2, 3 or 4", "level %d", b.Level)
			}
			if b.ID == "" {
				b.ID = c.slug(b.Text)
			}
			c.headings = append(c.headings, b)
		case Text:
			c.text(b, where)
		case List:
			for k, item := range b.Items {
				c.text(item, fmt.Sprintf("%s.items[%d]", where, k))
			}
		case KeyFigures:
			for k, f := range b.Items {
				c.cell(Cell{Text: f.Text, Value: f.Value, Link: f.Link, Class: f.Class}, fmt.Sprintf("%s.items[%d]", where, k))
			}
		case Table:
			c.found.Add(b.check(where)...)
			c.tableLinks(b, where)
		case Figure:
			c.figure(b, where)
		case Findings:
		case Details:
			c.walk(b.Blocks, where)
		default:
			c.found.Errorf("report.block.unknown", where, "use the block types of this package, as values", "%T is not a block", b)
		}
	}
}

func (c *compiler) text(t Text, where string) {
	for i, s := range t {
		at := fmt.Sprintf("%s.spans[%d]", where, i)
		c.link(s.Link, at)
		if s.Style > Code {
			c.found.Errorf("report.style.unknown", at, "use Plain, Strong, Emphasis or Code", "style %d", s.Style)
		}
	}
}

func (c *compiler) tableLinks(t Table, where string) {
	for part, rows := range [][][]Cell{t.Rows, t.Foot} {
		for i, row := range rows {
			c.cells += len(row)
			for k, cell := range row {
				if cell.Link != "" {
					c.link(cell.Link, fmt.Sprintf("%s.%s[%d][%d]", where, [...]string{"rows", "foot"}[part], i, k))
				}
			}
		}
	}
	if c.cells > maxCells && !c.found.Has("report.size") {
		c.found.Errorf("report.size", where, "split the table", "more than %d cells", maxCells)
	}
}

// check reports what is wrong with the table itself.
func (t Table) check(where string) finding.List {
	var found finding.List
	if len(t.Columns) == 0 {
		found.Errorf("report.table.columns", where, "give the table a column", "the table has no columns")
	}
	for i, col := range t.Columns {
		if col.Kind > Status || col.Align > Center {
			found.Errorf("report.table.columns", fmt.Sprintf("%s.columns[%d]", where, i), "use the constants of Kind and Align", "kind %d, align %d", col.Kind, col.Align)
		}
	}
	for part, rows := range [][][]Cell{t.Rows, t.Foot} {
		for i, row := range rows {
			at := fmt.Sprintf("%s.%s[%d]", where, [...]string{"rows", "foot"}[part], i)
			if len(row) != len(t.Columns) {
				found.Errorf("report.table.shape", at, "give each row one cell for each column", "%d cells for %d columns", len(row), len(t.Columns))
			}
			for k, cell := range row {
				cell.check(&found, at, k)
			}
		}
	}
	return found
}

func (c *compiler) cell(cell Cell, where string) {
	cell.check(&c.found, where, 0)
	c.link(cell.Link, where)
}

func (cell Cell) check(found *finding.List, where string, column int) {
	if _, _, err := plainValue(cell.Value); err != nil {
		found.Errorf("report.value.invalid", fmt.Sprintf("%s[%d]", where, column), "use an integer, bool, json.Number or encoding.TextMarshaler", "%v", err)
	}
	if cell.Class > Muted {
		found.Errorf("report.class.unknown", fmt.Sprintf("%s[%d]", where, column), "use the constants of Class", "class %d", cell.Class)
	}
}

func (c *compiler) figure(f Figure, where string) {
	if strings.TrimSpace(f.Alt) == "" {
		c.found.Errorf("report.figure.alt", where, "say in Alt what the drawing shows", "the figure has no alternative text")
	}
	if f.Draw == nil {
		c.found.Errorf("report.figure.draw", where, "set Draw", "the figure has no drawing")
		return
	}
	var out drawnFigure
	var err error
	if out.wide, err = draw(f.Draw); err != nil {
		c.found.Errorf("report.figure.draw", where, "mend the drawing", "%v", err)
	}
	if f.Narrow != nil {
		if out.narrow, err = draw(f.Narrow); err != nil {
			c.found.Errorf("report.figure.draw", where, "mend the narrow drawing", "%v", err)
		}
	}
	c.drawings[where] = out
}
