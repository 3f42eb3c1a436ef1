package planning

import (
	"fmt"
	"strings"

	"github.com/go-marops/marops/civil/worktime"
)

// Move is a task whose dates differ between two plans.
type Move struct {
	Task     TaskKey
	From, To Span             // before and after; a zero Span is a task that is not in that plan
	Shift    worktime.Minutes // of the finish, or of the start if the finish stays, in the task's working time; negative is earlier
	Because  []Reason         // what moved it, and what moved that: the root cause is last
}

// String returns one line: "launch: 2026-03-10 17:00 -> 2026-03-12 17:00 (+16h):
// launch waits for legal to finish before it can start; legal takes 5d instead of 3d".
func (m Move) String() string {
	var b strings.Builder
	switch {
	case m.From == Span{}:
		fmt.Fprintf(&b, "%s: finishes %s", m.Task, dateText(m.To.Finish))
	case m.To == Span{}:
		fmt.Fprintf(&b, "%s: finished %s", m.Task, dateText(m.From.Finish))
	default:
		sign := "+"
		if m.Shift < 0 {
			sign = ""
		}
		fmt.Fprintf(&b, "%s: %s -> %s (%s%s)", m.Task, dateText(m.From.Finish), dateText(m.To.Finish), sign, worktime.Work(m.Shift))
	}
	for i, r := range m.Because {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		b.WriteString(sep + r.String())
	}
	return b.String()
}

// Diff returns the tasks that two critical paths or two schedules place
// differently, in the order of the plan after, then those that are gone. A
// moment that moves over no working time has not moved.
//
// Each move follows what binds the task (before, if it moves earlier) to the
// task that moved it, and so on to one that moved by itself: the root cause.
func Diff(before, after Dated) []Move {
	d := differ{b: before.Dates(), a: after.Dates()}
	var out []Move
	for i := range d.a.start {
		if move, moved := d.move(int32(i)); moved {
			out = append(out, move)
		}
	}
	for k := range d.b.start {
		key := d.b.m.key(int32(k))
		if _, still := d.a.Of(key); !still {
			out = append(out, Move{Task: key, From: d.b.span(int32(k)), Because: []Reason{{Cause: CauseGone, Task: key}}})
		}
	}
	return out
}

// move returns how a task of the plan after moved, if it did.
func (d *differ) move(i int32) (Move, bool) {
	key := d.a.m.key(i)
	old, was := d.old(i)
	if !was {
		return Move{Task: key, To: d.a.span(i), Because: []Reason{{Cause: CauseAdded, Task: key}}}, true
	}
	s := d.shift(i, old)
	if s == (shift{}) {
		return Move{}, false
	}
	move := Move{Task: key, From: d.b.span(old), To: d.a.span(i), Shift: s.finish, Because: d.because(i)}
	if s.finish == 0 {
		move.Shift = s.start
	}
	return move, true
}

type differ struct{ b, a Dates }

type shift struct{ start, finish worktime.Minutes }

// old returns the task's index before.
func (d *differ) old(i int32) (int32, bool) {
	if d.b.m == nil {
		return 0, false
	}
	old, ok := d.b.m.task(d.a.m.key(i))
	return old, ok
}

func (d *differ) shift(i, old int32) shift {
	cal := d.a.working[i]
	return shift{cal.BetweenMinutes(d.b.start[old], d.a.start[i]), cal.BetweenMinutes(d.b.end[old], d.a.end[i])}
}

// because follows the chain of moves from a moved task to its root.
func (d *differ) because(i int32) []Reason {
	var chain []Reason
	seen := map[int32]bool{}
	for !seen[i] {
		seen[i] = true
		key := d.a.m.key(i)
		old, was := d.old(i)
		if !was {
			return append(chain, Reason{Cause: CauseAdded, Task: key})
		}
		s, x, y := d.shift(i, old), d.b.m.dur[old], d.a.m.dur[i]
		if x != y || s.start == 0 {
			chain = append(chain, Reason{Cause: CauseDuration, Task: key, Was: x, Is: y})
		}
		if s.start == 0 {
			return chain
		}
		next, reason, root := d.step(i, old, s)
		chain = append(chain, reason)
		if root {
			return d.rootLast(chain)
		}
		i = next
	}
	return d.rootLast(chain)
}

// rootLast puts a changed duration last if the chain ends at the same task
// without a cause of its own.
func (d *differ) rootLast(chain []Reason) []Reason {
	n := len(chain)
	if n > 1 && chain[n-2].Cause == CauseDuration && chain[n-2].Task == chain[n-1].Task && chain[n-1].Cause == CauseOrder {
		return chain[:n-1]
	}
	return chain
}

// step explains why a task's start moved: the next task of the chain, or the
// root.
func (d *differ) step(i, old int32, s shift) (next int32, r Reason, root bool) {
	now, then := d.a.reason(i), d.b.reason(old)
	if s.start > 0 {
		if by, ok := d.a.held(i); ok {
			before, was := d.old(by)
			moved := !was || d.shift(by, before) != (shift{})
			if moved {
				return by, now, false
			}
			if now.Cause == CauseLink && !sameBond(now, then) && !d.linked(d.b, now) {
				now.Cause = CauseAdded
			}
			return 0, now, true
		}
		return 0, now, true
	}
	// It moves earlier: what held it before lets go.
	if held, ok := d.b.held(old); ok {
		if by, still := d.a.m.task(d.b.m.key(held)); still {
			if d.shift(by, held) != (shift{}) && (then.Cause != CauseLink || d.linked(d.a, then)) {
				return by, then, false
			}
		}
		switch {
		case then.Cause == CauseLink && d.linked(d.a, then):
			return 0, now, true // the same link with another lag
		case then.Cause == CauseLink:
			return 0, Reason{Cause: CauseRemoved, Task: then.Task, By: then.By, Link: then.Link}, true
		}
		return 0, Reason{Cause: CauseOrder, Task: then.Task}, true
	}
	if then.Cause == CauseConstraint {
		if c := d.a.m.constraint[i]; c.kind == ASAP {
			return 0, Reason{Cause: CauseRemoved, Task: then.Task}, true
		} else if c != d.b.m.constraint[old] {
			r := Reason{Cause: CauseConstraint, Task: then.Task, Constraint: c.kind, At: timeAt(c.at, d.a.working[i])}
			return 0, r, true
		}
	}
	return 0, now, true
}

func sameBond(a, b Reason) bool {
	return a.Cause == b.Cause && a.By == b.By && a.Link == b.Link
}

// linked reports whether the plan has the link of a reason, with whatever lag.
func (d *differ) linked(in Dates, r Reason) bool {
	to, ok := in.m.task(r.Task)
	if !ok {
		return false
	}
	for _, a := range in.m.in.of(to) {
		if a.typ == r.Link && in.m.key(a.task) == r.By {
			return true
		}
	}
	return false
}
