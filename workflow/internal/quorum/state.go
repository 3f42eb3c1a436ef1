package quorum

import "fmt"

// State is how far a process has come, to ask whether it can still be completed.
type State struct {
	Stages       []int32   // that must be decided, those decided included
	Requester    int32     // -1: somebody who votes nowhere
	Contributors []int32   // who has contributed so far, ascending
	Absent       []int32   // ascending; their votes so far count
	Approved     [][]int32 // by stage of the Problem: who has approved, ascending
	Barred       [][]int32 // by stage: who will not approve any more, ascending; nil = nobody
}

// Completable returns Satisfiable if the votes of a State can still be completed,
// Refuted if not, and Undecided if the nodes do not suffice. Nobody else is
// absent and nobody else contributes. It is the guard of a process that is no
// better than Satisfiable: refuse a vote after which nothing completes.
//
// Electors are those of the Problem. An elector who has approved a stage counts
// there, excluded or absent since or not, and cannot vote in the stages separate
// from it.
func (p *Problem) Completable(st State, nodes int) (Verdict, error) {
	if err := p.check(); err != nil {
		return Undecided, err
	}
	if err := p.checkState(&st); err != nil {
		return Undecided, err
	}
	v := newProver(p, max(nodes, 0), faultNone)
	switch v.complete(&st) {
	case yes:
		return Satisfiable, nil
	case no:
		return Refuted, nil
	default:
		return Undecided, nil
	}
}

func (p *Problem) checkState(st *State) error {
	bad := func(format string, a ...any) error { return &ProblemError{-1, "state: " + fmt.Sprintf(format, a...)} }
	if st.Requester != -1 && !p.person(st.Requester) {
		return bad("requester %d", st.Requester)
	}
	if !p.ascending(st.Contributors) || !p.ascending(st.Absent) {
		return bad("contributors or absent are not ascending people")
	}
	for _, s := range st.Stages {
		if !p.stage(s) {
			return bad("stage %d", s)
		}
	}
	if len(st.Approved) > len(p.Stages) || len(st.Barred) > len(p.Stages) {
		return bad("votes of more stages than there are")
	}
	for _, lists := range [][][]int32{st.Approved, st.Barred} {
		for s, list := range lists {
			if !p.ascending(list) {
				return bad("voters of stage %d are not ascending people", s)
			}
		}
	}
	return nil
}

// complete looks for a plan that contains the votes.
func (v *prover) complete(st *State) answer {
	for _, part := range v.parts(setOf(st.Stages)) {
		if a := v.newCore(part, v.voting(st, part.list())).fit(); a != yes {
			return a
		}
	}
	return yes
}

// voting says what people may do in some stages: what they have done, and what
// that leaves open.
func (v *prover) voting(st *State, stages []int32) reach {
	voters := func(lists [][]int32, s int32, q int32) bool {
		return int(s) < len(lists) && contains(lists[s], q)
	}
	return func(q int32, eligible set) (elector, voter set) {
		var voted, near set
		for s := range st.Approved { // in any stage, asked for here or not
			if contains(st.Approved[s], q) {
				near = near.or(&v.apart[s])
			}
		}
		absent := contains(st.Absent, q)
		author := contains(st.Contributors, q)
		for i, s := range stages {
			if voters(st.Approved, s, q) && eligible.has(i) {
				voted.add(i)
			}
			if !eligible.has(i) {
				continue
			}
			t := &v.tallies[s]
			if t.ExcludeRequester && q == st.Requester || t.ExcludeContributors && author {
				continue
			}
			elector.add(i)
			if !absent && !near.has(int(s)) && !voters(st.Barred, s, q) {
				voter.add(i)
			}
		}
		return elector, voter.or(&voted)
	}
}
