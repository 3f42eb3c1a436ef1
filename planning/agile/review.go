package agile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
)

// Review is what came of a sprint.
type Review struct {
	Sprint    Sprint
	Committed Tally
	In        Tally  // joined after the commitment
	Out       Tally  // left, were dropped or were split after it
	Estimates Points // by which other estimates changed the scope
	Scope     Tally  // at the end: Committed + In - Out + Estimates
	Done      Tally
	Kept      Tally // of the items committed to, those done
	Carried   Tally // not done; of an open sprint, not done yet
	Findings  finding.List
}

// Review sums up a sprint, closed or not. The findings are
//
//	agile.sprint.carried      items were not done
//	agile.sprint.scope        the scope changed after the commitment
//	agile.sprint.unestimated  items without an estimate
//
// Errors match ErrSprint.
func (b *Backlog) Review(key SprintKey) (*Review, error) {
	s, err := b.sprint(key)
	if err != nil {
		return nil, err
	}
	r := &Review{Sprint: b.export(s)}
	at := map[ItemKey]Estimate{}
	for _, e := range s.ledger {
		switch e.what {
		case entryCommit:
			r.Committed = r.Committed.add(e.scope)
		case entryIn:
			r.In = r.In.add(e.scope)
		case entryOut:
			r.Out = r.Out.plus(e.from, 1)
		case entryEstimate:
			r.Estimates += e.scope.Points
		case entryDone, entryReopened:
		}
		r.Scope, r.Done = r.Scope.add(e.scope), r.Done.add(e.done)
		at[e.item] = e.to
		if e.what == entryReopened {
			at[e.item] = e.from
		}
	}
	for _, c := range r.Sprint.Committed {
		if slices.Contains(r.Sprint.Done, c.Item) {
			r.Kept = r.Kept.plus(at[c.Item], 1)
		}
	}
	for _, k := range s.items {
		if !slices.Contains(r.Sprint.Done, k) {
			r.Carried = r.Carried.plus(at[k], 1)
		}
	}
	r.judge(s)
	return r, nil
}

func (r *Review) judge(s *sprint) {
	subject := "sprint/" + string(s.key)
	if !s.closed.IsZero() && r.Carried.Items > 0 {
		r.Findings.Infof("agile.sprint.carried", subject, "rank them again", "%s carried over: %s", r.Carried, keys(r.Sprint.Carried))
	}
	if r.In.Items > 0 || r.Out.Items > 0 || r.Estimates != 0 {
		r.Findings.Infof("agile.sprint.scope", subject, "agree on how the scope of a sprint may change",
			"committed %s points; %s in, %s out, estimates by %s", r.Committed.Points, r.In.Points, r.Out.Points, r.Estimates)
	}
	if n := r.Scope.Unestimated; n > 0 {
		r.Findings.Infof("agile.sprint.unestimated", subject, "estimate items before they are committed to", "%d of %d items have no estimate", n, r.Scope.Items)
	}
}

func keys(all []ItemKey) string {
	var b strings.Builder
	for i, k := range all {
		if i == 8 {
			b.WriteString(" and more")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(k))
	}
	return b.String()
}

// String returns one line: "sprint 7, 2026-03-02..2026-03-13: committed 21
// points, in 3, out 0, done 18 of 24, carried over 1 items".
func (r *Review) String() string {
	return fmt.Sprintf("%s, %s: committed %s points, in %s, out %s, done %s of %s, carried over %d items", r.Sprint.Key, r.Sprint.Days,
		r.Committed.Points, r.In.Points, r.Out.Points, r.Done.Points, r.Scope.Points, r.Carried.Items)
}

// Velocity is what the last closed sprints got done, in points.
type Velocity struct {
	Sprints   []SprintVelocity // oldest first
	Mean      Ratio            // in tenths of points over the number of sprints; undefined without sprints
	Median    Ratio
	Low, High Points
}

// SprintVelocity is one sprint of a Velocity.
type SprintVelocity struct {
	Sprint    SprintKey
	Closed    civil.Date
	Committed Points
	Done      Points
	Items     int
	Carried   int
}

// Points returns a Ratio of tenths in whole tenths, rounded down.
func (r Ratio) Points() Points {
	if r.Den == 0 {
		return 0
	}
	return Points(floorDiv(r.Num, r.Den))
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// Velocity sums up the last k sprints to be closed, all of them if k is not above
// 0. Items count as done as the package says.
func (b *Backlog) Velocity(k int) Velocity {
	var closed []*sprint
	for _, s := range b.sprints {
		if !s.closed.IsZero() {
			closed = append(closed, s)
		}
	}
	slices.SortStableFunc(closed, func(x, y *sprint) int { return x.closed.Compare(y.closed) })
	if k > 0 && len(closed) > k {
		closed = closed[len(closed)-k:]
	}
	var v Velocity
	var done []Points
	sum := int64(0)
	for _, s := range closed {
		row := SprintVelocity{Sprint: s.key, Closed: s.closed}
		var total Tally
		for _, e := range s.ledger {
			if e.what == entryCommit {
				row.Committed += e.scope.Points
			}
			total = total.add(e.done)
		}
		row.Done, row.Items, row.Carried = total.Points, total.Items, len(s.items)-total.Items
		v.Sprints = append(v.Sprints, row)
		done = append(done, row.Done)
		sum += int64(row.Done)
	}
	n := len(done)
	if n == 0 {
		return v
	}
	slices.Sort(done)
	v.Low, v.High = done[0], done[n-1]
	v.Mean = Ratio{sum, int64(n)}
	v.Median = Ratio{int64(done[(n-1)/2] + done[n/2]), 2}
	return v
}
