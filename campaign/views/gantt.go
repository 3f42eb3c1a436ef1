package views

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/report/chart"
)

// Timeline is a plan to be drawn on a calendar. Only Model is required.
type Timeline struct {
	Model    *planning.Model
	Dates    planning.Dated                    // a Schedule or CriticalPath of Model; nil: its critical path
	Baseline map[planning.TaskKey]civil.Period // where tasks were planned before
	Names    map[planning.ResourceKey]string   // of people; one that is not there has its name in the plan, then its key
	Marks    []chart.Mark
}

// explained is what a Schedule and a CriticalPath have beyond their dates.
type explained interface {
	Why(key planning.TaskKey) (planning.Reason, bool)
}

// Gantt returns the tasks and links of a plan, in its order. A lane is a phase,
// the tag names who does a task, the note says what binds its start. Tasks are
// critical by the critical path of the model; a link is if it joins two such
// tasks and leaves no time between them. A finished task is done to 1000
// permille, any other to 0. Days are those of the task's calendar, and a finish
// at midnight belongs to the day before; a task that Dates does not have stays
// without a bar. Without a model there is nothing but the marks.
func Gantt(t Timeline) chart.GanttData {
	g := chart.GanttData{Marks: slices.Clone(t.Marks)}
	if t.Model == nil {
		return g
	}
	plan, path := t.Model.Plan(), t.Model.CriticalPath()
	dates := t.Dates
	if dates == nil {
		dates = path
	}
	spans := dates.Dates()
	why, _ := dates.(explained)
	names := t.names(&plan)
	for i := range plan.Tasks {
		task := &plan.Tasks[i]
		float, _ := path.Of(task.Key)
		bar := chart.GanttTask{
			Key: string(task.Key), Label: task.Name, Lane: task.Phase, Tag: doers(task, names), Baseline: t.Baseline[task.Key],
			Critical: float.Critical, Milestone: task.IsMilestone(),
		}
		if bar.Label == "" {
			bar.Label = string(task.Key)
		}
		if !task.Finished.IsZero() {
			bar.Done = 1000
		}
		if span, ok := spans.Of(task.Key); ok {
			bar.Span = days(t.Model.Calendar(task.Key), span)
		}
		if why != nil {
			if reason, ok := why.Why(task.Key); ok {
				bar.Note = reason.String()
			}
		}
		g.Tasks = append(g.Tasks, bar)
	}
	for _, l := range plan.Links {
		g.Links = append(g.Links, chart.GanttLink{
			From: string(l.From), To: string(l.To), Kind: linkKind(l.Type),
			Critical: binds(l, path, t.Model.Calendar(l.To)),
		})
	}
	return g
}

func (t Timeline) names(plan *planning.Plan) map[planning.ResourceKey]string {
	names := make(map[planning.ResourceKey]string, len(plan.Resources))
	for _, r := range plan.Resources {
		names[r.Key] = nameOf(r.Key, t.Names[r.Key], r.Name)
	}
	return names
}

// nameOf returns the first name that says something, else the key.
func nameOf(key planning.ResourceKey, names ...string) string {
	for _, name := range names {
		if name != "" {
			return name
		}
	}
	return string(key)
}

// doers names who does a task. A tag stands beside a bar, so of a crowd it
// names three.
func doers(task *planning.Task, names map[planning.ResourceKey]string) string {
	const shown = 3
	var who []string
	for _, a := range task.Assignments {
		who = append(who, names[a.Resource])
	}
	if len(who) <= shown {
		return strings.Join(who, ", ")
	}
	return fmt.Sprintf("%s +%d", strings.Join(who[:shown], ", "), len(who)-shown)
}

// days returns the days that a span touches, in the zone of the task's calendar.
func days(cal *worktime.Calendar, span planning.Span) civil.Period {
	start, finish := span.Start.In(cal.Location()), span.Finish.In(cal.Location())
	first := civil.DateOf(start)
	if !start.Before(finish) {
		// A moment at midnight ends a day if work stops there. Otherwise it
		// begins one: a launch at 00:00 is not one of the day before.
		if !cal.IsWorking(start) && cal.Prev(start).Equal(start) {
			first = civil.DateOf(start.Add(-time.Minute))
		}
		return civil.Days(first, first)
	}
	return civil.Days(first, civil.DateOf(finish.Add(-time.Minute)))
}

func linkKind(t planning.LinkType) chart.LinkKind {
	switch t {
	case planning.SS:
		return chart.StartStart
	case planning.FF:
		return chart.FinishFinish
	case planning.SF:
		return chart.StartFinish
	case planning.FS:
	}
	return chart.FinishStart
}

// binds reports whether a link joins two critical tasks and its successor lies
// as early as the link allows, in the working time in which its lag runs.
func binds(l planning.Link, path *planning.CriticalPath, cal *worktime.Calendar) bool {
	from, _ := path.Of(l.From)
	to, _ := path.Of(l.To)
	if !from.Critical || !to.Critical {
		return false
	}
	earliest, at := from.EarlyFinish, to.EarlyStart
	if l.Type == planning.SS || l.Type == planning.SF {
		earliest = from.EarlyStart
	}
	if l.Type == planning.FF || l.Type == planning.SF {
		at = to.EarlyFinish
	}
	if l.Lag.Kind() == worktime.KindDays { // days count from a morning, back from an evening
		if l.Lag.Amount() > 0 {
			earliest = cal.Next(earliest)
		} else if l.Lag.Amount() < 0 {
			earliest = cal.Prev(earliest)
		}
	}
	return cal.Between(cal.Add(earliest, l.Lag), at) <= 0
}
