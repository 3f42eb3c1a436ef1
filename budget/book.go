package budget

import (
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// Book holds what happened to the money of a Chart. It has one writer: callers
// serialise Apply among themselves and with reads.
//
// A Book keeps figures in a dense table of 64-bit integers: nodes times periods,
// years and the total, 80 bytes each. A recorded fact takes about 400 bytes with
// its line, its entry and its key, and about 180 if it was loaded: see Load.
type Book struct {
	written
	cells     cells
	closed    int      // periods before this index are closed
	soft      []string // role to which a period is left; "" = open to all
	requests  shelf[request]
	orders    shelf[order]
	accruals  shelf[accrual]
	invoices  shelf[invoice]
	records   shelf[recorded]
	transfers shelf[transfer]
	acts      shelf[act]
	rates     rates
	tags      tagTable
	roleOf    map[string]int32 // index into roles
	loading   []loading        // memory of Load
	undo      queue[func()]    // what is rarely changed
	now       working
}

// written is what a book only ever adds to. A copy stays as it is and true when the
// book goes on, on whatever goroutine.
type written struct {
	chart   *Chart
	lines   []posting
	foreign []foreign
	entries []stored
	roles   []string // of entries; the first is none
	runs    []run
	tagged  []Tags   // of lines; the first is none
	trials  []*Trial // under way, in the order in which they began; never changed in place
}

// undone reports whether what was written is no more.
func (w *written) undone() bool {
	return w != nil && slices.ContainsFunc(w.trials, func(t *Trial) bool { return t.undone.Load() })
}

// working is the command in hand.
type working struct {
	command    Command
	role       string
	first      int // its first line
	decision   Kinds
	limits     bool  // limits changed: check the allocation
	firstLimit int32 // a node that had none before; -1 = none
	trusted    bool  // replayed from a journal: decided before
	findings   finding.List
	touched    []touched // memory of check
}

// New returns an empty Book.
func New(c *Chart) *Book {
	b := &Book{
		written: written{chart: c, foreign: make([]foreign, 1), roles: make([]string, 1)},
		cells:   newCells(c), soft: make([]string, len(c.periods)),
		requests: newShelf[request](), orders: newShelf[order](), accruals: newShelf[accrual](), invoices: newShelf[invoice](),
		records: newShelf[recorded](), transfers: newShelf[transfer](), acts: newShelf[act](),
		rates: rates{}, tags: tagTable{index: map[Tags]int32{}}, roleOf: map[string]int32{},
	}
	b.intern(Tags{})
	for _, t := range c.tags {
		b.tags.node = append(b.tags.node, b.intern(t))
	}
	return b
}

// Chart returns the chart of the book.
func (b *Book) Chart() *Chart { return b.chart }

func (w *written) minor(x int64) money.Money { return money.Minor(x, w.chart.structure.Currency) }

// Result is what one command did.
type Result struct {
	Command  Command
	Changed  bool         // false if it was refused, or was there already
	Findings finding.List // limits that a fact exceeded, dates that moved, what stays reversed
	Err      error        // nil, or one of this package's kinds; nothing changed
	written  *written
	from, to int32
}

// Lines returns what the command posted; nil if it was part of a Trial that was
// undone. It reads nothing that later commands change, so it needs no care for the
// book's one writer.
func (r Result) Lines() []Line {
	if r.written.undone() {
		return nil
	}
	lines := make([]Line, 0, r.to-r.from)
	for i := r.from; i < r.to; i++ {
		lines = append(lines, r.written.line(int(i)))
	}
	return lines
}

// Apply carries out commands one by one; one that is refused does not hinder the
// next. Now is recorded with every line; a clock that went back is taken for one
// that stood still, so that the journal is in order of time.
func (b *Book) Apply(now time.Time, commands ...Command) []Result {
	return b.ApplyAs("", now, commands...)
}

// ApplyAs is Apply by someone in a role, to whom a soft-closed period may be open.
func (b *Book) ApplyAs(role string, now time.Time, commands ...Command) []Result {
	results := make([]Result, len(commands))
	now = b.clock(now)
	for i, c := range commands {
		b.one(role, now, c, &results[i])
		b.keep()
	}
	return b.show(results)
}

// show gives results what they need to tell their lines.
func (b *Book) show(results []Result) []Result {
	w := b.written
	for i := range results {
		results[i].written = &w
	}
	return results
}

// ApplyAll carries out all commands or none. The error is that of the first one
// refused, and then the results are nil.
func (b *Book) ApplyAll(now time.Time, commands ...Command) ([]Result, error) {
	return b.ApplyAllAs("", now, commands...)
}

// ApplyAllAs is ApplyAll by someone in a role.
func (b *Book) ApplyAllAs(role string, now time.Time, commands ...Command) ([]Result, error) {
	results := make([]Result, len(commands))
	now = b.clock(now)
	start := b.mark()
	defer b.keep()
	for i, c := range commands {
		if b.one(role, now, c, &results[i]); results[i].Err != nil {
			b.rollback(&start)
			return nil, fmt.Errorf("command %d of %d: %w", i+1, len(commands), results[i].Err)
		}
	}
	return b.show(results), nil
}

// clock returns now without its monotonic reading, or the time of the last entry
// if that is later, within the years 1 to 9999.
func (b *Book) clock(now time.Time) time.Time {
	now = now.Round(0).UTC()
	if s := now.Unix(); s < firstSecond || s > lastSecond {
		now = time.Unix(min(max(s, firstSecond), lastSecond), 0).UTC()
	}
	if n := len(b.entries); n > 0 && now.Before(b.entries[n-1].time()) {
		return b.entries[n-1].time()
	}
	return now
}

var errUnchanged = errors.New("already there")

// one carries out one command or changes nothing.
func (b *Book) one(role string, now time.Time, c Command, res *Result) {
	res.Command = c
	start := b.mark()
	w := &b.now
	w.command, w.role, w.first, w.decision, w.limits, w.firstLimit, w.findings = c, role, len(b.lines), 0, false, -1, nil
	var err error
	if !w.trusted {
		err = sound(c)
		if err == nil && (len(role) > maxText || !utf8.ValidString(role)) {
			err = fmt.Errorf("role %.40q: %w: it is not UTF-8, or too long", role, ErrUnknown)
		}
	}
	if err == nil {
		err = b.do(c)
	}
	if err == nil && !w.trusted {
		if w.limits {
			err = b.checkAllocation()
		}
		if err == nil {
			err = b.check()
		}
	}
	if err != nil {
		b.rollback(&start)
		if !errors.Is(err, errUnchanged) {
			res.Err = err
		} else {
			res.Findings = w.findings
		}
		return
	}
	b.entries = append(roomy(b.entries), stored{seconds: now.Unix(), nanos: int32(now.Nanosecond()), role: b.role(role), command: c}) //nolint:gosec // below 1e9
	res.Changed, res.Findings = true, w.findings
	res.from, res.to = int32(start.lines), int32(len(b.lines)) //nolint:gosec // see post
}

func (b *Book) do(c Command) error {
	switch c := c.(type) {
	case Record:
		return b.record(&c)
	case Reserve:
		return b.reserve(&c)
	case Release:
		return b.release(c)
	case Order:
		return b.order(&c)
	case Amend:
		return b.amend(&c)
	case CloseOrder:
		return b.closeOrder(c)
	case Receive:
		return b.receive(&c)
	case Accrue:
		return b.accrue(&c)
	case Invoice:
		return b.invoice(&c)
	case Reverse:
		return b.reverse(&c)
	case SetLimit:
		return b.setLimit(c)
	case SetPlan:
		return b.setFigure(c.Node, c.Period, c.Amount, Plan)
	case SetForecast:
		return b.setFigure(c.Node, c.Period, c.Amount, Forecast)
	case Transfer:
		return b.transfer(&c)
	case Settle:
		return b.settle(c)
	case CarryForward:
		return b.carryForward(&c)
	case SetRate:
		return b.setRate(&c)
	case Revalue:
		return b.revalue(&c)
	case SoftClosePeriod:
		return b.softClose(c)
	case ReopenPeriod:
		return b.reopen(c)
	case ClosePeriod:
		return b.closePeriod(c)
	}
	return fmt.Errorf("command %T: %w", c, ErrUnknown)
}
