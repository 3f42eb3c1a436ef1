package fsm

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/go-marops/marops/internal/label"
)

// DOT writes the machine in Graphviz's language, transitions in authored order,
// byte for byte the same each time. States are numbered and carry their names as
// labels, so that any name is safe.
func (m *Machine[S, E, C]) DOT(w io.Writer) error {
	b := bufio.NewWriter(w)
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	fmt.Fprintf(b, "digraph machine {\n\trankdir=LR;\n\tnode [shape=box, style=rounded];\n\tinitial [shape=point];\n")
	for _, s := range m.inOrder() {
		final := ""
		if m.IsFinal(s) {
			final = ", peripheries=2"
		}
		fmt.Fprintf(b, "\ts%d [label=\"%s\"%s];\n", int(s), escape.Replace(label.Visible(m.StateName(s))), final)
	}
	fmt.Fprintf(b, "\tinitial -> s%d;\n", int(m.initial))
	for i := range m.chart {
		t := &m.chart[i]
		fmt.Fprintf(b, "\ts%d -> s%d [label=\"%s\"];\n", int(t.From), int(t.To), escape.Replace(label.Visible(m.label(t))))
	}
	b.WriteString("}\n")
	return b.Flush()
}

// Mermaid writes the machine as a Mermaid state diagram
// (mermaid.js.org/syntax/stateDiagram), transitions in authored order, byte for
// byte the same each time. States are numbered and carry their names as text, so
// that any name is safe.
func (m *Machine[S, E, C]) Mermaid(w io.Writer) error {
	b := bufio.NewWriter(w)
	escape := strings.NewReplacer("#", "#35;", `"`, "#quot;", ";", "#59;", ":", "#58;", "<", "#lt;", ">", "#gt;")
	b.WriteString("stateDiagram-v2\n")
	for _, s := range m.inOrder() {
		fmt.Fprintf(b, "    state \"%s\" as s%d\n", escape.Replace(label.Visible(m.StateName(s))), int(s))
	}
	fmt.Fprintf(b, "    [*] --> s%d\n", int(m.initial))
	for i := range m.chart {
		t := &m.chart[i]
		fmt.Fprintf(b, "    s%d --> s%d: %s\n", int(t.From), int(t.To), escape.Replace(label.Visible(m.label(t))))
	}
	for _, s := range m.inOrder() {
		if m.IsFinal(s) {
			fmt.Fprintf(b, "    s%d --> [*]\n", int(s))
		}
	}
	return b.Flush()
}

// inOrder returns the states of the chart in the order in which it names them.
func (m *Machine[S, E, C]) inOrder() []S {
	seen := make([]bool, m.states)
	var order []S
	add := func(s S) {
		if !seen[s] {
			seen[s] = true
			order = append(order, s)
		}
	}
	add(m.initial)
	for i := range m.chart {
		add(m.chart[i].From)
		add(m.chart[i].To)
	}
	return order
}

// label returns the event of a transition and the name of its guard.
func (m *Machine[S, E, C]) label(t *Transition[S, E, C]) string {
	if t.Name == "" {
		return m.EventName(t.On)
	}
	return m.EventName(t.On) + " [" + t.Name + "]"
}
