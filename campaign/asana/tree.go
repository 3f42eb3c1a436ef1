package asana

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/planning"
)

// Tree returns the export as a tree of one node: its tasks, with links, targets
// and actual dates, from the earliest start on. The milestone named launch is
// the node's launch, and the tasks that gate waits for are a gate of that name:
// a task's predecessors. Calendars and people come from the team. The days that
// the export has for each task are returned beside it. Errors are those of Tasks,
// of the team's calendars, or a *finding.CellError for a name that no task has or an
// assignee who is not in the team.
func (e *Export) Tree(node campaign.Node, launch, gate string, team campaign.Team, horizon civil.Period) (campaign.Tree, map[planning.TaskKey]civil.Period, error) {
	calendars := make(map[string]*worktime.Calendar)
	people := &Options{Calendars: make(map[ident.Person]*worktime.Calendar)}
	for _, name := range slices.Sorted(maps.Keys(team.Calendars)) {
		var err error
		if calendars[name], err = worktime.Compile(team.Calendars[name], horizon); err != nil {
			return campaign.Tree{}, nil, err
		}
	}
	for _, m := range team.People {
		people.Calendars[m.Person] = calendars[cmp.Or(m.Calendar, team.Calendar)]
	}
	tasks, err := e.Tasks(node.ID, calendars[team.Calendar], people)
	if err != nil {
		return campaign.Tree{}, nil, err
	}
	tree := campaign.Tree{Tasks: tasks}
	days := make(map[planning.TaskKey]civil.Period, len(tasks))
	for i, t := range tasks {
		row := &e.Rows[i]
		days[t.Key] = civil.Days(row.Start, row.Due)
		if _, ok := people.Calendars[t.Assignee]; !ok && t.Assignee != "" {
			return campaign.Tree{}, nil, cellError(e.File, row.Line, "Assignee Email", fmt.Sprintf("%q is not in the team", t.Assignee))
		}
		if !row.Start.IsZero() && (tree.Start.IsZero() || row.Start.Before(tree.Start)) {
			tree.Start = row.Start
		}
		if t.Name == launch {
			node.LaunchTask = t.Key
		}
		if t.Name == gate {
			g := campaign.Gate{Key: campaign.GateKey(t.Key), Node: node.ID, Name: t.Name}
			for _, p := range t.Predecessors {
				g.After = append(g.After, p.Task)
			}
			tree.Gates = append(tree.Gates, g)
		}
	}
	if node.LaunchTask == "" || len(tree.Gates) == 0 {
		return campaign.Tree{}, nil, cellError(e.File, 1, "Name", fmt.Sprintf("no task is named %q and %q", launch, gate))
	}
	tree.Nodes = []campaign.Node{node}
	return tree, days, tree.Check().Err()
}
