package campaign

import (
	"slices"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning"
)

// Blueprint is a compiled Template: immutable and safe for concurrent use.
type Blueprint struct {
	t     Template
	roles []string
	items map[planning.TaskKey]int
	nodes map[NodeKey]int
}

// Compile checks a Template and returns it ready to be instantiated. The
// template is copied. The error is a finding.List with one of these codes per
// problem:
//
//	campaign.template.size         more than 100,000 nodes, items, gates or dependencies
//	campaign.template.root         a root that is not there
//	campaign.template.launch       a launch that is not there, has a duration or is not bound At the launch anchor
//	campaign.template.node         a key that is empty or given twice, a parent that is not there, a level above the parent's
//	campaign.template.item         a key that is empty or given twice, a node that is not there, a negative duration
//	campaign.template.predecessor  a predecessor that is not there
//	campaign.template.cycle        nodes or items that lead to themselves (evidence: the path)
//	campaign.template.anchor       an anchor that is not declared or not above, an absurd offset, an unknown unit, roll or bind
//	campaign.template.gate         a key that is empty or given twice, a node or item that is not there
func Compile(t Template) (*Blueprint, error) {
	const most = 100_000
	dependencies := 0
	for i := range t.Items {
		dependencies += len(t.Items[i].Predecessors)
	}
	var found finding.List
	if n := max(len(t.Nodes), len(t.Items), len(t.Gates), dependencies); n > most {
		found.Errorf("campaign.template.size", "template/"+clip(t.Key), "split it", "%d of a kind, at most %d", n, most)
		return nil, found.Err()
	}
	b := &Blueprint{t: t.Clone(), items: make(map[planning.TaskKey]int, len(t.Items)), nodes: make(map[NodeKey]int, len(t.Nodes))}
	c := compiler{b: b, found: &found}
	c.nodes()
	c.items()
	c.gates()
	c.launch()
	if err := found.Err(); err != nil {
		return nil, err
	}
	b.roles = c.roles
	slices.Sort(b.roles)
	b.roles = slices.Compact(b.roles)
	return b, nil
}

// Template returns a copy of the template.
func (b *Blueprint) Template() Template { return b.t.Clone() }

// Roles returns the roles that items, nodes and checklists name, sorted.
func (b *Blueprint) Roles() []string { return slices.Clone(b.roles) }

type compiler struct {
	b     *Blueprint
	found *finding.List
	roles []string
}

func (c *compiler) role(name string) {
	if name != "" {
		c.roles = append(c.roles, name)
	}
}

func (c *compiler) nodes() {
	t := &c.b.t
	subject := func(i int) string { return "node/" + clip(string(t.Nodes[i].Key)) }
	for i, n := range t.Nodes {
		c.role(n.Role)
		if _, ok := c.b.nodes[n.Key]; ok || n.Key == "" {
			c.found.Errorf("campaign.template.node", subject(i), "give each node its own key", "node %d", i+1)
			continue
		}
		c.b.nodes[n.Key] = i
	}
	for i, n := range t.Nodes {
		if n.Parent == "" {
			continue
		}
		if p, ok := c.b.nodes[n.Parent]; !ok {
			c.found.Errorf("campaign.template.node", subject(i), "add the parent", "parent %s is not there", clip(string(n.Parent)))
		} else if n.Level < t.Nodes[p].Level {
			c.found.Errorf("campaign.template.node", subject(i), "give it a level of its parent's or below", "a %v cannot be part of a %v", n.Level, t.Nodes[p].Level)
		}
	}
	if _, ok := c.b.nodes[t.Root]; !ok {
		c.found.Errorf("campaign.template.root", "template/"+clip(t.Key), "name one of its nodes", "root %q is not there", clip(string(t.Root)))
	}
	paths := cycles(len(t.Nodes), func(i int) []int {
		if p, ok := c.b.nodes[t.Nodes[i].Parent]; ok && t.Nodes[i].Parent != "" {
			return []int{p}
		}
		return nil
	})
	c.cycles(paths, subject, "give one of them another parent")
}

func (c *compiler) cycles(paths [][]int, subject func(int) string, fix string) {
	for _, path := range paths {
		c.found.Errorf("campaign.template.cycle", subject(path[0]), fix, "%s", pathOf(path, subject))
	}
}

func (c *compiler) items() {
	t := &c.b.t
	subject := func(i int) string { return "item/" + clip(string(t.Items[i].Key)) }
	for i, item := range t.Items {
		c.role(item.Role)
		if _, ok := c.b.items[item.Key]; ok || item.Key == "" {
			c.found.Errorf("campaign.template.item", subject(i), "give each item its own key", "item %d", i+1)
			continue
		}
		c.b.items[item.Key] = i
	}
	for i, item := range t.Items {
		if _, ok := c.b.nodes[item.Node]; !ok {
			c.found.Errorf("campaign.template.item", subject(i), "name one of the nodes", "node %q is not there", clip(string(item.Node)))
		}
		if item.Duration.Amount() < 0 {
			c.found.Errorf("campaign.template.item", subject(i), "give it a duration of nothing or more", "duration %v", item.Duration)
		}
		for _, d := range item.Predecessors {
			if _, ok := c.b.items[d.Task]; !ok {
				c.found.Errorf("campaign.template.predecessor", subject(i), "name one of the items", "predecessor %q is not there", clip(string(d.Task)))
			}
		}
		c.anchor(subject(i), item.Node, item.Anchor)
	}
	paths := cycles(len(t.Items), func(i int) []int {
		var out []int
		for _, d := range t.Items[i].Predecessors {
			if k, ok := c.b.items[d.Task]; ok {
				out = append(out, k)
			}
		}
		return out
	})
	c.cycles(paths, subject, "remove one of these dependencies")
}

func (c *compiler) anchor(subject string, node NodeKey, r *RelDate) {
	if r == nil {
		return
	}
	if !c.launched(node) {
		c.found.Errorf("campaign.template.anchor", subject, "move it below the root", "node %q is not below %q, which has the launch", clip(string(node)), clip(string(c.b.t.Root)))
	}
	if r.Anchor != LaunchAnchor && !slices.Contains(c.b.t.Anchors, r.Anchor) {
		c.found.Errorf("campaign.template.anchor", subject, "declare it in the template's anchors", "anchor %q is not declared", clip(r.Anchor))
	}
	if r.Offset > maxOffset || r.Offset < -maxOffset {
		c.found.Errorf("campaign.template.anchor", subject, "give it an offset within forty years", "offset %d", r.Offset)
	}
	if r.Unit > CalendarDays || r.Roll > After || r.Bind > At {
		c.found.Errorf("campaign.template.anchor", subject, "use the named units, rolls and binds", "%v %v %v", r.Unit, r.Roll, r.Bind)
	}
}

// launched reports whether a node is the root or below it.
func (c *compiler) launched(node NodeKey) bool {
	for range c.b.t.Nodes {
		if node == c.b.t.Root {
			return true
		}
		i, ok := c.b.nodes[node]
		if !ok {
			return false
		}
		node = c.b.t.Nodes[i].Parent
	}
	return false
}

func (c *compiler) gates() {
	seen := map[GateKey]bool{}
	for i, g := range c.b.t.Gates {
		subject := "gate/" + clip(string(g.Key))
		if g.Key == "" || seen[g.Key] {
			c.found.Errorf("campaign.template.gate", subject, "give each gate its own key", "gate %d", i+1)
		}
		seen[g.Key] = true
		if _, ok := c.b.nodes[g.Node]; !ok {
			c.found.Errorf("campaign.template.gate", subject, "name one of the nodes", "node %q is not there", clip(string(g.Node)))
		}
		for _, key := range g.After {
			if _, ok := c.b.items[key]; !ok {
				c.found.Errorf("campaign.template.gate", subject, "name one of the items", "item %q is not there", clip(string(key)))
			}
		}
		for _, item := range g.Items {
			c.role(item.Role)
		}
		c.anchor(subject, g.Node, g.Anchor)
		if g.Anchor != nil && g.Anchor.Bind != Due {
			c.found.Errorf("campaign.template.anchor", subject, "bind it due", "a gate has a due time, its anchor is bound %v", g.Anchor.Bind)
		}
	}
}

func (c *compiler) launch() {
	t := &c.b.t
	subject := "item/" + clip(string(t.Launch))
	i, ok := c.b.items[t.Launch]
	switch {
	case !ok:
		c.found.Errorf("campaign.template.launch", "template/"+clip(t.Key), "name one of its items", "launch %q is not there", clip(string(t.Launch)))
	case t.Items[i].Duration != (worktime.Length{}):
		c.found.Errorf("campaign.template.launch", subject, "make it a milestone", "it takes %v", t.Items[i].Duration)
	case t.Items[i].Anchor == nil || *t.Items[i].Anchor != RelDate{Anchor: LaunchAnchor, Bind: At}:
		c.found.Errorf("campaign.template.launch", subject, `anchor it {"anchor": "launch", "bind": "at"}`, "it is not bound to the launch")
	}
}
