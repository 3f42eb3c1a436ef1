package mining

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// Rework says how much was done again.
type Rework struct {
	Cases      int // in which an activity occurs more than once
	Extra      int // events beyond the first of their activity in their case
	SelfLoops  int // events that directly follow one of the same activity
	Activities []Repeat
}

// Repeat is what one activity adds to the Rework.
type Repeat struct {
	Activity  string
	Cases     int
	Extra     int
	SelfLoops int
}

// Rework returns what was done again, the activity with most extra events first.
func (l *Log) Rework() Rework {
	var sum Rework
	by := make([]Repeat, len(l.activities))
	seen := make([]struct{ c, n int32 }, len(l.activities)) // the last case, from 1, and how often within it
	for c := range l.ids {
		before, again, number := int32(-1), false, int32(c)+1 //nolint:gosec // bounded by the number of events
		for _, a := range l.trace(c) {
			if a == before {
				by[a].SelfLoops++
				sum.SelfLoops++
			}
			before = a
			s := &seen[a]
			if s.c != number {
				s.c, s.n = number, 1
				continue
			}
			again = true
			by[a].Extra++
			sum.Extra++
			if s.n++; s.n == 2 {
				by[a].Cases++
			}
		}
		if again {
			sum.Cases++
		}
	}
	for a := range by {
		if by[a].Extra > 0 {
			by[a].Activity = l.activities[a]
			sum.Activities = append(sum.Activities, by[a])
		}
	}
	slices.SortStableFunc(sum.Activities, func(a, b Repeat) int { return cmp.Compare(b.Extra, a.Extra) })
	return sum
}

// Loop is a way from an activity back to the same activity.
type Loop struct {
	Path  []string // begins and ends with the activity
	Count int      // how often it was gone
	Cases int      // in which it was
	Time  Durations
}

// longestLoop is the number of steps beyond which a way back is no loop worth a
// name of its own.
const longestLoop = 32

// Loops returns the ways back of at most 32 steps, the one that took most time
// in total first, ties by Path. A case that goes from an activity back to it and
// once more counts two of them.
func (l *Log) Loops() []Loop {
	type found struct {
		from, to int32 // an example, in the columns
		times    []int64
		cases    int
		last     int32 // case, from 1
	}
	var all []found
	index := make(map[string]int)
	last := make([]int32, len(l.activities)) // where it last came, from 1
	var key []byte
	for c := range l.ids {
		from, to := l.starts[c], l.starts[c+1]
		for i := from; i < to; i++ {
			a := l.activity[i]
			back := last[a] - 1
			last[a] = i + 1
			if back < from || i-back > longestLoop {
				continue
			}
			key = key[:0]
			for _, b := range l.activity[back : i+1] {
				key = binary.LittleEndian.AppendUint32(key, uint32(b)) //nolint:gosec // codes are not negative
			}
			k, ok := index[string(key)]
			if !ok {
				k = len(all)
				index[string(key)] = k
				all = append(all, found{from: back, to: i + 1})
			}
			f := &all[k]
			f.times = append(f.times, l.clock[i]-l.clock[back])
			if f.last != int32(c)+1 { //nolint:gosec // bounded by the number of events
				f.last = int32(c) + 1 //nolint:gosec // as above
				f.cases++
			}
		}
	}
	out := make([]Loop, len(all))
	for k, f := range all {
		for _, a := range l.activity[f.from:f.to] {
			out[k].Path = append(out[k].Path, l.activities[a])
		}
		out[k].Count, out[k].Cases, out[k].Time = len(f.times), f.cases, durations(f.times)
	}
	slices.SortFunc(out, func(a, b Loop) int {
		return cmp.Or(cmp.Compare(b.Time.Sum, a.Time.Sum), slices.Compare(a.Path, b.Path))
	})
	return out
}
