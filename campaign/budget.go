package campaign

import (
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
)

// Budget joins the tree to budget: one budget node for every BudgetNode, below
// that of the nearest node above which has another one. Nodes that share a
// BudgetNode share its money, and the first of them names it. The horizon is
// the days of all spans, launches and the start. Problems show when budget
// compiles it.
func (t Tree) Budget() budget.Structure {
	s := budget.Structure{Currency: t.Currency, Calendar: t.Fiscal}
	x := t.index()
	seen := map[budget.NodeKey]bool{}
	for i, n := range t.Nodes {
		if n.BudgetNode == "" || seen[n.BudgetNode] {
			continue
		}
		seen[n.BudgetNode] = true
		out := budget.Node{Key: n.BudgetNode, Name: n.Name}
		for k := range x.up(i) {
			if above := t.Nodes[k].BudgetNode; above != "" && above != n.BudgetNode {
				out.Parent = above
				break
			}
		}
		s.Nodes = append(s.Nodes, out)
	}
	first, last := t.Start, t.Start
	widen := func(d civil.Date) {
		if d.IsZero() {
			return
		}
		if first.IsZero() || d.Before(first) {
			first = d
		}
		if d.After(last) {
			last = d
		}
	}
	for _, n := range t.Nodes {
		widen(n.Span.First())
		widen(n.Span.Last())
		widen(n.Launch.Date)
	}
	if !first.IsZero() {
		s.Horizon = civil.Days(first, last)
	}
	return s
}
