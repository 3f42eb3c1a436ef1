package rcpsp

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// shortest returns the least makespan by trying all schedules: each activity in
// turn at each period up to one below best.
func shortest(p Project, best int32) int32 {
	n := len(p.Activities)
	start := make([]int32, n)
	var order []int32
	if o, cycle := topological(p); cycle == nil {
		order = o
	}
	o := newOracle(p, int(best)+1)
	o.reset()
	var place func(k int, end int32)
	place = func(k int, end int32) {
		if k == n {
			best = end
			return
		}
		i := order[k]
		d := o.mode(i).Duration
		for t := o.early(i); t+d < best && max(end, t+d) < best; t++ {
			if !o.fits(i, t) {
				continue
			}
			o.book(i, t)
			place(k+1, max(end, t+d))
			for u := t; u < t+d; u++ {
				for r := range o.use {
					o.use[r][u] -= at(o.mode(i).Use, r)
				}
			}
			start[i] = t
		}
	}
	place(0, 0)
	return best
}

func TestBoundsNeverExceedOptimum(t *testing.T) {
	t.Parallel()
	reached := 0
	for seed := range uint64(250) {
		r := rand.New(rand.NewPCG(seed, 5))
		p := someProject(r, 2+r.IntN(5), 1+r.IntN(2), 4, 4)
		m, err := Compile(p)
		require.NoError(t, err)
		result := m.Search(t.Context(), Search{Schedules: 60, Seed: seed})
		require.NoError(t, Verify(p, result.Start, result.Mode))
		best := shortest(p, result.Makespan)
		cheap, strong := m.LowerBound(0), m.LowerBound(1000)
		require.LessOrEqual(t, cheap.Value, strong.Value)
		require.LessOrEqual(t, strong.Value, best, "seed %d", seed)
		if strong.Value == best {
			reached++
		}
	}
	require.Greater(t, reached, 200) // 250 small projects: nearly all are decided by the windows
}

// TestBoundsOfPublishedSets checks instances against their best known makespan:
// every twelfth, or with -bounds all.
//
//	go test ./planning/internal/rcpsp -run BoundsOfPublished -bounds -effort 100 -v
func TestBoundsOfPublishedSets(t *testing.T) {
	for _, set := range []string{"j30", "j60", "j120"} {
		every := 12
		if *allBounds {
			every = 1
		}
		var cheap, strong, closed int
		begun := time.Now()
		for k, in := range published(t, set) {
			if k%every != 0 {
				continue
			}
			m, err := Compile(in.project)
			require.NoError(t, err)
			a, b := m.LowerBound(0), m.LowerBound(*protocolEffort)
			require.LessOrEqual(t, b.Value, in.ub, in.name)
			require.LessOrEqual(t, a.Value, b.Value, in.name)
			require.GreaterOrEqual(t, a.Value, in.cpm, in.name)
			if a.Value == in.ub {
				cheap++
			}
			if b.Value == in.ub {
				strong++
			}
			if in.lb == in.ub {
				closed++
			}
		}
		t.Logf("%s: %d closed by cheap bounds, %d by strong ones, %d known, %v", set, cheap, strong, closed, time.Since(begun))
	}
}
