package quorum

// safe reports whether no order of votes reaches a dead end in a scenario. A
// stage t is never stuck if it keeps enough electors after all that others can
// burn: by maximum flow, each neighbour that is not decided after t takes at most
// the voters it needs, and absences take their number. Every stage that is not
// decided then has somebody who may vote, and votes are finite. For rules that
// count heads and stages without order the condition is also necessary: the
// adversary plays the flow. Otherwise true is right and false may be too careful.
//
// A stage without rivals is never stuck if a plan exists. Where heads do not show
// that it does, pending is true, and safety depends on a proof of it.
func (v *prover) safe(stages set) (safe, pending bool) {
	for t := stages.next(0); t >= 0; t = stages.next(t + 1) {
		rivals := v.rivals(t, stages)
		all := v.k
		for u := rivals.next(0); u >= 0; u = rivals.next(u + 1) {
			all += v.burn(u)
		}
		if v.survives(&v.tallies[t], all) {
			continue
		}
		if rivals.empty() {
			pending = true
			continue
		}
		if !v.outlasts(t, rivals) {
			return false, false
		}
	}
	return true, pending
}

// rivals returns the stages that can take voters from t while it is open or
// before.
func (v *prover) rivals(t int, stages set) set {
	rivals := v.apart[t].and(&stages)
	later := v.after[t]
	if v.fault == faultOrder {
		later = set{}
		for u := rivals.next(0); u >= 0; u = rivals.next(u + 1) {
			if v.after[u].has(t) {
				later.add(u)
			}
		}
	}
	return rivals.less(&later)
}

func (v *prover) burn(u int) int {
	if v.fault == faultClosing {
		return v.tallies[u].burn - 1
	}
	return v.tallies[u].burn
}

// safeFacts returns facts about numbers of electors that make a scenario safe.
func (v *prover) safeFacts(stages set) ([]Inequality, bool) {
	var facts []Inequality
	for t := stages.next(0); t >= 0; t = stages.next(t + 1) {
		lost := v.k
		rivals := v.rivals(t, stages)
		for u := rivals.next(0); u >= 0; u = rivals.next(u + 1) {
			if !v.tallies[u].counting() {
				return nil, false // what it can burn depends on who its electors are
			}
			lost += v.tallies[u].burn
		}
		f := v.facts(int32(t), lost)
		if !v.p.holds(f) {
			return nil, false
		}
		facts = append(facts, f...)
	}
	return facts, true
}
