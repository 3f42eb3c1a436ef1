package workflow_test

import (
	"testing"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/require"
)

// A later stage sends work back to an earlier one, twice at most.
func TestLoop(t *testing.T) {
	d := define(workflow.Seq{
		workflow.Loop{Times: 2, Body: workflow.Seq{one("studio", "studio"), workflow.Stage{Key: "proof", Role: "brand", Rule: workflow.N(2)}}},
		one("legal", "lawyers"),
	})
	staff := staffOf(map[workflow.Role][]ident.Person{"studio": {"sue"}, "brand": {"ben", "bea"}, "lawyers": {"lea"}})
	r := start(t, d, staff, workflow.Submit{})
	for range 2 {
		r.approve("studio", "sue")
		r.approve("proof", "ben")
		require.NoError(t, r.vote("proof", "bea", workflow.RequestChanges))
		require.Equal(t, []string{"vote.cast", "stage.decided", "looped", "vote.voided", "stage.reset", "vote.voided", "vote.voided", "stage.reset", "stage.opened"}, r.types())
		require.Equal(t, workflow.StageOpen, r.status("studio"))
		require.Equal(t, workflow.StagePending, r.status("proof"))
	}
	require.Equal(t, []workflow.Round{{Loop: "flow[0]", Times: 2}}, r.state.Rounds)
	r.approve("studio", "sue")
	require.NoError(t, r.vote("proof", "ben", workflow.RequestChanges))
	require.Equal(t, workflow.StatusChangesRequested, r.state.Status, "the loop is used up")

	r.ok(workflow.Revise{By: "mia", Version: 1, Facets: map[workflow.Facet]workflow.Digest{"copy": "v2"}})
	require.Empty(t, r.state.Rounds)
	r.approve("studio", "sue")
	require.NoError(t, r.vote("proof", "ben", workflow.RequestChanges))
	require.Equal(t, workflow.StageOpen, r.status("studio"))
	r.approve("studio", "sue")
	r.approve("proof", "ben", "bea")
	require.NoError(t, r.vote("legal", "lea", workflow.RequestChanges))
	require.Equal(t, workflow.StatusChangesRequested, r.state.Status, "outside of the loop nothing goes round")
	r.replays()
}

// A gate waits for conditions and blocking remarks.
func TestGate(t *testing.T) {
	d := define(workflow.Seq{one("copy", "editors"), workflow.Gate{Key: "release"}, one("legal", "lawyers")})
	staff := staffOf(map[workflow.Role][]ident.Person{"editors": {"eva"}, "lawyers": {"lea"}})
	r := start(t, d, staff, workflow.Submit{})
	r.ok(workflow.Comment{By: "eva", Stage: "copy", Version: 1, Text: "logo too small", Anchor: "page 2", Severity: workflow.Blocking})
	r.ok(workflow.Comment{By: "mia", Version: 1, Text: "sent to print on Friday"})
	require.NoError(t, r.vote("copy", "eva", workflow.ApproveWithChanges))
	require.Equal(t, workflow.StagePending, r.status("legal"))
	require.Len(t, r.state.Conditions(), 2)
	require.Equal(t, "page 2", r.state.Conditions()[0].Anchor)

	denied(t, r.do(workflow.Resolve{By: "lea", Remark: r.state.Remarks[0].ID}), "contributors")
	require.ErrorIs(t, r.do(workflow.Resolve{By: "mia", Remark: 99}), workflow.ErrUnknown)
	r.ok(workflow.Resolve{By: "mia", Remark: r.state.Remarks[0].ID})
	require.Equal(t, workflow.StagePending, r.status("legal"))
	r.ok(workflow.Resolve{By: "eva", Remark: r.state.Conditions()[0].ID})
	require.Equal(t, []string{"resolved", "stage.opened"}, r.types())
	r.replays()
}

func TestRemarks(t *testing.T) {
	d := define(workflow.Seq{workflow.Stage{Key: "a", Role: "r", Rule: workflow.Any{}, Facets: []workflow.Facet{"copy"}}, workflow.Gate{Key: "g"}})
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"ana", "ben"}})
	r := start(t, d, staff, workflow.Submit{Facets: map[workflow.Facet]workflow.Digest{"copy": "v1"}})
	denied(t, r.do(workflow.Comment{By: "zoe", Version: 1, Text: "hm"}), "eligible")
	for _, bad := range []workflow.Comment{{By: "ana", Version: 2, Text: "x"}, {By: "ana", Version: 1}, {By: "ana", Version: 1, Text: "x", Severity: 7}, {By: "ana", Version: 1, Text: "\xff"}} {
		require.ErrorIs(t, r.do(bad), workflow.ErrInvalid)
	}
	require.ErrorIs(t, r.do(workflow.Comment{By: "ana", Version: 1, Text: "x", Stage: "none"}), workflow.ErrUnknown)
	require.NoError(t, r.vote("a", "ana", workflow.ApproveWithChanges))
	require.Equal(t, workflow.StatusActive, r.state.Status)
	r.ok(workflow.Revise{By: "mia", Version: 1, Facets: map[workflow.Facet]workflow.Digest{"copy": "v2"}})
	require.Empty(t, r.state.Conditions(), "the vote fell, and its condition with it")
	require.NoError(t, r.vote("a", "ana", workflow.ApproveWithChanges))
	r.ok(workflow.Resolve{By: "mia", Remark: r.state.Conditions()[0].ID})
	require.Equal(t, workflow.StatusApproved, r.state.Status)
	require.Equal(t, 2, r.state.Remarks[0].Resolved)
	require.Equal(t, ident.Person("mia"), r.state.Remarks[0].ResolvedBy)
	r.replays()
}

func TestAssign(t *testing.T) {
	d := define(workflow.Stage{
		Key: "s", Role: "r", Rule: workflow.PerGroup{Groups: map[workflow.Role]int{"legal": 1, "brand": 1}}, Exclude: []workflow.Exclusion{workflow.Requester},
	})
	d.Managers, d.Requesters = "leads", "marketing"
	staff := staffOf(map[workflow.Role][]ident.Person{"r": nil, "marketing": {"mia"}, "legal": {"lea"}, "brand": {"ben"}, "leads": {"max"}})
	r := start(t, d, staff, workflow.Submit{})
	assign := func(by ident.Person, add, remove []ident.Person) error {
		return r.do(workflow.Assign{By: by, Stage: "s", Add: add, Remove: remove, Reason: "on leave"})
	}
	denied(t, assign("lea", []ident.Person{"leo"}, []ident.Person{"lea"}), "managers")
	denied(t, assign("max", []ident.Person{"max"}, nil), "managers")
	denied(t, assign("max", []ident.Person{"mia"}, nil), "requester")
	require.ErrorIs(t, assign("max", nil, []ident.Person{"leo"}), workflow.ErrInvalid)
	require.ErrorIs(t, assign("max", []ident.Person{"lea"}, nil), workflow.ErrInvalid)
	require.ErrorIs(t, assign("max", nil, nil), workflow.ErrInvalid)

	r.approve("s", "lea")
	require.NoError(t, assign("max", []ident.Person{"leo"}, []ident.Person{"lea"}))
	require.Equal(t, []string{"vote.voided", "stage.assigned"}, r.types())
	denied(t, r.vote("s", "lea", workflow.Approve), "eligible")
	require.NoError(t, assign("max", []ident.Person{"kim"}, nil), "in no group: asked, and counted in none")
	r.approve("s", "kim", "leo")
	require.Equal(t, workflow.StageOpen, r.status("s"))
	require.NoError(t, assign("max", nil, []ident.Person{"ben"}))
	require.Equal(t, workflow.StageStuck, r.status("s"), "nobody is left for brand")
	r.replays()
}

func TestDelegate(t *testing.T) {
	d := define(workflow.Stage{Key: "s", Role: "r", Rule: workflow.N(2), Exclude: []workflow.Exclusion{workflow.Requester}})
	d.Requesters = "marketing"
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"ana", "ben"}, "marketing": {"mia"}})
	r := start(t, d, staff, workflow.Submit{})
	until := monday().AddDate(0, 0, 2)
	behalf := func(by, of ident.Person) error {
		return r.do(workflow.Vote{Stage: "s", By: by, OnBehalfOf: of, Version: 1, Verdict: workflow.Approve})
	}
	for _, hop := range [][2]ident.Person{{"ana", "p1"}, {"p1", "p2"}, {"p2", "p3"}, {"p3", "p4"}, {"p2", "ana"}, {"ben", "mia"}, {"mia", "q"}} {
		r.ok(workflow.Delegate{By: hop[0], To: hop[1], Until: until})
	}
	require.ErrorIs(t, r.do(workflow.Delegate{By: "ana", To: "ana", Until: until}), workflow.ErrInvalid)
	denied(t, behalf("p4", "ana"), "delegation") // one hop too far
	denied(t, behalf("q", "ben"), "delegation")  // by way of the requester, who is barred
	require.NoError(t, behalf("p3", "ana"))
	r.env.Now = until
	denied(t, behalf("p3", "ana"), "delegation")
	r.env.Now = monday()
	r.ok(workflow.Delegate{By: "p1", To: "p2", Until: monday()}) // over
	denied(t, behalf("p2", "ana"), "delegation")
	r.replays()
}

func TestExpiry(t *testing.T) {
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"ana", "ben"}, "heads": {"hal"}})
	run := func(at workflow.Expiry, said ...workflow.Verdict) *run {
		r := start(t, define(workflow.Stage{
			Key: "s", Role: "r", Rule: workflow.All{}, Remind: worktime.Hours(1), Due: worktime.Hours(2), Escalate: "heads", Expire: worktime.Hours(3), AtExpiry: at,
		}), staff, workflow.Submit{})
		for _, v := range said {
			require.NoError(t, r.vote("s", "ana", v))
		}
		for {
			due, ok := r.state.Due()
			if !ok {
				break
			}
			r.env.Now = due
			r.ok(workflow.Tick{})
			require.NotEmpty(t, r.events)
			before := r.state
			r.ok(workflow.Tick{})
			require.Empty(t, r.events, "a second tick does nothing")
			require.Equal(t, before, r.state)
		}
		r.replays()
		return r
	}
	require.Equal(t, workflow.StatusRejected, run(workflow.ExpiryRejects, workflow.Approve).state.Status)
	require.Equal(t, workflow.StatusChangesRequested, run(workflow.ExpiryReturns, workflow.Approve).state.Status)
	quiet := run(workflow.ExpiryApproves)
	require.Equal(t, workflow.StatusApproved, quiet.state.Status)
	require.Equal(t, "expired: 0 of 2 approvals (3 silent)", quiet.state.Stages[0].Reason, "who joins does not raise what is needed")
	require.Equal(t, workflow.StatusRejected, run(workflow.ExpiryApproves, workflow.Abstain, workflow.Reject).state.Status, "somebody objected")

	for _, bad := range []workflow.Stage{
		{Key: "s", Role: "r", Rule: workflow.Any{}, AtExpiry: workflow.ExpiryApproves},
		{Key: "s", Role: "r", Rule: workflow.Any{}, Expire: worktime.Days(1), AtExpiry: workflow.ExpiryApproves, Class: workflow.Legal},
		{Key: "s", Role: "r", Rule: workflow.Any{}, Expire: worktime.Days(1), AtExpiry: workflow.ExpiryApproves, Class: workflow.Budget},
		{Key: "s", Role: "r", Rule: workflow.Any{}, Expire: worktime.Days(1), Due: worktime.Days(1)},
	} {
		_, err := workflow.Compile(define(bad), staff, 0)
		require.ErrorContains(t, err, "stage/s")
	}
}

func TestEscalateEarly(t *testing.T) {
	d := define(workflow.Stage{Key: "s", Role: "r", Rule: workflow.Weighted{Target: 3, Weights: map[workflow.Role]int{"r": 1, "heads": 2}}, Due: worktime.Days(2), Escalate: "heads"})
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"ana", "ben", "cem"}, "heads": {"hal"}})
	r := start(t, d, staff, workflow.Submit{})
	denied(t, r.do(workflow.Escalate{By: "ana", Stage: "s"}), "managers")
	r.ok(workflow.Escalate{By: "mia", Stage: "s", Reason: "the slot closes today"})
	require.Equal(t, []string{"stage.escalated"}, r.types())
	r.ok(workflow.Escalate{By: "mia", Stage: "s"})
	require.Empty(t, r.events)
	r.approve("s", "ana", "hal")
	require.Equal(t, workflow.StatusApproved, r.state.Status, "1 and 2 are 3")
	r.replays()
}

// The quorums are proven for so many contributors, so there are no more.
func TestContributorsAreCounted(t *testing.T) {
	d := define(one("s", "r", workflow.Contributors))
	d.Contributors = 1
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"ana", "ben", "cem"}})
	p, err := workflow.Compile(d, staff, 0)
	require.NoError(t, err)
	require.Equal(t, workflow.Safe, p.Proof().Assurance)
	_, err = workflow.Compile(d, staff, 1)
	require.ErrorContains(t, err, "as contributors, absent:", "the requester, a contributor and one who is away are three")
	r := startProcess(t, p, staff, workflow.Submit{Requester: "ana"})
	denied(t, r.do(workflow.Revise{By: "ana", Version: 1, Amount: eur(1), Contributors: []ident.Person{"ben", "cem"}}), "contributors")
	r.ok(workflow.Revise{By: "ana", Version: 1, Amount: eur(1), Contributors: []ident.Person{"ben"}})
	denied(t, r.do(workflow.Revise{By: "ben", Version: 2, Amount: eur(2), Contributors: []ident.Person{"cem"}}), "contributors")
	r.approve("s", "cem")
	require.Equal(t, workflow.StatusApproved, r.state.Status)
}
