package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning"
)

// news is what happened, and what could be done about it.
type news struct {
	change
	Now  time.Time `json:"now"`
	Ways []change  `json:"ways"`
}

// change is a difference between two plans.
type change struct {
	Name     string              `json:"name"`
	Edits    []planning.Edit     `json:"edits"`
	Absences []absence           `json:"absences"`
	Hire     []planning.Resource `json:"hire"`
	Assign   []assign            `json:"assign"`
}

type absence struct {
	Resource planning.ResourceKey `json:"resource"`
	Days     civil.Period         `json:"days"`
}

type assign struct {
	Task planning.TaskKey      `json:"task"`
	To   []planning.Assignment `json:"to"`
}

// read reads both files.
func (s *story) read(files fs.FS) error {
	if err := decode(files, "plan.json", &s.plan); err != nil {
		return err
	}
	if err := decode(files, "news.json", &s.news); err != nil {
		return err
	}
	t := s.plan.Task(event)
	if t == nil || t.Deadline.IsZero() {
		return fmt.Errorf("plan.json: no task %q with a deadline", event)
	}
	s.due = t.Deadline
	return nil
}

func decode(files fs.FS, name string, into any) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// with returns a plan with a change; what cannot be is one finding each. A new
// duration takes the three points of the estimate along.
func (c change) with(plan planning.Plan) (planning.Plan, error) {
	plan = plan.Clone()
	plan.Resources = append(plan.Resources, c.Hire...)
	var found finding.List
	unknown := func(what, key string) {
		found.Errorf("replan.unknown", what+"/"+key, "name one of plan.json", "there is no such %s", what)
	}
	for _, e := range c.Edits {
		t := plan.Task(e.Task)
		if t == nil && e.Task != "" {
			unknown("task", string(e.Task))
			continue
		}
		if e.Duration != nil && t != nil {
			if more := e.Duration.Amount() - t.Duration.Amount(); t.Estimate != (planning.Estimate{}) && e.Duration.Kind() == t.Duration.Kind() {
				t.Estimate.Min, t.Estimate.Likely, t.Estimate.Max = max(0, t.Estimate.Min+more), t.Estimate.Likely+more, t.Estimate.Max+more
			}
			t.Duration = *e.Duration
		}
		if e.Constraint != nil && t != nil {
			t.Constraint = *e.Constraint
		}
		if e.Unlink != nil {
			kept := plan.Links[:0]
			for _, l := range plan.Links {
				if l.From != e.Unlink.From || l.To != e.Unlink.To || l.Type != e.Unlink.Type {
					kept = append(kept, l)
				}
			}
			plan.Links = kept
		}
		if e.Link != nil {
			plan.Links = append(plan.Links, *e.Link) // Compile knows whether it can be
		}
	}
	for _, a := range c.Absences {
		if r := plan.Resource(a.Resource); r != nil {
			r.Absences = append(r.Absences, a.Days)
		} else {
			unknown("resource", string(a.Resource))
		}
	}
	for _, a := range c.Assign {
		if t := plan.Task(a.Task); t != nil {
			t.Assignments, t.Needs = a.To, nil
		} else {
			unknown("task", string(a.Task))
		}
	}
	return plan, found.Err()
}

// asOf returns the plan as of a moment up to which all went by the schedule: what
// has begun stays with who does it, the rest cannot begin in the past.
func asOf(plan planning.Plan, schedule *planning.Schedule, now time.Time) planning.Plan {
	plan = plan.Clone()
	plan.Status = now
	for i := range plan.Tasks {
		t := &plan.Tasks[i]
		p, _ := schedule.Of(t.Key)
		switch {
		case p.Start.Before(now):
			t.Started, t.Assignments, t.Needs = p.Start, schedule.Who(t.Key), nil
			if !p.Finish.After(now) {
				t.Finished = p.Finish
			}
		case t.Constraint.Kind == planning.ASAP:
			t.Constraint = planning.Constraint{Kind: planning.SNET, At: now}
		}
	}
	return plan
}
