package workflow_test

import (
	"testing"
	"time"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/require"
)

func TestSeparationOfDuties(t *testing.T) {
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"mia", "ben", "ana", "tom"}})
	flow := workflow.Par{Branches: []workflow.Block{
		one("copy", "r", workflow.Requester, workflow.Contributors),
		workflow.Stage{Key: "final", Role: "r", Rule: workflow.N(2), Exclude: []workflow.Exclusion{workflow.VotersOf("copy")}},
	}}
	begin := func() *run {
		return start(t, define(flow), staff, workflow.Submit{Contributors: []ident.Person{"ben"}})
	}

	r := begin()
	st, _ := r.state.Stage("copy")
	require.Equal(t, []ident.Person{"ana", "tom"}, st.Eligible, "the electorate leaves out who is barred")
	denied(t, r.vote("copy", "mia", workflow.Approve), "requester")
	denied(t, r.vote("copy", "ben", workflow.Approve), "contributors")
	denied(t, r.vote("copy", "eve", workflow.Approve), "eligible")

	r.approve("copy", "ana")
	denied(t, r.vote("final", "ana", workflow.Approve), "stage:copy")
	r.approve("final", "mia", "tom")
	require.Equal(t, workflow.StatusApproved, r.state.Status)

	r = begin()
	r.approve("final", "ana")
	denied(t, r.vote("copy", "ana", workflow.Approve), "stage:final") // it holds both ways
}

func TestDelegation(t *testing.T) {
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"ana", "ben", "carl"}, "marketing": {"mia"}})
	since, until := monday(), monday().Add(24*time.Hour)
	staff.Delegations = []workflow.Delegation{
		{From: "ana", To: "dee", Since: since, Until: until},
		{From: "ben", To: "dee", Since: since, Until: until},
		{From: "ben", To: "carl", Since: since, Until: until},
		{From: "ben", To: "mia", Since: since, Until: until},
		{From: "dee", To: "zoe", Since: since, Until: until},
	}
	d := define(workflow.Stage{Key: "s", Role: "r", Rule: workflow.N(3), Exclude: []workflow.Exclusion{workflow.Requester}})
	d.Requesters = "marketing"
	behalf := func(r *run, by, of ident.Person) error {
		return r.do(workflow.Vote{Stage: "s", By: by, OnBehalfOf: of, Version: 1, Verdict: workflow.Approve})
	}
	r := start(t, d, staff, workflow.Submit{})
	denied(t, behalf(r, "yan", "ana"), "delegation")            // nobody's delegate
	denied(t, behalf(r, "carl", "ana"), "delegation")           // not hers to cast
	denied(t, behalf(r, "carl", "ben"), "once")                 // has a vote of his own
	denied(t, behalf(r, "mia", "ben"), "requester")             // a delegate gains no barred vote
	denied(t, r.vote("s", "dee", workflow.Approve), "eligible") // holds no seat
	require.NoError(t, behalf(r, "zoe", "ana"))                 // passed on by dee
	require.NoError(t, behalf(r, "dee", "ana"))
	denied(t, behalf(r, "dee", "ben"), "once") // one human counts once
	st, _ := r.state.Stage("s")
	require.Equal(t, ident.Person("dee"), st.Ballots[0].By)
	require.Equal(t, ident.Person("ana"), st.Ballots[0].Seat)

	require.NoError(t, r.vote("s", "ana", workflow.Abstain)) // the seat's holder overrules
	denied(t, behalf(r, "dee", "ana"), "delegation")         // and is not overruled
	require.NoError(t, behalf(r, "dee", "ben"))              // now free
	st, _ = r.state.Stage("s")
	require.Len(t, st.Ballots, 2)

	r.env.Now = until // half-open
	r.approve("s", "ana", "carl")
	require.Equal(t, workflow.StatusApproved, r.state.Status)

	r = start(t, d, staff, workflow.Submit{})
	r.env.Now = until
	denied(t, behalf(r, "dee", "ana"), "delegation")
	r.env.Now = until.Add(-time.Nanosecond)
	require.NoError(t, behalf(r, "dee", "ana"))
}

func TestTooFewPeopleFailsClosed(t *testing.T) {
	p, err := workflow.Compile(define(workflow.Stage{Key: "s", Role: "r", Rule: workflow.N(2)}), nil, 0)
	require.NoError(t, err)
	require.True(t, p.Findings().Has("workflow.quorum.unproven"))
	few := staffOf(map[workflow.Role][]ident.Person{"r": {"ana"}})
	r := startProcess(t, p, few, workflow.Submit{})
	require.Equal(t, workflow.StageStuck, r.status("s"))
	require.Equal(t, "workflow.quorum.short", r.events[len(r.events)-1].Fact.(workflow.Stuck).Finding.Code)
	denied(t, r.vote("s", "ana", workflow.Approve), "eligible")
	require.Equal(t, workflow.StatusActive, r.state.Status)

	r.ok(workflow.Tick{})
	require.Empty(t, r.events)
	r.env.Staff = staffOf(map[workflow.Role][]ident.Person{"r": {"ana", "ben"}})
	r.ok(workflow.Tick{})
	require.Equal(t, []string{"stage.opened"}, r.types())
	r.approve("s", "ana", "ben")
	require.Equal(t, workflow.StatusApproved, r.state.Status)

	nobody := startProcess(t, p, staffOf(nil), workflow.Submit{})
	require.Equal(t, workflow.StageStuck, nobody.status("s"))
}

func TestRequestersRole(t *testing.T) {
	d := define(one("s", "r", workflow.Requester))
	d.Requesters = "marketing"
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"ana"}, "marketing": {"mia"}})
	p, err := workflow.Compile(d, staff, 0)
	require.NoError(t, err, "ana cannot submit, so she can always vote")
	_, _, err = p.Do(workflow.State{}, workflow.Submit{Instance: instance, Subject: ident.Ref{Kind: "k", ID: "1"}, Requester: "ana"},
		workflow.Env{Now: monday(), Staff: staff})
	denied(t, err, "requesters")
}
