package quorum

import "slices"

// prover proves one Problem for one number of absences.
type prover struct {
	p         *Problem
	k         int
	fault     fault
	nodes     int // still allowed
	duels     int // ... for safety, where exclusions play a part
	tallies   []tally
	apart     []set   // stages separate from each
	after     []set   // those of them that open only when it is decided
	shared    []int32 // electors in common, by pair of stages; -1 not yet counted
	scenarios []set   // the maximal ones
	scratch   []set   // by person; empty between uses
}

func newProver(p *Problem, nodes int, f fault) *prover {
	n := len(p.Stages)
	v := &prover{p: p, k: p.Absences, fault: f, nodes: nodes, tallies: make([]tally, n), apart: make([]set, n), after: make([]set, n)}
	for i := range p.Stages {
		v.tallies[i] = v.count(&p.Stages[i])
	}
	for _, s := range p.Separate {
		v.apart[s.A].add(int(s.B))
		v.apart[s.B].add(int(s.A))
		if s.Ordered {
			v.after[s.A].add(int(s.B))
		}
	}
	for _, s := range p.Separate { // said twice, once without order
		if !s.Ordered {
			v.after[s.A].del(int(s.B))
			v.after[s.B].del(int(s.A))
		}
	}
	v.scenarios = maximal(p)
	return v
}

// maximal returns the scenarios that no other contains: what holds of them holds
// of all, because electorates do not depend on other stages.
func maximal(p *Problem) []set {
	if len(p.Scenarios) == 0 {
		var all set
		for i := range p.Stages {
			all.add(i)
		}
		return []set{all}
	}
	var sets []set
	for _, scenario := range p.Scenarios {
		s := setOf(scenario)
		if slices.ContainsFunc(sets, func(o set) bool { return s.within(&o) }) {
			continue
		}
		sets = slices.DeleteFunc(sets, func(o set) bool { return o.within(&s) })
		sets = append(sets, s)
	}
	return sets
}

// overlap returns how many electors two stages have in common.
func (v *prover) overlap(s, t int) int {
	n := len(v.tallies)
	if v.shared == nil {
		v.shared = make([]int32, n*n)
		for i := range v.shared {
			v.shared[i] = -1
		}
	}
	if v.shared[s*n+t] < 0 {
		c := int32(common(v.tallies[s].Electors, v.tallies[t].Electors))
		v.shared[s*n+t], v.shared[t*n+s] = c, c
	}
	return int(v.shared[s*n+t])
}

// parts splits stages into those that separation connects. An adversary need
// break only one part, so each is proved alone, with all absences.
func (v *prover) parts(stages set) []set {
	var out []set
	for i := stages.next(0); i >= 0; i = stages.next(i) {
		var part, open set
		open.add(i)
		for s := i; s >= 0; s = open.next(0) {
			open.del(s)
			part.add(s)
			near := v.apart[s].and(&stages)
			near = near.less(&part)
			open = open.or(&near)
		}
		stages = stages.less(&part)
		out = append(out, part)
	}
	return out
}

// peel removes stages that can be decided last in any case: after the losses,
// and after all that its remaining neighbours use. It returns those that cannot
// be removed; if there are none, a plan always exists. Exact is false to reckon
// with numbers of electors alone, never with who they are; then the facts used
// are returned too, unless numbers do not suffice.
//
// It is a kernel like that of J. Crampton, G. Gutin and A. Yeo (On the
// parameterized complexity of the workflow satisfiability problem, 2012), with
// quorums and absences.
func (v *prover) peel(stages set, exact bool) (set, []Inequality) {
	var facts []Inequality
	for again := true; again; {
		again = false
		for s := stages.next(0); s >= 0; s = stages.next(s + 1) {
			t := &v.tallies[s]
			lost := v.k
			if v.fault == faultPeelAbsent {
				lost = 0
			}
			near := v.apart[s].and(&stages)
			for u := near.next(0); u >= 0 && v.fault != faultPeelUse; u = near.next(u + 1) {
				use := v.tallies[u].use
				if exact && use > 0 {
					use = min(use, v.overlap(s, u))
				}
				lost += use
			}
			if exact {
				if !v.survives(t, lost) {
					continue
				}
			} else {
				f := v.facts(int32(s), lost)
				if !v.p.holds(f) {
					continue
				}
				facts = append(facts, f...)
			}
			stages.del(s)
			again = true
		}
	}
	return stages, facts
}
