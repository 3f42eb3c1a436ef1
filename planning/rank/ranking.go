package rank

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-marops/marops/finding"
)

// ItemKey names what is ranked, chosen or put on a roadmap.
type ItemKey string

// Ranking is the order of some items by a score. Higher scores come first,
// equal scores share a place and stand in the order of the input. What has no
// score stands apart: a missing input is not nought.
type Ranking struct {
	Method string   // "WSJF", "RICE", "ICE" or "weighted"
	Ranked []Ranked // best first
	Apart  []Apart  // without a score, in the order of the input

	formula  formula
	rows     [][]*big.Rat // by place in Ranked: the inputs
	criteria []Criterion  // weighted only
	parts    [][]*big.Rat // weighted only: the normalised values
}

// Ranked is an item with its score and what the score is made of.
type Ranked struct {
	Place int // from 1; equal scores share a place, the next place counts them all
	Key   ItemKey
	Score Score
	Parts []Part
	how   string
}

// String returns one line: "1. webinar 3.20 = (8 + 5 + 3) / 5".
func (r Ranked) String() string { return fmt.Sprintf("%d. %s %s = %s", r.Place, r.Key, r.Score, r.how) }

// Part is one input of a score.
type Part struct {
	Name       string // of the input or criterion
	Input      Number
	Weight     Number // weighted only
	Normalised Score  // weighted only: the input on the scale of the normalisation
	Gives      Score  // weighted only: what it adds to the score
}

// Apart is an item that cannot be ranked.
type Apart struct {
	Key     ItemKey
	State   State
	Input   string // the first input that is missing or out of range
	Missing []string
	Reason  string
}

// State says why there is no score. The zero value is Missing.
type State uint8

// The states of an item without a score.
const (
	Missing   State = iota // an input is not known
	Undefined              // the divisor is nought, or a value cannot be normalised
	Invalid                // an input is out of its range
)

// String returns "missing", "undefined" or "invalid".
func (s State) String() string {
	switch s {
	case Missing:
		return "missing"
	case Undefined:
		return "undefined"
	case Invalid:
		return "invalid"
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}

// Findings returns a warning per item that stands apart:
//
//	rank.input.missing    an input is not known
//	rank.input.undefined  the score would be divided by nought
//	rank.input.invalid    an input is out of its range
func (r *Ranking) Findings() finding.List {
	var out finding.List
	for _, a := range r.Apart {
		fix := "give " + a.Input + " a value in its range"
		if a.State == Missing {
			fix = "estimate " + strings.Join(a.Missing, ", ")
		}
		out.Warnf("rank.input."+a.State.String(), "item/"+string(a.Key), fix, "%s", a.Reason)
	}
	return out
}

// Keys returns the ranked keys, best first.
func (r *Ranking) Keys() []ItemKey {
	out := make([]ItemKey, len(r.Ranked))
	for i, e := range r.Ranked {
		out[i] = e.Key
	}
	return out
}

// formula is a score as a function of its inputs that is linear in each input
// but the divisor.
type formula struct {
	method  string
	inputs  []string
	divisor int // index of the input that divides, -1 if none does
	share   int // index of an input that lies within 0 and 1, -1 if none does
	signed  bool
	eval    func([]*big.Rat) *big.Rat
	how     func([]Number) string
}

// row is an item as the formulas see it.
type row struct {
	key    ItemKey
	inputs []Number
}

func (f formula) rank(rows []row) (*Ranking, error) {
	var found finding.List
	checkKeys(&found, "item", len(rows), func(i int) string { return string(rows[i].key) })
	if err := found.Err(); err != nil {
		return nil, err
	}
	r := &Ranking{Method: f.method, formula: f}
	type scored struct {
		Ranked
		in []*big.Rat
	}
	var all []scored
	for _, in := range rows {
		if apart, bad := f.apart(in); bad {
			r.Apart = append(r.Apart, apart)
			continue
		}
		s := scored{in: rats(in.inputs)}
		s.Key, s.Score, s.how = in.key, Score{f.eval(s.in)}, f.how(in.inputs)
		for k, n := range in.inputs {
			s.Parts = append(s.Parts, Part{Name: f.inputs[k], Input: n})
		}
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b scored) int { return b.Score.Cmp(a.Score) })
	for _, s := range all {
		r.Ranked, r.rows = append(r.Ranked, s.Ranked), append(r.rows, s.in)
	}
	r.number()
	return r, nil
}

// number gives places: 1, 2, 2, 4.
func (r *Ranking) number() {
	for i := range r.Ranked {
		r.Ranked[i].Place = i + 1
		if i > 0 && r.Ranked[i].Score.Cmp(r.Ranked[i-1].Score) == 0 {
			r.Ranked[i].Place = r.Ranked[i-1].Place
		}
	}
}

func rats(in []Number) []*big.Rat {
	out := make([]*big.Rat, len(in))
	for i, n := range in {
		out[i] = n.Rat()
	}
	return out
}

// apart checks the inputs of an item: all there, none negative unless the
// formula takes it, the divisor above nought.
func (f formula) apart(in row) (Apart, bool) {
	a := Apart{Key: in.key}
	for k, n := range in.inputs {
		if !n.Known() {
			a.Missing = append(a.Missing, f.inputs[k])
		}
	}
	if len(a.Missing) > 0 {
		a.Input, a.Reason = a.Missing[0], "no value for "+strings.Join(a.Missing, ", ")
		return a, true
	}
	one := big.NewRat(1, 1)
	for k, n := range in.inputs {
		a.Input = f.inputs[k]
		switch {
		case !f.signed && n.Sign() < 0:
			a.State, a.Reason = Invalid, fmt.Sprintf("%s is %s, below 0", a.Input, n)
			return a, true
		case k == f.share && n.Rat().Cmp(one) > 0:
			a.State, a.Reason = Invalid, fmt.Sprintf("%s is %s, above 1 (100 %%)", a.Input, n)
			return a, true
		case k == f.divisor && n.Sign() == 0:
			a.State, a.Reason = Undefined, a.Input+" is 0"
			return a, true
		}
	}
	return Apart{}, false
}

// maxKey is the longest key, in bytes, as everywhere in the library.
const maxKey = 255

// checkKeys finds keys that are empty, too long or given twice.
func checkKeys(found *finding.List, what string, n int, key func(int) string) {
	seen := make(map[string]bool, n)
	for i := range n {
		k := key(i)
		switch {
		case k == "" || len(k) > maxKey || !utf8.ValidString(k):
			found.Errorf("rank.key.invalid", fmt.Sprintf("%s/%d", what, i+1), "give it a key of 1 to 255 bytes of UTF-8", "key %.40q", k)
		case seen[k]:
			found.Errorf("rank.key.duplicate", what+"/"+k, "rename or remove one of them", "%s %q is given twice", what, k)
		}
		seen[k] = true
	}
}

// terms joins numbers with an operator, negative ones in brackets.
func terms(op string, in ...Number) string {
	out := make([]string, len(in))
	for i, n := range in {
		out[i] = n.String()
		if n.Sign() < 0 {
			out[i] = "(" + out[i] + ")"
		}
	}
	return strings.Join(out, op)
}
