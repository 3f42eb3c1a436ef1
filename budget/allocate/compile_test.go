package allocate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget/allocate"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

func TestCompileFindsAllProblems(t *testing.T) {
	t.Parallel()
	curve := allocate.Curve{Kind: allocate.Log, Coef: 1, Scale: 1}
	for name, c := range map[string]struct {
		change func(*allocate.Plan)
		code   string
	}{
		"no channels":    {func(p *allocate.Plan) { p.Channels = nil }, "allocate.size"},
		"no currency":    {func(p *allocate.Plan) { p.Currency = 0 }, "allocate.currency"},
		"other currency": {func(p *allocate.Plan) { p.Channels[0].Min = money.Minor(1, money.USD) }, "allocate.currency"},
		"negative":       {func(p *allocate.Plan) { p.Channels[0].Max = money.Minor(-1, money.EUR) }, "allocate.amount"},
		"huge":           {func(p *allocate.Plan) { p.Channels[0].Max = money.Minor(math.MaxInt64, money.EUR) }, "allocate.amount"},
		"no key":         {func(p *allocate.Plan) { p.Channels[0].Key = "" }, "allocate.key"},
		"key twice":      {func(p *allocate.Plan) { p.Channels[0].Key = "b" }, "allocate.key"},
		"no curve":       {func(p *allocate.Plan) { p.Channels[0].Curve = allocate.Curve{} }, "allocate.curve"},
		"adstock":        {func(p *allocate.Plan) { p.Channels[0].Adstock = allocate.Adstock{Decay: allocate.Geometric, Theta: 1} }, "allocate.curve"},
		"bounds":         {func(p *allocate.Plan) { p.Channels[0].Min, p.Channels[0].Max = eur(2), eur(1) }, "allocate.bounds"},
		"step": {func(p *allocate.Plan) {
			p.Channels[0].Min, p.Channels[0].Max, p.Channels[0].Step = eur(6), eur(9), eur(5)
		}, "allocate.bounds"},
		"fixed and max": {func(p *allocate.Plan) { p.Channels[0].Fixed, p.Channels[0].Max = eur(1), eur(9) }, "allocate.bounds"},
		"unknown":       {func(p *allocate.Plan) { p.Groups[0].Channels[0] = "nobody" }, "allocate.group"},
		"empty group":   {func(p *allocate.Plan) { p.Groups[0].Channels = nil }, "allocate.group"},
		"crossing": {func(p *allocate.Plan) {
			p.Groups = append(p.Groups, allocate.Group{Key: "h", Channels: []allocate.ChannelKey{"b", "c"}})
		}, "allocate.group"},
		"group bounds": {func(p *allocate.Plan) { p.Groups[0].Min, p.Groups[0].Max = eur(2), eur(1) }, "allocate.bounds"},
		"currents":     {func(p *allocate.Plan) { p.Channels[0].Currents = make([]money.Money, 3) }, "allocate.current"},
	} {
		p := allocate.Plan{
			Currency: money.EUR,
			Channels: []allocate.Channel{{Key: "a", Curve: curve}, {Key: "b", Curve: curve}, {Key: "c", Curve: curve}},
			Groups:   []allocate.Group{{Key: "g", Channels: []allocate.ChannelKey{"a", "b"}}},
		}
		_, err := allocate.Compile(p)
		require.NoError(t, err)
		c.change(&p)
		_, err = allocate.Compile(p)
		list, ok := errors.AsType[finding.List](err)
		require.True(t, ok, "%s: %v", name, err)
		require.True(t, list.Has(c.code), "%s: %v", name, err)
	}
}

func TestCompileKeepsNothingOfThePlan(t *testing.T) {
	t.Parallel()
	p := three()
	m, err := allocate.Compile(p)
	require.NoError(t, err)
	before, err := m.Best(context.Background(), eur(100_000), nil)
	require.NoError(t, err)
	p.Channels[0].Curve.Coef = 0
	p.Channels[1].Max = eur(1)
	after, err := m.Best(context.Background(), eur(100_000), nil)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Equal(t, three(), m.Plan())
}

func TestPlanAsJSON(t *testing.T) {
	t.Parallel()
	p := three()
	p.Groups = []allocate.Group{{Key: "g", Channels: []allocate.ChannelKey{"search"}, Max: eur(5)}}
	p.Periods = []allocate.Period{{Name: "W1", Min: eur(1)}}
	p.Channels[0].Adstock = allocate.Adstock{Decay: allocate.WeibullPDF, Shape: 2, Scale: 3, Length: 4}
	p.Channels[0].Max = money.Minor(0, money.EUR) // which forbids, and is not the same as none
	body, err := json.Marshal(p)
	require.NoError(t, err)
	back, err := allocate.ReadPlan(bytes.NewReader(body))
	require.NoError(t, err)
	require.Equal(t, p, back)
	_, err = allocate.ReadPlan(strings.NewReader(`{"currency":"EUR","budget":1}`))
	require.ErrorIs(t, err, allocate.ErrPlan)
	m, err := allocate.Compile(back)
	require.NoError(t, err)
	a, err := m.Best(context.Background(), eur(10), nil)
	require.NoError(t, err)
	require.True(t, a.Lines[0].Spend.IsZero())
	_, err = json.Marshal(a)
	require.NoError(t, err)
}

func TestBudgetIsChecked(t *testing.T) {
	t.Parallel()
	m, err := allocate.Compile(three())
	require.NoError(t, err)
	for _, b := range []money.Money{{}, money.Minor(1, money.USD), money.Minor(-1, money.EUR), money.Minor(math.MaxInt64, money.EUR)} {
		_, err := m.Best(context.Background(), b, nil)
		require.ErrorIs(t, err, allocate.ErrBudget)
	}
	p := three()
	p.Channels[0].Step = money.Minor(2, money.EUR)
	m, err = allocate.Compile(p)
	require.NoError(t, err)
	_, err = m.Best(context.Background(), eur(100_000), nil)
	require.ErrorIs(t, err, allocate.ErrPlan) // five million steps
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	p := three()
	m, err := allocate.Compile(p)
	require.NoError(t, err)
	a, err := m.Evaluate([]money.Money{eur(1), eur(2), eur(3)})
	require.NoError(t, err)
	require.InDelta(t, p.Channels[0].Curve.At(1)+p.Channels[1].Curve.At(2)+p.Channels[2].Curve.At(3), a.Response, 1e-9)
	require.Equal(t, eur(6), a.Total)
	_, err = m.Evaluate(nil)
	require.ErrorIs(t, err, allocate.ErrBudget)
}

// A step and a minimum if used are kept, and the reason says so.
func TestReasons(t *testing.T) {
	t.Parallel()
	log := allocate.Curve{Kind: allocate.Log, Coef: 100, Scale: 50}
	weak := allocate.Curve{Kind: allocate.Log, Coef: 1, Scale: 50}
	p := allocate.Plan{Currency: money.EUR, Channels: []allocate.Channel{
		{Key: "free", Curve: log},
		{Key: "max", Curve: log, Max: eur(10)},
		{Key: "min", Curve: weak, Min: eur(5)},
		{Key: "fixed", Curve: weak, Fixed: eur(7)},
		{Key: "none", Curve: weak},
		{Key: "step", Curve: log, Step: eur(30)},
		{Key: "least", Curve: allocate.Curve{Kind: allocate.Log, Coef: 88, Scale: 50}, MinIfUsed: eur(40)},
	}}
	m, err := allocate.Compile(p)
	require.NoError(t, err)
	a, err := m.Best(context.Background(), eur(200), nil)
	require.NoError(t, err)
	want := map[allocate.ChannelKey]allocate.Reason{
		"free": allocate.Balanced, "max": allocate.AtMax, "min": allocate.AtMin, "fixed": allocate.Fixed,
		"none": allocate.NoReturn, "step": allocate.OnStep,
	}
	for key, reason := range want {
		l, ok := a.Line(key)
		require.True(t, ok)
		require.Equal(t, reason, l.Reason, "%s: %s", key, l.Why)
	}
	// With all else equal, the shadow of a bound is what a euro more of it brings.
	for i, b := range a.Certificate.Binding {
		if b.Bound != "channel max"+" max" { // of the channel of that name
			continue
		}
		p.Channels[1].Max = eur(11)
		looser, err := allocate.Compile(p)
		require.NoError(t, err)
		more, err := looser.Best(context.Background(), eur(200), nil)
		require.NoError(t, err)
		require.InEpsilon(t, b.Shadow, more.Response-a.Response, 0.05)
		require.Positive(t, i) // after the budget
	}
}

func TestCheapest(t *testing.T) {
	t.Parallel()
	m, err := allocate.Compile(three())
	require.NoError(t, err)
	for _, target := range []float64{0, 1, 10_000, 60_000, 100_000, 150_000, 200_000, 300_000} {
		c, err := m.Cheapest(context.Background(), target, nil)
		require.NoError(t, err)
		require.GreaterOrEqual(t, c.Response, target)
		require.LessOrEqual(t, c.Total.Minor()-c.LowerBound.Minor(), int64(3), "target %v", target) // cents that rounding leaves open
		if c.LowerBound.Minor() > 0 {
			less, err := m.Best(context.Background(), money.Minor(c.LowerBound.Minor()-1, money.EUR), nil)
			require.NoError(t, err)
			require.Less(t, less.Certificate.UpperBound, target)
		}
	}
	_, err = m.Cheapest(context.Background(), math.NaN(), nil)
	require.ErrorIs(t, err, allocate.ErrTarget)
	p := three()
	for i := range p.Channels {
		p.Channels[i].Max = eur(1000)
	}
	m, err = allocate.Compile(p)
	require.NoError(t, err)
	_, err = m.Cheapest(context.Background(), 1e9, nil)
	bad, ok := errors.AsType[*allocate.TargetError](err)
	require.True(t, ok)
	require.Equal(t, eur(3000), bad.Spend)
}

func TestFrontierRises(t *testing.T) {
	t.Parallel()
	m, err := allocate.Compile(three())
	require.NoError(t, err)
	f, err := m.Frontier(context.Background(), eur(0), eur(200_000), 41, nil)
	require.NoError(t, err)
	require.Len(t, f, 41)
	require.Equal(t, eur(200_000), f[40].Budget)
	for i := 1; i < len(f); i++ {
		require.Greater(t, f[i].Response, f[i-1].Response)
	}
	_, err = m.Frontier(context.Background(), eur(2), eur(1), 3, nil)
	require.ErrorIs(t, err, allocate.ErrBudget)
}

// A search that is stopped says so, and its bound still holds.
func TestStopped(t *testing.T) {
	t.Parallel()
	var p allocate.Plan
	p.Currency = money.EUR
	for i := range 12 {
		p.Channels = append(p.Channels, allocate.Channel{
			Key: allocate.ChannelKey(rune('a' + i)), Step: eur(7 + 4*i), MinIfUsed: eur(50),
			Curve: allocate.Curve{Kind: allocate.Hill, Coef: 100 + 13*float64(i), Half: 60 + 7*float64(i), Slope: 2.5},
		})
	}
	m, err := allocate.Compile(p)
	require.NoError(t, err)
	short, err := m.Best(context.Background(), eur(500), &allocate.Options{MaxNodes: 3})
	require.NoError(t, err)
	long, err := m.Best(context.Background(), eur(500), nil)
	require.NoError(t, err)
	require.False(t, short.Certificate.Proven)
	require.True(t, long.Certificate.Proven)
	require.GreaterOrEqual(t, short.Certificate.UpperBound, long.Response)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	stopped, err := m.Best(ctx, eur(500), nil)
	require.NoError(t, err)
	require.LessOrEqual(t, stopped.Certificate.Nodes, long.Certificate.Nodes)
}

// A bound of the only period is one more group around all.
func TestOnePeriodIsAGroup(t *testing.T) {
	t.Parallel()
	p := three()
	p.Groups = []allocate.Group{{Key: "g", Channels: []allocate.ChannelKey{"search", "tv"}, Min: eur(10_000)}}
	p.Periods = []allocate.Period{{Max: eur(50_000)}}
	m, err := allocate.Compile(p)
	require.NoError(t, err)
	a, err := m.Best(context.Background(), eur(90_000), nil)
	require.NoError(t, err)
	require.Equal(t, eur(50_000), a.Total)
	require.True(t, a.Certificate.Proven)
}

// Many channels and groups are no reason to wait.
func TestManyChannels(t *testing.T) {
	t.Parallel()
	var p allocate.Plan
	p.Currency = money.EUR
	for i := range 5000 {
		key := allocate.ChannelKey(fmt.Sprint("c", i))
		p.Channels = append(p.Channels, allocate.Channel{Key: key, Curve: allocate.Curve{Kind: allocate.Hill, Coef: float64(100 + i%97), Half: float64(50 + i%89), Slope: 0.5 + float64(i%53)/110}})
		if i%10 == 0 {
			p.Groups = append(p.Groups, allocate.Group{Key: allocate.GroupKey(key), Max: eur(300)})
		}
		g := &p.Groups[len(p.Groups)-1]
		g.Channels = append(g.Channels, key)
	}
	m, err := allocate.Compile(p)
	require.NoError(t, err)
	a, err := m.Best(context.Background(), eur(100_000), nil)
	require.NoError(t, err)
	require.True(t, a.Certificate.Proven)
	require.Equal(t, eur(100_000), a.Total)
}
