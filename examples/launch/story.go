package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/folder"
	"github.com/go-marops/marops/campaign/views"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/workflow"
)

// root is the id of the launch in the tree; further ids are derived from it.
var root = uuid.MustParse("019c0000-0000-7000-8000-000000000001")

// offices are the calendars of the two markets, before their holidays.
var offices = map[string]worktime.Spec{
	"berlin":  worktime.MonFri("Europe/Berlin", "09:00-13:00", "14:00-18:00"),
	"newyork": worktime.MonFri("America/New_York", "09:00-13:00", "14:00-18:00"),
}

// Some of the twelve people.
const (
	ada, ben, chen, emil ident.Person = "ada@example.com", "ben@example.com", "chen@example.com", "emil@example.com"
	gus, hana, ivo, lea  ident.Person = "gus@example.com", "hana@example.com", "ivo@example.com", "lea@example.com"
)

// The tasks that the story turns on.
const legalReview, pageBuild, nyVariant, goLive = "Legal review of claims", "Landing page build", "New York page variant", "Schedule campaigns live"

// story is what the acts find out, for the terminal and for the report.
type story struct {
	out         io.Writer
	ws          *marops.Workspace
	in          *folder.Contents
	now, launch time.Time  // when the plan is made, and what for
	clock       time.Time  // of the workspace
	asOf        civil.Date // the last day
	acts        []act

	model                   *planning.Model
	schedule                *planning.Schedule
	load                    []planning.Load
	moves                   []planning.Move
	money                   budgeting
	restated                string // the campaign whose day Google restates
	book                    *budget.Book
	reconciled              budget.Bridge
	review                  review
	channels, weekly, total *kpi.Result
}

type act struct {
	title string
	lines []string
}

func (s *story) begin(title string) {
	s.acts = append(s.acts, act{title: title})
	fmt.Fprintf(s.out, "%d  %s\n", len(s.acts), title)
}

func (s *story) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	a := &s.acts[len(s.acts)-1]
	a.lines = append(a.lines, line)
	for at := ""; line != ""; at = "     " {
		var part string
		part, line = fold(line, width-3-len(at))
		fmt.Fprintf(s.out, "   %s%s\n", at, part)
	}
}

// width is how many columns of the terminal the story takes.
const width = 100

// fold cuts a line at the last space that leaves so many columns.
func fold(line string, columns int) (part, rest string) {
	runes := []rune(line)
	if len(runes) <= columns {
		return line, ""
	}
	at := columns
	for at > 0 && runes[at] != ' ' {
		at--
	}
	if at == 0 {
		return line, ""
	}
	return string(runes[:at]), strings.TrimLeft(string(runes[at:]), " ")
}

// as returns the desk of a person. Each step of the story has a key of its own,
// so that playing it again changes nothing.
func (s *story) as(who ident.Person, step int) *marops.Desk {
	return s.ws.As(tenant, who).Command(ident.Derive(root, 1000+step))
}

// key returns the key of a task that folder.Read has found to be there.
func (s *story) key(name string) planning.TaskKey {
	return s.in.Tree.Tasks[slices.IndexFunc(s.in.Tree.Tasks, func(t campaign.Task) bool { return t.Name == name })].Key
}

func (s *story) canWeLaunch(ctx context.Context) (err error) {
	defer progress("scheduling")()
	s.begin(fmt.Sprintf("Can we launch on %s?", s.launch.Format("Monday 2 January 2006, 15:04 MST")))
	plan := s.in.Tree.Plan(s.in.Team)
	for i := range plan.Tasks { // what has not started cannot start in the past
		if t := &plan.Tasks[i]; t.Started.IsZero() && t.Constraint.Kind == planning.ASAP {
			t.Constraint = planning.Constraint{Kind: planning.SNET, At: s.now}
		}
	}
	plan.Task(s.in.Tree.Nodes[0].LaunchTask).Constraint = planning.Constraint{Kind: planning.SNET, At: s.launch}
	if s.model, s.schedule, err = s.solve(ctx, plan); err != nil {
		return err
	}
	if err := s.model.Verify(s.schedule); err != nil {
		return err
	}
	finished := 0
	for _, t := range s.in.Tree.Tasks {
		if t.Status() == campaign.Done {
			finished++
		}
	}
	s.say("%s; %d of %d tasks are done", s.ready(s.schedule), finished, len(s.in.Tree.Tasks))
	gate := s.in.Tree.Readiness(s.now).Gates[0]
	var open []string
	for _, key := range gate.Gate.After {
		if t := s.in.Tree.Task(key); t.Status() != campaign.Done {
			open = append(open, t.Name)
		}
	}
	s.say("%q waits for %d tasks: %s, …", gate.Gate.Name, gate.Blockers, strings.Join(open[:min(2, len(open))], ", "))
	return s.overload(plan)
}

// solve looks at two hundred schedules, the same ones on every machine, and
// keeps what need not move.
func (s *story) solve(ctx context.Context, plan planning.Plan) (*planning.Model, *planning.Schedule, error) {
	m, err := planning.Compile(plan)
	if err != nil {
		return nil, nil, err
	}
	schedule, err := m.Schedule(ctx, planning.Search{Schedules: 200, Seed: 1, Keep: s.schedule})
	return m, schedule, err
}

// ready says when the last task before the launch ends, and what that leaves.
func (s *story) ready(schedule *planning.Schedule) string {
	p, _ := schedule.Of(s.key(goLive))
	left := float64(s.in.Calendar.Between(p.Finish, s.launch)) / 480 // eight hours a day
	verdict, spare := "yes", fmt.Sprintf("%.1f working days to spare", left)
	if left < 0 {
		verdict, spare = "no", fmt.Sprintf("%.1f working days too late", -left)
	}
	return fmt.Sprintf("%s, ready on %s, %s", verdict, p.Finish.In(s.launch.Location()).Format("Mon 2 Jan 15:04"), spare)
}

// overload proves from the dates in the task list who cannot keep them.
func (s *story) overload(plan planning.Plan) error {
	written, err := planning.Compile(plan.Pinned(s.in.Planned))
	if err != nil {
		return err
	}
	s.load = written.Load(written.CriticalPath(), planning.Weekly)
	for _, o := range written.Overloads() {
		if o.To.After(s.now) {
			s.say("but the dates as written overload %s", views.Overload(o, plan))
			break
		}
	}
	return nil
}

func (s *story) legalSlips(ctx context.Context) error {
	defer progress("rescheduling")()
	s.begin("Legal needs two days more")
	legal, build, variant := s.key(legalReview), s.key(pageBuild), s.key(nyVariant)
	slip := s.model.Plan()
	slip.Task(legal).Duration, slip.Task(legal).Deadline = worktime.Days(5), time.Time{}
	_, after, err := s.solve(ctx, slip)
	if err != nil {
		return err
	}
	s.moves = planning.Diff(s.schedule, after)
	s.say("%d tasks move; %s", len(s.moves), s.ready(after))
	for _, move := range s.moves {
		if move.Task == variant {
			s.say("%s", views.Because(move, slip))
		}
	}
	other, overlap := slip.Clone(), slip.Clone()
	other.Task(variant).Assignments = []planning.Assignment{{Resource: planning.ResourceKey(hana)}}
	for i, l := range overlap.Links {
		if l.From == legal && l.To == build {
			overlap.Links[i].Lag = worktime.Days(-2)
		}
	}
	for _, option := range []struct {
		what string
		plan planning.Plan
	}{{"if Hana builds the New York page", other}, {"if the build starts while legal reads", overlap}} {
		_, schedule, err := s.solve(ctx, option.plan)
		if err != nil {
			return err
		}
		s.say("%s: %s", option.what, s.ready(schedule))
	}
	return nil
}

func (s *story) priceChanges(ctx context.Context) error {
	s.begin("The price on the launch page changes")
	facets := func(price workflow.Digest) map[workflow.Facet]workflow.Digest {
		return map[workflow.Facet]workflow.Digest{"copy": "c1", "visual": "v1", "claim": "k1", "price": price}
	}
	state, err := s.as(ben, 1).Submit(ctx, "launch-page", workflow.Submit{
		Subject: ident.Ref{Kind: "page", ID: "launch"}, Facets: facets("p1"), Amount: money.Minor(42_000_00, money.EUR), Attributes: map[string]string{"market": "both"},
	}, nil)
	for i, who := range []ident.Person{chen, lea, emil, gus} {
		if err != nil {
			return err
		}
		stage := []workflow.StageKey{"copy", "brand", "legal", "web"}[i]
		state, err = s.as(who, 2+i).Vote(ctx, state.Instance, workflow.Vote{Stage: stage, Version: 1, Verdict: workflow.Approve})
	}
	if err != nil {
		return err
	}
	if state, err = s.as(ben, 8).Revise(ctx, state.Instance, workflow.Revise{Version: 1, Facets: facets("p2")}); err != nil {
		return err
	}
	var fell, stand []string
	for event, err := range s.ws.As(tenant, ben).Trail(ctx, state.Instance) {
		if err != nil {
			return err
		}
		if v, ok := event.Event.Fact.(workflow.VoteVoided); ok {
			fell = append(fell, fmt.Sprintf("%s by %s, for it covers %v", v.Stage, s.in.Names[planning.ResourceKey(v.Seat)], v.Changed))
		}
	}
	for _, stage := range state.Stages {
		for _, b := range stage.Ballots {
			stand = append(stand, fmt.Sprintf("%s by %s", stage.Key, s.in.Names[planning.ResourceKey(b.Seat)]))
		}
	}
	s.say("falls: %s", strings.Join(fell, ", "))
	s.say("stands: %s", strings.Join(stand, ", "))
	for _, stage := range state.Open() {
		s.say("waits for: %s, due %s; finance follows, for the amount is %s", stage.Key, stage.Due.In(s.launch.Location()).Format("Mon 2 Jan 15:04"), state.Amount.Grouped())
	}
	return nil
}
