package campaign_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
)

func TestReadTeam(t *testing.T) {
	const header = "person,name,role,calendar,percent,absent\n"
	calendars := map[string]worktime.Spec{"office": worktime.MonFri("", "09:00-17:00")}
	team, roles, err := campaign.ReadTeam(strings.NewReader(header+"ada,Ada,lead,office,80,2026-02-09..2026-02-10\nben,Ben,lead,office,100,\n"), "team.csv", calendars, "office")
	require.NoError(t, err)
	assert.Equal(t, map[string][]ident.Person{"lead": {"ada", "ben"}}, roles)
	assert.Equal(t, 800, team.People[0].Units)
	assert.Equal(t, 2, team.People[0].Absences[0].Len())
	for want, row := range map[string]string{
		`team.csv: row 2, column calendar: "moon" is not one of office`:                              "ada,Ada,lead,moon,80,",
		`team.csv: row 2, column percent: "0" is not a number from 1 to 100`:                         "ada,Ada,lead,office,0,",
		`team.csv: row 2, column absent: period "soon": want YYYY-MM-DD..YYYY-MM-DD: invalid period`: "ada,Ada,lead,office,10,soon",
	} {
		_, _, err := campaign.ReadTeam(strings.NewReader(header+row+"\n"), "team.csv", calendars, "office")
		require.EqualError(t, err, want)
	}
}

func TestATaskTakesAllOfAHalfTimer(t *testing.T) {
	team := campaign.Team{Calendars: map[string]worktime.Spec{"": worktime.MonFri("", "09:00-17:00")}, People: []campaign.Member{{Person: "emil", Units: 500}}}
	tree := campaign.Tree{Tasks: []campaign.Task{{Key: "a", Assignee: "emil", Duration: worktime.Days(1)}, {Key: "b", Assignee: "emil", Units: 250, Duration: worktime.Days(1)}}}
	plan := tree.Plan(team)
	assert.Equal(t, 500, plan.Tasks[0].Assignments[0].Units)
	assert.Equal(t, 250, plan.Tasks[1].Assignments[0].Units)
}
