package rank

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/go-marops/marops/finding"
)

// Direction says which end of a criterion is the good one. The zero value is
// Higher.
type Direction uint8

// The directions.
const (
	Higher Direction = iota // more is better
	Lower                   // less is better
)

// String returns "higher" or "lower".
func (d Direction) String() string { return nameOf(directions, d) }

// MarshalText writes the name.
func (d Direction) MarshalText() ([]byte, error) { return marshalName(directions, d) }

// UnmarshalText reads the name; empty text is Higher. Errors match ErrName.
func (d *Direction) UnmarshalText(text []byte) error { return unmarshalName(directions, d, text) }

var directions = []string{"higher", "lower"}

// Normalisation says how the values of a criterion come onto one scale. The zero
// value is MinMax.
type Normalisation uint8

// The normalisations. Only items with all their values take part in them.
const (
	MinMax   Normalisation = iota // the worst value gives 0, the best 1, in between in proportion; if all are equal, 1
	MaxShare                      // the value's share of the greatest; with Lower, the least value's share of it; values must not be negative (C. L. Hwang and K. Yoon, Multiple Attribute Decision Making, 1981)
	Raw                           // as given: the values are on one scale already; with Lower they count against the item
)

// String returns "min-max", "max-share" or "raw".
func (n Normalisation) String() string { return nameOf(normalisations, n) }

// MarshalText writes the name.
func (n Normalisation) MarshalText() ([]byte, error) { return marshalName(normalisations, n) }

// UnmarshalText reads the name; empty text is MinMax. Errors match ErrName.
func (n *Normalisation) UnmarshalText(text []byte) error {
	return unmarshalName(normalisations, n, text)
}

var normalisations = []string{"min-max", "max-share", "raw"}

// Criterion is what items are judged by.
type Criterion struct {
	Key    string    `json:"key"`
	Weight Number    `json:"weight"` // not negative; only its share of all weights counts
	Better Direction `json:"better,omitzero"`
}

// WeightedItem is an item with its values by criterion. A criterion that is not
// there is missing.
type WeightedItem struct {
	Key    ItemKey           `json:"key"`
	Values map[string]Number `json:"values"`
}

// Weighted ranks by the weighted mean of the normalised values (simple additive
// weighting: P. C. Fishburn, Additive utilities with incomplete product sets,
// 1967). The error is a finding.List with these codes:
//
//	rank.key.invalid         an empty key, one of more than 255 bytes or not UTF-8
//	rank.key.duplicate       a key given twice
//	rank.weight.invalid      a weight that is missing or negative, or no weight above 0
//	rank.criterion.unknown   a value for a criterion that is not there
//	rank.choice.unknown      no such direction or normalisation
func Weighted(criteria []Criterion, items []WeightedItem, how Normalisation) (*Ranking, error) {
	var found finding.List
	checkKeys(&found, "criterion", len(criteria), func(i int) string { return criteria[i].Key })
	total := new(big.Rat)
	known := make(map[string]bool, len(criteria))
	for _, c := range criteria {
		known[c.Key] = true
		if !c.Weight.Known() || c.Weight.Sign() < 0 {
			found.Errorf("rank.weight.invalid", "criterion/"+c.Key, "give it a weight of 0 or more", "weight %s", c.Weight)
			continue
		}
		if int(c.Better) >= len(directions) {
			found.Errorf("rank.choice.unknown", "criterion/"+c.Key, "choose higher or lower", "direction %s", c.Better)
		}
		total.Add(total, c.Weight.Rat())
	}
	if total.Sign() == 0 && !found.Has("rank.weight.invalid") {
		found.Errorf("rank.weight.invalid", "criteria", "give a criterion a weight above 0", "no weight is above 0")
	}
	if int(how) >= len(normalisations) {
		found.Errorf("rank.choice.unknown", "normalisation", "choose min-max, max-share or raw", "%s", how)
	}
	rows := make([]row, len(items))
	for i, it := range items {
		rows[i].key = it.Key
		for _, c := range criteria {
			rows[i].inputs = append(rows[i].inputs, it.Values[c.Key])
		}
		var strange []string
		for name := range it.Values {
			if !known[name] {
				strange = append(strange, name)
			}
		}
		slices.Sort(strange)
		for _, name := range strange {
			found.Errorf("rank.criterion.unknown", "item/"+string(it.Key), "add the criterion or remove the value", "value for %q", name)
		}
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	w := weighing{criteria: criteria, how: how, total: total}
	return w.rank(rows)
}

// weighing computes a weighted ranking from checked input.
type weighing struct {
	criteria []Criterion
	how      Normalisation
	total    *big.Rat
}

func (w weighing) rank(rows []row) (*Ranking, error) {
	names := make([]string, len(w.criteria))
	for k, c := range w.criteria {
		names[k] = c.Key
	}
	f := formula{method: "weighted", inputs: names, divisor: -1, share: -1, signed: w.how != MaxShare, how: func([]Number) string { return "" }}
	norm := w.scales(f, rows)
	f.eval = func(x []*big.Rat) *big.Rat {
		sum := new(big.Rat)
		for k, c := range w.criteria {
			sum.Add(sum, new(big.Rat).Mul(c.Weight.Rat(), norm[k](x[k])))
		}
		return sum.Quo(sum, w.total)
	}
	r, err := f.rank(rows)
	if err != nil {
		return nil, err
	}
	r.criteria = slices.Clone(w.criteria)
	for i := range r.Ranked {
		e := &r.Ranked[i]
		parts := make([]*big.Rat, len(w.criteria))
		text := make([]string, len(w.criteria))
		for k, c := range w.criteria {
			parts[k] = norm[k](r.rows[i][k])
			p := &e.Parts[k]
			p.Weight, p.Normalised = c.Weight, Score{parts[k]}
			gives := new(big.Rat).Mul(c.Weight.Rat(), parts[k])
			p.Gives = Score{gives.Quo(gives, w.total)}
			text[k] = fmt.Sprintf("%s %s", c.Key, p.Gives)
		}
		e.how = strings.Join(text, " + ")
		r.parts = append(r.parts, parts)
	}
	if w.how != Raw {
		r.formula.eval = nil // an input moves the scale for all: only weights can be varied
	}
	return r, nil
}

// scales returns the normalisation of each criterion, a function of the value.
func (w weighing) scales(f formula, rows []row) []func(*big.Rat) *big.Rat {
	out := make([]func(*big.Rat) *big.Rat, len(w.criteria))
	for k, c := range w.criteria {
		var low, high *big.Rat
		for _, in := range rows {
			if _, bad := f.apart(in); bad {
				continue
			}
			x := in.inputs[k].Rat()
			if low == nil || x.Cmp(low) < 0 {
				low = x
			}
			if high == nil || x.Cmp(high) > 0 {
				high = x
			}
		}
		out[k] = scale(w.how, c.Better, low, high)
	}
	return out
}

func scale(how Normalisation, better Direction, low, high *big.Rat) func(*big.Rat) *big.Rat {
	one := big.NewRat(1, 1)
	switch {
	case how == Raw && better == Lower:
		return func(x *big.Rat) *big.Rat { return new(big.Rat).Neg(x) }
	case how == Raw:
		return func(x *big.Rat) *big.Rat { return x }
	case low == nil || how == MinMax && low.Cmp(high) == 0:
		return func(*big.Rat) *big.Rat { return one }
	case how == MinMax:
		return func(x *big.Rat) *big.Rat {
			d := new(big.Rat).Sub(x, low)
			if better == Lower {
				d.Sub(high, x)
			}
			return d.Quo(d, new(big.Rat).Sub(high, low))
		}
	case better == Lower:
		return func(x *big.Rat) *big.Rat {
			if x.Sign() == 0 { // as low as it can be
				return one
			}
			return new(big.Rat).Quo(low, x)
		}
	}
	return func(x *big.Rat) *big.Rat {
		if high.Sign() == 0 {
			return one
		}
		return new(big.Rat).Quo(x, high)
	}
}
