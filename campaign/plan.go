package campaign

import (
	"cmp"
	"maps"
	"slices"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/planning"
)

// Plan joins the tree to planning: tasks with their links, targets and actual
// times, and the team as resources. A task keeps its own calendar, else its
// assignee's, else the team's, and without Units of its own it takes all of its
// assignee. Problems show when planning compiles it.
func (t Tree) Plan(team Team) planning.Plan {
	p := planning.Plan{
		Start:     t.Start,
		Calendars: maps.Clone(team.Calendars),
		Calendar:  team.home(),
		Tasks:     make([]planning.Task, 0, len(t.Tasks)),
	}
	whole := make(map[ident.Person]int, len(team.People)) // what all of a person is
	for _, m := range team.People {
		whole[m.Person] = m.Units
		p.Resources = append(p.Resources, planning.Resource{
			Key: planning.ResourceKey(m.Person), Name: m.Name, Calendar: m.Calendar,
			Units: m.Units, Absences: slices.Clone(m.Absences),
		})
	}
	for i := range t.Tasks {
		task := &t.Tasks[i]
		out := planning.Task{
			Key: task.Key, Name: task.Name, Phase: task.Phase, Duration: task.Duration,
			Calendar: team.calendarOf(task), Constraint: task.Constraint, Deadline: task.Due,
			Started: task.Started, Finished: task.Finished,
		}
		if task.Assignee != "" && !task.IsMilestone() {
			out.Assignments = []planning.Assignment{{Resource: planning.ResourceKey(task.Assignee), Units: cmp.Or(task.Units, whole[task.Assignee])}}
		}
		p.Tasks = append(p.Tasks, out)
		for _, d := range task.Predecessors {
			p.Links = append(p.Links, planning.Link{From: d.Task, To: task.Key, Type: d.Type, Lag: d.Lag})
		}
	}
	return p
}
