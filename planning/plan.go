package planning

import (
	"maps"
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/money"
)

// TaskKey names a task within a plan.
type TaskKey string

// ResourceKey names a resource within a plan.
type ResourceKey string

// Plan is a project as people author it. Compile turns it into a Model. It is
// plain data with a JSON form; Clone copies it for a what-if.
type Plan struct {
	Start      civil.Date               `json:"start,omitzero"`      // nothing starts earlier, except what has started
	StartClock worktime.Clock           `json:"startClock,omitzero"` // time of that day, in the plan's calendar; 00:00 is its working time
	Finish     civil.Date               `json:"finish,omitzero"`     // if set, the plan is scheduled from its finish: everything as late as this day allows; Start is then not needed
	Status     time.Time                `json:"status,omitzero"`     // what remains of started tasks is done from here on
	Horizon    civil.Period             `json:"horizon,omitzero"`    // days to tabulate; empty: a year before Start to three years after
	Calendars  map[string]worktime.Spec `json:"calendars"`
	Calendar   string                   `json:"calendar"` // of tasks and resources that name none; "" if there is one only
	Resources  []Resource               `json:"resources,omitempty"`
	Phases     []Phase                  `json:"phases,omitempty"` // only those with a name, a parent or links of their own
	Tasks      []Task                   `json:"tasks"`
	Links      []Link                   `json:"links,omitempty"`
	LateDates  LateDates                `json:"lateDates,omitzero"`
}

// Task is a piece of work that is not interrupted except by its calendar and its
// pauses.
type Task struct {
	Key         TaskKey         `json:"key"`
	Name        string          `json:"name,omitempty"`
	Phase       string          `json:"phase,omitempty"`   // group for roll-up: Dates.Phases
	Duration    worktime.Length `json:"duration"`          // working minutes, working days or elapsed; nothing is a milestone
	Effort      worktime.Length `json:"effort,omitzero"`   // instead of Duration: working minutes of one person, done by all assigned together
	Estimate    Estimate        `json:"estimate,omitzero"` // how uncertain the duration is: Model.Simulate
	Calendar    string          `json:"calendar,omitempty"`
	Constraint  Constraint      `json:"constraint,omitzero"`
	Deadline    time.Time       `json:"deadline,omitzero"` // target for the finish
	Assignments []Assignment    `json:"assignments,omitempty"`
	Needs       []Need          `json:"needs,omitempty"`     // people by skill, whoever they are
	Modes       []Mode          `json:"modes,omitempty"`     // other ways to do it; Duration, Assignments and Needs are the first
	Priority    int             `json:"priority,omitempty"`  // higher goes first where late dates leave it open
	Weight      int             `json:"weight,omitempty"`    // how much a minute of lateness counts; 0 is 1
	Tentative   bool            `json:"tentative,omitempty"` // not promised yet: counted apart in capacity
	Pauses      []civil.Period  `json:"pauses,omitempty"`    // days on which the task rests: it is split around them
	Started     time.Time       `json:"started,omitzero"`    // actual start: the task does not move any more
	Finished    time.Time       `json:"finished,omitzero"`   // actual finish; wants Started
	Remaining   worktime.Length `json:"remaining,omitzero"`  // of a started task, done from Plan.Status on; nothing: Duration from Started on
}

// Phase is a group of tasks, perhaps within another. A Link that names it stands
// for one to or from each of its tasks.
type Phase struct {
	Key    string `json:"key"`
	Name   string `json:"name,omitempty"`
	Parent string `json:"parent,omitempty"`
}

// Mode is a way to do a task: how long it takes, and who does it.
type Mode struct {
	Name        string          `json:"name,omitempty"`
	Duration    worktime.Length `json:"duration"`
	Assignments []Assignment    `json:"assignments,omitempty"`
	Needs       []Need          `json:"needs,omitempty"`
}

// Need asks for people with a skill for the whole of a task. Which of them do it
// is for a Schedule to say; one person does not fill two needs of a task.
type Need struct {
	Skill string `json:"skill"`
	Level int    `json:"level,omitempty"` // at least
	Heads int    `json:"heads,omitempty"` // 0 is 1
	Units int    `json:"units,omitempty"` // thousandths of each; 0 is 1000
}

// Estimate is a duration as three points, in the unit of the task's Duration. It
// is the triangular or beta (PERT) distribution from Min over Likely to Max, or
// the lognormal one whose median is Likely and of which 90 % lie below Max. The
// zero Estimate is certain.
type Estimate struct {
	Min    int64 `json:"min,omitempty"`
	Likely int64 `json:"likely,omitempty"`
	Max    int64 `json:"max,omitempty"`
	Shape  Shape `json:"shape,omitzero"`
}

// IsMilestone reports whether the task takes no time.
func (t Task) IsMilestone() bool { return t.Duration.IsZero() && t.Effort.IsZero() }

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
	From     TaskKey         `json:"from"` // the predecessor, or a phase
	To       TaskKey         `json:"to"`   // the successor, or a phase
	Type     LinkType        `json:"type,omitzero"`
	Lag      worktime.Length `json:"lag,omitzero"`       // in working time of the successor's calendar, or elapsed; negative is a lead
	Percent  int             `json:"percent,omitempty"`  // instead of Lag: so many percent of the predecessor's duration
	Calendar string          `json:"calendar,omitempty"` // in whose working time the lag runs; "" is the successor's
}

// Resource is a person, a pool, a machine or a stock that tasks occupy.
type Resource struct {
	Key      ResourceKey    `json:"key"`
	Name     string         `json:"name,omitempty"`
	Kind     ResourceKind   `json:"kind,omitzero"`
	Calendar string         `json:"calendar,omitempty"`
	Units    int            `json:"units,omitempty"`    // thousandths: 500 is half a person, 3000 a pool of three; 0 is 1000. Of a Stock: how much there is for the whole plan
	Changes  []Change       `json:"changes,omitempty"`  // of Units over time
	Reserved int            `json:"reserved,omitempty"` // thousandths of the available time that no task gets: meetings, administration
	Skills   []Skill        `json:"skills,omitempty"`
	Absences []civil.Period `json:"absences,omitempty"`
	Rates    []Rate         `json:"rates,omitempty"` // what an hour costs
}

// Change sets the units of a resource from a day on. Someone who is hired has 0
// units from the plan's beginning and 1000 from the first day.
type Change struct {
	From  civil.Date `json:"from"`
	Units int        `json:"units"` // thousandths; 0 is none
}

// Skill is what a resource can do, and how well.
type Skill struct {
	Key   string `json:"key"`
	Level int    `json:"level,omitempty"`
}

// Rate is what an hour of a whole unit costs from a day on; the first rate may
// leave the day empty.
type Rate struct {
	From civil.Date  `json:"from,omitzero"`
	Hour money.Money `json:"hour"`
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
		r := &p.Resources[i]
		r.Changes, r.Skills = slices.Clone(r.Changes), slices.Clone(r.Skills)
		r.Absences, r.Rates = slices.Clone(r.Absences), slices.Clone(r.Rates)
	}
	p.Tasks = slices.Clone(p.Tasks)
	for i := range p.Tasks {
		t := &p.Tasks[i]
		t.Assignments, t.Needs, t.Pauses = slices.Clone(t.Assignments), slices.Clone(t.Needs), slices.Clone(t.Pauses)
		t.Modes = slices.Clone(t.Modes)
		for k := range t.Modes {
			m := &t.Modes[k]
			m.Assignments, m.Needs = slices.Clone(m.Assignments), slices.Clone(m.Needs)
		}
	}
	p.Phases = slices.Clone(p.Phases)
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
		t.Pauses, t.Remaining = nil, worktime.Length{}
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
