package mspdi

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
)

// ErrFormat is the kind of every error about a file that is not MSPDI.
var ErrFormat = errors.New("invalid MSPDI")

// Limits of a file.
const (
	maxBytes    = 256 << 20
	maxFindings = 1000
	maxDays     = 20_000  // exceptional days and periods of a calendar
	maxWeeks    = 400     // work weeks of a calendar and of those it derives from
	maxEntries  = 1 << 20 // exceptions and weeks of all calendars together
	maxYears    = 20      // from the start of a project within which splits are measured
	maxPercent  = 10_000
)

// Read reads a file of at most 256 MiB. Errors match ErrFormat, or are a
// finding.List of everything in a well-formed file that has no meaning here:
//
//	mspdi.value           a time, duration or number that is none
//	mspdi.uid             a UID given twice
//	mspdi.size            calendars with more days, weeks or exceptions than they may have
//	mspdi.link.unknown    a link to a task that is not there or in another project
//	mspdi.link.summary    a link from the start or to the finish of a summary, between a summary and what is in it, or with the project itself
//	mspdi.link.percent    a lag in percent of a summary, or of more than 10,000 percent
//
// Warnings stay in Project.Findings:
//
//	mspdi.finish.day           a project scheduled from a moment within a day: the plan may use all of the day
//	mspdi.constraint.asap      as soon as possible, in a project scheduled from its finish, is read as late as possible
//	mspdi.summary.constraint   a constraint or deadline of a summary is left out
//	mspdi.task.inactive        an inactive task is left out, with its links
//	mspdi.task.manual          a task that is scheduled by hand is read as one that moves with its links
//	mspdi.task.external        a task or project from another file is read as a task of this one
//	mspdi.task.delay           a levelling delay is left out
//	mspdi.task.progress        progress that no date tells: it is in Task.Saved, not in the Plan
//	mspdi.task.split           a split that is no whole days, or more than 20 years from the start of the project, is left out
//	mspdi.link.elapsed         a lag in elapsed percent of working time is read as what it is now
//	mspdi.resource.kind        a material or cost, which nobody occupies, is left out with its assignments
//	mspdi.resource.units       no units at all are read as one person
//	mspdi.resource.rate        a rate that is not in whole minor units is rounded half to even; one without a currency of ISO 4217, overtime and costs per use are left out
//	mspdi.assignment.units     an assignment of no units is left out
//	mspdi.assignment.summary   an assignment to a summary is left out
//	mspdi.calendar.unknown     a calendar that is not there or has no working time: the project's is used
//	mspdi.calendar.recurrence  an exception that recurs in an unclear way is left out
//	mspdi.calendar.week        a work week that does not say something about each of its days: those are days off
//
// What is done before the status date, and the remainder from it on, is read as
// Started and Remaining; other interruptions that last whole days are Pauses, of
// whole tasks and not of one of several people. Resources are occupied by the units
// of their assignments, whatever work is saved with them. Extended attributes,
// baselines and costs are not read.
func Read(r io.Reader) (*Project, error) {
	limited := &io.LimitedReader{R: r, N: maxBytes + 1}
	dec := xml.NewDecoder(limited)
	in := xmlProject{ScheduleFromStart: true}
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
	c.finish()
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
	errors    int
	warnings  int
	currency  money.Currency
	entries   int // of all calendars
	calendar  map[int]string
	clocks    map[string]*worktime.Calendar
	resource  map[int]int // UID -> index in p.Resources, -1 if nobody occupies it
	task      map[int]int // UID -> index in p.Tasks, -1 if it is inactive
	positions []int       // index in p.Tasks by index in in.Tasks, -1 if skipped
	end       []int       // by index in p.Tasks: behind the last task below it
	resume    map[int]gap // by index in p.Tasks: where the work of a started task is interrupted
}

func (c *reader) bad(code, subject, fix, evidence string, args ...any) {
	if c.errors++; c.errors <= maxFindings {
		c.p.Findings.Errorf(code, subject, fix, evidence, args...)
	}
}

func (c *reader) warn(code, subject, fix, evidence string, args ...any) {
	if c.warnings++; c.warnings <= maxFindings {
		c.p.Findings.Warnf(code, subject, fix, evidence, args...)
	}
}

func (c *reader) time(subject, s string) time.Time {
	t, err := readTime(s)
	if err != nil {
		c.bad("mspdi.value", subject, "mend the value", "%v", err)
	}
	return t
}

// minutes reads a duration; empty text is none.
func (c *reader) minutes(subject, s string) int64 {
	if s == "" {
		return 0
	}
	n, err := readDuration(s)
	if err != nil {
		c.bad("mspdi.value", subject, "mend the value", "%v", err)
	}
	return n
}

func (c *reader) project() {
	p := c.p
	p.Start = c.time("project/StartDate", c.in.StartDate)
	p.Finish = c.time("project/FinishDate", c.in.FinishDate)
	p.Status = c.time("project/StatusDate", c.in.StatusDate)
	p.FromFinish = !bool(c.in.ScheduleFromStart)
	switch {
	case p.FromFinish && p.Finish.IsZero():
		c.bad("mspdi.value", "project/FinishDate", "give the project a finish date", "no finish date")
	case !p.FromFinish && p.Start.IsZero():
		c.bad("mspdi.value", "project/StartDate", "give the project a start date", "no start date")
	}
	if code, err := money.ParseCurrency(c.in.CurrencyCode); err == nil {
		c.currency = code
	}
}

// finish checks that the day on which a plan must be finished is known.
func (c *reader) finish() {
	if !c.p.FromFinish || c.p.Finish.IsZero() {
		return
	}
	if day, left := c.p.lastDay(); left > 0 {
		c.warn("mspdi.finish.day", "project/FinishDate", "let the project finish at the end of a day's work",
			"%s: the plan may use %s more of %s", c.p.Finish.Format(stamp), worktime.Work(left), day)
	}
}

// named returns the name of a calendar, "" for the project's.
func (c *reader) named(uid *int, subject string) string {
	if uid == nil {
		return ""
	}
	name, ok := c.calendar[*uid]
	if !ok && *uid > 0 {
		c.warn("mspdi.calendar.unknown", subject, "add the calendar, or give it working time", "calendar %d is not in the file or has no working time", *uid)
	}
	return name
}

// clock returns a calendar to measure with, nil if it has none.
func (c *reader) clock(name string) *worktime.Calendar {
	if name == "" {
		name = c.p.Calendar
	}
	cal, ok := c.clocks[name]
	if !ok {
		from := c.around()
		cal, _ = worktime.Compile(c.p.Calendars[name], civil.Days(from.AddMonths(-12), from.AddMonths(36))) // planning reports the error
		if c.clocks == nil {
			c.clocks = map[string]*worktime.Calendar{}
		}
		c.clocks[name] = cal
	}
	return cal
}

// around returns the day from which calendars are tabulated.
func (c *reader) around() civil.Date {
	if c.p.Start.IsZero() {
		return civil.DateOf(c.p.Finish)
	}
	return civil.DateOf(c.p.Start)
}

// near reports whether a time is so near that measuring to it does not count through
// centuries.
func (c *reader) near(t time.Time) bool {
	day, at := civil.DateOf(t), c.around()
	return day.After(at.AddMonths(-12*maxYears)) && day.Before(at.AddMonths(12*maxYears))
}
