// Package pacing tells whether a budget is spent at the pace it should be, what to
// spend each day from here on, and how it will end.
//
//	plan := pacing.Plan{Budget: budget, Days: civil.MonthOf(today), Zone: "Europe/Berlin", LateDays: 2}
//	model, err := pacing.Compile(plan)                   // every problem at once, a finding.List
//	should := model.PlannedTo(now)                       // of today the part that has passed
//	status, err := model.Status(now, data, pacing.State{}) // spent, projected, suggested, alarms
//	for _, line := range status.Words {
//		fmt.Println(line)
//	}
//	what, err := model.WhatIf(now, data, status.State, pacing.Change{Budget: more, From: tomorrow})
//
// # The plan
//
// A Curve spreads a budget over days: alike, on working days, by days of the week, or
// by a weight a day; Seasons make some days weigh more or less, and SeasonsOf takes
// them from a fiscal calendar. The amounts of days add up to the budget exactly, and
// no running total is more than half a minor unit off.
//
// # What counts
//
// Final data are told apart from provisional data: today, the LateDays before it,
// which platforms restate, and rows that say so. Deviation, pace and alerts rest on
// final data alone, compared with the plan of the same days, so that a late file is
// not mistaken for underspending. A day without a row is missing, not zero.
// Commitments count as used. Credits are negative spend.
//
// # From here on
//
// Suggestions divide what is available, Budget less spent less committed, over the
// days that are left, in proportion to the plan, between Floor and Cap; what is
// committed or spent on a day is part of them. They add up exactly; what caps leave no
// place for is told as Unplaced, what is lacking as Lacking.
//
// An Alert begins and ends at different limits. What it remembers is a State that goes
// into Status and comes out of it: the package keeps nothing.
//
// Amounts are exact; there is no float64 in here.
package pacing
