package workflow_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow"
	"github.com/google/uuid"
)

func Example() {
	def, err := workflow.ParseDefinition([]byte(`{
	  "key": "launch",
	  "facets": ["copy", "price"],
	  "flow": [
	    {"stage": "copy", "role": "editors", "rule": "any", "exclude": ["requester"], "facets": ["copy"], "due": "2d"},
	    {"stage": "legal", "role": "lawyers", "rule": 2, "facets": ["copy", "price"], "class": "legal"},
	    {"choice": [{"when": {"amount": ">= 5000.00 EUR"},
	                 "then": {"stage": "finance", "role": "finance", "rule": "any", "facets": ["price", "amount"]}}],
	     "else": []}
	  ]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	staff := &workflow.Staff{Roles: map[workflow.Role][]ident.Person{
		"editors": {"ana", "ben", "mia"}, "lawyers": {"lea", "leo", "lin"}, "finance": {"fred", "fiona"},
	}}
	process, err := workflow.Compile(def, staff, 1) // one absence tolerated
	if err != nil {
		fmt.Println(err)
		return
	}
	week := worktime.MonFri("Europe/Berlin", "09:00-17:00")
	calendar, err := worktime.Compile(week, civil.YearOf(civil.MustDate(2026, 1, 1)))
	if err != nil {
		fmt.Println(err)
		return
	}
	env := workflow.Env{Now: time.Date(2026, time.March, 6, 9, 0, 0, 0, time.UTC), Staff: staff, Calendar: calendar}

	var state workflow.State
	do := func(c workflow.Command) {
		next, _, err := process.Do(state, c, env)
		if err != nil {
			fmt.Println("refused:", err)
			return
		}
		state = next
	}
	do(workflow.Submit{
		Instance: uuid.MustParse("0198c0de-0000-7000-8000-000000000001"),
		Subject:  ident.Ref{Kind: "campaign", ID: "spring"}, Requester: "mia",
		Facets: map[workflow.Facet]workflow.Digest{"copy": "c1", "price": "p1"},
		Amount: money.Minor(8_000_00, money.EUR),
	})
	due, _ := state.Due()
	fmt.Println("due", due)
	do(workflow.Vote{Stage: "copy", By: "mia", Version: 1, Verdict: workflow.Approve})
	do(workflow.Vote{Stage: "copy", By: "ana", Version: 1, Verdict: workflow.Approve})
	do(workflow.Vote{Stage: "legal", By: "lea", Version: 1, Verdict: workflow.ApproveWithChanges, Comment: "name the terms"})
	fmt.Println(strings.Join(state.Why(), "\n"))

	fmt.Println("-- a new price")
	do(workflow.Revise{By: "mia", Version: 1, Facets: map[workflow.Facet]workflow.Digest{"price": "p2"}})
	do(workflow.Vote{Stage: "legal", By: "leo", Version: 1, Verdict: workflow.Approve})
	fmt.Println(strings.Join(state.Why(), "\n"))

	fmt.Println("-- the rest")
	do(workflow.Vote{Stage: "legal", By: "lea", Version: 2, Verdict: workflow.Approve})
	do(workflow.Vote{Stage: "legal", By: "leo", Version: 2, Verdict: workflow.Approve})
	do(workflow.Vote{Stage: "finance", By: "fred", Version: 2, Verdict: workflow.Approve})
	fmt.Println(strings.Join(state.Why(), "\n"))
	// Output:
	// due 2026-03-10 09:00:00 +0000 UTC
	// refused: mia in stage copy: mia is excluded: separation of duties (requester)
	// active, version 1
	// copy: approved; 1 of 1 approvals (1 silent)
	// legal: open; 1 of 2 approvals
	// finance: pending
	// condition of lea in legal: "name the terms"
	// -- a new price
	// refused: version 1: superseded, current is 2
	// active, version 2
	// copy: approved; 1 of 1 approvals (1 silent)
	// legal: open; 0 of 2 approvals
	// finance: pending
	// -- the rest
	// approved, version 2
	// copy: approved; 1 of 1 approvals (1 silent)
	// legal: approved; 2 of 2 approvals (1 silent)
	// finance: approved; 1 of 1 approvals (1 silent)
}

func ExampleCompile() {
	def := workflow.Definition{Key: "risky", Flow: workflow.Seq{
		workflow.Stage{Key: "legal", Role: "lawyers", Rule: workflow.N(2), Exclude: []workflow.Exclusion{workflow.Requester}},
		workflow.Choice{Cases: []workflow.Case{
			{When: workflow.Amount{Op: workflow.Below, Value: money.Minor(5_000_00, money.EUR)}, Then: workflow.Stage{Key: "lead", Role: "leads", Rule: workflow.Any{}}},
			{When: workflow.Amount{Op: workflow.Above, Value: money.Minor(5_000_00, money.EUR)}, Then: workflow.Stage{Key: "board", Role: "board", Rule: workflow.Any{}}},
		}},
	}}
	_, err := workflow.Compile(def, nil, 0)
	fmt.Println(err)

	def.Flow = def.Flow.(workflow.Seq)[:1]
	_, err = workflow.Compile(def, &workflow.Staff{Roles: map[workflow.Role][]ident.Person{"lawyers": {"lea", "leo"}}}, 0)
	fmt.Println(err)
	// Output:
	// flow[1]: no case holds for amount 5000.00 EUR (fix: add a case or an Else)
	// stage/legal: if lea submits, absent: nobody; can vote: leo; needed: 2 (fix: add people to role lawyers)
}
