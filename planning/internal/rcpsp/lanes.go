package rcpsp

// lanes packs the units of several resources into words: each resource has a
// lane whose top bit is a guard. With the guards of the free units set, one
// subtraction per word tells whether a demand fits: no guard is lost.
type lanes struct {
	width int    // bits of a lane, guard included: 8, 16 or 32
	words int    // words per activity and period
	guard uint64 // the guards of a word
}

// newLanes chooses lanes of 16 bits unless capacities want wider ones or narrower
// ones need fewer words. Capacities are not negative.
func newLanes(capacity []int32) lanes {
	var most int32
	for _, c := range capacity {
		most = max(most, c)
	}
	width := 16
	switch {
	case most >= 1<<15:
		width = 32
	case most < 1<<7 && len(capacity) > 4:
		width = 8
	}
	per := 64 / width
	l := lanes{width: width, words: max(1, (len(capacity)+per-1)/per)}
	for k := range per {
		l.guard |= uint64(1) << (k*width + width - 1)
	}
	return l
}

// pack adds units, by resource, to words.
func (l lanes) pack(words []uint64, units []int32) {
	per := 64 / l.width
	for k, u := range units {
		words[k/per] += uint64(u) << (k % per * l.width)
	}
}

// units returns the units of one resource. A guard may be set.
func (l lanes) units(words []uint64, k int) int32 {
	per := 64 / l.width
	return int32(words[k/per] >> (k % per * l.width) & (uint64(1)<<(l.width-1) - 1))
}
