package rcpsp

import (
	"flag"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	protocolSet       = flag.String("set", "", "set to run the protocol on: j30, j60, j120, m10 to m20, m30, mm50")
	protocolSchedules = flag.Int("schedules", 1000, "schedules per instance; negative: by SchedulesFor, milliseconds")
	protocolSeeds     = flag.String("seeds", "101", "seeds, separated by commas")
	protocolEvery     = flag.Int("every", 1, "take each k-th instance")
	protocolOffset    = flag.Int("offset", 0, "first instance")
	protocolEffort    = flag.Int("effort", 20, "rounds of the lower bound")
	allBounds         = flag.Bool("bounds", false, "check the bounds of all instances")
	protocolMiss      = flag.Bool("miss", false, "list the instances above the best known makespan")
)

// TestProtocol measures the search by the protocol of R. Kolisch and S. Hartmann
// (2006): the mean deviation from the critical path, or for j30 from the optimum,
// after a number of schedules.
//
//	go test ./planning/internal/rcpsp -run Protocol -set j120 -schedules 1000 -seeds 101,102,103,104 -v
func TestProtocol(t *testing.T) {
	if *protocolSet == "" {
		t.Skip("no -set")
	}
	all := published(t, *protocolSet)
	var means []float64
	for s := range strings.SplitSeq(*protocolSeeds, ",") {
		seed := uint64(number(t, s))
		var cpm, gap float64
		var runs, hit, proven, passes int
		var spent, longest time.Duration
		for k := *protocolOffset; k < len(all); k += *protocolEvery {
			in := all[k]
			begun := time.Now()
			m, err := Compile(in.project)
			require.NoError(t, err)
			budget := *protocolSchedules
			if budget < 0 {
				budget = m.SchedulesFor(-budget)
			}
			r := m.Search(t.Context(), Search{Schedules: budget, Seed: seed})
			took := time.Since(begun)
			spent += took
			longest = max(longest, took)
			require.NoError(t, Verify(in.project, r.Start, r.Mode), in.name)
			require.GreaterOrEqual(t, r.Makespan, in.lb, in.name)
			require.LessOrEqual(t, r.LowerBound, in.ub, in.name)
			require.LessOrEqual(t, r.Schedules, budget, in.name)
			runs++
			passes += r.Schedules
			cpm += 100 * float64(r.Makespan-in.cpm) / float64(in.cpm)
			gap += 100 * float64(r.Makespan-in.ub) / float64(in.ub)
			if r.Makespan <= in.ub {
				hit++
			} else if *protocolMiss {
				t.Logf("%s: %d, best known %d to %d, bound %d, %d schedules, %v", in.name, r.Makespan, in.lb, in.ub, r.LowerBound, r.Schedules, took)
			}
			if r.Proven {
				proven++
			}
		}
		n := float64(runs)
		fmt.Printf("%s %d schedules seed %d: %d runs, %.3f %% over path, %.3f %% over best known, %d hit, %d proven, %.1f ms each, longest %.0f ms, %.0f schedules/s\n",
			*protocolSet, *protocolSchedules, seed, runs, cpm/n, gap/n, hit, proven, spent.Seconds()*1000/n, longest.Seconds()*1000, float64(passes)/spent.Seconds())
		value := cpm / n
		if *protocolSet == "j30" {
			value = gap / n
		}
		means = append(means, value)
	}
	var mean, dev float64
	for _, x := range means {
		mean += x / float64(len(means))
	}
	for _, x := range means {
		dev += (x - mean) * (x - mean) / float64(max(1, len(means)-1))
	}
	fmt.Printf("%s %d schedules: %.3f +- %.3f\n", *protocolSet, *protocolSchedules, mean, math.Sqrt(dev))
}

// TestQualityOfPublishedSets is the protocol on a part of the sets. The limits lie
// three standard deviations of seeds above what the search reaches, so that a
// change that costs quality is seen.
func TestQualityOfPublishedSets(t *testing.T) {
	for _, c := range []struct {
		set          string
		every        int
		overKnown    float64 // mean, in % over the best known makespan
		schedules    int
		leastOptimal int
	}{
		{"j30", 7, 0.30, 3000, 52},
		{"j60", 16, 1.0, 1000, 20},
		{"j120", 30, 3.4, 1000, 5},
		{"m20", 25, 0.60, 2000, 18},
		{"mm50", 45, 6.0, 2000, 1},
	} {
		var gap float64
		runs, optimal := 0, 0
		for k, in := range published(t, c.set) {
			if k%c.every != 0 {
				continue
			}
			m, err := Compile(in.project)
			require.NoError(t, err)
			r := m.Search(t.Context(), Search{Schedules: c.schedules, Seed: 1})
			require.NoError(t, Verify(in.project, r.Start, r.Mode), in.name)
			require.GreaterOrEqual(t, r.Makespan, in.lb, in.name)
			require.LessOrEqual(t, r.LowerBound, in.ub, in.name)
			gap += 100 * float64(r.Makespan-in.ub) / float64(in.ub)
			runs++
			if r.Makespan <= in.ub {
				optimal++
			}
		}
		gap /= float64(runs)
		t.Logf("%s: %d runs, %.3f %% over best known, %d reach it", c.set, runs, gap, optimal)
		require.LessOrEqual(t, gap, c.overKnown, c.set)
		require.GreaterOrEqual(t, optimal, c.leastOptimal, c.set)
	}
}
