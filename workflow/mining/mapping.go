package mining

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/internal/strictjson"
	"github.com/go-marops/marops/workflow"
)

// ErrMapping is the kind of every error about a Mapping, also one that does not
// fit its definition.
var ErrMapping = errors.New("invalid mapping")

// StepKind says what an event of a log meant for an approval. The zero StepKind
// is none.
type StepKind uint8

// The kinds of step.
const (
	Ignored          StepKind = iota + 1 // nothing
	Saved                                // a draft was written down
	Submitted                            // it was handed in from the draft, for the first time or again
	Resubmitted                          // it was handed in again after changes were requested; all stages start again
	Revised                              // it was changed; what was approved stands
	Approved                             // by a stage
	Rejected                             // by a stage, for good
	ChangesRequested                     // by a stage
	Reset                                // a stage starts again
	Recalled                             // it went back to the draft
	Withdrawn                            // it ended without a decision
)

var stepNames = []string{"", "ignored", "saved", "submitted", "resubmitted", "revised", "approved", "rejected", "changes_requested", "reset", "recalled", "withdrawn"}

// String returns the name used in JSON, as in "changes_requested".
func (k StepKind) String() string {
	if int(k) < len(stepNames) {
		return stepNames[k]
	}
	return fmt.Sprintf("step(%d)", uint8(k))
}

// ofStage reports whether a step of the kind is one of a stage.
func (k StepKind) ofStage() bool {
	return k == Approved || k == Rejected || k == ChangesRequested || k == Reset
}

// Step is what an activity means: its kind and, of a verdict or a Reset, the
// stage; "" = whichever could be meant.
type Step struct {
	Kind  StepKind
	Stage workflow.StageKey
}

// String returns the step as JSON has it: "submitted", "approved copy".
func (s Step) String() string {
	if s.Stage == "" {
		return s.Kind.String()
	}
	return s.Kind.String() + " " + string(s.Stage)
}

// MarshalText writes what String returns. A Step without a kind is an error that
// matches ErrMapping.
func (s Step) MarshalText() ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads what MarshalText writes. Errors match ErrMapping.
func (s *Step) UnmarshalText(text []byte) error {
	name, stage, _ := strings.Cut(string(text), " ")
	i := slices.Index(stepNames, name)
	if i < 1 {
		return fmt.Errorf("step %.60q: want one of %q: %w", text, stepNames[1:], ErrMapping)
	}
	next := Step{StepKind(i), workflow.StageKey(stage)} //nolint:gosec // a dozen
	if err := next.check(); err != nil {
		return err
	}
	*s = next
	return nil
}

func (s Step) check() error {
	if s.Kind == 0 || int(s.Kind) >= len(stepNames) {
		return fmt.Errorf("step: it has no kind: %w", ErrMapping)
	}
	if s.Stage != "" && !s.Kind.ofStage() {
		return fmt.Errorf("step %.60q: it is of no stage: %w", s.String(), ErrMapping)
	}
	return nil
}

// Mapping says what the activities of a log mean for an approval. It is data with
// a JSON form:
//
//	{"steps": {"Declaration SUBMITTED": "submitted", "Declaration APPROVED by LEAD": "approved lead"},
//	 "after": ["Request Payment", "Payment Handled"]}
type Mapping struct {
	Steps map[string]Step `json:"steps"`
	// After names the activities that follow the approval, all of them, in order.
	After []string `json:"after,omitempty"`
	// Attribute names one of the events whose value, behind a blank, belongs to
	// the activity where an event has it: "copy approved" is the activity copy with
	// the value approved.
	Attribute string `json:"attribute,omitempty"`
	// Others lets activities pass that are not mapped. Without it such an event
	// deviates.
	Others bool `json:"others,omitempty"`
	// Facts says where the log has what the conditions of a Choice ask for: the
	// log's attribute by that of the definition, "amount" being the amount, as in
	// "5000.00 EUR". The last event with a value counts. A condition about
	// something else may hold or not.
	Facts map[string]string `json:"facts,omitempty"`
}

// ParseMapping reads a Mapping from JSON, strictly. Errors match ErrMapping.
func ParseMapping(data []byte) (Mapping, error) {
	var m Mapping
	if err := strictjson.Unmarshal(data, &m); err != nil {
		return Mapping{}, fmt.Errorf("%w: %w", ErrMapping, err)
	}
	return m, m.check()
}

func (m *Mapping) check() error {
	for _, activity := range sortedKeys(m.Steps) {
		if err := m.Steps[activity].check(); err != nil {
			return fmt.Errorf("activity %.80q: %w", activity, err)
		}
	}
	if len(m.After) > 1000 {
		return fmt.Errorf("after: %d activities, want 1000 at most: %w", len(m.After), ErrMapping)
	}
	for i, activity := range m.After {
		if _, both := m.Steps[activity]; both || slices.Index(m.After, activity) < i {
			return fmt.Errorf("activity %.80q: it stands there twice: %w", activity, ErrMapping)
		}
	}
	return nil
}

// TrailMapping returns the mapping of logs that FromTrail makes of instances of a
// definition.
func TrailMapping(def workflow.Definition) (Mapping, error) {
	f, err := flowOf(def.Flow)
	if err != nil {
		return Mapping{}, err
	}
	m := Mapping{Attribute: Outcome, Others: true, Steps: map[string]Step{
		"submitted": {Kind: Submitted}, "revised": {Kind: Revised}, "recalled": {Kind: Recalled}, "withdrawn": {Kind: Withdrawn},
	}}
	for _, s := range f.stages {
		for name, kind := range map[string]StepKind{"approved": Approved, "rejected": Rejected, "changes_requested": ChangesRequested, "reset": Reset, "skipped": Reset} {
			m.Steps[string(s.Key)+" "+name] = Step{kind, s.Key}
		}
	}
	return m, nil
}
