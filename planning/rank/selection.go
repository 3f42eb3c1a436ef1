package rank

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-marops/marops/finding"
)

// Search bounds the work of Select. It is counted, not timed, so that the same
// input gives the same answer on any machine.
type Search struct {
	Nodes int // of the search tree; 0 is 200,000, less for large portfolios. A few more give what is left a bound
}

// Selection is a choice from a portfolio.
type Selection struct {
	Feasible   bool      // there is a choice at all, and this is one
	Items      []ItemKey // in the order of the portfolio
	Value      int64
	UpperBound int64 // no choice is worth more
	Gap        int64 // UpperBound less Value
	Proven     bool  // no choice is worth more than this one; or, if not Feasible, that there is none
	Nodes      int   // searched
	Limits     []LimitUse
	Left       []Left // what was not chosen, in the order of the portfolio
}

// LimitUse is what a choice takes from a limit.
type LimitUse struct {
	Limit    LimitKey
	Used     int64
	Capacity int64
	Binding  bool      // it keeps something out that was not chosen
	Blocks   []ItemKey // what it keeps out
}

// Left is a candidate that was not chosen, with everything that keeps it out as
// things stand.
type Left struct {
	Key     ItemKey
	Value   int64
	Reasons []Block // empty only if it would add no value
	AtMost  int64   // no choice that has it is worth more than this
}

// BlockKind says what keeps a candidate out.
type BlockKind uint8

// The kinds of Block.
const (
	LimitFull  BlockKind = iota // a limit has less left than it uses
	GroupFull                   // its group has its maximum
	NeedsOther                  // something that it needs was not chosen
	NoValue                     // it adds nothing
)

// String returns "limit", "group", "needs" or "value".
func (k BlockKind) String() string {
	return nameOf([]string{"limit", "group", "needs", "value"}, k)
}

// Block is one reason why a candidate was left out.
type Block struct {
	Kind  BlockKind
	Name  string // of the limit, group or candidate
	Wants int64  // LimitFull: what it uses
	Has   int64  // LimitFull: what is left
}

// String returns one clause: "budget has 200 left of the 500 it uses".
func (b Block) String() string {
	switch b.Kind {
	case LimitFull:
		return fmt.Sprintf("%s has %d left of the %d it uses", b.Name, b.Has, b.Wants)
	case GroupFull:
		return "group " + b.Name + " has its maximum"
	case NeedsOther:
		return "it needs " + b.Name
	case NoValue:
		return "it adds no value"
	}
	return b.Kind.String()
}

// String returns one line: "app: budget has 200 left of the 500 it uses".
func (l Left) String() string {
	text := make([]string, len(l.Reasons))
	for i, r := range l.Reasons {
		text[i] = r.String()
	}
	return string(l.Key) + ": " + strings.Join(text, "; ")
}

// Select chooses the candidates with the greatest total value that keep to every
// limit, group and need: a multi-dimensional 0-1 knapsack with side constraints,
// solved exactly by branch and bound. When the nodes are used up before that,
// the best choice so far comes with a bound. Of several best choices the search
// takes the first it meets, always the same. A nil Search is the default. The
// error is a finding.List with these codes:
//
//	rank.key.invalid          an empty key, one of more than 255 bytes or not UTF-8
//	rank.key.duplicate        a key given twice
//	rank.portfolio.size       more than 2,000 items or 2,000 limits, groups and needs, or too many of both
//	rank.portfolio.range      a number that is out of range
//	rank.portfolio.unknown    an item or limit that is not there
//	rank.portfolio.duplicate  an item twice in a group, or a limit twice in an item
func Select(p Portfolio, how *Search) (*Selection, error) {
	var found finding.List
	items, limits := p.check(&found)
	if err := found.Err(); err != nil {
		return nil, err
	}
	g := p.program(items, limits)
	budget := max(1_000, min(200_000, maxCells*1_000/max(1, len(g.value)*len(g.rhs))))
	if how != nil && how.Nodes > 0 {
		budget = how.Nodes
	}
	s := g.solve(budget)
	out := &Selection{Feasible: s.found, Proven: !s.gaveUp, Nodes: s.nodes}
	if !s.found {
		if s.gaveUp {
			out.UpperBound = s.upper()
		}
		return out, nil
	}
	out.Value, out.UpperBound = s.value, s.upper()
	out.Gap = out.UpperBound - out.Value
	out.Proven = out.Gap == 0
	for j, on := range s.best {
		if on {
			out.Items = append(out.Items, p.Items[j].Key)
		}
	}
	p.explain(out, s, items, limits)
	return out, nil
}

// explain works out the use of limits and why candidates were left.
func (p *Portfolio) explain(out *Selection, s *search, items map[ItemKey]int32, limits map[LimitKey]int32) {
	for _, l := range p.Limits {
		out.Limits = append(out.Limits, LimitUse{Limit: l.Key, Capacity: l.Capacity})
	}
	for j, on := range s.best {
		if on {
			for _, u := range p.Items[j].Uses {
				out.Limits[limits[u.Limit]].Used += u.Amount
			}
		}
	}
	blocks := make([][]Block, len(p.Items))
	for j, it := range p.Items {
		if s.best[j] {
			continue
		}
		for _, u := range it.Uses {
			l := &out.Limits[limits[u.Limit]]
			if left := l.Capacity - l.Used; u.Amount > left {
				l.Binding, l.Blocks = true, append(l.Blocks, it.Key)
				blocks[j] = append(blocks[j], Block{Kind: LimitFull, Name: string(u.Limit), Wants: u.Amount, Has: left})
			}
		}
	}
	for _, group := range p.Groups {
		n := 0
		for _, k := range group.Items {
			if s.best[items[k]] {
				n++
			}
		}
		if group.Max == 0 || n < group.Max {
			continue
		}
		for _, k := range group.Items {
			if j := items[k]; !s.best[j] {
				blocks[j] = append(blocks[j], Block{Kind: GroupFull, Name: group.Key})
			}
		}
	}
	for _, n := range p.Needs {
		if j := items[n.Item]; !s.best[j] && !s.best[items[n.Needs]] && n.Item != n.Needs {
			blocks[j] = append(blocks[j], Block{Kind: NeedsOther, Name: string(n.Needs)})
		}
	}
	for j, it := range p.Items {
		if s.best[j] {
			continue
		}
		l := Left{Key: it.Key, Value: it.Value, Reasons: blocks[j], AtMost: out.UpperBound}
		if it.Value <= 0 {
			l.Reasons = append(l.Reasons, Block{Kind: NoValue})
		}
		if s.root[j] != math.MaxInt64 && !s.prefers[j] {
			l.AtMost = min(l.AtMost, s.root[j])
		}
		out.Left = append(out.Left, l)
	}
}
