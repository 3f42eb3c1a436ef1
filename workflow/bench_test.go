package workflow_test

import (
	"fmt"
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

// BenchmarkCompile proves a definition of a hundred stages without separations, with
// three hundred people.
func BenchmarkCompile(b *testing.B) {
	staff := staffOf(map[workflow.Role][]ident.Person{})
	var flow workflow.Seq
	for i := range 100 {
		role := workflow.Role(fmt.Sprint("role", i%60))
		flow = append(flow, workflow.Stage{Key: workflow.StageKey(fmt.Sprint("stage", i)), Role: role, Rule: workflow.N(2), Exclude: []workflow.Exclusion{workflow.Requester}})
		for k := range 5 {
			staff.Roles[role] = append(staff.Roles[role], ident.Person(fmt.Sprintf("person%d", (i%60)*5+k)))
		}
	}
	for role := range staff.Roles {
		staff.Roles[role] = staff.Roles[role][:5]
	}
	d := define(flow)
	for b.Loop() {
		p, err := workflow.Compile(d, staff, 1)
		if err != nil || p.Proof().Assurance != workflow.Safe {
			b.Fatal(err)
		}
	}
}
