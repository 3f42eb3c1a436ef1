package allocate_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget/allocate"
	"github.com/go-marops/marops/money"
)

// randomPeriods returns a plan of 1 or 2 channels over 2 or 3 periods whose amounts
// are whole.
func randomPeriods(r *rand.Rand, concave bool) allocate.Plan {
	p := allocate.Plan{Currency: money.EUR}
	n, periods := 1+r.IntN(2), 2+r.IntN(2)
	for i := range n {
		c := allocate.Channel{Key: allocate.ChannelKey(fmt.Sprint("c", i)), Curve: randomCurve(r)}
		for concave && (c.Curve.Kind == allocate.Piecewise || c.Curve.Inflexion() > 0) {
			c.Curve = randomCurve(r)
		}
		switch r.IntN(4) {
		case 0:
			c.Adstock = allocate.Adstock{Decay: allocate.WeibullCDF, Shape: 0.5 + 2*r.Float64(), Scale: 0.5 + 2*r.Float64(), Length: periods}
		case 1:
			c.Adstock = allocate.Adstock{Decay: allocate.WeibullPDF, Shape: 0.5 + 3*r.Float64(), Scale: 1 + 2*r.Float64(), Length: 1 + periods}
		case 2:
		default:
			c.Adstock = allocate.Adstock{Decay: allocate.Geometric, Theta: 0.9 * r.Float64()}
		}
		if r.IntN(2) == 0 {
			c.Past = []money.Money{eur(r.IntN(10)), eur(r.IntN(10))}
		}
		lo := 0
		if r.IntN(3) == 0 {
			lo = r.IntN(2)
			c.Min = eur(lo)
		}
		if r.IntN(2) == 0 {
			c.Max = eur(lo + 1 + r.IntN(4))
		}
		if !concave && r.IntN(3) == 0 {
			c.MinIfUsed = eur(1 + r.IntN(3))
		}
		if !concave && r.IntN(3) == 0 {
			c.Step = eur(1 + r.IntN(2))
		}
		c.Current = eur(r.IntN(3))
		p.Channels = append(p.Channels, c)
	}
	if r.IntN(2) == 0 {
		p.Groups = []allocate.Group{{Key: "first", Channels: []allocate.ChannelKey{"c0"}, Max: eur(2 + r.IntN(5))}}
	}
	for range periods {
		var t allocate.Period
		if r.IntN(3) == 0 {
			t.Max = eur(1 + r.IntN(5))
		}
		if r.IntN(5) == 0 {
			t.Min = eur(r.IntN(2))
		}
		p.Periods = append(p.Periods, t)
	}
	return p
}

// lawfulPeriods is lawful for every period, with the sums of groups and periods.
func lawfulPeriods(p *allocate.Plan, spend []money.Money) bool {
	periods := len(p.Periods)
	groups := p.Groups
	one := *p
	one.Groups = nil
	for t := range periods {
		now, sum := make([]money.Money, len(p.Channels)), int64(0)
		for i := range p.Channels {
			now[i] = spend[i*periods+t]
			sum += now[i].Minor()
		}
		if !lawful(&one, now) || sum < p.Periods[t].Min.Minor() || p.Periods[t].Max != (money.Money{}) && sum > p.Periods[t].Max.Minor() {
			return false
		}
	}
	for _, g := range groups { // of the first channel
		sum := int64(0)
		for t := range periods {
			sum += spend[t].Minor()
		}
		if g.Max != (money.Money{}) && sum > g.Max.Minor() {
			return false
		}
	}
	return true
}

// response computes the response of a spend from the definition.
func response(p *allocate.Plan, spend []money.Money) float64 {
	total, periods := 0.0, len(p.Periods)
	for i, c := range p.Channels {
		var series []float64
		for _, a := range c.Past {
			series = append(series, float64(a.Minor())/100)
		}
		for t := range periods {
			series = append(series, float64(spend[i*periods+t].Minor())/100)
		}
		total += allocate.Contribution(c.Curve, c.Adstock, series, len(c.Past), len(series))
	}
	return total
}

func TestPeriodsAgainstBruteForce(t *testing.T) {
	t.Parallel()
	const problems = 500
	feasible, proven := 0, 0
	worst := 0.0
	for seed := range uint64(problems) {
		r := rand.New(rand.NewPCG(seed, 2))
		concave := seed%2 == 0
		p := randomPeriods(r, concave)
		budget := r.IntN(9)
		m, err := allocate.Compile(p)
		if err != nil {
			continue
		}
		best, found := math.Inf(-1), false
		spend := make([]money.Money, len(p.Channels)*len(p.Periods))
		var walk func(i, left int)
		walk = func(i, left int) {
			if i == len(spend) {
				if lawfulPeriods(&p, spend) {
					best, found = max(best, response(&p, spend)), true
				}
				return
			}
			for n := 0; n <= left; n++ {
				spend[i] = eur(n)
				walk(i+1, left-n)
			}
		}
		walk(0, budget)
		a, err := m.Best(context.Background(), eur(budget), nil)
		if !found && err != nil {
			require.ErrorIs(t, err, allocate.ErrInfeasible, "seed %d", seed)
			continue
		}
		require.NoError(t, err, "seed %d B=%d %s", seed, budget, js(p))
		feasible++
		c := a.Certificate
		require.GreaterOrEqual(t, c.UpperBound, best, "seed %d B=%d %s", seed, budget, js(p))
		require.GreaterOrEqual(t, c.UpperBound, c.Optimum, "seed %d", seed)
		var got []money.Money
		for _, l := range a.Lines {
			got = append(got, l.Spend)
		}
		require.True(t, lawfulPeriods(&p, got), "seed %d", seed)
		require.InDelta(t, response(&p, got), a.Response, 1e-9*(1+a.Response), "seed %d", seed)
		if a.Today.Allowed {
			require.GreaterOrEqual(t, a.Response, a.Today.Response, "seed %d", seed)
		}
		require.True(t, c.Proven || !concave, "seed %d B=%d %s: %+v", seed, budget, js(p), c)
		if c.Proven {
			proven++
			require.GreaterOrEqual(t, c.Optimum, best*(1-1e-9)-1e-9, "seed %d B=%d %s", seed, budget, js(p))
		} else {
			worst = max(worst, c.Gap)
		}
	}
	t.Logf("%d feasible, %d proven, worst gap otherwise %.2e", feasible, proven, worst)
	require.Greater(t, feasible, problems/2)
}

// year returns n channels of concave curves with carry-over over some weeks.
func year(n, weeks int) allocate.Plan {
	r := rand.New(rand.NewPCG(7, 3))
	p := allocate.Plan{Currency: money.EUR, Periods: make([]allocate.Period, weeks)}
	for i := range n {
		p.Channels = append(p.Channels, allocate.Channel{
			Key:     allocate.ChannelKey(fmt.Sprint("c", i)),
			Curve:   allocate.Curve{Kind: allocate.Hill, Coef: 1e4 + 1e5*r.Float64(), Half: 1e4 + 1e5*r.Float64(), Slope: 0.5 + 0.5*r.Float64()},
			Adstock: allocate.Adstock{Decay: allocate.Geometric, Theta: 0.7 * r.Float64()},
			Max:     eur(50_000), Current: eur(5_000),
		})
	}
	for t := range p.Periods {
		if t%4 == 0 {
			p.Periods[t].Max = eur(60_000)
		}
	}
	return p
}

func TestYear(t *testing.T) {
	t.Parallel()
	m, err := allocate.Compile(year(6, 26))
	require.NoError(t, err)
	a, err := m.Best(t.Context(), eur(1_500_000), nil)
	require.NoError(t, err)
	require.True(t, a.Certificate.Proven, "%+v", a.Certificate)
	require.LessOrEqual(t, a.Certificate.Gap, 1e-9)
	require.Greater(t, a.Response, a.Today.Response)
	require.Equal(t, eur(1_500_000), a.Total)
	require.Equal(t, 1, a.Certificate.Nodes)
}

func BenchmarkYear(b *testing.B) {
	m, err := allocate.Compile(year(10, 52))
	require.NoError(b, err)
	for b.Loop() {
		if _, err := m.Best(b.Context(), eur(3_000_000), nil); err != nil {
			b.Fatal(err)
		}
	}
}
