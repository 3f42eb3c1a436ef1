package planning

import (
	"fmt"
	"time"

	"github.com/go-marops/marops/civil/worktime"
)

// Cause says what kind of thing set or moved a date.
type Cause uint8

// The causes. The first six and the last answer Why; all may stand in a Move.
const (
	CauseStart      Cause = iota // the plan's start
	CauseLink                    // a predecessor
	CauseConstraint              // a constraint's date
	CauseActual                  // the task has started or finished
	CauseResource                // a resource that another task occupies
	CauseCalendar                // the working time of the people assigned
	CauseDuration                // the task takes longer or shorter, by itself or by another calendar
	CauseAdded                   // the link or task that binds is new
	CauseRemoved                 // what bound before is gone
	CauseGone                    // the task is no longer in the plan
	CauseOrder                   // the scheduler chose another order
	CauseLate                    // as late as possible: the task that it holds
)

var causeNames = []string{"start", "link", "constraint", "actual", "resource", "calendar", "duration", "added", "removed", "gone", "order", "late"}

// String returns the name in lower case.
func (c Cause) String() string { return nameOf(causeNames, uint8(c), "cause") }

// MarshalText writes the name.
func (c Cause) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the name. Errors match ErrName.
func (c *Cause) UnmarshalText(text []byte) error {
	i, err := parseName("cause", causeNames, text)
	*c = Cause(i)
	return err
}

// Reason says why a task has its dates. Which fields are set depends on the
// Cause.
type Reason struct {
	Cause      Cause           `json:"cause"`
	Task       TaskKey         `json:"task"`                // whose date is explained
	By         TaskKey         `json:"by,omitempty"`        // link: the predecessor; resource: the task that held it; late: the successor
	Link       LinkType        `json:"link,omitzero"`       // link
	Lag        worktime.Length `json:"lag,omitzero"`        // link
	Resource   ResourceKey     `json:"resource,omitempty"`  // resource, calendar
	Constraint ConstraintKind  `json:"constraint,omitzero"` // constraint
	At         time.Time       `json:"at,omitzero"`         // the predecessor's or constraint's date, or when the resource is free
	Was        worktime.Length `json:"was,omitzero"`        // duration: before
	Is         worktime.Length `json:"is,omitzero"`         // duration: after
}

// String returns one clause for people: "copy waits for legal to finish".
func (r Reason) String() string {
	switch r.Cause {
	case CauseStart:
		return fmt.Sprintf("%s starts with the plan", r.Task)
	case CauseLink:
		verb, end := "start", "finish"
		if r.Link.toFinish() {
			verb = "finish"
		}
		if r.Link.fromStart() {
			end = "start"
		}
		lag := ""
		switch {
		case r.Lag.Amount() > 0:
			lag = " plus " + r.Lag.String()
		case r.Lag.Amount() < 0:
			lag = " less " + r.Lag.Neg().String()
		}
		return fmt.Sprintf("%s waits for %s to %s%s before it can %s", r.Task, r.By, end, lag, verb)
	case CauseConstraint:
		return fmt.Sprintf("%s has the date %s %s", r.Task, r.Constraint, dateText(r.At))
	case CauseActual:
		return fmt.Sprintf("%s has started", r.Task)
	case CauseResource:
		return fmt.Sprintf("%s waits for %s, who is on %s", r.Task, r.Resource, r.By)
	case CauseCalendar:
		return fmt.Sprintf("%s waits for the working time of %s", r.Task, r.Resource)
	case CauseDuration:
		if r.Was != r.Is {
			return fmt.Sprintf("%s takes %s instead of %s", r.Task, r.Is, r.Was)
		}
		return fmt.Sprintf("%s takes %s in other working time", r.Task, r.Is)
	case CauseAdded:
		if r.By != "" {
			return fmt.Sprintf("%s newly waits for %s", r.Task, r.By)
		}
		return fmt.Sprintf("%s is new", r.Task)
	case CauseRemoved:
		if r.By != "" {
			return fmt.Sprintf("%s no longer waits for %s", r.Task, r.By)
		}
		return fmt.Sprintf("%s no longer has its date", r.Task)
	case CauseGone:
		return fmt.Sprintf("%s is gone", r.Task)
	case CauseLate:
		if r.By == "" {
			return fmt.Sprintf("%s is done as late as its dates and the finish allow", r.Task)
		}
		return fmt.Sprintf("%s is done as late as %s allows", r.Task, r.By)
	case CauseOrder:
		return fmt.Sprintf("%s is scheduled in another order", r.Task)
	default:
		return fmt.Sprintf("%s: %s", r.Task, r.Cause)
	}
}
