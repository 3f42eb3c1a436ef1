package budget

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// ErrLocked says that a version takes no more changes.
var ErrLocked = errors.New("is locked")

// Version is a plan of money over the nodes and periods of a Chart, beside any
// Book: this year's budget, the forecast of March, a scenario with a tenth less.
// A figure of a node includes its children's. It is not safe for concurrent use
// until it is locked.
type Version struct {
	chart  *Chart
	name   string
	locked bool
	own    []int64 // what stands at a node itself: nodes × periods
}

// NewVersion returns an empty version.
func NewVersion(c *Chart, name string) *Version {
	return &Version{chart: c, name: name, own: make([]int64, len(c.nodes)*len(c.periods))}
}

// Name returns the name of the version.
func (v *Version) Name() string { return v.name }

// Lock ends all changes. A copy can be changed.
func (v *Version) Lock() { v.locked = true }

// Locked reports whether the version takes no more changes.
func (v *Version) Locked() bool { return v.locked }

// Copy returns the same figures under another name, not locked.
func (v *Version) Copy(name string) *Version {
	return &Version{chart: v.chart, name: name, own: slices.Clone(v.own)}
}

// find returns where the figures of a node begin and a period's index.
func (v *Version) find(key NodeKey, period fiscal.Key) (n int32, p int, err error) {
	n, ok := v.chart.index[key]
	if !ok {
		return 0, 0, fmt.Errorf("node %.255q: %w", key, ErrUnknown)
	}
	if p = v.chart.period(period); p < 0 {
		return 0, 0, fmt.Errorf("period %v: %w", period, ErrUnknown)
	}
	return n, p, nil
}

func (v *Version) at(n int32, p int) *int64 { return &v.own[int(n)*len(v.chart.periods)+p] }

// total adds up a node and its children in a period.
func (v *Version) total(n int32, p int) int64 {
	sum := *v.at(n, p)
	for _, child := range v.chart.children[n] {
		sum += v.total(child, p)
	}
	return sum
}

// Of returns the figure of a node and its children in a period; nothing if the
// chart lacks either.
func (v *Version) Of(key NodeKey, period fiscal.Key) money.Money {
	n, p, err := v.find(key, period)
	if err != nil {
		return money.Money{}
	}
	return money.Minor(v.total(n, p), v.chart.Currency())
}

// Set makes the figure of a node and its children an amount in a period: the
// difference to what its children have stands at the node itself. Errors match
// ErrLocked, ErrUnknown or ErrAmount.
func (v *Version) Set(key NodeKey, period fiscal.Key, amount money.Money) error {
	if v.locked {
		return fmt.Errorf("version %s %w", v.name, ErrLocked)
	}
	n, p, err := v.find(key, period)
	if err != nil {
		return err
	}
	if err := v.fits(amount); err != nil {
		return err
	}
	*v.at(n, p) += amount.Minor() - v.total(n, p)
	return nil
}

// maxFigure keeps the sums of all nodes and periods inside 64 bits.
const maxFigure = maxGross / MaxCells

func (v *Version) fits(amount money.Money) error {
	if amount.Currency() != v.chart.Currency() || amount.Minor() > maxFigure || amount.Minor() < -maxFigure {
		return fmt.Errorf("version %s: %v %w", v.name, amount, ErrAmount)
	}
	return nil
}

// Spread phases an amount over periods at a node by weights, such as days, last
// year's figures or a curve, with cumulative rounding: the parts add up to the
// amount exactly, and no running total is more than half a unit off. Without
// weights, the days of the periods count. Figures of children stay. Errors match
// ErrLocked, ErrUnknown, ErrAmount or money.ErrWeights.
func (v *Version) Spread(key NodeKey, periods []fiscal.Key, amount money.Money, weights ...int64) error {
	if len(weights) == 0 {
		for _, k := range periods {
			if p := v.chart.period(k); p >= 0 {
				weights = append(weights, int64(v.chart.days.bounds[p].Len()))
			} else {
				weights = append(weights, 0)
			}
		}
	}
	if len(weights) != len(periods) {
		return fmt.Errorf("%d weights for %d periods: %w", len(weights), len(periods), money.ErrWeights)
	}
	if err := v.fits(amount); err != nil {
		return err
	}
	parts, err := amount.Phase(weights...)
	if err != nil {
		return err
	}
	trial := v.Copy(v.name)
	trial.locked = v.locked
	for i, k := range periods {
		if err := trial.Set(key, k, parts[i]); err != nil {
			return err
		}
	}
	v.own = trial.own
	return nil
}

// TopDown hands the figure of a node in a period on to its children by weights in
// their order, by largest remainder; what stood at the children and below them is
// replaced. Nothing is left at the node itself. Errors match ErrLocked, ErrUnknown
// or money.ErrWeights.
func (v *Version) TopDown(key NodeKey, period fiscal.Key, weights ...int64) error {
	if v.locked {
		return fmt.Errorf("version %s %w", v.name, ErrLocked)
	}
	n, p, err := v.find(key, period)
	if err != nil {
		return err
	}
	children := v.chart.children[n]
	if len(weights) != len(children) {
		return fmt.Errorf("%d weights for %d children of %s: %w", len(weights), len(children), key, money.ErrWeights)
	}
	parts, err := money.Minor(v.total(n, p), v.chart.Currency()).Allocate(weights...)
	if err != nil {
		return err
	}
	for i, child := range children {
		v.empty(child, p)
		*v.at(child, p) = parts[i].Minor()
	}
	*v.at(n, p) = 0
	return nil
}

func (v *Version) empty(n int32, p int) {
	*v.at(n, p) = 0
	for _, child := range v.chart.children[n] {
		v.empty(child, p)
	}
}

// BottomUp drops what stands at nodes that have children, in every period: each is
// worth what its children add up to. Errors match ErrLocked.
func (v *Version) BottomUp() error {
	if v.locked {
		return fmt.Errorf("version %s %w", v.name, ErrLocked)
	}
	for n := range v.chart.nodes {
		if len(v.chart.children[n]) > 0 {
			clear(v.own[n*len(v.chart.periods) : (n+1)*len(v.chart.periods)])
		}
	}
	return nil
}

// Scale multiplies every figure that stands at a node itself: a scenario with a
// tenth less is Scale(9, 10). Each is rounded half to even. Errors match ErrLocked
// or ErrAmount; then nothing has changed.
func (v *Version) Scale(num, den int64) error {
	if v.locked {
		return fmt.Errorf("version %s %w", v.name, ErrLocked)
	}
	scaled := slices.Clone(v.own)
	for i, x := range v.own {
		m, err := money.Minor(x, v.chart.Currency()).MulRat(num, den, money.HalfEven)
		if err != nil || v.fits(m) != nil {
			return fmt.Errorf("version %s: %d/%d of %d %w", v.name, num, den, x, ErrAmount)
		}
		scaled[i] = m.Minor()
	}
	v.own = scaled
	return nil
}

// Commands returns what makes a measure of a book, Limit, Plan or Forecast, as the
// version has it, where it has a figure: parents before children. A limit is that
// of the whole branch, plans and forecasts are what stands at the node itself.
func (v *Version) Commands(m Measure) []Command {
	var out []Command
	for n := range v.chart.nodes {
		for p, key := range v.chart.periods {
			own := *v.at(int32(n), p) //nolint:gosec // at most MaxNodes
			if m == Limit {
				own = v.total(int32(n), p) //nolint:gosec // at most MaxNodes
			}
			if own == 0 {
				continue
			}
			amount := money.Minor(own, v.chart.Currency())
			node := v.chart.nodes[n].Key
			switch m {
			case Limit:
				out = append(out, SetLimit{node, key, amount})
			case Plan:
				out = append(out, SetPlan{node, key, amount})
			case Forecast:
				out = append(out, SetForecast{node, key, amount})
			default:
			}
		}
	}
	return out
}

// Version returns a measure of a view as a version: what was spent as a basis for
// next year's plan, a forecast to be compared later. Limit and PendingOut, which do
// not add up the tree, give ErrUnknown.
func (v *View) Version(name string, m Measure) (*Version, error) {
	if !m.rolls() || m >= measures {
		return nil, fmt.Errorf("version of %v: %w: it does not add up the tree", m, ErrUnknown)
	}
	out := NewVersion(v.book.chart, name)
	for i := range v.lines {
		if l := &v.lines[i]; l.measure == m && v.sees(l) {
			*out.at(l.node, int(l.period)) += l.amount
		}
	}
	return out, nil
}

// History returns the figures of a node and its children in periods: weights for
// Spread. Negative ones count as nothing.
func (v *Version) History(key NodeKey, periods ...fiscal.Key) []int64 {
	out := make([]int64, len(periods))
	for i, k := range periods {
		out[i] = max(v.Of(key, k).Minor(), 0)
	}
	return out
}
