package mining

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSortWordsAndTimes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n < 300; n++ {
		words := make([]string, n)
		numbers := make([]int32, n)
		for i := range words {
			w := make([]byte, r.IntN(12))
			for k := range w {
				w[k] = byte(r.IntN(3)) << (7 * r.IntN(2)) // few, and both ends of a byte
			}
			words[i], numbers[i] = string(w), int32(i)
		}
		sortWords(numbers, words, 0)
		got := make([]string, n)
		for i, k := range numbers {
			got[i] = words[k]
		}
		slices.Sort(words)
		require.Equal(t, words, got)

		times := make([]int64, 5*n)
		for i := range times {
			times[i] = r.Int64() >> r.IntN(63)
			if n%3 == 0 {
				times[i] = -times[i]
			}
		}
		want := slices.Sorted(slices.Values(times))
		sortTimes(times)
		require.Equal(t, want, times)
	}
	wide := append(make([]int64, 600), 1<<62, -1<<63, -1, 1<<63-1)
	want := slices.Sorted(slices.Values(wide))
	sortTimes(wide)
	require.Equal(t, want, wide)
}

func TestPerCaseRoundsToTheNearest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sum   int64
		cases int
		want  int64
	}{{0, 0, 0}, {7, 0, 0}, {5, 2, 3}, {-5, 2, -3}, {4, 3, 1}, {-4, 3, -1}, {5, 3, 2}, {-5, 3, -2}, {6, 3, 2}, {1, 2, 1}, {-1, 2, -1}} {
		require.Equal(t, c.want, perCase(c.sum, c.cases), "%d of %d", c.sum, c.cases)
	}
}
