package workflow_test

import (
	"slices"
	"testing"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/require"
)

// verdicts are all there are; 0 is not voting.
var verdicts = []workflow.Verdict{0, workflow.Approve, workflow.ApproveWithChanges, workflow.RequestChanges, workflow.Reject, workflow.Abstain}

// approvedBy says by definition whether the verdicts satisfy the rule.
func approvedBy(rule workflow.Rule, votes []workflow.Verdict) bool {
	n := 0
	for _, v := range votes {
		if v == workflow.Approve || v == workflow.ApproveWithChanges {
			n++
		}
	}
	switch rule := rule.(type) {
	case workflow.All:
		return n == len(votes)
	case workflow.Any:
		return n > 0
	case workflow.N:
		return n >= int(rule)
	default:
		return false
	}
}

// reachable tries every way in which those who are silent could still vote.
func reachable(rule workflow.Rule, votes []workflow.Verdict) bool {
	for i, v := range votes {
		if v != 0 {
			continue
		}
		for _, try := range verdicts[1:] {
			votes[i] = try
			found := reachable(rule, votes)
			votes[i] = 0
			if found {
				return true
			}
		}
		return false
	}
	return approvedBy(rule, votes)
}

// oracle is the outcome by definition.
func oracle(rule workflow.Rule, votes []workflow.Verdict) workflow.StageStatus {
	has := func(v workflow.Verdict) bool { return slices.Contains(votes, v) }
	switch {
	case approvedBy(rule, votes):
		return workflow.StageApproved
	case reachable(rule, votes):
		return workflow.StageOpen
	case has(workflow.Reject):
		return workflow.StageRejected
	case has(workflow.RequestChanges):
		return workflow.StageChangesRequested
	default:
		return workflow.StageStuck
	}
}

// Four voters with five verdicts or none: 6^4 = 1,296 vectors for each rule.
func TestVerdictsAgainstBruteForce(t *testing.T) {
	voters := []ident.Person{"a", "b", "c", "d"}
	staff := staffOf(map[workflow.Role][]ident.Person{"r": voters})
	for _, rule := range []workflow.Rule{workflow.All{}, workflow.Any{}, workflow.N(1), workflow.N(2), workflow.N(3), workflow.N(4)} {
		p, err := workflow.Compile(define(workflow.Stage{Key: "s", Role: "r", Rule: rule}), staff, 0)
		require.NoError(t, err)
		opened := startProcess(t, p, staff, workflow.Submit{})
		seen := map[workflow.StageStatus]int{}
		for vector := range 6 * 6 * 6 * 6 {
			r := *opened
			votes := make([]workflow.Verdict, len(voters))
			want := workflow.StageOpen
			for i, rest := 0, vector; i < len(voters); i, rest = i+1, rest/6 {
				v := verdicts[rest%6]
				if v == 0 {
					continue
				}
				err := r.vote("s", voters[i], v)
				if want != workflow.StageOpen && want != workflow.StageStuck {
					require.ErrorIs(t, err, workflow.ErrState, "%v %v: decided stages take no votes", rule, votes)
					continue
				}
				require.NoError(t, err)
				votes[i] = v
				want = oracle(rule, votes)
				require.Equal(t, want, r.status("s"), "%v %v", rule, votes)
			}
			seen[want]++
			require.Equal(t, want == workflow.StageApproved, r.state.Status == workflow.StatusApproved)
		}
		for _, s := range []workflow.StageStatus{
			workflow.StageApproved, workflow.StageOpen, workflow.StageRejected, workflow.StageChangesRequested, workflow.StageStuck,
		} {
			require.NotZero(t, seen[s], "%v: no vector leads to %v", rule, s)
		}
	}
}

func TestVotesChangeUntilTheStageIsDecided(t *testing.T) {
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"a", "b"}})
	r := start(t, define(workflow.Stage{Key: "s", Role: "r", Rule: workflow.All{}}), staff, workflow.Submit{})
	require.NoError(t, r.vote("s", "a", workflow.Abstain))
	require.Equal(t, workflow.StageStuck, r.status("s"))
	require.Equal(t, "workflow.quorum.unreachable", r.events[1].Fact.(workflow.Stuck).Finding.Code)

	require.NoError(t, r.vote("s", "a", workflow.Approve))
	require.Equal(t, []string{"vote.cast", "stage.resumed"}, r.types())
	require.NoError(t, r.vote("s", "a", workflow.Approve))
	require.Empty(t, r.events, "the same vote again does nothing")

	r.approve("s", "b")
	require.Equal(t, workflow.StatusApproved, r.state.Status)
	require.ErrorIs(t, r.vote("s", "a", workflow.Reject), workflow.ErrState)
}

func TestConditionsNeedWords(t *testing.T) {
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"a"}})
	r := start(t, define(one("s", "r")), staff, workflow.Submit{})
	for _, v := range []workflow.Verdict{workflow.ApproveWithChanges, workflow.RequestChanges, 0, 6} {
		require.ErrorIs(t, r.do(workflow.Vote{Stage: "s", By: "a", Version: 1, Verdict: v}), workflow.ErrInvalid)
	}
	require.NoError(t, r.vote("s", "a", workflow.ApproveWithChanges))
	require.Equal(t, []workflow.Condition{{Stage: "s", Seat: "a", Text: "shorten it"}}, r.state.Conditions())
	require.Equal(t, workflow.StatusApproved, r.state.Status)
}
