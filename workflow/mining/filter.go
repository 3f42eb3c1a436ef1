package mining

import (
	"slices"
	"strings"
	"time"
)

// When says how a case must lie to a time span.
type When uint8

// The ways; the zero When is Within.
const (
	Within   When = iota // first and last event are in it
	Started              // the first event is
	Ended                // the last event is
	Touching             // it was going on in it
)

// Filter says what to keep of a log; what is empty keeps all. First it looks at
// events, then at the cases of what is left. A list holds what any of is enough.
type Filter struct {
	// Of events.
	Activities []string
	Resources  []string
	Lifecycle  []string            // capitals or not
	Values     map[string][]string // by attribute that was kept, "case:" before those of cases

	// Of cases.
	From, Until time.Time // at or after From, before Until
	When        When
	With        []string // a case has every one of these activities
	Without     []string // and none of these
	Variants    [][]string
	First, Last []string // activities with which a case begins and ends
	MinTime     int64    // milliseconds, inclusive
	MaxTime     int64    // milliseconds, inclusive; 0 = any
}

// Filter returns a log of what the filter keeps.
func (l *Log) Filter(f Filter) *Log {
	var events []func(int32) bool
	allow := func(names, wanted []string, codes []int32, fold bool) {
		if len(wanted) == 0 {
			return
		}
		ok := make([]bool, len(names))
		for i, n := range names {
			ok[i] = slices.ContainsFunc(wanted, func(w string) bool { return w == n || fold && strings.EqualFold(w, n) })
		}
		events = append(events, func(i int32) bool { return codes[i] >= 0 && ok[codes[i]] })
	}
	allow(l.activities, f.Activities, l.activity, false)
	allow(l.resources, f.Resources, l.resource, false)
	allow(l.transitions, f.Lifecycle, l.lifecycle, true)
	var cases []func(Case) bool
	for _, name := range sortedKeys(f.Values) {
		if of, isCase := strings.CutPrefix(name, casePrefix); isCase {
			cases = append(cases, func(c Case) bool {
				v, ok := c.Value(of)
				return ok && slices.Contains(f.Values[name], v)
			})
			continue
		}
		at := slices.IndexFunc(l.events, func(c column) bool { return c.name == name })
		if at < 0 {
			events = append(events, func(int32) bool { return false })
			continue
		}
		allow(l.events[at].values, f.Values[name], l.events[at].codes, false)
	}
	kept := l
	if len(events) > 0 {
		kept = l.keep(func(i int32) bool {
			for _, ok := range events {
				if !ok(i) {
					return false
				}
			}
			return true
		})
	}
	cases = append(cases, func(c Case) bool { return f.time(c) && f.path(c) })
	return kept.Where(func(c Case) bool {
		return !slices.ContainsFunc(cases, func(ok func(Case) bool) bool { return !ok(c) })
	})
}

func (f *Filter) time(c Case) bool {
	start, end := c.Start(), c.End()
	in := func(t time.Time) bool {
		return (f.From.IsZero() || !t.Before(f.From)) && (f.Until.IsZero() || t.Before(f.Until))
	}
	switch f.When {
	case Started:
		end = start
	case Ended:
		start = end
	case Touching:
		if (!f.From.IsZero() && end.Before(f.From)) || (!f.Until.IsZero() && !start.Before(f.Until)) {
			return false
		}
		start, end = time.Time{}, time.Time{}
	default:
	}
	took := c.Duration()
	return (f.When == Touching || in(start) && in(end)) && took >= f.MinTime && (f.MaxTime == 0 || took <= f.MaxTime)
}

func (f *Filter) path(c Case) bool {
	l := c.log
	trace := l.trace(c.i)
	name := func(at int) string { return l.activities[trace[at]] }
	has := func(activity string) bool {
		code, ok := slices.BinarySearch(l.activities, activity)
		return ok && slices.Contains(trace, int32(code)) //nolint:gosec // bounded by the number of events
	}
	switch {
	case len(f.First) > 0 && !slices.Contains(f.First, name(0)),
		len(f.Last) > 0 && !slices.Contains(f.Last, name(len(trace)-1)),
		slices.ContainsFunc(f.With, func(a string) bool { return !has(a) }),
		slices.ContainsFunc(f.Without, has):
		return false
	}
	return len(f.Variants) == 0 || slices.ContainsFunc(f.Variants, func(v []string) bool {
		if len(v) != len(trace) {
			return false
		}
		for i := range v {
			if v[i] != name(i) {
				return false
			}
		}
		return true
	})
}

// Where returns a log of the cases for which ok holds.
func (l *Log) Where(ok func(Case) bool) *Log {
	keep := make([]bool, len(l.at))
	for c := range l.ids {
		if ok(Case{l, c}) {
			for i := l.starts[c]; i < l.starts[c+1]; i++ {
				keep[i] = true
			}
		}
	}
	return l.keep(func(i int32) bool { return keep[i] })
}

// WhereEvent returns a log of the events for which ok holds, and of the cases
// that have any.
func (l *Log) WhereEvent(ok func(Event) bool) *Log {
	keep := make([]bool, 0, len(l.at))
	for c := range l.All() {
		for e := range c.Events() {
			keep = append(keep, ok(e))
		}
	}
	return l.keep(func(i int32) bool { return keep[i] })
}

// keep returns a log of some events. Dictionaries are shared: a name without
// events counts nowhere.
func (l *Log) keep(ok func(int32) bool) *Log {
	out := &Log{activities: l.activities, resources: l.resources, transitions: l.transitions, calendar: l.calendar, starts: []int32{0}}
	events, cases := make([]int32, 0, len(l.at)), make([]int32, 0, len(l.ids))
	for c := range l.ids {
		before := len(events)
		for i := l.starts[c]; i < l.starts[c+1]; i++ {
			if ok(i) {
				events = append(events, i)
			}
		}
		if len(events) > before {
			cases = append(cases, int32(c))                     //nolint:gosec // bounded by the number of events
			out.starts = append(out.starts, int32(len(events))) //nolint:gosec // as above
		}
	}
	out.ids = permute(l.ids, cases)
	out.activity, out.resource, out.lifecycle = permute(l.activity, events), permute(l.resource, events), permute(l.lifecycle, events)
	out.at = permute(l.at, events)
	if out.clock = out.at; l.calendar != nil {
		out.clock = permute(l.clock, events)
	}
	if l.place != nil {
		out.place = permute(l.place, events)
	}
	for _, c := range l.events {
		c.codes = permute(c.codes, events)
		out.events = append(out.events, c)
	}
	for _, c := range l.cases {
		c.codes = permute(c.codes, cases)
		out.cases = append(out.cases, c)
	}
	return out
}
