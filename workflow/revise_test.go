package workflow_test

import (
	"testing"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func revise(facet workflow.Facet, digest workflow.Digest) workflow.Revise {
	return workflow.Revise{By: "mia", Version: 1, Facets: map[workflow.Facet]workflow.Digest{facet: digest}}
}

func seats(r *run, stage workflow.StageKey) []ident.Person {
	st, _ := r.state.Stage(stage)
	var list []ident.Person
	for _, b := range st.Ballots {
		list = append(list, b.Seat)
	}
	return list
}

func TestReviseVoidsTheVotesThatCoverTheChange(t *testing.T) {
	r := approved(t, eur(8_000_00))
	r.ok(revise("price", "p2"))
	assert.Equal(t, workflow.StatusActive, r.state.Status)
	assert.Equal(t, 2, r.state.Version)
	assert.Equal(t, []ident.Person{"dora"}, seats(r, "visual"), "the visual did not change")
	assert.Equal(t, []ident.Person{"emil", "eva"}, seats(r, "copy"))
	assert.Equal(t, workflow.StageApproved, r.status("visual"))
	assert.Empty(t, seats(r, "legal"))
	assert.Equal(t, workflow.StageOpen, r.status("legal"))
	assert.Empty(t, seats(r, "finance"))
	assert.Equal(t, workflow.StagePending, r.status("finance"))

	var voided []workflow.VoteVoided
	for _, e := range r.events {
		if f, ok := e.Fact.(workflow.VoteVoided); ok {
			voided = append(voided, f)
		}
	}
	price := []workflow.Facet{"price"}
	assert.Equal(t, []workflow.VoteVoided{
		{Stage: "legal", Seat: "lea", Changed: price, Reason: "price changed"},
		{Stage: "finance", Seat: "fiona", Changed: price, Reason: "price changed"},
		{Stage: "finance", Seat: "fred", Changed: price, Reason: "price changed"},
	}, voided)

	err := r.do(workflow.Vote{Stage: "legal", By: "leo", Version: 1, Verdict: workflow.Approve})
	require.ErrorIs(t, err, workflow.ErrSuperseded)
	var superseded *workflow.SupersededError
	require.ErrorAs(t, err, &superseded)
	require.Equal(t, workflow.SupersededError{Seen: 1, Current: 2}, *superseded)
	require.ErrorIs(t, r.do(revise("price", "p3")), workflow.ErrSuperseded)

	r.approve("legal", "leo")
	r.approve("finance", "fred", "fiona")
	require.Equal(t, workflow.StatusApproved, r.state.Status)
}

func TestReviseStartsDownstreamAgain(t *testing.T) {
	r := approved(t, eur(8_000_00))
	r.ok(revise("visual", "v2"))
	assert.Empty(t, seats(r, "visual"))
	assert.Equal(t, []ident.Person{"emil", "eva"}, seats(r, "copy"), "a parallel branch stands")
	assert.Empty(t, seats(r, "legal"), "it comes after the visual")
	assert.Empty(t, seats(r, "finance"))
	r.approve("visual", "dan")
	r.approve("legal", "lea")
	r.approve("finance", "fred", "fiona")
	assert.Equal(t, workflow.StatusApproved, r.state.Status)
}

func TestAmountsAreCoveredUpToWhatWasApproved(t *testing.T) {
	r := approved(t, eur(8_000_00))
	amount := func(cents int64) {
		r.ok(workflow.Revise{By: "mia", Version: r.state.Version, Amount: eur(cents)})
	}
	amount(7_000_00)
	require.Equal(t, workflow.StatusApproved, r.state.Status, "less is covered")
	amount(8_000_00)
	require.Equal(t, workflow.StatusApproved, r.state.Status, "so is what was approved before")
	amount(8_000_01)
	require.Equal(t, workflow.StatusActive, r.state.Status)
	require.Equal(t, workflow.StageOpen, r.status("finance"))
	require.Empty(t, seats(r, "finance"))
	require.Equal(t, workflow.StageApproved, r.status("legal"), "legal does not cover the amount")
	require.ErrorIs(t, r.do(workflow.Revise{By: "mia", Version: r.state.Version, Amount: eur(-1)}), workflow.ErrInvalid)
}

// The boundary stands at 5,000.00 EUR: one cent decides.
func TestRoutingByAmountToTheCent(t *testing.T) {
	for cents, want := range map[int64]workflow.StageStatus{
		4_999_99: workflow.StageSkipped,
		5_000_00: workflow.StagePending,
		5_000_01: workflow.StagePending,
	} {
		r := start(t, launch(), launchStaff(), launchSubmit(eur(cents)))
		require.Equal(t, want, r.status("finance"), "%d", cents)
	}
	r := approved(t, eur(4_999_99))
	require.Equal(t, workflow.StageSkipped, r.status("finance"))
	r.ok(workflow.Revise{By: "mia", Version: 1, Amount: eur(5_000_00)})
	require.Equal(t, workflow.StageOpen, r.status("finance"), "the route is worked out anew")
	r.ok(workflow.Revise{By: "mia", Version: 2, Amount: eur(4_999_99)})
	require.Equal(t, workflow.StatusApproved, r.state.Status)

	p, err := workflow.Compile(launch(), launchStaff(), 0)
	require.NoError(t, err)
	s := launchSubmit(eur(1))
	s.Instance, s.Subject, s.Requester = instance, ident.Ref{Kind: "k", ID: "1"}, "mia"
	env := workflow.Env{Now: monday(), Staff: launchStaff(), Calendar: berlin(t)}
	for name, amount := range map[string]money.Money{"none": {}, "other currency": money.Minor(1, money.USD), "negative": eur(-1)} {
		s.Amount = amount
		_, _, err := p.Do(workflow.State{}, s, env)
		require.ErrorIs(t, err, workflow.ErrInvalid, name)
	}
}

func TestContributorsLoseTheirVotes(t *testing.T) {
	r := approved(t, eur(8_000_00))
	r.ok(workflow.Revise{
		By: "mia", Version: 1, Contributors: []ident.Person{"fred"},
		Facets: map[workflow.Facet]workflow.Digest{"visual": "v2"},
	})
	require.Equal(t, []ident.Person{"fred", "mia"}, r.state.Contributors)
	r.approve("visual", "dan")
	r.approve("legal", "lea")
	st, _ := r.state.Stage("finance")
	require.Equal(t, []ident.Person{"fiona"}, st.Eligible)
	denied(t, r.vote("finance", "fred", workflow.Approve), "contributors")
	denied(t, r.do(workflow.Revise{By: "lea", Version: 2, Amount: eur(1)}), "contributors")
}

func TestRequestedChangesComeBack(t *testing.T) {
	r := start(t, launch(), launchStaff(), launchSubmit(eur(1)))
	require.NoError(t, r.vote("copy", "eva", workflow.Approve))
	require.NoError(t, r.vote("copy", "emil", workflow.RequestChanges))
	require.Equal(t, workflow.StageOpen, r.status("copy"), "two of three can still approve")
	require.NoError(t, r.vote("copy", "erik", workflow.RequestChanges))
	require.Equal(t, workflow.StatusChangesRequested, r.state.Status)
	require.Equal(t, workflow.StageCancelled, r.status("visual"), "the other branch ends")
	require.ErrorIs(t, r.vote("visual", "dora", workflow.Approve), workflow.ErrState)

	r.ok(workflow.Revise{By: "mia", Version: 1}) // an answer without a change
	require.Equal(t, workflow.StatusActive, r.state.Status)
	require.Equal(t, []ident.Person{"eva"}, seats(r, "copy"), "what asked for changes is answered, the approval stands")
	require.Equal(t, workflow.StageOpen, r.status("visual"))
	require.ErrorIs(t, r.do(workflow.Revise{By: "mia", Version: 2}), workflow.ErrInvalid)
}

func TestParallelBranchesOnReject(t *testing.T) {
	staff := staffOf(map[workflow.Role][]ident.Person{"a": {"ann"}, "b": {"bob"}})
	for _, policy := range []workflow.RejectPolicy{workflow.Cancel, workflow.Finish} {
		r := start(t, define(workflow.Par{OnReject: policy, Branches: []workflow.Block{
			one("a", "a"), workflow.Seq{one("b", "b"), one("c", "b")},
		}}), staff, workflow.Submit{})
		require.NoError(t, r.vote("a", "ann", workflow.Reject))
		if policy == workflow.Cancel {
			require.Equal(t, workflow.StatusRejected, r.state.Status)
			require.Equal(t, workflow.StageCancelled, r.status("b"))
			require.Equal(t, workflow.StagePending, r.status("c"))
		} else {
			require.Equal(t, workflow.StatusActive, r.state.Status)
			r.approve("b", "bob")
			r.approve("c", "bob")
			require.Equal(t, workflow.StatusRejected, r.state.Status)
		}
		require.ErrorIs(t, r.do(workflow.Revise{By: "mia", Version: 1}), workflow.ErrState, "a rejection is final")
	}
}

func TestRecallAndWithdraw(t *testing.T) {
	r := start(t, launch(), launchStaff(), launchSubmit(eur(1)))
	r.approve("copy", "eva")
	denied(t, r.do(workflow.Recall{By: "eva"}), "requester")
	r.ok(workflow.Recall{By: "mia", Reason: "typo"})
	require.Equal(t, workflow.StatusDraft, r.state.Status)
	require.Empty(t, r.state.Open())
	require.ErrorIs(t, r.vote("copy", "emil", workflow.Approve), workflow.ErrState)
	r.ok(workflow.Revise{By: "mia", Version: 1})
	r.approve("copy", "emil") // eva's vote stands
	require.Equal(t, workflow.StageApproved, r.status("copy"))

	r.ok(workflow.Withdraw{By: "mia", Reason: "cancelled"})
	require.Equal(t, workflow.StatusWithdrawn, r.state.Status)
	_, due := r.state.Due()
	require.False(t, due)
	for _, c := range []workflow.Command{
		workflow.Recall{By: "mia"},
		workflow.Withdraw{By: "mia"},
		workflow.Revise{By: "mia", Version: 2},
		workflow.Vote{Stage: "legal", By: "lea", Version: 2, Verdict: workflow.Approve},
		launchSubmit(eur(1)),
	} {
		require.ErrorIs(t, r.do(c), workflow.ErrState, "%T", c)
	}
	r.ok(workflow.Tick{})
	require.Empty(t, r.events)
}

func TestCommandsThatAreNone(t *testing.T) {
	r := start(t, launch(), launchStaff(), launchSubmit(eur(1)))
	require.ErrorIs(t, r.do(nil), workflow.ErrInvalid)
	require.ErrorIs(t, r.vote("nowhere", "eva", workflow.Approve), workflow.ErrUnknown)
	require.ErrorIs(t, r.vote("legal", "lea", workflow.Approve), workflow.ErrState, "not its turn")
	require.ErrorIs(t, r.do(revise("claim", "x")), workflow.ErrInvalid, "not declared")
	require.ErrorIs(t, r.do(revise("copy", "c1")), workflow.ErrInvalid, "nothing changed")
	_, _, err := r.p.Do(workflow.State{}, workflow.Tick{}, r.env)
	require.ErrorIs(t, err, workflow.ErrState)
	r.env.Now = r.env.Now.AddDate(9000, 0, 0)
	require.ErrorIs(t, r.do(workflow.Tick{}), workflow.ErrInvalid, "a year that RFC 3339 cannot write")
}
