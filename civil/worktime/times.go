package worktime

import (
	"math"
	"time"

	"github.com/go-marops/marops/civil"
)

// minuteOf rounds a time down to its minute, within the range.
func minuteOf(t time.Time) int64 { return clampAt(floorDiv(t.Unix(), 60)) }

func (c *Calendar) time(at int64) time.Time { return time.Unix(at*60, 0).In(c.loc) }

// Add returns the time a length after t, before it if negative, in the
// calendar's zone. A zero length leaves t unchanged.
//
// Working minutes are counted from the minute of t; see AddMinutes. Elapsed
// lengths keep the seconds of t. Working days move to the nth working day after
// that of t, as AddDays does, and keep the wall clock within that day's working
// time: before it is its start, after it its end, in a break the end of the
// break (going backward, its start). After midnight in a night shift, the day
// of t is the one on which the shift started.
func (c *Calendar) Add(t time.Time, l Length) time.Time {
	switch {
	case l.IsZero():
		return t.In(c.loc)
	case l.kind == KindElapsed:
		if at := minuteOf(t); at > minAt && at < maxAt {
			at = addElapsed(at, l.amount)
			if at > minAt && at < maxAt {
				second := t.Unix() - floorDiv(t.Unix(), 60)*60
				return time.Unix(at*60+second, int64(t.Nanosecond())).In(c.loc)
			}
		}
	}
	return c.time(c.AddLength(minuteOf(t), l))
}

// Sub returns the time a length before t: Add of l.Neg().
func (c *Calendar) Sub(t time.Time, l Length) time.Time { return c.Add(t, l.Neg()) }

// AddLength is Add for an instant in UTC minutes since the Unix epoch.
func (c *Calendar) AddLength(at int64, l Length) int64 {
	switch {
	case l.IsZero():
		return at
	case l.kind == KindWork:
		return c.AddMinutes(at, Minutes(l.amount))
	case l.kind == KindElapsed:
		return addElapsed(clampAt(at), l.amount)
	}
	return c.addDays(clampAt(at), l.amount)
}

func addElapsed(at, minutes int64) int64 {
	return clampAt(at + min(max(minutes, minAt-maxAt), maxAt-minAt))
}

func (c *Calendar) addDays(at, n int64) int64 {
	w := c.walker()
	day, late := c.localDay(at), int64(0)
	_, offset := c.time(at).Zone()
	clock := floorDiv(at*60+int64(offset), 60) - day*minutesPerDay
	if c.overnight {
		today := w.day(day)
		if len(today) == 0 || at < today[0].start {
			if night := w.day(day - 1); len(night) > 0 && at <= night[len(night)-1].end {
				day, late = day-1, 1
			}
		}
	}
	d := c.AddDays(civil.FromDays(day), clampInt(n))
	spans := w.day(d.Days())
	wall := c.instant((d.Days()+late)*minutesPerDay + clock)
	if len(spans) == 0 { // AddDays saturated
		return wall
	}
	for i, s := range spans {
		if wall < s.start {
			if n < 0 && i > 0 {
				return spans[i-1].end
			}
			return s.start
		}
		if wall <= s.end {
			return wall
		}
	}
	return spans[len(spans)-1].end
}

func clampInt(n int64) int { return int(min(max(n, math.MinInt32), math.MaxInt32)) }

// Between returns the working minutes from a to b, negative if b is before a.
func (c *Calendar) Between(a, b time.Time) Minutes {
	return c.BetweenMinutes(minuteOf(a), minuteOf(b))
}

// Next returns t if it is in working time, else the time at which work next
// begins, in the calendar's zone.
func (c *Calendar) Next(t time.Time) time.Time {
	at := minuteOf(t)
	if next := c.NextMinute(at); next != at || !c.working(at) {
		return c.time(next)
	}
	return t.In(c.loc)
}

// Prev returns t if work goes on until then, else the time at which work last
// ended, in the calendar's zone.
func (c *Calendar) Prev(t time.Time) time.Time {
	at := minuteOf(t)
	if c.working(at) && c.time(at).Before(t) {
		return t.In(c.loc) // inside a working minute
	}
	return c.time(c.PrevMinute(at))
}

// IsWorking reports whether t is in working time. The instant at which work
// ends is not.
func (c *Calendar) IsWorking(t time.Time) bool { return c.working(minuteOf(t)) }

func (c *Calendar) working(at int64) bool {
	return at < maxAt && c.BetweenMinutes(at, at+1) > 0
}
