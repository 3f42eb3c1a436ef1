package workflow

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/workflow/internal/bound"
)

// ErrUnbounded is the kind of error of Longest: see UnboundedError.
var ErrUnbounded = errors.New("may take for ever")

// UnboundedError names what nothing ends: stages that do not expire, and gates. It
// matches ErrUnbounded.
type UnboundedError struct{ Parts []StageKey }

func (e *UnboundedError) Error() string { return describe(e.Parts) + ": " + ErrUnbounded.Error() }

// Is reports whether target is ErrUnbounded.
func (e *UnboundedError) Is(target error) bool { return target == ErrUnbounded }

// TimeBound is the longest that a version of a subject can wait for its decision.
type TimeBound struct {
	Start   time.Time        // the first instant at which it takes that long
	Decided time.Time        // when it is decided then, at the latest
	Working worktime.Minutes // between them, in the calendar of the Env
}

// Longest returns the worst case over all instants within some days at which a
// version may be submitted: every stage is left to expire, every loop goes round as
// often as it may, every choice takes its slowest arm, and no branch is waited for
// less than the slowest. Parts are composed on the calendars of env, not added up,
// for each begins where the one before ended. It is exact to the minute; somebody
// must send a Tick when it is due. Errors match ErrUnbounded or ErrInvalid: no days
// or calendar, or a time of more than a hundred years.
func (p *Process) Longest(env Env, days civil.Period) (TimeBound, error) {
	l := &longest{p: p, env: env}
	l.look(p.root)
	if len(l.open) > 0 {
		return TimeBound{}, &UnboundedError{l.open}
	}
	zone := time.UTC
	if env.Calendar != nil {
		zone = env.Calendar.Location()
	}
	if days.IsEmpty() || env.Calendar == nil {
		return TimeBound{}, fmt.Errorf("longest: no days or no calendar: %w", ErrInvalid)
	}
	from, to := days.First().In(zone).Unix()/60, days.Last().AddDays(1).In(zone).Unix()/60-1
	f, err := bound.Identity(bound.Window{From: from, To: to})
	if err == nil {
		f, err = l.block(f, p.root)
	}
	if err != nil {
		return TimeBound{}, fmt.Errorf("longest: %w: %w", err, ErrInvalid)
	}
	start, minutes := f.Worst()
	out := TimeBound{Start: time.Unix(start*60, 0).In(zone), Decided: time.Unix((start+minutes)*60, 0).In(zone)}
	out.Working = env.Calendar.BetweenMinutes(start, start+minutes)
	return out, nil
}

type longest struct {
	p    *Process
	env  Env
	open []StageKey
}

// look collects what nothing ends.
func (l *longest) look(n node) {
	if n.kind == stageNode && l.p.stages[n.at].Expire.IsZero() {
		l.open = append(l.open, l.p.stages[n.at].Key)
	}
	if n.kind == gateNode {
		l.open = append(l.open, l.p.gates[n.at])
	}
	for _, kid := range n.kids {
		l.look(kid)
	}
}

// block returns by when a block is decided, if f says when its turn comes.
func (l *longest) block(f bound.Func, n node) (bound.Func, error) {
	var err error
	switch n.kind {
	case stageNode:
		s := &l.p.stages[n.at]
		return f.Then(l.env.calendar(s.Role), s.Expire)
	case loopNode:
		for range l.p.loops[n.at].times + 1 {
			if f, err = l.block(f, n.kids[0]); err != nil {
				return f, err
			}
		}
		return f, nil
	case seqNode:
		for _, kid := range n.kids {
			if f, err = l.block(f, kid); err != nil {
				return f, err
			}
		}
		return f, nil
	default: // the slowest of the branches or arms
		var out bound.Func
		for i, kid := range n.kids {
			one, err := l.block(f, kid)
			if err == nil && i > 0 {
				one, err = bound.Max(out, one)
			}
			if err != nil {
				return one, err
			}
			out = one
		}
		return out, nil
	}
}
