package workflow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/google/uuid"
)

// Event is something that happened to an instance. Its Fact holds all that was
// resolved at that moment, so that Apply needs neither staff nor calendar.
type Event struct {
	Instance uuid.UUID
	Seq      uint64 // 1, 2, 3, … within the instance
	At       time.Time
	By       ident.Person // who caused it; "" = time
	Fact     Fact
}

// Type returns the stable name of the fact: "submitted", "stage.opened".
func (e Event) Type() string {
	if e.Fact == nil {
		return ""
	}
	return e.Fact.kind()
}

// Fact is the content of an Event, one of the structs below.
type Fact interface{ kind() string }

// The facts about an instance.
type (
	// Submitted began the instance with version 1 of its subject.
	Submitted struct {
		Definition   Hash              `json:"definition"`
		Subject      ident.Ref         `json:"subject"`
		Requester    ident.Person      `json:"requester"`
		Contributors []ident.Person    `json:"contributors"`
		Facets       map[Facet]Digest  `json:"facets,omitempty"`
		Amount       money.Money       `json:"amount"` // "" = none
		Attributes   map[string]string `json:"attributes,omitempty"`
	}
	// Revised made a new version; it holds the whole of it.
	Revised struct {
		Version      int               `json:"version"`
		Changed      []Facet           `json:"changed,omitempty"`
		Contributors []ident.Person    `json:"contributors"` // of all versions
		Facets       map[Facet]Digest  `json:"facets,omitempty"`
		Amount       money.Money       `json:"amount"` // "" = none
		Attributes   map[string]string `json:"attributes,omitempty"`
	}
	// Routed took a case of a Choice for the current version.
	Routed struct {
		Choice string `json:"choice"` // its path in the definition: "flow[1]"
		Case   int    `json:"case"`   // from 0; -1 = Else
		When   string `json:"when"`   // the condition, for people
	}
	// Recalled took the instance back to the draft.
	Recalled struct {
		Reason string `json:"reason,omitempty"`
	}
	// Withdrawn ended the instance without a decision.
	Withdrawn struct {
		Reason string `json:"reason,omitempty"`
	}
	// Looped sent the work of a Loop back to its start.
	Looped struct {
		Loop  string `json:"loop"`  // its path in the definition: "flow[1]"
		Times int    `json:"times"` // how often by now
	}
	// Concluded decided the instance.
	Concluded struct {
		Status Status `json:"status"`
	}
)

// The facts about a stage.
type (
	// Opened asks people for their votes.
	Opened struct {
		Stage    StageKey       `json:"stage"`
		Version  int            `json:"version"`
		Eligible []ident.Person `json:"eligible,omitempty"` // the electors, in order
		Quota    Quota          `json:"quota"`              // what it needs of them
		Remind   time.Time      `json:"remind,omitzero"`
		Due      time.Time      `json:"due,omitzero"`
		Expire   time.Time      `json:"expire,omitzero"`
	}
	// Expired says that nobody decided a stage in time, and who had not voted.
	Expired struct {
		Stage  StageKey       `json:"stage"`
		Silent []ident.Person `json:"silent,omitempty"`
	}
	// Skipped leaves a stage out: it is not on the route.
	Skipped struct {
		Stage StageKey `json:"stage"`
	}
	// Reset takes a stage back to waiting for its turn.
	Reset struct {
		Stage  StageKey `json:"stage"`
		Reason string   `json:"reason"`
	}
	// Cancelled ended a stage because another branch ended without approval.
	Cancelled struct {
		Stage StageKey `json:"stage"`
	}
	// VoteCast is a vote, new or changed.
	VoteCast struct {
		Stage   StageKey     `json:"stage"`
		Seat    ident.Person `json:"seat"` // whose vote it is; the event's By cast it
		Version int          `json:"version"`
		Verdict Verdict      `json:"verdict"`
		Comment string       `json:"comment,omitempty"`
		Amount  money.Money  `json:"amount"` // what an approval covers; "" = none
	}
	// VoteVoided took a vote away.
	VoteVoided struct {
		Stage   StageKey     `json:"stage"`
		Seat    ident.Person `json:"seat"`
		Changed []Facet      `json:"changed,omitempty"` // the facets that changed under it
		Reason  string       `json:"reason"`
	}
	// Decided is the outcome of a stage.
	Decided struct {
		Stage  StageKey    `json:"stage"`
		Status StageStatus `json:"status"`
		Reason string      `json:"reason"`
	}
	// Stuck says that a stage cannot be approved as things stand, and why.
	Stuck struct {
		Stage   StageKey        `json:"stage"`
		Finding finding.Finding `json:"finding"`
	}
	// Resumed says that a stuck stage can be approved again.
	Resumed struct {
		Stage StageKey `json:"stage"`
	}
	// Reminded says who was due to be reminded.
	Reminded struct {
		Stage StageKey       `json:"stage"`
		To    []ident.Person `json:"to,omitempty"`
	}
	// NoResponse says that a deadline passed, and who had not voted by then. It
	// is never an approval.
	NoResponse struct {
		Stage  StageKey       `json:"stage"`
		Silent []ident.Person `json:"silent,omitempty"`
	}
)

func (Submitted) kind() string  { return "submitted" }
func (Revised) kind() string    { return "revised" }
func (Routed) kind() string     { return "routed" }
func (Recalled) kind() string   { return "recalled" }
func (Withdrawn) kind() string  { return "withdrawn" }
func (Concluded) kind() string  { return "concluded" }
func (Opened) kind() string     { return "stage.opened" }
func (Skipped) kind() string    { return "stage.skipped" }
func (Reset) kind() string      { return "stage.reset" }
func (Cancelled) kind() string  { return "stage.cancelled" }
func (Decided) kind() string    { return "stage.decided" }
func (Stuck) kind() string      { return "stage.stuck" }
func (Resumed) kind() string    { return "stage.resumed" }
func (Reminded) kind() string   { return "stage.reminded" }
func (NoResponse) kind() string { return "stage.no_response" }
func (Expired) kind() string    { return "stage.expired" }
func (Looped) kind() string     { return "looped" }
func (VoteCast) kind() string   { return "vote.cast" }
func (VoteVoided) kind() string { return "vote.voided" }

// envelope is the JSON form of an Event.
type envelope struct {
	Instance uuid.UUID       `json:"instance"`
	Seq      uint64          `json:"seq"`
	At       time.Time       `json:"at"`
	By       ident.Person    `json:"by,omitempty"`
	Type     string          `json:"type"`
	Data     json.RawMessage `json:"data"`
}

// MarshalJSON writes the event with its type beside its data:
//
//	{"instance":"…","seq":3,"at":"2026-03-02T09:00:00Z","by":"ana","type":"vote.cast","data":{…}}
func (e Event) MarshalJSON() ([]byte, error) {
	if e.Fact == nil {
		return nil, fmt.Errorf("event %d: no fact: %w", e.Seq, ErrInvalid)
	}
	data, err := json.Marshal(e.Fact)
	if err != nil {
		return nil, fmt.Errorf("event %d: %w", e.Seq, err)
	}
	return json.Marshal(envelope{e.Instance, e.Seq, e.At, e.By, e.Type(), data})
}

// UnmarshalJSON reads what MarshalJSON writes, and nothing else: unknown types
// match ErrUnknown; unknown or duplicate keys and what is no event match
// ErrSyntax.
func (e *Event) UnmarshalJSON(data []byte) error {
	var env envelope
	if err := strict(data, &env); err != nil {
		return err
	}
	fact, err := decodeFact(env.Type, env.Data)
	if err != nil {
		return err
	}
	*e = Event{env.Instance, env.Seq, env.At.UTC(), env.By, fact}
	return nil
}

func decodeFact(kind string, data []byte) (Fact, error) {
	switch kind {
	case "submitted":
		return fact[Submitted](data)
	case "revised":
		return fact[Revised](data)
	case "routed":
		return fact[Routed](data)
	case "recalled":
		return fact[Recalled](data)
	case "withdrawn":
		return fact[Withdrawn](data)
	case "looped":
		return fact[Looped](data)
	case "remarked":
		return fact[Remarked](data)
	case "resolved":
		return fact[Resolved](data)
	case "delegated":
		return fact[Delegated](data)
	case "migrated":
		return fact[Migrated](data)
	case "concluded":
		return fact[Concluded](data)
	case "stage.opened":
		return fact[Opened](data)
	case "stage.skipped":
		return fact[Skipped](data)
	case "stage.reset":
		return fact[Reset](data)
	case "stage.cancelled":
		return fact[Cancelled](data)
	case "stage.decided":
		return fact[Decided](data)
	case "stage.stuck":
		return fact[Stuck](data)
	case "stage.resumed":
		return fact[Resumed](data)
	case "stage.reminded":
		return fact[Reminded](data)
	case "stage.no_response":
		return fact[NoResponse](data)
	case "stage.expired":
		return fact[Expired](data)
	case "stage.assigned":
		return fact[Assigned](data)
	case "stage.escalated":
		return fact[Escalated](data)
	case "vote.cast":
		return fact[VoteCast](data)
	case "vote.voided":
		return fact[VoteVoided](data)
	default:
		return nil, fmt.Errorf("event type %.40q: %w", kind, ErrUnknown)
	}
}

func fact[F Fact](data []byte) (Fact, error) {
	var f F
	if err := strict(data, &f); err != nil {
		return nil, err
	}
	return f, nil
}

// strict decodes JSON into a struct and refuses unknown and duplicate keys.
func strict(data []byte, into any) error {
	root, err := parseJSON(data)
	if err != nil {
		return err
	}
	if _, err := root.object(); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return &SyntaxError{Reason: err.Error()}
	}
	return nil
}
