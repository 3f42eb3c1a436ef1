// Package rcpsp searches short schedules for projects whose activities share
// scarce resources (the resource-constrained project scheduling problem, with
// one or more modes per activity). Everything in it is dense and integer: whole
// periods, units and numbers of activities; names, calendars and money stay with
// the caller.
//
//	m, err := rcpsp.Compile(rcpsp.Project{
//		Capacity: []int32{2},
//		Activities: []rcpsp.Activity{
//			rcpsp.Single(3, 1), rcpsp.Single(2, 2), rcpsp.Single(2, 1),
//		},
//		Edges: []rcpsp.Edge{rcpsp.FinishStart(0, 1)},
//	})
//	result := m.Search(ctx, rcpsp.Search{Schedules: 1000, Seed: 1})
//	err = rcpsp.Verify(project, result.Start, result.Mode)
//
// A search is counted in schedules: each pass of a schedule generation scheme is
// one, whether it samples, crosses or justifies (R. Kolisch and S. Hartmann,
// Experimental investigation of heuristics for resource-constrained project
// scheduling: an update, 2006). Equal input gives equal output on any number of
// cores.
package rcpsp
