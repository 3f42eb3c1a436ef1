package rank

import (
	"cmp"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
)

// Flip says what it takes to swap two neighbours of a ranking.
type Flip struct {
	Above, Below ItemKey
	Gap          Score    // between their scores
	Changes      []Change // each alone is enough; the smallest in proportion first
}

// Change is a single input or weight and the value at which the two neighbours
// have equal scores. Beyond it they swap.
type Change struct {
	Item ItemKey // whose input; "" for the weight of a criterion
	Name string  // of the input or criterion
	From Number
	To   Score
}

// String returns one line: "webinar: job size 5 -> 6.25".
func (c Change) String() string {
	who := string(c.Item)
	if who == "" {
		who = "weight"
	}
	return fmt.Sprintf("%s: %s %s -> %s", who, c.Name, c.From, c.To)
}

// Sensitivity returns for each two neighbours every input (of a weighted ranking
// every weight, and with Raw values every input) that can swap them by itself
// within its range. A pair without any Changes keeps its order whatever single
// value is wrong.
func (r *Ranking) Sensitivity() []Flip {
	var out []Flip
	for i := 0; i+1 < len(r.Ranked); i++ {
		above, below := r.Ranked[i], r.Ranked[i+1]
		f := Flip{Above: above.Key, Below: below.Key, Gap: Score{new(big.Rat).Sub(above.Score.r, below.Score.r)}}
		for k := range r.criteria {
			if c, ok := r.weightFlip(i, k); ok {
				f.Changes = append(f.Changes, c)
			}
		}
		if r.formula.eval != nil {
			for k := range r.formula.inputs {
				for _, end := range [2]struct{ item, up int }{{i, -1}, {i + 1, 1}} {
					target := below.Score.r
					if end.item == i+1 {
						target = above.Score.r
					}
					if c, ok := r.inputFlip(end.item, k, target, end.up); ok {
						f.Changes = append(f.Changes, c)
					}
				}
			}
		}
		slices.SortStableFunc(f.Changes, compareRelative)
		out = append(out, f)
	}
	return out
}

// weightFlip solves for one weight: with d the differences of the normalised
// values, the sum of weight times d is nought.
func (r *Ranking) weightFlip(i, k int) (Change, bool) {
	sum, dk := new(big.Rat), new(big.Rat)
	for j, c := range r.criteria {
		d := new(big.Rat).Sub(r.parts[i][j], r.parts[i+1][j])
		if j == k {
			dk = d
		}
		sum.Add(sum, new(big.Rat).Mul(c.Weight.Rat(), d))
	}
	if dk.Sign() == 0 {
		return Change{}, false
	}
	c := r.criteria[k]
	to := new(big.Rat).Sub(c.Weight.Rat(), sum.Quo(sum, dk))
	if dk.Sign() > 0 && to.Sign() <= 0 { // it would have to fall below nought
		return Change{}, false
	}
	return Change{Name: c.Key, From: c.Weight, To: Score{to}}, true
}

// inputFlip solves for one input of the item at place i, whose score must go up
// or down to the target.
func (r *Ranking) inputFlip(i, k int, target *big.Rat, up int) (Change, bool) {
	f, x := r.formula, slices.Clone(r.rows[i])
	x[k] = big.NewRat(1, 1)
	at1 := f.eval(x)
	to, slope := new(big.Rat), 0
	if k == f.divisor {
		if at1.Sign() <= 0 || target.Sign() <= 0 {
			return Change{}, false
		}
		to.Quo(at1, target)
		slope = -1
	} else {
		x[k] = new(big.Rat)
		at0 := f.eval(x)
		b := at1.Sub(at1, at0)
		if slope = b.Sign(); slope == 0 {
			return Change{}, false
		}
		to.Quo(to.Sub(target, at0), b)
	}
	switch up * slope {
	case -1:
		if !f.signed && to.Sign() <= 0 {
			return Change{}, false
		}
	default:
		if k == f.share && to.Cmp(big.NewRat(1, 1)) >= 0 {
			return Change{}, false
		}
	}
	return Change{Item: r.Ranked[i].Key, Name: f.inputs[k], From: r.Ranked[i].Parts[k].Input, To: Score{to}}, true
}

// compareRelative orders by the size of the change in proportion to the value
// changed; from nought every change is infinitely large.
func compareRelative(a, b Change) int {
	za, zb := a.From.Sign() == 0, b.From.Sign() == 0
	if za || zb {
		return cmp.Compare(b2i(za), b2i(zb))
	}
	return relative(a).Cmp(relative(b))
}

func relative(c Change) *big.Rat {
	from := c.From.Rat()
	d := new(big.Rat).Sub(c.To.r, from)
	return d.Abs(d.Quo(d, from))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Stay says how often an item was among the best when the weights were varied.
type Stay struct {
	Key     ItemKey
	Times   int // out of Samples
	Samples int
}

// Stability varies all weights of a weighted ranking at once, each by up to
// percent of itself (in thousandths of the weight, all equally likely), and
// counts how often each item is among the first k, ties in the order of the
// ranking. The answer is in the order of the ranking and depends on the seed
// alone; it is nil for rankings without weights, or for k or samples below 1 or
// a percent outside 0 to 100.
func (r *Ranking) Stability(k, percent, samples int, seed uint64) []Stay {
	if len(r.criteria) == 0 || k < 1 || samples < 1 || percent < 0 || percent > 100 {
		return nil
	}
	values, weights := r.wholeParts()
	out := make([]Stay, len(r.Ranked))
	for i, e := range r.Ranked {
		out[i] = Stay{Key: e.Key, Samples: samples}
	}
	random := rand.New(rand.NewPCG(seed, 0))
	scores := make([]*big.Int, len(values))
	order := make([]int, len(values))
	var varied, product big.Int
	for range samples {
		for i := range scores {
			scores[i], order[i] = new(big.Int), i
		}
		for c, w := range weights {
			varied.Mul(w, big.NewInt(1000-int64(10*percent)+random.Int64N(int64(20*percent)+1)))
			for i := range scores {
				scores[i].Add(scores[i], product.Mul(&varied, values[i][c]))
			}
		}
		slices.SortStableFunc(order, func(a, b int) int { return scores[b].Cmp(scores[a]) })
		for _, i := range order[:min(k, len(order))] {
			out[i].Times++
		}
	}
	return out
}

// wholeParts brings the normalised values of each criterion, and the weights,
// over one denominator per kind, which no order depends on.
func (r *Ranking) wholeParts() (values [][]*big.Int, weights []*big.Int) {
	whole := func(all [][]*big.Rat) [][]*big.Int {
		denominator := big.NewInt(1)
		for _, line := range all {
			for _, x := range line {
				g := new(big.Int).GCD(nil, nil, denominator, x.Denom())
				denominator.Mul(denominator, g.Quo(x.Denom(), g))
			}
		}
		out := make([][]*big.Int, len(all))
		for i, line := range all {
			for _, x := range line {
				n := new(big.Int).Quo(denominator, x.Denom())
				out[i] = append(out[i], n.Mul(n, x.Num()))
			}
		}
		return out
	}
	w := make([]*big.Rat, len(r.criteria))
	for k, c := range r.criteria {
		w[k] = c.Weight.Rat()
	}
	return whole(r.parts), whole([][]*big.Rat{w})[0]
}
