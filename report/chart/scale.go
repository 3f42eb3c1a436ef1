package chart

import "math/bits"

// valueAxis maps amounts to pixels between two ends; to may be smaller than
// from, as on a y axis.
type valueAxis struct {
	lo, hi   int64
	from, to px
}

func (a valueAxis) at(v int64) px {
	d := mulDiv(uint64(v)-uint64(a.lo), magnitude(int64(a.to-a.from)), uint64(a.hi)-uint64(a.lo))
	if a.to < a.from {
		return a.from - px(d)
	}
	return a.from + px(d)
}

// mulDiv returns v*w/of in 128 bits; v is at most of.
func mulDiv(v, w, of uint64) uint64 {
	if of == 0 {
		return 0
	}
	v = min(v, of)
	hi, lo := bits.Mul64(v, w)
	if hi >= of {
		return w
	}
	q, _ := bits.Div64(hi, lo, of)
	return q
}

// niceStep returns 1, 2 or 5 times a power of ten such that at most n steps
// cover the range; at least 1.
func niceStep(span uint64, n int) uint64 {
	for p := uint64(1); ; p *= 10 {
		for _, m := range [...]uint64{1, 2, 5} {
			// A span is at most 4e18, so the product ends before it overflows.
			if s := m * p; span/s < uint64(n) || p >= maxAmount {
				return s
			}
		}
	}
}

// niceAxis widens lo..hi to multiples of a nice step and returns the ticks. Equal
// bounds get a step of room.
func niceAxis(lo, hi int64, n int) (outLo, outHi int64, ticks []int64) {
	step := int64(niceStep(uint64(hi)-uint64(lo), n))
	outLo, outHi = floorTo(lo, step), -floorTo(-hi, step)
	if outLo == outHi {
		outHi += step
	}
	for v := outLo; v <= outHi; v += step {
		ticks = append(ticks, v)
	}
	return outLo, outHi, ticks
}

// floorTo returns the greatest multiple of step that is not above v.
func floorTo(v, step int64) int64 {
	q := v / step
	if v%step != 0 && v < 0 {
		q--
	}
	return q * step
}
