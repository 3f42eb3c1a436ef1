package quorum

import (
	"fmt"
	"slices"
)

// Verdict says what is proved.
type Verdict uint8

// The verdicts. The zero Verdict claims nothing.
const (
	Undecided   Verdict = iota // not within the nodes allowed; treat it as refuted
	Refuted                    // there is a case without a plan
	Satisfiable                // a plan always exists, but votes in a bad order may spoil it
	Safe                       // no order of votes reaches a dead end
)

// String returns "undecided", "refuted", "satisfiable" or "safe".
func (v Verdict) String() string {
	switch v {
	case Undecided:
		return "undecided"
	case Refuted:
		return "refuted"
	case Satisfiable:
		return "satisfiable"
	case Safe:
		return "safe"
	default:
		return fmt.Sprintf("verdict(%d)", uint8(v))
	}
}

// passes reports whether a plan always exists.
func (v Verdict) passes() bool { return v == Satisfiable || v == Safe }

// Proof is the outcome of Prove.
type Proof struct {
	Verdict      Verdict
	Counter      *Counterexample // if refuted
	Margin       int             // the most absences proved harmless, MaxMargin or Problem.Absences at most; -1: not even none
	Nodes        int             // nodes searched; 0: counting heads sufficed
	Inequalities []Inequality    // facts that suffice for the verdict without a search; none if it needed one
}

// MaxMargin is where the search for a Margin ends.
const MaxMargin = 16

// Counterexample is a case in which no plan exists. It is minimal: with any one
// of the contributors, of the absent or of the stages fewer, there is a plan. The
// absent are no more than Margin+1, the fewest that leave no plan anywhere, if the
// search for the Margin has had nodes enough.
type Counterexample struct {
	Scenario     []int32 // the smallest one with these stages
	Requester    int32   // -1: somebody who votes nowhere
	Contributors []int32
	Absent       []int32
	Stages       []int32 // that cannot all be decided
	Need, Have   int     // the stages need so many different people and there are only so many; 0, 0 if the reason is another
}

// Inequality is a fact about the number of electors of a stage, or of a group of
// it. If all those of a Proof hold, so does its verdict, whoever the people are.
type Inequality struct {
	Stage       int32
	Group       int32 // -1: all electors
	Least, Most int   // Most 0: no limit
}

// Holds reports whether all facts of a Proof's record hold of a Problem that
// differs from the proved one in people alone: electors, members of groups,
// requesters and contributors. It counts heads and searches nothing. An empty
// record proves nothing.
func (p *Problem) Holds(record []Inequality) bool {
	return p.check() == nil && p.holds(record)
}

func (p *Problem) holds(record []Inequality) bool {
	for _, q := range record {
		if !p.stage(q.Stage) || int(q.Group) >= len(p.Stages[q.Stage].Rule.Groups) {
			return false
		}
		s := &p.Stages[q.Stage]
		n := len(s.Electors)
		if q.Group >= 0 {
			n = common(s.Electors, s.Rule.Groups[q.Group].Members)
		}
		if n < q.Least || q.Most > 0 && n > q.Most {
			return false
		}
	}
	return len(record) > 0
}

// common returns how many members two ascending lists share.
func common(a, b []int32) int {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			n++
			a, b = a[1:], b[1:]
		}
	}
	return n
}

func contains(ascending []int32, q int32) bool {
	_, ok := slices.BinarySearch(ascending, q)
	return ok
}
