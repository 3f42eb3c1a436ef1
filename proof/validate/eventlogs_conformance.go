package main

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/go-marops/marops/workflow"
	"github.com/go-marops/marops/workflow/mining"
)

// travelClaims is the process of the TU/e for domestic travel claims, by the
// description of the BPI Challenge 2020: after the employee has submitted, the
// travel administration or a pre-approver looks at the claim, or nobody, then
// perhaps the budget owner, then the supervisor. Which way a claim takes is not in
// the log.
func travelClaims() workflow.Definition {
	stage := func(key workflow.StageKey, role workflow.Role) workflow.Stage {
		return workflow.Stage{Key: key, Role: role, Rule: workflow.Any{}}
	}
	when := func(value string) workflow.Cond { return workflow.In{Attribute: "check", Values: []string{value}} }
	return workflow.Definition{
		Key: "domestic-travel", Name: "domestic travel claim",
		Attributes: map[string][]string{"check": {"administration", "pre-approver", "none"}, "budget": {"own", "other"}},
		Flow: workflow.Seq{
			workflow.Choice{
				Cases: []workflow.Case{
					{When: when("administration"), Then: stage("administration", "administration")},
					{When: when("pre-approver"), Then: stage("pre-approver", "pre-approvers")},
				},
				Else: workflow.Seq{},
			},
			workflow.Choice{
				Cases: []workflow.Case{{When: workflow.In{Attribute: "budget", Values: []string{"other"}}, Then: stage("budget-owner", "budget owners")}},
				Else:  workflow.Seq{},
			},
			stage("supervisor", "supervisors"),
		},
	}
}

// travelMapping says what the activities of the log mean in it. A rejection goes
// back to the employee, who takes the claim back before handing it in again; a
// rejection by nobody ("MISSING") is no part of the process.
func travelMapping() mining.Mapping {
	steps := map[string]mining.Step{
		"Declaration SAVED by EMPLOYEE":     {Kind: mining.Saved},
		"Declaration SUBMITTED by EMPLOYEE": {Kind: mining.Submitted},
		"Declaration REJECTED by EMPLOYEE":  {Kind: mining.Recalled},
	}
	for who, key := range map[string]workflow.StageKey{
		"ADMINISTRATION": "administration", "PRE_APPROVER": "pre-approver", "BUDGET OWNER": "budget-owner", "SUPERVISOR": "supervisor",
	} {
		approved := "APPROVED"
		if who == "SUPERVISOR" {
			approved = "FINAL_APPROVED"
		}
		steps["Declaration "+approved+" by "+who] = mining.Step{Kind: mining.Approved, Stage: key}
		steps["Declaration REJECTED by "+who] = mining.Step{Kind: mining.ChangesRequested, Stage: key}
	}
	return mining.Mapping{Steps: steps, After: []string{"Request Payment", "Payment Handled"}}
}

func conformance(c *check, data fs.FS, file, expected string) error {
	var want struct {
		Letters map[string]string
		Counts  struct {
			Paid      int `json:"accepted_paid"`
			Rejected  int `json:"accepted_rejected"`
			Saved     int `json:"saved_only"`
			Deviating int
		}
		Cases    int
		Variants [][2]any `json:"deviating_variants"`
	}
	if err := readJSON(data, expected, &want); err != nil {
		return err
	}
	log, err := readLog(data, file)
	if err != nil {
		return err
	}
	if _, err := workflow.Compile(travelClaims(), nil, 0); err != nil {
		return err
	}
	got, err := log.Conform(travelClaims(), travelMapping())
	if err != nil {
		return err
	}
	c.equal("cases", want.Cases, len(got.Cases))
	c.equal("accepted and paid", want.Counts.Paid, got.Count(mining.EndedCompleted))
	c.equal("accepted, rejected or withdrawn", want.Counts.Rejected, got.Count(mining.EndedChangesRequested)+got.Count(mining.EndedRecalled))
	c.equal("drafts", want.Counts.Saved, got.Count(mining.EndedNotSubmitted))
	c.equal("deviating", want.Counts.Deviating, got.Count(mining.Deviates))
	// The deviating cases by the letters of their activities.
	counts := make(map[string]int)
	for i, r := range got.Cases {
		if r.Ending == mining.Deviates {
			var word strings.Builder
			for e := range log.Case(i).Events() {
				word.WriteString(want.Letters[e.Activity])
			}
			counts[word.String()]++
		}
	}
	var t tally
	t.compare("variants", len(want.Variants), len(counts))
	for _, v := range want.Variants {
		name := fmt.Sprint(v[0])
		t.compare(name, v[1], counts[name])
	}
	c.tally("deviating variants", t)
	ranked := 0
	for _, d := range got.Deviations {
		ranked += len(d.Cases)
	}
	c.equal("cases in the table of deviations", want.Counts.Deviating, ranked)
	return nil
}
