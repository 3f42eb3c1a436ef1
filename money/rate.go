package money

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"slices"

	"github.com/shopspring/decimal"
)

// Rate is a factor and how its products are rounded: a tax, a discount, a rate of
// exchange. It is prepared once for any number of amounts, which are then multiplied
// without a division. A product is exact before it is rounded once, to the minor
// unit.
//
// A Rate does not change, and many goroutines may use one. The zero Rate is none:
// its products are errors.
type Rate struct {
	num, den int64
	wide     *big.Rat // instead of both, if one is wider
	mode     Rounding

	// An n of -limit to limit is multiplied as n × (whole + part/2^64), which is less
	// than limit/2^64 off. To keep everything above zero it is computed for n + limit;
	// offset takes limit × (whole + part/2^64) away again and adds limit/2^64 for the
	// error. So a fraction comes out too large by at most 2 × limit/2^64, which is less
	// than two multiples of 1/(2 × den) are apart: one that is no more than that above
	// nothing, or above a half, is nothing, or a half, exactly.
	limit, span        uint64 // span is 2 × limit + 1
	whole, part        uint64
	offsetHi, offsetLo uint64
	// keep is the largest fraction, in 2^-64, that is rounded down, see edges.
	keep [4]uint64
}

// NewRate returns the rate num/den whose products are rounded in the named mode:
// 19 % is NewRate(19, 100, HalfUp). With a den of 0 every product is an error.
func NewRate(num, den int64, mode Rounding) *Rate {
	r := &Rate{num: num, den: den, mode: mode}
	d := abs(den)
	if d == 0 {
		return r
	}
	negative := uint64(num^den) >> 63 //nolint:gosec // the sign bit
	whole, rest := abs(num)/d, abs(num)%d
	part, _ := bits.Div64(rest, 0, d)
	// 2 × limit is less than 2^63/den, and a result less than 2^63.
	r.limit = min((1<<62-1)/d, (math.MaxInt64-1)/(whole+2))
	r.span = 2*r.limit + 1
	r.part, r.whole = part, whole
	if negative == 1 {
		var borrow uint64
		r.part, borrow = bits.Sub64(0, part, 0)
		r.whole = -whole - borrow
	}
	hi, lo := bits.Mul64(r.limit, r.part)
	lo, borrow := bits.Sub64(r.limit, lo, 0)
	r.offsetLo, r.offsetHi = lo, -hi-borrow-r.limit*r.whole
	fractions := [...]uint64{
		none: math.MaxUint64, above: 1<<63 + 2*r.limit, half: 1<<63 - 1, all: 2 * r.limit,
	}
	for i, e := range edges[min(mode, 7)] {
		r.keep[uint64(i)^negative<<1] = fractions[e] //nolint:gosec // 0..3
	}
	return r
}

// An edge says which fractions of a number are rounded up, the fraction counted
// from the whole number below, of negative numbers too.
type edge uint8

const (
	none  edge = iota
	above      // more than a half
	half       // a half and more
	all        // all but nothing
)

// edges has the edges of every mode for an even and an odd positive number, and for
// an even and an odd negative one; even is the whole number below.
var edges = [8][4]edge{
	HalfEven: {above, half, above, half},
	HalfUp:   {half, half, above, above},
	HalfDown: {above, above, half, half},
	Down:     {none, none, all, all},
	Up:       {all, all, none, none},
	Ceiling:  {all, all, all, all},
	Floor:    {none, none, none, none},
	7:        {above, half, above, half}, // no mode
}

// RateOf returns a decimal as a rate: 0.19 is 19 %, 1.0834 converts. A decimal of
// more than 40 digits, or with an exponent beyond ±40, gives ErrOverflow; its size
// is checked before any arithmetic.
func RateOf(d decimal.Decimal, mode Rounding) (*Rate, error) {
	if places, ok := narrow(d); ok {
		num, den := d.CoefficientInt64(), pow10[places]
		for den > 1 && num%10 == 0 { // 0.1900 is 19/100, which serves larger amounts
			num /= 10
			den /= 10
		}
		return NewRate(num, den, mode), nil
	}
	x, ok := ratOf(d)
	switch {
	case !ok:
		return nil, tooLarge("rate: ", d)
	case x.Num().IsInt64() && x.Denom().IsInt64():
		return NewRate(x.Num().Int64(), x.Denom().Int64(), mode), nil
	}
	return &Rate{wide: x, mode: mode}, nil
}

// String returns the factor, as in "19/100".
func (r *Rate) String() string {
	switch {
	case r.wide != nil:
		return r.wide.RatString()
	case r.den == 1:
		return fmt.Sprint(r.num)
	}
	return fmt.Sprintf("%d/%d", r.num, r.den)
}

// Of returns m × r, or an error matching ErrOverflow if that does not fit 64 bits.
func (r *Rate) Of(m Money) (Money, error) {
	raised := uint64(m.minor) + r.limit //nolint:gosec // two's complement on purpose, here and below
	if raised >= r.span {
		return r.ofAny(m)
	}
	hi, lo := bits.Mul64(raised, r.part)
	lo, carry := bits.Add64(lo, r.offsetLo, 0)
	n, _ := bits.Add64(hi+raised*r.whole, r.offsetHi, carry)
	_, up := bits.Sub64(r.keep[uint64(m.minor)>>63<<1|n&1], lo, 0) //nolint:gosec // likewise
	return Money{int64(n + up), m.cur}, nil                        //nolint:gosec // likewise
}

// ofAny is Of for amounts beyond the limit.
func (r *Rate) ofAny(m Money) (Money, error) {
	var n int64
	var ok bool
	if r.wide != nil {
		x := new(big.Rat).SetInt64(m.minor)
		n, ok = RoundRat(x.Mul(x, r.wide), r.mode)
	} else {
		n, ok = mulDiv(m.minor, r.num, r.den, r.mode)
	}
	if !ok {
		return Money{}, &productError{m, r}
	}
	return Money{n, m.cur}, nil
}

// OfAll appends every amount × r to dst and returns it. r.OfAll(ms[:0], ms) works in
// place. A product beyond 64 bits gives ErrOverflow with its place; dst is returned
// as it was.
func (r *Rate) OfAll(dst, ms []Money) ([]Money, error) {
	out := slices.Grow(dst, len(ms))[:len(dst)+len(ms)]
	to := out[len(dst):]
	for i := 0; i < len(ms); i++ {
		if i += r.ofAmounts(to[i:], ms[i:]); i == len(ms) {
			break
		}
		m, err := r.ofAny(ms[i])
		if err != nil {
			return dst, fmt.Errorf("amount %d: %w", i, err)
		}
		to[i] = m
	}
	return out, nil
}

// OfMinor is OfAll for a column of minor units: one in another currency, or with tax.
func (r *Rate) OfMinor(dst, column []int64) ([]int64, error) {
	out := slices.Grow(dst, len(column))[:len(dst)+len(column)]
	to := out[len(dst):]
	for i := 0; i < len(column); i++ {
		if i += r.ofColumn(to[i:], column[i:]); i == len(column) {
			break
		}
		m, err := r.ofAny(Money{minor: column[i]})
		if err != nil {
			return dst, fmt.Errorf("amount %d: %w", i, err)
		}
		to[i] = m.minor
	}
	return out, nil
}

// ofAmounts and ofColumn are Of without calls and with the rate in registers. They
// stop at the first amount beyond the limit and return its place.
func (r *Rate) ofAmounts(to, ms []Money) int {
	to = to[:len(ms)]
	keep, limit, span := r.keep, r.limit, r.span
	whole, part, offsetHi, offsetLo := r.whole, r.part, r.offsetHi, r.offsetLo
	for i := range ms {
		n := ms[i].minor
		raised := uint64(n) + limit //nolint:gosec // two's complement on purpose, here and below
		if raised >= span {
			return i
		}
		hi, lo := bits.Mul64(raised, part)
		lo, carry := bits.Add64(lo, offsetLo, 0)
		q, _ := bits.Add64(hi+raised*whole, offsetHi, carry)
		_, up := bits.Sub64(keep[uint64(n)>>63<<1|q&1], lo, 0) //nolint:gosec // likewise
		to[i].minor = int64(q + up)                            //nolint:gosec // likewise
		to[i].cur = ms[i].cur
	}
	return len(ms)
}

func (r *Rate) ofColumn(to, column []int64) int {
	to = to[:len(column)]
	keep, limit, span := r.keep, r.limit, r.span
	whole, part, offsetHi, offsetLo := r.whole, r.part, r.offsetHi, r.offsetLo
	for i, n := range column {
		raised := uint64(n) + limit //nolint:gosec // two's complement on purpose, here and below
		if raised >= span {
			return i
		}
		hi, lo := bits.Mul64(raised, part)
		lo, carry := bits.Add64(lo, offsetLo, 0)
		q, _ := bits.Add64(hi+raised*whole, offsetHi, carry)
		_, up := bits.Sub64(keep[uint64(n)>>63<<1|q&1], lo, 0) //nolint:gosec // likewise
		to[i] = int64(q + up)                                  //nolint:gosec // likewise
	}
	return len(column)
}
