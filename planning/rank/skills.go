package rank

import (
	"fmt"
	"slices"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning"
)

// SkillKey names a skill.
type SkillKey string

// Matrix is who can do what: people by skills, with levels. A level of 0, or
// none, means not at all.
type Matrix struct {
	People []Member `json:"people"`
}

// Member is a person in a skills matrix.
type Member struct {
	Key       planning.ResourceKey `json:"key"`
	Levels    map[SkillKey]int     `json:"levels,omitempty"`
	Available planning.Effort      `json:"available,omitzero"` // for SkillNeed.Effort, over the time asked about
}

// SkillNeed asks for a skill: a number of people who have it, hours of work, or
// both.
type SkillNeed struct {
	Skill SkillKey        `json:"skill"`
	Level int             `json:"level"`          // at least; from 1
	Heads int             `json:"heads,omitzero"` // people who must be able to
	Work  planning.Effort `json:"work,omitzero"`  // that must be done by them
}

// String returns "sql 3".
func (n SkillNeed) String() string { return fmt.Sprintf("%s %d", n.Skill, n.Level) }

// CoverageRow says who can meet a need. Rows overlap: one person may stand in
// several, so their sums mean nothing.
type CoverageRow struct {
	Need      SkillNeed
	Can       []planning.ResourceKey // in the order of the matrix
	Short     int                    // heads missing
	Available planning.Effort        // of all who can, whatever else they are needed for
}

// Single reports whether a single person stands between the need and nobody
// (a bus factor of 1).
func (r CoverageRow) Single() bool { return len(r.Can) == 1 }

// Coverage is how far a team meets its needs.
type Coverage struct {
	Rows     []CoverageRow // in the order of the needs
	Shortage *Shortage     // nil if all work can be done together
	Findings finding.List
}

// Shortage proves that the work asked for cannot all be done: the needs ask for
// more than everyone who can do any of them has.
type Shortage struct {
	Needs     []SkillNeed
	People    []planning.ResourceKey
	Wanted    planning.Effort
	Available planning.Effort
}

// String returns one line: "sql 3, seo 2: 214 h wanted, ana and ben have 160 h".
func (s Shortage) String() string {
	needs := make([]string, len(s.Needs))
	for i, n := range s.Needs {
		needs[i] = n.String()
	}
	who := joined(s.People)
	if who == "" {
		who = "nobody"
	}
	return fmt.Sprintf("%s: %s wanted, %s of %s", joined(needs), s.Wanted, s.Available, who)
}

// Sizes of a skills matrix.
const (
	maxPeople = 2_000
	maxNeeds  = 2_000
	maxLevel  = 1_000
	maxWork   = 1 << 48
)

// Coverage says who can meet which need, where heads are missing, and whether
// all work can be done together (by maximum flow and minimum cut: L. R. Ford and
// D. R. Fulkerson, Maximal flow through a network, 1956). The findings are
//
//	rank.skill.gap     fewer people than the need asks for
//	rank.skill.single  one person alone can
//	rank.skill.work    more work than those who can do it have time for
//
// The error is a finding.List with these codes:
//
//	rank.key.invalid, rank.key.duplicate  a person's key
//	rank.skill.size   more than 2,000 people or needs
//	rank.skill.range  a level, head count, effort or time out of range
func (m Matrix) Coverage(needs []SkillNeed) (*Coverage, error) {
	if err := m.check(needs); err != nil {
		return nil, err
	}
	out := &Coverage{}
	for _, n := range needs {
		row := CoverageRow{Need: n}
		for _, p := range m.People {
			if p.Levels[n.Skill] >= n.Level {
				row.Can = append(row.Can, p.Key)
				row.Available += p.Available
			}
		}
		row.Short = max(0, n.Heads-len(row.Can))
		subject := fmt.Sprintf("skill/%s/%d", n.Skill, n.Level)
		if row.Short > 0 {
			out.Findings.Warnf("rank.skill.gap", subject, fmt.Sprintf("train or hire %d", row.Short), "%d can (%s), %d needed", len(row.Can), joined(row.Can), n.Heads)
		}
		if row.Single() && (n.Heads > 0 || n.Work > 0) {
			out.Findings.Warnf("rank.skill.single", subject, "train a second person", "only %s can", row.Can[0])
		}
		out.Rows = append(out.Rows, row)
	}
	if out.Shortage = m.shortage(needs); out.Shortage != nil {
		s := out.Shortage
		out.Findings.Warnf("rank.skill.work", "skill/"+string(s.Needs[0].Skill), fmt.Sprintf("find %s of someone who can", s.Wanted-s.Available), "%s", s)
	}
	return out, nil
}

func (m Matrix) check(needs []SkillNeed) error {
	var found finding.List
	checkKeys(&found, "person", len(m.People), func(i int) string { return string(m.People[i].Key) })
	if len(m.People) > maxPeople || len(needs) > maxNeeds {
		found.Errorf("rank.skill.size", "skills", "split the matrix", "%d people, %d needs", len(m.People), len(needs))
		return found.Err()
	}
	for _, p := range m.People {
		skills := make([]SkillKey, 0, len(p.Levels))
		for s := range p.Levels {
			skills = append(skills, s)
		}
		slices.Sort(skills)
		for _, s := range skills {
			if l := p.Levels[s]; l < 0 || l > maxLevel {
				found.Errorf("rank.skill.range", "person/"+string(p.Key), "give it a level of 0 to 1,000", "level %d in %q", l, s)
			}
		}
		if p.Available < 0 || p.Available > maxWork {
			found.Errorf("rank.skill.range", "person/"+string(p.Key), "give them time of 0 or more", "available %s", p.Available)
		}
	}
	for i, n := range needs {
		if n.Skill == "" || n.Level < 1 || n.Level > maxLevel || n.Heads < 0 || n.Heads > maxPeople || n.Work < 0 || n.Work > maxWork {
			found.Errorf("rank.skill.range", fmt.Sprintf("need/%d", i+1), "name the skill, a level from 1, and heads and work of 0 or more", "%q level %d, %d heads, %s", n.Skill, n.Level, n.Heads, n.Work)
		}
	}
	return found.Err()
}

// shortage finds the needs whose work exceeds the time of everyone who can do
// any of it.
func (m Matrix) shortage(needs []SkillNeed) *Shortage {
	source, sink := int32(0), int32(1)
	person := func(i int) int32 { return int32(2 + i) }
	need := func(k int) int32 { return int32(2 + len(m.People) + k) }
	f := newFlow(2 + len(m.People) + len(needs))
	wanted := int64(0)
	for k, n := range needs {
		if n.Work == 0 {
			continue
		}
		wanted += int64(n.Work)
		f.edge(source, need(k), int64(n.Work), 0)
		for i, p := range m.People {
			if p.Levels[n.Skill] >= n.Level {
				f.edge(need(k), person(i), int64(n.Work), 0)
			}
		}
	}
	for i, p := range m.People {
		f.edge(person(i), sink, int64(p.Available), 0)
	}
	if done, _ := f.run(source, sink); done == wanted {
		return nil
	}
	out := &Shortage{}
	reached := f.reached(source)
	for k, n := range needs {
		if reached[need(k)] {
			out.Needs, out.Wanted = append(out.Needs, n), out.Wanted+n.Work
		}
	}
	for i, p := range m.People {
		if reached[person(i)] {
			out.People, out.Available = append(out.People, p.Key), out.Available+p.Available
		}
	}
	return out
}
