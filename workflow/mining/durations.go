package mining

import (
	"math"
	"slices"
	"sync"
)

// Durations summarises times in milliseconds. N, Sum, Min and Max are exact; a
// Sum beyond 64 bits stays at the largest number. It is safe for concurrent use.
type Durations struct {
	N             int
	Sum, Min, Max int64

	times *times
}

// times are put in order when somebody asks for a quantile first: most never do.
type times struct {
	once   sync.Once
	values []int64
}

// durations summarises t, which it takes over.
func durations(t []int64) Durations {
	if len(t) == 0 {
		return Durations{}
	}
	return durationsIn(new(times), t)
}

// durationsIn is durations with room for what is done later.
func durationsIn(lazy *times, t []int64) Durations {
	if len(t) == 0 {
		return Durations{}
	}
	lazy.values = t
	d := Durations{N: len(t), Min: t[0], Max: t[0], times: lazy}
	for _, v := range t {
		d.Min, d.Max = min(d.Min, v), max(d.Max, v)
		d.Sum = plus(d.Sum, v)
	}
	return d
}

// plus adds times, none of which is negative.
func plus(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

func (d Durations) sorted() []int64 {
	if d.times == nil {
		return nil
	}
	d.times.once.Do(func() { sortTimes(d.times.values) })
	return d.times.values
}

// Mean returns the arithmetic mean in milliseconds; 0 without times.
func (d Durations) Mean() float64 {
	if d.N == 0 {
		return 0
	}
	return float64(d.Sum) / float64(d.N)
}

// Median returns the 0.5-quantile in milliseconds; 0 without times.
func (d Durations) Median() float64 { return d.Quantile(0.5) }

// Quantile returns the p-quantile in milliseconds, 0 <= p <= 1, interpolated
// linearly between order statistics (type 7 of R. Hyndman and Y. Fan, Sample
// Quantiles in Statistical Packages, 1996); 0 without times.
func (d Durations) Quantile(p float64) float64 {
	t := d.sorted()
	if len(t) == 0 {
		return 0
	}
	if !(p > 0) { // also not a number
		return float64(t[0])
	}
	h := float64(len(t)-1) * min(p, 1)
	low := int(h)
	high := min(low+1, len(t)-1)
	return float64(t[low]) + (h-float64(low))*float64(t[high]-t[low])
}

// Over returns how many times are longer than so many milliseconds.
func (d Durations) Over(ms int64) int {
	t := d.sorted()
	at, _ := slices.BinarySearchFunc(t, ms, func(v, ms int64) int {
		if v > ms {
			return 1
		}
		return -1
	})
	return len(t) - at
}

// All returns the times, shortest first.
func (d Durations) All() []int64 { return slices.Clone(d.sorted()) }

// sortTimes sorts times that do not differ by more than 63 bits. Many are sorted by
// digits, the last one first (radix sort; D. Knuth, The Art of Computer Programming
// 3, 2nd ed., 1998, §5.2.5), which takes a time in proportion to their number.
func sortTimes(t []int64) {
	const bits, few = 11, 512
	if len(t) < few || slices.IsSorted(t) {
		slices.Sort(t)
		return
	}
	low, high := slices.Min(t), slices.Max(t)
	if low < 0 && high > math.MaxInt64+low {
		slices.Sort(t)
		return
	}
	from, to := t, make([]int64, len(t))
	for shift := 0; shift < 63 && (high-low)>>shift > 0; shift += bits {
		var next [1 << bits]int32
		for _, v := range from {
			next[(v-low)>>shift&(1<<bits-1)]++
		}
		sum := int32(0)
		for d, n := range next {
			next[d] = sum
			sum += n
		}
		for _, v := range from {
			d := (v - low) >> shift & (1<<bits - 1)
			to[next[d]] = v
			next[d]++
		}
		from, to = to, from
	}
	copy(t, from) // onto itself after an even number of rounds
}

// spread puts times into buckets, in the order in which they come, and returns
// them with where each bucket begins, and the end of the last. Times with a
// negative key are in none.
func spread(keys []int32, times []int64, buckets int) (starts []int32, out []int64) {
	starts = make([]int32, buckets+1)
	for _, k := range keys {
		if k >= 0 {
			starts[k+1]++
		}
	}
	for k := range buckets {
		starts[k+1] += starts[k]
	}
	out = make([]int64, starts[buckets])
	for i, k := range keys {
		if k >= 0 {
			out[starts[k]] = times[i]
			starts[k]++
		}
	}
	copy(starts[1:], starts[:buckets])
	starts[0] = 0
	return starts, out
}
