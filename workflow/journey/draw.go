package journey

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/go-marops/marops/internal/label"
)

// edge is an arrow of a drawing.
type edge struct {
	to    StepKey
	label string
}

// drawn returns the text of a step and the arrows out of it.
func (s *Step) drawn() (text, shape string, edges []edge) {
	text = string(s.Key) + ": "
	switch {
	case s.Wait != nil:
		edges = append(edges, edge{to: s.Next})
		if s.Wait.Event != "" {
			edges = append(edges, edge{s.Wait.Then, string(s.Wait.Event)})
		}
		return text + s.Wait.text(), "wait", edges
	case s.Send != "":
		return text + "send " + string(s.Send), "send", []edge{{to: s.Next}}
	case len(s.Branch) > 0:
		for _, c := range s.Branch {
			edges = append(edges, edge{c.Next, c.If.String()})
		}
		return text + "branch", "choice", append(edges, edge{s.Next, "else"})
	case len(s.Split) > 0:
		for _, a := range s.Split {
			edges = append(edges, edge{a.Next, fmt.Sprintf("%d %%", a.Percent)})
		}
		return text + "split", "choice", edges
	case s.Goal != "":
		return text + "goal " + s.Goal, "goal", nil
	}
	return text + "exit " + s.Exit, "exit", nil
}

func (w *Wait) text() string {
	words := []string{"wait"}
	if !w.For.IsZero() {
		words = append(words, w.For.String())
	}
	if w.Until != nil {
		words = append(words, "until")
		for _, d := range w.Until.Days {
			words = append(words, d.String())
		}
		words = append(words, w.Until.At.String())
	}
	return strings.Join(words, " ")
}

// Mermaid writes the journey as a Mermaid flowchart
// (mermaid.js.org/syntax/flowchart), byte for byte the same each time. Steps are
// numbered and carry their names as text, so that any name is safe.
func (p *Program) Mermaid(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString("flowchart TD\n")
	shapes := map[string][2]string{
		"wait": {"([", "])"}, "send": {"[/", "/]"}, "choice": {"{", "}"}, "goal": {"(((", ")))"}, "exit": {"((", "))"},
	}
	for i := range p.def.Steps {
		text, shape, _ := p.def.Steps[i].drawn()
		fmt.Fprintf(b, "    s%d%s\"%s\"%s\n", i, shapes[shape][0], label.Mermaid(text), shapes[shape][1])
	}
	for i := range p.def.Steps {
		_, _, edges := p.def.Steps[i].drawn()
		for _, e := range edges {
			if e.label == "" {
				fmt.Fprintf(b, "    s%d --> s%d\n", i, p.index[e.to])
			} else {
				fmt.Fprintf(b, "    s%d -->|\"%s\"| s%d\n", i, label.Mermaid(e.label), p.index[e.to])
			}
		}
	}
	return b.Flush()
}

// DOT writes the journey in Graphviz's language, byte for byte the same each
// time.
func (p *Program) DOT(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString("digraph journey {\n")
	shapes := map[string]string{"wait": "box, style=rounded", "send": "parallelogram", "choice": "diamond", "goal": "doublecircle", "exit": "circle"}
	for i := range p.def.Steps {
		text, shape, _ := p.def.Steps[i].drawn()
		fmt.Fprintf(b, "\ts%d [label=%s, shape=%s];\n", i, label.DOT(text), shapes[shape])
	}
	for i := range p.def.Steps {
		_, _, edges := p.def.Steps[i].drawn()
		for _, e := range edges {
			fmt.Fprintf(b, "\ts%d -> s%d [label=%s];\n", i, p.index[e.to], label.DOT(e.label))
		}
	}
	b.WriteString("}\n")
	return b.Flush()
}
