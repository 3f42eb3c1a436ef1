package mspdi

import (
	"strconv"

	"github.com/go-marops/marops/planning"
)

// phaseKey is the key of the phase of a summary, which no task has.
func phaseKey(uid int) string { return "phase-" + strconv.Itoa(uid) }

// tasks reads the outline. What stands below a summary, at a higher level, is in
// its phase.
func (c *reader) tasks() {
	c.task, c.resume = map[int]int{}, map[int]gap{}
	c.positions = make([]int, len(c.in.Tasks))
	var above []int // summaries, by index in p.Tasks
	for i := range c.in.Tasks {
		in := &c.in.Tasks[i]
		c.positions[i] = -1
		if in.IsNull {
			continue
		}
		key := strconv.Itoa(in.UID)
		subject := "task/" + key
		if _, twice := c.task[in.UID]; twice {
			c.bad("mspdi.uid", subject, "give every task its own UID", "UID %d is given twice", in.UID)
			continue
		}
		if in.Active != nil && !*in.Active {
			c.task[in.UID] = -1
			c.warn("mspdi.task.inactive", subject, "activate or delete it", "%.40q is not active", in.Name)
			continue
		}
		k := len(c.p.Tasks)
		c.task[in.UID], c.positions[i] = k, k
		t := Task{UID: in.UID, OutlineLevel: in.OutlineLevel, Summary: bool(in.Summary)}
		t.Key, t.Name = planning.TaskKey(key), in.Name
		for len(above) > 0 && c.p.Tasks[above[len(above)-1]].OutlineLevel >= in.OutlineLevel {
			c.end[above[len(above)-1]] = k
			above = above[:len(above)-1]
		}
		parent := ""
		if len(above) > 0 {
			parent = phaseKey(c.p.Tasks[above[len(above)-1]].UID)
		}
		switch {
		case !t.Summary:
			t.Phase = parent
		case t.OutlineLevel > 0: // the project itself is no phase
			c.p.Phases = append(c.p.Phases, planning.Phase{Key: phaseKey(t.UID), Name: t.Name, Parent: parent})
			above = append(above, k)
		}
		c.fill(&t, in, subject)
		c.p.Tasks, c.end = append(c.p.Tasks, t), append(c.end, k+1)
		if !t.Summary {
			c.progress(k, in, subject)
		}
	}
	for _, k := range above {
		c.end[k] = len(c.p.Tasks)
	}
}

var constraints = [8]planning.ConstraintKind{
	planning.ASAP, planning.ALAP, planning.MSO, planning.MFO, planning.SNET, planning.SNLT, planning.FNET, planning.FNLT,
}

func (c *reader) fill(t *Task, in *xmlTask, subject string) {
	elapsed, _ := formatOf(in.DurationFormat)
	t.Duration = length(c.minutes(subject, in.Duration), elapsed)
	c.constraint(t, in, subject)
	t.Deadline = c.time(subject, in.Deadline)
	t.Started, t.Finished = c.time(subject, in.ActualStart), c.time(subject, in.ActualFinish)
	if in.Priority != nil {
		t.Priority = *in.Priority
	}
	t.Calendar = c.named(in.CalendarUID, subject)
	s := &t.Saved
	s.Start, s.Finish = c.time(subject, in.Start), c.time(subject, in.Finish)
	s.EarlyStart, s.EarlyFinish = c.time(subject, in.EarlyStart), c.time(subject, in.EarlyFinish)
	s.LateStart, s.LateFinish = c.time(subject, in.LateStart), c.time(subject, in.LateFinish)
	if in.TotalSlack != nil {
		s.TotalSlack = minutesOf(*in.TotalSlack)
	}
	if in.FreeSlack != nil {
		s.FreeSlack = minutesOf(*in.FreeSlack)
	}
	s.Critical, s.Percent = bool(in.Critical), in.PercentComplete
	if t.Summary {
		if t.Constraint.Kind != planning.ASAP || !t.Deadline.IsZero() {
			c.warn("mspdi.summary.constraint", subject, "constrain the tasks below the summary", "%s and a deadline %q hold no task", t.Constraint.Kind, in.Deadline)
		}
		return
	}
	if in.Manual {
		c.warn("mspdi.task.manual", subject, "let it be scheduled by its links", "it is scheduled by hand from %s", in.Start)
	}
	if in.ExternalTask || in.IsSubproject {
		c.warn("mspdi.task.external", subject, "put all projects in one file", "%.40q is in another file", in.Name)
	}
	if in.LevelingDelay != 0 {
		c.warn("mspdi.task.delay", subject, "give the task a date to start from", "levelling delays it by %d tenths of a minute", in.LevelingDelay)
	}
}

// constraint reads the constraint of a task. In a project that is scheduled from its
// finish all is done as late as possible, so that this needs no constraint.
func (c *reader) constraint(t *Task, in *xmlTask, subject string) {
	switch kind := in.ConstraintType; {
	case kind < 0 || kind >= len(constraints):
		c.bad("mspdi.value", subject, "use a constraint type from 0 to 7", "constraint type %d", kind)
	case kind == 0 && c.p.FromFinish && !t.Summary:
		c.warn("mspdi.constraint.asap", subject, "schedule the project from its start", "as soon as possible is read as late as possible")
	case kind == 1 && !c.p.FromFinish && !t.Summary:
		t.Constraint.Kind = planning.ALAP
	case kind > 1:
		t.Constraint = planning.Constraint{Kind: constraints[kind], At: c.time(subject, in.ConstraintDate)}
	}
}

// progress reads what remains of a started task, if it is done from the status
// date on. Else the task goes on where it stopped: it takes its duration from its
// start on, but for the days between Stop and Resume.
func (c *reader) progress(i int, in *xmlTask, subject string) {
	t := &c.p.Tasks[i]
	if t.Started.IsZero() && in.PercentComplete > 0 {
		c.warn("mspdi.task.progress", subject, "give the actual start", "%d %% are done of what has not started", in.PercentComplete)
	}
	stop, resume := c.time(subject, in.Stop), c.time(subject, in.Resume)
	left := c.minutes(subject, in.RemainingDuration)
	if t.Started.IsZero() || !t.Finished.IsZero() {
		return
	}
	if in.RemainingDuration == "" {
		left = over(t.Duration.Amount()*int64(100-min(max(in.PercentComplete, 0), 100)), 100)
	}
	elapsed, _ := formatOf(in.DurationFormat)
	cal := c.clock(t.Calendar)
	if cal != nil && !resume.IsZero() {
		from := t.Started
		if c.p.Status.After(from) {
			from = c.p.Status
		}
		same := resume.Equal(from) || !elapsed && c.near(from) && c.near(resume) && cal.Between(from, resume) == 0
		if same && left > 0 && !c.p.Status.IsZero() {
			t.Remaining = length(left, elapsed)
			c.resume[i] = gap{minuteOf(stop), minuteOf(resume)}
			return
		}
		if !stop.IsZero() && resume.After(stop) {
			c.resume[i] = gap{minuteOf(stop), minuteOf(resume)}
		}
	}
	if in.PercentComplete > 0 {
		c.warn("mspdi.task.progress", subject, "resume it on the status date", "%d %% are done, and it goes on where it stopped", in.PercentComplete)
	}
}
