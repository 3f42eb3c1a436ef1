package chart

import (
	"errors"
	"fmt"
)

// Options says how to draw a chart. A nil *Options is the zero value, which is
// ready to use.
type Options struct {
	// Title is drawn above the chart and names it for screen readers.
	Title string
	// Desc describes the chart for screen readers; when empty, a summary of the
	// data takes its place. It is not drawn.
	Desc string
	// Width is the width of the drawing in pixels, 280 to 4000; 0 means 960. The
	// svg element itself always fills its container.
	Width int
	// Height is the height of a Trend in pixels, 160 to 4000; 0 means 340. The
	// other charts are as high as their rows.
	Height int
}

// ErrOptions is the kind of every error about Options.
var ErrOptions = errors.New("invalid chart options")

// ErrData is the kind of every error about the data of a chart: a size cap, a
// shape that does not fit, an amount out of range. The text names the place.
var ErrData = errors.New("invalid chart data")

// Size caps. What is larger is refused: nobody can read it, and a browser
// should not have to draw it.
const (
	maxRows   = 5_000
	maxLinks  = 20_000
	maxCols   = 400
	maxCells  = 50_000
	maxPoints = 20_000
	maxDays   = 40_000 // about 110 years
	maxText   = 10_000 // bytes in one label or note
)

const (
	defaultWidth, minWidth, maxWidth    = 960, 280, 4000
	defaultHeight, minHeight, maxHeight = 340, 160, 4000
)

// resolve returns the options with defaults filled in.
func (o *Options) resolve() (Options, error) {
	r := Options{}
	if o != nil {
		r = *o
	}
	if r.Width == 0 {
		r.Width = defaultWidth
	}
	if r.Height == 0 {
		r.Height = defaultHeight
	}
	if r.Width < minWidth || r.Width > maxWidth {
		return r, fmt.Errorf("%w: width %d: want %d to %d", ErrOptions, r.Width, minWidth, maxWidth)
	}
	if r.Height < minHeight || r.Height > maxHeight {
		return r, fmt.Errorf("%w: height %d: want %d to %d", ErrOptions, r.Height, minHeight, maxHeight)
	}
	if len(r.Title) > maxText || len(r.Desc) > maxText {
		return r, fmt.Errorf("%w: title or description longer than %d bytes", ErrOptions, maxText)
	}
	return r, nil
}

// checker collects the first problem of a data set.
type checker struct{ err error }

func (c *checker) failf(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf("%w: "+format, append([]any{ErrData}, args...)...)
	}
}

func (c *checker) count(what string, n, limit int) {
	if n > limit {
		c.failf("%d %s: at most %d can be drawn", n, what, limit)
	}
}

func (c *checker) text(where string, texts ...string) {
	for _, t := range texts {
		if len(t) > maxText {
			c.failf("%s: text of %d bytes: at most %d", where, len(t), maxText)
		}
	}
}

func (c *checker) amount(where string, amounts ...int64) {
	for _, a := range amounts {
		if a > maxAmount || a < -maxAmount {
			c.failf("%s: amount %d: beyond ±10^18", where, a)
		}
	}
}
