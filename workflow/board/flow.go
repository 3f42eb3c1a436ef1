package board

import (
	"cmp"
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
)

// Day is the board at the end of a day. Arrived is the sum of Columns, Finished
// and Cancelled, to the card.
type Day struct {
	Date      civil.Date
	Arrived   int   // cards added so far
	Columns   []int // cards in each column that is not done, in the order of the board
	Finished  int   // so far
	Cancelled int   // so far
}

// Flow returns the bands of a cumulative flow diagram for each day of the
// period. Days end at midnight in loc, nil is
// UTC; what happens then belongs to the next.
func (h *History) Flow(days civil.Period, loc *time.Location) []Day {
	flow := make([]Day, 0, days.Len())
	ends := make([]time.Time, 0, days.Len())
	for d := range days.Each() {
		flow = append(flow, Day{Date: d, Columns: make([]int, h.b.done)})
		ends = append(ends, d.AddDays(1).In(zone(loc)))
	}
	// after returns the first day at whose end a moment has passed.
	after := func(t time.Time) int {
		at, _ := slices.BinarySearchFunc(ends, t, func(end, t time.Time) int {
			if end.After(t) {
				return 1
			}
			return -1
		})
		return at
	}
	// Changes first, then their running sums.
	change := func(count func(*Day) *int, from, to time.Time) {
		if at := after(from); at < len(flow) {
			*count(&flow[at])++
		}
		if to.IsZero() {
			return
		}
		if at := after(to); at < len(flow) {
			*count(&flow[at])--
		}
	}
	for i := range h.runs {
		r := &h.runs[i]
		change(func(d *Day) *int { return &d.Arrived }, r.Card.Added, time.Time{})
		for _, s := range r.Spells {
			at := h.b.columns[s.Column]
			change(func(d *Day) *int { return &d.Columns[at] }, s.From, s.To)
		}
		switch r.Outcome {
		case WasFinished:
			change(func(d *Day) *int { return &d.Finished }, r.Ended, time.Time{})
		case WasCancelled:
			change(func(d *Day) *int { return &d.Cancelled }, r.Ended, time.Time{})
		default:
		}
	}
	for i := 1; i < len(flow); i++ {
		flow[i].Arrived += flow[i-1].Arrived
		flow[i].Finished += flow[i-1].Finished
		flow[i].Cancelled += flow[i-1].Cancelled
		for c := range flow[i].Columns {
			flow[i].Columns[c] += flow[i-1].Columns[c]
		}
	}
	return flow
}

// zone is UTC for no zone.
func zone(loc *time.Location) *time.Location {
	if loc == nil {
		return time.UTC
	}
	return loc
}

// Little is Little's law over a window, as an identity of whole numbers
// (J. Little, A proof for the queuing formula L = λW, 1961; for finite windows
// J. Little, Little's law as viewed on its 50th anniversary, 2011):
//
//	Area = Cycle − Before + Open + Cancelled
//
// Divided by the length of the window, Area is the average number of cards
// started and not ended, and Cycle the throughput times the average cycle time.
// The law holds as it is taught, average WIP = throughput × average cycle time,
// exactly where the rest is nought: Residual says by how much it is not.
type Little struct {
	Length    int64 // of the window; this and all below in milliseconds
	Area      int64 // the number of cards started and not ended, summed over time
	Finished  int   // cards finished in the window
	Cycle     int64 // the sum of their cycle times
	Before    int64 // of that, what lies before the window
	Open      int64 // time within the window of cards that are open at its end
	Cancelled int64 // time within the window of cards that were cancelled in it
}

// Residual returns Area − Cycle.
func (l Little) Residual() int64 { return l.Area - l.Cycle }

// Little measures the window [from, to). Area is counted over time, the other
// figures card by card.
func (h *History) Little(from, to time.Time) Little {
	if to.Before(from) {
		to = from
	}
	l := Little{Length: millis(from, to)}
	var steps []step
	for i := range h.runs {
		r := &h.runs[i]
		if r.Card.Started.IsZero() {
			continue
		}
		life := Spell{From: r.Card.Started, To: r.Ended}
		since, until := clip(life, from, to)
		within := millis(since, until)
		steps = append(steps, step{since.UnixMilli(), 1}, step{until.UnixMilli(), -1})
		switch {
		case r.Outcome == Open || !r.Ended.Before(to):
			if r.Card.Started.Before(to) {
				l.Open += within
			}
		case r.Ended.Before(from):
		case r.Outcome == WasCancelled:
			l.Cancelled += within
		default:
			l.Finished++
			l.Cycle += millis(r.Card.Started, r.Ended)
			l.Before += millis(r.Card.Started, r.Ended) - within
		}
	}
	slices.SortFunc(steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	cards := int64(0)
	for i, s := range steps {
		if i > 0 {
			l.Area += cards * (s.at - steps[i-1].at)
		}
		cards += s.by
	}
	return l
}

// step is a change of the number of cards at a moment.
type step struct{ at, by int64 }
