package kpi

import (
	"math/big"
	"math/bits"
)

// state folds the values of one measure in one group. States merge, so groups
// may be computed in any order and in parts.
type state struct {
	rows        int64 // rows that passed the filters
	n           int64 // of them with a value
	hi, lo      uint64
	square      [3]uint64 // sum of squares, little-endian
	min, max    int64
	provisional bool
	distinct    map[string]struct{}
}

func (s *state) add(v int64) {
	if s.n == 0 {
		s.min, s.max = v, v
	}
	s.n++
	s.min, s.max = min(s.min, v), max(s.max, v)
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, uint64(v), 0)
	s.hi += uint64(v>>63) + carry
}

func (s *state) addSquare(v int64) {
	magnitude := uint64(v)
	if v < 0 {
		magnitude = -magnitude
	}
	hi, lo := bits.Mul64(magnitude, magnitude)
	var carry uint64
	s.square[0], carry = bits.Add64(s.square[0], lo, 0)
	s.square[1], carry = bits.Add64(s.square[1], hi, carry)
	s.square[2] += carry
}

// sum returns the 128-bit two's complement sum.
func (s *state) sum() *big.Int {
	x := new(big.Int).SetUint64(s.hi)
	x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(s.lo))
	if int64(s.hi) < 0 { //nolint:gosec // sign of the two's complement
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	return x
}

func (s *state) squares() *big.Int {
	x := new(big.Int)
	for i := 2; i >= 0; i-- {
		x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(s.square[i]))
	}
	return x
}

// value finalises a state of a measure over a column with the given scale.
func (s *state) value(m *compiled, scale int) Value {
	v := Value{unit: m.unit, provisional: s.provisional}
	if m.measure.Agg == Rows {
		v.state, v.rat = Exact, new(big.Rat).SetInt64(s.rows)
		return v
	}
	if s.n == 0 {
		return v
	}
	v.state = Exact
	one := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
	switch m.measure.Agg {
	case Sum:
		v.rat = new(big.Rat).SetFrac(s.sum(), one)
	case Min:
		v.rat = new(big.Rat).SetFrac(big.NewInt(s.min), one)
	case Max:
		v.rat = new(big.Rat).SetFrac(big.NewInt(s.max), one)
	case Mean:
		v.rat = new(big.Rat).SetFrac(s.sum(), one.Mul(one, big.NewInt(s.n)))
	case Distinct:
		v.rat = new(big.Rat).SetInt64(int64(len(s.distinct)))
	case Variance, StdDev:
		if s.n == 1 {
			v.state = Undefined
			return v
		}
		// (n Σx² - (Σx)²) / (n (n-1)), exact: no cancellation to lose digits.
		n := big.NewInt(s.n)
		sum := s.sum()
		num := new(big.Int).Mul(n, s.squares())
		num.Sub(num, sum.Mul(sum, sum))
		den := new(big.Int).Mul(n, big.NewInt(s.n-1))
		v.rat = new(big.Rat).SetFrac(num, den.Mul(den, one.Mul(one, one)))
		if m.measure.Agg == StdDev {
			v.rat = sqrt(v.rat)
		}
	case Rows:
	}
	return v
}

// sqrt returns the square root to 40 significant digits (133 bits).
func sqrt(x *big.Rat) *big.Rat {
	root, _ := new(big.Float).Sqrt(new(big.Float).SetPrec(200).SetRat(x)).Rat(nil)
	return root
}
