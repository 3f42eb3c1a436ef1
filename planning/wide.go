package planning

import (
	"math"
	"math/bits"
)

// wide is a sum of 128 bits in two's complement: sums of any runs in any order are
// the same, to the last bit.
type wide struct{ hi, lo uint64 }

func (w *wide) add(x int64) { w.plus(wide{uint64(x >> 63), uint64(x)}) }

func (w *wide) addProduct(x, y int64) {
	hi, lo := bits.Mul64(uint64(abs(x)), uint64(abs(y)))
	if p := (wide{hi, lo}); (x < 0) != (y < 0) {
		w.plus(p.neg())
	} else {
		w.plus(p)
	}
}

func (w wide) neg() wide {
	lo, borrow := bits.Sub64(0, w.lo, 0)
	hi, _ := bits.Sub64(0, w.hi, borrow)
	return wide{hi, lo}
}

func (w *wide) plus(o wide) {
	var carry uint64
	w.lo, carry = bits.Add64(w.lo, o.lo, 0)
	w.hi += o.hi + carry
}

// float returns the nearest float64 or one next to it.
func (w wide) float() float64 {
	if w.hi>>63 == 1 {
		return -w.neg().float()
	}
	return float64(w.hi)*0x1p64 + float64(w.lo)
}

func round(x float64) int64 { return int64(math.RoundToEven(x)) }

// deviation returns the standard deviation of n numbers from their sum and the sum
// of their squares.
func deviation(n, sum, squares float64) float64 {
	return math.Sqrt(max(0, squares/n-float64(sum/n)*float64(sum/n)))
}

// correlation returns Pearson's coefficient, 0 if either side never changes.
func correlation(n, sx, sy, sxx, syy, sxy float64) float64 {
	x, y := float64(n*sxx)-float64(sx*sx), float64(n*syy)-float64(sy*sy)
	if x <= 0 || y <= 0 {
		return 0
	}
	return max(-1, min(1, (float64(n*sxy)-float64(sx*sy))/(math.Sqrt(x)*math.Sqrt(y))))
}
