package workflow

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Mermaid writes the process as a Mermaid flowchart (mermaid.js.org/syntax/flowchart),
// byte for byte the same each time.
func (p *Process) Mermaid(w io.Writer) error { return p.draw(w, nil) }

// MermaidState writes the flowchart with the stages coloured by where an
// instance stands. Errors match ErrDefinition, or are those of w.
func (p *Process) MermaidState(w io.Writer, s State) error {
	if err := p.owns(s); err != nil {
		return err
	}
	return p.draw(w, &s)
}

func (p *Process) draw(w io.Writer, s *State) error {
	d := &drawing{p: p}
	d.WriteString("flowchart TD\n")
	d.line(`start(["%s"])`, escape(cmp.Or(p.def.Name, string(p.def.Key))))
	last := d.node(p.root, []edge{{from: "start"}})
	d.line(`done(["approved"])`)
	d.join(last, "done")
	d.classes(s)
	_, err := io.WriteString(w, d.String())
	return err
}

// edge is an end that waits to be joined to the next node.
type edge struct{ from, label string }

type drawing struct {
	strings.Builder
	p    *Process
	pars int
}

func (d *drawing) line(format string, args ...any) {
	fmt.Fprintf(d, "    "+format+"\n", args...)
}

func (d *drawing) join(from []edge, to string) {
	for _, e := range from {
		if e.label == "" {
			d.line("%s --> %s", e.from, to)
		} else {
			d.line(`%s -->|"%s"| %s`, e.from, escape(e.label), to)
		}
	}
}

// node draws a block behind some open ends and returns its own.
func (d *drawing) node(n node, from []edge) []edge {
	switch n.kind {
	case stageNode:
		id := fmt.Sprintf("s%d", n.at)
		d.line(`%s["%s"]`, id, stageLabel(d.p.stages[n.at]))
		d.join(from, id)
		return []edge{{from: id}}
	case choiceNode:
		return d.choice(n, from)
	case seqNode:
		for _, kid := range n.kids {
			from = d.node(kid, from)
		}
		return from
	default:
		fork := fmt.Sprintf("p%d", d.pars)
		d.pars++
		policy := "the others are heard"
		if n.cancel {
			policy = "the others end"
		}
		d.line(`%s[["all of %d; if one fails, %s"]]`, fork, len(n.kids), policy)
		d.join(from, fork)
		var ends []edge
		for _, kid := range n.kids {
			ends = append(ends, d.node(kid, []edge{{from: fork}})...)
		}
		return ends
	}
}

func (d *drawing) choice(n node, from []edge) []edge {
	ch := d.p.choices[n.at]
	id := fmt.Sprintf("c%d", n.at)
	d.line(`%s{"which route?"}`, id)
	d.join(from, id)
	var ends []edge
	for arm, kid := range n.kids {
		ends = append(ends, d.node(kid, []edge{{id, ch.label(arm)}})...)
	}
	return ends
}

func stageLabel(s Stage) string {
	lines := []string{escape(s.label()), escape(s.Rule.String() + " " + string(s.Role))}
	if len(s.Exclude) > 0 {
		lines = append(lines, escape("without "+strings.Join(sorted(s.Exclude), ", ")))
	}
	if !s.Due.IsZero() {
		due := "due " + s.Due.String()
		if s.Escalate != "" {
			due += ", then " + string(s.Escalate)
		}
		lines = append(lines, escape(due))
	}
	return strings.Join(lines, "<br/>")
}

// classes colours the stages. The colours are those of Okabe and Ito's palette
// for colour-blind readers; borders differ too.
func (d *drawing) classes(s *State) {
	if s != nil {
		for _, style := range []string{
			"open fill:#56b4e9,stroke-width:3px", "approved fill:#009e73,color:#fff",
			"rejected fill:#d55e00,color:#fff", "changes_requested fill:#e69f00",
			"skipped stroke-dasharray:4", "cancelled stroke-dasharray:2", "stuck fill:#cc79a7,stroke-width:3px",
		} {
			d.line("classDef %s", style)
		}
		for i, st := range s.Stages {
			if st.Status != StagePending && int(st.Status) < len(stageNames) {
				d.line("class s%d %v", i, st.Status)
			}
		}
		return
	}
	used := map[Class]bool{}
	for _, stage := range d.p.stages {
		used[stage.Class] = true
	}
	for _, class := range []Class{Legal, Budget} {
		if used[class] {
			d.line("classDef %v stroke-width:3px", class)
		}
	}
	for i, stage := range d.p.stages {
		if stage.Class != General {
			d.line("class s%d %v", i, stage.Class)
		}
	}
}

// escape writes as numeric entities what could end or restyle a Mermaid label.
func escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune(" .,:-_/()+=%!?", r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
