package budget

import (
	"fmt"

	"github.com/go-marops/marops/money"
)

// Commands returns what makes a measure of a book, Limit, Plan or Forecast, as the
// version has it; the book is nil for an empty one. What the book has and the
// version has not becomes zero. A node without a figure that has no limit so far gets
// none. A limit is that of the whole branch, plans and forecasts are what stands at
// the node itself.
//
// The commands are in an order in which no limit stands above its parent's on the
// way, if none does in the version: limits that have room are raised first, parents
// before children, then limits are cut, children first, and then the others are
// raised. So money that is used can move between the periods of a control, if it need
// not be taken from another node before. What may be refused all the same: less than
// is used, a change of a closed period, and room that a transfer under way holds.
//
// Errors match ErrUnknown: another measure, or a book of another chart.
func (v *Version) Commands(m Measure, book *Book) ([]Command, error) {
	if book != nil && book.chart != v.chart {
		return nil, fmt.Errorf("version %s: %w: the book is of another chart", v.name, ErrUnknown)
	}
	switch m {
	case Limit:
		return v.limits(book), nil
	case Plan, Forecast:
		return v.figures(m, book), nil
	default:
		return nil, fmt.Errorf("version %s as %v: %w: want limit, plan or forecast", v.name, m, ErrUnknown)
	}
}

// figures returns the commands for a measure that adds up the tree.
func (v *Version) figures(m Measure, book *Book) []Command {
	c := v.chart
	want, have := c.own(v.sums), make([]int64, len(v.sums))
	if book != nil {
		for i := range have {
			have[i] = book.cells.at(int32(i/len(c.periods)), i%len(c.periods))[m] //nolint:gosec // at most MaxNodes
		}
		have = c.own(have)
	}
	var out []Command
	for i, x := range want {
		if x == have[i] {
			continue
		}
		node, period, amount := c.nodes[i/len(c.periods)].Key, c.periods[i%len(c.periods)], money.Minor(x, c.Currency())
		if m == Plan {
			out = append(out, SetPlan{node, period, amount})
		} else {
			out = append(out, SetForecast{node, period, amount})
		}
	}
	return out
}

// raising follows the room of limits while they are raised.
type raising struct {
	v       *Version
	cells   *cells  // nil = of an empty book
	limited []bool  // by now
	near    []int32 // the nearest node above that has a limit by now; -1 = none
	claims  []int64 // of limits below, as cells.allocated: nodes × periods
	raised  []bool  // nodes × periods
	out     []Command
}

func (v *Version) limits(book *Book) []Command {
	c := v.chart
	count := int32(len(c.nodes)) //nolint:gosec // at most MaxNodes
	r := raising{v: v, limited: make([]bool, count), near: make([]int32, count), claims: make([]int64, len(v.sums)), raised: make([]bool, len(v.sums))}
	if book != nil {
		r.cells = &book.cells
		copy(r.limited, r.cells.limited)
		copy(r.claims, r.cells.below)
	}
	for n := range count {
		r.raise(n)
	}
	for n := count - 1; n >= 0; n-- {
		for p := range c.periods {
			if have, _ := r.stands(n, p); *v.at(n, p) < have {
				r.set(n, p)
			}
		}
	}
	for n := range count {
		for p := range c.periods {
			if have, _ := r.stands(n, p); *v.at(n, p) > have && !r.raised[int(n)*len(c.periods)+p] {
				r.set(n, p)
			}
		}
	}
	return r.out
}

// stands returns a limit of the book, and what limits below may add up to beyond it.
func (r *raising) stands(n int32, p int) (limit, pending int64) {
	if r.cells == nil {
		return 0, 0
	}
	f := r.cells.at(n, p)
	return f[Limit], f[PendingOut]
}

func (r *raising) set(n int32, p int) {
	c := r.v.chart
	r.out = append(r.out, SetLimit{c.nodes[n].Key, c.periods[p], money.Minor(*r.v.at(n, p), c.Currency())})
}

// raise sets the limits of a node that are to be higher and fit at once; those above
// it had their turn.
func (r *raising) raise(n int32) {
	v, width := r.v, len(r.v.chart.periods)
	near := v.chart.parent[n]
	if near >= 0 && !r.limited[near] {
		near = r.near[near]
	}
	r.near[n] = near
	first := !r.limited[n]
	for p := range width {
		at := int(n)*width + p
		have, _ := r.stands(n, p)
		if v.sums[at] <= have {
			continue
		}
		more := v.sums[at] - have
		if first {
			if more = v.sums[at] - r.claims[at]; more < 0 {
				continue // what is below is cut before
			}
		}
		if near >= 0 {
			above := int(near)*width + p
			room, out := r.stands(near, p)
			if r.raised[above] {
				room = v.sums[above]
			}
			if r.claims[above]+more > room+out {
				continue
			}
			r.claims[above] += more
		}
		r.limited[n], r.raised[at] = true, true
		r.set(n, p)
	}
}
