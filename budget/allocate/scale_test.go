package allocate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget/allocate"
	"github.com/go-marops/marops/money"
)

// large returns a plan of n channels of all concave and S-shaped kinds over many
// orders of magnitude, in nested groups.
func large(r *rand.Rand, n int) (allocate.Plan, money.Money) {
	p := allocate.Plan{Currency: money.EUR}
	size := math.Pow(10, 1+6*r.Float64()) // of a channel, in major units
	unit := math.Pow(10, 6*r.Float64()-3) // of responses
	for i := range n {
		c := allocate.Channel{Key: allocate.ChannelKey(fmt.Sprint("c", i))}
		k, coef := size*(0.2+2*r.Float64()), unit*(1+9*r.Float64())
		switch r.IntN(5) {
		case 0, 1:
			c.Curve = allocate.Curve{Kind: allocate.Hill, Coef: coef, Half: k, Slope: 0.4 + 0.6*r.Float64()}
		case 2:
			c.Curve = allocate.Curve{Kind: allocate.Hill, Coef: coef, Half: k, Slope: 1.2 + 3*r.Float64()}
		case 3:
			c.Curve = allocate.Curve{Kind: allocate.Log, Coef: coef / 3, Scale: k}
		default:
			c.Curve = allocate.Curve{Kind: allocate.Power, Coef: coef / math.Pow(k, 0.5), Exp: 0.3 + 0.5*r.Float64()}
		}
		if r.IntN(2) == 0 {
			c.Max = money.Minor(int64(100*size*(1+3*r.Float64())), money.EUR)
		}
		if r.IntN(4) == 0 {
			c.MinIfUsed = money.Minor(int64(100*size*r.Float64()), money.EUR)
		}
		if r.IntN(8) == 0 {
			c.Step = money.Minor(int64(1+20*size*(0.1+r.Float64())), money.EUR)
		}
		p.Channels = append(p.Channels, c)
	}
	for g := 0; g+5 <= n; g += 5 {
		group := allocate.Group{Key: allocate.GroupKey(fmt.Sprint("g", g))}
		for i := g; i < g+5; i++ {
			group.Channels = append(group.Channels, p.Channels[i].Key)
		}
		if r.IntN(2) == 0 {
			group.Max = money.Minor(int64(100*size*(1+4*r.Float64())), money.EUR)
		}
		p.Groups = append(p.Groups, group)
	}
	return p, money.Minor(int64(100*size*float64(n)*(0.1+0.8*r.Float64())), money.EUR)
}

// TestLarge holds proven optima against their neighbourhood: no lawful spend near by
// exceeds them or their bound.
func TestLarge(t *testing.T) {
	t.Parallel()
	for _, n := range []int{10, 40, 100} {
		for seed := range uint64(30) {
			r := rand.New(rand.NewPCG(seed, uint64(n)))
			p, budget := large(r, n)
			m, err := allocate.Compile(p)
			require.NoError(t, err)
			a, err := m.Best(t.Context(), budget, nil)
			require.NoError(t, err)
			c := a.Certificate
			require.True(t, c.Proven, "n %d seed %d: %+v", n, seed, c)
			require.LessOrEqual(t, c.Gap, 1e-9)
			spend, total := make([]money.Money, n), int64(0)
			for i, l := range a.Lines {
				spend[i] = l.Spend
				total += l.Spend.Minor()
			}
			require.True(t, lawful(&p, spend))
			require.Equal(t, a.Total.Minor(), total)
			for range 300 {
				from, to := r.IntN(n), r.IntN(n)
				if from == to || spend[from].IsZero() {
					continue
				}
				near := slices.Clone(spend)
				by := 1 + r.Int64N(spend[from].Minor())
				near[from], near[to] = money.Minor(near[from].Minor()-by, money.EUR), money.Minor(near[to].Minor()+by, money.EUR)
				if !lawful(&p, near) {
					continue
				}
				e, err := m.Evaluate(near)
				require.NoError(t, err)
				require.LessOrEqual(t, e.Response, c.Optimum*(1+1e-9))
				require.LessOrEqual(t, e.Response, c.UpperBound)
			}
		}
	}
}

// Channels that are all alike make many solutions, of which none must be looked at
// twice.
func TestAlike(t *testing.T) {
	t.Parallel()
	p := allocate.Plan{Currency: money.EUR}
	for i := range 20 {
		p.Channels = append(p.Channels, allocate.Channel{
			Key: allocate.ChannelKey(fmt.Sprint("c", i)), Curve: allocate.Curve{Kind: allocate.Hill, Coef: 100, Half: 1000, Slope: 3}, Max: eur(2500),
		})
	}
	m, err := allocate.Compile(p)
	require.NoError(t, err)
	for _, budget := range []int{500, 1000, 7_777, 12_345, 30_000} {
		a, err := m.Best(t.Context(), eur(budget), nil)
		require.NoError(t, err)
		require.True(t, a.Certificate.Proven)
		require.Less(t, a.Certificate.Nodes, 100)
	}
}

// Channels that are alike but for a little leave a gap that is told, and a bound that
// holds: of each size of difference, and as far as the search may go.
func TestNearlyAlike(t *testing.T) {
	t.Parallel()
	for _, step := range []float64{0.001, 0.1, 3} {
		p := allocate.Plan{Currency: money.EUR}
		for i := range 20 {
			p.Channels = append(p.Channels, allocate.Channel{
				Key: allocate.ChannelKey(fmt.Sprint("c", i)), Curve: allocate.Curve{Kind: allocate.Hill, Coef: 100 + step*float64(i), Half: 1000, Slope: 3}, Max: eur(2500),
			})
		}
		m, err := allocate.Compile(p)
		require.NoError(t, err)
		a, err := m.Best(t.Context(), eur(7777), &allocate.Options{MaxNodes: 500})
		require.NoError(t, err)
		require.Less(t, a.Certificate.Gap, 0.005)
		require.Equal(t, a.Certificate.Gap <= 1e-9, a.Certificate.Proven)
	}
}
