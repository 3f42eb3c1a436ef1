package mining

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/workflow"
)

// Ending says where in its process a case stands at the end of the log.
type Ending uint8

// The endings. The zero Ending is Deviates.
const (
	Deviates              Ending = iota // the process does not allow what happened
	EndedNotSubmitted                   // a draft
	EndedOpen                           // not decided yet
	EndedChangesRequested               // and not answered
	EndedRecalled                       // a draft again
	EndedRejected
	EndedWithdrawn
	EndedApproved  // steps after the approval are outstanding
	EndedCompleted // approved, and nothing is outstanding
)

var endingNames = []string{"deviates", "not_submitted", "open", "changes_requested", "recalled", "rejected", "withdrawn", "approved", "completed"}

// String returns the name used in JSON, as in "changes_requested".
func (e Ending) String() string {
	if int(e) < len(endingNames) {
		return endingNames[e]
	}
	return fmt.Sprintf("ending(%d)", uint8(e))
}

// MarshalText writes the name.
func (e Ending) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// Replayed is what the replay of one case came to.
type Replayed struct {
	Case   string
	Ending Ending
	// If it deviates: the event, from 0 within the case, its activity, and the
	// activities that would have been allowed instead, in order.
	At       int
	Activity string
	Allowed  []string
}

// Deviation is a way in which cases leave the process.
type Deviation struct {
	Activity string   // that was not allowed
	Before   string   // the activity before it; "" = it is the first
	Allowed  []string // instead, in order
	Cases    []string // in the order of the log
}

// Conformance is the replay of a log on a definition.
type Conformance struct {
	Cases      []Replayed  // in the order of the log
	Deviations []Deviation // most cases first, ties by Activity, then Before
}

// Count returns the number of cases with an ending.
func (c *Conformance) Count(e Ending) int {
	n := 0
	for i := range c.Cases {
		if c.Cases[i].Ending == e {
			n++
		}
	}
	return n
}

// Fit returns the number of cases that the definition allows, and of all.
func (c *Conformance) Fit() (allowed, all int) {
	return len(c.Cases) - c.Count(Deviates), len(c.Cases)
}

// maxPositions bounds in how many places at once a case may be.
const maxPositions = 512

// Conform replays every case on a definition. A case follows the flow as long as
// one way through it allows what happened: an arm of a Choice whose condition the
// log does not tell may be taken, and a verdict without a stage may be that of any
// stage that waits for one. A Loop goes round when its work is sent back, a Gate lets
// everything pass. What the log does not show is not checked: who voted, how many
// did, and deadlines. Replay is that of a deterministic automaton whose
// states are sets (M. Rabin and D. Scott, Finite Automata and Their Decision
// Problems, 1959).
//
// Errors match ErrMapping, or are those of a definition that cannot be replayed.
func (l *Log) Conform(def workflow.Definition, m Mapping) (*Conformance, error) {
	r, err := l.replayer(def, m)
	if err != nil {
		return nil, err
	}
	out := &Conformance{Cases: make([]Replayed, len(l.ids))}
	type result struct {
		Replayed
		before string
	}
	type way struct{ activity, before, allowed string }
	var known map[string]result // by what happened, if that is all that counts
	if len(m.Facts) == 0 {
		known = make(map[string]result)
	}
	at := make(map[way]int)
	var key []byte
	for c := range l.ids {
		labels := r.labels[l.starts[c]:l.starts[c+1]]
		key = key[:0]
		for _, a := range labels {
			key = binary.LittleEndian.AppendUint32(key, uint32(a)) //nolint:gosec // codes are not negative
		}
		res, ok := known[string(key)]
		if !ok {
			if res.Replayed, err = r.replay(c); err != nil {
				return nil, err
			}
			if res.Ending == Deviates && res.At > 0 {
				res.before = r.names[labels[res.At-1]]
			}
			if known != nil {
				known[string(key)] = res
			}
		}
		res.Case = l.ids[c]
		out.Cases[c] = res.Replayed
		if res.Ending != Deviates {
			continue
		}
		w := way{res.Activity, res.before, strings.Join(res.Allowed, "\x1f")}
		i, seen := at[w]
		if !seen {
			i = len(out.Deviations)
			at[w] = i
			out.Deviations = append(out.Deviations, Deviation{Activity: res.Activity, Before: res.before, Allowed: slices.Clone(res.Allowed)})
		}
		out.Deviations[i].Cases = append(out.Deviations[i].Cases, res.Case)
	}
	slices.SortStableFunc(out.Deviations, func(a, b Deviation) int {
		return cmp.Or(cmp.Compare(len(b.Cases), len(a.Cases)), cmp.Compare(a.Activity, b.Activity), cmp.Compare(a.Before, b.Before))
	})
	return out, nil
}
