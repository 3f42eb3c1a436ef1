package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
)

// option is a plan of the quarter, what cannot be done in it, and the best
// schedule found for it.
type option struct {
	name      string
	model     *planning.Model
	overloads []planning.Overload
	schedule  *planning.Schedule
	late      []string // firm tasks that miss their date
	ends      []end    // of campaigns, in the order of the plan
	cost      money.Money
}

type end struct {
	campaign string
	on       time.Time
}

// solve asks both questions. Capacity is exact: an overload is proven, and without
// any the work can be shared out. A schedule places whole tasks.
func (s *story) solve(ctx context.Context, name string, plan planning.Plan) (o option, err error) {
	o.name = name
	if o.model, err = planning.Compile(plan); err != nil {
		return o, err
	}
	o.overloads = o.model.Overloads()
	goals := []planning.Goal{planning.MinLateness, planning.MinCost, planning.MinFinish}
	if o.schedule, err = o.model.Schedule(ctx, planning.Search{Schedules: 500, Seed: 1, Goals: goals}); err != nil {
		return o, err
	}
	if err = o.model.Verify(o.schedule); err != nil {
		return o, err
	}
	for _, t := range plan.Tasks {
		p, _ := o.schedule.Of(t.Key)
		if !t.Tentative && !t.Deadline.IsZero() && p.Finish.After(t.Deadline) {
			o.late = append(o.late, fmt.Sprintf("%s (%s)", t.Key, day(p.Finish)))
		}
	}
	for _, c := range o.schedule.Dates().Phases() {
		o.ends = append(o.ends, end{c.Key, c.Finish})
	}
	// The budget at completion is what everyone's hours cost at their rates.
	value, err := o.model.EarnedValue(o.schedule, planning.Progress{On: s.quarter.First()})
	if err != nil {
		return o, err
	}
	o.cost = value.BAC
	return o, nil
}

// excess is how much work is too much.
func (o option) excess() (sum planning.Effort) {
	for _, l := range o.overloads {
		sum += l.Excess()
	}
	return sum
}

// skill is what a quarter asks of everyone with a skill.
type skill struct {
	planning.SkillLoad
	free planning.Effort // of them all, whatever they do
}

func (s *story) whatThereIs(ctx context.Context) (err error) {
	if s.now, err = s.solve(ctx, "as it is", s.plan); err != nil {
		return err
	}
	s.begin("What there is, %s, in hours", period(s.quarter))
	s.people = s.now.model.LoadIn(s.now.schedule, s.quarter)
	s.show("%-10s %8s %11s %10s %11s %6s %10s %6s", "", "nominal", "contracted", "available", "deployable", "firm", "tentative", "free")
	for _, l := range slices.Concat(s.people, []planning.Load{s.total()}) {
		s.show("%-10s %8s %11s %10s %11s %6s %10s %6s", l.Resource, hours(l.Nominal), hours(l.Contracted), hours(l.Available), hours(l.Deployable()),
			hours(l.Demand), hours(l.Tentative), hours(l.Free()))
	}
	s.sumSkills()
	s.show("By skill; who has two counts twice:")
	for _, k := range s.skills {
		s.show("%-10s %8s %11s %10s %11s %6s %10s %6s  %s", k.name(), "", "", "", hours(k.Deployable), hours(k.Demand), hours(k.Tentative), hours(k.free), names(k.People))
	}
	return nil
}

// total adds up the people. Skills have no total.
func (s *story) total() planning.Load {
	t := planning.Load{Resource: "all", Period: s.quarter}
	for _, l := range s.people {
		t.Nominal, t.Contracted, t.Available, t.Reserved = t.Nominal+l.Nominal, t.Contracted+l.Contracted, t.Available+l.Available, t.Reserved+l.Reserved
		t.Demand, t.Tentative = t.Demand+l.Demand, t.Tentative+l.Tentative
	}
	return t
}

// sumSkills adds up the months of the quarter.
func (s *story) sumSkills() {
	free := map[planning.ResourceKey]planning.Effort{}
	for _, l := range s.people {
		free[l.Resource] = l.Free()
	}
	for _, l := range s.now.model.DemandBySkill(s.now.schedule, planning.Monthly) {
		if !s.quarter.Covers(l.Period) {
			continue
		}
		n := len(s.skills)
		if n > 0 && s.skills[n-1].Skill == l.Skill && s.skills[n-1].Level == l.Level {
			k := &s.skills[n-1]
			k.Demand, k.Tentative, k.Deployable = k.Demand+l.Demand, k.Tentative+l.Tentative, k.Deployable+l.Deployable
			continue
		}
		k := skill{SkillLoad: l}
		for _, p := range l.People {
			k.free += free[p]
		}
		s.skills = append(s.skills, k)
	}
	slices.SortStableFunc(s.skills, func(a, b skill) int { return strings.Compare(a.name(), b.name()) })
}

func (s *story) whatCannotBe(context.Context) error {
	s.begin("What cannot be done, whatever the order")
	for _, o := range s.now.overloads {
		s.show("%s", o)
	}
	if len(s.now.overloads) == 0 {
		s.say("Nothing: the work can be shared out.")
	}
	s.show("Percent of the deployable hours, if each task is done as early as its dates allow; ! is too much, - nobody there:")
	for i, r := range s.asked() {
		if i == 0 {
			s.show("week      %s", r.line(func(l planning.SkillLoad) string { return week(l.Period) }))
		}
		s.show("%-10s%s", r.name, r.line(percent))
	}
	return nil
}

// weeks is what is asked of a skill, week by week.
type weeks struct {
	name  string
	loads []planning.SkillLoad
}

func (w weeks) line(cell func(planning.SkillLoad) string) (line string) {
	for _, l := range w.loads {
		line += fmt.Sprintf("%5s", cell(l))
	}
	return line
}

// asked returns the skills of which firm tasks ask something.
func (s *story) asked() (out []weeks) {
	for _, l := range s.now.model.DemandBySkill(s.now.model.CriticalPath(), planning.Weekly) {
		if !s.quarter.Overlaps(l.Period) {
			continue
		}
		name := skill{SkillLoad: l}.name()
		if n := len(out); n == 0 || out[n-1].name != name {
			out = append(out, weeks{name: name})
		}
		w := &out[len(out)-1]
		w.loads = append(w.loads, l)
	}
	out = slices.DeleteFunc(out, func(w weeks) bool {
		return !slices.ContainsFunc(w.loads, func(l planning.SkillLoad) bool { return l.Demand > 0 })
	})
	slices.SortStableFunc(out, func(a, b weeks) int { return strings.Compare(a.name, b.name) })
	return out
}

// answer is what Fits says about a request.
type answer struct {
	request
	fits  bool
	proof string
}

func (s *story) whatFits(context.Context) error {
	s.begin("What still fits")
	for _, r := range s.requests {
		o, fits := s.now.model.Fits(r.booking)
		a := answer{request: r, fits: fits}
		if !fits {
			a.proof = o.String()
		}
		s.answers = append(s.answers, a)
		s.show("%-16s %4s h of %-6s %-15s  %s", r.name, hours(r.booking.Effort), r.booking.Skill, period(r.days), a.verdict())
	}
	return nil
}

func (a answer) verdict() string {
	if a.fits {
		return "fits"
	}
	return "does not fit: " + a.proof
}

func (s *story) whatHelps(ctx context.Context) error {
	s.begin("What would help")
	s.options = []option{s.now}
	for _, r := range s.whatifs {
		plan, err := s.with(r)
		if err != nil {
			return err
		}
		o, err := s.solve(ctx, r.text("what if"), plan)
		if err != nil {
			return err
		}
		s.options = append(s.options, o)
	}
	line := fmt.Appendf(nil, "%-39s%-10s", "", "too much")
	for _, k := range s.moving() {
		line = fmt.Appendf(line, "%-*s", width, s.now.ends[k].campaign+" ends")
	}
	s.show("%s%13s  %s", line, "cost", "late in the best schedule found")
	for _, o := range s.options {
		line := fmt.Appendf(nil, "%-39s%-10s", o.name, o.overloaded())
		for _, k := range s.moving() {
			line = fmt.Appendf(line, "%-*s", width, day(o.ends[k].on))
		}
		s.show("%s%13s  %s", line, o.cost.Grouped(), o.tardy())
	}
	s.show("%s", resolved)
	return nil
}

const (
	resolved = "Resolved is proven: the hours suffice. A schedule may be late all the same, since it does not cut tasks up."
	width    = 22
)

// moving returns the campaigns that do not end on the same day in all options.
func (s *story) moving() (at []int) {
	for k, e := range s.now.ends {
		if slices.ContainsFunc(s.options, func(o option) bool { return !o.ends[k].on.Equal(e.on) }) {
			at = append(at, k)
		}
	}
	return at
}

func (o option) overloaded() string {
	if len(o.overloads) == 0 {
		return "resolved"
	}
	return o.excess().String()
}

func (o option) tardy() string {
	if len(o.late) == 0 {
		return "nothing"
	}
	return strings.Join(o.late, ", ")
}

func (s *story) dawn(d civil.Date) time.Time { return d.In(s.zone) }

// night is the end of a day.
func (s *story) night(d civil.Date) time.Time { return d.AddDays(1).In(s.zone) }
