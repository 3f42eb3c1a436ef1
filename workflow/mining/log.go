package mining

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/go-marops/marops/finding"
)

// ErrLog is the kind of every error about the content of a log.
var ErrLog = errors.New("invalid event log")

// Log is a sealed event log: cases with their events in order. It is immutable
// and safe for concurrent use.
type Log struct {
	activities []string // dictionary
	resources  []string // dictionary
	cases      []span
	// Columns, case by case.
	activity []int32
	resource []int32 // -1 = the event has none
	at       []int64 // milliseconds since 1970 UTC
}

type span struct {
	id       string
	from, to int
}

// Builder collects events for a Log. The zero Builder is ready to use.
type Builder struct {
	activities, resources dictionary
	index                 map[string]int
	cases                 []caseEvents
}

type caseEvents struct {
	id     string
	events []event
}

type event struct {
	activity, resource int32
	at                 int64
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
		c = int32(len(d.names)) //nolint:gosec // logs have far fewer names
		d.names = append(d.names, s)
		d.codes[s] = c
	}
	return c
}

// Event is one event on its way into a Builder.
type Event struct {
	Case        string
	Activity    string
	At          time.Time
	Resource    string
	HasResource bool // an empty Resource is not the same as none
}

// Add appends an event. Events of one case may come apart from each other.
func (b *Builder) Add(e Event) {
	c := b.open(e.Case)
	code := int32(-1)
	if e.HasResource {
		code = b.resources.code(e.Resource)
	}
	b.cases[c].events = append(b.cases[c].events, event{b.activities.code(e.Activity), code, e.At.UnixMilli()})
}

func (b *Builder) open(id string) int {
	i, ok := b.index[id]
	if !ok {
		if b.index == nil {
			b.index = make(map[string]int)
		}
		i = len(b.cases)
		b.index[id] = i
		b.cases = append(b.cases, caseEvents{id: id})
	}
	return i
}

// Log returns the log of all events added so far. A case without events is left
// out.
func (b *Builder) Log() *Log {
	l := &Log{activities: slices.Clone(b.activities.names), resources: slices.Clone(b.resources.names)}
	for _, c := range b.cases {
		if len(c.events) == 0 {
			continue
		}
		events := slices.Clone(c.events)
		slices.SortStableFunc(events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
		from := len(l.at)
		for _, e := range events {
			l.activity = append(l.activity, e.activity)
			l.resource = append(l.resource, e.resource)
			l.at = append(l.at, e.at)
		}
		l.cases = append(l.cases, span{c.id, from, len(l.at)})
	}
	return l
}

// Cases returns the number of cases.
func (l *Log) Cases() int { return len(l.cases) }

// Events returns the number of events.
func (l *Log) Events() int { return len(l.at) }

func rowError(file string, row int, reason string) error {
	return &finding.CellError{File: file, Row: row, Reason: reason, Kind: ErrLog}
}
