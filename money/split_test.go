package money_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/money"
)

// hamilton is the method of largest remainders in rational arithmetic: exact shares
// toward zero, then one unit each to the largest remainders, ties to the earlier.
func hamilton(amount int64, weights []int64) []int64 {
	total := new(big.Int)
	for _, w := range weights {
		total.Add(total, big.NewInt(w))
	}
	parts := make([]int64, len(weights))
	rests := make([]*big.Rat, len(weights))
	left := new(big.Int).Abs(big.NewInt(amount))
	for i, w := range weights {
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(amount), big.NewInt(w)), total)
		exact.Abs(exact)
		whole := new(big.Int).Quo(exact.Num(), exact.Denom())
		parts[i] = int64(whole.Uint64()) //nolint:gosec // negated below
		rests[i] = exact.Sub(exact, new(big.Rat).SetInt(whole))
		left.Sub(left, whole)
	}
	for ; left.Sign() > 0; left.Sub(left, big.NewInt(1)) {
		best := 0
		for i := range rests {
			if rests[i].Cmp(rests[best]) > 0 {
				best = i
			}
		}
		parts[best]++
		rests[best] = new(big.Rat).SetInt64(-1)
	}
	if amount < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts
}

func minors(t *testing.T, parts []money.Money) []int64 {
	t.Helper()
	column, _, err := money.Minors(parts)
	require.NoError(t, err)
	return column
}

func TestAllocateIsHamiltonsMethod(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for range 20_000 {
		amount := randomInt(r)
		weights := make([]int64, 1+r.IntN(9))
		for i := range weights {
			weights[i] = r.Int64N(4) * (1 + r.Int64N(1<<r.UintN(59))) // equal weights and zeros are frequent
		}
		if weights[0] == 0 {
			weights[0] = 1
		}
		parts, err := money.Minor(amount, money.EUR).Allocate(weights...)
		require.NoError(t, err)
		if got, want := minors(t, parts), hamilton(amount, weights); !slices.Equal(got, want) {
			t.Fatalf("%d over %v: got %v, want %v", amount, weights, got, want)
		}
	}
}

// To permute the weights permutes the parts, but for ties: those go to the earlier
// part, so among equal weights the larger parts come first, by one unit at most.
func TestAllocateIsStableInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	for range 20_000 {
		amount := randomInt(r)
		weights := make([]int64, 2+r.IntN(8))
		for i := range weights {
			weights[i] = 1 + r.Int64N(3)
		}
		parts, err := money.Minor(amount, money.EUR).Allocate(weights...)
		require.NoError(t, err)
		order := r.Perm(len(weights))
		moved := make([]int64, len(weights))
		for to, from := range order {
			moved[to] = weights[from]
		}
		other, err := money.Minor(amount, money.EUR).Allocate(moved...)
		require.NoError(t, err)
		a, b := minors(t, parts), minors(t, other)
		for to, from := range order {
			if d := b[to] - a[from]; d > 1 || d < -1 {
				t.Fatalf("%d over %v: %v, and %v when ordered %v", amount, weights, a, b, order)
			}
		}
		for i := range weights {
			for j := i + 1; j < len(weights); j++ {
				if d := abs(a[i]) - abs(a[j]); weights[i] == weights[j] && d > 1 && -d > 1 {
					t.Fatalf("%d over %v: %v", amount, weights, a)
				}
			}
		}
	}
}

func abs(n int64) uint64 {
	if n < 0 {
		return -uint64(n) //nolint:gosec // two's complement
	}
	return uint64(n)
}

// A longer horizon leaves the parts before it as they are, if the amount grows with
// the weights: a budget of 12 months is not replanned when a 13th is added.
func TestPhaseIsStableWhenTheHorizonGrows(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26))
	for range 20_000 {
		unit := r.Int64N(1<<30) - 1<<29
		months := 2 + r.IntN(24)
		weights := make([]int64, months)
		for i := range weights {
			weights[i] = 1
		}
		long, err := money.Minor(unit*int64(months), money.EUR).Phase(weights...)
		require.NoError(t, err)
		short, err := money.Minor(unit*int64(months-1), money.EUR).Phase(weights[1:]...)
		require.NoError(t, err)
		if !slices.Equal(long[:months-1], short) {
			t.Fatalf("%d a month: %v and %v", unit, long, short)
		}
	}
}

func FuzzSplits(f *testing.F) {
	f.Add(int64(100), int64(1), int64(1), int64(1))
	f.Add(int64(math.MinInt64), int64(1), int64(2), int64(0))
	f.Add(int64(-5), int64(math.MaxInt64), int64(0), int64(0))
	f.Fuzz(func(t *testing.T, amount, a, b, c int64) {
		m := money.Minor(amount, money.EUR)
		for name, split := range map[string]func(...int64) ([]money.Money, error){"allocate": m.Allocate, "phase": m.Phase} {
			parts, err := split(a, b, c)
			if err != nil {
				require.ErrorIs(t, err, money.ErrWeights)
				continue
			}
			if total, ok := money.SumMinor(minors(t, parts)); !ok || total != amount {
				t.Fatalf("%s %d over %d %d %d: %v", name, amount, a, b, c, parts)
			}
		}
	})
}
