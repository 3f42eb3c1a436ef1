package journey

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// end returns when a wait that begins now is over.
func (w *Wait) end(env Env) time.Time {
	t := env.Now
	switch {
	case w.For.IsZero():
	case w.For.Kind() == worktime.KindElapsed:
		t = t.Add(span(w.For))
	default:
		t = env.Calendar.Add(t, w.For)
	}
	if w.Until == nil {
		return t.UTC()
	}
	// Eight days have every weekday at a time that is still to come, one more
	// for a date that the zone skips.
	first := civil.DateOf(t.In(env.Zone))
	for i := range 16 {
		day := first.AddDays(i)
		if !on(w.Until.Days, day) {
			continue
		}
		if at := clockAt(day, w.Until.At, env.Zone); at.After(t) {
			return at.UTC()
		}
	}
	return t.UTC() // at the end of the calendar
}

// on reports whether a day is one of the weekdays, any if none is given.
func on(days []Weekday, d civil.Date) bool {
	return len(days) == 0 || slices.Contains(days, Weekday((d.Weekday()+6)%7)) //nolint:gosec // 0 to 6
}

func clockAt(d civil.Date, c worktime.Clock, loc *time.Location) time.Time {
	if c >= 24*60 {
		return d.AddDays(1).In(loc)
	}
	return d.At(int(c)/60, int(c)%60, loc)
}

// ends returns when the quiet hours in which t falls are over; ok is false if t
// is not in them.
func (q *Quiet) ends(t time.Time, loc *time.Location) (end time.Time, ok bool) {
	today := civil.DateOf(t.In(loc))
	for _, day := range []civil.Date{today.AddDays(-1), today} {
		last := day
		if q.To <= q.From {
			last = day.AddDays(1)
		}
		end = clockAt(last, q.To, loc)
		if on(q.Days, day) && !t.Before(clockAt(day, q.From, loc)) && t.Before(end) {
			return end, true
		}
	}
	return t, false
}

// sendable returns the first moment from now on at which a message may go, and
// what held it up last. Every round goes forward in time, past one quiet time or
// one earlier send; the number of rounds bounds it where thousands of sends crowd.
func (p *Program) sendable(env Env, own []time.Time) (at time.Time, why string) {
	at = env.Now
	var sends []time.Time
	if len(p.def.Caps) > 0 {
		sends = slices.SortedFunc(slices.Values(slices.Concat(own, env.Sends)), time.Time.Compare)
	}
	for range 1000 {
		start := at
		for i := range p.def.Quiet {
			if end, quiet := p.def.Quiet[i].ends(at, env.Zone); quiet {
				at, why = end.UTC(), "quiet hours"
			}
		}
		for _, c := range p.def.Caps {
			// The window ends with at and does not hold its own beginning.
			from, _ := slices.BinarySearchFunc(sends, at.Add(-span(c.Within)), func(s, t time.Time) int {
				if s.After(t) {
					return 1
				}
				return -1
			})
			to, _ := slices.BinarySearchFunc(sends, at, func(s, t time.Time) int {
				if s.After(t) {
					return 1
				}
				return -1
			})
			if to-from >= c.Max {
				at, why = sends[to-c.Max].Add(span(c.Within)).UTC(), fmt.Sprintf("at most %d within %v", c.Max, c.Within)
			}
		}
		if at.Equal(start) {
			return at, why
		}
	}
	return at, why
}
