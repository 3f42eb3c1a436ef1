package budget

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

// ErrLocked says that a version takes no more changes.
var ErrLocked = errors.New("is locked")

// Version is a plan of money over the nodes and periods of a Chart, beside any
// Book: this year's budget, the forecast of March, a scenario with a tenth less.
// A figure of a node includes its children's. A figure, and what stands at a node
// itself, is less than 2^62 minor units. It is not safe for concurrent use until it
// is locked.
type Version struct {
	chart  *Chart
	name   string
	locked bool
	rates  *fx.Table // nil = none
	sums   []int64   // figures, with those of the children: nodes × periods
}

// NewVersion returns an empty version.
func NewVersion(c *Chart, name string) *Version {
	return &Version{chart: c, name: name, sums: make([]int64, len(c.nodes)*len(c.periods))}
}

// Name returns the name of the version.
func (v *Version) Name() string { return v.name }

// Lock ends all changes. A copy can be changed.
func (v *Version) Lock() { v.locked = true }

// Locked reports whether the version takes no more changes.
func (v *Version) Locked() bool { return v.locked }

// Copy returns the same figures under another name, not locked.
func (v *Version) Copy(name string) *Version {
	return &Version{chart: v.chart, name: name, rates: v.rates, sums: slices.Clone(v.sums)}
}

func (v *Version) unlocked() error {
	if v.locked {
		return fmt.Errorf("version %s %w", v.name, ErrLocked)
	}
	return nil
}

// find returns the indices of a node and a period.
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

func (v *Version) at(n int32, p int) *int64 { return &v.sums[int(n)*len(v.chart.periods)+p] }

// Of returns the figure of a node and its children in a period; nothing if the
// chart lacks either.
func (v *Version) Of(key NodeKey, period fiscal.Key) money.Money {
	n, p, err := v.find(key, period)
	if err != nil {
		return money.Money{}
	}
	return money.Minor(*v.at(n, p), v.chart.Currency())
}

// Set makes the figure of a node and its children an amount in a period: the
// difference to what its children have stands at the node itself. An amount of another
// currency takes a rate of the version: see Freeze. Errors match ErrLocked, ErrUnknown,
// ErrAmount or ErrRate.
func (v *Version) Set(key NodeKey, period fiscal.Key, amount money.Money) error {
	if err := v.unlocked(); err != nil {
		return err
	}
	n, p, err := v.find(key, period)
	if err != nil {
		return err
	}
	change, err := v.change(n, p, amount)
	if err == nil {
		v.add(n, p, change)
	}
	return err
}

// change returns by how much a figure changes to become an amount, if that is one
// for this version and leaves none above it too large.
func (v *Version) change(n int32, p int, amount money.Money) (int64, error) {
	amount, err := v.own(amount, p)
	if err != nil {
		return 0, err
	}
	refused := func() (int64, error) { return 0, fmt.Errorf("version %s: %v %w", v.name, amount, ErrAmount) }
	if amount.Currency() != v.chart.Currency() || !grows(0, amount.Minor()) {
		return refused()
	}
	have := *v.at(n, p)
	own, change := have, amount.Minor()-have
	for _, child := range v.chart.children[n] {
		own -= *v.at(child, p) // may wrap on the way
	}
	if !grows(own, change) {
		return refused()
	}
	for up := v.chart.parent[n]; up >= 0; up = v.chart.parent[up] {
		if !grows(*v.at(up, p), change) {
			return refused()
		}
	}
	return change, nil
}

// grows reports whether a figure, below maxGross, stays so with a change.
func grows(have, change int64) bool { return change < maxGross-have && change > -maxGross-have }

func (v *Version) add(n int32, p int, change int64) {
	for ; n >= 0; n = v.chart.parent[n] {
		*v.at(n, p) += change
	}
}

// Spread phases an amount over periods at a node by weights, such as days, last
// year's figures or a curve, with cumulative rounding: the parts add up to the
// amount exactly, and no running total is more than half a unit off. Without
// weights, the days of the periods count. Figures of children stay. Errors match
// ErrLocked, ErrUnknown, ErrKeyReused for a period that is named twice, ErrAmount,
// ErrRate or money.ErrWeights; then nothing has changed.
func (v *Version) Spread(key NodeKey, periods []fiscal.Key, amount money.Money, weights ...int64) error {
	if err := v.unlocked(); err != nil {
		return err
	}
	var n int32
	at, days, named := make([]int, len(periods)), make([]int64, len(periods)), make([]bool, len(v.chart.periods))
	for i, k := range periods {
		var err error
		if n, at[i], err = v.find(key, k); err != nil {
			return err
		}
		if named[at[i]] {
			return fmt.Errorf("period %v, named twice, %w", k, ErrKeyReused)
		}
		named[at[i]] = true
		days[i] = int64(v.chart.days.bounds[at[i]].Len())
	}
	if len(weights) == 0 {
		weights = days
	}
	if len(weights) != len(periods) {
		return fmt.Errorf("%d weights for %d periods: %w", len(weights), len(periods), money.ErrWeights)
	}
	parts, err := amount.Phase(weights...)
	if err != nil {
		return err
	}
	changes := make([]int64, len(parts))
	for i := range parts {
		if changes[i], err = v.change(n, at[i], parts[i]); err != nil {
			return err
		}
	}
	for i := range changes {
		v.add(n, at[i], changes[i])
	}
	return nil
}

// TopDown hands the figure of a node in a period on to its children by weights in
// their order, by largest remainder; what stood at the children and below them is
// replaced. Nothing is left at the node itself. Errors match ErrLocked, ErrUnknown
// or money.ErrWeights.
func (v *Version) TopDown(key NodeKey, period fiscal.Key, weights ...int64) error {
	if err := v.unlocked(); err != nil {
		return err
	}
	n, p, err := v.find(key, period)
	if err != nil {
		return err
	}
	children := v.chart.children[n]
	if len(weights) != len(children) {
		return fmt.Errorf("%d weights for %d children of %s: %w", len(weights), len(children), key, money.ErrWeights)
	}
	parts, err := money.Minor(*v.at(n, p), v.chart.Currency()).Allocate(weights...)
	if err != nil {
		return err
	}
	for _, below := range v.chart.branch(n)[1:] {
		*v.at(below, p) = 0
	}
	for i, child := range children {
		*v.at(child, p) = parts[i].Minor()
	}
	return nil
}

// BottomUp drops what stands at nodes that have children, in every period: each is
// worth what its children add up to. Errors match ErrLocked, or ErrAmount if that is
// too much; then nothing has changed.
func (v *Version) BottomUp() error {
	if err := v.unlocked(); err != nil {
		return err
	}
	own := v.chart.own(v.sums)
	for n, children := range v.chart.children {
		if len(children) > 0 {
			clear(own[n*len(v.chart.periods) : (n+1)*len(v.chart.periods)])
		}
	}
	return v.become(own)
}

// Scale multiplies every figure that stands at a node itself: a scenario with a
// tenth less is Scale(9, 10). Each is rounded half to even. Errors match ErrLocked
// or ErrAmount; then nothing has changed.
func (v *Version) Scale(num, den int64) error {
	if err := v.unlocked(); err != nil {
		return err
	}
	own := v.chart.own(v.sums)
	for i, x := range own {
		m, err := money.Minor(x, v.chart.Currency()).MulRat(num, den, money.HalfEven)
		if err != nil || !grows(0, m.Minor()) {
			return fmt.Errorf("version %s: %d/%d of %d %w", v.name, num, den, x, ErrAmount)
		}
		own[i] = m.Minor()
	}
	return v.become(own)
}

// become takes what stands at the nodes themselves, each below maxGross, and makes
// figures of it in place.
func (v *Version) become(own []int64) error {
	if !v.chart.rollUp(own) {
		return fmt.Errorf("version %s: its figures %w: they add up to 2^62 minor units or more", v.name, ErrAmount)
	}
	v.sums = own
	return nil
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
	if err := out.become(out.sums); err != nil {
		return nil, err
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
