package quorum

import "slices"

// plan looks for a plan of some stages in one case.
func (v *prover) plan(stages set, requester int32, authors, absent []int32) answer {
	for _, part := range v.parts(stages) {
		var asks, auths set
		for i, s := range part.list() {
			if v.tallies[s].ExcludeRequester {
				asks.add(i)
			}
			if v.tallies[s].ExcludeContributors {
				auths.add(i)
			}
		}
		a := v.newCore(part, func(q int32, eligible set) (elector, voter set) {
			if q == requester {
				eligible = eligible.less(&asks)
			}
			if contains(authors, q) {
				eligible = eligible.less(&auths)
			}
			if contains(absent, q) {
				return eligible, set{}
			}
			return eligible, eligible
		}).fit()
		if a != yes {
			return a
		}
	}
	return yes
}

// fit looks for a plan with all the people of a core.
func (c *core) fit() answer {
	for i := range c.kinds {
		if !c.choices(&c.kinds[i]) {
			return unknown
		}
	}
	s := newSolver(c, c.kinds)
	for i := range c.kinds {
		s.count[i] = len(c.kinds[i].people)
	}
	return s.solve(c.electors)
}

// minimal takes out of a counterexample, from the end, whatever it does not need,
// and finds words for it. Contributors go first: fewer of them can be worse. With
// fewer absences, and then with fewer stages, what was needed stays needed.
func (v *prover) minimal(x *Counterexample, nodes int) *Counterexample {
	v.nodes = nodes
	stages := setOf(x.Stages)
	broken := func(s set, authors, absent []int32) bool {
		return v.plan(s, x.Requester, authors, absent) == no
	}
	for again := true; again; {
		again = false
		for i := range slices.Backward(x.Contributors) {
			if less := without(x.Contributors, i); broken(stages, less, x.Absent) {
				x.Contributors, again = less, true
			}
		}
	}
	for i := range slices.Backward(x.Absent) {
		if less := without(x.Absent, i); broken(stages, x.Contributors, less) {
			x.Absent = less
		}
	}
	for _, s := range slices.Backward(x.Stages) {
		less := stages
		if less.del(int(s)); broken(less, x.Contributors, x.Absent) {
			stages = less
		}
	}
	x.Stages = stages.list()
	x.Scenario = v.smallest(stages)
	v.wording(x)
	return x
}

func without(list []int32, i int) []int32 {
	return slices.Delete(slices.Clone(list), i, i+1)
}

// smallest returns the scenario with the fewest stages that has these.
func (v *prover) smallest(stages set) []int32 {
	var best []int32
	found := false
	for _, scenario := range v.p.Scenarios {
		s := setOf(scenario)
		if !stages.within(&s) {
			continue
		}
		list := s.list()
		if !found || len(list) < len(best) || len(list) == len(best) && slices.Compare(list, best) < 0 {
			best, found = list, true
		}
	}
	if !found {
		return v.scenarios[0].list()
	}
	return best
}

// wording sets Need and Have where stages that count heads, each separate from
// each, need more people than there are. By Hall's theorem (On representatives of
// subsets, 1935) that is so for every minimal set of such stages without a plan.
func (v *prover) wording(x *Counterexample) {
	need := 0
	var who []int32
	for i, s := range x.Stages {
		t := &v.tallies[s]
		if !t.counting() {
			return
		}
		for _, u := range x.Stages[:i] {
			if !v.apart[s].has(int(u)) {
				return
			}
		}
		electorate := 0
		for _, q := range t.Electors {
			if q == x.Requester && t.ExcludeRequester || t.ExcludeContributors && contains(x.Contributors, q) {
				continue
			}
			electorate++
			if !contains(x.Absent, q) {
				who = append(who, q)
			}
		}
		need += v.need(&t.Rule, electorate)
	}
	slices.Sort(who)
	if have := len(slices.Compact(who)); have < need {
		x.Need, x.Have = need, have
	}
}
