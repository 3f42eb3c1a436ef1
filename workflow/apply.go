package workflow

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/go-marops/marops/ident"
	"github.com/google/uuid"
)

// Apply folds events into a State and leaves the given one as it is. The State
// shares lists and maps with the events, and nobody changes them. It only
// takes the next event of the same instance: errors match ErrSequence,
// ErrDefinition, ErrUnknown, ErrState or ErrInvalid, and then the State is
// returned unchanged.
func (p *Process) Apply(s State, events ...Event) (State, error) {
	if len(events) == 0 || !events[0].migrates() {
		if err := p.owns(&s); err != nil {
			return s, err
		}
	}
	next := s.clone()
	for _, e := range events {
		if err := p.apply(&next, e); err != nil {
			return s, err
		}
	}
	return next, nil
}

// migrates reports whether the event brings an instance to another definition.
func (e Event) migrates() bool {
	_, yes := e.Fact.(Migrated)
	return yes
}

// apply folds one event into s, which the caller owns.
func (p *Process) apply(s *State, e Event) error {
	if e.Seq != s.Seq+1 || s.Seq > 0 && e.Instance != s.Instance {
		return fmt.Errorf("event %d of instance %v: after %d of %v: %w", e.Seq, e.Instance, s.Seq, s.Instance, ErrSequence)
	}
	_, first := e.Fact.(Submitted)
	if first != (s.Seq == 0) || e.Instance == uuid.Nil {
		return fmt.Errorf("event %d: %q: %w", e.Seq, e.Type(), ErrSequence)
	}
	var err error
	switch f := e.Fact.(type) {
	case Submitted:
		err = p.applySubmitted(s, e, f)
	case Revised:
		if f.Version != s.Version+1 {
			return fmt.Errorf("event %d: version %d after %d: %w", e.Seq, f.Version, s.Version, ErrSequence)
		}
		s.Status, s.Version, s.Reason = StatusActive, f.Version, ""
		s.Contributors = orNil(f.Contributors)
		s.Facets, s.Attributes, s.Amount = mapOrNil(f.Facets), mapOrNil(f.Attributes), f.Amount
		s.Routes, s.Rounds = nil, nil
	case Looped:
		err = p.applyLooped(s, e, f)
	case Remarked:
		s.Remarks = append(s.Remarks, Remark{ID: e.Seq, Stage: f.Stage, By: e.By, Version: f.Version, Text: f.Text, Anchor: f.Anchor, Severity: f.Severity, At: e.At})
	case Resolved:
		at := s.remark(f.Remark)
		if at < 0 {
			return fmt.Errorf("event %d: remark %d: %w", e.Seq, f.Remark, ErrUnknown)
		}
		s.Remarks[at].Resolved, s.Remarks[at].ResolvedBy = f.Version, e.By
	case Delegated:
		s.Delegations = slices.DeleteFunc(s.Delegations, func(g Delegation) bool {
			return g.From == f.From && g.To == f.To || !e.At.Before(g.Until)
		})
		s.Delegations = append(s.Delegations, Delegation{From: f.From, To: f.To, Since: e.At, Until: f.Until})
	case Migrated:
		err = p.applyMigrated(s, e, f)
	case Routed:
		err = p.applyRouted(s, e, f)
	case Recalled:
		s.close(StatusDraft, f.Reason, StagePending)
	case Withdrawn:
		s.close(StatusWithdrawn, f.Reason, StageCancelled)
	case Concluded:
		if int(f.Status) >= len(statusNames) {
			return fmt.Errorf("event %d: %v: %w", e.Seq, f.Status, ErrInvalid)
		}
		s.Status = f.Status
	default:
		err = p.applyStage(s, e)
	}
	if err == nil {
		s.Seq = e.Seq
	}
	return err
}

func (p *Process) applySubmitted(s *State, e Event, f Submitted) error {
	if f.Definition != p.hash {
		return fmt.Errorf("event %d: %w", e.Seq, ErrDefinition)
	}
	*s = State{
		Instance: e.Instance, Definition: f.Definition, Status: StatusActive,
		Subject: f.Subject, Version: 1, Requester: f.Requester, Contributors: orNil(f.Contributors),
		Facets: mapOrNil(f.Facets), Attributes: mapOrNil(f.Attributes), Amount: f.Amount,
		Stages: make([]StageState, len(p.stages)),
	}
	for i := range s.Stages {
		s.Stages[i].Key = p.stages[i].Key
	}
	return nil
}

func (p *Process) applyRouted(s *State, e Event, f Routed) error {
	at := slices.IndexFunc(p.choices, func(ch choice) bool { return ch.path == f.Choice })
	if at < 0 {
		return fmt.Errorf("event %d: choice %.80q: %w", e.Seq, f.Choice, ErrUnknown)
	}
	if ch := p.choices[at]; f.Case >= len(ch.cases) || f.Case < -1 || f.Case == -1 && !ch.orElse {
		return fmt.Errorf("event %d: choice %s: case %d: %w", e.Seq, f.Choice, f.Case, ErrUnknown)
	}
	s.Routes = slices.DeleteFunc(s.Routes, func(r Route) bool { return r.Choice == f.Choice })
	s.Routes = append(s.Routes, Route{f.Choice, f.Case})
	return nil
}

func (p *Process) applyLooped(s *State, e Event, f Looped) error {
	at := slices.IndexFunc(p.loops, func(l loop) bool { return l.path == f.Loop })
	if at < 0 || f.Times != s.round(f.Loop)+1 || f.Times > p.loops[at].times {
		return fmt.Errorf("event %d: loop %.80q round %d: %w", e.Seq, f.Loop, f.Times, ErrUnknown)
	}
	s.Rounds = slices.DeleteFunc(s.Rounds, func(r Round) bool { return r.Loop == f.Loop })
	s.Rounds = append(s.Rounds, Round(f))
	return nil
}

// round returns how often a loop has gone round.
func (s State) round(path string) int {
	for _, r := range s.Rounds {
		if r.Loop == path {
			return r.Times
		}
	}
	return 0
}

// close ends the voting in all stages.
func (s *State) close(to Status, reason string, stages StageStatus) {
	s.Status, s.Reason = to, reason
	for i := range s.Stages {
		if st := &s.Stages[i]; st.Status.live() || st.Status == StageCancelled {
			st.Status, st.Reason = stages, to.String()
		}
	}
}

// stageOf returns the stage that a fact is about.
func stageOf(f Fact) (StageKey, bool) {
	switch f := f.(type) {
	case Opened:
		return f.Stage, true
	case Skipped:
		return f.Stage, true
	case Reset:
		return f.Stage, true
	case Cancelled:
		return f.Stage, true
	case Decided:
		return f.Stage, true
	case Stuck:
		return f.Stage, true
	case Resumed:
		return f.Stage, true
	case Reminded:
		return f.Stage, true
	case NoResponse:
		return f.Stage, true
	case Expired:
		return f.Stage, true
	case Assigned:
		return f.Stage, true
	case Escalated:
		return f.Stage, true
	case VoteCast:
		return f.Stage, true
	case VoteVoided:
		return f.Stage, true
	default:
		return "", false
	}
}

func (p *Process) applyStage(s *State, e Event) error {
	key, ok := stageOf(e.Fact)
	i, known := p.index[key]
	if !ok || !known {
		return fmt.Errorf("event %d: %q of stage %.40q: %w", e.Seq, e.Type(), key, ErrUnknown)
	}
	st := &s.Stages[i]
	switch f := e.Fact.(type) {
	case Opened:
		*st = StageState{
			Key: key, Status: StageOpen, Quota: f.Quota, Eligible: orNil(f.Eligible), Ballots: st.Ballots,
			Opened: e.At, Remind: f.Remind, Due: f.Due, Expire: f.Expire,
		}
	case Skipped:
		st.Status, st.Reason = StageSkipped, "not on the route"
	case Reset:
		st.Status, st.Reason = StagePending, f.Reason
	case Cancelled:
		st.Status, st.Reason = StageCancelled, "another branch ended without approval"
	case Decided:
		if int(f.Status) >= len(stageNames) {
			return fmt.Errorf("event %d: %v: %w", e.Seq, f.Status, ErrInvalid)
		}
		st.Status, st.Reason = f.Status, f.Reason
	case Stuck:
		st.Status, st.Reason = StageStuck, f.Finding.String()
	case Resumed:
		st.Status, st.Reason = StageOpen, ""
	case Reminded:
		st.Reminded = true
	case NoResponse, Expired:
		st.Reminded, st.Overdue = true, true
	case Escalated:
		st.Escalated, st.Quota, st.Raised = orNil(f.To), f.Quota, true
	case Assigned:
		st.Eligible, st.Escalated, st.Quota = orNil(f.Eligible), nil, f.Quota
	case VoteCast:
		return s.cast(st, e, f)
	case VoteVoided:
		if b := st.ballot(f.Seat); b >= 0 {
			s.withdrawRemark(st.Ballots[b].ID)
			st.Ballots = slices.Delete(st.Ballots, b, b+1)
		}
		if len(st.Ballots) == 0 {
			st.Ballots = nil // as JSON brings it back
		}
	}
	return nil
}

func (s *State) cast(st *StageState, e Event, f VoteCast) error {
	if !st.Status.live() {
		return fmt.Errorf("event %d: stage %s: %v %w", e.Seq, st.Key, st.Status, ErrState)
	}
	if f.Verdict == 0 || int(f.Verdict) >= len(verdictNames) {
		return fmt.Errorf("event %d: %v: %w", e.Seq, f.Verdict, ErrInvalid)
	}
	b := Ballot{e.Seq, f.Seat, e.By, f.Version, f.Verdict, f.Comment, f.Amount, e.At}
	at, found := slices.BinarySearchFunc(st.Ballots, f.Seat, func(b Ballot, seat ident.Person) int { return cmp.Compare(b.Seat, seat) })
	if found {
		s.withdrawRemark(st.Ballots[at].ID)
		st.Ballots[at] = b
	} else {
		if st.Ballots == nil {
			st.Ballots = make([]Ballot, 0, min(len(st.Eligible), 8))
		}
		st.Ballots = slices.Insert(st.Ballots, at, b)
	}
	if f.Verdict == ApproveWithChanges {
		s.Remarks = append(s.Remarks, Remark{ID: e.Seq, Stage: f.Stage, By: f.Seat, Version: f.Version, Text: f.Comment, Severity: Blocking, At: e.At})
	}
	return nil
}

// orNil returns a list; an empty one becomes nil, as JSON brings it back.
func orNil[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// mapOrNil is orNil of a map.
func mapOrNil[K comparable, V any](m map[K]V) map[K]V {
	if len(m) == 0 {
		return nil
	}
	return m
}
