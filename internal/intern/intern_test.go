package intern_test

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/internal/intern"
)

func FuzzTable(f *testing.F) {
	f.Add("a", "b", 3)
	f.Add("", "\x00", 0)
	f.Fuzz(func(t *testing.T, a, b string, room int) {
		table, want := intern.New(min(max(room, 0), 64)), map[string]int32{}
		for i := range 200 {
			for _, s := range []string{a, b, a + strconv.Itoa(i%70), strconv.Itoa(i) + b} {
				_, known := want[s]
				if !known {
					want[s] = int32(len(want))
				}
				n, fresh := table.Add(s)
				require.Equal(t, !known, fresh)
				require.Equal(t, want[s], n)
			}
		}
		require.Equal(t, len(want), table.Len())
		asked := slices.Sorted(maps.Keys(want))
		asked = append(asked, "nobody", "")
		got := make([]int32, len(asked))
		table.Numbers(got, asked)
		for i, s := range asked {
			n, ok := want[s]
			if !ok {
				n = -1
			}
			require.Equal(t, n, got[i])
		}
		for s, n := range want {
			got, ok := table.Of(s)
			require.True(t, ok)
			require.Equal(t, n, got)
		}
		_, ok := table.Of("absent " + a + b)
		require.False(t, ok)
	})
}

// The bench and the map do the same: number n keys, then look up each.
func BenchmarkTable(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		keys := make([]string, n)
		for i := range keys {
			keys[i] = "task-" + strconv.Itoa(i*7919%n)
		}
		b.Run("table/"+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				t := intern.New(n)
				for _, k := range keys {
					t.Add(k)
				}
				for _, k := range keys {
					_, ok := t.Of(k)
					if !ok {
						b.Fatal(k)
					}
				}
			}
		})
		b.Run("map/"+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				m := make(map[string]int32, n)
				for i, k := range keys {
					if _, known := m[k]; !known {
						m[k] = int32(i)
					}
				}
				for _, k := range keys {
					_, ok := m[k]
					if !ok {
						b.Fatal(k)
					}
				}
			}
		})
	}
}
