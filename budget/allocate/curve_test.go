package allocate_test

import (
	"bytes"
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget/allocate"
	"github.com/go-marops/marops/money"
)

func TestCurveValues(t *testing.T) {
	t.Parallel()
	hill := allocate.Curve{Kind: allocate.Hill, Coef: 10, Half: 5, Slope: 2}
	require.InDelta(t, 5, hill.At(5), 1e-15)    // half of the saturation
	require.InDelta(t, 8, hill.At(10), 1e-14)   // 100/(100+25)
	require.InDelta(t, 0, hill.At(0), 0)        // nothing for nothing
	require.InDelta(t, 0, hill.At(-3), 0)       // a negative spend is nothing
	require.InDelta(t, 10, hill.At(1e12), 1e-9) // saturation
	require.True(t, math.IsNaN((&allocate.Curve{}).At(1)))
	line := allocate.Curve{Kind: allocate.Piecewise, Points: []allocate.Point{{}, {Spend: 2, Response: 4}, {Spend: 4, Response: 5}}, Offset: 1}
	require.InDelta(t, 2, line.At(0), 0)
	require.InDelta(t, 4.5, line.At(2), 0)
	require.InDelta(t, 5, line.At(100), 0)
	require.InDelta(t, 2, line.Marginal(0.5), 0)
	require.InDelta(t, 0.5, line.Marginal(1), 0)
	require.InDelta(t, 0, line.Marginal(3), 0)
}

// The derivative is that of the curve, and the curve turns where Inflexion says.
func TestMarginalIsTheDerivative(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		c := randomCurve(r)
		if c.Kind == allocate.Piecewise {
			continue
		}
		x := 0.1 + 30*r.Float64()
		h := 1e-5 * x
		require.InEpsilon(t, (c.At(x+h)-c.At(x-h))/(2*h), c.Marginal(x), 1e-4, "%+v at %v", c, x)
		if turn := c.Inflexion(); turn > 0.2 && !math.IsInf(turn, 1) {
			require.Greater(t, c.Marginal(turn), c.Marginal(turn*0.9))
			require.Greater(t, c.Marginal(turn), c.Marginal(turn*1.1))
		}
	}
}

// The stated error of an evaluation is checked against a square root and a product,
// which big.Float computes to 200 bits: slopes of 1/2, 1, 2 and 4.
func TestEvaluationIsWithinSlack(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	num := func(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }
	for range 2000 {
		x, half, coef := math.Exp(40*r.Float64()-10), math.Exp(30*r.Float64()-5), math.Exp(20*r.Float64())
		q := new(big.Float).SetPrec(200).Quo(num(x), num(half))
		for _, slope := range []float64{0.5, 1, 2, 4} {
			p := new(big.Float).SetPrec(200).Set(q)
			switch slope {
			case 0.5:
				p.Sqrt(q)
			case 2:
				p.Mul(q, q)
			case 4:
				p.Mul(q, q).Mul(p, p)
			}
			want := new(big.Float).SetPrec(200).Add(p, num(1))
			want.Quo(p, want).Mul(want, num(coef))
			c := allocate.Curve{Kind: allocate.Hill, Coef: coef, Half: half, Slope: slope}
			off := want.Sub(want, num(c.At(x)))
			off.Quo(off, num(c.At(x)))
			got, _ := off.Float64()
			require.Less(t, math.Abs(got), 1.0/(1<<42), "%+v at %v", c, x)
		}
	}
}

func TestAdstock(t *testing.T) {
	t.Parallel()
	geometric := allocate.Adstock{Decay: allocate.Geometric, Theta: 0.5}
	require.InDeltaSlice(t, []float64{8, 4, 2, 1}, geometric.Apply([]float64{8, 0, 0, 0}), 0)
	require.InDeltaSlice(t, []float64{1, 0.5, 0.25}, geometric.Weights(3), 0)
	require.InDeltaSlice(t, []float64{3, 1.5}, geometric.Carry([]float64{8, 2}, 2), 0)
	// Survival of 1 and 2 periods at shape 1 and scale 1: e^-1, then times e^-2.
	cdf := allocate.Adstock{Decay: allocate.WeibullCDF, Shape: 1, Scale: 1, Length: 3}
	require.InDeltaSlice(t, []float64{1, math.Exp(-1), math.Exp(-3), 0}, cdf.Weights(4), 1e-15)
	pdf := allocate.Adstock{Decay: allocate.WeibullPDF, Shape: 2, Scale: 3, Length: 8}
	w := pdf.Weights(8)
	peak := 0
	for i := range w {
		require.GreaterOrEqual(t, w[i], 0.0)
		if w[i] > w[peak] {
			peak = i
		}
	}
	require.Equal(t, 1, peak) // the mode of the density is 3·sqrt(1/2) = 2.1 periods, the second
	require.InDelta(t, 1, w[peak], 0)
	// Apply is the sum of weighted lags.
	r := rand.New(rand.NewPCG(8, 9))
	spend := make([]float64, 30)
	for i := range spend {
		spend[i] = r.Float64()
	}
	for _, a := range []allocate.Adstock{{}, geometric, cdf, pdf} {
		w := a.Weights(len(spend))
		for i, got := range a.Apply(spend) {
			want := 0.0
			for k := range i + 1 {
				want += w[k] * spend[i-k]
			}
			require.InDelta(t, want, got, 1e-12)
		}
	}
	require.ErrorIs(t, allocate.Adstock{Decay: 9}.Check(), allocate.ErrAdstock)
	require.ErrorIs(t, allocate.Adstock{Decay: allocate.WeibullPDF}.Check(), allocate.ErrAdstock)
	require.Nil(t, allocate.Adstock{Decay: 9}.Weights(3))
}

func FuzzParseCurve(f *testing.F) {
	f.Add([]byte(`{"type":"hill","coef":10,"half":5,"slope":2,"offset":1}`))
	f.Add([]byte(`{"type":"power","coef":1e15,"exp":10}`))
	f.Add([]byte(`{"type":"piecewise","points":[{"spend":0,"response":1},{"spend":2,"response":3}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := allocate.ParseCurve(text)
		if err != nil {
			require.ErrorIs(t, err, allocate.ErrCurve)
			return
		}
		last := math.Inf(-1)
		for _, x := range []float64{0, 1e-3, 1, 10, 1e5, 1e12} {
			y, d := c.At(x), c.Marginal(x)
			require.False(t, math.IsNaN(y) || math.IsInf(y, 0) || math.IsNaN(d) || d < 0, "%+v at %v: %v, %v", c, x, y, d)
			require.GreaterOrEqual(t, y, last-1e-12*math.Abs(last))
			last = y
		}
	})
}

func FuzzReadPlan(f *testing.F) {
	f.Add([]byte(`{"currency":"EUR","channels":[{"key":"a","curve":{"type":"log","coef":5,"scale":2},"min":"1.00 EUR","step":"2.00 EUR"},{"key":"b","curve":{"type":"hill","coef":5,"half":2,"slope":3},"minIfUsed":"3.00 EUR"}],"groups":[{"key":"g","channels":["a","b"],"max":"9.00 EUR"}]}`), int64(1500))
	f.Add([]byte(`{"currency":"EUR","channels":[{"key":"a","curve":{"type":"power","coef":5,"exp":0.5},"adstock":{"decay":"geometric","theta":0.5}}],"periods":[{},{"max":"2.00 EUR"},{}]}`), int64(900))
	f.Fuzz(func(t *testing.T, text []byte, budget int64) {
		p, err := allocate.ReadPlan(bytes.NewReader(text))
		if err != nil {
			require.ErrorIs(t, err, allocate.ErrPlan)
			return
		}
		if len(p.Channels) > 6 || len(p.Periods) > 6 {
			return
		}
		m, err := allocate.Compile(p)
		if err != nil {
			return
		}
		a, err := m.Best(context.Background(), money.Minor(budget, p.Currency), &allocate.Options{MaxNodes: 50})
		if err != nil {
			return
		}
		var sum money.Sum
		for _, l := range a.Lines {
			sum.Add(l.Spend)
		}
		total, err := sum.Total()
		require.NoError(t, err)
		require.Equal(t, a.Total.Minor(), total.Minor())
		require.LessOrEqual(t, total.Minor(), budget)
		require.GreaterOrEqual(t, a.Certificate.UpperBound, a.Response)
	})
}
