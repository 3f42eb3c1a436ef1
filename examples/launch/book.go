package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

const launchNode, mediaNode budget.NodeKey = "launch", "media"

// The periods of the retail calendar that the story turns on: they end on 31 January
// and 28 February 2026.
var (
	january  = fiscal.Key{Year: 2025, Number: 12}
	february = fiscal.Key{Year: 2026, Number: 1}
)

var restatedDay = civil.MustDate(2026, 1, 27)

// whatMoneyAllows plays the steps until noon of the last day. What it tells is what
// the rehearsal found out: a run on a book that has everything already changes
// nothing, and tells the same.
func (s *story) whatMoneyAllows(ctx context.Context) error {
	defer progress("booking")()
	s.begin("What the budget allows")
	before, err := s.entries(ctx)
	if err != nil {
		return err
	}
	noon := s.asOf.At(12, 0, s.launch.Location())
	var told []*step
	for i, st := range s.money.Steps {
		if st.At.Before(noon) {
			if err := s.post(ctx, i); err != nil {
				return err
			}
			told = append(told, st)
		}
	}
	if s.book, err = s.ws.As(tenant, ivo).Book(ctx, bookName); err != nil {
		return err
	}
	if changed := s.book.Entries() - before; changed > 0 {
		s.say("%d entries booked: limits, plan, rates, orders, invoices and %d ad exports", changed, len(s.in.Reports))
	} else {
		s.say("nothing is imported twice: everything is in the book already")
	}
	s.restatement()
	for _, st := range told {
		if st.Tell {
			s.tell(st)
		}
	}
	return s.bridge()
}

// post gives a step to the book under a key of its own: once, however often.
func (s *story) post(ctx context.Context, i int) error {
	st := s.money.Steps[i]
	s.clock = st.At
	_, err := s.as(st.By, 100+i).Role(st.Role).Post(ctx, bookName, st.commands...)
	return err
}

func (s *story) entries(ctx context.Context) (n int, err error) {
	err = s.ws.As(tenant, ivo).ViewBook(ctx, bookName, func(b *budget.Book) error { n = b.Entries(); return nil })
	return n, err
}

// restatement tells where the correction of a closed month went.
func (s *story) restatement() {
	var amounts []string
	var period fiscal.Key
	for l := range s.book.Lines() {
		if l.Period != january && strings.Contains(l.Ref, "/"+s.restated+"/") && l.Service == restatedDay {
			amounts, period = append(amounts, plain(l.Amount)), l.Period
		}
	}
	s.say("Google restates 27 Jan; %v is closed: reversal and new line in %v, %s", january, period, strings.Join(amounts, " and "))
}

// tell says what a step did: what moved from where to where, and what was refused or
// found.
func (s *story) tell(st *step) {
	s.say("%s  %s: %s", st.At.Format("_2 Jan"), st.Say, answers(st.results))
}

// answers says for each result what moved or why not, and what was found.
func answers(results []budget.Result) string {
	var parts []string
	for _, r := range results {
		limit, over := errors.AsType[*budget.LimitError](r.Err)
		switch lines := r.Lines(); {
		case over:
			parts = append(parts, fmt.Sprintf("refused by %s: wanted %s, left %s", limit.Node, plain(limit.Wanted), plain(limit.Headroom)))
		case r.Err != nil:
			reason := r.Err.Error()
			parts = append(parts, "refused, "+strings.TrimPrefix(reason[strings.LastIndex(reason, ": ")+1:], " it is "))
		case len(lines) > 0:
			parts = append(parts, moves(lines))
		}
		for _, f := range r.Findings {
			parts = append(parts, f.Evidence[0])
		}
		if n := len(r.Findings); n > 0 {
			parts = append(parts, r.Findings[n-1].Fix)
		}
	}
	return strings.Join(parts, "; ")
}

// moves is "reserved -50,000.00, ordered +48,000.00". Limits move at the nodes above,
// too, which need not be said.
func moves(lines []budget.Line) string {
	var out strings.Builder
	last := budget.Measure(0)
	for i, l := range lines {
		figure := l.Measure == budget.Limit || l.Measure == budget.Plan || l.Measure == budget.Forecast
		if first := slices.IndexFunc(lines, func(x budget.Line) bool { return x.Measure == l.Measure }); figure && lines[first].Node != l.Node {
			continue
		}
		switch {
		case i == 0 || l.Measure != last:
			if i > 0 {
				out.WriteString(", ")
			}
			out.WriteString(measures[l.Measure])
			if figure {
				out.WriteString(" of " + string(l.Node))
			}
		case figure:
			out.WriteByte(',')
		}
		if figure {
			out.WriteString(" in " + l.Period.String())
		}
		out.WriteString(" " + signed(l.Amount))
		last = l.Measure
	}
	return out.String()
}

var measures = map[budget.Measure]string{
	budget.Limit: "limit", budget.Plan: "plan", budget.Forecast: "forecast", budget.Reserved: "reserved", budget.OpenCommitment: "ordered",
	budget.Accrued: "accrued", budget.Actual: "spent", budget.FXVariance: "by the rate", budget.PendingOut: "pending",
}

// bridge leads from what February used to what February was charged.
func (s *story) bridge() (err error) {
	if s.reconciled, err = s.book.Reconcile(launchNode, february); err != nil {
		return err
	}
	b := s.reconciled
	s.say("February used %s; %s of it came later, %s were January's: charged %s", plain(b.ByService), plain(b.PostedLater), plain(b.FromOthers), plain(b.ByPosting))
	return nil
}

// plain is an amount in the currency of the book, without its name.
func plain(m money.Money) string { return strings.TrimSuffix(m.Grouped(), " "+m.Currency().Code()) }

func signed(m money.Money) string {
	if m.Sign() < 0 {
		return plain(m)
	}
	return "+" + plain(m)
}
