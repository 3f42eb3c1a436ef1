package worktime

import (
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
	repeated   Repeated
	weeks      []version   // sorted; the first holds from minDay
	exceptions []exception // sorted, disjoint
	overnight  bool        // some shift ends on the next day
	others     []*pattern  // work counts only while all of them work too
}

type version struct {
	from int64
	week Week
}

type exception struct {
	first, last int64
	shifts      []Shift
	name        string
}

// shifts returns the shifts that start on a day, sorted.
func (p *pattern) shifts(day int64) []Shift {
	if day < minDay || day > maxDay {
		return nil
	}
	if e := p.exception(day); e != nil {
		return e.shifts
	}
	return p.weekOn(day)[weekday(day)]
}

// exception returns that of a day, nil if it has none.
func (p *pattern) exception(day int64) *exception {
	i, found := slices.BinarySearchFunc(p.exceptions, day, func(e exception, day int64) int {
		switch {
		case e.last < day:
			return -1
		case e.first > day:
			return 1
		}
		return 0
	})
	if !found {
		return nil
	}
	return &p.exceptions[i]
}

// weekOn returns the week that holds on a day.
func (p *pattern) weekOn(day int64) *Week {
	v := len(p.weeks) - 1
	for v > 0 && p.weeks[v].from > day {
		v--
	}
	return &p.weeks[v].week
}

// instant resolves a wall-clock minute. Later minutes never have earlier
// instants, which is why shifts can be cut and combined by the clock on the
// wall: a minute that the zone skips means the change that skips it. The rule of
// civil.Date.At, forward by the length of the gap, would turn the order around.
func (p *pattern) instant(wall int64) int64 {
	day := floorDiv(wall, minutesPerDay)
	switch {
	case day < minDay:
		return minAt
	case day > maxDay:
		return maxAt
	}
	clock := int(wall - day*minutesPerDay)
	t := civil.FromDays(day).At(clock/60, clock%60, p.loc)
	_, offset := t.Zone()
	if t.Unix()+int64(offset) != wall*60 {
		t, _ = t.ZoneBounds() // At moved past the change
	} else if p.repeated == Later {
		if _, change := t.ZoneBounds(); !change.IsZero() {
			_, offset = change.Zone()
			if again := time.Unix(wall*60-int64(offset), 0); !again.Before(change) {
				t = again
			}
		}
	}
	return clampAt(floorDiv(t.Unix(), 60))
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

	others []walker  // of the pattern's others
	common [2][]span // their work and ours
}

func newWalker(p *pattern) walker {
	w := walker{pattern: p}
	if len(p.others) > 0 { // keeps the walker of a single pattern off the heap
		w.others = make([]walker, len(p.others))
		for i, o := range p.others {
			w.others[i].pattern = o
		}
	}
	return w
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
// call: that of the shifts that start on it. It begins no earlier than the work
// of the days before has ended: a night shift runs on into a changed day.
func (w *walker) day(day int64) []span {
	spans := w.own(day)
	for i := range w.others {
		if len(spans) == 0 {
			break
		}
		spans = w.meet(spans, i)
	}
	return spans
}

// own is day without the others.
func (w *walker) own(day int64) []span {
	plain := w.plain(day)
	spans := w.resolve(day, plain, &w.today)
	if len(spans) == 0 || plain && !w.overnight {
		return spans
	}
	return clip(spans, w.lastEnd(day-1, plain))
}

// clip removes what begins before earlier work has ended.
func clip(spans []span, busy int64) []span {
	kept := spans[:0]
	for _, s := range spans {
		s.start = max(s.start, busy)
		if s.start < s.end {
			kept = append(kept, s)
			busy = s.end
		}
	}
	return kept
}

// meet returns the parts of the spans at which another works too.
func (w *walker) meet(spans []span, other int) []span {
	o := &w.others[other]
	both := w.common[other%2][:0] // spans may be the other buffer
	last := o.localDay(spans[len(spans)-1].end) + 1
	for day := o.localDay(spans[0].start) - 2; day <= last; day++ {
		for _, theirs := range o.own(day) {
			for _, s := range spans {
				if s = (span{max(s.start, theirs.start), min(s.end, theirs.end)}); s.start < s.end {
					both = append(both, s)
				}
			}
		}
	}
	w.common[other%2] = both
	return both
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
	for _, s := range shifts {
		spans = append(spans, span{w.instant(midnight + int64(s.From)), w.instant(midnight + s.end())})
	}
	return clip(spans, minAt) // a shift within a gap is none
}

// boundary returns the instant at which a day's turn begins: its midnight, or
// the end of the night shift that runs past it.
func (w *walker) boundary(day int64) int64 {
	return max(w.instant(day*minutesPerDay), w.lastEnd(day-1, false))
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
