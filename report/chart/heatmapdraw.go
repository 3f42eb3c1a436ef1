package chart

import "strings"

func (d HeatMapData) draw(s *sheet) {
	const cellHeight, gap px = 260, 20
	label := px(0)
	for _, r := range d.Rows {
		label = max(label, width(r.Label, sizeText, false))
	}
	label = min(label, s.w*28/100, 2400) + 120
	x0, plot := margin+label, s.w-2*margin-label
	n := px(len(d.Columns))
	cell := func(i int) (x, w px) {
		x = x0 + plot*px(i)/n
		return x, x0 + plot*px(i+1)/n - x - gap
	}
	// Column names skip evenly when they do not fit side by side.
	widest := px(0)
	for _, name := range d.Columns {
		widest = max(widest, min(width(name, sizeSmall, false), 900)+80)
	}
	skip := 1
	for plot*px(skip)/n < widest && skip < len(d.Columns) {
		skip++
	}
	stack := skip > 1 && d.stackable(plot/n+gap)
	for i, name := range d.Columns {
		x, w := cell(i)
		if stack { // "9" above "Feb"
			head, tail := splitName(name)
			s.text("s m", x+w/2, s.y+120, middle, head, "")
			s.text("s m", x+w/2, s.y+240, middle, tail, name)
			continue
		}
		if i%skip == 0 {
			if skip > 1 {
				s.label("s m", x, s.y+120, start, name, sizeSmall, false, min(plot*px(skip)/n-40, s.w-margin-x))
				continue
			}
			s.label("s m", x+w/2, s.y+120, middle, name, sizeSmall, false, w+gap)
		}
	}
	s.y += 180
	if stack {
		s.y += 120
	}
	for _, r := range d.Rows {
		short, _ := fit(r.Label, sizeText, false, label-100)
		s.text("", x0-100, s.y+cellHeight/2+43, end, short, r.Label)
		for i, c := range r.Cells {
			x, w := cell(i)
			d.cell(s, c, x, w, cellHeight-gap, r.Label+" · "+d.Columns[i]+": "+c.describe(d.Unit))
		}
		s.y += cellHeight
	}
	s.y += 100
	s.legend(d.entries())
}

// splitName cuts a name of two words.
func splitName(name string) (head, tail string) {
	i := strings.LastIndexByte(name, ' ')
	if i < 0 {
		return "", ""
	}
	return name[:i], name[i+1:]
}

// stackable reports whether every column name fits a width in two lines.
func (d HeatMapData) stackable(room px) bool {
	for _, name := range d.Columns {
		head, tail := splitName(name)
		if head == "" || max(width(head, sizeSmall, false), width(tail, sizeSmall, false)) > room {
			return false
		}
	}
	return true
}

func (d HeatMapData) cell(s *sheet, c HeatCell, x, w, h px, tip string) {
	h0 := c.heat()
	class, textClass := h0.classes()
	s.rect(class, x, s.y, w, h, 25, tip)
	text := c.share()
	if h0 == heatMissing || h0 == heatOff {
		s.frame(h0, x, s.y, w, h)
	}
	need := width(text, sizeSmall, h0 == heatOver)
	if h0 != heatOver {
		if need > w && need <= w*3/2 {
			s.squeezed("s "+textClass, x+w/2, s.y+h/2+40, text, w-10)
		} else if need <= w {
			s.text("s "+textClass, x+w/2, s.y+h/2+40, middle, text, tip)
		}
		return
	}
	s.hatch(x, s.y, w, h)
	const glyph px = 80
	switch {
	case need+glyph+70 <= w:
		left := x + (w-need-glyph-30)/2
		s.triangle(left, s.y+h/2-glyph/2, glyph, tip)
		s.text("s tover", left+glyph+30, s.y+h/2+40, start, text, tip)
	case need <= w: // the triangle moves into the corner
		s.triangle(x+w-70, s.y+10, 60, tip)
		s.text("s tover", x+w/2, s.y+h/2+55, middle, text, tip)
	default:
		s.triangle(x+w/2-min(w, glyph)/2, s.y+h/2-40, min(w, glyph), tip)
	}
}

// squeezed draws s centred, condensed to the given length.
func (c *canvas) squeezed(class string, x, y px, s string, length px) {
	c.raw(`<text class="` + class + `"`)
	c.attr("x", x)
	c.attr("y", y)
	c.attr("textLength", length)
	c.raw(` lengthAdjust="spacingAndGlyphs" text-anchor="middle">` + s + "</text>\n")
}

// frame outlines a cell without a number; an unknown one is crossed out.
func (c *canvas) frame(h heat, x, y, w, height px) {
	c.path("rule", "", "M", x+5, y+5, "H", x+w-5, "V", y+height-5, "H", x+5, "Z")
	if h == heatMissing {
		c.path("cross", "", "M", x+20, y+height-20, "L", x+w-20, y+20)
	}
}

// hatch draws diagonal lines, cut to the rectangle.
func (c *canvas) hatch(x, y, w, h px) {
	if w <= 0 {
		return
	}
	var d []any
	for at := px(40); at < w+h; at += 70 {
		x1, y1 := x+at, y
		if at > w {
			x1, y1 = x+w, y+at-w
		}
		x2, y2 := x, y+at
		if at > h {
			x2, y2 = x+at-h, y+h
		}
		d = append(d, "M", x1, y1, "L", x2, y2)
	}
	c.path("hatch", "", d...)
}

func (c *canvas) triangle(x, y, size px, tip string) {
	c.path("gover", tip, "M", x+size/2, y, "L", x+size, y+size, x, y+size, "Z")
}

// entries explains the classes that occur.
func (d HeatMapData) entries() []legendEntry {
	names := [...]string{
		heatFree: "free", heatLight: "under 50%", heatHalf: "50 to 79%", heatHigh: "80 to 94%", heatFull: "95 to 100%",
		heatOver: "above 100%", heatOff: "nothing available", heatMissing: "not known",
	}
	var occurs [heatOver + 1]bool
	for _, r := range d.Rows {
		for _, c := range r.Cells {
			occurs[c.heat()] = true
		}
	}
	var out []legendEntry
	for _, h := range [...]heat{heatFree, heatLight, heatHalf, heatHigh, heatFull, heatOver, heatOff, heatMissing} {
		if !occurs[h] {
			continue
		}
		out = append(out, legendEntry{names[h], func(c *canvas, x, y px) {
			class, _ := h.classes()
			c.rect(class, x, y-10, 260, 130, 25, "")
			switch h {
			case heatOver:
				c.hatch(x, y-10, 260, 130)
				c.triangle(x+90, y+10, 80, "")
			case heatOff, heatMissing:
				c.frame(h, x, y-10, 260, 130)
			default:
			}
		}})
	}
	return out
}
