package budget

import (
	"fmt"

	"github.com/go-marops/marops/money"
)

// Measure is one of the ways in which money stands in a budget.
type Measure uint8

// The measures. Reserved, OpenCommitment, Accrued and Actual are the used ones:
// they are disjoint, and a node's include its children's.
const (
	Limit Measure = iota
	Plan
	Forecast
	Reserved
	OpenCommitment
	Accrued
	Actual
	FXVariance // by how much actual rates made Actual dearer than budget rates: part of no other figure
	PendingOut // asked to be transferred away: already deducted from Limit, for information
	measures   = iota
)

// held is the column with the sum of the used measures.
const held = measures

var measureNames = [...]string{"limit", "plan", "forecast", "reserved", "open commitment", "accrued", "actual", "fx variance", "pending transfer"}

// String returns the lower-case name.
func (m Measure) String() string { return name(measureNames[:], int(m)) }

// MarshalText writes the name.
func (m Measure) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads the name.
func (m *Measure) UnmarshalText(text []byte) error { return parse(m, measureNames[:], text) }

func (m Measure) used() bool { return m >= Reserved && m <= Actual }

// rolls reports whether a node's figure includes its children's. Limits do not:
// what a parent has beyond its children's is unallocated on purpose.
func (m Measure) rolls() bool { return m != Limit && m != PendingOut }

// figures are the measures of one node in one period or sum of periods, and held.
type figures [measures + 1]int64

// capacity is what the limits below may add up to.
func (f *figures) capacity() int64 { return f[Limit] + f[PendingOut] }

// cells holds the figures, dense: per node the periods, the years and the total,
// so that a control looks at one row and not at all periods.
type cells struct {
	chart   *Chart
	rows    []figures
	width   int // rows per node
	total   int // row of the total, that of the year if there is one alone
	limited []bool
	below   []int64 // by node and period: what the limits below claim
	gross   uint64  // sum of the magnitudes of all changes: bounds every figure
}

// maxGross keeps every figure, and the sum of any two, inside 64 bits.
const maxGross = 1 << 62

func newCells(c *Chart) cells {
	s := cells{chart: c, limited: make([]bool, len(c.nodes)), below: make([]int64, len(c.nodes)*len(c.periods))}
	s.total = len(c.periods) + c.days.years
	s.width = s.total + 1
	if c.days.years == 1 {
		s.total, s.width = s.total-1, s.width-1
	}
	s.rows = make([]figures, len(c.nodes)*s.width)
	return s
}

func (c *cells) at(node int32, period int) *figures { return &c.rows[int(node)*c.width+period] }

// admit counts a change before it is added.
func (c *cells) admit(amount int64) error {
	magnitude := uint64(max(amount, -amount)) //nolint:gosec // the smallest int64 is its own negative, beyond maxGross as uint64
	if magnitude > maxGross || c.gross+magnitude >= maxGross {
		return fmt.Errorf("book has moved more than 2^62 minor units: %w", money.ErrOverflow)
	}
	c.gross += magnitude
	return nil
}

// add changes a measure of a node and, if it rolls, of its ancestors.
func (c *cells) add(node int32, period int, m Measure, amount int64) {
	year := len(c.chart.periods) + c.chart.days.year[period]
	used := m.used()
	if !m.rolls() {
		before := c.claim(node, period)
		c.enter(node, period, m, amount)
		c.claimed(node, period, before)
		return
	}
	for n := node; n >= 0; n = c.chart.parent[n] {
		rows := c.rows[int(n)*c.width : int(n)*c.width+c.width]
		rows[period][m] += amount
		rows[year][m] += amount
		if used {
			rows[period][held] += amount
			rows[year][held] += amount
		}
		if c.total != year {
			rows[c.total][m] += amount
			if used {
				rows[c.total][held] += amount
			}
		}
	}
}

// enter adds to the rows of a node alone.
func (c *cells) enter(n int32, period int, m Measure, amount int64) {
	for _, row := range [...]int{period, len(c.chart.periods) + c.chart.days.year[period], c.total} {
		f := c.at(n, row)
		if f[m] += amount; m.used() {
			f[held] += amount
		}
		if row == c.total {
			break // it may be the year
		}
	}
}

// sum returns a node's figures in a window around a period.
func (c *cells) sum(node int32, period int, w Window) figures {
	switch w {
	case Period:
		return *c.at(node, period)
	case Year:
		return *c.at(node, len(c.chart.periods)+c.chart.days.year[period])
	case Total:
		return *c.at(node, c.total)
	case YTD:
	}
	var total figures
	from, to := c.chart.span(w, period)
	for p := from; p < to; p++ {
		for m, amount := range c.at(node, p) {
			total[m] += amount
		}
	}
	return total
}

// use returns limit and held alone: what a control asks for.
func (c *cells) use(node int32, period int, w Window) (limit, used int64) {
	row := c.total
	switch w {
	case Period:
		row = period
	case Year:
		row = len(c.chart.periods) + c.chart.days.year[period]
	case YTD:
		for p := c.chart.days.yearFrom[c.chart.days.year[period]]; p <= period; p++ {
			f := c.at(node, p)
			limit, used = limit+f[Limit], used+f[held]
		}
		return limit, used
	case Total:
	}
	f := c.at(node, row)
	return f[Limit], f[held]
}

// allocated returns what limits below a node claim in a period.
func (c *cells) allocated(node int32, period int) int64 {
	return c.below[int(node)*len(c.chart.periods)+period]
}

// claim is what a node takes of the limit above it: its own limit or, if it has none,
// what those below it claim.
func (c *cells) claim(node int32, period int) int64 {
	if !c.limited[node] {
		return c.allocated(node, period)
	}
	return c.at(node, period).capacity()
}

// claimed hands on to the nodes above that the claim of a node has changed.
func (c *cells) claimed(node int32, period int, before int64) {
	for more := c.claim(node, period) - before; more != 0; {
		if node = c.chart.parent[node]; node < 0 {
			return
		}
		before = c.claim(node, period)
		c.below[int(node)*len(c.chart.periods)+period] += more
		more = c.claim(node, period) - before
	}
}

// limit says whether a node has a limit.
func (c *cells) limit(node int32, limited bool) {
	before := make([]int64, len(c.chart.periods))
	for p := range before {
		before[p] = c.claim(node, p)
	}
	c.limited[node] = limited
	for p, x := range before {
		c.claimed(node, p, x)
	}
}
