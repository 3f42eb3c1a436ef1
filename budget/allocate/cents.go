package allocate

import (
	"cmp"
	"math"
	"slices"
)

// cents rounds a continuous solution to minor units: down first, then the units that
// are left to the largest remainders (A. Hamilton), as far as the bounds of the cell
// and of all nodes that hold it allow, ties to the earlier cell. Last, single units
// go where they bring more, which matters where a curve is steep.
func (m *Model) cents(x []float64, total int64) []int64 {
	r := rounder{m: m, out: make([]int64, len(x)), sums: make([]int64, len(m.nodes)), rest: make([]float64, len(x)), held: make([][]int32, len(x)), total: total}
	wanted := 0.0
	for i := range x {
		r.out[i] = m.snap(i, x[i])
		r.rest[i] = x[i] - float64(r.out[i])
		wanted += x[i]
	}
	for g := range m.nodes {
		for _, i := range m.nodes[g].cells {
			r.sums[g] += r.out[i]
			r.held[i] = append(r.held[i], int32(g))
		}
	}
	r.order = make([]int32, len(x))
	for i := range r.order {
		r.order[i] = int32(i)
	}
	slices.SortStableFunc(r.order, func(a, b int32) int { return cmp.Compare(r.rest[b], r.rest[a]) })
	for g := len(m.nodes) - 1; g > 0; g-- { // smaller ones first, where they are nested
		r.raise(g, m.nodes[g].lo)
		r.lower(g, m.nodes[g].hi)
	}
	r.lower(0, total)
	r.raise(0, min(total, int64(math.Round(wanted))))
	if m.tree != nil && !m.carry && len(x) <= maxExchange {
		r.exchange()
	}
	return r.out
}

// maxExchange is the largest number of cells among which units are exchanged.
const maxExchange = 1000

// exchange moves single units between cells of the same innermost node, from where
// the last one brings least to where the next one brings most, while that is more.
func (r *rounder) exchange() {
	cells, of := r.m.cells, r.m.tree.of
	gain, loss := make([]float64, len(cells)), make([]float64, len(cells))
	value := func(i int) {
		c, n := &cells[i], r.out[i]
		gain[i], loss[i] = math.Inf(-1), math.Inf(1)
		now := c.curve.At(float64(n))
		if c.step == 0 && n < c.hi && n+1 >= c.from {
			gain[i] = c.curve.At(float64(n+1)) - now
		}
		if c.step == 0 && n > c.lo && n != c.from {
			loss[i] = now - c.curve.At(float64(n-1))
		}
	}
	for i := range cells {
		value(i)
	}
	nodes := len(r.m.nodes)
	most, least := make([]int, nodes), make([]int, nodes) // the cells of a node to give to and to take from
	for range 2 * len(cells) {
		for g := range nodes {
			most[g], least[g] = -1, -1
		}
		for i, g := range of {
			if most[g] < 0 || gain[i] > gain[most[g]] {
				most[g] = i
			}
			if least[g] < 0 || loss[i] < loss[least[g]] {
				least[g] = i
			}
		}
		from, to, best := -1, -1, 0.0
		for g, i := range most {
			for h, k := range least {
				if i < 0 || k < 0 || i == k || nodes > maxNodes && g != h {
					continue
				}
				if d := gain[i] - loss[k]; d > best+1e-12*loss[k] && (g == h || r.mayMove(k, i)) {
					from, to, best = k, i, d
				}
			}
		}
		if from < 0 {
			return
		}
		r.move(int32(from), -1)
		r.move(int32(to), 1)
		value(from)
		value(to)
	}
}

// maxNodes is the largest number of nodes between which units are exchanged.
const maxNodes = 32

// mayMove reports whether a unit may go from one cell to another as far as the nodes
// that hold only one of them are concerned.
func (r *rounder) mayMove(from, to int) bool {
	for _, g := range r.held[from] {
		if r.sums[g] <= r.m.nodes[g].lo && !slices.Contains(r.held[to], g) {
			return false
		}
	}
	for _, g := range r.held[to] {
		if r.sums[g] >= r.m.nodes[g].hi && !slices.Contains(r.held[from], g) {
			return false
		}
	}
	return true
}

type rounder struct {
	m     *Model
	out   []int64
	sums  []int64 // of nodes
	rest  []float64
	held  [][]int32 // the nodes that hold a cell
	order []int32   // largest remainder first
	total int64
}

func (r *rounder) move(i int32, by int64) {
	r.out[i] += by
	for _, g := range r.held[i] {
		r.sums[g] += by
	}
}

// raise adds units to cells of a node until it has what it needs.
func (r *rounder) raise(g int, to int64) {
	for moved := true; moved && r.sums[g] < to; {
		moved = false
		for _, i := range r.order {
			if r.sums[g] >= to {
				return
			}
			if c := &r.m.cells[i]; c.step > 0 || r.out[i] >= c.hi || r.out[i]+1 < c.from || !slices.Contains(r.held[i], int32(g)) {
				continue
			}
			room := true
			for _, k := range r.held[i] {
				limit := r.m.nodes[k].hi
				if k == 0 {
					limit = min(limit, r.total)
				}
				room = room && r.sums[k] < limit
			}
			if room {
				r.move(i, 1)
				moved = true
			}
		}
	}
}

// lower takes units from cells of a node, from the smallest remainders, until it has
// no more than it may.
func (r *rounder) lower(g int, to int64) {
	for moved := true; moved && r.sums[g] > to; {
		moved = false
		for _, i := range slices.Backward(r.order) {
			if r.sums[g] <= to {
				return
			}
			if c := &r.m.cells[i]; c.step > 0 || r.out[i] <= c.lo || r.out[i] == c.from || !slices.Contains(r.held[i], int32(g)) {
				continue
			}
			room := true
			for _, k := range r.held[i] {
				room = room && r.sums[k] > r.m.nodes[k].lo
			}
			if room {
				r.move(i, -1)
				moved = true
			}
		}
	}
}
