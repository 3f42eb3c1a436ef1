package mining

import (
	"cmp"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// bootstrap draws cases with replacement. Medians need no sorting: the cases are
// in order, and drawing says how often each counts.
type bootstrap struct {
	was, is, change []int64
	byWas, byIs     []int32 // cases in order
	count           []int32 // how often each was drawn
}

func newBootstrap(was, is, change []int64) *bootstrap {
	b := &bootstrap{slices.Clone(was), slices.Clone(is), change, nil, nil, make([]int32, len(was))}
	order := func(of []int64) []int32 {
		list := make([]int32, len(of))
		for i := range list {
			list[i] = int32(i) //nolint:gosec // bounded by the number of events
		}
		slices.SortStableFunc(list, func(a, b int32) int { return cmp.Compare(of[a], of[b]) })
		return list
	}
	b.byWas, b.byIs = order(was), order(is)
	return b
}

// estimate returns the mean change and the change of the median of the cases as
// they are.
func (b *bootstrap) estimate() (mean, median int64) {
	sum := int64(0)
	for i, c := range b.change {
		b.count[i] = 1
		sum += c
	}
	return perCase(sum, len(b.change)), b.median(b.byIs, b.is) - b.median(b.byWas, b.was)
}

// draw returns those of as many cases drawn with replacement.
func (b *bootstrap) draw(random *rand.PCG) (mean, median int64) {
	clear(b.count)
	sum, n := int64(0), uint64(len(b.change))
	for range b.change {
		i := below(random, n)
		b.count[i]++
		sum += b.change[i]
	}
	return perCase(sum, len(b.change)), b.median(b.byIs, b.is) - b.median(b.byWas, b.was)
}

// below returns a number below n. The tiny preference of multiplying instead of
// dividing (D. Lemire, Fast Random Integer Generation in an Interval, 2019) is no
// matter here, and it is the same on every machine.
func below(random *rand.PCG, n uint64) int {
	hi, _ := bits.Mul64(random.Uint64(), n)
	return int(hi) //nolint:gosec // below n
}

// median returns the middle one, of an even number the mean of the middle two,
// rounded down.
func (b *bootstrap) median(order []int32, values []int64) int64 {
	n := int32(len(order)) //nolint:gosec // bounded by the number of events
	lower, upper := (n-1)/2, n/2
	var low int64
	seen := int32(0)
	for _, i := range order {
		if seen <= lower && seen+b.count[i] > lower {
			low = values[i]
		}
		if seen += b.count[i]; seen > upper {
			return low + (values[i]-low)/2
		}
	}
	return low
}

// middle95 returns the ends of the middle 95 % of the values.
func middle95(values []int64) (low, high int64) {
	slices.Sort(values)
	n := len(values)
	cut := n / 40 // 2.5 %
	return values[cut], values[n-1-cut]
}
