package agile

import (
	"errors"
	"fmt"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// ErrSprint is the kind of every error about a sprint that is not there, or that
// a question cannot be about.
var ErrSprint = errors.New("no such sprint")

// SprintError says which sprint and why. It matches ErrSprint.
type SprintError struct {
	Sprint SprintKey
	Reason string
}

// Error returns "sprint 7: reason".
func (e *SprintError) Error() string {
	return fmt.Sprintf("sprint %.40q: %s", string(e.Sprint), e.Reason)
}

// Is reports whether target is ErrSprint.
func (e *SprintError) Is(target error) bool { return target == ErrSprint }

func (b *Backlog) sprint(key SprintKey) (*sprint, error) {
	at, ok := b.names[key]
	if !ok {
		return nil, &SprintError{key, "there is none"}
	}
	return b.sprints[at], nil
}

// BurnPoint is a sprint at the end of a working day: a row of a burn-down chart
// (Remaining against Ideal) and of a burn-up chart (Done against Scope).
type BurnPoint struct {
	Day       civil.Date // the zero Date in the first row: the commitment, before work begins
	Scope     Tally
	Done      Tally
	Remaining Tally // Scope less Done
	Ideal     Ratio // points that would remain if the commitment were done evenly by working day, exact
	Known     bool  // the day is not after the one asked about; if not, only Ideal counts
}

// Burn returns a sprint's series: the commitment, then a row per working day of
// the calendar, or per day if it is nil. What the log has on days without work
// counts on the next working day, what it has after the last one on the last.
// Rows after asOf are not known; the zero Date knows all. Ideal is in tenths of
// points, so Ideal of 40 points is 400 over 1. Errors match ErrSprint.
func (b *Backlog) Burn(key SprintKey, cal *worktime.Calendar, asOf civil.Date) ([]BurnPoint, error) {
	s, err := b.sprint(key)
	if err != nil {
		return nil, err
	}
	if s.days.Len() > maxSprint {
		return nil, &SprintError{key, "longer than ten years"}
	}
	var days []civil.Date
	for d := range s.days.Each() {
		if cal == nil || cal.WorkingDay(d) {
			days = append(days, d)
		}
	}
	if len(days) == 0 {
		return nil, &SprintError{key, "no working day"}
	}
	var now BurnPoint
	next := 0
	take := func(until func(entry) bool) {
		for next < len(s.ledger) && until(s.ledger[next]) {
			now.Scope, now.Done = now.Scope.add(s.ledger[next].scope), now.Done.add(s.ledger[next].done)
			next++
		}
		now.Remaining = now.Scope.add(Tally{-now.Done.Items, -now.Done.Points, -now.Done.Unestimated})
	}
	committed := committedOn(s)
	take(func(e entry) bool { return e.what == entryCommit || e.on.Before(s.days.First()) })
	total, n := int64(now.Scope.Points), int64(len(days))
	now.Ideal, now.Known = Ratio{total, 1}, asOf.IsZero() || committed.IsZero() || !asOf.Before(committed)
	out := []BurnPoint{now}
	for i, d := range days {
		known := asOf.IsZero() || !d.After(asOf)
		take(func(e entry) bool {
			return known && (!e.on.After(d) || i == len(days)-1 && (asOf.IsZero() || !e.on.After(asOf)))
		})
		row := now
		row.Day, row.Known, row.Ideal = d, known, Ratio{total * (n - int64(i) - 1), n}
		if !known {
			row.Scope, row.Done, row.Remaining = Tally{}, Tally{}, Tally{}
		}
		out = append(out, row)
	}
	return out, nil
}

const maxSprint = 3653 // days

// committedOn returns the day of the first commitment.
func committedOn(s *sprint) civil.Date {
	for _, e := range s.ledger {
		if e.what == entryCommit {
			return e.on
		}
	}
	return civil.Date{}
}
