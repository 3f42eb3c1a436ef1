package allocate

import (
	"fmt"
	"math"
	"slices"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// Model is a checked plan. It is immutable and safe for concurrent use.
type Model struct {
	plan    Plan
	unit    float64 // minor units in a major one
	periods int
	cells   []cell      // by channel, then period
	nodes   []node      // the total, groups, periods
	tree    *tree       // nil if groups and periods cross
	carry   bool        // spend is felt in later periods
	weights [][]float64 // by channel: what is felt of a unit in its period and those after it, if carry
	current []int64
	alike   []int32 // cells of the same number may be exchanged for each other
	index   map[ChannelKey]int32
}

// cell is the spend on a channel in a period, in minor units.
type cell struct {
	channel, period int32
	curve           Curve // of spend in minor units, so that sums of bounds are exact
	lo, hi          int64
	from            int64 // least if not nothing; 0 if there is none
	step            int64 // 0 if there is none
	fixed           bool
}

// node bounds a sum of cells, in minor units.
type node struct {
	name   string // "" for the total
	lo, hi int64
	cells  []int32
	period int // of a period; -1 of groups and the total
}

// The limits of a plan. maxMinor minor units are exact in a float64.
const (
	maxMinor    = 1 << 53
	maxChannels = 10_000
	maxGroups   = 1000
	maxPeriods  = 400
	maxCells    = 100_000
	maxSteps    = 10_000
	maxBlocks   = 20_000_000
)

// Compile checks a plan and returns a Model of it, or all that is wrong with it as a
// finding.List. It keeps nothing of p.
func Compile(p Plan) (*Model, error) {
	m := &Model{plan: p.Clone(), periods: p.periods(), index: make(map[ChannelKey]int32, len(p.Channels))}
	var found finding.List
	if len(p.Channels) == 0 || len(p.Channels) > maxChannels || len(p.Groups) > maxGroups || len(p.Periods) > maxPeriods || len(p.Channels)*m.periods > maxCells {
		found.Errorf("allocate.size", "plan", "", "%d channels, %d groups and %d periods: want 1 to %d channels, at most %d groups, %d periods and %d of channels × periods",
			len(p.Channels), len(p.Groups), len(p.Periods), maxChannels, maxGroups, maxPeriods, maxCells)
		return nil, found.Err()
	}
	if p.Currency.Code() == "" {
		found.Errorf("allocate.currency", "plan", "say in which currency it is", "no currency")
		return nil, found.Err()
	}
	m.unit = math.Pow10(p.Currency.Digits())
	c := checker{m, &found}
	c.channels()
	if m.carry {
		m.weights = make([][]float64, len(p.Channels))
		for i := range p.Channels {
			m.weights[i] = p.Channels[i].Adstock.Weights(m.periods)
		}
	}
	c.groups()
	if (m.carry || m.tree == nil) && len(p.Channels)*m.periods*m.periods > maxBlocks {
		found.Errorf("allocate.size", "plan", "plan fewer or longer periods", "%d channels over %d periods that are not independent: want at most %d of channels × periods × periods", len(p.Channels), m.periods, maxBlocks)
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	c.feasible()
	found.Sort()
	if err := found.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

type checker struct {
	m     *Model
	found *finding.List
}

// amount checks an amount and returns its minor units, or otherwise if it is not said.
func (c *checker) amount(subject, name string, a money.Money, otherwise int64) int64 {
	switch {
	case a == (money.Money{}):
		return otherwise
	case a.Currency() != c.m.plan.Currency:
		c.found.Errorf("allocate.currency", subject, "give it in "+c.m.plan.Currency.Code(), "%s of %v is in another currency than the plan", name, a)
	case a.Minor() < 0 || a.Minor() > maxMinor:
		c.found.Errorf("allocate.amount", subject, "", "%s of %v: want 0 to %v", name, a, money.Minor(maxMinor, c.m.plan.Currency))
	default:
		return a.Minor()
	}
	return otherwise
}

func (c *checker) channels() {
	for i := range c.m.plan.Channels {
		if w := c.m.plan.Channels[i].Adstock.Weights(c.m.periods); len(w) > 0 && slices.ContainsFunc(w[1:], func(w float64) bool { return w > 0 }) {
			c.m.carry = true
		}
	}
	for i := range c.m.plan.Channels {
		ch := &c.m.plan.Channels[i]
		subject := "channel/" + string(ch.Key)
		if ch.Key == "" {
			c.found.Errorf("allocate.key", fmt.Sprintf("channel %d", i+1), "give it a key", "it has no key")
		} else if _, twice := c.m.index[ch.Key]; twice {
			c.found.Errorf("allocate.key", subject, "rename one", "two channels have this key")
		}
		c.m.index[ch.Key] = int32(i)
		bad := false
		for _, err := range []error{ch.Curve.Check(), ch.Adstock.Check()} {
			if err != nil {
				bad = true
				c.found.Errorf("allocate.curve", subject, "", "%v", err)
			}
		}
		if !bad {
			c.cells(int32(i), ch, subject)
		}
	}
}

// cells makes the cells of a channel.
func (c *checker) cells(i int32, ch *Channel, subject string) {
	proto := cell{
		channel: i, curve: ch.Curve,
		lo: c.amount(subject, "min", ch.Min, 0), hi: c.amount(subject, "max", ch.Max, maxMinor),
		from: c.amount(subject, "minimum if used", ch.MinIfUsed, 0), step: c.amount(subject, "step", ch.Step, 0),
	}
	if fixed := c.amount(subject, "fixed spend", ch.Fixed, -1); fixed >= 0 {
		if ch.Min != (money.Money{}) || ch.Max != (money.Money{}) {
			c.found.Errorf("allocate.bounds", subject, "remove min and max", "it is fixed at %v and has bounds", ch.Fixed)
		}
		proto.lo, proto.hi, proto.from, proto.step, proto.fixed = fixed, fixed, 0, 0, true
	}
	said := fmt.Sprintf("min %v, max %v, minimum if used %v, step %v", c.m.money(proto.lo), ch.Max, ch.MinIfUsed, ch.Step)
	if proto.step == 1 { // which all amounts are multiples of
		proto.step = 0
	}
	if s := proto.step; s > 0 {
		proto.lo, proto.from, proto.hi = (proto.lo+s-1)/s*s, (proto.from+s-1)/s*s, proto.hi/s*s
	}
	if proto.lo > 0 {
		proto.lo, proto.from = max(proto.lo, proto.from), 0
	}
	if proto.lo > proto.hi {
		c.found.Errorf("allocate.bounds", subject, "lower the minimum or raise the maximum", "no spend keeps its bounds: %s", said)
	}
	if proto.from > proto.hi { // nothing is left but nothing
		proto.hi, proto.from = 0, 0
	}
	past := make([]float64, len(ch.Past))
	for k, a := range ch.Past {
		past[k] = float64(c.amount(subject, fmt.Sprintf("past spend %d", k+1), a, 0)) / c.m.unit
	}
	carry := ch.Adstock.Carry(past, c.m.periods)
	share := ch.Adstock.Weights(1)[0]
	if c.m.carry {
		share = 1 // see Model.felt
	}
	if len(ch.Currents) > 0 && len(ch.Currents) != c.m.periods {
		c.found.Errorf("allocate.current", subject, "", "%d amounts of today's spend for %d periods", len(ch.Currents), c.m.periods)
	}
	today := c.amount(subject, "current spend", ch.Current, 0)
	for t := range c.m.periods {
		one := proto
		one.period = int32(t)
		one.curve = ch.Curve.felt(share, carry[t], c.m.unit)
		c.m.cells = append(c.m.cells, one)
		now := today
		if t < len(ch.Currents) {
			now = c.amount(subject, fmt.Sprintf("current spend %d", t+1), ch.Currents[t], 0)
		}
		c.m.current = append(c.m.current, now)
	}
}

// felt returns the curve of spend in minor units, of which only a share is felt at
// once, besides what is carried over.
func (c Curve) felt(share, carry, unit float64) Curve {
	if share <= 1e-9 { // a line as flat as it is
		c.Offset += carry
		y := c.At(0)
		return Curve{Kind: Piecewise, Points: []Point{{0, y}, {1, y}}}
	}
	share /= unit
	c.Offset = (c.Offset + carry) / share
	switch c.Kind {
	case Hill:
		c.Half /= share
	case Log:
		c.Scale /= share
	case Power:
		c.Coef *= math.Pow(share, c.Exp)
	case Piecewise:
		c.Points = slices.Clone(c.Points)
		for i := range c.Points {
			c.Points[i].Spend /= share
		}
	}
	return c
}

// groups makes the nodes and, if none of them cross, the tree.
func (c *checker) groups() {
	m := c.m
	all := make([]int32, len(m.cells))
	for i := range all {
		all[i] = int32(i)
	}
	m.nodes = []node{{hi: maxMinor, cells: all, period: -1}}
	seen := make(map[GroupKey]bool)
	for g := range m.plan.Groups {
		group := &m.plan.Groups[g]
		subject := "group/" + string(group.Key)
		if group.Key == "" || seen[group.Key] {
			c.found.Errorf("allocate.key", fmt.Sprintf("group %d", g+1), "give each a key of its own", "its key %q is empty or not the only one", group.Key)
		}
		seen[group.Key] = true
		n := node{name: "group " + string(group.Key), lo: c.amount(subject, "min", group.Min, 0), hi: c.amount(subject, "max", group.Max, maxMinor), period: -1}
		in := make(map[int32]bool)
		for _, key := range group.Channels {
			i, known := m.index[key]
			if !known || in[i] {
				c.found.Errorf("allocate.group", subject, "", "channel %q is unknown or named twice", key)
				continue
			}
			in[i] = true
		}
		if len(group.Channels) == 0 {
			c.found.Errorf("allocate.group", subject, "name its channels", "it has no channels")
		}
		for i, cell := range m.cells {
			if in[cell.channel] {
				n.cells = append(n.cells, int32(i))
			}
		}
		m.nodes = append(m.nodes, n)
	}
	crossing := c.crossing()
	rows := false
	for t := range m.plan.Periods {
		period := &m.plan.Periods[t]
		name := period.Name
		if name == "" {
			name = fmt.Sprint(t + 1)
		}
		subject := "period/" + name
		n := node{name: "period " + name, lo: c.amount(subject, "min", period.Min, 0), hi: c.amount(subject, "max", period.Max, maxMinor), period: t}
		if n.lo == 0 && n.hi == maxMinor {
			continue
		}
		rows = true
		for i, cell := range m.cells {
			if int(cell.period) == t {
				n.cells = append(n.cells, int32(i))
			}
		}
		m.nodes = append(m.nodes, n)
	}
	if !crossing && c.found.Err() == nil && (!rows || len(m.plan.Groups) == 0 || m.periods == 1) {
		m.grow()
	}
}

// crossing finds groups that share channels without one holding the other: larger
// ones first, all cells of a group must lie in the same smallest one so far.
func (c *checker) crossing() bool {
	m := c.m
	order := make([]int, len(m.nodes)-1)
	for i := range order {
		order[i] = i + 1
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(m.nodes[b].cells) - len(m.nodes[a].cells) })
	of := make([]int, len(m.cells)) // place in order + 1; 0 is the total
	crosses := false
	for k, g := range order {
		deepest, all := 0, true
		for _, i := range m.nodes[g].cells {
			all = all && of[i] == of[m.nodes[g].cells[0]]
			deepest = max(deepest, of[i])
		}
		if !all {
			crosses = true
			c.found.Errorf("allocate.group", "group/"+string(m.plan.Groups[g-1].Key), "nest them or keep them apart",
				"it shares channels with group %s, and neither holds the other", m.plan.Groups[order[deepest-1]-1].Key)
		}
		for _, i := range m.nodes[g].cells {
			of[i] = k + 1
		}
	}
	return crosses
}

// grow makes the tree: larger nodes first, each below the smallest that holds it.
func (m *Model) grow() {
	slices.SortStableFunc(m.nodes[1:], func(a, b node) int { return len(b.cells) - len(a.cells) })
	parent := make([]int32, len(m.nodes))
	of := make([]int32, len(m.cells))
	parent[0] = -1
	for g := 1; g < len(m.nodes); g++ {
		if cells := m.nodes[g].cells; len(cells) > 0 {
			parent[g] = of[cells[0]]
			for _, i := range cells {
				of[i] = int32(g)
			}
		}
	}
	lo, hi := make([]float64, len(m.nodes)), make([]float64, len(m.nodes))
	for g, n := range m.nodes {
		lo[g], hi[g] = float64(n.lo), float64(n.hi)
	}
	m.tree = newTree(parent, of, lo, hi)
	type likeness struct {
		kind                          Kind
		coef, half, slope, scale, exp float64
		offset                        float64
		lo, hi, from, step            int64
		node                          int32
		own                           int // of a Piecewise curve, which is like no other
	}
	m.alike = make([]int32, len(m.cells))
	first := make(map[likeness]int32, len(m.cells))
	for i, c := range m.cells {
		v := c.curve
		key := likeness{v.Kind, v.Coef, v.Half, v.Slope, v.Scale, v.Exp, v.Offset, c.lo, c.hi, c.from, c.step, of[i], 0}
		if v.Kind == Piecewise {
			key.own = i + 1
		}
		if _, ok := first[key]; !ok {
			first[key] = int32(i)
		}
		m.alike[i] = first[key]
	}
}

// feasible finds nodes that cannot keep their bounds whatever the budget.
func (c *checker) feasible() {
	m := c.m
	for _, n := range m.nodes[1:] {
		lo, hi := int64(0), int64(0)
		for _, i := range n.cells {
			lo = min(lo+m.cells[i].lo, maxMinor+1)
			hi = min(hi+m.cells[i].hi, maxMinor)
		}
		switch {
		case n.lo > n.hi:
			c.found.Errorf("allocate.bounds", n.name, "lower the minimum or raise the maximum", "min %v is more than max %v", m.money(n.lo), m.money(n.hi))
		case lo > n.hi:
			c.found.Errorf("allocate.bounds", n.name, "raise its maximum or lower minima", "its channels need at least %v, its max is %v: %s", m.money(lo), m.money(n.hi), m.minima(n.cells))
		case hi < n.lo:
			c.found.Errorf("allocate.bounds", n.name, "lower its minimum or raise maxima", "its channels take at most %v, its min is %v", m.money(hi), m.money(n.lo))
		}
	}
}

func (m *Model) money(minor int64) money.Money { return money.Minor(minor, m.plan.Currency) }

// Plan returns a copy of the plan.
func (m *Model) Plan() Plan { return m.plan.Clone() }
