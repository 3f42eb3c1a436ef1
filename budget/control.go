package budget

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// check looks at every control on the way up from the nodes that the deltas
// touched, after they were applied, and only where they made things tighter: an
// improvement is never refused. It returns the first blocking control, nearest
// to the leaf, and findings for the others.
func (b *Book) check(ds []delta, decision bool) (finding.List, error) {
	type touched struct {
		node   int32
		period int
	}
	var seen []touched
	var found finding.List
	for _, d := range ds {
		for n := d.node; n >= 0; n = b.chart.parent[n] {
			at := touched{n, d.period}
			if !b.cells.limited[n] || slices.Contains(seen, at) {
				continue
			}
			seen = append(seen, at)
			for _, control := range b.chart.controls[n] {
				over := b.exceeded(n, d.period, control, ds)
				if over == nil {
					continue
				}
				if decision && control.Action == Block {
					return nil, over
				}
				severity := finding.Warning
				if control.Action == Warn {
					severity = finding.Info
				}
				found.Add(finding.Finding{
					Code: "budget.limit.exceeded", Severity: severity, Subject: "node/" + string(over.Node),
					Evidence: []string{fmt.Sprintf("%v more used, headroom was %v (%v window)", over.Wanted, over.Headroom, control.Window)},
					Fix:      "raise the limit, transfer to it, or release what is not needed",
				})
			}
		}
	}
	return found, nil
}

// exceeded returns what a control objects to, or nil.
func (b *Book) exceeded(node int32, period int, control Control, ds []delta) *LimitError {
	from, to := b.chart.span(control.Window, period)
	after := b.cells.sum(node, from, to)
	allowed := tolerated(after[Limit], control)
	over := used(&after) > allowed
	tightened := int64(0) // by how much the deltas raised use, or cut the limit
	for _, d := range ds {
		if d.period < from || d.period >= to {
			continue
		}
		switch {
		case d.measure.used() && b.chart.within(d.node, node):
			tightened += d.amount
		case d.measure == Limit && d.node == node:
			tightened -= d.amount
		}
	}
	if !over || tightened <= 0 {
		return nil
	}
	return &LimitError{
		Node: b.chart.nodes[node].Key, Control: control,
		Wanted:   money.Minor(tightened, b.chart.Currency()),
		Headroom: money.Minor(allowed-used(&after)+tightened, b.chart.Currency()),
	}
}

// tolerated returns Limit × (100+Percent)/100 + Absolute, rounded down and
// saturating below maxGross.
func tolerated(limit int64, c Control) int64 {
	extra := uint64(0)
	if limit > 0 && c.Percent > 0 {
		hi, lo := bits.Mul64(uint64(limit), uint64(c.Percent))
		if hi >= 100 {
			return maxGross - 1
		}
		extra, _ = bits.Div64(hi, lo, 100)
	}
	extra = min(extra, maxGross) + uint64(min(c.Absolute.Minor(), maxGross))
	if limit > 0 {
		extra = min(extra, maxGross-1-uint64(limit)) // limit < maxGross, see cells
	}
	return limit + int64(min(extra, maxGross-1)) //nolint:gosec // bounded by the min
}

// within reports whether node lies in the subtree of root.
func (c *Chart) within(node, root int32) bool {
	for ; node >= 0; node = c.parent[node] {
		if node == root {
			return true
		}
	}
	return false
}

// checkAllocation refuses limits of children that add up beyond their parent's.
func (b *Book) checkAllocation(node int32, period int) error {
	check := func(parent int32) error {
		if !b.cells.limited[parent] {
			return nil
		}
		var sum int64
		for _, child := range b.chart.children[parent] {
			sum += b.cells.at(child, period)[Limit]
		}
		limit := b.cells.at(parent, period)[Limit]
		if sum <= limit {
			return nil
		}
		c := b.chart.Currency()
		return &AllocationError{b.chart.nodes[parent].Key, money.Minor(limit, c), money.Minor(sum, c)}
	}
	errs := []error{check(node)}
	if parent := b.chart.parent[node]; parent >= 0 {
		errs = append(errs, check(parent))
	}
	return errors.Join(errs...)
}

// AllocationError says that the limits of a node's children would exceed its
// own. It matches ErrLimit.
type AllocationError struct {
	Node            NodeKey
	Limit, Children money.Money
}

func (e *AllocationError) Error() string {
	return fmt.Sprintf("%s: limits of its children add up to %v, its own is %v", e.Node, e.Children, e.Limit)
}

// Is reports whether target is ErrLimit.
func (e *AllocationError) Is(target error) bool { return target == ErrLimit }
