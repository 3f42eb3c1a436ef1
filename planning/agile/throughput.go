package agile

import (
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// Throughput is how many items were done in each of some stretches of equal
// length. A forecast supposes that each stretch to come is like one of them, all
// equally likely and independent (T. Magennis, Forecasting and Simulating
// Software Development Projects, 2011).
type Throughput struct {
	Counts   []int
	Days     int                // working days of the calendar in a stretch, or days if it is nil; from 1
	Calendar *worktime.Calendar // nil: every day is a working day
}

// Throughput counts the items done in each full stretch of a period, the last of
// which ends with the period; what is left at its beginning is not counted. Days
// are working days of the calendar, or days if it is nil. Items done on a day
// without work count with the working day before it.
func (b *Backlog) Throughput(period civil.Period, days int, cal *worktime.Calendar) Throughput {
	var done []civil.Date
	for _, it := range b.items {
		if it.State == Finished {
			done = append(done, it.Finished)
		}
	}
	return ThroughputOf(done, period, days, cal)
}

// ThroughputOf is Backlog.Throughput for the days on which items were finished
// elsewhere, such as the cards of a board.
func ThroughputOf(done []civil.Date, period civil.Period, days int, cal *worktime.Calendar) Throughput {
	t := Throughput{Days: days, Calendar: cal}
	if period.IsEmpty() || days < 1 || period.Len() > 10*maxSprint {
		return t
	}
	between := func(from, to civil.Date) int { // days after the first, up to the last
		if cal == nil {
			return to.Sub(from)
		}
		return cal.DaysBetween(from, to)
	}
	before := period.First().AddDays(-1)
	n := between(before, period.Last()) / days
	skip := between(before, period.Last()) - n*days
	t.Counts = make([]int, n)
	for _, d := range done {
		if !period.Contains(d) {
			continue
		}
		if at := between(before, d) - 1 - skip; at >= 0 && at < n*days {
			t.Counts[at/days]++
		}
	}
	return t
}
