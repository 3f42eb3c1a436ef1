package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
)

// errFile is the kind of every error about what a file says.
var errFile = errors.New("invalid file")

// row is a line of a CSV file. The first thing that is wrong with it sticks.
type row struct {
	file   string
	line   int
	header []string
	cells  []string
	err    error
}

// rows reads a CSV file whose header has all the columns.
func rows(files fs.FS, name string, columns ...string) ([]*row, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(text))
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, c := range columns {
		if !slices.Contains(header, c) {
			return nil, &finding.CellError{File: name, Row: 1, Column: c, Reason: "no such column", Kind: errFile}
		}
	}
	var out []*row
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := r.FieldPos(0)
		out = append(out, &row{file: name, line: line, header: header, cells: cells})
	}
}

func (r *row) fail(column string, err error) {
	if r.err == nil {
		r.err = &finding.CellError{File: r.file, Row: r.line, Column: column, Reason: err.Error(), Kind: errFile}
	}
}

func (r *row) text(column string) string { return r.cells[slices.Index(r.header, column)] }

func (r *row) number(column string, low, high int) int {
	n, err := strconv.Atoi(r.text(column))
	if err != nil || n < low || n > high {
		r.fail(column, fmt.Errorf("%q is no whole number from %d to %d", r.text(column), low, high))
	}
	return n
}

func (r *row) choice(column string, of ...string) string {
	if !slices.Contains(of, r.text(column)) {
		r.fail(column, fmt.Errorf("%q is none of %s", r.text(column), strings.Join(of, ", ")))
	}
	return r.text(column)
}

func (r *row) date(column string) civil.Date {
	d, err := civil.Parse(r.text(column))
	if err != nil {
		r.fail(column, err)
	}
	return d
}

// dateIfAny returns the zero date for an empty cell.
func (r *row) dateIfAny(column string) civil.Date {
	if r.text(column) == "" {
		return civil.Date{}
	}
	return r.date(column)
}

// days returns periods, first..last with blanks between them.
func (r *row) days(column string) (out []civil.Period) {
	for text := range strings.FieldsSeq(r.text(column)) {
		p, err := civil.ParsePeriod(text)
		if err != nil {
			r.fail(column, err)
		}
		out = append(out, p)
	}
	return out
}

// request is a booking that somebody asks for.
type request struct {
	name    string
	days    civil.Period
	booking planning.Booking
}

// read reads the plan and the requests.
func (s *story) read(files fs.FS) (err error) {
	text, err := fs.ReadFile(files, "holidays.csv")
	if err != nil {
		return err
	}
	holidays, err := worktime.ReadHolidays(bytes.NewReader(text), "holidays.csv")
	if err != nil {
		return err
	}
	s.plan = planning.Plan{
		Start: s.quarter.First(), Calendar: "office",
		Calendars: map[string]worktime.Spec{"office": worktime.MonFri(zone, "09:00-13:00", "14:00-18:00").With(holidays...)},
	}
	if err := s.readPeople(files); err != nil {
		return err
	}
	if err := s.readWork(files); err != nil {
		return err
	}
	list, err := rows(files, "requests.csv", "request", "skill", "level", "hours", "from", "to")
	if err != nil {
		return err
	}
	for _, r := range list {
		days := civil.Days(r.date("from"), r.date("to"))
		s.requests = append(s.requests, request{r.text("request"), days, planning.Booking{
			Skill: r.text("skill"), Level: r.number("level", 0, 9), From: s.dawn(days.First()), To: s.night(days.Last()),
			Effort: planning.EffortOf(worktime.Minutes(60*r.number("hours", 1, 1000)), 1000),
		}})
		if r.err != nil {
			return r.err
		}
	}
	s.whatifs, err = rows(files, "whatifs.csv", "what if", "change", "of", "to")
	return err
}

func (s *story) readPeople(files fs.FS) error {
	list, err := rows(files, "people.csv", "person", "skills", "percent", "reserved", "starts", "absent", "rate")
	if err != nil {
		return err
	}
	for _, r := range list {
		p := planning.Resource{
			Key: planning.ResourceKey(r.text("person")), Units: 10 * r.number("percent", 1, 100), Reserved: 10 * r.number("reserved", 0, 99), Absences: r.days("absent"),
		}
		for text := range strings.FieldsSeq(r.text("skills")) {
			key, level, _ := strings.Cut(text, ":")
			n, err := strconv.Atoi(level)
			if err != nil {
				r.fail("skills", fmt.Errorf("%q is no skill:level", text))
			}
			p.Skills = append(p.Skills, planning.Skill{Key: key, Level: n})
		}
		if day := r.dateIfAny("starts"); !day.IsZero() {
			s.hire(&p, day)
		}
		rate, err := money.Parse(r.text("rate"))
		if err != nil {
			r.fail("rate", err)
		}
		p.Rates = []planning.Rate{{Hour: rate}}
		if r.err != nil {
			return r.err
		}
		s.plan.Resources = append(s.plan.Resources, p)
	}
	return nil
}

// hire makes somebody start on a day.
func (s *story) hire(p *planning.Resource, day civil.Date) {
	p.Changes = []planning.Change{{From: day, Units: p.Units}}
	if day.After(s.quarter.First()) {
		p.Changes = slices.Insert(p.Changes, 0, planning.Change{From: s.quarter.First()})
	}
}

func (s *story) readWork(files fs.FS) error {
	list, err := rows(files, "work.csv", "campaign", "task", "skill", "level", "hours", "from", "to", "after", "status")
	if err != nil {
		return err
	}
	for _, r := range list {
		t := planning.Task{
			Key: planning.TaskKey(r.text("task")), Phase: r.text("campaign"), Effort: worktime.Hours(int64(r.number("hours", 1, 1000))),
			Needs:      []planning.Need{{Skill: r.text("skill"), Level: r.number("level", 0, 9), Units: share}},
			Constraint: planning.Constraint{Kind: planning.SNET, At: s.dawn(r.date("from"))}, Tentative: r.choice("status", "firm", "tentative") == "tentative",
		}
		if due := r.dateIfAny("to"); !due.IsZero() {
			t.Deadline = s.night(due)
		}
		if r.err != nil {
			return r.err
		}
		if !t.Tentative {
			t.Priority = 1
		}
		s.plan.Tasks = append(s.plan.Tasks, t)
		if after := r.text("after"); after != "" {
			s.plan.Links = append(s.plan.Links, planning.Link{From: planning.TaskKey(after), To: t.Key})
		}
	}
	return nil
}

// with returns the plan with the change of a row of whatifs.csv.
func (s *story) with(r *row) (planning.Plan, error) {
	plan := s.plan.Clone()
	switch r.choice("change", "starts", "absent", "hours", "due") {
	case "starts", "absent":
		p := plan.Resource(planning.ResourceKey(r.text("of")))
		if p == nil {
			r.fail("of", fmt.Errorf("%q is not in people.csv", r.text("of")))
		} else if r.text("change") == "starts" {
			s.hire(p, r.date("to"))
		} else {
			p.Absences = r.days("to")
		}
	case "hours", "due":
		t := plan.Task(planning.TaskKey(r.text("of")))
		if t == nil {
			r.fail("of", fmt.Errorf("%q is not in work.csv", r.text("of")))
		} else if r.text("change") == "hours" {
			t.Effort = worktime.Hours(int64(r.number("to", 1, 1000)))
		} else {
			t.Deadline = s.night(r.date("to"))
		}
	}
	return plan, r.err
}
