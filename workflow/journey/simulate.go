package journey

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// Cohort is assumed leads and how they are assumed to behave.
type Cohort struct {
	Leads      int                // at most MaxLeads
	Enter      civil.Period       // they try to enter on these days, evenly, at any time of the day
	Until      civil.Date         // the last day that is simulated
	Zone       *time.Location     // of the leads; nil = UTC
	Calendar   *worktime.Calendar // needed if a wait is in working time
	Attributes map[string][]Share
	MinScore   int64 // the scores are spread evenly from here
	MaxScore   int64 // to here; below MinScore = MinScore
	Reactions  []Reaction
}

// Share is a value of an attribute and its weight among the others.
type Share struct {
	Value  string
	Weight int
}

// Reaction is what part of the leads do after they were sent something.
type Reaction struct {
	To      StepKey // a send
	Event   EventKey
	Percent int
	Within  worktime.Length // elapsed, from the minute after the send, evenly; a minute to ten years
}

// The caps of a simulation.
const (
	MaxLeads   = 1_000_000
	maxActions = 50_000_000 // commands
)

// Flow is what became of a cohort. Refused + Entered = Leads; on each day, and
// so in the end, Entered = In + Goal + Exited; for each step,
// In = Out + Standing.
type Flow struct {
	Refused int // leads that did not meet the entry condition
	Steps   []StepFlow
	Days    []DayFlow
}

// StepFlow is the leads that came through a step.
type StepFlow struct {
	Step     StepKey
	In       int // times a lead came to it
	Out      int // times a lead left it, on or at an end
	Standing int // leads there at the end of the last day
}

// DayFlow is the journey at the end of a day; the counts run from the first day.
type DayFlow struct {
	Date    civil.Date
	Entered int
	In      int // leads on the journey
	Goal    int
	Exited  int
	Sent    int // messages
}

// Simulate runs a cohort through the program itself, lead by lead, and counts.
// The same program, cohort and seed give the same Flow: each lead has a random
// stream of its own (rand.PCG with seed and the lead's number). Errors match
// ErrInvalid.
func (p *Program) Simulate(c Cohort, seed uint64) (*Flow, error) {
	if err := p.checkCohort(&c); err != nil {
		return nil, err
	}
	sim := &simulation{p: p, c: &c, names: slices.Sorted(maps.Keys(c.Attributes))}
	sim.flow.Steps = make([]StepFlow, len(p.def.Steps))
	for i := range p.def.Steps {
		sim.flow.Steps[i].Step = p.def.Steps[i].Key
	}
	for d := range civil.Days(c.Enter.First(), c.Until).Each() {
		sim.flow.Days = append(sim.flow.Days, DayFlow{Date: d})
	}
	sim.end = c.Until.AddDays(1).In(c.Zone)
	for i := range c.Leads {
		if err := sim.lead(i, rand.New(rand.NewPCG(seed, uint64(i)))); err != nil { //nolint:gosec // not negative
			return nil, err
		}
	}
	for i := 1; i < len(sim.flow.Days); i++ {
		day, before := &sim.flow.Days[i], &sim.flow.Days[i-1]
		day.Entered += before.Entered
		day.Goal += before.Goal
		day.Exited += before.Exited
		day.In += before.In
		day.Sent += before.Sent
	}
	return &sim.flow, nil
}

func (p *Program) checkCohort(c *Cohort) error {
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	c.MaxScore = max(c.MinScore, c.MaxScore)
	bad := func(what string, args ...any) error {
		return fmt.Errorf("cohort: "+what+": it %w", append(args, ErrInvalid)...)
	}
	switch {
	case c.Leads < 0 || c.Leads > MaxLeads:
		return bad("%d leads, at most %d", c.Leads, MaxLeads)
	case c.Enter.IsEmpty() || c.Until.Before(c.Enter.Last()) || c.Until.Sub(c.Enter.First()) > 3653 || c.Until.Year() > 9800:
		return bad("days %v until %v, at most ten years", c.Enter, c.Until)
	case p.working && c.Calendar == nil:
		return bad("no calendar, and a wait is in working time")
	case c.MaxScore-c.MinScore < 0 || c.MaxScore-c.MinScore > 1<<40:
		return bad("scores from %d to %d", c.MinScore, c.MaxScore)
	}
	for _, k := range slices.Sorted(maps.Keys(c.Attributes)) {
		sum := 0
		for _, s := range c.Attributes[k] {
			if s.Weight < 0 || s.Weight > 1<<20 || len(c.Attributes[k]) > 1000 {
				return bad("attribute %.40q: weight %d", k, s.Weight)
			}
			sum += s.Weight
		}
		if sum == 0 {
			return bad("attribute %.40q: no weight", k)
		}
	}
	for _, r := range c.Reactions {
		at, known := p.index[r.To]
		if !known || p.def.Steps[at].Send == "" || r.Event == "" || r.Percent < 0 || r.Percent > 100 ||
			r.Within.Kind() != worktime.KindElapsed || r.Within.Amount() < 1 || r.Within.Amount() > maxWindow {
			return bad("reaction to %.40q: %d %% within %v", r.To, r.Percent, r.Within)
		}
	}
	return nil
}

type simulation struct {
	p       *Program
	c       *Cohort
	names   []string // of the attributes, in order
	end     time.Time
	flow    Flow
	actions int
}

// doing is a reaction to come.
type doing struct {
	at    time.Time
	event EventKey
}

func (sim *simulation) lead(i int, rng *rand.Rand) error {
	c := sim.c
	env := Env{Zone: c.Zone, Calendar: c.Calendar, Attributes: map[string]string{}, Score: c.MinScore + rng.Int64N(c.MaxScore-c.MinScore+1)}
	for _, k := range sim.names {
		env.Attributes[k] = draw(rng, c.Attributes[k])
	}
	day := c.Enter.First().AddDays(int(int64(i) * int64(c.Enter.Len()) / int64(c.Leads)))
	minute := rng.IntN(24 * 60)
	env.Now = day.At(minute/60, minute%60, c.Zone)
	var state State
	var todo []doing
	var command Command = Enter{Lead: fmt.Sprintf("lead-%d", i)}
	for env.Now.Before(sim.end) {
		if sim.actions++; sim.actions > maxActions {
			return fmt.Errorf("cohort: more than %d moves: it %w", maxActions, ErrInvalid)
		}
		was := state.Step
		next, events, err := sim.p.Do(state, command, env)
		if errors.Is(err, ErrEntry) {
			sim.flow.Refused++
			return nil
		}
		if err != nil {
			return err
		}
		state = next
		sim.count(was, events, c.Zone)
		for _, e := range events {
			if e.Kind == Sent {
				for _, r := range c.Reactions {
					if r.To == e.Step && rng.IntN(100) < r.Percent {
						todo = append(todo, doing{e.At.Add(time.Duration(1+rng.Int64N(r.Within.Amount())) * time.Minute), r.Event})
					}
				}
			}
		}
		due, ok := state.Due()
		if !ok {
			return nil
		}
		command, env.Now = Tick{}, due
		if len(todo) > 0 {
			slices.SortStableFunc(todo, func(a, b doing) int { return a.at.Compare(b.at) })
			if todo[0].at.Before(due) {
				command, env.Now, todo = Observe{todo[0].event}, todo[0].at, todo[1:]
			}
		}
	}
	sim.flow.Steps[sim.p.index[state.Step]].Standing++
	return nil
}

// count adds the events of one moment to the flow.
func (sim *simulation) count(step StepKey, events []Event, loc *time.Location) {
	if len(events) == 0 {
		return
	}
	at := civil.DateOf(events[0].At.In(loc)).Sub(sim.flow.Days[0].Date)
	day := &sim.flow.Days[max(0, min(at, len(sim.flow.Days)-1))]
	for _, e := range events {
		switch e.Kind {
		case Entered:
			day.Entered++
			day.In++
			sim.flow.Steps[sim.p.index[e.Step]].In++
			step = e.Step
		case Stepped:
			sim.flow.Steps[sim.p.index[step]].Out++
			sim.flow.Steps[sim.p.index[e.Step]].In++
			step = e.Step
		case Sent:
			day.Sent++
		case Reached, Exited:
			sim.flow.Steps[sim.p.index[step]].Out++
			day.In--
			if e.Kind == Reached {
				day.Goal++
			} else {
				day.Exited++
			}
		default:
		}
	}
}

// draw takes a value by weight.
func draw(rng *rand.Rand, shares []Share) string {
	sum := 0
	for _, s := range shares {
		sum += s.Weight
	}
	at := rng.IntN(sum)
	for _, s := range shares {
		if at < s.Weight {
			return s.Value
		}
		at -= s.Weight
	}
	return "" // not reached
}
