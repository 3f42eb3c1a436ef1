package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
)

// TestSortedEqualsASlice runs random insertions and removals, rising, falling
// and in no order, against a sorted slice, and compares walks over ranges.
func TestSortedEqualsASlice(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, order := range []string{"rising", "falling", "random"} {
		var s sorted
		var plain []filed
		for n := range 6000 {
			k := rng.IntN(3000)
			switch order {
			case "rising":
				k = n
			case "falling":
				k = 6000 - n
			}
			f := filed{fmt.Appendf(nil, "%05d", k), ident.Ref{Kind: "k", ID: fmt.Sprint(rng.IntN(3))}}
			i, found := slices.BinarySearchFunc(plain, f, filed.compare)
			s.insert(f)
			if !found {
				plain = slices.Insert(plain, i, f)
			}
			if rng.IntN(3) == 0 {
				f = plain[rng.IntN(len(plain))]
				s.remove(f)
				s.remove(f)
				plain = slices.DeleteFunc(plain, func(o filed) bool { return o.compare(f) == 0 })
			}
		}
		require.Equal(t, plain, slices.Concat(s.chunks...), order)
		for _, c := range s.chunks {
			require.NotEmpty(t, c)
			require.LessOrEqual(t, len(c), chunkMax)
		}
		for range 300 {
			q := Query{Index: "x", Reverse: rng.IntN(2) == 0}
			if rng.IntN(3) > 0 {
				q.From = fmt.Appendf(nil, "%05d", rng.IntN(3100))
			}
			if rng.IntN(3) > 0 {
				q.To = fmt.Appendf(nil, "%05d", rng.IntN(3100))
			}
			var last *filed
			if rng.IntN(2) > 0 {
				f := plain[rng.IntN(len(plain))]
				last = &f
			}
			var want []filed
			for _, f := range plain {
				in := string(f.key) >= string(q.From) && (q.To == nil || string(f.key) < string(q.To))
				if last != nil {
					in = in && (f.compare(*last) > 0 != q.Reverse) && f.compare(*last) != 0
				}
				if in {
					want = append(want, f)
				}
			}
			if q.Reverse {
				slices.Reverse(want)
			}
			require.Equal(t, want, slices.Collect(q.walk(&s, last)), "%s %+v behind %v", order, q, last)
		}
	}
}
