package chart

import (
	"fmt"
	"hash/fnv"
	"io"
	"strconv"

	"github.com/go-marops/marops/report/internal/markup"
)

// canvas collects the elements of a drawing.
type canvas struct{ b []byte }

func (c *canvas) raw(s string) { c.b = append(c.b, s...) }

func (c *canvas) px(v px) {
	if v < 0 {
		c.b = append(c.b, '-')
		v = -v
	}
	c.b = strconv.AppendInt(c.b, int64(v/10), 10)
	if v%10 != 0 {
		c.b = append(c.b, '.', byte('0'+v%10))
	}
}

func (c *canvas) attr(name string, v px) {
	c.raw(" " + name + `="`)
	c.px(v)
	c.raw(`"`)
}

// rect draws a rectangle with rounded corners; tip, if any, is its tooltip.
func (c *canvas) rect(class string, x, y, w, h, radius px, tip string) {
	c.raw(`<rect class="` + class + `"`)
	c.attr("x", x)
	c.attr("y", y)
	c.attr("width", max(w, 0))
	c.attr("height", max(h, 0))
	if radius > 0 {
		c.attr("rx", radius)
	}
	c.end("rect", tip)
}

func (c *canvas) line(class string, x1, y1, x2, y2 px) {
	c.path(class, "", "M", x1, y1, "L", x2, y2)
}

// path draws commands and coordinates: strings are commands, px are numbers.
func (c *canvas) path(class, tip string, d ...any) {
	c.raw(`<path class="` + class + `" d="`)
	space := false
	for _, step := range d {
		switch v := step.(type) {
		case string:
			c.raw(v)
			space = false
		case px:
			if space {
				c.raw(" ")
			}
			c.px(v)
			space = true
		}
	}
	c.raw(`"`)
	c.end("path", tip)
}

func (c *canvas) end(tag, tip string) {
	if tip == "" {
		c.raw("/>\n")
		return
	}
	c.raw("><title>")
	c.b = markup.Append(c.b, tip)
	c.raw("</title></" + tag + ">\n")
}

// anchor says which end of a text stands at its x.
type anchor string

const (
	start  anchor = ""
	middle anchor = "middle"
	end    anchor = "end"
)

// text draws s with its baseline at y; tip, if any, is its tooltip.
func (c *canvas) text(class string, x, y px, at anchor, s, tip string) {
	if s == "" {
		return
	}
	c.raw("<text")
	if class != "" {
		c.raw(` class="` + class + `"`)
	}
	c.attr("x", x)
	c.attr("y", y)
	if at != start {
		c.raw(` text-anchor="` + string(at) + `"`)
	}
	c.raw(">")
	if tip != "" {
		c.raw("<title>")
		c.b = markup.Append(c.b, tip)
		c.raw("</title>")
	}
	c.b = markup.Append(c.b, s)
	c.raw("</text>\n")
}

// label draws s within limit, with the whole text as tooltip when it was cut.
func (c *canvas) label(class string, x, y px, at anchor, s string, size px, bold bool, limit px) {
	short, cut := fit(s, size, bold, limit)
	tip := ""
	if cut {
		tip = s
	}
	c.text(class, x, y, at, short, tip)
}

// sheet is a canvas with a frame: margins, title, accessible name.
type sheet struct {
	canvas
	o          Options
	w          px // whole width
	y          px // where the next part begins
	name, desc string
}

const margin px = 120

// newSheet begins a drawing; kind is its name where the options give no title.
func newSheet(o Options, kind, desc string) *sheet {
	s := &sheet{o: o, w: px(o.Width) * 10, y: margin, name: kind, desc: desc}
	if o.Desc != "" {
		s.desc = o.Desc
	}
	if o.Title != "" {
		s.name = o.Title
		s.label("title", margin, s.y+160, start, o.Title, sizeTitle, true, s.w-2*margin)
		s.y += 320
	}
	return s
}

// noData draws the honest empty chart.
func (s *sheet) noData() {
	s.rect("soft", margin, s.y, s.w-2*margin, 960, 60, "")
	s.text("m", s.w/2, s.y+520, middle, "no data", "")
	s.y += 960
}

// legendEntry is a mark of at most 26 px by 12 px and its meaning.
type legendEntry struct {
	text string
	draw func(c *canvas, x, y px) // x, y: top left of the mark; nil: text alone
}

// legend draws entries in as many lines as they need.
func (s *sheet) legend(entries []legendEntry) {
	if len(entries) == 0 {
		return
	}
	const gap, line px = 220, 200
	x := margin
	for _, e := range entries {
		mark := px(320)
		if e.draw == nil {
			mark = 0
		}
		short, cut := fit(e.text, sizeSmall, false, s.w-2*margin-mark)
		w := mark + width(short, sizeSmall, false)
		if x > margin && x+w > s.w-margin {
			x = margin
			s.y += line
		}
		if e.draw != nil {
			e.draw(&s.canvas, x, s.y)
		}
		tip := ""
		if cut {
			tip = e.text
		}
		s.text("s m", x+mark, s.y+100, start, short, tip)
		x += w + gap
	}
	s.y += line
}

// writeTo frames what was drawn and writes it.
func (s *sheet) writeTo(w io.Writer) error {
	var out canvas
	sum := fnv.New64a()
	for _, part := range [][]byte{[]byte(s.name), []byte(s.desc), s.b} {
		_, _ = sum.Write(part) // a hash never fails
	}
	id := fmt.Sprintf("mc%016x", sum.Sum64()) // unique among the charts of a page
	out.raw(`<svg xmlns="http://www.w3.org/2000/svg" class="mc" role="img" width="100%" viewBox="0 0 `)
	out.px(s.w)
	out.raw(" ")
	out.px(s.y + margin)
	out.raw(`" aria-labelledby="` + id + `t ` + id + `d">` + "\n" + `<title id="` + id + `t">`)
	out.b = markup.Append(out.b, s.name)
	out.raw(`</title><desc id="` + id + `d">`)
	out.b = markup.Append(out.b, s.desc)
	out.raw("</desc>\n<style>" + styleSheet() + "</style>\n")
	out.rect("paper", 0, 0, s.w, s.y+margin, 0, "")
	out.b = append(out.b, s.b...)
	out.raw("</svg>\n")
	if _, err := w.Write(out.b); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return nil
}
