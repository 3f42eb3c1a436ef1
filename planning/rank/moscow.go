package rank

import (
	"fmt"
	"math/big"

	"github.com/go-marops/marops/finding"
)

// Priority is a MoSCoW priority. The zero value is Unset: not yet prioritised,
// which is not the same as Wont.
type Priority uint8

// The priorities.
const (
	Unset  Priority = iota
	Must            // without it the delivery is pointless
	Should          // important, but there is a way around
	Could           // wanted, the first to go
	Wont            // not this time
)

// String returns "unset", "must", "should", "could" or "wont".
func (p Priority) String() string { return nameOf(priorities, p) }

// MarshalText writes the name.
func (p Priority) MarshalText() ([]byte, error) { return marshalName(priorities, p) }

// UnmarshalText reads the name; empty text is Unset. Errors match ErrName.
func (p *Priority) UnmarshalText(text []byte) error { return unmarshalName(priorities, p, text) }

var priorities = []string{"unset", "must", "should", "could", "wont"}

// MoSCoWItem is an item with its priority and its effort in any unit, the same
// for all.
type MoSCoWItem struct {
	Key      ItemKey  `json:"key"`
	Priority Priority `json:"priority,omitzero"`
	Effort   Number   `json:"effort"`
}

// MoSCoWRule holds the shares of effort that a healthy set keeps to, in percent.
type MoSCoWRule struct {
	MustAtMost   int // 0 is 60
	CouldAtLeast int // 0 is 20; -1 asks for none
}

// Bucket is the items of one priority.
type Bucket struct {
	Priority Priority
	Items    []ItemKey // in the order of the input
	Effort   Score     // of those whose effort is known
	Share    Score     // of the known effort of Must, Should and Could; undefined for the others, or if there is none
	Unknown  []ItemKey // whose effort is missing
}

// Buckets is a set of items by priority.
type Buckets struct {
	All      [5]Bucket // Must, Should, Could, Wont, then Unset
	Findings finding.List
}

// Of returns the bucket of a priority; an empty one if there is no such
// priority.
func (b *Buckets) Of(p Priority) Bucket {
	for _, x := range b.All {
		if x.Priority == p {
			return x
		}
	}
	return Bucket{Priority: p}
}

// MoSCoW sorts items by priority and holds their shares of effort against the
// classic rule: Must at most 60 percent, Could at least around 20, as a
// contingency (DSDM Consortium, Agile Project Framework, chapter MoSCoW
// Prioritisation, 2014). Shares are out of Must, Should and Could. A nil rule is
// the classic one. The findings are
//
//	rank.moscow.must      more Must than the rule has; the fix names how much effort must move
//	rank.moscow.could     less Could than the rule has
//	rank.moscow.unset     items without a priority
//	rank.input.missing    an item in the shares has no effort
//	rank.input.invalid    an effort below 0; it is taken as missing
//
// The error is a finding.List about keys and priorities.
func MoSCoW(items []MoSCoWItem, rule *MoSCoWRule) (*Buckets, error) {
	var found finding.List
	checkKeys(&found, "item", len(items), func(i int) string { return string(items[i].Key) })
	out := &Buckets{}
	place := [5]int{Must: 0, Should: 1, Could: 2, Wont: 3, Unset: 4}
	var effort [5]*big.Rat
	for p, at := range place {
		out.All[at].Priority = Priority(p)
		effort[at] = new(big.Rat)
	}
	for _, it := range items {
		if int(it.Priority) >= len(place) {
			found.Errorf("rank.choice.unknown", "item/"+string(it.Key), "choose must, should, could or wont", "priority %s", it.Priority)
			continue
		}
		at := place[it.Priority]
		b := &out.All[at]
		b.Items = append(b.Items, it.Key)
		switch {
		case it.Effort.Sign() < 0:
			out.Findings.Warnf("rank.input.invalid", "item/"+string(it.Key), "give effort 0 or more", "effort is %s, below 0", it.Effort)
			b.Unknown = append(b.Unknown, it.Key)
		case !it.Effort.Known():
			if at < 3 {
				out.Findings.Warnf("rank.input.missing", "item/"+string(it.Key), "estimate effort", "no value for effort")
			}
			b.Unknown = append(b.Unknown, it.Key)
		default:
			effort[at].Add(effort[at], it.Effort.Rat())
		}
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	total := new(big.Rat)
	for at := range out.All {
		out.All[at].Effort = Score{effort[at]}
		if at < 3 {
			total.Add(total, effort[at])
		}
	}
	for at := range 3 {
		if total.Sign() > 0 {
			out.All[at].Share = Score{new(big.Rat).Quo(effort[at], total)}
		}
	}
	out.judge(rule, total)
	return out, nil
}

func (b *Buckets) judge(rule *MoSCoWRule, total *big.Rat) {
	most, least := int64(60), int64(20)
	if rule != nil && rule.MustAtMost != 0 {
		most = int64(rule.MustAtMost)
	}
	if rule != nil && rule.CouldAtLeast != 0 {
		least = int64(rule.CouldAtLeast)
	}
	if n := len(b.All[4].Items); n > 0 {
		b.Findings.Infof("rank.moscow.unset", "moscow", "give them a priority", "%d items have none: %s", n, joined(b.All[4].Items))
	}
	if total.Sign() == 0 {
		return
	}
	share := func(percent int64) *big.Rat { return new(big.Rat).Mul(total, big.NewRat(percent, 100)) }
	of := func(at int) string {
		return fmt.Sprintf("%s is %s of %s (%s %%)", b.All[at].Priority, b.All[at].Effort.Fixed(1), Score{total}.Fixed(1),
			Score{new(big.Rat).Mul(b.All[at].Share.r, big.NewRat(100, 1))}.Fixed(1))
	}
	if over := new(big.Rat).Sub(b.All[0].Effort.r, share(most)); over.Sign() > 0 {
		b.Findings.Warnf("rank.moscow.must", "moscow", fmt.Sprintf("move effort of at least %s from must to should", Score{over}.Fixed(1)),
			"%s, at most %d %%", of(0), most)
	}
	if short := new(big.Rat).Sub(share(least), b.All[2].Effort.r); short.Sign() > 0 {
		b.Findings.Infof("rank.moscow.could", "moscow", fmt.Sprintf("make could greater by %s", Score{short}.Fixed(1)), "%s, at least %d %%", of(2), least)
	}
}
