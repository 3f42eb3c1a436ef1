package planning

import (
	"maps"
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// TaskKey names a task within a plan.
type TaskKey string

// ResourceKey names a resource within a plan.
type ResourceKey string

// Plan is a project as people author it. Compile turns it into a Model. It is
// plain data with a JSON form; Clone copies it for a what-if.
type Plan struct {
	Start      civil.Date               `json:"start"`               // nothing starts earlier, except what has started
	StartClock worktime.Clock           `json:"startClock,omitzero"` // time of that day, in the plan's calendar; 00:00 is its working time
	Horizon    civil.Period             `json:"horizon,omitzero"`    // days to tabulate; empty: a year before Start to three years after
	Calendars  map[string]worktime.Spec `json:"calendars"`
	Calendar   string                   `json:"calendar"` // of tasks and resources that name none; "" if there is one only
	Resources  []Resource               `json:"resources,omitempty"`
	Tasks      []Task                   `json:"tasks"`
	Links      []Link                   `json:"links,omitempty"`
	LateDates  LateDates                `json:"lateDates,omitzero"`
}

// Task is a piece of work that is not interrupted except by its calendar.
type Task struct {
	Key         TaskKey         `json:"key"`
	Name        string          `json:"name,omitempty"`
	Phase       string          `json:"phase,omitempty"` // group for roll-up: Dates.Phases
	Duration    worktime.Length `json:"duration"`        // working minutes, working days or elapsed; nothing is a milestone
	Calendar    string          `json:"calendar,omitempty"`
	Constraint  Constraint      `json:"constraint,omitzero"`
	Deadline    time.Time       `json:"deadline,omitzero"` // target for the finish
	Assignments []Assignment    `json:"assignments,omitempty"`
	Priority    int             `json:"priority,omitempty"` // higher goes first where late dates leave it open
	Started     time.Time       `json:"started,omitzero"`   // actual start: the task does not move any more
	Finished    time.Time       `json:"finished,omitzero"`  // actual finish; wants Started
}

// IsMilestone reports whether the task takes no time.
func (t Task) IsMilestone() bool { return t.Duration.IsZero() }

// Constraint is a date for a task's start or finish. The zero Constraint is
// none.
type Constraint struct {
	Kind ConstraintKind `json:"kind"`
	At   time.Time      `json:"at,omitzero"`
}

// Assignment books a part of a resource for the whole of a task.
type Assignment struct {
	Resource ResourceKey `json:"resource"`
	Units    int         `json:"units,omitempty"` // thousandths; 0 is 1000, one person
}

// Link makes one task wait for another.
type Link struct {
	From TaskKey         `json:"from"` // the predecessor
	To   TaskKey         `json:"to"`   // the successor
	Type LinkType        `json:"type,omitzero"`
	Lag  worktime.Length `json:"lag,omitzero"` // in working time of the successor's calendar, or elapsed; negative is a lead
}

// Resource is a person or a pool that tasks occupy.
type Resource struct {
	Key      ResourceKey    `json:"key"`
	Name     string         `json:"name,omitempty"`
	Calendar string         `json:"calendar,omitempty"`
	Units    int            `json:"units,omitempty"` // thousandths: 500 is half a person, 3000 a pool of three; 0 is 1000
	Absences []civil.Period `json:"absences,omitempty"`
}

const whole = 1000 // units of one person

func units(n int) int64 {
	if n == 0 {
		return whole
	}
	return int64(n)
}

// Clone returns a deep copy.
func (p Plan) Clone() Plan {
	p.Calendars = maps.Clone(p.Calendars)
	for name, spec := range p.Calendars {
		p.Calendars[name] = spec.Clone()
	}
	p.Resources = slices.Clone(p.Resources)
	for i := range p.Resources {
		p.Resources[i].Absences = slices.Clone(p.Resources[i].Absences)
	}
	p.Tasks = slices.Clone(p.Tasks)
	for i := range p.Tasks {
		p.Tasks[i].Assignments = slices.Clone(p.Tasks[i].Assignments)
	}
	p.Links = slices.Clone(p.Links)
	return p
}

// Task returns the first task with the key for editing, nil if there is none:
//
//	slip := plan.Clone()
//	slip.Task("legal").Duration = worktime.Days(5)
func (p *Plan) Task(key TaskKey) *Task {
	i := slices.IndexFunc(p.Tasks, func(t Task) bool { return t.Key == key })
	if i < 0 {
		return nil
	}
	return &p.Tasks[i]
}

// Resource returns the first resource with the key for editing, nil if there is
// none.
func (p *Plan) Resource(key ResourceKey) *Resource {
	i := slices.IndexFunc(p.Resources, func(r Resource) bool { return r.Key == key })
	if i < 0 {
		return nil
	}
	return &p.Resources[i]
}

// Pinned returns a copy of the plan in which every task that has a period must
// be done within its days, by itself: links, targets and actual dates are left
// out. Its Overloads are what people cannot do if they keep to those days. A
// task without a period is not in it; a milestone PinnedEnd closes the last day,
// so that every task may use all of its days.
func (p Plan) Pinned(days map[TaskKey]civil.Period) Plan {
	out := p.Clone()
	out.Tasks, out.Links = out.Tasks[:0], nil
	end := Task{Key: PinnedEnd, Constraint: Constraint{Kind: SNET}}
	for _, t := range p.Clone().Tasks {
		span, ok := days[t.Key]
		if !ok || span.IsEmpty() {
			continue
		}
		calendar := t.Calendar
		if calendar == "" {
			calendar = p.Calendar
		}
		zone, err := time.LoadLocation(p.Calendars[calendar].Zone)
		if err != nil {
			zone = time.UTC // Compile reports the zone
		}
		t.Constraint = Constraint{Kind: SNET, At: span.First().In(zone)}
		t.Deadline, t.Started, t.Finished = span.Last().AddDays(1).In(zone), time.Time{}, time.Time{}
		out.Tasks = append(out.Tasks, t)
		if t.Deadline.After(end.Constraint.At) {
			end.Constraint.At = t.Deadline
		}
	}
	if len(out.Tasks) > 0 {
		out.Tasks = append(out.Tasks, end)
	}
	return out
}

// PinnedEnd is the key of the milestone that Plan.Pinned adds.
const PinnedEnd TaskKey = "(end)"
