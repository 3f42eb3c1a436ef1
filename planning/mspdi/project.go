package mspdi

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning"
)

// Project is what a file says.
type Project struct {
	Name       string
	Start      time.Time // as saved if FromFinish
	Finish     time.Time // as saved unless FromFinish
	FromFinish bool      // scheduled from its finish: everything as late as possible
	Status     time.Time // up to when progress is told; zero if the file does not say
	LateDates  planning.LateDates
	Calendar   string                   // of tasks that name none
	Calendars  map[string]worktime.Spec // by name
	Tasks      []Task                   // in the order of the file, with summaries
	Phases     []planning.Phase         // a summary each, but for the project itself; the key is "phase-" and the UID
	Links      []planning.Link
	Resources  []planning.Resource
	Findings   finding.List // warnings about what a Plan cannot say
}

// Task is a task of a file.
type Task struct {
	planning.Task      // its key is the UID
	UID           int  //
	OutlineLevel  int  // 1 is the top, 0 the project itself
	Summary       bool // rolled up from the tasks below; a Phase of the Plan, not a Task
	Saved         Saved
}

// Saved holds what the program that wrote the file had computed. Times are zero
// where the file has none.
type Saved struct {
	Start, Finish           time.Time
	EarlyStart, EarlyFinish time.Time
	LateStart, LateFinish   time.Time
	TotalSlack, FreeSlack   worktime.Minutes
	Critical                bool
	Percent                 int // of the duration that is done
}

// Plan returns the project for planning.Compile: its summary tasks are phases.
//
// A project scheduled from its finish becomes a plan whose Finish is the last day
// with work before that moment, of the project's calendar, and which may use all
// of that day: midnight and the first hour of a working day end the day before.
func (p *Project) Plan() planning.Plan {
	out := planning.Plan{
		Start: civil.DateOf(p.Start), StartClock: worktime.Clock(p.Start.Hour()*60 + p.Start.Minute()),
		Status: p.Status, Calendar: p.Calendar, Calendars: map[string]worktime.Spec{},
		Resources: p.Resources, Phases: p.Phases, Links: p.Links, LateDates: p.LateDates,
	}
	if p.FromFinish {
		out.Start, out.StartClock = civil.Date{}, 0
		out.Finish, _ = p.lastDay()
	}
	use := func(name string) {
		if spec, ok := p.Calendars[name]; ok {
			out.Calendars[name] = spec
		}
	}
	use(p.Calendar)
	for _, r := range p.Resources {
		use(r.Calendar)
	}
	for _, t := range p.Tasks {
		if !t.Summary {
			use(t.Calendar)
			out.Tasks = append(out.Tasks, t.Task)
		}
	}
	return out.Clone()
}

// lastDay returns the day that ends with the project, and the work that is left of
// it behind the finish.
func (p *Project) lastDay() (civil.Date, worktime.Minutes) {
	day := civil.DateOf(p.Finish)
	cal, err := worktime.Compile(p.Calendars[p.Calendar], civil.Days(day, day))
	if err != nil { // planning reports it
		return day, 0
	}
	if cal.Between(day.In(cal.Location()), p.Finish) <= 0 {
		return day.AddDays(-1), 0
	}
	return day, cal.Between(p.Finish, day.AddDays(1).In(cal.Location()))
}

// Network returns Plan without resources: tasks, links and calendars, which is
// what the saved early and late dates follow from. A task that names no calendar
// but has people with calendars of their own gets the union of theirs, in which
// Microsoft Project measures its duration; in a Plan they would work together
// and need common time. The error is a finding.List of calendars that have no
// union: see worktime.Union.
func (p *Project) Network() (planning.Plan, error) {
	out := p.Plan()
	own := map[planning.ResourceKey]string{}
	for _, r := range p.Resources {
		own[r.Key] = r.Calendar
		if r.Calendar == "" {
			own[r.Key] = p.Calendar
		}
	}
	for i := range out.Tasks {
		t := &out.Tasks[i]
		var names []string
		for _, a := range t.Assignments {
			names = append(names, own[a.Resource])
		}
		t.Assignments = nil
		slices.Sort(names)
		names = slices.Compact(names)
		if t.Calendar != "" || len(names) == 0 {
			continue
		}
		t.Calendar = strings.Join(names, " + ")
		spec := p.Calendars[names[0]]
		for _, name := range names[1:] {
			var err error
			if spec, err = worktime.Union(spec, p.Calendars[name]); err != nil {
				return planning.Plan{}, err
			}
		}
		out.Calendars[t.Calendar] = spec
	}
	out.Resources = nil
	maps.DeleteFunc(out.Calendars, func(name string, _ worktime.Spec) bool {
		return name != out.Calendar && !slices.ContainsFunc(out.Tasks, func(t planning.Task) bool { return t.Calendar == name })
	})
	return out, nil
}
