package mining

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// casePrefix marks an attribute of the case in a list of attributes, as it does
// in the columns of a log written as CSV.
const casePrefix = "case:"

func trimCase(name string) string { return strings.TrimPrefix(name, casePrefix) }

// The range of times that a log holds: the years 1 to 9999.
const (
	minMilli = -62_135_596_800_000
	maxMilli = 253_402_300_799_999
)

// Event is one event of a log, or on its way into a Builder.
type Event struct {
	Case        string
	Activity    string
	At          time.Time // kept in whole milliseconds, rounded down, within the years 1 to 9999
	Resource    string
	HasResource bool              // an empty Resource is not the same as none
	Lifecycle   string            // "start", "complete" …; "" = not said
	Attributes  map[string]string // those that a Builder does not keep are left out
}

// Builder collects events for a Log. The zero Builder is ready to use; one with
// Attributes keeps those as well, "case:" before the name of one that belongs to
// the case.
type Builder struct {
	Attributes []string

	raw *raw
}

// Add appends an event. Events of one case may come apart from each other. Of an
// attribute of the case the last value stands.
func (b *Builder) Add(e Event) {
	if b.raw == nil {
		b.raw = newRaw(b.Attributes)
	}
	r := b.raw
	c := r.open(e.Case)
	resource, lifecycle := int32(-1), int32(-1)
	if e.HasResource {
		resource = r.resources.code(e.Resource)
	}
	if e.Lifecycle != "" {
		lifecycle = r.transitions.code(e.Lifecycle)
	}
	r.add(c, r.activities.code(e.Activity), resource, lifecycle, e.At.UnixMilli())
	if e.At.Year() < 1 || e.At.Year() > 9999 { // beyond this UnixMilli may wrap
		r.at[len(r.at)-1] = minMilli
		if e.At.Year() > 9999 {
			r.at[len(r.at)-1] = maxMilli
		}
	}
	for i := range r.events {
		if v, ok := e.Attributes[r.events[i].name]; ok {
			r.events[i].set(len(r.at)-1, r.events[i].dict.code(v))
		}
	}
	for i := range r.cases {
		if v, ok := e.Attributes[casePrefix+r.cases[i].name]; ok {
			r.cases[i].set(int(c), r.cases[i].dict.code(v))
		}
	}
}

// Log returns the log of all events added so far.
func (b *Builder) Log() *Log {
	if b.raw == nil {
		return newRaw(b.Attributes).seal()
	}
	return b.raw.clone().seal()
}

// raw is a log while events are added: columns in the order of the file.
type raw struct {
	activities, resources, transitions, ids dictionary
	caseOf                                  []int32
	activity, resource, lifecycle           []int32
	at                                      []int64
	events, cases                           []rawColumn
	merged                                  int
}

type rawColumn struct {
	name  string
	kind  kind
	mixed bool
	dict  dictionary
	codes []int32
}

type dictionary struct {
	names []string
	codes map[string]int32
}

func (d *dictionary) code(s string) int32 {
	c, ok := d.codes[s]
	if !ok {
		if d.codes == nil {
			d.codes = make(map[string]int32)
		}
		c = int32(len(d.names)) //nolint:gosec // bounded by the number of events
		d.names = append(d.names, s)
		d.codes[s] = c
	}
	return c
}

func newRaw(attributes []string) *raw {
	r := &raw{}
	seen := make(map[string]bool)
	for _, name := range attributes {
		if seen[name] {
			continue
		}
		seen[name] = true
		if of, ok := strings.CutPrefix(name, casePrefix); ok {
			r.cases = append(r.cases, rawColumn{name: of})
		} else {
			r.events = append(r.events, rawColumn{name: name})
		}
	}
	return r
}

func (r *raw) open(id string) int32 { return r.ids.code(id) }

func (r *raw) add(c, activity, resource, lifecycle int32, at int64) {
	r.caseOf = append(r.caseOf, c)
	r.activity = append(r.activity, activity)
	r.resource = append(r.resource, resource)
	r.lifecycle = append(r.lifecycle, lifecycle)
	r.at = append(r.at, at)
}

// set makes code the value at a place, and nothing the value of places before
// it that have none.
func (c *rawColumn) set(at int, code int32) {
	c.pad(at + 1)
	c.codes[at] = code
}

func (c *rawColumn) pad(n int) {
	for len(c.codes) < n {
		c.codes = append(c.codes, -1)
	}
}

// typed notes the XES type of a value; a column of several is one of strings.
func (c *rawColumn) typed(k kind) {
	if c.kind == noKind {
		c.kind = k
	}
	c.mixed = c.mixed || c.kind != k
}

func (r *raw) clone() *raw {
	n := *r
	n.caseOf, n.activity, n.resource = slices.Clone(r.caseOf), slices.Clone(r.activity), slices.Clone(r.resource)
	n.lifecycle, n.at = slices.Clone(r.lifecycle), slices.Clone(r.at)
	n.events, n.cases = slices.Clone(r.events), slices.Clone(r.cases)
	for i := range n.events {
		n.events[i].codes = slices.Clone(n.events[i].codes)
	}
	for i := range n.cases {
		n.cases[i].codes = slices.Clone(n.cases[i].codes)
	}
	return &n
}

// seal makes a Log of the columns, which it takes over.
func (r *raw) seal() *Log {
	l := &Log{ids: slices.Clone(r.ids.names), at: r.at, merged: r.merged}
	l.activities, l.activity = sorted(r.activities.names, r.activity)
	l.resources, l.resource = sorted(r.resources.names, r.resource)
	l.transitions, l.lifecycle = sorted(r.transitions.names, r.lifecycle)
	l.events = columns(r.events, len(r.at))
	l.cases = columns(r.cases, len(l.ids))
	l.starts = make([]int32, len(l.ids)+1)
	for _, c := range r.caseOf {
		l.starts[c+1]++
	}
	for c := range l.ids {
		l.starts[c+1] += l.starts[c]
	}
	if order := r.order(l.starts); order != nil {
		l.place = l.rank(order)
		l.activity, l.resource, l.lifecycle = permute(l.activity, order), permute(l.resource, order), permute(l.lifecycle, order)
		l.at = permute(l.at, order)
		for i := range l.events {
			l.events[i].codes = permute(l.events[i].codes, order)
		}
	}
	l.clock = l.at
	return l
}

// order returns the order of events by case, time and place in the file; nil
// if they are in this order already.
func (r *raw) order(starts []int32) []int32 {
	inOrder := true
	for i := 1; i < len(r.at) && inOrder; i++ {
		inOrder = r.caseOf[i] > r.caseOf[i-1] || r.caseOf[i] == r.caseOf[i-1] && r.at[i] >= r.at[i-1]
	}
	if inOrder {
		return nil
	}
	order := make([]int32, len(r.at))
	next := slices.Clone(starts)
	for i, c := range r.caseOf {
		order[next[c]] = int32(i) //nolint:gosec // bounded by maxEvents
		next[c]++
	}
	for c := range len(starts) - 1 {
		part := order[starts[c]:starts[c+1]]
		byTime := func(a, b int32) int { return cmp.Compare(r.at[a], r.at[b]) }
		if !slices.IsSortedFunc(part, byTime) {
			slices.SortStableFunc(part, byTime)
		}
	}
	return order
}

// rank returns where each event of a case stood among those of its case; nil if
// sorting by time moved none.
func (l *Log) rank(order []int32) []int32 {
	place, moved := make([]int32, len(order)), false
	for c := range l.ids {
		part := order[l.starts[c]:l.starts[c+1]]
		moved = moved || !slices.IsSorted(part)
		copy(place[l.starts[c]:], part)
	}
	if !moved {
		return nil
	}
	return place
}

func permute[T any](column []T, order []int32) []T {
	out := make([]T, len(order))
	for i, from := range order {
		out[i] = column[from]
	}
	return out
}

// sorted puts a dictionary in order and renumbers the codes of its column.
func sorted(names []string, codes []int32) ([]string, []int32) {
	order := make([]int32, len(names))
	for i := range order {
		order[i] = int32(i) //nolint:gosec // bounded by the number of events
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(names[a], names[b]) })
	to, list := make([]int32, len(names)), make([]string, len(names))
	for i, from := range order {
		to[from], list[i] = int32(i), names[from] //nolint:gosec // as above
	}
	for i, c := range codes {
		if c >= 0 {
			codes[i] = to[c]
		}
	}
	return list, codes
}

func columns(from []rawColumn, n int) []column {
	out := make([]column, len(from))
	for i := range from {
		from[i].pad(n)
		values, codes := sorted(from[i].dict.names, from[i].codes)
		out[i] = column{from[i].name, from[i].kind, values, codes}
		if from[i].mixed {
			out[i].kind = stringKind
		}
	}
	return out
}
