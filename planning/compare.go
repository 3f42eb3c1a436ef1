package planning

import (
	"context"
	"time"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/money"
)

// Option is a way out to compare: somebody hired, an absence moved, a task cut.
type Option struct {
	Name string
	Plan Plan
}

// Comparison is what an Option comes to.
type Comparison struct {
	Name      string
	Err       error            // why there is no answer: what Compile or Schedule say
	Overloads []Overload       // of Model.Overloads
	Lacking   Effort           // what they lack together
	Finish    time.Time        // of the schedule
	Bound     time.Time        // no schedule of the option ends earlier
	Late      worktime.Minutes // of the schedule
	Cost      money.Money      // of the schedule: see Schedule.Cost
	Schedule  *Schedule
}

// Compare compiles every option and searches a schedule of each in the same way,
// in the order given. A context that ends makes the error of those left.
func Compare(ctx context.Context, search Search, options ...Option) []Comparison {
	out := make([]Comparison, len(options))
	for i, o := range options {
		out[i] = compare(ctx, search, o)
	}
	return out
}

func compare(ctx context.Context, search Search, o Option) Comparison {
	c := Comparison{Name: o.Name}
	m, err := Compile(o.Plan)
	if err != nil {
		c.Err = err
		return c
	}
	c.Overloads = m.Overloads()
	for _, over := range c.Overloads {
		c.Lacking += over.Excess()
	}
	if c.Schedule, c.Err = m.Schedule(ctx, search); c.Err != nil {
		return c
	}
	c.Finish, c.Bound, c.Late = c.Schedule.Finish(), c.Schedule.LowerBound(), c.Schedule.Late()
	c.Cost, c.Err = c.Schedule.Cost()
	return c
}

// Cost returns what everyone costs who does a task, by the rates of the days on
// which it is done. Errors match money.ErrMismatch, of rates in several
// currencies, or money.ErrOverflow. Without rates it is nothing.
func (s *Schedule) Cost() (money.Money, error) {
	v := valuation{now: s.m, base: s.Dates()}
	if err := v.check(Progress{}); err != nil {
		return money.Money{}, err
	}
	var sum money.Sum
	for i := range int32(len(v.base.start)) {
		sum.Add(v.cost(i, never))
	}
	return sum.Total()
}
