package agile_test

import (
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/planning/agile"
)

// each calls f with the sum of every sequence of n draws.
func each(counts []int, n int, f func(sum int)) {
	var walk func(left, sum int)
	walk = func(left, sum int) {
		if left == 0 {
			f(sum)
			return
		}
		for _, c := range counts {
			walk(left-1, sum+c)
		}
	}
	walk(n, 0)
}

func TestForecastsEqualEnumeration(t *testing.T) {
	t.Parallel()
	rows := 0
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		counts := make([]int, 1+r.IntN(4))
		for i := range counts {
			counts[i] = r.IntN(5)
		}
		counts[0]++ // something is done
		pace := agile.Throughput{Counts: counts, Days: 7}
		n := r.IntN(6)
		many, err := pace.HowMany(march(1), march(1).AddDays(7*n+r.IntN(7)), nil)
		require.NoError(t, err)
		for _, o := range many.Rows {
			got, all := int64(0), int64(0)
			each(counts, n, func(sum int) {
				all++
				if sum >= o.N {
					got++
				}
			})
			require.Zero(t, o.Chance.Rat().Cmp(big.NewRat(got, all)), "seed %d: at least %d in %d", seed, o.N, n)
			rows++
		}
		items := 1 + r.IntN(8)
		when, err := pace.When(items, march(1), nil)
		require.NoError(t, err)
		for _, o := range when.Rows {
			if o.N > 6 {
				break
			}
			got, all := int64(0), int64(0)
			each(counts, o.N, func(sum int) {
				all++
				if sum >= items {
					got++
				}
			})
			require.Zero(t, o.Chance.Rat().Cmp(big.NewRat(got, all)), "seed %d: %d in %d", seed, items, o.N)
			require.Equal(t, march(1).AddDays(7*o.N), o.Day)
			rows++
		}
		last := when.Rows[len(when.Rows)-1].Chance.Rat()
		require.GreaterOrEqual(t, last.Cmp(big.NewRat(999, 1000)), 0)
	}
	require.Greater(t, rows, 1500)
}

// Drawn forecasts come near the exact ones: 40,000 runs have a standard error of
// at most 0.0025, five of which are 0.0125.
func TestSampledComesNearExact(t *testing.T) {
	t.Parallel()
	pace := agile.Throughput{Counts: []int{2, 5, 3, 0, 4, 3, 6, 1}, Days: 1}
	how := &agile.Sampling{Runs: 40_000, Seed: 3}
	for name, ask := range map[string]func(*agile.Sampling) (*agile.Forecast, error){
		"when": func(s *agile.Sampling) (*agile.Forecast, error) { return pace.When(40, march(1), s) },
		"many": func(s *agile.Sampling) (*agile.Forecast, error) { return pace.HowMany(march(1), march(13), s) },
	} {
		exact, err := ask(nil)
		require.NoError(t, err)
		drawn, err := ask(how)
		require.NoError(t, err)
		assert.True(t, exact.Exact)
		assert.False(t, drawn.Exact)
		for i := range min(len(exact.Rows), len(drawn.Rows)) {
			want, _ := exact.Rows[i].Chance.Rat().Float64()
			got, _ := drawn.Rows[i].Chance.Rat().Float64()
			require.InDelta(t, want, got, 0.0125, "%s %d", name, i)
		}
		again, err := ask(how)
		require.NoError(t, err)
		assert.Equal(t, drawn, again)
	}
}

func TestPercentiles(t *testing.T) {
	t.Parallel()
	pace := agile.Throughput{Counts: []int{1, 3}, Days: 7}
	// Four items: 1+1+1+1 takes four weeks (1/16 lacks the 3), two weeks need
	// 1+3, 3+1 or 3+3 (3/4), three weeks fail only with 1+1+1 (7/8).
	when, err := pace.When(4, march(1), nil)
	require.NoError(t, err)
	for p, want := range map[int]int{1: 2, 75: 2, 76: 3, 87: 3, 88: 4, 99: 4} {
		o, ok := when.Percentile(p)
		require.True(t, ok)
		assert.Equal(t, want, o.N, "%d %%", p)
	}
	assert.Equal(t, "75.0 %", when.Rows[1].Chance.String())
	many, err := pace.HowMany(march(1), march(15), nil) // sums of two: 2, 4, 4, 6
	require.NoError(t, err)
	for p, want := range map[int]int{99: 2, 76: 2, 75: 4, 26: 4, 25: 6, 1: 6} {
		o, ok := many.Percentile(p)
		require.True(t, ok)
		assert.Equal(t, want, o.N, "%d %%", p)
	}
	for _, p := range []int{0, 100, -1} {
		_, ok := when.Percentile(p)
		assert.False(t, ok)
	}
}

func TestForecastRefuses(t *testing.T) {
	t.Parallel()
	ok := agile.Throughput{Counts: []int{1}, Days: 1}
	for name, ask := range map[string]func() (*agile.Forecast, error){
		"no history": func() (*agile.Forecast, error) { return agile.Throughput{Days: 1}.When(1, march(1), nil) },
		"nothing done": func() (*agile.Forecast, error) {
			return agile.Throughput{Counts: []int{0}, Days: 1}.When(1, march(1), nil)
		},
		"no days": func() (*agile.Forecast, error) { return agile.Throughput{Counts: []int{1}}.When(1, march(1), nil) },
		"negative": func() (*agile.Forecast, error) {
			return agile.Throughput{Counts: []int{-1}, Days: 1}.When(1, march(1), nil)
		},
		"no items":      func() (*agile.Forecast, error) { return ok.When(0, march(1), nil) },
		"negative runs": func() (*agile.Forecast, error) { return ok.When(5, march(1), &agile.Sampling{Runs: -1}) },
		"for ever":      func() (*agile.Forecast, error) { return ok.When(20_000, march(1), &agile.Sampling{Runs: 1}) },
		"too far":       func() (*agile.Forecast, error) { return ok.HowMany(march(1), civil.MaxDate(), nil) },
	} {
		_, err := ask()
		require.ErrorIs(t, err, agile.ErrForecast, name)
	}
	// Too large for exact answers: the error says so, a sampling answers.
	r := rand.New(rand.NewPCG(1, 1))
	long := agile.Throughput{Days: 1}
	for range 997 {
		long.Counts = append(long.Counts, r.IntN(1000))
	}
	_, err := long.HowMany(march(1), march(1).AddDays(250), nil)
	var why *agile.ForecastError
	require.ErrorAs(t, err, &why)
	assert.True(t, why.TooLarge)
	f, err := long.HowMany(march(1), march(1).AddDays(250), &agile.Sampling{Runs: 100})
	require.NoError(t, err)
	assert.False(t, f.Exact)
	f, err = ok.HowMany(march(5), march(1), nil)
	require.NoError(t, err)
	assert.Len(t, f.Rows, 1, "nothing is done by a day gone by")
}

func TestThroughputOfCountsStretches(t *testing.T) {
	t.Parallel()
	cal := office()
	// Monday 2 to Friday 20 March 2026 are three weeks of five working days.
	days := []civil.Date{march(2), march(6), march(7), march(9), march(20), march(21), march(1)}
	got := agile.ThroughputOf(days, civil.Days(march(2), march(20)), 5, cal)
	// Saturday the 7th counts with Friday the 6th; 1 and 21 March are outside.
	assert.Equal(t, []int{3, 1, 1}, got.Counts)
	// Two weeks of ten days fit once: the first week is left out.
	assert.Equal(t, []int{2}, agile.ThroughputOf(days, civil.Days(march(2), march(20)), 10, cal).Counts)
	assert.Equal(t, []int{4, 0}, agile.ThroughputOf(days, civil.Days(march(2), march(19)), 9, nil).Counts)
	assert.Empty(t, agile.ThroughputOf(days, civil.Period{}, 5, cal).Counts)
	assert.Equal(t, time.Friday, march(20).Weekday())
}

func BenchmarkWhen(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	pace := agile.Throughput{Days: 1}
	for range 60 {
		pace.Counts = append(pace.Counts, r.IntN(8))
	}
	b.Run("exact/items=100", func(b *testing.B) {
		for b.Loop() {
			_, err := pace.When(100, march(1), nil)
			require.NoError(b, err)
		}
	})
	b.Run("sampled/items=100", func(b *testing.B) {
		for b.Loop() {
			_, err := pace.When(100, march(1), &agile.Sampling{})
			require.NoError(b, err)
		}
	})
	b.Run("exact/many=60", func(b *testing.B) {
		for b.Loop() {
			_, err := pace.HowMany(march(1), march(1).AddDays(60), nil)
			require.NoError(b, err)
		}
	})
}
