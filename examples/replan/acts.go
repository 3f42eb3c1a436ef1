package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/planning"
)

// act is what one part of the story says; tables and bars are its pictures.
type act struct {
	title string
	lines []string
}

func (s *story) begin(format string, args ...any) {
	s.acts = append(s.acts, act{title: fmt.Sprintf(format, args...)})
	fmt.Fprintf(s.out, "%d  %s\n", len(s.acts), s.acts[len(s.acts)-1].title)
}

func (s *story) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	a := &s.acts[len(s.acts)-1]
	a.lines = append(a.lines, line)
	fmt.Fprintf(s.out, "   %s\n", line)
}

// show prints a line that the page tells by a picture or a table.
func (s *story) show(format string, args ...any) {
	fmt.Fprintf(s.out, "     %s\n", strings.TrimRight(fmt.Sprintf(format, args...), " "))
}

func (s *story) thePlan(ctx context.Context) (err error) {
	if s.before, err = s.solve(ctx, "before the news", s.plan); err != nil {
		return err
	}
	s.office = s.before.model.Calendar(event)
	s.begin("%d tasks, %d people: will the %s be ready by %s?", len(s.plan.Tasks), len(s.plan.Resources), event, s.day(s.due))
	path := s.before.model.CriticalPath()
	var critical []string
	for f := range path.Critical() {
		critical = append(critical, string(f.Task))
	}
	s.say("By links alone on %s; critical: %s.", s.day(path.Finish()), strings.Join(critical, " > "))
	s.say("With the people there are: %s; what decides: %s.", s.ready(s.before), strings.Join(chain(s.before), " > "))
	s.say("%s Verified against every rule of the plan.", s.proof(s.before))
	for _, line := range s.bars(s.before) {
		s.show("%s", line)
	}
	return nil
}

func (s *story) theNews(context.Context) error {
	s.begin("%s: the news", s.news.Now.In(s.office.Location()).Format("Monday 2 January, 15:04"))
	path := s.before.model.CriticalPath()
	for _, e := range s.news.Edits {
		p, err := path.Preview(e)
		if err != nil {
			return err
		}
		var shifts, last []string
		for m := range p.Moves() {
			shifts = append(shifts, fmt.Sprintf("%s %s", m.Task, s.span(m.Shift)))
			last = []string{string(m.Task), because(m, s.before)}
		}
		if shifts == nil {
			s.say("%s: by links alone, nothing moves.", told(e))
			continue
		}
		s.say("%s. By links alone, later: %s.", told(e), strings.Join(shifts, ", "))
		s.say("Why? The %s.", strings.Join(last, " "))
	}
	for _, a := range s.news.Absences {
		s.say("%s is ill, %s to %s.", a.Resource, a.Days.First().In(s.office.Location()).Format("Mon 2"), a.Days.Last().In(s.office.Location()).Format("Mon 2 January"))
	}
	news, err := s.news.with(asOf(s.plan, s.before.schedule, s.news.Now))
	if err != nil {
		return err
	}
	// If nobody replans, what people do must be done on its days.
	days := map[planning.TaskKey]civil.Period{}
	for p := range s.before.schedule.Tasks() {
		if len(s.before.schedule.Who(p.Task)) > 0 {
			days[p.Task] = s.days(p.Span)
		}
	}
	if s.pinned, err = planning.Compile(news.Pinned(days)); err != nil {
		return err
	}
	for _, o := range s.pinned.Overloads() {
		s.say("If nobody replans: %s.", o)
	}
	return nil
}

func (s *story) theNewPlan(ctx context.Context) error {
	s.begin("Replanned: what has begun stays, the rest moves no more than the date asks")
	plan, err := s.news.with(asOf(s.plan, s.before.schedule, s.news.Now))
	if err != nil {
		return err
	}
	if s.after, err = s.solve(ctx, "only replan", plan); err != nil {
		return err
	}
	s.moves = planning.Diff(s.before.schedule, s.after.schedule)
	slices.SortStableFunc(s.moves, func(a, b planning.Move) int { return a.To.Finish.Compare(b.To.Finish) })
	for _, m := range s.moves {
		s.show("%-12s %-10s -> %-11s %s", m.Task, s.day(m.From.Finish), s.day(m.To.Finish), because(m, s.after))
	}
	s.say("The %s: %s.", event, s.ready(s.after))
	s.say("%s Even odds by %s, 90 %% by %s.", s.proof(s.after), s.day(s.after.odds.Percentile(50)), s.day(s.after.odds.Percentile(90)))
	return nil
}

func (s *story) waysOut(ctx context.Context) error {
	s.begin("Ways out: which one makes %s?", s.day(s.due))
	s.ways = []option{s.after}
	for _, c := range s.news.Ways {
		plan, err := c.with(s.after.model.Plan())
		if err != nil {
			return err
		}
		o, err := s.solve(ctx, c.Name, plan)
		if err != nil {
			return err
		}
		s.ways = append(s.ways, o)
	}
	s.show("%-39s %-11s %-16s %5s %7s  %s", "", "ready", "", "moves", "chance", "90 % by")
	for _, o := range slices.Concat(s.ways, []option{s.before}) {
		s.show("%-39s %-11s %-16s %5d %7s  %s", o.name, s.day(o.schedule.Finish()), s.spare(o), o.moved, s.chance(o), s.day(o.odds.Percentile(90)))
	}
	return nil
}
