package mining

import (
	"math"
	"math/bits"
	"time"

	"github.com/go-marops/marops/civil"
)

// Month is what came in and went out in a month, and what was left at its end.
type Month struct {
	Month      civil.Month
	Arrivals   int // cases whose first event is in it
	Departures int // cases whose last event is in it
	Started    int // arrivals up to its end
	Ended      int // departures up to its end
	WIP        int // cases that had begun before its end and ended at or after it
}

// Months returns the months of a zone from the first event to the last, those
// without any included; nil is UTC.
func (l *Log) Months(zone *time.Location) []Month {
	if len(l.at) == 0 {
		return nil
	}
	if zone == nil {
		zone = time.UTC
	}
	low, high := l.extent()
	number := func(ms int64) int {
		y, m, _ := time.UnixMilli(ms).In(zone).Date()
		return 12*y + int(m) - 1
	}
	first := number(low)
	out := make([]Month, number(high)-first+1)
	for i := range out {
		n := first + i
		month, err := civil.NewMonth(n/12, time.Month(n%12+1))
		if err == nil { // a zone can lead out of the years 1 to 9999
			out[i].Month = month
		}
	}
	for c := range l.ids {
		out[number(l.at[l.starts[c]])-first].Arrivals++
		out[number(l.at[l.starts[c+1]-1])-first].Departures++
	}
	started, ended := 0, 0
	for i := range out {
		started += out[i].Arrivals
		ended += out[i].Departures
		out[i].Started, out[i].Ended, out[i].WIP = started, ended, started-ended
	}
	return out
}

// Little is Little's law on a log as an identity of integers: over the window
// from its first to its last event, the area under the number of cases in
// progress is the sum of their durations, so that the mean work in progress is
// the rate of arrivals times the mean duration (J. Little, A Proof for the
// Queuing Formula L = λW, 1961). Times are elapsed, also in a log of WorkingTime.
type Little struct {
	Cases    int
	Window   int64 // milliseconds
	CaseTime int64 // sum of the durations, milliseconds
	Area     int64 // case-milliseconds, counted along time and not along cases
	MaxWIP   int   // most cases in progress at once; one that begins when another ends is so with it
}

// Little returns the figures of the law; Area equals CaseTime unless they are
// beyond 64 bits.
func (l *Log) Little() Little {
	s := Little{Cases: len(l.ids)}
	if s.Cases == 0 {
		return s
	}
	low, high := l.extent()
	s.Window = high - low
	begun, over := make([]int64, s.Cases), make([]int64, s.Cases)
	for c := range l.ids {
		begun[c], over[c] = l.at[l.starts[c]], l.at[l.starts[c+1]-1]
		s.CaseTime = plus(s.CaseTime, over[c]-begun[c])
	}
	sortTimes(begun)
	sortTimes(over)
	at, open := low, 0
	for i, j := 0, 0; j < len(over); {
		next, step := over[j], -1
		if i < len(begun) && begun[i] <= next {
			next, step = begun[i], 1
		}
		if hi, lo := bits.Mul64(uint64(next-at), uint64(open)); hi > 0 || lo > math.MaxInt64 { //nolint:gosec // neither is negative
			s.Area = math.MaxInt64
		} else {
			s.Area = plus(s.Area, int64(lo)) //nolint:gosec // checked
		}
		at = next
		if open += step; step > 0 {
			i++
		} else {
			j++
		}
		s.MaxWIP = max(s.MaxWIP, open)
	}
	return s
}

// MeanWIP returns the cases in progress on average; 0 without a window.
func (s Little) MeanWIP() float64 {
	if s.Window == 0 {
		return 0
	}
	return float64(s.CaseTime) / float64(s.Window)
}
