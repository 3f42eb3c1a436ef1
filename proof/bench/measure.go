package main

import (
	"runtime"
	"slices"
	"time"
)

// outcome holds medians over the pairs of runs.
type outcome struct {
	ours, theirs           float64 // nanoseconds an operation
	ratio, low, high       float64 // theirs / ours, and its interval
	ourAllocs, theirAllocs float64 // an operation
}

func measure(d duel, pairs int) outcome {
	once := func(f func(int)) float64 {
		runtime.GC()
		if d.warm > 0 {
			f(d.warm)
		}
		start := time.Now()
		f(d.n)
		return float64(time.Since(start).Nanoseconds()) / float64(d.n)
	}
	once(d.ours) // warm both
	once(d.theirs)
	var ours, theirs, ratios []float64
	for i := range pairs {
		var a, b float64
		if i%2 == 0 { // A B, then B A: a drift of the machine's speed cancels
			a, b = once(d.ours), once(d.theirs)
		} else {
			b, a = once(d.theirs), once(d.ours)
		}
		ours, theirs, ratios = append(ours, a), append(theirs, b), append(ratios, b/a)
	}
	low, high := interval(ratios)
	return outcome{
		ours: median(ours), theirs: median(theirs), ratio: median(ratios), low: low, high: high,
		ourAllocs: allocs(d.ours, d.n), theirAllocs: allocs(d.theirs, d.n),
	}
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// interval returns order statistics that hold the median with a probability of at
// least 95 %, from the binomial distribution with p = 1/2.
func interval(v []float64) (low, high float64) {
	v = slices.Sorted(slices.Values(v))
	n := len(v)
	term, tail := 1.0, 0.0 // C(n, k) / 2^n, and its sum
	for range n {
		term /= 2
	}
	k := 0
	for ; k < n/2; k++ {
		if tail+term > 0.025 {
			break
		}
		tail += term
		term *= float64(n-k) / float64(k+1)
	}
	k = max(k-1, 0)
	return v[k], v[n-1-k]
}

func allocs(f func(int), n int) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f(n)
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / float64(n)
}
