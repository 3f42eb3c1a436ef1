package money_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/money"
)

// simple is the sum a reader believes at first sight.
func simple(column []int64) (int64, bool) {
	total := new(big.Int)
	for _, n := range column {
		total.Add(total, big.NewInt(n))
	}
	return total.Int64(), total.IsInt64()
}

func checkSums(t *testing.T, column []int64) {
	t.Helper()
	want, fits := simple(column)
	got, ok := money.SumMinor(column)
	if ok != fits || ok && got != want {
		t.Fatalf("column of %d: got %d %v, want %d %v", len(column), got, ok, want, fits)
	}
	var sum money.Sum
	total, err := sum.AddAll(money.FromMinors(column, money.JPY)).Total()
	if (err == nil) != fits || fits && total.Minor() != want {
		t.Fatalf("%d amounts: got %v %v, want %d %v", len(column), total, err, want, fits)
	}
	if err != nil {
		require.ErrorIs(t, err, money.ErrOverflow)
	}
}

func TestSumsEqualTheSimpleLoop(t *testing.T) {
	// Every length around the blocks of the loops (4 and 4,096), all of one extreme:
	// of 64 bits, of 32, and of what a block of 4,096 adds without a carry, 51.
	for _, length := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 4095, 4096, 4097, 8191, 8192, 8193, 12_345} {
		for _, n := range []int64{0, 1, -1, math.MaxInt64, math.MinInt64, math.MaxInt32, math.MinInt32, 1 << 32, -1 << 32, 1<<32 - 1, 1 << 51, 1<<51 - 1, -1 << 51, 1 << 52, 1<<63 - 1<<51} {
			column := make([]int64, length)
			for i := range column {
				column[i] = n
			}
			checkSums(t, column)
			for i := range column { // and taken back
				if i%2 == 1 {
					column[i] = -n
				}
			}
			checkSums(t, column)
		}
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		column := make([]int64, r.IntN(40))
		for i := range column {
			column[i] = randomInt(r)
		}
		checkSums(t, column)
	}
}

// TestOneNumberSpoilsABlock puts one large or negative number at every place that
// differs for the loops: first and last of a block, of its halves, and around them.
func TestOneNumberSpoilsABlock(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(21, 22))
	places := []int{0, 1, 2, 3, 4, 2047, 2048, 2049, 4095, 4096, 4097, 6143, 6144, 8190, 8191, 8192, 8193, 9999}
	for bit := 48; bit < 64; bit++ {
		for _, place := range places {
			column := make([]int64, 10_000)
			for i := range column {
				column[i] = r.Int64N(1 << 40)
			}
			for _, n := range []int64{1 << bit, 1<<bit - 1, -1 << bit, -1<<bit + 1, 1<<bit | 1<<40, math.MaxInt64 - r.Int64N(9)} {
				column[place] = n
				checkSums(t, column)
				column[places[r.IntN(len(places))]] = -n
				checkSums(t, column)
			}
		}
	}
}

func TestLongColumnsEqualTheSimpleLoop(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(23, 24))
	for range 400 {
		column := make([]int64, 4000+r.IntN(20_000))
		shift, refunds := 1+r.IntN(24), r.IntN(3) // 63 to 40 bits; no number is negative, half of them, or one in a thousand
		for i := range column {
			column[i] = int64(r.Uint64() >> shift) //nolint:gosec // at least one bit is shifted out
			if refunds == 1 && r.IntN(2) == 0 || refunds == 2 && r.IntN(1000) == 0 {
				column[i] = -column[i]
			}
		}
		checkSums(t, column)
	}
}

func TestAddAllAdoptsAndRefuses(t *testing.T) {
	amounts := money.FromMinors(make([]int64, 10_000), money.EUR)
	amounts[0], amounts[5000] = money.Money{}, money.Money{}
	amounts[9999] = money.Minor(7, money.EUR)
	var sum money.Sum
	total, err := sum.AddAll(amounts).Total()
	require.NoError(t, err)
	assert.Equal(t, money.Minor(7, money.EUR), total)

	amounts[9998] = money.Minor(0, money.USD)
	var mixed money.Sum
	_, err = mixed.AddAll(amounts).AddAll(amounts).Total()
	require.ErrorIs(t, err, money.ErrMismatch)
	_, _, err = money.Minors(amounts)
	require.ErrorIs(t, err, money.ErrMismatch)
	require.EqualError(t, err, "amount 9998: EUR and USD: currencies differ")

	for _, place := range []int{1, 3, 2047, 2048, 4095, 4096, 6144, 8191, 8192, 9999} {
		amounts := money.FromMinors(make([]int64, 10_000), money.EUR)
		amounts[place] = money.Minor(0, money.USD)
		var mixed money.Sum
		_, err = mixed.AddAll(amounts).Total()
		require.ErrorIs(t, err, money.ErrMismatch, "amount %d", place)
		amounts[place] = money.Money{}
		var sum money.Sum
		total, err := sum.Add(money.Minor(3, money.EUR)).AddAll(amounts).Total()
		require.NoError(t, err)
		require.Equal(t, money.Minor(3, money.EUR), total)
	}

	column, c, err := money.Minors(amounts[:9998])
	require.NoError(t, err)
	assert.Equal(t, money.EUR, c)
	assert.Len(t, column, 9998)
}

func TestMergedShardsEqualOneSum(t *testing.T) {
	top := money.Minor(math.MaxInt64, money.EUR)
	var a, b, none, other money.Sum
	a.Add(top).Add(top)
	b.Sub(top).Sub(money.Minor(1, money.EUR))
	total, err := a.Merge(&b).Merge(&none).Total()
	require.NoError(t, err)
	assert.Equal(t, money.Minor(math.MaxInt64-1, money.EUR), total)
	_, err = a.Merge(other.Add(money.Minor(1, money.USD))).Total()
	require.ErrorIs(t, err, money.ErrMismatch)
	var failed money.Sum
	_, err = failed.Merge(&a).Add(top).Total()
	require.ErrorIs(t, err, money.ErrMismatch, "the error travels")
}

func TestAmountsAreSmallAndSumsDoNotAllocate(t *testing.T) {
	column := make([]int64, 10_001)
	amounts := money.FromMinors(column, money.EUR)
	m, o := money.Minor(5, money.EUR), money.Minor(7, money.EUR)
	rate := money.NewRate(10_834, 10_000, money.HalfEven)
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		var sum money.Sum
		_, _ = sum.AddAll(amounts).Total()
		_, _ = money.SumMinor(column)
		_, _ = rate.OfMinor(column[:0], column)
		_, _ = rate.OfAll(amounts[:0], amounts)
		_, _ = rate.Of(m)
		_, _ = m.Add(o)
		_, _ = m.MulRat(10_834, 10_000, money.HalfEven)
		_, _ = money.ParseAmount("1234.50", money.EUR)
	}))
}

func FuzzSum(f *testing.F) {
	f.Add(int64(1), int64(-1), 9)
	f.Add(int64(math.MaxInt64), int64(math.MinInt64), 4097)
	f.Fuzz(func(t *testing.T, a, b int64, length int) {
		column := make([]int64, min(max(length, 0), 10_000))
		for i := range column {
			column[i] = a
			if i%3 == 0 {
				column[i] = b
			}
		}
		checkSums(t, column)
	})
}
