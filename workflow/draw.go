package workflow

import (
	"cmp"
	"fmt"
	"strings"
)

// shape is what a block looks like in a drawing.
type shape uint8

const (
	ending   shape = iota // where it starts and is approved
	task                  // a stage
	decision              // a choice, or the end of a loop
	fork                  // the start of a par
	turn                  // the start of a loop
	barrier               // a gate
)

// sketch is a process as nodes and edges, in the order of the flow.
type sketch struct {
	p     *Process
	nodes []sketchNode
	edges []sketchEdge
	pars  int
}

type sketchNode struct {
	id    string
	shape shape
	lines []string
	stage int // its index; -1 = it is none
}

type sketchEdge struct {
	from, to, label string
	back            bool
}

// exit is an end that waits to be joined to the next node.
type exit struct{ from, label string }

func (p *Process) sketch() *sketch {
	d := &sketch{p: p}
	d.node("start", ending, -1, nil, cmp.Or(p.def.Name, string(p.def.Key)))
	last := d.block(p.root, []exit{{from: "start"}})
	d.node("done", ending, -1, last, "approved")
	return d
}

func (d *sketch) node(id string, s shape, stage int, from []exit, lines ...string) {
	d.nodes = append(d.nodes, sketchNode{id, s, lines, stage})
	for _, e := range from {
		d.edges = append(d.edges, sketchEdge{from: e.from, to: id, label: e.label})
	}
}

// block draws a block behind some open ends and returns its own.
func (d *sketch) block(n node, from []exit) []exit {
	switch n.kind {
	case stageNode:
		id := fmt.Sprintf("s%d", n.at)
		d.node(id, task, n.at, from, d.p.stages[n.at].lines()...)
		return []exit{{from: id}}
	case gateNode:
		id := fmt.Sprintf("g%d", n.at)
		d.node(id, barrier, -1, from, string(d.p.gates[n.at]), "when all conditions are resolved")
		return []exit{{from: id}}
	case choiceNode:
		ch := d.p.choices[n.at]
		id := fmt.Sprintf("c%d", n.at)
		d.node(id, decision, -1, from, "which route?")
		var ends []exit
		for arm, kid := range n.kids {
			ends = append(ends, d.block(kid, []exit{{id, ch.label(arm)}})...)
		}
		return ends
	case loopNode:
		id, again := fmt.Sprintf("l%d", n.at), fmt.Sprintf("l%dagain", n.at)
		d.node(id, turn, -1, from, "from here")
		d.node(again, decision, -1, d.block(n.kids[0], []exit{{from: id}}), "changes requested?")
		d.edges = append(d.edges, sketchEdge{again, id, fmt.Sprintf("at most %d times", d.p.loops[n.at].times), true})
		return []exit{{from: again}}
	case seqNode:
		for _, kid := range n.kids {
			from = d.block(kid, from)
		}
		return from
	default:
		id := fmt.Sprintf("p%d", d.pars)
		d.pars++
		policy := "the others are heard"
		if n.cancel {
			policy = "the others end"
		}
		d.node(id, fork, -1, from, fmt.Sprintf("all of %d: if one fails, %s", len(n.kids), policy))
		var ends []exit
		for _, kid := range n.kids {
			ends = append(ends, d.block(kid, []exit{{from: id}})...)
		}
		return ends
	}
}

// asks says what a stage needs of whom, as in "2 of lawyers, veto heads".
func asks(r Rule, role Role) string {
	switch r := r.(type) {
	case Veto:
		by := string(r.By)
		if by == "" {
			by = "anyone"
		}
		return asks(r.Rule, role) + ", veto " + by
	case PerGroup, Weighted:
		if role == "" {
			return r.String()
		}
		return r.String() + ", " + string(role) + " asked"
	default:
		return r.String() + " " + string(role)
	}
}

// lines is what a drawing says of a stage.
func (s Stage) lines() []string {
	lines := []string{s.label(), asks(s.Rule, s.Role)}
	if len(s.Exclude) > 0 {
		lines = append(lines, "without "+strings.Join(sorted(s.Exclude), ", "))
	}
	if !s.Due.IsZero() {
		due := "due " + s.Due.String()
		if s.Escalate != "" {
			due += ", then " + string(s.Escalate)
		}
		lines = append(lines, due)
	}
	if !s.Expire.IsZero() {
		lines = append(lines, "after "+s.Expire.String()+": "+s.AtExpiry.String())
	}
	return lines
}
