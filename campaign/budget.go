package campaign

import (
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/ident"
)

// Budget joins the tree to budget: one budget node for every BudgetNode, below
// that of the nearest node above which has another one. Nodes that share a
// BudgetNode share its money, and the first of them names it. Its owner is that of
// the first of them which has one, or which stands below one without another
// BudgetNode. The horizon is the days of all spans, launches and the start. Problems
// show when budget compiles it.
func (t Tree) Budget() budget.Structure {
	s := budget.Structure{Currency: t.Currency, Calendar: t.Fiscal}
	x := t.index()
	seen := map[budget.NodeKey]int{} // its place in s.Nodes
	for i, n := range t.Nodes {
		if n.BudgetNode == "" {
			continue
		}
		owner, parent := t.owner(x, i)
		at, shared := seen[n.BudgetNode]
		if !shared {
			at = len(s.Nodes)
			seen[n.BudgetNode] = at
			s.Nodes = append(s.Nodes, budget.Node{Key: n.BudgetNode, Parent: parent, Name: n.Name})
		}
		if s.Nodes[at].Owner == "" {
			s.Nodes[at].Owner = owner
		}
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

// owner returns who owns the money of a node, and the BudgetNode above. Who owns
// that one is its own business: budget looks there itself.
func (t Tree) owner(x index, i int) (owner ident.Person, above budget.NodeKey) {
	for k := range x.up(i) {
		n := &t.Nodes[k]
		if n.BudgetNode != "" && n.BudgetNode != t.Nodes[i].BudgetNode {
			return owner, n.BudgetNode
		}
		if owner == "" {
			owner = n.Owner
		}
	}
	return owner, ""
}
