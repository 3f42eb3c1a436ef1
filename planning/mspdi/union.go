package mspdi

import (
	"cmp"
	"maps"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// maxExceptionDays bounds the days of exceptions that are worked out one by
// one; it is what worktime.Compile accepts, and one more.
const maxExceptionDays = 20_001

// union returns the time at which any of two calendars works. Both are in UTC
// and have no shift over midnight, as everything that is read.
func union(a, b worktime.Spec) worktime.Spec {
	var out worktime.Spec
	for day := range out.Week {
		out.Week[day] = merge(a.Week[day], b.Week[day])
	}
	days := map[civil.Date]bool{}
	for _, e := range slices.Concat(a.Exceptions, b.Exceptions) {
		for i := range min(e.Days.Len(), maxExceptionDays) {
			days[e.Days.First().AddDays(i)] = true
		}
	}
	for _, d := range slices.SortedFunc(maps.Keys(days), civil.Date.Compare) {
		out.Exceptions = append(out.Exceptions, worktime.Exception{Days: civil.Days(d, d), Shifts: merge(shiftsOn(a, d), shiftsOn(b, d))})
	}
	return out
}

func shiftsOn(s worktime.Spec, d civil.Date) []worktime.Shift {
	for _, e := range s.Exceptions {
		if e.Days.Contains(d) {
			return e.Shifts
		}
	}
	return s.Week[d.Weekday()]
}

func merge(a, b []worktime.Shift) []worktime.Shift {
	all := slices.Concat(a, b)
	for i, s := range all {
		if s.To <= s.From {
			all[i].To = 24 * 60
		}
	}
	slices.SortFunc(all, func(x, y worktime.Shift) int { return cmp.Compare(x.From, y.From) })
	var out []worktime.Shift
	for _, s := range all {
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}
