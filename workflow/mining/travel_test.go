package mining_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/workflow"
	"github.com/go-marops/marops/workflow/mining"
)

// travel is the claim process of the BPI Challenge 2020, as in proof/validate; the
// budget owner after the first check or beside it.
func travel(beside bool) workflow.Definition {
	one := func(attribute string, values ...string) workflow.Choice {
		c := workflow.Choice{Else: workflow.Seq{}}
		for _, v := range values {
			c.Cases = append(c.Cases, workflow.Case{When: workflow.In{Attribute: attribute, Values: []string{v}}, Then: stage(workflow.StageKey(v))})
		}
		return c
	}
	check, budget := one("check", "administration", "pre-approver"), one("budget", "owner")
	first := workflow.Block(workflow.Seq{check, budget})
	if beside {
		first = workflow.Par{Branches: []workflow.Block{check, budget}}
	}
	return workflow.Definition{Key: "travel", Flow: workflow.Seq{first, stage("supervisor")}}
}

func travelMapping() mining.Mapping {
	m := mining.Mapping{After: []string{"Request Payment", "Payment Handled"}, Steps: map[string]mining.Step{
		"Declaration SAVED by EMPLOYEE":     {Kind: mining.Saved},
		"Declaration SUBMITTED by EMPLOYEE": {Kind: mining.Submitted},
		"Declaration REJECTED by EMPLOYEE":  {Kind: mining.Recalled},
	}}
	for name, key := range map[string]workflow.StageKey{"APPROVED by ADMINISTRATION": "administration", "APPROVED by PRE_APPROVER": "pre-approver", "APPROVED by BUDGET OWNER": "owner", "FINAL_APPROVED by SUPERVISOR": "supervisor"} {
		m.Steps["Declaration "+name] = mining.Step{Kind: mining.Approved, Stage: key}
	}
	for name, key := range map[string]workflow.StageKey{"ADMINISTRATION": "administration", "PRE_APPROVER": "pre-approver", "BUDGET OWNER": "owner", "SUPERVISOR": "supervisor"} {
		m.Steps["Declaration REJECTED by "+name] = mining.Step{Kind: mining.ChangesRequested, Stage: key}
	}
	return m
}

func travelLog(tb testing.TB) *mining.Log {
	tb.Helper()
	l, err := mining.ReadXES(bytes.NewReader(unzipped(tb, "bpic2020-domestic.xes.gz")), "bpic2020-domestic.xes")
	require.NoError(tb, err)
	return l
}

// The counts are those of expected/bpic2020-domestic.conformance.json.
func TestTravelClaims(t *testing.T) {
	t.Parallel()
	l := travelLog(t)
	c, err := l.Conform(travel(false), travelMapping())
	require.NoError(t, err)
	require.Equal(t, [4]int{9842, 277, 134, 104}, [4]int{
		c.Count(mining.EndedCompleted), c.Count(mining.EndedChangesRequested) + c.Count(mining.EndedRecalled), c.Count(mining.EndedNotSubmitted), c.Count(mining.Deviates),
	})
	require.Equal(t, "Declaration REJECTED by MISSING", c.Deviations[0].Activity, "mostly after the final approval")

	same, err := l.WhatIf(travel(false), travel(false), travelMapping(), nil)
	require.NoError(t, err)
	require.Len(t, same.Cases, 9842+277)
	require.Zero(t, same.Faster+same.Slower)
	require.Equal(t, []mining.Tally{{Name: "was never submitted", Count: 134}, {Name: "deviates from the first definition", Count: 104}}, same.LeftOut)

	beside, err := l.WhatIf(travel(false), travel(true), travelMapping(), &mining.Assume{Seed: 1})
	require.NoError(t, err)
	require.Zero(t, beside.Slower)
	require.Greater(t, beside.Faster, 2000, "2,747 approvals of the budget owner, as published")
	require.Negative(t, beside.Mean.High)
	require.Less(t, beside.Mean.Low, beside.Mean.Estimate)
	require.Less(t, beside.Mean.Estimate, beside.Mean.High)
}

func BenchmarkWhatIf(b *testing.B) {
	l := travelLog(b)
	for b.Loop() {
		if _, err := l.WhatIf(travel(false), travel(true), travelMapping(), nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkConform(b *testing.B) {
	l := travelLog(b)
	for b.Loop() {
		if _, err := l.Conform(travel(false), travelMapping()); err != nil {
			b.Fatal(err)
		}
	}
}
