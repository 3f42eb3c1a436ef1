package quorum

import (
	"cmp"
	"slices"
)

// attack looks for a requester, contributors and absences that leave no plan.
// Whatever breaks a plan must take somebody whom the plan needs: it must take
// more people of some kind than the plan can spare there. So only such losses
// are tried, each time with a plan that the losses so far have left.
type attack struct {
	c        *core
	solver   *solver
	kinds    []able
	electors []int
	limit    []int // people of each kind who may still be lost
	twin     []int // the kind that people of a kind become as contributors, -1: none
	absent   []int // people lost, by kind
	authors  []int
	asker    int // the kind from which the requester comes, -1: none here
}

// newAttack prepares the attack if somebody of a kind submits, -1 for somebody
// who votes nowhere. It returns nil if the nodes do not suffice.
func (c *core) newAttack(asker, authors int) *attack {
	a := &attack{c: c, asker: asker, electors: slices.Clone(c.electors), kinds: slices.Clone(c.kinds)}
	var counts []int
	for i := range a.kinds {
		counts = append(counts, len(a.kinds[i].people))
	}
	if asker >= 0 {
		counts[asker]--
		from := &c.kinds[asker]
		barred := from.mask.and(&c.askBars)
		for s := barred.next(0); s >= 0; s = barred.next(s + 1) {
			a.electors[s]--
		}
		if c.v.fault == faultEverywhere {
			barred = from.mask
		}
		q := from.without(&barred)
		if !c.choices(&q) {
			return nil
		}
		a.kinds = append(a.kinds, q)
		counts = append(counts, 1)
	}
	n := len(a.kinds)
	a.twin = make([]int, n, 2*n)
	a.limit = append(make([]int, 0, 2*n), counts...)
	for i := range n {
		a.twin[i] = -1
		if authors == 0 || !a.kinds[i].pool || !a.kinds[i].mask.meets(&c.authBars) {
			continue
		}
		t := a.kinds[i].without(&c.authBars)
		if !c.choices(&t) {
			return nil
		}
		a.twin[i] = len(a.kinds)
		a.kinds = append(a.kinds, t)
		a.twin = append(a.twin, -1)
		counts = append(counts, 0)
		a.limit = append(a.limit, 0) // who is absent need not be a contributor too
	}
	a.absent, a.authors = make([]int, len(a.kinds)), make([]int, len(a.kinds))
	a.solver = newSolver(c, a.kinds)
	copy(a.solver.count, counts)
	return a
}

// breaks reports whether so many further absences and contributors leave no plan;
// then absent and authors say which.
func (a *attack) breaks(absences, authors int) answer {
	if a.c.v.nodes--; a.c.v.nodes < 0 {
		return unknown
	}
	switch a.solver.solve(a.electors) {
	case unknown:
		return unknown
	case no:
		if a.c.v.fault == faultPrefix && authors > 0 {
			return no
		}
		return yes
	case yes:
	}
	if absences+authors == 0 {
		return no
	}
	used := make([]int, len(a.kinds))
	for k := range used {
		used[k] = a.solver.used(k)
	}
	limits := slices.Clone(a.limit)
	found := no
	for _, k := range a.promising(used) {
		hit := a.solver.count[k] - used[k] + 1
		if a.c.v.fault == faultPrice {
			hit++
		}
		if hit > a.limit[k] {
			continue
		}
		if found = a.hit(k, hit, absences, authors); found != no {
			break
		}
		a.limit[k] = hit - 1 // who loses more of this kind has been tried
		if a.c.v.fault == faultSiblings {
			a.limit[k] = 0
		}
	}
	copy(a.limit, limits)
	return found
}

// promising returns the kinds that a plan uses, those first whose loss is likely
// to leave none: few to take, who can vote where few can be spared.
func (a *attack) promising(used []int) []int {
	n := len(a.c.stages)
	spare := make([]int, n)
	for s := range n {
		spare[s] = -int(min(a.solver.demand[a.c.first[s]], maxPeople))
	}
	var out []int
	for k := range a.kinds {
		m := &a.kinds[k].mask
		for s := m.next(0); s >= 0; s = m.next(s + 1) {
			spare[s] += a.solver.count[k]
		}
		if used[k] > 0 {
			out = append(out, k)
		}
	}
	worth := make([]int, len(a.kinds))
	for _, k := range out {
		m := &a.kinds[k].mask
		for s := m.next(0); s >= 0; s = m.next(s + 1) {
			worth[k] += 1000 / (1 + max(spare[s], 0))
		}
	}
	slices.SortStableFunc(out, func(x, y int) int {
		return cmp.Or(cmp.Compare(a.solver.count[x]-used[x], a.solver.count[y]-used[y]), cmp.Compare(worth[y], worth[x]))
	})
	return out
}

// hit takes so many people of a kind, some absent, some contributors.
func (a *attack) hit(k, n, absences, authors int) answer {
	fewest := n
	if a.twin[k] >= 0 {
		fewest = max(0, n-authors)
	}
	for d := min(n, absences); d >= fewest; d-- {
		var also []loss
		if authors == 0 || a.c.v.fault == faultDominance {
			also = a.before(k)
		}
		left := absences - d
		for _, b := range also {
			if left -= b.n; b.n > a.limit[b.kind] {
				left = -1 // such losses have been tried
			}
			if left < 0 {
				break
			}
		}
		if left < 0 {
			continue
		}
		a.lose(k, d, n-d)
		for _, b := range also {
			a.lose(b.kind, b.n, 0)
		}
		if found := a.breaks(left, authors-n+d); found != no {
			return found
		}
		for _, b := range also {
			a.lose(b.kind, -b.n, 0)
		}
		a.lose(k, -d, d-n)
	}
	return no
}

type loss struct{ kind, n int }

// before returns all the people who can do at least what those of a kind can: if
// any absences leave no plan, then some that take those people first. It is wrong
// while contributors may still come, who lower what a share asks for.
func (a *attack) before(k int) []loss {
	var out []loss
	for b := range a.limit {
		if b == k || a.solver.count[b] == 0 || a.joined(b) || !a.kinds[b].covers(&a.kinds[k]) {
			continue
		}
		if b > k && a.kinds[k].covers(&a.kinds[b]) && a.c.v.fault != faultTies {
			continue // equals go in order
		}
		out = append(out, loss{b, a.solver.count[b]})
	}
	return out
}

// joined reports whether a kind is that of contributors made up here.
func (a *attack) joined(k int) bool {
	return slices.Contains(a.twin, k)
}

// lose takes people of a kind, or gives them back.
func (a *attack) lose(k, absent, authors int) {
	a.solver.count[k] -= absent + authors
	a.limit[k] -= absent + authors
	a.absent[k] += absent
	a.authors[k] += authors
	if t := a.twin[k]; t >= 0 {
		a.solver.count[t] += authors
	}
	fewer := 0
	if a.c.v.fault != faultDenominator {
		fewer = authors
	}
	barred := a.kinds[k].mask.and(&a.c.authBars)
	for s := barred.next(0); s >= 0 && fewer != 0; s = barred.next(s + 1) {
		a.electors[s] -= fewer
	}
	for s := a.kinds[k].mask.next(0); s >= 0 && a.c.v.fault == faultAbsentees; s = a.kinds[k].mask.next(s + 1) {
		a.electors[s] -= absent
	}
}

// losses returns the people lost, each kind's first ones.
func (a *attack) losses(requester int32) (authors, absent []int32) {
	for k := range a.kinds {
		people := a.kinds[k].people
		if people == nil {
			people = []int32{requester} // what a requester becomes; nobody is lost twice
		}
		for _, q := range people {
			if q == requester && a.asker == k {
				continue
			}
			switch {
			case a.authors[k] > 0:
				a.authors[k]--
				authors = append(authors, q)
			case a.absent[k] > 0:
				a.absent[k]--
				absent = append(absent, q)
			}
		}
	}
	return authors, absent
}
