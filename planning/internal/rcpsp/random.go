package rcpsp

import "math/bits"

// random is a small generator of which every state is the mix of a seed, an
// island and a generation, so that any part of a search can be run by itself
// (splitmix64: G. Steele, D. Lea and C. Flood, Fast splittable pseudorandom
// number generators, 2014).
type random struct{ state uint64 }

func newRandom(seed uint64, island, generation int) random {
	r := random{seed}
	r.state = r.next() ^ uint64(island)<<40
	r.state = r.next() ^ uint64(generation)
	r.next()
	return r
}

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number from 0 to n-1; n is positive.
func (r *random) below(n uint64) uint64 {
	hi, _ := bits.Mul64(r.next(), n)
	return hi
}
