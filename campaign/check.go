package campaign

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
)

// Check returns what is wrong with the tree, worst first. Errors:
//
//	campaign.node.id           a node without an id
//	campaign.node.duplicate    an id or key given twice
//	campaign.node.parent       a parent that is not there
//	campaign.node.cycle        nodes that are each other's ancestors (evidence: the path)
//	campaign.node.level        a node above its parent's level
//	campaign.node.launch       a launch that does not exist, or whose task is not there
//	campaign.task.duplicate    a key that is empty or given twice
//	campaign.task.node         a task whose node is not there
//	campaign.task.predecessor  a predecessor that is not there
//	campaign.task.cycle        tasks that wait for each other (evidence: the path)
//	campaign.task.actual       finished without or before having started
//	campaign.task.anchor       an anchor that no node above the task has
//	campaign.gate.duplicate    a key that is empty or given twice
//	campaign.gate.node         a gate whose node is not there
//	campaign.gate.task         a task that a gate waits for and that is not there
//	campaign.gate.anchor       an anchor that no node above the gate has
//	campaign.goal.node         a goal or contribution whose node is not there
//	campaign.goal.target       a target of absurd size
//	campaign.budget.currency   a budget in another currency than the tree's
//
// Warnings: campaign.root.level for roots of different levels,
// campaign.task.unassigned for a task that nobody does, campaign.budget.exceeded
// for children whose budgets add up beyond their parent's.
func (t Tree) Check() finding.List {
	c := checker{t: t, x: t.index()}
	c.nodes()
	c.tasks()
	c.gates()
	c.goals()
	c.budgets()
	c.found.Sort()
	return c.found
}

type checker struct {
	t     Tree
	x     index
	found finding.List
	keys  map[planning.TaskKey]int
}

func (c *checker) node(i int) string { return "node/" + c.t.Nodes[i].label() }

// label names a node for people.
func (n Node) label() string {
	switch {
	case n.Key != "":
		return clip(string(n.Key))
	case n.Name != "":
		return clip(n.Name)
	default:
		return n.ID.String()
	}
}

func (c *checker) has(id uuid.UUID) bool {
	_, ok := c.x.at[id]
	return ok
}

func (c *checker) nodes() {
	keys := map[NodeKey]int{}
	root := -1
	for i, n := range c.t.Nodes {
		if n.ID == uuid.Nil {
			c.found.Errorf("campaign.node.id", c.node(i), "give it an id", "the id is empty")
		} else if c.x.at[n.ID] != i {
			c.found.Errorf("campaign.node.duplicate", c.node(i), "give each node its own id", "id %v is also that of %s", n.ID, c.node(c.x.at[n.ID]))
		}
		if before, ok := keys[n.Key]; ok && n.Key != "" {
			c.found.Errorf("campaign.node.duplicate", c.node(i), "give each node its own key", "nodes %d and %d have the same key", before+1, i+1)
		}
		keys[n.Key] = i
		switch p := c.x.parent[i]; {
		case n.Parent == uuid.Nil && root < 0:
			root = i
		case n.Parent == uuid.Nil:
			if a, b := c.t.Nodes[root].Level, n.Level; a != b {
				c.found.Warnf("campaign.root.level", c.node(i), "put both below one root or on one level", "it is a %v, %s is a %v", b, c.node(root), a)
			}
		case p < 0:
			c.found.Errorf("campaign.node.parent", c.node(i), "add the parent", "parent %v is not in the tree", n.Parent)
		case n.Level < c.t.Nodes[p].Level:
			c.found.Errorf("campaign.node.level", c.node(i), "give it a level of its parent's or below", "a %v cannot be part of a %v", n.Level, c.t.Nodes[p].Level)
		}
		if !n.Launch.IsZero() {
			if _, err := n.Launch.Time(); err != nil {
				c.found.Errorf("campaign.node.launch", c.node(i), "mend the launch", "%v", err)
			}
		}
		if n.LaunchTask != "" && c.t.Task(n.LaunchTask) == nil {
			c.found.Errorf("campaign.node.launch", c.node(i), "name a task of the tree", "task %s is not there", clip(string(n.LaunchTask)))
		}
	}
	for _, path := range cycles(len(c.t.Nodes), func(i int) []int {
		if c.x.parent[i] < 0 {
			return nil
		}
		return []int{c.x.parent[i]}
	}) {
		c.found.Errorf("campaign.node.cycle", c.node(path[0]), "give one of them another parent", "%s", pathOf(path, c.node))
	}
}

func pathOf(path []int, name func(int) string) string {
	const most = 20
	names := make([]string, 0, min(len(path), most)+2)
	for k, i := range path {
		if k == most {
			names = append(names, fmt.Sprintf("%d more", len(path)-most))
			break
		}
		names = append(names, name(i))
	}
	return strings.Join(append(names, name(path[0])), " -> ")
}

func (c *checker) task(i int) string { return "task/" + clip(string(c.t.Tasks[i].Key)) }

func (c *checker) tasks() {
	c.keys = make(map[planning.TaskKey]int, len(c.t.Tasks))
	for i, t := range c.t.Tasks {
		if before, ok := c.keys[t.Key]; ok || t.Key == "" {
			c.found.Errorf("campaign.task.duplicate", c.task(i), "give each task its own key", "tasks %d and %d", before+1, i+1)
			continue
		}
		c.keys[t.Key] = i
	}
	for i, t := range c.t.Tasks {
		if !c.has(t.Node) {
			c.found.Errorf("campaign.task.node", c.task(i), "name a node of the tree", "node %v is not there", t.Node)
		}
		for _, d := range t.Predecessors {
			if _, ok := c.keys[d.Task]; !ok {
				c.found.Errorf("campaign.task.predecessor", c.task(i), "name a task of the tree", "predecessor %s is not there", clip(string(d.Task)))
			}
		}
		if !t.Finished.IsZero() && (t.Started.IsZero() || t.Finished.Before(t.Started)) {
			c.found.Errorf("campaign.task.actual", c.task(i), "give it an actual start before its finish", "finished %s", stamp(t.Finished))
		}
		if t.Anchor != nil && c.t.anchor(c.x, t.Node, t.Anchor.Anchor).IsZero() {
			c.found.Errorf("campaign.task.anchor", c.task(i), "give a node above it that anchor", "anchor %q is not there", clip(t.Anchor.Anchor))
		}
		if t.Assignee == "" && !t.IsMilestone() && t.Status() != Done {
			c.found.Warnf("campaign.task.unassigned", c.task(i), "assign it", "nobody does %s", clip(t.Name))
		}
	}
	for _, path := range cycles(len(c.t.Tasks), func(i int) []int {
		var out []int
		for _, d := range c.t.Tasks[i].Predecessors {
			if k, ok := c.keys[d.Task]; ok {
				out = append(out, k)
			}
		}
		return out
	}) {
		c.found.Errorf("campaign.task.cycle", c.task(path[0]), "remove one of these dependencies", "%s", pathOf(path, c.task))
	}
}

func (c *checker) gates() {
	seen := map[GateKey]bool{}
	for _, g := range c.t.Gates {
		subject := "gate/" + clip(string(g.Key))
		if g.Key == "" || seen[g.Key] {
			c.found.Errorf("campaign.gate.duplicate", subject, "give each gate its own key", "%s", clip(g.Name))
		}
		seen[g.Key] = true
		if !c.has(g.Node) {
			c.found.Errorf("campaign.gate.node", subject, "name a node of the tree", "node %v is not there", g.Node)
		}
		for _, key := range g.After {
			if _, ok := c.keys[key]; !ok {
				c.found.Errorf("campaign.gate.task", subject, "name a task of the tree", "task %s is not there", clip(string(key)))
			}
		}
		if g.Anchor != nil && c.t.anchor(c.x, g.Node, g.Anchor.Anchor).IsZero() {
			c.found.Errorf("campaign.gate.anchor", subject, "give a node above it that anchor", "anchor %q is not there", clip(g.Anchor.Anchor))
		}
	}
}

func (c *checker) goals() {
	for _, g := range c.t.Goals {
		subject := "goal/" + clip(string(g.Key))
		if !c.has(g.Node) {
			c.found.Errorf("campaign.goal.node", subject, "name a node of the tree", "node %v is not there", g.Node)
		}
		sane := bounded(g.Target)
		for _, part := range g.Contribution {
			sane = sane && bounded(part.Expected)
			if !c.has(part.Node) {
				c.found.Errorf("campaign.goal.node", subject, "name a node of the tree", "contribution of node %v, which is not there", part.Node)
			}
		}
		if !sane {
			c.found.Errorf("campaign.goal.target", subject, "give it a target of at most 40 digits", "the exponent or coefficient is out of range")
		}
	}
}

func (c *checker) budgets() {
	sums := make([]money.Sum, len(c.t.Nodes))
	children := make([]bool, len(c.t.Nodes))
	for i, n := range c.t.Nodes {
		if n.Budget == (money.Money{}) {
			continue
		}
		if n.Budget.Currency() != c.t.Currency {
			c.found.Errorf("campaign.budget.currency", c.node(i), "state it in the tree's currency", "%v in a tree in %q", n.Budget, c.t.Currency)
			continue
		}
		if p := c.x.parent[i]; p >= 0 {
			sums[p].Add(n.Budget)
			children[p] = true
		}
	}
	for i, n := range c.t.Nodes {
		if !children[i] || n.Budget == (money.Money{}) || n.Budget.Currency() != c.t.Currency {
			continue
		}
		sum, err := sums[i].Total()
		if over, cmpErr := sum.Cmp(n.Budget); err != nil || cmpErr != nil || over > 0 {
			c.found.Warnf("campaign.budget.exceeded", c.node(i), "raise its budget or lower theirs", "children have %v, it has %v", sum, n.Budget)
		}
	}
}

// cycles returns one path per group of things that lead to themselves. It walks
// with a stack of its own: a chain of a million tasks must not exhaust Go's.
func cycles(n int, next func(int) []int) [][]int {
	const open, closed = 1, 2
	type frame struct {
		at   int
		rest []int
	}
	state := make([]uint8, n)
	var out [][]int
	for root := range n {
		if state[root] != 0 {
			continue
		}
		state[root] = open
		stack := []frame{{root, next(root)}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if len(top.rest) == 0 {
				state[top.at] = closed
				stack = stack[:len(stack)-1]
				continue
			}
			to := top.rest[0]
			top.rest = top.rest[1:]
			switch state[to] {
			case 0:
				state[to] = open
				stack = append(stack, frame{to, next(to)})
			case open:
				from := len(stack) - 1
				for stack[from].at != to {
					from--
				}
				path := make([]int, 0, len(stack)-from)
				for _, f := range stack[from:] {
					path = append(path, f.at)
				}
				out = append(out, path)
			}
		}
	}
	return out
}
