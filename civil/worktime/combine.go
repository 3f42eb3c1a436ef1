package worktime

import (
	"cmp"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
)

// Intersect returns the Spec that works when both a and b do. Its shifts are cut
// at midnight, see Spec.CutAtMidnight. What was an exception in either stays one,
// with the name that a has for it, or else b.
//
// The error is a finding.List with what Compile would find in a, in b or in the
// outcome, or worktime.zone.differs for two zones or two choices of Repeated:
// one week cannot say what two clocks show. Common intersects Calendars of any
// zones.
func Intersect(a, b Spec) (Spec, error) { return combine(a, b, both) }

// Union returns the Spec that works when a or b does, as Intersect does in all
// else.
func Union(a, b Spec) (Spec, error) { return combine(a, b, either) }

// CutAtMidnight returns the Spec that has the same working time in shifts that
// end on the day on which they start, as many formats want it. What a night
// shift leaves over belongs to the day after it; where an exception changes
// that, the day after gets an exception of its own. Exceptions are in the order
// of their days, disjoint, and stay exceptions where they change nothing.
//
// The error is a finding.List with what Compile would find in the Spec or in the
// outcome.
func (s Spec) CutAtMidnight() (Spec, error) {
	var found finding.List
	p := check(s, &found)
	if err := found.Err(); err != nil {
		return Spec{}, err
	}
	return joined(s, p, nil, func(x, _ []Shift) []Shift { return x })
}

// With returns the Spec with exceptions laid over it: on their days they replace
// what it has said so far, the later of two the earlier. It is the way to add
// holidays and absences that may fall on half days and on each other:
//
//	office = office.With(holidays...).With(worktime.Exception{Days: leave, Name: "leave"})
func (s Spec) With(exceptions ...Exception) Spec {
	s = s.Clone()
	for _, e := range exceptions {
		e.Shifts = slices.Clone(e.Shifts)
		s.Exceptions = append(without(s.Exceptions, e.Days), e)
	}
	return s
}

// without returns the exceptions with their days outside a period.
func without(list []Exception, days civil.Period) []Exception {
	if !slices.ContainsFunc(list, func(e Exception) bool { return e.Days.Overlaps(days) }) {
		return list
	}
	kept := make([]Exception, 0, len(list)+1)
	for _, e := range list {
		if !e.Days.Overlaps(days) {
			kept = append(kept, e)
			continue
		}
		for _, left := range [...]civil.Period{before(e.Days, days), after(e.Days, days)} {
			if !left.IsEmpty() {
				kept = append(kept, Exception{Days: left, Shifts: e.Shifts, Name: e.Name})
			}
		}
	}
	return kept
}

func before(p, cut civil.Period) civil.Period {
	if p.First().Before(cut.First()) {
		return civil.Days(p.First(), cut.First().AddDays(-1))
	}
	return civil.Period{}
}

func after(p, cut civil.Period) civil.Period {
	if p.Last().After(cut.Last()) {
		return civil.Days(cut.Last().AddDays(1), p.Last())
	}
	return civil.Period{}
}

// Clone returns a deep copy.
func (s Spec) Clone() Spec {
	s.Week = s.Week.clone()
	s.Versions = slices.Clone(s.Versions)
	for i := range s.Versions {
		s.Versions[i].Week = s.Versions[i].Week.clone()
	}
	s.Exceptions = slices.Clone(s.Exceptions)
	for i := range s.Exceptions {
		s.Exceptions[i].Shifts = slices.Clone(s.Exceptions[i].Shifts)
	}
	return s
}

func (w Week) clone() Week {
	for day := range w {
		w[day] = slices.Clone(w[day])
	}
	return w
}

// join combines the work of two calendar days, cut at midnight and sorted.
type join func(x, y []Shift) []Shift

func combine(a, b Spec, join join) (Spec, error) {
	var found, inB finding.List
	p, q := check(a, &found), check(b, &inB)
	for i := range found {
		found[i].Subject = "a." + found[i].Subject
	}
	for _, f := range inB {
		f.Subject = "b." + f.Subject
		found.Add(f)
	}
	if p.loc.String() != q.loc.String() || p.repeated != q.repeated {
		found.Errorf("worktime.zone.differs", "zone", "compile both and use Common", "%s, %s and %s, %s", p.loc, p.repeated, q.loc, q.repeated)
	}
	if err := found.Err(); err != nil {
		return Spec{}, err
	}
	return joined(a, p, q, join)
}

// maxSingleDays bounds the days of a run that are written as an exception each:
// a longer run gets a week of its own.
const maxSingleDays = 28

// joined writes down what a join makes of every day since year 1. The patterns
// change on few days; between them, work depends on the weekday alone.
func joined(clock Spec, p, q *pattern, join join) (Spec, error) {
	out := Spec{Zone: clock.Zone, Repeated: clock.Repeated}
	on := func(day int64) []Shift {
		if q == nil {
			return join(p.cut(day), nil)
		}
		return join(p.cut(day), q.cut(day))
	}
	usual := func(day int64) Week {
		return weekOf(func(weekday int64) []Shift {
			if q == nil {
				return join(p.usual(day, weekday), nil)
			}
			return join(p.usual(day, weekday), q.usual(day, weekday))
		})
	}
	var now Week // that holds, as out has it
	for i, starts := 0, turns(p, q); i < len(starts); i++ {
		first, last := starts[i], int64(maxDay)
		if i+1 < len(starts) {
			last = starts[i+1] - 1
		}
		week := usual(first)
		var days [7][]Shift
		same, regular := true, true
		for i := range int(min(last-first+1, 7)) {
			day := first + int64(i)
			days[i] = on(day)
			same = same && slices.Equal(days[i], days[0])
			regular = regular && slices.Equal(days[i], week[weekday(day)])
		}
		long := !same && last-first >= maxSingleDays
		if long && !regular {
			week = weekOf(func(weekday int64) []Shift { return days[floorMod(weekday-first-4, 7)] })
		}
		if !week.equal(now) {
			if first == minDay {
				out.Week = week
			} else {
				out.Versions = append(out.Versions, Version{civil.FromDays(first), week})
			}
			now = week
		}
		name, exceptional := p.name(first)
		if q != nil && name == "" {
			var too bool
			name, too = q.name(first)
			exceptional = exceptional || too
		}
		switch {
		case long || regular && !exceptional: // what was an exception stays one
		case same:
			out.except(first, last, days[0], name)
		default:
			for day := first; day <= last; day++ {
				if shifts := days[(day-first)%7]; exceptional || !slices.Equal(shifts, week[weekday(day)]) {
					out.except(day, day, shifts, name)
				}
			}
		}
	}
	var found finding.List
	check(out, &found)
	if err := found.Err(); err != nil {
		return Spec{}, err
	}
	return out, nil
}

// except adds an exception after all others, as part of the last if it can be.
func (s *Spec) except(first, last int64, shifts []Shift, name string) {
	days := civil.Days(civil.FromDays(first), civil.FromDays(last))
	if n := len(s.Exceptions); n > 0 {
		e := &s.Exceptions[n-1]
		if e.Days.Last().AddDays(1) == days.First() && e.Name == name && slices.Equal(e.Shifts, shifts) {
			e.Days = civil.Days(e.Days.First(), days.Last())
			return
		}
	}
	s.Exceptions = append(s.Exceptions, Exception{days, slices.Clone(shifts), name})
}

func weekday(day int64) int64 { return floorMod(day+4, 7) } // 1970-01-01 was a Thursday

func weekOf(on func(weekday int64) []Shift) Week {
	var w Week
	for day := range w {
		w[day] = slices.Clone(on(int64(day)))
	}
	return w
}

func (w Week) equal(other Week) bool {
	return slices.EqualFunc(w[:], other[:], slices.Equal[[]Shift])
}

// turns returns the days on which a pattern changes or the night before may be
// that of another, from minDay on, each once.
func turns(patterns ...*pattern) []int64 {
	days := []int64{minDay}
	for _, p := range patterns {
		if p == nil {
			continue
		}
		for _, v := range p.weeks[1:] {
			days = append(days, v.from, v.from+1)
		}
		for _, e := range p.exceptions {
			days = append(days, e.first, e.first+1, e.last+1, e.last+2)
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	return slices.DeleteFunc(days, func(day int64) bool { return day > maxDay })
}

// name returns that of the exception on a day, if there is one.
func (p *pattern) name(day int64) (name string, exceptional bool) {
	if e := p.exception(day); e != nil {
		return e.name, true
	}
	return "", false
}

// cut returns the work of a calendar day, from midnight to midnight; on the
// first of all days as if there had been one before.
func (p *pattern) cut(day int64) []Shift {
	if day == minDay {
		return cut(p.weekOn(day)[weekday(day-1)], p.shifts(day))
	}
	return cut(p.shifts(day-1), p.shifts(day))
}

// usual returns the work of a weekday in the week that holds on a day.
func (p *pattern) usual(day, weekday int64) []Shift {
	w := p.weekOn(day)
	return cut(w[floorMod(weekday-1, 7)], w[weekday])
}

// cut returns the work of a calendar day, sorted and disjoint, from the shifts
// that start on it and on the day before. Every To is after its From.
func cut(yesterday, today []Shift) []Shift {
	var out []Shift
	busy := Clock(0)
	if n := len(yesterday); n > 0 && yesterday[n-1].end() > minutesPerDay { // only the last can be a night shift
		busy = yesterday[n-1].To
		out = append(out, Shift{0, busy})
	}
	for _, s := range today {
		s.From, s.To = max(s.From, busy), Clock(min(s.end(), minutesPerDay))
		if s.From < s.To {
			out = append(out, s)
		}
	}
	return out
}

func both(x, y []Shift) []Shift {
	var out []Shift
	for _, a := range x {
		for _, b := range y {
			if s := (Shift{max(a.From, b.From), min(a.To, b.To)}); s.From < s.To {
				out = append(out, s)
			}
		}
	}
	return out
}

func either(x, y []Shift) []Shift {
	all := slices.Concat(x, y)
	slices.SortFunc(all, func(a, b Shift) int { return cmp.Compare(a.From, b.From) })
	var out []Shift
	for _, s := range all {
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}
