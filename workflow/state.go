package workflow

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/google/uuid"
)

// Status is where an instance stands. The zero value is StatusDraft.
type Status uint8

// The statuses of an instance.
const (
	StatusDraft Status = iota // not submitted yet, or recalled
	StatusActive
	StatusApproved
	StatusRejected         // final
	StatusChangesRequested // waits for Revise
	StatusWithdrawn        // final
)

var statusNames = []string{"draft", "active", "approved", "rejected", "changes_requested", "withdrawn"}

// String returns the name used in JSON, as in "changes_requested".
func (s Status) String() string { return nameOf(statusNames, uint8(s), "status") }

// MarshalText writes the name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name. Errors match ErrInvalid.
func (s *Status) UnmarshalText(text []byte) error {
	i, err := parseName("status", statusNames, string(text))
	*s = Status(i)
	return err
}

// StageStatus is where a stage stands. The zero value is StagePending.
type StageStatus uint8

// The statuses of a stage.
const (
	StagePending StageStatus = iota // its turn has not come
	StageOpen
	StageApproved
	StageRejected
	StageChangesRequested
	StageSkipped   // not on the route
	StageCancelled // another branch ended without approval
	StageStuck     // cannot be approved as things stand; votes may still be cast or changed
)

var stageNames = []string{"pending", "open", "approved", "rejected", "changes_requested", "skipped", "cancelled", "stuck"}

// String returns the name used in JSON, as in "changes_requested".
func (s StageStatus) String() string { return nameOf(stageNames, uint8(s), "stage status") }

// MarshalText writes the name.
func (s StageStatus) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name. Errors match ErrInvalid.
func (s *StageStatus) UnmarshalText(text []byte) error {
	i, err := parseName("stage status", stageNames, string(text))
	*s = StageStatus(i)
	return err
}

// live reports whether the stage takes votes.
func (s StageStatus) live() bool { return s == StageOpen || s == StageStuck }

// State is all there is to know about an instance: the fold of its events. It
// is a value with a JSON form, for the host to keep. The zero State is an
// instance that has not been submitted.
type State struct {
	Instance     uuid.UUID         `json:"instance"`
	Definition   Hash              `json:"definition"`
	Seq          uint64            `json:"seq"` // of the last event
	Status       Status            `json:"status"`
	Subject      ident.Ref         `json:"subject"`
	Version      int               `json:"version"` // of the subject, from 1
	Requester    ident.Person      `json:"requester"`
	Contributors []ident.Person    `json:"contributors"` // to any version, the requester included
	Facets       map[Facet]Digest  `json:"facets,omitempty"`
	Amount       money.Money       `json:"amount"` // "" = none
	Attributes   map[string]string `json:"attributes,omitempty"`
	Routes       []Route           `json:"routes,omitempty"`
	Rounds       []Round           `json:"rounds,omitempty"` // of loops that went round for this version
	Stages       []StageState      `json:"stages,omitempty"` // in the order of the definition
	Remarks      []Remark          `json:"remarks,omitempty"`
	Delegations  []Delegation      `json:"delegations,omitempty"` // for this instance, beside the staff's
	Reason       string            `json:"reason,omitempty"`      // of a recall or withdrawal
}

// Round is how often a Loop has gone round.
type Round struct {
	Loop  string `json:"loop"` // its path in the definition
	Times int    `json:"times"`
}

// Route is the case that a Choice took.
type Route struct {
	Choice string `json:"choice"`
	Case   int    `json:"case"` // -1 = Else
}

// StageState is a stage of an instance.
type StageState struct {
	Key       StageKey       `json:"key"`
	Status    StageStatus    `json:"status"`
	Quota     Quota          `json:"quota,omitzero"`      // what it needs
	Eligible  []ident.Person `json:"eligible,omitempty"`  // the electors, in order
	Escalated []ident.Person `json:"escalated,omitempty"` // electors added after the deadline, in order
	Ballots   []Ballot       `json:"ballots,omitempty"`   // the votes that stand, by seat
	Opened    time.Time      `json:"opened,omitzero"`
	Remind    time.Time      `json:"remind,omitzero"`
	Due       time.Time      `json:"due,omitzero"`
	Expire    time.Time      `json:"expire,omitzero"`
	Reminded  bool           `json:"reminded,omitempty"`
	Overdue   bool           `json:"overdue,omitempty"`
	Raised    bool           `json:"raised,omitempty"` // has escalated
	Reason    string         `json:"reason,omitempty"` // why it stands where it does
}

// Ballot is a vote that stands.
type Ballot struct {
	ID      uint64       `json:"id"`   // the number of the event that cast it
	Seat    ident.Person `json:"seat"` // whose vote it is
	By      ident.Person `json:"by"`   // who cast it
	Version int          `json:"version"`
	Verdict Verdict      `json:"verdict"`
	Comment string       `json:"comment,omitempty"`
	Amount  money.Money  `json:"amount"` // what an approval covers; "" = none
	At      time.Time    `json:"at"`
}

// UnmarshalJSON reads a State as json.Marshal writes it. Errors match
// ErrSyntax. Whether it fits a Process shows when it is used.
func (s *State) UnmarshalJSON(data []byte) error {
	type plain State // without this method
	var parsed plain
	if err := strict(data, &parsed); err != nil {
		return err
	}
	*s = State(parsed)
	return nil
}

// Stage returns the state of a stage; ok is false if there is none of that key.
func (s State) Stage(key StageKey) (StageState, bool) {
	for _, st := range s.Stages {
		if st.Key == key {
			return st, true
		}
	}
	return StageState{}, false
}

// Open returns the stages that wait for votes, in the order of the definition.
func (s State) Open() []StageState {
	var open []StageState
	for _, st := range s.Stages {
		if st.Status.live() {
			open = append(open, st)
		}
	}
	return open
}

// Due returns when the next Tick has something to do; ok is false if never.
func (s State) Due() (at time.Time, ok bool) {
	for _, st := range s.Open() {
		for _, next := range []struct {
			at   time.Time
			done bool
		}{{st.Remind, st.Reminded}, {st.Due, st.Overdue}, {st.Expire, false}} {
			if !next.done && !next.at.IsZero() && (!ok || next.at.Before(at)) {
				at, ok = next.at, true
			}
		}
	}
	return at, ok
}

// Electors returns everyone who holds a seat, in order.
func (s StageState) Electors() []ident.Person { return people(slices.Clone(s.electors())) }

// electors is Electors, perhaps in the memory of the state.
func (s *StageState) electors() []ident.Person {
	if len(s.Escalated) == 0 {
		return s.Eligible
	}
	return people(slices.Concat(s.Eligible, s.Escalated))
}

// Silent returns the electors without a vote, in order.
func (s StageState) Silent() []ident.Person {
	silent := slices.DeleteFunc(s.Electors(), func(p ident.Person) bool { return s.ballot(p) >= 0 })
	return people(silent)
}

// ballot returns the index of a seat's vote, or -1.
func (s *StageState) ballot(seat ident.Person) int {
	return slices.IndexFunc(s.Ballots, func(b Ballot) bool { return b.Seat == seat })
}

// seats returns the electors as the quota sees them, in memory of the caller's if
// that is enough.
func (s *StageState) seats(buf []seat) []seat {
	list := buf[:0]
	for _, p := range s.electors() {
		v := s.Quota.seat(p)
		v.open = true
		if b := s.ballot(p); b >= 0 {
			v.verdict = s.Ballots[b].Verdict
		}
		list = append(list, v)
	}
	return list
}

// short reports whether there are too few people to approve, whatever they say.
func (s *StageState) short() bool {
	var buf [16]seat
	return !s.Quota.met(s.seats(buf[:]), everyone)
}

// approvedIn reports whether a person takes part in an approval of the stage, as
// the one whose vote it is or the one who cast it.
func (s *StageState) approvedIn(p ident.Person) bool {
	return slices.ContainsFunc(s.Ballots, func(b Ballot) bool { return b.Verdict.approves() && (b.Seat == p || b.By == p) })
}

// votedIn reports whether a person takes part in the stage's vote, as the one
// whose vote it is or the one who cast it.
func (s StageState) votedIn(p ident.Person) bool {
	return slices.ContainsFunc(s.Ballots, func(b Ballot) bool { return b.Seat == p || b.By == p })
}

// current returns the current version of the subject.
func (s State) current() version { return version{s.Facets, s.Attributes, s.Amount} }

// route returns the case that a choice took.
func (s State) route(path string) (arm int, ok bool) {
	for _, r := range s.Routes {
		if r.Choice == path {
			return r.Case, true
		}
	}
	return 0, false
}

// clone copies whatever apply changes in place. Lists of people are replaced,
// never changed.
func (s State) clone() State {
	s.Routes, s.Rounds = slices.Clone(s.Routes), slices.Clone(s.Rounds)
	s.Remarks, s.Delegations = slices.Clone(s.Remarks), slices.Clone(s.Delegations)
	s.Stages = slices.Clone(s.Stages)
	for i := range s.Stages {
		s.Stages[i].Ballots = slices.Clone(s.Stages[i].Ballots)
	}
	return s
}

// owns refuses a State that another definition made.
func (p *Process) owns(s *State) error {
	if s.Seq == 0 {
		return nil
	}
	if s.Definition != p.hash || len(s.Stages) != len(p.stages) {
		return fmt.Errorf("instance %v: %w", s.Instance, ErrDefinition)
	}
	for i := range s.Stages {
		if s.Stages[i].Key != p.stages[i].Key {
			return fmt.Errorf("instance %v: %w", s.Instance, ErrDefinition)
		}
	}
	return nil
}
