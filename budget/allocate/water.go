package allocate

import (
	"cmp"
	"math"
	"slices"
)

// tree is the order of bounds: the total at node 0, groups below it, each after the
// one it lies in, and what money is spent on as leaves.
type tree struct {
	parent []int32 // of groups; -1 of the total
	lo, hi []float64
	of     []int32 // the innermost node of each leaf
	leaves [][]int32
	groups [][]int32
}

// newTree links leaves and groups.
func newTree(parent, of []int32, lo, hi []float64) *tree {
	t := &tree{parent: parent, of: of, lo: lo, hi: hi, leaves: make([][]int32, len(parent)), groups: make([][]int32, len(parent))}
	for g := 1; g < len(parent); g++ {
		t.groups[parent[g]] = append(t.groups[parent[g]], int32(g))
	}
	for i, g := range of {
		t.leaves[g] = append(t.leaves[g], int32(i))
	}
	return t
}

// water spreads money over envelopes by equal marginal return within bounds: the
// conditions of W. Karush (1939) and H. W. Kuhn and A. W. Tucker (Nonlinear
// programming, 1951), solved as water finds its level, by one price for each node
// that binds. Groups within each other keep it separable, so each node is solved
// by itself (cf. D. S. Hochbaum, Lower and upper bounds for the allocation problem
// and other nonlinear optimization problems, 1994).
type water struct {
	t        *tree
	env      []envelope
	x        []float64 // spend of leaves
	stuck    []bool    // leaves that bounds leave no choice
	price    []float64 // of nodes
	low, top []float64 // least and greatest total of nodes
	sum      []float64 // of nodes
	need     []float64 // of nodes: the least of all below, without bounds of their own
	have     []float64 // of nodes: the greatest total that what others need leaves them
	share    []part
	mids     []middle
}

type part struct{ at, lo, hi, rate float64 }

func newWater(t *tree, leaves int) *water {
	n := len(t.parent)
	f := make([]float64, 6*n+leaves)
	return &water{
		t: t, price: f[:n], low: f[n : 2*n], top: f[2*n : 3*n], sum: f[3*n : 4*n], need: f[4*n : 5*n], have: f[5*n : 6*n],
		x: f[6*n:], share: make([]part, 0, leaves+n), stuck: make([]bool, leaves),
	}
}

// fits computes the least and greatest totals of nodes from the intervals of the
// leaves; false if some node cannot keep its bounds, even by a margin.
func (w *water) fits(margin float64) bool {
	t := w.t
	for g := range w.low {
		w.low[g], w.top[g] = 0, 0
	}
	for i, g := range t.of {
		w.low[g] += w.env[i].l
		w.top[g] += w.env[i].u
	}
	for g := len(w.low) - 1; g >= 0; g-- {
		if w.low[g] > t.hi[g]+margin || w.top[g] < t.lo[g]-margin {
			return false
		}
		w.need[g] = w.low[g]
		w.low[g], w.top[g] = max(w.low[g], t.lo[g]), min(w.top[g], t.hi[g])
		w.top[g] = max(w.low[g], w.top[g])
		if p := t.parent[g]; p >= 0 {
			w.low[p] += w.low[g]
			w.top[p] += w.top[g]
		}
	}
	w.have[0] = w.top[0]
	for g := 1; g < len(w.top); g++ { // what the others need is not for this one
		p := t.parent[g]
		w.have[g] = max(w.low[g], min(w.top[g], w.have[p]-(w.need[p]-w.low[g])))
	}
	return true
}

// solve spreads what is to be spent. guess is a price to begin with; 0 is none.
func (w *water) solve(guess float64) {
	w.fill(0, w.top[0], guess, true)
}

// fill spreads a total over all below node g, at the price above it or one of its
// own; of the total at node 0 it is a guess. If free, less may be spent where more
// brings nothing.
func (w *water) fill(g int32, total, above float64, free bool) {
	price, plateau := w.level(g, total, above, g > 0)
	w.price[g] = price
	stuck := price == dearest
	if stuck { // bounds leave no choice, so there is no price of their own
		w.price[g] = 0
		if g > 0 {
			w.price[g] = above
		}
	}
	ln := math.Log(price)
	parts := w.share[:0]
	spent := 0.0
	for _, i := range w.t.leaves[g] {
		lo, hi, rate := w.env[i].demand(price, ln)
		p := part{lo, w.env[i].l, w.env[i].u, -rate}
		if plateau {
			p = part{lo, lo, hi, 0}
		}
		parts = append(parts, p)
		spent += p.at
	}
	for _, k := range w.t.groups[g] {
		lo, hi, rate := w.demand(k, price, ln)
		p := part{lo, w.low[k], w.top[k], -rate}
		if plateau {
			p = part{lo, lo, hi, 0}
		}
		parts = append(parts, p)
		spent += p.at
	}
	if !(free && price == 0) {
		settle(parts, total-spent)
	}
	for n, i := range w.t.leaves[g] {
		w.x[i], w.stuck[i] = parts[n].at, stuck
	}
	if len(w.t.groups[g]) == 0 {
		return
	}
	left := append([]part(nil), parts[len(w.t.leaves[g]):]...)
	highest := w.price[g]
	for n, k := range w.t.groups[g] {
		w.fill(k, left[n].at, w.price[g], false)
		if stuck {
			highest = max(highest, w.price[k])
		}
	}
	w.price[g] = highest
}

// settle moves parts until they add up to what is wanted: by their rates first,
// which is as good as another step of Newton's method.
func settle(parts []part, rest float64) {
	for range 8 {
		total := 0.0
		for _, p := range parts {
			if rest > 0 && p.at < p.hi || rest < 0 && p.at > p.lo {
				total += p.rate
			}
		}
		if total == 0 || rest == 0 {
			break
		}
		share := rest / total
		for n := range parts {
			p := &parts[n]
			to := min(max(p.at+share*p.rate, p.lo), p.hi)
			rest -= to - p.at
			p.at = to
		}
	}
	for _, curved := range [2]bool{true, false} {
		for n := range parts {
			if p := &parts[n]; rest != 0 && (p.rate > 0 || !curved) {
				to := min(max(p.at+rest, p.lo), p.hi)
				rest -= to - p.at
				p.at = to
			}
		}
	}
}

// demand returns what all below node g would spend at a price, within its bounds.
func (w *water) demand(g int32, price, ln float64) (lo, hi, rate float64) {
	for _, i := range w.t.leaves[g] {
		a, b, r := w.env[i].demand(price, ln)
		lo, hi, rate = lo+a, hi+b, rate+r
	}
	for _, k := range w.t.groups[g] {
		a, b, r := w.demand(k, price, ln)
		lo, hi, rate = lo+a, hi+b, rate+r
	}
	if lo < w.low[g] || lo > w.top[g] {
		rate = 0
	}
	return min(max(lo, w.low[g]), w.top[g]), min(max(hi, w.low[g]), w.top[g]), rate
}

// inside is demand without the bounds of g itself.
func (w *water) inside(g int32, price, ln float64) (lo, hi, rate float64) {
	for _, i := range w.t.leaves[g] {
		a, b, r := w.env[i].demand(price, ln)
		lo, hi, rate = lo+a, hi+b, rate+r
	}
	for _, k := range w.t.groups[g] {
		a, b, r := w.demand(k, price, ln)
		lo, hi, rate = lo+a, hi+b, rate+r
	}
	return lo, hi, rate
}

// breaks returns how many slopes of lines below g lie strictly between two prices,
// and one that has a fair share of them on either side: the weighted median of the
// middles.
func (w *water) breaks(g int32, lo, hi float64) (int, float64) {
	w.mids = w.mids[:0]
	total := w.middles(g, lo, hi)
	list := w.mids
	if total == 0 {
		return 0, 0
	}
	if len(list) > 24 {
		slices.SortFunc(list, func(a, b middle) int { return cmp.Compare(a.slope, b.slope) })
	} else {
		for i := 1; i < len(list); i++ {
			for k := i; k > 0 && list[k].slope < list[k-1].slope; k-- {
				list[k], list[k-1] = list[k-1], list[k]
			}
		}
	}
	seen := 0
	for _, m := range list {
		if seen += m.count; 2*seen >= total {
			return total, m.slope
		}
	}
	return total, list[0].slope
}

type middle struct {
	slope float64
	count int
}

func (w *water) middles(g int32, lo, hi float64) (total int) {
	for _, i := range w.t.leaves[g] {
		if n, s := w.env[i].breaks(lo, hi); n > 0 {
			w.mids = append(w.mids, middle{s, n})
			total += n
		}
	}
	for _, k := range w.t.groups[g] {
		total += w.middles(k, lo, hi)
	}
	return total
}

const (
	cheapest, dearest = 1e-290, 1e300 // prices beyond which nothing changes
	rounds            = 300
)

// level returns the price at which all below g spend a total, and whether it is one
// at which they may spend more or less. At a price of 0 they spend less than that
// unless made to. If keep, the guess is the price above, which is kept if they spend
// that much at it.
func (w *water) level(g int32, total, guess float64, keep bool) (price float64, plateau bool) {
	if keep && guess > 0 {
		lo, hi, _ := w.inside(g, guess, math.Log(guess))
		if hi > lo && lo <= total && total <= hi {
			return guess, true
		}
		if math.Abs(total-lo) <= 1e-9*total+1e-12*w.top[0] { // but for what rounding above has moved
			return guess, false
		}
	}
	if _, hi, _ := w.inside(g, cheapest, math.Log(cheapest)); hi <= total {
		return 0, true
	}
	lo, hi := cheapest, dearest
	if least, _, _ := w.inside(g, hi, math.Log(hi)); least >= total*(1-1e-13) {
		return hi, true
	}
	for { // to between two breaks
		n, s := w.breaks(g, lo, hi)
		if n == 0 {
			break
		}
		a, b, _ := w.inside(g, s, math.Log(s))
		switch {
		case total < a:
			lo = s
		case total > b:
			hi = s
		default:
			return s, true
		}
	}
	return w.smooth(g, total, guess, lo, hi), false
}

// smooth finds the price between two others, between which no line has its slope, by
// Newton's method on logarithms, kept inside by halving.
func (w *water) smooth(g int32, total, guess, lo, hi float64) float64 {
	a, b := math.Log(lo), math.Log(hi)
	s := math.Log(guess)
	if !(s > a && s < b) {
		s = w.start(g, total)
	}
	if !(s > a && s < b) {
		s = 0.5 * (a + b)
	}
	best, miss := s, math.Inf(1)
	for range rounds {
		sum, _, rate := w.inside(g, math.Exp(s), s)
		off := sum - total
		if math.Abs(off) < miss {
			best, miss = s, math.Abs(off)
			if step := off / rate; math.Abs(off) <= 1e-9*total && math.Abs(step) < 1e-6 { // the last step
				best -= step
				break
			}
		}
		if off > 0 {
			a = s
		} else {
			b = s
		}
		next := s - math.Log(sum/total)*sum/rate
		if !(next > a && next < b) {
			next = 0.5 * (a + b)
		}
		if math.Abs(next-s) <= 4e-16*math.Abs(s) || b-a <= 4e-16*math.Abs(s) {
			break
		}
		s = next
	}
	return math.Exp(best)
}

// start guesses the logarithm of a price: that of the leaves' middle slopes.
func (w *water) start(g int32, total float64) float64 {
	sum, n := 0.0, 0
	share := (total - w.low[g]) / max(w.top[g]-w.low[g], total*1e-9)
	w.each(g, func(e *envelope) {
		if e.form == smooth {
			sum += e.logSlope(max(e.t, e.l+share*(e.u-e.l)))
			n++
		}
	})
	return sum / float64(n) // of nothing it is not a number, and not used
}

func (w *water) each(g int32, f func(*envelope)) {
	for _, i := range w.t.leaves[g] {
		f(&w.env[i])
	}
	for _, k := range w.t.groups[g] {
		w.each(k, f)
	}
}
