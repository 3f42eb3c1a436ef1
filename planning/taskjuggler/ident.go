package taskjuggler

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-marops/marops/planning"
)

// idents gives every name an identifier of its own: a prefix, which keeps it
// apart from keywords, and what of the name may stand in one. It holds those that
// are taken, with the number last given to a double.
type idents map[string]int

func (ids idents) of(prefix, name string) string {
	base := prefix + strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
	id, n := base, 1
	for ids[id] != 0 {
		n = max(n, ids[base]) + 1
		id = base + "_" + strconv.Itoa(n)
	}
	ids[base] = n
	ids[id] = max(ids[id], 1)
	return id
}

// names holds the full identifiers of a plan's tasks, those of the phases around
// them before dots. They follow from the plan alone, so that a report can be read
// back.
type names struct {
	full   []string // by task
	phases []phase  // in the order of Plan.Phases, then of their first task
	top    []int    // phases that are in none
	at     map[string]int
	deep   string // a phase within too many
}

// phase is a task around tasks.
type phase struct {
	id, name string
	parent   int // -1: none
	phases   []int
	tasks    []int
	filled   bool // has tasks, or phases that have
}

const maxDepth = 50

func namesOf(p *planning.Plan) names {
	n := names{full: make([]string, len(p.Tasks)), at: map[string]int{}}
	ids := idents{}
	for _, ph := range p.Phases {
		if _, twice := n.at[ph.Key]; !twice {
			n.add(ids, ph.Key, ph.Name)
		}
	}
	for _, ph := range p.Phases {
		k := n.at[ph.Key]
		if up, ok := n.at[ph.Parent]; ok && ph.Parent != "" && n.phases[k].parent < 0 {
			n.phases[k].parent = up
			n.phases[up].phases = append(n.phases[up].phases, k)
		}
	}
	for i := range p.Tasks {
		t := &p.Tasks[i]
		prefix := ""
		if t.Phase != "" {
			k, ok := n.at[t.Phase]
			if !ok {
				k = n.add(ids, t.Phase, t.Phase)
			}
			n.phases[k].tasks = append(n.phases[k].tasks, i)
			prefix = n.path(k)
		}
		n.full[i] = prefix + ids.of("t_", string(t.Key))
	}
	for k := range n.phases {
		if n.phases[k].parent < 0 {
			n.top = append(n.top, k)
		}
	}
	return n
}

func (n *names) add(ids idents, key, name string) int {
	if name == "" {
		name = key
	}
	k := len(n.phases)
	n.at[key] = k
	n.phases = append(n.phases, phase{id: ids.of("p_", key), name: name, parent: -1})
	return k
}

// path returns the identifiers of a phase and those around it, each with a dot.
// Where they are too many, or a phase is within itself, it ends somewhere.
func (n *names) path(k int) string {
	out := ""
	for depth := 0; k >= 0; depth++ {
		if depth == maxDepth {
			n.deep = n.phases[k].name
			break
		}
		n.phases[k].filled = true
		out = n.phases[k].id + "." + out
		k = n.phases[k].parent
	}
	return out
}

// members returns the tasks of a phase and of those within it.
func (n *names) members(k int) []int {
	out := slices.Clone(n.phases[k].tasks)
	for _, inner := range n.phases[k].phases {
		out = append(out, n.members(inner)...)
	}
	return out
}

// quote writes a string for people. A backslash could swallow the quote behind
// it, "${" and "$(" would be replaced by what they name.
func quote(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case !unicode.IsPrint(r):
			return ' '
		case r == '\\':
			return '/'
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	s = strings.NewReplacer("${", "$ {", "$(", "$ (", `"`, `\"`).Replace(s)
	return `"` + s + `"`
}
