package money_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/money"
)

// denominator returns one of every class there is.
func denominator(r *rand.Rand) int64 {
	switch r.IntN(6) {
	case 0:
		return 1 << r.IntN(63)
	case 1:
		return int64(math.Pow10(r.IntN(19)))
	case 2: // 1, small and large primes, and the largest
		return []int64{1, 3, 7, 97, 65_537, 1<<31 - 1, 1<<61 - 1, 999_999_999_989, math.MaxInt64, math.MaxInt64 - 1}[r.IntN(10)]
	case 3: // ECB rates have up to 6 digits: a cross rate divides by one
		return 1 + r.Int64N(1_000_000)
	}
	return max(randomInt(r), 1)
}

// within is the largest amount that is multiplied without a division: the tests aim
// on both sides of it.
func within(num, den int64) int64 {
	q := new(big.Int).Quo(big.NewInt(num), big.NewInt(den))
	q.Add(q.Abs(q), big.NewInt(2))
	q.Quo(big.NewInt(math.MaxInt64-1), q)
	return min(q.Int64(), (1<<62-1)/den)
}

// residue returns an amount not beyond the limit whose product with num/den is a
// whole number, a half, a step of 1/den beside them, or anything.
func residue(r *rand.Rand, num, den, limit int64) int64 {
	d := big.NewInt(den)
	a := new(big.Int).ModInverse(new(big.Int).Mod(big.NewInt(num), d), d)
	if a == nil || r.IntN(4) == 0 {
		return randomInt(r)
	}
	rest := []int64{0, 1, den - 1, den / 2, den / 2, (den + 1) / 2, den/2 - 1, den/2 + 1}[r.IntN(8)]
	a.Mul(a, big.NewInt(rest)).Mod(a, d)
	n := a.Int64()
	if room := (limit - n) / den; room > 0 {
		n += r.Int64N(room+1) * den
	}
	return n * (1 - 2*r.Int64N(2))
}

func TestRateEqualsBigRat(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(25, 26))
	var want rounded
	var column []int64
	var amounts []money.Money
	inside, ties := 0, 0
	for range cases {
		num, den := randomInt(r), denominator(r)
		switch r.IntN(4) {
		case 0: // a ratio near one
			num = den + min(r.Int64N(1000), math.MaxInt64-den) - r.Int64N(1000)
		case 1:
			num = r.Int64N(100_000)
		}
		num |= 1 // or few have a half
		limit := within(num, den)
		var n int64
		switch r.IntN(3) {
		case 0: // around the limit
			n = (limit + r.Int64N(5) - 2) * (1 - 2*r.Int64N(2))
		default:
			n = residue(r, num, den, limit)
		}
		if n >= -limit && n <= limit {
			inside++
		}
		x := new(big.Rat).SetFrac64(num, den)
		want.of(x.Mul(x, new(big.Rat).SetInt64(n)))
		if want.half == 0 && !want.whole {
			ties++
		}
		if r.IntN(8) == 0 && num != math.MinInt64 {
			num, den = -num, -den
		}
		for mode := range modes {
			exact, fits := want.in(mode)
			rate := money.NewRate(num, den, mode)
			got, err := rate.Of(money.Minor(n, money.EUR))
			if (err == nil) != fits || fits && got != money.Minor(exact, money.EUR) {
				t.Fatalf("%d×%d/%d %v: got %v %v, want %d %v", n, num, den, mode, got, err, exact, fits)
			}
			column, err = rate.OfMinor(column[:0], []int64{0, n})
			if (err == nil) != fits || fits && (column[0] != 0 || column[1] != exact) {
				t.Fatalf("column of %d×%d/%d %v: got %v %v, want %d", n, num, den, mode, column, err, exact)
			}
			amounts, err = rate.OfAll(amounts[:0], []money.Money{got, money.Minor(n, money.USD)}[1:])
			if (err == nil) != fits || fits && amounts[0] != money.Minor(exact, money.USD) {
				t.Fatalf("amount of %d×%d/%d %v: got %v %v, want %d", n, num, den, mode, amounts, err, exact)
			}
		}
	}
	if inside < cases/2 || cases-inside < cases/10 || ties < cases/20 {
		t.Fatalf("of %d cases %d are within the limit, %d are ties", cases, inside, ties)
	}
}

// TestRatesRoundEveryFractionOfSmallDenominators leaves nothing to chance: every
// rest, both signs of both, every mode, at zero and at the limit.
func TestRatesRoundEveryFractionOfSmallDenominators(t *testing.T) {
	t.Parallel()
	var want rounded
	for den := int64(1); den <= 40; den++ {
		for num := -2*den - 1; num <= 2*den+1; num++ {
			limit := within(num, den)
			for mode := range modes {
				rate := money.NewRate(num, den, mode)
				for n := -2*den - 1; n <= 2*den+1; n++ {
					for _, n := range []int64{n, limit + n, -limit + n} {
						want.of(new(big.Rat).Mul(big.NewRat(num, den), new(big.Rat).SetInt64(n)))
						exact, fits := want.in(mode)
						got, err := rate.Of(money.Minor(n, money.EUR))
						if (err == nil) != fits || fits && got.Minor() != exact {
							t.Fatalf("%d×%d/%d %v: got %v %v, want %d %v", n, num, den, mode, got, err, exact, fits)
						}
					}
				}
			}
		}
	}
}

func TestAnUnknownModeIsHalfEven(t *testing.T) {
	for n := range int64(8) {
		want, err := money.NewRate(1, 2, money.HalfEven).Of(money.Minor(n, money.EUR))
		require.NoError(t, err)
		got, err := money.NewRate(1, 2, 200).Of(money.Minor(n, money.EUR))
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

func TestColumnsOfARateAppendAndNameThePlace(t *testing.T) {
	column := []int64{100, -150, 250}
	percent, double := money.NewRate(1, 100, money.HalfEven), money.NewRate(2, 1, money.Down)
	out, err := percent.OfMinor([]int64{7}, column)
	require.NoError(t, err)
	assert.Equal(t, []int64{7, 1, -2, 2}, out)
	out, err = double.OfMinor(column[:0], column)
	require.NoError(t, err)
	assert.Equal(t, []int64{200, -300, 500}, column, "in place")
	assert.Equal(t, column, out)
	// Small amounts after one beyond the limit are multiplied as well.
	out, err = percent.OfMinor(nil, []int64{100, math.MaxInt64, 100, math.MinInt64, 100})
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 92233720368547758, 1, -92233720368547758, 1}, out)
	out, err = double.OfMinor([]int64{7}, []int64{1, math.MaxInt64})
	require.EqualError(t, err, "amount 1: 9223372036854775807 × 2: amount out of range")
	assert.Equal(t, []int64{7}, out)

	amounts := []money.Money{money.Minor(100, money.EUR), {}, money.Minor(-150, money.JPY)}
	ms, err := percent.OfAll(amounts[:1:1], amounts)
	require.NoError(t, err)
	assert.Equal(t, []money.Money{amounts[0], money.Minor(1, money.EUR), {}, money.Minor(-2, money.JPY)}, ms)
	ms, err = double.OfAll(amounts[:0], amounts)
	require.NoError(t, err)
	assert.Equal(t, ms, amounts, "in place")
	ms, err = double.OfAll(amounts[:1], []money.Money{money.Minor(math.MinInt64, money.EUR)})
	require.EqualError(t, err, "amount 0: -92233720368547758.08 EUR × 2: amount out of range")
	require.ErrorIs(t, err, money.ErrOverflow)
	assert.Equal(t, amounts[:1], ms)
}

func TestNoRate(t *testing.T) {
	for _, none := range []*money.Rate{{}, money.NewRate(1, 0, money.Down)} {
		for _, n := range []int64{0, 1, -1, math.MaxInt64, math.MinInt64} {
			_, err := none.Of(money.Minor(n, money.EUR))
			require.ErrorIs(t, err, money.ErrOverflow)
			_, err = none.OfMinor(nil, []int64{n})
			require.ErrorIs(t, err, money.ErrOverflow)
			_, err = none.OfAll(nil, []money.Money{money.Minor(n, money.EUR)})
			require.ErrorIs(t, err, money.ErrOverflow)
		}
		out, err := none.OfMinor(nil, nil)
		require.NoError(t, err)
		assert.Empty(t, out)
	}
}

func TestRateOfBoundsTheDecimal(t *testing.T) {
	for _, bomb := range []string{"1e10000", "1e-10000", "1e41", "1e-41", "12345678901234567890123456789012345678901"} {
		_, err := money.RateOf(decimal.RequireFromString(bomb), money.Down)
		require.ErrorIs(t, err, money.ErrOverflow, bomb)
	}
	_, err := money.RateOf(decimal.New(1, 100_000), money.HalfUp)
	require.EqualError(t, err, "rate: decimal of 1 bits and exponent 100000: amount out of range")
	for text, want := range map[string]string{
		"0": "0", "0.000": "0", "-3": "-3", "0.1900": "19/100", "1.00": "1", "2e3": "2000", "0.2500000000000000000000000": "1/4",
		"1e-30": "1/1000000000000000000000000000000", "1e40": "1" + "0000000000000000000000000000000000000000",
	} {
		rate, err := money.RateOf(decimal.RequireFromString(text), money.Down)
		require.NoError(t, err, text)
		assert.Equal(t, want, rate.String(), text)
	}
}

func FuzzRate(f *testing.F) {
	f.Add(int64(100), int64(19), int64(100), uint8(money.HalfUp))
	f.Add(int64(-1), int64(1), int64(2), uint8(money.HalfEven))
	f.Add(int64(math.MinInt64), int64(-1), int64(math.MinInt64), uint8(money.Up))
	f.Fuzz(func(t *testing.T, n, num, den int64, mode uint8) {
		m := money.Minor(n, money.EUR)
		want, failed := m.MulRat(num, den, money.Rounding(mode))
		got, err := money.NewRate(num, den, money.Rounding(mode)).Of(m)
		if got != want || (err == nil) != (failed == nil) {
			t.Fatalf("%d×%d/%d: %v %v, %v %v", n, num, den, got, err, want, failed)
		}
	})
}
