package report

import (
	"io"
	"strconv"
	"strings"

	"github.com/go-marops/marops/report/internal/markup"
)

// Markdown writes the document as CommonMark with the tables of GitHub. Figures
// appear as their title, alternative text and caption; details as a quoted
// title followed by their blocks. Errors are the findings of [Document.Check],
// or come from w.
func Markdown(w io.Writer, doc Document) error {
	c, found := doc.compile()
	if err := found.Err(); err != nil {
		return err
	}
	m := markdown{headings: c.headings}
	m.line("# ", markText(c.Title))
	if c.Subtitle != "" {
		m.line("*", markText(c.Subtitle), "*")
	}
	for _, f := range c.Facts {
		m.b.WriteString("- " + markText(f.Label) + ": **" + markText(f.Text) + "**\n")
	}
	if len(c.Facts) > 0 {
		m.b.WriteString("\n")
	}
	m.blocks(c.Blocks)
	return send(w, "markdown", []byte(strings.TrimRight(m.b.String(), "\n")+"\n"))
}

// markdown is a text in the making.
type markdown struct {
	b        strings.Builder
	headings []Heading
}

// line writes a paragraph of its own.
func (m *markdown) line(parts ...string) {
	for _, s := range parts {
		m.b.WriteString(s)
	}
	m.b.WriteString("\n\n")
}

// markText escapes what Markdown or HTML would read as markup.
func markText(s string) string {
	s = strings.TrimSpace(markup.Clean(s))
	var b strings.Builder
	for i, r := range s {
		switch r {
		case '\\', '`', '*', '_', '[', ']', '|', '~', '#', '$':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case '-', '+', '=': // a list or an underline, at the start of a line
			if i == 0 {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		case '.', ')': // "1." begins a list
			if i > 0 && i < 10 && strings.Trim(s[:i], "0123456789") == "" {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	// A bare address would become a link.
	return strings.ReplaceAll(strings.ReplaceAll(b.String(), "://", ":&#47;/"), "www.", "www&#46;")
}

// anchor writes the target of links.
func (m *markdown) anchor(id string) {
	if id != "" {
		m.line(`<a id="`, id, `"></a>`)
	}
}

func (m *markdown) title(s string) {
	if s != "" {
		m.line("**", markText(s), "**")
	}
}

func (m *markdown) blocks(blocks []Block) {
	for _, b := range blocks {
		switch b := b.(type) {
		case Heading:
			h := m.headings[0]
			m.headings = m.headings[1:]
			m.anchor(h.ID)
			m.line(strings.Repeat("#", h.Level), " ", markText(h.Text))
		case Text:
			m.line(markSpans(b))
		case List:
			for i, item := range b.Items {
				bullet := "- "
				if b.Ordered {
					bullet = strconv.Itoa(i+1) + ". "
				}
				m.b.WriteString(bullet + markSpans(item) + "\n")
			}
			m.b.WriteString("\n")
		case KeyFigures:
			for _, f := range b.Items {
				m.b.WriteString("- " + markText(f.Label) + ": **" + markCell(Cell{Text: f.Text, Link: f.Link, Class: f.Class}) + "**")
				if f.Note != "" {
					m.b.WriteString(" (" + markText(f.Note) + ")")
				}
				m.b.WriteString("\n")
			}
			m.b.WriteString("\n")
		case Table:
			m.table(b)
		case Figure:
			m.anchor(b.ID)
			m.title(b.Title)
			m.line("*Figure: ", markText(b.Alt), "*")
			if b.Caption != "" {
				m.line(markText(b.Caption))
			}
		case Findings:
			m.findings(b)
		case Details:
			m.anchor(b.ID)
			m.line("> **", markText(b.Summary), "**")
			m.blocks(b.Blocks)
		}
	}
}

func markSpans(t Text) string {
	wraps := [...]string{Plain: "", Strong: "**", Emphasis: "*", Code: ""}
	var b strings.Builder
	for _, s := range t {
		text := markText(s.Text)
		if text == "" {
			b.WriteString(strings.Repeat(" ", min(len(s.Text), 1)))
			continue
		}
		// Spaces stand outside of the emphasis, or it would not be one.
		clean := markup.Clean(s.Text)
		before, after := clean[0] == ' ', clean[len(clean)-1] == ' '
		if before {
			b.WriteByte(' ')
		}
		if s.Style == Code {
			text = "<code>" + text + "</code>" // a code span could not carry every text
		}
		b.WriteString(markLink(wraps[s.Style]+text+wraps[s.Style], s.Link))
		if after {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func markLink(text, link string) string {
	if link == "" {
		return text
	}
	safe := strings.NewReplacer("<", "%3C", ">", "%3E", "(", "%28", ")", "%29", "|", "%7C").Replace(markup.Clean(link))
	return "[" + text + "](" + safe + ")"
}

func markCell(c Cell) string {
	text := markText(c.Text)
	if g := c.Class.glyph(); g != "" {
		text = g + " " + text
	}
	text = markLink(text, c.Link)
	if c.Note != "" {
		text += " (" + markText(c.Note) + ")"
	}
	return text
}

func (m *markdown) table(t Table) {
	m.anchor(t.ID)
	m.title(t.Title)
	for _, c := range t.Columns {
		m.b.WriteString("| " + markText(c.Title) + " ")
	}
	m.b.WriteString("|\n")
	for _, c := range t.Columns {
		switch c.align() {
		case Right:
			m.b.WriteString("|---:")
		case Center:
			m.b.WriteString("|:---:")
		default:
			m.b.WriteString("|---")
		}
	}
	m.b.WriteString("|\n")
	for _, row := range t.Rows {
		for _, c := range row {
			m.b.WriteString("| " + markCell(c) + " ")
		}
		m.b.WriteString("|\n")
	}
	for _, row := range t.Foot {
		for _, c := range row {
			text := markCell(c)
			if text != "" {
				text = "**" + text + "**"
			}
			m.b.WriteString("| " + text + " ")
		}
		m.b.WriteString("|\n")
	}
	m.b.WriteString("\n")
	if t.Note != "" {
		m.line(markText(t.Note))
	}
}

func (m *markdown) findings(f Findings) {
	m.title(f.Title)
	if len(f.List) == 0 {
		m.line("✓ no findings")
		return
	}
	for _, x := range f.sorted() {
		m.b.WriteString("- **" + x.Severity.String() + "** " + markText(x.Subject))
		for i, e := range x.Evidence {
			m.b.WriteString([...]string{": ", "; "}[min(i, 1)] + markText(e))
		}
		if x.Fix != "" {
			m.b.WriteString(" → " + markText(x.Fix))
		}
		m.b.WriteString(" (" + markText(x.Code) + ")\n")
	}
	m.b.WriteString("\n")
}
