package rank

// free marks a candidate that is not decided; else it is 0 (out) or 1 (in).
const free = int8(-1)

// decided holds what is decided so far, and what follows from it row by row.
type decided struct {
	g     *program
	is    []int8
	low   []int64 // by row: the least its sum can still be
	trail []int32 // candidates in the order they were decided
	queue []int32 // rows to look at
	in    []bool  // by row: is in the queue
}

func newDecided(g *program) *decided {
	d := &decided{g: g, is: make([]int8, len(g.value)), low: make([]int64, len(g.rhs)), in: make([]bool, len(g.rhs))}
	for j := range d.is {
		d.is[j] = free
	}
	for i := range g.rhs {
		_, coef := g.rows.of(int32(i))
		for _, c := range coef {
			d.low[i] += min(c, 0)
		}
		d.push(int32(i))
	}
	return d
}

func (d *decided) push(i int32) {
	if !d.in[i] {
		d.in[i] = true
		d.queue = append(d.queue, i)
	}
}

// set decides a free candidate; the consequences wait for propagate.
func (d *decided) set(j int32, v int8) {
	d.is[j] = v
	d.trail = append(d.trail, j)
	at, coef := d.g.cols.of(j)
	for k, i := range at {
		if c := coef[k]; (v == 1) == (c > 0) {
			d.low[i] += max(c, -c)
			d.push(i)
		}
	}
}

// propagate decides everything that follows and reports whether it can be.
func (d *decided) propagate() bool {
	for len(d.queue) > 0 {
		i := d.queue[len(d.queue)-1]
		d.queue = d.queue[:len(d.queue)-1]
		d.in[i] = false
		slack := d.g.rhs[i] - d.low[i]
		if slack < 0 {
			d.forget()
			return false
		}
		if d.g.most[i] <= slack {
			continue
		}
		at, coef := d.g.rows.of(i)
		for k, j := range at {
			c := coef[k]
			if d.is[j] != free || max(c, -c) <= slack {
				continue
			}
			v := int8(0)
			if c < 0 {
				v = 1
			}
			d.set(j, v)
		}
	}
	return true
}

func (d *decided) forget() {
	for _, i := range d.queue {
		d.in[i] = false
	}
	d.queue = d.queue[:0]
}

// undo takes decisions back until the trail has the given length.
func (d *decided) undo(to int) {
	for len(d.trail) > to {
		j := d.trail[len(d.trail)-1]
		d.trail = d.trail[:len(d.trail)-1]
		v := d.is[j]
		d.is[j] = free
		at, coef := d.g.cols.of(j)
		for k, i := range at {
			if c := coef[k]; (v == 1) == (c > 0) {
				d.low[i] -= max(c, -c)
			}
		}
	}
}
