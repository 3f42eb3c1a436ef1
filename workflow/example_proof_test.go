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

// Two people for two stages that must not share an approver are too few if one may
// be away, and the error names who shows it. With a third, the proof is a matter of
// counting heads, and holds for other people, too.
func ExampleProcess_Proof() {
	def := workflow.Definition{Key: "claim", Flow: workflow.Seq{
		workflow.Stage{Key: "legal", Role: "lawyers", Rule: workflow.Any{}},
		workflow.Stage{Key: "science", Role: "scientists", Rule: workflow.Any{}, Exclude: []workflow.Exclusion{workflow.VotersOf("legal")}},
	}}
	staff := &workflow.Staff{Roles: map[workflow.Role][]ident.Person{"lawyers": {"lea", "lin"}, "scientists": {"lea", "lin"}}}
	_, err := workflow.Compile(def, staff, 1)
	fmt.Println(err)

	staff.Roles["scientists"] = []ident.Person{"lea", "lin", "sam", "sue"}
	process, err := workflow.Compile(def, staff, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	proof := process.Proof()
	fmt.Println(proof.Assurance, "with", proof.Absences, "away, if", proof.HeadCounts)
	staff.Roles["lawyers"] = []ident.Person{"new", "newer"}
	fmt.Println(process.Holds(staff))
	// Output:
	// stage/legal: whoever submits, absent: lea: legal, science need 2 different people, and there are 1 (fix: add people to a role, or separate fewer stages)
	// safe with 1 away, if [legal >= 2 science >= 3]
	// true
}

// The worst start is not the worst of each part: one begins where the other ends.
func ExampleProcess_Longest() {
	def := workflow.Definition{Key: "brief", Flow: workflow.Seq{
		workflow.Stage{Key: "copy", Role: "editors", Rule: workflow.Any{}, Expire: worktime.Hours(12)},
		workflow.Stage{Key: "brand", Role: "brand", Rule: workflow.Any{}, Expire: worktime.Days(1)},
	}}
	process, err := workflow.Compile(def, nil, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	easter := civil.Days(civil.MustDate(2026, 3, 23), civil.MustDate(2026, 4, 12))
	week := worktime.MonFri("Europe/Berlin", "09:00-17:00").With(
		worktime.Exception{Days: civil.Days(civil.MustDate(2026, 4, 3), civil.MustDate(2026, 4, 3)), Name: "Good Friday"},
		worktime.Exception{Days: civil.Days(civil.MustDate(2026, 4, 6), civil.MustDate(2026, 4, 6)), Name: "Easter Monday"},
	)
	calendar, err := worktime.Compile(week, civil.YearOf(civil.MustDate(2026, 1, 1)))
	if err != nil {
		fmt.Println(err)
		return
	}
	worst, err := process.Longest(workflow.Env{Calendar: calendar}, easter)
	if err != nil {
		fmt.Println(err)
		return
	}
	const day = "Mon 2 Jan 15:04"
	fmt.Println(worst.Start.Format(day), "to", worst.Decided.Format(day), "in", worktime.Work(worst.Working))
	// Output:
	// Tue 31 Mar 13:01 to Tue 7 Apr 09:01 in 20h
}

// A trail that was touched names the event; what somebody wrote can be erased.
func ExampleVerify() {
	staff := &workflow.Staff{Roles: map[workflow.Role][]ident.Person{"lawyers": {"lea"}}}
	process, err := workflow.Compile(workflow.Definition{Key: "claim", Flow: workflow.Stage{Key: "legal", Role: "lawyers", Rule: workflow.Any{}}}, staff, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	var state workflow.State
	var trail []workflow.Sealed
	var head workflow.Hash
	env := workflow.Env{Now: time.Date(2026, time.March, 6, 9, 0, 0, 0, time.UTC), Staff: staff}
	for _, c := range []workflow.Command{
		workflow.Submit{Instance: uuid.MustParse("0198c0de-0000-7000-8000-000000000001"), Subject: ident.Ref{Kind: "ad", ID: "7"}, Requester: "mia"},
		workflow.Vote{Stage: "legal", By: "lea", Version: 1, Verdict: workflow.Approve, Comment: "on the phone with Dr. X"},
	} {
		events, err := process.Step(&state, c, env, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, e := range events {
			link := workflow.Seal(head, e, workflow.Salt{4}) // a random salt, in earnest
			trail, head = append(trail, workflow.Sealed{Event: e, Link: link}), link.Hash
		}
	}
	trail[2], _ = trail[2].Split()
	fmt.Println(trail[2].Event.Type(), workflow.Verify(trail, head))
	trail[2].Event.By = "max"
	fmt.Println(workflow.Verify(trail, head))
	// Output:
	// vote.cast <nil>
	// event 3: it was changed, or the one before it
}

// A definition written as sentences is the same value as one written as structs, or
// as JSON.
func ExampleAsk() {
	def := workflow.Definition{Key: "launch", Facets: []workflow.Facet{"copy", "claim"}, Flow: workflow.InOrder(
		workflow.Repeated(2, workflow.InOrder(
			workflow.Ask("studio", "studio"),
			workflow.Ask("copy", "editors").Needing(workflow.N(2)).Without(workflow.Requester).Covering("copy").DueAfter(worktime.Days(2)).EscalatedTo("heads"),
		)),
		workflow.AtOnce(
			workflow.Ask("legal", "lawyers").Guarding(workflow.Legal).Covering("claim"),
			workflow.Ask("brand", "brand").Named("Brand check").Needing(workflow.Percent(60)).ExpiringAfter(worktime.Days(5), workflow.ExpiryApproves),
		).HeardOut(),
		workflow.When(workflow.AmountFrom(money.Minor(5_000_00, money.EUR)), workflow.Ask("finance", "finance")).Otherwise(workflow.InOrder()),
	)}
	text, err := def.Canonical()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.ReplaceAll(string(text), `},{`, "},\n{"))
	// Output:
	// {"key":"launch","facets":["claim","copy"],"flow":[{"loop":[{"stage":"studio","role":"studio","rule":"any"},
	// {"stage":"copy","role":"editors","rule":2,"exclude":["requester"],"facets":["copy"],"due":"2d","escalate":"heads"}],"times":2},
	// {"par":[{"stage":"legal","role":"lawyers","rule":"any","facets":["claim"],"class":"legal"},
	// {"stage":"brand","name":"Brand check","role":"brand","rule":"60%","expire":"5d","at_expiry":"approve"}],"on_reject":"finish"},
	// {"choice":[{"when":{"amount":">= 5000.00 EUR"},"then":{"stage":"finance","role":"finance","rule":"any"}}],"else":[]}]}
}
