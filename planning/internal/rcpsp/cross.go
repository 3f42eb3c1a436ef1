package rcpsp

// child makes a schedule from two parents and lets it take the place of a worse one.
func (is *island) child() {
	r := &is.random
	dir := int(r.next() >> 63)
	parents := &is.pops[1-dir]
	mother := parents.better(r)
	father := int(r.below(uint64(parents.size)))
	for father == mother {
		father = int(r.below(uint64(parents.size)))
	}
	end := is.cross(dir, parents, father, mother)
	if int32(r.below(1000)) < is.set.mutate {
		for range is.set.shaken {
			j := r.below(uint64(len(is.keys)))
			is.keys[j] = max(0, is.keys[j]+int32(r.below(11))-5)
		}
	}
	pop := &is.pops[dir]
	k := pop.worst(r)
	end = is.decode(dir, end, pop.cost[k].end)
	if end == unplaced {
		is.passes++
		return
	}
	c, print := is.rate(dir, end)
	if !pop.cost[k].less(c) && !pop.has(print) {
		pop.set(k, is.decoder.start, is.choice(), c, print)
	}
}

// choice returns the modes of the schedule at hand, nil if there are no others.
func (is *island) choice() []uint8 {
	if is.modes == nil {
		return nil
	}
	return is.modes.choice
}

// cross fills is.keys with the mother's times, except for the activities that
// either parent does within a window in which the father uses much of the
// resources: those keep the father's times. Times are seen from the other end
// than the parents'. It returns the father's makespan.
func (is *island) cross(dir int, parents *population, father, mother int) int32 {
	r := &is.random
	end := parents.cost[father].end
	if is.modes == nil {
		net := is.nets[1-dir]
		net.mirror(is.father, parents.of(father), end)
		net.mirror(is.keys, parents.of(mother), parents.cost[mother].end)
	} else {
		is.nets[1-dir].setDurations(is.m, parents.modes(mother))
		is.nets[1-dir].mirror(is.keys, parents.of(mother), parents.cost[mother].end)
		is.nets[1-dir].setDurations(is.m, parents.modes(father))
		is.nets[1-dir].mirror(is.father, parents.of(father), end)
		copy(is.modes.choice, parents.modes(mother))
	}
	length := int32(int64(end) * int64(200+r.below(301)) / 1000)
	from := is.peak(dir, end, length)
	keys := is.keys[:len(is.father)]
	for j, f := range is.father {
		k := keys[j]
		if uint32(f-from) < uint32(length) || uint32(k-from) < uint32(length) {
			k = f
			if is.modes != nil {
				i := is.nets[dir].at(j)
				is.modes.choice[i] = parents.modes(father)[i]
			}
		}
		keys[j] = k
	}
	if is.modes != nil {
		is.modes.mend(parents.modes(mother), is.set.mutate)
	}
	return end
}

// peak returns the begin of the window, of four random ones, in which the father
// uses the most.
func (is *island) peak(dir int, end, length int32) int32 {
	r := &is.random
	if int(end)+2 > len(is.level) {
		return int32(r.below(uint64(end-length) + 1))
	}
	level := is.level[:end+2]
	clear(level)
	share, duration := is.share[dir], is.nets[1-dir].duration
	for j, s := range is.father {
		level[s] += share[j]
		level[s+duration[len(duration)-1-j]] -= share[j]
	}
	var now, sum int64
	for t, x := range level { // level[t] becomes the use before t
		level[t] = sum
		now += x
		sum += now
	}
	var from int32
	most := int64(-1)
	for range 4 {
		t := int32(r.below(uint64(end-length) + 1))
		if use := level[t+length] - level[t]; use > most {
			from, most = t, use
		}
	}
	return from
}
