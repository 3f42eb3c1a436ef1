package psplib

import (
	"io"
	"strconv"
)

// ReadPatterson reads a .rcp file: one project with one mode per activity.
// Words are "activities resources", a capacity per resource, and per activity
// "duration, uses, number of successors, successors"; line breaks mean nothing.
// Limits and errors are those of Read.
func ReadPatterson(r io.Reader) (*Instance, error) {
	t := tokens{lines: newLines(r)}
	n, err := t.one("number of activities", 1, maxActivities)
	if err != nil {
		return nil, err
	}
	renewable, err := t.one("number of resources", 0, maxResources)
	if err != nil {
		return nil, err
	}
	in := &Instance{Projects: []Project{{Count: n}}}
	if in.Capacity, err = t.many(renewable, "capacity"); err != nil {
		return nil, err
	}
	for i := range n {
		a, fields, err := t.activity(i, renewable)
		if err != nil {
			return nil, err
		}
		if a.Successors, err = t.successors(fields, n); err != nil {
			return nil, err
		}
		in.Activities = append(in.Activities, a)
	}
	if err := t.finish(); err != nil {
		return nil, err
	}
	in.Horizon = in.longest()
	return in, nil
}

// activity reads an activity and its successors as words.
func (t *tokens) activity(i, renewable int) (Activity, []string, error) {
	what := "activity " + strconv.Itoa(i+1)
	numbers, err := t.many(1+renewable, what)
	if err != nil {
		return Activity{}, nil, err
	}
	n, err := t.one(what+": number of successors", 0, maxActivities)
	if err != nil {
		return Activity{}, nil, err
	}
	fields, err := t.take(n, what+": successors")
	return Activity{Modes: []Mode{mode(numbers, renewable)}}, fields, err
}
