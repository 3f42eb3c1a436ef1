package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

func (s *story) day(t time.Time) string { return t.In(s.office.Location()).Format("Mon 2 Jan") }

// span tells working minutes in days of eight hours.
func (s *story) span(m worktime.Minutes) string {
	const day = 8 * 60
	switch {
	case m%day != 0:
		return worktime.Work(m).String()
	case m == day:
		return "1 day"
	default:
		return fmt.Sprintf("%d days", m/day)
	}
}

// spare tells the working time between an option's finish and the deadline.
func (s *story) spare(o option) string {
	switch m := s.office.Between(o.schedule.Finish(), s.due); {
	case m < 0:
		return s.span(-m) + " late"
	case m == 0:
		return "just in time"
	default:
		return s.span(m) + " to spare"
	}
}

func (s *story) ready(o option) string {
	return fmt.Sprintf("%s, %s, a chance of %s", s.day(o.schedule.Finish()), s.spare(o), s.chance(o))
}

// proof tells what the lower bound says about an option.
func (s *story) proof(o option) string {
	text := fmt.Sprintf("No schedule ends before %s", s.day(o.schedule.LowerBound()))
	switch {
	case o.schedule.Proven():
		return text + ": this one is proven best."
	case o.schedule.Gap() == 0:
		return text + ", so none is shorter."
	default:
		return text + fmt.Sprintf(": a better one may be %s shorter at most.", s.span(o.schedule.Gap()))
	}
}

// chance tells how often an option makes the date, in whole percent.
func (s *story) chance(o option) string {
	in, of := o.odds.By(s.due)
	return fmt.Sprintf("%d %%", (200*in+of)/(2*of))
}

// days returns the days that a span touches.
func (s *story) days(span planning.Span) civil.Period {
	first, last := span.Start.In(s.office.Location()), span.Finish.In(s.office.Location())
	if first.Before(last) {
		last = last.Add(-time.Minute)
	}
	return civil.Days(civil.DateOf(first), civil.DateOf(last))
}

// because tells what binds a move and, if that is something else, its root cause.
func because(m planning.Move, o option) string {
	if len(m.Because) == 0 {
		return ""
	}
	first, root := reason(m.Because[0], o), reason(m.Because[len(m.Because)-1], o)
	short := strings.TrimPrefix(first, string(m.Task)+" ")
	if first == root {
		return short
	}
	return short + "; root cause: " + root
}

// reason is Reason.String, but for a task that takes as much work as before, only
// on other days: here that can but mean that somebody is away.
func reason(r planning.Reason, o option) string {
	if r.Cause == planning.CauseDuration && r.Was == r.Is {
		return fmt.Sprintf("%s rests while %s is away", r.Task, who(o, r.Task))
	}
	return r.String()
}

func told(e planning.Edit) string {
	switch {
	case e.Duration != nil:
		return fmt.Sprintf("The %s takes %v", e.Task, *e.Duration)
	case e.Link != nil:
		return fmt.Sprintf("The %s must wait for the %s", e.Link.To, e.Link.From)
	default:
		return fmt.Sprintf("The %s has another date", e.Task)
	}
}

// chain follows what binds the event back to where it begins: links, and people
// who are on something else. Unlike the critical path it knows that people are
// scarce.
func chain(o option) []string {
	path := o.model.CriticalPath()
	keys := []string{string(event)}
	for why, ok := o.schedule.Why(event); ok; why, ok = o.schedule.Why(why.By) {
		if why.By == "" {
			why, _ = path.Why(why.Task) // somebody's day off, after a link
		}
		if why.By == "" || slices.Contains(keys, string(why.By)) {
			break
		}
		keys = append(keys, string(why.By))
	}
	slices.Reverse(keys)
	return keys
}

// who names those who do a task in an option.
func who(o option, key planning.TaskKey) string {
	var names []string
	for _, a := range o.schedule.Who(key) {
		names = append(names, string(a.Resource))
	}
	return strings.Join(names, ", ")
}

// bars draws an option by working week: ■ is work, x a day off of the office or of
// somebody who does the task, ◆ a moment.
func (s *story) bars(o option) []string {
	first := civil.DateOf(o.model.CriticalPath().Start())
	var weeks []civil.Week
	head := fmt.Appendf(nil, "%-23s", "■ work  x off  ◆ event")
	for w := range civil.Days(first, s.days(planning.Span{Start: s.due, Finish: s.due}).First()).Weeks() {
		weeks = append(weeks, w)
		head = fmt.Appendf(head, "%-7s", w.Period().First().In(s.office.Location()).Format("2 Jan"))
	}
	lines := []string{strings.TrimRight(string(head), " ")}
	for p := range o.schedule.Tasks() {
		var line strings.Builder
		fmt.Fprintf(&line, "%-13s%-10s", p.Task, who(o, p.Task))
		off := func(d civil.Date) bool {
			return !s.office.WorkingDay(d) || slices.ContainsFunc(o.schedule.Who(p.Task), func(a planning.Assignment) bool {
				return !o.model.ResourceCalendar(a.Resource).WorkingDay(d)
			})
		}
		for _, w := range weeks {
			for d := range civil.Days(w.Period().First(), w.Period().First().AddDays(4)).Each() {
				switch {
				case off(d):
					line.WriteString("x")
				case !s.days(p.Span).Contains(d):
					line.WriteString("·")
				case p.Start.Equal(p.Finish):
					line.WriteString("◆")
				default:
					line.WriteString("■")
				}
			}
			line.WriteString("  ")
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return lines
}
