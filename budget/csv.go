package budget

import (
	"cmp"
	"io"
	"slices"

	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/internal/table"
	"github.com/go-marops/marops/money"
)

// ErrFile is the kind of every error about the content of a file that this
// package reads; it names file, row and column.
var ErrFile = table.ErrTable

// ReadPlan reads a budget from a CSV file with the columns node, parent, name,
// period and limit: one row per node and fiscal period, in any order. It returns the
// nodes, and the limits so that each fits when those before it are set. A parent
// must be a node of the file; it and the name need not be repeated in every row of a
// node. Whatever has no row has a limit of zero. Name is used in errors.
func ReadPlan(r io.Reader, name string, c money.Currency) (nodes []Node, limits []Command, err error) {
	rows, err := table.Read(r, name, []string{"node", "period"}, "node", "parent", "name", "period", "limit")
	if err != nil {
		return nil, nil, err
	}
	f := planFile{rows: rows, at: make(map[NodeKey]int, len(rows)), limits: make([]SetLimit, len(rows)), index: make(map[place]int, len(rows))}
	for i := range rows {
		f.row(i, c)
		if err := rows[i].Err(); err != nil {
			return nil, nil, err
		}
	}
	for _, check := range []func() *table.Row{f.checkParents, f.checkRoom} {
		if row := check(); row != nil {
			return nil, nil, row.Err()
		}
	}
	return f.nodes, f.ordered(), nil
}

// planFile is a budget as its rows say.
type planFile struct {
	rows   []*table.Row
	nodes  []Node
	named  []*table.Row    // that name a node's parent; nil = none does
	moved  *table.Row      // the first that names another; nil = none does
	at     map[NodeKey]int // place in nodes
	limits []SetLimit      // by row
	index  map[place]int   // row of a node and period
}

// place is a node in a period.
type place struct {
	node   NodeKey
	period fiscal.Key
}

func (f *planFile) row(i int, c money.Currency) {
	row := f.rows[i]
	key, parent := NodeKey(row.Name("node")), NodeKey(row.Text("parent"))
	n, ok := f.at[key]
	if !ok {
		n = len(f.nodes)
		f.at[key], f.nodes, f.named = n, append(f.nodes, Node{Key: key}), append(f.named, nil)
	}
	node := &f.nodes[n]
	node.Name = cmp.Or(node.Name, row.Text("name"))
	switch {
	case parent == "":
	case node.Parent == "":
		node.Parent, f.named[n] = parent, row
	case node.Parent != parent && f.moved == nil:
		f.moved = row
	}
	period, err := fiscal.ParseKey(row.Text("period"))
	if err != nil {
		row.Fail("period", "%v", err)
	}
	f.limits[i] = SetLimit{Node: key, Period: period, Amount: row.Amount("limit", c)}
	if f.limits[i].Amount.Sign() < 0 {
		row.Fail("limit", "%v is negative", f.limits[i].Amount)
	}
	f.index[place{key, period}] = i
}

// checkParents returns a row that names a parent which is none, or nil.
func (f *planFile) checkParents() *table.Row {
	above := make([]int, len(f.nodes))
	for n, node := range f.nodes {
		above[n] = -1
		if node.Parent == "" {
			continue
		}
		up, ok := f.at[node.Parent]
		if !ok {
			f.named[n].Fail("parent", "%q is not a node of the file", node.Parent)
			return f.named[n]
		}
		above[n] = up
	}
	if row := f.moved; row != nil {
		key := NodeKey(row.Name("node"))
		row.Fail("parent", "%q stands under %q in a row before", key, f.nodes[f.at[key]].Parent)
		return row
	}
	for _, cycle := range cycles(above) {
		row := f.named[cycle[0]]
		row.Fail("parent", "%q stands under itself: %s", f.nodes[cycle[0]].Key, cyclePath(f.nodes, cycle))
		return row
	}
	return nil
}

// parentOf returns the parent of a row's node in the row's period.
func (f *planFile) parentOf(row int) place {
	l := f.limits[row]
	return place{f.nodes[f.at[l.Node]].Parent, l.Period}
}

// above returns the row of that, if there is one.
func (f *planFile) above(row int) (at int, ok bool) {
	at, ok = f.index[f.parentOf(row)]
	return at, ok
}

// checkRoom returns the first row with a limit that its parent has not left, or nil.
func (f *planFile) checkRoom() *table.Row {
	left := make(map[place]money.Money, len(f.rows))
	for _, l := range f.limits {
		left[place{l.Node, l.Period}] = l.Amount
	}
	for i, l := range f.limits {
		above := f.parentOf(i)
		if above.node == "" {
			continue
		}
		rest, err := left[above].Sub(l.Amount)
		if err != nil || rest.Sign() < 0 {
			f.rows[i].Fail("limit", "%v is more than %q has left for its nodes in %v", l.Amount, above.node, l.Period)
			return f.rows[i]
		}
		left[above] = rest
	}
	return nil
}

// ordered returns the limits in the order of the rows, but for a parent's that stands
// after its children's in a period: it goes before them.
func (f *planFile) ordered() []Command {
	out := make([]Command, 0, len(f.rows))
	done := make([]bool, len(f.rows))
	var above []int
	for i := range f.rows {
		above = above[:0]
		for at, ok := i, true; ok && !done[at]; at, ok = f.above(at) {
			above, done[at] = append(above, at), true
		}
		for _, at := range slices.Backward(above) {
			out = append(out, f.limits[at])
		}
	}
	return out
}
