package workflow_test

import (
	"errors"
	"testing"
	"time"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func amount(op workflow.Op, cents int64) workflow.Cond {
	return workflow.Amount{Op: op, Value: eur(cents)}
}

func choose(orElse workflow.Block, conds ...workflow.Cond) workflow.Choice {
	c := workflow.Choice{Else: orElse}
	for i, cond := range conds {
		c.Cases = append(c.Cases, workflow.Case{When: cond, Then: one(workflow.StageKey('a'+rune(i)), "r")})
	}
	return c
}

func TestCompileReportsEveryProblem(t *testing.T) {
	stage := func(change func(*workflow.Stage)) workflow.Block {
		s := one("s", "r")
		change(&s)
		return s
	}
	loop := workflow.Seq{nil}
	loop[0] = loop
	deep := workflow.Cond(workflow.Has{Facet: "x"})
	for range 20 {
		deep = workflow.Not{Cond: deep}
	}
	for name, test := range map[string]struct {
		flow workflow.Block
		code string
	}{
		"no flow":               {nil, "workflow.flow.empty"},
		"empty seq":             {workflow.Seq{}, "workflow.flow.empty"},
		"empty seq inside":      {workflow.Seq{one("s", "r"), workflow.Seq{}}, "workflow.flow.empty"},
		"empty par":             {workflow.Par{}, "workflow.flow.empty"},
		"no cases":              {workflow.Choice{Else: one("s", "r")}, "workflow.flow.empty"},
		"route without a stage": {choose(workflow.Seq{}, amount(workflow.AtLeast, 1)), "workflow.flow.empty"},
		"cycle":                 {loop, "workflow.flow.depth"},
		"deep condition":        {choose(one("z", "r"), deep), "workflow.flow.depth"},
		"no key":                {stage(func(s *workflow.Stage) { s.Key = "" }), "workflow.stage.key"},
		"control character":     {stage(func(s *workflow.Stage) { s.Key = "a\nb" }), "workflow.stage.key"},
		"same key":              {workflow.Seq{one("s", "r"), one("s", "r")}, "workflow.stage.key"},
		"no role":               {stage(func(s *workflow.Stage) { s.Role = "" }), "workflow.stage.role"},
		"no rule":               {stage(func(s *workflow.Stage) { s.Rule = nil }), "workflow.stage.rule"},
		"none of":               {stage(func(s *workflow.Stage) { s.Rule = workflow.N(0) }), "workflow.stage.rule"},
		"unknown exclusion":     {stage(func(s *workflow.Stage) { s.Exclude = []workflow.Exclusion{"author"} }), "workflow.stage.exclude"},
		"unknown stage":         {stage(func(s *workflow.Stage) { s.Exclude = []workflow.Exclusion{"stage:x"} }), "workflow.stage.exclude"},
		"itself":                {stage(func(s *workflow.Stage) { s.Exclude = []workflow.Exclusion{"stage:s"} }), "workflow.stage.exclude"},
		"negative":              {stage(func(s *workflow.Stage) { s.Due = worktime.Days(-1) }), "workflow.stage.deadline"},
		"late reminder": {stage(func(s *workflow.Stage) {
			s.Remind, s.Due = worktime.Days(2), worktime.Days(2)
		}), "workflow.stage.deadline"},
		"escalation without due": {stage(func(s *workflow.Stage) { s.Escalate = "r" }), "workflow.stage.deadline"},
		"class":                  {stage(func(s *workflow.Stage) { s.Class = 9 }), "workflow.stage.class"},
		"undeclared facet":       {stage(func(s *workflow.Stage) { s.Facets = []workflow.Facet{"pirce"} }), "workflow.facet.undeclared"},
		"nil condition":          {choose(one("z", "r"), nil), "workflow.cond.invalid"},
		"empty all":              {choose(one("z", "r"), workflow.AllOf{}), "workflow.cond.invalid"},
		"no currency":            {choose(one("z", "r"), workflow.Amount{Op: workflow.Above}), "workflow.cond.invalid"},
		"two currencies": {choose(one("z", "r"), amount(workflow.Above, 5),
			workflow.Amount{Op: workflow.Equal, Value: money.Minor(1, money.USD)}), "workflow.cond.currency"},
		"undeclared value": {choose(one("z", "r"), workflow.In{Attribute: "channel", Values: []string{"fax"}}), "workflow.cond.value"},
		"unknown role":     {one("s", "ghosts"), "workflow.staff.role"},
	} {
		d := define(test.flow)
		d.Facets = []workflow.Facet{"price"}
		if name == "deep condition" {
			d.Facets = nil
		}
		d.Attributes = map[string][]string{"channel": {"email", "tv"}}
		p, err := workflow.Compile(d, staffOf(map[workflow.Role][]ident.Person{"r": {"ana", "ben"}}), 0)
		list, ok := errors.AsType[finding.List](err)
		require.True(t, ok, "%s: %v", name, err)
		require.Nil(t, p)
		assert.True(t, list.Has(test.code), "%s: %v", name, list)
	}
	_, err := workflow.Compile(workflow.Definition{Flow: workflow.Seq{one("", "r"), workflow.Par{}}}, nil, 0)
	list, _ := errors.AsType[finding.List](err)
	require.Len(t, list, 3, "all at once: %v", list)
}

func TestChoicesAreTotalAndUnambiguous(t *testing.T) {
	none := workflow.Block(nil)
	tv := workflow.In{Attribute: "channel", Values: []string{"tv"}}
	notTV := workflow.In{Attribute: "channel", Values: []string{"email", "radio"}}
	open := workflow.In{Attribute: "region", Values: []string{"de"}}
	for name, test := range map[string]struct {
		choice   workflow.Choice
		code     string
		evidence string
	}{
		"exhaustive by amount":     {choose(none, amount(workflow.Below, 500), amount(workflow.AtLeast, 500)), "", ""},
		"exhaustive by declared":   {choose(none, tv, notTV), "", ""},
		"exhaustive by facet":      {choose(none, workflow.Has{Facet: "f"}, workflow.Not{Cond: workflow.Has{Facet: "f"}}), "", ""},
		"else":                     {choose(one("z", "r"), tv), "", ""},
		"one cent missing":         {choose(none, amount(workflow.Below, 500), amount(workflow.Above, 500)), "workflow.choice.gap", "amount 5.00 EUR"},
		"one cent twice":           {choose(none, amount(workflow.AtMost, 500), amount(workflow.AtLeast, 500)), "workflow.choice.overlap", "amount 5.00 EUR"},
		"equal leaves a gap":       {choose(none, amount(workflow.Equal, 500), amount(workflow.Above, 500)), "workflow.choice.gap", "amount 4.99 EUR"},
		"undeclared is never full": {choose(none, open), "workflow.choice.gap", "another or no region"},
		"declared value missing":   {choose(none, tv, workflow.In{Attribute: "channel", Values: []string{"email"}}), "workflow.choice.gap", "channel radio"},
		"two attributes": {
			choose(one("z", "r"), workflow.AllOf{tv, open}, workflow.AnyOf{workflow.Not{Cond: tv}, open}),
			"workflow.choice.overlap", "channel tv, region de",
		},
		"dead":                 {choose(one("z", "r"), workflow.AllOf{tv, notTV}), "workflow.choice.dead", "never holds"},
		"nested in its region": {choose(choose(none, amount(workflow.Below, 2000)), amount(workflow.AtLeast, 2000)), "workflow.stage.key", ""},
	} {
		d := define(test.choice)
		d.Attributes = map[string][]string{"channel": {"email", "radio", "tv"}}
		p, err := workflow.Compile(d, nil, 0)
		list, _ := errors.AsType[finding.List](err)
		if err == nil {
			list = p.Findings()
		}
		if test.code == "" {
			require.NoError(t, err, name)
			continue
		}
		require.True(t, list.Has(test.code), "%s: %v", name, list)
		require.Contains(t, list.Error(), test.evidence, name)
	}

	// Inside the arm "from 20.00 on" a case "from 20.00 on" needs no Else.
	nested := workflow.Choice{Cases: []workflow.Case{{When: amount(workflow.AtLeast, 2000), Then: one("x", "r")}}}
	_, err := workflow.Compile(define(workflow.Choice{
		Cases: []workflow.Case{{When: amount(workflow.AtLeast, 2000), Then: nested}}, Else: one("y", "r"),
	}), nil, 0)
	require.NoError(t, err)
	_, err = workflow.Compile(define(workflow.Choice{
		Cases: []workflow.Case{{When: amount(workflow.AtLeast, 1999), Then: nested}}, Else: one("y", "r"),
	}), nil, 0)
	require.ErrorContains(t, err, "no case holds for amount 19.99 EUR")

	var parts workflow.AllOf
	for i := range 20 {
		parts = append(parts, workflow.Has{Facet: workflow.Facet(rune('a' + i))})
	}
	_, err = workflow.Compile(define(choose(one("z", "r"), parts)), nil, 0)
	list, _ := errors.AsType[finding.List](err)
	require.True(t, list.Has("workflow.choice.size"), "2^20 combinations are not tried")
}

// The quorum proof is compared with trying every requester and every set of
// absent people for one stage.
func TestQuorumsAgainstEveryRequesterAndAbsence(t *testing.T) {
	pool := []ident.Person{"a", "b", "c", "d"}
	both := map[bool]int{}
	for size := range 5 {
		for absences := range 3 {
			for _, rule := range []workflow.Rule{workflow.All{}, workflow.Any{}, workflow.N(2), workflow.N(3)} {
				for _, exclude := range [][]workflow.Exclusion{nil, {workflow.Requester}, {workflow.Contributors}} {
					s := workflow.Stage{Key: "s", Role: "r", Rule: rule, Exclude: exclude}
					staff := staffOf(map[workflow.Role][]ident.Person{"r": pool[:size]})
					_, err := workflow.Compile(define(s), staff, absences)
					want := satisfiable(pool[:size], rule, len(exclude) > 0, absences)
					require.Equal(t, want, err == nil, "%d people, %v, %v, %d absent: %v", size, rule, exclude, absences, err)
					both[want]++
				}
			}
		}
	}
	require.Greater(t, both[true], 20)
	require.Greater(t, both[false], 20)
}

func satisfiable(role []ident.Person, rule workflow.Rule, excluded bool, absences int) bool {
	for requester := range len(role) + 1 { // the last is an outsider
		var seats []int
		for i := range role {
			if !excluded || i != requester {
				seats = append(seats, i)
			}
		}
		if len(seats) == 0 {
			return false
		}
		for absent := range 1 << len(role) {
			votes := make([]workflow.Verdict, len(seats))
			away := 0
			for k, i := range seats {
				if absent>>i&1 == 1 {
					away++
				} else {
					votes[k] = workflow.Approve
				}
			}
			if away <= absences && !(court{votes: votes}).approved(rule) {
				return false
			}
		}
	}
	return true
}

func TestQuorumCounterexampleNamesPeople(t *testing.T) {
	d := define(workflow.Stage{Key: "legal", Role: "lawyers", Rule: workflow.N(2), Exclude: []workflow.Exclusion{workflow.Requester}})
	_, err := workflow.Compile(d, staffOf(map[workflow.Role][]ident.Person{"lawyers": {"leo", "lea", "lin"}}), 1)
	require.EqualError(t, err, "stage/legal: if lea submits, absent: leo; can vote: lin; needed: 2 (fix: add people to role lawyers)")

	d = define(workflow.Stage{Key: "s", Role: "r", Rule: workflow.All{}})
	_, err = workflow.Compile(d, staffOf(map[workflow.Role][]ident.Person{"r": {"ana", "ben"}}), 1)
	require.ErrorContains(t, err, "all tolerates no absence")

	// Whoever votes first in a may not vote in b: ana has to be kept for it.
	apart := workflow.Seq{one("a", "r"), one("b", "b", workflow.VotersOf("a"))}
	few := staffOf(map[workflow.Role][]ident.Person{"r": {"ana", "ben"}, "b": {"ana"}})
	p, err := workflow.Compile(define(apart), few, 0)
	require.NoError(t, err)
	require.True(t, p.Findings().Has("workflow.quorum.guarded"))
	require.Equal(t, workflow.Guarded, p.Proof().Assurance)
	r := startProcess(t, p, few, workflow.Submit{})
	denied(t, r.vote("a", "ana", workflow.Approve), "quorum")
	r.approve("a", "ben")
	r.approve("b", "ana")
	require.Equal(t, workflow.StatusApproved, r.state.Status)

	_, err = workflow.Compile(define(apart), staffOf(map[workflow.Role][]ident.Person{"r": {"ana"}, "b": {"ana"}}), 0)
	require.EqualError(t, err, "stage/a: whoever submits, absent: nobody: a, b need 2 different people, and there are 1 (fix: add people to a role, or separate fewer stages)")

	enough := staffOf(map[workflow.Role][]ident.Person{"r": {"ana", "ben"}, "b": {"ana", "carl"}})
	p, err = workflow.Compile(define(apart), enough, 0)
	require.NoError(t, err)
	require.Empty(t, p.Findings())
	require.Equal(t, workflow.Safe, p.Proof().Assurance)
	require.True(t, p.Holds(enough))
	require.False(t, p.Holds(few))
	require.True(t, p.Holds(staffOf(map[workflow.Role][]ident.Person{"r": {"x", "y", "z"}, "b": {"u", "v"}})))
}

// Two stages that are never asked together may share their one voter.
func TestScenariosAreWhatCanHappen(t *testing.T) {
	flow := workflow.Choice{
		Cases: []workflow.Case{{When: workflow.Has{Facet: "claim"}, Then: one("a", "r")}},
		Else:  one("b", "r", workflow.VotersOf("a")),
	}
	d := define(flow)
	d.Facets = []workflow.Facet{"claim"}
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"ana"}})
	_, err := workflow.Compile(d, staff, 0)
	require.NoError(t, err)
	d.Flow = workflow.Seq{flow.Cases[0].Then, flow.Else}
	_, err = workflow.Compile(d, staff, 0)
	require.ErrorContains(t, err, "need 2 different people")
}

func TestStaffIsChecked(t *testing.T) {
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {""}})
	staff.Delegations = []workflow.Delegation{{From: "a", To: "a", Since: monday(), Until: monday().Add(time.Hour)}, {From: "a", To: "b"}}
	_, err := workflow.Compile(define(one("s", "r")), staff, 0)
	list, _ := errors.AsType[finding.List](err)
	require.Len(t, list, 3)
	require.True(t, list.Has("workflow.staff.person"))
	require.True(t, list.Has("workflow.staff.delegation"))
}

func TestProcessKeepsItsOwnDefinition(t *testing.T) {
	d := launch()
	p, err := workflow.Compile(d, launchStaff(), 0)
	require.NoError(t, err)
	hash, err := d.Hash()
	require.NoError(t, err)
	require.Equal(t, hash, p.Hash())
	d.Facets[0] = "changed"
	d.Flow.(workflow.Seq)[0] = nil
	p.Definition().Facets[0] = "changed"
	again, err := p.Definition().Hash()
	require.NoError(t, err)
	require.Equal(t, hash, again)
}

// A megabyte of choices that are each cheap must not add up.
func TestRoutingProofIsBounded(t *testing.T) {
	var cases []workflow.Cond
	for i := range 200 {
		cases = append(cases, workflow.AllOf{amount(workflow.Equal, int64(10*i)), workflow.Has{Facet: "a"}, workflow.Has{Facet: "b"}, workflow.Has{Facet: "c"}})
	}
	heavy := choose(workflow.Seq{}, cases...)
	for i := range heavy.Cases {
		heavy.Cases[i].Then = workflow.Seq{}
	}
	flow := workflow.Seq{one("s", "r")}
	for range 80 {
		flow = append(flow, heavy) // 4,800 cells of 1,000 looks each: 4.8 million a choice
	}
	_, err := workflow.Compile(define(flow), nil, 0)
	list, _ := errors.AsType[finding.List](err)
	require.True(t, list.Has("workflow.choice.size"))
}

// What no subject comes to needs nobody.
func TestDeadStagesNeedNobody(t *testing.T) {
	claim := workflow.Has{Facet: "claim"}
	d := define(workflow.When(claim, workflow.When(claim, one("a", "r")).Otherwise(one("never", "nobody"))).Otherwise(one("b", "r")))
	d.Facets = []workflow.Facet{"claim"}
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"ana"}, "nobody": nil})
	p, err := workflow.Compile(d, staff, 0)
	require.NoError(t, err)
	require.True(t, p.Findings().Has("workflow.choice.dead"))
	require.Equal(t, workflow.Safe, p.Proof().Assurance)
}
