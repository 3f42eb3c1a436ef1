package intern

import "math/bits"

// hash folds eight bytes at a time into a product of 64 by 64 bits (the way of
// wyhash, Wang Yi 2019). The seed is random, so that nobody can write a file
// whose keys all collide.
func hash(seed uint64, s string) uint64 {
	const k = 0x9E3779B97F4A7C15 // 2^64 over the golden ratio
	h := seed ^ uint64(len(s))
	for ; len(s) > 8; s = s[8:] {
		h = mix(h^word(s), k)
	}
	var last uint64
	switch {
	case len(s) == 8:
		last = word(s)
	case len(s) >= 4:
		last = uint64(half(s)) | uint64(half(s[len(s)-4:]))<<32
	case len(s) > 0:
		last = uint64(s[0]) | uint64(s[len(s)/2])<<8 | uint64(s[len(s)-1])<<16
	}
	return mix(h^last, k^seed)
}

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func half(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
