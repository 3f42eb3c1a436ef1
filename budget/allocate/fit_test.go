package allocate_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget/allocate"
)

// series returns spend of n periods and the response to it.
func series(n int, c allocate.Curve, a allocate.Adstock, base, noise float64) (spend, response []float64) {
	r := rand.New(rand.NewPCG(11, 12))
	spend, response = make([]float64, n), make([]float64, n)
	for i := range spend {
		spend[i] = 1000 * r.Float64() * r.Float64()
		if r.IntN(6) == 0 {
			spend[i] = 0
		}
	}
	for i, z := range a.Apply(spend) {
		response[i] = base + c.At(z) + noise*r.NormFloat64()
	}
	return spend, response
}

func TestFitRecovers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		curve   allocate.Curve
		adstock allocate.Adstock
		base    float64
	}{
		"hill":              {curve: allocate.Curve{Kind: allocate.Hill, Coef: 5000, Half: 300, Slope: 0.8}},
		"s-shape":           {curve: allocate.Curve{Kind: allocate.Hill, Coef: 5000, Half: 300, Slope: 2.5}},
		"hill, base":        {curve: allocate.Curve{Kind: allocate.Hill, Coef: 5000, Half: 200, Slope: 1.4}, base: 700},
		"hill, theta":       {curve: allocate.Curve{Kind: allocate.Hill, Coef: 5000, Half: 400, Slope: 1.7}, adstock: allocate.Adstock{Decay: allocate.Geometric, Theta: 0.55}},
		"hill, theta, base": {curve: allocate.Curve{Kind: allocate.Hill, Coef: 5000, Half: 400, Slope: 1.7}, adstock: allocate.Adstock{Decay: allocate.Geometric, Theta: 0.3}, base: 1000},
		"log":               {curve: allocate.Curve{Kind: allocate.Log, Coef: 800, Scale: 120}},
		"log, theta":        {curve: allocate.Curve{Kind: allocate.Log, Coef: 800, Scale: 120}, adstock: allocate.Adstock{Decay: allocate.Geometric, Theta: 0.8}},
		"power":             {curve: allocate.Curve{Kind: allocate.Power, Coef: 30, Exp: 0.45}},
		"power, weibull":    {curve: allocate.Curve{Kind: allocate.Power, Coef: 30, Exp: 0.45}, adstock: allocate.Adstock{Decay: allocate.WeibullPDF, Shape: 2, Scale: 3, Length: 10}, base: 5},
	} {
		spend, response := series(120, c.curve, c.adstock, c.base, 0)
		o := &allocate.FitOptions{Adstock: c.adstock, Theta: c.adstock.Decay == allocate.Geometric, Base: c.base > 0}
		o.Adstock.Theta = 0
		f, err := allocate.Fit(c.curve.Kind, spend, response, o)
		require.NoError(t, err, name)
		near := func(want, got float64, what string) {
			require.InDelta(t, want, got, 1e-6*max(1, math.Abs(want)), "%s: %s, %+v", name, what, f)
		}
		near(c.curve.Coef, f.Curve.Coef, "coef")
		near(c.curve.Half, f.Curve.Half, "half")
		near(c.curve.Slope, f.Curve.Slope, "slope")
		near(c.curve.Scale, f.Curve.Scale, "scale")
		near(c.curve.Exp, f.Curve.Exp, "exp")
		near(c.adstock.Theta, f.Adstock.Theta, "theta")
		near(c.base, f.Base, "base")
		require.Greater(t, f.R2, 1-1e-12, name)
		require.True(t, f.Converged, name)
	}
}

func TestFitUnderNoise(t *testing.T) {
	t.Parallel()
	curve := allocate.Curve{Kind: allocate.Hill, Coef: 5000, Half: 300, Slope: 1.5}
	spend, response := series(800, curve, allocate.Adstock{}, 0, 100)
	f, err := allocate.Fit(allocate.Hill, spend, response, nil)
	require.NoError(t, err)
	require.InDelta(t, 100, f.RMSE, 10) // the noise; its standard error is 100/sqrt(2·800) = 2.5
	require.InEpsilon(t, curve.Half, f.Curve.Half, 0.1)
	require.InEpsilon(t, curve.Slope, f.Curve.Slope, 0.1)
	again, err := allocate.Fit(allocate.Hill, spend, response, nil)
	require.NoError(t, err)
	require.Equal(t, f, again)
	wrong, err := allocate.Fit(allocate.Power, spend, response, nil)
	require.NoError(t, err)
	require.Less(t, wrong.R2, f.R2)
}

func TestFitRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind            allocate.Kind
		spend, response []float64
	}{
		"piecewise":   {allocate.Piecewise, make([]float64, 9), make([]float64, 9)},
		"lengths":     {allocate.Log, make([]float64, 9), make([]float64, 8)},
		"short":       {allocate.Hill, []float64{1, 2}, []float64{1, 2}},
		"nan":         {allocate.Log, []float64{1, math.NaN(), 3, 4}, []float64{1, 2, 3, 4}},
		"negative":    {allocate.Log, []float64{1, -2, 3, 4}, []float64{1, 2, 3, 4}},
		"no spend":    {allocate.Log, make([]float64, 5), []float64{1, 2, 3, 4, 5}},
		"no response": {allocate.Log, []float64{1, 2, 3, 4, 5}, make([]float64, 5)},
	} {
		_, err := allocate.Fit(c.kind, c.spend, c.response, nil)
		require.ErrorIs(t, err, allocate.ErrFit, name)
	}
}
