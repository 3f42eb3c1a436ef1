package psplib

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteSM writes an Instance of one project whose activities have one mode each
// as a .sm file in the layout of PSPLIB, byte for byte the same every time. The
// project's Uses are not written. Errors are the writer's or match ErrModes,
// ErrProjects or ErrInstance.
func WriteSM(w io.Writer, in Instance) error {
	if err := in.check(); err != nil {
		return err
	}
	if err := in.oneMode(); err != nil {
		return err
	}
	return WriteMM(w, in)
}

// WriteMM writes an Instance of one project as a .mm file, as WriteSM does in
// all else.
func WriteMM(w io.Writer, in Instance) error {
	if err := in.check(); err != nil {
		return err
	}
	if len(in.Projects) > 1 {
		return fmt.Errorf("instance: %d projects: %w", len(in.Projects), ErrProjects)
	}
	if p := in.Projects[0]; p.Count < 2 && max(p.Release, p.Due, p.TardinessCost, p.MPMTime) > 0 {
		return fmt.Errorf("instance: a project of %d activity has no line for its dates: %w", p.Count, ErrProjects)
	}
	out := bufio.NewWriter(w)
	writeSM(out, in)
	return out.Flush()
}

const rule = "************************************************************************\n"

func writeSM(out *bufio.Writer, in Instance) {
	p := in.Projects[0]
	field := func(format string, args ...any) {
		_, _ = fmt.Fprintf(out, format, args...) // sticky: Flush reports it
	}
	field("%sfile with basedata            : %s\ninitial value random generator: %d\n", rule, in.Name, in.Seed)
	field("%sprojects                      :  1\njobs (incl. supersource/sink ):  %d\nhorizon                       :  %d\n", rule, p.Count, in.Horizon)
	field("RESOURCES\n  - renewable                 :  %d   R\n  - nonrenewable              :  %d   N\n  - doubly constrained        :  0   D\n", len(in.Capacity), len(in.Stock))
	if p.Count >= 2 {
		field("%sPROJECT INFORMATION:\n%s\n", rule, informationTitle)
		lead(out, 5, 1)
		pad(out, 7, p.Count-2)
		pad(out, 7, p.Release)
		pad(out, 9, p.Due, p.TardinessCost, p.MPMTime)
		out.WriteString("\n")
	}
	field("%sPRECEDENCE RELATIONS:\n%s\n", rule, precedenceTitle)
	for i, a := range in.Activities {
		lead(out, 4, i+1)
		pad(out, 9, len(a.Modes))
		pad(out, 11, len(a.Successors))
		out.WriteString("        ")
		for _, s := range a.Successors {
			pad(out, 4, s+1)
		}
		out.WriteString("\n")
	}
	var names strings.Builder
	resourceNames(&names, len(in.Capacity), len(in.Stock))
	field("%sREQUESTS/DURATIONS:\n%s%s\n%s\n", rule, requestsTitle, names.String(), strings.Repeat("-", len(rule)-1))
	for i, a := range in.Activities {
		for k, m := range a.Modes {
			if k == 0 {
				lead(out, 3, i+1)
				pad(out, 7, 1)
			} else {
				pad(out, 10, k+1)
			}
			pad(out, 6, m.Duration)
			first := 8
			for _, n := range [2][]int{m.Use, m.Draw} {
				for _, v := range n {
					pad(out, first, v)
					first = 5
				}
			}
			out.WriteString("\n")
		}
	}
	field("%sRESOURCEAVAILABILITIES:\n", rule)
	if names.Len() > 0 {
		field("%s\n", names.String())
		pad(out, 5, in.Capacity...)
		pad(out, 5, in.Stock...)
		out.WriteString("\n")
	}
	out.WriteString(rule)
}

// lead writes the number that begins a line, right aligned.
func lead(out *bufio.Writer, width, number int) {
	_, _ = fmt.Fprintf(out, "%*d", width, number) // sticky: Flush reports it
}

// pad writes numbers right aligned in columns of a width, a space before each
// at least.
func pad(out *bufio.Writer, width int, numbers ...int) {
	for _, n := range numbers {
		s := strconv.Itoa(n)
		for range max(1, width-len(s)) {
			out.WriteString(" ")
		}
		out.WriteString(s)
	}
}

// WritePatterson writes an Instance of one project that starts at 0, with one
// mode per activity and no nonrenewable resources, as a .rcp file. Name, seed,
// horizon and dates, which the format does not have, are not written. Errors
// are the writer's or match ErrModes, ErrStock, ErrProjects or ErrInstance.
func WritePatterson(w io.Writer, in Instance) error {
	if err := in.check(); err != nil {
		return err
	}
	if err := in.plain(); err != nil {
		return err
	}
	if len(in.Projects) > 1 || in.Projects[0].Release > 0 {
		return fmt.Errorf("instance: %d projects, released at %d: %w", len(in.Projects), in.Projects[0].Release, ErrProjects)
	}
	out := bufio.NewWriter(w)
	pad(out, 4, len(in.Activities), len(in.Capacity))
	out.WriteString("\n\n")
	pad(out, 4, in.Capacity...)
	out.WriteString("\n\n")
	for i, a := range in.Activities {
		in.writeUses(out, i)
		for _, s := range a.Successors {
			pad(out, 4, s+1)
		}
		out.WriteString("\n")
	}
	return out.Flush()
}

// WriteMPLIB writes an Instance with one mode per activity and no nonrenewable
// resources as a .rcmp file. A project without Uses is written with those that
// its activities have; name, seed, horizon and due dates are not written.
// Errors are the writer's or match ErrModes, ErrStock or ErrInstance; one is
// that a project's activities use what the project does not.
func WriteMPLIB(w io.Writer, in Instance) error {
	if err := in.check(); err != nil {
		return err
	}
	if err := in.plain(); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	pad(out, 4, len(in.Projects))
	out.WriteString("\n")
	pad(out, 4, len(in.Capacity))
	out.WriteString("\n")
	pad(out, 6, in.Capacity...)
	out.WriteString("\n\n")
	for k, p := range in.Projects {
		uses, err := in.uses(k)
		if err != nil {
			return err
		}
		pad(out, 4, p.Count)
		pad(out, 5, p.Release)
		out.WriteString("\n")
		pad(out, 4, uses...)
		out.WriteString("\n\n")
		for i := p.First; i < p.First+p.Count; i++ {
			in.writeUses(out, i)
			for _, s := range in.Activities[i].Successors {
				to := in.projectOf(s)
				pad(out, 0, to+1)
				out.WriteString(":")
				out.WriteString(strconv.Itoa(s - in.Projects[to].First + 1))
			}
			out.WriteString("\n")
		}
		out.WriteString("\n")
	}
	return out.Flush()
}

// uses returns 1 for each resource that a project uses, else 0.
func (in Instance) uses(project int) ([]int, error) {
	p := in.Projects[project]
	out := make([]int, len(in.Capacity))
	for i := p.First; i < p.First+p.Count; i++ {
		for k, use := range in.Activities[i].Modes[0].Use {
			if use > 0 && p.Uses != nil && !p.Uses[k] {
				return nil, &ActivityError{i, fmt.Sprintf("uses resource %d, which its project does not", k+1), ErrInstance}
			}
			if use > 0 {
				out[k] = 1
			}
		}
	}
	for k, use := range p.Uses {
		if use {
			out[k] = 1
		}
	}
	return out, nil
}

func (in Instance) writeUses(out *bufio.Writer, i int) {
	m := in.Activities[i].Modes[0]
	pad(out, 4, m.Duration)
	pad(out, 4, m.Use...)
	pad(out, 4, len(in.Activities[i].Successors))
}

// oneMode refuses activities with a choice of modes.
func (in Instance) oneMode() error {
	for i := range in.Activities {
		if n := len(in.Activities[i].Modes); n > 1 {
			return &ActivityError{i, fmt.Sprintf("%d modes", n), ErrModes}
		}
	}
	return nil
}

// plain refuses modes and stock.
func (in Instance) plain() error {
	if len(in.Stock) > 0 {
		return fmt.Errorf("instance: %d nonrenewable resources: %w", len(in.Stock), ErrStock)
	}
	return in.oneMode()
}
