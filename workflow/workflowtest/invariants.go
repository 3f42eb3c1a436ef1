package workflowtest

import (
	"fmt"
	"slices"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow"
)

// invariants checks the state against the definition and the versions there were.
func (in *instance) invariants() error {
	stages := map[workflow.StageKey]workflow.Stage{}
	collect(in.p.Definition().Flow, stages)
	for _, st := range in.state.Stages {
		s := stages[st.Key]
		if err := in.votes(s, st); err != nil {
			return fmt.Errorf("stage %s: %w", st.Key, err)
		}
		if st.Status == workflow.StageApproved && in.state.Status == workflow.StatusApproved {
			if err := in.current(s, st); err != nil {
				return fmt.Errorf("stage %s: %w", st.Key, err)
			}
		}
	}
	switch in.state.Status {
	case workflow.StatusApproved:
		for _, st := range in.state.Stages {
			if st.Status != workflow.StageApproved && st.Status != workflow.StageSkipped {
				return fmt.Errorf("approved, and stage %s is %v", st.Key, st.Status)
			}
		}
	case workflow.StatusActive:
		if len(in.state.Open()) == 0 && len(in.state.Conditions()) == 0 {
			return fmt.Errorf("active, and nothing waits for anybody")
		}
	default:
		if open := in.state.Open(); len(open) > 0 {
			return fmt.Errorf("%v, and stage %s is open", in.state.Status, open[0].Key)
		}
	}
	if at, ok := in.state.Due(); ok && in.state.Status != workflow.StatusActive {
		return fmt.Errorf("%v, and due at %v", in.state.Status, at)
	}
	return nil
}

func collect(b workflow.Block, into map[workflow.StageKey]workflow.Stage) {
	switch b := b.(type) {
	case workflow.Stage:
		into[b.Key] = b
	case workflow.Seq:
		for _, kid := range b {
			collect(kid, into)
		}
	case workflow.Par:
		for _, kid := range b.Branches {
			collect(kid, into)
		}
	case workflow.Loop:
		collect(b.Body, into)
	case workflow.Choice:
		for _, arm := range b.Cases {
			collect(arm.Then, into)
		}
		collect(b.Else, into)
	}
}

// votes checks that nobody votes twice in a stage, and nobody who may not.
func (in *instance) votes(s workflow.Stage, st workflow.StageState) error {
	voters := map[ident.Person]bool{}
	electors := st.Electors()
	for _, b := range st.Ballots {
		if voters[b.By] {
			return fmt.Errorf("%s counts twice", b.By)
		}
		voters[b.By] = true
		for _, p := range []ident.Person{b.By, b.Seat} {
			barred := slices.Contains(s.Exclude, workflow.Requester) && p == in.state.Requester ||
				slices.Contains(s.Exclude, workflow.Contributors) && slices.Contains(in.state.Contributors, p)
			if barred && st.Status != workflow.StageSkipped {
				return fmt.Errorf("a vote by %s for %s, who is barred", b.By, b.Seat)
			}
			for _, other := range in.state.Stages {
				separate := approves(b) && slices.Contains(s.Exclude, workflow.VotersOf(other.Key))
				if separate && slices.ContainsFunc(other.Ballots, func(o workflow.Ballot) bool { return approves(o) && (o.By == p || o.Seat == p) }) {
					return fmt.Errorf("%s has a part in the approval of %s, too", p, other.Key)
				}
			}
		}
		if b.By != b.Seat && slices.Contains(electors, b.By) {
			return fmt.Errorf("%s has a vote and casts that of %s", b.By, b.Seat)
		}
	}
	for p := range st.Quota.Weights {
		if !slices.Contains(electors, p) {
			return fmt.Errorf("%s weighs something and is not asked", p)
		}
	}
	return nil
}

func approves(b workflow.Ballot) bool {
	return b.Verdict == workflow.Approve || b.Verdict == workflow.ApproveWithChanges
}

// current checks that every approval that stands is of the content there is.
func (in *instance) current(s workflow.Stage, st workflow.StageState) error {
	now := in.versions[len(in.versions)-1]
	for _, b := range st.Ballots {
		if !approves(b) {
			continue
		}
		seen := in.versions[b.Version-1]
		covers := func(f workflow.Facet) bool { return len(s.Facets) == 0 || slices.Contains(s.Facets, f) }
		for _, f := range facets {
			if covers(f) && seen.facets[f] != now.facets[f] {
				return fmt.Errorf("%s approved %s %q, and it is %q", b.Seat, f, seen.facets[f], now.facets[f])
			}
		}
		if covers("channel") && seen.attributes["channel"] != now.attributes["channel"] {
			return fmt.Errorf("%s approved another channel", b.Seat)
		}
		if covers(workflow.FacetAmount) && now.amount.Minor() > b.Amount.Minor() {
			return fmt.Errorf("%s approved up to %v, and it is %v", b.Seat, b.Amount, now.amount)
		}
	}
	return nil
}
