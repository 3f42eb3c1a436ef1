package mspdi

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning"
)

// ErrFormat is the kind of every error about a file that is not MSPDI.
var ErrFormat = errors.New("invalid MSPDI")

const maxBytes = 256 << 20

// Project is what a file says.
type Project struct {
	Name      string
	Start     time.Time
	Finish    time.Time // as saved
	LateDates planning.LateDates
	Calendar  string                   // of tasks that name none
	Calendars map[string]worktime.Spec // by name
	Tasks     []Task                   // in the order of the file, with summaries
	Links     []planning.Link
	Resources []planning.Resource
	Findings  finding.List // warnings about what a Plan cannot say
}

// Task is a task of a file.
type Task struct {
	planning.Task      // its key is the UID
	UID           int  //
	OutlineLevel  int  // 1 is the top, 0 the project itself
	Summary       bool // rolled up from the tasks below; not in the Plan
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
}

// Plan returns the project without its summary tasks, for planning.Compile.
func (p *Project) Plan() planning.Plan {
	out := planning.Plan{
		Start: civil.DateOf(p.Start), StartClock: worktime.Clock(p.Start.Hour()*60 + p.Start.Minute()),
		Calendar: p.Calendar, Calendars: map[string]worktime.Spec{},
		Resources: p.Resources, Links: p.Links, LateDates: p.LateDates,
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

// Read reads a file of at most 256 MiB. Errors match ErrFormat, or are a
// finding.List of everything in a well-formed file that has no meaning here:
//
//	mspdi.backward        a project scheduled from its finish
//	mspdi.value           a time, duration or number that is none
//	mspdi.uid             a UID given twice
//	mspdi.link.unknown    a link to a task that is not there or in another project
//	mspdi.link.summary    a link of a summary task
//	mspdi.link.percent    a lag in percent of a duration
//
// Warnings stay in Project.Findings:
//
//	mspdi.constraint.alap      as late as possible is read as soon as possible
//	mspdi.calendar.recurrence  a recurring exception is left out
func Read(r io.Reader) (*Project, error) {
	limited := &io.LimitedReader{R: r, N: maxBytes + 1}
	dec := xml.NewDecoder(limited)
	in := xmlProject{ScheduleFromStart: 1}
	err := dec.Decode(&in)
	switch {
	case limited.N == 0:
		return nil, fmt.Errorf("file: more than %d bytes: %w", int64(maxBytes), ErrFormat)
	case err != nil:
		line, column := dec.InputPos()
		return nil, fmt.Errorf("line %d, column %d: %w: %w", line, column, err, ErrFormat)
	}
	c := reader{in: &in, p: &Project{Name: in.Name, Calendars: map[string]worktime.Spec{}}}
	if major, _, _ := strings.Cut(in.BuildNumber, "."); len(major) == 2 && major >= "16" {
		c.p.LateDates = planning.Project2016
	}
	c.project()
	c.calendars()
	c.resources()
	c.tasks()
	c.assignments()
	c.links()
	if err := c.p.Findings.Err(); err != nil {
		return nil, err
	}
	return c.p, nil
}

type reader struct {
	in        *xmlProject
	p         *Project
	calendar  map[int]string
	task      map[int]int // UID -> index in p.Tasks
	resource  map[int]planning.ResourceKey
	positions []int // index in p.Tasks by index in in.Tasks, -1 if skipped
}

func (c *reader) bad(code, subject, fix, evidence string, args ...any) {
	if len(c.p.Findings) < 1000 {
		c.p.Findings.Errorf(code, subject, fix, evidence, args...)
	}
}

func (c *reader) time(subject, s string) time.Time {
	t, err := readTime(s)
	if err != nil {
		c.bad("mspdi.value", subject, "mend the value", "%v", err)
	}
	return t
}

func (c *reader) project() {
	c.p.Start = c.time("project/StartDate", c.in.StartDate)
	c.p.Finish = c.time("project/FinishDate", c.in.FinishDate)
	if c.p.Start.IsZero() {
		c.bad("mspdi.value", "project/StartDate", "give the project a start date", "no start date")
	}
	if c.in.ScheduleFromStart == 0 {
		c.bad("mspdi.backward", "project", "schedule the project from its start", "ScheduleFromStart is 0")
	}
}

func (c *reader) resources() {
	c.resource = map[int]planning.ResourceKey{}
	for _, r := range c.in.Resources {
		// UID 0 is "unassigned"; type 0 is material, 2 is cost.
		if r.IsNull != 0 || r.UID <= 0 || r.Type != nil && *r.Type != 1 {
			continue
		}
		key := planning.ResourceKey(strconv.Itoa(r.UID))
		if _, twice := c.resource[r.UID]; twice {
			c.bad("mspdi.uid", "resource/"+string(key), "give every resource its own UID", "UID %d is given twice", r.UID)
			continue
		}
		c.resource[r.UID] = key
		out := planning.Resource{Key: key, Name: r.Name, Units: int(r.MaxUnits)}
		if r.CalendarUID != nil {
			out.Calendar = c.calendar[*r.CalendarUID]
		}
		c.p.Resources = append(c.p.Resources, out)
	}
}

func (c *reader) tasks() {
	c.task = map[int]int{}
	c.positions = make([]int, len(c.in.Tasks))
	var phases []string // by outline level
	for i := range c.in.Tasks {
		in := &c.in.Tasks[i]
		c.positions[i] = -1
		if in.IsNull != 0 {
			continue
		}
		key := strconv.Itoa(in.UID)
		subject := "task/" + key
		if _, twice := c.task[in.UID]; twice {
			c.bad("mspdi.uid", subject, "give every task its own UID", "UID %d is given twice", in.UID)
			continue
		}
		c.task[in.UID] = len(c.p.Tasks)
		c.positions[i] = len(c.p.Tasks)
		t := Task{UID: in.UID, OutlineLevel: in.OutlineLevel, Summary: in.Summary != 0}
		t.Key, t.Name = planning.TaskKey(key), in.Name
		level := min(max(in.OutlineLevel, 0), 100)
		phases = phases[:min(len(phases), level)]
		if len(phases) > 0 && !t.Summary {
			t.Phase = phases[len(phases)-1]
		}
		if t.Summary {
			for len(phases) < level {
				phases = append(phases, "")
			}
			if level > 0 { // the project itself is no phase
				phases = append(phases, in.Name)
			}
		}
		c.fill(&t, in, subject)
		c.p.Tasks = append(c.p.Tasks, t)
	}
}

var constraints = [8]planning.ConstraintKind{
	planning.ASAP, planning.ASAP, planning.MSO, planning.MFO, planning.SNET, planning.SNLT, planning.FNET, planning.FNLT,
}

func (c *reader) fill(t *Task, in *xmlTask, subject string) {
	if in.Duration != "" {
		n, err := readDuration(in.Duration)
		if err != nil {
			c.bad("mspdi.value", subject, "mend the value", "%v", err)
		}
		elapsed, _ := formatOf(in.DurationFormat)
		t.Duration = length(n, elapsed)
	}
	switch kind := in.ConstraintType; {
	case kind < 0 || kind >= len(constraints):
		c.bad("mspdi.value", subject, "use a constraint type from 0 to 7", "constraint type %d", kind)
	case kind == 1 && !t.Summary:
		c.p.Findings.Warnf("mspdi.constraint.alap", subject, "give the task a date instead", "as late as possible is read as soon as possible")
	case kind > 1:
		t.Constraint = planning.Constraint{Kind: constraints[kind], At: c.time(subject, in.ConstraintDate)}
	}
	t.Deadline = c.time(subject, in.Deadline)
	t.Started, t.Finished = c.time(subject, in.ActualStart), c.time(subject, in.ActualFinish)
	if in.Priority != nil {
		t.Priority = *in.Priority
	}
	if in.CalendarUID != nil {
		t.Calendar = c.calendar[*in.CalendarUID]
	}
	s := &t.Saved
	s.Start, s.Finish = c.time(subject, in.Start), c.time(subject, in.Finish)
	s.EarlyStart, s.EarlyFinish = c.time(subject, in.EarlyStart), c.time(subject, in.EarlyFinish)
	s.LateStart, s.LateFinish = c.time(subject, in.LateStart), c.time(subject, in.LateFinish)
	if in.TotalSlack != nil {
		s.TotalSlack = worktime.Minutes(tenths(*in.TotalSlack))
	}
	if in.FreeSlack != nil {
		s.FreeSlack = worktime.Minutes(tenths(*in.FreeSlack))
	}
	s.Critical = in.Critical != 0
}

func (c *reader) assignments() {
	for _, a := range c.in.Assignments {
		i, known := c.task[a.TaskUID]
		key, person := c.resource[a.ResourceUID]
		if known && person && !c.p.Tasks[i].Summary {
			c.p.Tasks[i].Assignments = append(c.p.Tasks[i].Assignments, planning.Assignment{Resource: key, Units: int(a.Units)})
		}
	}
}

var linkTypes = [4]planning.LinkType{planning.FF, planning.FS, planning.SF, planning.SS}

func (c *reader) links() {
	for i := range c.in.Tasks {
		if c.positions[i] < 0 {
			continue
		}
		to := &c.p.Tasks[c.positions[i]]
		for _, l := range c.in.Tasks[i].Links {
			subject := fmt.Sprintf("link/%d->%d", l.PredecessorUID, to.UID)
			from, ok := c.task[l.PredecessorUID]
			elapsed, percent := formatOf(l.LagFormat)
			typ := planning.FS
			switch {
			case !ok || l.CrossProject != 0:
				c.bad("mspdi.link.unknown", subject, "link tasks of one file", "the predecessor is not in the file")
				continue
			case to.Summary || c.p.Tasks[from].Summary:
				c.bad("mspdi.link.summary", subject, "link the tasks below the summary", "a summary task has no dates of its own")
			case percent && l.LinkLag != 0:
				c.bad("mspdi.link.percent", subject, "give the lag as a time", "lag format %d is a percentage", l.LagFormat)
			case l.Type != nil && (*l.Type < 0 || *l.Type >= len(linkTypes)):
				c.bad("mspdi.value", subject, "use a link type from 0 to 3", "link type %d", *l.Type)
			case l.Type != nil:
				typ = linkTypes[*l.Type]
			}
			const most = 1e12 // tenths of a minute, beyond what planning accepts
			lag := length(tenths(min(max(l.LinkLag, -most), most)), elapsed)
			c.p.Links = append(c.p.Links, planning.Link{From: c.p.Tasks[from].Key, To: to.Key, Type: typ, Lag: lag})
		}
	}
}
