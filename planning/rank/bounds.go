package rank

import "math"

// bounds turns the multipliers of a relaxation into a bound in integers. For any
// multipliers u >= 0 no choice is worth more than
//
//	sum u_i b_i + sum over candidates of max(0, v_j - sum u_i a_ij)
//
// (A. M. Geoffrion, Lagrangean relaxation for integer programming, 1974), so
// rounded multipliers give a bound as valid as exact ones, if a little weaker.
// Values and multipliers are fixed-point numbers with shift binary places.
type bounds struct {
	g     *program
	shift uint
	scale []int64 // by row: its coefficients are divided by it, rounded down, which relaxes the row
	coef  []int64 // by row, like g.rows.coef
	rhs   []int64
	cap   []int64 // by row: the greatest multiplier that overflows nothing
	mult  []int64 // by row
	rest  []int64 // by candidate: v - sum u a
	sum   int64   // the bound with shift binary places
}

func newBounds(g *program) *bounds {
	m := len(g.rhs)
	b := &bounds{g: g, mult: make([]int64, m), rest: make([]int64, len(g.value)), coef: make([]int64, len(g.rows.coef))}
	total := int64(1)
	for _, v := range g.value {
		total += max(v, -v)
	}
	// A row's multiplier times its coefficients comes to about the total value, to
	// some times as much where capacity is short.
	room := int64(1<<61) / int64(m+1)
	for total<<(b.shift+1) < room/32 && b.shift < 40 {
		b.shift++
	}
	const fine = 1 << 22
	for i := range m {
		scale := g.most[i]/fine + 1
		from, to := g.rows.head[i], g.rows.head[i+1]
		rhs := floorDiv(g.rhs[i], scale)
		size := max(rhs, -rhs)
		for k := from; k < to; k++ {
			b.coef[k] = floorDiv(g.rows.coef[k], scale)
			size += max(b.coef[k], -b.coef[k])
		}
		b.scale, b.rhs = append(b.scale, scale), append(b.rhs, rhs)
		b.cap = append(b.cap, room/max(size, 1))
	}
	return b
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// take sets a multiplier from one of the relaxation, whose rows are scaled to
// coefficients of at most 1.
func (b *bounds) take(row int32, u, unit float64) {
	x := math.Round(u / float64(max(b.g.most[row], 1)) * float64(b.scale[row]) * unit)
	switch {
	case !(x > 0):
		b.mult[row] = 0
	case x >= float64(b.cap[row]):
		b.mult[row] = b.cap[row]
	default:
		b.mult[row] = int64(x)
	}
}

// optimistic computes the bound of what is left to decide from the multipliers
// of a relaxation.
func (b *bounds) optimistic(r *relax, is []int8) int64 {
	clear(b.mult)
	unit := float64(int64(1) << b.shift)
	for c, v := range r.col {
		if int(v) >= r.n {
			b.take(v-int32(r.n), -r.gain[c], unit)
		}
	}
	for j, v := range b.g.value {
		b.rest[j] = v << b.shift
	}
	b.total(is)
	return b.rounded(b.sum)
}

func (b *bounds) total(is []int8) {
	b.sum = 0
	for i, u := range b.mult {
		if u == 0 {
			continue
		}
		b.sum += u * b.rhs[i]
		from, to := b.g.rows.head[i], b.g.rows.head[i+1]
		for k := from; k < to; k++ {
			b.rest[b.g.rows.at[k]] -= u * b.coef[k]
		}
	}
	for j, v := range is {
		if v == 1 || v == free && b.rest[j] > 0 {
			b.sum += b.rest[j]
		}
	}
}

// refutes reports whether a row of a relaxation proves that nothing feasible is
// left: a sum of rows that no choice can keep to (J. Farkas, 1902).
func (b *bounds) refutes(r *relax, row int, is []int8) bool {
	clear(b.mult)
	clear(b.rest)
	const unit = 1 << 30
	line := r.cell[row*r.width : (row+1)*r.width]
	sign := 1.0
	if !r.below {
		sign = -1
	}
	if v := r.base[row]; int(v) >= r.n {
		b.take(v-int32(r.n), sign, unit)
	}
	for c, v := range r.col {
		if int(v) >= r.n {
			b.take(v-int32(r.n), sign*line[c], unit)
		}
	}
	b.total(is)
	return b.sum < 0
}

// rounded turns a fixed-point bound into the greatest total value within it.
func (b *bounds) rounded(sum int64) int64 {
	return floorDiv(sum>>b.shift, b.g.step) * b.g.step
}
