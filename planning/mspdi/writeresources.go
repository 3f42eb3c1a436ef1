package mspdi

import (
	"cmp"
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// resources writes people, each with absences as a calendar of their own, and
// their assignments.
func (w *writer) resources() {
	keys := make([]planning.ResourceKey, len(w.plan.Resources))
	for i, r := range w.plan.Resources {
		keys[i] = r.Key
	}
	ids := uids(keys)
	uid := make(map[planning.ResourceKey]int, len(ids))
	for i := range w.plan.Resources {
		r := &w.plan.Resources[i]
		uid[r.Key] = ids[i]
		name := named(r.Name, string(r.Key), ids[i])
		out := xmlResource{
			UID: ids[i], ID: i + 1, Name: name, Type: new(1), MaxUnits: new(thousandths(r.Units)), IsGeneric: r.Kind == planning.Pool,
			Availability: availability(r),
		}
		out.rates(r)
		base := r.Calendar
		if len(r.Absences) > 0 {
			if base == "" {
				base = w.plan.Calendar
			}
			cal := xmlCalendar{UID: len(w.out.Calendars) + 1, Name: name, BaseCalendarUID: w.calendar[base]}
			for _, e := range w.absent(base, r.Absences) {
				cal.Exceptions = append(cal.Exceptions, exception(e))
			}
			w.out.Calendars = append(w.out.Calendars, cal)
			out.CalendarUID = new(cal.UID)
		} else if base != "" {
			out.CalendarUID = new(w.calendar[base])
		}
		w.out.Resources = append(w.out.Resources, out)
	}
	for i := range w.plan.Tasks {
		t := &w.plan.Tasks[i]
		spans := w.spans(i)
		book := func(resource int, units decimal) {
			out := xmlAssignment{UID: len(w.out.Assignments) + 1, TaskUID: w.uid[i], ResourceUID: resource, Units: new(units)}
			out.Work = w.rows(out.UID, spans, units)
			w.out.Assignments = append(w.out.Assignments, out)
		}
		for _, a := range t.Assignments {
			book(uid[a.Resource], thousandths(a.Units))
		}
		if len(t.Assignments) == 0 && len(spans) > 0 {
			book(unassigned, thousandths(0))
		}
	}
}

// availability writes units that change as periods without gaps.
func availability(r *planning.Resource) []xmlUnits {
	if len(r.Changes) == 0 {
		return nil
	}
	var out []xmlUnits
	from, units := noStart(), thousandths(r.Units)
	for _, c := range r.Changes {
		if c.From.After(from) {
			out = append(out, xmlUnits{morning(from), night(c.From.AddDays(-1)), units})
		}
		from, units = c.From, decimal(c.Units)
	}
	return append(out, xmlUnits{morning(from), night(noEnd()), units})
}

// rates writes what an hour costs as table A; before the first rate it is nothing.
func (out *xmlResource) rates(r *planning.Resource) {
	if !slices.ContainsFunc(r.Rates, func(rate planning.Rate) bool { return rate.Hour.Minor() != 0 }) {
		return
	}
	const hour = 2
	list := r.Rates
	if !list[0].From.IsZero() {
		list = append([]planning.Rate{{}}, list...)
	}
	for i, rate := range list {
		row := xmlRate{RatesFrom: morning(rate.From), RatesTo: night(noEnd()), StandardRate: rate.Hour.Amount(), StandardRateFormat: hour}
		if i == 0 {
			row.RatesFrom = morning(noStart())
		}
		if i+1 < len(list) {
			row.RatesTo = night(list[i+1].From.AddDays(-1))
		}
		out.Rates = append(out.Rates, row)
	}
	out.StandardRate, out.StandardRateFormat = r.Rates[0].Hour.Amount(), hour
}

// span is a time in which a task that is split is worked on, or rests.
type span struct {
	from, to time.Time
	minutes  int64 // 0: it rests
}

// spans returns when a task with pauses is worked on, none if it has none. All of its
// pauses must show: the format has no others.
func (w *writer) spans(i int) []span {
	t, f := &w.plan.Tasks[i], &w.floats[i]
	if len(t.Pauses) == 0 {
		return nil
	}
	cal, plain := w.m.Calendar(t.Key), w.clock(t.Calendar)
	from, to := f.Start, f.Finish
	if !t.Remaining.IsZero() {
		from = w.resume(t)
	}
	days, shown := 0, 0
	var out []span
	ok := plain != nil && t.Duration.Kind() != worktime.KindElapsed
	for _, p := range united(t.Pauses) {
		if !ok {
			break
		}
		n := plain.WorkingDays(p)
		days += n
		a, b := cal.Prev(p.First().In(w.zone)), cal.Next(p.Last().AddDays(1).In(w.zone))
		ok = n > 0 && a.After(from) && b.Before(to)
		if k := len(out); k > 0 && !a.After(out[k-1].to) {
			continue // no work between the two: one gap
		}
		seen, whole := pause(plain, gap{minuteOf(a), minuteOf(b)})
		shown += plain.WorkingDays(seen)
		ok = ok && whole && w.missed(t, a, b)
		if a.After(from) {
			out = append(out, span{from, a, int64(cal.Between(from, a))})
		}
		out = append(out, span{a, b, 0})
		from = b
	}
	if !ok || days != shown {
		w.errorf("mspdi.task.pause", "task/"+string(t.Key), "pause only between days on which it is worked on", "%d pauses, the first %s, do not all split it into whole days", len(t.Pauses), t.Pauses[0])
		return nil
	}
	return append(out, span{from, to, int64(cal.Between(from, to))})
}

// missed reports whether anybody who is assigned could work in a pause.
func (w *writer) missed(t *planning.Task, from, to time.Time) bool {
	return len(t.Assignments) == 0 || slices.ContainsFunc(t.Assignments, func(a planning.Assignment) bool {
		cal := w.m.ResourceCalendar(a.Resource)
		return cal != nil && cal.Between(from, to) > 0
	})
}

// united returns periods in the order of their days, those that meet as one.
func united(list []civil.Period) []civil.Period {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b civil.Period) int {
		return cmp.Or(a.First().Compare(b.First()), a.Last().Compare(b.Last()))
	})
	var out []civil.Period
	for _, p := range sorted {
		if k := len(out); k > 0 && !p.IsEmpty() && !p.First().After(out[k-1].Last().AddDays(1)) {
			if p.Last().After(out[k-1].Last()) {
				out[k-1] = civil.Days(out[k-1].First(), p.Last())
			}
			continue
		}
		out = append(out, p)
	}
	return out
}

// rows writes the work of somebody on a task that is split.
func (w *writer) rows(uid int, spans []span, units decimal) []xmlWork {
	const hours = 1
	var out []xmlWork
	for _, s := range spans {
		minutes := (s.minutes*int64(units) + 999) / 1000
		out = append(out, xmlWork{
			Type: remainingWork, UID: uid, Start: w.stamp(s.from), Finish: w.stamp(s.to), Unit: hours, Value: writeDuration(minutes),
		})
	}
	return out
}

func thousandths(n int) decimal {
	if n == 0 {
		return 1000
	}
	return decimal(n)
}
