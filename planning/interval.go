package planning

import (
	"cmp"
	"slices"
)

// worst returns the interval with the greatest excess, the shortest and then the
// first of equals; with a window that it must contain, only among those. Only
// intervals from the start of a window to the end of one matter. Starts are taken
// from the last on; a tree over the ends holds the excess of every interval from
// the start at hand, so that a window is one addition to all ends behind its own.
// It takes n log n steps.
func (m *Model) worst(r int32, ws []window, must *window) (from, to int64, found bool) {
	if len(ws) == 0 {
		return 0, 0, false
	}
	byStart, ends := slices.Clone(ws), make([]int64, len(ws))
	slices.SortFunc(byStart, func(a, b window) int { return cmp.Compare(b.from, a.from) })
	for i, w := range ws {
		ends[i] = w.to
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	origin, cal := byStart[len(byStart)-1].from, m.resCal[r]
	has := func(at int64) int64 { return m.deployable(r, m.offered(r, cal, origin, at)) }
	values := make([]int64, len(ends))
	for k, end := range ends {
		values[k] = -has(end)
	}
	tree, low := newMaxTree(values), 0
	if must != nil {
		low, _ = slices.BinarySearch(ends, must.to)
	}
	excess := int64(0)
	for i := 0; i < len(byStart); {
		a := byStart[i].from
		for ; i < len(byStart) && byStart[i].from == a; i++ {
			k, _ := slices.BinarySearch(ends, byStart[i].to)
			tree.add(k, byStart[i].work)
		}
		first, _ := slices.BinarySearch(ends, a)
		if must != nil && a > must.from {
			continue
		}
		over, k := tree.most(max(first, low))
		over += has(a)
		if over > excess || over == excess && over > 0 && ends[k]-a <= to-from {
			from, to, excess = a, ends[k], over
		}
	}
	return from, to, excess > 0
}

// clusters splits windows that are sorted by start into sets that share no time:
// no excess spans two of them.
func clusters(ws []window) [][]window {
	slices.SortStableFunc(ws, func(a, b window) int { return cmp.Compare(a.from, b.from) })
	var out [][]window
	for i := 0; i < len(ws); {
		end, k := ws[i].to, i+1
		for k < len(ws) && ws[k].from < end {
			end = max(end, ws[k].to)
			k++
		}
		out = append(out, ws[i:k:k])
		i = k
	}
	return out
}

// maxTree holds numbers, adds to all from a place on, and tells the greatest from
// a place on.
type maxTree struct {
	size  int
	top   []int64 // greatest below, with what is pending here
	extra []int64 // pending for everything below
}

func newMaxTree(values []int64) *maxTree {
	t := &maxTree{size: 1}
	for t.size < len(values) {
		t.size *= 2
	}
	t.top, t.extra = make([]int64, 2*t.size), make([]int64, 2*t.size)
	for k := range t.top {
		t.top[k] = always
	}
	copy(t.top[t.size:], values)
	for k := t.size - 1; k > 0; k-- {
		t.top[k] = max(t.top[2*k], t.top[2*k+1])
	}
	return t
}

// add adds n to all numbers from place k on.
func (t *maxTree) add(k int, n int64) {
	at := k + t.size
	t.top[at] += n
	for ; at > 1; at /= 2 {
		if at%2 == 0 { // the sibling to the right lies behind it as a whole
			t.top[at+1] += n
			t.extra[at+1] += n
		}
		t.top[at/2] = max(t.top[at&^1], t.top[at|1]) + t.extra[at/2]
	}
}

// most returns the greatest number from place k on, and the first place of it.
func (t *maxTree) most(k int) (int64, int) {
	// The numbers from k on are leaf k and, on its way up, every sibling to the
	// right. What is pending above a node counts for it, too.
	at := k + t.size
	best, node, pending := t.top[at], at, int64(0)
	above := int64(0)
	for up := at / 2; up > 0; up /= 2 {
		above += t.extra[up]
	}
	best += above
	for rest := above; at > 1; at /= 2 {
		if at%2 == 0 {
			if n := t.top[at+1] + rest; n > best {
				best, node, pending = n, at+1, rest
			}
		}
		rest -= t.extra[at/2]
	}
	for want := best - pending; node < t.size; {
		want -= t.extra[node]
		if node *= 2; t.top[node] != want {
			node++
		}
	}
	return best, node - t.size
}
