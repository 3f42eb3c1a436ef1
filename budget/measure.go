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
	PendingOut // asked to be transferred away: already deducted from Limit, for information
	measures
)

var measureNames = [...]string{"limit", "plan", "forecast", "reserved", "open commitment", "accrued", "actual", "pending transfer"}

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

// delta is one change of one measure at one node and period.
type delta struct {
	node    int32
	period  int
	measure Measure
	amount  int64
}

// cells holds the figures, dense: node-major, then period.
type cells struct {
	chart   *Chart
	amounts [][measures]int64
	limited []bool // nodes that ever had a limit
	gross   uint64 // sum of the magnitudes of all changes: bounds every figure
}

// maxGross keeps every figure, and the sum of any two, inside 64 bits.
const maxGross = 1 << 62

func newCells(c *Chart) cells {
	return cells{chart: c, amounts: make([][measures]int64, len(c.nodes)*len(c.periods)), limited: make([]bool, len(c.nodes))}
}

func (c *cells) at(node int32, period int) *[measures]int64 {
	return &c.amounts[int(node)*len(c.chart.periods)+period]
}

// apply adds the deltas, or returns an error and changes nothing.
func (c *cells) apply(ds []delta) error {
	gross := c.gross
	for _, d := range ds {
		magnitude := uint64(max(d.amount, -d.amount))
		if magnitude > maxGross || gross+magnitude >= maxGross {
			return fmt.Errorf("book has moved more than 2^62 minor units: %w", money.ErrOverflow)
		}
		gross += magnitude
	}
	c.gross = gross
	c.add(ds, 1)
	return nil
}

// revert takes the deltas back.
func (c *cells) revert(ds []delta) { c.add(ds, -1) }

func (c *cells) add(ds []delta, sign int64) {
	for _, d := range ds {
		for n := d.node; n >= 0; n = c.chart.parent[n] {
			c.at(n, d.period)[d.measure] += sign * d.amount
			if !d.measure.rolls() {
				break
			}
		}
	}
}

// sum returns a node's figures over the periods [from, to).
func (c *cells) sum(node int32, from, to int) (total [measures]int64) {
	for p := from; p < to; p++ {
		for m, amount := range c.at(node, p) {
			total[m] += amount
		}
	}
	return total
}

func used(t *[measures]int64) int64 { return t[Reserved] + t[OpenCommitment] + t[Accrued] + t[Actual] }
