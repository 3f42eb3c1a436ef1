package psplib

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Read reads a .sm or .mm file of PSPLIB, or the shorter ones of MMLIB, which
// begin at their number of jobs. It is strict: sections stand in order, each
// line has the fields that were announced, and nothing follows. Files of
// several projects and doubly constrained resources are refused, and so are
// more than 100,000 jobs, 1,000 resources of a kind, 1,000 modes of a job,
// 4,000,000 numbers or 64 MiB. Whether jobs wait for each other in a circle is
// for planning.Compile to say.
//
// Errors match ErrFormat and are a *finding.CellError with the line, or come
// from the io.Reader.
func Read(r io.Reader) (*Instance, error) {
	p := smReader{lines: newLines(r), in: &Instance{}, jobs: -1, renewable: -1, stock: -1}
	for _, step := range []func() error{p.header, p.precedence, p.requests, p.availabilities, p.end} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	p.in.Projects = []Project{p.project}
	if !slices.Contains(p.seen, "horizon") {
		p.in.Horizon = p.in.longest()
	}
	return p.in, nil
}

// The titles of columns.
const (
	informationTitle = "pronr.  #jobs rel.date duedate tardcost  MPM-Time"
	precedenceTitle  = "jobnr.    #modes  #successors   successors"
	requestsTitle    = "jobnr. mode duration"
	requestsShort    = "jobnr. mode dur" // in MMLIB
)

type smReader struct {
	*lines
	in                     *Instance
	project                Project
	seen                   []string // keys of the header
	jobs, renewable, stock int      // -1: not said yet
	modes                  []int    // by job
}

// key folds case and spaces: "Jobs (incl. supersource/sink )" and "jobs
// (incl. supersource/sink)" are one.
func key(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), ""))
}

// header reads up to the title of the precedence relations.
func (p *smReader) header() error {
	for {
		line, err := p.want("PRECEDENCE RELATIONS")
		if err != nil {
			return err
		}
		name, value, _ := strings.Cut(line, ":")
		name, value = key(name), strings.TrimSpace(value)
		if slices.Contains(p.seen, name) {
			return p.bad("%.40q is given twice", line)
		}
		p.seen = append(p.seen, name)
		switch name {
		case "filewithbasedata":
			if p.in.Name = value; !validName(value) {
				err = p.bad("file with basedata: want at most %d bytes of printable text", maxName)
			}
		case "initialvaluerandomgenerator":
			p.in.Seed, err = p.number(value, "initial value random generator", 0, maxSeed)
		case "projects":
			_, err = p.count(value, "projects", 1, 1)
		case "jobs(incl.supersource/sink)":
			p.jobs, err = p.count(value, "jobs", 1, maxActivities)
		case "horizon":
			p.in.Horizon, err = p.count(value, "horizon", 0, maxNumber)
		case "resources":
		case "-renewable":
			p.renewable, err = p.resources(value, "R", maxResources)
		case "-nonrenewable":
			p.stock, err = p.resources(value, "N", maxResources)
		case "-doublyconstrained":
			_, err = p.resources(value, "D", 0)
		case "projectinformation":
			err = p.information()
		case "precedencerelations":
			if p.jobs < 0 || p.renewable < 0 || p.stock < 0 {
				err = p.bad("precedence relations: want the numbers of jobs, renewable and nonrenewable resources first")
			}
			if err == nil && p.project.Count != 0 && p.project.Count != p.jobs {
				err = p.bad("project information: %d jobs: want %d, two less than the jobs with source and sink", p.project.Count-2, p.jobs-2)
			}
			p.project.Count = p.jobs
			return err
		default:
			err = p.bad("%.40q: want a line of the header or PRECEDENCE RELATIONS", line)
		}
		if err != nil {
			return err
		}
	}
}

// resources reads "4   R".
func (p *smReader) resources(value, letter string, most int) (int, error) {
	fields := strings.Fields(value)
	if len(fields) != 2 || fields[1] != letter {
		return 0, p.bad("resources %.40q: want a number and the letter %s", value, letter)
	}
	return p.count(fields[0], "resources", 0, most)
}

func (p *smReader) information() error {
	if err := p.skip(informationTitle); err != nil {
		return err
	}
	fields, err := p.fields("project information", 6)
	if err != nil {
		return err
	}
	n, err := p.numbers(fields, "project information")
	if err == nil && n[0] != 1 {
		err = p.bad("project %d: want 1", n[0])
	}
	if err == nil {
		p.project = Project{Count: n[1] + 2, Release: n[2], Due: n[3], TardinessCost: n[4], MPMTime: n[5]}
	}
	return err
}

// skip reads a line that must be one of some titles.
func (p *smReader) skip(titles ...string) error {
	line, err := p.want(titles[0])
	if err == nil && !slices.ContainsFunc(titles, func(t string) bool { return key(t) == key(line) }) {
		err = p.bad("%.60q: want %s", line, titles[0])
	}
	return err
}

// fields reads a line of so many fields.
func (p *smReader) fields(what string, n int) ([]string, error) {
	line, err := p.want(what)
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(line)
	if len(fields) != n {
		return nil, p.bad("%s: %d fields: want %d", what, len(fields), n)
	}
	return fields, nil
}

// columns returns the names of the resources: "R 1  R 2  N 1".
func (p *smReader) columns() string {
	var b strings.Builder
	resourceNames(&b, p.renewable, p.stock)
	return b.String()
}

func resourceNames(b *strings.Builder, renewable, stock int) {
	for k := range renewable {
		fmt.Fprintf(b, "  R%2d", k+1)
	}
	for k := range stock {
		fmt.Fprintf(b, "  N%2d", k+1)
	}
}

// precedence reads "job, number of modes, number of successors, successors".
func (p *smReader) precedence() error {
	if err := p.skip(precedenceTitle); err != nil {
		return err
	}
	for i := range p.jobs {
		what := fmt.Sprintf("job %d", i+1)
		line, err := p.want(what)
		if err != nil {
			return err
		}
		fields := strings.Fields(line)
		if len(fields) < 3 {
			return p.bad("%s: %d fields: want job, modes, number of successors and successors", what, len(fields))
		}
		if _, err = p.count(fields[0], "job", i+1, i+1); err != nil {
			return err
		}
		modes, err := p.count(fields[1], "modes", 1, maxModes)
		if err != nil {
			return err
		}
		if _, err = p.count(fields[2], "number of successors", len(fields)-3, len(fields)-3); err != nil {
			return err
		}
		a := Activity{Modes: make([]Mode, 0, min(modes, 4))}
		if a.Successors, err = p.successors(fields[3:], p.jobs); err != nil {
			return err
		}
		p.in.Activities = append(p.in.Activities, a)
		p.modes = append(p.modes, modes)
	}
	return nil
}

// requests reads "job, mode, duration, uses, draws"; from the second mode of a
// job on the job is left out.
func (p *smReader) requests() error {
	if err := p.skip("REQUESTS/DURATIONS:", "REQUESTS/DURATIONS"); err != nil {
		return err
	}
	if err := p.skip(requestsTitle+p.columns(), requestsShort+p.columns()); err != nil {
		return err
	}
	n := 3 + p.renewable + p.stock
	for i, modes := range p.modes {
		a := &p.in.Activities[i]
		for k := range modes {
			what := fmt.Sprintf("job %d, mode %d", i+1, k+1)
			fields, err := p.fields(what, n-min(k, 1))
			if err != nil {
				return err
			}
			if k == 0 {
				if _, err = p.count(fields[0], "job", i+1, i+1); err != nil {
					return err
				}
				fields = fields[1:]
			}
			if _, err = p.count(fields[0], "mode", k+1, k+1); err != nil {
				return err
			}
			numbers, err := p.numbers(fields[1:], what)
			if err != nil {
				return err
			}
			a.Modes = append(a.Modes, mode(numbers, p.renewable))
		}
	}
	return nil
}

// mode splits a duration, uses and draws.
func mode(numbers []int, renewable int) Mode {
	uses, draws := numbers[1:1+renewable:1+renewable], numbers[1+renewable:]
	return Mode{numbers[0], orNil(uses), orNil(draws)}
}

func orNil(s []int) []int {
	if len(s) == 0 {
		return nil
	}
	return s
}

func (p *smReader) availabilities() error {
	if err := p.skip("RESOURCEAVAILABILITIES:", "RESOURCEAVAILABILITIES"); err != nil {
		return err
	}
	if p.renewable+p.stock == 0 {
		return nil
	}
	if err := p.skip(p.columns()); err != nil {
		return err
	}
	fields, err := p.fields("availabilities", p.renewable+p.stock)
	if err != nil {
		return err
	}
	numbers, err := p.numbers(fields, "availability")
	if err != nil {
		return err
	}
	p.in.Capacity, p.in.Stock = orNil(numbers[:p.renewable:p.renewable]), orNil(numbers[p.renewable:])
	return nil
}
