package mining

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/go-marops/marops/internal/intern"
)

// Tally is a name and how often it occurs.
type Tally struct {
	Name  string
	Count int
}

// tally returns the names with a count above zero, most frequent first, ties by
// name: dictionaries are in order.
func tally(names []string, counts []int) []Tally {
	var out []Tally
	for i, n := range counts {
		if n > 0 {
			out = append(out, Tally{names[i], n})
		}
	}
	slices.SortStableFunc(out, func(a, b Tally) int { return cmp.Compare(b.Count, a.Count) })
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

// Starts returns the activities with which cases begin, most frequent first.
func (l *Log) Starts() []Tally {
	counts := make([]int, len(l.activities))
	for c := range l.ids {
		counts[l.activity[l.starts[c]]]++
	}
	return tally(l.activities, counts)
}

// Ends returns the activities with which cases end, most frequent first.
func (l *Log) Ends() []Tally {
	counts := make([]int, len(l.activities))
	for c := range l.ids {
		counts[l.activity[l.starts[c+1]-1]]++
	}
	return tally(l.activities, counts)
}

// Values returns the values of an attribute that was kept with the number of
// events that have it, of cases for a name with the prefix "case:"; most frequent
// first.
func (l *Log) Values(attribute string) []Tally {
	columns, name := l.events, attribute
	if of := trimCase(attribute); of != attribute {
		columns, name = l.cases, of
	}
	for i := range columns {
		if c := &columns[i]; c.name == name {
			counts := make([]int, len(c.values))
			for _, code := range c.codes {
				if code >= 0 {
					counts[code]++
				}
			}
			return tally(c.values, counts)
		}
	}
	return nil
}

// Variant is a sequence of activities, the number of cases that took it, and how
// long they took.
type Variant struct {
	Activities []string
	Count      int
	Time       Durations
}

// Variants returns all variants, most frequent first, ties by their activities.
func (l *Log) Variants() []Variant {
	of, first, words := l.variants()
	took := make([]int64, len(l.ids))
	for c := range l.ids {
		took[c] = l.clock[l.starts[c+1]-1] - l.clock[l.starts[c]]
	}
	starts, took := spread(of, took, len(first))
	order := make([]int32, len(first))
	for v := range order {
		order[v] = int32(v) //nolint:gosec // bounded by the number of events
	}
	sortWords(order, words, 0)
	count := func(v int32) int32 { return starts[v+1] - starts[v] }
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(count(b), count(a)) })
	total := 0
	for _, c := range first {
		total += len(l.trace(int(c)))
	}
	names := make([]string, 0, total)
	lazy := make([]times, len(first))
	out := make([]Variant, 0, len(first))
	for _, v := range order {
		from := len(names)
		for _, a := range l.trace(int(first[v])) {
			names = append(names, l.activities[a])
		}
		out = append(out, Variant{names[from:len(names):len(names)], int(starts[v+1] - starts[v]), durationsIn(&lazy[v], took[starts[v]:starts[v+1]])})
	}
	return out
}

// trace returns the activities of a case by code.
func (l *Log) trace(c int) []int32 { return l.activity[l.starts[c]:l.starts[c+1]] }

// variants numbers the variants in the order in which they first come, and
// returns that of each case, the first case of each, and its word: bytes that sort
// like its activities.
func (l *Log) variants() (of, first []int32, words []string) {
	width := 1
	if len(l.activities) > 256 {
		width = 4
	}
	all := make([]byte, width*len(l.activity))
	if width == 1 {
		for i, a := range l.activity {
			all[i] = byte(a) //nolint:gosec // checked
		}
	} else {
		for i, a := range l.activity {
			binary.BigEndian.PutUint32(all[4*i:], uint32(a)) //nolint:gosec // codes are not negative
		}
	}
	text := string(all)
	of = make([]int32, len(l.ids))
	table := intern.New(1 << 10)
	for c := range l.ids {
		word := text[width*int(l.starts[c]) : width*int(l.starts[c+1])]
		v, fresh := table.Add(word)
		if of[c] = v; fresh {
			first, words = append(first, int32(c)), append(words, word) //nolint:gosec // bounded by the number of events
		}
	}
	return of, first, words
}
