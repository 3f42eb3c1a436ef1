package rank

import "math"

// relax is the linear relaxation of what is left of a program, as a dense
// dictionary for the dual simplex method with bounded variables (C. E. Lemke,
// The dual method of solving the linear programming problem, 1954; bound
// flipping after R. Fourer, Notes on the dual simplex method, 1994). It starts
// dual feasible, since every candidate can stand at the bound it prefers.
//
// Floating point serves only to find good multipliers: every bound that decides
// anything is computed from them in integers (see bounds). Products are rounded
// by explicit conversions, so that no machine fuses them and all walk the same
// path.
type relax struct {
	n     int       // candidates; variable n+i is the slack of row i
	rows  int       //
	width int       // columns in use
	cell  []float64 // rows x width
	gain  []float64 // by column: what the objective gains per unit
	col   []int32   // by column: its variable
	upper []bool    // by column: stands at its upper bound
	base  []int32   // by row: its basic variable
	at    []float64 // by row: the value of the basic variable
	z     float64   // objective
	below bool      // the row that is hopeless is too low, not too high
	keep  []int32   // follow: columns to keep
	shift []int32   // follow: columns to move
}

const (
	tiny  = 1e-9
	pivot = 1e-7 // the least number to divide by
)

// start fills in the relaxation at the root.
func (r *relax) start(g *program) {
	r.n, r.rows = len(g.value), len(g.rhs)
	r.grow(r.n)
	for j := range r.n {
		r.col[j], r.gain[j], r.upper[j] = int32(j), float64(g.value[j]), g.value[j] > 0
		if r.upper[j] {
			r.z += r.gain[j]
		}
	}
	for i := range r.rows {
		r.base[i], r.at[i] = int32(r.n+i), float64(g.rhs[i])
		line := r.cell[i*r.width : (i+1)*r.width]
		clear(line)
		// Each row is scaled to coefficients of at most 1.
		scale := float64(max(g.most[i], 1))
		r.at[i] /= scale
		at, coef := g.rows.of(int32(i))
		for k, j := range at {
			line[j] = float64(coef[k]) / scale
			if r.upper[j] {
				r.at[i] -= line[j]
			}
		}
	}
}

func (r *relax) grow(width int) {
	r.width = width
	if need := r.rows * width; cap(r.cell) < need {
		r.cell = make([]float64, need)
	}
	if cap(r.gain) < width {
		r.gain, r.col, r.upper = make([]float64, width), make([]int32, width), make([]bool, width)
	}
	if r.base == nil {
		r.base, r.at = make([]int32, r.rows), make([]float64, r.rows)
	}
	r.cell, r.gain, r.col, r.upper = r.cell[:r.rows*width], r.gain[:width], r.col[:width], r.upper[:width]
}

// follow makes r the relaxation of from after more decisions: decided columns
// move to their value and are dropped.
func (r *relax) follow(from *relax, is []int8) {
	r.keep, r.shift = r.keep[:0], r.shift[:0]
	for c, v := range from.col {
		switch {
		case int(v) >= from.n || is[v] == free:
			r.keep = append(r.keep, int32(c))
		case (is[v] == 1) != from.upper[c]:
			r.shift = append(r.shift, int32(c))
		}
	}
	r.n, r.rows, r.z = from.n, from.rows, from.z
	r.grow(len(r.keep))
	copy(r.base, from.base)
	for k, c := range r.keep {
		r.col[k], r.gain[k], r.upper[k] = from.col[c], from.gain[c], from.upper[c]
	}
	for _, c := range r.shift {
		r.z += float64(from.gain[c] * from.step(c))
	}
	for i := range r.rows {
		src, dst := from.cell[i*from.width:(i+1)*from.width], r.cell[i*r.width:(i+1)*r.width]
		at := from.at[i]
		for _, c := range r.shift {
			at -= float64(src[c] * from.step(c))
		}
		r.at[i] = at
		for k, c := range r.keep {
			dst[k] = src[c]
		}
	}
}

// step is how far a column goes to its other bound.
func (r *relax) step(c int32) float64 {
	if r.upper[c] {
		return -1
	}
	return 1
}

// bound returns the bounds of a variable.
func (r *relax) bound(v int32, is []int8) (low, high float64) {
	switch {
	case int(v) >= r.n:
		return 0, math.Inf(1)
	case is[v] == free:
		return 0, 1
	}
	return float64(is[v]), float64(is[v])
}

// outcome of a relaxation.
type outcome uint8

const (
	solved   outcome = iota
	cutOff           // the objective fell to the floor
	hopeless         // a row shows that nothing is feasible
	tired            // too many steps: the multipliers are still good
)

// solve runs the dual simplex method until the optimum or until the objective is
// at the floor. For hopeless, the row is returned.
func (r *relax) solve(is []int8, floor float64, ratios *[]ratio) (outcome, int) {
	for range 50 + 4*(r.rows+r.width) {
		row, worst, below := -1, tiny, false
		for i, v := range r.base {
			low, high := r.bound(v, is)
			if d := low - r.at[i]; d > worst {
				row, worst, below = i, d, true
			}
			if d := r.at[i] - high; d > worst {
				row, worst, below = i, d, false
			}
		}
		if row < 0 {
			return solved, -1
		}
		if r.z <= floor {
			return cutOff, -1
		}
		enter := r.enter(row, worst, below, is, ratios)
		if enter < 0 {
			r.below = below
			return hopeless, row
		}
		low, high := r.bound(r.base[row], is)
		to := low
		if !below {
			to = high
		}
		r.exchange(row, enter, to)
	}
	return tired, -1
}

// ratio is a column that may enter, and how soon it would lose its sign.
type ratio struct {
	column int32
	when   float64
	size   float64
}

// enter chooses the column for a row whose basic variable must rise (below) or
// fall. Columns with two bounds that stand in the way flip to the other one as
// long as the row stays out of its bounds.
func (r *relax) enter(row int, missing float64, below bool, is []int8, ratios *[]ratio) int {
	line := r.cell[row*r.width : (row+1)*r.width]
	all := (*ratios)[:0]
	for c, a := range line {
		if below {
			a = -a
		}
		// At the lower bound a column can only rise, at the upper one only fall.
		if r.upper[c] {
			a = -a
		}
		if v := r.col[c]; a > pivot && (int(v) >= r.n || is[v] == free) {
			all = append(all, ratio{int32(c), math.Abs(r.gain[c]) / a, a})
		}
	}
	*ratios = all
	for len(all) > 0 {
		best := 0
		for k := range all {
			if all[k].when < all[best].when || all[k].when == all[best].when && all[k].size > all[best].size {
				best = k
			}
		}
		c := int(all[best].column)
		if int(r.col[c]) >= r.n || all[best].size >= missing-tiny || len(all) == 1 {
			return c
		}
		missing -= all[best].size
		r.flip(c)
		all[best] = all[len(all)-1]
		all = all[:len(all)-1]
	}
	return -1
}

// flip moves a column to its other bound.
func (r *relax) flip(c int) {
	step := r.step(int32(c))
	r.upper[c] = !r.upper[c]
	r.z += float64(r.gain[c] * step)
	for i := range r.rows {
		r.at[i] -= float64(r.cell[i*r.width+c] * step)
	}
}

// exchange makes the basic variable of a row leave at a value, and the variable
// of a column enter in its place.
func (r *relax) exchange(row, column int, to float64) {
	w := r.width
	line := r.cell[row*w : (row+1)*w]
	p := line[column]
	step := (r.at[row] - to) / p // of the entering variable
	start := 0.0
	if r.upper[column] {
		start = 1
	}
	r.z += float64(r.gain[column] * step)
	inverse := 1 / p
	for c := range line {
		line[c] = float64(line[c] * inverse)
	}
	line[column] = inverse
	for i := range r.rows {
		if i == row {
			continue
		}
		other := r.cell[i*w : (i+1)*w]
		f := other[column]
		if f == 0 {
			continue
		}
		r.at[i] -= float64(f * step)
		for c, x := range line {
			other[c] -= float64(f * x)
		}
		other[column] = -float64(f * inverse)
	}
	f := r.gain[column]
	for c, x := range line {
		r.gain[c] -= float64(f * x)
	}
	r.gain[column] = -float64(f * inverse)
	r.at[row] = start + step
	r.base[row], r.col[column] = r.col[column], r.base[row]
	r.upper[column] = to > 0.5
}

// penalties returns what the objective loses at least per unit that the basic
// variable of a row falls or rises, to begin with.
func (r *relax) penalties(row int, is []int8) (fall, rise float64) {
	fall, rise = 1e18, 1e18
	for c, a := range r.cell[row*r.width : (row+1)*r.width] {
		if v := r.col[c]; int(v) < r.n && is[v] != free || math.Abs(a) < pivot {
			continue
		}
		loss := math.Abs(r.gain[c] / a)
		if (a > 0) == r.upper[c] {
			rise = min(rise, loss)
		} else {
			fall = min(fall, loss)
		}
	}
	return fall, rise
}
