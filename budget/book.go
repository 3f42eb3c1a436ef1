package budget

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// Book holds what happened to the money of a Chart. It has one writer: callers
// serialise Apply among themselves and with reads.
type Book struct {
	chart     *Chart
	cells     cells
	closed    int // periods before this index are closed
	requests  map[string]*request
	orders    map[string]*order
	accruals  map[string]*accrual
	invoices  map[string]Invoice
	records   map[string]*recorded
	transfers map[string]*transfer
	lines     []Line
	journal   []Entry
}

type request struct {
	cmd  Reserve
	at   delta // what is reserved; amount 0 once released or ordered
	done bool
}

type order struct {
	cmd    Order
	node   int32
	period int
	open   int64
	closed bool
}

type accrual struct {
	cmd              Accrue
	relieved, excess int64
	period           int // of posting
	reversed         bool
}

type recorded struct {
	cmd  Record
	line int // index of its current line
}

type transfer struct {
	cmd               Transfer
	out               []delta // what the sources gave up
	settled, approved bool
}

// New returns an empty Book.
func New(c *Chart) *Book {
	return &Book{
		chart: c, cells: newCells(c),
		requests: make(map[string]*request), orders: make(map[string]*order), accruals: make(map[string]*accrual),
		invoices: make(map[string]Invoice), records: make(map[string]*recorded), transfers: make(map[string]*transfer),
	}
}

// Chart returns the chart of the book.
func (b *Book) Chart() *Chart { return b.chart }

// Result is what one command did.
type Result struct {
	Command  Command
	Changed  bool         // false if it was refused, or was there already
	Findings finding.List // limits that a fact exceeded, dates that moved
	Lines    []Line       // what it posted
	Err      error        // nil, or one of this package's kinds; nothing changed
}

// Line is one posting. Lines are never changed or removed: a correction is a
// line that reverses and another one.
type Line struct {
	Seq         int         `json:"seq"` // 1, 2, 3 …
	At          time.Time   `json:"at"`  // when it was recorded
	Kind        string      `json:"kind"`
	Ref         string      `json:"ref"`
	Node        NodeKey     `json:"node"`
	Measure     Measure     `json:"measure"`
	Posted      civil.Date  `json:"posted"`
	Period      fiscal.Key  `json:"period"`  // of Posted
	Service     civil.Date  `json:"service"` // when the money was used
	Amount      money.Money `json:"amount"`
	Transaction money.Money `json:"transaction,omitzero"`
	Rate        string      `json:"rate,omitempty"`
	Memo        string      `json:"memo,omitempty"`
}

// Apply carries out commands one by one; one that is refused does not hinder the
// next. Now is recorded with every line.
func (b *Book) Apply(now time.Time, commands ...Command) []Result {
	results := make([]Result, len(commands))
	for i, c := range commands {
		results[i] = b.apply(now, c)
	}
	return results
}

// ApplyAll carries out all commands or none. The error is that of the first one
// refused, and then the results are nil.
func (b *Book) ApplyAll(now time.Time, commands ...Command) ([]Result, error) {
	trial := b.clone()
	results := trial.Apply(now, commands...)
	for i, r := range results {
		if r.Err != nil {
			return nil, fmt.Errorf("command %d of %d: %w", i+1, len(commands), r.Err)
		}
	}
	*b = *trial
	return results, nil
}

// clone copies everything that apply may change.
func (b *Book) clone() *Book {
	c := *b
	c.cells.amounts = slices.Clone(b.cells.amounts)
	c.cells.limited = slices.Clone(b.cells.limited)
	c.requests, c.orders, c.accruals = cloneMap(b.requests), cloneMap(b.orders), cloneMap(b.accruals)
	c.invoices, c.records, c.transfers = maps.Clone(b.invoices), cloneMap(b.records), cloneMap(b.transfers)
	c.lines, c.journal = slices.Clip(b.lines), slices.Clip(b.journal) // an append copies
	return &c
}

func cloneMap[T any](m map[string]*T) map[string]*T {
	out := make(map[string]*T, len(m))
	for k, v := range m {
		copied := *v
		out[k] = &copied
	}
	return out
}

// step is what a command wants to do: checked as a whole before any of it is
// kept.
type step struct {
	deltas   []delta
	lines    []Line
	decision bool   // controls may refuse it
	limits   bool   // limits changed: check the allocation
	commit   func() // changes documents; cannot fail
	findings finding.List
}

var errUnchanged = errors.New("already there")

func (b *Book) apply(now time.Time, c Command) Result {
	res := Result{Command: c}
	s, err := b.plan(c)
	if errors.Is(err, errUnchanged) {
		return res
	}
	if err != nil {
		res.Err = err
		return res
	}
	if res.Err = b.cells.apply(s.deltas); res.Err != nil {
		return res
	}
	if s.limits {
		for _, d := range s.deltas {
			if res.Err = b.checkAllocation(d.node, d.period); res.Err != nil {
				b.cells.revert(s.deltas)
				return res
			}
		}
	}
	found, err := b.check(s.deltas, s.decision)
	if err != nil {
		b.cells.revert(s.deltas)
		res.Err = err
		return res
	}
	for i := range s.lines {
		l := &s.lines[i]
		l.Seq, l.At, l.Kind = len(b.lines)+1+i, now, c.kind()
	}
	b.lines = append(b.lines, s.lines...)
	if s.commit != nil {
		s.commit()
	}
	b.journal = append(b.journal, Entry{now, c})
	res.Changed, res.Lines, res.Findings = true, slices.Clone(s.lines), slices.Concat(s.findings, found)
	return res
}

func (b *Book) plan(c Command) (*step, error) {
	switch c := c.(type) {
	case SetLimit:
		return b.setLimit(c)
	case SetPlan:
		return b.setFigure(c.Node, c.Period, c.Amount, Plan)
	case SetForecast:
		return b.setFigure(c.Node, c.Period, c.Amount, Forecast)
	case Reserve:
		return b.reserve(c)
	case Release:
		return b.release(c)
	case Order:
		return b.order(c)
	case CloseOrder:
		return b.closeOrder(c)
	case Accrue:
		return b.accrue(c)
	case Invoice:
		return b.invoice(c)
	case Record:
		return b.record(c)
	case Transfer:
		return b.transfer(c)
	case Settle:
		return b.settle(c)
	case ClosePeriod:
		return b.closePeriod(c)
	}
	return nil, fmt.Errorf("command %T: %w", c, ErrUnknown)
}

// Lines yields all lines in the order of posting.
func (b *Book) Lines() iter.Seq[Line] { return slices.Values(b.lines) }

// Len returns the number of lines.
func (b *Book) Len() int { return len(b.lines) }
