package campaign

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/planning"
)

// GateKey names a gate within a tree.
type GateKey string

// Gate is a point that a campaign passes only when its checklist is ticked and
// the tasks before it are finished.
type Gate struct {
	Key    GateKey            `json:"key"`
	Node   uuid.UUID          `json:"node"`
	Name   string             `json:"name"`
	Anchor *RelDate           `json:"anchor,omitempty"` // the expression behind Due
	Due    time.Time          `json:"due,omitzero"`
	After  []planning.TaskKey `json:"after,omitempty"` // tasks that must be finished
	Items  []Check            `json:"items,omitempty"`
}

// Check is one line of a gate's checklist.
type Check struct {
	Name  string       `json:"name"`
	Role  string       `json:"role,omitempty"` // who should tick it
	Ref   ident.Ref    `json:"ref,omitzero"`   // what decides it elsewhere: an approval, an asset
	Done  bool         `json:"done,omitempty"` //
	By    ident.Person `json:"by,omitempty"`   // who ticked it
	Since time.Time    `json:"since,omitzero"` // when
	Note  string       `json:"note,omitempty"` //
}

// Readiness is what gates still wait for.
type Readiness struct {
	Ready    bool         // no blocker at all
	Gates    []GateState  // in authored order
	Blockers finding.List // every one: Error if its gate is due, else Warning
}

// GateState is one line of a Readiness.
type GateState struct {
	Gate     Gate
	Open     bool // nothing blocks it: it may be passed
	Overdue  bool // due, and blocked
	Blockers int
}

// Readiness lists every blocker of every gate. Codes: campaign.gate.item for an
// open line of a checklist, campaign.gate.task for a task that is not finished
// and campaign.gate.unknown for one that is not there.
func (t Tree) Readiness(now time.Time) Readiness {
	out := Readiness{Ready: true}
	tasks := make(map[planning.TaskKey]*Task, len(t.Tasks))
	for i := range t.Tasks {
		tasks[t.Tasks[i].Key] = &t.Tasks[i]
	}
	for i := range t.Gates {
		found := t.Gates[i].blockers(now, tasks)
		out.Gates = append(out.Gates, GateState{
			Gate: t.Gates[i], Open: len(found) == 0, Blockers: len(found),
			Overdue: len(found) > 0 && t.Gates[i].due(now),
		})
		out.Blockers.Add(found...)
		out.Ready = out.Ready && len(found) == 0
	}
	return out
}

func (g Gate) due(now time.Time) bool { return !g.Due.IsZero() && !now.Before(g.Due) }

func (g Gate) blockers(now time.Time, tasks map[planning.TaskKey]*Task) finding.List {
	var found finding.List
	severity, when := finding.Warning, "no due date"
	if !g.Due.IsZero() {
		when = "due " + stamp(g.Due)
	}
	if g.due(now) {
		severity = finding.Error
	}
	add := func(code, fix, format string, args ...any) {
		found.Add(finding.Finding{
			Code: code, Severity: severity, Subject: "gate/" + string(g.Key),
			Evidence: []string{fmt.Sprintf(format, args...), when}, Fix: fix,
		})
	}
	for _, item := range g.Items {
		if item.Done {
			continue
		}
		who := "tick it"
		if item.Role != "" {
			who = "ask " + item.Role + " to tick it"
		}
		add("campaign.gate.item", who, "%s is open", item.Name)
	}
	for _, key := range g.After {
		switch task := tasks[key]; {
		case task == nil:
			add("campaign.gate.unknown", "name a task of the tree", "task %s is not there", key)
		case task.Status() != Done:
			add("campaign.gate.task", "finish it", "%s (%s) is %s", task.Name, strings.TrimSpace(string(key)+" "+string(task.Assignee)), task.Status())
		}
	}
	return found
}

// resolve sets the due time from the expression.
func (g *Gate) resolve(anchor civil.Date, cal *worktime.Calendar) {
	g.Due = cal.DayEnd(g.Anchor.Date(anchor, cal))
}

// stamp prints an instant for people, in its own zone.
func stamp(t time.Time) string { return t.Format("2006-01-02 15:04 MST") }
