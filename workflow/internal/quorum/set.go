package quorum

import "math/bits"

// MaxStages is the largest number of stages of a Problem.
const MaxStages = 256

// set is a set of stages. It is comparable.
type set [MaxStages / 64]uint64

func (s *set) has(i int) bool { return s[i>>6]>>(i&63)&1 != 0 }
func (s *set) add(i int)      { s[i>>6] |= 1 << (i & 63) }
func (s *set) del(i int)      { s[i>>6] &^= 1 << (i & 63) }

func (s set) and(o *set) set {
	for w := range s {
		s[w] &= o[w]
	}
	return s
}

func (s set) or(o *set) set {
	for w := range s {
		s[w] |= o[w]
	}
	return s
}

func (s set) less(o *set) set {
	for w := range s {
		s[w] &^= o[w]
	}
	return s
}

func (s *set) empty() bool { return *s == set{} }

func (s *set) meets(o *set) bool {
	for w := range s {
		if s[w]&o[w] != 0 {
			return true
		}
	}
	return false
}

// within reports whether every member is one of o.
func (s *set) within(o *set) bool {
	for w := range s {
		if s[w]&^o[w] != 0 {
			return false
		}
	}
	return true
}

func (s *set) size() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// next returns the first member at or after i, -1 if there is none.
func (s *set) next(i int) int {
	for w := i >> 6; w < len(s); w++ {
		x := s[w]
		if w == i>>6 {
			x &^= 1<<(i&63) - 1
		}
		if x != 0 {
			return w<<6 + bits.TrailingZeros64(x)
		}
	}
	return -1
}

// list returns the members in order.
func (s *set) list() []int32 {
	var out []int32
	for i := s.next(0); i >= 0; i = s.next(i + 1) {
		out = append(out, int32(i))
	}
	return out
}

func setOf(list []int32) set {
	var s set
	for _, i := range list {
		s.add(int(i))
	}
	return s
}
