package workflow_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/require"
)

func TestHostileDefinitions(t *testing.T) {
	t.Parallel()
	has := func(d workflow.Definition, code string) {
		t.Helper()
		_, err := workflow.Compile(d, nil, 0)
		list, _ := errors.AsType[finding.List](err)
		require.True(t, list.Has(code), "%v", err)
		require.Less(t, len(err.Error()), 1<<20)
	}
	var many workflow.Seq
	for i := range 10_000 {
		many = append(many, one(workflow.StageKey(fmt.Sprint("s", i)), "r"))
	}
	has(define(many), "workflow.flow.depth")
	deep := workflow.Block(one("s", "r"))
	for range 10_000 {
		deep = workflow.Loop{Body: deep, Times: 1}
	}
	has(define(deep), "workflow.flow.depth")
	circle := workflow.Seq{nil, one("s", "r")}
	circle[0] = circle
	has(define(circle), "workflow.flow.depth")
	for _, name := range []string{"a\x00b", "a\u202eb", "a\u2066b", strings.Repeat("a", 256), "\xff", ""} {
		has(define(one(workflow.StageKey(name), "r")), "workflow.stage.key")
		has(define(one("s", workflow.Role(name))), "workflow.stage.role")
		has(define(workflow.Seq{one("s", "r"), workflow.Gate{Key: workflow.StageKey(name)}}), "workflow.flow.gate")
	}
	for _, r := range []workflow.Rule{
		nil, workflow.N(0), workflow.N(-1), workflow.N(1 << 30),
		workflow.Share{},
		workflow.Share{Num: 2, Den: 1},
		workflow.Percent(101), workflow.Percent(-1),
		workflow.Weighted{},
		workflow.Weighted{Target: 1},
		workflow.Weighted{Target: 1, Weights: map[workflow.Role]int{"r": -1}},
		workflow.PerGroup{},
		workflow.PerGroup{Groups: map[workflow.Role]int{"": 1}},
		workflow.Veto{},
		workflow.Veto{Rule: workflow.Veto{Rule: workflow.Any{}}},
		&workflow.Any{}, (*workflow.Any)(nil),
	} {
		has(define(workflow.Stage{Key: "s", Role: "r", Rule: r}), "workflow.stage.rule")
	}
	for _, l := range []workflow.Loop{{}, {Times: 1}, {Body: one("s", "r")}, {Body: one("s", "r"), Times: 101}, {Body: workflow.Gate{Key: "g"}, Times: 1}} {
		_, err := workflow.Compile(define(workflow.Seq{one("a", "r"), l}), nil, 0)
		require.Error(t, err)
	}
	d := define(one("s", "r"))
	d.Contributors = -1
	has(d, "workflow.definition.contributors")
}

func TestDelegationRings(t *testing.T) {
	t.Parallel()
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"p0"}})
	for i := range 500 {
		for _, step := range []int{1, 2, 3} {
			staff.Delegations = append(staff.Delegations, workflow.Delegation{
				From: ident.Person(fmt.Sprint("p", i)), To: ident.Person(fmt.Sprint("p", (i+step)%500)), Since: monday(), Until: monday().AddDate(0, 0, 1),
			})
		}
	}
	r := start(t, define(one("s", "r")), staff, workflow.Submit{})
	vote := func(by ident.Person) error {
		return r.do(workflow.Vote{Stage: "s", By: by, OnBehalfOf: "p0", Version: 1, Verdict: workflow.Abstain})
	}
	denied(t, vote("p10"), "delegation") // ten on; three hops lead nine on at the most
	require.NoError(t, vote("p9"))

	small := staffOf(map[workflow.Role][]ident.Person{"r": {"a"}})
	for _, hop := range [][2]ident.Person{{"a", "b"}, {"b", "c"}, {"c", "a"}, {"x", "y"}} {
		small.Delegations = append(small.Delegations, workflow.Delegation{From: hop[0], To: hop[1], Since: monday(), Until: monday().AddDate(0, 0, 1)})
	}
	p, err := workflow.Compile(define(one("s", "r")), small, 0)
	require.NoError(t, err)
	require.Len(t, of(p.Findings(), "workflow.staff.circle", "delegation/a"), 1)
	require.Empty(t, of(p.Findings(), "workflow.staff.circle", "delegation/x"))
}

// Clocks go from two to three on 29 March 2026: a deadline that falls into the hour
// that is not comes when it would have come.
func TestDeadlineInTheGap(t *testing.T) {
	t.Parallel()
	spec := worktime.Spec{Zone: "Europe/Berlin"}
	for day := range spec.Week {
		spec.Week[day] = worktime.Shifts("00:00-24:00")
	}
	night, err := worktime.Compile(spec, civil.Days(civil.MustDate(2026, 3, 1), civil.MustDate(2026, 4, 30)))
	require.NoError(t, err)
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"a"}})
	s := one("s", "r")
	s.Due = worktime.Hours(2)
	p, err := workflow.Compile(define(s), staff, 0)
	require.NoError(t, err)
	at := time.Date(2026, 3, 29, 0, 30, 0, 0, night.Location())
	state, _, err := p.Do(workflow.State{}, workflow.Submit{Instance: instance, Subject: ident.Ref{Kind: "k", ID: "1"}, Requester: "mia"}, workflow.Env{Now: at, Staff: staff, Calendar: night})
	require.NoError(t, err)
	due, _ := state.Due()
	require.Equal(t, "03:30", due.In(night.Location()).Format("15:04"))
	require.Equal(t, 2*time.Hour, due.Sub(at))
}
