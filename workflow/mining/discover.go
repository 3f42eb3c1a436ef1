package mining

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
)

// Tally is a name and how often it occurs.
type Tally struct {
	Name  string
	Count int
}

// tally returns the names with a count above zero, most frequent first, ties by
// name.
func tally(names []string, counts []int) []Tally {
	var out []Tally
	for i, n := range counts {
		if n > 0 {
			out = append(out, Tally{names[i], n})
		}
	}
	slices.SortFunc(out, func(a, b Tally) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	return out
}

// Activities returns every activity with its number of events, most frequent
// first.
func (l *Log) Activities() []Tally {
	counts := make([]int, len(l.activities))
	for _, a := range l.activity {
		counts[a]++
	}
	return tally(l.activities, counts)
}

// Starts returns the activities with which cases begin.
func (l *Log) Starts() []Tally { return l.ends(func(c span) int { return c.from }) }

// Ends returns the activities with which cases end.
func (l *Log) Ends() []Tally { return l.ends(func(c span) int { return c.to - 1 }) }

func (l *Log) ends(at func(span) int) []Tally {
	counts := make([]int, len(l.activities))
	for _, c := range l.cases {
		counts[l.activity[at(c)]]++
	}
	return tally(l.activities, counts)
}

// Variant is a sequence of activities and the number of cases that took it.
type Variant struct {
	Activities []string
	Count      int
}

// Variants returns all variants, most frequent first, ties by their activities.
func (l *Log) Variants() []Variant {
	index := make(map[string]int)
	var out []Variant
	var key []byte
	for _, c := range l.cases {
		key = key[:0]
		for _, a := range l.activity[c.from:c.to] {
			key = binary.LittleEndian.AppendUint32(key, uint32(a)) //nolint:gosec // codes are not negative
		}
		i, ok := index[string(key)]
		if !ok {
			i = len(out)
			index[string(key)] = i
			names := make([]string, 0, c.to-c.from)
			for _, a := range l.activity[c.from:c.to] {
				names = append(names, l.activities[a])
			}
			out = append(out, Variant{names, 0})
		}
		out[i].Count++
	}
	// The unit separator joins the names, as in the published reference figures.
	joined := make(map[int]string, len(out))
	order := make([]int, len(out))
	for i := range out {
		order[i], joined[i] = i, strings.Join(out[i].Activities, "\x1f")
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(out[b].Count, out[a].Count), cmp.Compare(joined[a], joined[b]))
	})
	sorted := make([]Variant, len(out))
	for i, at := range order {
		sorted[i] = out[at]
	}
	return sorted
}

// Edge says that To directly followed From within a case, how often, and after
// what time.
type Edge struct {
	From, To string
	Count    int
	Time     Durations
}

// DirectlyFollows returns the edges of the directly-follows graph, most frequent
// first, ties by names. (W. van der Aalst, Process Mining, 2nd ed., §2.4.)
func (l *Log) DirectlyFollows() []Edge {
	n := len(l.activities)
	times := make(map[int][]int64)
	for _, c := range l.cases {
		for i := c.from + 1; i < c.to; i++ {
			key := int(l.activity[i-1])*n + int(l.activity[i])
			times[key] = append(times[key], l.at[i]-l.at[i-1])
		}
	}
	edges := make([]Edge, 0, len(times))
	for key, t := range times {
		edges = append(edges, Edge{l.activities[key/n], l.activities[key%n], len(t), durations(t)})
	}
	slices.SortFunc(edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return edges
}

// CaseDurations returns the time from the first to the last event of each case.
func (l *Log) CaseDurations() Durations {
	t := make([]int64, 0, len(l.cases))
	for _, c := range l.cases {
		t = append(t, l.at[c.to-1]-l.at[c.from])
	}
	return durations(t)
}

// Handovers returns how often an event was followed by one of another resource
// in the same case. Pairs with an event without a resource do not count.
func (l *Log) Handovers() int {
	n := 0
	for _, c := range l.cases {
		for i := c.from + 1; i < c.to; i++ {
			if a, b := l.resource[i-1], l.resource[i]; a >= 0 && b >= 0 && a != b {
				n++
			}
		}
	}
	return n
}

// Durations summarises times in milliseconds. N, Sum, Min and Max are exact.
type Durations struct {
	N             int
	Sum, Min, Max int64
	sorted        []int64
}

func durations(t []int64) Durations {
	if len(t) == 0 {
		return Durations{}
	}
	slices.Sort(t)
	d := Durations{N: len(t), Min: t[0], Max: t[len(t)-1], sorted: t}
	for _, v := range t {
		d.Sum += v
	}
	return d
}

// Mean returns the arithmetic mean in milliseconds; 0 without times.
func (d Durations) Mean() float64 {
	if d.N == 0 {
		return 0
	}
	return float64(d.Sum) / float64(d.N)
}

// Quantile returns the p-quantile in milliseconds, 0 <= p <= 1, interpolated
// linearly between order statistics (type 7 of Hyndman and Fan, 1996); 0
// without times.
func (d Durations) Quantile(p float64) float64 {
	if d.N == 0 {
		return 0
	}
	h := float64(d.N-1) * min(max(p, 0), 1)
	low := int(h)
	high := min(low+1, d.N-1)
	return float64(d.sorted[low]) + (h-float64(low))*float64(d.sorted[high]-d.sorted[low])
}
