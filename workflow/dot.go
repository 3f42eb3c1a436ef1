package workflow

import (
	"fmt"
	"io"
	"strings"

	"github.com/go-marops/marops/internal/label"
)

// dotShapes are Graphviz's names for the shapes.
var dotShapes = [...]string{
	ending: "shape=box, style=rounded", task: "shape=box", decision: "shape=diamond", fork: "shape=box, peripheries=2", turn: "shape=circle", barrier: "shape=hexagon",
}

// DOT writes the process in Graphviz's language, byte for byte the same each time.
func (p *Process) DOT(w io.Writer) error {
	var b strings.Builder
	b.WriteString("digraph process {\n\tnode [fontname=\"sans-serif\"];\n\tedge [fontname=\"sans-serif\"];\n")
	d := p.sketch()
	for _, n := range d.nodes {
		style := dotShapes[n.shape]
		if n.stage >= 0 && p.stages[n.stage].Class != General {
			style += ", penwidth=3"
		}
		fmt.Fprintf(&b, "\t%s [%s, label=%s];\n", n.id, style, label.DOT(n.lines...))
	}
	for _, e := range d.edges {
		switch {
		case e.back:
			fmt.Fprintf(&b, "\t%s -> %s [label=%s, constraint=false];\n", e.from, e.to, label.DOT(e.label))
		case e.label != "":
			fmt.Fprintf(&b, "\t%s -> %s [label=%s];\n", e.from, e.to, label.DOT(e.label))
		default:
			fmt.Fprintf(&b, "\t%s -> %s;\n", e.from, e.to)
		}
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}
