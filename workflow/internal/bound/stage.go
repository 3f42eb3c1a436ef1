package bound

import "github.com/go-marops/marops/civil/worktime"

// Then returns f followed by a stage that ends, counted on a calendar from when it
// starts, after the given lengths in a row: its deadline, then what each escalation
// gives. Without any length the stage takes no time. Lengths are those of
// [worktime.Calendar.AddLength]. The error, an *Error, is that a length is
// negative, that a decision may take more than 100 years, or more than a million
// pieces.
func (f Func) Then(cal *worktime.Calendar, lengths ...worktime.Length) (Func, error) {
	if len(f.pieces) == 0 {
		return Func{}, &Error{"there is no window"}
	}
	// The stage may start as early as everything before it may end: at once.
	stage, err := Identity(Window{f.window.From, f.last()})
	if err != nil {
		return Func{}, &Error{"decisions may take more than 100 years"}
	}
	for _, l := range lengths {
		if l.IsZero() {
			continue
		}
		if cal == nil || l.Amount() < 0 {
			return Func{}, &Error{"a deadline is negative, or has no calendar"}
		}
		w := Window{f.window.From, stage.last()}
		if last := cal.AddLength(w.To, l); last > maxAt || last-w.From > 2*maxWindow || w.To > maxAt {
			return Func{}, &Error{"decisions may take more than 100 years"}
		}
		one, err := length(cal, l, w)
		if err != nil {
			return Func{}, err
		}
		if stage, err = stage.after(one).checked(); err != nil {
			return Func{}, err
		}
	}
	out, err := f.after(stage.rising()).checked()
	if err != nil {
		return Func{}, err
	}
	if out.last()-out.window.To > maxWindow {
		return Func{}, &Error{"decisions may take more than 100 years"}
	}
	return out, nil
}

// length returns cal.AddLength(t, l) for a window of t.
func length(cal *worktime.Calendar, l worktime.Length, w Window) (Func, error) {
	out := Func{window: w}
	switch l.Kind() {
	case worktime.KindElapsed:
		out.pieces = []piece{{w.From, w.From + l.Amount(), true}}
	case worktime.KindWork:
		out.pieces = minutes(cal, l, w)
	case worktime.KindDays:
		d := days{cal: cal, length: l}
		out.pieces = d.pieces(w)
	}
	return out.checked()
}

// span is a stretch of work, half-open.
type span struct{ start, end int64 }

// spans returns the working time that touches the instants from one to another,
// and of the last span as much as reaches beyond.
func spans(cal *worktime.Calendar, from, to int64) []span {
	var out []span
	for t := cal.NextMinute(from); t <= to; {
		end := runEnd(cal, t, to+1)
		out = append(out, span{t, end})
		t = cal.NextMinute(end)
	}
	return out
}

// runEnd returns how long work goes on without a break from an instant of work on,
// at the most until a limit. Adding working minutes takes as many by the clock
// exactly as long as all are worked.
func runEnd(cal *worktime.Calendar, t, limit int64) int64 {
	worked := func(n int64) bool { return cal.AddMinutes(t, worktime.Minutes(n)) == t+n }
	n := int64(64) // minutes; shorter shifts are rare
	for n < limit-t && worked(n) {
		n *= 4
	}
	low, high := int64(1), min(n, limit-t)
	for low < high {
		mid := (low + high + 1) / 2
		if worked(mid) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return t + low
}

// minutes returns the pieces of adding working minutes. Where work goes on both at
// the start and at the end, both move; in a break of the start, neither; over a
// break of the end, the end jumps.
func minutes(cal *worktime.Calendar, l worktime.Length, w Window) []piece {
	last := cal.AddLength(w.To, l)
	work := spans(cal, w.From, last)
	var out []piece
	v := cal.AddLength(w.From, l)
	i, j := 0, 0 // the spans that end after t, and after v
	for t := w.From; t <= w.To; {
		for i < len(work) && work[i].end <= t {
			i++
		}
		if i == len(work) || work[i].start > t {
			out = add(out, piece{t, v, false})
			if i == len(work) {
				return out
			}
			t = work[i].start
			continue
		}
		for j < len(work) && work[j].end <= v {
			j++
		}
		room := int64(0)
		if j < len(work) && work[j].start <= v {
			room = work[j].end - v
		}
		out = add(out, piece{t, v, true})
		if left := work[i].end - t; left <= room {
			t, v = t+left, v+left
			continue
		}
		t += room + 1
		v += room + 1
		if j < len(work) && work[j].end < v {
			j++
		}
		if j < len(work) && work[j].start >= v {
			v = work[j].start + 1
		}
	}
	return out
}
