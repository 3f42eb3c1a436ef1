package fsm

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// DOT writes the machine in Graphviz's language, transitions in authored order.
func (m *Machine[S, E, C]) DOT(w io.Writer) error {
	b := bufio.NewWriter(w)
	quote := func(s string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
	}
	fmt.Fprintf(b, "digraph machine {\n\trankdir=LR;\n\tnode [shape=box, style=rounded];\n\tinitial [shape=point];\n\tinitial -> %s;\n", quote(fmt.Sprint(m.initial)))
	for _, t := range m.chart {
		fmt.Fprintf(b, "\t%s -> %s [label=%s];\n", quote(fmt.Sprint(t.From)), quote(fmt.Sprint(t.To)), quote(label(t.On, t.Name)))
	}
	b.WriteString("}\n")
	return b.Flush()
}

// Mermaid writes the machine as a Mermaid state diagram, transitions in authored
// order. States are numbered and carry their names as text, so that any name is
// safe.
func (m *Machine[S, E, C]) Mermaid(w io.Writer) error {
	b := bufio.NewWriter(w)
	escape := strings.NewReplacer("#", "#35;", `"`, "#quot;", ";", "#59;", "\n", " ", ":", "#58;", "<", "#lt;", ">", "#gt;")
	b.WriteString("stateDiagram-v2\n")
	named := make([]bool, m.states)
	declare := func(s S) {
		if !named[s] {
			named[s] = true
			fmt.Fprintf(b, "    state \"%s\" as s%d\n", escape.Replace(fmt.Sprint(s)), int(s))
		}
	}
	declare(m.initial)
	for _, t := range m.chart {
		declare(t.From)
		declare(t.To)
	}
	fmt.Fprintf(b, "    [*] --> s%d\n", int(m.initial))
	for _, t := range m.chart {
		fmt.Fprintf(b, "    s%d --> s%d: %s\n", int(t.From), int(t.To), escape.Replace(label(t.On, t.Name)))
	}
	return b.Flush()
}

func label[E Integer](on E, guard string) string {
	if guard == "" {
		return fmt.Sprint(on)
	}
	return fmt.Sprintf("%v [%s]", on, guard)
}
