package planning

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMaxTreeAgainstSlice(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for range 2_000 {
		values := make([]int64, 1+r.IntN(20))
		for i := range values {
			values[i] = r.Int64N(9)
		}
		tree := newMaxTree(values)
		for range 30 {
			k, n := r.IntN(len(values)), r.Int64N(9)-3
			tree.add(k, n)
			for i := k; i < len(values); i++ {
				values[i] += n
			}
			from := r.IntN(len(values))
			best := from
			for i := from; i < len(values); i++ {
				if values[i] > values[best] {
					best = i
				}
			}
			got, at := tree.most(from)
			require.Equal(t, [2]int64{values[best], int64(best)}, [2]int64{got, int64(at)})
		}
	}
}
