package asana_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/asana"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

func TestTree(t *testing.T) {
	const header = "Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Assignee Email,Start Date,Due Date,Tags,Notes,Projects,Parent task,Blocked By (Dependencies),Blocking (Dependencies),Estimated days\n"
	e, err := asana.Read(strings.NewReader(header+
		"1,2026-01-01,,2026-01-01,Write,Copy,Chen,chen@example.com,2026-03-02,2026-03-03,,,,,,Launch,2\n"+
		"2,2026-01-01,,2026-01-01,Launch,Go,,,2026-03-10,2026-03-10,,,,,Write,,0\n"), "t.csv")
	require.NoError(t, err)
	team := campaign.Team{Calendars: map[string]worktime.Spec{"office": worktime.MonFri("Europe/Berlin", "09:00-17:00")}, Calendar: "office", People: []campaign.Member{{Person: "chen@example.com"}}}
	node := campaign.Node{ID: uuid.MustParse("01990000-0000-7000-8000-000000000001"), Key: "c", Level: campaign.Campaign, Name: "C", Launch: campaign.Moment{Date: civil.MustDate(2026, 3, 10), Zone: "Europe/Berlin"}}
	tree, days, err := e.Tree(node, "Launch", "Launch", team, civil.YearOf(civil.MustDate(2026, 1, 1)))
	require.NoError(t, err)
	assert.Equal(t, civil.MustDate(2026, 3, 2), tree.Start)
	assert.Equal(t, 2, days["1"].Len())
	assert.Equal(t, "2", string(tree.Nodes[0].LaunchTask))
	assert.Equal(t, "1", string(tree.Gates[0].After[0]))
	_, _, err = e.Tree(node, "Lunch", "Launch", team, civil.YearOf(civil.MustDate(2026, 1, 1)))
	require.ErrorIs(t, err, asana.ErrExport)
	require.ErrorContains(t, err, "t.csv: row 1, column Name")
}
