package workflow_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var instance = uuid.MustParse("0198c0de-0000-7000-8000-000000000001")

// monday is 2 March 2026, 10:00 in Berlin.
func monday() time.Time { return time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC) }

// berlin works 09:00 to 17:00 from Monday to Friday.
func berlin(t testing.TB) *worktime.Calendar {
	t.Helper()
	cal, err := worktime.Compile(worktime.MonFri("Europe/Berlin", "09:00-17:00"),
		civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2026, 12, 31)))
	require.NoError(t, err)
	return cal
}

func eur(cents int64) money.Money { return money.Minor(cents, money.EUR) }

// run is one instance and the world around it.
type run struct {
	t      testing.TB
	p      *workflow.Process
	env    workflow.Env
	state  workflow.State
	events []workflow.Event // of the last command
	trail  []workflow.Event
}

func start(t testing.TB, d workflow.Definition, staff *workflow.Staff, s workflow.Submit) *run {
	t.Helper()
	p, err := workflow.Compile(d, staff, 0)
	require.NoError(t, err)
	return startProcess(t, p, staff, s)
}

func startProcess(t testing.TB, p *workflow.Process, staff *workflow.Staff, s workflow.Submit) *run {
	t.Helper()
	r := &run{t: t, p: p, env: workflow.Env{Now: monday(), Staff: staff, Calendar: berlin(t)}}
	s.Instance, s.Subject = instance, ident.Ref{Kind: "campaign", ID: "spring"}
	if s.Requester == "" {
		s.Requester = "mia"
	}
	r.ok(s)
	return r
}

func (r *run) do(c workflow.Command) error {
	next, events, err := r.p.Do(r.state, c, r.env)
	if err != nil {
		require.Empty(r.t, events)
		require.Equal(r.t, r.state, next, "a refused command changes nothing")
		return err
	}
	r.state, r.events = next, events
	r.trail = append(r.trail, events...)
	return nil
}

func (r *run) ok(c workflow.Command) {
	r.t.Helper()
	require.NoError(r.t, r.do(c))
}

func (r *run) vote(stage workflow.StageKey, by ident.Person, v workflow.Verdict) error {
	return r.do(workflow.Vote{Stage: stage, By: by, Version: r.state.Version, Verdict: v, Comment: comment(v)})
}

func comment(v workflow.Verdict) string {
	if v == workflow.ApproveWithChanges || v == workflow.RequestChanges {
		return "shorten it"
	}
	return ""
}

func (r *run) approve(stage workflow.StageKey, by ...ident.Person) {
	r.t.Helper()
	for _, p := range by {
		require.NoError(r.t, r.vote(stage, p, workflow.Approve))
	}
}

func (r *run) status(stage workflow.StageKey) workflow.StageStatus {
	r.t.Helper()
	st, ok := r.state.Stage(stage)
	require.True(r.t, ok, "stage %s", stage)
	return st.Status
}

// types returns the types of the last command's events.
func (r *run) types() []string {
	var list []string
	for _, e := range r.events {
		list = append(list, e.Type())
	}
	return list
}

// denied requires a DeniedError of a rule.
func denied(t testing.TB, err error, rule string) {
	t.Helper()
	var d *workflow.DeniedError
	require.ErrorAs(t, err, &d)
	require.ErrorIs(t, err, workflow.ErrDenied)
	require.Equal(t, rule, d.Rule)
}

func one(key workflow.StageKey, role workflow.Role, exclude ...workflow.Exclusion) workflow.Stage {
	return workflow.Stage{Key: key, Role: role, Rule: workflow.Any{}, Exclude: exclude}
}

func define(flow workflow.Block) workflow.Definition {
	return workflow.Definition{Key: "test", Flow: flow}
}

func staffOf(roles map[workflow.Role][]ident.Person) *workflow.Staff {
	return &workflow.Staff{Roles: roles}
}

// launch is the process of several tests: visual and copy in parallel, then
// legal, then finance from 5,000.00 EUR on.
func launch() workflow.Definition {
	return workflow.Definition{
		Key: "launch", Name: "Launch approval",
		Facets: []workflow.Facet{"copy", "visual", "price"},
		Flow: workflow.Seq{
			workflow.Par{Branches: []workflow.Block{
				workflow.Stage{Key: "visual", Role: "designers", Rule: workflow.Any{}, Facets: []workflow.Facet{"visual"}},
				workflow.Stage{Key: "copy", Role: "editors", Rule: workflow.N(2), Facets: []workflow.Facet{"copy"}, Exclude: []workflow.Exclusion{workflow.Requester}},
			}},
			workflow.Stage{
				Key: "legal", Role: "lawyers", Rule: workflow.Any{}, Facets: []workflow.Facet{"copy", "price"}, Class: workflow.Legal,
				Due: worktime.Hours(16), Remind: worktime.Hours(8), Escalate: "heads",
			},
			workflow.Choice{
				Cases: []workflow.Case{{
					When: workflow.Amount{Op: workflow.AtLeast, Value: eur(5_000_00)},
					Then: workflow.Stage{
						Key: "finance", Role: "finance", Rule: workflow.All{}, Class: workflow.Budget,
						Facets: []workflow.Facet{"price", workflow.FacetAmount}, Exclude: []workflow.Exclusion{workflow.Contributors},
					},
				}},
				Else: workflow.Seq{},
			},
		},
	}
}

func launchStaff() *workflow.Staff {
	return staffOf(map[workflow.Role][]ident.Person{
		"designers": {"dora", "dan"},
		"editors":   {"eva", "emil", "erik"},
		"lawyers":   {"lea", "leo"},
		"finance":   {"fred", "fiona"},
		"heads":     {"hana", "lea"},
	})
}

func launchSubmit(amount money.Money) workflow.Submit {
	return workflow.Submit{
		Facets: map[workflow.Facet]workflow.Digest{"copy": "c1", "visual": "v1", "price": "p1"},
		Amount: amount,
	}
}

// approved runs a launch to its approval.
func approved(t testing.TB, amount money.Money) *run {
	t.Helper()
	r := start(t, launch(), launchStaff(), launchSubmit(amount))
	r.approve("visual", "dora")
	r.approve("copy", "eva", "emil")
	r.approve("legal", "lea")
	if r.status("finance") == workflow.StageOpen {
		r.approve("finance", "fred", "fiona")
	}
	require.Equal(t, workflow.StatusApproved, r.state.Status)
	return r
}

// replays requires that the trail leads to the state, also by way of JSON, and that
// its chain holds.
func (r *run) replays() {
	r.t.Helper()
	again, err := workflow.Replay(r.trail, time.Time{}, r.p)
	require.NoError(r.t, err)
	require.Equal(r.t, r.state, again)

	data, err := json.Marshal(r.trail)
	require.NoError(r.t, err)
	var read []workflow.Event
	require.NoError(r.t, json.Unmarshal(data, &read))
	require.Equal(r.t, r.trail, read)
	data, err = json.Marshal(r.state)
	require.NoError(r.t, err)
	var state workflow.State
	require.NoError(r.t, json.Unmarshal(data, &state))
	require.Equal(r.t, r.state, state)

	sealed, head := seal(r.trail)
	require.NoError(r.t, workflow.Verify(sealed, head))
	data, err = json.Marshal(sealed)
	require.NoError(r.t, err)
	var back []workflow.Sealed
	require.NoError(r.t, json.Unmarshal(data, &back))
	require.Equal(r.t, sealed, back)
}

func seal(trail []workflow.Event) (sealed []workflow.Sealed, head workflow.Hash) {
	for i, e := range trail {
		l := workflow.Seal(head, e, workflow.Salt{byte(i), 7})
		sealed, head = append(sealed, workflow.Sealed{Event: e, Link: l}), l.Hash
	}
	return sealed, head
}
