package workflow

import (
	"slices"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow/internal/quorum"
)

// guardNodes bounds the search that a guarded vote may cost; a vote that cannot be
// judged within it is let through.
const guardNodes = 1 << 14

// spoils reports whether a vote would use somebody up whom a separated stage cannot
// do without: before it all approvals can be had, after it they cannot. It is only
// asked where Compile could not prove that no order of votes does so.
func (d *decider) spoils(i int, c Vote, seat ident.Person) bool {
	if !c.Verdict.approves() || d.p.proof.Assurance == Safe || len(d.p.apart[i]) == 0 || d.env.Staff == nil {
		return false
	}
	g := d.newRemainder()
	if g == nil || !g.completable() {
		return false
	}
	g.approved(i, seat, c.By)
	return !g.completable()
}

// remainder is the rest of an instance as a problem of quorums.
type remainder struct {
	p       *Process
	problem quorum.Problem
	state   quorum.State
	people  *roster
}

// newRemainder states what is left to be decided: with the electors of the stages that
// have opened, and those whom the staff names for the others.
func (d *decider) newRemainder() *remainder {
	n := len(d.p.stages)
	electors, quotas := make([][]ident.Person, n), make([]Quota, n)
	var everybody []ident.Person
	live := d.p.live(d.st)
	for i := range d.p.stages {
		st := &d.st.Stages[i]
		if electors[i], quotas[i] = st.Electors(), st.Quota; len(electors[i]) == 0 {
			asked, err := d.electorate(i)
			if err != nil {
				return nil
			}
			electors[i], quotas[i] = asked, d.p.stages[i].Rule.quota(asked, d.env.Staff)
		}
		everybody = append(everybody, electors[i]...)
		for _, b := range st.Ballots {
			everybody = append(everybody, b.By)
		}
	}
	g := &remainder{p: d.p, people: newRoster(everybody)}
	g.problem = quorum.Problem{People: len(g.people.names), Separate: d.p.separate, AnyRequester: true}
	g.state = quorum.State{Requester: -1, Approved: make([][]int32, n), Barred: make([][]int32, n)}
	for i := range d.p.stages {
		g.problem.Stages = append(g.problem.Stages, quorum.Stage{Electors: g.people.of(electors[i]), Rule: quotas[i].proven(electors[i], g.people)})
		if live[i] {
			g.state.Stages = append(g.state.Stages, int32(i)) //nolint:gosec // at most MaxStages
		}
		for _, b := range d.st.Stages[i].Ballots {
			if b.Verdict.approves() {
				g.approved(i, b.Seat, b.By)
			}
		}
	}
	return g
}

// approved enters an approval: who takes part in it is barred from the separated
// stages.
func (g *remainder) approved(i int, seat, by ident.Person) {
	add := func(list *[]int32, p ident.Person) {
		if n, known := g.people.numbers[p]; known {
			if at, in := slices.BinarySearch(*list, n); !in {
				*list = slices.Insert(*list, at, n)
			}
		}
	}
	add(&g.state.Approved[i], seat)
	for _, other := range g.p.apart[i] {
		add(&g.state.Barred[other], seat)
		add(&g.state.Barred[other], by)
	}
}

// completable reports whether all approvals can be had, as far as that is known.
func (g *remainder) completable() bool {
	verdict, err := g.problem.Completable(g.state, guardNodes)
	return err != nil || verdict != quorum.Refuted
}
