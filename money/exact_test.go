package money_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/money"
)

// cases is the number of random numbers of each test below, and each is rounded in
// every mode. The promise of the package is a million without a difference from
// rational arithmetic, so no flag makes it less.
const cases = 1_000_000

const modes = money.Floor + 1

// rounded is the textbook definition of the modes: of the two whole numbers around
// a fraction, each picks one.
type rounded struct {
	floor     *big.Int
	whole     bool // the fraction is floor itself
	half      int  // the fraction above floor compared with one half
	positive  bool
	scratch   big.Int
	remainder big.Int
}

func (r *rounded) of(x *big.Rat) {
	if r.floor == nil {
		r.floor = new(big.Int)
	}
	r.floor.DivMod(x.Num(), x.Denom(), &r.remainder) // Euclid's: the denominator is positive
	r.whole = r.remainder.Sign() == 0
	r.half = r.scratch.Lsh(&r.remainder, 1).Cmp(x.Denom())
	r.positive = x.Sign() > 0
}

func (r *rounded) in(mode money.Rounding) (n int64, fits bool) {
	ceiling := false
	switch nearest := r.half > 0; mode {
	case money.HalfEven:
		ceiling = nearest || r.half == 0 && r.floor.Bit(0) == 1
	case money.HalfUp:
		ceiling = nearest || r.half == 0 && r.positive
	case money.HalfDown:
		ceiling = nearest || r.half == 0 && !r.positive
	case money.Down:
		ceiling = !r.positive
	case money.Up:
		ceiling = r.positive
	case money.Ceiling:
		ceiling = true
	case money.Floor:
	}
	if !ceiling || r.whole {
		return r.floor.Int64(), r.floor.IsInt64()
	}
	up := r.scratch.Add(r.floor, big.NewInt(1))
	return up.Int64(), up.IsInt64()
}

// randomInt returns numbers of every length, and the extremes more often than
// chance would.
func randomInt(r *rand.Rand) int64 {
	if r.IntN(32) == 0 {
		return []int64{0, 1, -1, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, math.MinInt64 + 1}[r.IntN(7)]
	}
	return int64(r.Uint64()) >> r.UintN(64)
}

// fraction returns a×num/den with ties, near ties and results near the edge of 64
// bits as frequent as all the rest.
func fraction(r *rand.Rand) (a, num, den int64) {
	a, num, den = randomInt(r), randomInt(r), randomInt(r)
	switch r.IntN(4) {
	case 0: // a = q·den + den/2 + {-1, 0, 1}
		half := r.Int64N(1 << 20)
		a, num, den = r.Int64N(1<<40)*2*half+half+r.Int64N(3)-1, 1-2*r.Int64N(2), 2*half
	case 1: // decimal rates
		num, den = r.Int64N(100_000), []int64{10, 100, 1_000, 10_000}[r.IntN(4)]
	case 2: // a near the edge, a ratio near one
		a, den = math.MaxInt64-r.Int64N(9), 1+r.Int64N(1<<62)
		num = den + r.Int64N(5) - 2
	}
	if r.IntN(4) == 0 && den != math.MinInt64 {
		den = -den
	}
	if r.IntN(4) == 0 && a != math.MinInt64 {
		a = -a
	}
	return a, num, den
}

func TestMulRatEqualsBigRat(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var want rounded
	ties := 0
	for range cases {
		a, num, den := fraction(r)
		if den == 0 {
			den = 1
		}
		x := new(big.Rat).SetFrac64(a, den)
		x.Mul(x, new(big.Rat).SetInt64(num))
		want.of(x)
		if want.half == 0 && !want.whole {
			ties++
		}
		for mode := range modes {
			n, fits := want.in(mode)
			got, err := money.Minor(a, money.EUR).MulRat(num, den, mode)
			if (err == nil) != fits || fits && got.Minor() != n {
				t.Fatalf("%d×%d/%d %v: got %v %v, want %d %v", a, num, den, mode, got, err, n, fits)
			}
			price, err := money.Micros(a, money.EUR).MulRat(num, den, mode)
			if (err == nil) != fits || fits && price.Micros() != n {
				t.Fatalf("price of %d×%d/%d %v: got %v %v, want %d %v", a, num, den, mode, price, err, n, fits)
			}
		}
	}
	if ties < cases/20 {
		t.Fatalf("only %d ties of %d cases", ties, cases)
	}
}

func TestRoundRatEqualsBigRat(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	var want rounded
	for range cases {
		a, num, den := fraction(r)
		if den == 0 {
			den = 1
		}
		x := big.NewRat(a, den)
		if num&1 == 0 { // wider than 64 bits on both sides
			x.SetFrac(x.Num().Mul(x.Num(), big.NewInt(3*num|1)), x.Denom().Mul(x.Denom(), big.NewInt(num|1)))
		}
		want.of(x)
		for mode := range modes {
			n, fits := want.in(mode)
			if got, ok := money.RoundRat(x, mode); ok != fits || ok && got != n {
				t.Fatalf("%v %v: got %d %v, want %d %v", x, mode, got, ok, n, fits)
			}
		}
	}
}

func TestPriceRoundEqualsBigRat(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 14))
	currencies := []money.Currency{money.JPY, money.EUR, money.KWD, money.CLF}
	var want rounded
	for range cases {
		micros, c := randomInt(r), currencies[r.IntN(4)]
		unit := int64(math.Pow10(6 - c.Digits()))
		if r.IntN(2) == 0 { // around a tie
			micros = r.Int64N(1<<40)*unit + unit/2 + r.Int64N(3) - 1
			micros *= 1 - 2*r.Int64N(2)
		}
		want.of(big.NewRat(micros, unit))
		for mode := range modes {
			n, fits := want.in(mode)
			if got := money.Micros(micros, c).Round(mode); !fits || got != money.Minor(n, c) {
				t.Fatalf("%d micros %v %v: got %v, want %d", micros, c, mode, got, n)
			}
		}
		m, left := money.Micros(micros, c).Carry()
		back, err := money.PriceOf(m)
		if err == nil {
			back, err = back.Add(left)
		}
		if err != nil || back != money.Micros(micros, c) {
			t.Fatalf("%d micros %v: %v and %v make %v %v", micros, c, m, left, back, err)
		}
	}
}

// decimalCase returns coefficient × 10^-places, most of them around a tie of the
// digits wanted.
func decimalCase(r *rand.Rand, digits int) (coefficient int64, places int) {
	coefficient, places = randomInt(r), r.IntN(19)
	if r.IntN(2) == 0 && places > digits {
		unit := int64(math.Pow10(places - digits))
		coefficient = r.Int64N(max(math.MaxInt64/unit-1, 1))*unit + unit/2 + r.Int64N(3) - 1
		coefficient *= 1 - 2*r.Int64N(2)
	}
	return coefficient, places
}

// TestDecimalsAndTextEqualBigRat reads the same number as a decimal and as text.
func TestDecimalsAndTextEqualBigRat(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(15, 16))
	currencies := []money.Currency{money.JPY, money.EUR, money.KWD, money.CLF}
	var want rounded
	for range cases {
		c := currencies[r.IntN(4)]
		coefficient, places := decimalCase(r, c.Digits())
		d := decimal.New(coefficient, -int32(places)) //nolint:gosec // 0..18
		text := d.StringFixed(int32(places))          //nolint:gosec // 0..18
		x := new(big.Rat).SetFrac64(coefficient, int64(math.Pow10(places)))
		want.of(x.Mul(x, new(big.Rat).SetInt64(int64(math.Pow10(c.Digits())))))
		for mode := range modes {
			n, fits := want.in(mode)
			got, err := money.FromDecimal(d, c, mode)
			if (err == nil) != fits || fits && got != money.Minor(n, c) {
				t.Fatalf("decimal %v %v %v: got %v %v, want %d %v", text, c, mode, got, err, n, fits)
			}
			got, err = money.ParseRounded(text, c, mode)
			if (err == nil) != fits || fits && got != money.Minor(n, c) {
				t.Fatalf("text %v %v %v: got %v %v, want %d %v", text, c, mode, got, err, n, fits)
			}
		}
		n, fits := want.in(money.Down)
		got, err := money.ParseAmount(text, c)
		if exact := want.whole && fits; (err == nil) != exact || exact && got != money.Minor(n, c) {
			t.Fatalf("amount %v %v: got %v %v, want %d %v", text, c, got, err, n, exact)
		}
		want.of(new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(coefficient), big.NewInt(1_000_000)), big.NewInt(int64(math.Pow10(places)))))
		n, fits = want.in(money.Down)
		price, err := money.ParsePrice(text, c)
		if exact := want.whole && fits; (err == nil) != exact || exact && price != money.Micros(n, c) {
			t.Fatalf("price %v %v: got %v %v, want %d %v", text, c, price, err, n, exact)
		}
	}
}

func TestMulDecimalEqualsBigRat(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(17, 18))
	var want rounded
	for range cases {
		minor := randomInt(r) >> r.UintN(48) // most products fit
		coefficient, places := decimalCase(r, r.IntN(6))
		if r.IntN(4) == 0 { // with zeros behind
			zeros := r.IntN(19 - places)
			coefficient, places = coefficient%1000*int64(math.Pow10(min(zeros, 15))), places+min(zeros, 15)
		}
		x := new(big.Rat).SetFrac64(coefficient, int64(math.Pow10(places)))
		want.of(x.Mul(x, new(big.Rat).SetInt64(minor)))
		d := decimal.New(coefficient, -int32(places)) //nolint:gosec // 0..18
		for mode := range modes {
			n, fits := want.in(mode)
			got, err := money.Minor(minor, money.EUR).MulDecimal(d, mode)
			if (err == nil) != fits || fits && got.Minor() != n {
				t.Fatalf("%d × %v %v: got %v %v, want %d %v", minor, d, mode, got, err, n, fits)
			}
			rate, err := money.RateOf(d, mode)
			if err != nil {
				t.Fatalf("%v: %v", d, err)
			}
			got, err = rate.Of(money.Minor(minor, money.EUR))
			if (err == nil) != fits || fits && got.Minor() != n {
				t.Fatalf("%d × %v %v: got %v %v, want %d %v", minor, d, mode, got, err, n, fits)
			}
		}
	}
}

// TestWideDecimalsEqualBigRat is for what does not fit the fast path: coefficients
// beyond 64 bits, exponents above 0 and below -18. The bounds are 40 digits and
// ±40, so ten thousand cases meet each of them.
func TestWideDecimalsEqualBigRat(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	var want rounded
	for range 10_000 {
		digits := strings.TrimLeft(big.NewInt(0).SetUint64(r.Uint64()).String()+big.NewInt(0).SetUint64(r.Uint64()).String(), "0")
		coefficient, _ := new(big.Int).SetString(digits[:1+r.IntN(len(digits))], 10)
		exponent := r.IntN(81) - 40
		d := decimal.NewFromBigInt(coefficient, int32(exponent)) //nolint:gosec // -40..40
		minor := randomInt(r)
		want.of(new(big.Rat).Mul(d.Rat(), new(big.Rat).SetInt64(minor)))
		for mode := range modes {
			n, fits := want.in(mode)
			got, err := money.Minor(minor, money.EUR).MulDecimal(d, mode)
			if (err == nil) != fits || fits && got.Minor() != n {
				t.Fatalf("%d × %v %v: got %v %v, want %d %v", minor, d, mode, got, err, n, fits)
			}
			rate, err := money.RateOf(d, mode)
			if err != nil {
				t.Fatalf("%v: %v", d, err)
			}
			got, err = rate.Of(money.Minor(minor, money.EUR))
			if (err == nil) != fits || fits && got.Minor() != n {
				t.Fatalf("%d × %v %v: got %v %v, want %d %v", minor, d, mode, got, err, n, fits)
			}
		}
	}
}
