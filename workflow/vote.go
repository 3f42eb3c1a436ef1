package workflow

import (
	"fmt"
	"slices"

	"github.com/go-marops/marops/ident"
)

func (d *decider) vote(c Vote) error {
	i, known := d.p.index[c.Stage]
	if !known {
		return fmt.Errorf("stage %.40q: %w", c.Stage, ErrUnknown)
	}
	if d.st.Status != StatusActive {
		return fmt.Errorf("instance %v: %v, it %w", d.st.Instance, d.st.Status, ErrState)
	}
	if c.Version != d.st.Version {
		return &SupersededError{Seen: c.Version, Current: d.st.Version}
	}
	st := &d.st.Stages[i]
	if !st.Status.live() {
		return fmt.Errorf("stage %s: %v, it %w", c.Stage, st.Status, ErrState)
	}
	if err := checkVerdict(c); err != nil {
		return err
	}
	seat := c.OnBehalfOf
	if seat == "" {
		seat = c.By
	}
	if denied := d.mayVote(i, c.By, seat); denied != nil {
		denied.Stage, denied.Person = c.Stage, c.By
		return denied
	}
	if b := st.ballot(seat); b >= 0 {
		old := st.Ballots[b]
		if old.By == c.By && old.Verdict == c.Verdict && old.Comment == c.Comment && old.Version == c.Version {
			return nil // said already
		}
	}
	if d.spoils(i, c, seat) {
		return &DeniedError{Rule: "quorum", Stage: c.Stage, Person: c.By, Reason: "a separated stage cannot do without them: somebody else has to vote here"}
	}
	plain := d.inPlace && d.plain(i, c, seat)
	d.owned = plain
	d.emit(VoteCast{c.Stage, seat, c.Version, c.Verdict, c.Comment, d.st.Amount})
	if !plain {
		d.settle()
	}
	return nil
}

// plain reports whether a vote has no consequence but itself, so that nothing can
// go wrong after it.
func (d *decider) plain(i int, c Vote, who ident.Person) bool {
	st := &d.st.Stages[i]
	if st.Status != StageOpen || c.Verdict == ApproveWithChanges || len(d.p.apart[i]) > 0 {
		return false
	}
	if b := st.ballot(who); b >= 0 && st.Ballots[b].Verdict == ApproveWithChanges {
		return false
	}
	var buf [16]seat
	seats := st.seats(buf[:])
	for k, p := range st.electors() {
		if p == who {
			seats[k].verdict = c.Verdict
		}
	}
	return st.Quota.outcome(seats) == StageOpen
}

func checkVerdict(c Vote) error {
	if c.Verdict == 0 || int(c.Verdict) >= len(verdictNames) {
		return fmt.Errorf("stage %s: %v: %w", c.Stage, c.Verdict, ErrInvalid)
	}
	if c.Comment == "" && (c.Verdict == ApproveWithChanges || c.Verdict == RequestChanges) {
		return fmt.Errorf("stage %s: %v: the comment says which changes: %w", c.Stage, c.Verdict, ErrInvalid)
	}
	return checkComment(c.Comment)
}

// mayVote checks the seat and the human who casts its vote. A delegate must
// pass every rule that the holder of the seat must, and counts once.
func (d *decider) mayVote(i int, by, seat ident.Person) *DeniedError {
	st := &d.st.Stages[i]
	for _, p := range [...]ident.Person{by, seat} {
		if e := d.barred(i, p); e != "" {
			return &DeniedError{Rule: string(e), Reason: string(p) + " is excluded: separation of duties"}
		}
		if key, yes := d.separated(i, p); yes {
			return &DeniedError{Rule: string(VotersOf(key)), Reason: fmt.Sprintf("%s has approved %s: separation of duties", p, key)}
		}
	}
	electors := st.electors()
	switch {
	case !slices.Contains(electors, seat):
		return &DeniedError{Rule: "eligible", Reason: string(seat) + " was not asked"}
	case st.Status == StageStuck && st.short():
		return &DeniedError{Rule: "eligible", Reason: "too few people to decide: " + st.Reason}
	}
	for _, b := range st.Ballots {
		if b.By == by && b.Seat != seat {
			return &DeniedError{Rule: "once", Reason: "has voted here on behalf of " + string(b.Seat)}
		}
	}
	if by == seat {
		return nil
	}
	switch b := st.ballot(seat); {
	case !d.stands(i, seat, by):
		return &DeniedError{Rule: "delegation", Reason: fmt.Sprintf("%s has not delegated to %s at this time", seat, by)}
	case slices.Contains(electors, by):
		return &DeniedError{Rule: "once", Reason: "has a vote of their own here"}
	case b >= 0 && st.Ballots[b].By == seat:
		return &DeniedError{Rule: "delegation", Reason: string(seat) + " has voted in person"}
	}
	return nil
}
