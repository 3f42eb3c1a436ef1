package budget

import (
	"sort"
	"time"

	"github.com/go-marops/marops/civil"
)

// View is a Book as it stood: what was posted up to a day, as far as it was known
// at a moment. It does not change when the book goes on.
type View struct {
	book  *Book
	then  written
	cells cells
	lines []posting // known by then
	asOf  civil.Date
}

// Cut says which part of a book a View shows. The zero Cut is all of it.
type Cut struct {
	AsOf  civil.Date // the last day of posting; zero = every day. Limits, plans and forecasts show whole
	Known time.Time  // the last moment of recording; zero = all that is known
}

// At returns the book as it stood: it adds up the lines, of which there may be
// many. A cut whose Known is over gives the same figures however much is recorded
// later.
func (b *Book) At(cut Cut) *View {
	n := len(b.lines)
	if !cut.Known.IsZero() {
		entries := sort.Search(len(b.entries), func(i int) bool { return b.entries[i].time().After(cut.Known) })
		n = sort.Search(n, func(i int) bool { return int(b.lines[i].entry) >= entries })
	}
	v := &View{book: b, then: b.written, cells: newCells(b.chart), lines: b.lines[:n:n], asOf: cut.AsOf}
	for i := range v.lines {
		l := &v.lines[i]
		if l.measure == Limit && !v.cells.limited[l.node] {
			v.cells.limit(l.node, true)
		}
		if v.sees(l) {
			v.cells.add(l.node, int(l.period), l.measure, l.amount)
		}
	}
	return v
}

// sees reports whether a line was posted by then. A limit or plan of a later period is
// no later posting: a year to come is known from the day on which it was recorded.
func (v *View) sees(l *posting) bool {
	return v.asOf.IsZero() || !l.posted.After(v.asOf) || !l.measure.used() && l.measure != FXVariance
}

// Balance is Book.Balance as it stood.
func (v *View) Balance(key NodeKey, on civil.Date, w Window) (bal Balance, ok bool) {
	return v.cells.balance(key, on, w)
}

// Lines returns the lines of a View, in the order of posting; nil if it is of a Trial
// that was undone.
func (v *View) Lines() []Line {
	if v.then.undone() {
		return nil
	}
	var out []Line
	for i := range v.lines {
		if v.sees(&v.lines[i]) {
			out = append(out, v.then.line(i))
		}
	}
	return out
}
