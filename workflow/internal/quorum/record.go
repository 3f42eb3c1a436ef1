package quorum

import (
	"cmp"
	"slices"
)

// record returns facts about numbers of electors that suffice for a verdict, none
// if numbers do not.
func (v *prover) record(verdict Verdict) []Inequality {
	var facts []Inequality
	for _, scenario := range v.scenarios {
		if verdict == Safe {
			f, ok := v.safeFacts(scenario)
			if !ok {
				return nil
			}
			facts = append(facts, f...)
		} else {
			rest, f := v.peel(scenario, false)
			if !rest.empty() {
				return nil
			}
			facts = append(facts, f...)
		}
		for s := scenario.next(0); s >= 0; s = scenario.next(s + 1) {
			if most := v.most(&v.tallies[s]); most > 0 && v.apart[s].meets(&scenario) {
				facts = append(facts, Inequality{int32(s), -1, 0, most}) // its share uses up others
			}
		}
	}
	slices.SortFunc(facts, func(a, b Inequality) int {
		return cmp.Or(cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Group, b.Group))
	})
	var out []Inequality
	for _, f := range facts {
		last := len(out) - 1
		if last < 0 || out[last].Stage != f.Stage || out[last].Group != f.Group {
			out = append(out, f)
			continue
		}
		out[last].Least = max(out[last].Least, f.Least)
		if out[last].Most == 0 || f.Most > 0 && f.Most < out[last].Most {
			out[last].Most = f.Most
		}
	}
	return out
}
