package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/report/internal/markup"
)

// HTML writes the document as one page that needs nothing else: style and
// drawings are inside, there is no script and no outside request, and a content
// security policy in the page says so. Errors are the findings of
// [Document.Check], or come from w.
func HTML(w io.Writer, doc Document) error {
	c, found := doc.compile()
	if err := found.Err(); err != nil {
		return err
	}
	p := page{doc: c}
	p.write()
	return send(w, "html", p.b)
}

func send(w io.Writer, what string, b []byte) error {
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// tocFrom is the number of headings from which a page has a table of contents.
const tocFrom = 5

// page is an HTML page in the making.
type page struct {
	b       []byte
	doc     compiled
	heading int // next heading, in the order of doc.headings
}

func (p *page) raw(parts ...string) {
	for _, s := range parts {
		p.b = append(p.b, s...)
	}
}

func (p *page) esc(s string) { p.b = markup.Append(p.b, s) }

// element writes an element around an escaped text, nothing if there is none.
func (p *page) element(open, text, tag string) {
	if text == "" {
		return
	}
	p.raw(open)
	p.esc(text)
	p.raw("</", tag, ">\n")
}

func (p *page) write() {
	lang := p.doc.Lang
	if lang == "" {
		lang = "en"
	}
	p.raw("<!DOCTYPE html>\n<html lang=\"", lang, "\"", direction(lang), ">\n<head>\n<meta charset=\"utf-8\">\n",
		`<meta name="viewport" content="width=device-width,initial-scale=1">`, "\n",
		`<meta name="color-scheme" content="light dark">`, "\n",
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`, "\n")
	p.element("<title>", p.doc.Title, "title")
	p.raw("<style>", pageStyle, "</style>\n</head>\n<body>\n<header class=\"top\">\n")
	p.element("<h1>", p.doc.Title, "h1")
	p.element(`<p class="sub">`, p.doc.Subtitle, "p")
	if len(p.doc.Facts) > 0 {
		p.raw("<dl class=\"facts\">\n")
		for _, f := range p.doc.Facts {
			p.raw("<div><dt>")
			p.esc(f.Label)
			p.raw("</dt><dd>")
			p.esc(f.Text)
			p.raw("</dd></div>\n")
		}
		p.raw("</dl>\n")
	}
	p.raw("</header>\n")
	toc := len(p.doc.headings) >= tocFrom
	if toc {
		p.raw("<div class=\"split\">\n")
		p.contents()
	}
	p.raw("<main>\n")
	p.blocks(p.doc.Blocks, "blocks")
	p.raw("</main>\n")
	if toc {
		p.raw("</div>\n")
	}
	p.raw("</body>\n</html>\n")
}

// direction returns the dir attribute of languages written from right to left.
func direction(lang string) string {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	if slices.Contains([]string{"ar", "fa", "he", "ur", "ps", "sd", "yi", "dv", "ckb"}, base) {
		return ` dir="rtl"`
	}
	return ""
}

func (p *page) contents() {
	p.raw("<nav class=\"toc\" aria-label=\"Contents\">\n<ol>\n")
	for _, h := range p.doc.headings {
		p.raw(`<li class="l`, strconv.Itoa(h.Level), `"><a href="#`, h.ID, `">`)
		p.esc(h.Text)
		p.raw("</a></li>\n")
	}
	p.raw("</ol>\n</nav>\n")
}

func (p *page) blocks(blocks []Block, path string) {
	for i, b := range blocks {
		where := fmt.Sprintf("%s[%d]", path, i)
		switch b := b.(type) {
		case Heading:
			h := p.doc.headings[p.heading]
			p.heading++
			tag := "h" + strconv.Itoa(h.Level)
			p.raw("<", tag, ` id="`, h.ID, `">`)
			p.esc(h.Text)
			p.raw("</", tag, ">\n")
		case Text:
			p.raw("<p>")
			p.spans(b)
			p.raw("</p>\n")
		case List:
			p.list(b)
		case KeyFigures:
			p.keyFigures(b)
		case Table:
			p.table(b)
		case Figure:
			p.figure(b, p.doc.drawings[where])
		case Findings:
			p.findings(b)
		case Details:
			p.details(b, where)
		}
	}
}

func (p *page) spans(t Text) {
	tags := [...]string{Plain: "", Strong: "strong", Emphasis: "em", Code: "code"}
	for _, s := range t {
		tag := tags[s.Style]
		if tag != "" {
			p.raw("<", tag, ">")
		}
		p.linked(s.Link, func() { p.esc(s.Text) })
		if tag != "" {
			p.raw("</", tag, ">")
		}
	}
}

// linked writes what inner writes, inside a link if there is one.
func (p *page) linked(link string, inner func()) {
	if link == "" {
		inner()
		return
	}
	p.raw(`<a href="`)
	p.esc(link)
	p.raw(`">`)
	inner()
	p.raw("</a>")
}

func (p *page) list(l List) {
	tag := "ul"
	if l.Ordered {
		tag = "ol"
	}
	p.raw("<", tag, ">\n")
	for _, item := range l.Items {
		p.raw("<li>")
		p.spans(item)
		p.raw("</li>\n")
	}
	p.raw("</", tag, ">\n")
}

// glyph says in black and white what a class says in colour.
func (c Class) glyph() string {
	switch c {
	case Good:
		return "✓"
	case Warn:
		return "!"
	case Bad:
		return "✕"
	default:
		return ""
	}
}

// mark writes the glyph of a class, spoken as the name of the class.
func (p *page) mark(c Class) {
	if g := c.glyph(); g != "" {
		p.raw(`<span class="g" role="img" aria-label="`, c.String(), `">`, g, "</span>")
	}
}

func (p *page) keyFigures(k KeyFigures) {
	p.raw("<div class=\"cards\">\n")
	for _, f := range k.Items {
		p.raw(`<div class="kf `, f.Class.String(), "\">\n")
		p.element(`<div class="kl">`, f.Label, "div")
		p.raw(`<div class="kv">`)
		p.linked(f.Link, func() { p.esc(f.Text) })
		p.raw("</div>\n")
		if f.Note != "" || f.Class.glyph() != "" {
			p.raw(`<div class="kn">`)
			p.mark(f.Class)
			p.esc(f.Note)
			p.raw("</div>\n")
		}
		p.raw("</div>\n")
	}
	p.raw("</div>\n")
}

// anchor returns the id attribute, if there is one.
func anchor(id string) string {
	if id == "" {
		return ""
	}
	return ` id="` + id + `"`
}

func (p *page) figure(f Figure, d drawnFigure) {
	p.raw(`<figure class="card"`, anchor(f.ID), ` role="group" aria-label="`)
	p.esc(f.Alt)
	p.raw("\">\n")
	p.element(`<div class="ct">`, f.Title, "div")
	if d.narrow.svg != nil {
		p.drawing("fig wide", d.wide)
		p.drawing("fig thin", d.narrow)
	} else {
		p.drawing("fig", d.wide)
	}
	p.element("<figcaption>", f.Caption, "figcaption")
	p.raw("</figure>\n")
}

// drawing writes an svg element into a box that scrolls before the text in it
// gets smaller than nine tenths of its size.
func (p *page) drawing(class string, d drawing) {
	p.raw(`<div class="`, class, `"`)
	if d.width > 400 {
		p.raw(` tabindex="0"><div style="min-width:`, strconv.Itoa(d.width*9/10), `px">`)
	} else {
		p.raw("><div>")
	}
	p.b = append(p.b, d.svg...)
	p.raw("</div></div>\n")
}

// severityClass maps the severity of a finding to a class.
func severityClass(s finding.Severity) Class {
	switch s {
	case finding.Error:
		return Bad
	case finding.Warning:
		return Warn
	default:
		return Muted
	}
}

// sorted returns a sorted copy of the list.
func (f Findings) sorted() finding.List {
	list := slices.Clone(f.List)
	list.Sort()
	return list
}

func (p *page) findings(f Findings) {
	p.raw("<section class=\"card tb\">\n")
	p.element(`<div class="ct">`, f.Title, "div")
	if len(f.List) == 0 {
		p.raw(`<p class="ok"><span class="pill good"><span class="g" aria-hidden="true">✓</span>no findings</span></p>`, "\n</section>\n")
		return
	}
	p.raw("<ul class=\"fl\">\n")
	for _, x := range f.sorted() {
		class := severityClass(x.Severity)
		p.raw(`<li><span class="pill `, class.String(), `">`)
		if g := class.glyph(); g != "" {
			p.raw(`<span class="g" aria-hidden="true">`, g, "</span>")
		}
		p.esc(x.Severity.String())
		p.raw("</span>\n<div>")
		p.element(`<div class="fs">`, x.Subject, "div")
		for _, e := range x.Evidence {
			p.element("<div>", e, "div")
		}
		p.element(`<div class="fx">`, x.Fix, "div")
		p.element(`<code class="fc">`, x.Code, "code")
		p.raw("</div></li>\n")
	}
	p.raw("</ul>\n</section>\n")
}

func (p *page) details(d Details, where string) {
	p.raw(`<details class="card"`)
	if d.Open {
		p.raw(" open")
	}
	p.raw("><summary>")
	p.esc(d.Summary)
	// The anchor stands inside: a link to it makes the browser open the details.
	p.raw("</summary>\n<div class=\"in\"", anchor(d.ID), ">\n")
	p.blocks(d.Blocks, where)
	p.raw("</div>\n</details>\n")
}
