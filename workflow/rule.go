package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-marops/marops/ident"
)

// Rule says what approvals a stage needs: Any, All, N, Share, Weighted or
// PerGroup, or one of them under a Veto. What that comes to is fixed when the
// stage opens, as its Quota; who is absent or silent later does not lower it.
type Rule interface {
	// quota resolves the rule for a stage's electors.
	quota(electors []ident.Person, staff *Staff) Quota
	// fault says what is wrong with the rule itself, "" if nothing is.
	fault() string
	String() string
}

// Any needs one approval.
type Any struct{}

// All needs the approval of every elector for whom it is relevant. Nobody is
// never everybody: it needs at least one.
type All struct{}

// N needs so many approvals.
type N int

// Share needs a part of the electors, rounded up, and at least one of them. They
// are counted when the stage opens, less those who then say NotRelevant: two
// thirds of six are four, of five are four.
type Share struct{ Num, Den int }

// Percent returns the Share of so many hundredths.
func Percent(n int) Share { return Share{n, 100} }

// Weighted needs approvals that together weigh the Target. An elector weighs as
// much as the heaviest of their roles that is listed, and nothing without one.
type Weighted struct {
	Target  int
	Weights map[Role]int
}

// PerGroup needs so many approvals from each of several roles. The people of all
// of them are electors beside those of the stage's own Role, which may be empty.
// Who belongs to several groups counts in each or, if Single, in one.
type PerGroup struct {
	Groups map[Role]int
	Single bool
}

// Veto rejects a stage as soon as one elector with role By does, whatever the
// others say; else the Rule holds. An empty By gives everybody the veto.
type Veto struct {
	Rule Rule
	By   Role
}

const (
	maxPart   = 1_000_000 // of a Share, a weight, a target
	maxGroups = 32
)

func (Any) quota([]ident.Person, *Staff) Quota     { return Quota{Approvals: 1} }
func (All) quota(e []ident.Person, _ *Staff) Quota { return Quota{Share: &Share{1, 1}, Of: len(e)} }
func (n N) quota([]ident.Person, *Staff) Quota     { return Quota{Approvals: max(1, int(n))} }

func (s Share) quota(e []ident.Person, _ *Staff) Quota { return Quota{Share: &s, Of: len(e)} }

func (w Weighted) quota(electors []ident.Person, staff *Staff) Quota {
	q := Quota{Target: w.Target}
	for _, role := range sortedKeys(w.Weights) {
		for _, p := range staff.Members(role) {
			if slices.Contains(electors, p) {
				if q.Weights == nil {
					q.Weights = map[ident.Person]int{}
				}
				q.Weights[p] = max(q.Weights[p], w.Weights[role])
			}
		}
	}
	return q
}

func (g PerGroup) quota(electors []ident.Person, staff *Staff) Quota {
	q := Quota{Single: g.Single}
	for _, role := range sortedKeys(g.Groups) {
		members := slices.DeleteFunc(staff.Members(role), func(p ident.Person) bool { return !slices.Contains(electors, p) })
		q.Groups = append(q.Groups, GroupQuota{role, g.Groups[role], people(members)})
	}
	return q
}

func (v Veto) quota(electors []ident.Person, staff *Staff) Quota {
	q := v.Rule.quota(electors, staff)
	if q.AnyVeto = v.By == ""; !q.AnyVeto {
		q.Veto = people(slices.DeleteFunc(staff.Members(v.By), func(p ident.Person) bool { return !slices.Contains(electors, p) }))
	}
	return q
}

func (Any) fault() string { return "" }
func (All) fault() string { return "" }

func (n N) fault() string {
	if n < 1 || n > maxPart {
		return fmt.Sprintf("%d approvals", int(n))
	}
	return ""
}

func (s Share) fault() string {
	if s.Num < 1 || s.Den < s.Num || s.Den > maxPart {
		return fmt.Sprintf("a share of %d in %d", s.Num, s.Den)
	}
	return ""
}

func (w Weighted) fault() string {
	if w.Target < 1 || w.Target > maxPart || len(w.Weights) == 0 {
		return fmt.Sprintf("a target of %d over %d weights", w.Target, len(w.Weights))
	}
	for _, role := range sortedKeys(w.Weights) {
		if n := w.Weights[role]; n < 1 || n > maxPart || badName(string(role)) != "" {
			return fmt.Sprintf("role %.40q weighs %d", role, n)
		}
	}
	return ""
}

func (g PerGroup) fault() string {
	if len(g.Groups) == 0 || len(g.Groups) > maxGroups {
		return fmt.Sprintf("%d groups, at most %d", len(g.Groups), maxGroups)
	}
	for _, role := range sortedKeys(g.Groups) {
		if n := g.Groups[role]; n < 1 || n > maxPart || badName(string(role)) != "" {
			return fmt.Sprintf("%d of role %.40q", n, role)
		}
	}
	return ""
}

func (v Veto) fault() string {
	if _, veto := v.Rule.(Veto); veto {
		return "a veto over a veto"
	}
	if v.By != "" && badName(string(v.By)) != "" {
		return fmt.Sprintf("role %.40q %s", v.By, badName(string(v.By)))
	}
	return ruleFault(v.Rule)
}

// ruleFault says what is wrong with a rule, "" if nothing is. It takes the rules of
// this package by value, and nothing else.
func ruleFault(r Rule) string {
	switch r := r.(type) {
	case nil:
		return "there is no rule"
	case Any, All, N, Share, Weighted, PerGroup, Veto:
		return r.fault()
	default:
		return fmt.Sprintf("%T is no rule", r)
	}
}

// String returns "any".
func (Any) String() string { return "any" }

// String returns "all".
func (All) String() string { return "all" }

// String returns the number, as in "2 of".
func (n N) String() string { return fmt.Sprintf("%d of", int(n)) }

// String returns the share, as in "60% of" or "2/3 of".
func (s Share) String() string { return s.text() + " of" }

// text is the share as it stands in JSON.
func (s Share) text() string {
	if s.Den == 100 {
		return fmt.Sprintf("%d%%", s.Num)
	}
	return fmt.Sprintf("%d/%d", s.Num, s.Den)
}

// String returns the target and the weights, as in "weight 3 of (editors 1, heads 2)".
func (w Weighted) String() string {
	return fmt.Sprintf("weight %d of (%s)", w.Target, numbers(w.Weights))
}

// String returns the groups, as in "one each of (brand 1, legal 2)".
func (g PerGroup) String() string { return "each of (" + numbers(g.Groups) + ")" }

// String returns the rule and who may veto, as in "2 of, veto legal".
func (v Veto) String() string {
	if v.By == "" {
		return fmt.Sprintf("%v, veto anyone", v.Rule)
	}
	return fmt.Sprintf("%v, veto %s", v.Rule, v.By)
}

func numbers(m map[Role]int) string {
	parts := make([]string, 0, len(m))
	for _, role := range sortedKeys(m) {
		parts = append(parts, fmt.Sprintf("%s %d", role, m[role]))
	}
	return strings.Join(parts, ", ")
}

// cloneRule copies what a caller could still change.
func cloneRule(r Rule) Rule {
	switch r := r.(type) {
	case Weighted:
		return Weighted{r.Target, maps.Clone(r.Weights)}
	case PerGroup:
		return PerGroup{maps.Clone(r.Groups), r.Single}
	case Veto:
		return Veto{cloneRule(r.Rule), r.By}
	default:
		return r
	}
}

// rolesOf returns the roles that a rule names, in order: those whose people are
// electors, and all.
func rolesOf(r Rule) (electors, named []Role) {
	switch r := r.(type) {
	case Weighted:
		return nil, sortedKeys(r.Weights)
	case PerGroup:
		groups := sortedKeys(r.Groups)
		return groups, groups
	case Veto:
		electors, named = rolesOf(r.Rule)
		if r.By != "" {
			named = append(slices.Clip(named), r.By)
		}
	}
	return electors, named
}

// Verdict is what one voter says. The zero Verdict is none.
type Verdict uint8

// The verdicts.
const (
	Approve            Verdict = iota + 1
	ApproveWithChanges         // an approval that leaves a condition: its comment
	RequestChanges             // not like this: the comment says what to change
	Reject
	Abstain     // has seen it and gives no verdict; it approves nothing
	NotRelevant // not for this voter: All and a Share do not count them, all else as Abstain
)

var verdictNames = []string{"", "approve", "approve_with_changes", "request_changes", "reject", "abstain", "not_relevant"}

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
