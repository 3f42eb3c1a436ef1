package workflow

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-marops/marops/ident"
)

// Severity says how much a remark weighs. The zero value is Note.
type Severity uint8

// The severities.
const (
	Note     Severity = iota
	Blocking          // gates stay shut until it is resolved
)

var severityNames = []string{"note", "blocking"}

// String returns "note" or "blocking".
func (s Severity) String() string { return nameOf(severityNames, uint8(s), "severity") }

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name. Errors match ErrInvalid.
func (s *Severity) UnmarshalText(text []byte) error {
	i, err := parseName("severity", severityNames, string(text))
	*s = Severity(i)
	return err
}

// Remark is a comment on a version of the subject, or the condition that an
// ApproveWithChanges left.
type Remark struct {
	ID         uint64       `json:"id"` // the number of the event that made it
	Stage      StageKey     `json:"stage,omitempty"`
	By         ident.Person `json:"by"`
	Version    int          `json:"version"` // that it is about
	Text       string       `json:"text"`
	Anchor     string       `json:"anchor,omitempty"` // where: a page, a frame, a selector, as the host writes it
	Severity   Severity     `json:"severity,omitzero"`
	At         time.Time    `json:"at"`
	Resolved   int          `json:"resolved,omitempty"` // the version in which it was; 0 = it is not
	ResolvedBy ident.Person `json:"resolvedBy,omitempty"`
}

// Open reports whether a gate waits for the remark.
func (r Remark) Open() bool { return r.Severity == Blocking && r.Resolved == 0 }

// Comment makes a remark. It is open to the requester, the contributors and the
// electors of any stage that has opened.
type Comment struct {
	By       ident.Person
	Stage    StageKey // that it belongs to; "" = the whole subject
	Version  int      // the version that was looked at
	Text     string
	Anchor   string
	Severity Severity
}

// Resolve settles a remark in the current version. It is open to whoever made the
// remark, the requester and the contributors.
type Resolve struct {
	By     ident.Person
	Remark uint64 // its ID
}

// The facts about remarks.
type (
	// Remarked is a comment.
	Remarked struct {
		Stage    StageKey `json:"stage,omitempty"`
		Version  int      `json:"version"`
		Text     string   `json:"text"`
		Anchor   string   `json:"anchor,omitempty"`
		Severity Severity `json:"severity,omitzero"`
	}
	// Resolved settled a remark in a version.
	Resolved struct {
		Remark  uint64 `json:"remark"`
		Version int    `json:"version"`
	}
)

func (Remarked) kind() string { return "remarked" }
func (Resolved) kind() string { return "resolved" }

func (c Comment) actor() ident.Person { return c.By }
func (c Resolve) actor() ident.Person { return c.By }

// Conditions returns what gates wait for: blocking remarks, and what approvals
// with changes demand, in the order of their making. Resolved ones are left out.
func (s State) Conditions() []Remark {
	var list []Remark
	for _, r := range s.Remarks {
		if r.Open() {
			list = append(list, r)
		}
	}
	return list
}

// MaxRemarks is how many remarks an instance may have.
const MaxRemarks = 10_000

func (d *decider) comment(c Comment) error {
	switch d.st.Status {
	case StatusRejected, StatusWithdrawn:
		return fmt.Errorf("instance %v: %v, it %w", d.st.Instance, d.st.Status, ErrState)
	default:
	}
	if c.Version < 1 || c.Version > d.st.Version {
		return fmt.Errorf("version %d: there are %d: %w", c.Version, d.st.Version, ErrInvalid)
	}
	if i, known := d.p.index[c.Stage]; c.Stage != "" && (!known || d.st.Stages[i].Opened.IsZero()) {
		return fmt.Errorf("stage %.40q: it has not opened, or there is none: %w", c.Stage, ErrUnknown)
	}
	if c.Text == "" || len(c.Anchor) > MaxComment || !utf8.ValidString(c.Anchor) || int(c.Severity) >= len(severityNames) {
		return fmt.Errorf("comment: no text, or an anchor or severity that is none: %w", ErrInvalid)
	}
	if err := checkComment(c.Text); err != nil {
		return err
	}
	if len(d.st.Remarks) >= MaxRemarks {
		return fmt.Errorf("comment: there are %d already: %w", MaxRemarks, ErrInvalid)
	}
	if !slices.Contains(d.st.Contributors, c.By) && !d.st.elector(c.By) {
		return &DeniedError{Rule: "eligible", Person: c.By, Stage: c.Stage, Reason: "has no part in this"}
	}
	d.emit(Remarked{c.Stage, c.Version, c.Text, c.Anchor, c.Severity})
	return nil
}

// elector reports whether somebody is or was asked in any stage.
func (s State) elector(p ident.Person) bool {
	return slices.ContainsFunc(s.Stages, func(st StageState) bool {
		return slices.Contains(st.Eligible, p) || slices.Contains(st.Escalated, p) || st.votedIn(p)
	})
}

func (d *decider) resolve(c Resolve) error {
	switch d.st.Status {
	case StatusRejected, StatusWithdrawn:
		return fmt.Errorf("instance %v: %v, it %w", d.st.Instance, d.st.Status, ErrState)
	default:
	}
	at := d.st.remark(c.Remark)
	if at < 0 {
		return fmt.Errorf("remark %d: %w", c.Remark, ErrUnknown)
	}
	r := d.st.Remarks[at]
	if c.By != r.By && !slices.Contains(d.st.Contributors, c.By) {
		return &DeniedError{Rule: "contributors", Person: c.By, Stage: r.Stage, Reason: "only who made the remark, the requester and contributors resolve it"}
	}
	if r.Resolved > 0 {
		return nil // it is
	}
	d.emit(Resolved{c.Remark, d.st.Version})
	d.settle()
	return nil
}

func (s State) remark(id uint64) int {
	return slices.IndexFunc(s.Remarks, func(r Remark) bool { return r.ID == id })
}

// withdrawRemark drops the condition that a vote left, when the vote changes or
// falls before it was resolved.
func (s *State) withdrawRemark(id uint64) {
	if at := s.remark(id); id > 0 && at >= 0 && s.Remarks[at].Resolved == 0 {
		s.Remarks = slices.Delete(s.Remarks, at, at+1)
		if len(s.Remarks) == 0 {
			s.Remarks = nil // as JSON brings it back
		}
	}
}
