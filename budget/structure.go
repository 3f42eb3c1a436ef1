package budget

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
)

// NodeKey names a node of the budget tree.
type NodeKey string

// Structure is an authored budget tree. It is plain data; Compile checks it.
type Structure struct {
	Currency money.Currency  `json:"currency"`
	Calendar fiscal.Calendar `json:"calendar"`
	Horizon  civil.Period    `json:"horizon"` // the days that postings may have, widened to whole fiscal periods
	Nodes    []Node          `json:"nodes"`   // in any order
}

// Node is a company, team, programme, campaign or line. A node without a parent
// is a root.
type Node struct {
	Key      NodeKey      `json:"key"`
	Parent   NodeKey      `json:"parent,omitempty"`
	Name     string       `json:"name,omitempty"` // "" = Key
	Owner    ident.Person `json:"owner,omitempty"`
	Tags     Tags         `json:"tags,omitzero"`      // of what is posted here and has none of its own; inherited from the parent
	Controls []Control    `json:"controls,omitempty"` // nil = block what exceeds the limit over the whole budget
}

// Control says what happens when the use of a node exceeds its limit within a
// window. The tolerated use is Limit × (100+Percent)/100 + Absolute, rounded
// down. A node without any limit is not controlled.
type Control struct {
	Percent  int64       `json:"percent,omitempty"` // 0 to 1000
	Absolute money.Money `json:"absolute,omitzero"` // not negative
	Action   Action      `json:"action"`            //
	Window   Window      `json:"window"`            //
	On       Kinds       `json:"on,omitempty"`      // what it looks at; 0 = everything
}

// Action is what a control does. The zero value blocks.
type Action uint8

// The actions, from strict to mild.
const (
	Block  Action = iota // refuse the decision
	Notify               // let it pass with a finding of severity Warning, for someone to be told
	Warn                 // let it pass with a finding of severity Info
)

var actionNames = [...]string{"block", "notify", "warn"}

// String returns the lower-case name.
func (a Action) String() string { return name(actionNames[:], int(a)) }

// MarshalText writes the name.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads the name.
func (a *Action) UnmarshalText(text []byte) error { return parse(a, actionNames[:], text) }

// Window is the time over which limit and use are compared.
type Window uint8

// The windows. Total is the whole horizon.
const (
	Total Window = iota
	Year
	YTD // from the first period of the fiscal year through the date's period
	Period
)

var windowNames = [...]string{"total", "year", "ytd", "period"}

// String returns the lower-case name.
func (w Window) String() string { return name(windowNames[:], int(w)) }

// MarshalText writes the name.
func (w Window) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads the name.
func (w *Window) UnmarshalText(text []byte) error { return parse(w, windowNames[:], text) }

func name(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "unknown"
}

func parse[T ~uint8](to *T, names []string, text []byte) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return fmt.Errorf("%.40q: want one of %s", text, strings.Join(names, ", "))
	}
	*to = T(i) //nolint:gosec // an index of a handful of names
	return nil
}

// The sizes that Compile accepts.
const (
	MaxNodes = 1 << 20
	MaxYears = 50
	MaxCells = 1 << 24 // nodes times periods
)

// Chart is a compiled Structure: immutable and safe for concurrent use.
type Chart struct {
	structure Structure
	index     map[NodeKey]int32
	parent    []int32 // -1 for a root; a parent stands before its children
	children  [][]int32
	controls  [][]Control
	order     []int32      // authored order -> compiled index
	nodes     []Node       // in compiled order
	periods   []fiscal.Key // of the horizon, in order
	days      calendar
	tags      []Tags // of nodes, inherited ones filled in
}

// Compile checks a Structure and returns it ready for a Book, or every problem
// as a finding.List. Codes: budget.currency.missing, budget.horizon.invalid,
// budget.node.missing, budget.node.duplicate, budget.parent.unknown,
// budget.parent.cycle, budget.control.invalid.
func Compile(s Structure) (*Chart, error) {
	var found finding.List
	if s.Currency == 0 {
		found.Errorf("budget.currency.missing", "budget", "name the currency of the book", "no currency")
	}
	c := &Chart{structure: s, index: make(map[NodeKey]int32, len(s.Nodes))}
	c.structure.Nodes = nil
	c.compilePeriods(&found)
	switch {
	case len(s.Nodes) == 0:
		found.Errorf("budget.node.missing", "budget", "add a node", "no nodes")
	case len(s.Nodes) > MaxNodes:
		found.Errorf("budget.node.missing", "budget", "split the budget", "%d nodes, at most %d", len(s.Nodes), MaxNodes)
		return nil, found.Err()
	}
	authored := make(map[NodeKey]int, len(s.Nodes))
	for i, n := range s.Nodes {
		subject := "node/" + string(n.Key)
		if n.Key == "" || len(n.Key) > 255 {
			found.Errorf("budget.node.missing", fmt.Sprintf("nodes[%d]", i), "give it a key of at most 255 bytes", "key %.40q", n.Key)
		}
		if first, ok := authored[n.Key]; ok {
			found.Errorf("budget.node.duplicate", subject, "rename one of them", "nodes[%d] and nodes[%d] share the key", first, i)
			continue
		}
		authored[n.Key] = i
		for _, k := range n.Controls {
			if k.Percent < 0 || k.Percent > 1000 || k.Absolute.Sign() < 0 || k.Absolute != (money.Money{}) && k.Absolute.Currency() != s.Currency || k.Action > Warn || k.Window > Period || k.On > everything {
				found.Errorf("budget.control.invalid", subject, "use 0 to 1000 percent and an amount of the book's currency that is not negative", "%d percent, %v", k.Percent, k.Absolute)
			}
		}
	}
	c.compileTree(s.Nodes, authored, &found)
	if cells := len(s.Nodes) * (len(c.periods) + 1); cells > MaxCells {
		found.Errorf("budget.horizon.invalid", "budget", "split the budget, or shorten the horizon", "%d nodes in %d periods", len(s.Nodes), len(c.periods))
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	c.days = newCalendar(c)
	c.tags = make([]Tags, len(c.nodes))
	for i, n := range c.nodes {
		c.tags[i] = n.Tags
		if p := c.parent[i]; p >= 0 {
			c.tags[i] = n.Tags.or(c.tags[p])
		}
	}
	return c, nil
}

func (c *Chart) compilePeriods(found *finding.List) {
	h, cal := c.structure.Horizon, c.structure.Calendar
	if h.IsEmpty() {
		found.Errorf("budget.horizon.invalid", "budget", "give the first and the last day", "the horizon is empty")
		return
	}
	first, last := cal.YearOf(h.First()), cal.YearOf(h.Last())
	if last-first >= MaxYears {
		found.Errorf("budget.horizon.invalid", "budget", "shorten the horizon", "%v covers %d fiscal years, at most %d", h, last-first+1, MaxYears)
		return
	}
	for year := first; year <= last; year++ {
		for _, key := range cal.Periods(year) {
			if bounds, ok := cal.Bounds(key); ok && bounds.Overlaps(h) {
				c.periods = append(c.periods, key)
			}
		}
	}
}

// compileTree lays the nodes out parents first, siblings in authored order.
func (c *Chart) compileTree(nodes []Node, authored map[NodeKey]int, found *finding.List) {
	kids := make(map[NodeKey][]int)
	var queue []int
	for i, n := range nodes {
		if authored[n.Key] != i {
			continue // a duplicate, reported
		}
		if n.Parent == "" {
			queue = append(queue, i)
			continue
		}
		if _, ok := authored[n.Parent]; !ok {
			found.Errorf("budget.parent.unknown", "node/"+string(n.Key), "add the parent, or mend its key", "parent %q is not a node", n.Parent)
			continue
		}
		kids[n.Parent] = append(kids[n.Parent], i)
	}
	c.order = make([]int32, len(nodes))
	reached := make([]bool, len(nodes))
	for at := 0; at < len(queue); at++ {
		n := nodes[queue[at]]
		reached[queue[at]] = true
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
		queue = append(queue, kids[n.Key]...)
	}
	for i, n := range nodes {
		if !reached[i] && authored[n.Key] == i && found.Err() == nil {
			path := []string{string(n.Key)}
			for k := n.Parent; k != n.Key && len(path) <= len(nodes); k = nodes[authored[k]].Parent {
				path = append(path, string(k))
			}
			found.Errorf("budget.parent.cycle", "node/"+string(n.Key), "give one of them another parent", "%s -> %s", strings.Join(path, " -> "), n.Key)
		}
	}
}

// Currency returns the currency of the book.
func (c *Chart) Currency() money.Currency { return c.structure.Currency }

// Calendar returns the fiscal calendar.
func (c *Chart) Calendar() fiscal.Calendar { return c.structure.Calendar }

// Periods returns the fiscal periods of the horizon, in order.
func (c *Chart) Periods() []fiscal.Key { return slices.Clone(c.periods) }

// Nodes returns the nodes in authored order.
func (c *Chart) Nodes() []Node {
	out := make([]Node, len(c.order))
	for i, at := range c.order {
		out[i] = c.nodes[at]
		out[i].Controls = slices.Clone(out[i].Controls)
	}
	return out
}

// Horizon returns the days that postings may have: whole fiscal periods.
func (c *Chart) Horizon() civil.Period {
	return civil.Days(c.days.first, c.days.bounds[len(c.days.bounds)-1].Last())
}

// Has reports whether there is a node with a key.
func (c *Chart) Has(key NodeKey) bool {
	_, ok := c.index[key]
	return ok
}

// Children returns the keys of a node's children, in authored order.
func (c *Chart) Children(key NodeKey) []NodeKey {
	i, ok := c.index[key]
	if !ok {
		return nil
	}
	keys := make([]NodeKey, len(c.children[i]))
	for j, child := range c.children[i] {
		keys[j] = c.nodes[child].Key
	}
	return keys
}
