package allocate_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget/allocate"
	"github.com/go-marops/marops/money"
)

// instance is a problem of budget/optimise. Bounds of two of them are means, with
// fractions of a cent: all spend is told in units of a millionth, fine, as cents of
// amounts that are ten thousand times as large.
type instance struct {
	ID       string
	Budget   float64
	Channels []struct {
		allocate.Curve
		Name            string
		Lo, Hi, Current float64
	}
	Expected struct {
		Optimum float64
	}
}

func reference(t testing.TB, name string, into any) {
	t.Helper()
	dir := os.Getenv("MAROPS_DATA")
	if dir == "" {
		t.Skip("MAROPS_DATA is not set")
	}
	body, err := os.ReadFile(filepath.Join(dir, "budget", "optimise", name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(body, into))
}

func fine(x float64) money.Money { return money.Minor(int64(math.Round(x*1e6)), money.EUR) }

// magnified returns the same curve of amounts ten thousand times as large.
func magnified(c allocate.Curve) allocate.Curve {
	c.Half, c.Scale, c.Offset, c.Coef = c.Half*1e4, c.Scale*1e4, c.Offset*1e4, c.Coef/math.Pow(1e4, c.Exp)
	return c
}

func (in *instance) plan() allocate.Plan {
	p := allocate.Plan{Currency: money.EUR}
	for _, c := range in.Channels {
		p.Channels = append(p.Channels, allocate.Channel{
			Key: allocate.ChannelKey(c.Name), Curve: magnified(c.Curve), Min: fine(c.Lo), Max: fine(c.Hi), Current: fine(c.Current),
		})
	}
	return p
}

func TestInstances(t *testing.T) {
	t.Parallel()
	var instances []instance
	reference(t, "instances.json", &instances)
	for _, in := range instances {
		m, err := allocate.Compile(in.plan())
		require.NoError(t, err)
		a, err := m.Best(context.Background(), fine(in.Budget), nil)
		require.NoError(t, err)
		c := a.Certificate
		require.InEpsilon(t, in.Expected.Optimum, c.Optimum, 1e-9, in.ID)
		require.LessOrEqual(t, c.Gap, 1e-9, in.ID)
		require.True(t, c.Proven, in.ID)
		require.InDelta(t, 0, a.RoundingLoss, 1e-9*c.Optimum, in.ID)
		t.Logf("%s: optimum %.9g (%.2e) gap %.2e nodes %d loss %.3g lambda %g", in.ID, c.Optimum, c.Optimum/in.Expected.Optimum-1, c.Gap, c.Nodes, a.RoundingLoss, c.Lambda)
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	var sweep struct {
		Channels json.RawMessage
		Cases    []struct{ Budget, Optimum float64 }
	}
	reference(t, "scurve-sweep.json", &sweep)
	var in instance
	require.NoError(t, json.Unmarshal(sweep.Channels, &in.Channels))
	m, err := allocate.Compile(in.plan())
	require.NoError(t, err)
	for _, s := range sweep.Cases {
		a, err := m.Best(context.Background(), fine(s.Budget), nil)
		require.NoError(t, err)
		c := a.Certificate
		require.InEpsilon(t, s.Optimum, c.Optimum, 1e-9)
		require.LessOrEqual(t, c.Gap, 1e-9)
		require.True(t, c.Proven)
		t.Logf("%g: optimum %.9g (%.2e) gap %.2e nodes %d loss %.3g", s.Budget, c.Optimum, c.Optimum/s.Optimum-1, c.Gap, c.Nodes, a.RoundingLoss)
	}
}

func BenchmarkBest(b *testing.B) {
	var instances []instance
	reference(b, "instances.json", &instances)
	for _, in := range instances {
		m, err := allocate.Compile(in.plan())
		require.NoError(b, err)
		budget := fine(in.Budget)
		b.Run(in.ID, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.Best(b.Context(), budget, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
