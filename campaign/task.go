package campaign

import (
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/planning"
)

// Task is a piece of work below a node. One without a duration is a milestone.
type Task struct {
	Key          planning.TaskKey `json:"key"`
	Node         uuid.UUID        `json:"node"`
	Name         string           `json:"name"`
	Phase        string           `json:"phase,omitempty"`
	Role         string           `json:"role,omitempty"`     // who should do it
	Assignee     ident.Person     `json:"assignee,omitempty"` // who does it
	Units        int              `json:"units,omitempty"`    // thousandths of the assignee; 0 is all
	Calendar     string           `json:"calendar,omitempty"` // "" = the assignee's
	Duration     worktime.Length  `json:"duration"`
	Predecessors []Dependency     `json:"predecessors,omitempty"`
	Deliverable  string           `json:"deliverable,omitempty"`
	Tags         []string         `json:"tags,omitempty"`

	Anchor     *RelDate            `json:"anchor,omitempty"` // the expression behind Constraint or Due
	Constraint planning.Constraint `json:"constraint,omitzero"`
	Due        time.Time           `json:"due,omitzero"` // target for the finish

	Started  time.Time `json:"started,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
}

// Dependency makes a task wait for another one.
type Dependency struct {
	Task planning.TaskKey  `json:"task"` // the predecessor
	Type planning.LinkType `json:"type,omitzero"`
	Lag  worktime.Length   `json:"lag,omitzero"`
}

// Status is how far a task is. It follows from the actual times.
type Status uint8

// The statuses.
const (
	NotStarted Status = iota
	InProgress
	Done
)

var statusNames = []string{"not started", "in progress", "done"}

// String returns the name in lower case.
func (s Status) String() string { return nameOf(statusNames, "status", uint8(s)) }

// Status returns how far the task is.
func (t Task) Status() Status {
	switch {
	case !t.Finished.IsZero():
		return Done
	case !t.Started.IsZero():
		return InProgress
	default:
		return NotStarted
	}
}

// IsMilestone reports whether the task takes no time.
func (t Task) IsMilestone() bool { return t.Duration.IsZero() }
