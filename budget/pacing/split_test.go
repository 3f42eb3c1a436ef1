package pacing

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/money"
)

// TestDivide checks the conditions that only the right division keeps: it adds up,
// keeps the bounds, and no slot that could take a unit has less for its weight, by a
// unit or more, than one that could give one.
func TestDivide(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	for range 20_000 {
		slots := make([]slot, 1+r.IntN(8))
		low, high := int64(0), int64(0)
		for i := range slots {
			s := &slots[i]
			s.weight, s.min = r.Int64N(5), r.Int64N(20)
			s.max = s.min + r.Int64N(60)
			low += s.min
			if s.weight > 0 {
				high += s.max
			} else {
				high += s.min
			}
		}
		total := r.Int64N(400) - 20
		left := divide(total, money.EUR, slots)
		sum := int64(0)
		for _, s := range slots {
			sum += s.amount
			require.GreaterOrEqual(t, s.amount, s.min)
			require.LessOrEqual(t, s.amount, s.max)
		}
		require.Equal(t, total, sum+left)
		require.Equal(t, min(max(total, low), high), sum)
		for _, a := range slots {
			for _, b := range slots {
				if a.weight > 0 && b.weight > 0 && a.amount < a.max && b.amount > b.min {
					// (a + 1) / wa >= (b - 1) / wb
					require.GreaterOrEqual(t, (a.amount+1)*b.weight, (b.amount-1)*a.weight, "%d over %+v", total, slots)
				}
			}
		}
	}
}
