package budget

import (
	"cmp"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// Tags are the dimensions of money beside its place in the tree.
type Tags struct {
	Channel    string `json:"channel,omitempty"`
	Category   string `json:"category,omitempty"`
	Region     string `json:"region,omitempty"`
	CostCentre string `json:"costCentre,omitempty"`
	Vendor     string `json:"vendor,omitempty"`
}

// Dimension names one of the Tags.
type Dimension uint8

// The dimensions.
const (
	Channel Dimension = iota
	Category
	Region
	CostCentre
	Vendor
)

var dimensionNames = [...]string{"channel", "category", "region", "cost centre", "vendor"}

// String returns the lower-case name.
func (d Dimension) String() string { return name(dimensionNames[:], int(d)) }

// MarshalText writes the name.
func (d Dimension) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the name.
func (d *Dimension) UnmarshalText(text []byte) error { return parse(d, dimensionNames[:], text) }

// Of returns the value of a dimension; "" if it has none.
func (t Tags) Of(d Dimension) string {
	switch d {
	case Channel:
		return t.Channel
	case Category:
		return t.Category
	case Region:
		return t.Region
	case CostCentre:
		return t.CostCentre
	case Vendor:
		return t.Vendor
	}
	return ""
}

// or fills in what t has not.
func (t Tags) or(other Tags) Tags {
	return Tags{
		cmp.Or(t.Channel, other.Channel), cmp.Or(t.Category, other.Category), cmp.Or(t.Region, other.Region),
		cmp.Or(t.CostCentre, other.CostCentre), cmp.Or(t.Vendor, other.Vendor),
	}
}

// Share is what one value of a dimension has of each measure but the limit.
type Share struct {
	Value          string // "" = lines without one
	Plan           money.Money
	Forecast       money.Money
	Reserved       money.Money
	OpenCommitment money.Money
	Accrued        money.Money
	Actual         money.Money
}

// By splits what a node and its children have in a window by a dimension. Shares
// are sorted by value and add up to the node's Balance. Errors match ErrUnknown.
func (v *View) By(d Dimension, key NodeKey, on civil.Date, w Window) ([]Share, error) {
	n, err := v.book.node(key)
	if err != nil {
		return nil, err
	}
	p, err := v.book.on(on)
	if err != nil {
		return nil, err
	}
	from, to := v.book.chart.span(w, p)
	sums := map[string]*[measures]int64{}
	for i := range v.lines {
		l := &v.lines[i]
		if !v.sees(l) || int(l.period) < from || int(l.period) >= to || l.measure == Limit || l.measure == PendingOut || !v.book.chart.inside(l.node, n) {
			continue
		}
		value := v.book.tagged[l.tags].Of(d)
		if sums[value] == nil {
			sums[value] = new([measures]int64)
		}
		sums[value][l.measure] += l.amount
	}
	m := v.book.minor
	shares := make([]Share, 0, len(sums))
	for value, t := range sums {
		shares = append(shares, Share{value, m(t[Plan]), m(t[Forecast]), m(t[Reserved]), m(t[OpenCommitment]), m(t[Accrued]), m(t[Actual])})
	}
	slices.SortFunc(shares, func(a, b Share) int { return cmp.Compare(a.Value, b.Value) })
	return shares, nil
}

// tagTable interns Tags: a line keeps a number.
type tagTable struct {
	index map[Tags]int32
	node  []int32 // of the tags of nodes
}

func (b *Book) intern(tags Tags) int32 {
	i, ok := b.tags.index[tags]
	if !ok {
		i = int32(len(b.tagged)) //nolint:gosec // fewer than lines
		b.tagged, b.tags.index[tags] = append(b.tagged, tags), i
	}
	return i
}

// tagsOf returns the number of a document's tags at a node.
func (b *Book) tagsOf(tags Tags, node int32) int32 {
	if tags == (Tags{}) {
		return b.tags.node[node]
	}
	return b.intern(tags.or(b.chart.tags[node]))
}
