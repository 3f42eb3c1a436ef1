package mining

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/workflow"
)

// The attributes of a log of a trail, beside those of its subjects, which are
// called "case:" and their name.
const (
	Outcome        = "outcome"         // of a stage or of the case: "approved", "changes_requested"
	CaseDefinition = "case:definition" // the hash
	CaseSubject    = "case:subject"
	CaseAmount     = "case:amount"
)

// FromTrail makes a log of what happened to instances of workflow: a case per
// instance, named by its id, in any order of events between instances. Activities
// are called as people know them:
//
//	submitted, revised, recalled, withdrawn, concluded
//	copy                        the stage of that key: start when it opened, complete
//	                            when it was decided, with its Outcome; suspend and resume
//	                            while it was stuck; ate_abort when it was cancelled, reset or
//	                            skipped, its Outcome then, or the case was taken back
//	vote.cast copy approve      a vote, by the one who cast it
//	vote.voided copy            a vote that fell
//	reminded copy, no_response copy, escalated copy, expired copy, assigned copy
//	remarked copy, resolved, delegated, looped, migrated
//
// Routing and stages that never were on the route are left out. The log keeps the
// attribute Outcome, of the case its definition, its subject, and the attributes
// and the amount of its last version. So Filter{Lifecycle: []string{"complete"}}
// is the log of decisions, and Work tells for each stage how long it was open.
// An event without a fact is an error that matches ErrLog.
func FromTrail(events ...workflow.Event) (*Log, error) {
	return FromEvents(func(yield func(workflow.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	})
}

// FromEvents is FromTrail of events as they are read; it ends at the first error
// and returns it.
func FromEvents(events iter.Seq2[workflow.Event, error]) (*Log, error) {
	var list []workflow.Event
	seen := make(map[string]bool)
	for e, err := range events {
		if err != nil {
			return nil, err
		}
		if e.Fact == nil {
			return nil, fmt.Errorf("event %d of instance %v: no fact: %w", e.Seq, e.Instance, ErrLog)
		}
		switch f := e.Fact.(type) {
		case workflow.Submitted:
			note(seen, f.Attributes)
		case workflow.Revised:
			note(seen, f.Attributes)
		}
		list = append(list, e)
	}
	names := []string{Outcome, CaseDefinition, CaseSubject, CaseAmount}
	for _, name := range slices.Sorted(keys(seen)) {
		names = append(names, casePrefix+name)
	}
	t := trail{build: Builder{Attributes: names}, open: make(map[uuid.UUID][]workflow.StageKey), asked: make(map[seat]bool)}
	for _, e := range list {
		t.add(e)
	}
	return t.build.Log(), nil
}

// FromHistory is FromTrail of events as a store keeps them, in their JSON form:
// those of records of a kind, as Store.History and Store.Tail yield them. The
// errors of events that cannot be read match ErrLog.
func FromHistory(kind string, events iter.Seq2[store.Event, error]) (*Log, error) {
	return FromEvents(func(yield func(workflow.Event, error) bool) {
		for stored, err := range events {
			if err == nil && stored.Ref.Kind != kind {
				continue
			}
			var e workflow.Event
			if err == nil {
				if err = json.Unmarshal(stored.Data, &e); err != nil {
					err = fmt.Errorf("event %d of %v: %w: %w", stored.Version, stored.Ref, ErrLog, err)
				}
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	})
}

func keys[V any](m map[string]V) iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func note(seen map[string]bool, attributes map[string]string) {
	for name := range attributes {
		if name != "definition" && name != "subject" && name != "amount" {
			seen[name] = true
		}
	}
}

// trail turns facts into events of a log.
type trail struct {
	build Builder
	open  map[uuid.UUID][]workflow.StageKey // the stages that have begun and not ended
	asked map[seat]bool                     // those that ever began
}

type seat struct {
	instance uuid.UUID
	stage    workflow.StageKey
}

func (t *trail) add(e workflow.Event) {
	out := Event{Case: e.Instance.String(), At: e.At, Resource: string(e.By), HasResource: e.By != "", Lifecycle: "complete", Attributes: make(map[string]string)}
	stage := func(key workflow.StageKey, transition string) {
		out.Activity, out.Lifecycle = string(key), transition
	}
	switch f := e.Fact.(type) {
	case workflow.Submitted:
		out.Activity = "submitted"
		out.Attributes[CaseDefinition], out.Attributes[CaseSubject] = f.Definition.String(), f.Subject.String()
		t.version(&out, f.Attributes, f.Amount.String(), f.Amount.Currency() != 0)
	case workflow.Revised:
		out.Activity = "revised"
		t.version(&out, f.Attributes, f.Amount.String(), f.Amount.Currency() != 0)
	case workflow.Recalled:
		out.Activity = "recalled"
	case workflow.Withdrawn:
		out.Activity = "withdrawn"
	case workflow.Concluded:
		out.Activity, out.Attributes[Outcome] = "concluded", f.Status.String()
	case workflow.Opened:
		stage(f.Stage, "start")
		t.asked[seat{e.Instance, f.Stage}] = true
		if slices.Contains(t.open[e.Instance], f.Stage) {
			out.Lifecycle = "reassign" // it goes on, with other people
		} else {
			t.open[e.Instance] = append(t.open[e.Instance], f.Stage)
		}
	case workflow.Decided:
		stage(f.Stage, "complete")
		out.Attributes[Outcome] = f.Status.String()
		t.shut(e.Instance, f.Stage)
	case workflow.Reset:
		stage(f.Stage, "ate_abort")
		out.Attributes[Outcome] = "reset"
		t.shut(e.Instance, f.Stage)
	case workflow.Cancelled:
		stage(f.Stage, "ate_abort")
		out.Attributes[Outcome] = "cancelled"
		t.shut(e.Instance, f.Stage)
	case workflow.Skipped:
		if !t.asked[seat{e.Instance, f.Stage}] {
			return // it never was on the route
		}
		stage(f.Stage, "ate_abort")
		out.Attributes[Outcome] = "skipped"
		t.shut(e.Instance, f.Stage)
	case workflow.Stuck:
		stage(f.Stage, "suspend")
	case workflow.Resumed:
		stage(f.Stage, "resume")
	case workflow.VoteCast:
		out.Activity = "vote.cast " + string(f.Stage) + " " + f.Verdict.String()
	case workflow.VoteVoided:
		out.Activity = "vote.voided " + string(f.Stage)
	case workflow.Reminded:
		out.Activity = "reminded " + string(f.Stage)
	case workflow.NoResponse:
		out.Activity = "no_response " + string(f.Stage)
	case workflow.Escalated:
		out.Activity = "escalated " + string(f.Stage)
	case workflow.Expired:
		out.Activity = "expired " + string(f.Stage)
	case workflow.Assigned:
		out.Activity = "assigned " + string(f.Stage)
	case workflow.Delegated:
		out.Activity = "delegated"
	case workflow.Remarked:
		out.Activity = strings.TrimSpace("remarked " + string(f.Stage))
	case workflow.Resolved:
		out.Activity = "resolved"
	case workflow.Looped:
		out.Activity = "looped"
	case workflow.Migrated:
		out.Activity = "migrated"
		out.Attributes[CaseDefinition] = f.Definition.String()
	default: // routing, and what a later version of package workflow may tell
		return
	}
	t.build.Add(out)
	switch e.Fact.(type) {
	case workflow.Recalled, workflow.Withdrawn:
		t.end(out, e.Instance)
	}
}

// end breaks off the open stages of an instance that went back to the draft or
// ended.
func (t *trail) end(out Event, instance uuid.UUID) {
	for _, s := range t.open[instance] {
		out.Activity, out.Lifecycle = string(s), "ate_abort"
		t.build.Add(out)
	}
	delete(t.open, instance)
}

func (t *trail) version(out *Event, attributes map[string]string, amount string, has bool) {
	for name, value := range attributes {
		if name != "definition" && name != "subject" && name != "amount" {
			out.Attributes[casePrefix+name] = value
		}
	}
	if has {
		out.Attributes[CaseAmount] = amount
	}
}

func (t *trail) shut(instance uuid.UUID, stage workflow.StageKey) {
	t.open[instance] = slices.DeleteFunc(t.open[instance], func(s workflow.StageKey) bool { return s == stage })
}
