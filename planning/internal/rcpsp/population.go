package rcpsp

import "slices"

// cost is what a search makes small: lateness first, then the makespan, then, to
// tell schedules of equal length apart, how early demanding work is done.
type cost struct {
	late    int64
	end     int32
	compact int64
}

func (c cost) less(o cost) bool {
	if c.late != o.late {
		return c.late < o.late
	}
	if c.end != o.end {
		return c.end < o.end
	}
	return c.compact < o.compact
}

// population holds schedules of one direction.
type population struct {
	n, size int
	start   []int32 // of all members, one after the other
	mode    []uint8 // ways, by the model's numbers; nil if there are no others
	cost    []cost
	print   []uint64
}

func newPopulation(n, size int, multi bool) population {
	p := population{n: n, start: make([]int32, n*size), cost: make([]cost, size), print: make([]uint64, size)}
	if multi {
		p.mode = make([]uint8, n*size)
	}
	return p
}

// modes returns the ways of a member.
func (p *population) modes(k int) []uint8 {
	if p.mode == nil {
		return nil
	}
	return p.mode[k*p.n : (k+1)*p.n]
}

func (p *population) of(k int) []int32 { return p.start[k*p.n : (k+1)*p.n] }

func (p *population) set(k int, start []int32, mode []uint8, c cost, print uint64) {
	copy(p.of(k), start)
	copy(p.modes(k), mode)
	p.cost[k], p.print[k] = c, print
}

// has reports whether a schedule is a member, to a chance of 2^-64.
func (p *population) has(print uint64) bool {
	return slices.Contains(p.print[:p.size], print)
}

// better returns the better of two random members.
func (p *population) better(r *random) int {
	a, b := int(r.below(uint64(p.size))), int(r.below(uint64(p.size)))
	if p.cost[b].less(p.cost[a]) {
		return b
	}
	return a
}

// worst returns the worst of four random members.
func (p *population) worst(r *random) int {
	w := int(r.below(uint64(p.size)))
	for range 3 {
		if k := int(r.below(uint64(p.size))); p.cost[w].less(p.cost[k]) {
			w = k
		}
	}
	return w
}
