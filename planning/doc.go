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
// # A plan
//
// A Plan is plain data with a JSON form. Tasks have a Duration, or an Effort from
// which it follows; what is uncertain has an Estimate, what can be done in several
// ways has Modes. Links are of four types, with lags in working time, in elapsed
// time or in percent. Phases group tasks, to any depth; a Link may name one.
// Resources are people, pools, machines and stocks, whose Units, Skills, Absences
// and Rates may change over time; a task books them by name (Assignments) or asks
// for a skill (Needs). A plan with a Finish is scheduled backward from it.
//
// # When, and why
//
// CriticalPath holds early and late dates, total and free float. Why names what
// binds a date. Preview tries an Edit and recomputes only what it moves;
// Plan.With keeps it. Diff says what two answers place differently, with the chain
// of reasons down to the root cause.
//
// # Can they do it?
//
// Capacity and schedule are different questions and are never mixed. Capacity
// treats work as divisible and is exact: Load tells demand against what is nominal,
// contracted, available and deployable; an Overload is a proof that no order of the
// tasks helps, by person or among all who have a skill; Fits asks about a booking;
// Compare holds ways out against each other.
//
// A Schedule places whole tasks and chooses people and modes. It is found by a
// search that is counted, never timed, with a lower bound beside it: Gap, Proven.
// Verify checks it independently, Chain says what decides its end. Given a schedule
// to Keep, it moves no more than it must. A maximal lag cannot be said in a Plan:
// with it the mere question whether there is a schedule is hard.
//
// # What if it takes longer?
//
// Simulate draws durations from the Estimates, with common causes, and tells
// percentiles, criticality and cruciality; runs can be made in parts, anywhere, and
// merged. EarnedValue measures progress against a baseline.
//
// # Rules
//
// A task runs without interruption in the working time of its calendar, in a
// Schedule also in that of everyone who does it; only pauses split it. A start is
// told as the moment work begins, a finish as the moment it ends; two instants
// without working time between them are one moment. Lags run in the successor's
// calendar unless they name another. Links decide: a date that they make impossible
// shows as negative float and in Conflicts, it never moves a task before its
// predecessors. Started tasks do not move. What is Reserved of a resource counts in
// capacity; a Schedule books its units.
//
// # Beside it
//
// Package rank chooses (WSJF, RICE, ICE, MoSCoW, weighted scores, portfolios under
// limits, roadmaps, skills), agile keeps backlogs, sprints and forecasts, mspdi reads
// and writes Microsoft Project's XML, psplib and taskjuggler write plans for other
// schedulers to check.
package planning
