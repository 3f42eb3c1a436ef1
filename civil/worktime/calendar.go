package worktime

import (
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
)

// Calendar answers questions about working time. Compile makes it; it is
// immutable and safe for concurrent use.
//
// Its integer methods take and return instants as UTC minutes since the Unix
// epoch. They allocate nothing, and within the horizon each costs some
// nanoseconds; only a Calendar that Common made allocates outside its horizon.
type Calendar struct {
	pattern
	horizon    civil.Period
	day0, day1 int64   // the tabulated days [day0, day1)
	from, to   int64   // the instants at which day0 and day1 begin
	rows       []row   // the spans of those days, and one after all instants
	total      int64   // working minutes of all rows
	byTime     []int32 // first row that ends after from + b*timeBucket
	byWork     []int32 // first row that reaches b*workBucket working minutes
	dayFirst   []int32 // first row of each day, and len(rows)-1
	daysBefore []int32 // number of working days before each day, and of all
	workdays   []int32 // the working days, counted from day0
}

type row struct {
	span
	before int64 // working minutes of earlier rows
}

// Bucket widths in minutes: about one row each for office hours.
const (
	timeBucket = minutesPerDay
	workBucket = 256
)

func (c *Calendar) walker() walker { return newWalker(&c.pattern) }

// Location returns the calendar's zone.
func (c *Calendar) Location() *time.Location { return c.loc }

// Horizon returns the tabulated days.
func (c *Calendar) Horizon() civil.Period { return c.horizon }

func (c *Calendar) inside(at int64) bool { return at >= c.from && at <= c.to }

func (c *Calendar) tabulated(day int64) bool { return day >= c.day0 && day < c.day1 }

// after returns the first row that ends after an instant inside the table.
func (c *Calendar) after(at int64) int {
	i := int(c.byTime[uint64(at-c.from)/timeBucket])
	for c.rows[i].end <= at {
		i++
	}
	return i
}

// worked returns the tabulated work before an instant inside the table.
func (c *Calendar) worked(at int64) int64 {
	r := &c.rows[c.after(at)]
	return r.before + max(0, at-r.start)
}

// before returns the tabulated work before a day, day0 to day1.
func (c *Calendar) before(day int64) int64 { return c.rows[c.dayFirst[day-c.day0]].before }

// earliest returns the first instant with x tabulated minutes before it,
// 0 < x <= total.
func (c *Calendar) earliest(x int64) int64 {
	i := int(c.byWork[uint64(x)/workBucket])
	for c.rows[i+1].before < x {
		i++
	}
	return c.rows[i].start + x - c.rows[i].before
}

// latest returns the last instant with x tabulated minutes before it,
// 0 <= x < total.
func (c *Calendar) latest(x int64) int64 {
	i := int(c.byWork[uint64(x)/workBucket])
	for c.rows[i+1].before <= x {
		i++
	}
	return c.rows[i].start + x - c.rows[i].before
}

// AddMinutes returns the earliest instant m working minutes after at, for a
// negative m the latest one before it, and at itself for m = 0. It saturates at
// the ends of the range.
func (c *Calendar) AddMinutes(at int64, m Minutes) int64 {
	if m == 0 {
		return at
	}
	x := int64(m)
	if c.inside(at) && x <= maxAt-at && x >= minAt-at {
		x += c.worked(at)
		if m > 0 && x <= c.total {
			return c.earliest(x)
		}
		if m < 0 && x >= 0 {
			return c.latest(x)
		}
		return c.seek(c.day0, x, m < 0)
	}
	at = clampAt(at)
	switch { // work never outruns the clock
	case x > maxAt-at:
		return maxAt
	case x < minAt-at:
		return minAt
	}
	day, worked := c.locate(at)
	return c.seek(day, x+worked, m < 0)
}

// BetweenMinutes returns the working minutes from a to b, negative if b is
// before a.
func (c *Calendar) BetweenMinutes(a, b int64) Minutes {
	if c.inside(a) && c.inside(b) {
		return Minutes(c.worked(b) - c.worked(a))
	}
	a, b = clampAt(a), clampAt(b)
	if a > b {
		return -c.BetweenMinutes(b, a)
	}
	dayA, workedA := c.locate(a)
	dayB, workedB := c.locate(b)
	return Minutes(c.sum(dayA, dayB) - workedA + workedB)
}

// NextMinute returns at if work goes on there, else the instant at which it
// next begins; the end of the range if it never does.
func (c *Calendar) NextMinute(at int64) int64 {
	day := c.day1
	if c.inside(at) {
		if i := c.after(at); i < len(c.rows)-1 {
			return max(at, c.rows[i].start)
		}
	} else {
		at = clampAt(at)
		day = max(c.localDay(at)-2, minDay)
	}
	w := c.walker()
	for ; day <= maxDay; day++ {
		if c.tabulated(day) {
			i := c.after(min(max(at, c.from), c.to))
			if i < len(c.rows)-1 {
				return max(at, c.rows[i].start)
			}
			day = c.day1 - 1
			continue
		}
		for _, s := range w.day(day) {
			if s.end > at {
				return max(at, s.start)
			}
		}
	}
	return maxAt
}

// PrevMinute returns at if the minute before it is worked, else the instant at
// which work last ended; the start of the range if it never did.
func (c *Calendar) PrevMinute(at int64) int64 {
	day := c.day0 - 1
	if c.inside(at) {
		i := c.after(at)
		if c.rows[i].start < at {
			return at
		}
		if i > 0 {
			return c.rows[i-1].end
		}
	} else {
		at = clampAt(at)
		day = min(c.localDay(at)+1, maxDay)
	}
	w := c.walker()
	for ; day >= minDay; day-- {
		if c.tabulated(day) {
			i := c.after(min(max(at, c.from), c.to))
			if c.rows[i].start < at {
				return at
			}
			if i > 0 {
				return c.rows[i-1].end
			}
			day = c.day0
			continue
		}
		spans := w.day(day)
		for _, span := range slices.Backward(spans) {
			if span.start < at {
				return min(at, span.end)
			}
		}
	}
	return minAt
}

// locate returns a day near at, early enough that the work of all days before
// it has ended, and the minutes worked from that day's start until at.
func (c *Calendar) locate(at int64) (day, worked int64) {
	local := c.localDay(at)
	first := max(local-2, minDay)
	w := c.walker()
	for day := first; day <= local+1; day++ {
		for _, s := range w.day(day) {
			worked += max(0, min(s.end, at)-s.start)
		}
	}
	return first, worked
}

// minutes returns the work that belongs to a day.
func (c *Calendar) minutes(w *walker, day int64) int64 {
	if c.tabulated(day) {
		return c.before(day+1) - c.before(day)
	}
	return minutesOf(w.day(day))
}

// sum returns the work that belongs to the days [a, b).
func (c *Calendar) sum(a, b int64) int64 {
	w := c.walker()
	total := int64(0)
	for day := a; day < b; day++ {
		if c.tabulated(day) {
			end := min(b, c.day1)
			total += c.before(end) - c.before(day)
			day = end - 1
			continue
		}
		total += minutesOf(w.day(day))
	}
	return total
}

// seek returns the earliest or latest instant with x working minutes between
// the start of a day's work and it; x may point before or past that day.
func (c *Calendar) seek(day, x int64, latest bool) int64 {
	w := c.walker()
	for day >= minDay && day <= maxDay {
		// The whole table counts as one long day.
		table := c.tabulated(day)
		var spans []span
		var n int64
		next := day + 1
		if table {
			x += c.before(day)
			day, next, n = c.day0, c.day1, c.total
		} else {
			spans = w.day(day)
			n = minutesOf(spans)
		}
		switch {
		case x > n || latest && x == n:
			x -= n
			day = next
		case x < 0 || !latest && x == 0:
			day--
			if day >= minDay {
				x += c.minutes(&w, day)
			}
		case table && latest:
			return c.latest(x)
		case table:
			return c.earliest(x)
		default:
			for _, s := range spans {
				if length := s.end - s.start; x > length || latest && x == length {
					x -= length
					continue
				}
				return s.start + x
			}
		}
	}
	if day < minDay {
		return minAt
	}
	return maxAt
}

// A calendar is also an axis of working minutes, counted from the first instant of
// its horizon. Work that knows only one calendar can be reckoned on it in plain
// integers. Every place on the axis between two shifts is two instants, the end of
// one and the begin of the next: First and Last.

// Worked returns the place of an instant: the working minutes since the horizon
// began, negative before.
func (c *Calendar) Worked(at int64) int64 {
	if c.inside(at) {
		return c.worked(at)
	}
	return int64(c.BetweenMinutes(c.from, at))
}

// First returns the earliest instant at a place.
func (c *Calendar) First(worked int64) int64 {
	if worked > 0 && worked <= c.total {
		return c.earliest(worked)
	}
	return c.PrevMinute(c.off(worked))
}

// Last returns the latest instant at a place.
func (c *Calendar) Last(worked int64) int64 {
	if worked >= 0 && worked < c.total {
		return c.latest(worked)
	}
	return c.NextMinute(c.off(worked))
}

// off returns an instant at a place outside the table, from its nearer end.
func (c *Calendar) off(worked int64) int64 {
	if worked > 0 {
		return c.AddMinutes(c.to, Minutes(worked-c.total))
	}
	return c.AddMinutes(c.from, Minutes(worked))
}
