package workflow_test

import (
	"testing"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/require"
)

// BenchmarkVote decides, applies and seals a vote in an instance of three stages and
// six electors: the first of two that a stage needs.
func BenchmarkVote(b *testing.B) {
	staff := staffOf(map[workflow.Role][]ident.Person{"a": {"ana", "abe", "ada"}, "b": {"ben", "bea"}, "c": {"cem"}})
	stage := func(key workflow.StageKey, role workflow.Role, n int) workflow.Stage {
		return workflow.Stage{Key: key, Role: role, Rule: workflow.N(n), Exclude: []workflow.Exclusion{workflow.Requester}}
	}
	d := define(workflow.Seq{stage("one", "a", 2), stage("two", "b", 2), stage("three", "c", 1)})
	d.Requesters = "marketing"
	staff.Roles["marketing"] = []ident.Person{"mia"}
	r := start(b, d, staff, workflow.Submit{})
	votes := [...]workflow.Command{ // boxed once: the command is the caller's
		workflow.Vote{Stage: "one", By: "ana", Version: 1, Verdict: workflow.Approve},
		workflow.Vote{Stage: "one", By: "ana", Version: 1, Verdict: workflow.NotRelevant},
	}
	events := make([]workflow.Event, 0, 4)
	var head workflow.Hash
	b.ReportAllocs()
	k := 0
	for b.Loop() {
		k++
		var err error
		if events, err = r.p.Step(&r.state, votes[k&1], r.env, events[:0]); err != nil || len(events) != 1 {
			b.Fatal(events, err)
		}
		head = workflow.Seal(head, events[0], workflow.Salt{}).Hash
	}
}

// BenchmarkReplay folds the trail of a launch: the figure is per event.
func BenchmarkReplay(b *testing.B) {
	r := approved(b, eur(8_000_00))
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		_, err := r.p.Apply(workflow.State{}, r.trail...)
		require.NoError(b, err)
		n += len(r.trail)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/event")
}
