package mspdi

import (
	"container/heap"
	"slices"

	"github.com/go-marops/marops/civil"
)

// piece is a stretch of days, and which of some periods covers it.
type piece struct {
	days civil.Period
	of   int
}

// overlay lays periods over each other, the later over the earlier, and returns
// what is seen of them, in the order of the days. It sweeps over the days on which
// a period begins or has ended, with those that hold in a heap.
func overlay(periods []civil.Period) []piece {
	order := make([]int, 0, len(periods))
	var turns []civil.Date
	for i, p := range periods {
		if p.IsEmpty() {
			continue
		}
		order = append(order, i)
		turns = append(turns, p.First())
		if p.Last().Before(civil.MaxDate()) {
			turns = append(turns, p.Last().AddDays(1))
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return periods[a].First().Compare(periods[b].First()) })
	slices.SortFunc(turns, civil.Date.Compare)
	turns = slices.Compact(turns)
	var out []piece
	var holds highest
	for k, day := range turns {
		for len(order) > 0 && periods[order[0]].First() == day {
			heap.Push(&holds, order[0])
			order = order[1:]
		}
		for len(holds) > 0 && periods[holds[0]].Last().Before(day) {
			heap.Pop(&holds)
		}
		if len(holds) == 0 {
			continue
		}
		last := civil.MaxDate()
		if k+1 < len(turns) {
			last = turns[k+1].AddDays(-1)
		}
		if n := len(out); n > 0 && out[n-1].of == holds[0] && out[n-1].days.Last().AddDays(1) == day {
			out[n-1].days = civil.Days(out[n-1].days.First(), last)
			continue
		}
		out = append(out, piece{civil.Days(day, last), holds[0]})
	}
	return out
}

// highest is a heap of numbers with the highest on top.
type highest []int

func (h highest) Len() int           { return len(h) }
func (h highest) Less(i, j int) bool { return h[i] > h[j] }
func (h highest) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push adds a number.
func (h *highest) Push(x any) { *h = append(*h, x.(int)) }

// Pop takes the last number.
func (h *highest) Pop() any {
	n := len(*h) - 1
	x := (*h)[n]
	*h = (*h)[:n]
	return x
}
