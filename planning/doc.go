// Package planning answers when a plan's tasks can happen, what decides it, and
// whether the people in it can do the work.
//
//	plan := planning.Plan{
//		Start:     civil.MustDate(2026, 3, 2),
//		Calendars: map[string]worktime.Spec{"office": worktime.MonFri("Europe/Berlin", "09:00-17:00")},
//		Tasks:     []planning.Task{{Key: "copy", Duration: worktime.Days(3)}, {Key: "legal", Duration: worktime.Days(2)}},
//		Links:     []planning.Link{{From: "copy", To: "legal"}},
//	}
//	model, err := planning.Compile(plan)   // every problem at once, a finding.List
//	path := model.CriticalPath()           // early and late dates, floats, Why
//	best, err := model.Schedule(ctx, planning.Search{}) // one that the people can keep
//	moves := planning.Diff(path, slipped)  // what moves, by how much, because of what
//
// # Two levels
//
// Capacity and schedule are different questions and are never mixed. Capacity
// (Overloads, Fits, Load) treats work as divisible and is exact: an Overload is
// a proof. A Schedule places whole tasks; it is a heuristic with a lower bound,
// and Verify checks it independently.
//
// # Rules
//
// A task runs without interruption in the working time of its calendar, in a
// Schedule also in that of everyone assigned. A start is told as the moment
// work begins, a finish as the moment it ends; two instants without working
// time between them are one moment. Lags run in the successor's calendar.
// Links decide: a date that they make impossible shows as negative float and in
// Conflicts, it never moves a task before its predecessors. Started tasks do
// not move.
package planning
