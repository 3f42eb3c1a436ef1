package templates_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/templates"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/planning"
)

func params() campaign.Params {
	team := campaign.Team{
		Calendars: map[string]worktime.Spec{
			"berlin":  worktime.MonFri("Europe/Berlin", "09:00-12:30", "13:30-18:00"),
			"newyork": worktime.MonFri("America/New_York", "09:00-12:30", "13:30-18:00"),
		},
		Calendar: "berlin",
	}
	owners := map[string]ident.Person{}
	for _, role := range []string{
		"lead", "product-marketing", "content", "design", "brand", "legal", "web",
		"marketing-ops", "paid-media", "pr", "sales-enablement", "market-us",
	} {
		owners[role] = ident.Person(role)
		calendar := "berlin"
		if role == "market-us" {
			calendar = "newyork"
		}
		team.People = append(team.People, campaign.Member{Person: ident.Person(role), Calendar: calendar})
	}
	return campaign.Params{
		Name:   "Aurora",
		Launch: campaign.Moment{Date: civil.MustDate(2026, time.March, 10), Clock: 9 * 60, Zone: "Europe/Berlin"},
		Team:   team, Owners: owners,
	}
}

var command = uuid.MustParse("0198c0de-0000-7000-8000-000000000001")

func ExampleGoToMarket() {
	blueprint, err := campaign.Compile(templates.GoToMarket())
	if err != nil {
		fmt.Println(err)
		return
	}
	p := params()
	tree, err := blueprint.Instantiate(p, command)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := planning.Compile(tree.Plan(p.Team))
	if err != nil {
		fmt.Println(err)
		return
	}
	path := model.CriticalPath()
	fmt.Println(len(tree.Tasks), "tasks, start", tree.Start, "launch", p.Launch)
	for f := range path.Critical() {
		fmt.Println(f.EarlyStart.Format("01-02 15:04"), tree.Task(f.Task).Name)
	}
	// Output:
	// 57 tasks, start 2025-12-29 launch 2026-03-10 09:00 Europe/Berlin
	// 12-29 09:00 Kick-off
	// 12-29 09:00 Interview customers, review wins and losses
	// 01-07 09:00 Define segments and personas
	// 01-12 09:00 Write positioning and messages
	// 01-19 09:00 Test messages and sign off positioning
	// 01-21 09:00 Write the campaign brief
	// 01-26 09:00 Develop the creative concept
	// 02-03 09:00 Produce the key visual
	// 02-11 09:00 Produce ads in all formats
	// 02-19 09:00 Review copy, ads and terms
	// 02-24 09:00 Work in review comments
	// 02-27 09:00 Give final creative approval
	// 03-02 09:00 Put in approved copy, terms and video
	// 03-04 09:00 Test page, forms, consent and tracking
	// 03-06 18:00 Go or no-go
	// 03-10 09:00 Launch
	// 04-07 09:00 Hold the retrospective
}

func TestGoToMarketIsSane(t *testing.T) {
	template := templates.GoToMarket()
	blueprint, err := campaign.Compile(template)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(template.Items), 40)
	assert.Len(t, blueprint.Roles(), 12)
	p := params()
	tree, err := blueprint.Instantiate(p, command)
	require.NoError(t, err)
	assert.Empty(t, tree.Check())
	for _, task := range tree.Tasks {
		assert.NotEmpty(t, task.Assignee, task.Key)
		assert.NotEmpty(t, task.Phase, task.Key)
		if task.Key != "kickoff" {
			assert.NotEmpty(t, task.Predecessors, task.Key)
		}
	}
	// Ten to eleven weeks of work before the launch.
	weeks := p.Launch.Date.Sub(tree.Start) / 7
	assert.GreaterOrEqual(t, weeks, 10)
	assert.LessOrEqual(t, weeks, 11)

	model, err := planning.Compile(tree.Plan(p.Team))
	require.NoError(t, err)
	path := model.CriticalPath()
	assert.Empty(t, path.Conflicts(), "the latest start meets every target")
	launch, ok := path.Of("launch")
	require.True(t, ok)
	at, err := p.Launch.Time()
	require.NoError(t, err)
	assert.True(t, launch.EarlyStart.Equal(at), launch.EarlyStart)
	us, ok := path.Of("us-copy")
	require.True(t, ok)
	assert.Equal(t, "America/New_York", us.EarlyStart.Location().String())
}

func TestGoToMarketRoundTrip(t *testing.T) {
	want := templates.GoToMarket()
	data, err := json.MarshalIndent(want, "", "  ")
	require.NoError(t, err)
	got, err := campaign.ReadTemplate(bytes.NewReader(data), "gtm.json")
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestEachCallIsFresh(t *testing.T) {
	first := templates.GoToMarket()
	first.Items[1].Predecessors[0].Task = "changed"
	first.Gates[0].Items[0].Name = "changed"
	assert.NotEqual(t, first, templates.GoToMarket())
	assert.Equal(t, planning.TaskKey("kickoff"), templates.GoToMarket().Items[1].Predecessors[0].Task)
}
