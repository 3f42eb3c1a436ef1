package workflow_test

import (
	"strings"
	"testing"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/require"
)

func TestExplain(t *testing.T) {
	staff := launchStaff()
	staff.Delegations = []workflow.Delegation{{From: "emil", To: "ada", Since: monday(), Until: monday().AddDate(0, 0, 1)}}
	r := start(t, launch(), staff, launchSubmit(eur(1)))
	require.NoError(t, r.vote("copy", "eva", workflow.RequestChanges))
	r.ok(workflow.Vote{Stage: "copy", By: "ada", OnBehalfOf: "emil", Version: 1, Verdict: workflow.Approve})
	require.Equal(t, []string{
		"copy: open; 1 of 2 approvals",
		"emil: approve, cast by ada, on version 1",
		`eva: request changes, on version 1: "shorten it"`,
		"waits for erik",
	}, r.state.Explain("copy"))
	require.Nil(t, r.state.Explain("nowhere"))

	r.approve("copy", "erik")
	r.approve("visual", "dan")
	r.env.Now = monday().AddDate(0, 0, 20)
	r.ok(workflow.Tick{})
	require.Equal(t, strings.Join([]string{
		"active, version 1",
		"visual: approved; 1 of 1 approvals (1 silent)",
		"copy: approved; 2 of 2 approvals (1 changes requested)",
		"legal: open; 0 of 1 approvals; due 2026-03-04T09:00:00Z, no response from hana, lea, leo",
	}, "\n"), strings.Join(r.state.Why(), "\n"))
}

func TestSubjectsAreChecked(t *testing.T) {
	d := define(workflow.Stage{Key: "s", Role: "r", Rule: workflow.Any{}})
	d.Attributes = map[string][]string{"channel": {"tv"}}
	p, err := workflow.Compile(d, nil, 0)
	require.NoError(t, err)
	for name, change := range map[string]func(*workflow.Submit){
		"no attribute":     func(s *workflow.Submit) { s.Attributes = nil },
		"other value":      func(s *workflow.Submit) { s.Attributes["channel"] = "fax" },
		"empty value":      func(s *workflow.Submit) { s.Attributes["region"] = "" },
		"amount as facet":  func(s *workflow.Submit) { s.Facets = map[workflow.Facet]workflow.Digest{"amount": "x"} },
		"name taken twice": func(s *workflow.Submit) { s.Facets = map[workflow.Facet]workflow.Digest{"channel": "x"} },
		"no digest":        func(s *workflow.Submit) { s.Facets = map[workflow.Facet]workflow.Digest{"copy": ""} },
		"not UTF-8":        func(s *workflow.Submit) { s.Facets = map[workflow.Facet]workflow.Digest{"copy": "\xff"} },
		"no subject":       func(s *workflow.Submit) { s.Subject.ID = "" },
		"no requester":     func(s *workflow.Submit) { s.Requester = "" },
	} {
		s := workflow.Submit{Instance: instance, Requester: "mia", Attributes: map[string]string{"channel": "tv"}}
		s.Subject.Kind, s.Subject.ID = "campaign", "1"
		env := workflow.Env{Now: monday(), Staff: staffOf(nil)}
		_, err := p.Decide(workflow.State{}, s, env)
		require.NoError(t, err)
		change(&s)
		_, err = p.Decide(workflow.State{}, s, env)
		require.ErrorIs(t, err, workflow.ErrInvalid, name)
	}
}

// An attribute is a facet of its own name: another region is another subject.
func TestAttributesAreFacets(t *testing.T) {
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"ana"}})
	s := one("region", "r")
	s.Facets = []workflow.Facet{"region"}
	other := one("copy", "r")
	other.Facets = []workflow.Facet{"copy"}
	r := start(t, define(workflow.Par{Branches: []workflow.Block{s, other, one("everything", "r")}}), staff,
		workflow.Submit{Attributes: map[string]string{"region": "de"}})
	r.approve("region", "ana")
	r.approve("copy", "ana")
	r.approve("everything", "ana")
	r.ok(workflow.Revise{By: "mia", Version: 1, Attributes: map[string]string{"region": ""}})
	require.Empty(t, r.state.Attributes)
	require.Equal(t, workflow.StageOpen, r.status("region"))
	require.Equal(t, workflow.StageApproved, r.status("copy"))
	require.Equal(t, workflow.StageOpen, r.status("everything"))
}
