package chart

import (
	"fmt"
	"io"
	"strings"

	"github.com/go-marops/marops/civil"
)

// TrendData is one or more series over time.
type TrendData struct {
	Series []TrendSeries // at most 24
	Levels []TrendLevel  // horizontal lines: targets, limits
	Marks  []Mark        // drawn when inside the dates of the series
	Unit   Unit
}

// TrendSeries is one line.
type TrendSeries struct {
	Label  string
	Points []TrendPoint // by rising date; at most 20,000 over all series
}

// TrendPoint is the value on a day.
type TrendPoint struct {
	On          civil.Date
	Value       int64 // within ±10^18
	Missing     bool  // no value is known: the line has a gap here
	Provisional bool  // may still change: the line to this point is dashed
	Band        *Band // for example a forecast interval; nil: none
}

// Band is an interval around a value.
type Band struct{ Low, High int64 }

// TrendLevel is a horizontal line.
type TrendLevel struct {
	Label string
	Value int64
}

// Trend writes the series as SVG. Lines run from point to point in the order
// given and break at missing points; series differ by colour and by marker. The
// value axis includes zero when it costs less than half of the height. Errors
// match ErrData or ErrOptions, or come from w.
func Trend(w io.Writer, data TrendData, o *Options) error {
	opts, err := o.resolve()
	if err != nil {
		return fmt.Errorf("trend: %w", err)
	}
	if err := data.check(); err != nil {
		return fmt.Errorf("trend: %w", err)
	}
	s := newSheet(opts, "Trend", data.summary())
	t, ok := newTrend(s, data)
	if !ok {
		s.noData()
		return s.writeTo(w)
	}
	t.draw()
	return s.writeTo(w)
}

func (d TrendData) check() error {
	var c checker
	d.Unit.check(&c)
	c.count("series", len(d.Series), 24)
	c.count("levels", len(d.Levels), 24)
	checkMarks(&c, d.Marks)
	n := 0
	for _, s := range d.Series {
		n += len(s.Points)
	}
	c.count("points", n, maxPoints)
	if c.err != nil {
		return c.err
	}
	var first, last civil.Date
	for _, s := range d.Series {
		c.text("series", s.Label)
		before := civil.Date{}
		for i, p := range s.Points {
			where := fmt.Sprintf("series %q, point %d", s.Label, i+1)
			if !p.On.After(before) {
				c.failf("%s: %q does not come after %q", where, p.On, before)
			}
			before = p.On
			if first.IsZero() || p.On.Before(first) {
				first = p.On
			}
			if last.Before(p.On) {
				last = p.On
			}
			c.amount(where, p.Value)
			if p.Band != nil {
				c.amount(where, p.Band.Low, p.Band.High)
				if p.Band.Low > p.Band.High {
					c.failf("%s: band from %d down to %d", where, p.Band.Low, p.Band.High)
				}
			}
		}
	}
	if !first.IsZero() && last.Sub(first) >= maxDays {
		c.failf("%d days: at most %d can be drawn", last.Sub(first)+1, maxDays)
	}
	for _, l := range d.Levels {
		c.text("level", l.Label)
		c.amount("level "+l.Label, l.Value)
	}
	return c.err
}

func (d TrendData) summary() string {
	var text strings.Builder
	for _, s := range d.Series {
		known, missing := 0, 0
		var first, last TrendPoint
		for _, p := range s.Points {
			if p.Missing {
				missing++
				continue
			}
			if known == 0 {
				first = p
			}
			known++
			last = p
		}
		if known == 0 {
			text.WriteString(s.Label + ": no values. ")
			continue
		}
		fmt.Fprintf(&text, "%s: %s on %s, %s on %s", s.Label, d.Unit.Format(first.Value), first.On, d.Unit.Format(last.Value), last.On)
		if last.Provisional {
			text.WriteString(" (provisional)")
		}
		if missing > 0 {
			fmt.Fprintf(&text, ", %d missing", missing)
		}
		text.WriteString(". ")
	}
	for _, l := range d.Levels {
		text.WriteString(l.Label + ": " + d.Unit.Format(l.Value) + ". ")
	}
	if text.Len() == 0 {
		return "No series."
	}
	return strings.TrimSuffix(text.String(), " ")
}

// bounds returns the days and amounts of everything drawn.
func (d TrendData) bounds() (days civil.Period, lo, hi int64, ok bool) {
	var first, last civil.Date
	amount := func(v int64) {
		if !ok {
			lo, hi, ok = v, v, true
		}
		lo, hi = min(lo, v), max(hi, v)
	}
	for _, s := range d.Series {
		for _, p := range s.Points {
			if first.IsZero() || p.On.Before(first) {
				first = p.On
			}
			if last.Before(p.On) {
				last = p.On
			}
			if p.Missing {
				continue
			}
			amount(p.Value)
			if p.Band != nil {
				amount(p.Band.Low)
				amount(p.Band.High)
			}
		}
	}
	if !ok {
		return civil.Period{}, 0, 0, false
	}
	for _, l := range d.Levels {
		amount(l.Value)
	}
	switch { // zero belongs on the axis unless it would flatten the lines
	case lo > 0 && lo <= hi/2:
		lo = 0
	case hi < 0 && hi >= lo/2:
		hi = 0
	}
	return civil.Days(first, last), lo, hi, true
}
