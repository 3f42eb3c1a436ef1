package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops"
	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

var january = fiscal.Key{Year: 2025, Number: 12} // the period of the retail calendar that ends on 31 January 2026

func (s *story) whatMoneyAllows(ctx context.Context) error {
	defer progress("booking")()
	s.begin("What the budget allows")
	book, err := s.ws.As(tenant, ivo).Book(ctx, bookName)
	if err != nil {
		return err
	}
	changed := 0
	earlier, restated := asReported(s.in.reports[0], civil.MustDate(2026, 1, 27))
	if open, _ := book.FirstOpen(); open == january { // what Google had reported when January was closed
		if changed, err = s.book(ctx, s.as(ivo, 20), append(slices.Clone(s.in.reports[1:]), earlier)); err != nil {
			return err
		}
		if _, err = s.as(ivo, 21).PostAll(ctx, bookName, budget.ClosePeriod{Period: january}); err != nil {
			return err
		}
	}
	more, err := s.book(ctx, s.ws.As(tenant, ivo), s.in.reports)
	if err != nil {
		return err
	}
	if changed += more; changed == 0 {
		s.say("nothing is imported twice: everything is in the book already")
	} else {
		s.say("%d entries booked: limits, orders, invoices and %d ad exports", changed, len(s.in.reports))
	}
	if book, err = s.ws.As(tenant, ivo).Book(ctx, bookName); err != nil {
		return err
	}
	var lines []string
	for l := range book.Lines() {
		if l.Period != january && strings.Contains(l.Ref, "/"+restated+"/") && l.Service == civil.MustDate(2026, 1, 27) {
			lines = append(lines, l.Amount.Grouped())
		}
	}
	s.say("Google restates 27 Jan, but %v is closed: reversal and new line in FY2026-P01: %s", january, strings.Join(lines, ", "))
	return s.requests(ctx)
}

// book posts the files, the ad rows turned into records of the budget's nodes.
func (s *story) book(ctx context.Context, desk *marops.Desk, reports []*adspend.Report) (changed int, err error) {
	ads, err := budget.AdImport{Currency: money.EUR, Rates: s.in.rates, Node: s.in.links.BudgetNode}.Records(reports...)
	if err != nil {
		return 0, err
	}
	commands := slices.Clone(s.in.documents)
	for _, r := range ads.Records {
		commands = append(commands, r)
	}
	results, err := desk.PostAll(ctx, bookName, commands...)
	for _, r := range results {
		if r.Changed {
			changed++
		}
	}
	return changed, err
}

// asReported returns a report as it read before the platform restated a day: the
// first campaign of that day cost a tenth more.
func asReported(r *adspend.Report, on civil.Date) (earlier *adspend.Report, campaignID string) {
	copied := *r
	copied.Rows = slices.Clone(r.Rows)
	i := slices.IndexFunc(copied.Rows, func(row adspend.Row) bool { return row.Day == on && row.HasSpend })
	if i < 0 {
		return &copied, ""
	}
	row := &copied.Rows[i]
	row.Spend = money.Micros(row.Spend.Micros()/10*11, row.Spend.Currency())
	return &copied, row.CampaignID
}

func (s *story) requests(ctx context.Context) error {
	for i, ref := range []string{"REQ-1", "REQ-2"} {
		reserve := budget.Reserve{Ref: ref, Node: "outdoor", Date: civil.MustDate(2026, 2, 16), Amount: money.Minor(50_000_00, money.EUR), Memo: fmt.Sprint("posters, wave ", i+1)}
		_, err := s.as(jo, 30+i).PostAll(ctx, bookName, reserve)
		limit, refused := errors.AsType[*budget.LimitError](err)
		switch {
		case refused:
			s.say("%s over %s is refused: node %q has %s left", ref, limit.Wanted.Grouped(), limit.Node, limit.Headroom.Grouped())
		case err != nil:
			return err
		default:
			s.say("%s over %s is reserved", ref, reserve.Amount.Grouped())
		}
	}
	book, err := s.ws.As(tenant, ivo).Book(ctx, bookName)
	if err != nil {
		return err
	}
	for _, n := range book.Chart().Nodes() {
		b, _ := book.Balance(n.Key, s.asOf, budget.Total)
		s.balances = append(s.balances, b)
	}
	return nil
}
