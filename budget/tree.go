package budget

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/finding"
)

// compileTree lays the nodes out parents first, siblings in authored order.
func (c *Chart) compileTree(nodes []Node, authored map[NodeKey]int, found *finding.List) {
	above, below := make([]int, len(nodes)), make([][]int, len(nodes))
	var queue []int
	for i, n := range nodes {
		above[i] = -1
		if authored[n.Key] != i {
			continue // a duplicate, reported
		}
		if n.Parent == "" {
			queue = append(queue, i)
			continue
		}
		parent, ok := authored[n.Parent]
		if !ok {
			found.Errorf("budget.parent.unknown", "node/"+string(n.Key), "add the parent, or mend its key", "parent %q is not a node", n.Parent)
			continue
		}
		above[i], below[parent] = parent, append(below[parent], i)
	}
	for _, cycle := range cycles(above) {
		found.Errorf("budget.parent.cycle", "node/"+string(nodes[cycle[0]].Key), "give one of them another parent", "%s", cyclePath(nodes, cycle))
	}
	c.order = make([]int32, len(nodes))
	for at := 0; at < len(queue); at++ {
		n := nodes[queue[at]]
		parent := int32(-1)
		if n.Parent != "" {
			parent = c.index[n.Parent]
		}
		i := int32(len(c.nodes)) //nolint:gosec // at most MaxNodes
		c.index[n.Key] = i
		c.order[queue[at]] = i
		n.Controls = slices.Clone(n.Controls)
		if n.Controls == nil {
			n.Controls = []Control{{}}
		}
		c.nodes = append(c.nodes, n)
		c.parent = append(c.parent, parent)
		c.controls = append(c.controls, n.Controls)
		c.children = append(c.children, nil)
		if parent >= 0 {
			c.children[parent] = append(c.children[parent], i)
		}
		queue = append(queue, below[queue[at]]...)
	}
}

// cycles returns every cycle of parents, -1 for none, each once and from its first
// member on.
func cycles(parent []int) [][]int {
	var out [][]int
	met := make([]int, len(parent)) // the walk up that came to a node first
	for i := range parent {
		at := i
		for at >= 0 && met[at] == 0 {
			met[at] = i + 1
			at = parent[at]
		}
		if at < 0 || met[at] != i+1 {
			continue
		}
		cycle := []int{at}
		for up := parent[at]; up != at; up = parent[up] {
			cycle = append(cycle, up)
		}
		first := slices.Index(cycle, slices.Min(cycle))
		out = append(out, slices.Concat(cycle[first:], cycle[:first]))
	}
	return out
}

// cyclePath writes a cycle, "a -> b -> a", shortened if it is long.
func cyclePath(nodes []Node, cycle []int) string {
	const most = 20
	var path []string
	for _, i := range cycle[:min(len(cycle), most)] {
		path = append(path, string(nodes[i].Key))
	}
	if len(cycle) > most {
		path = append(path, fmt.Sprintf("(%d more)", len(cycle)-most))
	}
	return strings.Join(append(path, string(nodes[cycle[0]].Key)), " -> ")
}

// arrange puts the nodes into preorder, without recursion: a tree may be a chain.
func (c *Chart) arrange() {
	n := len(c.nodes)
	c.preorder, c.place, c.size = make([]int32, n), make([]int32, n), make([]int32, n)
	for i := n - 1; i >= 0; i-- {
		c.size[i]++
		if up := c.parent[i]; up >= 0 {
			c.size[up] += c.size[i]
		}
	}
	var next int32                // place of the next root
	free := make([]int32, n)      // place of a node's next child
	for i, up := range c.parent { // parents stand before their children
		at := &next
		if up >= 0 {
			at = &free[up]
		}
		c.place[i] = *at
		*at += c.size[i]
		free[i] = c.place[i] + 1
		c.preorder[c.place[i]] = int32(i) //nolint:gosec // at most MaxNodes
	}
}

// branch returns a node and all below it, the node first.
func (c *Chart) branch(n int32) []int32 { return c.preorder[c.place[n]:][:c.size[n]] }

// inside reports whether a node is another or below it.
func (c *Chart) inside(n, root int32) bool {
	at := c.place[n] - c.place[root]
	return at >= 0 && at < c.size[root]
}

// own returns what stands at nodes themselves, of figures with those of the children:
// nodes × periods.
func (c *Chart) own(sums []int64) []int64 {
	out, width := slices.Clone(sums), len(c.periods)
	for n, up := range c.parent {
		if up < 0 {
			continue
		}
		for p := range width {
			out[int(up)*width+p] -= sums[n*width+p]
		}
	}
	return out
}

// rollUp adds to figures those of the children, in place: the opposite of own. It is
// false if one comes to maxGross.
func (c *Chart) rollUp(figures []int64) bool {
	width := len(c.periods)
	for n, parent := range slices.Backward(c.parent) {
		up := int(parent)
		if up < 0 {
			continue
		}
		for p := range width {
			x := figures[n*width+p]
			if !grows(figures[up*width+p], x) {
				return false
			}
			figures[up*width+p] += x
		}
	}
	return true
}
