package journey

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/internal/enum"
	"github.com/go-marops/marops/internal/strictjson"
)

// The kinds of error of this package, beside the finding.List of Compile.
var (
	ErrSyntax     = errors.New("invalid document")           // JSON that is not what it should be
	ErrInvalid    = errors.New("is not valid")               // the content of a command, an Env, a Cohort
	ErrEntry      = errors.New("may not enter")              // a lead that does not meet the conditions, or once too often
	ErrSuppressed = errors.New("is suppressed")              // a lead that nothing may be sent to
	ErrState      = errors.New("is not in a state for this") // a lead that is on the journey already, or not
	ErrUnknown    = errors.New("is not known")               // a step, a kind of event
	ErrDefinition = errors.New("belongs to another journey") // a State of another hash
	ErrSequence   = errors.New("is out of sequence")         // an Event that is not the next one, or earlier than the last
)

type (
	// Key names a journey.
	Key string
	// StepKey names a step of a journey.
	StepKey string
	// EventKey names what leads do: "opened", "booked a demo".
	EventKey string
	// Content names what is sent; the host knows it.
	Content string
)

// Definition is a journey as people author it, in Go or in JSON. Compile checks
// it.
type Definition struct {
	Key     Key        `json:"key"`
	Name    string     `json:"name,omitempty"`
	Entry   *Cond      `json:"entry,omitempty"`   // who may enter; nil = everyone
	Reentry *Reentry   `json:"reentry,omitempty"` // nil = each lead once
	GoalOn  []EventKey `json:"goal_on,omitempty"` // events that reach the goal from anywhere
	ExitOn  []EventKey `json:"exit_on,omitempty"` // events that end the journey from anywhere
	Caps    []Cap      `json:"caps,omitempty"`
	Quiet   []Quiet    `json:"quiet,omitempty"`
	Steps   []Step     `json:"steps"` // leads begin with the first
}

// Reentry lets a lead that has ended the journey enter again.
type Reentry struct {
	Gap worktime.Length `json:"gap,omitzero"`  // elapsed time since the end
	Max int             `json:"max,omitempty"` // entries in all; 0 = any number
}

// Cap allows at most Max sends in any stretch of elapsed time.
type Cap struct {
	Max    int             `json:"max"`
	Within worktime.Length `json:"within"`
}

// Quiet is hours in which nothing is sent, in the lead's zone: from From until
// just before To, on the next day if To is not later.
type Quiet struct {
	Days []Weekday      `json:"days,omitempty"` // on which it begins; none = every day
	From worktime.Clock `json:"from"`
	To   worktime.Clock `json:"to"`
}

// Step is a step of a journey. Exactly one of Wait, Branch, Send, Split, Goal
// and Exit is given.
type Step struct {
	Key    StepKey `json:"key"`
	Wait   *Wait   `json:"wait,omitempty"`
	Branch []Case  `json:"branch,omitempty"` // the first case that holds, else Next
	Send   Content `json:"send,omitempty"`
	Split  []Arm   `json:"split,omitempty"`
	Goal   string  `json:"goal,omitempty"` // the name of the goal
	Exit   string  `json:"exit,omitempty"` // the reason
	Next   StepKey `json:"next,omitempty"` // of wait, branch and send
}

// Wait ends when For has passed and then the Until has come, or when the event
// happens, if that is earlier.
type Wait struct {
	For   worktime.Length `json:"for,omitzero"` // working or elapsed time
	Until *Until          `json:"until,omitempty"`
	Event EventKey        `json:"event,omitempty"`
	Then  StepKey         `json:"then,omitempty"` // the next step after the event
}

// Until is the next time after now that it is At on one of Days in the lead's
// zone.
type Until struct {
	Days []Weekday      `json:"days,omitempty"` // none = every day
	At   worktime.Clock `json:"at"`
}

// Case is one way out of a branch.
type Case struct {
	If   Cond    `json:"if"`
	Next StepKey `json:"next"`
}

// Arm is one way out of a split.
type Arm struct {
	Percent int     `json:"percent"`
	Next    StepKey `json:"next"`
}

// Cond is a condition on a lead. Exactly one of All, Any, Not, Attribute,
// ScoreAtLeast and Happened is given.
type Cond struct {
	All          []Cond   `json:"all,omitempty"`
	Any          []Cond   `json:"any,omitempty"`
	Not          *Cond    `json:"not,omitempty"`
	Attribute    string   `json:"attribute,omitempty"`
	In           []string `json:"in,omitempty"` // the values of Attribute
	ScoreAtLeast *int64   `json:"score_at_least,omitempty"`
	Happened     EventKey `json:"happened,omitempty"` // since entry
}

// maxNesting is how deep conditions may nest, within strictjson.MaxDepth.
const maxNesting = 10

// String returns the condition as people read it.
func (c Cond) String() string { return c.text(0) }

func (c *Cond) text(depth int) string {
	if depth > maxNesting {
		return "…"
	}
	list := func(conds []Cond, word string) string {
		parts := make([]string, len(conds))
		for i := range conds {
			parts[i] = conds[i].text(depth + 1)
		}
		return "(" + strings.Join(parts, word) + ")"
	}
	switch {
	case len(c.All) > 0:
		return list(c.All, " and ")
	case len(c.Any) > 0:
		return list(c.Any, " or ")
	case c.Not != nil:
		return "not " + c.Not.text(depth+1)
	case c.Attribute != "":
		return c.Attribute + " in (" + strings.Join(c.In, ", ") + ")"
	case c.ScoreAtLeast != nil:
		return fmt.Sprintf("score >= %d", *c.ScoreAtLeast)
	}
	return string(c.Happened) + " happened"
}

// Weekday is a day of the week; its text is "mon" to "sun". The zero value is
// Monday.
type Weekday uint8

// The days of the week.
const (
	Monday Weekday = iota
	Tuesday
	Wednesday
	Thursday
	Friday
	Saturday
	Sunday
)

var dayNames = [...]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// String returns "mon" to "sun".
func (d Weekday) String() string { return enum.Name(dayNames[:], d) }

// MarshalText writes the name.
func (d Weekday) MarshalText() ([]byte, error) { return enum.Marshal(dayNames[:], d, ErrInvalid) }

// UnmarshalText reads the name. Errors match ErrInvalid.
func (d *Weekday) UnmarshalText(text []byte) error {
	return enum.Unmarshal(dayNames[:], text, d, ErrInvalid)
}

// UnmarshalJSON reads a definition and nothing else. Errors match ErrSyntax.
func (d *Definition) UnmarshalJSON(data []byte) error {
	type plain Definition // without this method
	var p plain
	if err := strictjson.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("journey: %w: %w", ErrSyntax, err)
	}
	*d = Definition(p)
	return nil
}

func clone(d Definition) Definition {
	d.GoalOn, d.ExitOn, d.Caps = slices.Clone(d.GoalOn), slices.Clone(d.ExitOn), slices.Clone(d.Caps)
	d.Entry = cloneCond(d.Entry, 0)
	if d.Reentry != nil {
		d.Reentry = new(*d.Reentry)
	}
	d.Quiet = slices.Clone(d.Quiet)
	for i := range d.Quiet {
		d.Quiet[i].Days = slices.Clone(d.Quiet[i].Days)
	}
	d.Steps = slices.Clone(d.Steps)
	for i := range d.Steps {
		s := &d.Steps[i]
		if s.Wait != nil {
			s.Wait = new(*s.Wait)
			if s.Wait.Until != nil {
				s.Wait.Until = &Until{slices.Clone(s.Wait.Until.Days), s.Wait.Until.At}
			}
		}
		s.Branch, s.Split = slices.Clone(s.Branch), slices.Clone(s.Split)
		for k := range s.Branch {
			s.Branch[k].If = *cloneCond(&s.Branch[k].If, 0)
		}
	}
	return d
}

// cloneCond copies a condition down to where it is refused for its depth.
func cloneCond(c *Cond, depth int) *Cond {
	if c == nil || depth > maxNesting+1 {
		return c
	}
	list := func(conds []Cond) []Cond {
		conds = slices.Clone(conds)
		for i := range conds {
			conds[i] = *cloneCond(&conds[i], depth+1)
		}
		return conds
	}
	next := *c
	next.All, next.Any, next.Not, next.In = list(c.All), list(c.Any), cloneCond(c.Not, depth+1), slices.Clone(c.In)
	if c.ScoreAtLeast != nil {
		next.ScoreAtLeast = new(*c.ScoreAtLeast)
	}
	return &next
}

// Hash is the identity of a Definition: SHA-256 over its canonical bytes.
type Hash [sha256.Size]byte

// String returns 64 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// IsZero reports whether h is no hash.
func (h Hash) IsZero() bool { return h == Hash{} }

// MarshalText writes what String returns.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 64 hexadecimal digits. Errors match ErrInvalid.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("hash of %d digits %w", len(text), ErrInvalid)
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		return fmt.Errorf("hash: %w: it %w", err, ErrInvalid)
	}
	return nil
}

// Canonical returns the one JSON form of the definition: no spaces, keys in a
// fixed order, empty fields left out.
func (d Definition) Canonical() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		return nil, fmt.Errorf("journey: %w: %w", ErrInvalid, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
