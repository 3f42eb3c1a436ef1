package chart

import (
	"fmt"
	"io"
)

// WaterfallData is a sum step by step: a limit, what is taken from it, what is
// left.
type WaterfallData struct {
	Steps []WaterfallStep // at most 5,000
	Unit  Unit
}

// WaterfallStep is one row of a waterfall.
type WaterfallStep struct {
	Label  string
	Amount int64 // within ±10^18, as every running total must be
	Kind   StepKind
	Note   string // more for the tooltip
}

// StepKind says what Amount is. The zero value is Change.
type StepKind uint8

// The kinds of steps. A Change is added to the running total. A Total is the
// running total itself, drawn from zero: as first step it opens the sum, later
// it must equal what the steps before it add up to.
const (
	Change StepKind = iota
	Total
)

// Waterfall writes the steps as SVG, one row each, joined by connectors. Errors
// match ErrData (also for a Total that is not the sum) or ErrOptions, or come
// from w.
func Waterfall(w io.Writer, data WaterfallData, o *Options) error {
	opts, err := o.resolve()
	if err != nil {
		return fmt.Errorf("waterfall: %w", err)
	}
	levels, err := data.levels()
	if err != nil {
		return fmt.Errorf("waterfall: %w", err)
	}
	s := newSheet(opts, "Waterfall", data.summary())
	if len(data.Steps) == 0 {
		s.noData()
		return s.writeTo(w)
	}
	data.draw(s, levels)
	return s.writeTo(w)
}

// levels checks the steps and returns the running total after each.
func (d WaterfallData) levels() ([]int64, error) {
	var c checker
	d.Unit.check(&c)
	c.count("steps", len(d.Steps), maxRows)
	levels := make([]int64, 0, min(len(d.Steps), maxRows))
	level := int64(0)
	for i, step := range d.Steps {
		if c.err != nil {
			return nil, c.err
		}
		where := fmt.Sprintf("step %d (%q)", i+1, step.Label)
		c.text(where, step.Label, step.Note)
		c.amount(where, step.Amount)
		switch {
		case step.Kind > Total:
			c.failf("%s: unknown kind %d", where, step.Kind)
		case step.Kind == Total && i == 0:
			level = step.Amount
		case step.Kind == Total && step.Amount != level:
			c.failf("%s: %s given, the steps add up to %s", where, d.Unit.Format(step.Amount), d.Unit.Format(level))
		case step.Kind == Change:
			level += step.Amount
		}
		c.amount(where+": running total", level)
		levels = append(levels, level)
	}
	return levels, c.err
}

func (d WaterfallData) summary() string {
	if len(d.Steps) == 0 {
		return "No steps."
	}
	text := ""
	for i, s := range d.Steps {
		if i == 12 {
			return text + fmt.Sprintf("; and %s more.", count(len(d.Steps)-i, "step"))
		}
		if i > 0 {
			text += "; "
		}
		text += s.Label + " " + s.amount(d.Unit)
	}
	return text + "."
}

func (s WaterfallStep) amount(u Unit) string {
	if s.Kind == Total {
		return u.Format(s.Amount)
	}
	return u.signed(s.Amount)
}

// waterfallFrame is where the rows of a waterfall stand. On a narrow sheet
// labels and amounts stand above the bars, else beside them.
type waterfallFrame struct {
	axis        valueAxis
	ticks       []int64
	top, row    px
	bar         px // offset of the bar in its row
	baseline    px // of the text in its row
	label       px // room for the label
	zero, below px
}

const waterfallBar px = 190

func (d WaterfallData) frame(s *sheet, levels []int64) waterfallFrame {
	var lo, hi int64
	label, value := px(0), px(0)
	for i, step := range d.Steps {
		lo, hi = min(lo, levels[i]), max(hi, levels[i])
		label = max(label, width(step.Label, sizeText, true))
		value = max(value, width(step.amount(d.Unit), sizeText, true))
	}
	value = min(value, s.w*45/100)
	f := waterfallFrame{top: s.y + 40, row: 320, bar: 65, baseline: 203, label: min(label, s.w*30/100, 2800)}
	x0, x1 := margin+f.label+120, s.w-margin-value-100
	if s.w < narrow {
		f.row, f.bar, f.baseline = 450, 210, 165
		f.label = s.w - 2*margin - value - 200
		x0, x1 = margin+100, s.w-margin-100
	}
	lo, hi, f.ticks = niceAxis(lo, hi, int(max((x1-x0)/900, 2)))
	f.axis = valueAxis{lo: lo, hi: hi, from: x0, to: x1}
	f.zero, f.below = f.axis.at(0), f.top+f.row*px(len(d.Steps))
	return f
}

func (d WaterfallData) draw(s *sheet, levels []int64) {
	f := d.frame(s, levels)
	greatest := max(magnitude(f.axis.lo), magnitude(f.axis.hi))
	for i, step := range d.Steps {
		if step.Kind == Total {
			s.rect("soft", margin, f.top+f.row*px(i)+20, s.w-2*margin, f.row-40, 40, "")
		}
	}
	free := px(0) // a tick whose name would touch the one before stays without
	for _, t := range f.ticks {
		x, name := f.axis.at(t), d.Unit.compact(t, greatest)
		s.line("rule", x, f.top, x, f.below)
		if half := width(name, sizeSmall, false) / 2; x-half >= free && x+half <= s.w {
			s.text("s m", x, f.below+150, middle, name, d.Unit.Format(t))
			free = x + half + 60
		}
	}
	before := int64(0)
	for i, step := range d.Steps {
		y := f.top + f.row*px(i)
		from, to := f.axis.at(before), f.axis.at(levels[i])
		class := ""
		if step.Kind == Total {
			from, class = f.zero, "b"
		}
		d.step(s, step, levels[i], y+f.baseline, box{x: min(from, to), y: y + f.bar, w: max(to-from, from-to), h: waterfallBar})
		s.label(class, margin+60, y+f.baseline, start, step.Label, sizeText, class != "", f.label)
		if i+1 < len(d.Steps) {
			s.line("conn", to, y+f.bar+waterfallBar, to, y+f.row+f.bar)
		}
		before = levels[i]
	}
	s.line("axis", f.zero, f.top, f.zero, f.below)
	s.y = f.below + 190
	if d.Unit.Name != "" {
		s.text("s m", s.w-margin-60, s.y+120, end, "in "+d.Unit.Name, "")
		s.y += 130
	}
}

// step draws the bar of one step and its amount.
func (d WaterfallData) step(s *sheet, step WaterfallStep, level int64, baseline px, b box) {
	tip := step.Label + ": " + step.amount(d.Unit)
	if step.Kind == Change {
		tip += " · leaves " + d.Unit.Format(level)
	}
	if step.Note != "" {
		tip += " · " + step.Note
	}
	class, text := "up", ""
	switch {
	case step.Kind == Total && level < 0:
		class, text = "neg", "bad"
	case step.Kind == Total:
		class, text = "total", "b"
	case step.Amount < 0:
		class = "down"
	}
	s.rect(class, b.x, b.y, max(b.w, 15), b.h, 20, tip)
	if class == "neg" {
		s.hatch(b.x, b.y, b.w, b.h)
	}
	short, _ := fit(step.amount(d.Unit), sizeText, text != "", s.w*45/100)
	s.text(text, s.w-margin-60, baseline, end, short, tip)
}
