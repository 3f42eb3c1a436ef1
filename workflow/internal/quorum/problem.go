package quorum

import (
	"errors"
	"fmt"
	"math"
)

// Kind says how a Rule counts.
type Kind uint8

// The kinds of Rule.
const (
	Count    Kind = iota // N approvals; "any" is N = 1
	All                  // everybody in the electorate, which must not be empty
	Percent              // Num/Den of the electorate, rounded up, one at least
	Weighted             // weights that sum to Target
	PerGroup             // from each group its own number
)

// Rule says which approvals decide a stage. Every rule is monotone: a further
// approval never takes a decision back.
type Rule struct {
	Kind     Kind
	N        int     // Count: approvals, 1 at least
	Num, Den int64   // Percent: 0 < Num/Den <= 1
	Weights  []int64 // Weighted: of each elector, parallel to Stage.Electors, 0 at least
	Target   int64   // Weighted: 1 at least
	Groups   []Group // PerGroup: 1 to 64
	Single   bool    // PerGroup: a person counts in one group only, not in each of theirs
	Floor    int     // approvals needed in any case, whatever the rule counts; 0 = none
}

// Group asks for N approvals, 1 at least, of its members. Members are ascending;
// those who are no electors do not count.
type Group struct {
	Members []int32
	N       int
}

// Stage asks electors for their approval.
type Stage struct {
	Electors            []int32 // ascending
	Rule                Rule
	ExcludeRequester    bool // who submits may not vote
	ExcludeContributors bool // nor who contributed. Where a requester counts as a contributor, set both
}

// Separation says that nobody may vote in both of two stages.
type Separation struct {
	A, B    int32
	Ordered bool // A is always decided before B opens
}

// Problem is a process with its staff, in dense numbers: people are 0 to
// People-1, stages are their places in Stages.
type Problem struct {
	People          int
	Stages          []Stage // 256 at most
	Separate        []Separation
	Scenarios       [][]int32 // sets of stages that are asked together; none: all stages
	Requesters      []int32   // ascending; one or AnyRequester at least
	AnyRequester    bool      // also somebody who votes nowhere
	Contributors    []int32   // who may turn out to have contributed, ascending
	MaxContributors int       // so many of them at once
	Absences        int       // so many people, anybody, may be absent
}

// ErrProblem is the kind of every error about a malformed Problem or State.
var ErrProblem = errors.New("malformed quorum problem")

// ProblemError says what is malformed. It matches ErrProblem.
type ProblemError struct {
	Stage  int // -1: the Problem as a whole
	Reason string
}

// Error returns one line that starts with the thing.
func (e *ProblemError) Error() string {
	if e.Stage < 0 {
		return "quorum problem: " + e.Reason
	}
	return fmt.Sprintf("quorum problem: stage %d: %s", e.Stage, e.Reason)
}

// Unwrap returns ErrProblem.
func (e *ProblemError) Unwrap() error { return ErrProblem }

// Limits that keep every sum and product within 64 bits, on any platform.
const (
	maxPeople = 1 << 20
	maxRatio  = 1 << 31
	maxBudget = 1 << 20
	maxGroups = 64
	maxWeight = math.MaxInt64 / 4 // of all electors of a stage together
)

func (p *Problem) check() error {
	bad := func(format string, a ...any) error { return &ProblemError{-1, fmt.Sprintf(format, a...)} }
	switch {
	case p == nil:
		return bad("there is none")
	case p.People < 0 || p.People > maxPeople:
		return bad("%d people, the limit is %d", p.People, maxPeople)
	case len(p.Stages) > MaxStages:
		return bad("%d stages, the limit is %d", len(p.Stages), MaxStages)
	case !p.ascending(p.Requesters):
		return bad("requesters are not ascending people")
	case len(p.Requesters) == 0 && !p.AnyRequester:
		return bad("nobody may submit")
	case !p.ascending(p.Contributors):
		return bad("contributors are not ascending people")
	case p.Absences < 0 || p.Absences > maxBudget:
		return bad("%d absences", p.Absences)
	case p.MaxContributors < 0 || p.MaxContributors > maxBudget:
		return bad("%d contributors at once", p.MaxContributors)
	}
	for _, s := range p.Separate {
		if !p.stage(s.A) || !p.stage(s.B) || s.A == s.B {
			return bad("stages %d and %d cannot be separate", s.A, s.B)
		}
	}
	for _, scenario := range p.Scenarios {
		for _, s := range scenario {
			if !p.stage(s) {
				return bad("a scenario has stage %d", s)
			}
		}
	}
	for i := range p.Stages {
		if reason := p.checkStage(&p.Stages[i]); reason != "" {
			return &ProblemError{i, reason}
		}
	}
	return nil
}

func (p *Problem) stage(s int32) bool { return s >= 0 && int(s) < len(p.Stages) }

func (p *Problem) person(q int32) bool { return q >= 0 && int(q) < p.People }

func (p *Problem) ascending(list []int32) bool {
	for i, q := range list {
		if !p.person(q) || i > 0 && list[i-1] >= q {
			return false
		}
	}
	return true
}

func (p *Problem) checkStage(s *Stage) string {
	r := &s.Rule
	switch {
	case !p.ascending(s.Electors):
		return "electors are not ascending people"
	case r.Floor < 0 || r.Floor > maxBudget:
		return fmt.Sprintf("floor %d", r.Floor)
	}
	switch r.Kind {
	case All:
		return ""
	case Count:
		if r.N < 1 || r.N > maxBudget {
			return fmt.Sprintf("%d approvals", r.N)
		}
	case Percent:
		if r.Num < 1 || r.Den > maxRatio || r.Num > r.Den {
			return fmt.Sprintf("share %d/%d", r.Num, r.Den)
		}
	case Weighted:
		return checkWeights(s)
	case PerGroup:
		return p.checkGroups(r)
	default:
		return fmt.Sprintf("rule of kind %d", r.Kind)
	}
	return ""
}

func checkWeights(s *Stage) string {
	r := &s.Rule
	if len(r.Weights) != len(s.Electors) {
		return fmt.Sprintf("%d weights for %d electors", len(r.Weights), len(s.Electors))
	}
	left := int64(maxWeight)
	for _, w := range r.Weights {
		if w < 0 || w > left {
			return fmt.Sprintf("weight %d is negative, or too much in sum", w)
		}
		left -= w
	}
	if r.Target < 1 || r.Target > maxWeight {
		return fmt.Sprintf("target %d", r.Target)
	}
	return ""
}

func (p *Problem) checkGroups(r *Rule) string {
	if len(r.Groups) == 0 || len(r.Groups) > maxGroups {
		return fmt.Sprintf("%d groups, 1 to %d are possible", len(r.Groups), maxGroups)
	}
	for i, g := range r.Groups {
		if g.N < 1 || g.N > maxBudget {
			return fmt.Sprintf("%d approvals of group %d", g.N, i)
		}
		if !p.ascending(g.Members) {
			return fmt.Sprintf("members of group %d are not ascending people", i)
		}
	}
	return ""
}
