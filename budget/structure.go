package budget

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

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
	Tags     Tags         `json:"tags,omitzero"`     // of what is posted here and has none of its own; inherited from the parent
	Controls []Control    `json:"controls,omitzero"` // nil = block what exceeds the limit over the whole budget; an empty list controls nothing
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

	// Nodes in preorder, each before its branch: where a node stands there, and how
	// many there are with those below it.
	preorder    []int32
	place, size []int32
}

// Compile checks a Structure and returns it ready for a Book, or every problem
// as a finding.List. Codes: budget.currency.missing, budget.horizon.invalid,
// budget.node.missing, budget.node.duplicate, budget.node.invalid,
// budget.parent.unknown, budget.parent.cycle, budget.control.invalid.
func Compile(s Structure) (*Chart, error) {
	var found finding.List
	if s.Currency.Code() == "" {
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
		n.checkTexts(i, &found)
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
	c.arrange()
	c.tags = make([]Tags, len(c.nodes))
	for i, n := range c.nodes {
		c.tags[i] = n.Tags
		if p := c.parent[i]; p >= 0 {
			c.tags[i] = n.Tags.or(c.tags[p])
		}
	}
	return c, nil
}

// checkTexts refuses what JSON would not give back as it was.
func (n *Node) checkTexts(i int, found *finding.List) {
	for _, t := range [...]struct{ what, text string }{
		{"key", string(n.Key)},
		{"name", n.Name},
		{"owner", string(n.Owner)},
		{"channel", n.Tags.Channel},
		{"category", n.Tags.Category},
		{"region", n.Tags.Region},
		{"cost centre", n.Tags.CostCentre},
		{"vendor", n.Tags.Vendor},
	} {
		if !utf8.ValidString(t.text) {
			found.Errorf("budget.node.invalid", fmt.Sprintf("nodes[%d]", i), "write it in UTF-8", "%s %.40q", t.what, t.text)
		}
	}
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
