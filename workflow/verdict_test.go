package workflow_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/require"
)

// verdicts are all there are; 0 is not voting.
var verdicts = []workflow.Verdict{
	0, workflow.Approve, workflow.ApproveWithChanges, workflow.RequestChanges, workflow.Reject, workflow.Abstain, workflow.NotRelevant,
}

func approves(v workflow.Verdict) bool {
	return v == workflow.Approve || v == workflow.ApproveWithChanges
}

// court is the rules' meaning, spelled out: who has which role, and what they said.
type court struct {
	electors []ident.Person
	roles    map[workflow.Role][]ident.Person
	votes    []workflow.Verdict
}

// share reports whether a/n of those for whom it is relevant is at least num/den.
func (c court) share(num, den int) bool {
	a, n := 0, 0
	for _, v := range c.votes {
		if approves(v) {
			a++
		}
		if v != workflow.NotRelevant {
			n++
		}
	}
	return a > 0 && a*den >= num*n
}

func (c court) has(i int, role workflow.Role) bool {
	return slices.Contains(c.roles[role], c.electors[i])
}

// allotted tries every way to count each approval in one group or none.
func (c court) allotted(need map[workflow.Role]int, i int) bool {
	if i == len(c.electors) {
		for _, n := range need {
			if n > 0 {
				return false
			}
		}
		return true
	}
	if c.allotted(need, i+1) {
		return true
	}
	if approves(c.votes[i]) {
		for role := range need {
			if c.has(i, role) {
				need[role]--
				found := c.allotted(need, i+1)
				need[role]++
				if found {
					return true
				}
			}
		}
	}
	return false
}

// approved says by definition whether the votes satisfy a rule.
func (c court) approved(rule workflow.Rule) bool {
	n := 0
	for _, v := range c.votes {
		if approves(v) {
			n++
		}
	}
	switch rule := rule.(type) {
	case workflow.All:
		return c.share(1, 1)
	case workflow.Any:
		return n > 0
	case workflow.N:
		return n >= int(rule)
	case workflow.Share:
		return c.share(rule.Num, rule.Den)
	case workflow.Weighted:
		sum := 0
		for i, v := range c.votes {
			heaviest := 0
			for role, w := range rule.Weights {
				if c.has(i, role) {
					heaviest = max(heaviest, w)
				}
			}
			if approves(v) {
				sum += heaviest
			}
		}
		return sum >= rule.Target
	case workflow.PerGroup:
		if rule.Single {
			return c.allotted(maps.Clone(rule.Groups), 0)
		}
		for role, need := range rule.Groups {
			got := 0
			for i, v := range c.votes {
				if approves(v) && c.has(i, role) {
					got++
				}
			}
			if got < need {
				return false
			}
		}
		return true
	case workflow.Veto:
		return c.approved(rule.Rule)
	default:
		return false
	}
}

// vetoed reports whether somebody with a veto rejects.
func (c court) vetoed(rule workflow.Rule) bool {
	veto, ok := rule.(workflow.Veto)
	for i, v := range c.votes {
		if ok && v == workflow.Reject && (veto.By == "" || c.has(i, veto.By)) {
			return true
		}
	}
	return false
}

// outcome is the meaning of votes: reachable tells whether those who are silent can
// still make it an approval, ever whether anybody could.
func (c court) outcome(rule workflow.Rule, ever, reachable bool) workflow.StageStatus {
	has := func(v workflow.Verdict) bool { return slices.Contains(c.votes, v) }
	switch {
	case !ever:
		return workflow.StageStuck
	case c.vetoed(rule):
		return workflow.StageRejected
	case c.approved(rule):
		return workflow.StageApproved
	case reachable:
		return workflow.StageOpen
	case has(workflow.Reject):
		return workflow.StageRejected
	case has(workflow.RequestChanges):
		return workflow.StageChangesRequested
	default:
		return workflow.StageStuck
	}
}

var rules = []workflow.Rule{
	workflow.All{},
	workflow.Any{},
	workflow.N(1), workflow.N(2), workflow.N(4), workflow.N(6), workflow.N(7),
	workflow.Percent(50), workflow.Percent(51), workflow.Percent(1), workflow.Percent(100),
	workflow.Share{Num: 2, Den: 3},
	workflow.Weighted{Target: 3, Weights: map[workflow.Role]int{"heads": 2, "legal": 1}},
	workflow.Weighted{Target: 5, Weights: map[workflow.Role]int{"heads": 3, "legal": 1, "brand": 2}},
	workflow.Weighted{Target: 100, Weights: map[workflow.Role]int{"heads": 1}},
	workflow.PerGroup{Groups: map[workflow.Role]int{"legal": 1, "brand": 2}},
	workflow.PerGroup{Groups: map[workflow.Role]int{"legal": 1, "brand": 2}, Single: true},
	workflow.PerGroup{Groups: map[workflow.Role]int{"legal": 2, "brand": 2, "heads": 1}, Single: true},
	workflow.PerGroup{Groups: map[workflow.Role]int{"heads": 3}},
	workflow.Veto{Rule: workflow.N(2), By: "legal"},
	workflow.Veto{Rule: workflow.Percent(60)},
	workflow.Veto{Rule: workflow.PerGroup{Groups: map[workflow.Role]int{"heads": 1, "brand": 1}}, By: "heads"},
}

// Six electors with six verdicts or none: 7^6 = 117,649 vectors for each rule, each
// judged by the definition, and what the silent could still do by trying it all.
func TestVerdictsAgainstBruteForce(t *testing.T) {
	t.Parallel()
	const n, vectors = 6, 7 * 7 * 7 * 7 * 7 * 7
	c := court{
		electors: []ident.Person{"a", "b", "c", "d", "e", "f"},
		roles:    map[workflow.Role][]ident.Person{"heads": {"a", "f"}, "legal": {"a", "b", "c"}, "brand": {"c", "d", "e"}},
	}
	staff := staffOf(c.roles)
	place := [n]int{1, 7, 49, 343, 2401, 16807}
	for _, rule := range rules {
		reach := make([]int8, vectors) // 0 unknown, 1 yes, 2 no
		var reachable func(vector int) bool
		reachable = func(vector int) bool {
			if reach[vector] == 0 {
				silent := false
				reach[vector] = 2
				for i := range n {
					if vector/place[i]%7 != 0 {
						continue
					}
					silent = true
					for v := 1; v < 7; v++ {
						if reachable(vector + v*place[i]) {
							reach[vector] = 1
						}
					}
					break // whoever is first: the order of voting does not matter
				}
				if !silent && c.said(vector).approved(rule) {
					reach[vector] = 1
				}
			}
			return reach[vector] == 1
		}
		ever := reachable(0)
		outcome := workflow.Outcome(rule, c.electors, staff)
		seen := map[workflow.StageStatus]int{}
		for vector := range vectors {
			said := c.said(vector)
			want := said.outcome(rule, ever, reachable(vector))
			if got := outcome(said.votes); got != want {
				require.Equal(t, want, got, "%v %v", rule, said.votes)
			}
			seen[want]++
		}
		require.True(t, !ever || len(seen) == 5 || rule == workflow.Rule(workflow.N(6)), "%v: %v", rule, seen)
	}
}

func (c court) said(vector int) court {
	c.votes = make([]workflow.Verdict, len(c.electors))
	for i := range c.votes {
		c.votes[i] = verdicts[vector%7]
		vector /= 7
	}
	return c
}

// In an instance the votes of four electors come one after the other, and those
// after the decision are refused.
func TestVotesOneAfterTheOther(t *testing.T) {
	c := court{electors: []ident.Person{"a", "b", "c", "d"}, roles: map[workflow.Role][]ident.Person{"r": {"a", "b", "c", "d"}}}
	staff := staffOf(c.roles)
	for _, rule := range []workflow.Rule{workflow.All{}, workflow.N(2), workflow.Percent(60), workflow.Veto{Rule: workflow.Any{}}} {
		p, err := workflow.Compile(define(workflow.Stage{Key: "s", Role: "r", Rule: rule}), staff, 0)
		require.NoError(t, err)
		opened := startProcess(t, p, staff, workflow.Submit{})
		outcome := workflow.Outcome(rule, c.electors, staff)
		for vector := range 7 * 7 * 7 * 7 {
			r := *opened
			votes := make([]workflow.Verdict, 4)
			want := workflow.StageOpen
			for i, v := range c.said(vector).votes {
				if v == 0 {
					continue
				}
				err := r.vote("s", c.electors[i], v)
				if want != workflow.StageOpen && want != workflow.StageStuck {
					require.ErrorIs(t, err, workflow.ErrState, "%v %v: decided stages take no votes", rule, votes)
					continue
				}
				require.NoError(t, err)
				votes[i] = v
				want = outcome(votes)
				require.Equal(t, want, r.status("s"), "%v %v", rule, votes)
			}
			require.Equal(t, want == workflow.StageApproved, r.state.Status == workflow.StatusApproved)
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
	for _, v := range []workflow.Verdict{workflow.ApproveWithChanges, workflow.RequestChanges, 0, 7} {
		require.ErrorIs(t, r.do(workflow.Vote{Stage: "s", By: "a", Version: 1, Verdict: v}), workflow.ErrInvalid)
	}
	require.NoError(t, r.vote("s", "a", workflow.ApproveWithChanges))
	require.Len(t, r.state.Conditions(), 1)
	require.Equal(t, "shorten it", r.state.Conditions()[0].Text)
	require.Equal(t, workflow.StatusApproved, r.state.Status, "without a gate a condition is only noted")
}
