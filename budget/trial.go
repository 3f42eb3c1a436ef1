package budget

import (
	"slices"
	"sync/atomic"
)

// A Trial is all that is done to a Book after it began, until it is kept or undone:
// for a host that asks a store before it believes, or that only wants to know what
// would happen.
type Trial struct {
	book   *Book
	from   moment
	undone atomic.Bool
}

// Try begins a Trial. Until it ends, the book remembers how to take back all that
// it does. Another may begin meanwhile; undoing the earlier one undoes both.
func (b *Book) Try() *Trial {
	t := &Trial{book: b, from: b.mark()}
	b.trials = append(slices.Clip(b.trials), t)
	return t
}

// Keep ends the Trial: what was done stays, unless it is part of an earlier one that
// is undone. A Trial that has ended is left alone.
func (t *Trial) Keep() {
	if i := slices.Index(t.book.trials, t); i >= 0 {
		t.book.trials = slices.Concat(t.book.trials[:i], t.book.trials[i+1:])
		t.book.keep()
	}
}

// Undo ends the Trial and those that began after it, and takes back all that was
// done since: the book is as it was. Results and Views of that time have no lines to
// show any more, but a View keeps its balances. A Trial that has ended is left alone.
func (t *Trial) Undo() {
	if i := slices.Index(t.book.trials, t); i >= 0 {
		for _, later := range t.book.trials[i:] {
			later.undone.Store(true)
		}
		t.book.trials = slices.Clip(t.book.trials[:i])
		t.book.rollback(&t.from)
		t.book.keep()
	}
}

// moment is where a Book stood.
type moment struct {
	closed, lines, foreign, entries, runs, undo                    int
	gross                                                          uint64
	requests, orders, accruals, invoices, records, transfers, acts shelfMark
}

func (b *Book) mark() moment {
	return moment{
		b.closed, len(b.lines), len(b.foreign), len(b.entries), len(b.runs), b.undo.end(), b.cells.gross,
		b.requests.mark(), b.orders.mark(), b.accruals.mark(), b.invoices.mark(), b.records.mark(), b.transfers.mark(), b.acts.mark(),
	}
}

// rollback takes back everything since a moment.
func (b *Book) rollback(to *moment) {
	for i := len(b.lines) - 1; i >= to.lines; i-- {
		l := &b.lines[i]
		b.cells.add(l.node, int(l.period), l.measure, -l.amount)
	}
	for undo := range b.undo.back(to.undo) {
		(*undo)()
	}
	clear(b.lines[to.lines:])
	clear(b.entries[to.entries:])
	clear(b.runs[to.runs:])
	b.runs = b.runs[:to.runs]
	b.closed, b.cells.gross, b.lines, b.foreign, b.entries = to.closed, to.gross, b.lines[:to.lines], b.foreign[:to.foreign], b.entries[:to.entries]
	b.requests.rollback(to.requests)
	b.orders.rollback(to.orders)
	b.accruals.rollback(to.accruals)
	b.invoices.rollback(to.invoices)
	b.records.rollback(to.records)
	b.transfers.rollback(to.transfers)
	b.acts.rollback(to.acts)
}

// keep forgets how to take back what no Trial can.
func (b *Book) keep() {
	if len(b.trials) > 0 {
		b.forget(&b.trials[0].from)
		return
	}
	now := b.mark()
	b.forget(&now)
}

func (b *Book) forget(before *moment) {
	b.undo.forget(before.undo)
	b.requests.saved.forget(before.requests.saved)
	b.orders.saved.forget(before.orders.saved)
	b.accruals.saved.forget(before.accruals.saved)
	b.invoices.saved.forget(before.invoices.saved)
	b.records.saved.forget(before.records.saved)
	b.transfers.saved.forget(before.transfers.saved)
	b.acts.saved.forget(before.acts.saved)
}
