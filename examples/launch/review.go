package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// review is what the book says about itself on the last day.
type review struct {
	forecast *budget.Version
	accuracy []budget.Accuracy // of media, then of its children
	effects  budget.Effects
	variance budget.Waterfall
	found    finding.List
	balances []budget.Balance
	vendors  []budget.Share
}

// howTheMoneyWent looks back, and closes the month.
func (s *story) howTheMoneyWent(ctx context.Context) error {
	for _, look := range []func() error{s.knownWhen, s.forecastHeld, s.planToActual, s.outlook} {
		if err := look(); err != nil {
			return err
		}
	}
	return s.lastDay(ctx)
}

// knownWhen tells what February had cost, before and after finance's last invoice.
func (s *story) knownWhen() error {
	days, _ := s.book.Chart().Calendar().Bounds(february)
	morning := civil.MustDate(2026, 3, 2).At(10, 0, s.launch.Location())
	was, _ := s.book.At(budget.Cut{AsOf: days.Last(), Known: morning}).Balance(launchNode, days.Last(), budget.Total)
	is, _ := s.book.At(budget.Cut{AsOf: days.Last()}).Balance(launchNode, days.Last(), budget.Total)
	s.say("Spent by 28 February: %s as known on %s, and %s ever since it closed", plain(was.Actual), morning.Format("2 March, 15:04"), plain(is.Actual))
	return nil
}

// forecastHeld compares the forecast that was made for the month of the launch with
// what was spent.
func (s *story) forecastHeld() (err error) {
	made := civil.MustDate(2026, 3, 2)
	if s.review.forecast, err = s.book.At(budget.Cut{Known: made.At(18, 0, s.launch.Location())}).Version("forecast of 2 March", budget.Forecast); err != nil {
		return err
	}
	s.review.forecast.Lock()
	now := s.book.At(budget.Cut{})
	worst := 0
	for i, key := range append([]budget.NodeKey{mediaNode}, s.book.Chart().Children(mediaNode)...) {
		a, err := now.Accuracy(s.review.forecast, key, s.launchPeriod())
		if err != nil {
			return err
		}
		s.review.accuracy = append(s.review.accuracy, a)
		if i > 0 && (worst == 0 || a.WAPE > s.review.accuracy[worst].WAPE) {
			worst = i
		}
	}
	a := s.review.accuracy
	miss := a[0].Periods[0]
	s.say("Forecast of 2 March for media: %s, spent %s; %s is off most, by %s", plain(miss.Forecast), plain(miss.Actual), a[worst].Node, signed(a[worst].Bias))
	return nil
}

// planToActual explains what the month of the launch cost against the plan. Price,
// volume and mix are those of the clicks.
func (s *story) planToActual() (err error) {
	period := s.launchPeriod()
	view := s.book.At(budget.Cut{})
	plan, err := view.Version("plan", budget.Plan)
	if err != nil {
		return err
	}
	clicks, cost := s.bought()
	var planned, actual []budget.Quantity
	for _, p := range s.money.Plan {
		if p.Clicks > 0 && cost[p.Node] != nil {
			spent, err := cost[p.Node].Total()
			if err != nil {
				return err
			}
			planned = append(planned, budget.Quantity{Key: string(p.Node), Units: p.Clicks, Amount: plan.Of(p.Node, period)})
			actual = append(actual, budget.Quantity{Key: string(p.Node), Units: clicks[p.Node], Amount: spent})
		}
	}
	if s.review.effects, err = budget.PriceVolumeMix(planned, actual); err != nil {
		return err
	}
	if s.review.variance, err = view.Variance(launchNode, civil.DateOf(s.launch), budget.Period, &s.review.effects); err != nil {
		return err
	}
	var parts []string
	for _, step := range s.review.variance.Steps {
		switch {
		case step.Name == "plan" || step.Name == "actual":
			parts = append(parts, step.Name+" "+plain(step.Amount))
		case !step.Amount.IsZero():
			parts = append(parts, step.Name+" "+signed(step.Amount))
		}
	}
	s.say("March, to the cent: %s", strings.Join(parts, ", "))
	return nil
}

// outlook tells where the launch will end, and what is to be done about it.
func (s *story) outlook() (err error) {
	for _, n := range s.book.Chart().Nodes() {
		b, _ := s.book.Balance(n.Key, s.asOf, budget.Total)
		s.review.balances = append(s.review.balances, b)
	}
	view := s.book.At(budget.Cut{})
	if s.review.vendors, err = view.By(budget.Vendor, launchNode, s.asOf, budget.Total); err != nil {
		return err
	}
	if s.review.found, err = view.Findings(s.asOf, budget.Review{StaleDays: 70}); err != nil {
		return err
	}
	b, _ := s.book.Balance(launchNode, s.asOf, budget.Total)
	s.say("Outlook: spent %s, ordered %s, forecast %s: %s of %s", plain(b.Actual), plain(b.OpenCommitment), plain(b.Forecast), plain(b.Outlook()), plain(b.Limit))
	for _, f := range s.review.found[:min(2, len(s.review.found))] {
		_, subject, _ := strings.Cut(f.Subject, "/")
		s.say("%s: %s; %s", subject, f.Evidence[0], f.Fix)
	}
	return nil
}

// lastDay plays what is left, proves that the book is whole, and posts everything a
// second time.
func (s *story) lastDay(ctx context.Context) error {
	noon := s.asOf.At(12, 0, s.launch.Location())
	for i, st := range s.money.Steps {
		if st.At.Before(noon) {
			continue
		}
		if err := s.post(ctx, i); err != nil {
			return err
		}
		if st.Tell {
			s.tell(st)
		}
	}
	desk := s.ws.As(tenant, ivo)
	head, err := desk.VerifyBook(ctx, bookName, budget.Hash{})
	if err != nil {
		return err
	}
	n, err := s.entries(ctx)
	if err != nil {
		return err
	}
	if err := s.again(ctx); err != nil {
		return err
	}
	if _, err := desk.VerifyBook(ctx, bookName, head); err != nil {
		return err
	}
	more, err := s.entries(ctx)
	if err != nil {
		return err
	}
	s.say("The chain of %d sealed entries is whole; posting everything a second time adds %d", n, more-n)
	return nil
}

// again posts everything a second time: each step under its key, and then the files
// without one, as if they were imported anew.
func (s *story) again(ctx context.Context) error {
	for i := range s.money.Steps {
		if err := s.post(ctx, i); err != nil {
			return err
		}
	}
	files, err := s.until(s.asOf)
	if err != nil {
		return err
	}
	results, err := s.ws.As(tenant, ivo).Post(ctx, bookName, files...)
	for _, r := range results {
		err = errors.Join(err, r.Err)
	}
	if err != nil {
		return fmt.Errorf("imported again: %w", err)
	}
	return nil
}

// launchPeriod is the fiscal period in which the launch is.
func (s *story) launchPeriod() fiscal.Key {
	return s.in.Chart.Calendar().PeriodOf(civil.DateOf(s.launch))
}

// bought is what the ads of the launch's period brought and cost, by node.
func (s *story) bought() (clicks map[budget.NodeKey]int64, cost map[budget.NodeKey]*money.Sum) {
	clicks, cost = map[budget.NodeKey]int64{}, map[budget.NodeKey]*money.Sum{}
	days, _ := s.in.Chart.Calendar().Bounds(s.launchPeriod())
	for _, r := range s.in.Reports {
		for _, row := range r.Rows {
			if key, ok := s.in.Links.BudgetNode(r.Platform, row); ok && days.Contains(row.Day) {
				n, _ := row.Clicks.Whole()
				clicks[key] += n
			}
		}
	}
	for l := range s.book.Lines() {
		if l.Kind == "record" && l.Measure == budget.Actual && days.Contains(l.Service) {
			if cost[l.Node] == nil {
				cost[l.Node] = new(money.Sum).Add(money.Minor(0, money.EUR))
			}
			cost[l.Node].Add(l.Amount)
		}
	}
	return clicks, cost
}
