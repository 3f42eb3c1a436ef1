package rcpsp

// profile holds the free units in each period, or in each stretch between two
// events where periods would be too many.
type profile struct {
	lanes    lanes
	capacity []uint64
	free     []uint64 // words per period, or per stretch
	used     int32    // periods, or stretches, that may differ from the capacity
	sparse   bool
	from     []int32 // first period of each stretch; the last one has no end
}

// maxPeriods bounds the memory of a profile by period.
const maxPeriods = 1 << 16

func (p *profile) init(l lanes, capacity []uint64, horizon int32, activities int) {
	p.lanes, p.capacity = l, capacity
	// A stretch costs about as much as sixteen periods: with longer activities
	// than that, or too many periods for the memory, stretches win.
	p.sparse = horizon > maxPeriods || int(horizon) > 32*(activities+8)
	if p.sparse {
		size := 2*activities + 2
		p.from = make([]int32, 1, size)
		p.free = make([]uint64, l.words, size*l.words)
		copy(p.free, capacity)
		return
	}
	p.used = horizon + 1
	p.free = make([]uint64, int(p.used)*l.words)
	p.reset()
}

// reset frees everything.
func (p *profile) reset() {
	if p.sparse {
		p.from = p.from[:1]
		p.free = p.free[:p.lanes.words]
		copy(p.free, p.capacity)
		return
	}
	if p.lanes.words == 1 {
		c := p.capacity[0]
		w := p.free[:p.used]
		for i := range w {
			w[i] = c
		}
	} else {
		for i := 0; i < int(p.used)*p.lanes.words; i += p.lanes.words {
			copy(p.free[i:i+p.lanes.words], p.capacity)
		}
	}
	p.used = 0
}

// take finds the first start from t on at which need fits for the whole of the
// duration, books it and returns it.
func (p *profile) take(t, duration int32, need []uint64) int32 {
	switch {
	case duration == 0:
		return t
	case p.sparse:
		return p.takeStretch(t, duration, need)
	case len(need) == 1:
		t = takeOne(p.free, p.lanes.guard, t, duration, need[0])
	default:
		t = p.takeMany(t, duration, need)
	}
	p.used = max(p.used, t+duration)
	return t
}

// probe finds what take finds and books nothing.
func (p *profile) probe(t, duration int32, need []uint64) int32 {
	words, guard := int32(len(need)), p.lanes.guard
	switch {
	case duration == 0:
		return t
	case p.sparse:
		for u := int32(p.find(t)); ; u++ {
			if !fits(p.free[u*words:(u+1)*words], need, guard) {
				t = p.from[u+1]
			} else if int(u)+1 == len(p.from) || p.from[u+1] >= t+duration {
				return t
			}
		}
	}
	for from, to := t, t+duration; ; {
		u := to - 1
		for u >= from && fits(p.free[u*words:(u+1)*words], need, guard) {
			u--
		}
		if u < from {
			return t
		}
		t = u + 1
		from, to = to, t+duration
	}
}

// takeOne looks at each window from its end: where a period does not fit, no
// start up to it does. Periods seen to fit are not looked at again.
func takeOne(free []uint64, guard uint64, t, duration int32, need uint64) int32 {
	from, to := t, t+duration
	for {
		w := free[from:to]
		i := len(w) - 1
		for i >= 0 && (w[i]-need)&guard == guard {
			i--
		}
		if i < 0 {
			break
		}
		t = from + int32(i) + 1
		from, to = to, t+duration
	}
	w := free[t : t+duration]
	for i := range w {
		w[i] -= need
	}
	return t
}

func (p *profile) takeMany(t, duration int32, need []uint64) int32 {
	words, guard := int32(len(need)), p.lanes.guard
	from, to := t, t+duration
	for {
		u := to - 1
		for u >= from && fits(p.free[u*words:(u+1)*words], need, guard) {
			u--
		}
		if u < from {
			break
		}
		t = u + 1
		from, to = to, t+duration
	}
	for u := t; u < t+duration; u++ {
		book(p.free[u*words:(u+1)*words], need)
	}
	return t
}

func fits(free, need []uint64, guard uint64) bool {
	free = free[:len(need)]
	for g, n := range need {
		if (free[g]-n)&guard != guard {
			return false
		}
	}
	return true
}

func book(free, need []uint64) {
	free = free[:len(need)]
	for g, n := range need {
		free[g] -= n
	}
}

// takeStretch is take over stretches.
func (p *profile) takeStretch(t, duration int32, need []uint64) int32 {
	words := len(need)
	k := p.find(t)
	for u := k; ; u++ {
		if !fits(p.free[u*words:(u+1)*words], need, p.lanes.guard) {
			k = u + 1
			t = p.from[k] // the last stretch is free: no demand exceeds the capacity
			continue
		}
		if u+1 == len(p.from) || p.from[u+1] >= t+duration {
			break
		}
	}
	first := p.split(k, t)
	for u := p.split(first, t+duration) - 1; u >= first; u-- {
		book(p.free[u*words:(u+1)*words], need)
	}
	return t
}

// find returns the stretch of a period.
func (p *profile) find(t int32) int {
	lo, hi := 0, len(p.from)
	for hi-lo > 1 {
		mid := int(uint(lo+hi) >> 1)
		if p.from[mid] <= t {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// split makes a stretch begin at t, which is not before stretch k, and returns
// it.
func (p *profile) split(k int, t int32) int {
	for k+1 < len(p.from) && p.from[k+1] <= t {
		k++
	}
	if p.from[k] == t {
		return k
	}
	words := p.lanes.words
	p.from = append(p.from, 0)
	copy(p.from[k+2:], p.from[k+1:])
	p.from[k+1] = t
	p.free = append(p.free, p.capacity...)
	copy(p.free[(k+2)*words:], p.free[(k+1)*words:])
	copy(p.free[(k+1)*words:(k+2)*words], p.free[k*words:(k+1)*words])
	return k + 1
}
