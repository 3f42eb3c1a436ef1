package planning

import (
	"math"

	"github.com/go-marops/marops/civil/worktime"
)

// Instants are UTC minutes since the Unix epoch. never and always stand for "no
// bound"; they lie outside the range of every calendar.
const (
	always = math.MinInt64 / 4
	never  = math.MaxInt64 / 4
)

// lastDay is the begin of 31 December 9999 and firstDay of 1 January of the year 1,
// beyond which instants saturate: what would end or begin there has no date.
const (
	lastDay  = 4_223_370_240
	firstDay = -1_035_593_280
)

// Two instants with no working time between them are one moment of work: the
// evening and the next morning. A start is told as the latest of them, a finish
// as the earliest. Forward and backward steps below are adjoint: forward(s) <= f
// exactly if s <= backward(f), so that both passes agree to the minute.

// startOn returns the first moment at which a task of a length may start.
func startOn(cal *worktime.Calendar, at int64, l worktime.Length) int64 {
	switch {
	case l.Kind() == worktime.KindElapsed:
		return at
	case l.IsZero():
		// A milestone stays in the evening in which its predecessor ends.
		if cal.PrevMinute(at) == at {
			return at
		}
	}
	return cal.NextMinute(at)
}

// finishBy returns the last moment up to at on which a task may finish.
func finishBy(cal *worktime.Calendar, at int64, l worktime.Length) int64 {
	switch {
	case l.Kind() == worktime.KindElapsed:
		return at
	case l.IsZero():
		if cal.NextMinute(at) == at {
			return at
		}
	}
	return cal.PrevMinute(at)
}

// finish returns when a task ends that starts on a moment given by startOn.
func finish(cal *worktime.Calendar, start int64, l worktime.Length) int64 {
	if l.Kind() == worktime.KindDays {
		return days(cal, start, l)
	}
	return cal.AddLength(start, l)
}

// latestStart returns the last start from which a task ends by a moment given
// by finishBy.
func latestStart(cal *worktime.Calendar, end int64, l worktime.Length) int64 {
	if l.Kind() == worktime.KindDays {
		return latestDays(cal, end, l)
	}
	return cal.AddLength(end, l.Neg())
}

// startFor returns the first start from which a task does not end before at, in
// its working time.
func startFor(cal *worktime.Calendar, at int64, l worktime.Length) int64 {
	switch {
	case l.IsZero():
		return at
	case l.Kind() == worktime.KindDays:
		// The minute after the last start that ends too early.
		return cal.NextMinute(latestDays(cal, cal.PrevMinute(at)-1, l) + 1)
	}
	return cal.AddLength(at, l.Neg())
}

// after returns the earliest instant that keeps a lag behind at.
func after(cal *worktime.Calendar, at int64, lag worktime.Length) int64 {
	switch {
	case lag.IsZero():
		return at
	case lag.Kind() == worktime.KindDays:
		return days(cal, at, lag)
	case lag.Kind() == worktime.KindWork && lag.Amount() < 0:
		return cal.PrevMinute(cal.AddLength(at, lag))
	}
	return cal.AddLength(at, lag)
}

// before returns the latest instant behind which at keeps a lag.
func before(cal *worktime.Calendar, at int64, lag worktime.Length) int64 {
	switch {
	case lag.IsZero():
		return at
	case lag.Kind() == worktime.KindDays:
		return latestDays(cal, at, lag)
	case lag.Kind() == worktime.KindWork && lag.Amount() < 0:
		return cal.NextMinute(cal.AddLength(at, lag.Neg()))
	}
	return cal.AddLength(at, lag.Neg())
}

// days adds working days. It counts from the morning (backward from the
// evening), so that a day that begins at its start counts as a whole one,
// however short it is.
func days(cal *worktime.Calendar, at int64, l worktime.Length) int64 {
	if l.Amount() > 0 {
		at = cal.NextMinute(at)
	} else {
		at = cal.PrevMinute(at)
	}
	return cal.PrevMinute(cal.AddLength(at, l))
}

// latestDays returns the last instant from which days leads to end or earlier.
// Days differ in length, so the guess is corrected by bisection.
func latestDays(cal *worktime.Calendar, end int64, l worktime.Length) int64 {
	guess := cal.AddLength(cal.PrevMinute(end), l.Neg())
	if l.Amount() < 0 {
		guess = cal.AddLength(cal.NextMinute(end), l.Neg())
	}
	fits := func(at int64) bool { return days(cal, at, l) <= end }
	low, high := guess, guess+1
	for step := int64(1440); !fits(low); step *= 2 {
		if step > spanMinutes {
			return low
		}
		low, high = low-step, low
	}
	for step := int64(1440); fits(high); step *= 2 {
		if step > spanMinutes {
			return high
		}
		low, high = high, high+step
	}
	for high-low > 1 {
		if mid := low + (high-low)/2; fits(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

const spanMinutes = 1 << 32 // 8,166 years: past it every instant has saturated
