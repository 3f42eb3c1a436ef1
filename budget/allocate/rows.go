package allocate

import "slices"

// load sets the program to a region; false if rows cannot keep their bounds.
func (b *timed) load(l, u []float64) bool {
	m, p := b.m, b.p
	k := 1 / p.scale
	if !b.narrow(l, u) {
		return false
	}
	p.l, p.u = make([]float64, len(l)), make([]float64, len(u))
	for i := range l {
		p.l[i], p.u[i] = l[i]*k, u[i]*k
	}
	for r := range m.nodes {
		n := &m.nodes[r]
		lo, hi := 0.0, 0.0
		for _, i := range n.cells {
			lo += l[i]
			hi += u[i]
		}
		top := float64(n.hi)
		if r == 0 {
			top = min(top, float64(b.total))
		}
		if lo > top || hi < float64(n.lo) {
			return false
		}
		p.lo[r], p.hi[r] = max(lo, float64(n.lo))*k, min(hi, top)*k
		if p.hi[r] < p.lo[r] {
			return false
		}
	}
	for _, apart := range b.apart() { // rows that share no cell leave each other the rest
		need := 0.0
		for _, r := range apart {
			need += p.lo[r] - b.least(r, l)*k
		}
		need += b.least(0, l) * k
		spare := p.hi[0] - need
		if spare < -1e-12 {
			return false
		}
		p.lo[0] = min(max(p.lo[0], need), p.hi[0])
		for _, r := range apart {
			p.hi[r] = min(p.hi[r], p.lo[r]+max(0, spare))
		}
	}
	yl, yu := m.felt(l), m.felt(u)
	p.env = make([]envelope, len(l))
	for i := range p.env {
		p.env[i] = newEnvelope(&m.cells[i].curve, yl[i], yu[i], yl[i], nil)
	}
	return true
}

// least returns what the cells of a row take at least.
func (b *timed) least(r int, l []float64) float64 {
	sum := 0.0
	for _, i := range b.m.nodes[r].cells {
		sum += l[i]
	}
	return sum
}

// apart returns the rows of periods, and those of groups that lie in no other group.
func (b *timed) apart() [2][]int {
	var out [2][]int
	inside := make(map[int32]bool)
	order := make([]int, 0, len(b.m.nodes))
	for r := 1; r < len(b.m.nodes); r++ {
		order = append(order, r)
	}
	slices.SortStableFunc(order, func(x, y int) int { return len(b.m.nodes[y].cells) - len(b.m.nodes[x].cells) })
	for _, r := range order {
		n := &b.m.nodes[r]
		if n.period >= 0 {
			out[0] = append(out[0], r)
		} else if len(n.cells) > 0 && !inside[n.cells[0]] {
			out[1] = append(out[1], r)
			for _, i := range n.cells {
				inside[i] = true
			}
		}
	}
	return out
}

// narrow cuts intervals by what each row has left over what the others need, and by
// what it needs beyond what they can take; false if some row cannot keep its bounds.
func (b *timed) narrow(l, u []float64) bool {
	for changed, n := true, 0; changed && n < 3*len(b.m.nodes); n++ {
		changed = false
		for r := range b.m.nodes {
			node := &b.m.nodes[r]
			top, bottom := float64(node.hi), float64(node.lo)
			if r == 0 {
				top = min(top, float64(b.total))
			}
			need, most := 0.0, 0.0
			for _, i := range node.cells {
				need += l[i]
				most += u[i]
			}
			if need > top || most < bottom {
				return false
			}
			if r == 0 { // what rows apart from each other need is not for others
				for _, apart := range b.apart() {
					lacks, total := make(map[int32]float64), 0.0
					for _, q := range apart {
						lack := max(0, float64(b.m.nodes[q].lo)-b.least(q, l))
						total += lack
						for _, i := range b.m.nodes[q].cells {
							lacks[i] = lack
						}
					}
					if need+total > top+1e-6 {
						return false
					}
					for _, i := range node.cells {
						if to := l[i] + max(0, top-need-total) + lacks[i]; to < u[i]-1e-9 {
							u[i], changed = to, true
						}
					}
				}
			}
			for _, i := range node.cells {
				if to := l[i] + (top - need); to < u[i]-1e-9 {
					u[i], changed = to, true
				}
				if to := u[i] - (most - bottom); to > l[i]+1e-9 && to <= u[i] {
					l[i], changed = to, true
				}
			}
			if changed {
				break // sums are no longer these
			}
		}
	}
	return true
}
