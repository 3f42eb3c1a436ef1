package mining

import (
	"errors"
	"iter"
	"time"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
)

// ErrLog is the kind of every error about the content of a log.
var ErrLog = errors.New("invalid event log")

// Log is a sealed event log: cases with their events in order. It is immutable
// and safe for concurrent use. A Builder, a Reader or FromTrail makes it.
type Log struct {
	activities  []string // dictionaries, in order, so that codes sort like names
	resources   []string
	transitions []string
	ids         []string // of the cases, in the order in which they first came
	starts      []int32  // of each case in the columns, and the end of the last
	// Columns, case by case.
	activity  []int32
	resource  []int32 // -1 = the event has none
	lifecycle []int32 // -1 = the event has none
	at        []int64 // milliseconds since 1970 UTC
	clock     []int64 // at, or working time passed by then
	place     []int32 // of the event within its case in the file; nil if all are in order
	events    []column
	cases     []column
	calendar  *worktime.Calendar // that clock counts by; nil = elapsed time
	merged    int
}

// column is an attribute of events or of cases.
type column struct {
	name   string
	kind   kind
	values []string // dictionary, in order
	codes  []int32  // -1 = none
}

// kind is the XES type of an attribute.
type kind uint8

const (
	noKind kind = iota
	stringKind
	dateKind
	intKind
	floatKind
	boolKind
	idKind
)

var kindNames = [...]string{noKind: "string", stringKind: "string", dateKind: "date", intKind: "int", floatKind: "float", boolKind: "boolean", idKind: "id"}

// Cases returns the number of cases.
func (l *Log) Cases() int { return len(l.ids) }

// Events returns the number of events.
func (l *Log) Events() int { return len(l.at) }

// Merged returns how many traces of the file had the name of an earlier one and
// were added to its case.
func (l *Log) Merged() int { return l.merged }

// Reordered returns the number of cases whose events were not in order of time
// in the file.
func (l *Log) Reordered() int {
	if l.place == nil {
		return 0
	}
	n := 0
	for c := range l.ids {
		for i := l.starts[c] + 1; i < l.starts[c+1]; i++ {
			if l.place[i] < l.place[i-1] {
				n++
				break
			}
		}
	}
	return n
}

// Span returns the times of the first and the last event; zero times for a log
// without events.
func (l *Log) Span() (first, last time.Time) {
	if len(l.at) == 0 {
		return time.Time{}, time.Time{}
	}
	low, high := l.extent()
	return instant(low), instant(high)
}

func (l *Log) extent() (low, high int64) {
	low, high = l.at[0], l.at[0]
	for c := range l.ids {
		low = min(low, l.at[l.starts[c]])
		high = max(high, l.at[l.starts[c+1]-1])
	}
	return low, high
}

func instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// Attributes returns the names of the attributes that were kept, those of cases
// with the prefix "case:".
func (l *Log) Attributes() []string {
	var names []string
	for _, c := range l.events {
		names = append(names, c.name)
	}
	for _, c := range l.cases {
		names = append(names, casePrefix+c.name)
	}
	return names
}

// All yields the cases in the order in which they first came.
func (l *Log) All() iter.Seq[Case] {
	return func(yield func(Case) bool) {
		for i := range l.ids {
			if !yield(Case{l, i}) {
				return
			}
		}
	}
}

// Case returns the i-th case; i must be in the range of Cases.
func (l *Log) Case(i int) Case { return Case{l, i} }

// Case is one case of a Log.
type Case struct {
	log *Log
	i   int
}

// ID returns the name of the case.
func (c Case) ID() string { return c.log.ids[c.i] }

// Len returns the number of its events, one at least.
func (c Case) Len() int { return int(c.log.starts[c.i+1] - c.log.starts[c.i]) }

// Start returns the time of its first event.
func (c Case) Start() time.Time { return instant(c.log.at[c.log.starts[c.i]]) }

// End returns the time of its last event.
func (c Case) End() time.Time { return instant(c.log.at[c.log.starts[c.i+1]-1]) }

// Duration returns the milliseconds from its first to its last event, working
// ones in a log of WorkingTime.
func (c Case) Duration() int64 {
	return c.log.clock[c.log.starts[c.i+1]-1] - c.log.clock[c.log.starts[c.i]]
}

// Variant returns its activities in order.
func (c Case) Variant() []string {
	var names []string
	for _, a := range c.log.trace(c.i) {
		names = append(names, c.log.activities[a])
	}
	return names
}

// Value returns an attribute of the case that was kept; the name may have its
// prefix "case:".
func (c Case) Value(attribute string) (value string, ok bool) {
	return lookup(c.log.cases, trimCase(attribute), c.i)
}

// Event returns its i-th event, from 0.
func (c Case) Event(i int) Event {
	l, at := c.log, int(c.log.starts[c.i])+i
	e := Event{Case: l.ids[c.i], Activity: l.activities[l.activity[at]], At: instant(l.at[at])}
	if r := l.resource[at]; r >= 0 {
		e.Resource, e.HasResource = l.resources[r], true
	}
	if t := l.lifecycle[at]; t >= 0 {
		e.Lifecycle = l.transitions[t]
	}
	for _, col := range l.events {
		if code := col.codes[at]; code >= 0 {
			if e.Attributes == nil {
				e.Attributes = make(map[string]string)
			}
			e.Attributes[col.name] = col.values[code]
		}
	}
	return e
}

// Events yields its events in order.
func (c Case) Events() iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for i := range c.Len() {
			if !yield(c.Event(i)) {
				return
			}
		}
	}
}

func lookup(columns []column, name string, at int) (string, bool) {
	for i := range columns {
		if col := &columns[i]; col.name == name {
			if code := col.codes[at]; code >= 0 {
				return col.values[code], true
			}
			return "", false
		}
	}
	return "", false
}

func rowError(file string, row int, path, reason string) error {
	return &finding.CellError{File: file, Row: row, Column: path, Reason: reason, Kind: ErrLog}
}
