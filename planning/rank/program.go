package rank

import "slices"

// program is a portfolio as a 0-1 program: maximise the sum of value, with every
// row's sum of coefficient times choice at most its right-hand side. Rows are
// limits, then group bounds, then needs. Rows that can never bind are left out.
type program struct {
	value []int64
	step  int64 // every total value is a multiple of it
	rhs   []int64
	most  []int64 // by row: the greatest coefficient, without sign
	rows  lines   // by row: candidates
	cols  lines   // by candidate: rows
	must  []int32 // mandatory candidates
}

// lines is a sparse matrix in compressed rows.
type lines struct {
	head []int32
	at   []int32
	coef []int64
}

func (l *lines) of(i int32) ([]int32, []int64) {
	from, to := l.head[i], l.head[i+1]
	return l.at[from:to], l.coef[from:to]
}

func (l *lines) add(at int32, coef int64) {
	l.at, l.coef = append(l.at, at), append(l.coef, coef)
}

func (l *lines) end() { l.head = append(l.head, int32(len(l.at))) }

// transposed returns the same matrix by column.
func (l *lines) transposed(columns int) lines {
	out := lines{head: make([]int32, columns+1), at: make([]int32, len(l.at)), coef: make([]int64, len(l.at))}
	for _, j := range l.at {
		out.head[j+1]++
	}
	for j := range columns {
		out.head[j+1] += out.head[j]
	}
	next := slices.Clone(out.head)
	for i := range len(l.head) - 1 {
		at, coef := l.of(int32(i))
		for k, j := range at {
			out.at[next[j]], out.coef[next[j]] = int32(i), coef[k]
			next[j]++
		}
	}
	return out
}

func (p *Portfolio) program(items map[ItemKey]int32, limits map[LimitKey]int32) *program {
	g := &program{rows: lines{head: []int32{0}}}
	byLimit := make([]lines, len(p.Limits))
	for i, it := range p.Items {
		g.value = append(g.value, it.Value)
		g.step = gcd(g.step, it.Value)
		if it.Mandatory {
			g.must = append(g.must, int32(i))
		}
		for _, u := range it.Uses {
			if u.Amount > 0 {
				byLimit[limits[u.Limit]].add(int32(i), u.Amount)
			}
		}
	}
	g.step = max(g.step, 1)
	for l, uses := range byLimit {
		total := int64(0)
		for _, c := range uses.coef {
			total += c
		}
		if total <= p.Limits[l].Capacity {
			continue
		}
		for k, i := range uses.at {
			g.rows.add(i, uses.coef[k])
		}
		g.close(p.Limits[l].Capacity)
	}
	for _, group := range p.Groups {
		if group.Max > 0 && group.Max < len(group.Items) {
			for _, k := range group.Items {
				g.rows.add(items[k], 1)
			}
			g.close(int64(group.Max))
		}
		if group.Min > 0 {
			for _, k := range group.Items {
				g.rows.add(items[k], -1)
			}
			g.close(-int64(group.Min))
		}
	}
	for _, n := range p.Needs {
		if n.Item != n.Needs {
			g.rows.add(items[n.Item], 1)
			g.rows.add(items[n.Needs], -1)
			g.close(0)
		}
	}
	g.cols = g.rows.transposed(len(g.value))
	return g
}

// close ends a row.
func (g *program) close(rhs int64) {
	from := g.rows.head[len(g.rows.head)-1]
	g.rows.end()
	most := int64(0)
	for _, c := range g.rows.coef[from:] {
		most = max(most, c, -c)
	}
	g.rhs, g.most = append(g.rhs, rhs), append(g.most, most)
}

// feasible reports whether a choice keeps to every row.
func (g *program) feasible(x []bool) bool {
	for i, rhs := range g.rhs {
		at, coef := g.rows.of(int32(i))
		for k, j := range at {
			if x[j] {
				rhs -= coef[k]
			}
		}
		if rhs < 0 {
			return false
		}
	}
	return true
}

func (g *program) total(x []bool) (sum int64) {
	for j, on := range x {
		if on {
			sum += g.value[j]
		}
	}
	return sum
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}
