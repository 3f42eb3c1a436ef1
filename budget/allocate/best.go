package allocate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-marops/marops/money"
)

// Options bound a search; nil is the default of all.
type Options struct {
	Gap      float64 // relative distance to the upper bound that is good enough; 0 is 1e-9
	MaxNodes int     // regions to look at; 0 is 20,000, fewer for more than 50 channels, and 100 where spend is felt in later periods
}

func (o *Options) orDefault(nodes int) Options {
	out := Options{Gap: 1e-9, MaxNodes: nodes}
	if o != nil {
		if o.Gap > 0 {
			out.Gap = min(o.Gap, 1)
		}
		if o.MaxNodes > 0 {
			out.MaxNodes = o.MaxNodes
		}
	}
	return out
}

// Best returns how a budget brings the greatest response, to the cent, with an
// upper bound on what any allocation can bring. Less than the budget is spent where
// bounds or steps allow no more, or more would bring nothing.
//
// The answer is never worse than today's spend if that keeps the bounds and the
// budget. When ctx ends, the best so far comes out, with Certificate.Proven false.
//
// Errors match ErrBudget, ErrInfeasible or, where a step is too fine, ErrPlan.
func (m *Model) Best(ctx context.Context, budget money.Money, opts *Options) (*Allocation, error) {
	total, err := m.budget(budget)
	if err != nil {
		return nil, err
	}
	found, err := m.solve(ctx, total, opts)
	if err != nil {
		return nil, err
	}
	return m.report(total, found), nil
}

// budget checks a budget and returns its minor units.
func (m *Model) budget(b money.Money) (int64, error) {
	if b.Currency() != m.plan.Currency || b.Minor() < 0 || b.Minor() > maxMinor {
		return 0, fmt.Errorf("budget of %v: want 0 to %v: %w", b, m.money(maxMinor), ErrBudget)
	}
	return b.Minor(), nil
}

// solution is what a search found.
type solution struct {
	spend   []int64   // by cell, in minor units
	prices  []float64 // of nodes, each without those above it
	optimum float64   // response of the continuous solution
	bound   float64
	nodes   int
	stopped bool
}

// solve allocates a total.
func (m *Model) solve(ctx context.Context, total int64, opts *Options) (*solution, error) {
	least, most := m.needs()
	if least > total {
		return nil, &InfeasibleError{Wanted: m.money(least), Budget: m.money(total), Bounds: m.namedMinima()}
	}
	if m.carry || m.tree == nil {
		return m.overTime(ctx, min(total, most), opts)
	}
	return m.separate(ctx, min(total, most), opts)
}

// needs returns the least and the most that the bounds let be spent.
func (m *Model) needs() (least, most int64) {
	if m.tree == nil {
		return m.crossNeeds()
	}
	lo, hi := make([]int64, len(m.nodes)), make([]int64, len(m.nodes))
	for i, g := range m.tree.of {
		lo[g] = min(lo[g]+m.cells[i].lo, maxMinor)
		hi[g] = min(hi[g]+m.cells[i].hi, maxMinor)
	}
	for g := len(m.nodes) - 1; g >= 0; g-- {
		lo[g], hi[g] = max(lo[g], m.nodes[g].lo), min(hi[g], m.nodes[g].hi)
		if p := m.tree.parent[g]; p >= 0 {
			lo[p], hi[p] = min(lo[p]+lo[g], maxMinor), min(hi[p]+hi[g], maxMinor)
		}
	}
	return lo[0], hi[0]
}

// crossNeeds is needs where groups and periods cross: what either ask for.
func (m *Model) crossNeeds() (least, most int64) {
	most = maxMinor
	for _, cell := range m.cells {
		least = min(least+cell.lo, maxMinor)
	}
	groups, periods := int64(0), int64(0)
	for _, n := range m.nodes[1:] {
		own := int64(0)
		for _, i := range n.cells {
			own = min(own+m.cells[i].lo, maxMinor)
		}
		if n.period >= 0 {
			periods = min(periods+max(0, n.lo-own), maxMinor)
		} else {
			groups = max(groups, n.lo-own) // nested ones may need the same
		}
	}
	return min(least+max(groups, periods), maxMinor), most
}

// namedMinima lists the minima, the largest first.
func (m *Model) namedMinima() []string {
	type bound struct {
		name string
		min  int64
	}
	var list []bound
	for _, n := range m.nodes[1:] {
		if n.lo > 0 {
			list = append(list, bound{n.name, n.lo})
		}
	}
	for _, cell := range m.cells {
		if cell.lo > 0 && cell.period == 0 {
			name := "channel " + string(m.plan.Channels[cell.channel].Key)
			if cell.fixed {
				name += " fixed"
			}
			list = append(list, bound{name, cell.lo})
		}
	}
	slices.SortStableFunc(list, func(a, b bound) int { return cmp.Compare(b.min, a.min) })
	out := make([]string, len(list))
	for i, b := range list {
		out[i] = b.name + " min " + m.money(b.min).Grouped()
		if strings.HasSuffix(b.name, " fixed") {
			out[i] = b.name + " at " + m.money(b.min).Grouped()
		}
	}
	return out
}

// minima lists the minima of some cells.
func (m *Model) minima(cells []int32) string {
	var out []string
	for _, i := range cells {
		if c := m.cells[i]; c.lo > 0 && len(out) < 10 {
			out = append(out, fmt.Sprintf("%s %v", m.plan.Channels[c.channel].Key, m.money(c.lo)))
		}
	}
	return strings.Join(out, ", ")
}

// separate allocates where every cell counts for itself.
func (m *Model) separate(ctx context.Context, total int64, opts *Options) (*solution, error) {
	o := opts.orDefault(min(20_000, max(100, 1_000_000/len(m.cells)))) // a region holds all cells
	t := *m.tree
	t.hi = slices.Clone(t.hi)
	t.hi[0] = float64(total)
	env, err := m.envelopes(total)
	if err != nil {
		return nil, err
	}
	s := &search{w: newWater(&t, len(env)), gap: o.Gap, maxNodes: o.MaxNodes, margin: 1e-9 + 1e-13*float64(total), alike: m.alike}
	s.w.env = env
	if m.keeps(m.current, total) {
		s.offer(floats(m.current))
	}
	s.run(ctx)
	s.polish(env)
	if s.spend == nil {
		if s.stopped {
			return nil, fmt.Errorf("search stopped after %d regions: %w", s.nodes, cmp.Or(ctx.Err(), ErrInfeasible))
		}
		return nil, &InfeasibleError{Budget: m.money(total), Bounds: m.hardBounds()}
	}
	out := &solution{optimum: s.best, bound: s.bound(), nodes: s.nodes, stopped: s.stopped, prices: s.prices}
	out.stopped = out.stopped || !s.enough(out.bound)
	for g := len(out.prices) - 1; g > 0; g-- {
		out.prices[g] -= out.prices[t.parent[g]]
	}
	out.spend = m.cents(s.spend, total)
	if m.keeps(m.current, total) && (!m.keeps(out.spend, total) || m.value(m.current) > m.value(out.spend)) {
		out.spend = slices.Clone(m.current)
	}
	if !m.keeps(out.spend, total) {
		return nil, &InfeasibleError{Budget: m.money(total), Bounds: m.hardBounds()}
	}
	return out, nil
}

// hardBounds names what makes it hard: bounds of nodes, steps and minima if used.
func (m *Model) hardBounds() []string {
	out := m.namedMinima()
	for _, c := range m.cells {
		if c.period == 0 && (c.step > 0 || c.from > 0) {
			out = append(out, fmt.Sprintf("channel %s step %v, minimum if used %v", m.plan.Channels[c.channel].Key, m.money(c.step), m.money(c.from)))
		}
	}
	return out
}

// envelopes returns the envelope of each cell, with intervals as narrow as the
// bounds above them make them.
func (m *Model) envelopes(total int64) ([]envelope, error) {
	env := make([]envelope, len(m.cells))
	lo, hi := m.tighten(total)
	for i := range m.cells {
		c := &m.cells[i]
		var grid []float64
		if c.step > 0 && hi[i] > lo[i] {
			if (hi[i]-lo[i])/c.step > maxSteps {
				return nil, fmt.Errorf("channel %s: %v in steps of %v: want at most %d steps: %w",
					m.plan.Channels[c.channel].Key, m.money(hi[i]), m.money(c.step), maxSteps, ErrPlan)
			}
			for n := lo[i]; n <= hi[i]; n += c.step {
				grid = append(grid, float64(n))
			}
		}
		env[i] = newEnvelope(&c.curve, float64(lo[i]), float64(hi[i]), float64(c.from), grid)
	}
	return env, nil
}

// tighten returns the bounds of cells that those of nodes leave, from above: what a
// node has left over its minima.
func (m *Model) tighten(total int64) (lo, hi []int64) {
	lo, hi = make([]int64, len(m.cells)), make([]int64, len(m.cells))
	for i, c := range m.cells {
		lo[i], hi[i] = c.lo, min(c.hi, total)
	}
	for g, n := range m.nodes {
		top, need := n.hi, int64(0)
		if g == 0 {
			top = min(top, total)
		}
		for _, i := range n.cells {
			need += lo[i]
		}
		for _, i := range n.cells {
			hi[i] = max(lo[i], min(hi[i], lo[i]+max(0, top-need)))
		}
	}
	for i, c := range m.cells {
		if c.step > 0 && !c.fixed {
			hi[i] = hi[i] / c.step * c.step
		}
	}
	return lo, hi
}

// floats converts minor units.
func floats(minor []int64) []float64 {
	out := make([]float64, len(minor))
	for i, n := range minor {
		out[i] = float64(n)
	}
	return out
}

// keeps reports whether a spend keeps every bound and the total.
func (m *Model) keeps(spend []int64, total int64) bool {
	for i, c := range m.cells {
		n := spend[i]
		if n < c.lo || n > c.hi || n > 0 && n < c.from || c.step > 0 && n%c.step != 0 {
			return false
		}
	}
	for g, b := range m.nodes {
		sum := int64(0)
		for _, i := range b.cells {
			if sum += spend[i]; sum > maxMinor {
				return false
			}
		}
		if sum < b.lo || sum > b.hi || g == 0 && sum > total {
			return false
		}
	}
	return true
}

// value returns the response to a spend.
func (m *Model) value(spend []int64) float64 {
	if m.carry {
		return m.valueOverTime(floats(spend))
	}
	v := 0.0
	for i := range m.cells {
		v += m.cells[i].curve.At(float64(spend[i]))
	}
	return v
}

// snap rounds to whole minor units what must be exact, down otherwise.
func (m *Model) snap(i int, x float64) int64 {
	c := &m.cells[i]
	n := x
	if c.step > 0 {
		return int64(math.Round(n/float64(c.step))) * c.step
	}
	k := int64(math.Floor(n + 1e-6))
	if k < c.from {
		k = 0
		if n > float64(c.from)/2 && c.from > 0 {
			k = c.from
		}
	}
	return min(max(k, c.lo), c.hi)
}
