package workflow

import (
	"fmt"
	"slices"

	"github.com/go-marops/marops/ident"
)

func (d *decider) tick() {
	if d.st.Status != StatusActive {
		return
	}
	for i := range d.p.stages {
		if d.st.Stages[i].Status.live() {
			d.tickStage(i)
		}
	}
	d.settle()
}

func (d *decider) tickStage(i int) {
	s, st := d.p.stages[i], d.st.Stages[i]
	now := d.env.Now
	overdue := !st.Due.IsZero() && !now.Before(st.Due)
	if overdue && !st.Overdue {
		d.emit(NoResponse{s.Key, st.Silent()})
	}
	if !overdue && !st.Reminded && !st.Remind.IsZero() && !now.Before(st.Remind) {
		d.emit(Reminded{s.Key, st.Silent()})
	}
	short := len(st.Electors()) < st.Needed
	if d.env.Staff == nil {
		if overdue && !st.Overdue && s.Escalate != "" {
			d.err = fmt.Errorf("stage %s: it escalates, and the environment has no staff: %w", s.Key, ErrInvalid)
		}
		return
	}
	if overdue && s.Escalate != "" && len(st.Escalated) == 0 {
		if to := d.escalation(i); len(to) > 0 {
			d.emit(Escalated{s.Key, s.Escalate, to})
		}
	}
	if short {
		if electors, err := d.electorate(i); err == nil && len(electors) >= s.Rule.needed(len(electors)) {
			d.open(i)
		}
	}
}

// escalation returns who joins a stage after its deadline: the role's people
// who may vote in it and do not hold a seat yet.
func (d *decider) escalation(i int) []ident.Person {
	st := d.st.Stages[i]
	return people(slices.DeleteFunc(d.env.Staff.Members(d.p.stages[i].Escalate), func(p ident.Person) bool {
		return slices.Contains(st.Eligible, p) || d.barred(i, p) != ""
	}))
}
