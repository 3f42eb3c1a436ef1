package rcpsp

import "slices"

// sampled is a schedule of the first populations.
type sampled struct {
	dir   int
	cost  cost
	print uint64
	start []int32
	mode  []uint8
}

// settle fills the populations with samples and their justifications, at most to
// so many passes. First, if not nil, is the first schedule's keys.
func (is *island) settle(first *kept, limit int) {
	size := is.set.pop
	samples := make([]sampled, 0, size*3/2)
	store := make([]int32, 0, cap(samples)*is.m.n)
	is.pops[0].size, is.pops[1].size = 0, 0
	for k := 0; k < cap(samples) && is.passes < limit && !is.finished; k++ {
		dir := k & 1
		net := is.nets[dir]
		if is.modes != nil {
			is.modes.sample()
			is.nets[0].setModes(is.m, is.modes.choice)
			is.nets[1].setModes(is.m, is.modes.choice)
		}
		var end int32
		switch {
		case k == 0 && first != nil:
			end = is.repeat(first)
		case int(is.random.below(8)) < is.set.parallel:
			end = is.sampler.parallel(net, &is.decoder, dir)
		default:
			end = is.sampler.serial(net, &is.decoder, dir)
		}
		c, print := is.rate(dir, end)
		store = append(store, is.decoder.start...)
		s := sampled{dir: dir, cost: c, print: print, start: store[len(store)-is.m.n:]}
		if is.modes != nil {
			s.mode = slices.Clone(is.modes.choice)
		}
		samples = append(samples, s)
	}
	slices.SortStableFunc(samples, func(a, b sampled) int {
		switch {
		case a.cost.less(b.cost):
			return -1
		case b.cost.less(a.cost):
			return 1
		}
		return 0
	})
	for _, s := range samples[:min(size, len(samples))] {
		if is.passes >= limit || is.finished {
			return
		}
		own, other := &is.pops[s.dir], &is.pops[1-s.dir]
		own.set(own.size, s.start, s.mode, s.cost, s.print)
		own.size++
		if is.modes != nil {
			copy(is.modes.choice, s.mode)
			is.nets[s.dir].setDurations(is.m, s.mode)
		}
		is.nets[s.dir].mirror(is.keys, s.start, s.cost.end)
		c, print := is.rate(1-s.dir, is.decode(1-s.dir, s.cost.end, maxHorizon))
		other.set(other.size, is.decoder.start, is.choice(), c, print)
		other.size++
	}
}
