package planning

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
)

// Limits of a Plan.
const (
	maxTasks     = 2_000_000
	maxLinks     = 8_000_000
	maxResources = 100_000
	maxBookings  = 8_000_000
	maxKey       = 255
	maxAmount    = 52_596_000 // minutes of a hundred years of 365.25 days, for durations and lags
	maxDays      = 36_525     // the same in days
	maxUnits     = 1_000_000  // a thousand people
	maxFindings  = 1_000
	maxEffort    = 1 << 61 // of a whole plan, so that sums of it fit
)

// Compile checks a plan and makes it answer questions. The plan is copied. The
// error is a finding.List with one of these codes per problem:
//
//	planning.size               more tasks, links, resources or assignments than a plan may have
//	planning.start              no start date
//	planning.calendar           a calendar that is not there or not valid (evidence: the worktime finding)
//	planning.key.invalid        an empty key, one of more than 255 bytes or not UTF-8
//	planning.key.duplicate      a key given twice
//	planning.task.duration      a negative duration, or one of more than a hundred years
//	planning.task.constraint    a constraint without a date, or a date without a constraint
//	planning.task.window        a constraint and a deadline that no duration fits between
//	planning.task.actual        finished without or before having started
//	planning.task.instant       a time outside the years 1 to 9999
//	planning.link.unknown       a link to a task that is not there
//	planning.link.type          no link type
//	planning.link.lag           a lag of more than a hundred years
//	planning.link.cycle         tasks that wait for each other (evidence: the path)
//	planning.resource.units     units below 0 or above 1,000,000
//	planning.assignment.unknown    a resource that is not there
//	planning.assignment.duplicate  a resource assigned twice to a task
//	planning.assignment.units      a demand above everything the resource ever has
//	planning.assignment.calendar   task and people have no common working time
func Compile(plan Plan) (*Model, error) {
	if err := checkSize(plan); err != nil {
		return nil, err
	}
	c := compiler{m: &Model{plan: plan.Clone()}}
	c.resources()
	c.tasks()
	c.links()
	if c.calendars(); len(c.found) == 0 {
		c.windows()
	}
	c.cycles()
	if err := c.found.Err(); err != nil {
		return nil, err
	}
	return c.m, nil
}

func checkSize(p Plan) error {
	var found finding.List
	bookings := 0
	for i := range p.Tasks {
		bookings += len(p.Tasks[i].Assignments)
	}
	for _, n := range []struct {
		what     string
		got, max int
	}{
		{"tasks", len(p.Tasks), maxTasks},
		{"links", len(p.Links), maxLinks},
		{"resources", len(p.Resources), maxResources},
		{"assignments", bookings, maxBookings},
	} {
		if n.got > n.max {
			found.Errorf("planning.size", "plan", "split the plan", "%d %s: at most %d", n.got, n.what, n.max)
		}
	}
	return found.Err()
}

type compiler struct {
	m     *Model
	found finding.List
}

// errorf notes a problem; a plan that is wrong throughout gets the first
// thousand.
func (c *compiler) errorf(code string, subject place, fix, evidence string, args ...any) {
	if len(c.found) < maxFindings {
		c.found.Errorf(code, subject.String(), fix, evidence, args...)
	}
}

// place is the subject of a finding, put into words only if there is one: most
// plans have nothing wrong.
type place struct {
	what, key, to string
	i             int
}

func (p place) String() string {
	switch {
	case p.to != "":
		return p.what + "/" + clip(p.key) + "->" + clip(p.to)
	case p.key != "":
		return p.what + "/" + clip(p.key)
	case p.i >= 0:
		return fmt.Sprintf("%ss[%d]", p.what, p.i)
	}
	return p.what
}

// nowhere is the place of what concerns all of a plan.
func nowhere(what string) place { return place{what: what, i: -1} }

func taskPlace(key TaskKey, i int) place { return place{what: "task", key: string(key), i: i} }

// clip makes text from outside fit a message.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) > 80 {
		s = strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}

func (c *compiler) checkKey(key string, subject place) bool {
	if key == "" || len(key) > maxKey || !utf8.ValidString(key) {
		c.errorf("planning.key.invalid", subject, "give it a key of 1 to 255 bytes of UTF-8", "key %q", clip(key))
		return false
	}
	return true
}

func (c *compiler) resources() {
	m := c.m
	m.holder = make(map[ResourceKey]int32, len(m.plan.Resources))
	m.capacity = make([]int64, len(m.plan.Resources))
	for i, r := range m.plan.Resources {
		subject := place{what: "resource", key: string(r.Key), i: i}
		if c.checkKey(string(r.Key), subject) {
			if _, twice := m.holder[r.Key]; twice {
				c.errorf("planning.key.duplicate", subject, "rename one of them", "resources[%d] has the key of an earlier resource", i)
			} else {
				m.holder[r.Key] = int32(i)
			}
		}
		m.capacity[i] = units(r.Units)
		if r.Units < 0 || r.Units > maxUnits {
			c.errorf("planning.resource.units", subject, "give 1 to 1,000,000 thousandths", "units %d", r.Units)
		}
	}
}

func (c *compiler) tasks() {
	m, n := c.m, len(c.m.plan.Tasks)
	m.index = make(map[TaskKey]int32, n)
	m.dur = make([]worktime.Length, n)
	m.constraint = make([]constraint, n)
	m.deadline, m.started, m.finished = make([]int64, n), make([]int64, n), make([]int64, n)
	for i := range m.plan.Tasks {
		t := &m.plan.Tasks[i]
		subject := taskPlace(t.Key, i)
		if c.checkKey(string(t.Key), subject) {
			if _, twice := m.index[t.Key]; twice {
				c.errorf("planning.key.duplicate", subject, "rename one of them", "tasks[%d] has the key of an earlier task", i)
			} else {
				m.index[t.Key] = int32(i)
			}
		}
		m.dur[i] = t.Duration
		if t.Duration.Amount() < 0 || tooLong(t.Duration) {
			c.errorf("planning.task.duration", subject, "give a duration of at most a hundred years", "duration %s", t.Duration)
		}
		c.dates(i, t, subject)
		c.assignments(t, subject)
	}
	type owned struct {
		task int32
		booking
	}
	var all []owned
	effort := int64(0)
	for i := range m.plan.Tasks {
		for _, a := range m.plan.Tasks[i].Assignments {
			if r, ok := m.holder[a.Resource]; ok {
				all = append(all, owned{int32(i), booking{r, units(a.Units)}})
				effort = min(maxEffort, effort+mostMinutes(m.dur[i])*min(max(units(a.Units), 0), maxUnits))
			}
		}
	}
	if effort == maxEffort {
		c.errorf("planning.size", nowhere("plan"), "split the plan", "all work together is too much to count")
	}
	m.books = group(n, len(all), func(i int) int32 { return all[i].task }, func(i int) booking { return all[i].booking })
}

// mostMinutes returns an upper bound of a duration's working minutes.
func mostMinutes(l worktime.Length) int64 {
	n := l.Amount()
	if l.Kind() == worktime.KindDays {
		n = min(n, maxDays) * 1440
	}
	return min(max(n, 0), maxAmount)
}

func tooLong(l worktime.Length) bool {
	limit := int64(maxAmount)
	if l.Kind() == worktime.KindDays {
		limit = maxDays
	}
	return l.Amount() > limit || l.Amount() < -limit
}

func (c *compiler) dates(i int, t *Task, subject place) {
	m := c.m
	read := func(at time.Time, none int64) int64 {
		if at.IsZero() {
			return none
		}
		if y := at.UTC().Year(); y < 1 || y > 9999 {
			c.errorf("planning.task.instant", subject, "give a time in the years 1 to 9999", "year %d", y)
			return none
		}
		return instant(at)
	}
	m.deadline[i] = read(t.Deadline, never)
	m.started[i] = read(t.Started, always)
	m.finished[i] = read(t.Finished, always)
	m.constraint[i] = constraint{t.Constraint.Kind, read(t.Constraint.At, 0)}
	switch {
	case t.Constraint.Kind > MFO:
		c.errorf("planning.task.constraint", subject, "use one of ASAP, SNET, SNLT, FNET, FNLT, MSO, MFO", "%s is no constraint", t.Constraint.Kind)
	case (t.Constraint.Kind == ASAP) != t.Constraint.At.IsZero():
		c.errorf("planning.task.constraint", subject, "give both a kind and a date, or neither", "constraint %s with date %q", t.Constraint.Kind, dateText(t.Constraint.At))
	}
	if !t.Finished.IsZero() && (t.Started.IsZero() || t.Finished.Before(t.Started) || m.finished[i]-m.started[i] > maxAmount) {
		c.errorf("planning.task.actual", subject, "give the actual start, at most a hundred years before the actual finish", "started %q, finished %q", dateText(t.Started), dateText(t.Finished))
	}
}

func dateText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04")
}

func (c *compiler) assignments(t *Task, subject place) {
	seen := make(map[ResourceKey]bool, len(t.Assignments))
	for _, a := range t.Assignments {
		r, ok := c.m.holder[a.Resource]
		switch {
		case !ok:
			c.errorf("planning.assignment.unknown", subject, "add the resource or drop the assignment", "resource %q is not in the plan", clip(string(a.Resource)))
		case seen[a.Resource]:
			c.errorf("planning.assignment.duplicate", subject, "add up the units in one assignment", "resource %q is assigned twice", clip(string(a.Resource)))
		case a.Units < 0 || units(a.Units) > c.m.capacity[r]:
			c.errorf("planning.assignment.units", subject, "book at most what the resource has, or make the task longer",
				"%d thousandths of %q, which never has more than %d", units(a.Units), clip(string(a.Resource)), c.m.capacity[r])
		}
		seen[a.Resource] = true
	}
}

// windows refuses a task whose own dates contradict each other. Dates that
// links make impossible are not errors: they show as negative float.
func (c *compiler) windows() {
	m := c.m
	for i := range m.plan.Tasks {
		at, toFinish, ok := m.constraint[i].earliest()
		if !ok || m.deadline[i] == never {
			continue
		}
		end := at
		if !toFinish {
			end = finish(m.cal[i], startOn(m.cal[i], at, m.dur[i]), m.dur[i])
		}
		if m.cal[i].PrevMinute(end) > m.deadline[i] {
			t := &m.plan.Tasks[i]
			c.errorf("planning.task.window", taskPlace(t.Key, i), "move the deadline or the constraint",
				"%s %s takes %s, past the deadline %s", t.Constraint.Kind, dateText(t.Constraint.At), t.Duration, dateText(t.Deadline))
		}
	}
}

// horizon returns the days to tabulate.
func horizon(p *Plan) civil.Period {
	if !p.Horizon.IsEmpty() {
		return p.Horizon
	}
	return civil.Days(p.Start.AddMonths(-12), p.Start.AddMonths(36))
}
