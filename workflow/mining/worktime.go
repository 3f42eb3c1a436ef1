package mining

import (
	"math"
	"time"

	"github.com/go-marops/marops/civil/worktime"
)

// WorkingTime returns the same log with every duration in working time by a
// calendar, exact to the millisecond; nil goes back to elapsed time. What speaks
// of instants (Span, Months, Little, Deadlines) stays as it is.
func (l *Log) WorkingTime(cal *worktime.Calendar) *Log {
	view := *l
	view.calendar, view.clock = cal, l.at
	if cal != nil {
		view.clock = make([]int64, len(l.at))
		for i, at := range l.at {
			view.clock[i] = worked(cal, at)
		}
	}
	return &view
}

// worked returns the working milliseconds up to an instant, since the calendar
// began. Working time begins and ends at whole minutes.
func worked(cal *worktime.Calendar, at int64) int64 {
	minute := floorDiv(at, 60_000)
	ms := 60_000 * cal.Worked(minute)
	if part := at - 60_000*minute; part > 0 && cal.NextMinute(minute) == minute {
		ms += part
	}
	return ms
}

// reached returns the earliest instant up to which so many milliseconds were
// worked.
func reached(cal *worktime.Calendar, ms int64) int64 {
	minute := floorDiv(ms, 60_000)
	part := ms - 60_000*minute
	if part == 0 {
		return 60_000 * cal.First(minute)
	}
	return 60_000*cal.Last(minute) + part
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// after returns the instant a length after another one. Working minutes are
// counted to the millisecond.
func after(cal *worktime.Calendar, at int64, l worktime.Length) int64 {
	switch minute := floorDiv(at, 60_000); l.Kind() {
	case worktime.KindElapsed:
		if n := l.Amount(); n > math.MaxInt32 || n < math.MinInt32 {
			return 60_000 * cal.AddLength(minute, l)
		}
		return at + 60_000*l.Amount()
	case worktime.KindDays:
		due := cal.AddLength(minute, l)
		if part := at - 60_000*minute; part > 0 && cal.NextMinute(minute) == minute && cal.NextMinute(due) == due {
			return 60_000*due + part
		}
		return 60_000 * due
	default:
		if n := l.Amount(); n == 0 || n > math.MaxInt32 || n < math.MinInt32 {
			return 60_000 * cal.AddLength(minute, l)
		}
		return reached(cal, worked(cal, at)+60_000*l.Amount())
	}
}

// Deadline is by when a case should have ended, and whether it did.
type Deadline struct {
	Case       string
	Start, Due time.Time
	End        time.Time
	Met        bool  // ended by Due
	Late       int64 // milliseconds of the log's durations from Due to End; 0 if met
}

// Deadlines measures every case against a limit from its first event to its last,
// in the order of cases. Due is the earliest instant at which the limit has
// passed. A case that goes on after the log ends is measured by its last event.
func (l *Log) Deadlines(cal *worktime.Calendar, limit worktime.Length) []Deadline {
	out := make([]Deadline, len(l.ids))
	for c := range l.ids {
		start, end := l.at[l.starts[c]], l.at[l.starts[c+1]-1]
		due := after(cal, start, limit)
		out[c] = Deadline{l.ids[c], instant(start), instant(due), instant(end), end <= due, 0}
		switch {
		case end <= due:
		case l.calendar != nil:
			out[c].Late = worked(l.calendar, end) - worked(l.calendar, due)
		default:
			out[c].Late = end - due
		}
	}
	return out
}

// due returns when a length has passed since a time of the log's clock, on that
// clock.
func (s *schedule) due(at int64, l worktime.Length) int64 {
	own := s.log.calendar
	if own == nil {
		return after(s.Deadlines, at, l)
	}
	return worked(own, after(s.Deadlines, reached(own, at), l))
}
