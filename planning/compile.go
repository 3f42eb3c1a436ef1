package planning

import (
	"fmt"
	"strings"
	"unicode/utf8"

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
	maxPercent   = 10_000
	maxModes     = 250
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
//	planning.task.duration      a negative duration or effort, one of more than a hundred years, or both
//	planning.task.estimate      three points that are not in order, or that the duration contradicts
//	planning.task.mode          a mode of a task that has started, or too many
//	planning.task.need          a need that no combination of people can fill
//	planning.task.constraint    a constraint without a date, or a date without a constraint
//	planning.task.window        a constraint and a deadline that no duration fits between
//	planning.task.actual        finished without or before having started, or a remainder of what has not
//	planning.task.instant       a time outside the years 1 to 9999
//	planning.link.unknown       a link to a task that is not there
//	planning.link.type          no link type
//	planning.link.lag           a lag of more than a hundred years, or in percent of something that has no such part
//	planning.link.phase         a link to the finish or from the start of a phase, or within it
//	planning.link.cycle         tasks that wait for each other (evidence: the path)
//	planning.resource.units     units or reserved time out of range, or changes that are not in order
//	planning.resource.stock     tasks that use up more than there is
//	planning.resource.rate      rates that are not in order or in several currencies
//	planning.phase              a phase that is listed twice, has no parent or is its own
//	planning.assignment.unknown    a resource that is not there
//	planning.assignment.duplicate  a resource assigned twice to a task
//	planning.assignment.units      a demand above everything the resource ever has
//	planning.assignment.calendar   task and people have no common working time
func Compile(plan Plan) (*Model, error) {
	if err := checkSize(plan); err != nil {
		return nil, err
	}
	c := compiler{m: &Model{}, authored: plan.Links}
	plan.Links = nil
	c.m.plan = plan.Clone()
	c.resources()
	c.tasks()
	c.phases()
	c.links()
	c.cycles()
	if c.calendars(); len(c.found) == 0 {
		c.windows()
	}
	if err := c.found.Err(); err != nil {
		return nil, err
	}
	c.m.onAxis()
	c.m.fromFinish()
	return c.m, nil
}

func checkSize(p Plan) error {
	var found finding.List
	bookings := 0
	for i := range p.Tasks {
		t := &p.Tasks[i]
		bookings += len(t.Assignments) + len(t.Needs)
		for _, m := range t.Modes {
			bookings += len(m.Assignments) + len(m.Needs) + 1
		}
	}
	for _, n := range []struct {
		what     string
		got, max int
	}{
		{"tasks", len(p.Tasks), maxTasks},
		{"links", len(p.Links), maxLinks},
		{"resources", len(p.Resources), maxResources},
		{"assignments, needs and modes", bookings, maxBookings},
		{"phases", len(p.Phases), maxResources},
	} {
		if n.got > n.max {
			found.Errorf("planning.size", "plan", "split the plan", "%d %s: at most %d", n.got, n.what, n.max)
		}
	}
	return found.Err()
}

type compiler struct {
	m        *Model
	authored []Link // the caller's: read, and kept as Model.links
	found    finding.List
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

// thePlan is the place of what concerns all of a plan.
var thePlan = place{what: "plan", i: -1}

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
