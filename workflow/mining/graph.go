package mining

import (
	"cmp"
	"slices"
)

// Edge says that To directly followed From within a case, how often, and after
// what time.
type Edge struct {
	From, To string
	Count    int
	Time     Durations
}

// DirectlyFollows returns the edges of the directly-follows graph of activities,
// most frequent first, ties by names (W. van der Aalst, Process Mining, 2nd ed.,
// 2016, §2.4).
func (l *Log) DirectlyFollows() []Edge { return l.follows(l.activity, l.activities, false) }

// Handoffs returns who passed cases on to whom: the edges between events of
// different resources that directly follow each other, most frequent first.
// (W. van der Aalst, H. Reijers and M. Song, Discovering Social Networks from
// Event Logs, 2005, call it handover of work.)
func (l *Log) Handoffs() []Edge { return l.follows(l.resource, l.resources, true) }

// sparse is the number of possible edges beyond which they are sorted instead of
// counted in a table.
const sparse = 1 << 20

func (l *Log) follows(code []int32, names []string, differ bool) []Edge {
	n := len(names)
	if n > 0 && n > sparse/n {
		return l.followsSparse(code, names, differ)
	}
	// The times of each pair lie together: count, then place.
	starts := make([]int32, n*n+1)
	for c := range l.ids {
		trace := code[l.starts[c]:l.starts[c+1]]
		a := trace[0]
		for _, b := range trace[1:] {
			if a >= 0 && b >= 0 && (a != b || !differ) {
				starts[int(a)*n+int(b)+1]++
			}
			a = b
		}
	}
	for k := range n * n {
		starts[k+1] += starts[k]
	}
	times := make([]int64, starts[n*n])
	for c := range l.ids {
		from, to := l.starts[c], l.starts[c+1]
		trace, clock := code[from:to], l.clock[from:to]
		a, before := trace[0], clock[0]
		for i := 1; i < len(trace) && i < len(clock); i++ {
			b, now := trace[i], clock[i]
			if a >= 0 && b >= 0 && (a != b || !differ) {
				k := int(a)*n + int(b)
				times[starts[k]] = now - before
				starts[k]++
			}
			a, before = b, now
		}
	}
	var edges []Edge
	from := int32(0)
	for k := range n * n {
		if to := starts[k]; from < to {
			edges = append(edges, Edge{names[k/n], names[k%n], int(to - from), durations(times[from:to:to])})
			from = to
		}
	}
	slices.SortStableFunc(edges, func(a, b Edge) int { return cmp.Compare(b.Count, a.Count) })
	return edges
}

// followsSparse is follows for so many names that a table of all pairs would be
// too large.
func (l *Log) followsSparse(code []int32, names []string, differ bool) []Edge {
	type step struct {
		from, to int32
		time     int64
	}
	var steps []step
	for c := range l.ids {
		for i := l.starts[c] + 1; i < l.starts[c+1]; i++ {
			if a, b := code[i-1], code[i]; a >= 0 && b >= 0 && (a != b || !differ) {
				steps = append(steps, step{a, b, l.clock[i] - l.clock[i-1]})
			}
		}
	}
	slices.SortFunc(steps, func(a, b step) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	times := make([]int64, len(steps))
	var edges []Edge
	for from := 0; from < len(steps); {
		to := from
		for to < len(steps) && steps[to].from == steps[from].from && steps[to].to == steps[from].to {
			times[to] = steps[to].time
			to++
		}
		edges = append(edges, Edge{names[steps[from].from], names[steps[from].to], to - from, durations(times[from:to:to])})
		from = to
	}
	slices.SortStableFunc(edges, func(a, b Edge) int { return cmp.Compare(b.Count, a.Count) })
	return edges
}

// Wait is an activity and the time from the event before it in the same case.
type Wait struct {
	Activity string
	Time     Durations
}

// Waits returns for each activity the time that passed before its events, in the
// order of names. What a case began with has none. In a log without lifecycle
// this is waiting and working together; see Work.
func (l *Log) Waits() []Wait {
	n := len(l.activities)
	starts := make([]int32, n+1)
	for c := range l.ids {
		for _, a := range l.activity[l.starts[c]+1 : l.starts[c+1]] {
			starts[a+1]++
		}
	}
	for a := range n {
		starts[a+1] += starts[a]
	}
	times := make([]int64, starts[n])
	for c := range l.ids {
		for i := l.starts[c] + 1; i < l.starts[c+1]; i++ {
			a := l.activity[i]
			times[starts[a]] = l.clock[i] - l.clock[i-1]
			starts[a]++
		}
	}
	var out []Wait
	from := int32(0)
	for a, name := range l.activities {
		if to := starts[a]; from < to {
			out = append(out, Wait{name, durations(times[from:to:to])})
			from = to
		}
	}
	return out
}

// CaseDurations returns the time from the first to the last event of each case.
func (l *Log) CaseDurations() Durations {
	t := make([]int64, 0, len(l.ids))
	for c := range l.ids {
		t = append(t, l.clock[l.starts[c+1]-1]-l.clock[l.starts[c]])
	}
	return durations(t)
}

// CaseLengths returns the number of events of each case, as Durations are.
func (l *Log) CaseLengths() Durations {
	n := make([]int64, 0, len(l.ids))
	for c := range l.ids {
		n = append(n, int64(l.starts[c+1]-l.starts[c]))
	}
	return durations(n)
}

// Between returns the time from the last event of one activity to the first
// event of another one in each case, as far as the case has the first before the
// second.
func (l *Log) Between(from, to string) Durations {
	a, okA := slices.BinarySearch(l.activities, from)
	b, okB := slices.BinarySearch(l.activities, to)
	var t []int64
	for c := range l.ids {
		began := int32(-1)
		for i := l.starts[c]; i < l.starts[c+1] && okA && okB; i++ {
			if l.activity[i] == int32(b) && (a != b || began >= 0) { //nolint:gosec // bounded by the number of events
				if began >= 0 {
					t = append(t, l.clock[i]-l.clock[began])
				}
				break
			}
			if l.activity[i] == int32(a) { //nolint:gosec // as above
				began = i
			}
		}
	}
	return durations(t)
}
