package worktime

import (
	"cmp"
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
)

// The range of answers. Days are counted from 1970-01-01, instants are UTC
// minutes since the Unix epoch.
const (
	minDay = -719162 // civil.MinDate().Days()
	maxDay = 2932896 // civil.MaxDate().Days()
	minAt  = int64(minDay * minutesPerDay)
	maxAt  = int64(maxDay*minutesPerDay + minutesPerDay - 1)
)

// maxShifts bounds the shifts of one day, and with it every loop over them.
const maxShifts = 16

// pattern is the authored calendar, checked and sorted: it knows the work of
// every day from year 1 to 9999.
type pattern struct {
	loc        *time.Location
	week       Week
	exceptions []exception // sorted, disjoint
	overnight  bool        // some shift ends on the next day
}

type exception struct {
	first, last int64
	shifts      []Shift
}

// shifts returns the shifts that start on a day, sorted.
func (p *pattern) shifts(day int64) []Shift {
	if day < minDay || day > maxDay {
		return nil
	}
	i, found := slices.BinarySearchFunc(p.exceptions, day, func(e exception, day int64) int {
		switch {
		case e.last < day:
			return -1
		case e.first > day:
			return 1
		}
		return 0
	})
	if found {
		return p.exceptions[i].shifts
	}
	return p.week[floorMod(day+4, 7)] // 1970-01-01 was a Thursday
}

// instant resolves a wall-clock minute by the rule of civil.Date.At.
func (p *pattern) instant(wall int64) int64 {
	day := floorDiv(wall, minutesPerDay)
	switch {
	case day < minDay:
		return minAt
	case day > maxDay:
		return maxAt
	}
	clock := int(wall - day*minutesPerDay)
	return clampAt(floorDiv(civil.FromDays(day).At(clock/60, clock%60, p.loc).Unix(), 60))
}

// skipped reports whether the zone jumps over the whole day, as Pacific/Apia
// did on 2011-12-30.
func (p *pattern) skipped(day int64) bool {
	d := civil.FromDays(day)
	return civil.DateOf(d.At(0, 0, p.loc)) != d
}

// localDay returns the day on which an instant falls in the zone.
func (p *pattern) localDay(at int64) int64 {
	_, offset := time.Unix(at*60, 0).In(p.loc).Zone()
	day := floorDiv(at*60+int64(offset), minutesPerDay*60)
	return min(max(day, minDay), maxDay)
}

// span is a stretch of work in UTC minutes, half-open.
type span struct{ start, end int64 }

// walker computes the work of single days. It remembers over which days the
// zone's offset stays the same: there a shift is resolved by one subtraction.
type walker struct {
	*pattern
	lo, hi    int64 // days [lo, hi) are plain: no clock change within two days
	offset    int64 // seconds east of UTC, in those days
	today     [maxShifts]span
	yesterday [maxShifts]span
}

func (w *walker) plain(day int64) bool {
	if day >= w.lo && day < w.hi {
		return true
	}
	const secondsPerDay = minutesPerDay * 60
	noon := time.Unix(day*secondsPerDay+secondsPerDay/2, 0).In(w.loc)
	start, end := noon.ZoneBounds()
	w.lo, w.hi = minDay+2, maxDay-1 // the ends of the range saturate
	if !start.IsZero() {
		w.lo = max(w.lo, floorDiv(start.Unix(), secondsPerDay)+3)
	}
	if !end.IsZero() {
		w.hi = min(w.hi, floorDiv(end.Unix(), secondsPerDay)-2)
	}
	_, offset := noon.Zone()
	w.offset = int64(offset)
	return day >= w.lo && day < w.hi
}

// day returns the work that belongs to a day in order, valid until the next
// call. A day's work begins no earlier than that of the days before has ended:
// a night shift runs on into a changed day.
func (w *walker) day(day int64) []span {
	plain := w.plain(day)
	spans := w.resolve(day, plain, &w.today)
	if len(spans) == 0 || plain && !w.overnight {
		return spans
	}
	busy := w.lastEnd(day-1, plain)
	if !plain { // the day before may be one that the zone skips
		busy = max(busy, w.lastEnd(day-2, false))
	}
	kept := spans[:0]
	for _, s := range spans {
		s.start = max(s.start, busy)
		if s.start < s.end {
			kept = append(kept, s)
		}
	}
	return kept
}

// lastEnd returns the end of the shifts that start on a day; minAt if none.
func (w *walker) lastEnd(day int64, plain bool) int64 {
	end := minAt
	for _, s := range w.resolve(day, plain, &w.yesterday) {
		end = max(end, s.end)
	}
	return end
}

// resolve turns the shifts of a day into spans that are sorted and disjoint.
func (w *walker) resolve(day int64, plain bool, buffer *[maxShifts]span) []span {
	shifts := w.shifts(day)
	spans := buffer[:0]
	if len(shifts) == 0 {
		return spans
	}
	midnight := day * minutesPerDay
	if plain {
		midnight = floorDiv(midnight*60-w.offset, 60)
		for _, s := range shifts {
			spans = append(spans, span{midnight + int64(s.From), midnight + s.end()})
		}
		return spans
	}
	if w.skipped(day) {
		return spans
	}
	for _, s := range shifts {
		spans = append(spans, span{w.instant(midnight + int64(s.From)), w.instant(midnight + s.end())})
	}
	// A clock time inside a gap moves forward, perhaps past the start of a
	// later shift.
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	kept, busy := spans[:0], minAt
	for _, s := range spans {
		s.start = max(s.start, busy)
		if s.start < s.end {
			kept = append(kept, s)
			busy = s.end
		}
	}
	return kept
}

// boundary returns the instant at which a day's turn begins: its midnight, or
// the end of the night shift that runs past it.
func (w *walker) boundary(day int64) int64 {
	return max(w.instant(day*minutesPerDay), w.lastEnd(day-1, false), w.lastEnd(day-2, false))
}

func minutesOf(spans []span) int64 {
	n := int64(0)
	for _, s := range spans {
		n += s.end - s.start
	}
	return n
}

func clampAt(at int64) int64 { return min(max(at, minAt), maxAt) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }
