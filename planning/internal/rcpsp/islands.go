package rcpsp

import (
	"slices"
	"sync"
)

// eachIsland calls work for every island, on so many goroutines.
func eachIsland(islands []*island, workers int, work func(*island)) {
	if workers == 1 {
		for _, is := range islands {
			work(is)
		}
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for k := w; k < len(islands); k += workers {
				work(islands[k])
			}
		})
	}
	wg.Wait()
}

// fittest returns the island with the best schedule, the first of equals.
func fittest(islands []*island) *island {
	best := islands[0]
	for _, is := range islands[1:] {
		if is.best.late < best.best.late || (is.best.late == best.best.late && is.best.end < best.best.end) {
			best = is
		}
	}
	return best
}

// migrate sends the best members of each island to the next one.
func migrate(islands []*island) {
	for d := range 2 {
		n := islands[0].m.n
		start := make([]int32, n*len(islands))
		modes := make([][]uint8, len(islands))
		best := make([]int, len(islands))
		for k, is := range islands {
			pop := &is.pops[d]
			for i := range pop.size {
				if pop.cost[i].less(pop.cost[best[k]]) {
					best[k] = i
				}
			}
			copy(start[k*n:], pop.of(best[k]))
			modes[k] = slices.Clone(pop.modes(best[k]))
		}
		type sent struct {
			cost  cost
			print uint64
		}
		costs := make([]sent, len(islands))
		for k, is := range islands {
			costs[k] = sent{is.pops[d].cost[best[k]], is.pops[d].print[best[k]]}
		}
		for k := range islands {
			to := &islands[(k+1)%len(islands)].pops[d]
			if to.size < 2 || islands[k].pops[d].size < 2 || to.has(costs[k].print) {
				continue
			}
			last := 0
			for i := range to.size {
				if to.cost[last].less(to.cost[i]) {
					last = i
				}
			}
			to.set(last, start[k*n:(k+1)*n], modes[k], costs[k].cost, costs[k].print)
		}
	}
}
