package mining

import (
	"cmp"
	"maps"
	"slices"
)

// Comparison says what differs between two logs, as of two periods.
type Comparison struct {
	Cases      [2]int       // of the first and the second log
	Durations  [2]Durations // of cases
	Activities []Delta
	Edges      []Delta
}

// Delta is one activity or edge in both logs. From is "" for an activity: its
// times are those of Log.Waits.
type Delta struct {
	From, To string
	Count    [2]int
	Time     [2]Durations
	// PerCase is how much more time a case of the second log spends here than one
	// of the first, on average, in milliseconds rounded to the nearest, ties away
	// from zero.
	PerCase int64
}

// Compare compares two logs, activity by activity and edge by edge, what changed
// the time of a case most first; ties by count, then by names.
func Compare(before, after *Log) Comparison {
	c := Comparison{Cases: [2]int{before.Cases(), after.Cases()}, Durations: [2]Durations{before.CaseDurations(), after.CaseDurations()}}
	type name struct{ from, to string }
	activities, edges := make(map[name]*Delta), make(map[name]*Delta)
	at := func(in map[name]*Delta, from, to string) *Delta {
		d := in[name{from, to}]
		if d == nil {
			d = &Delta{From: from, To: to}
			in[name{from, to}] = d
		}
		return d
	}
	for i, l := range []*Log{before, after} {
		for _, a := range l.Activities() {
			at(activities, "", a.Name).Count[i] = a.Count
		}
		for _, w := range l.Waits() {
			at(activities, "", w.Activity).Time[i] = w.Time
		}
		for _, e := range l.DirectlyFollows() {
			d := at(edges, e.From, e.To)
			d.Count[i], d.Time[i] = e.Count, e.Time
		}
	}
	ranked := func(in map[name]*Delta) []Delta {
		var out []Delta
		for d := range maps.Values(in) {
			d.PerCase = perCase(d.Time[1].Sum, c.Cases[1]) - perCase(d.Time[0].Sum, c.Cases[0])
			out = append(out, *d)
		}
		slices.SortFunc(out, func(a, b Delta) int {
			return cmp.Or(cmp.Compare(abs(b.PerCase), abs(a.PerCase)), cmp.Compare(b.Count[0]+b.Count[1], a.Count[0]+a.Count[1]),
				cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
		})
		return out
	}
	c.Activities, c.Edges = ranked(activities), ranked(edges)
	return c
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// perCase divides and rounds to the nearest, ties away from zero; 0 without
// cases.
func perCase(sum int64, cases int) int64 {
	if cases == 0 {
		return 0
	}
	n := int64(cases)
	q, rest := sum/n, sum%n
	switch {
	case rest >= n-rest && rest > 0:
		q++
	case -rest >= n+rest && rest < 0:
		q--
	}
	return q
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
