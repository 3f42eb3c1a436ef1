package workflow_test

import (
	"errors"
	"testing"
	"time"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Whatever is changed, moved or taken out of a trail shows, at its first event.
func TestVerifyNamesTheFirstBrokenLink(t *testing.T) {
	r := approved(t, eur(8_000_00))
	trail, head := seal(r.trail)
	require.NoError(t, workflow.Verify(trail, head))
	require.NoError(t, workflow.Verify(nil, workflow.Hash{}))
	n := len(trail)
	broken := func(at uint64, change func(list []workflow.Sealed) []workflow.Sealed) {
		t.Helper()
		err := workflow.Verify(change(append([]workflow.Sealed{}, trail...)), head)
		require.ErrorIs(t, err, workflow.ErrBroken)
		b, ok := errors.AsType[*workflow.BrokenError](err)
		require.True(t, ok)
		require.Equal(t, at, b.Seq)
	}
	for i := range trail {
		at := uint64(i) + 1
		for _, change := range []func(e *workflow.Event){
			func(e *workflow.Event) { e.At = e.At.Add(time.Nanosecond) },
			func(e *workflow.Event) { e.By += "x" },
			func(e *workflow.Event) { e.Fact = nil },
			func(e *workflow.Event) { e.Fact = workflow.Concluded{Status: workflow.StatusWithdrawn} },
			func(e *workflow.Event) { e.Seq++ },
		} {
			broken(at, func(list []workflow.Sealed) []workflow.Sealed { change(&list[i].Event); return list })
		}
		if i > 0 {
			broken(at, func(list []workflow.Sealed) []workflow.Sealed { list[i].Event.Instance = uuid.Max; return list })
		}
		broken(at, func(list []workflow.Sealed) []workflow.Sealed { list[i].Link.Hash[3]++; return list })
		if i < n-1 {
			broken(at, func(list []workflow.Sealed) []workflow.Sealed { return append(list[:i:i], list[i+1:]...) })
			broken(at, func(list []workflow.Sealed) []workflow.Sealed { list[i], list[i+1] = list[i+1], list[i]; return list })
		}
	}
	broken(uint64(n)-1, func(list []workflow.Sealed) []workflow.Sealed { return list[:n-1] })
	require.NoError(t, workflow.Verify(trail[:n-1], workflow.Hash{}), "without a head what is missing at the end does not show")
}

// What somebody wrote can be erased for good, and only that.
func TestErase(t *testing.T) {
	r := start(t, launch(), launchStaff(), launchSubmit(eur(1)))
	require.NoError(t, r.do(workflow.Vote{Stage: "copy", By: "eva", Version: 1, Verdict: workflow.Reject, Comment: "call me: 0171 555"}))
	r.ok(workflow.Comment{By: "eva", Version: 1, Text: "my mother is ill", Anchor: "p3"})
	r.ok(workflow.Recall{By: "mia", Reason: "too early, says Eva"})
	r.ok(workflow.Withdraw{By: "mia", Reason: "Eva left"})
	trail, head := seal(r.trail)
	texts := 0
	for i := range trail {
		if trail[i].Event.Text() != "" {
			texts++
			changed := append([]workflow.Sealed{}, trail...)
			changed[i].Link.Salt[0]++
			require.ErrorIs(t, workflow.Verify(changed, head), workflow.ErrBroken, "another salt")
		}
		var private workflow.Private
		whole := trail[i]
		trail[i], private = whole.Split()
		require.Equal(t, whole, trail[i].Join(private))
		require.Empty(t, trail[i].Event.Text())
		require.Zero(t, trail[i].Link.Salt)
	}
	require.Equal(t, 4, texts)
	require.NoError(t, workflow.Verify(trail, head))
	state, err := workflow.Replay(events(trail), time.Time{}, r.p)
	require.NoError(t, err)
	require.Equal(t, workflow.StatusWithdrawn, state.Status)
	require.Empty(t, state.Reason)
	trail[2].Link.Text[0]++
	require.ErrorIs(t, workflow.Verify(trail, head), workflow.ErrBroken)
}

func events(trail []workflow.Sealed) []workflow.Event {
	list := make([]workflow.Event, len(trail))
	for i := range trail {
		list[i] = trail[i].Event
	}
	return list
}

// Different events have different hashes: every field of every fact is in them.
func TestHashesCoverEveryField(t *testing.T) {
	base := workflow.Quota{Approvals: 1}
	seen := map[workflow.Hash]string{}
	for _, f := range []workflow.Fact{
		workflow.Submitted{Requester: "a"},
		workflow.Submitted{Contributors: []ident.Person{"a"}},
		workflow.Submitted{Subject: ident.Ref{Kind: "a"}},
		workflow.Submitted{Subject: ident.Ref{ID: "a"}},
		workflow.Submitted{Definition: workflow.Hash{1}},
		workflow.Submitted{Amount: eur(1)},
		workflow.Submitted{Facets: map[workflow.Facet]workflow.Digest{"a": "b"}},
		workflow.Submitted{Attributes: map[string]string{"a": "b"}},
		workflow.Revised{Version: 1},
		workflow.Revised{Changed: []workflow.Facet{"a"}},
		workflow.Revised{Contributors: []ident.Person{"a"}},
		workflow.Revised{Facets: map[workflow.Facet]workflow.Digest{"a": "b"}},
		workflow.Revised{Facets: map[workflow.Facet]workflow.Digest{"a": "c"}},
		workflow.Revised{Amount: eur(1)},
		workflow.Revised{Attributes: map[string]string{"a": "b"}},
		workflow.Routed{Choice: "a"},
		workflow.Routed{Case: 1},
		workflow.Routed{When: "a"},
		workflow.Looped{Loop: "a"},
		workflow.Looped{Times: 1},
		workflow.Recalled{},
		workflow.Withdrawn{},
		workflow.Concluded{},
		workflow.Concluded{Status: 1},
		workflow.Migrated{From: workflow.Hash{1}},
		workflow.Migrated{Definition: workflow.Hash{1}},
		workflow.Migrated{Stages: map[workflow.StageKey]workflow.StageKey{"a": "b"}},
		workflow.Remarked{Stage: "a"},
		workflow.Remarked{Version: 1},
		workflow.Remarked{Anchor: "a"},
		workflow.Remarked{Severity: 1},
		workflow.Resolved{Remark: 1},
		workflow.Resolved{Version: 1},
		workflow.Delegated{From: "a"},
		workflow.Delegated{To: "a"},
		workflow.Delegated{Until: monday()},
		workflow.Opened{Stage: "a"},
		workflow.Opened{Version: 1},
		workflow.Opened{Eligible: []ident.Person{"a"}},
		workflow.Opened{Quota: base},
		workflow.Opened{Remind: monday()},
		workflow.Opened{Due: monday()},
		workflow.Opened{Expire: monday()},
		workflow.Opened{Quota: workflow.Quota{Share: &workflow.Share{Num: 1}}},
		workflow.Opened{Quota: workflow.Quota{Share: &workflow.Share{Den: 1}}},
		workflow.Opened{Quota: workflow.Quota{Target: 1}},
		workflow.Opened{Quota: workflow.Quota{Of: 1}},
		workflow.Opened{Quota: workflow.Quota{Weights: map[ident.Person]int{"a": 1}}},
		workflow.Opened{Quota: workflow.Quota{Weights: map[ident.Person]int{"a": 2}}},
		workflow.Opened{Quota: workflow.Quota{Single: true}},
		workflow.Opened{Quota: workflow.Quota{AnyVeto: true}},
		workflow.Opened{Quota: workflow.Quota{Veto: []ident.Person{"a"}}},
		workflow.Opened{Quota: workflow.Quota{Groups: []workflow.GroupQuota{{Role: "a"}}}},
		workflow.Opened{Quota: workflow.Quota{Groups: []workflow.GroupQuota{{Need: 1}}}},
		workflow.Opened{Quota: workflow.Quota{Groups: []workflow.GroupQuota{{Members: []ident.Person{"a"}}}}},
		workflow.Skipped{Stage: "a"},
		workflow.Reset{Stage: "a"},
		workflow.Reset{Reason: "a"},
		workflow.Cancelled{Stage: "a"},
		workflow.Decided{Stage: "a"},
		workflow.Decided{Status: 1},
		workflow.Decided{Reason: "a"},
		workflow.Resumed{Stage: "a"},
		workflow.Stuck{Stage: "a"},
		workflow.Stuck{Finding: finding.Finding{Code: "a"}},
		workflow.Stuck{Finding: finding.Finding{Severity: 1}},
		workflow.Stuck{Finding: finding.Finding{Subject: "a"}},
		workflow.Stuck{Finding: finding.Finding{Evidence: []string{"a"}}},
		workflow.Stuck{Finding: finding.Finding{Fix: "a"}},
		workflow.Reminded{Stage: "a"},
		workflow.Reminded{To: []ident.Person{"a"}},
		workflow.NoResponse{Stage: "a"},
		workflow.NoResponse{Silent: []ident.Person{"a"}},
		workflow.Expired{Stage: "a"},
		workflow.Expired{Silent: []ident.Person{"a"}},
		workflow.Escalated{Stage: "a"},
		workflow.Escalated{Role: "a"},
		workflow.Escalated{To: []ident.Person{"a"}},
		workflow.Escalated{Quota: base},
		workflow.Assigned{Stage: "a"},
		workflow.Assigned{Added: []ident.Person{"a"}},
		workflow.Assigned{Removed: []ident.Person{"a"}},
		workflow.Assigned{Eligible: []ident.Person{"a"}},
		workflow.Assigned{Quota: base},
		workflow.VoteCast{Stage: "a"},
		workflow.VoteCast{Seat: "a"},
		workflow.VoteCast{Version: 1},
		workflow.VoteCast{Verdict: 1},
		workflow.VoteCast{Amount: eur(1)},
		workflow.VoteVoided{Stage: "a"},
		workflow.VoteVoided{Seat: "a"},
		workflow.VoteVoided{Changed: []workflow.Facet{"a"}},
		workflow.VoteVoided{Reason: "a"},
	} {
		l := workflow.Seal(workflow.Hash{}, workflow.Event{Instance: instance, Seq: 1, At: monday(), Fact: f}, workflow.Salt{})
		require.Empty(t, seen[l.Hash], "%T %+v", f, f)
		seen[l.Hash] = "seen"
	}
}

// An instance that is under way moves to another version of its definition.
func TestMigrate(t *testing.T) {
	staff := launchStaff()
	staff.Roles["qa"] = []ident.Person{"quin"}
	r := start(t, launch(), staff, launchSubmit(eur(1)))
	r.approve("copy", "eva", "emil")
	old, before := r.p, r.env.Now
	r.env.Now = before.Add(time.Hour)

	d := launch()
	flow := d.Flow.(workflow.Seq)
	d.Flow = workflow.Seq{rename(flow[0], "copy", "text"), one("qa", "qa"), flow[1]}
	next, err := workflow.Compile(d, staff, 0)
	require.NoError(t, err)
	_, _, err = old.Do(r.state, workflow.Migrate{By: "max"}, r.env)
	require.NoError(t, err, "it is there already")
	r.p = next
	require.ErrorIs(t, r.do(workflow.Tick{}), workflow.ErrDefinition)
	require.ErrorIs(t, r.do(workflow.Migrate{By: "max", Stages: map[workflow.StageKey]workflow.StageKey{"copy": "nowhere"}}), workflow.ErrUnknown)
	require.ErrorIs(t, r.do(workflow.Migrate{By: "max", Stages: map[workflow.StageKey]workflow.StageKey{"nothing": "text"}}), workflow.ErrUnknown)
	require.ErrorIs(t, r.do(workflow.Migrate{By: "max", Stages: map[workflow.StageKey]workflow.StageKey{"copy": "visual"}}), workflow.ErrInvalid)
	r.ok(workflow.Migrate{By: "max", Stages: map[workflow.StageKey]workflow.StageKey{"copy": "text"}, Reason: "a check more"})
	require.Equal(t, workflow.StageApproved, r.status("text"))
	require.Equal(t, next.Hash(), r.state.Definition)
	require.Equal(t, "migrated", r.types()[0])

	again, err := workflow.Replay(r.trail, time.Time{}, old, next)
	require.NoError(t, err)
	require.Equal(t, r.state, again)
	_, err = workflow.Replay(r.trail, time.Time{}, next)
	require.ErrorIs(t, err, workflow.ErrDefinition)
	then, err := workflow.Replay(r.trail, before, old)
	require.NoError(t, err)
	require.Equal(t, old.Hash(), then.Definition, "as it stood before the move")
	copied, _ := then.Stage("copy")
	require.Len(t, copied.Ballots, 2)
	folded, err := next.Apply(then, r.events...)
	require.NoError(t, err)
	require.Equal(t, r.state, folded)
}

func rename(b workflow.Block, from, to workflow.StageKey) workflow.Block {
	p := b.(workflow.Par)
	out := workflow.Par{OnReject: p.OnReject}
	for _, kid := range p.Branches {
		if s, ok := kid.(workflow.Stage); ok && s.Key == from {
			s.Key = to
			kid = s
		}
		out.Branches = append(out.Branches, kid)
	}
	return out
}

// An instance of three stages and six approvers that waits for its first vote.
func TestPackIsSmall(t *testing.T) {
	staff := staffOf(map[workflow.Role][]ident.Person{"a": {"ana", "abe", "ada"}, "b": {"ben", "bea"}, "c": {"cem"}, "marketing": {"mia"}})
	d := define(workflow.Seq{one("one", "a"), one("two", "b"), one("three", "c")})
	d.Requesters = "marketing"
	r := start(t, d, staff, workflow.Submit{Facets: map[workflow.Facet]workflow.Digest{"copy": "sha256:0123"}})
	data, err := r.p.Pack(nil, r.state)
	require.NoError(t, err)
	require.LessOrEqual(t, len(data), 128)
	back, err := r.p.Unpack(data)
	require.NoError(t, err)
	require.Equal(t, r.state, back)
	r.approve("one", "ana")
	_, err = r.p.Pack(nil, workflow.State{})
	require.ErrorIs(t, err, workflow.ErrDefinition)
	d.Name = "another"
	p, err := workflow.Compile(d, staff, 0)
	require.NoError(t, err)
	_, err = p.Unpack(data)
	require.ErrorIs(t, err, workflow.ErrDefinition)
	for n := range data {
		_, err = r.p.Unpack(data[:n])
		require.Error(t, err)
	}
}
