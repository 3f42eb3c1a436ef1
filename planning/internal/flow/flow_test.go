package flow_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/planning/internal/flow"
)

// TestMaxFlowIsMinCut compares flows with the least of all cuts, by enumeration.
func TestMaxFlowIsMinCut(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 3_000 {
		nodes := 2 + r.IntN(7)
		type edge struct {
			from, to int32
			capacity int64
			id       int32
		}
		var net flow.Network
		for range nodes {
			net.Node()
		}
		var edges []edge
		for range r.IntN(3 * nodes) {
			e := edge{from: int32(r.IntN(nodes)), to: int32(r.IntN(nodes)), capacity: r.Int64N(20)}
			e.id = net.Edge(e.from, e.to, e.capacity)
			edges = append(edges, e)
		}
		capacity := func(side func(int32) bool) (sum int64) {
			for _, e := range edges {
				if side(e.from) && !side(e.to) {
					sum += e.capacity
				}
			}
			return sum
		}
		least, size := int64(flow.Unlimited), 0
		for mask := 0; mask < 1<<nodes; mask++ {
			if mask&1 == 0 || mask&2 != 0 { // the source is node 0, the sink node 1
				continue
			}
			c, n := capacity(func(i int32) bool { return mask>>i&1 == 1 }), 0
			for i := range nodes {
				n += mask >> i & 1
			}
			if c < least || c == least && n < size {
				least, size = c, n
			}
		}
		require.Equal(t, least, net.Max(0, 1))
		cut := net.Cut()
		require.Equal(t, least, capacity(func(i int32) bool { return cut[i] }))
		n, balance := 0, make([]int64, nodes)
		for _, in := range cut {
			if in {
				n++
			}
		}
		require.Equal(t, size, n, "the smallest of the least cuts")
		for _, e := range edges {
			f := net.Flow(e.id)
			require.True(t, f >= 0 && f <= e.capacity)
			balance[e.from] -= f
			balance[e.to] += f
		}
		for i, b := range balance {
			switch i {
			case 0:
				require.Equal(t, -least, b)
			case 1:
				require.Equal(t, least, b)
			default:
				require.Zero(t, b)
			}
		}
	}
}
