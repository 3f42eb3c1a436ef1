package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/allocate"
	"github.com/go-marops/marops/budget/pacing"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// theBooks says what the month has cost, by channel.
func (s *story) theBooks(context.Context) error {
	if err := s.post(); err != nil {
		return err
	}
	s.begin("The books on %s", s.plan.Now.Format("2 January 2006"))
	for _, c := range s.plan.Channels {
		s.show("%-9s %15s  %15s", c.name, c.status.Spent.Grouped(), c.booked.Grouped())
	}
	rounding, example := money.Minor(0, s.plan.Currency), ""
	for _, r := range s.ads.Records {
		switch {
		case strings.HasSuffix(r.Key, "/rounding"):
			rounding = s.add(rounding, r.Amount)
		case r.Rate != "" && !r.Amount.IsZero():
			example = fmt.Sprintf("%s is %s, %s", r.Transaction.Grouped(), r.Amount.Grouped(), r.Rate)
		}
	}
	s.say("At the rates of each day: %s", example)
	s.say("A rounding line for each campaign, %s in all, makes its month exact to the cent", rounding.Grouped())
	lines := s.book.LinesFrom(0)
	for i, l := range lines {
		if l.Reverses > 0 && l.Measure == budget.Actual && i+1 < len(lines) {
			s.say("Restated: %s of %s, %s: %s and %s, in %v", l.Memo, day(l.Service), lines[l.Reverses-1].Amount.Grouped(), l.Amount.Grouped(), lines[i+1].Amount.Grouped(), l.Period)
		}
	}
	if rows := s.ads.Unmatched; len(rows) > 0 {
		s.say("On no budget: %d rows, the first %q of %s; %s in all", len(rows), rows[0].Campaign, day(rows[0].Day), s.ads.Missed[0].Grouped())
	}
	return nil
}

// thePace says who is too fast or too slow, and why.
func (s *story) thePace(context.Context) error {
	s.begin("Who spends too fast or too slow")
	s.show("%-9s %15s %15s %10s %15s %10s", "", "final", "planned", "off", "at the end", "off")
	for _, c := range s.plan.Channels {
		c.verdict = "on pace"
		st := c.status
		if a := st.Alarms; len(a) > 0 {
			c.verdict = a[0].Alert + " since " + day(a[0].Since)
		}
		if !st.RunsOut.IsZero() {
			c.verdict += ", runs out on " + day(st.RunsOut)
		}
		s.show("%-9s %15s %15s %10s %15s %10s  %s", c.name, st.Settled.Grouped(), st.PlannedSettled.Grouped(), percent(st.DeviationBP), st.Projected.Grouped(), percent(st.ProjectedBP), c.verdict)
	}
	for _, c := range s.plan.Channels {
		if err := s.why(c); err != nil {
			return err
		}
	}
	return nil
}

// why holds a status against what it would be without orders, and without telling
// late days apart.
func (s *story) why(c *channel) error {
	var parts []string
	for _, o := range c.data.Commitments {
		without, err := c.model.Status(s.plan.Now, pacing.Data{Spend: c.data.Spend}, pacing.State{})
		if err != nil {
			return err
		}
		parts = append(parts, fmt.Sprintf("with %s for the %s; at the end %s without", o.Open.Grouped(), o.Name, percent(without.ProjectedBP)))
	}
	final := c.Pacing.Clone()
	final.LateDays = 0
	model, err := pacing.Compile(final)
	if err != nil {
		return err
	}
	all, err := model.Status(s.plan.Now, c.data, pacing.State{})
	if err != nil {
		return err
	}
	if off := all.DeviationBP - c.status.DeviationBP; off <= -100 || off >= 100 { // a percent is worth a line
		parts = append(parts, fmt.Sprintf("%s of late days do not count yet; taken for final, %s", c.status.Provisional.Grouped(), percent(all.DeviationBP)))
	}
	if a := c.status.Alarms; len(parts) == 0 && len(a) > 0 {
		parts = append(parts, a[0].Why)
	}
	if len(parts) > 0 {
		s.say("%s: %s", c.name, strings.Join(parts, ". "))
	}
	return nil
}

// theDays says what to spend each day, and what a cut would change.
func (s *story) theDays(context.Context) error {
	s.begin("What to spend from here on")
	for _, c := range s.plan.Channels {
		st, held := c.status, ""
		next := st.Today.AddDays(1)
		if i := slices.IndexFunc(st.Suggested, func(g pacing.Suggestion) bool { return g.Held == pacing.ByCap }); i >= 0 {
			held = "; the cap of " + c.Pacing.Cap.Grouped() + " holds from " + day(st.Suggested[i].Day)
		}
		if st.Unplaced.Sign() > 0 {
			held += ", and " + st.Unplaced.Grouped() + " find no place"
		}
		s.say("%-9s %15s left: %11s tomorrow where %s were planned%s", c.name, st.Available.Grouped(), on(st, next).Grouped(), c.model.Planned(next).Grouped(), held)
	}
	cut := s.plan.Cut
	i := slices.IndexFunc(s.plan.Channels, func(c *channel) bool { return c.name == cut.Channel })
	if i < 0 {
		return errors.New("plan.json: cut: no channel " + cut.Channel)
	}
	c := s.plan.Channels[i]
	next := c.status.Today.AddDays(1)
	less := s.keep(c.Pacing.Budget.MulRat(100-cut.Percent, 100, money.HalfEven))
	what, err := c.model.WhatIf(s.plan.Now, c.data, pacing.State{}, pacing.Change{Budget: less, From: next})
	if err != nil {
		return fmt.Errorf("plan.json: cut: %w", err)
	}
	s.say("If %s had %d %% less, %s: %s left, %s tomorrow", c.name, cut.Percent, less.Grouped(), what.After.Available.Grouped(), on(what.After, next).Grouped())
	return nil
}

// theMove divides the rest of the money anew. What is to come counts at the budget
// rates, as the limits do.
func (s *story) theMove(ctx context.Context) error {
	s.begin("Where the rest of the money brings most")
	rest := money.Minor(0, s.plan.Currency)
	for _, c := range s.plan.Channels {
		i := slices.IndexFunc(s.response.Channels, func(r allocate.Channel) bool { return string(r.Key) == c.name })
		if i < 0 {
			return errors.New("responses.json: no channel " + c.name)
		}
		floor := money.Minor(0, c.Pacing.Budget.Currency())
		limit := floor
		for _, g := range c.status.Suggested {
			if g.Planned.Sign() > 0 {
				floor, limit = s.add(floor, s.room(c.Pacing.Floor, g.Committed)), s.add(limit, s.room(c.Pacing.Cap, g.Committed))
			}
		}
		r := &s.response.Channels[i]
		if r.Current, r.Min = s.eur(s.add(s.sub(c.status.Available, c.status.Unplaced), c.status.Lacking)), s.eur(floor); c.Pacing.Cap.Currency() != 0 {
			r.Max = s.eur(limit)
		}
		rest = s.add(rest, s.eur(c.status.Available))
	}
	if s.err != nil {
		return s.err
	}
	model, err := allocate.Compile(s.response)
	if err != nil {
		return fmt.Errorf("responses.json: %w", err)
	}
	if s.best, err = model.Best(ctx, rest, nil); err != nil {
		return err
	}
	for _, l := range s.best.Lines {
		s.show("%-9s %13s -> %13s  %s", l.Channel, l.Today.Grouped(), l.Spend.Grouped(), l.Why)
	}
	b, cert := s.best, s.best.Certificate
	s.say("%s are left. As suggested above, %s of it bring %.1f leads; moved, %s bring %.1f", b.Budget.Grouped(), b.Today.Total.Grouped(), b.Today.Response, b.Total.Grouped(), b.Response)
	s.say("Certificate: no division within the bounds brings more than %.4f; the gap is %s, proven: %v. Whole cents cost %s leads", cert.UpperBound, tiny(cert.Gap), cert.Proven, tiny(b.RoundingLoss))
	var binds []string
	for _, bound := range cert.Binding {
		binds = append(binds, fmt.Sprintf("%s at %s (one %s more: %.4f leads)", bound.Bound, bound.Limit.Grouped(), s.plan.Currency, bound.Shadow))
	}
	s.say("What holds it down: %s", strings.Join(binds, ", "))
	return nil
}

// room is what a bound of a day leaves beside what is committed.
func (s *story) room(bound, committed money.Money) money.Money {
	if left := s.sub(bound, committed); left.Sign() > 0 {
		return left
	}
	return money.Minor(0, committed.Currency())
}

// theBridge leads from the plan to the outlook, and from service to posting.
func (s *story) theBridge(context.Context) error {
	s.begin("From the plan to the outlook, in %s", s.plan.Currency)
	s.bridge()
	for _, p := range s.steps {
		mark := ' '
		if p.total {
			mark = '='
		}
		s.show("%c %-36s %12s", mark, p.label, strings.TrimSuffix(p.amount.Grouped(), " "+s.plan.Currency.Code()))
	}
	for _, b := range s.bridges {
		s.say("%v: by service %s - posted in others %s + of others %s = by posting %s", b.Period, b.ByService.Grouped(), b.PostedLater.Grouped(), b.FromOthers.Grouped(), b.ByPosting.Grouped())
	}
	return nil
}

// on is what is suggested for a day; nothing if it is none of the days left.
func on(st *pacing.Status, d civil.Date) money.Money {
	for _, g := range st.Suggested {
		if g.Day == d {
			return g.Amount
		}
	}
	return money.Minor(0, st.Budget.Currency())
}

func day(d civil.Date) string { return fmt.Sprintf("%d %s", d.Day(), d.Month()) }

// percent tells hundredths of a percent.
func percent(bp int64) string {
	sign := '+'
	if bp < 0 {
		sign, bp = '-', -bp
	}
	return fmt.Sprintf("%c%d.%02d %%", sign, bp/100, bp%100)
}

// tiny tells a number that differs between machines where it is next to nothing.
func tiny(x float64) string {
	if x < 1e-9 && x > -1e-9 {
		return "less than 1e-9"
	}
	return fmt.Sprintf("%.1g", x)
}
