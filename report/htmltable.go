package report

import (
	"strconv"
	"unicode/utf8"
)

func (p *page) table(t Table) {
	p.raw(`<section class="card tb"`, anchor(t.ID), ">\n")
	p.element(`<div class="ct">`, t.Title, "div")
	p.raw(`<div class="scroll" tabindex="0" role="region" aria-label="`)
	if t.Title == "" {
		p.raw("Table")
	} else {
		p.esc(t.Title)
	}
	p.raw("\">\n<table>\n<thead>\n<tr>")
	for _, col := range t.Columns {
		p.raw(`<th scope="col"`, col.class(), ">")
		p.esc(col.Title)
		p.raw("</th>")
	}
	p.raw("</tr>\n</thead>\n<tbody>\n")
	if len(t.Rows) == 0 {
		p.raw(`<tr><td class="none" colspan="`, strconv.Itoa(len(t.Columns)), "\">no rows</td></tr>\n")
	}
	p.rows(t.Columns, t.Rows)
	p.raw("</tbody>\n")
	if len(t.Foot) > 0 {
		p.raw("<tfoot>\n")
		p.rows(t.Columns, t.Foot)
		p.raw("</tfoot>\n")
	}
	p.raw("</table>\n</div>\n")
	p.element(`<p class="note">`, t.Note, "p")
	p.raw("</section>\n")
}

// class returns the class attribute of a column's cells.
func (c Column) class() string {
	switch align := c.align(); {
	case c.Kind == Number && align == Right:
		return ` class="n"`
	case align == Right:
		return ` class="r"`
	case align == Center:
		return ` class="c"`
	case c.Kind == Date:
		return ` class="d"`
	default:
		return ""
	}
}

// align resolves Auto.
func (c Column) align() Align {
	switch {
	case c.Align != Auto:
		return c.Align
	case c.Kind == Number:
		return Right
	default:
		return Left
	}
}

// longText is the length of a cell's text, in runes, from which it keeps some
// width on a narrow screen, where the table scrolls.
const longText = 48

func (p *page) rows(columns []Column, rows [][]Cell) {
	for _, row := range rows {
		p.raw("<tr>")
		for i, cell := range row {
			open, end := "<td", "</td>"
			if i == 0 && columns[i].Kind == Words {
				open, end = `<th scope="row"`, "</th>"
			}
			class := columns[i].class()
			if class == "" && utf8.RuneCountInString(cell.Text) > longText {
				class = ` class="w"`
			}
			p.raw(open, class, ">")
			p.cell(columns[i], cell)
			p.raw(end)
		}
		p.raw("</tr>\n")
	}
}

func (p *page) cell(col Column, c Cell) {
	class := ""
	switch {
	case col.Kind == Status && c.Text != "":
		class = "pill " + c.Class.String()
	case c.Class != Neutral:
		class = c.Class.String()
	}
	if class != "" {
		p.raw(`<span class="`, class, `">`)
		p.mark(c.Class)
	}
	p.linked(c.Link, func() { p.esc(c.Text) })
	if class != "" {
		p.raw("</span>")
	}
	if c.Note != "" {
		p.raw("<small>")
		p.esc(c.Note)
		p.raw("</small>")
	}
}
