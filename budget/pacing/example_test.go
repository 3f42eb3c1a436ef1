package pacing_test

import (
	"fmt"
	"time"

	"github.com/go-marops/marops/budget/pacing"
	"github.com/go-marops/marops/civil"
)

func ExampleModel_Status() {
	plan := june()
	plan.LateDays, plan.Cap = 1, eur(150)
	plan.Alerts = []pacing.Alert{{Name: "overspending", Enter: 1000, Leave: 500}}
	model, err := pacing.Compile(plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	var data pacing.Data
	for d := 1; d <= 9; d++ {
		data.Spend = append(data.Spend, pacing.Spend{Day: day(d), Amount: eur(115)})
	}
	data.Spend = append(data.Spend, pacing.Spend{Day: day(10), Amount: eur(40)}) // late: the platform is not done with it
	data.Commitments = []pacing.Commitment{{Name: "poster", Days: civil.Days(day(20), day(21)), Open: eur(200)}}
	now := time.Date(2026, time.June, 11, 10, 0, 0, 0, time.UTC) // noon in Berlin
	status, err := model.Status(now, data, pacing.State{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("planned up to now:", status.PlannedToNow.Grouped())
	for _, line := range status.Words {
		fmt.Println(line)
	}
	for _, g := range status.Suggested[8:12] {
		fmt.Println(g.Day, g.Amount.Grouped(), "besides", g.Committed.Grouped(), g.Held)
	}
	// Output:
	// planned up to now: 1,050.00 EUR
	// 1,075.00 EUR of 3,000.00 EUR are spent, 200.00 EUR are committed, 1,725.00 EUR are available.
	// On 9 days with final data, up to 2026-06-09, 1,035.00 EUR were spent where 900.00 EUR were planned: +135.00 EUR (+15.00 %).
	// 40.00 EUR of today and of late days are provisional and raise no alarm.
	// At this pace the budget runs out on 2026-06-27; 3,450.00 EUR would be spent by 2026-06-30, +15.00 % of the budget.
	// For the rest of 2026-06-11 the suggestion is 46.43 EUR, on average 86.25 EUR a day until 2026-06-30.
	// overspending: spend to date is +15.00 % off the plan, since 2026-06-09; it began at +10.00 % and ends inside +5.00 %.
	// 2026-06-19 92.86 EUR besides 0.00 EUR free
	// 2026-06-20 50.00 EUR besides 100.00 EUR cap
	// 2026-06-21 50.00 EUR besides 100.00 EUR cap
	// 2026-06-22 92.85 EUR besides 0.00 EUR free
}

func ExampleModel_WhatIf() {
	model, err := pacing.Compile(june())
	if err != nil {
		fmt.Println(err)
		return
	}
	var data pacing.Data
	for d := 1; d <= 10; d++ {
		data.Spend = append(data.Spend, pacing.Spend{Day: day(d), Amount: eur(100)})
	}
	now := time.Date(2026, time.June, 10, 22, 0, 0, 0, time.UTC) // midnight in Berlin
	what, err := model.WhatIf(now, data, pacing.State{}, pacing.Change{Budget: eur(4000), From: day(11)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(what.Before.Suggested[0].Amount.Grouped(), "a day, then", what.After.Suggested[0].Amount.Grouped())
	// Output:
	// 100.00 EUR a day, then 150.00 EUR
}
