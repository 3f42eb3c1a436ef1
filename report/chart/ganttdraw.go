package chart

import "github.com/go-marops/marops/civil"

// gantt is a Gantt chart in the making.
type gantt struct {
	*sheet
	data     GanttData
	axis     dateAxis
	rows     []ganttRow
	boxes    []box // by task
	label    px    // width of the label column
	header   px    // top of the date header
	top, end px    // of the plot
	baseline bool
	stacked  bool // labels stand above the bars, not in a column
}

// ganttRow is a lane's heading (task < 0) or a task.
type ganttRow struct {
	y    px
	lane string
	task int
}

// box is where a task's bar is drawn. Undated tasks have none.
type box struct {
	x, y, w, h px
	ok, stone  bool
}

const (
	rowHeight    px = 230
	laneHeight   px = 270
	barHeight    px = 130
	ghostHeight  px = 40
	stoneRadius  px = 75
	stackHeight  px = 150 // of a label above its bar
	narrow       px = 5600
	headerHeight px = 360
)

// layout places rows and bars; nothing is drawn yet.
func (g *gantt) layout(period civil.Period) {
	names, rows := g.data.lanes()
	indent := px(0)
	if len(names) > 1 || names[0] != "" {
		indent = 100
	}
	for _, t := range g.data.Tasks {
		g.label = max(g.label, width(t.Label, sizeText, false)+indent)
		g.baseline = g.baseline || !t.Baseline.IsEmpty()
	}
	for _, lane := range names {
		g.label = max(g.label, width(lane, sizeText, true))
	}
	g.label = min(g.label, g.w*34/100, 3000) + 140
	g.stacked = g.w < narrow
	row := rowHeight
	if g.stacked {
		g.label = 0
		row += stackHeight
	}

	// Whole weeks, so that the first and the last bar do not touch the frame.
	first := byWeek.floor(period.First().AddDays(-1))
	days := max(byWeek.next(byWeek.floor(period.Last().AddDays(1))).Sub(first), 1)
	g.axis = dateAxis{first: first, days: days, x: margin + g.label, w: g.w - 2*margin - g.label}

	lines, _ := g.axis.placeMarks(g.data.Marks)
	g.header = g.y
	g.top = g.header + headerHeight + px(lines)*markRow
	y := g.top
	g.boxes = make([]box, len(g.data.Tasks))
	for _, lane := range names {
		if lane != "" {
			g.rows = append(g.rows, ganttRow{y, lane, -1})
			y += laneHeight
		}
		for _, i := range rows[lane] {
			g.rows = append(g.rows, ganttRow{y, lane, i})
			g.boxes[i] = g.box(g.data.Tasks[i], y+row-rowHeight)
			y += row
		}
	}
	g.end = y + 40
}

func (g *gantt) box(t GanttTask, y px) box {
	if t.Span.IsEmpty() {
		return box{}
	}
	b := box{y: y + (rowHeight-barHeight)/2, h: barHeight, ok: true}
	if g.baseline {
		b.y = y + (rowHeight-barHeight-ghostHeight-10)/2
	}
	if t.Milestone {
		b.stone = true
		b.x, b.w = g.axis.noon(t.Span.Last())-stoneRadius, 2*stoneRadius
		b.y, b.h = b.y+b.h/2-stoneRadius, 2*stoneRadius
		return b
	}
	b.x = g.axis.at(t.Span.First())
	b.w = max(g.axis.at(t.Span.Last().AddDays(1))-b.x, 20)
	return b
}

func (g *gantt) draw() {
	_, marks := g.axis.placeMarks(g.data.Marks)
	g.calendar()
	g.links()
	marks(&g.canvas, g.top, g.end)
	for _, r := range g.rows {
		if r.task < 0 {
			room := g.label - 100
			if g.stacked {
				room = g.axis.w - 120
			}
			g.canvas.label("b halo", margin+60, r.y+laneHeight/2+43, start, r.lane, sizeText, true, room)
			continue
		}
		g.task(g.data.Tasks[r.task], g.boxes[r.task], r.y)
	}
	g.y = g.end + 120
	if len(g.rows) > 24 { // the header is out of sight down here
		g.dates(g.end)
		g.y = g.end + headerHeight + 60
	}
	g.legend(g.entries())
	if g.y > g.end+200 {
		g.y -= 40
	}
}

// calendar draws the header, weekends, lanes and the rules of the weeks.
func (g *gantt) calendar() {
	a := g.axis
	if a.span(1) >= 25 {
		for d := byWeek.floor(a.first); d.Before(a.last()); d = d.AddDays(7) {
			g.rect("soft", a.at(d.AddDays(5)), g.top, a.span(2), g.end-g.top, 0, "")
		}
	}
	for _, r := range g.rows {
		if r.task >= 0 {
			continue
		}
		g.rect("soft", margin, r.y+20, g.w-2*margin, laneHeight-40, 40, "")
	}
	g.dates(g.header)
	for _, d := range a.ticks(a.finest(220), false) {
		g.line("rule", a.at(d), g.top, a.at(d), g.end)
	}
	for i, r := range g.rows {
		if r.task >= 0 && i > 0 && g.rows[i-1].task >= 0 {
			g.line("rule", margin, r.y, g.w-margin, r.y)
		}
	}
	g.line("axis", margin, g.top, g.w-margin, g.top)
	g.line("axis", margin, g.end, g.w-margin, g.end)
}

// dates draws the two lines of dates.
func (g *gantt) dates(y px) {
	s := g.axis.finest(220)
	if s.upper() != s {
		g.axis.scale(&g.canvas, s.upper(), y+140, "s b", true)
	}
	g.axis.scale(&g.canvas, s, y+300, "s m", false)
}

// task draws one row.
func (g *gantt) task(t GanttTask, b box, y px) {
	indent := px(0)
	if t.Lane != "" {
		indent = 100
	}
	tip := t.describe()
	if g.stacked {
		short, _ := fit(t.Label, sizeText, false, g.axis.w-120)
		g.text("halo", margin+60, y+150, start, short, tip)
		y += stackHeight
	} else {
		short, _ := fit(t.Label, sizeText, false, g.label-120-indent)
		g.text("", margin+60+indent, y+rowHeight/2+43, start, short, tip)
	}
	if !t.Baseline.IsEmpty() {
		g.ghost(t, y, tip)
	}
	if !b.ok {
		g.text("s m", g.axis.x+60, y+rowHeight/2+40, start, "not scheduled", tip)
		return
	}
	class := "bar"
	if t.Critical {
		class = "crit"
	}
	if t.Milestone {
		if !t.Critical {
			class = "stone"
		}
		g.diamond(class, b.x+stoneRadius, b.y+stoneRadius, stoneRadius, tip)
	} else {
		g.rect(class, b.x, b.y, b.w, b.h, 25, tip)
		if t.Done > 0 {
			g.rect("done", b.x, b.y+b.h-50, px(int64(b.w)*int64(t.Done)/1000), 50, 15, tip)
		}
	}
	g.tag(t, b, tip)
}

// tag writes the tag beside the bar, on the side that has room, on a patch of
// paper: links pass behind it.
func (g *gantt) tag(t GanttTask, b box, tip string) {
	text, _ := fit(t.Tag, sizeSmall, false, 2400)
	w := width(text, sizeSmall, false) + 100
	if text == "" {
		return
	}
	patch := w - 60
	switch y := b.y + b.h/2 + 40; {
	case b.x+b.w+w <= g.axis.x+g.axis.w:
		g.rect("paper", b.x+b.w+80, y-95, patch, 120, 0, "")
		g.text("s m", b.x+b.w+100, y, start, text, tip)
	case b.x-w >= g.axis.x:
		g.rect("paper", b.x-80-patch, y-95, patch, 120, 0, "")
		g.text("s m", b.x-100, y, end, text, tip)
	}
}

// ghost draws the baseline below the bar.
func (g *gantt) ghost(t GanttTask, y px, tip string) {
	if t.Milestone {
		g.diamond("base", g.axis.noon(t.Baseline.Last()), y+rowHeight-60, 45, tip)
		return
	}
	x := g.axis.at(t.Baseline.First())
	w := g.axis.at(t.Baseline.Last().AddDays(1)) - x
	g.rect("base", x, y+(rowHeight+barHeight-ghostHeight)/2+15, max(w, 20), ghostHeight, 10, tip)
}

func (c *canvas) diamond(class string, x, y, r px, tip string) {
	c.path(class, tip, "M", x, y-r, "L", x+r, y, x, y+r, x-r, y, "Z")
}

// entries explains the marks that occur.
func (g *gantt) entries() []legendEntry {
	var bar, crit, done, stone bool
	for i, t := range g.data.Tasks {
		if !g.boxes[i].ok {
			continue
		}
		bar = bar || !t.Critical && !t.Milestone
		crit = crit || t.Critical
		stone = stone || t.Milestone
		done = done || t.Done > 0 && !t.Milestone
	}
	var out []legendEntry
	add := func(occurs bool, text string, draw func(c *canvas, x, y px)) {
		if occurs {
			out = append(out, legendEntry{text, draw})
		}
	}
	add(bar, "task", func(c *canvas, x, y px) { c.rect("bar", x, y, 260, 110, 25, "") })
	add(crit, "critical", func(c *canvas, x, y px) { c.rect("crit", x, y, 260, 110, 25, "") })
	add(done, "done", func(c *canvas, x, y px) {
		c.rect("bar", x, y, 260, 110, 25, "")
		c.rect("done", x, y+60, 150, 50, 15, "")
	})
	add(stone, "milestone", func(c *canvas, x, y px) { c.diamond("stone", x+130, y+55, 70, "") })
	add(g.baseline, "baseline", func(c *canvas, x, y px) { c.rect("base", x, y+35, 260, ghostHeight, 10, "") })
	return out
}
