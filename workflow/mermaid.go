package workflow

import (
	"fmt"
	"io"
	"strings"

	"github.com/go-marops/marops/internal/label"
)

// Mermaid writes the process as a Mermaid flowchart (mermaid.js.org/syntax/flowchart),
// byte for byte the same each time.
func (p *Process) Mermaid(w io.Writer) error { return p.mermaid(w, nil) }

// MermaidState writes the flowchart with the stages coloured by where an
// instance stands. Errors match ErrDefinition, or are those of w.
func (p *Process) MermaidState(w io.Writer, s State) error {
	if err := p.owns(&s); err != nil {
		return err
	}
	return p.mermaid(w, &s)
}

// mermaidShapes are the brackets of each shape.
var mermaidShapes = [...][2]string{ending: {"([", "])"}, task: {"[", "]"}, decision: {"{", "}"}, fork: {"[[", "]]"}, turn: {"((", "))"}, barrier: {"{{", "}}"}}

func (p *Process) mermaid(w io.Writer, s *State) error {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	line := func(format string, args ...any) { fmt.Fprintf(&b, "    "+format+"\n", args...) }
	d := p.sketch()
	edges := d.edges
	for _, n := range d.nodes {
		lines := make([]string, len(n.lines))
		for i, text := range n.lines {
			lines[i] = label.Mermaid(text)
		}
		line(`%s%s"%s"%s`, n.id, mermaidShapes[n.shape][0], strings.Join(lines, "<br/>"), mermaidShapes[n.shape][1])
		for len(edges) > 0 && (edges[0].to == n.id || edges[0].back) {
			e := edges[0]
			edges = edges[1:]
			if e.label == "" {
				line("%s --> %s", e.from, e.to)
			} else {
				line(`%s -->|"%s"| %s`, e.from, label.Mermaid(e.label), e.to)
			}
		}
	}
	p.classes(line, s)
	_, err := io.WriteString(w, b.String())
	return err
}

// classes colours the stages. The colours are those of Okabe and Ito's palette
// for colour-blind readers; borders differ too.
func (p *Process) classes(line func(string, ...any), s *State) {
	if s != nil {
		for _, style := range []string{
			"open fill:#56b4e9,stroke-width:3px", "approved fill:#009e73,color:#fff",
			"rejected fill:#d55e00,color:#fff", "changes_requested fill:#e69f00",
			"skipped stroke-dasharray:4", "cancelled stroke-dasharray:2", "stuck fill:#cc79a7,stroke-width:3px",
		} {
			line("classDef %s", style)
		}
		for i, st := range s.Stages {
			if st.Status != StagePending && int(st.Status) < len(stageNames) {
				line("class s%d %v", i, st.Status)
			}
		}
		return
	}
	used := map[Class]bool{}
	for _, stage := range p.stages {
		used[stage.Class] = true
	}
	for _, class := range []Class{Legal, Budget} {
		if used[class] {
			line("classDef %v stroke-width:3px", class)
		}
	}
	for i, stage := range p.stages {
		if stage.Class != General {
			line("class s%d %v", i, stage.Class)
		}
	}
}
