package workflow_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Random commands: what is live, what is replayed from JSON, and what is carried
// through a stored State are the same, and no rule is ever broken.
func TestReplayEqualsLive(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 2026))
	staff := launchStaff()
	staff.Delegations = []workflow.Delegation{
		{From: "lea", To: "eva", Since: monday(), Until: monday().AddDate(0, 0, 30)},
		{From: "fred", To: "fiona", Since: monday(), Until: monday().AddDate(0, 0, 30)},
		{From: "eva", To: "mia", Since: monday(), Until: monday().AddDate(0, 0, 30)},
	}
	p, err := workflow.Compile(launch(), staff, 0)
	require.NoError(t, err)
	ended := map[workflow.Status]int{}
	for range 300 {
		r := startProcess(t, p, staff, launchSubmit(eur(rng.Int64N(10_000_00))))
		for range 40 {
			r.env.Now = r.env.Now.Add(time.Duration(rng.Int64N(int64(12 * time.Hour))))
			if r.do(randomCommand(rng, r.state)) == nil {
				invariants(t, r)
			}
		}
		ended[r.state.Status]++
		replayed := workflow.State{}
		for _, e := range r.trail {
			data, err := json.Marshal(e)
			require.NoError(t, err)
			var back workflow.Event
			require.NoError(t, json.Unmarshal(data, &back))
			replayed, err = p.Apply(replayed, back)
			require.NoError(t, err)
		}
		require.Equal(t, r.state, replayed)
	}
	for _, s := range []workflow.Status{workflow.StatusApproved, workflow.StatusRejected, workflow.StatusActive} {
		require.NotZero(t, ended[s], "no run ends %v: %v", s, ended)
	}
}

func pick[T any](rng *rand.Rand, list ...T) T { return list[rng.IntN(len(list))] }

func randomCommand(rng *rand.Rand, s workflow.State) workflow.Command {
	everyone := []ident.Person{"dora", "dan", "eva", "emil", "erik", "lea", "leo", "fred", "fiona", "hana", "mia"}
	switch n := rng.IntN(40); {
	case n < 30:
		v := workflow.Vote{Stage: "nowhere", By: pick(rng, everyone...), Version: s.Version, Comment: "x"}
		if open := s.Open(); len(open) > 0 {
			st := pick(rng, open...)
			v.Stage = st.Key
			if electors := st.Electors(); len(electors) > 0 && rng.IntN(4) > 0 {
				v.By = pick(rng, electors...)
			}
		}
		v.Verdict = pick(rng, workflow.Approve, workflow.Approve, workflow.Approve, workflow.Approve,
			workflow.ApproveWithChanges, workflow.RequestChanges, workflow.Reject, workflow.Abstain)
		if rng.IntN(5) == 0 {
			v.OnBehalfOf = pick(rng, everyone...)
		}
		if rng.IntN(20) == 0 {
			v.Version--
		}
		return v
	case n < 34:
		c := workflow.Revise{By: pick[ident.Person](rng, "mia", "eva"), Version: s.Version, Facets: map[workflow.Facet]workflow.Digest{
			pick(rng, workflow.Facet("copy"), "visual", "price"): workflow.Digest(pick(rng, "1", "2", "")),
		}}
		if rng.IntN(2) == 0 {
			c.Facets, c.Amount = nil, eur(rng.Int64N(10_000_00))
		}
		if rng.IntN(4) == 0 {
			c.Contributors = []ident.Person{pick[ident.Person](rng, "eva", "fiona")}
		}
		return c
	case n == 34 && rng.IntN(3) == 0:
		return workflow.Recall{By: pick[ident.Person](rng, "mia", "eva")}
	case n == 35 && rng.IntN(20) == 0:
		return workflow.Withdraw{By: "mia"}
	default:
		return workflow.Tick{}
	}
}

// invariants must hold after every accepted command.
func invariants(t *testing.T, r *run) {
	t.Helper()
	for _, st := range r.state.Stages {
		voters := map[ident.Person]bool{}
		for _, b := range st.Ballots {
			require.False(t, voters[b.By], "%s counts twice in %s", b.By, st.Key)
			voters[b.By] = true
			if st.Key == "copy" {
				require.NotEqual(t, r.state.Requester, b.By)
				require.NotEqual(t, r.state.Requester, b.Seat)
			}
			if st.Key == "finance" && st.Status != workflow.StageSkipped {
				require.NotContains(t, r.state.Contributors, b.By)
				require.NotContains(t, r.state.Contributors, b.Seat)
				require.LessOrEqual(t, r.state.Amount.Minor(), b.Amount.Minor(), "beyond what was approved")
			}
		}
	}
	if r.state.Status == workflow.StatusApproved {
		for _, st := range r.state.Stages {
			require.Contains(t, []workflow.StageStatus{workflow.StageApproved, workflow.StageSkipped}, st.Status)
			approvals := 0
			for _, b := range st.Ballots {
				if b.Verdict == workflow.Approve || b.Verdict == workflow.ApproveWithChanges {
					approvals++
				}
			}
			if st.Status == workflow.StageApproved {
				require.GreaterOrEqual(t, approvals, max(1, st.Quota.Approvals))
			}
		}
	}
	if _, tick := r.state.Due(); tick {
		require.Equal(t, workflow.StatusActive, r.state.Status)
	}
}

func TestApplyRefusesWhatIsNotNext(t *testing.T) {
	r := approved(t, eur(1))
	mid, err := r.p.Apply(workflow.State{}, r.trail[:5]...)
	require.NoError(t, err)

	refuse := func(s workflow.State, kind error, change func(*workflow.Event)) {
		t.Helper()
		e := r.trail[s.Seq]
		change(&e)
		got, err := r.p.Apply(s, e)
		require.ErrorIs(t, err, kind)
		require.Equal(t, s, got)
	}
	refuse(mid, workflow.ErrSequence, func(e *workflow.Event) { e.Seq++ })
	refuse(mid, workflow.ErrSequence, func(e *workflow.Event) { e.Instance = uuid.Nil })
	refuse(mid, workflow.ErrSequence, func(e *workflow.Event) { e.Fact = r.trail[0].Fact })
	refuse(mid, workflow.ErrUnknown, func(e *workflow.Event) { e.Fact = workflow.Reset{Stage: "nowhere"} })
	refuse(mid, workflow.ErrUnknown, func(e *workflow.Event) { e.Fact = nil })
	refuse(mid, workflow.ErrUnknown, func(e *workflow.Event) { e.Fact = workflow.Routed{Choice: "flow[2]", Case: 1} })
	refuse(mid, workflow.ErrState, func(e *workflow.Event) { e.Fact = workflow.VoteCast{Stage: "legal", Verdict: workflow.Approve} })
	refuse(mid, workflow.ErrSequence, func(e *workflow.Event) { e.Fact = workflow.Revised{Version: 3} })
	refuse(workflow.State{}, workflow.ErrSequence, func(e *workflow.Event) { e.Fact = workflow.Recalled{} })

	other := launch()
	other.Name = "Another"
	p, err := workflow.Compile(other, launchStaff(), 0)
	require.NoError(t, err)
	_, err = p.Apply(workflow.State{}, r.trail[0])
	require.ErrorIs(t, err, workflow.ErrDefinition)
	_, err = p.Decide(mid, workflow.Tick{}, r.env)
	require.ErrorIs(t, err, workflow.ErrDefinition)
}

func TestStatesAreValues(t *testing.T) {
	r := start(t, launch(), launchStaff(), launchSubmit(eur(1)))
	r.approve("copy", "eva")
	before := r.state
	copied := before
	copied.Stages = slices.Clone(before.Stages)
	for i := range copied.Stages {
		copied.Stages[i].Ballots = slices.Clone(copied.Stages[i].Ballots)
	}
	r.approve("copy", "emil")
	require.NoError(t, r.vote("visual", "dora", workflow.Approve))
	r.ok(revise("copy", "c2"))
	require.Equal(t, copied, before)
}
