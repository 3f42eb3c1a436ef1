package workflow

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-marops/marops/ident"
)

// Migrate moves an instance that is not decided yet to another version of its
// definition: it is a command to the new Process. Stages keep their state under
// the keys that Stages says, old to new; a key that is not listed stays what it is,
// and one that leads to "" or to no stage is dropped with its votes. What is open
// is asked anew, with the votes of those who are still asked; the route is worked
// out anew. Whether By may is for the host to say.
type Migrate struct {
	By     ident.Person
	Stages map[StageKey]StageKey
	Reason string
}

// Migrated moved the instance to another definition.
type Migrated struct {
	From       Hash                  `json:"from"`
	Definition Hash                  `json:"definition"`
	Stages     map[StageKey]StageKey `json:"stages,omitempty"` // old to new, of those that were kept
	Reason     string                `json:"reason,omitempty"`
}

func (Migrated) kind() string { return "migrated" }

func (c Migrate) actor() ident.Person { return c.By }

func (d *decider) migrate(c Migrate) error {
	switch d.st.Status {
	case StatusDraft, StatusActive, StatusChangesRequested:
	default:
		return fmt.Errorf("instance %v: %v, it %w", d.st.Instance, d.st.Status, ErrState)
	}
	if d.st.Definition == d.p.hash {
		return nil // it is there
	}
	if err := checkComment(c.Reason); err != nil {
		return err
	}
	if err := d.p.check(d.st.current()); err != nil {
		return err
	}
	kept := map[StageKey]StageKey{}
	for i := range d.st.Stages {
		from := d.st.Stages[i].Key
		to, listed := c.Stages[from]
		if !listed {
			to = from
		}
		if _, known := d.p.index[to]; !known {
			if listed && to != "" {
				return fmt.Errorf("stage %.40q: %w", to, ErrUnknown)
			}
			continue
		}
		for other, taken := range kept {
			if taken == to {
				return fmt.Errorf("stages %.40q and %.40q: both become %.40q: %w", min(other, from), max(other, from), to, ErrInvalid)
			}
		}
		kept[from] = to
	}
	for _, from := range sortedKeys(c.Stages) {
		if _, known := d.st.Stage(from); !known {
			return fmt.Errorf("stage %.40q: %w", from, ErrUnknown)
		}
	}
	d.emit(Migrated{From: d.st.Definition, Definition: d.p.hash, Stages: kept, Reason: c.Reason})
	if d.st.Status != StatusActive {
		return nil
	}
	d.route(d.p.root)
	live := d.p.live(d.st)
	d.skip(live)
	for i := range d.p.stages {
		switch st := d.st.Stages[i].Status; {
		case live[i] && st == StageSkipped:
			d.emit(Reset{d.p.stages[i].Key, "on the route now"})
		case live[i] && st.live():
			d.open(i)
		}
	}
	d.settle()
	return nil
}

func (p *Process) applyMigrated(s *State, e Event, f Migrated) error {
	if f.Definition != p.hash || f.From != s.Definition {
		return fmt.Errorf("event %d: from %v to %v: %w", e.Seq, f.From, f.Definition, ErrDefinition)
	}
	stages := make([]StageState, len(p.stages))
	for i := range stages {
		stages[i].Key = p.stages[i].Key
	}
	for _, st := range s.Stages {
		to, kept := f.Stages[st.Key]
		if !kept {
			continue
		}
		i, known := p.index[to]
		if !known {
			return fmt.Errorf("event %d: stage %.40q: %w", e.Seq, to, ErrUnknown)
		}
		st.Key = to
		stages[i] = st
	}
	for i := range s.Remarks {
		s.Remarks[i].Stage = f.Stages[s.Remarks[i].Stage]
	}
	s.Definition, s.Stages, s.Routes, s.Rounds = p.hash, stages, nil, nil
	return nil
}

// Replay folds a trail into the state as it was at an instant, the end of all time
// if that is zero: what happened later is left out. Processes are all definitions
// that the instance ever had. Errors are those of Process.Apply.
func Replay(trail []Event, at time.Time, processes ...*Process) (State, error) {
	var s State
	for _, e := range trail {
		if !at.IsZero() && e.At.After(at) {
			break
		}
		hash := s.Definition
		switch f := e.Fact.(type) {
		case Submitted:
			hash = f.Definition
		case Migrated:
			hash = f.Definition
		}
		k := slices.IndexFunc(processes, func(p *Process) bool { return p.hash == hash })
		if k < 0 {
			return State{}, fmt.Errorf("event %d: definition %v is not given: %w", e.Seq, hash, ErrDefinition)
		}
		if err := processes[k].apply(&s, e); err != nil {
			return State{}, err
		}
	}
	return s, nil
}
