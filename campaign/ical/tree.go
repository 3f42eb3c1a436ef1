package ical

import (
	"time"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/planning"
)

// FromTree returns a tree's milestones and gates as events and its other tasks
// as todos, with the dates of a plan. What has no date is left out. UIDs are
// made of the node's id and the key, so that a later version replaces this one.
func FromTree(name string, t campaign.Tree, dated planning.Dated, stamp time.Time) Calendar {
	c := Calendar{Name: name}
	dates := dated.Dates()
	for _, task := range t.Tasks {
		span, ok := dates.Of(task.Key)
		if !ok {
			continue
		}
		uid := task.Node.String() + "/task/" + string(task.Key)
		var categories []string
		if task.Phase != "" {
			categories = []string{task.Phase}
		}
		if task.IsMilestone() {
			c.Events = append(c.Events, Event{
				UID: uid, Stamp: stamp, Summary: task.Name, Description: task.Deliverable, Categories: categories, Start: span.Start,
			})
			continue
		}
		c.Todos = append(c.Todos, Todo{
			UID: uid, Stamp: stamp, Summary: task.Name, Description: task.Deliverable, Categories: categories,
			Start: span.Start, Due: span.Finish, Completed: task.Finished,
		})
	}
	for _, g := range t.Gates {
		if g.Due.IsZero() {
			continue
		}
		c.Events = append(c.Events, Event{
			UID: g.Node.String() + "/gate/" + string(g.Key), Stamp: stamp, Summary: g.Name, Categories: []string{"Gate"}, Start: g.Due,
		})
	}
	return c
}
