package rcpsp

import (
	"errors"
	"fmt"
	"strings"
)

// Kinds of errors, for errors.Is.
var (
	ErrCycle    = errors.New("edges form a cycle")
	ErrDemand   = errors.New("demand exceeds capacity")
	ErrSize     = errors.New("project is out of range")
	ErrModes    = errors.New("no feasible mode assignment found")
	ErrSchedule = errors.New("schedule is not feasible")
)

// CycleError is a cycle of edges: each activity of the path precedes the next
// and the last the first.
type CycleError struct{ Path []int32 }

// Error returns the path.
func (e *CycleError) Error() string {
	var b strings.Builder
	b.WriteString("edges: cycle")
	for _, i := range e.Path {
		fmt.Fprintf(&b, " %d ->", i)
	}
	if len(e.Path) > 0 {
		fmt.Fprintf(&b, " %d", e.Path[0])
	}
	return b.String()
}

// Is reports whether target is ErrCycle.
func (e *CycleError) Is(target error) bool { return target == ErrCycle }

// DemandError is an activity of which no mode fits the capacity. Resource is the
// one that its mode of least demand there exceeds; it is len(Capacity)+k for
// stock k.
type DemandError struct {
	Activity, Resource int32
	Demand, Capacity   int32
}

// Error names activity, resource and both numbers.
func (e *DemandError) Error() string {
	return fmt.Sprintf("activity %d: demand %d of resource %d exceeds its capacity %d", e.Activity, e.Demand, e.Resource, e.Capacity)
}

// Is reports whether target is ErrDemand.
func (e *DemandError) Is(target error) bool { return target == ErrDemand }

// ModeError says that no choice of modes was found that the stocks suffice for.
// Proven is set if there is none.
type ModeError struct{ Proven bool }

// Error says which.
func (e *ModeError) Error() string {
	if e.Proven {
		return "modes: no feasible mode assignment exists"
	}
	return "modes: no feasible mode assignment found"
}

// Is reports whether target is ErrModes.
func (e *ModeError) Is(target error) bool { return target == ErrModes }

// SizeError is a number that is negative, unknown or too large.
type SizeError struct {
	What  string // what it is the number of, such as "activity 3 mode 0 duration"
	Value int64
}

// Error names the number.
func (e *SizeError) Error() string { return fmt.Sprintf("%s: %d is out of range", e.What, e.Value) }

// Is reports whether target is ErrSize.
func (e *SizeError) Is(target error) bool { return target == ErrSize }

// ScheduleError is a rule that a schedule breaks.
type ScheduleError struct {
	Activity int32 // -1 if it is no single one
	Reason   string
}

// Error names the activity and the rule.
func (e *ScheduleError) Error() string {
	if e.Activity < 0 {
		return "schedule: " + e.Reason
	}
	return fmt.Sprintf("activity %d: %s", e.Activity, e.Reason)
}

// Is reports whether target is ErrSchedule.
func (e *ScheduleError) Is(target error) bool { return target == ErrSchedule }
