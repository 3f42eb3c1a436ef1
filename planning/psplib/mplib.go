package psplib

import (
	"io"
	"strings"
)

// ReadMPLIB reads a .rcmp file: several projects with one mode per activity
// that share renewable resources. Words are the numbers of projects and
// resources, a capacity per resource, and per project "activities release", a
// 0 or 1 per resource that says whether the project uses it, and per activity
// "duration, uses, number of successors, successors", a successor being
// "project:activity"; line breaks mean nothing. Limits and errors are those of
// Read, and there are at most 10,000 projects and 100,000 activities of all.
func ReadMPLIB(r io.Reader) (*Instance, error) {
	p := mplibReader{tokens: tokens{lines: newLines(r)}, in: &Instance{}}
	projects, err := p.one("number of projects", 1, maxProjects)
	if err != nil {
		return nil, err
	}
	renewable, err := p.one("number of resources", 0, maxResources)
	if err != nil {
		return nil, err
	}
	if p.in.Capacity, err = p.many(renewable, "capacity"); err != nil {
		return nil, err
	}
	for range projects {
		if err := p.projectOf(renewable); err != nil {
			return nil, err
		}
	}
	if err := p.finish(); err != nil {
		return nil, err
	}
	if err := p.resolve(); err != nil {
		return nil, err
	}
	p.in.Horizon = p.in.longest()
	return p.in, nil
}

type mplibReader struct {
	tokens
	in   *Instance
	refs []reference
	rows []int // by activity
}

// reference is a successor that may be in a project further down the file.
type reference struct {
	from, project, activity int // from is an index, the others count from 1
}

func (p *mplibReader) projectOf(renewable int) error {
	count, err := p.one("number of activities", 1, maxActivities-len(p.in.Activities))
	if err != nil {
		return err
	}
	release, err := p.one("release date", 0, maxNumber)
	if err != nil {
		return err
	}
	project := Project{First: len(p.in.Activities), Count: count, Release: release, Uses: make([]bool, renewable)}
	marks, err := p.many(renewable, "mark of use")
	if err != nil {
		return err
	}
	for k, mark := range marks {
		if mark > 1 {
			return p.bad("mark of use %d: want 0 or 1", mark)
		}
		project.Uses[k] = mark == 1
	}
	p.in.Projects = append(p.in.Projects, project)
	for i := range count {
		a, fields, err := p.activity(i, renewable)
		if err != nil {
			return err
		}
		for k, use := range a.Modes[0].Use {
			if use > 0 && !project.Uses[k] {
				return p.bad("activity %d uses %d of resource %d, which its project does not use", i+1, use, k+1)
			}
		}
		for _, f := range fields {
			if err := p.successor(f); err != nil {
				return err
			}
		}
		p.in.Activities = append(p.in.Activities, a)
		p.rows = append(p.rows, p.row)
	}
	return nil
}

func (p *mplibReader) successor(field string) error {
	project, activity, ok := strings.Cut(field, ":")
	if !ok {
		return p.bad("successor %.20q: want project:activity", field)
	}
	ref := reference{from: len(p.in.Activities)}
	var err error
	if ref.project, err = p.count(project, "successor's project", 1, maxProjects); err != nil {
		return err
	}
	if ref.activity, err = p.count(activity, "successor", 1, maxActivities); err != nil {
		return err
	}
	if p.cells++; p.cells > maxCells {
		return p.bad("successor: the file has more than %d numbers", maxCells)
	}
	p.refs = append(p.refs, ref)
	return nil
}

// resolve turns references into indexes.
func (p *mplibReader) resolve() error {
	for _, ref := range p.refs {
		p.row = p.rows[ref.from]
		if ref.project > len(p.in.Projects) || ref.activity > p.in.Projects[ref.project-1].Count {
			return p.bad("successor %d:%d is not in the file", ref.project, ref.activity)
		}
		a := &p.in.Activities[ref.from]
		a.Successors = append(a.Successors, p.in.Projects[ref.project-1].First+ref.activity-1)
	}
	for i := range p.in.Activities {
		if s, ok := twice(p.in.Activities[i].Successors); ok {
			p.row = p.rows[i]
			return p.bad("successor %s is given twice", p.in.label(s))
		}
	}
	return nil
}
