package workflow

import (
	"fmt"
	"slices"

	"github.com/go-marops/marops/ident"
)

func (d *decider) revise(c Revise) error {
	switch d.st.Status {
	case StatusRejected, StatusWithdrawn:
		return fmt.Errorf("instance %v: %v, it %w", d.st.Instance, d.st.Status, ErrState)
	default: // also an approved one: a change after approval voids it
	}
	if !slices.Contains(d.st.Contributors, c.By) {
		return &DeniedError{Rule: "contributors", Person: c.By, Reason: "only the requester and contributors revise"}
	}
	if c.Version != d.st.Version {
		return &SupersededError{Seen: c.Version, Current: d.st.Version}
	}
	contributors := slices.Concat(d.st.Contributors, c.Contributors)
	if err := checkPeople(contributors); err != nil {
		return err
	}
	if err := d.mayContribute(c.By, d.st.Requester, contributors); err != nil {
		return err
	}
	next, changed := d.st.current().revised(c)
	if len(changed) == 0 && (d.st.Status == StatusActive || d.st.Status == StatusApproved) {
		return fmt.Errorf("version %d: nothing changed: %w", c.Version, ErrInvalid)
	}
	if err := d.p.check(next); err != nil {
		return err
	}
	d.emit(Revised{
		Version: d.st.Version + 1, Changed: changed, Contributors: people(contributors),
		Facets: cloneMap(next.facets), Amount: next.amount, Attributes: cloneMap(next.attributes),
	})
	d.route(d.p.root)
	live := d.p.live(d.st)
	r := &revision{decider: d, changed: changed, live: live, why: make([]string, len(d.p.stages))}
	for i := range d.p.stages {
		r.touch(i)
	}
	r.downstream(d.p.root, "")
	for i, why := range r.why {
		st := d.st.Stages[i].Status
		if why != "" && (live[i] || st != StageSkipped) && st != StagePending {
			d.emit(Reset{d.p.stages[i].Key, why})
		}
	}
	d.skip(live)
	d.settle()
	return nil
}

// revision works out which votes a new version takes away.
type revision struct {
	*decider
	changed []Facet
	live    []bool
	why     []string // per stage, why it starts again; "" = it stands
}

// touch voids the votes of one stage that no longer hold, by its own account.
func (r *revision) touch(i int) {
	s, st := r.p.stages[i], r.st.Stages[i]
	var hit []Facet
	for _, f := range r.changed {
		if f != FacetAmount && s.covers(f) {
			hit = append(hit, f)
		}
	}
	for _, b := range slices.Clone(st.Ballots) {
		why, facets := r.void(s, st, b, hit)
		if e := r.barred(i, b.Seat); why == "" && e != "" {
			why = string(b.Seat) + " is a contributor now"
		} else if e := r.barred(i, b.By); why == "" && e != "" {
			why = string(b.By) + " is a contributor now"
		}
		if why != "" {
			r.emit(VoteVoided{Stage: s.Key, Seat: b.Seat, Changed: facets, Reason: why})
			r.why[i] = why
		}
	}
	if r.why[i] != "" {
		return
	}
	asked := st.Status.live() || st.Status == StageCancelled
	switch {
	case asked && len(hit) > 0:
		r.why[i] = changedText(hit)
	case asked && slices.ContainsFunc(st.Electors(), func(p ident.Person) bool { return r.barred(i, p) != "" }):
		r.why[i] = "an elector is a contributor now"
	case r.live[i] && st.Status == StageSkipped:
		r.why[i] = "on the route now"
	}
}

// void returns why a vote falls, and the facets that changed under it.
func (r *revision) void(s Stage, st StageState, b Ballot, hit []Facet) (why string, facets []Facet) {
	if len(hit) > 0 {
		return changedText(hit), hit
	}
	if slices.Contains(r.changed, FacetAmount) && s.covers(FacetAmount) {
		if order, err := r.st.Amount.Cmp(b.Amount); err != nil || order > 0 || b.Amount.Currency() == 0 {
			return fmt.Sprintf("%v is beyond what was looked at, %s", r.st.Amount, noneIfEmpty(b.Amount.String(), b.Amount.Currency() == 0)), []Facet{FacetAmount}
		}
	}
	if b.Verdict == RequestChanges && st.Status != StageApproved {
		return fmt.Sprintf("answered by version %d", r.st.Version), nil
	}
	return "", nil
}

func noneIfEmpty(text string, empty bool) string {
	if empty {
		return "no amount"
	}
	return text
}

func changedText(hit []Facet) string { return describe(hit) + " changed" }

// downstream voids what was decided on the ground of a stage that starts again:
// in a Seq all that comes after it. It returns a stage in n that starts again.
func (r *revision) downstream(n node, after StageKey) StageKey {
	switch n.kind {
	case stageNode:
		return r.downstreamStage(n.at, after)
	case seqNode:
		var first StageKey
		for _, kid := range n.kids {
			if key := r.downstream(kid, after); key != "" && first == "" {
				first = key
				if after == "" {
					after = key
				}
			}
		}
		return first
	default: // branches and arms do not depend on each other
		var first StageKey
		for _, kid := range n.kids {
			if key := r.downstream(kid, after); first == "" {
				first = key
			}
		}
		return first
	}
}

func (r *revision) downstreamStage(i int, after StageKey) StageKey {
	s := r.p.stages[i]
	if after != "" {
		why := "comes after " + string(after) + ", which starts again"
		for _, b := range slices.Clone(r.st.Stages[i].Ballots) {
			r.emit(VoteVoided{Stage: s.Key, Seat: b.Seat, Reason: why})
		}
		if r.why[i] == "" && r.st.Stages[i].Status != StageSkipped {
			r.why[i] = why
		}
	}
	if r.why[i] != "" && r.live[i] {
		return s.Key
	}
	return ""
}
