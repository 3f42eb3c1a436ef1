// Package psplib reads and writes the instance files of the project scheduling
// literature, so that published problems can be solved here and plans can be
// checked with other engines.
//
//	instance, err := psplib.Read(file) // .sm and .mm; ReadPatterson for .rcp, ReadMPLIB for .rcmp
//	if err != nil {
//		return err
//	}
//	plan, err := instance.Plan()
//	if err != nil {
//		return err
//	}
//	model, err := planning.Compile(plan)
//	if err != nil {
//		return err
//	}
//	best, err := model.Schedule(ctx, planning.Search{Schedules: 1000, Seed: 1})
//	fmt.Println(psplib.Period(best.Finish())) // the makespan
//
// The formats are those of PSPLIB (R. Kolisch and A. Sprecher, PSPLIB - a
// project scheduling problem library, EJOR 96, 1997) with MMLIB (V. Van Peteghem
// and M. Vanhoucke, An experimental investigation of metaheuristics for the
// multi-mode resource-constrained project scheduling problem on new dataset
// instances, EJOR 235, 2014), of J. H. Patterson's set (A comparison of exact
// approaches for solving the multiple constrained resource, project scheduling
// problem, Management Science 30, 1984) and of MPLIB (R. Van Eynde and M.
// Vanhoucke, Resource-constrained multi-project scheduling: benchmark datasets
// and decoupled scheduling, Journal of Scheduling 23, 2020).
//
// # Time
//
// Durations are abstract periods. An activity that starts at s with duration d
// occupies the periods [s, s+d); the project starts at 0. The first and the last
// activity of a project are usually dummies without duration; they are kept as
// they are in the file.
//
// # Numbers
//
// Files count from 1, an Instance counts from 0: Successors of 4 is job 5. No
// number may be negative or above 1,000,000,000.
package psplib
