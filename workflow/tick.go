package workflow

import (
	"fmt"
	"slices"
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
	if !st.Expire.IsZero() && !now.Before(st.Expire) {
		d.expire(i)
		return
	}
	if d.env.Staff == nil {
		if overdue && !st.Overdue && s.Escalate != "" {
			d.err = fmt.Errorf("stage %s: it escalates, and the environment has no staff: %w", s.Key, ErrInvalid)
		}
		return
	}
	if overdue && s.Escalate != "" {
		d.escalated(i, "")
	}
	if st.short() {
		electors, err := d.electorate(i)
		if next := (&StageState{Eligible: electors, Quota: s.Rule.quota(electors, d.env.Staff)}); err == nil && !next.short() {
			d.open(i)
		}
	}
}

// expire ends a stage that nobody decided in time, as its definition says. Silence
// is consent only if nobody objected and there were people to object.
func (d *decider) expire(i int) {
	s, st := d.p.stages[i], d.st.Stages[i]
	d.emit(Expired{s.Key, st.Silent()})
	said := func(v Verdict) bool {
		return slices.ContainsFunc(st.Ballots, func(b Ballot) bool { return b.Verdict == v })
	}
	out := StageRejected
	switch {
	case said(Reject) || s.AtExpiry == ExpiryRejects:
	case said(RequestChanges) || s.AtExpiry == ExpiryReturns:
		out = StageChangesRequested
	case !st.short():
		out = StageApproved
	}
	d.emit(Decided{s.Key, out, "expired: " + reason(&st.Quota, d.seats(i, nil))})
}
