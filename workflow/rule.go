package workflow

import "fmt"

// Rule says how many of a stage's electors must approve: All, Any or N. The
// number is fixed when the stage opens; who is absent or silent later does not
// lower it.
type Rule interface {
	needed(electors int) int
	String() string
}

// All needs the approval of every elector. Nobody is never everybody: it needs
// at least one.
type All struct{}

// Any needs one approval.
type Any struct{}

// N needs so many approvals.
type N int

func (All) needed(electors int) int { return max(1, electors) }
func (Any) needed(int) int          { return 1 }
func (n N) needed(int) int          { return max(1, int(n)) }

// String returns "all".
func (All) String() string { return "all" }

// String returns "any".
func (Any) String() string { return "any" }

// String returns the number, as in "2 of".
func (n N) String() string { return fmt.Sprintf("%d of", int(n)) }

// Verdict is what one voter says. The zero Verdict is none.
type Verdict uint8

// The verdicts.
const (
	Approve            Verdict = iota + 1
	ApproveWithChanges         // an approval that leaves a condition: its comment
	RequestChanges             // not like this: the comment says what to change
	Reject
	Abstain // has seen it and gives no verdict; it approves nothing
)

var verdictNames = []string{"", "approve", "approve_with_changes", "request_changes", "reject", "abstain"}

// String returns the name used in JSON, as in "approve_with_changes".
func (v Verdict) String() string { return nameOf(verdictNames, uint8(v), "verdict") }

// MarshalText writes the name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the name. Errors match ErrInvalid.
func (v *Verdict) UnmarshalText(text []byte) error {
	i, err := parseName("verdict", verdictNames, string(text))
	*v = Verdict(i)
	return err
}

func (v Verdict) approves() bool { return v == Approve || v == ApproveWithChanges }

// tally is the count of a stage's electors by what they said.
type tally struct {
	needed                            int
	approve, changes, reject, abstain int
	silent                            int // may still vote
	barred                            int // electors without a vote whom separation of duties bars for now
	electors                          int
}

// outcome returns what the votes amount to. As soon as the approvals still
// possible fall short, the stage is decided by the gravest verdict given; if
// nobody objected it is stuck, for abstaining is no rejection.
func (t tally) outcome() StageStatus {
	switch {
	case t.electors < t.needed:
		return StageStuck
	case t.approve >= t.needed:
		return StageApproved
	case t.approve+t.silent >= t.needed:
		return StageOpen
	case t.reject > 0:
		return StageRejected
	case t.changes > 0:
		return StageChangesRequested
	default:
		return StageStuck
	}
}
