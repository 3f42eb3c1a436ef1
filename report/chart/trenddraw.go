package chart

import (
	"cmp"
	"slices"
	"strconv"
)

// trend is a Trend chart in the making.
type trend struct {
	*sheet
	data  TrendData
	dates dateAxis
	value valueAxis
	ticks []int64
	top   px
}

func newTrend(s *sheet, d TrendData) (*trend, bool) {
	days, lo, hi, ok := d.bounds()
	if !ok {
		return nil, false
	}
	t := &trend{sheet: s, data: d}
	t.legend(t.entries())
	height := px(s.o.Height)*10 - s.y - 300
	lo, hi, t.ticks = niceAxis(lo, hi, int(min(max(height/450, 2), 8)))
	left := px(0)
	for _, v := range t.ticks {
		left = max(left, width(t.tick(v), sizeSmall, false))
	}
	right := px(0)
	for _, series := range d.Series {
		if p, ok := series.last(); ok {
			right = max(right, width(t.near(p.Value), sizeSmall, true))
		}
	}
	x0 := margin + left + 100
	t.dates = dateAxis{first: days.First(), days: max(days.Len(), 1), x: x0, w: s.w - margin - right - 140 - x0}
	lines, _ := t.dates.placeMarks(d.Marks)
	t.top = s.y + 100 + px(lines)*markRow
	t.value = valueAxis{lo: lo, hi: hi, from: t.top + max(height-px(lines)*markRow, 900), to: t.top}
	return t, true
}

// near writes an amount beside its point, rounded.
func (t *trend) near(v int64) string { return t.tick(rounded(v, t.greatest())) }

func (t *trend) greatest() uint64 {
	return max(magnitude(t.ticks[0]), magnitude(t.ticks[len(t.ticks)-1]))
}

// tick writes an amount as short as the axis allows.
func (t *trend) tick(v int64) string {
	text := t.data.Unit.compact(v, t.greatest())
	if t.data.Unit.Name == "%" {
		text += "%"
	}
	return text
}

// last returns the last point with a value.
func (s TrendSeries) last() (TrendPoint, bool) {
	for _, p := range slices.Backward(s.Points) {
		if !p.Missing {
			return p, true
		}
	}
	return TrendPoint{}, false
}

func (t *trend) draw() {
	a := t.dates
	for _, v := range t.ticks {
		class := "rule"
		if v == 0 {
			class = "axis"
		}
		t.line(class, a.x, t.value.at(v), a.x+a.w, t.value.at(v))
		t.text("s m", a.x-80, t.value.at(v)+40, end, t.tick(v), t.data.Unit.Format(v))
	}
	s := a.finest(460)
	for _, d := range a.ticks(s, false) {
		t.line("rule", a.at(d), t.value.from, a.at(d), t.value.from+50)
	}
	a.scale(&t.canvas, s, t.value.from+150, "s m", false)
	if s.upper() != s {
		a.scale(&t.canvas, s.upper(), t.value.from+300, "s b", true)
	}
	_, marks := a.placeMarks(t.data.Marks)
	marks(&t.canvas, t.top, t.value.from)
	t.levels()
	for i, series := range t.data.Series {
		t.bands(i, series)
	}
	for i, series := range t.data.Series {
		t.lines(i, series)
	}
	t.ends()
	t.y = t.value.from + 320
}

func (t *trend) levels() {
	a := t.dates
	for _, l := range t.data.Levels {
		y, tip := t.value.at(l.Value), l.Label+": "+t.data.Unit.Format(l.Value)
		t.path("aim", tip, "M", a.x, y, "H", a.x+a.w)
		short, _ := fit(tip, sizeSmall, true, a.w-100)
		at := y - 50
		if at < t.top+60 {
			at = y + 130
		}
		t.text("aimt halo", a.x+50, at, start, short, tip)
	}
}

// runs splits the points at the gaps.
func (s TrendSeries) runs(breaks func(TrendPoint) bool) [][]TrendPoint {
	var out [][]TrendPoint
	from := 0
	for i, p := range s.Points {
		if breaks(p) {
			out = append(out, s.Points[from:i])
			from = i + 1
		}
	}
	out = append(out, s.Points[from:])
	return slices.DeleteFunc(out, func(run []TrendPoint) bool { return len(run) == 0 })
}

func (t *trend) bands(i int, s TrendSeries) {
	for _, run := range s.runs(func(p TrendPoint) bool { return p.Missing || p.Band == nil }) {
		d := make([]any, 0, 4*len(run)+3)
		d = append(d, "M")
		for k, p := range run {
			if k == 1 {
				d = append(d, "L")
			}
			d = append(d, t.dates.noon(p.On), t.value.at(p.Band.High))
		}
		if len(run) == 1 {
			d = append(d, "L")
		}
		for _, p := range slices.Backward(run) {
			d = append(d, t.dates.noon(p.On), t.value.at(p.Band.Low))
		}
		t.path("band "+colour("f", i), s.Label+": band", append(d, "Z")...)
	}
}

// colour returns a class of series i.
func colour(prefix string, i int) string { return prefix + strconv.Itoa(i%6) }

func (t *trend) lines(i int, s TrendSeries) {
	runs := s.runs(func(p TrendPoint) bool { return p.Missing })
	for _, run := range runs {
		for from := 0; from+1 < len(run); {
			to := from + 1
			for to+1 < len(run) && run[to+1].Provisional == run[to].Provisional {
				to++
			}
			class := "line " + colour("c", i)
			if run[to].Provisional {
				class += " prov"
			}
			d := []any{"M"}
			for k, p := range run[from : to+1] {
				if k == 1 {
					d = append(d, "L")
				}
				d = append(d, t.dates.noon(p.On), t.value.at(p.Value))
			}
			t.path(class, s.Label, d...)
			from = to
		}
	}
	for _, run := range runs {
		for _, p := range run {
			tip := s.Label + " · " + p.On.String() + ": " + t.data.Unit.Format(p.Value)
			if p.Provisional {
				tip += " (provisional)"
			}
			if p.Band != nil {
				tip += " · " + t.data.Unit.Format(p.Band.Low) + " to " + t.data.Unit.Format(p.Band.High)
			}
			size := px(32)
			if len(run) > 1 && int64(t.dates.w)/int64(max(len(s.Points), 1)) < 120 {
				size = 18 // many points: the line matters, not the markers
			}
			t.marker(i, t.dates.noon(p.On), t.value.at(p.Value), size, p.Provisional, tip)
		}
	}
}

// marker draws circle, square, triangle or diamond, hollow if provisional.
func (c *canvas) marker(i int, x, y, r px, hollow bool, tip string) {
	class := "dot " + colour("f", i)
	if hollow {
		class = "open " + colour("c", i)
	}
	switch i % 4 {
	case 0:
		c.path(class, tip, "M", x-r, y, "A", r, r, px(0), px(10), px(0), x+r, y, "A", r, r, px(0), px(10), px(0), x-r, y, "Z")
	case 1:
		c.path(class, tip, "M", x-r, y-r, "H", x+r, "V", y+r, "H", x-r, "Z")
	case 2:
		c.path(class, tip, "M", x, y-r-5, "L", x+r+5, y+r, x-r-5, y+r, "Z")
	default:
		c.diamond(class, x, y, r+8, tip)
	}
}

// ends writes the last value of each series at its right end, moved apart where
// they would overlap.
func (t *trend) ends() {
	type label struct {
		y, x   px
		series int
		text   string
		tip    string
	}
	var labels []label
	for i, s := range t.data.Series {
		if p, ok := s.last(); ok {
			labels = append(labels, label{
				t.value.at(p.Value) + 40, t.dates.noon(p.On), i, t.near(p.Value),
				s.Label + " · " + p.On.String() + ": " + t.data.Unit.Format(p.Value),
			})
		}
	}
	slices.SortStableFunc(labels, func(a, b label) int { return cmp.Compare(a.y, b.y) })
	for i := 1; i < len(labels); i++ {
		labels[i].y = max(labels[i].y, labels[i-1].y+140)
	}
	floor := t.value.from + 40
	for _, l := range slices.Backward(labels) {
		y := min(l.y, floor)
		floor = y - 140
		t.text("s b halo", l.x+90, y, start, l.text, l.tip)
	}
}

func (t *trend) entries() []legendEntry {
	var out []legendEntry
	provisional, band := false, false
	for i, s := range t.data.Series {
		out = append(out, legendEntry{s.Label, func(c *canvas, x, y px) {
			c.path("line "+colour("c", i), "", "M", x, y+60, "H", x+260)
			c.marker(i, x+130, y+60, 32, false, "")
		}})
		for _, p := range s.Points {
			provisional = provisional || p.Provisional && !p.Missing
			band = band || p.Band != nil && !p.Missing
		}
	}
	if provisional {
		out = append(out, legendEntry{"provisional", func(c *canvas, x, y px) {
			c.path("line prov c0", "", "M", x, y+60, "H", x+260)
			c.marker(0, x+130, y+60, 32, true, "")
		}})
	}
	if band {
		out = append(out, legendEntry{"band", func(c *canvas, x, y px) { c.rect("band f0", x, y, 260, 110, 0, "") }})
	}
	if t.data.Unit.Name != "" && t.data.Unit.Name != "%" {
		out = append(out, legendEntry{"in " + t.data.Unit.Name, nil})
	}
	return out
}
