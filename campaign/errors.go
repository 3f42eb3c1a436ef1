package campaign

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-marops/marops/planning"
)

// The kinds of error of this package, beside finding.List.
var (
	ErrName       = errors.New("unknown name")            // text that names no level, bind, unit or roll
	ErrMoment     = errors.New("invalid moment")          // a Moment that does not exist, or text that is none
	ErrTemplate   = errors.New("invalid template")        // text that is not a Template
	ErrInfeasible = errors.New("launch is not feasible")  // see InfeasibleError
	ErrUnknown    = errors.New("no such node or anchor")  // a node, calendar or anchor that is not there
	ErrGoal       = errors.New("goal cannot be computed") // a result that does not fit a goal
)

// InfeasibleError says that a launch is too early for the work before it, and
// which launch would not be. It matches ErrInfeasible.
type InfeasibleError struct {
	Launch   Moment             // asked for
	Earliest Moment             // the first working day on which the same clock time is feasible
	Finish   time.Time          // when the work before the launch is done
	Critical []planning.TaskKey // the critical tasks before the launch, in order
}

func (e *InfeasibleError) Error() string {
	return fmt.Sprintf("launch %v: work before it ends %s, earliest feasible launch is %v",
		e.Launch, e.Finish.Format("2006-01-02 15:04"), e.Earliest)
}

// Is reports whether target is ErrInfeasible.
func (e *InfeasibleError) Is(target error) bool { return target == ErrInfeasible }
