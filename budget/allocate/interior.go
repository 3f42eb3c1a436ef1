package allocate

import (
	"context"
	"math"
)

// program is the concave problem of a region where spend is felt later: envelopes of
// what is felt, boxes for cells, and sums of cells within bounds. All money is in
// parts of scale.
//
// It is solved by a primal-dual interior-point method (S. J. Wright, Primal-dual
// interior-point methods, 1997, ch. 8): Newton's method on the conditions of
// optimality, blurred by a product that falls to nothing. The second derivatives of a
// channel are one dense block, so a step solves blocks and then the few sums that
// couple them.
type program struct {
	m      *Model
	scale  float64
	l, u   []float64 // of cells
	env    []envelope
	lo, hi []float64 // of rows: the nodes of the model
	rows   [][]int32 // by channel: the rows that hold some of its cells

	x, y, s     []float64
	zl, zu      []float64 // multipliers of boxes
	sl, su      []float64 // of the bounds of rows
	nu          []float64 // of rows
	slope, bend []float64
	g           []float64
	dx, ds, dnu []float64
	schur, rhs  []float64
	kept        [][]float64 // by channel: its factor
	columns     [][]float64 // by channel: solved columns of its rows
	steps       int
	blur        float64
}

func (m *Model) newProgram(scale float64) *program {
	n, r, t := len(m.cells), len(m.nodes), m.periods
	p := &program{m: m, scale: scale, lo: make([]float64, r), hi: make([]float64, r), rows: make([][]int32, len(m.weights))}
	vec := func(n int) []float64 { return make([]float64, n) }
	p.x, p.y, p.zl, p.zu, p.slope, p.bend, p.g, p.dx = vec(n), vec(n), vec(n), vec(n), vec(n), vec(n), vec(n), vec(n)
	p.s, p.sl, p.su, p.nu, p.ds, p.dnu, p.rhs = vec(r), vec(r), vec(r), vec(r), vec(r), vec(r), vec(r)
	p.schur = vec(r * r)
	p.kept, p.columns = make([][]float64, len(m.weights)), make([][]float64, len(m.weights))
	for g := range m.nodes {
		last := int32(-1)
		for _, i := range m.nodes[g].cells {
			if ch := m.cells[i].channel; ch != last {
				if k := p.rows[ch]; len(k) == 0 || k[len(k)-1] != int32(g) {
					p.rows[ch] = append(k, int32(g))
				}
				last = ch
			}
		}
	}
	for i := range p.kept {
		p.kept[i], p.columns[i] = vec(t*t), vec(t*len(p.rows[i]))
	}
	return p
}

// holds reports whether a row counts period t of a channel of its own.
func (p *program) holds(row int32, t int) bool {
	only := p.m.nodes[row].period
	return only < 0 || only == t
}

// slopes computes slope and curvature of every envelope at what is felt, and g.
func (p *program) slopes() {
	for i := range p.x {
		p.dx[i] = p.x[i] * p.scale
	}
	p.m.feel(p.dx, p.y)
	for i := range p.env {
		d, h := p.env[i].local(p.y[i], p.blur)
		p.slope[i], p.bend[i] = d*p.scale, h*p.scale*p.scale
	}
	p.m.blame(p.slope, p.g)
}

// start places everything inside its bounds.
func (p *program) start() {
	low, wide := 0.0, 0.0
	for i := range p.l {
		low += p.l[i]
		wide += p.u[i] - p.l[i]
	}
	share := 0.5 * min(1, max(p.hi[0]-low, 1e-9*p.hi[0])/max(wide, 1e-300))
	for i := range p.x {
		p.x[i] = p.l[i] + share*(p.u[i]-p.l[i])
	}
	for r := range p.s {
		p.nu[r] = 0
		sum := p.sum(p.x, r)
		margin := 0.1 * (p.hi[r] - p.lo[r])
		p.s[r] = min(max(sum, p.lo[r]+margin), p.hi[r]-margin)
	}
}

func (p *program) sum(x []float64, r int) float64 {
	sum := 0.0
	for _, i := range p.m.nodes[r].cells {
		sum += x[i]
	}
	return sum
}

// maxInterior is the largest number of steps; some thirty do as a rule.
const maxInterior = 120

// solve runs the method; objective is a scale for values. What it leaves in x keeps
// the boxes strictly, and the rows but for rounding.
func (p *program) solve(ctx context.Context, objective float64) {
	p.blur = widest
	p.start()
	p.slopes()
	count := 0
	mu := 0.1 * objective
	for i := range p.x {
		if p.free(i) {
			count += 2
		}
	}
	for r := range p.s {
		if p.loose(r) {
			count += 2
		}
	}
	if count == 0 {
		return
	}
	mu /= float64(count)
	for i := range p.x {
		p.zl[i], p.zu[i] = 0, 0
		if p.free(i) {
			p.zl[i], p.zu[i] = mu/(p.x[i]-p.l[i]), mu/(p.u[i]-p.x[i])
		}
	}
	for r := range p.s {
		p.sl[r], p.su[r] = 0, 0
		if p.loose(r) {
			p.sl[r], p.su[r] = mu/(p.s[r]-p.lo[r]), mu/(p.hi[r]-p.s[r])
		}
	}
	for p.steps = 0; p.steps < maxInterior && ctx.Err() == nil; p.steps++ {
		p.step(mu)
		gap := p.product()
		next := gap / float64(count)
		off := p.residual()
		if gap <= 1e-13*objective && off <= 1e-13 {
			return
		}
		// As the products fall, aim lower; not while the sums are still off.
		p.blur = max(narrowest, min(p.blur, gap/objective))
		mu = max(0.15*next, 1e-16*objective/float64(count))
		if off > 1e-6 {
			mu = max(mu, 0.5*next)
		}
	}
}

func (p *program) free(i int) bool  { return p.u[i]-p.l[i] > 1e-14 }
func (p *program) loose(r int) bool { return p.hi[r]-p.lo[r] > 1e-14 && !p.dead(r) }

// dead reports whether nothing in a row can move.
func (p *program) dead(r int) bool {
	for _, i := range p.m.nodes[r].cells {
		if p.free(int(i)) {
			return false
		}
	}
	return true
}

// product is the sum of what multipliers and distances miss of nothing.
func (p *program) product() float64 {
	sum := 0.0
	for i := range p.x {
		sum += p.zl[i]*(p.x[i]-p.l[i]) + p.zu[i]*(p.u[i]-p.x[i])
	}
	for r := range p.s {
		sum += p.sl[r]*(p.s[r]-p.lo[r]) + p.su[r]*(p.hi[r]-p.s[r])
	}
	return sum
}

// residual is by how much rows differ from their sums.
func (p *program) residual() float64 {
	worst := 0.0
	for r := range p.s {
		worst = max(worst, math.Abs(p.sum(p.x, r)-p.s[r]))
	}
	return worst
}

// step goes one step of Newton's method toward products of mu.
func (p *program) step(mu float64) {
	t, rows := p.m.periods, len(p.s)
	clear(p.schur)
	for r := range rows {
		weight, right := 0.0, 0.0
		if p.loose(r) {
			a, b := p.s[r]-p.lo[r], p.hi[r]-p.s[r]
			weight = 1 / (p.sl[r]/a + p.su[r]/b)
			right = p.nu[r] + mu*(1/a-1/b)
		}
		p.schur[r*rows+r] = weight
		p.ds[r] = right
		p.rhs[r] = p.sum(p.x, r) - p.s[r] - weight*right
	}
	for ch := range p.rows {
		p.factor(ch, mu)
		first := ch * t
		for a, r := range p.rows[ch] {
			column := p.columns[ch][a*t : (a+1)*t]
			for k := range column {
				column[k] = 0
				if p.holds(r, k) {
					column[k] = 1
				}
			}
			substitute(p.kept[ch], column, t)
			for _, q := range p.rows[ch] {
				sum := 0.0
				for k := range column {
					if p.holds(q, k) {
						sum += column[k]
					}
				}
				p.schur[int(q)*rows+int(r)] += sum
			}
			for k := range t {
				if p.holds(r, k) {
					p.rhs[r] += p.dx[first+k]
				}
			}
		}
	}
	for r := range rows {
		if p.dead(r) {
			p.schur[r*rows+r], p.rhs[r] = 1, 0
			continue
		}
		p.schur[r*rows+r] = p.schur[r*rows+r]*(1+1e-12) + 1e-300 // rows may say the same
	}
	copy(p.dnu, p.rhs)
	if !cholesky(p.schur, rows) {
		clear(p.dnu)
	} else {
		substitute(p.schur, p.dnu, rows)
	}
	for ch := range p.rows {
		for a, r := range p.rows[ch] {
			for k := range t {
				p.dx[ch*t+k] -= p.columns[ch][a*t+k] * p.dnu[r]
			}
		}
	}
	p.move(mu)
}

// factor makes the block of a channel and solves it for the right-hand side without
// rows, into dx.
func (p *program) factor(ch int, mu float64) {
	t := p.m.periods
	block, w, first := p.kept[ch], p.m.weights[ch], ch*t
	for a := range t {
		for b := range a + 1 {
			sum := 0.0
			for k := a; k < t; k++ {
				sum += w[k-a] * w[k-b] * p.bend[first+k]
			}
			block[a*t+b] = sum
		}
		i := first + a
		if !p.free(i) {
			block[a*t+a], p.dx[i] = 1e200, 0
			continue
		}
		lo, hi := p.x[i]-p.l[i], p.u[i]-p.x[i]
		block[a*t+a] += p.zl[i]/lo + p.zu[i]/hi
		p.dx[i] = p.g[i] + mu*(1/lo-1/hi)
		for _, r := range p.rows[ch] {
			if p.holds(r, a) {
				p.dx[i] -= p.nu[r]
			}
		}
	}
	if cholesky(block, t) {
		substitute(block, p.dx[first:first+t], t)
	} else {
		clear(p.dx[first : first+t])
	}
}

// move goes as far along the step as bounds allow.
func (p *program) move(mu float64) {
	primal, dual := 1.0, 1.0
	shrink := func(step *float64, v, dv float64) {
		if v+dv*(*step) < 0.005*v {
			*step = -0.995 * v / dv
		}
	}
	for i := range p.x {
		if p.free(i) {
			lo, hi := p.x[i]-p.l[i], p.u[i]-p.x[i]
			shrink(&primal, lo, p.dx[i])
			shrink(&primal, hi, -p.dx[i])
			shrink(&dual, p.zl[i], mu/lo-p.zl[i]-p.zl[i]*p.dx[i]/lo)
			shrink(&dual, p.zu[i], mu/hi-p.zu[i]+p.zu[i]*p.dx[i]/hi)
		}
	}
	for r := range p.s {
		if !p.loose(r) {
			p.ds[r] = 0
			continue
		}
		a, b := p.s[r]-p.lo[r], p.hi[r]-p.s[r]
		p.ds[r] = (p.ds[r] + p.dnu[r]) / (p.sl[r]/a + p.su[r]/b)
		shrink(&primal, a, p.ds[r])
		shrink(&primal, b, -p.ds[r])
		shrink(&dual, p.sl[r], mu/a-p.sl[r]-p.sl[r]*p.ds[r]/a)
		shrink(&dual, p.su[r], mu/b-p.su[r]+p.su[r]*p.ds[r]/b)
	}
	for i := range p.x {
		if p.free(i) {
			lo, hi := p.x[i]-p.l[i], p.u[i]-p.x[i]
			zl, zu := mu/lo-p.zl[i]-p.zl[i]*p.dx[i]/lo, mu/hi-p.zu[i]+p.zu[i]*p.dx[i]/hi
			p.zl[i] += dual * zl
			p.zu[i] += dual * zu
			p.x[i] += primal * p.dx[i]
		}
	}
	for r := range p.s {
		if p.loose(r) {
			a, b := p.s[r]-p.lo[r], p.hi[r]-p.s[r]
			sl, su := mu/a-p.sl[r]-p.sl[r]*p.ds[r]/a, mu/b-p.su[r]+p.su[r]*p.ds[r]/b
			p.sl[r] += dual * sl
			p.su[r] += dual * su
			p.s[r] += primal * p.ds[r]
		}
		p.nu[r] += dual * p.dnu[r]
	}
	p.slopes()
}
