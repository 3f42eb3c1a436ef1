package workflow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil/worktime"
)

// Key names a definition.
type Key string

// StageKey names a stage, once per definition.
type StageKey string

// Role names a group of people who may vote. Staff says who they are.
type Role string

// Facet names a part of the subject that can change on its own: copy, visual,
// claim, price. An attribute is a facet of its own name.
type Facet string

// FacetAmount is the facet of the subject's amount. It is always there: it is
// neither declared in a Definition nor given a digest.
const FacetAmount Facet = "amount"

// Digest identifies the content of a facet, as a hash of it would. The engine
// only compares digests.
type Digest string

// Definition is an approval process as people author it: in Go, or as JSON,
// see [ParseDefinition]. Compile checks it.
type Definition struct {
	Key          Key
	Name         string              // for people
	Requesters   Role                // who may submit; "" = anyone
	Managers     Role                // who may change a stage's electors and escalate early; "" = nobody
	Contributors int                 // how many people beside the requester may have a part in the subject; 0 = any number, and nothing is proven about them
	Facets       []Facet             // the subject's facets; none = any
	Attributes   map[string][]string // closed sets of attribute values; an attribute not listed takes any value
	Flow         Block
}

// Block is a part of the flow: Seq, Par, Choice, Loop, Gate or Stage.
type Block interface{ block() }

// Seq runs its blocks one after the other. An empty Seq is allowed as an arm of
// a Choice alone: nothing to approve on this route.
type Seq []Block

// Par runs its branches at the same time and is approved when all are.
type Par struct {
	Branches []Block
	OnReject RejectPolicy
}

// Choice takes the one case whose condition holds for the subject, else Else.
// Compile proves that never two conditions hold and, if Else is nil, never
// none.
type Choice struct {
	Cases []Case
	Else  Block
}

// Case is one arm of a Choice.
type Case struct {
	When Cond
	Then Block
}

// Loop runs its body again from the start, without a new version, when it ends
// with changes requested: at most Times more often for a version of the subject.
// After that changes requested is the outcome. It is how a later stage sends work
// back to an earlier one.
type Loop struct {
	Body  Block
	Times int // 1 to MaxTimes
}

// Gate lets the flow pass when every condition of an approval and every blocking
// remark is resolved.
type Gate struct{ Key StageKey }

// Stage asks the people of a role for their verdicts.
type Stage struct {
	Key      StageKey
	Name     string // for people; "" = Key
	Role     Role
	Rule     Rule
	Exclude  []Exclusion     // who of the role may not vote: separation of duties
	Facets   []Facet         // what the votes cover; none = everything
	Remind   worktime.Length // from opening; zero = no reminder
	Due      worktime.Length // from opening; zero = no deadline
	Escalate Role            // who joins when the deadline has passed; "" = nobody
	Expire   worktime.Length // from opening; zero = it waits for ever
	AtExpiry Expiry          // what becomes of a stage that expires
	Class    Class
}

// Expiry says what becomes of a stage that nobody decided in time. The zero value
// is ExpiryRejects.
type Expiry uint8

// The outcomes of a stage that expires.
const (
	ExpiryRejects  Expiry = iota
	ExpiryReturns         // changes are requested
	ExpiryApproves        // silence is consent, if nobody objected; never in legal and budget stages
)

var expiryNames = []string{"reject", "return", "approve"}

// String returns "reject", "return" or "approve".
func (e Expiry) String() string { return nameOf(expiryNames, uint8(e), "expiry") }

func (Loop) block()   {}
func (Gate) block()   {}
func (Seq) block()    {}
func (Par) block()    {}
func (Choice) block() {}
func (Stage) block()  {}

// label returns the stage's name for people.
func (s Stage) label() string { return cmp.Or(s.Name, string(s.Key)) }

// covers reports whether the stage's votes cover a facet.
func (s Stage) covers(f Facet) bool { return len(s.Facets) == 0 || slices.Contains(s.Facets, f) }

// excludes reports whether the stage bars a group of people.
func (s Stage) excludes(e Exclusion) bool { return slices.Contains(s.Exclude, e) }

// Exclusion names people who may not vote in a stage though they have its role.
type Exclusion string

// The exclusions, beside VotersOf. The requester counts as a contributor too:
// the first version is theirs.
const (
	Requester    Exclusion = "requester"    // who submitted
	Contributors Exclusion = "contributors" // whoever contributed to any version of the subject
)

// VotersOf excludes whoever approved another stage, so that nobody approves both.
// It holds both ways: who approves here first may not vote there.
func VotersOf(stage StageKey) Exclusion { return Exclusion("stage:" + string(stage)) }

// stage returns the stage of a VotersOf exclusion.
func (e Exclusion) stage() (StageKey, bool) {
	key, ok := strings.CutPrefix(string(e), "stage:")
	return StageKey(key), ok
}

// RejectPolicy says what becomes of the other branches of a Par when one ends
// without approval. The zero value is Cancel.
type RejectPolicy uint8

// The policies.
const (
	Cancel RejectPolicy = iota // the others end at once
	Finish                     // the others are heard to their end
)

var policyNames = []string{"cancel", "finish"}

// String returns "cancel" or "finish".
func (p RejectPolicy) String() string { return nameOf(policyNames, uint8(p), "policy") }

// Class says what a stage guards. Whatever is allowed to approve by default in
// general is not in legal and budget stages. The zero value is General.
type Class uint8

// The classes.
const (
	General Class = iota
	Legal
	Budget
)

var classNames = []string{"general", "legal", "budget"}

// String returns "general", "legal" or "budget".
func (c Class) String() string { return nameOf(classNames, uint8(c), "class") }

func nameOf(names []string, i uint8, what string) string {
	if int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", what, i)
}

func parseName(what string, names []string, text string) (uint8, error) {
	for i := range names {
		if names[i] == text {
			return uint8(i), nil
		}
	}
	return 0, fmt.Errorf("%s %.40q: want one of %q: %w", what, text, names, ErrInvalid)
}
