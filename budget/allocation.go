package budget

import (
	"fmt"

	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// checkAllocation refuses limits of children that add up beyond their parent's, in
// the periods where the command made that worse. What is to be transferred away
// keeps its room until that is settled.
func (b *Book) checkAllocation() error {
	for i := b.now.first; i < len(b.lines); i++ {
		l := &b.lines[i]
		if l.measure == PendingOut && l.amount < 0 { // approved: the room is gone
			if err := b.checkRoom(l.node, l.period); err != nil {
				return err
			}
		}
		if l.measure != Limit {
			continue
		}
		if l.amount < 0 || b.now.firstLimit == l.node {
			if err := b.checkRoom(l.node, l.period); err != nil {
				return err
			}
		}
		if l.amount <= 0 {
			continue
		}
		above := b.chart.parent[l.node]
		for above >= 0 && !b.cells.limited[above] {
			above = b.chart.parent[above]
		}
		if above >= 0 {
			if err := b.checkRoom(above, l.period); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *Book) checkRoom(n, period int32) error {
	have, claimed := b.cells.at(n, int(period)).capacity(), b.cells.allocated(n, int(period))
	if claimed <= have {
		return nil
	}
	return &AllocationError{b.chart.nodes[n].Key, b.chart.periods[period], b.minor(have), b.minor(claimed)}
}

// AllocationError says that the limits below a node would exceed its own. It
// matches ErrLimit.
type AllocationError struct {
	Node            NodeKey
	Period          fiscal.Key
	Limit, Children money.Money
}

func (e *AllocationError) Error() string {
	return fmt.Sprintf("%s: limits of its children add up to %v in %v, its own is %v", e.Node, e.Children, e.Period, e.Limit)
}

// Is reports whether target is ErrLimit.
func (e *AllocationError) Is(target error) bool { return target == ErrLimit }
