package bound

import (
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// days finds the pieces of adding working days. Between the instants at which the
// local day, the clock's offset or the shift to which a moment belongs changes,
// the result keeps the time on the wall within another day's work: it never falls,
// and it rises by one or not at all but for jumps over breaks. So it is known on a
// stretch if it is the same at both ends, or if it has risen as much as the clock
// and all of that is work. Other stretches are halved.
type days struct {
	cal    *worktime.Calendar
	length worktime.Length
	out    []piece
	shapes [8]shape // of the last stretches
	next   int      // the shape to replace
}

// shape says where the pieces of a stretch began, from its start.
type shape struct {
	size  int64
	begin []int64
}

func (d *days) add(t int64) int64 { return d.cal.AddLength(t, d.length) }

func (d *days) pieces(w Window) []piece {
	cuts := d.cuts(w)
	for i, from := range cuts {
		to := w.To
		if i+1 < len(cuts) {
			to = cuts[i+1] - 1
		}
		d.stretch(from, to)
	}
	return d.out
}

// cuts returns the instants of the window from which on another rule may hold.
func (d *days) cuts(w Window) []int64 {
	out := []int64{w.From}
	loc := d.cal.Location()
	for t := w.From; t <= w.To; {
		here := time.Unix(t*60, 0).In(loc)
		_, offset := here.Zone()
		next := w.To + 1
		if _, end := here.ZoneBounds(); !end.IsZero() {
			next = min(next, ceilDiv(end.Unix(), 60))
		}
		const day = 24 * 60 * 60
		for n := ceilDiv(t*60+int64(offset), day); ; n++ {
			midnight := ceilDiv(n*day-int64(offset), 60)
			if midnight >= next {
				break
			}
			out = append(out, midnight)
		}
		out = append(out, next)
		t = next
	}
	first := civil.DateOf(time.Unix(w.From*60, 0).In(loc)).AddDays(-2)
	for date, end := first, civil.DateOf(time.Unix(w.To*60, 0).In(loc)).AddDays(1); !date.After(end); date = date.AddDays(1) {
		if !d.cal.WorkingDay(date) {
			continue
		}
		if end := d.cal.DayEnd(date); civil.DateOf(end) != date { // a night shift, to which moments of the next date belong
			out = append(out, end.Unix()/60+1, d.cal.DayStart(date.AddDays(1)).Unix()/60)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(t int64) bool { return t < w.From || t > w.To })
}

// stretch finds the pieces from one instant to another, first where they began in
// an earlier stretch as long: days are alike.
func (d *days) stretch(from, to int64) {
	mark := len(d.out)
	a, va := from, d.add(from)
	if i := slices.IndexFunc(d.shapes[:], func(s shape) bool { return s.size == to-from }); i >= 0 && to > from {
		d.next = i
		for _, h := range d.shapes[i].begin {
			d.halve(a, from+h-1, va, d.add(from+h-1))
			a, va = from+h, d.add(from+h)
		}
	}
	d.halve(a, to, va, d.add(to))
	s := &d.shapes[d.next]
	d.next = (d.next + 1) % len(d.shapes)
	s.size, s.begin = to-from, s.begin[:0]
	for _, p := range d.out[mark:] {
		if p.at > from {
			s.begin = append(s.begin, p.at-from)
		}
	}
}

// halve finds the pieces from a to b, whose values are known.
func (d *days) halve(a, b, va, vb int64) {
	switch {
	case va == vb:
		d.out = add(d.out, piece{a, va, false})
	case vb-va == b-a && d.cal.BetweenMinutes(va, vb) == worktime.Minutes(vb-va):
		d.out = add(d.out, piece{a, va, true})
	default:
		m := a + (b-a)/2
		vm := d.add(m)
		d.halve(a, m, va, vm)
		d.halve(m+1, b, d.add(m+1), vb)
	}
}

// ceilDiv divides, rounding up; b is positive.
func ceilDiv(a, b int64) int64 {
	q := a / b
	if a%b > 0 {
		q++
	}
	return q
}
