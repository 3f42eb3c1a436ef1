package campaign

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning"
)

// Colour is the health of a node. Higher values are worse.
type Colour uint8

// The colours.
const (
	Green Colour = iota
	Amber
	Red
)

var colourNames = []string{"green", "amber", "red"}

// String returns the name in lower case.
func (c Colour) String() string { return nameOf(colourNames, "colour", uint8(c)) }

// MarshalText writes the name.
func (c Colour) MarshalText() ([]byte, error) { return textOf(colourNames, "colour", uint8(c)) }

// UnmarshalText reads the name. Errors match ErrName.
func (c *Colour) UnmarshalText(text []byte) error { return parseName(colourNames, "colour", text, c) }

// Inputs are what engines know about a tree. What is nil is not judged.
type Inputs struct {
	Dates planning.Dated // a critical path or schedule of Tree.Plan
	Book  *budget.Book   // a book of Tree.Budget
}

// Health is a colour and why. A colour other than Green always has reasons: an
// Error makes Red, a Warning Amber.
type Health struct {
	Status  Colour
	Reasons finding.List // of the node and of all below it, worst first
	Nodes   []NodeHealth // of every node, in authored order; only Tree.Health sets it
}

// NodeHealth is the health of one node, with that of the worst one below it
// rolled up.
type NodeHealth struct {
	Node uuid.UUID
	Health
}

// gateAhead is how long before its due time a blocked gate becomes a reason.
const gateAhead = 5 * 24 * time.Hour

// Health judges every node at a moment. Codes:
//
//	campaign.task.overdue    Red: not finished, and its target has passed
//	campaign.task.late       Amber: not finished, and its planned finish has passed
//	campaign.task.unstarted  Amber: not started, and its planned start has passed
//	campaign.task.target     Amber: planned to finish after its target
//	campaign.launch.late     Red: planned after the launch
//	campaign.gate.blocked    Red: due and blocked; Amber: due within five days and blocked
//	campaign.budget.over     Red: used beyond the limit
//	campaign.budget.outlook  Amber: expected to end beyond the limit
//
// Nil inputs judge tasks and gates by their own targets alone.
func (t Tree) Health(now time.Time, in *Inputs) Health {
	if in == nil {
		in = &Inputs{}
	}
	h := health{t: t, x: t.index(), now: now, own: make([]finding.List, len(t.Nodes))}
	h.tasks(in.Dates)
	h.launches(in.Dates)
	h.gates()
	h.money(in.Book)
	return h.rollUp()
}

type health struct {
	t   Tree
	x   index
	now time.Time
	own []finding.List // by node
}

func (h *health) add(node uuid.UUID, s finding.Severity, code, subject, fix, format string, args ...any) {
	i, ok := h.x.at[node]
	if !ok {
		return // Check reports it
	}
	h.own[i].Add(finding.Finding{Code: code, Severity: s, Subject: subject, Evidence: []string{fmt.Sprintf(format, args...)}, Fix: fix})
}

func (h *health) tasks(dated planning.Dated) {
	for _, task := range h.t.Tasks {
		if task.Status() == Done {
			continue
		}
		subject := "task/" + string(task.Key)
		overdue := !task.Due.IsZero() && h.now.After(task.Due)
		if overdue {
			h.add(task.Node, finding.Error, "campaign.task.overdue", subject, "finish it or agree on another date",
				"%s was due %s and is %v", task.Name, stamp(task.Due), task.Status())
		}
		span, ok := spanOf(dated, task.Key)
		if !ok {
			continue
		}
		switch {
		case overdue:
		case h.now.After(span.Finish):
			h.add(task.Node, finding.Warning, "campaign.task.late", subject, "finish it or plan it anew",
				"%s was planned to finish %s and is %v", task.Name, stamp(span.Finish), task.Status())
		case task.Status() == NotStarted && h.now.After(span.Start):
			h.add(task.Node, finding.Warning, "campaign.task.unstarted", subject, "start it or plan it anew",
				"%s was planned to start %s", task.Name, stamp(span.Start))
		}
		if !overdue && !task.Due.IsZero() && span.Finish.After(task.Due) {
			h.add(task.Node, finding.Warning, "campaign.task.target", subject, "shorten what comes before it or move the target",
				"%s is planned to finish %s, due %s", task.Name, stamp(span.Finish), stamp(task.Due))
		}
	}
}

func spanOf(dated planning.Dated, key planning.TaskKey) (planning.Span, bool) {
	if dated == nil {
		return planning.Span{}, false
	}
	return dated.Dates().Of(key)
}

func (h *health) launches(dated planning.Dated) {
	for _, n := range h.t.Nodes {
		at, err := n.Launch.Time()
		if n.LaunchTask == "" || err != nil {
			continue
		}
		if span, ok := spanOf(dated, n.LaunchTask); ok && span.Finish.After(at) {
			h.add(n.ID, finding.Error, "campaign.launch.late", "node/"+n.label(), "shorten the critical path or move the launch",
				"planned %s, launch %s", stamp(span.Finish), stamp(at))
		}
	}
}

func (h *health) gates() {
	for _, state := range h.t.Readiness(h.now).Gates {
		g := state.Gate
		if state.Open || g.Due.IsZero() {
			continue
		}
		severity := finding.Warning
		if state.Overdue {
			severity = finding.Error
		} else if h.now.Before(g.Due.Add(-gateAhead)) {
			continue
		}
		h.add(g.Node, severity, "campaign.gate.blocked", "gate/"+string(g.Key), "clear what its readiness lists",
			"%s is due %s, blockers: %d", g.Name, stamp(g.Due), state.Blockers)
	}
}

func (h *health) money(book *budget.Book) {
	if book == nil {
		return
	}
	// Any day of the horizon asks for the whole of it.
	days, ok := book.Chart().Calendar().Bounds(book.Chart().Periods()[0])
	if !ok {
		return
	}
	seen := map[budget.NodeKey]bool{}
	for _, n := range h.t.Nodes {
		key := n.BudgetNode
		if key == "" || seen[key] {
			continue
		}
		seen[key] = true
		bal, ok := book.Balance(key, days.First(), budget.Total)
		if !ok || !bal.Limited {
			continue
		}
		if bal.Available.Sign() < 0 {
			h.add(n.ID, finding.Error, "campaign.budget.over", "budget/"+string(key), "raise the limit or stop spending",
				"used %v of %v", bal.Held(), bal.Limit)
			continue
		}
		if over, err := bal.Outlook().Cmp(bal.Limit); err == nil && over > 0 {
			h.add(n.ID, finding.Warning, "campaign.budget.outlook", "budget/"+string(key), "raise the limit or cut the forecast",
				"expected %v of %v", bal.Outlook(), bal.Limit)
		}
	}
}

func (h *health) rollUp() Health {
	out := Health{Nodes: make([]NodeHealth, len(h.t.Nodes))}
	for i, own := range h.own {
		for k := range h.x.up(i) {
			out.Nodes[k].Reasons.Add(own...)
		}
		out.Reasons.Add(own...)
	}
	for i := range out.Nodes {
		out.Nodes[i].Node = h.t.Nodes[i].ID
		out.Nodes[i].settle()
	}
	out.settle()
	return out
}

func (h *Health) settle() {
	h.Reasons.Sort()
	switch {
	case len(h.Reasons) == 0:
		h.Status = Green
	case h.Reasons.Worst() == finding.Error:
		h.Status = Red
	default:
		h.Status = Amber
	}
}
