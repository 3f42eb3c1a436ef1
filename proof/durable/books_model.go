package durable

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/ledger"
)

// What a writer of a book may ask.
const (
	reserve = iota
	release
	spend
	look
)

// bookCall is a call as the checker sees it.
type bookCall struct {
	kind   int
	node   int
	amount int64  // by how much the node holds more
	total  int64  // of spend
	lines  int    // of spend
	ref    string // of the request, or the key
}

// bookAnswer is what came of it: the number of its first line, the refusal, or what
// was seen.
type bookAnswer struct {
	seq      int
	refused  bool
	at       int // the node that refused
	headroom int64
	lines    int
	used     [7]int64
}

func (c bookCall) send(ctx context.Context, l *ledger.Ledger) (a bookAnswer, err error) {
	if c.kind == look {
		return a, l.View(ctx, func(b *budget.Book) error {
			a.lines = b.Len()
			for i, key := range bookNodes {
				bal, _ := b.Balance(key, bookDay, budget.Period)
				a.used[i] = bal.Held().Minor()
			}
			return nil
		})
	}
	var command budget.Command
	switch c.kind {
	case reserve:
		command = budget.Reserve{Ref: c.ref, Node: bookNodes[c.node], Date: bookDay, Amount: eur(c.amount)}
	case release:
		command = budget.Release{Request: c.ref}
	default:
		command = budget.Record{Key: c.ref, Node: bookNodes[c.node], Service: bookDay, Amount: eur(c.total), Memo: "seen"}
	}
	results, err := l.Post(ctx, ledger.Call{Actor: "ivo", At: moment, Commands: []budget.Command{command}})
	if err != nil {
		return a, err
	}
	if limit, ok := errors.AsType[*budget.LimitError](results[0].Err); ok {
		return bookAnswer{refused: true, at: nodeOf(limit.Node), headroom: limit.Headroom.Minor()}, nil
	}
	if results[0].Err != nil {
		return a, results[0].Err
	}
	if lines := results[0].Lines(); len(lines) > 0 {
		a.seq = lines[0].Seq
		return a, nil
	}
	// It was there already: an answer was lost.
	return a, l.View(ctx, func(b *budget.Book) error {
		var seqs []int
		for line := range b.Lines() {
			if line.Ref == c.ref && (line.Kind == "release") == (c.kind == release) {
				seqs = append(seqs, line.Seq)
			}
		}
		if n := max(c.lines, 1); len(seqs) >= n {
			a.seq = seqs[len(seqs)-n]
			return nil
		}
		return fmt.Errorf("%s is said to be there already, and has %d lines", c.ref, len(seqs))
	})
}

// bookState is a book as the checker knows it.
type bookState struct {
	lines int
	used  [7]int64
}

// step is the whole of what a book does.
func (s bookState) step(c bookCall, a bookAnswer) (bool, bookState) {
	if c.kind == look {
		return a.lines == s.lines && a.used == s.used, s
	}
	if a.refused {
		return c.kind == reserve && a.headroom < c.amount && a.headroom == bookLimits[a.at]-s.used[a.at], s
	}
	if a.seq != s.lines+1 {
		return false, s
	}
	s.lines += max(c.lines, 1)
	for n := c.node; n >= 0; n = bookAbove[n] {
		s.used[n] += c.amount
		if c.kind == reserve && s.used[n] > bookLimits[n] {
			return false, s
		}
	}
	return true, s
}

// BookHistory is what writers of a book asked and were told, and when.
type BookHistory []porcupine.Operation

func operation(client int, c bookCall, a bookAnswer, from, to time.Duration) porcupine.Operation {
	return porcupine.Operation{ClientId: client, Input: c, Output: a, Call: int64(from), Return: int64(to)}
}

// Porcupine returns an error unless there is an order of the calls, each within its
// own time, in which a book with the seven limits gives the same answers. It takes
// time and memory that are exponential in the calls that overlap: for a handful of
// writers.
func (h BookHistory) Porcupine() error {
	m := porcupine.Model{
		Init: func() any { return bookState{lines: len(bookNodes)} }, // the limits
		Step: func(state, input, output any) (bool, any) {
			return state.(bookState).step(input.(bookCall), output.(bookAnswer)) //nolint:forcetypeassert // ours
		},
		Equal: func(a, b any) bool { return a == b },
	}
	return verdict(porcupine.CheckOperationsTimeout(m, h, time.Minute), len(h))
}

// Check is Porcupine for any number of writers. A call that changed the book says
// which line it wrote, so that the order of those is known, and only the others look
// for a place in it: each takes the first that fits, which leaves most to those after
// it.
func (h BookHistory) Check() error {
	var writes, reads []porcupine.Operation
	for _, op := range h {
		if c, a := parts(op); c.kind == look || a.refused {
			reads = append(reads, op)
		} else {
			writes = append(writes, op)
		}
	}
	slices.SortFunc(writes, func(x, y porcupine.Operation) int { return cmp.Compare(seqOf(x), seqOf(y)) })
	states := make([]bookState, 1, len(writes)+1)
	states[0] = bookState{lines: len(bookNodes)}
	called := int64(math.MinInt64) // the last call so far
	for i, op := range writes {
		c, a := parts(op)
		ok, next := states[i].step(c, a)
		if !ok {
			return fmt.Errorf("durable: line %d: %+v answered with %+v cannot follow %+v", a.seq, c, a, states[i])
		}
		if op.Return < called {
			return fmt.Errorf("durable: line %d was written before another that had not been asked for when it was answered", a.seq)
		}
		called = max(called, op.Call)
		states = append(states, next)
	}
	return place(writes, reads, states)
}

// place looks for a state to each call that changed nothing.
func place(writes, reads []porcupine.Operation, states []bookState) error {
	// Ends are the calls by when they were answered, with the state that came of them.
	type end struct {
		at    int64
		state int
	}
	ends := make([]end, 0, len(writes)+len(reads))
	for i, op := range writes {
		ends = append(ends, end{op.Return, i + 1})
	}
	slices.SortFunc(reads, func(x, y porcupine.Operation) int { return cmp.Compare(x.Call, y.Call) })
	slices.SortFunc(ends, func(x, y end) int { return cmp.Compare(x.at, y.at) })
	least := 0 // the state that calls answered by now are known to have come to
	for _, op := range reads {
		for len(ends) > 0 && ends[0].at < op.Call {
			least, ends = max(least, ends[0].state), ends[1:]
		}
		c, a := parts(op)
		at := least
		for {
			if ok, _ := states[at].step(c, a); ok {
				break
			}
			if at++; at == len(states) || writes[at-1].Call > op.Return {
				return fmt.Errorf("durable: %+v answered with %+v fits no state from %+v on", c, a, states[least])
			}
		}
		i, _ := slices.BinarySearchFunc(ends, op.Return, func(e end, t int64) int { return cmp.Compare(e.at, t) })
		ends = slices.Insert(ends, i, end{op.Return, at})
	}
	return nil
}

func parts(op porcupine.Operation) (bookCall, bookAnswer) {
	return op.Input.(bookCall), op.Output.(bookAnswer) //nolint:forcetypeassert // ours
}

func seqOf(op porcupine.Operation) int {
	_, a := parts(op)
	return a.seq
}
