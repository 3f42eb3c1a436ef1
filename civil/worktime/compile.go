package worktime

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
)

// Limits of a Spec.
const (
	maxHorizonDays = 73_050 // 200 years
	maxExceptions  = 20_000
	maxVersions    = 1_000
)

// Compile checks a Spec and tabulates it over the days of the horizon, at most
// 200 years. The Spec is copied. The error is a finding.List with one of these
// codes per problem:
//
//	worktime.zone.unknown       no such IANA zone, or "Local"
//	worktime.zone.repeated      neither Earlier nor Later
//	worktime.week.empty         no week has any shift
//	worktime.version.from       a version without a first day, or two with the same
//	worktime.version.count      more than 1,000 versions
//	worktime.shift.range        a shift that is no range of clock times
//	worktime.shift.overlap      shifts that share a minute, also across midnight
//	worktime.shift.count        more than 16 shifts on a day
//	worktime.exception.days     an exception without days
//	worktime.exception.overlap  two exceptions that disagree about a day
//	worktime.exception.count    more than 20,000 exceptions
//	worktime.horizon.length     an empty horizon, or one of more than 200 years
func Compile(spec Spec, horizon civil.Period) (*Calendar, error) {
	var found finding.List
	p := check(spec, &found)
	if n := horizon.Len(); n < 1 || n > maxHorizonDays {
		found.Errorf("worktime.horizon.length", "horizon", "give the days to plan over", "%d days: want 1 to %d", n, maxHorizonDays)
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	return tabulate(p, horizon), nil
}

// check returns the pattern of a Spec, of use only if nothing is found.
func check(spec Spec, found *finding.List) *pattern {
	p := &pattern{loc: location(spec.Zone, found), repeated: spec.Repeated}
	if spec.Repeated > Later {
		found.Errorf("worktime.zone.repeated", "repeated", "write earlier or later", "%d is neither", uint8(spec.Repeated))
	}
	p.weeks = versions(spec, found)
	p.exceptions = exceptions(spec.Exceptions, found)
	overnight := func(shifts []Shift) bool {
		return slices.ContainsFunc(shifts, func(s Shift) bool { return s.end() > minutesPerDay })
	}
	p.overnight = slices.ContainsFunc(p.weeks, func(v version) bool { return slices.ContainsFunc(v.week[:], overnight) }) ||
		slices.ContainsFunc(p.exceptions, func(e exception) bool { return overnight(e.shifts) })
	return p
}

func location(zone string, found *finding.List) *time.Location {
	if zone == "" {
		return time.UTC
	}
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" || len(zone) > 64 {
		found.Errorf("worktime.zone.unknown", "zone", "name an IANA zone such as Europe/Berlin", "zone %.64q is not known", zone)
		return time.UTC
	}
	return loc
}

// versions returns the weeks sorted by their first day.
func versions(spec Spec, found *finding.List) []version {
	if len(spec.Versions) > maxVersions {
		found.Errorf("worktime.version.count", "versions", "drop versions outside the horizon", "%d versions: at most %d", len(spec.Versions), maxVersions)
		return nil
	}
	out := []version{{minDay, week(spec.Week, "week", found)}}
	empty := spec.Week.isEmpty()
	for i, v := range spec.Versions {
		subject := fmt.Sprintf("versions[%d]", i)
		if v.From.IsZero() {
			found.Errorf("worktime.version.from", subject, "give the first day on which it holds", "the first day is missing")
			continue
		}
		if j := slices.IndexFunc(spec.Versions[:i], func(w Version) bool { return w.From == v.From }); j >= 0 {
			found.Errorf("worktime.version.from", subject, "drop one of the two", "versions[%d] begins on %s too", j, v.From)
			continue
		}
		out = append(out, version{v.From.Days(), week(v.Week, subject+".week", found)})
		empty = empty && v.Week.isEmpty()
	}
	if empty {
		found.Errorf("worktime.week.empty", "week", "give at least one day a shift", "no day has a shift")
	}
	slices.SortStableFunc(out, func(a, b version) int { return cmp.Compare(a.from, b.from) })
	return out
}

// week returns the week with the shifts of each day sorted.
func week(authored Week, subject string, found *finding.List) Week {
	var out Week
	for day, shifts := range authored {
		out[day] = daily(shifts, subject+"."+dayKeys[day], found)
	}
	for day := range 7 {
		next := (day + 1) % 7
		if len(out[day]) == 0 || len(out[next]) == 0 {
			continue
		}
		last, first := out[day][len(out[day])-1], out[next][0]
		if last.end() > minutesPerDay+int64(first.From) {
			found.Errorf("worktime.shift.overlap", subject+"."+dayKeys[next], "end the night shift earlier or start later",
				"%s overlaps %s of %s", first, last, dayKeys[day])
		}
	}
	return out
}

// daily returns the shifts of a day sorted; nil if they are not in order.
func daily(shifts []Shift, subject string, found *finding.List) []Shift {
	if len(shifts) > maxShifts {
		found.Errorf("worktime.shift.count", subject, "merge shifts", "%d shifts: at most %d on a day", len(shifts), maxShifts)
		return nil
	}
	for i, s := range shifts {
		if !s.valid() {
			found.Errorf("worktime.shift.range", fmt.Sprintf("%s[%d]", subject, i), "write HH:MM-HH:MM, from 00:00 to 24:00", "the shift is no range of clock times")
			return nil
		}
	}
	sorted := slices.Clone(shifts)
	slices.SortFunc(sorted, func(a, b Shift) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.end(), b.end())) })
	for i := 1; i < len(sorted); i++ {
		if sorted[i-1].end() > int64(sorted[i].From) {
			found.Errorf("worktime.shift.overlap", subject, "let one shift end where the next begins", "%s overlaps %s", sorted[i], sorted[i-1])
			return nil
		}
	}
	return sorted
}

// exceptions returns the exceptions sorted and disjoint. Some that say the same
// about a day, such as a holiday within a vacation, are one.
func exceptions(authored []Exception, found *finding.List) []exception {
	if len(authored) > maxExceptions {
		found.Errorf("worktime.exception.count", "exceptions", "drop exceptions outside the horizon", "%d exceptions: at most %d", len(authored), maxExceptions)
		return nil
	}
	type named struct {
		exception
		index int
	}
	all := make([]named, 0, len(authored))
	for i, e := range authored {
		subject := fmt.Sprintf("exceptions[%d]", i)
		if e.Days.IsEmpty() {
			found.Errorf("worktime.exception.days", subject, "give its first and last day", "exception %.40q has no days", e.Name)
			continue
		}
		all = append(all, named{exception{e.Days.First().Days(), e.Days.Last().Days(), daily(e.Shifts, subject, found), e.Name}, i})
	}
	slices.SortStableFunc(all, func(a, b named) int { return cmp.Compare(a.first, b.first) })
	var out []exception
	owner := 0 // the exception that reaches furthest, for the message
	for _, e := range all {
		if len(out) == 0 || e.first > out[len(out)-1].last {
			out, owner = append(out, e.exception), e.index
			continue
		}
		last := &out[len(out)-1]
		if !slices.Equal(last.shifts, e.shifts) {
			found.Errorf("worktime.exception.overlap", fmt.Sprintf("exceptions[%d]", e.index), "split or drop one of the two",
				"%.40q says something else about %s than exceptions[%d] %.40q", authored[e.index].Name, civil.FromDays(e.first), owner, authored[owner].Name)
		}
		if e.last > last.last {
			last.last, owner = e.last, e.index
		}
	}
	return out
}

// tabulate lists the spans of the horizon with the work before each, and three
// indexes into them: by day, by position in time, by position in work.
func tabulate(p *pattern, horizon civil.Period) *Calendar {
	c := &Calendar{pattern: *p, horizon: horizon, day0: horizon.First().Days(), day1: horizon.Last().Days() + 1}
	w := c.walker()
	c.from, c.to = w.boundary(c.day0), w.boundary(c.day1)
	c.to = max(c.to, c.from)
	c.dayFirst = make([]int32, 0, horizon.Len()+1)
	c.daysBefore = make([]int32, 0, horizon.Len()+1)
	for day := c.day0; day < c.day1; day++ {
		c.dayFirst = append(c.dayFirst, int32(len(c.rows)))
		c.daysBefore = append(c.daysBefore, int32(len(c.workdays)))
		spans := w.day(day)
		if len(spans) > 0 {
			c.workdays = append(c.workdays, int32(day-c.day0))
		}
		for _, s := range spans {
			c.rows = append(c.rows, row{s, c.total})
			c.total += s.end - s.start
		}
	}
	c.dayFirst = append(c.dayFirst, int32(len(c.rows)))
	c.daysBefore = append(c.daysBefore, int32(len(c.workdays)))
	const never = maxAt + minutesPerDay // later than every instant asked for
	c.rows = append(c.rows, row{span{never, never}, c.total})

	c.byTime = make([]int32, (c.to-c.from)/timeBucket+1)
	i := int32(0)
	for b := range c.byTime {
		for c.rows[i].end <= c.from+int64(b)*timeBucket {
			i++
		}
		c.byTime[b] = i
	}
	c.byWork = make([]int32, c.total/workBucket+1)
	i = 0
	for b := range c.byWork {
		for int(i) < len(c.rows)-2 && c.rows[i+1].before < int64(b)*workBucket {
			i++
		}
		c.byWork[b] = i
	}
	return c
}
