package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-marops/marops/ident"
)

// Quota is what a stage needs to be approved, as it was resolved when the stage
// opened: so many Approvals, a Share of its electors, approvals that weigh the
// Target, or so many from each of Groups. Replay and later votes look at it alone.
type Quota struct {
	Approvals int                  `json:"approvals,omitempty"`
	Share     *Share               `json:"share,omitempty"`
	Of        int                  `json:"of,omitempty"` // the electors that the Share is of: who joins later does not raise it
	Target    int                  `json:"target,omitempty"`
	Weights   map[ident.Person]int `json:"weights,omitempty"` // of electors, toward Target
	Groups    []GroupQuota         `json:"groups,omitempty"`
	Single    bool                 `json:"single,omitempty"` // each elector counts in one group
	Veto      []ident.Person       `json:"veto,omitempty"`   // whose rejection decides, in order
	AnyVeto   bool                 `json:"anyVeto,omitempty"`
}

// GroupQuota is how many of a role's people among the electors must approve.
type GroupQuota struct {
	Role    Role           `json:"role"`
	Need    int            `json:"need"`
	Members []ident.Person `json:"members,omitempty"` // in order
}

// seat is an elector as the quota sees them.
type seat struct {
	verdict Verdict // 0 = none yet
	open    bool    // may still vote
	weight  int
	groups  uint32 // one bit per group
	veto    bool
}

// seat returns what the quota knows of an elector.
func (q *Quota) seat(p ident.Person) seat {
	s := seat{weight: q.Weights[p]}
	for i := range q.Groups {
		if _, in := slices.BinarySearch(q.Groups[i].Members, p); in {
			s.groups |= 1 << i
		}
	}
	_, s.veto = slices.BinarySearch(q.Veto, p)
	s.veto = s.veto || q.AnyVeto
	return s
}

// mode says who is taken to approve.
type mode uint8

const (
	asVoted  mode = iota // who does
	stillMay             // also who may still vote
	everyone             // all, whatever they say: can there be an approval at all
)

func (s seat) yes(m mode) bool {
	return m == everyone || s.verdict.approves() || m == stillMay && s.open && s.verdict == 0
}

// met reports whether the approvals are enough. All rules are monotone: one more
// approval never hurts, also where it keeps a NotRelevant from shrinking the
// electorate, for a/n >= (a-1)/(n-1).
func (q *Quota) met(seats []seat, m mode) bool {
	heads, weight, relevant := 0, 0, q.Of
	for i := range seats {
		switch s := &seats[i]; {
		case s.yes(m):
			heads++
			weight += s.weight
		case s.verdict == NotRelevant:
			relevant--
		}
	}
	switch {
	case q.Share != nil:
		return heads >= q.Share.of(relevant)
	case q.Target > 0:
		return weight >= q.Target
	case len(q.Groups) > 0:
		return q.groupsMet(seats, m)
	default:
		return heads >= max(1, q.Approvals)
	}
}

// of returns the share of so many electors: at least one.
func (s Share) of(electors int) int {
	den := int64(max(1, s.Den))
	return max(1, int((int64(s.Num)*int64(electors)+den-1)/den))
}

func (q *Quota) groupsMet(seats []seat, m mode) bool {
	if q.Single {
		return q.matched(seats, m)
	}
	for g := range q.Groups {
		if q.heads(g, seats, m) < q.Groups[g].Need {
			return false
		}
	}
	return true
}

// heads returns how many of a group approve.
func (q *Quota) heads(g int, seats []seat, m mode) int {
	n := 0
	for i := range seats {
		if seats[i].groups>>g&1 == 1 && seats[i].yes(m) {
			n++
		}
	}
	return n
}

// matched reports whether approvals can be shared out among the groups so that
// each gets what it needs, by augmenting paths (L. R. Ford and D. R. Fulkerson,
// Maximal flow through a network, 1956).
func (q *Quota) matched(seats []seat, m mode) bool {
	in := make([]int, len(seats)) // the group that a seat counts in, plus one
	var seen []bool
	var fill func(g int) bool
	fill = func(g int) bool {
		for i := range seats {
			if seen[i] || seats[i].groups>>g&1 == 0 || !seats[i].yes(m) {
				continue
			}
			seen[i] = true
			if in[i] == 0 || in[i] != g+1 && fill(in[i]-1) {
				in[i] = g + 1
				return true
			}
		}
		return false
	}
	for g := range q.Groups {
		for range q.Groups[g].Need {
			seen = make([]bool, len(seats))
			if !fill(g) {
				return false
			}
		}
	}
	return true
}

// outcome returns what the votes amount to. As soon as the approvals still
// possible fall short, the stage is decided by the gravest verdict given; if
// nobody objected it is stuck, for abstaining is no rejection.
func (q *Quota) outcome(seats []seat) StageStatus {
	has := func(v Verdict, veto bool) bool {
		return slices.ContainsFunc(seats, func(s seat) bool { return s.verdict == v && (!veto || s.veto) })
	}
	switch {
	case !q.met(seats, everyone):
		return StageStuck
	case has(Reject, true):
		return StageRejected
	case q.met(seats, asVoted):
		return StageApproved
	case q.met(seats, stillMay):
		return StageOpen
	case has(Reject, false):
		return StageRejected
	case has(RequestChanges, false):
		return StageChangesRequested
	default:
		return StageStuck
	}
}

// progress says how far the approvals are, as in "1 of 2 approvals".
func (q *Quota) progress(seats []seat) string {
	heads, weight, relevant := 0, 0, q.Of
	for i := range seats {
		if seats[i].verdict.approves() {
			heads++
			weight += seats[i].weight
		} else if seats[i].verdict == NotRelevant {
			relevant--
		}
	}
	switch {
	case q.Share != nil:
		return fmt.Sprintf("%d of %d approvals", heads, q.Share.of(relevant))
	case q.Target > 0:
		return fmt.Sprintf("weight %d of %d", weight, q.Target)
	case len(q.Groups) > 0:
		parts := make([]string, len(q.Groups))
		for g := range q.Groups {
			parts[g] = fmt.Sprintf("%s %d of %d", q.Groups[g].Role, q.heads(g, seats, asVoted), q.Groups[g].Need)
		}
		return strings.Join(parts, ", ")
	default:
		return fmt.Sprintf("%d of %d approvals", heads, max(1, q.Approvals))
	}
}

// plus returns the quota with what another says of further electors.
func (q Quota) plus(other Quota) Quota {
	if len(other.Weights) > 0 {
		weights := make(map[ident.Person]int, len(q.Weights)+len(other.Weights))
		maps.Copy(weights, q.Weights)
		maps.Copy(weights, other.Weights)
		q.Weights = weights
	}
	q.Groups = slices.Clone(q.Groups)
	for i := range min(len(q.Groups), len(other.Groups)) {
		q.Groups[i].Members = people(slices.Concat(q.Groups[i].Members, other.Groups[i].Members))
	}
	q.Veto = people(slices.Concat(q.Veto, other.Veto))
	return q
}

// handed returns the quota with one elector in the place of another.
func (q Quota) handed(from, to ident.Person) Quota {
	swap := func(list []ident.Person) []ident.Person {
		list = slices.Clone(list)
		if i := slices.Index(list, from); i >= 0 {
			list[i] = to
		}
		return people(list)
	}
	if w, ok := q.Weights[from]; ok {
		q.Weights = maps.Clone(q.Weights)
		delete(q.Weights, from)
		q.Weights[to] = w
	}
	q.Groups = slices.Clone(q.Groups)
	for i := range q.Groups {
		q.Groups[i].Members = swap(q.Groups[i].Members)
	}
	q.Veto = swap(q.Veto)
	return q
}

// without returns the quota less what it says of an elector.
func (q Quota) without(p ident.Person) Quota {
	drop := func(list []ident.Person) []ident.Person {
		return people(slices.DeleteFunc(slices.Clone(list), func(o ident.Person) bool { return o == p }))
	}
	if _, ok := q.Weights[p]; ok {
		q.Weights = maps.Clone(q.Weights)
		if delete(q.Weights, p); len(q.Weights) == 0 {
			q.Weights = nil // as JSON brings it back
		}
	}
	q.Groups = slices.Clone(q.Groups)
	for i := range q.Groups {
		q.Groups[i].Members = drop(q.Groups[i].Members)
	}
	q.Veto = drop(q.Veto)
	return q
}
