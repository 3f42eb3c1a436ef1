package chart

import (
	"fmt"
	"io"
	"strconv"
)

// HeatMapData is load per row and column: people by week, teams by month.
type HeatMapData struct {
	Columns []string  // at most 400
	Rows    []HeatRow // at most 5,000 rows and 50,000 cells
	Unit    Unit      // of Used and Available
}

// HeatRow is one row of a heat map.
type HeatRow struct {
	Label string
	Cells []HeatCell // one for each column
}

// HeatCell is the use of a capacity. The zero HeatCell is 0 of 0: nothing is
// available and nothing is asked for (holiday, not yet hired). That is not the
// same as Missing, which says that nobody knows.
type HeatCell struct {
	Used, Available int64 // not negative
	Missing         bool
	Note            string // more for the tooltip
}

// heat is the class of a cell.
type heat uint8

const (
	heatMissing heat = iota
	heatOff
	heatFree
	heatLight
	heatHalf
	heatHigh
	heatFull
	heatOver
)

// Bounds of the classes in permille: up to 1, 500, 800, 950 and 1000.
func (c HeatCell) heat() heat {
	switch {
	case c.Missing:
		return heatMissing
	case c.Available == 0 && c.Used == 0:
		return heatOff
	case c.Used > c.Available:
		return heatOver
	case c.Used == 0:
		return heatFree
	}
	switch p := permille(c.Used, c.Available); {
	case p < 500:
		return heatLight
	case p < 800:
		return heatHalf
	case p < 950:
		return heatHigh
	default:
		return heatFull
	}
}

func (h heat) classes() (cell, text string) {
	switch h {
	case heatOver:
		return "over", "tover"
	case heatFull:
		return "h4", "t4"
	case heatHigh:
		return "h3", "t3"
	case heatHalf:
		return "h2", ""
	case heatLight:
		return "h1", ""
	case heatFree:
		return "h0", "m"
	default:
		return "paper", "m"
	}
}

// share is the text in the cell. A load just above 100% must not read "100%".
func (c HeatCell) share() string {
	switch {
	case c.Missing:
		return "?"
	case c.Available == 0 && c.Used == 0:
		return "–"
	case c.Available == 0:
		return "∞"
	}
	p := permille(c.Used, c.Available)
	if p >= maxPermille {
		return ">9,999"
	}
	whole := (p + 5) / 10
	if c.Used > c.Available {
		whole = max(whole, 101)
	} else if c.Used < c.Available {
		whole = min(whole, 99)
	}
	return strconv.FormatInt(whole, 10)
}

func (c HeatCell) describe(u Unit) string {
	text := ""
	switch c.heat() {
	case heatMissing:
		text = "not known"
	case heatOff:
		text = "nothing available"
	default:
		text = u.Format(c.Used) + " of " + u.Format(c.Available)
		if c.Available > 0 {
			text += " (" + c.share() + "%)"
		}
		if c.Used > c.Available {
			text += ", over by " + u.Format(c.Used-c.Available)
		}
	}
	if c.Note != "" {
		text += " · " + c.Note
	}
	return text
}

// HeatMap writes the load as SVG. Cells bear their percentage; those above 100%
// are hatched and marked with a triangle as well as coloured. Errors match
// ErrData or ErrOptions, or come from w.
func HeatMap(w io.Writer, data HeatMapData, o *Options) error {
	opts, err := o.resolve()
	if err != nil {
		return fmt.Errorf("heat map: %w", err)
	}
	if err := data.check(); err != nil {
		return fmt.Errorf("heat map: %w", err)
	}
	s := newSheet(opts, "Heat map", data.summary())
	if len(data.Rows) == 0 || len(data.Columns) == 0 {
		s.noData()
		return s.writeTo(w)
	}
	data.draw(s)
	return s.writeTo(w)
}

func (d HeatMapData) check() error {
	var c checker
	d.Unit.check(&c)
	c.count("columns", len(d.Columns), maxCols)
	c.count("rows", len(d.Rows), maxRows)
	c.count("cells", len(d.Rows)*len(d.Columns), maxCells)
	c.text("columns", d.Columns...)
	if c.err != nil {
		return c.err
	}
	for i, r := range d.Rows {
		where := fmt.Sprintf("row %d (%q)", i+1, r.Label)
		c.text(where, r.Label)
		if len(r.Cells) != len(d.Columns) {
			c.failf("%s: %d cells for %d columns", where, len(r.Cells), len(d.Columns))
		}
		for _, cell := range r.Cells {
			c.amount(where, cell.Used, cell.Available)
			c.text(where, cell.Note)
			if cell.Used < 0 || cell.Available < 0 {
				c.failf("%s: negative load or capacity", where)
			}
		}
	}
	return c.err
}

func (d HeatMapData) summary() string {
	over, missing := 0, 0
	for _, r := range d.Rows {
		for _, c := range r.Cells {
			switch c.heat() {
			case heatOver:
				over++
			case heatMissing:
				missing++
			default:
			}
		}
	}
	text := fmt.Sprintf("%s by %s; %s above 100%%", count(len(d.Rows), "row"), count(len(d.Columns), "column"), count(over, "cell"))
	if missing > 0 {
		text += fmt.Sprintf("; %s not known", count(missing, "cell"))
	}
	return text + "."
}
