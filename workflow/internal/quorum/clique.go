package quorum

import "slices"

// clique is a set of stages separate from each other, whose rules count heads.
type clique struct {
	mask set
	dims []int32
}

// maxCliqueSizes bounds the sizes of all cliques looked at together, which each
// node pays for; any number of cliques is right.
const maxCliqueSizes = 1024

// cliques returns sets of counting stages of which each is separate from each:
// maximal ones that cover all separations, and what they contain. By Hall's
// theorem no fewer conditions tell whether a clique alone can be filled.
func (c *core) cliques() []clique {
	var heads set
	for i, s := range c.stages {
		if c.v.tallies[s].counting() {
			heads.add(i)
		}
	}
	var whole, out []clique
	for s := heads.next(0); s >= 0; s = heads.next(s + 1) {
		rivals := c.rivals(s).and(&heads)
		for t := rivals.next(s); t >= 0; t = rivals.next(t + 1) {
			if slices.ContainsFunc(whole, func(q clique) bool { return q.mask.has(s) && q.mask.has(t) }) {
				continue
			}
			var q set
			q.add(s)
			q.add(t)
			near := c.rivals(t).and(&rivals)
			for u := near.next(0); u >= 0; u = near.next(u + 1) {
				if q.within(&c.apart[u]) {
					q.add(u)
				}
			}
			whole = append(whole, c.clique(q))
		}
	}
	seen := map[set]bool{}
	for _, q := range whole {
		out = c.subsets(out, seen, q.mask)
	}
	return out
}

func (c *core) clique(mask set) clique {
	q := clique{mask: mask}
	for s := mask.next(0); s >= 0; s = mask.next(s + 1) {
		q.dims = append(q.dims, int32(c.first[s]))
	}
	return q
}

// subsets adds a clique and those within it, large ones first.
func (c *core) subsets(out []clique, seen map[set]bool, whole set) []clique {
	sizes := 0
	for i := range out {
		sizes += len(out[i].dims)
	}
	for open := []set{whole}; len(open) > 0 && sizes < maxCliqueSizes; open = open[1:] {
		q := open[0]
		if seen[q] || q.size() < 2 {
			continue
		}
		seen[q] = true
		out = append(out, c.clique(q))
		sizes += q.size()
		for s := q.next(0); s >= 0 && sizes+len(open) < maxCliqueSizes; s = q.next(s + 1) {
			less := q
			less.del(s)
			open = append(open, less)
		}
	}
	return out
}
