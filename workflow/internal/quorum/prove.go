package quorum

import (
	"cmp"
	"slices"
)

// DefaultNodes allows some tenths of a second for hard problems of 30 stages and
// some seconds for absurd ones; common ones need none, or some hundreds of nodes.
const DefaultNodes = 1 << 20

// Prove decides what holds of a Problem. The number of nodes bounds the search
// for the verdict, and each of the few for the Margin and for the counterexample;
// it is counted and not timed, so equal problems have equal proofs. The error is a
// *ProblemError, and then nothing is proved.
func Prove(p *Problem, nodes int) (Proof, error) { return prove(p, nodes, faultNone) }

// duelShare is the share of the nodes that proofs of safety may use in addition.
const duelShare = 4

// marginShare is the share of the nodes for each number of absences other than that
// asked about.
const marginShare = 4

func prove(p *Problem, nodes int, f fault) (Proof, error) {
	nodes = max(nodes, 0)
	if err := p.check(); err != nil {
		return Proof{Margin: -1}, err
	}
	v := newProver(p, nodes, f)
	verdict, counter := v.decide(p.Absences, nodes)
	out := Proof{Verdict: verdict, Margin: -1, Nodes: nodes - max(v.nodes, 0) + nodes/duelShare - max(v.duels, 0)}
	if verdict.passes() {
		out.Margin = p.Absences
		for k := p.Absences + 1; k <= MaxMargin; k++ {
			if more, _ := v.decide(k, nodes/marginShare); !more.passes() {
				break
			}
			out.Margin = k
		}
		v.k = p.Absences
		out.Inequalities = v.record(verdict)
		return out, nil
	}
	// More absences are never easier.
	for low, high := 0, p.Absences; low < high; {
		k := (low + high) / 2
		less, worse := v.decide(k, nodes/marginShare)
		if less.passes() {
			out.Margin, low = k, k+1
			continue
		}
		high = k
		if less == Refuted {
			out.Verdict, counter = Refuted, worse
		}
	}
	if counter != nil {
		out.Counter = v.minimal(counter, nodes)
	}
	return out, nil
}

// decide proves the Problem for k absences.
func (v *prover) decide(k, nodes int) (Verdict, *Counterexample) {
	v.k, v.nodes, v.duels = k, nodes, nodes/duelShare
	safe, pending := true, false
	for _, scenario := range v.scenarios {
		ok, open := v.safe(scenario)
		safe, pending = safe && ok, pending || open
	}
	if safe && !pending {
		return Safe, nil
	}
	out := Satisfiable
	if safe {
		out = Safe
	}
	var proved []set
	for _, scenario := range v.scenarios {
		rest, _ := v.peel(scenario, true)
		for _, part := range v.parts(rest) {
			if slices.ContainsFunc(proved, func(o set) bool { return part.within(&o) }) {
				continue
			}
			proved = append(proved, part)
			switch broken, counter := v.search(part); broken {
			case yes:
				return Refuted, counter
			case unknown:
				out = Undecided
			case no:
			}
		}
	}
	return out, nil
}

// search decides for stages that counting heads cannot decide.
func (v *prover) search(stages set) (answer, *Counterexample) {
	c := v.newCore(stages, everybody)
	for i := range c.kinds {
		if !c.choices(&c.kinds[i]) {
			return unknown, nil
		}
	}
	askers, outside := c.askers()
	if len(askers) > 0 {
		// To be barred from some stages is no worse than to be absent.
		k := v.k + 1
		if v.fault == faultFilter {
			k--
		}
		a := c.newAttack(-1, v.p.MaxContributors)
		if a == nil {
			return unknown, nil
		}
		switch a.breaks(k, v.p.MaxContributors) {
		case no:
			return no, nil
		case unknown:
			return unknown, nil
		case yes:
		}
	}
	if outside >= -1 {
		askers = slices.Insert(askers, 0, asker{-1, outside})
	}
	for _, q := range askers {
		a := c.newAttack(q.kind, v.p.MaxContributors)
		if a == nil {
			return unknown, nil
		}
		switch a.breaks(v.k, v.p.MaxContributors) {
		case unknown:
			return unknown, nil
		case yes:
			authors, absent := a.losses(q.person)
			slices.Sort(authors)
			slices.Sort(absent)
			return yes, &Counterexample{Requester: q.person, Contributors: authors, Absent: absent, Stages: c.stages}
		case no:
		}
	}
	return no, nil
}

type asker struct {
	kind   int
	person int32
}

// askers returns a requester of each kind that a stage here excludes, and one whom
// none excludes: -1 for somebody who votes nowhere, -2 if there is nobody.
func (c *core) askers() ([]asker, int32) {
	p := c.v.p
	outside := int32(-2)
	if p.AnyRequester {
		outside = -1
	}
	affected := map[int32]bool{}
	var out []asker
	for i := range c.kinds {
		if !c.kinds[i].mask.meets(&c.askBars) {
			continue
		}
		first := int32(-1)
		for _, q := range c.kinds[i].people {
			if contains(p.Requesters, q) {
				affected[q] = true
				if first < 0 {
					first = q
				}
			}
		}
		if first >= 0 {
			out = append(out, asker{i, first})
		}
	}
	for _, q := range p.Requesters {
		if outside == -2 && !affected[q] {
			outside = q
		}
	}
	slices.SortFunc(out, func(a, b asker) int { return cmp.Compare(a.person, b.person) })
	return out, outside
}
