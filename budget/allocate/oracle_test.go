package allocate_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget/allocate"
	"github.com/go-marops/marops/money"
)

func js(v any) string { b, _ := json.Marshal(v); return string(b) }

func eur(n int) money.Money { return money.Minor(int64(n)*100, money.EUR) }

// randomCurve returns a curve of any kind that bends between 0 and about 20.
func randomCurve(r *rand.Rand) allocate.Curve {
	var c allocate.Curve
	switch r.IntN(5) {
	case 0:
		c = allocate.Curve{Kind: allocate.Hill, Half: 1 + 15*r.Float64(), Slope: 0.3 + 0.7*r.Float64()}
	case 1:
		c = allocate.Curve{Kind: allocate.Hill, Half: 1 + 15*r.Float64(), Slope: 1 + 4*r.Float64()}
	case 2:
		c = allocate.Curve{Kind: allocate.Log, Scale: 0.5 + 20*r.Float64()}
	case 3:
		c = allocate.Curve{Kind: allocate.Power, Exp: 0.2 + 1.3*r.Float64()}
	default:
		c = allocate.Curve{Kind: allocate.Piecewise, Points: []allocate.Point{{}}}
		x, y := 0.0, 0.0
		for range 1 + r.IntN(5) {
			x += float64(1 + r.IntN(6))
			y += float64(r.IntN(5))
			c.Points = append(c.Points, allocate.Point{Spend: x, Response: y})
		}
	}
	if c.Kind != allocate.Piecewise {
		c.Coef = 0.5 + 10*r.Float64()
	}
	if r.IntN(3) == 0 {
		c.Offset = 5 * r.Float64()
	}
	return c
}

// randomPlan returns a plan of 1 to 4 channels and nested or separate groups, whose
// amounts are whole.
func randomPlan(r *rand.Rand) allocate.Plan {
	p := allocate.Plan{Currency: money.EUR}
	n := 1 + r.IntN(4)
	for i := range n {
		c := allocate.Channel{Key: allocate.ChannelKey(fmt.Sprint("c", i)), Curve: randomCurve(r)}
		lo := 0
		if r.IntN(3) == 0 {
			lo = r.IntN(4)
			c.Min = eur(lo)
		}
		if r.IntN(2) == 0 {
			c.Max = eur(lo + r.IntN(12))
		}
		switch r.IntN(5) {
		case 0:
			c.MinIfUsed = eur(1 + r.IntN(8))
		case 1:
			c.Step = eur(1 + r.IntN(5))
		case 2:
			if r.IntN(3) == 0 {
				c.Min, c.Max, c.Fixed = money.Money{}, money.Money{}, eur(r.IntN(5))
			}
		}
		c.Current = eur(r.IntN(8))
		if i > 0 && r.IntN(4) == 0 { // one that is like another
			key := c.Key
			c = p.Channels[i-1]
			c.Key = key
		}
		p.Channels = append(p.Channels, c)
	}
	group := func(key string, from, to int) {
		g := allocate.Group{Key: allocate.GroupKey(key)}
		for i := from; i < to; i++ {
			g.Channels = append(g.Channels, p.Channels[i].Key)
		}
		lo := 0
		if r.IntN(2) == 0 {
			lo = r.IntN(5)
			g.Min = eur(lo)
		}
		if r.IntN(2) == 0 {
			g.Max = eur(lo + r.IntN(8))
		}
		p.Groups = append(p.Groups, g)
	}
	if n >= 2 && r.IntN(2) == 0 {
		group("pair", 0, 2)
	}
	if n >= 3 && r.IntN(2) == 0 {
		group("three", 0, 3)
	} else if n == 4 && r.IntN(2) == 0 {
		group("rest", 2, 4)
	}
	return p
}

// lawful reports from the words of the plan whether a spend keeps its bounds.
func lawful(p *allocate.Plan, spend []money.Money) bool {
	of := map[allocate.ChannelKey]int64{}
	for i, c := range p.Channels {
		n := spend[i].Minor()
		of[c.Key] = n
		switch {
		case c.Fixed != (money.Money{}):
			if n != c.Fixed.Minor() {
				return false
			}
			continue
		case n < c.Min.Minor(),
			c.Max != (money.Money{}) && n > c.Max.Minor(),
			n > 0 && n < c.MinIfUsed.Minor(),
			c.Step.Minor() > 0 && n%c.Step.Minor() != 0:
			return false
		}
	}
	for _, g := range p.Groups {
		sum := int64(0)
		for _, k := range g.Channels {
			sum += of[k]
		}
		if sum < g.Min.Minor() || g.Max != (money.Money{}) && sum > g.Max.Minor() {
			return false
		}
	}
	return true
}

// bruteForce tries all spends in halves of a euro.
func bruteForce(p *allocate.Plan, budget int) (best float64, found bool) {
	spend := make([]money.Money, len(p.Channels))
	best = math.Inf(-1)
	var walk func(i, left int, value float64)
	walk = func(i, left int, value float64) {
		if i == len(p.Channels) {
			if value > best && lawful(p, spend) {
				best, found = value, true
			}
			return
		}
		for n := 0; n <= left; n++ {
			spend[i] = money.Minor(int64(n)*50, money.EUR)
			walk(i+1, left-n, value+p.Channels[i].Curve.At(float64(n)/2))
		}
	}
	walk(0, 2*budget, 0)
	return best, found
}

// TestAgainstBruteForce compares with every spend on a grid: no such spend may
// exceed the upper bound, and a proven optimum reaches them all.
func TestAgainstBruteForce(t *testing.T) {
	t.Parallel()
	const problems = 1200
	feasible, unproven, spare := 0, 0, 0
	for seed := range uint64(problems) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := randomPlan(r)
		budget := r.IntN(21)
		if len(p.Channels) == 4 {
			budget = r.IntN(13)
		}
		m, err := allocate.Compile(p)
		if err != nil {
			_, some := bruteForce(&p, 14)
			require.False(t, some, "seed %d: %v", seed, err)
			continue
		}
		best, found := bruteForce(&p, budget)
		a, err := m.Best(context.Background(), eur(budget), nil)
		if !found {
			if err != nil {
				require.ErrorIs(t, err, allocate.ErrInfeasible, "seed %d", seed)
				continue
			}
		}
		require.NoError(t, err, "seed %d, B=%d %s", seed, budget, js(p))
		feasible++
		c := a.Certificate
		tolerance := 1e-9 * (1 + math.Abs(best))
		require.GreaterOrEqual(t, c.UpperBound, best, "seed %d: bound", seed)
		require.GreaterOrEqual(t, c.UpperBound, c.Optimum, "seed %d: bound, B=%d %s", seed, budget, js(p))
		if c.Proven {
			require.GreaterOrEqual(t, c.Optimum, best-tolerance, "seed %d: optimum of %d, %+v\n%+v", seed, budget, p, a)
			require.LessOrEqual(t, c.Gap, 1.01e-9, "seed %d, B=%d %s", seed, budget, js(p))
		} else {
			unproven++
		}
		if c.Optimum > best+1e-6 {
			spare++
		}
		spend := make([]money.Money, len(p.Channels))
		sum, current, value := int64(0), 0.0, 0.0
		cent := 0.03 * (1 + c.Lambda) // what rounding may cost: steep curves lose most of a first cent
		for i, l := range a.Lines {
			spend[i] = l.Spend
			sum += l.Spend.Minor()
			value += p.Channels[i].Curve.At(float64(l.Spend.Minor()) / 100)
			current += p.Channels[i].Curve.At(float64(p.Channels[i].Current.Minor()) / 100)
			require.NotEmpty(t, l.Why)
			cent += p.Channels[i].Curve.At(0.01) - p.Channels[i].Curve.At(0)
		}
		require.True(t, lawful(&p, spend), "seed %d: %v\n%+v", seed, spend, p)
		require.Equal(t, a.Total.Minor(), sum, "seed %d", seed)
		require.LessOrEqual(t, sum, int64(budget)*100, "seed %d", seed)
		require.InDelta(t, value, a.Response, tolerance, "seed %d", seed)
		require.InDelta(t, 0, a.RoundingLoss, cent, "seed %d B=%d %s", seed, budget, js(p))
		if a.Today.Allowed {
			require.GreaterOrEqual(t, a.Response, current-tolerance, "seed %d", seed)
		}
	}
	t.Logf("%d of %d feasible, %d unproven, %d better than the grid", feasible, problems, unproven, spare)
	require.Greater(t, feasible, problems/2)
	require.Greater(t, spare, problems/20)
	require.Less(t, unproven, problems/100)
}

func TestInfeasibleNamesBounds(t *testing.T) {
	t.Parallel()
	p := allocate.Plan{Currency: money.EUR, Channels: []allocate.Channel{
		{Key: "tv", Curve: allocate.Curve{Kind: allocate.Log, Coef: 1, Scale: 1}, Min: eur(60)},
		{Key: "web", Curve: allocate.Curve{Kind: allocate.Log, Coef: 1, Scale: 1}, Fixed: eur(50)},
	}}
	m, err := allocate.Compile(p)
	require.NoError(t, err)
	_, err = m.Best(context.Background(), eur(100), nil)
	bad, ok := errors.AsType[*allocate.InfeasibleError](err)
	require.True(t, ok)
	require.Equal(t, "budget of 100.00 EUR is less than the 110.00 EUR that bounds ask for: channel tv min 60.00 EUR, channel web fixed at 50.00 EUR", bad.Error())
	p.Groups = []allocate.Group{{Key: "all", Channels: []allocate.ChannelKey{"tv", "web"}, Max: eur(105)}}
	_, err = allocate.Compile(p)
	require.EqualError(t, err, "group all: its channels need at least 110.00 EUR, its max is 105.00 EUR: tv 60.00 EUR, web 50.00 EUR (fix: raise its maximum or lower minima)")
}
