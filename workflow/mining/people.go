package mining

import (
	"cmp"
	"slices"
	"time"
)

// Handovers returns how often an event was followed by one of another resource
// in the same case. Pairs with an event without a resource do not count; see
// Unattributed.
func (l *Log) Handovers() int {
	n, _ := l.handovers()
	return n
}

// handovers counts the pairs of different resources and those in which one is
// not known.
func (l *Log) handovers() (n, unknown int) {
	for c := range l.ids {
		who := l.resource[l.starts[c]:l.starts[c+1]]
		a := who[0]
		for _, b := range who[1:] {
			if a|b < 0 {
				unknown++
			} else if a != b {
				n++
			}
			a = b
		}
	}
	return n, unknown
}

// Unattributed returns how many events have no resource, and how many pairs of
// events that follow each other in a case have such an event.
func (l *Log) Unattributed() (events, pairs int) {
	for _, r := range l.resource {
		if r < 0 {
			events++
		}
	}
	_, pairs = l.handovers()
	return events, pairs
}

// Load is what one resource did.
type Load struct {
	Resource    string
	Events      int
	Cases       int   // that it took part in
	Activities  int   // different ones
	Instances   int   // of activities that it completed
	Working     int64 // milliseconds on them, at several at once counted for each
	First, Last time.Time
}

// Loads returns what each resource did, the one with most events first.
func (l *Log) Loads() []Load {
	n := len(l.resources)
	out := make([]Load, n)
	inCase := make([]int32, n) // the last case that counted, from 1
	first, last := make([]int64, n), make([]int64, n)
	did := newPairs(n, len(l.activities))
	for c := range l.ids {
		for i := l.starts[c]; i < l.starts[c+1]; i++ {
			r := l.resource[i]
			if r < 0 {
				continue
			}
			o, at := &out[r], l.at[i]
			if o.Events == 0 || at < first[r] {
				first[r] = at
			}
			if o.Events == 0 || at > last[r] {
				last[r] = at
			}
			o.Events++
			if inCase[r] != int32(c)+1 { //nolint:gosec // bounded by the number of events
				inCase[r] = int32(c) + 1 //nolint:gosec // as above
				o.Cases++
			}
			if did.add(r, l.activity[i]) {
				o.Activities++
			}
		}
	}
	l.instances(func(in *instance) {
		if r := in.resource; r >= 0 && in.completed {
			out[r].Instances++
			out[r].Working = plus(out[r].Working, in.working)
		}
	})
	for r := range out {
		out[r].Resource, out[r].First, out[r].Last = l.resources[r], instant(first[r]), instant(last[r])
	}
	out = slices.DeleteFunc(out, func(o Load) bool { return o.Events == 0 })
	slices.SortStableFunc(out, func(a, b Load) int { return cmp.Compare(b.Events, a.Events) })
	return out
}

// pairs is a set of pairs of codes: a table, or a map where that would be too
// large.
type pairs struct {
	width int
	table []bool
	other map[[2]int32]bool
}

func newPairs(a, b int) *pairs {
	p := &pairs{width: b}
	if b == 0 || a <= sparse/b {
		p.table = make([]bool, a*b)
	} else {
		p.other = make(map[[2]int32]bool)
	}
	return p
}

// add reports whether a pair is new.
func (p *pairs) add(a, b int32) bool {
	if p.other != nil {
		known := p.other[[2]int32{a, b}]
		p.other[[2]int32{a, b}] = true
		return !known
	}
	at := &p.table[int(a)*p.width+int(b)]
	known := *at
	*at = true
	return !known
}
