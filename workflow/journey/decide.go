package journey

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
)

// Command is Enter, Tick, Observe or Leave.
type Command interface {
	decide(d *decider) error
}

// The commands.
type (
	// Enter begins the journey for a lead.
	Enter struct{ Lead string }
	// Tick lets time pass: the host gives it when State.Due says so.
	Tick struct{}
	// Observe tells what the lead did. What no step and no list asks about leads
	// to nothing.
	Observe struct{ Event EventKey }
	// Leave takes the lead off the journey.
	Leave struct{ Reason string }
)

// Env is the world, and the lead, at the moment of a command.
type Env struct {
	Now        time.Time
	Zone       *time.Location     // the lead's; nil = UTC
	Calendar   *worktime.Calendar // needed if a wait is in working time
	Attributes map[string]string
	Score      int64
	Suppressed string      // why nothing may be sent to the lead; "" = it may
	Sends      []time.Time // of other journeys, for the caps
}

// Decide returns what a command leads to, without changing anything: the events
// to store and to Apply. No events and no error means that nothing is left to
// do. Errors match ErrEntry, ErrSuppressed, ErrState, ErrInvalid, ErrUnknown,
// ErrSequence (Now before the last event) or ErrDefinition, and then nothing has
// happened.
func (p *Program) Decide(s State, c Command, env Env) ([]Event, error) {
	_, events, err := p.Do(s, c, env)
	return events, err
}

// Do is Decide and Apply in one.
func (p *Program) Do(s State, c Command, env Env) (State, []Event, error) {
	if err := p.owns(&s); err != nil {
		return s, nil, err
	}
	if c == nil {
		return s, nil, fmt.Errorf("command: there is none: it %w", ErrInvalid)
	}
	if y := env.Now.UTC().Year(); env.Now.IsZero() || y < 1 || y > 9900 {
		return s, nil, fmt.Errorf("now %v %w", env.Now, ErrInvalid)
	}
	if p.working && env.Calendar == nil {
		return s, nil, fmt.Errorf("calendar: there is none, and a wait is in working time: it %w", ErrInvalid)
	}
	env.Now = env.Now.UTC().Round(0)
	if env.Zone == nil {
		env.Zone = time.UTC
	}
	d := &decider{p: p, env: env, st: s}
	if err := c.decide(d); err != nil {
		return s, nil, err
	}
	if d.err != nil {
		return s, nil, d.err
	}
	return d.st, d.events, nil
}

// decider applies at once what it decides, so that deciding and replaying cannot
// differ.
type decider struct {
	p      *Program
	env    Env
	st     State
	events []Event
	err    error // the first; emit does nothing after it
}

func (d *decider) emit(e Event) {
	if d.err != nil {
		return
	}
	e.Seq, e.At = d.st.Seq+1, d.env.Now
	if d.err = d.p.apply(&d.st, &e); d.err == nil {
		d.events = append(d.events, e)
	}
}

func (d *decider) exit(reason string) { d.emit(Event{Kind: Exited, Step: d.st.Step, Why: reason}) }

func (c Enter) decide(d *decider) error {
	def := &d.p.def
	switch {
	case c.Lead == "" || len(c.Lead) > ident.MaxLength || !utf8.ValidString(c.Lead):
		return fmt.Errorf("lead %.40q %w", c.Lead, ErrInvalid)
	case d.st.Seq > 0 && c.Lead != d.st.Lead:
		return fmt.Errorf("lead %s: the state is of %.40q: it %w", c.Lead, d.st.Lead, ErrInvalid)
	case d.st.Status == Active:
		return fmt.Errorf("lead %s: active already, it %w", c.Lead, ErrState)
	case d.env.Suppressed != "":
		return fmt.Errorf("lead %s %w: %s", c.Lead, ErrSuppressed, d.env.Suppressed)
	case d.st.Entries > 0 && def.Reentry == nil:
		return fmt.Errorf("lead %s %w: it was here once", c.Lead, ErrEntry)
	case d.st.Entries > 0 && def.Reentry.Max > 0 && d.st.Entries >= def.Reentry.Max:
		return fmt.Errorf("lead %s %w: it was here %d times", c.Lead, ErrEntry, d.st.Entries)
	case d.st.Entries > 0 && d.env.Now.Before(d.st.Ended.Add(span(def.Reentry.Gap))):
		return fmt.Errorf("lead %s %w: before %s", c.Lead, ErrEntry, d.st.Ended.Add(span(def.Reentry.Gap)).Format(time.RFC3339))
	case def.Entry != nil && !d.holds(def.Entry):
		return fmt.Errorf("lead %s %w: not %v", c.Lead, ErrEntry, def.Entry)
	}
	d.emit(Event{Kind: Entered, Lead: c.Lead, Definition: d.p.hash, Step: def.Steps[0].Key})
	d.run()
	return nil
}

func (Tick) decide(d *decider) error {
	if d.st.Status != Active {
		return nil
	}
	if d.env.Suppressed != "" {
		d.exit("suppressed: " + d.env.Suppressed)
		return nil
	}
	if d.env.Now.Before(d.st.Until) {
		return nil
	}
	if s := d.step(); s.Wait != nil {
		d.emit(Event{Kind: Stepped, Step: s.Next, Why: "the wait is over"})
	}
	d.run()
	return nil
}

func (c Observe) decide(d *decider) error {
	if c.Event == "" {
		return fmt.Errorf("event without a name %w", ErrInvalid)
	}
	if d.st.Status != Active || !d.p.heard[c.Event] {
		return nil
	}
	d.emit(Event{Kind: Observed, Event: c.Event})
	s := d.step()
	switch {
	case slices.Contains(d.p.def.GoalOn, c.Event):
		d.emit(Event{Kind: Reached, Step: s.Key, Why: string(c.Event)})
	case slices.Contains(d.p.def.ExitOn, c.Event):
		d.exit(string(c.Event))
	case d.env.Suppressed != "":
		d.exit("suppressed: " + d.env.Suppressed)
	case s.Wait != nil && s.Wait.Event == c.Event:
		d.emit(Event{Kind: Stepped, Step: s.Wait.Then, Why: string(c.Event)})
		d.run()
	}
	return nil
}

func (c Leave) decide(d *decider) error {
	if d.st.Status != Active {
		return fmt.Errorf("lead %.40q: %v, it %w", d.st.Lead, d.st.Status, ErrState)
	}
	if len(c.Reason) > MaxText || !utf8.ValidString(c.Reason) {
		return fmt.Errorf("reason of %d bytes %w", len(c.Reason), ErrInvalid)
	}
	d.exit(c.Reason)
	return nil
}

func (d *decider) step() *Step { return &d.p.def.Steps[d.p.index[d.st.Step]] }

// run goes on from step to step until the lead waits or the journey ends. No
// circle is without a wait, so it does not take more steps than there are.
func (d *decider) run() {
	for d.err == nil && d.st.Status == Active {
		s := d.step()
		switch {
		case s.Wait != nil:
			d.emit(Event{Kind: Waiting, Step: s.Key, Until: s.Wait.end(d.env)})
			return
		case s.Send != "":
			if at, why := d.p.sendable(d.env, d.st.Sends); at.After(d.env.Now) {
				d.emit(Event{Kind: Deferred, Step: s.Key, Until: at, Why: why})
				return
			}
			d.emit(Event{Kind: Sent, Step: s.Key, Content: s.Send})
			d.emit(Event{Kind: Stepped, Step: s.Next})
		case len(s.Branch) > 0:
			to, why := s.Next, "no case holds"
			if i := slices.IndexFunc(s.Branch, func(c Case) bool { return d.holds(&c.If) }); i >= 0 {
				to, why = s.Branch[i].Next, s.Branch[i].If.String()
			}
			d.emit(Event{Kind: Stepped, Step: to, Why: why})
		case len(s.Split) > 0:
			at := Percentile(d.p.def.Key, s.Key, d.st.Lead)
			i := 0
			for upper := s.Split[0].Percent; at >= upper; upper += s.Split[i].Percent {
				i++
			}
			d.emit(Event{Kind: Stepped, Step: s.Split[i].Next, Why: fmt.Sprintf("arm %d of the split", i+1)})
		case s.Goal != "":
			d.emit(Event{Kind: Reached, Step: s.Key, Why: s.Goal})
		default:
			d.exit(s.Exit)
		}
	}
}

// Percentile returns the place of a lead in a split, 0 to 99: the first eight
// bytes of SHA-256 over the keys and the lead, modulo 100. The arms of the split
// take it in their order.
func Percentile(journey Key, step StepKey, lead string) int {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %d %s %s", len(journey), journey, len(step), step, lead))
	return int(binary.BigEndian.Uint64(sum[:]) % 100) //nolint:gosec // below 100
}

func (d *decider) holds(c *Cond) bool {
	switch {
	case len(c.All) > 0:
		return !slices.ContainsFunc(c.All, func(c Cond) bool { return !d.holds(&c) })
	case len(c.Any) > 0:
		return slices.ContainsFunc(c.Any, func(c Cond) bool { return d.holds(&c) })
	case c.Not != nil:
		return !d.holds(c.Not)
	case c.Attribute != "":
		v, given := d.env.Attributes[c.Attribute]
		return given && slices.Contains(c.In, v)
	case c.ScoreAtLeast != nil:
		return d.env.Score >= *c.ScoreAtLeast
	}
	_, happened := slices.BinarySearch(d.st.Happened, c.Happened)
	return happened
}
